#!/bin/sh
# report --zone: local time beside UTC in each format, right on both sides of a change of the clocks.
. tests/lib/tap.sh

BLACKSTART_JOURNAL=$T/journal.db
export BLACKSTART_JOURNAL
cd "$T" || exit 1
printf '%s\n' 'blackstart: 1' 'title: Over the hour' 'steps:' \
	'  - {id: one, run: echo one, effect: read}' '  - {end: Done., success: true}' >book.yaml
printf '%s\n' 'answers: 1' 'steps: []' >answers.yaml
"$BLACKSTART" run --answers answers.yaml book.yaml >run.out 2>&1
is "a run" "$?" 0 || sed 's/^/# /' run.out

# Its first row at 00:59:59 of the night in which the clocks go back at 01:00 UTC, all others a second and more later.
night=$(($(date -u -d 2026-10-25T00:59:59Z +%s) * 1000000000))
sqlite3 -cmd '.timeout 5000' journal.db "drop trigger event_no_update;
	update event set wall = $night + (seq - 1) * 1000000000"
report() { run "$BLACKSTART" report "$@"; }
report --zone Europe/Madrid
like "the zone stands in the head" "$out" '^A number .*All times are UTC, with those of Europe/Madrid beside them'
like "before the change" "$out" '^- opened: 2026-10-25T00:59:59Z \(02:59:59 CEST\) by'
like "after it" "$out" '^\| 2026-10-25T01:00:02Z \(02:00:02 CET\) \|'
report --zone America/Los_Angeles --format html
like "where the day is another one it is said" "$out" '2026-10-25T00:59:59Z \(2026-10-24 17:59:59 PDT\)'
like "the zone stands in the head of the page" "$out" 'All times are UTC, with those of America/Los_Angeles'
report --zone Europe/Madrid --json
get() { printf '%s' "$out" | jq -c "$1"; }
is "JSON" "$(get '[.zone, .opened_local, .timeline[1].local, .opened, .timeline[1].at]')" \
	'["Europe/Madrid","2026-10-25T02:59:59.000+02:00","2026-10-25T02:00:00.000+01:00",'\
'"2026-10-25T00:59:59.000Z","2026-10-25T01:00:00.000Z"]'
report --zone Asia/Kathmandu --format csv
printf '%s\n' "$out" >got.csv
is "CSV" "$(sqlite3 :memory: '.import --csv got.csv t' 'select utc, local from t limit 1')" \
	'2026-10-25T00:59:59.000Z|2026-10-25T06:44:59.000+05:45'
report --json
is "without it there is none" "$(get '[.zone, has("opened_local"), (.timeline[0] | has("local"))]')" \
	'[null,false,false]'
report --format csv
unlike "nor a column" "$out" 'local'

report --zone Europe/Madird
is "no such zone" "$status" 2
like "is said, with what was meant" "$err" 'no such time zone; did you mean Europe/Madrid\?'
report --zone UTC+2
is "nor are rules" "$status" 2
TZDIR=$T/none
export TZDIR
report --zone Europe/Madrid
is "a machine that has no zones" "$status" 2
like "is said to have none" "$err" 'no time zones \(tzdata\)'
unset TZDIR
report --zone UTC --format asciicast
is "a cast has no times of day" "$status" 2

done_testing
