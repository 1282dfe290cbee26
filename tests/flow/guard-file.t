#!/bin/sh
# A slip in the environments file opens nothing: with the real program, a run at a time.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
mkdir -p site/books
cd site/books || exit 1
cat >book.yaml <<'YAML'
blackstart: 1
title: Clean up
environment: ${place}
params:
  place: {default: prd}
steps:
  - {title: Look, run: 'true', effect: read}
  - {title: Hand over, hold: Go on}
  - id: clean
    title: Empty it
    run: echo gone >>gone
    effect: destroy
    target: the data
    if_not: Ask.
    no_way_back: It is old.
YAML
good() {
	cat >../environments.yaml <<'YAML'
prd: {protected: true, target: {probe: cat here, is: prd}}
lab: {lab: true, target: {probe: cat here, is: lab}}
YAML
}

gone() {
	[ ! -e gone ] || cat gone
	rm -f gone
}

gives_up() {
	says "$1" 'skip given up'
	sees "$1" 'verdict'
	left "$1"
}

# --- a mistake is told before anything begins

good
sed -i 's/protected: true/protected: yes/' ../environments.yaml
run "$BLACKSTART" run --plain book.yaml </dev/null
is "a file with a mistake starts nothing unasked" "$status" 5
like "it says which" "$err" 'environments\.yaml:1:18: error: `protected` is `true` or `false`'
run "$BLACKSTART" run --dry book.yaml
like "dry too" "$out$err" 'environments\.yaml:1:18: error:'

# --- and all the same guards

plain typo "$BLACKSTART" run --plain --reason 'we must' book.yaml
sees typo 'Hand over'
says typo d
sees typo 'what guards prd cannot be relied on: .*line 1: `protected` is'
says typo 'the data'
sees typo 'nothing was'
says typo 'prd'
sees typo 'nothing was'
says typo ''
sees typo 'nothing was'
gives_up typo
is "an entry with a mistake lets nothing through" "$(gone)" ''

rm ../environments.yaml
mkdir ../environments.yaml
plain shut "$BLACKSTART" run --plain --reason 'we must' book.yaml
sees shut 'Hand over'
says shut d
sees shut 'it cannot start: '
says shut 'the data'
sees shut 'nothing was'
gives_up shut
is "nor does a file that cannot be read" "$(gone)" ''
rmdir ../environments.yaml

good
echo prd >here
plain other "$BLACKSTART" run --plain book.yaml --param place=production
sees other 'Hand over'
says other d
sees other 'its environment is not in the environments file: production'
says other 'the data'
sees other 'nothing was'
gives_up other
is "nor does a name that the file does not have" "$(gone)" ''

# --- a run goes by its copy

plain kept "$BLACKSTART" run --plain book.yaml
sees kept 'Hand over'
echo 'prd: {protected: false}' >../environments.yaml
echo 'prd: {protected: false}' >environments.yaml
echo elsewhere >here
says kept d
sees kept 'this is not prd: cat here reads "elsewhere"; it must read "prd"'
gives_up kept
is "what was kept when the run began guards it to the end" "$(gone)" ''
rm environments.yaml

# --- and the right one passes; a lab is no less looked at

good
echo prd >here
plain right "$BLACKSTART" run --plain book.yaml
sees right 'Hand over'
says right d
sees right 'no way back: It is old'
sees right 'type its target: the data'
says right 'the data'
sees right 'verdict: complete'
left right
is "the right target, named, passes" "$(gone)" 'gone'
plain lab "$BLACKSTART" run --plain book.yaml --param place=lab
sees lab 'Hand over'
says lab d
sees lab 'this is not lab: cat here reads "prd"; it must read "lab"'
gives_up lab
is "a clean-up of the lab stops at the live one" "$(gone)" ''

# --- frozen

good
sed -i 's/^prd: {/prd: {freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: moving house}, /' \
	../environments.yaml
plain cold "$BLACKSTART" run --plain book.yaml
sees cold 'Hand over'
says cold d
sees cold 'moving house; until 2200-01-01T00:00:00Z'
says cold 'the data'
sees cold 'nothing was'
gives_up cold
is "frozen: nothing starts" "$(gone)" ''
done_testing
