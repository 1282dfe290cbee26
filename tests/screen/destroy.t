#!/bin/sh
# A step that destroys starts when its target's name was typed, letter by letter, after the question
# stood on the screen for half a second; and with nothing else.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >book.yaml <<END
blackstart: 1
title: Destroy a volume
owner: ops
reviewed: 2026-11-01
steps:
  - {title: Look first, do: Look.}
  - title: Destroy it
    run: echo gone >>$T/destroyed
    effect: destroy
    target: vol-data
  - {title: Look after it, do: Look.}
END

# again: a new run of it, at the question.
again="spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
wait /NOW +1 Look first/
key d
wait /type its target: vol-data/"

screen <<END
-- the warning stands before the command
$again
expect /WARNING/
sh ! test -e destroyed
-- within its first half second nothing is taken
key v o l - d a t a
key Enter
sh ! test -e destroyed
unexpect /NOW +3/
-- other names do not start it
pass 700
key C-u
type vol-dat
key Enter
wait /WRONG NAME: 1 of 3/
key C-u
type VOL-DATA
key Enter
wait /WRONG NAME: 2 of 3/
sh ! test -e destroyed
-- Enter, y and yes do not
key Enter
wait /type the name|[Nn]othing is typed/
sh ! test -e destroyed
END
over

screen <<END
-- a paste of the name does not, with or without its Enter
$again
pass 700
paste vol-data\n
wait /past/
sh ! test -e destroyed
paste vol-data
key Enter
sh ! test -e destroyed
unexpect /NOW +3/
-- a burst does not
pass 300
burst vol-data\r
wait /paste|by itself|at once/
sh ! test -e destroyed
unexpect /NOW +3/
-- the arrows, the menu and the mouse's bytes do not
key Esc
pass 200
burst \e[M !!
key Up Down PgUp PgDn Home End
key F10
wait /what can be done now/
key Enter
pass 300
sh ! test -e destroyed
unexpect /NOW +3/
END
over

screen <<END
-- typed ahead, before the question was drawn, it does not
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
wait /NOW +1 Look first/
burst dvol-data\r
pass 300
burst vol-data\r
wait /NOW +[12] /
pass 900
sh ! test -e destroyed
unexpect /NOW +3/
END
over

screen <<END
-- pasted answers to several questions answer at most one
spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
wait /NOW +1 Look first/
paste d\nvol-data\n\nd\n
pass 500
sh ! test -e destroyed
unexpect /NOW +3/
END
over

screen <<END
-- three wrong names, and somebody has to decide
$again
pass 700
type a
key Enter
wait /WRONG NAME: 1/
pass 700
type b
key Enter
wait /WRONG NAME: 2/
pass 700
type c
key Enter
wait /DECIDE|BLOCKED/
sh ! test -e destroyed
END
over

screen <<END
-- the name, typed, starts it, once
$again
pass 700
type vol-data
expect /vol-data/
key Enter
wait /NOW +3 Look after it/
sh [ "\$(cat destroyed)" = gone ]
END
over

rm -f destroyed
screen <<END
-- a resize in the middle of the name takes nothing from it
$again
pass 700
type vol-
resize 40x132
wait /vol-_|vol-\$/
resize 12x40
resize 24x80
wait /vol-_|vol-\$/
type data
key Enter
wait /NOW +3 Look after it/
sh [ "\$(cat destroyed)" = gone ]
END
over

rm -f destroyed
screen <<END
-- a lost terminal in the middle of the name starts nothing
$again
pass 700
type vol-data
hangup
status SIG 1
sh ! test -e destroyed
-- and whoever comes back is asked from the beginning
spawn 24x80 $BLACKSTART attach --as ana
wait /type its target: vol-data/
pass 700
key Enter
pass 200
sh ! test -e destroyed
END
done_testing
