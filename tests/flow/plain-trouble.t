#!/bin/sh
# When the journal cannot be written the operator is told at once, and chooses.
. tests/lib/tap.sh
. tests/lib/plain.sh

disk=$T/disk
mkdir "$disk"
mount -t tmpfs -o size=24m none "$disk" 2>/dev/null ||
	skip_all "no file system of our own can be mounted"
trap 'umount -l "$disk"; tap_exit' EXIT
BLACKSTART_JOURNAL=$disk/journal.db
cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Full disk
steps:
  - {id: one, title: First, run: echo one >>ran, effect: change}
  - {id: two, title: Second, run: echo two >>ran, effect: change}
YAML
cd "$T" || exit 1
# all of it, the ballast's room included
fill() {
	rm -f "$disk/journal.db.ballast"
	dd if=/dev/zero of="$disk/fill" bs=4k 2>/dev/null
}

plain one "$BLACKSTART" run --plain --as ana book.yaml
sees one 'First: start'
fill
says one ''
sees one 'THE JOURNAL CANNOT BE WRITTEN' 20
sees one '^  wait: '
sees one '^  move PATH: '
sees one '^  close: '
says one 'note not now'
sees one 'Refused: the record cannot be written'
is "nothing new starts" "$(ls ran 2>/dev/null)" ''
rm "$disk/fill"
sees one 'The journal can be written again' 20
sees one 'Second: start'
is "… and it goes on when it works again, once" "$(cat ran)" one
fill
# more than what was written before leaves room for
for n in 1 2 3 4 5 6; do
	says one "note lost? $(printf '%060000d' "$n")"
done
sees one 'THE JOURNAL CANNOT BE WRITTEN' 20
says one "move $T/elsewhere.db"
sees one 'can be written again' 20
vouched="SELECT max(seq) FROM checkpoint WHERE what = 'start'"
wait_for '[ -n "$(sqlite3 -readonly -cmd ".timeout 60000" elsewhere.db "$vouched")" ]' ||
	bail "nobody was asked to vouch for the other file"
for pid in $(left_running); do
	grep -zqx keeper "/proc/$pid/cmdline" 2>/dev/null && kill -KILL "$pid"
done
sees one 'The keeper is back'
says one ''
sees one 'verdict: complete'
left one
is "the run ends in the other journal" "$status" 0
like "… and says where" "$screen" "^record: $T/elsewhere.db, run "
run "$BLACKSTART" log --journal "$T/elsewhere.db"
like "… on record there" "$out" 'Run closed: complete'

rm -f "$disk/fill" ran
plain two "$BLACKSTART" run --plain --as ana book.yaml
sees two 'First: start'
fill
says two ''
sees two 'THE JOURNAL CANNOT BE WRITTEN' 20
says two 'close'
sees two 'ends here without a record of its end'
left two
is "closing over it is 4" "$status" 4
done_testing
