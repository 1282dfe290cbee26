#!/bin/sh
# note, exec, refresh, status, runs, log, verify, close: acts beside the walk.
. tests/lib/tap.sh

b=$BLACKSTART
journal=$T/j/journal.db
sql() { sqlite3 -readonly -cmd ".timeout 60000" "$journal" "$1"; }

run $b runs --journal "$journal"
is "no record yet" "$status" 1
like "is said" "$err" 'nothing was run yet'
# Where there is none, what a test without a home leaves for a moment under /var/tmp is found.
exec 9>"/tmp/blackstart-test-fallback-$(id -u).lock"
flock 9
run $b runs
is "no record in the usual place: nothing to list" "$status" 0
run $b runs --json
is "in JSON too" "$out" '[]'
run $b status
is "no run to look at" "$status" 1
exec 9>&-

BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Something to do
steps:
  - {id: look, title: Look around, do: Look around.}
  - id: use
    title: Use the credential
    run: printf %s "$TOKEN" | cksum
    effect: change
  - end: Done.
    success: true
END
id=$($b run "$T/book.yaml" --detach)

# --- status, runs

run $b status
is "status of the open run" "$status" 0
like "where it stands" "$out" 'Look around'
is "the same by the end of its id" "$($b status "${id##*-}" --json | jq -r .run)" "$id"
run $b status nosuchrun
is "no such run" "$status" 2
run $b runs
like "runs lists it as open" "$out" "$id +OPEN"
is "the sheet lies beside the record" "$(ls "$T/j/status")" "$id.txt"

# --- note

run $b note "$id" the lamp is red
is "note" "$status" 0
run sh -c 'printf "from\na pipe\n" | "$0" note "$1" -' "$b" "$id"
is "note from a pipe" "$status" 0
run $b log "$id"
like "is in the log" "$out" 'the lamp is red'
run $b note "$id" ''
is "an empty note: usage" "$status" 2
is "notes on record" "$(sql "select count(*) from event where run = '$id' and kind = 'note'
	and (payload like '%lamp is red%' or payload like '%a pipe%')")" 2

# --- exec

run $b exec "$id" -- sh -c 'echo to out; echo to err >&2; exit 7'
is "exec passes the status on" "$status" 7
is "its output" "$out" "to out"
is "and its errors apart" "$err" "to err"
run $b exec -- 'echo one | tr a-z A-Z'
is "one word is a shell line" "$out" "ONE"
run $b exec -- printf '%s|' 'a b' '$HOME' "it's"
is "several are kept apart" "$out" 'a b|$HOME|it'"'"'s|'
run $b exec -- sh -c 'kill -TERM $$'
is "a signal as the shell has it" "$status" 143
run $b exec nosuchrun -- true
is "its own failures are 125" "$status" 125
is "what it ran is on record" "$(sql "select count(*) from event where run = '$id'
	and kind = 'cmd_ended'")" 4

# --- refresh

secret="very secret $$"
run sh -c 'printf "%s\n" "$2" | "$0" refresh TOKEN "$1"' "$b" "$id" "$secret"
is "refresh" "$status" 0
run sh -c '"$0" refresh TOKEN </dev/null' "$b"
is "an empty value is none" "$status" 2
cat >"$T/answers.yaml" <<'END'
answers: 1
default: {start: change, close: over}
steps: [{at: look, do: done}]
END
run $b attach "$id" --answers "$T/answers.yaml"
is "the walk ends well" "$status" 0
like "its command had the new value" "$out" "$(printf %s "$secret" | cksum)"
is "its name is on record" "$(sql "select payload from event where kind = 'credential'" |
	jq -r .name)" TOKEN
is "its value is not" "$(grep -rlF "very secret $$" "$T/j" | wc -l)" 0

# --- log, verify

run $b log "$id" --json
is "log in JSON: a line per event" "$(printf '%s\n' "$out" | jq -s length)" \
	"$(sql "select count(*) from event where run = '$id'")"
is "in order" "$(printf '%s\n' "$out" | jq -s 'map(.seq) == [range(1; length + 1)]')" true
run $b log "$id" --follow
is "following what is closed ends" "$status" 0
run $b verify
is "verify" "$status" 0
run $b verify --outputs --json
is "verify in JSON" "$(printf '%s' "$out" | jq -c '[.whole, .runs, .open_runs]')" '[true,1,0]'
run $b note "$id" too late
is "a closed run takes no note" "$status" 3

# Follow a run as it goes.
two=$($b run "$T/book.yaml" --detach)
$b log "$two" --follow >"$T/followed" &
follower=$!
wait_for 'grep -q "Look around" "$T/followed"'
$b note "$two" seen by the follower
ok "a follower sees what comes" wait_for 'grep -q "seen by the follower" "$T/followed"'
$b close "$two" --reason 'enough of it' >/dev/null
ok "and ends with the run" wait_for '! kill -0 '$follower
wait $follower
is "with status 0" "$?" 0

# --- an altered record

cp -r "$T/j" "$T/altered"
trigger=$(sqlite3 "$T/altered/journal.db" \
	"select sql from sqlite_master where name = 'event_no_update'")
sqlite3 "$T/altered/journal.db" "drop trigger event_no_update;
	update event set payload = replace(payload, 'lamp is red', 'lamp is off'); $trigger"
run $b verify --journal "$T/altered/journal.db"
is "an altered row is found" "$status" 1
like "and named" "$out" "NOT WHOLE: run $id: "
run $b verify --journal "$T/altered/journal.db" --json
is "in JSON too" "$(printf '%s' "$out" | jq .whole)" false

done_testing
