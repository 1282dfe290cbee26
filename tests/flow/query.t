#!/bin/sh
# query: SQL over the record that can do nothing but look; every example of its document is asked.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
esc=$(printf '\033')
bell=$(printf '\007')

cat >"$T/book.yaml" <<'END_OF_BOOK'
blackstart: 1
title: Look and fail
owner: ops
reviewed: 2026-11-22
params:
  token: {ask: The token?, secret: true}
steps:
  - id: look
    title: Look
    run: echo "the lamp is red; token $token"
    effect: read
    terminal: false
    secret: token
    capture: {lamp: text}
  - {id: fail, title: Fail, run: exit 3, effect: read, terminal: false, on_fail: continue}
END_OF_BOOK
printf 'answers: 1\nsteps: []\n' >"$T/answers.yaml"
printf 'hunter2-is-secret' >"$T/word"
"$b" run "$T/book.yaml" --answers "$T/answers.yaml" --as ana --secret token="$T/word" --id-file "$T/id" \
	>"$T/walk" 2>&1 || note "$(cat "$T/walk")"
one=$(cat "$T/id")
"$b" run --blank 'a look around' --detach --id-file "$T/id" --as raj >/dev/null; two=$(cat "$T/id")
"$b" note "$two" "=1+1 $esc]0;gone$bell \"said\", he" --as maria

# --- every example, and every view with the columns that are promised

awk -v to="$T/example" '/^```sql/ { n++; on = 1; next } /^```/ { on = 0 } on { print > (to "." n) }' docs/query.md
n=0
for question in "$T"/example.*; do
	n=$((n + 1))
	run "$b" query - --json <"$question"
	is "the document's example ${question##*.}" "$status" 0
done
ok "there are examples" [ "$n" -ge 10 ]
grep '^| `' docs/query.md | while IFS='|' read -r _ view _ columns _; do
	name=$(echo "$view" | tr -d '` ')
	echo "$name: $(echo "$columns" | sed 's/ (.*//' | tr -d '`' | xargs)"
done >"$T/promised"
while IFS=: read -r name columns; do
	is "$name has its columns" "$("$b" query "SELECT * FROM $name LIMIT 0" --csv | tr -d '"\r' | tr , ' ')" \
		"$(echo "$columns" | xargs)"
done <"$T/promised"
is "that is all of them" "$(cut -d: -f1 "$T/promised" | sort)" \
	"$(sed -n 's/^\t{ "\([a-z_]*\)",$/\1/p' "$ROOT/src/journal/query_views.c" | sort)"

# --- answers

q() { "$b" query "$1" --json; }
is "runs" "$(q 'SELECT run, opened_by FROM runs ORDER BY opened_wall' | jq -rs '.[] | .run + " " + .opened_by')" \
	"$(printf '%s ana\n%s raj' "$one" "$two")"
is "steps as they stand" "$(q "SELECT step, outcome FROM steps WHERE run = '$one' ORDER BY seq" |
	jq -rc '[.step, .outcome]')" "$(printf '["look","confirmed"]\n["fail","accepted"]')"
is "commands with their end" "$(q "SELECT step, exit FROM commands WHERE run = '$one' ORDER BY seq" |
	jq -rc '[.step, .exit]')" \
	"$(printf '["look",0]\n["fail",3]')"
printed=$(q "SELECT output_text(run, token, 'out') AS t FROM commands WHERE step = 'look'" | jq -r .t)
like "what one printed" "$printed" '^the lamp is red; token '
unlike "its secret is masked as it is on record" \
	"$(q 'SELECT * FROM events'; q 'SELECT * FROM run_values'; echo "$printed")" hunter2
is "as many events as there are" "$(q 'SELECT count(*) AS n FROM events' | jq .n)" \
	"$(sql 'SELECT count(*) FROM event')"
run "$b" query "SELECT text, actor FROM notes WHERE actor = 'maria'"
like "a table" "$out" '^text +actor'
unlike "that no terminal obeys" "$out" "$esc"
"$b" query "SELECT text, 1 AS n, -2 AS m, NULL AS z FROM notes WHERE actor = 'maria'" --csv >"$T/notes.csv"
sqlite3 :memory: ".mode csv" ".import $T/notes.csv t" ".mode list" \
	"SELECT n, m, z, substr(text, 1, 5) FROM t" >"$T/back"
