#!/bin/sh
# A client that comes late: the run ends while it is on its way to the keeper.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
closed() {
	[ "$(sql "select count(*) from event where kind = 'run_closed'")" -ge "$1" ]
}

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Over in a moment
steps:
  - title: Wait for a word
    run: read -r word <"$GO"; echo "$word"
    effect: read
  - end: It went.
    success: true
END
echo 'answers: 1' >"$T/answers.yaml"

# The first connect finds no keeper, which is then started. The run ends before the second,
# the third (its rows are read by then), before the fourth.
for n in 2 3; do
	GO=$T/go$n
	export GO
	mkfifo "$GO"
	(
		wait_for "[ -e '$T/at$n' ]"
		echo went >"$GO"
		wait_for "closed $((n - 1))" && : >"$T/at$n.on"
	) &
	run env LD_PRELOAD="$BUILD/shim_sys.so" SHIM_CONNECT="$n:$T/at$n" \
		"$b" run "$T/book.yaml" --answers "$T/answers.yaml"
	wait
	is "ended before connect $n: complete" "$status" 0
	like "shows how it ended" "$out" 'It went'
	unlike "and no error" "$err" 'is closed'
done
is "every run is whole" "$($b verify >"$T/verify"; echo $?)" 0

done_testing
