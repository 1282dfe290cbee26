#!/bin/sh
# What is no answer does nothing: end of input, unknown words, Enter where it means nothing.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Small things
steps:
  - id: look
    title: Look at it
    do: Look at the thing.
  - id: change
    title: Change it
    run: echo ran >>"$OUT"
    env: {OUT: changed}
    effect: change
YAML
cd "$T" || exit 1

plain one "$BLACKSTART" run --plain book.yaml
sees one 'Look at it: do it'
like "a question says what every answer does" "$(cat one.screen)" '^  done \(d\): '
like "… and which ask for a reason" "$(cat one.screen)" '^  skip \(s\): .*you are asked why'
says one 'yes'
sees one 'no answer to the question: nothing was done'
says one ''
sees one 'Enter alone is no answer here: nothing was done'
says one 'sk'
sees one 'no answer to the question'
says one '2 done'
sees one 'no answer|no question'
hangs_up one
left one
is "end of input leaves with 1" "$status" 1
like "… and says that the run goes on" "$screen" 'The run goes on'
like "… and how to come back" "$screen" 'blackstart attach [0-9]{8}-'
run "$BLACKSTART" log
unlike "nothing was done" "$out" 'Look at it is (done|SKIPPED)'

plain two "$BLACKSTART" attach
sees two 'Look at it: do it'
printf 'done' >two.in
hangs_up two
left two
run "$BLACKSTART" log
unlike "a line without its end is no answer" "$out" 'Look at it is done'

plain three "$BLACKSTART" attach
sees three 'Look at it: do it'
says three 'skip'
sees three 'Why\? A number'
says three ''
sees three 'Called off: nothing was sent'
says three 's'
sees three 'Why\? A number'
says three '9'
sees three 'No such number'
says three '1'
sees three 'Look at it is SKIPPED: not needed this time'
sees three 'Change it: start\?'
says three 'd'
sees three 'no answer to the question'
is "a change waits" "$(cat changed 2>/dev/null)" ''
says three 'note all is well'
sees three 'note: all is well'
says three ''
sees three 'verdict: complete'
left three
is "closed with success is 0" "$status" 0
is "Enter starts a change, once" "$(cat changed)" ran
like "the end says where the record is" "$screen" "^record: $T/journal/journal.db, run "

run "$BLACKSTART" attach
is "a closed run can be looked at" "$status" 0
like "… with its end" "$out" 'verdict: complete'
done_testing
