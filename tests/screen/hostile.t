#!/bin/sh
# What a command prints, what a runbook says and what somebody notes obeys nothing: no cursor, no
# title, no answer, no colour outside of its place.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >bad.sh <<'END'
printf '\033]0;owned\007\033]2;owned\033\\\033]52;c;b3duZWQ=\007'
printf '\033[2J\033[HTOP\033[999;999Hcorner\033[1;1HREAL fake title'
printf '\033[c\033[6n\033[5n\033[>c\033[18t\033[21t\005\033Z'
printf '\033P$q"p\033\\\033_Gx\033\\\033^y\033\\'
printf '\033[?1000h\033[?1003h\033[?1006h\033[?1004h\033[?2004h'
printf '\033[8;50;200t\033[3;0;0t\033[5t\007\007'
printf '\302\233\063\061m\302\235title\302\234'
printf '\342\200\256reversed\342\200\254 e\314\201\314\202 \346\274\242\345\255\227 \360\237\222\251'
printf '\377\376\200 \033[38;5;196mred\033[48;2;1;2;3mground\033[0'
printf '\n\033(0lqqk\033(B\nat its end\n'
END
cat >book.yaml <<'END'
blackstart: 1
title: "Title with \e]0;owned\a escape \u202e turned"
owner: ops
reviewed: 2026-11-01
steps:
  - title: With a terminal
    run: sh bad.sh; read -r x
    effect: change
  - title: With pipes
    run: sh bad.sh; sh bad.sh >&2
    effect: change
    terminal: false
  - title: Failing
    run: "printf '\\033]0;owned\\007\\033[31mlast words\\033[2J'; exit 3"
    effect: change
    terminal: false
  - {title: Last, do: "Do \e[31mthis\e[0m."}
END

screen <<END
-- in the pane it moves nothing outside
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id --reason test
wait /With a terminal: start/
key Enter
wait /at its end/
expect /^REAL Title/
expect /^step 1 of 4/
expect /With a terminal/
-- no title was set, nothing was asked, no bell, no mouse
quiet
unsent \e[?1000h
unsent \e[?1003h
unsent \e[?1004h
unsent owned\x07
-- wide and combining characters stand in their cells
expect /漢字/
-- the command's own terminal gets its answers, ours asks nothing
key Tab
wait /KEYBOARD: THE COMMAND/
key Enter
wait /THE COMMAND IS OVER/
key Esc
wait /With pipes: start/
-- from pipes it is text
key Enter
wait /Failing: start/
quiet
key Enter
wait /DECIDE.*Failing/
wait /r retry/
expect /^REAL Title/
quiet
key C-o
wait /last words/
quiet
key q
wait /DECIDE.*Failing/
-- in reasons and notes too
wait /s skip/
key n
wait /Enter take it/
paste evil \x1b]0;owned\x07 note
key Enter
wait /The note is on record/
key L
wait /log of the run/
key End
wait /evil/
quiet
key q
wait /s skip/
key s
wait /Why\? A number/
key 1
wait /Last: do it/
quiet
expect /Do /
END
over
done_testing
