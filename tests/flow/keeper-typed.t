#!/bin/sh
# What is typed into a command's terminal: how much is on record, what only where the step says so.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
ended() { sql "select payload ->> 'typed' from event where kind = 'cmd_ended' and step = '$1'"; }

for s in no yes; do
	cat >"$T/$s.yaml" <<END
blackstart: 1
title: Ask for something
steps:
  - id: ask
    title: Ask
    run: stty -echo; echo as''ked; read -r a; echo o''ne; read -r b; echo "got \${#a} and \${#b}"
    effect: read
    terminal: true
    record_input: $s
  - end: Asked.
    success: true
END
done

# The answer goes in two lines; between them the keeper dies. What is waited for is what the command
# prints: its own text, on the screen before, says it otherwise.
typed() {
	mkfifo "$T/in$1"
	$b run "$T/$1.yaml" --plain --id-file "$T/id" <"$T/in$1" >"$T/out$1" 2>&1 &
	exec 9>"$T/in$1"
	wait_for "grep -q 'asked' '$T/out$1'" || bail "never asked"
	id=$(cat "$T/id")
	echo '> opensesame' >&9
	wait_for "grep -q 'one' '$T/out$1'" || bail "never read"
	pkill -KILL -f "blackstart keeper $id"
	wait_for "[ \"\$(sql \"select count(*) from event where run = '$id' and kind = 'keeper'\")\" = 2 ]" ||
		bail "no second keeper"
	echo '> again' >&9
	# Sent to the one that was dying, it is not sent again, which is said.
	wait_for "grep -q 'look at the terminal' '$T/out$1' || sql \"select kind from event
		where run = '$id'\" | grep -q run_closed"
	if grep -q 'look at the terminal' "$T/out$1"; then echo '> again' >&9; fi
	wait_for "sql \"select kind from event where run = '$id'\" | grep -q run_closed" ||
		bail "never over"
	exec 9>&-
	wait
}

typed no
is "how much was typed is on record, over the keeper's death" "$(ended ask)" 17
is "what it was is nowhere" "$(grep -rlE 'opensesame|b3BlbnNlc2FtZ' "$T/j" | wc -l)" 0
like "the command had it" "$(cat "$T/outno")" 'got 10 and 5'

typed yes
is "a step that says so has it on record" "$(sql "select payload ->> 'keys' from event
	where run = '$id' and payload ->> 'what' = 'typed'" | base64 -d)" "$(printf 'opensesame\nagain\n')"

done_testing
