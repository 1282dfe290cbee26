#!/bin/sh
# A step that destroys starts with its target's name, typed after it was asked for, and with
# nothing else.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Destroy a volume
steps:
  - id: look
    title: Look first
    do: Look.
  - id: destroy
    title: Destroy it
    run: echo gone >>destroyed
    effect: destroy
    target: vol-data
YAML
cd "$T" || exit 1

plain one "$BLACKSTART" run --plain book.yaml
sees one 'Look first: do it'
says one 'd'
sees one 'type its target: vol-data'
like "the warning stands before the command" \
	"$(grep -nE 'WARNING|command:' one.screen | cut -d: -f2 | tr -d ' \n')" '^WARNINGcommand$'
for wrong in '' y yes start 'start yes' go vol-dat vol-data2 'vol-data ' ' vol-data' VOL-DATA \
	'1 yes' '= vol-data' 's vol-data'; do
	says one "$wrong"
	case $wrong in
	's vol-data')
		sees one 'Destroy it is SKIPPED'
		;;
	*)
		sees one 'nothing was|No value'
		;;
	esac
done
is "no wrong word destroys" "$(ls destroyed 2>/dev/null)" ''
sees one 'verdict'
left one

plain two "$BLACKSTART" run --plain book.yaml
sees two 'Look first: do it'
says two 'done'
sees two 'type its target'
says two 'vol-data'
sees two 'verdict: complete'
left two
is "the name destroys, once" "$(cat destroyed)" gone
rm destroyed

# A name that is also a word of the program starts nothing by itself.
sed 's/target: vol-data/target: skip/' book.yaml >skip.yaml
plain three "$BLACKSTART" run --plain skip.yaml
sees three 'Look first: do it'
says three 'done'
sees three 'say start and the name'
says three 'skip'
sees three 'Why\?'
says three ''
sees three 'Called off'
says three 'start skip'
sees three 'verdict: complete'
left three
is "… but with start before it" "$(cat destroyed)" gone
rm destroyed

# On a terminal nothing typed ahead answers.
if ! command -v script >/dev/null; then
	skip "typed ahead" "no script(1)"
	done_testing
	exit
fi
plain four script -qfec "'$BLACKSTART' run --plain --as tester book.yaml" /dev/null
sees four 'Look first: do it'
printf 'done\nvol-data\nvol-data\n' >four.in
sees four 'type its target: vol-data'
sees four 'typed before this question, and dropped: vol-data'
says four 'where'
sees four 'TODO|NOW 2 Destroy'
is "typed ahead, a name destroys nothing" "$(ls destroyed 2>/dev/null)" ''
# too soon after the question does nothing either: typed again, it does
wait_for '[ -f destroyed ] || { says four vol-data; false; }'
sees four 'verdict: complete'
left four
is "typed after the question, it does" "$(cat destroyed)" gone
done_testing
