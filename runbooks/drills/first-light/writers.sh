#!/bin/sh
# writers.sh look|stop WRITER|start WRITER: the programs that write to volume and cluster, "shop" and
# "billing". The scene is in $scene. `work` is such a program.
set -u
. "${0%/*}/../lab.sh"
need_scene

work() {
	round=0
	mkdir -p "$scene/writer"
	while :; do
		mkdir -p "$scene/volume/inbox" &&
			echo "$1 $round" >>"$scene/volume/inbox/$1" &&
			ETCDCTL_API=3 etcdctl --endpoints="http://127.0.0.1:$client_n1" \
				--dial-timeout=1s --command-timeout=1s put "inbox/$1" "$round" >/dev/null &&
			round=$((round + 1)) && echo "$round" >"$scene/writer/$1"
		sleep 0.3
	done
}

start() {
	if proc_alive "$1"; then
		say "$1 runs already: process $pid"
		return 0
	fi
	rm -f "$scene/writer/$1"
	proc_start "$1" "$0" work "$1"
	say "$1 was told to start: process $(cut -d' ' -f1 "$scene/pid/$1")"
}

stop() {
	proc_stop "$1" TERM || { say "$1 does not stop"; return 1; }
	say "$1 is stopped"
}

look() {
	writing=0
	for writer in shop billing; do
		rounds=$(cat "$scene/writer/$writer" 2>/dev/null || echo 0)
		if proc_alive $writer; then
			say "$writer: process $pid, written to volume and cluster: $rounds times"
			[ "$rounds" -gt 0 ] && writing=$((writing + 1))
		else
			say "$writer: stopped"
		fi
	done
	say "writing: $writing"
}

verb=${1:-}
case $verb in
look) look ;;
start | stop | work)
	case ${2:-} in shop | billing) "$verb" "$2" ;; *) echo "no such writer: '${2:-}'" >&2; exit 2 ;; esac ;;
*) sed -n 's/^# \(writers.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
