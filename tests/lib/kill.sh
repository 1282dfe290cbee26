# For tests that kill: a walk, one killing, whether all is well in the end. Sourced after tap.sh.
#
# Whatever was killed: attaching brings the run back, it ends as it would have ended, the record is
# whole, and no command ran twice.

. tests/lib/record.sh

SHIM=$BUILD/shim_sys.so
# The walk: a folder with kill.yaml, answers.yaml and what these name; its ledger as LEDGER_BY gives it
# (where steps run beside each other: sort); the verdict it ends with.
CASE=${CASE:-$ROOT/tests/faults/kill}
LEDGER_BY=${LEDGER_BY:-cat}
CLOSES=${CLOSES:-It is back}
# Values that each walk has others of, as SQL texts; whether who is asked has commands run again, so that
# a line may stand in the ledger twice.
VARIES=${VARIES:-"''"}
AGAIN=${AGAIN-}
# What else the walk is started with: words of the command line.
WITH=${WITH-}
# Under the sanitizers everything takes its time: a part of the points. In the lab all of them.
STRIDE=${STRIDE:-${EVERY:+1}}
STRIDE=${STRIDE:-2}
if [ -n "${BLACKSTART_SANITIZED-}" ]; then
	STRIDE=8
fi

# What must be the same in the end: the verdict, what became of each step, the values, what was paid.
# (A debt is void where the command that made it never ran; it is made again when it does.)
end_state() {
	ask "$1" "SELECT json_extract(payload, '\$.verdict', '\$.outcome', '\$.success', '\$.done')
		FROM event WHERE kind = 'run_closed';
		SELECT step, json_extract(payload, '\$.to', '\$.outcome'), max(seq) * 0 FROM event
			WHERE kind = 'step' AND step IS NOT NULL GROUP BY step ORDER BY step;
		SELECT json_extract(payload, '\$.name', '\$.text') FROM event WHERE kind = 'value'
			AND json_extract(payload, '\$.name') NOT IN ($VARIES) ORDER BY 1;
		SELECT json_extract(payload, '\$.key', '\$.how') FROM event WHERE kind = 'paid'
			AND json_extract(payload, '\$.how') <> 'void'"
}

# walk DIR [VAR=VALUE...]: one run, with its client in the background, its id in DIR/client.
walk() {
	w_dir=$1
	shift
	mkdir -p "$w_dir"
	cp -R "$CASE/." "$w_dir"
	(
		cd "$w_dir" || exit 1
		exec 2>shell # the shell says "Killed" of a job
		env "$@" "$BLACKSTART" run --journal "$w_dir/journal.db" --answers answers.yaml \
			$WITH kill.yaml >out 2>&1 &
		echo $! >client.new
		mv client.new client
		wait $!
	)
}

again() {
	(cd "$1" && timeout 120 "$BLACKSTART" attach --journal "$1/journal.db" --answers "$2" \
		>>out 2>&1)
}

# The step that a question is open about, where its command's fate is not known.
undecided() {
	ask "$1" "SELECT step FROM event WHERE kind = 'step'
		AND json_extract(payload, '\$.to') = 'deciding' ORDER BY seq DESC LIMIT 1"
}

