#!/bin/sh
# report --patch: notes and changes of a run become a diff of its runbook, which patch and git take, which
# lints as before, and in which nothing that anybody typed is more than a comment.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
mkdir part
cat >part/below.yaml <<'YAML'
blackstart: 1
title: Below
steps:
  - id: deep
    title: Deep down
    do: Look there.
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: To be changed
params:
  size: {as: int, default: 3} # of the cluster
  note: {default: "plain"}
steps:
  - id: first
    title: First
    do: Look around.
  -
    id: odd
    title: Odd
    run: echo one
    effect: change
  - id: block
    title: Block
    run: |
      echo a
      exit 3
    effect: change

  # a comment of the runbook's own
  - title: Failed
    id: worse
    run: exit 4
    effect: change
  - {id: worn, title: Worn, run: 'true', effect: change}
  - call: part/below.yaml
    id: under
  - {id: flow, title: "In one line", do: "Look."}
  - id: twice
    title: Twice
    each: {x: [p, q]}
    steps:
      - id: round
        title: Round ${x}
        do: Look at ${x}.
  - {id: over, title: Over, do: 'See ${size} ${note}.'}
YAML
cat >a.answers <<'YAML'
answers: 1
run: {within: 100s, pace: auto}
default: {start: change, close: over}
steps:
  - {at: first, do: note, text: 'Say where: the map hangs in the hall, 2nd floor,
      and nobody of the night shift knows that it is there at all'}
  - {at: first, do: note, text: "two\nlines\n- id: evil\n  run: touch hacked"}
  - {at: first, do: note, text: "--- a/book.yaml\n+++ b/book.yaml\n@@ -1,1 +1,1 @@\e[31m call +34 600 111 222"}
  - {at: run, do: correct, name: size, text: '5', reason: five now}
  - {at: first, do: done}
  - {at: odd, do: edit, text: "echo 'two: it''s' # new", reason: better}
  - {at: odd, do: start}
  - {at: block, do: edit, text: "echo b\n\necho c: d", reason: better}
  - {at: block, do: start}
  - {at: worse, do: edit, text: exit 5, reason: try}
  - {at: worse, do: start}
  - {at: worse, do: skip, reason: 'not "today"'}
  - {at: worn, do: edit, text: 'echo "$nobody_sets_it"', reason: try}
  - {at: worn, do: start}
  - {at: Deep down, do: note, text: down here}
  - {at: Deep down, do: done}
  - {at: flow, do: note, text: in one line}
  - {at: flow, do: done}
  - {at: round@p, do: note, text: of p alone}
  - {at: round@p, do: done}
  - {at: round@q, do: done}
  - {at: over, do: done}
YAML
run "$BLACKSTART" lint book.yaml
clean=$out
run timeout 100 "$BLACKSTART" run --answers a.answers book.yaml
like "a run with notes and changes" "$out" 'Run closed'
id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
wait_for '! is_kept "$T/journal"' || diag "its keeper stays"
cp book.yaml as-run.yaml
echo '# changed since' >>book.yaml
run "$BLACKSTART" report "$id" --patch
is "a patch" "$status" 0
printf '%s\n' "$out" >p.diff
[ -z "${SHOW-}" ] || cat p.diff
like "against the runbook as it was kept" "$out" "^--- \\./book.yaml"
like "and what it calls" "$out" "^--- \\./part/below.yaml"
like "a note stands above its step" "$out" '^\+  # note: Say where: the map hangs'
like "what is long goes on" "$out" '^\+  #   .*there at all \('
is "no line that was typed is more than a comment" "$(grep -E 'evil|hacked|@@ -1,1' p.diff |
	grep -vcE '^\+ *#  ')" 0
unlike "no number of anybody" "$out" '600 111'
is "no control character" "$(LC_ALL=C tr -d '\n' <p.diff | LC_ALL=C grep -c '[[:cntrl:]]')" 0
like "what failed all the same is not put in" "$out" \
	'^# not in the patch: changed command at worse: exit 5: the step was not done with it \['
like "nor what the runbook would have a finding more by" "$out" \
	'^# not in the patch: changed command at worn: echo "\$nobody_sets_it": the runbook would not'
like "what was left out is told with its reason" "$out" \
	'^# not in the patch: .*Failed is SKIPPED: not "today"'

mkdir git patch
for d in git patch; do
	cp -r as-run.yaml part $d
	mv $d/as-run.yaml $d/book.yaml
done
run sh -c 'cd patch && patch -p0 <../p.diff'
is "patch takes it" "$status" 0
unlike "whole, at its place" "$out" 'FAILED|fuzz|offset'
run sh -c 'cd git && git init -q . && git apply --whitespace=nowarn ../p.diff'
is "git takes it" "$status" 0
is "the same comes out" "$(diff -r -x .git git patch)" ''
run sh -c 'cd patch && "$BLACKSTART" lint book.yaml'
is "it lints as before" "$out" "$clean"
run sed -n '/id: odd/,/effect/p' patch/book.yaml
is "a command that came out" "$out" "$(cat <<'YAML'
    id: odd
    title: Odd
    run: 'echo ''two: it''''s'' # new'
    effect: change
YAML
)"
run sed -n '/id: block/,/effect/p' patch/book.yaml
is "of several lines" "$out" "$(cat <<'YAML'
  - id: block
    title: Block
    run: |
      echo b

      echo c: d
    effect: change
YAML
)"
like "a default" "$(cat patch/book.yaml)" '  size: \{as: int, default: 5\} # of the cluster'
like "the round that a note is on" "$(cat patch/book.yaml)" '      # note on p: of p alone \('
like "of a called runbook" "$(cat patch/part/below.yaml)" '^  # note: down here \('
like "a step in one line" "$(cat patch/book.yaml)" '^  # note: in one line \('
unlike "and no step more" "$("$BLACKSTART" show --yaml patch/book.yaml)" 'evil|hacked'
run "$BLACKSTART" report "$id" --patch --json
is "a diff is no JSON" "$status" 2
run "$BLACKSTART" report "$id" --patch --unmask
like "numbers, when asked for" "$out" '600 111 222'

done_testing
