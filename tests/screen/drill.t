#!/bin/sh
# Every frame of the screen of a drill says so: home's form, the walk, boxes, menus, texts, output, the
# boards, the guard; where there is room and where there is little. No frame of a real run does.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >environments.yaml <<'YAML'
codes: codes
prd:
  protected: true
  target: {probe: cat where, is: gke_acme_prd}
  lab: {run: cat lab, is: a lab}
  approve: {by: [ana, raj], for: destroy, expires: 30m}
YAML
cat >contacts.yaml <<'YAML'
contacts: 1
people:
  ana: {phone: '+34 600 000 001'}
channels:
  room: {command: 'echo "$subject" >>told'}
ladders:
  ops:
    rungs:
      - {who: [ana], by: phone, wait: 5m}
      - {channel: room, wait: 5m}
YAML
mkdir books
cat >books/book.yaml <<'YAML'
blackstart: 1
title: Free the orders volume
about: So that the database starts again.
owner: ops
reviewed: 2026-11-01
environment: prd
contacts: ../contacts.yaml
params:
  claim: {ask: Which claim?, default: orders}
steps:
  - title: Look at the rack
    do: Look at the rack.
    returns: {load: {as: number, prompt: Load of the last minute}}
  - {title: Reach somebody, contact: ops, message: Please come.}
  - {title: Talk to it, run: "echo talk to me; cat", effect: change, terminal: true}
  - {title: Break it, run: "echo broken; false", effect: change}
  - id: destroy
    title: Delete the claim
    run: echo "gone vol-7" >>destroyed
    effect: destroy
    target: vol-7
    if_not: Ask the storage team.
YAML
cp environments.yaml books
for who in ana raj; do
	"$BLACKSTART" codes make --for $who --count 2 >"$who" 2>/dev/null || bail "no codes for $who"
done
cp codes books
echo gke_acme_prd >books/where
echo a lab >books/lab
BLACKSTART_RUNBOOKS=$T/books
export BLACKSTART_RUNBOOKS

# walk ROWSxCOLS: through all that an operator can have on the screen.
walk() {
	cat <<END
spawn $1 $BLACKSTART drill books/book.yaml --lab --as ana --id-file $T/id
-- $1: the form, with a help over it
wait /Which claim/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /Which claim/
key F1
wait /Enter +checks/
key Esc
gone /Enter +checks/
key Enter
key Enter
-- $1: the walk, at an instruction
wait /Enter done/
key Enter
-- $1: a line of text, and help over it
wait /Load of the last/
key Esc
gone /Esc give up/
key n
wait /Esc give up/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /Esc give up/
key Esc
gone /Esc give up/
-- $1: the menu of all that can be done, and help over it
key M
wait /Esc leave/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /Esc leave/
key F1
wait /Esc back/
key Esc
gone /Esc back/
key Esc
gone /Esc leave/
-- $1: where am I, with a search in it
key w
wait /Esc back/
key /
wait /Esc give up/
key Esc
gone /Esc give up/
key Esc
gone /Esc back/
-- $1: the log
key L
wait /Esc back/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /Esc back/
key Esc
gone /Esc back/
-- $1: a command of one's own, and its output
key !
wait /Esc give up/
type echo by hand
key Enter
wait /run by hand/
key r
wait /exit 0/
key Q
wait /Esc give up/
key Esc
gone /Esc give up/
-- $1: the board of a contact, by itself
key d
wait /Load of the last/
type 1
key Enter
wait /2 Reach somebody: start/
key Enter
wait /what came of it/
key ?
wait /DRILL Help/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /DRILL Help/
key Esc
gone /DRILL Help/
resize 12x40
wait /ana/
resize $1
wait /what came of it/
key Esc
gone /what came of it. Another/
key s
wait /Esc give up/
type reached by hand
key Enter
-- $1: a command at its terminal
wait /3 Talk to it/
key Enter
wait /^talk to me/
wait /Tab: type to it/
key Tab
wait /KEYBOARD: THE COMMAND|\^\]/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /KEYBOARD: THE COMMAND|\^\]/
type hello
key Enter
key C-]
wait /Tab: type to it/
-- $1: its whole output
key C-o
wait /Esc back|\? help/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /Esc back|\? help/
key Esc
gone /Output of/
key Tab
wait /KEYBOARD: THE COMMAND|\^\]/
key C-d
wait /THE COMMAND IS OVER/
key Esc
wait /4 Break it: start/
-- $1: a command changed, and the difference
key e
wait /Esc give up/
key Enter
wait /the difference/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /the difference/
key Esc
gone /the difference/
key Enter
-- $1: what went wrong, and what then
wait /4 Break it: exit status 1/
key s
wait /Esc give up/
type it is a drill
key Enter
-- $1: the guard: a second person, an identity, broken glass
wait /5 Delete the claim/
key F2
wait /Esc/
key Esc
pass 100
key Esc
wait /type its target: vol-7/
resize 12x40
wait /^DRILL/
resize 5x16
wait /^DRILL/
resize $1
wait /type its target: vol-7/
-- $1: leaving it is asked
key q
wait /Esc|the run goes on/
always //
signal TERM
ended
END
}
{
	echo 'always /^DRILL/'
	walk 24x80
} >script
screen script
over

# Whatever is pressed, on a small one.
"$BLACKSTART" drill books/book.yaml --lab --detach -p claim=orders --as ana >id || bail "a drill to play with"
mkdir bin
for tool in sh cat true false; do
	ln -s "$(command -v $tool)" "bin/$tool" 2>/dev/null || ln -s "/bin/$tool" "bin/$tool"
done
seed=${SEED:-7}
screen <<END
env PATH=$T/bin
spawn 12x40 $BLACKSTART attach $(cat id) --as ana
-- any keys, on a small terminal, SEED=$seed
wait /^DRILL/
always /^DRILL/
monkey ${MONKEY:-150} $seed
always //
signal TERM
ended
END
ok "nothing was destroyed" test ! -e books/destroyed
over

# The same look at a real run finds that it says no such thing: neither does it, nor is the look blind.
printf '%s\n' "spawn 24x80 $BLACKSTART run books/book.yaml -p claim=orders --as ana --id-file $T/id" \
	'-- a real run' 'wait /Look at the rack/' 'unexpect /DRILL/' 'patience 3' 'always /^DRILL/' 'key n' \
	'patience 60' 'always //' 'signal TERM' 'ended' >script
"$BUILD/tool_screen" script >said 2>&1
like "a frame without it would be found" "$(cat said)" 'not always there: \^DRILL'
unlike "and a real run has none" "$(cat said)" '# line [0-9]*: there: DRILL'
over
done_testing
