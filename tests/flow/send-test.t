#!/bin/sh
# A team tries its channels before the night: contacts --test and --send, and what doctor says.
. tests/lib/tap.sh
. tests/lib/sink.sh

b=$BLACKSTART
serve mail smtp
mail_port=$port
serve hook http
mkdir "$T/books"
c=$T/books/contacts.yaml
printf 'http://127.0.0.1:%s/secret-of-the-hook\n' "$port" >"$T/books/url"
cat >"$c" <<END
contacts: 1
ladders:
  ops: {wait: 2m, rungs: [{channel: list}, {channel: chat}, {channel: cry}, {channel: bell}, {who: ana, by: mail}]}
people:
  ana: {mail: ana@example.org, zone: Europe/Madrid}
channels:
  list: {public: true, smtp: {to: ops@lists.example.org, server: '127.0.0.1:$mail_port', tls: none}}
  letters: {carries: mail, smtp: {server: '127.0.0.1:$mail_port', tls: none}}
  chat: {webhook: {kind: slack, url_from: {file: url}}}
  cry: {timeout: 1s, command: 'printf "%s|%s|%s" "\$to" "\$subject" "\$text" >"$T/cried"; \$CRY'}
  bell: {by_hand: Ring the bell in the yard.}
END
ok "the file lints clean" "$b" lint --strict "$c"
run env BLACKSTART_RUNBOOKS="$T/books" "$b" doctor --json
is "doctor finds the channels ready" \
	"$(printf '%s' "$out" | jq -r '.[] | select(.question == "contacts") | .health')" good

# --- a test

run $b contacts "$c" --test list
is "nothing is sent before somebody agrees" "$status" 3
like "it is shown, with who reads it" "$err" 'To list \(smtp: ops@lists.example.org\); PUBLIC: others read this too:'
like "word by word" "$err" '\| TEST of the channel list, sent by .* on '
ok "nobody was asked" test ! -e "$T/mail/1.in"
run $b contacts "$c" --test list --yes
is "then it really goes out" "$status:$out" "0:250 2.0.0 queued as 4711"
like "as what it is" "$(cat "$T/mail/1.mail")" '^Subject: TEST of a channel'
like "and nobody is alarmed" "$(cat "$T/mail/1.mail")" 'nobody needs to do anything'
run $b contacts "$c" --test chat --yes
is "a webhook whose address lies beside the contacts file" "$status:$out" "0:200 OK: ok"
leaves_nothing "it is not shown" secret-of-the-hook
run $b contacts "$c" --test letters --yes
like "a carrier wants an address" "$err" '--to ADDRESS'
run $b contacts "$c" --test letters --to ana@example.org --yes
is "and sends there" "$status:$(grep -c '^RCPT TO:<ana@example.org>' "$T/mail/2.in")" 0:1
run $b contacts "$c" --test cry --yes
is "a command" "$status:$out" "0:the command ended with 0"
like "gets it in its environment" "$(cat "$T/cried")" '^\|TEST of a channel\|TEST of the channel cry'
run env CRY='exit 7' "$b" contacts "$c" --test cry --yes
like "and its end is told" "$err" 'cry: not sent: the command ended with 7'
is "as a failure" "$status" 1
run env CRY='tail -f /dev/null' "$b" contacts "$c" --test cry --yes
like "it has its time" "$err" 'cry: not sent: the command did not end in 1s'
run $b contacts "$c" --test bell --yes
like "what is done by hand is not sent" "$err" 'by hand: Ring the bell in the yard'
run $b contacts "$c" --test chatt --yes
like "what there is not" "$err" 'has no channel chatt; did you mean chat\?'

# --- words of one's own

printf 'Still down.\nNext update at 04:00 UTC.\n' >"$T/words"
run sh -c "'$b' contacts '$c' --send list --yes <'$T/words'"
is "standard input is sent" "$status:$out" "0:250 2.0.0 queued as 4711"
like "its first line is the subject" "$(cat "$T/mail/3.mail")" '^Subject: Still down\.$'
like "all of it the text" "$(cat "$T/mail/3.mail")" '^Next update at 04:00 UTC\.'
run sh -c "'$b' contacts '$c' --send list --subject 'A word' --yes <'$T/words'"
like "unless one is given" "$(cat "$T/mail/4.mail")" '^Subject: A word$'
run sh -c "'$b' contacts '$c' --send list --yes </dev/null"
like "nothing to send" "$err" 'nothing to send'

# --- doctor

rm "$T/books/url"
run env BLACKSTART_RUNBOOKS="$T/books" "$b" doctor
like "doctor names a secret that is not at hand" "$out" \
	'poor +contacts +.*contacts.yaml: url_from of chat is not at hand: file: .*url'
sed 's/{file: url}/{env: CHAT_URL}/' "$c" >"$T/c" && mv "$T/c" "$c"
run env BLACKSTART_RUNBOOKS="$T/books" CHAT_URL=https://hooks.example.org/secret-of-the-hook "$b" doctor
like "one in the environment is" "$out" 'good +contacts'
leaves_nothing "and not shown" secret-of-the-hook
run env BLACKSTART_RUNBOOKS="$T/books" "$b" doctor
like "or named when it is not" "$out" 'url_from of chat is not at hand: environment: the variable CHAT_URL is not set'
run env BLACKSTART_RUNBOOKS="$T/books" TZDIR="$T" CHAT_URL=x "$b" doctor
like "no time zones" "$out" 'poor +contacts +there are no time zones here \(package tzdata\)'
printf 'contacts: 2\n' >"$c"
run env BLACKSTART_RUNBOOKS="$T/books" "$b" doctor
like "a file with errors" "$out" 'contacts.yaml: has errors'

stop_serving
done_testing
