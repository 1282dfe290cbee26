#!/bin/sh
# The same simulated drill, walked by a good and a bad responder: what each is scored, and what the exercise
# report says of it. (report-score-slow.t: by a slow one.)
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/report.sh

cd "$T" || exit 1
cat >contacts.yaml <<'YAML'
contacts: 1
ladders:
  ops: {wait: 10h, rungs: [{who: ana, by: phone}]}
people:
  ana: {name: Ana Example, phone: '+34 600 111 222'}
YAML
cat >environments.yaml <<'YAML'
environments: 1
prd:
  protected: true
  target: {probe: which-cluster, is: the-one}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Put it back
owner: the database team
reviewed: 2099-01-01
review_in: 364d
environment: prd
contacts: contacts.yaml
objectives: {rto: 10h, rpo: 30m}
steps:
  - {id: call, contact: ops, message: It is down., until: answered}
  - id: way
    title: Which way
    choose: How is it brought back?
    options:
      - {id: copy, title: From the copy, steps: [{id: said, do: Say so.}]}
      - {id: wait, title: By waiting, steps: [{id: sit, do: Wait.}]}
  - id: empty
    title: Empty it
    run: rm -rf /srv/data
    effect: destroy
    target: the-one
    no_way_back: the copy is the way back
    if_not: Ask.
  - id: restore
    title: Restore it
    run: restore-it
    effect: change
    capture: {restored_to: {as: datetime}}
    undo: restore-the-old
  - end: It is back.
    success: true
YAML
cat >drill.yaml <<'YAML'
scenario: 1
title: It is gone
runbook: book.yaml
happened: 2026-11-22T03:00:00Z
pace: 300
answers:
  - {step: empty, purpose: guard, output: "the-one\n"}
  - {step: empty, took: 10s}
  - {step: restore, attempt: 1, exit: 1, stderr: "no route\n", took: 30s}
  - {step: restore, output: "2026-11-22T02:48:00Z\n", took: 30s}
  - {step: restore, purpose: undo, took: 10s}
replies:
  - {who: ana, reply: answered, after: 20s}
injects:
  - {id: news, after: call, show: '<b>Customers</b> write | call +34 600 111 222.'}
objectives:
  - {id: call, measure: first-contact, within: 10h}
  - {id: way, title: The way is chosen, measure: decision, step: way, within: 10h}
  - {id: back, measure: recovery}
  - {id: rpo, measure: restore-point}
  - {id: done, measure: step-done, step: restore, within: 10h}
  - {id: guard, measure: guard}
  - {id: turns, measure: wrong-turns}
  - {id: help, measure: help}
YAML
head='answers: 1
run: {within: 200s}
default: {start: change, close: over}
steps:
  - {at: call, do: start}
  - {at: call, reply: {ana: calling}}'
cat >good.answers <<YAML
$head
  - {at: way, do: done, text: copy}
  - {at: said, do: done}
  - {at: empty, do: start, text: the-one}
  - {at: restore, do: start}
  - {at: restore, do: retry, optional: yes}
YAML
cat >bad.answers <<YAML
$head
  - {at: way, do: done, text: wait}
  - {at: sit, do: done}
  - {at: empty, do: start, text: the-two, expect: {refused: yes}}
  - {at: empty, do: note, text: 'Say which: <script>'}
  - {at: sit, do: reopen, reason: that was no way}
  - {at: sit, do: done}
  - {at: empty, do: skip, reason: not sure}
  - {at: restore, do: start}
  - {at: restore, do: close, reason: I give up}
YAML
# walk NAME [OPTION]...: the drill by that file of answers; its exercise report as JSON.
walk() {
	name=$1
	shift
	run timeout 250 "$BLACKSTART" drill drill.yaml --answers "$name.answers" --id-file id "$@"
	walked=$status
	"$BLACKSTART" report "$(cat id)" --json --after-action >"$name.json"
}
scores() { jq -r '[.after_action.objectives[] | .result] | join(", ")' "$1.json"; }
of() { jq -c ".after_action.objectives[] | select(.id == \"$2\") | $3" "$1.json"; }
# Whether a report has lines, and each of them rows that exist.
founded() {
	jq -c '[.timeline[].row] as $all | .after_action | .objectives + .went_well + .improvements |
		length > 12 and all((.rows | length) > 0 and (.rows - $all | length) == 0)' "$1.json"
}
[ -z "${SLOW-}" ] || return 0

