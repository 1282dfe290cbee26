#!/bin/sh
# Volumes put back by a driver of directories and tar files: the operator's choice, the runbook's, the
# safety copy, its undo and its release.
. tests/lib/tap.sh
. tests/lib/plain.sh

cp -R "$ROOT/tests/faults/restore/drivers" "$T"
cd "$T" || exit 1
b=$BLACKSTART

# lab: two volumes, two points of each; what is in place is spoiled.
lab() {
	rm -rf srv archive ledger
	mkdir -p srv/db-1 srv/db-10 archive/db-1 archive/db-10
	for v in db-1 db-10; do
		for day in 1 2; do
			echo "$v of day $day" >srv/$v/what
			tar -cf archive/$v/$day.tar -C srv/$v .
		done
		echo "$v spoiled" >srv/$v/what
	done
}
# book KEYS...: a restore with these keys.
book() {
	cat >book.yaml <<-'YAML'
	blackstart: 1
	title: Put the data back
	objectives: {rpo: 24h}
	environment: lab
	steps:
	  - id: data
	    restore: folder
	    volumes: {db-1: srv/db-1, db-10: srv/db-10}
	    with: {archive: archive}
	YAML
	for key; do
		echo "    $key" >>book.yaml
	done
}
answers() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: looked at}\nsteps:\n' >answers.yaml
	for answer; do
		echo "  - $answer" >>answers.yaml
	done
}
walk() {
	run timeout 250 "$b" run --plain --answers answers.yaml book.yaml
}
value() {
	sql "SELECT json_extract(payload, '\$.text') FROM event
		WHERE kind = 'value' AND json_extract(payload, '\$.name') = '$1' ORDER BY rowid DESC LIMIT 1"
}
places() { cat srv/db-1/what srv/db-10/what; }

lab
book
echo '  - release: data' >>book.yaml
answers '{at: data/pick, do: done, text: "2"}' '{at: data/put, do: start, text: lab}' \
	'{at: s2/old, do: done, text: s2/keep}'
run "$b" lint --strict book.yaml
is "lint has nothing to say" "$status $out" "0 "
walk
is "the second set, by the operator" "$(places)" 'db-1 of day 1
db-10 of day 1'
is "the run is well" "$status" 0
is "what was there is kept" "$(cat srv/db-1.kept/what srv/db-10.kept/what)" 'db-1 spoiled
db-10 spoiled'
is "… and is named, volume by volume, before it is thrown away" \
	"$(printf '%s\n' "$out" | grep -A 2 'before the restore is kept:$' | sed '1d; s/^ *//')" \
	'db-1: srv/db-1.kept
db-10: srv/db-10.kept'
like "sets are offered newest first, with age and RPO" "$(value data_sets)" \
	'^."2020-01-02T00:00:00Z, [0-9]+d[0-9h]* old, OVER the RPO \(1d\), 2 volumes.*2020-01-01'
like "what is destroyed is named before" "$out" 'DESTROYS: srv/db-1, srv/db-10'
is "copies first, then volume after volume" "$(cat ledger)" 'keep db-1
keep db-10
restore db-1
restore db-10'

# The driver's undo, of one volume.
lab
book 'point: latest' 'at_once: 2'
echo '  - {id: last, do: Is all well?}' >>book.yaml
answers '{at: data/put, do: start, text: lab}' '{at: data/restore@db-10, do: undo, text: srv/db-10}' \
	'{at: data/restore@db-1, do: undo, text: srv/db-1}' \
	'{at: last, do: done}'
walk
is "an undo of each brings the old state back" "$(places)" 'db-1 spoiled
db-10 spoiled'

for point in 2020-01-01 '"2020-01-01 01:00+01:00"' '${day}'; do
	lab
	book "point: $point" 'safety: {waive: "it cannot get worse"}'
	sed -i 's/^environment/params: {day: {default: 2020-01-01T00:00Z}}\n&/' book.yaml
	[ "$point" = '${day}' ] || sed -i '/^params/d' book.yaml
	answers '{at: data/put, do: start, text: lab}'
	touch waived
	walk
	rm waived
	is "point: $point" "$status $(places)" '0 db-1 of day 1
db-10 of day 1'
done
is "a waiver's reason is on record" "$(value data_waived)" "it cannot get worse"
like "… and is shown" "$out" 'NO copy of the present state is kept: it cannot get worse'
is "… and nothing is kept" "$(ls -d srv/*.kept 2>/dev/null)" ''

lab
book 'point: 2019-12-31'
answers '{at: data/pick, do: close, reason: no such day}'
walk
like "a time without a set is refused, and the newest is named" "$out$err" \
	'no set is called or dated 2019-12-31.*2020-01-02'
is "… and nothing is touched" "$(places; ls ledger 2>/dev/null)" 'db-1 spoiled
db-10 spoiled'

lab
rm archive/db-1/*
book
answers '{at: data/sets, do: close, reason: no point}'
walk
like "db-1 takes no point of db-10" "$out$err" 'the volume db-1 has no restore point; there are points of db-10'
is "… and nothing is touched" "$(places; ls ledger 2>/dev/null)" 'db-1 spoiled
db-10 spoiled'

lab
book 'point: latest' 'verify: {run: grep -q 3 srv/db-1/what}'
answers '{at: data/put, do: start, text: lab}' '{at: data/verify, do: close, reason: it is not}'
walk
is "the runbook's own look has the last word" "$status" 1

done_testing
