#!/bin/sh
# A restore whose keeper or holder is killed between any two actions, while the driver's file on disk
# says something else since the run began: what is walked is what was kept with the run. Nothing runs
# twice unasked, and nothing is overwritten before its copy is there.
. tests/lib/tap.sh
CASE=$ROOT/tests/faults/restore
STRIDE=${STRIDE:-12} CLOSES=. AGAIN=yes
# A set's age is another every time.
VARIES="'data_sets', 'data_point'"
. tests/lib/kill.sh

is "undisturbed, the newest is there" "$(cat "$T/plain/srv/a/what" "$T/plain/srv/b/what")" 'a of day 2
b of day 2'
is "… in this order" "$LEDGER" 'lay
keep a
keep b
restore a
restore b
release a
release b'

# Every command bears being run again: so says the person who is asked, and types the name again.
decide() {
	d_step=$(undecided "$1")
	{
		printf 'answers: 1\ndefault: {start: change, close: all was looked at}\nsteps:\n'
		[ -z "$d_step" ] ||
			echo "  - {at: '$d_step', do: retry, reason: again, optional: yes}"
		for d_volume in a b; do
			echo "  - {at: data/restore@$d_volume, do: start, text: srv/$d_volume, optional: yes}"
			echo "  - {at: old/drop@$d_volume, do: start, text: srv/$d_volume.kept, optional: yes}"
		done
		sed '1,/^steps:/d' "$CASE/answers.yaml"
	} >"$1/decided.yaml"
}
also() {
	grep -s 'NO COPY' "$1/ledger"
	[ "$(cat "$1/srv/a/what" "$1/srv/b/what" 2>&1)" = 'a of day 2
b of day 2' ] || echo "not restored: $(cat "$1/srv/a/what" "$1/srv/b/what" 2>&1)"
	[ ! -e "$1/srv/a.kept" ] && [ ! -e "$1/srv/b.kept" ] || echo "not released"
}

every keeper fdatasync exact
tell "keeper killed before each commit is durable"
every keeper fdatasync+ exact
tell "keeper killed after each commit, before anything follows from it"
every holder write undecided
tell "holder killed before each word of its status file"
every keeper fdatasync undecided SHIM_HOLDER=1
tell "keeper and holder killed before each commit is durable"

done_testing
