#!/bin/sh
# Webhooks are sent: the bodies of each kind, the answers that do not count, and no secret anywhere.
. tests/lib/tap.sh
. tests/lib/sink.sh

subject='Help: <the shop> & more'
text='@here "join" the call
<!channel> mail@here.example @channels (@everyone)'
path=services/T0SECRET01/B0SECRET02/key-of-the-hook
at() { # PATH: the address of the server, in a file
	printf 'http://127.0.0.1:%s/%s\n' "$port" "$1" >"$T/url"
}
hook() { # KIND [MORE]
	hook_by "$1" "$T/url" "${2-}"
}

# --- bodies

serve good http
at "$path"
sends "$(hook slack)"
is "slack takes it" "$status:$out:$err" "0:200 OK: ok:"
like "by POST, as JSON, at the whole address" "$(tr -d '\r' <"$T/good/1.in" | tr '\n' '|')" \
	"^POST /$path HTTP/1.1.*\|Content-Type: application/json\|"
is "what Slack takes for its own is escaped, @here and its like ring" "$(jq -r .text "$T/good/1.mail")" \
	'Help: &lt;the shop&gt; &amp; more
<!here> "join" the call
&lt;!channel&gt; mail@here.example @channels (<!everyone>)'
sends "$(hook mattermost)"
is "mattermost gets the text as it is" "$status:$(jq -r .text "$T/good/2.mail")" "0:$subject
$text"
sends "$(hook json)"
is "json names everything" "$status:$(jq -c '[.channel, .run, .step, .try]' "$T/good/3.mail")" \
	'0:["chat","run-1","help","1.3"]'
is "with subject and text apart" "$(jq -r '.subject + "|" + .text' "$T/good/3.mail")" "$subject|$text"

printf 'R0UT1NGKEY\n' >"$T/key"
key=", \"key_from\": {\"file\": \"$T/key\"}"
serve pager http answer '202 Accepted|{"status": "success", "dedup_key": "x"}'
at v2/enqueue
sends "$(hook pagerduty "$key")"
is "pagerduty takes it" "$status" 0
is "as an event" "$(jq -c '[.routing_key, .event_action, .payload.severity]' "$T/pager/1.mail")" \
	'["R0UT1NGKEY","trigger","critical"]'
like "whose key names run, step and try" "$(jq -r .dedup_key "$T/pager/1.mail")" '^run-1\.help\.1\.3@'
like "summed up" "$(jq -r .payload.summary "$T/pager/1.mail")" '^Help: <the shop> & more'
leaves_nothing "no routing key" R0UT1NGKEY
# pages WORD IS WANT: what the pager is told of a severity.
pages() {
	serve "pager-$1" http answer '202 Accepted|{"status": "success", "dedup_key": "x"}'
	at v2/enqueue
	export severity="$1" severity_is="$2"
	sends "$(hook pagerduty "$key")"
	unset severity severity_is
	is "severity '$1' ($2) is $3 there" "$(jq -r .payload.severity "$T/pager-$1/1.mail")" "$3"
}
pages ordinary least warning
pages down '' critical
pages error least error
pages '' '' critical

# --- answers that do not count

subject=Help
text='Join the call.'
dead() { # NAME EXPRESSION KIND RULES...
	dead_name=$1
	dead_like=$2
	dead_kind=$3
	shift 3
	serve "d$tap_n" http "$@"
	at "$path"
	sends "$(hook "$dead_kind")"
	is "$dead_name: dead" "$status:$out" "1:"
	like "$dead_name: why" "$err" "^127\.0\.0\.1:[0-9]+$dead_like"
	is "$dead_name: one line" "$(printf '%s\n' "$err" | wc -l)" 1
	ok "$dead_name: in its time" test "$took" -le 4
	leaves_nothing "$dead_name: no address" key-of-the-hook
}
dead "500" ' refused: 500 Internal Server Error: it broke$' slack answer '500 Internal Server Error|it broke
and more'
dead "404 that quotes the path" ' refused: 404 Not Found: POST \[hidden\] HTTP/1.1$' slack echo
dead "a redirect" ' points elsewhere, which is not followed: 302 Found$' json answer '302 Found'
is "nobody goes there" "$(ls "$T"/d*/2.in 2>/dev/null)" ""
dead "a login page with 200" ' answers, but not as slack does: 200 OK: <html>' slack answer '200 OK|<html>log in</html>'
dead "the same for mattermost" ' answers, but not as mattermost does: 200 OK' mattermost answer '200 OK|okay'
dead "controls" ' refused: 503 x: \\x1b\[31mred\\x07$' json answer "$(printf '503 x|\033[31mred\007')"
dead "dropped" ': .' json drop
dead "silent" ': no answer in time \(1s\)' json silent
dead "a header without end" ': no answer in time \(1s\)' json trickle
dead "an answer without end" ' said more than 65536 bytes$' json flood
serve taken http answer '204 No Content'
at x
sends "$(hook json)"
is "any 2xx is yes where no service is named" "$status:$out" "0:204 No Content"

openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
	-keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null || bail "no certificate"
port=$((20000 + $$ % 20000))
mkfifo "$T/answer"
openssl s_server -accept 127.0.0.1:$port -key "$T/key.pem" -cert "$T/cert.pem" <>"$T/answer" >"$T/tls" 2>&1 &
pids="$pids $!"
wait_for "grep -q ACCEPT '$T/tls'" || bail "no TLS server"
printf 'https://127.0.0.1:%s/%s\n' "$port" "$path" >"$T/url"
sends "$(hook json)"
is "a certificate that nobody vouches for: dead" "$status" 1
like "and said" "$err" '[Cc]ertificate'
unlike "before anything was told" "$(cat "$T/tls")" POST
printf 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' >"$T/answer" &
SSL_CERT_FILE=$T/cert.pem
export SSL_CERT_FILE
sends "$(hook json)"
is "one that SSL_CERT_FILE vouches for: taken" "$status:$out" "0:200 OK: ok"
like "over TLS" "$(cat "$T/tls")" 'POST /services'
unset SSL_CERT_FILE

# --- secrets that are not there, and where they must not be

rm "$T/url"
sends "$(hook slack)"
like "a file that is not there" "$err" '^url_from: .*/url'
printf 'one\ntwo\n' >"$T/url"
sends "$(hook slack)"
like "one of two lines" "$err" '^url_from: .* more than one line'
printf 'gopher://secret-in-it/\n' >"$T/url"
sends "$(hook slack)"
like "an address that is none" "$err" 'does not start with https://'
leaves_nothing "is not quoted" secret-in-it

serve wait http silent
at "$path"
channel=$(hook slack) text=x "$BLACKSTART" send >"$T/wait/out" 2>&1 &
it=$!
wait_for "test -s '$T/wait/1.mail'"
is "no argument has anything" "$(tr '\0' ' ' <"/proc/$it/cmdline")" "$BLACKSTART send "
ok "libcurl is there when something is sent" grep -q libcurl "/proc/$it/maps"
is "and not before" "$(ldd "$BLACKSTART" | grep -c libcurl)" 0
like "it leaves no core" "$(cat "/proc/$it/limits")" 'Max core file size +0 +0'
wait "$it"
leaves_nothing "nothing in what it said" key-of-the-hook "$T/wait/out"

stop_serving
done_testing
