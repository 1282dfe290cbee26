#!/bin/sh
# The first drill. Lays a scene (a volume with a restic backup, a cluster of three with a snapshot, two
# programs that write), lets the disaster happen, and has blackstart walk the recovery. Nothing is
# simulated. On a terminal you walk it, on the full screen or with --plain line by line; otherwise
# answers.yaml does.
#
#   DRILL_DIR=FOLDER     where scene and record go; otherwise build/drill, or a folder in /tmp
#   DRILL_FAULT=flip     one byte of the volume changes between restore and proof
#   DRILL_FAULT=member   one member of the cluster does not come up
#
# Status: 0 recovered, 1 not, 2 the scene could not be laid.
set -u
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
root=$(cd "$here/../../.." && pwd -P) || exit 2
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac

if [ -x "$build/blackstart" ]; then
	program=${BLACKSTART:-$build/blackstart}
	dir=${DRILL_DIR:-$build/drill}
else
	program=${BLACKSTART:-blackstart}
	dir=${DRILL_DIR:-${TMPDIR:-/tmp}/blackstart-drill-$(id -u)}
fi
fault=${DRILL_FAULT:-}
scene=''
walker=''
outcome=2

say() {
	printf '%s\n' "$*"
}

fail() {
	say "The scene could not be laid: $*" >&2
	[ -z "$scene" ] || tail -n 5 "$scene"/log/* >&2
	exit 2
}

# --- what is ours, and taking it away --------------------------------------------------------------

# Everything that this drill started, servers and the processes of the run included, has the name of
# its scene in its environment; nobody else's process has.
ours() {
	mark=scene=$scene
	(unset scene; grep -lzsxF "$mark" /proc/[0-9]*/environ | sed 's,[^0-9],,g')
}

record() {
	"$program" "$@" --journal "$dir/journal.db"
}

close_run() {
	run=$(cat "$scene/run" 2>/dev/null) || return 0
	[ -n "$run" ] || return 0
	[ "$(record status "$run" --json 2>/dev/null | jq -r .open)" = true ] || return 0
	record close "$run" --reason 'the drill was left before its end' >/dev/null 2>&1
}

clean_up() {
	trap '' INT TERM HUP
	trap - EXIT
	if [ -n "$scene" ]; then
		close_run
		[ -z "$walker" ] || kill "$walker" 2>/dev/null
		for name in shop billing n1 n2 n3; do
			# shellcheck source=lib.sh
			(. "$here/lib.sh" && proc_stop "$name" KILL)
		done
		tries=60
		while [ -n "$(ours)" ] && [ $((tries -= 1)) -gt 0 ]; do
			sleep 0.05
		done
		for pid in $(ours); do
			kill -s KILL "$pid" 2>/dev/null
		done
		rm -rf "$scene"
	fi
	exit "$outcome"
}

# --- the scene --------------------------------------------------------------------------------------

# Ports that nobody listens on, below those that the system gives out by itself.
free_ports() {
	want=$1
	used=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) .*/\1/p')
	while [ "$want" -gt 0 ]; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		hex=$(printf '%04X' $port)
		case $used in *"$hex"*) continue ;; esac
		used="$used $hex"
		want=$((want - 1))
		say $port
	done
}

lay_scene() {
	for tool in restic etcd etcdctl jq "$program"; do
		command -v "$tool" >/dev/null || fail "$tool is not installed (make drill installs what is missing)"
	done
	mkdir -p "$dir" && scene=$(mktemp -d "$dir/scene.XXXXXX") || fail "no folder to be had in $dir"
	export scene
	(cd "$scene" && mkdir volume manifest member pid log tmp writer)
	head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$scene/backup.key"
	set_ports
}

set_ports() {
	# shellcheck disable=SC2046 # one word per port
	set -- $(free_ports 6)
	printf 'client_n1=%s client_n2=%s client_n3=%s peer_n1=%s peer_n2=%s peer_n3=%s\n' "$@" \
		>"$scene/scene.conf"
}

