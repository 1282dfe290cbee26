#!/bin/sh
# A record whose keeper was killed, and its bundle, mutated: all that changes anything is named. The thousands
# are bundle-thousand.t and bundle-honest.t. SEED=N makes the same mutations.
. tests/lib/tap.sh
. tests/lib/kill.sh
. tests/lib/bundle.sh

SEED=${SEED:-1}
note "SEED=$SEED"
dir=$T/one
walk "$dir" LD_PRELOAD="$SHIM" SHIM_WHO=keeper SHIM_KILL=us:90000 SHIM_LOG="$dir/killed" SHIM_CLIENT_ID="$dir/client"
! is_closed "$dir" || wait_for "! is_kept '$dir'" 60
is "whatever was killed, it is well in the end" "$(judge "$dir" undecided)" ''
wait_for "! is_kept '$dir'" || diag "its keeper stays"
id=$(ask "$dir" "SELECT run FROM machine LIMIT 1")
for verb in hold release hold; do
	"$BLACKSTART" $verb --journal "$dir/journal.db" "$id" --reason 'so that there are such rows' >"$T/held" ||
		bail "no $verb"
done
ssh-keygen -q -t ed25519 -N '' -C '' -f "$T/key" </dev/null || bail "no key"
ok "somebody vouches for it" "$BLACKSTART" sign --journal "$dir/journal.db" --key "$T/key" "$id"
mkdir "$T/scratch"
ok "what changes a bundle is named, by both" "$BUILD/tool_mutate" bundle "$dir/journal.db" "$id" "$T/scratch" \
	"$SEED" "${BUNDLES:-8}" "$bundle_shell"
note "$(cat "$T/.ok")"
ok "what changes a record is named" "$BUILD/tool_mutate" journal "$dir/journal.db" "$id" "$T/scratch" "$SEED" \
	"${JOURNALS:-40}"
note "$(cat "$T/.ok")"
ok "what has all its digests made anew is named by the signature" "$BUILD/tool_mutate" anew \
	"$dir/journal.db" "$id" "$T/scratch" "$SEED" "${ANEW:-12}"
like "each of them" "$(cat "$T/.ok")" "^ *${ANEW:-12} all computed anew: named by a signature"
done_testing
