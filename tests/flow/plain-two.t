#!/bin/sh
# Several at one run: one operates, the others look on, note, and take over with a reason.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Two at it
steps:
  - id: look
    title: Look at it
    do: Look.
  - id: change
    title: Change it
    run: echo ran >>changed
    effect: change
  - id: last
    title: Look again
    do: Look again.
YAML
cd "$T" || exit 1

plain ana "$BLACKSTART" run --plain --as ana book.yaml
sees ana 'Look at it: do it'
says ana 'done'
sees ana 'Change it: start'
plain raj "$BLACKSTART" attach --as raj
sees raj 'Change it: start'
sees raj 'you look on: ana operates this run'

says raj ''
sees raj 'Refused: somebody else operates this run'
is "who looks on starts nothing" "$(ls changed 2>/dev/null)" ''
says raj 'note I am here'
sees raj 'note: I am here \(raj\)'
sees ana 'note: I am here \(raj\)'
pass "a note of one is seen by the other"

# An answer that is half given when its question goes away is not sent.
says ana 'skip'
sees ana 'Why\?'
says raj 'take'
sees raj 'Why\?'
says raj 'ana asked for it'
sees raj 'TOOK the seat OVER: ana asked for it'
sees ana 'raj .* TOOK the seat OVER: ana asked for it'
says raj ''
sees raj 'Look again: do it'
sees ana 'That question is not asked any more: nothing was sent'
wait_for '[ -f changed ]'
is "the new operator starts it, once" "$(cat changed)" ran
sees ana 'you look on: raj operates'
says ana 'done'
sees ana 'Refused: somebody else operates'

# A name that was asked for is no answer to the next question.
says raj 'handover ana'
sees raj 'hands the seat over: to ana'
says ana 'done'
sees ana 'ana .*operates this run'
sees ana 'verdict: complete'
sees raj 'verdict: complete'
left ana
left raj
is "both leave with the run's status" "$status" 0

run "$BLACKSTART" log
like "the record says who refused whom" "$out" 'refused: start: somebody else operates.* \(raj\)'

# --observe and --take-over
plain one "$BLACKSTART" run --plain --as ana book.yaml
sees one 'Look at it: do it'
says one 'done'
sees one 'Change it: start'
plain two "$BLACKSTART" attach --as raj --take-over 'ana sleeps'
sees two 'TOOK the seat OVER: ana sleeps'
hangs_up two
left two
like "leaving does not end the run" "$screen" 'The run goes on'
sees one 'raj .*left the seat'
says one ''
sees one 'ana .*operates this run'
says one 'done'
sees one 'verdict: complete'
left one
done_testing
