#!/bin/sh
# smoke.sh load URL SECONDS AT_ONCE: asks URL that long, so many times at once, and prints what came
# of it. smoke.sh stop: ends whatever load this account still makes.
set -u
state=${TMPDIR:-/tmp}/blackstart-smoke.$(id -u)

# One who asks: a line "STATUS MILLISECONDS" for each answer.
ask() {
	while [ "$(date +%s)" -lt "$3" ]; do
		curl -sS -o /dev/null --max-time 30 -w '%{http_code} %{time_total}\n' "$1" 2>/dev/null |
			awk '{ printf "%s %d\n", $1, $2 * 1000 }' >>"$2"
	done
}

load() {
	url=$1 seconds=$2 at_once=$3
	mkdir -p "$state" && answers=$(mktemp -d "$state/XXXXXX") || exit 1
	echo $$ >"$answers/pid"
	trap 'rm -rf "$answers"' EXIT
	trap 'kill $askers 2>/dev/null; exit 143' INT TERM HUP
	askers=
	end=$(($(date +%s) + seconds))
	for i in $(seq "$at_once"); do
		ask "$url" "$answers/$i" "$end" &
		askers="$askers $!"
	done
	wait
	cat "$answers"/[0-9]* 2>/dev/null | sort -n -k2 | awk -v seconds="$seconds" '
		{ time[NR] = $2 }
		$1 !~ /^[23]/ { wrong++ }
		END {
			printf "asked: %d\nwrong: %d\n", NR, wrong
			printf "a second: %.1f\n", (NR - wrong) / seconds
			if (NR)
				printf "half within: %d\nslowest: %d\n", time[int((NR + 1) / 2)], time[NR]
		}'
}

stop() {
	stopped=0
	for pid in "$state"/*/pid; do
		[ -r "$pid" ] || continue
		read -r number <"$pid"
		grep -qs smoke.sh "/proc/$number/cmdline" && kill "$number" && stopped=$((stopped + 1))
		rm -rf "${pid%/pid}"
	done
	echo "stopped: $stopped"
}

case ${1-} in
load) load "$2" "$3" "$4" ;;
stop) stop ;;
*) sed -n 's/^# \(smoke.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
