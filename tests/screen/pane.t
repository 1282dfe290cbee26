#!/bin/sh
# A command's terminal inside the screen: seen, typed at, given back; what is typed is not on record.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
seq 1 500 | sed 's/^/line /' >long.txt
printf 'first\n' >edited.txt
cat >ask.sh <<'END'
stty -echo
printf 'Password: '
read -r word
stty echo
echo
printf '%s' "$word" | cksum >"$1/sum"
printf 'Really apply? Only yes will be accepted: '
read -r answer
[ "$answer" = yes ] && echo "applied it"
END
cat >bar.sh <<'END'
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	printf '\r%3d%% [%-40s]' $((i * 100 / 40)) "$(printf '%*s' $i '' | tr ' ' '#')"
done
printf '\nfilled\n'
read -r _
END

# one RUN SCRIPT…: a run with one such command, then a last step.
one() {
	cat >one.yaml <<END
blackstart: 1
title: A command with a terminal
owner: ops
reviewed: 2026-11-01
steps:
  - title: The command
    run: $1
    effect: change
$2
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

one "sh ask.sh $T" <<END
-- a password prompt: the keyboard is given to the command, and the screen says so
wait /^Password:/
expect /Tab: type to it/
key Tab
wait /KEYBOARD: THE COMMAND/
type s3cr3t-word
pass 50
unexpect /s3cr3t/
key Enter
-- and its question is answered there
wait /Really apply/
type yes
key Enter
-- what is typed on when it is over answers nothing of the runbook
wait /THE COMMAND IS OVER/
key d
wait /did nothing/
key C-]
wait /Look after it: do it/
unexpect /KEYBOARD: THE COMMAND/
until grep -q . $T/sum
sh [ "\$(cat $T/sum)" = "\$(printf s3cr3t-word | cksum)" ]
key d
wait /THE RUN IS CLOSED/
END
is "the password is nowhere on record" "$(grep -raF s3cr3t-word journal | wc -l)" 0
ok "… which is whole" "$BLACKSTART" verify
strings -n 4 journal/journal.db >text 2>/dev/null || tr -c '[:print:]' '\n' <journal/journal.db >text
"$BLACKSTART" log >log
unlike "… nor in the log" "$(cat log)" 's3cr3t'

one "less long.txt" <<'END'
-- less pages in the pane
wait /Tab: type to it/
key Tab
wait /KEYBOARD: THE COMMAND/
wait /^line 1$/
key Space
gone /^line 1$/
type /line 250
key Enter
wait /^line 250$/
key End
wait /\(END\)/
-- ^] switches to the runbook and back while it runs
key C-]
wait /Tab: type to it/
key n
wait /Enter take it/
type less is open
key Enter
until "$BLACKSTART" log | grep -q 'less is open'
expect /The command/
key Tab
wait /KEYBOARD: THE COMMAND/
type q
wait /THE COMMAND IS OVER/
key Esc
wait /Look after it: do it/
END

if command -v vi >/dev/null; then
	one "vi -u NONE -N edited.txt" <<'END'
-- vi edits in the pane, and learns of another size
wait /^first/
key Tab
wait /KEYBOARD: THE COMMAND/
key o
type second
key Esc
wait /^second/
resize 40x132
wait /KEYBOARD: THE COMMAND/
key G o
type third
key Esc
wait /third$/
resize 24x80
wait /^third/
type :wq
key Enter
wait /THE COMMAND IS OVER/
key Esc
wait /Look after it: do it/
END
	is "what was typed is in the file" "$(tr '\n' ' ' <edited.txt)" 'first second third '
else
	skip "vi edits in the pane" "no vi"
fi

if command -v top >/dev/null; then
	one top <<'END'
-- top draws in the pane and ends on q
wait /Tab: type to it/
key F12
wait /KEYBOARD: THE COMMAND/
wait /Tasks:/
wait /PID +USER/
type q
wait /THE COMMAND IS OVER/
key Esc
wait /Look after it: do it/
END
else
	skip "top draws in the pane" "no top"
fi

one "sh bar.sh" <<'END'
-- a progress bar stands in one line
wait /^100% \[#+\]/
wait /^filled/
unexpect /^ *50%/
-- C-c goes to the command that has the keyboard, and not to us
key Tab
wait /KEYBOARD: THE COMMAND/
key C-c
wait /DECIDE/
expect /signal 2/
key C-]
wait /r retry/
END

one "cat" <<'END'
-- a paste reaches the command whole
wait /Tab: type to it/
key Tab
wait /KEYBOARD: THE COMMAND/
paste several words at once\n
wait /^several words at once$/
-- keys that mean something to the runbook are only letters there
type dsxq
key Enter
wait /^dsxq$/
unexpect /Why\?|Leave\?/
key C-d
wait /THE COMMAND IS OVER/
END

one "cat >/dev/null" '    record_input: true' <<'END'
-- with record_input what is typed is on record
wait /Tab: type to it/
key Tab
wait /KEYBOARD: THE COMMAND/
type recorded-word
key Enter
key C-d
wait /THE COMMAND IS OVER/
END
# A row for what came at once, each in base64 of its own.
is "letter by letter" "$(sql "select
	payload ->> 'keys' from event where run = '$(cat "$T/id")' and payload ->> 'what' = 'typed'
	order by seq" | while read -r keys; do echo "$keys" | base64 -d; done |
	tr -cd 'a-z-')" 'recorded-word'

one "'i=0; while :; do i=\$((i+1)); echo \"row \$i of many\"; done'" <<'END'
-- a flood in the pane leaves the keys alive
wait /row [0-9]+ of many/
wait /x stop its command/
key n
wait /Enter take it/
type in the middle
wait /> in the middle/
key Enter
until "$BLACKSTART" log | grep -q 'in the middle'
key w
wait /Esc back/
key Esc
gone /Esc back/
key x
wait /Why\? A number/
key 1
wait /DECIDE/
-- its output can be opened, searched and followed to its end
wait /r retry/
key C-o
wait /row 1 of many/
key /
wait /[Ss]earch/
type row 77 of
key Enter
wait /row 77 of many/
key End
gone /row 77 of many/
wait /row [0-9]{3,} of many/
key q
wait /DECIDE/
END
done_testing
