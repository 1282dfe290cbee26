#!/bin/sh
# report --format asciicast: what was on the pane, as asciinema plays it; the times are the record's.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh

cd "$T" || exit 1
record=$T/journal
cat >book.yaml <<'YAML'
blackstart: 1
title: Cast "of" a thing
owner: ops
reviewed: 2026-11-01
steps:
  - {id: pipe, title: Lines, run: sh pipe.sh, effect: read, terminal: false}
  - {id: screen, title: A screen, run: sh screen.sh, effect: read, terminal: true}
  - {id: flood, title: Much, run: seq 1 60000, effect: read, terminal: false}
  - parallel:
      - {id: one, title: One, run: sh both.sh one, effect: read, terminal: false}
      - {id: two, title: Two, run: sh both.sh two, effect: read, terminal: false}
YAML
cat >pipe.sh <<'END'
printf 'one\ntw\303'
read -r _ <half
printf '\251 \033[31mred\033[m "q" \\ \001\177\302\233\n@progress 1 2\nbad \377.\nat the end \342\202'
END
cat >screen.sh <<'END'
printf '\033[?1049h\033[30;99HX\033[?1049l@progress 1 2\nend\n'
END
cat >both.sh <<'END'
echo "$1 begins"
read -r _ <"go.$1"
echo "$1 ends"
END
mkfifo half go.one go.two
printf 'answers: 1\nsteps: []\n' >a.yaml
"$BLACKSTART" run book.yaml --answers a.yaml --id-file id >walk 2>&1 &
walker=$!
wait_for '[ "$(ask "$record" "SELECT count(*) FROM event WHERE kind = '"'output'"'")" -ge 1 ]' 60 ||
	bail "the first half was recorded"
echo >half
wait_for '[ "$(ask "$record" "SELECT count(DISTINCT payload ->> '"'token'"') FROM event
	WHERE kind = '"'output'"' AND step IN ('"'one', 'two'"')")" = 2 ]' 60 ||
	bail "both had their first half recorded"
echo >go.one
echo >go.two
wait "$walker"
is "it was walked" "$?" 0
run_id=$(cat id)

cast() {
	"$BLACKSTART" report --format asciicast "$@" >cast 2>err && status=0 || status=$?
}
shown() {
	jq -rj 'select(type == "array" and .[1] == "o") | .[2]' cast
}
# What was shown under the rule that names STEP, where it stood alone.
piece() {
	shown | perl -0777 -ne 'print $2 while
		/-- \w+: output of (\d+ )?'"$1"' --\r\n(.*?)(?=\e\[\?1049l\e\[\?1000;|\z)/gs'
}

# --- its form

cast "$run_id"
is "it is cast" "$status$(cat err)" 0
is "the header" "$(head -1 cast | jq -c '[.version, .width, .height, .title]')" \
	'[2,99,30,"REAL Cast \"of\" a thing"]'
is "its time is when the run was opened" "$(head -1 cast | jq .timestamp)" \
	"$(ask "$record" "SELECT wall / 1000000000 FROM event WHERE run = '$run_id' AND seq = 1")"
is "all other lines are a time, a code and a text" "$(tail -n +2 cast | jq -s 'length > 10 and all(
	length == 3 and (.[0] | type == "number" and . >= 0) and (.[1] | . == "o" or . == "m") and
	(.[2] | type == "string"))')" true
is "time never goes back" "$(tail -n +2 cast | jq -s 'map(.[0]) | . == sort')" true
is "no byte of the file is one that a terminal obeys" "$(LC_ALL=C tr -d '\012\040-\176\200-\377' <cast |
	wc -c)" 0
is "nor does it as a character" "$(grep -c "$(printf '\302\233')" cast)" 0

# --- what was printed

