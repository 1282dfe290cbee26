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
typed_ahead() {
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
}
if command -v script >/dev/null; then
	typed_ahead
else
	skip "typed ahead" "no script(1)"
fi

# A whole loop: its list, its commands and all that it destroys are shown; one name is typed, once.
cat >each.yaml <<'YAML'
blackstart: 1
title: Destroy many
steps:
  - title: Stop what writes
    each: {writer: [shop, mail]}
    steps:
      - run: echo "stop $writer" >>each.ran
        effect: change
  - title: Wipe the disks
    each: {disk: [sda, sdb]}
    target: both disks
    steps:
      - title: Wipe it
        run: echo "wipe $disk" >>each.ran && [ "$disk" != sdb ] || [ -e sdb.good ]
        effect: destroy
        target: disk ${disk}
      - title: Say so
        run: echo "said $disk" >>each.ran
        effect: change
YAML
plain each "$BLACKSTART" run --plain each.yaml
sees each 'Stop what writes: start all 2, one after the other\?'
is "nothing starts before its list was shown" "$(ls each.ran 2>/dev/null)" ''
says each ''
sees each 'this destroys 2\. To start all 2, one after the other, type the name: both disks'
like "what it destroys stands before the question" "$(cat each.screen)" 'DESTROYS: disk sda, disk sdb'
says each 'disk sda'
sees each 'nothing was'
says each ''
sees each 'nothing was'
is "one Enter started all that changes, nothing destroyed" "$(tr '\n' , <each.ran)" \
	'stop shop,stop mail,'
says each 'both disks'
sees each 'DECIDE 2.1 Wipe it \(sdb\)|2.1 Wipe it \(sdb\): .*exit'
is "one name started each, the failed one stopped them" "$(tail -n +3 each.ran | tr '\n' ,)" \
	'wipe sda,said sda,wipe sdb,'
: >sdb.good
says each 'retry'
sees each 'type its target: disk sdb' # again means again: it asks for its own name
says each 'disk sdb'
sees each 'verdict: complete'
left each
is "and the rest went on by itself" "$(tail -n 2 each.ran | tr '\n' ,)" 'wipe sdb,said sdb,'

done_testing
