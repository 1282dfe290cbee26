#!/bin/sh
# What commands print: every byte on record, apart by stream, bounded in memory, and captures whole
# or not at all.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
sql() { sqlite3 -readonly -cmd '.timeout 60000' "$journal" "$1"; }
cd "$T" || exit 1

id=$("$BLACKSTART" run --blank 'bytes' --detach)
head -c 5000000 /dev/urandom >bytes
"$BLACKSTART" exec -- 'cat bytes; tr a-z A-Z <bytes >&2' >got 2>got.err
is "status of the command" $? 0
ok "five megabytes of anything come back from the record as they were" cmp bytes got
tr a-z A-Z <bytes >want.err
ok "... and apart from them what it said on standard error" cmp want.err got.err
is "each chunk has an event with its digest" \
	"$(sql "SELECT sum(json_extract(payload, '\$.n')) FROM event WHERE kind = 'output'")" 10000000
is "what is not text is not marked as plain" \
	"$(sql "SELECT count(*) FROM event WHERE kind = 'output' AND payload LIKE '%plain%'")" 0
ok "the record is whole, with all its bytes" "$BLACKSTART" verify

"$BLACKSTART" exec -- 'exit 3' >/dev/null 2>&1
is "the status of a command is passed on" $? 3
"$BLACKSTART" exec -- 'kill -TERM $$' >/dev/null 2>&1
is "a signal is 128 and its number" $? 143

# --- a flood ------------------------------------------------------------------------------------

"$BLACKSTART" exec -- 'yes "a line of text, and no more than that" | head -c 100000000' >/dev/null &
flood=$!
wait_for "sql 'SELECT count(*) FROM event' | grep -q '[0-9][0-9]'"
"$BLACKSTART" note "$id" "in the middle of it" >/dev/null
is "a note gets through while it rages" $? 0
wait $flood
is "a hundred megabytes, and not one less" "$(sql "SELECT sum(json_extract(payload, '\$.n'))
	FROM event WHERE kind = 'output' AND seq > (SELECT max(seq) FROM event
	WHERE kind = 'cmd_intent')")" 100000000
if [ -z "${BLACKSTART_SANITIZED-}" ]; then
	for who in keeper holder; do
		kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(process $who)/status")
		ok "$who: $kb kB at most" [ "$kb" -lt 32768 ]
	done
fi
"$BLACKSTART" close --reason 'all seen' >/dev/null

# --- captures -----------------------------------------------------------------------------------

cat >capture.yaml <<'YAML'
blackstart: 1
title: Long words
steps:
  - id: long
    run: head -c 700000 /dev/zero | tr '\0' x
    effect: read
    capture: {word: text}
    expect: length(word) = 700000
  - id: longer
    run: head -c 1100000 /dev/zero | tr '\0' x
    effect: read
    capture: {other: text}
    expect: length(other) > 0
  - id: apart
    run: echo yes; echo no >&2
    effect: read
    capture: {said: text}
    expect: said = 'yes'
  - end: done
YAML
cat >capture.answers <<'YAML'
answers: 1
steps:
  - {at: longer, do: skip, reason: too long to be a value}
YAML
"$BLACKSTART" run --answers capture.answers capture.yaml >out 2>&1
is "the walk goes as it should" $? 0
is "a capture is what the command said, 700 kB of it" "$(sql "SELECT length(json_extract(payload,
	'\$.text')) FROM event WHERE kind = 'value' AND step = 'long'")" 700000
like "over a megabyte is no value" "$(cat out)" 'more than 1048576 bytes'
is "... though it is on record" "$(sql "SELECT sum(json_extract(payload, '\$.n')) FROM event
	WHERE kind = 'output' AND step = 'longer'")" 1100000

# --- the largest there is: rows that can be written --------------------------------------------

cat >large.yaml <<'YAML'
blackstart: 1
title: Large values
steps:
  - id: a
    run: head -c 1000000 /dev/zero | tr '\0' '\001'
    effect: read
    capture: {a: text}
    expect: length(a) > 0
  - id: b
    run: head -c 1000000 /dev/zero | tr '\0' '"'
    effect: read
    capture: {b: text}
    expect: length(b) > 0
  - id: c
    run: head -c 1000000 /dev/zero | tr '\0' '\002'
    effect: read
    capture: {c: text}
    expect: length(c) > 0
  - id: d
    run: head -c 1000000 /dev/zero | tr '\0' '\003'
    effect: read
    capture: {d: text}
    expect: length(a) + length(b) + length(c) + length(d) = 4000000
  - end: done
YAML
printf 'answers: 1\nsteps: []\n' >none.answers
"$BLACKSTART" run --answers none.answers large.yaml >out 2>&1 && status=0 || status=$?
is "values of a megabyte that escape to six, four to a condition" "$status" 0 ||
	note "$(tail -n 5 out)"
ok "the record is whole" "$BLACKSTART" verify

done_testing
