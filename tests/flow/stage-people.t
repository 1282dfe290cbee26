#!/bin/sh
# A simulated drill with people: nothing is sent to anybody, and who replies is what the scenario says.
. tests/lib/tap.sh

BLACKSTART_JOURNAL=$T/journal.db
MARK=$T/sent
export BLACKSTART_JOURNAL MARK
contacts() { sql "select payload from event where kind = 'contact' and payload ->> 'what' = '$1' order by seq"; }

cat >"$T/contacts.yaml" <<'END'
contacts: 1
people:
  ana: {name: Ana, sms: "+34 600 000 001"}
  raj: {name: Raj, sms: "+34 600 000 002"}
ladders:
  ops:
    wait: 30m
    rungs:
      - {channel: chat}
      - {who: ana, by: sms}
      - {who: raj, by: sms}
channels:
  chat: {command: 'touch "$MARK"'}
  text: {carries: sms, command: 'touch "$MARK"'}
END
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Reach somebody
contacts: contacts.yaml
steps:
  - id: help
    contact: ops
    message: It is down.
    until: answered
  - end: Somebody is there.
    success: true
END
cat >"$T/scenario.yaml" <<'END'
scenario: 1
title: The first does not answer
runbook: book.yaml
pace: 300
replies:
  - {who: chat, reply: no-answer}
  - {who: ana, reply: no-answer, after: 30s}
  - {who: raj, reply: answered, after: 90s, says: Five minutes.}
END
printf 'answers: 1\nrun: {within: 2m}\ndefault: {start: change, close: over}\nsteps: []\n' >"$T/answers.yaml"
run "$BLACKSTART" lint "$T/book.yaml" "$T/contacts.yaml" "$T/scenario.yaml"
is "it fits" "$status" 0
run "$BLACKSTART" drill "$T/scenario.yaml" --answers "$T/answers.yaml"
is "it is walked to its end" "$status" 0
ok "nothing was sent to anybody" test ! -e "$MARK"
is "who was tried, in order" "$(contacts try | jq -r '.who' | tr '\n' ' ')" 'chat ana raj '
like "the first did not answer" "$(contacts result | jq -r 'select(.who == "ana") | .result')" 'no answer'
is "the second did, in their words" "$(contacts reply | jq -c '[.who, .standing, .why]')" \
	'["raj","answered","Five minutes."]'
is "it was the scenario that said so" \
	"$(sql "select distinct actor from event where kind = 'contact' and payload ->> 'what' = 'reply'")" scenario
is "after their time" "$(sql "select (max(wall) filter (where payload ->> 'what' = 'reply') -
	max(wall) filter (where payload ->> 'what' = 'try')) >= 300000000 from event where kind = 'contact'")" 1

done_testing
