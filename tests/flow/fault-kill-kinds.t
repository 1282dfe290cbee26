#!/bin/sh
# People, volumes and members: keeper, holder or both are killed at random moments of a contact that
# goes on beside the walk, a restore and a rebuild. SEED=N does the same ones again; KIND_KILLS=N more.
. tests/lib/tap.sh
. tests/lib/record.sh

SHIM=$BUILD/shim_sys.so
CASE=$ROOT/tests/faults/kinds
SEED=${SEED:-$(date +%s)}
KIND_KILLS=${KIND_KILLS:-12}
[ -z "${BLACKSTART_SANITIZED-}" ] || KIND_KILLS=4
note "SEED=$SEED"

prepare() {
	mkdir -p "$1"
	cp -r "$CASE/." "$1"
	mkdir -p "$1/now/one" "$1/now/two" "$1/then/one" "$1/then/two"
	for p_volume in one two; do
		echo "old $p_volume" >"$1/now/$p_volume/old"
		echo "new $p_volume" >"$1/then/$p_volume/p1"
	done
	for p_member in m1 m2 m3; do
		: >"$1/$p_member.up"
		echo old >"$1/$p_member.data"
	done
	: >"$1/ledger"
}

walk() {
	(cd "$1" && shift && exec env "$@" timeout 120 "$BLACKSTART" run --journal ./journal.db \
		--answers answers.yaml kinds.yaml >>out 2>&1)
}

# What a person does about a command whose end nobody saw (each of these can be run again), and about
# one that waits for its target alone.
again() {
	a_row=$(ask "$1" "SELECT step, json_extract(payload, '\$.to', '\$.target') FROM event e
		WHERE kind = 'step' AND json_extract(payload, '\$.asks') AND (json_extract(payload,
			'\$.to') = 'deciding' OR (json_extract(payload, '\$.to')
			IN ('waiting', 'hold') AND step LIKE '%@%')) AND NOT EXISTS (SELECT 1 FROM event l
			WHERE l.kind = 'step' AND l.step = e.step AND l.seq > e.seq)
		ORDER BY seq LIMIT 1")
	a_step=${a_row%%|*} a_do=retry a_file=answers.yaml
	case $a_row in
	*'["waiting",'* | *'["hold",'*) a_do="start, text: ${a_row##*,}" a_do=${a_do%]} ;;
	esac
	[ -z "$a_step" ] || {
		a_file=decided.yaml
		{
			sed '/^steps:/q' "$1/answers.yaml"
			echo "  - {at: '$a_step', do: $a_do, reason: it can be run again}"
			sed '1,/^steps:/d' "$1/answers.yaml"
		} >"$1/decided.yaml"
	}
	(cd "$1" && timeout 120 "$BLACKSTART" attach --journal ./journal.db --answers "$a_file" \
		>>out 2>&1)
}

# What the world is like in the end.
world() {
	(cd "$1" && head -n 5 now/*/* m?.* 2>&1; ls)| grep -v -e journal -e '^out$' -e '^shell$' \
		-e killed -e decided -e '^ledger$' -e verify
	ask "$1" "SELECT json_extract(payload, '\$.verdict', '\$.outcome', '\$.success')
		FROM event WHERE kind = 'run_closed';
		SELECT step, json_extract(payload, '\$.to', '\$.outcome'), max(seq) * 0 FROM event
			WHERE kind = 'step' AND step IS NOT NULL GROUP BY step ORDER BY step"
}

# How often the record says that a command may have run, and how often it did.
on_record() {
	ask "$1" "SELECT count(*) FROM event i WHERE kind = 'cmd_intent'
		AND instr(json_extract(payload, '\$.text'), '$2') AND NOT EXISTS (SELECT 1 FROM event l
			WHERE l.kind = 'cmd_lost' AND json_extract(l.payload, '\$.what') = 'never'
			AND json_extract(l.payload, '\$.token') = json_extract(i.payload, '\$.token'))"
}

# judge DIR WHO: prints what is wrong.
judge() {
	j_try=0
	until is_closed "$1"; do
		j_try=$((j_try + 1))
		[ $j_try -gt 6 ] && { echo "never closed: $(tail -n 3 "$1/out")"; return; }
		again "$1"
	done
	"$BLACKSTART" verify --journal "$1/journal.db" >"$1/verify" 2>&1 ||
		echo "not whole: $(cat "$1/verify")"
	grep UNSAFE "$1/ledger"
	[ "$(world "$1")" = "$WORLD" ] || echo "it ends differently: $(world "$1")"
	for j_channel in chat broken pager; do
		[ "$(grep -c "^sent $j_channel" "$1/ledger")" -le 1 ] ||
			echo "sent twice by $j_channel"
	done
	for j_what in safety restore release stop clear first join sent; do
		[ "$(grep -c "^$j_what " "$1/ledger")" -le "$(on_record "$1" "echo \"$j_what ")" ] ||
			echo "$j_what: done more often than the record knows"
	done
	[ "$2" != keeper ] || [ "$(sort "$1/ledger" | grep -v verify)" = "$LEDGER" ] ||
		echo "another ledger: $(cat "$1/ledger")"
}

# attempt WHO MICROSECONDS NUMBER
attempt() {
	a_dir=$T/$3
	prepare "$a_dir"
	walk "$a_dir" LD_PRELOAD="$SHIM" SHIM_WHO="$1" SHIM_KILL="us:$2" SHIM_LOG="$a_dir/killed"
	! is_closed "$a_dir" || wait_for "! is_kept '$a_dir'" 60
	a_wrong=$(judge "$a_dir" "$1")
	[ -z "$a_wrong" ] || {
		echo "$1 $2 us ($a_dir): $a_wrong"
		evidence "$a_dir"
	} >"$a_dir.bad"
	[ ! -e "$a_dir.bad" ] || cat "$a_dir.bad" >>"$T/bad"
	[ ! -e "$a_dir/killed" ] || echo "$1" >>"$T/tally"
}

moments() {
	awk -v seed="$SEED" -v n="$KIND_KILLS" -v half="$1" 'BEGIN {
		srand(seed)
		split("keeper keeper holder both", who, " ")
		for (i = 0; i < n; i++) {
			w = who[1 + int(rand() * 4)]
			us = int(rand() * rand() * 2600000)
			if (i % 2 == half)
				print w, us, i
		}
	}' | while read -r w us i; do
		attempt "$w" "$us" "$i" </dev/null
	done
}

prepare "$T/plain"
walk "$T/plain"
WORLD=$(world "$T/plain")
LEDGER=$(sort "$T/plain/ledger" | grep -v verify)
like "undisturbed, it closes well" "$WORLD" 'It is back.*complete'
is "undisturbed, each command ran once" "$(printf '%s\n' "$LEDGER" | uniq -d)" ""
is "undisturbed, nothing was unsafe" "$(printf '%s\n' "$LEDGER" | grep UNSAFE)" ""

: >"$T/tally"
: >"$T/bad"
moments 0 &
moments 1 &
wait
t_n=$(wc -l <"$T/tally")
is "killed $t_n times, it is as it would have been, and nothing was done twice unsaid" "$(cat "$T/bad")" ""
[ "$t_n" -gt 0 ] || fail "nobody was killed"

done_testing
