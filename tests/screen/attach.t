#!/bin/sh
# A terminal that is lost at any question loses nothing: whoever comes back finds the same question.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >book.yaml <<END
blackstart: 1
title: Every kind of question
owner: ops
reviewed: 2026-11-01
steps:
  - {title: An instruction, do: Do it.}
  - title: With values
    do: Do it.
    returns: {load: {as: number, prompt: The load}, name: {prompt: The name}}
  - {title: A change, run: "echo change >>$T/ledger", effect: change}
  - {title: Destroying, run: "echo gone >>$T/ledger", effect: destroy, target: vol-data}
  - {title: A hold point, hold: Read this.}
  - {title: A question, ask: How many?, into: many, as: int}
  - {title: A line, ask: Which?, into: line, lines_of: "printf 'one\\ntwo\\n'"}
  - title: A decision
    choose: Which way?
    options:
      - {title: This one, steps: [{title: This way, do: Go.}]}
      - {title: That one, steps: [{title: That way, do: Go.}]}
  - {title: A failure, run: "false", effect: read}
  - {title: Blocked, check: "load > 1000"}
  - {title: A long command, run: "echo running; exec sleep 600", effect: change}
  - {title: Last, do: Look.}
END

# The question, and the keys that answer it.
again="hangup
status SIG 1
spawn 24x80 $BLACKSTART attach --as ana"
screen <<END
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
-- at an instruction
wait /An instruction: do it/
$again
wait /An instruction: do it/
key d
-- at a question for values, and in the middle of them
wait /With values: do it, then give its values/
$again
wait /With values: do it, then give its values/
key Enter
wait /1 of 2: The load/
type 5
key Enter
wait /2 of 2: The name/
type half
$again
wait /With values: do it, then give its values/
key Enter
wait /1 of 2: The load/
type 7
key Enter
wait /2 of 2: The name/
type ana
key Enter
-- at a change
wait /A change: start/
$again
wait /A change: start/
sh ! test -e ledger
key Enter
-- at a name
wait /type its target/
pass 700
type vol-
$again
wait /type its target/
expect /name: _/
pass 700
type vol-data
key Enter
-- at a hold point
wait /A hold point/
$again
wait /A hold point/
key d
-- at a question
wait /A question: answer it/
key Enter
wait /How many|many/
type 3
$again
wait /A question: answer it/
key Enter
wait /take it/
type 3
key Enter
-- at a line of output
wait /A line: which line/
key Down
$again
wait /A line: which line/
expect /2 +two/
key 2
key Enter
-- at a decision
wait /which way/
$again
wait /which way/
key 1
key Enter
wait /This way: do it/
key d
-- at a failure, in the middle of a reason
wait /DECIDE.*A failure/
wait /a accept/
key a
wait /Why\? A number/
type half a rea
$again
wait /DECIDE.*A failure/
wait /a accept/
key a
wait /Why\? A number/
key 1
-- at a step that is blocked
wait /Blocked/
wait /r retry/
$again
wait /r retry/
key s
wait /Why\? A number/
key 1
-- while a command runs, with its terminal
wait /A long command: start/
key Enter
wait /^running/
$again
wait /^running/
wait /x stop its command/
key x
wait /Why\? A number/
key 1
wait /DECIDE.*A long command/
wait /s skip/
key s
wait /Why\? A number/
key 1
wait /Last: do it/
sh [ "\$(cat ledger | tr '\\n' ' ')" = 'change gone ' ]
-- at the very end: what is closed can be looked at
key d
wait /THE RUN IS CLOSED|Close the run/
$again
wait /THE RUN IS CLOSED|Close the run/
END
ok "the record is whole" "$BLACKSTART" verify
over

# --- others who look on

screen <<END
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
-- an observer sees the same, and soon
wait /An instruction: do it/
spawn raj:24x80 $BLACKSTART attach --observe --as raj
wait /An instruction: do it/
expect /You look on/
on main
key d
wait /With values/
on raj
wait /With values/ 10
-- whatever the observer presses changes nothing
key d
wait /You look on/
key Enter
key s
wait /You look on/
key x
on main
expect /With values/
-- a note of the observer is on record
on raj
key n
wait /Enter take it/
type seen from here
key Enter
until "$BLACKSTART" log | grep -q 'seen from here'
-- the observer leaves, the run goes on
key q
wait /Leave/
key y
status 1
restored
on main
key s
wait /Why\? A number/
key 1
wait /A change: start/
END
if [ -z "$shared" ]; then
	skip "the operator is gone: the seat is taken with a reason" "only root can be several people"
else
	screen <<END
-- the operator is gone: the seat is taken with a reason
spawn 24x80 $BLACKSTART attach --as ana
wait /A change: start/
hangup
status SIG 1
spawn raj:24x80 $BLACKSTART attach --as raj
wait /A change: start/
key i
wait /Why\? A number|operated by raj/
key 1
wait /operated by raj \(you\)/
key s
wait /Why\? A number/
key 1
wait /type its target/
END
fi
over

# --- the keeper dies

rm -f ledger
screen <<END
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
-- a keeper that dies is brought back, and the screen says no wrong word
wait /An instruction: do it/
sh pkill -KILL -f "^blackstart keeper \$(cat $T/id)"
key d
wait /With values/
gone /KEEPER GONE/
END
over
done_testing