# A port may be taken between looking and listening: once more with others.
form_cluster() {
	for try in 1 2 3; do
		./cluster.sh form && return 0
		say "# try $try: the cluster did not form" >>"$scene/log/form"
		./cluster.sh lose
		set_ports
	done
	return 1
}

set_the_stage() {
	restic --no-cache -q -r "$scene/backup" -p "$scene/backup.key" init >"$scene/log/restic" 2>&1 &
	repository=$!
	form_cluster &
	cluster=$!
	./volume.sh fill 1 9 || fail "no data"
	wait $repository || fail "no repository"
	./volume.sh backup 97200 >"$scene/log/backup" || fail "no backup"
	./volume.sh fill 10 12
	./volume.sh backup 2700 >>"$scene/log/backup" || fail "no backup"
	wait $cluster || fail "no cluster"
	./cluster.sh fill 120 240 && ./cluster.sh snapshot || fail "no snapshot"
}

disaster() {
	./volume.sh lose 1 6
	./volume.sh backup 540 >>"$scene/log/backup" || fail "no backup"
	for writer in shop billing; do
		./writers.sh start $writer >/dev/null
	done
	tries=200
	until ./writers.sh look | grep -qx 'writing: 2'; do
		[ $((tries -= 1)) -gt 0 ] || fail "nobody writes"
		sleep 0.05
	done
	./cluster.sh lose
	./volume.sh lose 7 10
}

plant_fault() {
	case $fault in
	'') ;;
	flip)
		cat >"$scene/fault.restored" <<-'END'
			#!/bin/sh
			file=$scene/volume/day-03/order.af
			byte=$(od -An -tu1 -j 4711 -N 1 "$file")
			printf "\\$(printf '%03o' $(((byte + 1) % 256)))" |
				dd of="$file" bs=1 seek=4711 conv=notrunc status=none
		END
		chmod +x "$scene/fault.restored" ;;
	member) echo n2 >"$scene/fault.withheld" ;;
	*) fail "no such fault: $fault" ;;
	esac
}

# --- the walk ---------------------------------------------------------------------------------------

walk() {
	set -- run runbook.yaml --drill "$@" -p scene="$scene" --id-file "$scene/run"
	if [ -t 0 ] && [ -t 1 ]; then
		trap : INT # ^C is for the one who walks
		record "$@"
	else
		# In the background, so that a signal to this shell is taken at once.
		record "$@" --answers answers.yaml &
		walker=$!
		wait $walker
		walker=''
	fi
}

clock() {
	printf '%d:%02d' $(($1 / 60000)) $(($1 / 1000 % 60))
}

report() {
	run=$(cat "$scene/run" 2>/dev/null)
	[ -n "$run" ] || { say "No run was opened."; return; }
	close_run
	facts=$(record status "$run" --json) || return
	set -- $(say "$facts" | jq -r '.success, .elapsed_ms, .rto_ms')
	say
	say "Verdict:  $(say "$facts" | jq -r '.verdict // "none"')"
	say "Time:     $(clock "$2"); the objective is $(clock "$3")"
	say "Record:   ${dir#"$PWD/"}/journal.db, run $run ($(record verify "$run"))"
	[ "$1" = true ] && outcome=0
}

trap clean_up EXIT
trap 'outcome=130; exit' INT
trap 'outcome=143; exit' TERM HUP
began=$(date +%s)
from=$PWD
cd "$here" || exit 2
say "Laying the scene: a volume, its backup, a cluster of three on 127.0.0.1, two programs that write."
lay_scene
set_the_stage
plant_fault
say "It is $(date -u +%H:%M) UTC. A clean-up job runs with the wrong folder, and then three machines are wiped."
disaster
say "The scene took $(($(date +%s) - began)) s. From here on blackstart walks."
say
outcome=1
walk "$@"
trap 'outcome=130; exit' INT
cd "$from" && report
