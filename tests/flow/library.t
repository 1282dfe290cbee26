#!/bin/sh
# Every runbook that comes with the program: lints clean, prints, keeps what it promises, and stands in
# docs/library.md with the test that proved it.
. tests/lib/tap.sh

books=$(ls runbooks/*.yaml | grep -v /contacts.yaml)
page=docs/library.md

for book in $books; do
	name=$(basename "$book" .yaml)
	run "$BLACKSTART" lint --strict "$book"
	is "$name: lint has nothing to say but what is not proved live" \
		"$(printf '%s\n' "$out" | grep -v '\[not-proved-live\]\|^$')" '' || note "$err"
	run "$BLACKSTART" show "$book"
	is "$name: it prints" "$status" 0
	title=$(sed -n 's/^title: //p' "$book" | head -n 1)
	ok "$name: its title is on the paper" grep -qF "$title" "$T/.out"
	for key in title about owner reviewed review_in objectives triggers needs; do
		case $name:$key in find-a-human:needs | announce-downtime:needs) continue ;; esac
		ok "$name: says its $key" grep -q "^$key:" "$book"
	done
	is "$name: each step that can fail says what to do then" \
		"$("$BLACKSTART" show --yaml "$book" | awk -v file="$name" -f tests/library/promised.awk)" ''
	is "$name: stands on the page, with its title" "$(grep -cF "| [$name](../$book) | $title |" $page)" 1
	proof=$(grep -F "[$name](" $page | sed -n 's/.*`\(tests[^`]*\)`.*/\1/p')
	ok "$name: its proof is there" test -x "$proof"
	case $proof in
	*/library.t) ;;
	*) ok "$name: and walks it" grep -q "$name" "$proof" ;;
	esac
done

# What the judge is there for, planted.
judge() { awk -v file=x -f tests/library/promised.awk; }
like "a step that can fail and says nothing is found" "$(judge <<'YAML'
steps:
  - title: Quiet
    run: ./x
    effect: change
YAML
)" 'Quiet: nothing says what to do'
is "one that says it is not" "$(judge <<'YAML'
steps:
  - title: Loud
    each:
      a:
        - b
    steps:
      - title: In it
        check: 1 = 1
        if_not: |-
          - run: this is a text
    if_not: Say so.
YAML
)" ''

# The page names nothing that is not there.
for link in $(grep -o '](\.\./[^)]*)' $page | sed 's/](\.\.\/\(.*\))/\1/') \
	$(grep -o '`tests/[^`]*`' $page | tr -d '`'); do
	[ -e "$link" ] || fail "the page names $link"
done
pass "the page names what is there"

# Words of runbooks that name another one.
for name in $(grep -ohE '\(([a-z]+-[a-z-]+)\)' $books | tr -d '()' | sort -u); do
	[ -e "runbooks/$name.yaml" ] || echo "$name"
done >"$T/lost"
is "a runbook that another one names in brackets is there" "$(cat "$T/lost")" ''

for driver in runbooks/drivers/*/*.yaml; do
	run "$BLACKSTART" lint --strict "$driver"
	is "${driver#runbooks/}: lint has nothing to say but what is not proved live" \
		"$(printf '%s\n' "$out" | grep -v '\[not-proved-live\]\|^$')" '' || note "$err"
	run "$BLACKSTART" show "$driver"
	is "… it prints" "$status" 0
	ok "… with its title" grep -qF "$(sed -n 's/^title: //p' "$driver")" "$T/.out"
done
for script in runbooks/*.sh; do
	ok "$script: is a script of sh" sh -n "$script"
	ok "$script: is called by a runbook" grep -q "./${script##*/}" $books
done

done_testing
