#!/bin/sh
# Every act of an operator, by its key: what it asks, what becomes of it, what is on record.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1

walk_more=
# walk NAME: the script on standard input, in a run of NAME.yaml (which the functions below make).
walk() {
	walk_name=$1
	{
		echo "spawn 24x80 $BLACKSTART run $walk_name.yaml --as ana --id-file $T/id $walk_more"
		cat
	} >"$T/script"
	screen "$T/script"
	"$BLACKSTART" close "$(cat "$T/id")" --reason 'the test is over' >/dev/null 2>&1
}
head() {
	cat <<END
blackstart: 1
title: $1
owner: ops
reviewed: 2026-11-01
environment: shop
steps:
END
}

{
	head 'Bring the shop back'
	cat <<'END'
  - title: Look at the rack
    do: Look at the rack. Are all lamps green?
    returns:
      load: {as: number, min: 0, max: 100, prompt: Load of the last minute}
      since: {prompt: Since when?, default: yesterday}
      lamp: {one_of: [green, red], prompt: Which colour?}
      door: {one_of: [nobody knows, 'no', 'yes'], prompt: Is the door locked?}
  - title: Stop the shop
    run: echo stopped with $lamp since $since, locked $door >>ledger
    effect: change
  - title: Tell the others
    do: Tell them.
  - title: Which way
    choose: Is it worth saving?
    options:
      - title: Save it
        consequence: Half an hour.
        steps:
          - {title: Save it now, do: Save it.}
      - title: Leave it
        steps:
          - {title: Leave it now, do: Leave it.}
  - title: Pick one
    ask: Which file?
    into: file
    lines_of: printf 'one\ntwo\nthree\n'
  - end: It is back with ${file}.
    success: true
END
} >done.yaml

walk done <<'END'
-- an instruction with values: each is asked, with its bounds
wait /NOW +1 Look at the rack/
key Enter
wait /1 of 4: Load of the last minute .number, at least 0/
type 101
key Enter
wait /NOT TAKEN.*100/
key C-u
type 12.5
key Enter
-- what is typed takes the place of what was proposed, and of any text nothing more is said
wait /2 of 4: Since when\? *$/
expect /> yesterday/
expect /typing replaces it/
type no
wait /> no *$/
unexpect /typing replaces it/
type on
key Enter
wait /3 of 4: Which colour/
-- one of a list is chosen by its number
key 2
-- or found by its letters: the one that is just that, before one that begins so
wait /4 of 4: Is the door locked/
type no
wait /> +2 +no *$/
type x
wait /x does nothing here/
key Enter
-- a change waits for Enter, and starts on it
wait /NOW +2 Stop the shop/
expect /Enter/
key Enter
wait /NOW +3 Tell the others/
sh [ "$(cat ledger)" = 'stopped with red since noon, locked no' ]
-- d says that an instruction is done
key d
wait /NOW +4 Which way/
-- a decision takes a number, then Enter
expect /1 +Save it.*Half an hour/
key Enter
wait /Choose one first/
key 2
key Enter
wait /NOW +[0-9.]+ Leave it now/
key d
-- a line of what a command printed is picked by arrows
wait /Pick one.*which line/
expect /1 +one/
key Down Down Down Up
key Enter
-- at its end it says what became of it
wait /THE RUN IS CLOSED: RECOVERED/
expect /It is back with two/
unexpect /KEEPER GONE/
key Enter
status 0
restored
END

{
	head 'When it does not come out'
	cat <<'END'
  - title: Is there room
    run: test -e room
    effect: read
    if_not: Make some room.
  - title: Copy it
    run: echo copied >>ledger; false
    effect: change
  - title: Once more
    run: echo more >>ledger; false
    effect: change
  - title: And again
    run: echo again >>ledger; false
    effect: change
  - {title: Last one, do: Look.}
END
} >fails.yaml

