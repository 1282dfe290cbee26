#!/bin/sh
# The files a run stands on: pinned when it starts, announced when they change, called in later; and
# files that steps make and use.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
sql() { sqlite3 -readonly -cmd '.timeout 60000' "$journal" "$1"; }
cd "$T" || exit 1
mkdir book
cat >book/main.yaml <<'YAML'
blackstart: 1
title: Stands on files
steps:
  - id: first
    do: Look.
  - id: second
    run: echo as-pinned >>../ledger
    effect: change
  - id: third
    call: part.yaml
  - end: done
YAML
cat >book/part.yaml <<'YAML'
blackstart: 1
title: A part of it
steps:
  - id: inside
    run: echo part-as-pinned >>../ledger
    effect: change
YAML
cat >other.yaml <<'YAML'
blackstart: 1
title: Called in
steps:
  - id: extra
    run: echo called-in >>../ledger
    effect: change
  - call: book/part.yaml
YAML
cat >answers <<'YAML'
answers: 1
default: {start: change}
steps:
  - {at: first, do: done}
YAML

kill_keeper() {
	for pid in $(left_running); do
		grep -zqx keeper "/proc/$pid/cmdline" 2>/dev/null && kill -KILL "$pid"
	done
}

id=$("$BLACKSTART" run book/main.yaml --detach)
is "the runbook and what it calls are pinned" "$(sql "SELECT count(*) FROM json_each((SELECT
	json_extract(payload, '\$.files') FROM event WHERE kind = 'run_opened'))")" 2

# --- a change on disk is announced, once, and changes nothing ----------------------------------

sed -i 's/as-pinned/CHANGED/' book/main.yaml
rm book/part.yaml
changed() { sql "SELECT json_extract(payload, '\$.text') FROM event
	WHERE json_extract(payload, '\$.what') = 'file-changed' ORDER BY seq"; }
for i in 1 2; do
	"$BLACKSTART" attach "$id" --plain </dev/null >out 2>&1
done
wait_for '[ "$(changed | wc -l)" = 2 ]'
like "a changed file is announced" "$(changed)" \
	'book/main.yaml was changed since this run started .* the run keeps its copy'
like "... and one that is gone" "$(changed)" 'book/part.yaml is gone; the run keeps its copy'
"$BLACKSTART" note "$id" 'again' >/dev/null
is "... once" "$(changed | wc -l)" 2

# --- a runbook called in by hand, through a crash ------------------------------------------------

cat >call <<YAML
answers: 1
steps:
  - {at: first, do: call, text: $T/other.yaml, reason: it is needed}
YAML
cp answers book/part.answers
cat >book/part.yaml <<'YAML'
blackstart: 1
title: Another part by the same name
steps:
  - id: inside
    run: echo part-as-called >>../ledger
    effect: change
YAML
"$BLACKSTART" attach "$id" --answers call >out 2>&1
wait_for "sql \"SELECT 1 FROM event WHERE kind = 'book'\" | grep -q 1" || note "$(cat out)"
kill_keeper
rm other.yaml
"$BLACKSTART" attach "$id" --answers answers >out 2>&1
is "it is brought back with the runbook that was called in" $? 0
is "each ran as it was pinned when it came in" "$(cat ledger)" \
	"$(printf 'called-in\npart-as-called\nas-pinned\npart-as-pinned')"
is "a crash announces nothing twice" "$(changed | sort | uniq -d)" ''
ok "the record is whole" "$BLACKSTART" verify

# --- a file server that hangs -------------------------------------------------------------------

cat >hang.yaml <<'YAML'
blackstart: 1
title: On a server that hangs
steps:
  - {id: look, do: Look.}
  - {id: act, run: echo acted >>ledger3, effect: change}
  - end: done
YAML
sed 's/first/look/' answers >hang.answers
id=$(LD_PRELOAD=$BUILD/shim_sys.so SHIM_WHO=keeper SHIM_HANG=$T/hang.yaml \
	"$BLACKSTART" run hang.yaml --detach)
"$BLACKSTART" note "$id" 'is anybody there' >/dev/null
is "a keeper whose runbook's server hangs still answers" $? 0
"$BLACKSTART" attach "$id" --answers hang.answers >out 2>&1
is "... and walks on" $? 0
is "... with its copy" "$(cat ledger3)" acted

# --- files that steps make ----------------------------------------------------------------------

cat >plan.yaml <<'YAML'
blackstart: 1
title: A plan
steps:
  - id: plan
    run: head -c 9000000 /dev/urandom >plan.bin
    effect: change
    produces: {plan: plan.bin}
  - id: read
    do: Read the plan.
  - id: apply
    run: echo applied >>ledger2
    effect: change
    uses: [plan]
  - end: done
YAML
cat >plan.1 <<'YAML'
answers: 1
default: {start: change}
steps: []
YAML
cat >plan.2 <<'YAML'
answers: 1
default: {start: change}
steps:
  - {at: read, do: done}
  - {at: apply, do: override, reason: I changed it myself, expect: {prompt: 'not the file'}}
YAML
"$BLACKSTART" run plan.yaml --answers plan.1 >out 2>&1
is "the digest of a produced file is on record" "$(sql "SELECT json_extract(payload, '\$.sha256')
	FROM event WHERE kind = 'artefact'")" "$(sha256sum plan.bin | cut -d' ' -f1)"
printf x >>plan.bin
"$BLACKSTART" attach --answers plan.2 >out 2>&1
is "another file by its name stops the step until somebody says otherwise" $? 0
is "... and then it ran once" "$(cat ledger2)" applied

done_testing
