#!/bin/sh
# Mail is sent: what arrives, and every way in which a server can refuse, drop or say nothing.
. tests/lib/tap.sh
. tests/lib/sink.sh

subject='The shop is down'
text='Join the call.
. is a dot
..two'

# --- what arrives

serve good smtp
sends "$(mail_by)"
is "a message is taken" "$status:$out:$err" "0:250 2.0.0 queued as 4711:"
mail=$T/good/1.mail
like "envelope: from" "$(cat "$T/good/1.in")" '^MAIL FROM:<night@example.org>'
like "envelope: to" "$(cat "$T/good/1.in")" '^RCPT TO:<ops@example.org>'
is "headers, in order" "$(sed '/^$/q' "$mail" | cut -d: -f1 | tr '\n' ' ')" \
	"Date From To Subject Message-ID Auto-Submitted MIME-Version Content-Type Content-Transfer-Encoding  "
like "the date is UTC" "$(cat "$mail")" '^Date: [A-Z][a-z]{2}, [0-9]+ [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} \+0000$'
like "the id names run, step and try" "$(cat "$mail")" '^Message-ID: <run-1\.help\.1\.3@'
is "dots are stuffed on the way" "$(sed '1,/^$/d' "$mail")" 'Join the call.
.. is a dot
...two'
sends "$(mail_by)"
is "the same try again has the same id: a receiver sees that it is one" \
	"$(grep -h '^Message-ID' "$T"/good/[12].mail | sort -u | wc -l)" 1

subject=$(printf 'Hélp wänted, a subject that is longer than one encoded word may be ✓\r\nBcc: evil@example.org')
text=$(printf 'ünï = 5 \n\ttab\r\nBcc: x@example.org\n')
sends "$(mail_by)"
is "any text is sent" "$status" 0
mail=$T/good/3.mail
is "a newline in the subject forges no header" "$(sed '/^$/q' "$mail" | grep -c '^Bcc')" 0
is "no line of a header is longer than 78" "$(sed '/^$/q' "$mail" | awk 'length > 78' | wc -l)" 0
is "the subject reads back" "$(sed -n '/^Subject/,/^Message-ID/p' "$mail" |
	grep -o '?B?[^?]*' | cut -c 4- | base64 -d)" \
	'Hélp wänted, a subject that is longer than one encoded word may be ✓  Bcc: evil@example.org'
like "the text is quoted-printable" "$(cat "$mail")" '^=C3=BCn=C3=AF =3D 5=20$'
is "only ASCII goes over the wire" "$(LC_ALL=C grep -c '[^ -~	]' "$mail")" 0
text='x'
subject=
sends "$(mail_by)" 'ana@example.org
Bob Example <bob@example.org>'
like "addresses that are given come before the channel's" "$(cat "$T/good/4.in")" '^RCPT TO:<ana@example.org>'
like "a name in front of one is left out" "$(cat "$T/good/4.in")" '^RCPT TO:<bob@example.org>'
unlike "those of the channel are not used then" "$(cat "$T/good/4.in")" 'ops@example.org'
like "without a subject the text's first line is it" "$(cat "$T/good/4.mail")" '^Subject: x$'
sends "$(mail_by)" 'ana@example.org> RCPT TO:<x@example.org'
is "an address that is none is not sent to" "$status" 1
like "and quoted" "$err" 'ana@example.org> RCPT TO:<x@example.org is no mail address'
is "nobody was asked" "$(ls "$T/good" | grep -c '^5')" 0

# --- a server that refuses

subject=Help
text='Join the call.'
refused() { # NAME RULES EXPRESSION
	serve "r$tap_n" smtp $2 "$3"
	sends "$(mail_by)"
	is "refused $1: dead" "$status:$out" "1:"
	like "refused $1: in the server's words" "$err" "$4"
	is "refused $1: one line" "$(printf '%s\n' "$err" | wc -l)" 1
}
refused "at the greeting" "refuse greeting" "554 5.3.2 not tonight" '127.0.0.1:[0-9]+ refused: 554 5.3.2 not tonight$'
refused "at EHLO" "refuse ehlo" "550 who are you" 'refused at HELO: 502|refused at .HLO: 550 who'
refused "at MAIL" "refuse mail" "451 4.7.1 try later" 'refused at MAIL FROM:<night@example.org>: 451 4.7.1 try later$'
refused "at RCPT" "refuse rcpt" "550 5.1.1 nobody here" 'refused at RCPT TO:<ops@example.org>: 550 5.1.1 nobody here$'
refused "at DATA" "refuse data" "452 4.3.1 disk full" 'refused at DATA: 452 4.3.1 disk full$'
refused "at the end" "refuse end" "554 5.7.1 spam" 'refused at DATA: 554 5.7.1 spam$'
refused "with controls" "refuse mail" "$(printf '550 \033[31mred\007')" '550 \\x1b\[31mred\\x07$'

serve some smtp some rcpt '550 5.1.1 gone'
sends "$(mail_by)" 'bounce@example.org
ana@example.org'
is "one of two is refused: the other gets it" "$status" 0
like "and it is said" "$out" '^250 2.0.0 queued as 4711; refused: bounce@example.org 550 5.1.1 gone$'
sends "$(mail_by)" bounce@example.org
is "all are refused: dead" "$status" 1

# --- one that drops, says nothing, says too much

