#!/bin/sh
# On a terminal lines are broken between words; what goes to a pipe or a file is not broken at all,
# and a command never is.
. tests/lib/tap.sh

BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Read a long line
steps:
  - title: Read
    why: This is a reason of more words than a line of forty columns holds, so that it must be broken.
    run: printf '%s\n' 'what a command prints is shown as it is, however long the line may be'
    effect: change
END
run="'$BLACKSTART' run --plain --as ana '$T/book.yaml'"

mkfifo "$T/in"
printf 'stty cols 40\nexec %s\n' "$run" >"$T/on.sh"
script -qefc "sh '$T/on.sh'" /dev/null <"$T/in" >"$T/out" 2>&1 &
terminal=$!
exec 3>"$T/in"
ok "the question is broken too" \
	wait_for "tr -d '\r' <'$T/out' | grep -qx '  also: note TEXT, where.*'"
printf '\n' >&3
ok "the walk ends" wait_for "grep -q '^time to recover' '$T/out'"
exec 3>&-
wait $terminal
is "on a terminal: status" "$?" 0
tr -d '\r' <"$T/out" >"$T/seen"
is "a reason is broken between words, below its first" "$(grep -A 2 '^  why:' "$T/seen")" \
	"  why: This is a reason of more words
       than a line of forty columns
       holds, so that it must be broken."
is "a command is not" "$(grep -c "^  command: printf .*however long the line may be'$" "$T/seen")" 1
is "nor what it prints" "$(grep -cx '| what a command prints .* may be' "$T/seen")" 1
is "nothing else is wider than the terminal" \
	"$(grep -vE '^  command:|^\| |^head: |^NOT SIGNED|^close: ' "$T/seen" | awk 'length($0) > 40')" ''

printf 'answers: 1\ndefault: {start: change}\n' >"$T/answers.yaml"
sh -c "$run --answers '$T/answers.yaml'" >"$T/piped" 2>&1
is "in a file: status" "$?" 0
is "in a file: one line" "$(grep -c '^  why: This is .* be broken\.$' "$T/piped")" 1

done_testing
