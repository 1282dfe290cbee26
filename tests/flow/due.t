#!/bin/sh
# What was drilled where, when, by whom, with what result; what is overdue, for people, cron and CI.
. tests/lib/tap.sh
b=$BLACKSTART
BLACKSTART_RUNBOOKS=$T/books BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_RUNBOOKS BLACKSTART_JOURNAL
mkdir "$T/books"
cd "$T" || exit 1
if [ "$(id -u)" -eq 0 ]; then me=ana; else me=$(id -un); fi

book() { # NAME HEAD...
	{
		printf 'blackstart: 1\ntitle: Bring back the %s\nowner: ops\n' "$1"
		shift
		[ $# -eq 0 ] || printf '%s\n' "$@"
		printf 'params:\n  place: {ask: Where?, one_of: [prd, gke-prd, stg, lab]}\n'
		printf '  well: {as: bool, ask: Well?}\nsteps:\n  - do: Look at it.\n'
		printf '  - branch:\n      - {when: well, steps: [{end: It is back., success: true}]}\n'
		printf '      - {otherwise: true, steps: [{end: It is gone., success: false}]}\n'
	}
}
walk() { # VERB BOOK PLACE WELL
	run "$b" "$1" "$2" -p place="$3" -p well="$4" --answers answers.yaml --as ana
	[ "$status" -le 1 ] && [ -n "$("$b" runs)" ] || note "$1 $2: $status: $err"
}
cat >answers.yaml <<'END'
answers: 1
default: {close: the end}
steps:
  - {at: Look at it., do: done}
END

# --- nothing is asked for, nothing was run

book quiet >books/quiet.yaml
run "$b" due
is "nothing is overdue where nobody asked" "$status" 0
like "and that is said" "$out" '^1 runbook: 0 overdue$'
run "$b" due --json
is "the same in JSON, whole" "$(printf '%s' "$out" | jq -c '[.overdue, .soon, (.due | length)]')" \
	'[0,0,0]'
ok "runbooks of the test are without an error" "$b" lint books/quiet.yaml

# --- never drilled, not reviewed

cat >books/environments.yaml <<'END'
prd: {protected: false, also: gke-prd}
stg: {protected: false}
lab: {lab: true}
END
book shop 'environment: ${place}' 'drill_every: 30d' 'reviewed: 2026-01-10' 'review_in: 90d' \
	>books/shop.yaml
run "$b" due
is "status 1 where something is" "$status" 1
like "a review says since when" "$out" '^OVERDUE since 2026-04-10 +review  Bring back the shop'
like "what never was drilled is, for each environment" "$out" '^OVERDUE, never drilled +drill for prd'
is "but for labs, and an environment has one row whatever it is called" \
	"$("$b" due --json 2>/dev/null | jq -c '[.due[] | select(.what == "drill") | .environment]')" \
	'["prd","stg"]'
like "the owner stands beside it" "$out" 'shop\.yaml, owner ops, every 30d'
run "$b" due --at 2026-04-10T00:00Z books/quiet.yaml books/shop.yaml
unlike "to the second: a review is not yet overdue when it is due" "$out" 'OVERDUE since'
run "$b" due --at 2026-04-10T00:00:01Z
like "and is a second later" "$out" 'OVERDUE since 2026-04-10 +review'

# --- drills and real runs

walk drill books/shop.yaml prd false
walk run books/shop.yaml prd true
run "$b" due books/shop.yaml
like "a drill that did not recover does not count" "$out" '^OVERDUE, never drilled +drill for prd'
like "it is told, with who and the result" "$out" \
	'^    last drilled 20[0-9-]+ by '"$me"'.*, not recovered: It is gone\.'
like "a real run is no drill, and stands apart" "$out" \
	'^    run for real \(no drill\) .*, recovered: It is back\.'
walk drill books/shop.yaml gke-prd true
run "$b" due --json books/shop.yaml
is "one that did counts for its environment, by any of its names" \
	"$(printf '%s' "$out" | jq -c '[.due[] | select(.what == "drill") | [.environment, .overdue]]')" \
	'[["stg",true],["prd",false]]'
is "JSON has who, what came of it and which run" "$(printf '%s' "$out" |
	jq -c '.due[] | select(.environment == "prd") | [.drill.by, .drill.success, .recovered.success,
	.real, (.drill.run | length > 10), .changed]')" \
	"$(printf '["%s",true,true,null,true,false]' "$me")"
