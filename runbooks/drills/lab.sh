# What the drills on real servers share. Sourced by a drill's drill.sh, which defines `tools` (what must
# be there), `names` (its processes), `lay` (makes the scene, and gives the runbook its parameters) and
# `disaster`, and calls `drill`; and by the scripts of its runbook, which call need_scene.
#
#   DRILL_DIR=FOLDER     where scene and record go; otherwise build/drill, or a folder in /tmp
#
#   $scene/scene.conf    what the scripts need to know       $scene/log/NAME, $scene/tmp
#   $scene/pid/NAME      "pid start-time" of each process that the scene started
#   $scene/lab           says that all of this is a lab     $scene/given  parameters of the runbook
#
# A process counts as ours only while its pid still has the start time that was written down.
# Status of a drill: 0 recovered, 1 not, 2 the scene could not be laid.

need_scene() {
	[ -n "${scene:-}" ] && [ -r "$scene/scene.conf" ] || {
		echo "no scene at '${scene:-}': it is laid by drill.sh" >&2
		exit 2
	}
	# shellcheck disable=SC1091 # written by drill.sh
	. "$scene/scene.conf"
}

say() {
	printf '%s\n' "$*"
}

# shown COMMAND...: says what runs, runs it.
shown() {
	say "+ $*"
	"$@"
}

# --- processes --------------------------------------------------------------------------------------

start_time() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# A zombie is gone, though kill -0 would still find it.
proc_state() {
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1
}

proc_alive() {
	pid='' born=''
	read -r pid born 2>/dev/null <"$scene/pid/$1" || return 1
	[ "$(start_time "$pid")" = "$born" ] || return 1
	[ "$(proc_state "$pid")" != Z ]
}

# proc_start NAME COMMAND...: a daemon of the scene, with its output in a log.
proc_start() {
	proc_name=$1
	shift
	setsid "$@" </dev/null >>"$scene/log/$proc_name" 2>&1 &
	echo "$! $(start_time $!)" >"$scene/pid/$proc_name"
}

# proc_stop NAME SIGNAL: signals it and its children (setsid made it their leader) and waits until it
# is gone.
proc_stop() {
	proc_alive "$1" || return 0
	kill -s "$2" -- "-$pid" 2>/dev/null
	until_gone "$1" 100 && return 0
	kill -s KILL -- "-$pid" 2>/dev/null
	until_gone "$1" 100
}

until_gone() {
	tries=$2
	while proc_alive "$1"; do
		[ "$tries" -gt 0 ] || return 1
		tries=$((tries - 1))
		sleep 0.03
	done
}

# until_true TRIES COMMAND...: every 50 ms.
until_true() {
	tries=$1
	shift
	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# --- a drill: what is ours, and taking it away -----------------------------------------------------

fail() {
	say "The scene could not be laid: $*" >&2
	[ -z "$scene" ] || tail -n 5 "$scene"/log/* >&2
	exit 2
}

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
		# shellcheck disable=SC2154 # the drill's
		for name in $names; do
			proc_stop "$name" KILL
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

# --- its scene --------------------------------------------------------------------------------------

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

open_scene() {
	# shellcheck disable=SC2154 # the drill's
	for tool in $tools jq "$program"; do
		command -v "$tool" >/dev/null || fail "$tool is not installed (make drill installs what is missing)"
	done
	mkdir -p "$dir" && scene=$(mktemp -d "$dir/scene.XXXXXX") || fail "no folder to be had in $dir"
	TMPDIR=$scene/tmp
	export scene TMPDIR
	(cd "$scene" && mkdir pid log tmp && echo lab >lab && : >scene.conf && : >given)
}

# give NAME=VALUE...: parameters of the runbook.
give() {
	printf '%s\n' "$@" >>"$scene/given"
}

# --- its walk ---------------------------------------------------------------------------------------

# On a terminal you walk it, on the full screen or with --plain line by line; otherwise answers.yaml does.
walk() {
	set -- run "$runbook" --drill --lab "$@" --id-file "$scene/run"
	while IFS= read -r given; do
		set -- "$@" -p "$given"
	done <"$scene/given"
	if [ -t 0 ] && [ -t 1 ]; then
		trap : INT # ^C is for the one who walks
		record "$@"
	else
		# In the background, so that a signal to this shell is taken at once.
		record "$@" --answers "$here/answers.yaml" &
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
	say "Record:   ${dir#"$PWD/"}/journal.db, run $run ($(record verify "$run" | head -n 1))"
	[ "$1" = true ] && outcome=0
}

# drill STORY [OPTION...]: all of it. Called in the folder of the drill.
drill() {
	story=$1
	shift
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
	scene='' walker='' outcome=2
	runbook=${runbook:-runbook.yaml}
	trap clean_up EXIT
	trap 'outcome=130; exit' INT
	trap 'outcome=143; exit' TERM HUP
	began=$(date +%s)
	from=$PWD
	cd "$here" || exit 2
	open_scene
	lay
	say "$story"
	disaster
	say "The scene took $(($(date +%s) - began)) s. From here on blackstart walks."
	say
	outcome=1
	walk "$@"
	trap 'outcome=130; exit' INT
	cd "$from" && report
}