walk fails <<'END'
-- what fails says so, says what to do then, and does not go on by itself
wait /DECIDE 1 Is there room/
expect /exit status 1/
wait /Make some room/
wait /r retry/
-- retry does it again
sh touch room
key r
wait /NOW +2 Copy it/
key Enter
-- accept goes on, with a reason picked by its number
wait /DECIDE [0-9]+ Copy it/
key a
wait /Why\? A number/
key 1
wait /NOW +3 Once more/
until "$BLACKSTART" log | grep -q 'Copy it.*looked at by hand'
-- override counts it as done, with a reason typed
key Enter
wait /DECIDE [0-9]+ Once more/
key o
wait /Why\? A number/
type seen with own eyes
key Enter
wait /NOW +4 And again/
until "$BLACKSTART" log | grep -q 'Once more.*seen with own eyes'
-- Esc at the question for a reason sends nothing
key Enter
wait /DECIDE [0-9]+ And again/
key a
wait /Why\? A number/
key Esc
wait /Called off/
expect /And again/
-- no reason is no reason
key a
wait /Why\? A number/
key Enter
expect /Why\? A number/
key Esc
wait /Called off/
sh [ "$(grep -c again ledger)" = 1 ]
END

{
	head 'Off the script'
	for i in 1 2 3 4 5 6; do
		echo "  - {id: part$i, title: Part $i, do: Do part $i.}"
	done
} >off.yaml

walk off <<'END'
-- skip asks why; one key gives the reason
wait /NOW +1 Part 1/
key s
wait /Why\? A number/
expect /1 +not needed this time/
key 1
wait /NOW +2 Part 2/
expect /1 skipped/
until "$BLACKSTART" log | grep -q 'Part 1 is SKIPPED: not needed this time'
-- … or it is typed
key s
wait /Why\? A number/
type it burns there
key Enter
wait /NOW +3 Part 3/
until "$BLACKSTART" log | grep -q 'Part 2 is SKIPPED: it burns there'
-- defer leaves it open
key l
wait /Why\? A number/
key 1
wait /NOW +4 Part 4/
expect /1 deferred/
-- recall brings it back
key c
wait /recall: which step/
key Enter
wait /NOW +3 Part 3/
-- a step that cannot be done is decided upon
on main
key f
wait /Why\? A number/
key 1
wait /DECIDE/
expect /no access/
-- a note goes on record, and nothing else happens
key n
wait /note/
type the lamp over the door is red
key Enter
wait /DECIDE/
until "$BLACKSTART" log | grep -q 'the lamp over the door is red'
-- an unknown key does nothing, and says so
key %
wait /does nothing here/
END

walk off <<'END'
-- pause stops what is new, g goes on
wait /NOW +1 Part 1/
key p
wait /PAUSED/
key p
wait /paused already/
key g
gone /PAUSED/
wait /NOW +1 Part 1/
-- laid aside and taken up again
key h
wait /u +resume/
key u
wait /d +done/
-- a finished step is done again
key d
wait /NOW +2 Part 2/
key b
wait /reopen: which step/
key Enter
wait /Why\? A number/
key 2
wait /Part 1/
until "$BLACKSTART" log | grep -Eq 'Part 1.*it was done wrong'
END

{
	head 'Down and up'
	cat <<'END'
  - title: Stop the writers
    run: echo stop >>ledger
    effect: change
    undo: echo undone >>ledger
    owes: {writers: "echo start >>ledger"}
  - {title: Look, do: Look.}
  - settle: writers
END
} >owes.yaml

rm -f ledger
walk owes <<'END'
-- what is down is always in sight
wait /NOW +1 Stop the writers/
key Enter
wait /NOW +2 Look/
expect /still down: writers/
-- settle brings it back when asked to
key t
wait /bring back/
key Enter
gone /still down: writers/
until grep -q start ledger
-- undo runs the undo of a finished step
key z
wait /undo: which step/
key Down
key Enter
until grep -q undone ledger || "$BLACKSTART" log | grep -q 'undo'
END
"$BLACKSTART" log >"$T/log"

rm -f ledger
walk owes <<'END'
-- paid by hand: a reason, and nothing is run
wait /NOW +1 Stop the writers/
key Enter
wait /NOW +2 Look/
key t
wait /bring back/
key Down
key Enter
wait /Why\? A number/
type raj did it by hand
key Enter
gone /still down: writers/
sh ! grep -q start ledger
END

{
	head 'Long ones'
	cat <<'END'
  - title: Wait for it
    run: echo began; exec cat /dev/zero >/dev/null
    effect: change
  - title: Use a value
    run: "echo value: $size >>values"
    effect: change
    env: {X: y}
  - {title: Look, do: Look.}
END
} >long.yaml
sed -i 's/^steps:/params:\n  size: {ask: How big?, default: small}\nsteps:/' long.yaml