is "CSV that comes back, and is no formula" "$(cat "$T/back")" "1|-2||'=1+1"
odd="char(27) || '[31m' || char(155) || '1m' || char(0x202e) || char(13) || char(10) || 'x' || char(0) AS x"
for form in --csv --json --plain; do
	[ $form = --plain ] && form=
	# shellcheck disable=SC2086 # none, or one
	"$b" query "SELECT $odd, 1 AS y" $form | tr -d 'a-zA-Z0-9\\",:{}[' >"$T/odd"
	unlike "no terminal obeys it${form:+ as }$form" "$(od -An -tx1 "$T/odd")" '1b|9b|80|ae|7f|00'
done
is "in JSON it is the same text" "$(q "SELECT $odd" | jq -j '.x[0:10]' | od -An -tx1 | tr -d ' \n')" \
	1b5b33316dc29b316de280ae0d
is "a question by a pipe" "$(echo 'SELECT 7 AS x;' | "$b" query - --json)" '{"x":7}'

# --- nothing but looking

before=$(sql .dump | cksum)
for bad in 'SELECT * FROM event' 'SELECT * FROM sqlite_schema' 'SELECT * FROM main.pin' 'PRAGMA user_version' \
	'SELECT * FROM pragma_table_info("event")' "ATTACH '$T/x.db' AS x" "VACUUM INTO '$T/x.db'" 'BEGIN' 'COMMIT' \
	'CREATE TABLE x (y)' 'CREATE TEMP TABLE x (y)' 'DROP VIEW runs' 'DROP TABLE main.event' \
	'DELETE FROM main.event' "UPDATE main.event SET actor = 'x'" 'REINDEX' 'ANALYZE' 'SAVEPOINT x' \
	"INSERT INTO main.event (id) VALUES (1)" "SELECT load_extension('$T/x')" 'DETACH main' 'VACUUM' \
	'ALTER TABLE main.event RENAME TO x' 'WITH runs AS (SELECT * FROM main.event) SELECT * FROM runs' \
	'WITH runs AS MATERIALIZED (SELECT salt FROM event) SELECT * FROM runs' \
	'WITH events(x) AS (SELECT bytes FROM main.pin UNION ALL SELECT 1) SELECT * FROM events' \
	'SELECT (SELECT max(salt) FROM main.event) FROM runs' \
	'WITH runs AS (SELECT sql FROM sqlite_temp_schema) SELECT * FROM runs' \
	'SELECT * FROM (SELECT salt FROM main.event) AS runs'; do
	run "$b" query "$bad"
	is "refused: $bad" "$status,$out" "3,"
done
ok "it wrote no file" [ ! -e "$T/x.db" ]
is "the record is as it was" "$(sql .dump | cksum)" "$before"
for bad in 'SELEC' 'SELECT 1; SELECT 2' 'SELECT nothing FROM runs' '' ' ; ' 'DELETE FROM runs' '-- nothing'; do
	run "$b" query "$bad"
	is "usage: '$bad'" "$status,$out" "2,"
done
run "$b" query 'SELECT 1' --json --csv
is "one form at a time" "$status" 2

# --- its bounds

endless='WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c'
run "$b" query "$endless" --within 200ms
is "too long" "$status" 1
like "is said" "$err" 'no answer within 200 ms'
run "$b" query "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 400)
	SELECT length(group_concat(hex(zeroblob(1000000)))) FROM c"
is "too much" "$status" 1
like "is said, too" "$err" 'memory|too big'
"$b" query "$endless" >"$T/endless" 2>&1 &
asker=$!
ok "it thinks" wait_for 'grep -q "^SigBlk:.*[2367abef].$\|^SigBlk:.*2$" /proc/$asker/status'
kill -INT "$asker"
wait "$asker"; is "^C ends it" $? 1
like "and it says so" "$(cat "$T/endless")" 'broken off'
run "$b" query "SELECT length(printf('%.*c', 900000000, 'x'))" --within 100ms
is "a function that does not come back in time ends too" "$status,$out,$err" "1,,blackstart: no answer in time"
run sh -c '"$0" query "SELECT * FROM events" | true' "$b"
is "a closed pipe is no news" "$err" ""
"$b" close "$two" --reason over >/dev/null 2>&1
run "$b" query 'SELECT 1' --journal "$T/none/journal.db"
is "no record" "$status" 1
done_testing
