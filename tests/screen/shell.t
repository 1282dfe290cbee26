#!/bin/sh
# A shell under exec: each line on record before it runs, with its status; a terminal that works; what
# becomes of it when the terminal or the keeper dies.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/record.sh

. tests/lib/shell.sh

opened
screen <<END
spawn 24x80 $b exec $id --shell
-- what it is, is said at its start; the prompt is that of the person, and says which run
wait /A shell on the record of REAL run $id/
wait /NOTHING IS GUARDED/
wait /\(REAL $id\) at home>/
-- lines and their ends
type echo one; false
key Enter
wait /^one/
type  echo a space before
key Enter
wait /^a space before/
type sleep 600
key Enter
until "$b" log $id --kind shell | grep -q 'sleep 600'
key C-c
until "$b" log $id --kind shell | grep -q 'sleep 600 ended with exit 130'
type set +o history
key Enter
type echo nobody keeps this
key Enter
wait /^nobody keeps this/
until [ \$("$b" log $id --kind shell | grep -c ended) -eq 5 ]
-- a program that draws the whole screen, told of another size
type sh full.sh
key Enter
wait /^ +full screen 24 80/
resize 30x100
wait /^ +now 30 100/
type q
key Enter
wait /at home>/
until "$b" log $id --kind shell | grep -q 'exit 4'
-- its status is ours
type exit 7
key Enter
ended
status 7
END
is "each line with its status, in order" "$(lines)" "1 line echo one; false
1 ended 1
2 line  echo a space before
2 ended 0
3 line sleep 600
3 ended 130
4 line set +o history
4 ended 0
5 line
5 ended 0
6 line
6 ended 4
7 line"
like "the record has what was shown" "$("$b" output "$id" "$(asked "SELECT body ->> 'token' FROM events
	WHERE run = '$id' AND kind = 'shell' LIMIT 1")" | cat -v)" 'full screen 24 80'
is "what a line printed stands between its rows" "$(asked "SELECT count(*) > 0
	FROM events l JOIN events e JOIN outputs o ON l.run = '$id' AND e.run = l.run AND o.run = l.run
	AND o.seq BETWEEN l.seq AND e.seq AND o.from_byte >= l.body ->> 'at' AND o.from_byte + o.n <= e.body ->> 'at'
	WHERE l.kind = 'shell' AND l.body ->> 'n' = 1 AND l.body ->> 'what' = 'line'
	AND e.kind = 'shell' AND e.body ->> 'n' = 1 AND e.body ->> 'what' = 'ended'")" 1
run "$b" report "$id"
departed=$(printf '%s' "$out" | sed -n '/as run, against/,/did not come out/p')
like "the report has them where it departs from the script" "$departed" \
	'\| nothing \| in the shell: .* echo one; false .*: exit 1'
is "and for machines" "$("$b" report "$id" --json | jq -c '[.shell_lines[] | .exit]')" '[1,0,130,0,0,4,null]'
is "so has the question" "$(asked "SELECT count(*) || ' ' || sum(to_byte >= from_byte) || ' ' || max(exit)
	FROM shell_lines WHERE run = '$id'")" '7 6 130'
over

mkfifo go
# --- secrets; the keeper dies; the terminal goes away, and comes back
opened
screen <<END
spawn 24x80 $b exec $id --shell
wait /at home>/
-- a secret of the run in a line is not written down
type : hidden-word-4711
key Enter
until "$b" log $id --kind shell | grep -qF '(hidden)'
-- the keeper is killed: the shell goes on, and the record with it
type sh kill_keeper.sh $id
key Enter
until "$b" log $id --kind keeper | grep -q CRASH
type echo "after it"
key Enter
wait /^after it/
until "$b" log $id --kind shell | grep -q 'after it. ended with exit 0'
-- the terminal goes away while something runs: that goes on
type read go <$T/go; echo \$go >$T/went
key Enter
until "$b" log $id --kind shell | grep -q 'read go'
hangup
until "$b" log $id --kind shell | grep -q 'terminal of the shell is GONE; what runs'
-- and is taken up again
spawn 24x80 $b exec $id --shell
wait /taken up again/
until "$b" log $id --kind shell | grep -q 'taken up again'
hangup
until [ \$("$b" log $id --kind shell | grep -c GONE) -eq 2 ]
-- what ran has its end on record, and the shell is hung up then
until timeout 5 sh -c 'echo went >$T/go'; [ -s $T/went ]
until "$b" log $id --kind cmd_ended | grep -q HUP
until "$b" log $id --kind shell | grep -q 'read go.*ended with exit 0'
-- at its prompt it is hung up at once
spawn 24x80 $b exec $id --shell
wait /at home>/
hangup
until [ \$("$b" log $id --kind cmd_ended | grep -c HUP) -eq 2 ]
END
ok "the secret is nowhere" sh -c '! grep -rqaF hidden-word journal'
over
wait_for '! is_kept "$T/journal"' || bail "its keeper stays"
run "$b" verify --outputs
is "the record is whole" "$status" 0

# --- sh, which has no hooks
SHELL=/bin/sh
opened
screen <<END
spawn 24x80 $b exec $id --shell
-- a loop over lines
wait /This is sh/
type cd /tmp && word=kept
key Enter
until "$b" log $id --kind shell | grep -q 'kept ended with exit 0'
type echo \$word in \$(pwd); for
key Enter
wait /Syntax error/
type echo \$word in \$(pwd)
key Enter
wait /^kept in .tmp/
key C-c
type sleep 600
key Enter
until "$b" log $id --kind shell | grep -q 'sleep 600'
key C-c
until "$b" log $id --kind shell | grep -q 'sleep 600 ended with exit 130'
key C-d
ended
END
over
done_testing
