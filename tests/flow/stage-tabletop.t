#!/bin/sh
# A tabletop: nothing is run, and the operator says what each command would come to.
. tests/lib/tap.sh
. tests/lib/plain.sh

BLACKSTART_JOURNAL=$T/journal.db
MARK=$T/ran
export BLACKSTART_JOURNAL MARK

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Restore it
steps:
  - id: members
    title: How many members
    run: touch "$MARK"; echo 9
    effect: read
    capture: {n: {as: int}}
  - id: restore
    title: Restore ${n}
    run: touch "$MARK"
    effect: change
    verify: {run: touch "$MARK"}
  - end: Done.
    success: true
END

# --- by a file

cat >"$T/answers.yaml" <<'END'
answers: 1
run: {within: 2m}
default: {start: change, close: over, play: worked}
steps:
  - {at: members, output: "3\n", says: ask etcd, expects: three of them,
     expect: {prompt: Nothing is run}}
  - {at: restore, do: start}
  - {at: restore, do: abort, reason: another one first}
  - {at: restore, do: retry, expect: {prompt: another one first}}
  - {at: restore, play: failed}
  - {at: restore, do: retry, expect: {prompt: exit status 1}}
  - {at: restore, exit: 4, output: "half of it\n"}
  - {at: restore, do: retry, expect: {prompt: exit status 4}}
END
run "$BLACKSTART" drill "$T/book.yaml" --answers "$T/answers.yaml" --id-file "$T/id"
is "it is walked to its end" "$status" 0
id=$(cat "$T/id")
body() { sql "select payload from event where run = '$id' and $1"; }
is "its first row says how" "$(body 'seq = 1' | jq -r .way)" tabletop
ok "no command of the runbook was run" test ! -e "$MARK"
is "what would be done is on record" "$(body "payload ->> 'says' is not null" |
	jq -c '[.says, .expects, .output, .by]')" '["ask etcd","three of them","3\n","operator"]'
is "a value comes of the words" "$(body "kind = 'value'" | jq -r .text)" 3
is "a status too" "$(body "kind = 'cmd_ended' and payload ->> 'exit' = 4" | wc -l)" 1
like "and what it prints is shown" "$out" '^\| half of it$'
is "what is stopped ends at once" "$(body "kind = 'cmd_ended' and payload ->> 'signal' = 15" | wc -l)" 1
is "its second look is asked as well" "$(sql "select count(distinct d.payload ->> 'token') from event d, event c
	where d.kind = 'drill' and c.kind = 'cmd_intent' and d.payload ->> 'token' = c.payload ->> 'token'
	and c.payload ->> 'purpose' = 'verify'")" 1

# --- by hand

plain one "$BLACKSTART" drill --plain --as ana "$T/book.yaml"
sees one 'How many members: Nothing is run. What would you do'
ok "who finds the sheet does not go on with what never ran" \
	wait_for "grep -q 'DRILL in which nothing is run' '$T'/status/*.txt"
says one '1'
sees one 'no answer to the question'
says one ''
sees one 'What would you do\?'
says one 'ask the other team'
sees one 'What do you expect to see\?'
says one ''
sees one 'worked, failed, or the line'
says one '5'
sees one 'Restore 5: start\?'
says one ''
sees one 'Restore 5: Nothing is run'
says one 'play worked'
sees one 'It would be verified'
says one 'play failed'
sees one 'not verified'
ok "no command was run there either" test ! -e "$MARK"

done_testing
