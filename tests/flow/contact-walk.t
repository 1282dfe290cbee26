#!/bin/sh
# Contact steps with the real program: channels that log what they were given, calls by hand, the
# walk that goes on meanwhile, a severity that gets worse, replies that come late.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/contacts.yaml" <<'YAML'
contacts: 1
severities: [ordinary, down]
ladders:
  ops:
    wait: {ordinary: 1h, down: 1s}
    rungs:
      - {channel: chat, text: '@here', skip_if: {ask: No account in the chat?}}
      - {channel: dead}
      - {who: ana, by: [sms, phone], when: severity = 'down'}
      - {who: raj, by: phone}
  call: {wait: 1h, rungs: [{who: raj, by: phone}]}
  gone: {wait: 1s, rungs: [{channel: dead}]}
  loop: {wait: 1s, rounds: 3, rungs: [{channel: chat}]}
people:
  ana: {name: Ana Example, phone: '+34 1', sms: '+34 2'}
  raj: {phone: '+91 1'}
channels:
  chat: {command: 'printf "chat|%s|%s|%s\n" "$to" "$subject" "$text" >>ledger; echo 250 taken'}
  dead: {command: 'echo dead >>ledger; echo no route >&2; exit 7'}
  gw: {command: 'printf "sms|%s|%s\n" "$to" "$text" >>ledger', carries: sms}
YAML
book() {
	printf 'blackstart: 1\ntitle: Help\ncontacts: contacts.yaml\nparams:\n'
	printf '  severity: {ask: How bad?, one_of: [ordinary, down]}\nsteps:\n'
	cat
}
cd "$T" || exit 1

walk() {
	rm -rf ledger
	run timeout 200 "$BLACKSTART" run --answers "$@"
}
# The keeper may still be closing the file.
sql() {
	sqlite3 -readonly -cmd '.timeout 60000' journal/journal.db "$1"
}
rows() {
	sql "SELECT json_extract(payload, $1) FROM event
		WHERE kind = 'contact' AND run = (SELECT run FROM event ORDER BY wall DESC LIMIT 1)
		ORDER BY seq"
}

# --- a ladder from the first rung to a call ---------------------------------------------------
book >help.yaml <<'YAML'
  - id: help
    contact: ops
    message: "It is ${severity}: \"$PATH\" `id`"
    subject: Orders
    until: answered
YAML
cat >help.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: help, do: start}
  - {at: help, do: done, text: 'no', expect: {prompt: No account}}
  - {at: help, reply: {raj: answered}, reason: from the train}
YAML
walk help.answers -p severity=down help.yaml
is "a ladder is climbed until somebody answers" "$status" 0
is "each channel was given what was shown, as data" "$(cat ledger)" \
	'chat||Orders|@here It is down: "$PATH" `id`
dead
sms|+34 2|It is down: "$PATH" `id`'
like "the text is shown before it starts" "$(printf '%s\n' "$out" | sed '/start?/q')" \
	'message: It is down: "\$PATH"'
like "a dead channel says why" "$out" 'NOT SENT by dead: no route'
like "who is to be called is said with the number" "$out" \
	'BY HAND NOW: Ana Example by phone \+34 1'
like "a call that nobody made is passed over" "$out" 'Ana Example by phone .*: passed: not made'
like "the end names who answered" "$out" 'is done .*: raj has answered'
is "every try and result is on record" "$(rows "'$.what'" | tr '\n' ' ')" \
	'begun asked answer try result try result try result try result try reply '

run "$BLACKSTART" log
like "the log says what was sent" "$out" 'climbed, .*; subject: Orders; message: It is down: "\$PATH"'

# --- looked at from elsewhere ------------------------------------------------------------------
book >call.yaml <<'YAML'
  - {id: call, contact: call, message: Help.}
YAML
cat >call.answers <<'YAML'
answers: 1
run: {within: 5s}
steps:
  - {at: call, do: start}
YAML
walk call.answers -p severity=down call.yaml
run "$BLACKSTART" status
like "the status says whom to call now" "$out" 'CALL NOW: raj, phone \+91 1'
cat >call.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: call, do: suspend, optional: yes}
YAML
run "$BLACKSTART" attach --answers call.answers
run "$BLACKSTART" status
like "laid aside it says that nobody is tried" "$out" '^LAID ASIDE: nobody is tried meanwhile'
unlike "… and has nobody call, and no wait" "$out" 'CALL NOW|next in'
"$BLACKSTART" close --reason seen >/dev/null 2>&1

