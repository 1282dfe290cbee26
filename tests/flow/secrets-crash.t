#!/bin/sh
# A secret is taken from what a command prints, and keeper or holder die meanwhile: it is taken all
# the same, or it is said that it was lost. Never a wrong one.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
cd "$T" || exit 1
word=Tak3n-$$-cX7

cat >book.yaml <<'YAML'
blackstart: 1
title: Taken while something dies
steps:
  - id: take
    run: echo . >>ready; read -r word <go; echo "word=$word"
    effect: read
    capture: {taken: {match: 'word=(.*)', secret: true}}
  - id: use
    run: printf %s "$taken" >used
    effect: read
    secret: taken
  - end: done
YAML
process() { # keeper | holder: of run $id
	for pid in $(left_running); do
		{ tr "\0" " " <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "^blackstart $1 $id" && echo "$pid"
	done
}
kills() {
	for pid in $(process "$1"); do
		kill -KILL "$pid"
		wait_for "! kill -0 $pid"
	done 2>/dev/null
}
starts() {
	rm -f go ready used
	mkfifo go
	id=$("$BLACKSTART" run book.yaml --detach)
	wait_for '[ -s ready ]' || bail "the command runs"
}

# --- the keeper dies ----------------------------------------------------------------------------

starts
kills keeper
is "the keeper is gone" "$(process keeper)" ''
echo "$word" >go
echo 'answers: 1' >answers
ok "the walk is taken up and comes to its end" "$BLACKSTART" attach "$id" --answers answers
is "what the command printed meanwhile was taken" "$(cat used)" "$word"

# --- keeper and holder die, the holder after the end --------------------------------------------

starts
kills keeper
echo "$word" >go
wait_for "grep -q exited j/run/$id/status" || note "$(cat "j/run/$id/status")"
kills holder
is "the holder is gone" "$(process holder)" ''
cat >answers <<'YAML'
answers: 1
steps:
  - {at: take, do: retry, expect: {prompt: 'lost with its holder'}}
YAML
echo "second $word" >go &
ok "it is asked, and not made up" "$BLACKSTART" attach "$id" --answers answers
is "what it prints when it runs again is taken" "$(cat used)" "second $word"
is "it ran twice, because somebody said so" "$(wc -l <ready)" 2
wait
ok "nothing of it is on record" ! grep -rqF "$word" j
ok "which is whole" "$BLACKSTART" verify

done_testing
