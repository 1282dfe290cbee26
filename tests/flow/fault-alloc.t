#!/bin/sh
# One allocation fails, the first, the second, and so on. What reads a runbook ends with a sentence
# and never says of a file what is not so; a run goes on, its record is whole, nothing runs twice.
. tests/lib/tap.sh
[ -z "${BLACKSTART_SANITIZED-}" ] || skip_all "the sanitizers' allocator takes no other before it"
. tests/lib/kill.sh

SHIM=$BUILD/shim_alloc.so
BOOK=$CASE/kill.yaml

# calls WHO COMMAND...: how many allocations it makes undisturbed.
calls() {
	c_who=$1
	shift
	rm -f "$T/count"
	env LD_PRELOAD="$SHIM" SHIM_WHO="$c_who" SHIM_COUNT="$T/count" "$@" >/dev/null 2>&1
	wait_for "[ -s '$T/count' ]" && cat "$T/count" # a keeper ends after its client
}

# reads VERB FROM STEP LAST: that verb on the runbook, with each of those allocations failing. What
# came of it, a word a line; what is wrong, in $T/bad.
reads() {
	r_n=$2
	while [ "$r_n" -le "$4" ]; do
		env LD_PRELOAD="$SHIM" SHIM_WHO=client SHIM_ALLOC="$r_n" "$BLACKSTART" "$1" "$BOOK" \
			>"$T/$1.$2.out" 2>"$T/$1.$2.err"
		r_status=$?
		if [ $r_status = 134 ] && grep -q '^blackstart: out of memory (' "$T/$1.$2.err"; then
			echo sentence
		elif [ $r_status = 0 ] && cmp -s "$T/$1.$2.out" "$T/$1.want"; then
			echo "did without"
		elif [ $r_status -gt 0 ] && [ $r_status -le 5 ] &&
		     grep -qi 'memory' "$T/$1.$2.out" "$T/$1.$2.err"; then
			echo error
		else
			note "$1, allocation $r_n: status $r_status: $(head -c 300 "$T/$1.$2.err")" \
				>>"$T/bad"
		fi
		r_n=$((r_n + $3))
	done >>"$T/reads.$1.$2" 2>/dev/null
}

for verb in lint show; do
	"$BLACKSTART" $verb "$BOOK" >"$T/$verb.want" 2>/dev/null
	n=$(calls client "$BLACKSTART" $verb "$BOOK")
	(reads $verb 1 1 120) 2>/dev/null &
	(reads $verb 121 $((n / 280)) $((n + 5))) 2>/dev/null &
	wait
	cat "$T"/reads.$verb.* >"$T/tally"
	is "$verb: nothing but a sentence, an error, or the same as ever" "$(head -c 3000 "$T/bad")" ''
	ok "$verb: most end with the sentence" \
		test "$(grep -c sentence "$T/tally")" -gt $(($(wc -l <"$T/tally") / 2))
	note "$verb makes $n allocations; $(wc -l <"$T/tally") failed: $(sort "$T/tally" | uniq -c |
		tr -s ' ' | tr '\n' ',')"
	: >"$T/tally"
	: >"$T/bad"
done

# walks WHO N...: a whole run each, in whose keeper, holder or client that allocation fails.
walks() {
	w_who=$1
	shift
	for w_n; do
		w_at=$T/$w_who-$w_n
		walk "$w_at" LD_PRELOAD="$SHIM" SHIM_WHO="$w_who" SHIM_ALLOC="$w_n" \
			SHIM_LOG="$w_at/failed"
		[ -e "$w_at/failed" ] || { rm -rf "$w_at"; continue; }
		# a client that ended before there was a run leaves nothing to go on with
		if [ -z "$(ask "$w_at" 'SELECT seq FROM event LIMIT 1')" ]; then
			[ -e "$w_at/ledger" ] && note "$w_who $w_n: ran without a record" >>"$T/bad"
			echo "$w_who" >>"$T/tally"
			continue
		fi
		w_wrong=$(judge "$w_at" fates)
		if [ -n "$w_wrong" ]; then
			note "$w_who, allocation $w_n ($w_at): $w_wrong" >>"$T/bad"
		else
			echo "$w_who" >>"$T/tally"
			rm -rf "$w_at" 2>/dev/null
		fi
	done
}

# spread MOST COUNT ODD: COUNT numbers from 1 to MOST, close at first, then farther apart.
spread() {
	awk -v m="$1" -v c="$2" -v odd="$3" 'BEGIN {
		for (i = odd; i < c; i += 2) { n = int(exp(log(m) * (i + 1) / c)) + i
			if (n <= m) print n } }'
}

mkdir "$T/counted"
cp "$CASE/kill.yaml" "$CASE/answers.yaml" "$T/counted"
for who in keeper holder client; do
	n=$(cd "$T/counted" && calls $who "$BLACKSTART" run --answers answers.yaml kill.yaml \
		--journal "$T/counted/$who.db")
	case $who in keeper) count=26 ;; holder) count=8 ;; *) count=14 ;; esac
	(walks $who $(spread "${n:-1}" $count 0)) &
	(walks $who $(spread "${n:-1}" $count 1)) &
	wait
	note "$who makes ${n:-no} allocations"
	tell "no memory in the $who, once: the run ends as it should"
done

done_testing