rm -f values
walk_more='-p size=small'
walk long <<'END'
-- x stops a running command
wait /NOW +1 Wait for it/
key Enter
wait /began/
wait /x stop its command/
key x
wait /Why\? A number/
key 1
wait /DECIDE [0-9]+ Wait for it/
unexpect /at work/
unexpect /bytes are missing/
wait /s skip/
key s
wait /Why\? A number/
key 1
-- a value is corrected, with a reason
wait /NOW +2 Use a value/
key v
wait /size/
key Enter
wait /size/
key C-u
type large
key Enter
wait /Why\? A number/
key 3
until "$BLACKSTART" log | grep -q 'size.*large'
-- a command is edited: the difference is shown first, then a reason is asked
key e
wait /echo value/
key End
type ; echo edited >>values
key Enter
wait /the difference/
expect /^- echo value/
expect /^\+ echo value.*edited/
key s
wait /Why\? A number/
key 1
wait /NOW +2 Use a value/
sh ! test -e values
key Enter
wait /NOW +3 Look/
sh [ "$(cat values | tr '\n' ' ')" = 'value: large edited ' ]
-- a command of one's own runs on the same record
key !
wait /exec|command/
type echo by hand $((6*7))
key Enter
wait /run by hand/
key r
until "$BLACKSTART" log | grep -q 'by hand'
wait /by hand 42/
END

walk_more=
cat >side.yaml <<'END'
blackstart: 1
title: A side way
owner: ops
reviewed: 2026-11-01
steps:
  - {title: Step of the side way, do: Do it.}
END
walk off <<END
-- another runbook is walked here
wait /NOW +1 Part 1/
key k
wait /call|runbook/
type $T/side.yaml
key Enter
wait /Why\? A number/
key 1
wait /Step of the side way/
-- the pace is changed by one key and a choice
key P
wait /pace/
key s
wait /pace: step/
-- w says where we are, and comes back to the same spot
key w
wait /^ *(DRILL |REAL )?where am I *$/
expect /Part 6/
key Esc
wait /Step of the side way/
gone /Esc back/
-- ? explains the keys of this place
key ?
wait /At any time/
expect /done/
key Esc
gone /At any time/
-- the log is a key away
key L
wait /log of the run/
key q
gone /log of the run/
-- the menu holds every act; it is chosen by arrow
key M
wait /what can be done now/
expect /note/
key Esc
gone /what can be done now/
-- F10 is the menu too; by a letter of it a note is put down
key F10
wait /what can be done now/
key n
wait /Enter take it/
type by menu
key Enter
until "$BLACKSTART" log | grep -q 'note: by menu'
-- leaving asks, and the run goes on
key q
wait /Leave\?/
key n
gone /Leave\?/
key C-c
wait /Leave\?/
key y
status 1
restored
wait /attach/
END

walk off <<'END'
-- the run is ended with a reason, after it was asked
wait /NOW +1 Part 1/
key Q
wait /Why\? A number/
key 3
wait /THE RUN IS CLOSED: NOT RECOVERED/
key Enter
status 1
restored
END

# --- two at it

if [ -z "$shared" ]; then
	skip "the seat is handed over" "only root can be several people"
	done_testing
	exit
fi
walk off <<END
-- the seat is handed over
wait /NOW +1 Part 1/
key d
wait /NOW +2 Part 2/
wait /operated by ana \(you\)/
spawn raj:24x80 $BLACKSTART attach --as raj
wait /You look on; this run is operated by ana/
expect /NOW +2 Part 2/
on main
key y
wait /handover/
type raj
key Enter
wait /nobody operates|You look on|hand/
-- who looks on starts nothing
on raj
key i
wait /operated by raj/
key d
wait /NOW +3 Part 3/
on main
wait /NOW +3 Part 3/
key d
wait /You look on/
-- a note of one is seen by the other
key n
type watching you
key Enter
until "$BLACKSTART" log | grep -q 'watching you'
-- taking over from somebody who is there wants a reason
key i
wait /Why\? A number/
key 2
wait /operated by ana/
on raj
wait /operated by ana/
END
done_testing
