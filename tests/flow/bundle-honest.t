#!/bin/sh
# A thousand honest records, each with something killed in its middle and taken up again: the record and its
# bundle are whole, by the program and by the script, in the same words. RECORDS=N of them; SEED=N.
. tests/lib/tap.sh
. tests/lib/kill.sh
. tests/lib/bundle.sh

SEED=${SEED:-$(date +%s)}
RECORDS=${RECORDS:-1000}
note "SEED=$SEED"

# In a folder of its own for each, as two go on at a time.
also() {
	wait_for "! is_kept '$1'" || echo "its keeper stays"
	"$BLACKSTART" verify --journal "$1/journal.db" --outputs >"$1/verify" 2>&1 || cat "$1/verify"
	"$BLACKSTART" bundle --journal "$1/journal.db" '' "$1/b.tar" >"$1/bundled" 2>&1 || cat "$1/bundled"
	"$BLACKSTART" verify --bundle "$1/b.tar" >"$1/program" 2>&1 || echo "the program finds it not whole"
	mkdir -p "$1/unpacked"
	PATH=$bundle_tools tar xf "$1/b.tar" -C "$1/unpacked"
	(cd "$1"/unpacked/* && PATH=$bundle_tools exec $bundle_shell "$T/check.sh") >"$1/script" 2>&1 ||
		echo "the script finds it not whole"
	cmp -s "$1/program" "$1/script" || cat "$1/program" "$1/script"
	echo >>"$T/looked"
}

some() {
	awk -v seed="$SEED" -v n="$RECORDS" -v half="$1" 'BEGIN {
		srand(seed)
		split("keeper keeper holder both", who, " ")
		for (i = 0; i < n; i++) {
			w = who[1 + int(rand() * 4)]
			us = int(rand() * rand() * 300000)
			if (i % 2 == half)
				print w, us, i
		}
	}' | while read -r w us i; do
		attempt "$w" "us:$us" undecided "SHIM_I=$i" || : # it was done before
	done
}
some 0 &
some 1 &
wait
looked=$(wc -l <"$T/looked")
tell "honest records that were killed and taken up again, $looked of $RECORDS; no false alarm"
done_testing
