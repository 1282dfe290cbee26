#!/bin/sh
# A simulated drill: a scenario answers in place of the commands, and none of them is run.
. tests/lib/tap.sh

BLACKSTART_JOURNAL=$T/journal.db
MARK=$T/ran
export BLACKSTART_JOURNAL MARK

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Restore it
steps:
  - id: members
    run: touch "$MARK"; echo 9
    effect: read
    capture: {n: {as: int}}
  - id: restore
    run: touch "$MARK"
    effect: change
    verify: {run: touch "$MARK"}
  - id: dump
    run: touch "$MARK"; date >"$MARK.dump"
    effect: change
    produces: {copy: dump.sql}
  - id: more
    run: touch "$MARK"
    effect: change
  - id: wait
    wait: n = 4
    probe: touch "$MARK"; echo 9
    capture: {n: {as: int}}
    within: 2h
  - end: Done.
    success: true
END
cat >"$T/scenario.yaml" <<'END'
scenario: 1
title: The volume is lost
runbook: book.yaml
seed: 7
pace: 400
answers:
  - {step: members, output: "3\n", took: 2s}
  - step: restore
    output: "restored 812 GiB\n"
    took: 20s
    progress: [{at: 5s, text: 25 %}, {at: 10s, text: 50 %}]
  - {step: restore, purpose: verify, attempt: 1, exit: 1, stderr: "checksum differs\n"}
  - {step: restore, purpose: verify, output: "ok\n"}
  - {step: dump}
  - {step: wait, purpose: probe, attempt: 1, output: "3\n"}
  - {step: wait, purpose: probe, output: "4\n"}
injects:
  - {id: customers, after: members, show: Customers write., expect: Tell them.}
  - {id: breaks, when: {step: restore, is: started}, fails: {step: restore, at: 60%}}
  - {id: never, when: {step: more, is: skipped}, show: Never.}
END
cat >"$T/answers.yaml" <<'END'
answers: 1
run: {within: 2m}
default: {close: over}
steps:
  - {at: restore, do: start}
  - {at: restore, do: retry, expect: {prompt: exit status 1}}
  - {at: restore, do: retry, expect: {prompt: was not verified}}
  - {at: dump, do: start}
  - {at: more, do: start}
  - {at: more, do: accept, reason: because, expect: {prompt: the scenario does not say}}
END

# --- the whole of it

run "$BLACKSTART" drill "$T/scenario.yaml" --answers "$T/answers.yaml" --id-file "$T/id"
is "it is walked to its end" "$status" 0
id=$(cat "$T/id")
body() { sql "select payload from event where run = '$id' and $1"; }
is "its first row says how" "$(body 'seq = 1' | jq -c '[.mode, .way, .seed, .pace]')" \
	'["drill","simulated",7,400]'
is "the scenario is pinned" "$(body 'seq = 1' | jq -r '.files[] | select(.role == "scenario") | .path')" \
	"$T/scenario.yaml"
ok "no command of the runbook was run" test ! -e "$MARK" -a ! -e "$MARK.dump"
is "nobody was its parent" "$(body "kind = 'cmd_intent'" | jq .pid | sort -u)" 0
is "a value is what the scenario says" \
	"$(body "kind = 'value'" | jq -r '[.name, .text] | join("=")' | head -n 1)" n=3
like "the operator is shown what comes in" "$out" '^\* DRILL inject: Customers write\.$'
like "a command breaks off with a part of its output" "$out" '^\| restored 8$'
like "what it shows on the way is shown" "$out" '^\| 25 %$'
unlike "what is not due is not delivered" "$(body "kind = 'drill'")" never
is "every command has its answer" "$(body "kind = 'drill' and payload ->> 'what' = 'answer'" | wc -l)" \
	"$(body "kind = 'cmd_intent'" | wc -l)"
is "… on record before its first byte" "$(sql "select count(*) from event o where run = '$id'
	and kind = 'output' and not exists (select 1 from event a where a.run = o.run and a.seq < o.seq
	and a.kind = 'drill' and a.payload ->> 'token' = o.payload ->> 'token')")" 0
is "what is not covered is no success" "$(body "step = 'more' and kind = 'cmd_lost'" | jq -r .why)" \
	'the scenario does not say what this came to'
is "time runs four hundred times as fast" "$(body "kind = 'cmd_ended' and step = 'restore'" |
	jq -r 'select(.elapsed_ms >= 20000) | .exit' | head -n 1)" 0
run "$BLACKSTART" verify "$id" --outputs
is "the record is whole" "$status" 0

# --- the same again, by another way: a runbook with a scenario

# All rows, without ids and times: whose they are, not what they say.
rows() {
	sql "select kind, step, attempt, payload from event where run = '$1' order by seq" |
		sed -E \
	's/"(boot_id|run|elapsed_ms|digest|client|next_look|give_up|for|machine_prev)":("[^"]*"|-?[0-9]+)/"\1":0/g'
}
rows "$id" >"$T/one"
run "$BLACKSTART" drill "$T/book.yaml" --scenario "$T/scenario.yaml" --answers "$T/answers.yaml" \
	--id-file "$T/id2"
