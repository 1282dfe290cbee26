#!/bin/sh
# A rebuild whose keeper or holder is killed between any two actions, while the driver's file on disk
# says something else since the run began. Nothing runs twice unasked; no member is cleared while one
# runs, none begins before what each had is kept, none joins before the first is up.
. tests/lib/tap.sh
CASE=$ROOT/tests/faults/rebuild
STRIDE=${STRIDE:-6} AGAIN=yes
# Which readings there are depends on when it is read.
VARIES="'store_look', 'store_health', 'store_first_health', 'store_quorum'"
. tests/lib/kill.sh

is "undisturbed, in this order" "$LEDGER" 'lay
stop m3
stop m2
stop m1
clear m1
clear m2
clear m3
first m1
join m2
join m3'

# Every command bears being run again: so says the person who is asked, of each (members are looked at
# side by side), and types the name again.
decide() {
	{
		printf 'answers: 1\ndefault: {start: change, close: all was looked at}\nsteps:\n'
		ask "$1" "SELECT '  - {at: ' || step || ', do: retry, reason: again, optional: yes}'
			FROM event WHERE kind = 'step' AND json_extract(payload, '\$.to') = 'deciding'"
		for d_member in m1 m2 m3; do
			printf "  - {at: store/aside@%s, do: start, text: '%s at-%s', optional: yes}\n" \
				$d_member $d_member ${d_member#m}
		done
		sed '1,/^steps:/d' "$CASE/answers.yaml"
	} >"$1/decided.yaml"
}
also() {
	grep -s UNSAFE "$1/ledger"
	for a_member in m1 m2 m3; do
		[ "$(cat "$1/lab/$a_member/what" "$1/lab/$a_member.old/what" 2>&1)" = 'new
spoiled' ] || echo "$a_member: $(cat "$1/lab/$a_member/what" "$1/lab/$a_member.old/what" 2>&1)"
	done
	case $(ask "$1" "SELECT json_extract(payload, '\$.text') FROM event WHERE kind = 'value'
		AND json_extract(payload, '\$.name') = 'store_quorum' ORDER BY seq DESC LIMIT 1") in
	*'"healthy":3'*) ;;
	*) echo "ended without its three" ;;
	esac
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
