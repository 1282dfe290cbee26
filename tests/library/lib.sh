# Walking a runbook of the library where its tools are not: tests/library/bin comes first in PATH, with
# stand-ins for kubectl, gcloud, terraform, aws and systemctl. They answer as the real ones do, from the
# files of $WORLD, write each call into $WORLD/ledger, and do to $WORLD what the real one would do.
#
#     . tests/lib/tap.sh; . tests/lib/plain.sh; . tests/library/lib.sh
#     world; echo 3 >"$WORLD/deploy.api"
#     breaks 'scale deploy api'            # this call fails from now on; `breaks` alone: none does
#     answers '{at: STEP, do: start, text: NAME}'
#     walk pause-backups.yaml -p cluster=live
#     is "..." "$status" 0; issued 'scale deploy api --replicas=0' ...

export PATH="$ROOT/tests/library/bin:$PATH"
worlds=0
# A new one each time: what an earlier walk left running goes on in its own.
world() {
	worlds=$((worlds + 1))
	WORLD=$T/world.$worlds
	export WORLD
	mkdir "$WORLD"
	: >"$WORLD/ledger"
	echo live >"$WORLD/context"
	echo project-1 >"$WORLD/project"
}

breaks() {
	printf '%s' "${1-}" >"$WORLD/breaks"
}

# quick BOOK.yaml: from now on it is walked as the library has it, but that what must stay well for ten
# seconds must for one.
quick() {
	books=$T/quick
	mkdir "$books"
	cp -r "$ROOT"/runbooks/*.yaml "$ROOT"/runbooks/*.sh "$ROOT/runbooks/drivers" "$books"
	sed -i 's/stays: 10s/stays: 1s/' "$books/$1"
}

# Every change gets its Enter; the closing question is left open where the run did not end well.
answers() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change}\nsteps:\n' >"$T/answers.yaml"
	[ $# -gt 0 ] && printf '  - %s\n' "$@" >>"$T/answers.yaml" ||
		sed -i 's/^steps:/steps: []/' "$T/answers.yaml"
}

walk() {
	walk_book=$1
	shift
	run "$BLACKSTART" run --plain --answers "$T/answers.yaml" "${books:-$ROOT/runbooks}/$walk_book" "$@"
	RUN=$(echo "$out" | sed -n 's/^- Run \([^ ]*\) opened.*/\1/p')
}

goes_on() {
	run "$BLACKSTART" attach "$RUN" --answers "$T/answers.yaml"
}

# issued NAME PIECE...: the ledger has lines with these pieces, in this order.
issued() {
	issued_name=$1
	shift
	issued_at=0
	for piece; do
		issued_line=$(tail -n +$((issued_at + 1)) "$WORLD/ledger" | grep -n -m 1 -F -e "$piece" | cut -d: -f1)
		if [ -z "$issued_line" ]; then
			fail "$issued_name"
			diag "behind line $issued_at there is no: $piece"
			diag "$(cat "$WORLD/ledger")"
			return 1
		fi
		issued_at=$((issued_at + issued_line))
	done
	pass "$issued_name"
}

# never NAME PATTERN: no call like that.
never() {
	unlike "$1" "$(cat "$WORLD/ledger")" "$2"
}

still_down() {
	"$BLACKSTART" status "$RUN" | sed -n 's/^still down: //p'
}
