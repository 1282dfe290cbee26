# Shared by the scripts of this drill: the scene's layout and its processes. Sourced, never run.
#
#   $scene/volume/           what the business lives on       $scene/backup/  its restic repository
#   $scene/manifest/ID       checksums of a restore point     $scene/backup.key
#   $scene/member/n1 n2 n3   data of the cluster's members    $scene/cluster.snapshot
#   $scene/pid/NAME          "pid start-time" of each process that the scene started
#
# A process counts as ours only while its pid still has the start time that was written down.

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