walk good
is "a good responder brings it back" "$walked" 0 || note "$out" "$err"
is "… and meets all there is to meet" "$(scores good)" 'met, met, met, met, met, met, met, met'
is "what was restored is as old as it was that day" "$(jq '.rpo_reached_ms / 60000 | floor' good.json)" 12
is "each figure has its row" "$(founded good)" true
is "it fits its schema" "$(fits good.json)" ''
is "with all of what was restored" "$(unseen good.json | grep restored)" ''
is "who is played by the scenario replies, and decides nothing" "$(jq -c '
	[.timeline[] | select(.actor == "scenario" and .kind == "contact") | .row] as $played |
	[($played | length > 0), ($played - .decisions == $played)]' good.json)" '[true,true]'
run "$BLACKSTART" report "$(cat id)" --format html
like "what came in between has a lane" "$out" '<text y=[0-9]+>What came in between</text>'
like "and a mark that says what it was" "$out" '<rect class=i [^>]*><title>[^<]*DRILL inject: '
is "how it was walked is told" "$(jq -c '[.mode, .way, .pace, .after_action.objectives_of]' good.json)" \
	'["drill","simulated",300,"scenario"]'
is "all time is booked" "$(jq '.elapsed_ms - .machine_ms - .thinking_ms - .waiting_ms | . >= 0 and . < 300' \
	good.json)" true

walk bad
is "a bad one gives up" "$walked" 1 || note "$out" "$err"
is "… and is told so" "$(scores bad)" \
	'met, met, missed, cannot tell, missed, missed, missed, met'
is "a wrong name is one" "$(of bad guard '[.count, (.rows | length)]')" '[1,1]'
is "a wrong turn is a step that was opened again" "$(of bad turns '[.count, (.rows | length)]')" '[1,1]'
is "why it cannot be told" "$(of bad rpo .why)" \
	'"nothing was restored from a point whose time is on record"'
is "what it was last time" "$(jq -c '[.after_action.objectives[] | .last_time] | unique' bad.json)" '["met"]'
is "each figure has its row" "$(founded bad)" true
is "the drill before stands beside it, as what it was" "$(jq -c '.earlier | map([.mode, .way, .pace])' bad.json)" \
	'[["drill","simulated",300]]'

run "$BLACKSTART" report "$(cat id)" --after-action
report=$out
like "the report of the exercise" "$report" 'An exercise, simulated, by drill\.yaml \(It is gone\), seed 1'
like "what came in is in it, as text, masked" "$report" '\\<b\\>Customers\\</b\\> write \\\| call \+xx xxx xxx x22'
like "who sees to it, and until when, is the runbook's" "$report" '\| \(open\) \| the database team \| 2099-12-31 \|'
like "a note is for the runbook" "$report" 'Say which\: \\<script\\>|Say which: \\<script\\>'
is "and a change of it" "$("$BLACKSTART" report "$(cat id)" --patch | grep -c '^+  # note: Say which: <script>')" 1
run "$BLACKSTART" report "$(cat id)" --after-action --format html
unlike "no markup from anybody" "$out" '<script|<b>'
like "the page has the same" "$out" '<td>The way is chosen \(way\)<td>within 10h<td>[0-9:]+<td>met'

# The part of its own, without what changes from drill to drill.
printf '%s\n' "$report" | sed -n '/: after-action/,/: decisions/p' | grep -v ' than before: ' |
	sed -E -e 's/(drill-)?[0-9]{8}-[0-9]{4}-[a-z0-9]{4}/RUN/g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' -e 's/\[[0-9–]+\]/[N]/g' \
		-e 's/[0-9]+:[0-9]{2}(:[0-9]{2})?/SPAN/g' -e "s/$(id -un)/WHO/g" \
		-e 's/ \| (login|claimed|account)[a-z ]* \|/ | HOW |/' -e 's/\((login|claimed)[a-z ]*\)/(HOW)/' \
		>exercise.md
gold=$ROOT/tests/report/exercise.md
[ -z "${REGOLD-}" ] || cp exercise.md "$gold"
is "is what it was" "$(diff "$gold" exercise.md)" ''

# A real run is beside no drill.
cat >real.answers <<'YAML'
answers: 1
run: {within: 100s}
YAML
run "$BLACKSTART" run --detach --id-file id book.yaml
"$BLACKSTART" close "$(cat id)" --reason enough >/dev/null
run "$BLACKSTART" report "$(cat id)" --json --after-action
is "a real run is scored by its runbook, and has no last time" "$(printf '%s' "$out" |
	jq -c '[.way, .after_action.objectives_of, ([.after_action.objectives[] | .last_time] | unique)]')" \
	'[null,"runbook",[null]]'
is "the drills stand beside it as drills" "$(printf '%s' "$out" | jq -c '[.steps[].earlier[].way] | unique')" \
	'["simulated"]'
done_testing
