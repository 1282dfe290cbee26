#!/bin/sh
# The drills that need nothing but a scenario, each walked to its point: the guard catches the wrong cluster, the bad
# restore point is seen, nobody answers, a second responder takes over.
. tests/lib/tap.sh
. tests/lib/plain.sh

drills=$ROOT/runbooks/drills
# drill NAME ANSWER...: walked by these answers, as fast as it can be told apart.
drill() {
	drill=$1
	shift
	{
		printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: done}\nsteps:\n'
		printf '  - %s\n' "$@"
	} >"$T/$drill.answers"
	run "$BLACKSTART" drill "$drills/$drill/drill.yaml" --pace 200 --answers "$T/$drill.answers"
	RUN=$(echo "$out" | sed -n 's/^- Run \([^ ]*\) opened.*/\1/p')
}
# event WHERE: how many rows of this run.
event() { sql "select count(*) from event where run = '$RUN' and $1"; }

ok "their scenarios fit their runbooks" "$BLACKSTART" lint --strict "$drills"/*/drill.yaml

# --- the wrong cluster

drill wrong-cluster '{at: said, do: done, with: {answered: Raj}}' '{at: empty, do: start, text: orders}' \
	'{at: empty, do: retry}' '{at: empty, do: retry}' '{at: empty, do: start, text: orders}'
is "wrong-cluster: it is brought to its end" "$status" 0 || note "$out" "$err"
like "... the guard saw it right before the command" "$out" 'this is NOT stg: .* reads "gke_acme_prd"'
is "... twice nothing started, then it did, once" "$(event "kind = 'cmd_intent' and step = 'empty' and
	payload ->> 'purpose' = 'main'") $(event "kind = 'guard' and payload ->> 'agrees' = 0")" "1 2"
like "... what came in between was shown" "$out" 'DRILL inject: A tester asks'
is "... what only the facilitator gives was not" "$(event "kind = 'drill' and payload ->> 'inject' = 'switched'")" 0

# --- the bad restore point

drill bad-restore-point '{at: It will be all right, do: done}' \
	"{at: Do they have company?, do: done, with: {together: 'yes'}}" \
	'{at: when, do: done, text: now}' '{at: Say so, do: done}' '{at: data/pick, do: done, text: "1"}' \
	'{at: data/put, do: start, text: "123456789012"}' '{at: data/restore, do: retry}' \
	'{at: data/restore, do: start, text: "i-0b77:/dev/sdf"}' "{at: right, do: done, with: {right: 'no'}}" \
	'{at: data/pick, do: reopen, reason: the damage is there still}' '{at: It is, do: close, reason: far enough}'
like "bad-restore-point: one restore broke off" "$out" 'RequestLimitExceeded'
like "... the points are as old today as they were then" "$(sql "select payload ->> 'text' from event where run = '$RUN'
	and kind = 'value' and payload ->> 'name' = 'data_sets'")" ', 40m[0-9s]* old, .*, 6h40m[0-9s]* old, '
like "... the damage is still there, and is not called recovered" "$out" 'It is did NOT come out as expected'
like "... the choice of the point is open again" "$out" 'Which restore point. is OPENED AGAIN'
like "... and so it ends" "$out" 'verdict: stopped .not recovered, drill.'

# --- nobody answers: whoever calls nobody comes to the end of the list

drill nobody-answers '{at: Take a breath, do: done}' \
	"{at: facts, do: done, with: {place: office, instead: the shop, since: two, others: 'yes'}}" \
	'{at: page, do: done, with: {here: 502, elsewhere: 502}}' '{at: human, do: start}' \
	"{at: human, do: done, text: 'no'}" '{at: human, do: accept, reason: nobody was called}' \
	'{at: hand-over, do: done, with: {leads: nobody, next: stay}}'
is "nobody-answers: the walk ends" "$status" 0 || note "$out" "$err"
like "... the list was climbed to its end, twice" "$out" 'nobody is left to try; 16 tries were made'
is "... no message went out" "$(event "kind = 'cmd_ended' and step = 'human' and payload ->> 'err' <> 31")" 0
like "... and all of them say DRILL" "$(sql "select payload ->> 'message' from event where run = '$RUN' and
	kind = 'contact' and payload ->> 'what' = 'begun'")" '^DRILL: '

# --- a second responder takes over

plain one "$BLACKSTART" drill --plain "$drills/takeover/drill.yaml" --pace 200 --id-file "$T/id"
sees one 'Keep its log: start\?$'
says one ''
sees one 'Your connection is gone'
hangs_up one
left one
RUN=$(cat "$T/id")
plain two "$BLACKSTART" attach "$RUN" --plain --take-over 'the first one is cut off'
sees two 'What is it\? which way\?$'
says two 1
sees two 'Start shop anew: start\?$'
says two ''
sees two 'verdict: It is back'
left two
is "takeover: it is brought to its end" "$status" 0
is "... the log was kept once" "$(event "kind = 'cmd_intent' and step = 's10'")" 1
done_testing
