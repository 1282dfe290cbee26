#!/bin/sh
# Runbooks of the library for what Terraform describes, walked with stand-ins for terraform and kubectl.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

# --- state-lock: whose, how old, asked, and only then broken

lock() {
	cat >"$WORLD/locked" <<END
╷
│ Error: Error acquiring the state lock
│
│ Error message: writing "gs://states/prd.tflock" failed: googleapi: Error 412
│ Lock Info:
│   ID:        $1
│   Path:      gs://states/prd.tflock
│   Operation: OperationTypeApply
│   Who:       ana@laptop
│   Version:   1.5.7
│   Created:   $2 +0000 UTC
│   Info:
╵
END
}
unlock() {
	walk state-lock.yaml -p environment=prd -p folder="$T"
}
asked='{at: ask, do: skip, reason: nobody to be contacted in a test}'
locked_world() {
	world
	echo prd >"$WORLD/workspace"
	lock 1690458764042834 "$(date -u -d '-3 hours' '+%Y-%m-%d %H:%M:%S.123')"
}
locked_world
answers "$asked" "{at: Is it still running?, do: done, with: {running: 'no'}}" \
	"{at: unlock, do: start, text: ana, expect: {refused: 'yes'}}" '{at: unlock, do: start, text: ana@laptop}' \
	'{at: "Does the plan make sense?", do: done}'
unlock
is "state-lock: walks to its end" "$status" 0 || note "$out" "$err"
issued "... the state is kept, then that lock and no other is broken, then it plans" 'state pull' \
	'force-unlock -force 1690458764042834' 'plan'
like "... with its age" "$out" 'value age = [23]h'
locked_world
lock 1 "$(date -u -d '-2 minutes' '+%Y-%m-%d %H:%M:%S')"
unlock
like "... a fresh one is no orphan" "$out" 'Old enough to be an orphan\? did NOT come out'
never "... and stays" force-unlock
locked_world
answers "$asked" "{at: Is it still running?, do: done, with: {running: I cannot tell}}"
unlock
like "... nor one whose owner nobody can ask" "$out" 'Nobody is working did NOT come out'
never "... and it stays" force-unlock
locked_world
rm "$WORLD/locked"
unlock
like "... without a lock there is nothing to break" "$out" 'Whose lock is it\? did NOT come out'
locked_world
breaks 'force-unlock'
answers "$asked" "{at: Is it still running?, do: done, with: {running: 'no'}}" \
	'{at: unlock, do: start, text: ana@laptop}' \
	'{at: unlock, do: close, reason: somebody else broke it}'
unlock
like "... when it cannot be broken, that is said and on record" "$out" 'Break the lock of ana@laptop did NOT come out'
is "... nothing is owed" "$(still_down)" ''

# --- rebuild-from-scratch

rebuild() {
	walk rebuild-from-scratch.yaml -p environment=test -p folder="$T" -p cluster=live "$@"
}
quick rebuild-from-scratch.yaml
nodes() {
	seq "$1" | jq -s \
		'{items: map({metadata: {name: "node-\(.)"}, status: {conditions: [{type: "Ready", status: "True"}]}})}'
}
rebuild_world() {
	world
	echo test >"$WORLD/workspace"
	echo '{"resources": [{"name": "cluster", "mode": "managed"}]}' >"$WORLD/state.json"
	nodes 4 >"$WORLD/nodes.json"
	nodes 4 >"$WORLD/built.json"
}
begin="{at: Is there data that somebody misses tomorrow?, do: done, with: {data: the dump of tonight}}"
buddy="{at: Somebody else must know it, do: done, with: {buddy: Raj}}"
rebuild_world
answers "$begin" "$buddy" '{at: first-way, do: done, text: hard}' '{at: Read the list, do: done}' \
	'{at: Stop the pipelines that would deploy meanwhile, do: done}' '{at: destroy, do: start, text: test}' \
	'{at: The data, do: done, with: {restored: nothing}}' \
	'{at: "Does it do what it should?", do: done, with: {smoke: passed}}'
rebuild
is "rebuild-from-scratch: walks to its end" "$status" 0 || note "$out" "$err"
issued "... what would go is planned and read, it goes, is planned anew, built, and counted" \
	'plan -destroy' 'apply -input=false destroy.plan' '-out=build.plan' 'apply -input=false build.plan' \
	'get nodes'
like "... as many nodes as there were" "$out" 'up >= wanted holds \(up = 4, wanted = 4\)'
is "... nothing is left owed" "$(still_down)" ''

rebuild_world
echo 3 >"$WORLD/statefulset.db"
rebuild -p set=db
is "... its database is waited for too" "$status" 0 || note "$out" "$err"
is "... until it has as many members as before, not as many as the code says" "$(cat "$WORLD/statefulset.db")" 3
like "... all of them healthy together" "$out" "'healthy'\) = database_size holds"
issued "... one after the other, by their numbers" 'scale statefulset db --current-replicas=1 --replicas=2' \
	'scale statefulset db --current-replicas=2 --replicas=3'