dead() { # NAME EXPRESSION RULES...
	dead_name=$1
	dead_like=$2
	shift 2
	serve "d$tap_n" smtp "$@"
	sends "$(mail_by)"
	is "$dead_name: dead" "$status:$out" "1:"
	like "$dead_name: why" "$err" "$dead_like"
	ok "$dead_name: in its time" test "$took" -le 4
}
dead "dropped at once" '127.0.0.1:[0-9]+: ' drop greeting
dead "dropped at RCPT" '127.0.0.1:[0-9]+: ' drop rcpt
dead "dropped in the middle" '(had the whole message|127.0.0.1)' drop middle
dead "dropped at the end" 'had the whole message and did not say that it took it; it may have arrived' drop end
dead "no greeting" 'no answer in time \(1s\)' silent greeting
dead "no answer to RCPT" 'no answer in time \(1s\)' silent rcpt
dead "no answer at the end" 'did not say that it took it; it may have arrived' silent end
dead "no answer to what nobody waits for" 'refused at RCPT' refuse rcpt '550 no' silent quit
dead "words without an end" '(said more than 65536 bytes|Too large response)' flood ehlo
serve late smtp late greeting 700
sends "$(mail_by)"
is "a slow greeting is waited for" "$status" 0
port=1
sends "$(mail_by)"
like "nobody listens" "$err" '127.0.0.1:1: .*[Cc]onnect'
sends '{"id": "m", "timeout_ms": 2000, "smtp": {"to": ["a@example.org"], "server": "nowhere.invalid"}}'
like "no such host" "$err" 'nowhere.invalid: .*resolve'

# To all there are: nobody listens there, and nothing leaves this machine.
nowhere() {
	sends '{"id": "m", "timeout_ms": 2000, "smtp": {"to": ["a@example.org"], "server": "255.255.255.255"'"$1}}"
}
nowhere ''
like "port 25" "$err" '255 port 25 '
PASSWORD=x
export PASSWORD
nowhere ', "user": "night", "password_from": {"env": "PASSWORD"}'
like "587 where one logs in" "$err" '255 port 587 '
unset PASSWORD
nowhere ', "tls": "wrapped"'
like "465 where it is TLS from the first byte" "$err" '255 port 465 '

# --- logging in

printf 'hunter2-%s\n' secret >"$T/password"
secret=hunter2-secret
serve login smtp accept login
sends "$(mail_by ", \"user\": \"night\", \"password_from\": {\"file\": \"$T/password\"}")"
is "with a password" "$status" 0
is "it is what the file says" "$(tr -d '\r' <"$T/login/1.in" | sed -n '/^AUTH PLAIN/{n;p}' |
	base64 -d | tr '\0' ' ')" " night hunter2-secret"
PASSWORD=$secret
export PASSWORD
serve echo smtp echo auth
sends "$(mail_by ', "user": "night", "password_from": {"env": "PASSWORD"}')"
is "a server that quotes what it was told" "$status" 1
like "is quoted without it" "$err" 'refused at AUTH: 535 5.7.8 what is \[hidden\]'
leaves_nothing "no password" "$secret"
leaves_nothing "nor as it goes over the wire" "$(printf '\0night\0%s' "$secret" | base64)"
unset PASSWORD
sends "$(mail_by ', "user": "night", "password_from": {"env": "PASSWORD"}')"
like "a password that is not there is named, not guessed" "$err" '^password_from: the variable PASSWORD is not set$'

# --- TLS

serve plain smtp
sends "$(mail_by | sed 's/none/required/')"
is "no STARTTLS, where it is required: dead" "$status" 1
like "and said" "$err" 'STARTTLS'
unlike "before anything was told" "$(cat "$T/plain/1.in")" 'MAIL'
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
	-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null || bail "no certificate"
port=$((20000 + $$ % 20000))
mkfifo "$T/open"
openssl s_server -accept 127.0.0.1:$port -key "$T/key.pem" -cert "$T/cert.pem" \
	<>"$T/open" >"$T/tls" 2>&1 &
pids="$pids $!"
wait_for "grep -q ACCEPT '$T/tls'" || bail "no TLS server"
tls=$port
sends "$(mail_by | sed 's/none/wrapped/')"
is "a certificate that nobody vouches for, from the first byte: dead" "$status" 1
like "and said" "$err" '[Cc]ertificate'
serve starttls smtp proxy starttls $tls
sends "$(mail_by | sed 's/none/required/')"
is "the same behind STARTTLS: dead" "$status" 1
like "and said so too" "$err" '[Cc]ertificate'
unlike "before anything was told" "$(cat "$T/tls" "$T/starttls/1.in")" 'MAIL'

# --- asked wrongly

run $BLACKSTART send
is "without a channel: usage" "$status" 2
subject='' text=''
sends "$(mail_by)"
like "nothing to send" "$err" 'there is nothing to send'
text=x
sends '{"id": "m"}'
like "a channel that is none" "$err" 'describes no channel'
sends 'no JSON'
like "no JSON" "$err" '^`channel`: '
text=$(printf '%070000d' 1)
sends "$(mail_by)"
like "too long a text is not cut" "$err" 'a text 65536'
text=x subject=$(printf '%0901d' 1)
sends "$(mail_by)"
like "nor is a subject" "$err" 'a subject has at most 900 bytes'
subject=x
sends "$(mail_by)" "$(seq -f 'u%g@example.org' 101)"
like "101 recipients are too many" "$err" 'more than 100 recipients'
subject=$(printf '%0900d' 1)
text=$(printf '%065536d' 1)
serve many smtp
sends "$(mail_by | sed 's/"timeout_ms": [0-9]*/"timeout_ms": 60000/')" "$(seq -f 'u%g@example.org' 100)"
is "as much as there may be is sent" "$status:$(grep -c '^RCPT' "$T/many/1.in")" 0:100

stop_serving
done_testing
