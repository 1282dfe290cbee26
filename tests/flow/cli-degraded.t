#!/bin/sh
# Starts on a bad night: no home, nowhere to write, a damaged record, no terminal description.
. tests/lib/tap.sh
. tests/lib/record.sh

b=$BLACKSTART
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Anything
steps:
  - {title: Say so, run: echo it runs, effect: read}
  - end: It ran.
    success: true
END
echo 'answers: 1' >"$T/answers.yaml"
go() { "$@" "$b" run "$T/book.yaml" --answers "$T/answers.yaml"; }
fallback=/var/tmp/blackstart-$(id -u)
# There is one such place for everybody on this machine: the same test, built another way, may run
# beside this one.
exec 9>"/tmp/blackstart-test-fallback-$(id -u).lock"
flock 9
had_fallback=
[ -e "$fallback" ] && had_fallback=yes
# Its keeper may still be at it when the client has gone.
leave() { wait_for '! is_kept "$fallback" && rm -rf "$fallback"'; }

# --- the usual place

run go env
is "the usual place" "$status" 0
is "says nothing of it" "$err" ""
ok "is in the state folder" test -s "$HOME/.local/state/blackstart/journal.db"
is "for us alone" "$(stat -c %a "$HOME/.local/state/blackstart/journal.db")" 600
run go env XDG_STATE_HOME="$T/state"
ok "XDG_STATE_HOME is heeded" test -s "$T/state/blackstart/journal.db"
run go env XDG_STATE_HOME=relative
is "but not a relative one" "$status" 0
ok "which would move with us" test ! -e relative

# --- no home

if [ -n "$had_fallback" ]; then
	skip "no home" "there is a $fallback"
else
	run go env -u HOME
	is "no home: it runs" "$status" 0
	like "and says where the record lies" "$err" "RECORD OF THIS RUN LIES IN $fallback/"
	ok "there it lies" test -s "$fallback/journal.db"
	is "for us alone" "$(stat -c %a "$fallback")" 700
	run env -u HOME "$b" runs
	like "and is found again" "$out" 'Anything'
	run "$b" doctor --json
	like "doctor tells of it" "$(printf '%s' "$out" |
		jq -r '.[] | select(.question == "degraded") | .text')" "$fallback"
	leave
	run go env HOME=/proc/nowhere
	is "a home that cannot be written: it runs" "$status" 0
	like "and says why" "$err" 'cannot lie at /proc/nowhere'
	like "and where instead" "$err" "LIES IN $fallback"
	leave
	# Somebody else got there first.
	ln -s "$T" "$fallback"
	run go env -u HOME TMPDIR="$T/tmp"
	is "a folder that is not ours alone: it runs" "$status" 0
	like "is not used" "$err" "cannot lie at $fallback"
	like "the next one is" "$err" "LIES IN $T/tmp/blackstart"
	rm -f "$fallback"
	ok "nothing was written through it" test ! -e "$T/journal.db"
fi
flock -u 9

# --- a place that was named

run go env BLACKSTART_JOURNAL=/proc/nowhere/journal.db
is "a named place that cannot be written: no run" "$status" 4
like "says how to go on" "$err" '--journal FILE'
unlike "and ran nothing" "$out" 'it runs'
mkdir "$T/folder.db"
run go env BLACKSTART_JOURNAL="$T/folder.db"
is "a folder is no journal" "$status" 4

# --- a damaged record

mkdir "$T/damaged"
head -c 20000 /dev/urandom >"$T/damaged/journal.db"
sum=$(cksum <"$T/damaged/journal.db")
run go env BLACKSTART_JOURNAL="$T/damaged/journal.db"
is "a damaged record: it runs" "$status" 0
like "says what became of it" "$err" 'set aside as .*journal\.db\.damaged-'
is "nothing of it is lost" "$(cat "$T"/damaged/journal.db.damaged-* | cksum)" "$sum"
run $b runs --journal "$T/damaged/journal.db"
like "a new one began" "$out" 'Anything'
head -c 20000 /dev/urandom >"$T/noise.db"
run $b runs --journal "$T/noise.db"
is "reading sets nothing aside" "$status" 4
ok "it is where it was" test -s "$T/noise.db"
sqlite3 "$T/newer.db" 'pragma user_version = 999; pragma application_id = 1; create table x(y)'
sum=$(cksum <"$T/newer.db")
run go env BLACKSTART_JOURNAL="$T/newer.db"
is "somebody else's database is not written to" "$(cat "$T"/newer.db.damaged-* | cksum)" "$sum"
journal=$T/other.db
run go env BLACKSTART_JOURNAL="$journal"
# When nobody has it open any more; the last of them may have been one who cannot turn it back.
wait_for '[ "$(sqlite3 "$journal" "pragma journal_mode = delete" 2>/dev/null)" = delete ]' ||
	bail "the keeper stays"
sqlite3 -cmd '.timeout 60000' "$journal" 'pragma user_version = 999'
sum=$(cksum <"$journal")
run go env BLACKSTART_JOURNAL="$journal"
is "a record made by a newer program: no run" "$status" 4
is "and untouched" "$(cksum <"$journal")" "$sum"

# --- the rest of the surroundings

run go env -u TERM -u LANG -u LC_ALL
is "no TERM, no locale" "$status" 0
run go env TERM=no-such-terminal LC_ALL=xx_YY
is "a terminal and a locale that nobody knows" "$status" 0
run go env -i PATH="$PATH" HOME="$HOME"
is "an empty environment" "$status" 0
run go env -u PATH
is "no PATH" "$status" 0
run sh -c 'exec "$@" <&- >/dev/null 2>&1' _ "$b" run "$T/book.yaml" --answers "$T/answers.yaml"
is "no standard input at all" "$status" 0
run sh -c '"$@" >/dev/full' _ "$b" help
is "standard output that is full" "$status" 1
like "is told" "$err" 'standard output'

# --- doctor

run $b doctor
like "doctor names the record" "$out" 'record .*journal\.db can be written'
run $b doctor --json
is "doctor in JSON: every question has an answer" \
	"$(printf '%s' "$out" |
		jq 'all(.[]; .text != "" and (.health | IN("good", "poor", "bad")))')" true
run $b doctor --journal /proc/nowhere/journal.db
is "doctor on a place that cannot be written" "$status" 1
mkdir "$T/books"
sed 's/^steps:/needs: [no-such-tool]\nsteps:/' "$T/book.yaml" >"$T/books/needy.yaml"
run env BLACKSTART_RUNBOOKS="$T/books" "$b" doctor
like "doctor names tools that are missing" "$out" 'tools .*no-such-tool \(for .*needy\.yaml\)'
mkdir -p "$T/driven/drivers/volume"
cat >"$T/driven/book.yaml" <<'END'
blackstart: 1
title: Put it back
environment: lab
steps:
  - {id: data, restore: odd, volumes: {a: /a}, safety: {waive: none}}
END
cat >"$T/driven/drivers/volume/odd.yaml" <<'END'
driver: 1
volume: odd
title: Odd
proved: recordings
needs: [sh, no-such-driver-tool]
points: echo "$volumes"
restore: echo "$place"
verify: test -e "$place"
END
run env BLACKSTART_RUNBOOKS="$T/driven" "$b" doctor
like "and those of the drivers in use" "$out" 'tools .*no-such-driver-tool \(for .*odd\.yaml\)'
unlike "and no others" "$out" ' sh \('
run env -u TERM "$b" doctor
like "doctor on no terminal" "$out" 'poor +terminal'

done_testing
