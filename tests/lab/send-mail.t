#!/bin/sh
# Mail through a real MTA sink: STARTTLS and TLS from the first byte, certificates good and bad, and
# what lies in the mailbox is what was written.
. tests/lib/tap.sh
. tests/lib/sink.sh

mta='/usr/bin/python3 -m aiosmtpd'
$mta --version >/dev/null 2>&1 || skip_all "aiosmtpd is not here"

unset SSL_CERT_FILE
certificate() { # NAME SUBJECT-ALTERNATIVE
	openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext "subjectAltName=$2" \
		-keyout "$T/$1.key" -out "$T/$1.pem" 2>/dev/null || bail "no certificate"
}
certificate good IP:127.0.0.1
certificate other DNS:elsewhere.example.org
port=$((21000 + $$ % 9000))
mta() { # NAME OPTION...: a server with the mailbox $T/NAME, at the next port
	port=$((port + 1))
	mta_as=$1
	shift
	$mta -n -c aiosmtpd.handlers.Mailbox "$T/$mta_as" -l 127.0.0.1:$port "$@" >"$T/$mta_as.log" 2>&1 &
	pids="${pids-} $!"
	wait_for "openssl s_client -connect 127.0.0.1:$port </dev/null 2>&1 | grep -q CONNECTED" ||
		bail "the server $mta_as listens: $(cat "$T/$mta_as.log")"
}
mail_in() {
	cat "$T/$1"/new/* 2>/dev/null
}

subject='Hélp: the shop ✓'
text='Join the call.
.
From here on: ünï.'

mta plain
sends "$(mail_by)"
is "without TLS, where that was said" "$status:$out" "0:250 OK"
sends "$(mail_by | sed 's/none/required/')"
is "not without it, where it was not" "$status" 1

mta starttls --tlscert "$T/good.pem" --tlskey "$T/good.key"
sends "$(mail_by | sed 's/none/required/')"
is "STARTTLS with a certificate that nobody vouches for" "$status" 1
like "is refused" "$err" '[Cc]ertificate'
SSL_CERT_FILE=$T/good.pem
export SSL_CERT_FILE
sends "$(mail_by | sed 's/none/required/')"
is "STARTTLS with one that is vouched for" "$status:$out" "0:250 OK"
unset SSL_CERT_FILE

mta wrapped --smtpscert "$T/good.pem" --smtpskey "$T/good.key"
SSL_CERT_FILE=$T/good.pem
export SSL_CERT_FILE
sends "$(mail_by | sed 's/none/wrapped/')"
is "TLS from the first byte" "$status:$out" "0:250 OK"

mta elsewhere --tlscert "$T/other.pem" --tlskey "$T/other.key"
SSL_CERT_FILE=$T/other.pem
sends "$(mail_by | sed 's/none/required/')"
is "a certificate for another name" "$status" 1
like "is refused, too" "$err" 'certificate|subject name'

for box in plain starttls wrapped; do
	is "$box: one letter" "$(ls "$T/$box/new" | wc -l)" 1
	is "$box: to whom" "$(mail_in $box | grep -i '^X-RcptTo')" 'X-RcptTo: ops@example.org'
	is "$box: with its subject" "$(mail_in $box | /usr/bin/python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m["Subject"])')" "$subject"
	is "$box: word by word" "$(mail_in $box | /usr/bin/python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
sys.stdout.write(m.get_content())')" "$text"
done
is "the refused ones got nothing" "$(ls "$T/elsewhere/new" 2>/dev/null | wc -l)" 0

stop_serving
done_testing