rows "$(cat "$T/id2")" >"$T/two"
ok "the same seed gives the same drill, to the row" diff "$T/one" "$T/two"
ok "… of many rows" test "$(wc -l <"$T/one")" -gt 60

# --- what is left to chance

cat >"$T/dice.yaml" <<'END'
scenario: 1
title: Some of it happens
runbook: slow-book.yaml
seed: 1
pace: 400
answers: {step: restore, took: 20s}
injects:
  - {id: one, chance: 50%, at: 0s, until: 15s, show: one}
  - {id: two, chance: 50%, at: 0s, until: 15s, show: two}
  - {id: three, chance: 50%, at: 0s, until: 15s, show: three}
  - {id: four, chance: 50%, at: 0s, until: 15s, show: four}
END
cat >"$T/slow-book.yaml" <<'END'
blackstart: 1
title: Restore it, slowly
steps:
  - id: restore
    run: touch "$MARK"
    effect: change
  - end: Done.
    success: true
END
printf 'answers: 1\ndefault: {start: change, close: over}\nsteps: []\n' >"$T/all.yaml"
# thrown SEED: what was delivered, in order.
thrown() {
	"$BLACKSTART" drill "$T/dice.yaml" --seed "$1" --answers "$T/all.yaml" --id-file "$T/id4" >/dev/null 2>&1
	id=$(cat "$T/id4")
	body "kind = 'drill' and payload ->> 'what' = 'delivered'" | jq -r .inject | tr '\n' ' '
}
is "one seed, and the same again" "$(thrown 2)" "$(thrown 2)"
unlike "another seed is another drill" "$(thrown 1)" "^$(thrown 2)\$"

# --- a keeper that is killed in the middle of what it plays

cat >"$T/slow.yaml" <<'END'
scenario: 1
title: The volume is lost, and it takes long
runbook: slow-book.yaml
pace: 20
answers:
  - step: restore
    output: "restored 812 GiB\n"
    took: 20s
    progress: [{at: 1s, text: 5 %}, {at: 10s, text: 50 %}]
injects:
  - {id: breaks, when: {step: restore, is: started}, fails: {step: restore, at: 80%}}
END
cat >"$T/slow-answers.yaml" <<'END'
answers: 1
run: {within: 2m}
default: {start: change, close: over}
steps:
  - {at: restore, do: start}
  - {at: restore, do: accept, reason: broken off, expect: {prompt: exit status 1}}
END
"$BLACKSTART" drill "$T/slow.yaml" --answers "$T/slow-answers.yaml" --id-file "$T/id3" >"$T/slow.out" 2>&1 &
client=$!
wait_for "[ -s '$T/id3' ]"
id=$(cat "$T/id3")
plays() { [ "$(body "kind = 'output'" | wc -l)" -ge 1 ]; }
ok "it plays" wait_for plays
kill -9 "$(ps -eo pid,args | awk -v run="$id" '$2 == "blackstart" && $3 == "keeper" && $4 == run { print $1 }')"
wait "$client" && status=0 || status=$?
is "another one plays on, to the end" "$status" 0
is "a keeper took it up after a crash" "$(body "kind = 'keeper' and payload ->> 'what' = 'crash'" | wc -l)" 1
is "with the answer that was on record, and no other" \
	"$(body "kind = 'drill' and payload ->> 'what' = 'answer'" | jq -c '[.exit, .inject, .took_ms]')" \
	'[1,"breaks",16000]'
is "… in its time" "$(body "kind = 'cmd_ended'" | jq '.elapsed_ms >= 16000')" true
is "… and nothing of it twice" "$(sed -n 's/^| //p' "$T/slow.out" | tr '\n' ,)" '5 %,50 %,restored 812 ,'
run "$BLACKSTART" verify "$id" --outputs
is "the record is whole then, too" "$status" 0
ok "and nothing was run" test ! -e "$MARK"

# --- with commands that run

run "$BLACKSTART" drill "$T/book.yaml" --lab --detach
ok "in a lab the same runbook runs its commands" wait_for "[ -e '$MARK' ]"

# --- what does not fit

sed 's/step: dump/step: dmp/' "$T/scenario.yaml" >"$T/bad.yaml"
run "$BLACKSTART" drill "$T/bad.yaml" --answers "$T/answers.yaml"
is "a scenario that does not fit its runbook starts nothing" "$status" 5
like "… and says why" "$err" 'unknown-step'
run "$BLACKSTART" run "$T/book.yaml" --scenario "$T/scenario.yaml"
is "a real run takes no scenario" "$status" 2
run "$BLACKSTART" drill "$T/scenario.yaml" --pace 0
is "a pace that is none" "$status" 2

done_testing