walk drill books/shop.yaml stg true
run "$b" due --at "$(date -u -d '+29 days' +%FT%TZ)" books/shop.yaml
unlike "29 days later no drill is overdue" "$out" 'OVERDUE.*drill'
run "$b" due --at "$(date -u -d '+31 days' +%FT%TZ)" books/shop.yaml
is "31 days later both are" "$(printf '%s\n' "$out" | grep -c '^OVERDUE since .* drill for')" 2
like "since the day on which they were due" "$out" "^OVERDUE since $("$b" due --json books/shop.yaml |
	jq -r '.due[] | select(.environment == "prd") | .due[:10]') +drill for prd"

# --- within, and the status for cron

sed -i -e 's/^reviewed: .*/reviewed: '"$(date -u +%F)"'/' books/shop.yaml
run "$b" due
is "all was done: status 0" "$status" 0
like "the file is not what was drilled" "$out" '^    the runbook was changed since$'
run "$b" due --within 14d
is "nothing becomes due within a fortnight" "$status" 0
run "$b" due --within 31d
is "status 1 where something does within what was asked" "$status" 1
like "said so" "$out" '^DUE soon, '
like "and counted" "$out" '2 runbooks: 0 overdue, 2 more within 31d'
run "$b" due --within soon
is "status 2 for usage" "$status" 2
run "$b" due --at never
is "status 2 for a time that is none" "$status" 2
run "$b" due no-such-book
is "status 5 where there is no such runbook" "$status" 5

# --- a runbook whose text does not say where; one in the way; a record that is none

book cache 'drill_every: 30d' >books/cache.yaml
run "$b" due books/cache.yaml
like "without an environment it is due as a whole" "$out" '^OVERDUE, never drilled +drill  Bring'
walk drill books/cache.yaml prd true
run "$b" due books/cache.yaml
is "and one drill is enough" "$status" 0

# --- in which way, and what its scenario says counts

cat >books/told.yaml <<'END'
blackstart: 1
title: Answered
drill_every: 30d
steps:
  - {id: look, title: Look, run: "false", effect: read}
  - {end: Seen., success: true}
END
cat >books/told.scenario.yaml <<'END'
scenario: 1
title: All is as it should be
runbook: told.yaml
answers: [{step: look, output: "fine\n"}]
objectives:
  - {id: seen, measure: step-done, step: look, within: 1h}
  - {id: turns, measure: wrong-turns}
  - {id: people, measure: first-contact, within: 1h}
END
cat >told.yaml <<'END'
answers: 1
default: {close: the end}
steps: []
END
run "$b" drill books/told.yaml --scenario books/told.scenario.yaml --answers told.yaml --as ana
run "$b" due books/told.yaml
like "a drill says in which way it was held" "$out" 'last drilled .* by '"$me"', simulated, recovered'
like "and what came of its objectives" "$out" '^    scored: 2 met, 0 late, 1 missed, 0 cannot tell$'
is "in JSON, too" "$("$b" due --json books/told.yaml | jq -c '.due[0] |
	[.drill.way, .score.met, .score.missed]')" '["simulated",2,1]'
is "without a scenario there is no score" "$("$b" due --json books/cache.yaml | jq -c '.due[0].score')" \
	null
printf 'blackstart: 1\nsteps: 3\ntitle: [\n' >books/broken.yaml
run "$b" due
is "a broken runbook is not taken for one that is in time" "$status" 1
like "and is named" "$out" '^CANNOT BE TOLD +.*broken\.yaml is broken'
rm books/broken.yaml
printf 'no journal, and long enough to be taken for one by nobody at all, whatever it says\n%200s' . \
	>junk.db
run "$b" due --journal junk.db
is "status 4 where the record cannot be read" "$status" 4
run "$b" due --journal nowhere.db books/shop.yaml
is "status 4 where the named one is not there" "$status" 4
printf 'blackstart: 1\ntitle: "Red \\e[31m"\nowner: "\\e[32m"\ndrill_every: 1d\nsteps: [{end: x}]\n' \
	>books/red.yaml
run "$b" due
unlike "what a runbook says is shown, not obeyed" "$out" "$(printf '\033')"
done_testing
