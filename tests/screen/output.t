#!/bin/sh
# A command's whole output: opened, paged, searched, followed, and what is hostile in it.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >much.sh <<'END'
seq 1 200000 | sed 's/^/row /'
echo 'On stderr' >&2
END
cat >odd.sh <<'END'
printf 'first\n'
printf '%0300d|the far end\n' 7
printf 'tab\there\n'
printf '\033[31mred\033[0m \007bell \033]0;retitled\007 \033[2J\033[Hmoved\n'
printf 'wide \344\270\255\346\226\207 and e\314\201\n'
printf '\377\376 not text\n'
for i in $(seq 1 40); do echo "below $i"; done
printf 'no end'
END
cat >grows.sh <<'END'
i=0
exec 3<>"$1/pulse"
until [ -e "$1/stop" ]; do
	i=$((i + 1))
	echo "tick $i"
	read -r _ <&3
done
END
mkfifo pulse

# one COMMAND TERMINAL: a run with it as its first step; the script is on standard input.
one() {
	cat >one.yaml <<END
blackstart: 1
title: A command that prints
owner: ops
reviewed: 2026-11-01
steps:
  - title: The command
    run: $1
    effect: change
    terminal: $2
  - {title: Look after it, do: Look.}
END
	{
		printf 'spawn 24x80 %s run one.yaml --as ana --id-file %s\n' "$BLACKSTART" "$T/id"
		printf '%s\n' 'wait /The command: start/' 'key Enter'
		cat
	} >script
	screen script
	over
}

one 'sh much.sh' false <<'END'
-- the first page, with the place in it
wait /Look after it: do it/
key C-o
wait /^row 1$/
wait /Line 1 of 200,000/
expect /o out 2\.0 MiB/
expect /e err 10 bytes/
-- to the end, back by pages, to a line by its number
key G
wait /^row 200000$/
wait /100 %/
key PgUp
gone /^row 200000$/
wait /^row 199979$/
type 1234
wait /1234: G goes to that line/
key G
wait /^row 1234$/
wait /Line 1,234 of 200,000/
type 50
key %
wait / 50 %/
type 999999
key G
wait /It has no line 999999/
wait /^row 200000$/
-- searched on and back, and around the end
key g
wait /^row 1$/
key /
wait /Search/
type ow 7777
key Enter
wait /^row 7777$/
key n
wait /^row 77770$/
key N
wait /^row 7777$/
key N
wait /Searched on from the end/
wait /^row 77779$/
-- what is nowhere is said to be nowhere
key /
wait /Search/
type no such row
key Enter
wait /Nothing here says "no such row"/
-- the other stream, and one that is empty
key e
wait /^On stderr$/
key t
wait /There is nothing in the terminal/
-- what is not a key says so, and there is help, and a way back
key x
wait /x does nothing here/
key ?
wait /Keys of output/
key Esc
wait /^On stderr$/
key q
wait /Look after it: do it/
END

one 'sh odd.sh' false <<'END'
-- of a pipe every byte is shown and none is obeyed
wait /Look after it: do it/
key C-o
wait /^first$/
expect /\\x1b\[31mred\\x1b\[0m \\x07bell/
expect /\\x1b\[Hmoved/
expect /^tab     here$/
expect /wide 中文 and e/
expect /\\xff\\xfe not text/
-- long lines go to the sides
unexpect /the far end/
key /
wait /Search/
type the far end
key Enter
wait /the far end/
wait /from column/
key g
wait /^first$/
-- r takes away what a terminal would have obeyed
key r
wait /^red bell  moved$/
key r
wait /\\x1b\[31mred/
-- the last page is a whole one, and ends where the output does
key End
wait /^no end$/
expect /^below 20$/
key Esc
wait /Look after it: do it/
END

one 'sh odd.sh' true <<'END'
-- what went to a terminal is shown without its sequences
wait /Look after it: do it/
key C-o
wait /^red bell  moved$/
expect /t terminal/
key r
wait /\\x1b\[31mred/
key q
wait /Look after it: do it/
END

one "sh grows.sh $T" false <<END
-- what grows is followed
wait /tick 1/
key C-o
wait /^tick 1$/
key F
wait /FOLLOWS/
sh for i in 1 2 3 4 5 6 7 8 9; do echo >$T/pulse; done
wait /^tick 10$/
sh for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo >$T/pulse; done
wait /^tick 30$/
unexpect /^tick 1$/
-- until somebody moves
key Up
gone /FOLLOWS/
sh touch $T/stop; echo >$T/pulse
key G
wait /^tick 30$/
key q
wait /Look after it: do it/
key C-o
wait /^tick 1$/
key F
wait /It has ended/
key q
wait /Look after it: do it/
END
done_testing
