#!/bin/sh
# A walk whose keeper, holder or both are killed at random moments. SEED=N does the same ones again.
. tests/lib/tap.sh
. tests/lib/kill.sh

SEED=${SEED:-$(date +%s)}
RANDOM_KILLS=${RANDOM_KILLS:-${EVERY:+200}}
RANDOM_KILLS=${RANDOM_KILLS:-100}
[ -z "${BLACKSTART_SANITIZED-}" ] || RANDOM_KILLS=20
note "SEED=$SEED"

moments() {
	awk -v seed="$SEED" -v n="$RANDOM_KILLS" -v half="$1" 'BEGIN {
		srand(seed)
		split("keeper keeper holder both", who, " ")
		for (i = 0; i < n; i++) {
			w = who[1 + int(rand() * 4)]
			us = int(rand() * rand() * 600000)
			if (i % 2 == half)
				print w, us, i
		}
	}' | while read -r w us i; do
		exact=undecided
		[ "$w" = keeper ] && exact=exact
		attempt "$w" "us:$us" "$exact" "SHIM_I=$i"
	done
}
moments 0 &
moments 1 &
wait
tell "killed at random moments"

done_testing
