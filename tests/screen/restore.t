#!/bin/sh
# The terminal is as it was: after leaving, after signals, after a crash, after a stop, and whatever
# state a command's program left its own terminal in.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >mess.sh <<'END'
printf '\033[?1049h\033[?25l\033[?1000h\033[?2004h\033[1;31m\033[2;4r\033(0'
printf '\033[?1h\033=\033[?6h\033[4h\016mess'
END
cat >book.yaml <<'END'
blackstart: 1
title: A few steps
owner: ops
reviewed: 2026-11-01
steps:
  - {title: Look first, do: Look.}
  - title: Leave a mess
    run: sh mess.sh; stty raw -echo
    effect: change
  - {title: Look again, do: Look.}
END

begin="spawn 24x80 $BLACKSTART run book.yaml --as ana --id-file $T/id
wait /NOW +1 Look first/"

screen <<END
-- left by key
$begin
key q
wait /Leave\\?/
key y
status 1
restored
END
over
for signal in TERM:15 HUP:1 INT:2 QUIT:3 SEGV:11 ABRT:6 BUS:7; do
	name=${signal%:*}
	case $name in
	SEGV | ABRT | BUS)
		# the sanitizers have a handler of their own for these
		[ -z "${BLACKSTART_SANITIZED-}" ] || continue
		;;
	esac
	screen <<END
-- ended by SIG$name
$begin
signal $name
status SIG ${signal#*:}
restored
END
	over
done

screen <<END
-- ended by SIGTERM with a question open over the screen
$begin
key n
wait /Enter take it/
type half a note
signal TERM
status SIG 15
restored
END
over

screen <<END
-- ^Z gives the terminal back and fg takes it again
spawn 24x80 sh -i
key Enter
type $BLACKSTART run book.yaml --as ana --id-file $T/id; echo left with \$?
key Enter
wait /NOW +1 Look first/
key C-z
wait /Stopped/
type stty -a | tr ';' '\\n' | grep -c -e '^ *-icanon' -e '-echo '
key Enter
type echo shell; echo again
key Enter
wait /^again/
type fg
key Enter
wait /NOW +1 Look first/
unexpect /^again/
key d
wait /NOW +2 Leave a mess/
key q
wait /Leave\\?/
key y
wait /left with 1/
END
over

screen <<END
-- a program that leaves its terminal in any state leaves ours alone
$begin
key d
wait /NOW +2 Leave a mess/
key Enter
wait /NOW +3 Look again/
expect /REAL A few steps/
unsent \e[?1000h
unsent \e[?6h
unsent \e[4h
key n
wait /Enter take it/
type still here
expect /still here/
key Esc
gone /Enter take it/
key q
wait /Leave\\?/
key y
status 1
restored
quiet
END
over

screen <<END
-- nothing else is on the screen afterwards than what was said at the end
env PS1=prompt:
spawn 24x80 sh -i
wait /prompt:/
type echo before; $BLACKSTART run book.yaml --as ana --id-file $T/id
key Enter
wait /NOW +1 Look first/
unexpect /^before/
key q
wait /Leave\\?/
key y
wait /^before/
expect /attach/
unexpect /NOW/
END
over
done_testing
