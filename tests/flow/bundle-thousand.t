#!/bin/sh
# A thousand mutated bundles, and five thousand mutated records, of ten honest ones: kills and resumes included.
# Half of them somebody signed: of these another three hundred with all digests made anew.
. tests/lib/tap.sh
. tests/lib/kill.sh
. tests/lib/bundle.sh

SEED=${SEED:-$(date +%s)}
note "SEED=$SEED"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$T/key" </dev/null || bail "no key"

# of N: one honest record, killed after N times 40 ms, then what the engine makes of it.
of() {
	o_dir=$T/n$1 o_who=keeper
	[ $(($1 % 3)) -ne 0 ] || o_who=both
	walk "$o_dir" LD_PRELOAD="$SHIM" SHIM_WHO=$o_who SHIM_KILL="us:${1}0000" SHIM_LOG="$o_dir/killed" \
		SHIM_CLIENT_ID="$o_dir/client"
	! is_closed "$o_dir" || wait_for "! is_kept '$o_dir'" 60
	judge "$o_dir" undecided >"$T/bad$1"
	wait_for "! is_kept '$o_dir'" || echo "its keeper stays" >>"$T/bad$1"
	o_run=$(ask "$o_dir" "SELECT run FROM machine LIMIT 1")
	mkdir "$T/scratch$1"
	o_anew=
	if [ $(($1 % 4)) -gt 1 ]; then
		o_anew="anew ${ANEW:-60}"
		"$BLACKSTART" sign --journal "$o_dir/journal.db" --key "$T/key" "$o_run" >"$o_dir/signed" 2>&1 ||
			cat "$o_dir/signed" >>"$T/bad$1"
	fi
	for o_mode in "bundle ${BUNDLES:-100} $bundle_shell" "journal ${JOURNALS:-500}" "$o_anew"; do
		[ -n "$o_mode" ] || continue
		# shellcheck disable=SC2086 # words
		set -- "$1" $o_mode
		"$BUILD/tool_mutate" "$2" "$o_dir/journal.db" "$o_run" "$T/scratch$1" "$SEED$1" "$3" ${4-} \
			>"$T/$2$1" 2>&1 || cat "$T/$2$1" >>"$T/bad$1"
	done
	rm -rf "$T/scratch$1"
}
half() {
	for n in $1; do of "$n"; done
}
half "1 3 5 7 9" &
half "2 4 6 8 10" &
wait
for mode in bundle journal anew; do
	note "$mode:"
	note "$(cat "$T/$mode"[0-9]* | awk '/^ *[0-9]+ / { n = $1; $1 = ""; sum[$0] += n }
		END { for (what in sum) printf "%6d%s\n", sum[what], what }' | sort -rn)"
done
is "none is missed, and none is a false alarm" "$(cat "$T"/bad*)" ''
judged=$(cat "$T"/bundle[0-9]* | awk '/^ *[0-9]+ / && !/other words/ { n += $1 } END { print n + 0 }')
is "a thousand bundles" "$judged" $((10 * ${BUNDLES:-100}))
named=$(cat "$T"/anew[0-9]* | awk '/ all computed anew: named by a signature/ { n += $1 } END { print n + 0 }')
is "each record made anew is named by its signature" "$named" $((5 * ${ANEW:-60}))
done_testing