printf 'one\r\ntw\303\251 \033[31mred\033[m "q" \\ \001\177\302\233\r\nbad \357\277\275.\r\n' >want
printf 'at the end \357\277\275\357\277\275' >>want
piece Lines >have
ok "pipes: characters whole, escapes as recorded, lines end, progress stands elsewhere" cmp want have
printf '\033[30;99HX' >want
shown | grep -F "$(printf '\033[30;99HX')" >have
is "a terminal's bytes are there" "$(wc -l <have)" 1
seq 1 60000 | sed "s/\$/$(printf '\r')/" >want
piece Much >have
ok "much, to the last byte" cmp want have
is "two at once: each says whose it is" "$(shown | tr -d '\r' | awk '
	/ output of / { sub(/.*output of [0-9.]* ?/, ""); sub(/,? .*/, ""); whose = tolower($0) }
	/^(one|two) (begins|ends)$/ { n += $1 == whose } END { print n }')" 4
is "every rule says that it was real" "$(shown | grep -c -e '-- REAL: output of ')" \
	"$(shown | grep -c 'output of ')"

# --- when

is "a marker for each step that changed its state" "$(jq -c 'select(type == "array" and .[1] == "m")' cast |
	wc -l)" "$(ask "$record" "SELECT count(*) FROM event WHERE run = '$run_id' AND kind = 'step'
		AND step <> ''")"
like "by its name, its state and its row" "$(jq -r 'select(type == "array" and .[1] == "m") | .[2]' cast)" \
	'^1 Lines: executing \[[0-9]+\]$'
row=$(ask "$record" "SELECT min(seq) FROM event WHERE run = '$run_id' AND step = 'screen' AND kind = 'output'")
is "output comes when its row was written" \
	"$(jq -r 'select(type == "array" and (.[2] | contains("[30;99H"))) | .[0] * 1000000 | round' cast)" \
	"$(ask "$record" "SELECT ((SELECT boot FROM event WHERE run = '$run_id' AND seq = $row) -
		(SELECT boot FROM event WHERE run = '$run_id' AND seq = 1)) / 1000")"

if command -v asciinema >/dev/null; then
	script -qec 'asciinema cat cast >catted' /dev/null >said </dev/null
	is "asciinema takes it" "$?" 0
	shown >have
	ok "asciinema plays the same bytes" cmp catted have
else
	skip "asciinema takes it" "no asciinema here"
fi

# --- a drill, an open run, a record that is not whole

cat >hold.yaml <<'YAML'
blackstart: 1
title: Held
owner: ops
reviewed: 2026-11-01
steps:
  - {id: say, title: Say it, run: echo said, effect: read, terminal: false}
  - {id: look, title: Look, do: Look.}
YAML
drill=$("$BLACKSTART" run hold.yaml --drill --lab --detach)
cast "$drill"
is "an open drill is cast as far as it is" "$status$(head -1 cast | jq -r .title)" "0DRILL Held"
"$BLACKSTART" close "$drill" --reason enough >/dev/null

mkdir -p copy/output
sqlite3 -cmd '.timeout 60000' "$record/journal.db" '.backup copy/journal.db' &&
	sqlite3 -cmd '.timeout 60000' "$record/output/$run_id.db" ".backup copy/output/$run_id.db" || bail "copied"
run "$BLACKSTART" report --unmask --format asciicast "$run_id"
is "what was printed is not masked, nor can it be unmasked" "$status" 2
run "$BLACKSTART" report --after-action --format asciicast "$run_id"
is "it has no after-action part" "$status" 2
sqlite3 "copy/output/$run_id.db" "DROP TRIGGER IF EXISTS chunk_no_delete;
	DELETE FROM chunk WHERE token = (SELECT token FROM chunk WHERE stream = 'tty')" ||
	bail "a chunk was taken out"
cast --journal copy/journal.db "$run_id"
is "output that is gone is told" "$status" 1
like "how much" "$(cat err)" '[0-9]+ bytes that commands printed are not in it'
like "and where" "$(shown)" '-- [0-9]+ bytes are not on record any more --'
trigger=$(sqlite3 copy/journal.db "SELECT sql FROM sqlite_master WHERE name = 'event_no_update'")
sqlite3 copy/journal.db "DROP TRIGGER event_no_update;
	UPDATE event SET payload = replace(payload, 'Cast', 'Kast') WHERE seq = 1; $trigger"
cast --journal copy/journal.db "$run_id"
is "a record that is not whole is told" "$status" 1
like "in its first marker" "$(sed -n 2p cast)" '"m", "THE RECORD IS NOT WHOLE: event 1'
done_testing
