#!/bin/sh
# A keeper that is killed is brought back by whoever is attached; an answer given meanwhile counts
# once; the same answers file goes on where the walk is.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Survive
steps:
  - id: one
    title: First change
    run: |
      echo one >>ran
      until [ -f "$GO" ]; do :; done
      echo two >>ran
    env: {GO: go}
    effect: change
  - id: look
    title: Look at it
    do: Look.
    returns: {seen: int}
  - id: last
    title: Last change
    run: echo "$seen" >>ran
    effect: change
YAML
cd "$T" || exit 1

plain ana "$BLACKSTART" run --plain --as ana book.yaml
sees ana 'First change: start'
says ana ''
wait_for 'grep -q one ran'
kill -KILL $(process keeper)
sees ana 'The keeper of this run is gone'
sees ana 'The keeper is back'
touch go
sees ana 'Look at it: do it'
is "a command outlives the keeper, and runs once" "$(tr '\n' ' ' <ran)" 'one two '

# Killed while the person is in the middle of an answer: the question stands, the answer counts.
says ana 'done'
sees ana '^seen'
kill -KILL $(process keeper)
sees ana 'The keeper is back'
says ana '5'
sees ana 'value seen = 5'
sees ana 'Last change: start'

# Stopped: what is said now reaches the next keeper, once.
victim=$(process keeper)
kill -STOP "$victim"
says ana ''
wait_for 'unread ana | grep -q "^> $"'
kill -KILL "$victim"
sees ana 'verdict: complete'
left ana
is "the run is complete" "$status" 0
is "an answer given to a dying keeper counts once" "$(tr '\n' ' ' <ran)" 'one two 5 '

# The same file again.
cat >answers.yaml <<'YAML'
answers: 1
steps:
  - {at: one, do: start}
  - {at: look, do: fail, reason: no access}
  - {at: look, do: retry}
  - {at: look, do: done, with: {seen: 7}}
  - {at: last, do: start}
YAML
for gone in 1 2 3 4; do
	rm -f ran
	head -n $((gone + 2)) answers.yaml >part.yaml
	run "$BLACKSTART" run --plain --answers part.yaml book.yaml
	is "a file that ends too soon is loud ($gone)" "$status" 1
	kill -KILL $(process keeper)
	run "$BLACKSTART" attach --answers answers.yaml
	is "the same file brings the run to its end ($gone)" "$status" 0
	is "… to the same state" "$(tr '\n' ' ' <ran)" 'one two 7 '
	is "… and nothing is complained about" "$err" ''
done

# A client that is killed changes nothing.
rm -f ran go
plain raj "$BLACKSTART" run --plain --as raj book.yaml
sees raj 'First change: start'
says raj ''
wait_for 'grep -q one ran'
kill -KILL "$(cat raj.pid)"
wait "$(cat raj.pid)" 2>/dev/null
hangs_up raj
touch go
recorded 'First change is done'
plain eva "$BLACKSTART" attach
sees eva 'Look at it: do it'
says eva 'close'
sees eva 'Why'
says eva '3'
sees eva 'verdict'
left eva
is "ended early is 1" "$status" 1
done_testing