# Whether the process that ran the last command of a step is gone.
is_gone() {
	g_cmd=$(ask "$1" "SELECT json_extract(payload, '\$.pid') || ' ' ||
		json_extract(payload, '\$.pid_start') FROM event WHERE kind = 'cmd_intent'
		AND step = '$2' ORDER BY seq DESC LIMIT 1")
	g_stat=$(cat "/proc/${g_cmd% *}/stat" 2>/dev/null) || return 0
	# shellcheck disable=SC2086 # after the name: the state, and 19 words on when it began
	set -- ${g_stat##*) }
	[ "$1" = Z ] || [ "${20}" != "${g_cmd#* }" ]
}

# What a person does then: waits until what still runs is gone, looks whether it was done, and says so
# or does it.
decide() {
	cp "$CASE/answers.yaml" "$1/decided.yaml"
	d_step=$(undecided "$1")
	[ -n "$d_step" ] || return
	wait_for "is_gone '$1' '$d_step'" 60
	d_line=$(printf '%s' "$d_step" | sed 's/back/writers/; s/part@/part /')
	d_do=retry
	grep -qx "$d_line" "$1/ledger" 2>/dev/null && d_do=override
	grep -q ' close:' "$1/decided.yaml" ||
		sed -i 's/start: change/&, close: all was looked at/' "$1/decided.yaml"
	sed -i "s/^steps:/&\n  - {at: '$d_step', do: $d_do, reason: looked at it}/" "$1/decided.yaml"
}

# Lines of the walk that were shown and are no rows of the record, but for what a client says of itself. A
# client that died may have broken off in one.
unrecorded() {
	[ ! -s "$1/shell" ] || return 0
	"$BLACKSTART" log --journal "$1/journal.db" >"$1/log"
	sed 's/^ *[0-9]*  [0-9TZ:-]*  //; s/  (!)$//' "$1/log" >"$1/rows"
	sed -n 's/^[-*] //p' "$1/out" | grep -vxF -f "$1/rows" |
		grep -v -e '^The keeper is back' -e '^The keeper of this run is gone' -e '^[a-z]*\.yaml:' \
			-e '^THE JOURNAL CANNOT BE WRITTEN' -e '^The journal can be written again'
}

# also DIR: prints what else is wrong in the end; a test has its own.
also() { :; }

# judge DIR EXACT: the end of one walk. Prints what is wrong.
judge() {
	j_try=0
	until is_closed "$1"; do
		j_try=$((j_try + 1))
		[ $j_try -gt 8 ] && { echo "never closed: $(tail -n 3 "$1/out")"; return; }
		j_file=answers.yaml
		[ "$2" = exact ] || { decide "$1"; j_file=decided.yaml; }
		again "$1" "$j_file"
	done
	"$BLACKSTART" verify --journal "$1/journal.db" >"$1/verify" 2>&1 ||
		echo "not whole: $(cat "$1/verify")"
	j_lost=$(unrecorded "$1")
	[ -z "$j_lost" ] || echo "shown, and not on record: $j_lost"
	if [ "$2" = exact ]; then
		[ "$($LEDGER_BY "$1/ledger")" = "$LEDGER" ] ||
			echo "another ledger: $(cat "$1/ledger")"
		[ "$(end_state "$1")" = "$END" ] || echo "the end differs: $(end_state "$1")"
	else
		[ -n "$AGAIN" ] || [ -z "$(sort "$1/ledger" | uniq -d)" ] ||
			echo "ran twice: $(cat "$1/ledger")"
		ask "$1" "SELECT 'ran twice: ' || step FROM (SELECT step, attempt
			FROM event i WHERE kind = 'cmd_intent'
			AND json_extract(payload, '\$.purpose') = 'main' AND NOT EXISTS (
				SELECT 1 FROM event l WHERE l.kind = 'cmd_lost'
				AND json_extract(l.payload, '\$.what') = 'never'
				AND json_extract(l.payload, '\$.token')
				= json_extract(i.payload, '\$.token'))
			GROUP BY step, attempt HAVING count(*) > 1)"
	fi
	also "$1"
}

# attempt WHO KILL EXACT [VAR=VALUE...]: one walk with one killing. Adds a line to $T/tally or, with
# what was wrong, to $T/bad; returns 1 when nobody was killed.
attempt() {
	a_dir=$T/$(echo "$1-$2-${4-}" | tr -c 'a-z0-9\n' -)
	a_who=$1 a_kill=$2 a_exact=$3
	shift 3
	walk "$a_dir" LD_PRELOAD="$SHIM" SHIM_WHO="$a_who" SHIM_KILL="$a_kill" \
		SHIM_LOG="$a_dir/killed" SHIM_CLIENT_ID="$a_dir/client" "$@"
	# The last words of a keeper are written when its clients are gone.
	! is_closed "$a_dir" || wait_for "! is_kept '$a_dir'" 60
	grep -q Killed "$a_dir/shell" && echo client >>"$T/clients"
	[ -e "$a_dir/killed" ] || { rm -rf "$a_dir" 2>/dev/null; return 1; }
	a_wrong=$(judge "$a_dir" "$a_exact")
	if [ -n "$a_wrong" ]; then
		{
			echo "$a_who $a_kill $* ($a_dir):"
			echo "$a_wrong"
			evidence "$a_dir"
		} >"$a_dir/bad"
		cat "$a_dir/bad" >>"$T/bad"
		return 0
	fi
	echo "$a_who" >>"$T/tally"
	rm -rf "$a_dir" 2>/dev/null # a keeper may still be on its way out
	return 0
}

# every WHO CALL EXACT [VAR=VALUE...]: at each call until none is left; two at a time.
every() {
	(every_nth 1 "$@") &
	(every_nth 2 "$@") &
	wait
}
every_nth() {
	e_n=$1 e_who=$2 e_call=$3 e_exact=$4
	shift 4
	while [ "$e_n" -lt 1000 ] && attempt "$e_who" "$e_call:$e_n" "$e_exact" "$@"; do
		e_n=$((e_n + 2 * STRIDE))
	done
}

# tell NAME: the count of what was done since the last, and whether all of it went well.
tell() {
	t_n=$(wc -l <"$T/tally")
	if [ -s "$T/bad" ]; then
		fail "$1 ($t_n times)"
		diag "$(head -c 60000 "$T/bad")"
	else
		pass "$1 ($t_n times)"
	fi
	[ "$t_n" -gt 0 ] || fail "$1: nobody was killed"
	[ ! -s "$T/clients" ] || note "$(wc -l <"$T/clients") clients with them"
	: >"$T/tally"
	: >"$T/bad"
	: >"$T/clients"
}
: >"$T/tally"
: >"$T/bad"

walk "$T/plain"
LEDGER=$($LEDGER_BY "$T/plain/ledger")
END=$(end_state "$T/plain")
like "undisturbed, it closes well" "$END" "$CLOSES.*complete"
is "undisturbed, each command ran once" "$(printf '%s\n' "$LEDGER" | sort | uniq -d)" ""
