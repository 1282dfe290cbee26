#!/bin/sh
# A drill in a lab: commands are run, and nothing that changes starts but where the target itself says that it is a
# lab. One that says so, one that does not; by the walk, by hand, repaired, brought back, undone; nobody overrides it.
. tests/lib/tap.sh
. tests/lib/plain.sh

BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
b=$BLACKSTART
cd "$T" || exit 1
cat >environments.yaml <<'END'
prd:
  protected: true
  target: {probe: cat "$place/name", is: db-1}
  lab: {run: cat "$place/what", is: a lab}
bare:
  protected: false
END
cat >book.yaml <<'END'
blackstart: 1
title: Wipe the volume
environment: ${env_name}
params:
  env_name: {default: prd}
  place: {default: lab}
steps:
  - {id: look, title: Look, run: 'cat "$place/name"', effect: read}
  - id: stop
    title: Stop the writers
    run: echo stopped >>"$place/done"
    effect: change
    owes: {writers: 'echo back >>"$place/done"'}
  - id: each
    title: Stop each
    each: {one: [a, b]}
    steps:
      - {title: One, run: 'echo "one $one" >>"$place/done"', effect: change}
  - id: check
    title: Is it gone?
    check: n = 0
    probe: echo 1
    capture: {n: int}
    repair: echo repaired >>"$place/done"
    if_not: Ask.
  - id: wipe
    title: Wipe it
    run: echo wiped >>"$place/done"
    undo: echo unwiped >>"$place/done"
    effect: destroy
    target: vol-7
    if_not: Ask.
  - settle: writers
  - end: Done.
    success: true
END
for place in lab real; do
	mkdir $place
	echo db-1 >$place/name
done
echo a lab >lab/what
echo what customers see >real/what
ok "lint has nothing against it" $b lint environments.yaml

first() { # NAME OPTION…: a lab drill
	name=$1
	shift
	run $b drill book.yaml --lab --as ana --answers "$name.yaml" --id-file id "$@"
	id=$(cat id)
}
starts() {
	sql "select count(*) from event where run = '$id' and kind = 'cmd_intent'
		and payload ->> 'purpose' in ('main', 'repair', 'settle', 'undo', 'exec') and step is not 'look'"
}

# --- a target that says that it is a lab

cat >good.yaml <<'END'
answers: 1
default: {start: change}
steps:
  - {at: run, do: exec, text: 'echo by hand >>lab/done'}
  - {at: check, do: repair}
  - {at: check, do: override, reason: it is a drill}
  - {at: wipe, do: skip, reason: an answers file wipes nothing there}
END
first good
is "in a lab it is walked" "$status" 0 || printf '%s\n%s\n' "$out" "$err" | sed 's/^/# /'
is "its commands were run" "$(sort lab/done | tr '\n' ' ')" "back by hand one a one b repaired stopped "
is "the target was asked before each" "$(sql "select count(*) from event where run = '$id' and kind = 'guard'
	and payload ->> 'what' = 'lab' and payload ->> 'agrees' = 1")" "$(starts)"
like "the log says so" "$($b log "$id")" 'prd is a lab: cat "\$place/what" reads "a lab"'
like "and that it is a drill in a lab" "$(sql "select payload from event
	where run = '$id' and seq = 1")" '"way":"lab"'

# --- one that does not, though all that guards it agrees

plain real $b drill book.yaml --lab --plain --as ana -p place=real
sees real 'Stop the writers: start\?'
says real ''
sees real 'prd did not say that it is a lab'
ok "it is not started" test ! -e real/done
says real 'skip it is a drill'
sees real 'Stop each'
id=$($b runs --json | jq -r '.[0].run')
run $b exec "$id" --as ana -- 'echo by hand >>real/done'
is "a command by hand is not started" "$status" 125
like "its caller is told why" "$err" 'prd did not say that it is a lab'
ok "nothing was written" test ! -e real/done
is "no command that changes was started" "$(starts)" 0
like "the record names what it read" "$($b log "$id")" \
	'prd did NOT say that it is a lab: .* reads "what customers see"; it must read "a lab"'
hangs_up real
$b close "$id" --reason over >/dev/null 2>&1

# --- one that cannot say so

plain bare $b drill book.yaml --lab --plain --as ana -p env_name=bare
sees bare 'Stop the writers: start'
says bare ''
sees bare 'bare has no .lab: \{run:, is:\}'
says bare 'override because I say so'
sees bare 'That is no answer to the question'
ok "nothing was started there" test "$(cat lab/done | wc -l)" -eq 6
id=$($b runs --json | jq -r '.[0].run')
run $b exec "$id" --as ana -- 'echo by hand >>lab/done'
is "nor by hand" "$status" 125
like "it is said why" "$err" 'bare has no'
is "no command that changes was started there" "$(starts)" 0
hangs_up bare
$b close "$id" --reason over >/dev/null 2>&1

# --- in earnest it is not asked

run $b run book.yaml --as ana --answers good.yaml --id-file id -p place=real
id=$(cat id)
is "a real run asks no such thing" "$(sql "select count(*) from event
	where run = '$id' and payload ->> 'what' = 'lab'")" 0
like "and starts what changes" "$(cat real/done)" '^stopped'
done_testing