# --- nobody left ------------------------------------------------------------------------------
book >gone.yaml <<'YAML'
  - {id: gone, contact: gone, message: Help.}
YAML
cat >gone.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: gone, do: start}
  - {at: gone, do: retry, expect: {prompt: nobody is left}}
  - {at: gone, do: accept, reason: a note on the door}
YAML
walk gone.answers -p severity=down gone.yaml
is "nobody left: the operator decides" "$status" 0
is "a round more was tried" "$(grep -c dead ledger)" 2

# --- told, and a reply that comes late --------------------------------------------------------
book >told.yaml <<'YAML'
  - {id: told, contact: loop, message: Down for an hour., until: told}
  - {id: look, do: Look.}
YAML
cat >told.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: told, do: start}
  - {at: look, do: suspend}
  - {at: told, reply: {chat: answered}, reason: thanks}
  - {at: look, do: resume}
  - {at: look, do: done}
YAML
walk told.answers -p severity=down told.yaml
is "a late reply is taken" "$status" 0
is "one message was enough" "$(wc -l <ledger)" 1
is "the late reply is on record" "$(rows "'$.what', '$.why'" | tail -n 1)" '["reply","thanks"]'

# --- meanwhile: go on -------------------------------------------------------------------------
book >beside.yaml <<'YAML'
  - {id: help, contact: ops, message: Help., meanwhile: go on}
  - {id: one, run: echo one >>ledger, effect: change}
  - {id: two, run: echo two >>ledger, effect: change}
YAML
cat >beside.answers <<'YAML'
answers: 1
run: {within: 200s}
default: {start: change}
steps:
  - {at: run, do: close, reason: enough, expect: {prompt: 'STILL CONTACTING.*Contact ops'}}
YAML
walk beside.answers -p severity=ordinary beside.yaml
is "the walk goes on past it" "$status" 0
is "its question held nobody up" "$(cat ledger)" 'one
two'
like "closing ended it" "$("$BLACKSTART" log)" 'Contact ops .*ended.*: enough'
is "interrupted" "$(sql "SELECT
	json_extract(payload, '\$.outcome') FROM event WHERE kind = 'step' AND step = 'help'
	ORDER BY wall DESC, seq DESC LIMIT 1")" interrupted
like "which is a departure: nobody was reached" "$("$BLACKSTART" status)" 'complete with departures'

# A person: nothing typed for the walk reaches the climb, and the other way round.
rm -f ledger
plain ana "$BLACKSTART" run --plain -p severity=ordinary beside.yaml
sees ana 'Contact ops: start\?'
says ana ''
sees ana 'No account in the chat\? \(yes or no\)'
sees ana 'echo one'
says ana ''
wait_for 'grep -qs one ledger'
pass "Enter starts the step, beside an open yes or no"
sees ana 'echo two'
says ana '2 no'
wait_for 'grep -qs "^chat" ledger'
pass "a question beside the walk takes its number"
is "and started nothing else" "$(grep -c two ledger)" 0

# --- a severity that gets worse ---------------------------------------------------------------
sees ana 'chat took the message'
says ana 'correct severity down'
sees ana 'Why'
says ana 'it spreads'
sees ana 'severity is now down'
wait_for 'grep -qs "^sms" ledger'
is "worse shortens an open wait of an hour" "$?" 0
sees ana 'BY HAND NOW: Ana Example'
says ana 'ana: voicemail'
sees ana 'Ana Example .*: voicemail'
says ana 'nobody: answered'
sees ana 'No step tries to reach nobody'
says ana 'reply ana joined at once'
sees ana 'Contact ops is done .*Ana Example has joined'
says ana ''
wait_for 'grep -qs two ledger'
left ana
is "and the run is complete" "$status" 0
ok "the record is whole" "$BLACKSTART" verify

# --- what cannot be climbed -------------------------------------------------------------------
book >none.yaml <<'YAML'
  - {id: help, contact: nobody, message: Help.}
YAML
cat >none.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: help, do: done}
YAML
like "a dry run says so too" "$("$BLACKSTART" run --dry -p severity=down none.yaml 2>&1)" \
	'NOT CLIMBED: contacts.yaml has no ladder nobody'
like "and shows what would go out" "$("$BLACKSTART" run --dry -p severity=down help.yaml 2>&1 |
	tr '\n' '|')" 'says +It is down: .*\| +reaches +Ana Example, raj, chat, dead\|'
walk none.answers -p severity=down --reason 'for the test' none.yaml
is "a ladder that is not there is an instruction" "$status" 0
like "and says why" "$out" 'NOT CLIMBED: contacts.yaml has no ladder nobody'

done_testing
