#!/bin/sh
# The tool that all tests of the screen lean on: what it says of programs that we know.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM

screen <<'END'
env PS1=prompt:
spawn 24x80 sh -i
-- what is typed comes to the program, what it prints is seen
wait /prompt:/
type echo hello $((6*7))
key Enter
wait /^hello 42$/
-- the terminal is controlling, of the size that was asked for
type stty size </dev/tty
key Enter
wait /^24 80$/
resize 10x40
type clear; stty size
key Enter
wait /^10 40/
unexpect /hello/
wait /^prompt:$/
-- C-c interrupts
type sh -c 'echo ready; exec cat'; echo was not interrupted
key Enter
wait /^ready$/
key C-c
wait /\^C/
type echo al"ive"
key Enter
wait /alive$/
unexpect /^was not/
-- a status is passed on
type exit 3
key Enter
status 3
restored
END

screen <<END
spawn 24x80 less $ROOT/LICENSE
-- a full-screen program shows its page, and leaves the terminal as it was
wait /LICENSE/
key End
wait /END/
key g
wait /[Ll]icen[sc]e/
type q
status 0
restored
spawn 24x80 less $ROOT/LICENSE
-- killed, it does not: that is seen
wait /LICENSE/
signal KILL
status SIG 9
END

if command -v vi >/dev/null; then
	screen <<END
env EXINIT=
spawn 24x80 vi $T/text
-- vi is driven, its file written
wait /~/
type ihello there
key Esc
burst :wq\r
status 0
restored
sh [ "\$(cat $T/text)" = "hello there" ]
END
else
	skip "vi is driven" "no vi"
fi

screen <<'END'
spawn 6x40 printf 'one \033[1mtwo\033[m \033[31mthree\033[m\033[2;1Hx\303\274y\033[3;5H\033[?25l'
-- characters, colours and the cursor are told
wait /^one two three$/
expect /^xüy$/
cursor hidden
sent \e[31m
unsent \e[32m
-- several terminals at once
spawn b:6x40 cat
type second
wait /second/
on main
unexpect /second/
on b
expect /second/
key C-d
key C-d
-- paste comes in brackets where they were asked for
spawn c:6x40 sh -c "printf 'asked\033[?2004h'; cat -v"
wait /asked/
paste a\nb
wait /\^\[\[200~a/
wait /b\^\[\[201~/
-- a burst is one write
spawn d:6x40 sh -c 'stty raw -echo; printf ready; dd bs=100 count=1 2>/dev/null | cat -A'
wait /ready/
burst abc\r\x1bd
wait /abc\^M\^\[d/
END

# --- and what it must not let pass

judged() {
	run "$BUILD/tool_screen" <"$T/script"
}
cat >"$T/script" <<'END'
spawn 6x40 echo here; cat
-- first
wait /here/
unexpect /here/
patience 3
-- second
wait /there/
-- third
wait /here/
END
judged
is "a failed look fails its section, a wait in vain ends all" "$out$status" \
	"not ok 1 - first
not ok 2 - second1"
like "the screen is shown with it" "$err" '^#   here$'

for left in '\033[?1049h' '\033[?25l' '\033[?2004h' '\033[?1000h' '\033[1m' '\033[?1h\033=' \
	'\033[2;3r' '\016' '\033]0;title'; do
	printf "spawn 6x40 printf '%s'\n-- a\nstatus 0\nrestored\n" "$left" >"$T/script"
	judged
	is "left behind and seen: $left" "$status" 1
done
printf 'spawn 6x40 stty -echo\n-- a\nstatus 0\nrestored\n' >"$T/script"
judged
is "settings left behind are seen" "$status" 1
printf "spawn 6x40 printf '%s'\n-- a\nstatus 0\nrestored\nquiet\n" \
	'\033[?1049h\033[1;31m\033[?25l\033[?25h\033[m\033[1;6r\033[?1049l' >"$T/script"
judged
is "nothing is seen where all was put back" "$status" 0
for loud in '\033]0;title\007' '\007' '\033[c' '\033[6n' '\033P+q\033\\'; do
	printf "spawn 6x40 printf '%s'\n-- a\nstatus 0\nquiet\n" "$loud" >"$T/script"
	judged
	is "not quiet: $loud" "$status" 1
done
done_testing
