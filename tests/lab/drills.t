#!/bin/sh
# The drills on real servers that come with the program: each is lost, walked and brought back; broken off, it leaves
# nothing behind. first-light has a test of its own.
. tests/lib/tap.sh

# Nothing that names this drill's folder still lives.
nothing_left() {
	! grep -lzs "^scene=$T/$1/" /proc/[0-9]*/environ | grep -q .
}
clean() {
	ok "$1: no process is left" wait_for "nothing_left $1"
	is "$1: no scratch data is left" "$(find "$T/$1" -name 'scene.*')" ""
}
for drill in lost-volume lost-quorum dns-zone-gone; do
	script=runbooks/drills/$drill/drill.sh
	lacks=
	for tool in $(sed -n "s/^tools='*\([^']*\)'*$/\1/p" $script) jq; do
		command -v "$tool" >/dev/null || lacks="$lacks $tool"
	done
	[ -z "$lacks" ] || { skip "$drill" "there is no$lacks"; continue; }

	DRILL_DIR=$T/$drill $script </dev/null >"$T/$drill.out" 2>&1
	is "$drill: it is brought back" "$?" 0 || sed 's/^/# /' "$T/$drill.out" | tail -n 40
	like "$drill: the verdict, and that the record is whole" "$(cat "$T/$drill.out")" 'Verdict:  .* back'
	like "$drill: it was a drill" "$("$BLACKSTART" runs --journal "$T/$drill/journal.db")" DRILL
	is "$drill: every destruction asked the target itself" "$(
		sqlite3 -readonly -cmd '.timeout 60000' "$T/$drill/journal.db" "
		select count(*) > 0 and sum(payload ->> 'agrees') = count(*) from event
		where kind = 'guard' and payload ->> 'what' = 'reading'")" 1
	clean $drill

	mkdir "$T/off"
	DRILL_DIR=$T/off setsid $script </dev/null >"$T/off.out" 2>&1 &
	walked=$!
	wait_for 'grep -q NOW "$T/off.out"'
	kill -TERM $walked
	wait $walked
	is "$drill: broken off" "$?" 143
	clean off
	rm -rf "$T/off"
done
done_testing
