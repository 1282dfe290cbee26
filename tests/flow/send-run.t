#!/bin/sh
# A run sends: not working channels are passed over with the reason, the keeper answers meanwhile, each
# server's words are on record, and no secret is in anything that a run leaves.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/sink.sh

unset http_proxy https_proxy all_proxy
serve hung http silent
hung=$port
serve broken http answer '500 Oops|it broke'
broken=$port
serve mail smtp accept login
mail=$port

printf 'http://127.0.0.1:%s/hook-secret-number-one\n' "$broken" >"$T/url"
CHAT_URL=http://127.0.0.1:$hung/hook-secret-number-two
MAIL_PASSWORD=mail-secret-number-three
export CHAT_URL MAIL_PASSWORD
cat >"$T/contacts.yaml" <<END
contacts: 1
ladders:
  ops:
    wait: 5m
    rungs:
      - {channel: broken, text: '@here'}
      - {channel: missing}
      - {channel: hung}
      - {channel: letters}
channels:
  broken: {webhook: {kind: slack, url_from: {file: url}}}
  missing: {webhook: {kind: slack, url_from: {env: NO_SUCH_URL}}}
  hung: {timeout: 4s, webhook: {kind: mattermost, url_from: {env: CHAT_URL}}}
  letters:
    smtp: {to: [ops@example.org, duty@example.org], server: '127.0.0.1:$mail', tls: none, user: night,
           password_from: {env: MAIL_PASSWORD}}
END
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Tell them
contacts: contacts.yaml
params: {what: {default: the shop}}
steps:
  - id: tell
    title: Help with ${what}
    contact: ops
    message: ${what} is down; join the call.
    until: told
    meanwhile: go on
  - id: look
    title: Look around
    do: Look around.
END
cd "$T" || exit 1
ok "the book lints" "$BLACKSTART" lint --strict book.yaml
plain one "$BLACKSTART" run --plain book.yaml
sees one 'the shop is down; join the call'
ok "nothing went out before somebody looked" test ! -e "$T/broken/1.in"
says one ''
wait_for "test -s '$T/hung/1.mail'" || bail "the hung channel is tried"
ok "a channel that hangs holds nobody up" timeout 60 "$BLACKSTART" status
ok "nor a remark" timeout 60 "$BLACKSTART" note "$("$BLACKSTART" runs --json | jq -r '.[0].run')" "still here"
unlike "which hangs still" "$("$BLACKSTART" log --json)" 'no answer in time'
wait_for '"$BLACKSTART" log --json | grep -q "queued as 4711"' || bail 'the letter is on record'
log=$("$BLACKSTART" log --json)
results=$(printf '%s' "$log" | jq -r '.. | objects | select(.what? == "result") | "\(.channel) \(.result) \(.why)"')
is "each try with what its server said" "$(printf '%s\n' "$results" | sed 's/:[0-9][0-9]*/:PORT/')" \
	"broken not working 127.0.0.1:PORT refused: 500 Oops: it broke
missing not working url_from: the variable NO_SUCH_URL is not set
hung not working 127.0.0.1:PORT: no answer in time (4s): $(printf '%s\n' "$results" | sed -n 's/^hung.*(4s): //p')
letters sent 250 2.0.0 queued as 4711"
kept=$(jq -r .text "$T/broken/1.mail" | sed -n 's/^Record: //p')
ok "the last line of a message is the head of the record" "$BLACKSTART" verify --head "$kept"
is "the words of a rung stand in front" "$(jq -r .text "$T/broken/1.mail" | sed '/^$/,$d')" 'Help with the shop
<!here> the shop is down; join the call.'
is "all addresses of the channel" "$(grep -c '^RCPT' "$T/mail/1.in")" 2
like "the message is named by run, step, attempt and try" "$(cat "$T/mail/1.mail")" \
	'^Message-ID: <[^ ]*\.tell\.1\.4@'
sees one 'Look around'
says one ''
sees one 'close|complete|end'
hangs_up one
"$BLACKSTART" close --reason done >/dev/null 2>&1

for secret in hook-secret-number-one hook-secret-number-two mail-secret-number-three \
	"$(printf '\0night\0mail-secret-number-three' | base64)"; do
	leaves_nothing "no secret in the record, its output, the status sheet, the screen: $secret" "$secret" \
		"$T/journal/journal.db" "$T/journal/output" "$T/journal/status" "$T/one.screen" "$HOME"
done
"$BLACKSTART" log --json >"$T/log.json"
"$BLACKSTART" status >"$T/status.txt" 2>&1
leaves_nothing "nor in what is told of it" secret-number "$T/log.json" "$T/status.txt"

# --- a drill goes to the channel of drills, and says so

sed -i '1a drill: letters' contacts.yaml
plain two "$BLACKSTART" drill --lab --plain book.yaml
sees two 'start\?$'
says two ''
wait_for "test -s '$T/mail/2.mail'"
like "a drill says so in the subject" "$(cat "$T/mail/2.mail")" '^Subject: DRILL: Help with the shop'
like "and in front of the text, with whom it would have reached" "$(sed '1,/^$/d' "$T/mail/2.mail")" \
	'^DRILL: in earnest this would have gone to broken'
ok "who is meant in earnest hears nothing" test ! -e "$T/broken/2.mail"
hangs_up two
"$BLACKSTART" close --reason done >/dev/null 2>&1

cd "$ROOT" || exit 1
stop_serving
done_testing
