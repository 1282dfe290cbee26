#!/bin/sh
# The answers file: the same intents, and loud where the walk differs.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Answered by a file
steps:
  - id: count
    title: Count
    run: echo 3
    effect: read
    capture: {n: int}
    expect: n = 3
  - id: look
    title: Look at ${n}
    do: Look.
    returns: {newest: text, size: int}
  - id: change
    title: Change it
    run: echo ran >>changed
    effect: change
  - id: way
    title: The way
    choose: Which way?
    options:
      - title: Left
        id: left
        steps: [{id: l, title: Go left, run: echo left >>way, effect: change}]
      - title: Right
        id: right
        steps: [{id: r, title: Go right, run: echo right >>way, effect: change}]
  - id: destroy
    title: Destroy it
    run: echo gone >>destroyed
    effect: destroy
    target: vol-data
YAML
cd "$T" || exit 1

steps() {
	cat <<'YAML'
answers: 1
run: {within: 200s}
default: {start: change}
steps:
YAML
	cat
}
walk() {
	rm -f changed way destroyed
	run "$BLACKSTART" run --plain --answers answers.yaml book.yaml
}

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: The way, do: done, text: right, expect: {prompt: 'which way'}}
  - {at: destroy, do: start, text: vol-wrong, expect: {refused: yes}}
  - {at: destroy, do: start, text: vol-data}
YAML
walk
is "a walk that fits is complete" "$status" 0
is "… by the ways that the file takes" "$(cat changed way destroyed | tr '\n' ' ')" \
	'ran right gone '

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: way, do: done, text: right}
YAML
walk
is "a destroying step is in no default" "$status" 1
like "… and it says so" "$out" 'answers.yaml: no answer is left; the walk asks: .*vol-data'
is "… and nothing was destroyed" "$(ls destroyed 2>/dev/null)" ''
like "… and the run stays open" "$out" 'The run goes on.*blackstart attach '

steps >answers.yaml <<'YAML'
  - {at: way, do: done, text: left}
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: destroy, do: start}
YAML
walk
is "a name that is not typed destroys nothing" "$status" 1
like "… with the place of the answer" "$out" 'answers.yaml:7:5: refused: that is not the target'
is "… and nothing is destroyed" "$(ls destroyed 2>/dev/null)" ''

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: way, do: done, text: left}
  - {at: destroy, do: start, text: vol-wrong}
  - {at: destroy, do: start, text: vol-data}
YAML
walk
like "where the walk differs it says so" "$out" 'answers.yaml:7:5: refused: that is not the target'
unlike "… and sends nothing after that" "$out" 'answers.yaml:8'
is "… nothing is destroyed" "$status $(ls destroyed 2>/dev/null)" '1 '

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: four}}
YAML
walk
is "a value that does not fit is loud" "$status" 1
like "… with what it wants" "$out" 'answers.yaml:5:5: refused: .*size'

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: 4}, expect: {prompt: 'Look at 4'}}
YAML
walk
is "another question than expected is loud" "$status" 1
like "… with both" "$out" 'expected a question like /Look at 4/; the walk asks: 2 Look at 3'

steps >answers.yaml <<'YAML'
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: way, do: done, text: left}
  - {at: r, do: skip, reason: never reached}
  - {at: destroy, do: start, text: vol-data}
  - {at: l, do: skip, reason: perhaps, optional: yes}
YAML
walk
is "an answer that nothing asked for is loud" "$status" 1
like "… with its place" "$out" 'answers.yaml:7:5: never asked for: skip at r'

steps >answers.yaml <<'YAML'
  - {at: run, do: note, text: a remark from the file}
  - {at: look, do: fail, reason: no access}
  - {at: look, do: retry}
  - {at: look, do: done, with: {newest: today, size: 4}}
  - {at: change, do: edit, text: 'echo edited >>changed', reason: out of date}
  - {at: change, do: start}
  - {at: run, do: correct, name: n, text: '7', reason: counted by hand}
  - {at: way, do: done, text: left}
  - {at: destroy, do: skip, reason: not today}
YAML
walk
is "deviations go by the file too" "$status" 0
is "… the edited command ran" "$(cat changed)" edited
run "$BLACKSTART" log "$(sed -n 's/^record: .*, run //p' .out)"
like "… the remark is on record" "$out" 'note: a remark from the file'
like "… the corrected value too" "$out" 'value n = 7, CORRECTED: counted by hand'

echo 'answers: 1
steps: [{at: look, do: dune}]' >answers.yaml
walk
is "a file with a mistake starts nothing" "$status" 2
like "… with its place" "$err" 'answers.yaml:2:[0-9]+: no such answer; did you mean .done'
done_testing