rebuild_world
rm "$WORLD/nodes.json"
answers '{at: How many members had its database?, do: close, reason: nobody knows}'
rebuild -p size=4 -p set=db
like "... a database that is not there any more is asked for" "$out" 'How many were there when it was well'

rebuild_world
answers "$begin" "$buddy" '{at: first-way, do: done, text: hard}' '{at: Read the list, do: done}' \
	'{at: Stop the pipelines that would deploy meanwhile, do: done}' '{at: destroy, do: start, text: test}'
breaks 'apply -input=false build.plan'
rebuild
like "... when it cannot be built, the environment is shown as down" "$(still_down)" 'environment'
like "... and the pipeline" "$(still_down)" 'pipeline'
breaks
answers "$begin" "$buddy" '{at: first-way, do: done, text: hard}' '{at: Read the list, do: done}' \
	'{at: Stop the pipelines that would deploy meanwhile, do: done}' '{at: destroy, do: start, text: test}' \
	'{at: build, do: start}' '{at: build, do: retry}' '{at: The data, do: done, with: {restored: nothing}}' \
	'{at: "Does it do what it should?", do: done, with: {smoke: passed}}'
goes_on
is "... tried again, it comes back, and nothing is owed" "$status $(still_down)" '0 ' || note "$out"

rebuild_world
answers "$begin" "$buddy" '{at: first-way, do: done, text: gentle}' \
	"{at: Does it work now?, do: done, with: {helped: 'yes'}}" \
	'{at: The data, do: done, with: {restored: nothing}}' \
	'{at: "Does it do what it should?", do: done, with: {smoke: passed}}'
echo 'Plan: 1 to add, 0 to change, 0 to destroy.' >"$WORLD/plan.txt"
rebuild
is "... where the gentle way helps, nothing is destroyed" "$status" 0 || note "$out" "$err"
never "... nor planned to be" 'destroy'
rebuild_world
echo 'Plan: 1 to add, 0 to change, 2 to destroy.' >"$WORLD/plan.txt"
answers "$begin" "$buddy" '{at: first-way, do: done, text: gentle}'
rebuild
never "... a gentle way that would destroy is not gone" 'apply'
rebuild_world
echo prd >"$WORLD/workspace"
rebuild
like "... another workspace stops it" "$out" 'Is it this environment\? did NOT come out'
never "... before anything" 'apply|-destroy'
rebuild_world
rm "$WORLD/nodes.json"
answers "$begin" "$buddy"
rebuild
like "... without a size to come back to it does not begin" "$out" 'A size to come back to did NOT come out'

# --- state-lost

lost() {
	walk state-lost.yaml -p environment=prd -p folder="$T" -p object=gs://states/prd.tfstate
}
lost_world() {
	world
	echo prd >"$WORLD/workspace"
	echo gs://states/prd.tfstate >"$WORLD/object"
	echo '[{"metadata": {"generation": "11", "updated": "2026-11-20T10:00:00Z", "size": "900"}},
		{"metadata": {"generation": "12", "updated": "2026-11-22T10:00:00Z",
		"size": "20"}}]' >"$WORLD/versions.json"
	echo '{"resources": [{"name": "cluster", "mode": "managed"}, {"name": "zone", "mode": "managed"}]}' \
		>"$WORLD/version.11"
	echo '{"resources": []}' >"$WORLD/version.12"
}
nobody='{at: Nobody deploys until this is done, do: done}'
lost_world
answers "$nobody" '{at: way, do: done, text: back}' '{at: "Which one?", do: done, text: "2"}' \
	'{at: Put it back, do: start, text: prd}'
lost
is "state-lost: walks to its end" "$status" 0 || note "$out" "$err"
issued "... what is there is kept, the version is looked at, and only then put back" \
	'storage cp gs://states/prd.tfstate' \
	'storage cat gs://states/prd.tfstate#11' 'storage cp gs://states/prd.tfstate#11 gs://states/prd.tfstate' \
	'plan'
is "... Terraform knows what it knew" "$(jq '.resources | length' "$WORLD/state.json")" 2
lost_world
answers "$nobody" '{at: way, do: done, text: back}' '{at: "Which one?", do: done, text: "1"}'
lost
like "... a version that knows nothing is refused" "$out" 'What does that version know\? did NOT come out'
never "... and not put back" 'storage cp .*#12'
lost_world
echo 'Plan: 3 to add, 0 to change, 0 to destroy.' >"$WORLD/plan.txt"
answers "$nobody" '{at: way, do: done, text: back}' '{at: "Which one?", do: done, text: "2"}' \
	'{at: Put it back, do: start, text: prd}'
lost
like "... a plan that would build again is not the end" "$out" 'It would build and destroy nothing did NOT come out'
like "... and the pipeline is still off" "$(still_down)" pipeline

done_testing
