#!/bin/sh
# A prune that is killed, at each system call that leaves something: what is gone is on record, what is on record
# the next one finishes, and the record is whole in between. EVERY=1 takes each of them.
. tests/lib/tap.sh

cd "$T" || exit 1
PATH=$BUILD:$PATH
"$BUILD/tool_aged" whole/journal.db 10 450 500 || bail "no record of old runs"
old='00000450-aged 00000500-aged'

# prune DIR [VAR=VALUE...]: by its name, which the shim knows it by.
prune() {
	p_dir=$1
	shift
	run env LD_PRELOAD="$BUILD/shim_sys.so" SHIM_WHO=prune "$@" \
		blackstart prune --journal "$p_dir/journal.db" --outputs --older 400d --yes
}
pruned() { sqlite3 "$1/journal.db" "SELECT run FROM removal WHERE what = 'pruned' ORDER BY run" | xargs; }
whole() { blackstart verify --journal "$1/journal.db" --outputs >verified || return 1; }

# Whoever reads it first, as after any crash, is our own program: it undoes what was half done.
is_sound() {
	whole "$1" || { echo "not whole: $(cat verified)"; return 1; }
	i_rows=$(pruned "$1")
	for i_run in $old; do
		case " $i_rows " in *" $i_run "*) continue ;; esac
		[ -e "$1/output/$i_run.db" ] || { echo "$i_run is gone, and no row says so"; return 1; }
	done
}
is_finished() {
	[ "$status" = 0 ] || { echo "status $status: $err"; return 1; }
	[ "$(pruned "$1")" = "$old" ] || { echo "on record: $(pruned "$1")"; return 1; }
	[ "$(cd "$1/output" && echo *)" = 00000010-aged.db ] || { echo "left: $(ls "$1/output")"; return 1; }
	whole "$1" || { echo "in the end not whole: $(cat verified)"; return 1; }
}

killed=0 wrong=0 begun=
attempt() {
	rm -rf at
	cp -r whole at
	prune at SHIM_KILL="$1"
	if [ "$status" = 137 ]; then killed=$((killed + 1)); else diag "$1: not killed, status $status"; fi
	said=$(is_sound at) || { diag "killed at $1: $said"; wrong=$((wrong + 1)); return; }
	for i_run in $(pruned at); do
		[ ! -e at/output/"$i_run.db" ] || begun="$begun $1"
	done
	prune at
	said=$(is_finished at) || { diag "killed at $1, then done: $said"; wrong=$((wrong + 1)); }
}

cp -r whole counted
prune counted SHIM_COUNT="$T/counts"
said=$(is_finished counted) || diag "$said"
is "without a kill" "$said" ''
tried=0
while read -r call n; do
	case ${EVERY-}$call in unlink) i=2 step=4 ;; [a-z]*) i=1 step=25 ;; *) i=1 step=1 ;; esac
	while [ "$i" -le "$n" ]; do
		attempt "$call:$i"
		tried=$((tried + 1))
		i=$((i + step))
	done
done <counts
attempt unlink+:"$(sed -n 's/^unlink //p' counts)"
is "each was killed" "$killed" $((tried + 1))
is "none left what no row says, nor what the next does not finish" "$wrong" 0
[ -z "${EVERY-}" ] || like "some when it was on record, and not gone" "$begun" 'unlink:[0-9]'

# --- a disk that is full, or gone
for error in ENOSPC ${EVERY:+EIO}; do
	rm -rf at
	cp -r whole at
	echo $error >flag
	prune at SHIM_FAIL="$T/flag" SHIM_UNDER="$T/at"
	is "$error: the record cannot be written" "$status$(is_sound at)$(pruned at)" 4
	is "… and nothing is gone" "$(ls at/output)" "$(ls whole/output)"
	prune at
	is "… until it can" "$(is_finished at)" ''
done
note "$killed moments; on record and not gone:$begun"
done_testing
