#!/bin/sh
# The check in docs/journal-format.md, run as it stands there: it agrees with `verify`.
. "$(dirname "$0")/../lib/tap.sh"

sed -n '/^# check.sh/,/^```/p' "$ROOT/docs/journal-format.md" | sed '$d' >"$T/check.sh"
cat >"$T/book.yaml" <<'Y'
blackstart: 1
title: Über-check
owner: ops
reviewed: 2026-11-22
steps:
  - title: Say it
    run: echo 'ça va'
    effect: read
    capture: {said: text}
    expect: said <> ''
  - end: fine
Y
printf 'answers: 1\nsteps: []\n' >"$T/answers.yaml"
db=$T/j/journal.db
ok "a run" "$BLACKSTART" run --journal "$db" --answers "$T/answers.yaml" "$T/book.yaml"
run=$(sqlite3 -readonly -cmd ".timeout 60000" "$db" 'SELECT run FROM event LIMIT 1')
is "the check says whole" "$(sh "$T/check.sh" "$db" "$run" | sed 's/^[0-9]* //')" "rows: whole"
ok "and so does verify" "$BLACKSTART" verify --journal "$db"
# With what its keeper has still to move out of the WAL.
copy() {
	rm -f "$T"/bad.db*
	sqlite3 -cmd '.timeout 60000' "$db" ".backup '$T/bad.db'" || bail "a copy"
}
spoil() {
	copy
	sqlite3 "$T/bad.db" "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; $1"
}
spoil "UPDATE event SET payload = replace(payload, 'a va', 'a vb') WHERE kind = 'value'"
like "an altered payload is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" '^row [0-9]+: payload altered'
spoil "UPDATE event SET wall = wall + 1 WHERE seq = 4"
is "a re-dated row is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" "row 4: altered"
spoil "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"
like "a cut tail is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" 'tail is cut'

# --- a drill, beside it

sed 's/run: .*/do: Say it./; /capture:/d; /expect:/d; /effect:/d' "$T/book.yaml" >"$T/drilled.yaml"
printf 'answers: 1\nsteps:\n  - {at: Say it, do: done}\n' >"$T/answers.yaml"
ok "a drill" "$BLACKSTART" drill --lab --journal "$db" --answers "$T/answers.yaml" --id-file "$T/id" "$T/drilled.yaml"
drill=$(cat "$T/id")
like "its id says so" "$drill" '^drill-'
like "the check says so" "$(sh "$T/check.sh" "$db" "$drill")" '^[0-9]+ rows: DRILL, whole$'
is "the real run is whole as before" "$(sh "$T/check.sh" "$db" "$run" | sed 's/^[0-9]* //')" "rows: whole"
v() { run "$BLACKSTART" verify --journal "$@"; }
v "$db" "$drill"
is "verify says so in its first word" "$status ${out%% *}" "0 DRILL,"
v "$db"
like "of all runs, how many" "$out" '^whole and unaltered: 2 runs \(1 DRILL\), '
v "$db" --json
is "in JSON too" "$(printf '%s' "$out" | jq -c '[.whole, .runs, .drills]')" '[true,2,1]'
v "$db" "$drill" --json
is "and of one" "$(printf '%s' "$out" | jq -c '[.whole, .drill]')" '[true,true]'
v "$db" "$run" --real
is "--real takes the real one" "$status $err" "0 "
v "$db" "$drill" --real
is "and refuses the drill" "$status" 3
like "by its name" "$err" "run $drill is a drill, not a real run"
v "$db" --real
is "and a record with one in it" "$status" 3
for verb in log status report; do
	like "$verb begins with DRILL" "$("$BLACKSTART" $verb --journal "$db" "$drill" | head -n 1)" '^(# )?DRILL'
done
is "each line of its log does" "$("$BLACKSTART" log --journal "$db" "$drill" | grep -vc '^DRILL ')" 0
is "and each row as JSON" "$("$BLACKSTART" log --json --journal "$db" "$drill" | jq .drill | sort -u)" true
is "no row of the real run" "$("$BLACKSTART" log --json --journal "$db" "$run" | jq .drill | sort -u)" false
like "runs has both words" "$("$BLACKSTART" runs --journal "$db" | grep -o 'DRILL *drill\|REAL *2' | tr -d '\n')" \
	'DRILL *drillREAL *2'

# Offered as a real one: the mode of its first row, its name, both.
offered="this is the record of a drill, offered as a real run"
flip="UPDATE event SET payload = replace(payload, 'mode\":\"drill', 'mode\":\"real') WHERE run = '$drill' AND seq = 1;"
name=
for table in event machine run_pin; do
	name="$name UPDATE $table SET run = substr(run, 7) WHERE run = '$drill';"
done
refused() {
	copy
	sqlite3 "$T/bad.db" "DROP TRIGGER event_no_update; DROP TRIGGER machine_no_update;
		DROP TRIGGER run_pin_no_update; $2"
	v "$T/bad.db" "$3"
	is "$1: refused by verify" "$status" 1
	like "$1: as what it is" "$out" "$offered"
	is "$1: refused by the check" "$(sh "$T/check.sh" "$T/bad.db" "$3" >"$T/said"; echo $?)" 1
	unlike "$1: which does not say whole" "$(cat "$T/said")" whole
}
refused "its mode" "$flip" "$drill"
refused "its name" "$name" "${drill#drill-}"
refused "both" "$flip $name" "${drill#drill-}"
done_testing
