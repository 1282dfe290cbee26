#!/bin/sh
# What a restore does when its tools hang, talk nonsense, fill the disk, or lie; when a chosen point
# vanishes; when the driver's file changes in the middle.
. tests/lib/tap.sh
. tests/lib/plain.sh
cd "$T" || exit 1
b=$BLACKSTART

# lab [SED...]: two volumes, a point of each, and the driver with these changes.
lab() {
	rm -rf srv archive ledger drivers
	mkdir -p srv/a srv/b archive/a archive/b
	cp -R "$ROOT/tests/faults/restore/drivers" .
	for v in a b; do
		echo "$v of day 1" >srv/$v/what
		tar -cf archive/$v/1.tar -C srv/$v .
		echo "$v of day 2" >srv/$v/what
		tar -cf archive/$v/2.tar -C srv/$v .
		echo "$v spoiled" >srv/$v/what
	done
	for change; do
		sed -i "$change" drivers/volume/folder.yaml
	done
}
cat >book.yaml <<'YAML'
blackstart: 1
title: Put the data back
environment: lab
steps:
  - id: data
    restore: folder
    volumes: {a: srv/a, b: srv/b}
    with: {archive: archive}
  - release: data
YAML
places() { cat srv/a/what srv/b/what 2>&1; }
spoiled='a spoiled
b spoiled'
# walk ANSWER...
walk() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: looked at}\nsteps:\n' >answers.yaml
	for answer; do
		echo "  - $answer" >>answers.yaml
	done
	run timeout 250 "$b" run --plain --answers answers.yaml book.yaml
}
pick='{at: data/pick, do: done, text: "1"}'
put='{at: data/put, do: start, text: lab}'
keep='{at: s2/old, do: done, text: s2/keep}'

lab 's/^points: |/points:\n  timeout: 1s\n  run: |/; s/^  sep=.*/    sleep 1000/; /^  for file/,/^  echo .]/d'
walk '{at: data/points, do: close, reason: it hangs}'
like "a list that never comes is stopped" "$out$err" '1.2 Read the restore points.*took longer'
is "… nothing was touched" "$(places)" "$spoiled"

lab "s/^  sep='.'/  echo no repository here; exit 0/"
walk '{at: data/points, do: close, reason: garbage}'
like "a list that is none is no list" "$out$err" 'data_points'
is "… nothing was touched" "$(places; cat ledger 2>/dev/null)" "$spoiled"

lab 's/"point":"%s"/"pont":"%s"/'
walk '{at: data/sets, do: close, reason: garbage}'
like "a point that is none is named" "$out$err" 'restore point 1 of the list .volume a.: .pont. is no key'
is "… nothing was touched" "$(places; cat ledger 2>/dev/null)" "$spoiled"

# The safety copy fails for one volume: the other has one, and neither is overwritten.
lab 's/^  cp -a "$place" "$place.part"/  [ "$volume" = a ] \&\& &/'
walk "$pick" '{at: data/keep@b, do: skip, reason: go on without}' \
	'{at: data/put, do: start, text: lab}' '{at: data/guard@b, do: close, reason: "no copy, no restore"}'
is "without its copy a volume is not touched, whatever was skipped" "$(cat srv/b/what)" "b spoiled"
like "… and it is said why" "$out$err" 'b has its restore point and its safety copy did NOT'
is "no command ran without a copy" "$(grep -c 'NO COPY' ledger)" 0

# The disk is full: the limit of a file's size stands for it.
lab 's/^  cp -a "$place" "$place.part"/  ulimit -f 0; &/'
walk "$pick" '{at: data/keep@a, do: close, reason: no room}'
is "a disk that is full when the copy is made: nothing was touched" "$(places; cat ledger 2>/dev/null)" "$spoiled"
lab 's/^  tar -xf/  [ -e room ] || ulimit -f 0; &/'
walk "$pick" "$put" '{at: data/restore@a, do: retry}' '{at: data/restore@a, do: close, reason: no room}'
like "a disk that is full when it is put in place: not called restored" "$out$err" 'Restore a from 2 did NOT'
is "… the copy is still there" "$(cat srv/a.kept/what)" "a spoiled"
is "… and the next volume was not begun" "$(cat srv/b/what)" "b spoiled"

# A tool that says all is well and did nothing.
lab 's/^  tar -xf.*/  :/'
walk "$pick" "$put" '{at: data/restore@a, do: close, reason: it lies}'
like "what was not verified is not restored" "$out$err" 'Restore a from 2 did NOT come out as expected'
unlike() { case $2 in *"$3"*) fail "$1"; diag "$2" ;; *) pass "$1" ;; esac; }
unlike "… and is not called done" "$out" 'Restore a from 2 is done'

# A tool that hangs is stopped, and does its work when it is asked again.
lab '/^restore: |/,/^verify/s/^  /    /' 's/^restore: |/restore:\n  timeout: 1s\n  run: |/' \
	's/^    \[ -f "$kept.*/    [ -e slow ] || { touch slow; exec sleep 1000; }/'
walk "$pick" "$put" '{at: data/restore@a, do: retry, reason: again}' \
	'{at: data/restore@a, do: start, text: srv/a}' "$keep"
like "a restore that hangs is stopped" "$out" 'took longer'
is "… and again, it is there" "$status $(places)" '0 a of day 2
b of day 2'

# The chosen point vanishes while the copies are made; afterwards another is chosen.
lab 's/^  echo "keep $volume" >>ledger/  rm -f archive\/b\/2.tar\n&/'
walk "$pick" '{at: data/again, do: close, reason: it is gone}'
like "a chosen point that vanished is named, before anything is overwritten" "$out$err" \
	'not there any more: 2 of b'
is "… nothing was touched" "$(places)" "$spoiled"

# The driver's file is another in the middle of the run, and then gone: the run has its own.
lab 's/^  echo "keep $volume" >>ledger/&\n  echo broken >drivers\/volume\/folder.yaml/'
plain one "$b" run --plain book.yaml
sees one 'Which restore point.*which of these'
says one 1
sees one '^1.6 Keep what is there now'
says one ''
sees one 'type the name: lab'
kill -9 "$(sql "SELECT
	json_extract(payload, '\$.pid') FROM event
	WHERE kind = 'keeper' ORDER BY rowid DESC LIMIT 1" 2>/dev/null)" 2>/dev/null
rm -rf drivers
hangs_up one
left one
run "$b" status
like "without its driver on disk the run is what it was" "$out" 'Put the restore points in place'
printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: looked at}\nsteps:\n  - %s\n  - %s\n' \
	"{at: data/put, do: start, text: lab}" "$keep" >answers.yaml
run timeout 250 "$b" attach --answers answers.yaml
is "… and goes on to its end" "$status $(places)" '0 a of day 2
b of day 2'

done_testing
