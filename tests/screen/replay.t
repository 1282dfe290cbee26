#!/bin/sh
# replay: the very screen of a run, at any of its moments; nobody is attached and nothing can be sent.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/record.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >book.yaml <<'YAML'
blackstart: 1
title: Played again
owner: ops
reviewed: 2026-11-01
steps:
  - {id: lines, title: Print lines, run: echo first light, effect: read, terminal: false}
  - {id: look, title: Look around, do: Look around and be sure.}
  - wait: 1s
  - {id: more, title: Print more, run: echo second light, effect: read, terminal: false}
  - {id: last, title: Look again, do: Look again.}
YAML
cat >walk.answers <<'YAML'
answers: 1
steps:
  - {at: look, do: done}
  - {at: last, do: done}
YAML
"$BLACKSTART" run book.yaml --drill --lab --answers walk.answers --id-file id >walk 2>&1 || bail "walked"
id=$(cat id)
rows=$(ask journal "SELECT max(seq) FROM event WHERE run = '$id'")
count() {
	ask journal "SELECT count(*) || ' ' || (SELECT count(*) FROM machine) FROM event"
}
# What is played takes a second at least, so that it can be stopped before its end.
wait_for '[ ! -e "journal/run/$id/keeper.sock" ]' || bail "its keeper is gone"
before=$(count)

screen <<END
spawn 24x80 $BLACKSTART replay $id
-- it plays to the end of the record, and each frame says what it is
wait /REPLAY PAUSED .* row $rows of $rows/
expect /^DRILL/
expect /The run is closed/
-- back to the step before: the question as it was asked, and what had been printed
key [
wait /Look again\./
expect /REPLAY PAUSED .* row [0-9]+ of $rows/
expect /5 Look again/
unexpect /The run is closed/
-- and further back: what came later was not printed yet
key Left
key Left
key Left
wait /Look around and be sure/
expect /REPLAY PAUSED/
unexpect /second light/
-- keys of the walk are no keys here
key Enter
wait /Enter does nothing: this is a replay, and nothing is sent/
key d
wait /d does nothing: this is a replay/
key n
wait /n does nothing/
-- the whole walk as of then, and still it says so
key w
wait /Esc back/
expect /REPLAY PAUSED/
expect /^DRILL/
unexpect /\[x\] DONE +5 /
key q
gone /Esc back/
-- the log goes to that moment and no further
key L
wait /log of the run/
unexpect /Run closed/
key q
gone /Esc back/
-- the next step, and the one after it
key ]
wait /REPLAY PAUSED/
key ]
wait /Print more/
-- to a time; what is none is said
key g
wait /Go to a time/
type soon
key Enter
wait /That is no time/
key g
wait /Go to a time/
type 99:00:00
key Enter
wait /The record does not go there; this is its end/
wait /REPLAY PAUSED .* row $rows of $rows/
key g
wait /Go to a time/
type 0:00
key Enter
wait /REPLAY PAUSED 0:00 of/
-- faster, slower, and no faster than it goes
key +
wait /REPLAY PAUSED 0:00 of [0-9:]+ x2/
key -
key -
wait /REPLAY PAUSED 0:00 of [0-9:]+ x0\.5/
key -
key -
wait /x0\.125/
key -
wait /It goes no slower than this/
-- it goes on from there and stops when told
key Space
wait /REPLAY 0:/
key Space
wait /REPLAY PAUSED/
-- in a small window, too
key Home
resize 12x40
wait /REPLAY PAUSED/
expect /^DRILL/
-- its keys are explained
resize 24x80
wait /row 1 of/
key ?
wait /twice as fast, half as fast/
key q
gone /Esc back/
key q
status 0
restored
spawn 24x80 $BLACKSTART replay $id --step look --speed 0.125
-- it begins at a step
wait /Look around and be sure/
expect /REPLAY/
key q
status 0
restored
END
is "nothing was put on record by any of this" "$(count)" "$before"
ok "no keeper was started" test ! -e "journal/run/$id"

run "$BLACKSTART" replay "$id" --plain --speed 0
is "line by line" "$status" 0
like "it says what it is" "$out" '^REPLAY of the DRILL Played again, run drill-'
is "with all that was printed, in its place" "$(printf '%s\n' "$out" |
	sed -n 's/^[0-9:]* [^ ]*Z \([1245] [A-Z].*\) begins$/\1/p; s/^  | //p' | tr '\n' ';')" \
	'1 Print lines;first light;2 Look around;4 Print more;second light;5 Look again;'
like "and how it ended" "$out" 'verdict: complete'
run "$BLACKSTART" replay "$id" --plain --speed 0 --step 'Print more'
is "from a step on" "$(printf '%s\n' "$out" | sed -n 's/^  | //p')" 'second light'
for at in 9:00:00 2001-01-01 soon; do
	run "$BLACKSTART" replay "$id" --plain --at "$at"
	is "--at $at is refused" "$status" 2
done
run "$BLACKSTART" replay "$id" --plain --step nosuch
is "so is a step that was not begun" "$status" 2
run "$BLACKSTART" replay "$id" --plain --speed 0.01
is "and a speed that is none" "$status" 2
opened=$(ask journal "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', wall / 1000000000, 'unixepoch') FROM event
	WHERE run = '$id' AND seq = $rows")
run "$BLACKSTART" replay "$id" --plain --speed 4096 --at 0:00
like "at speed it comes to the same end" "$out" 'verdict: complete'
like "times are those of the record" "$out" "$opened Run closed"
done_testing
