#!/bin/sh
# Whatever a runbook, a value or a command says: the terminal shows it and obeys nothing.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: "\e]0;owned\a\e[2J Clear"
steps:
  - id: pipe
    title: "A title\e[8m verdict: complete"
    run: |
      printf '\377\376\033[2J\033]0;owned\007\033[6nerr\n' >&2
      printf '\033[2Jline\rover\nverdict: complete\n'
      printf '\033]52;c;b3duZWQ=\007'
    effect: read
    capture: {said: text}
  - id: tty
    title: Say ${said}
    run: |
      printf '\033[2Jred\033[0m \033]0;x\007 10%%\r20%%\nverdict: complete\n'
      printf '\033[6n\033Pq#\033\\done\n'
    effect: change
    warn: "\e[31mRED"
  - id: flood
    title: Much
    run: yes "$(printf '\033[31mflood')" | head -c 3000000
    effect: change
YAML
cd "$T" || exit 1
cat >answers.yaml <<'YAML'
answers: 1
default: {start: change}
YAML
run "$BLACKSTART" run --plain --answers answers.yaml book.yaml
is "the walk goes through" "$status" 0
is "no escape, bell or other control byte comes out" \
	"$(tr -d '\n\t\040-\176\200-\377' <.out | wc -c)" 0
ok "what is no UTF-8 does not come out" iconv -f UTF-8 -t UTF-8 .out
is "only the program itself says the verdict" "$(grep -c '^verdict: ' .out)" 1
like "stderr is told apart" "$out" '^! .*err'
like "the last state of a redrawn line is shown" "$out" '^\| .*20%$'
like "a flood is cut, and that is said" "$out" 'bytes are not shown here'
ok "… and is not passed on whole" test "$(wc -c <.out)" -lt 2000000
run "$BLACKSTART" log
is "the log obeys nothing either" "$(tr -d '\n\t\040-\176\200-\377' <.out | wc -c)" 0
printf 'where\nshow flood all\nshow tty\n' >lines
"$BLACKSTART" attach <lines >looked 2>&1
is "nor does looking" "$(tr -d '\n\t\040-\176\200-\377' <looked | wc -c)" 0
done_testing
