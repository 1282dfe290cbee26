#!/bin/sh
# Several questions at once, commands that ask, secrets, and acts that answer no question.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Many at once
steps:
  - id: both
    title: Both sides
    parallel:
      - {id: a, title: Left side, run: echo left >>ran, effect: change}
      - id: b
        title: Right side
        run: echo right >>ran
        effect: change
        undo: echo right undone >>ran
      - {id: c, title: Stand by, do: Stand by.}
  - id: asks
    title: A command that asks
    run: |
      printf 'Name: '
      read -r name
      echo "hello $name"
    effect: change
    terminal: true
  - id: password
    title: Unlock
    do: Type it.
    returns: {pw: {secret: yes, prompt: The password?}}
  - id: use
    title: Use it
    run: printf '%s' "$pw" | wc -c >>ran
    effect: change
    secret: [pw]
    owes: {door: echo door closed >>ran}
  - id: long
    title: Long work
    run: echo started >>ran; exec tail -f /dev/null
    effect: change
  - settle: door
YAML
cd "$T" || exit 1
"$BLACKSTART" lint book.yaml 2>&1 | sed 's/^/# /'

plain one "$BLACKSTART" run --plain --as ana book.yaml
sees one '3 questions are open; begin an answer with the number'
says one ''
sees one 'Several questions are open'
says one 'skip'
sees one 'Several questions are open'
says one '9 done'
sees one 'no answer to the question'
is "without its number no answer counts" "$(ls ran 2>/dev/null)" ''
b=$(grep -oE '^  [123]: .* Right side' one.screen | tail -n 1 | cut -c3)
a=$(grep -oE '^  [123]: .* Left side' one.screen | tail -n 1 | cut -c3)
c=$(grep -oE '^  [123]: .* Stand by' one.screen | tail -n 1 | cut -c3)
says one "$b start"
sees one 'Right side is done'
is "the number picks the question" "$(cat ran)" right
says one "$c done"
sees one 'Stand by is done'
says one "$a skip not needed"
sees one 'Left side is SKIPPED: not needed'

sees one 'A command that asks: start'
says one ''
sees one '^\| Name: '
says one '> Ada  L'
sees one 'hello Ada  L'
pass "a line goes to the running command"

sees one 'Unlock: do it'
says one 'done'
sees one '^pw .*not shown'
says one 'hunter2'
sees one 'value pw is set \(hidden\)'
unlike "a secret does not stand on the screen" "$(cat one.screen)" 'hunter2'
sees one 'Use it: start'
says one ''
sees one 'still down from now on: door'
sees one 'Long work: start'
is "… and reaches its command" "$(tail -n 1 ran | tr -d ' ')" 7
unlike "… and is not on record" "$("$BLACKSTART" log --json 2>/dev/null)" 'hunter2'

says one 'where'
sees one '^-> .*Long work'
sees one '^still down: door'
says one ''
wait_for 'grep -q started ran'
says one 'exec echo by hand >>ran'
sees one 'by hand: echo by hand'
wait_for 'grep -q "by hand" ran'
says one 'abort'
sees one 'told to stop'
sees one 'Long work did NOT come out'
sees one 'Long work: '
says one 'accept'
sees one 'Why'
says one '1'
sees one 'Long work is ACCEPTED'
sees one 'Settle door: start'
says one 'undo b'
sees one 'undo of .*Right side: done'
says one 'settle door'
sees one 'back up: door'
says one 'skip'
sees one 'Why'
says one 'it is back already'
sees one 'verdict'
left one
is "what was done, in order" "$(grep -v '^ *[0-9]' ran | tr '\n' ' ')" \
	'right started by hand right undone door closed '

# ^C: the first says what it does not do, the second leaves.
plain two "$BLACKSTART" run --plain --as ana book.yaml
sees two '3 questions are open'
kill -INT "$(cat two.pid)"
sees two '.C stops no command and no run'
kill -INT "$(cat two.pid)"
sees two 'The run goes on'
left two
is "leaving is 1" "$status" 1
plain three "$BLACKSTART" attach
sees three '3 questions are open'
says three 'leave'
sees three 'The run goes on'
left three
is "so is the word" "$status" 1
done_testing
