#!/bin/sh
# A thousand honest journals, killed and taken up again, are whole; every change to them is named.
. "$(dirname "$0")/../lib/tap.sh"

SEED=${SEED:-$(date +%s)}
export SEED
note "SEED=$SEED"
TMPDIR=$T MUTATIONS=${MUTATIONS:-1000} "$BUILD/unit/test_journal_mutate" >"$T/out" 2>&1
is "nothing is missed, nobody is accused" "$?" 0
tail -5 "$T/out" | sed 's/^/# /'
TMPDIR=$T FLIPS=${FLIPS:-300} "$BUILD/unit/test_journal_index" >"$T/out" 2>&1
is "where an index is damaged no row is left out unseen" "$?" 0
tail -12 "$T/out" | sed 's/^/# /'
done_testing
