#!/bin/sh
# What is overdue, on the screen that everybody sees first: how much, why, the longest overdue first.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
BLACKSTART_RUNBOOKS=$T/books
export TERM BLACKSTART_RUNBOOKS
mkdir "$T/books"
cd "$T" || exit 1
for name in never lapsed older fine; do
	{
		printf 'blackstart: 1\ntitle: Runbook %s\nowner: ops\nenvironment: prd\n' "$name"
		case $name in
		never) echo 'drill_every: 30d' ;;
		lapsed) printf 'reviewed: 2026-03-01\nreview_in: 30d\n' ;;
		older) printf 'reviewed: 2025-03-01\nreview_in: 30d\n' ;;
		esac
		printf 'steps:\n  - do: Look.\n  - {end: It is back., success: true}\n'
	} >"books/$name.yaml"
done
cat >answers.yaml <<'END'
answers: 1
default: {close: the end}
steps:
  - {at: Look., do: done}
END

for size in 24x80 12x40; do
	screen <<END
-- home at $size: what is overdue is counted in the head, the longest overdue first
spawn $size $BLACKSTART
wait /0 unfinished, 3 overdue/
wait /Runbook never/
mask /never run; .*/ =never run; FILE
golden due-$size
key Esc
status 0
restored
END
done

# A drill is walked, and is seen: due is the same on the screen and in the list.
ok "a drill that recovers" "$BLACKSTART" drill books/never.yaml --answers answers.yaml --as "$me"
is "the list has what the screen has" "$("$BLACKSTART" due --json | jq .overdue)" 2
screen <<END
spawn 24x80 $BLACKSTART
-- what was drilled is overdue no more, and says who did and what came of it
wait /0 unfinished, 2 overdue/
type never
wait /prd drilled [-0-9]+ by $me.*It is back/
key Enter
wait /walked +prd drilled [-0-9]+ by $me/
key Esc Esc
wait /2 overdue/
key Esc
status 0
END
done_testing
