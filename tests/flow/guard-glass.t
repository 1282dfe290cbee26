#!/bin/sh
# A freeze holds what destroys; who breaks the glass says why, and everybody is told at once.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
cat >environments.yaml <<'YAML'
prd:
  protected: true
  target: {probe: cat target, is: prd}
  freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: moving house}
  tell: ops
YAML
cat >contacts.yaml <<'YAML'
people:
  ana: {phone: '+34 600 000 001', mail: ana@example.org}
  raj: {chat: raj}
channels:
  pager: {kind: command, carries: chat, command: 'printf "%s|%s|%s\n" "$to" "$subject" "$text" >>told'}
  room: {kind: command, command: 'echo "room|$subject" >>told'}
  broken: {kind: command, command: exit 3}
ladders:
  ops:
    rungs:
      - {channel: room, wait: 5m}
      - {who: [ana, raj], by: [phone, chat], wait: 5m}
      - {channel: broken, wait: 5m}
      - {channel: room, wait: 5m}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Clean up
environment: prd
contacts: contacts.yaml
steps:
  - id: clean
    title: Delete the claim
    run: echo gone >>destroyed
    effect: destroy
    target: pvc data
    if_not: Ask.
    no_way_back: It is old.
  - id: last
    title: Look
    do: Look.
YAML
echo prd >target

plain glass "$BLACKSTART" run --plain --as ana book.yaml
sees glass 'it cannot start: prd is frozen: moving house'
sees glass 'override \(o\): break the glass'
says glass 'retry'
sees glass 'it cannot start: prd is frozen: moving house'
says glass 'override'
sees glass 'This breaks the glass. The name of the environment:'
says glass 'pvc data'
sees glass 'Why'
says glass 'the shop is down'
sees glass 'Refused: .*the name of the environment, prd'
is "nobody is told of what did not happen" "$(ls told 2>/dev/null)" ''
says glass 'override'
sees glass 'The name of the environment'
says glass 'prd'
sees glass 'Why'
says glass 'the shop is down'
sees glass 'THE GLASS IS BROKEN in prd, against the freeze; reason: the shop is down'
sees glass 'type its target: pvc data'
wait_for 'grep -q ^Command: told && grep -q ^room told'
is "each way is told once" "$(grep -c '|.*the glass is broken in prd: Delete the claim' told)" 2
like "who, what and why" "$(cat told)" 'starts "Delete the claim" in prd against the freeze'
like "and the command" "$(cat told)" 'Command: echo gone >>destroyed'
recorded 'NOT told of it: broken \(by broken\): it ended with exit status 3'
echo dev >target
says glass 'pvc data'
sees glass 'this is not prd: cat target reads "dev"; it must read "prd"'
is "no broken glass makes a wrong target right" "$(ls destroyed 2>/dev/null)" ''
echo prd >target
says glass 'skip given up'
sees glass 'Look: do it'
says glass 'd'
sees glass 'verdict'
left glass
is "the report has it as a guard that was passed, with its row" "$("$BLACKSTART" report --json --after-action |
	jq -c '.timeline as $t | .after_action.objectives[] | select(.id == "guard") | [.result, .count,
	([.rows[] as $r | $t[] | select(.row == $r) | .text | test("THE GLASS IS BROKEN")])]')" \
	'["missed",1,[true]]'
is "nobody was told twice" "$(grep -c 'the glass is broken' told)" 2

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
done_testing
