#!/bin/sh
# Runbooks of the library for a Kubernetes cluster, walked to their end and to their failures, with
# stand-ins for kubectl and gcloud: the commands, their order, what is shown as still down.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

# --- pause-backups: as many come back as there were

pause() { walk pause-backups.yaml -p cluster=live -p space=kube-system -p label=role=backup; }
world
echo 2 >"$WORLD/deploy.snapshots"
echo 1 >"$WORLD/deploy.exporter"
answers "{at: How old is the newest restore point?, do: done, with: {newest: '$(date -u +%Y-%m-%dT%H:%MZ)'}}" \
	'{at: work, do: done}' '{at: A first restore point after the pause, do: done}'
pause
is "pause-backups: walks to its end" "$status" 0 || note "$out" "$err"
issued "... each is stopped, and brought back to what it was" 'scale deploy exporter --replicas=0' \
	'scale deploy snapshots --replicas=0' 'scale deploy exporter --replicas=1'
is "... two stay two" "$(cat "$WORLD/deploy.snapshots")" 2
world
echo 2 >"$WORLD/deploy.snapshots"
echo staging >"$WORLD/context"
pause
like "... another cluster stops it" "$out" 'Is this the cluster you mean\? did NOT come out'
never "... before anything is changed" ' scale '
world
echo 2 >"$WORLD/deploy.snapshots"
answers "{at: How old is the newest restore point?, do: done, with: {newest: '2020-01-01T00:00Z'}}"
pause
like "... without a fresh restore point it does not pause" "$out" 'Is it new enough\? did NOT come out'
is "... and nothing is down" "$(still_down)$(cat "$WORLD/deploy.snapshots")" 2

# --- replace-replica

replace() {
	walk replace-replica.yaml -p cluster=live -p space=db -p set=couchdb -p claim=database-storage \
		-p replica="${1:-1}" -p database=orders
}
replica_world() {
	world
	echo 3 >"$WORLD/statefulset.couchdb"
	for i in 0 1 2; do echo "vol-$i" >"$WORLD/pvc.database-storage-couchdb-$i"; done
}
replica_world
answers '{at: symptom, do: done, with: {error: file_corruption}}' '{at: throw-away, do: start, text: couchdb-1}' \
	'{at: Mark it for the backups, do: done}'
replace
is "replace-replica: walks to its end" "$status" 0 || note "$out" "$err"
issued "... others are counted, the snapshot is there, and only then the volume goes" \
	'exec couchdb-0' 'exec couchdb-2' 'apply -f -' 'get volumesnapshot before-database-storage-couchdb-1' \
	'delete pvc database-storage-couchdb-1' 'delete pod couchdb-1' 'exec couchdb-1'
never "... no other member is touched" 'delete (pod|pvc) .*couchdb-[02]'
is "... nothing is left owed" "$(still_down)" ''
replica_world
: >"$WORLD/bad.couchdb-2"
replace
like "... with another member missing it stops" "$out" 'Are all the others well\? did NOT come out'
never "... and deletes nothing" delete
replica_world
replace 3
like "... a member that there is not is refused" "$out" 'How many members .* did NOT come out'
replica_world
echo 400 >"$WORLD/documents.couchdb-2"
replace
like "... others that differ stop it" "$out" 'The others have the same did NOT come out'
never "... and nothing is deleted then either" delete
replica_world
breaks 'get volumesnapshot'
answers '{at: symptom, do: done, with: {error: file_corruption}}'
sed -i 's/within: 10m/within: 1s/' "$T/answers.yaml"
cp -r "$ROOT/runbooks" "$T/books"
sed -i 's/within: 10m/within: 1s/; s/every: 5s/every: 200ms/' "$T/books/replace-replica.yaml"
run "$BLACKSTART" run --plain --answers "$T/answers.yaml" "$T/books/replace-replica.yaml" -p cluster=live -p \
	space=db \
	-p set=couchdb -p claim=database-storage -p replica=1 -p database=orders
like "... without its safety copy it stops" "$out" 'Keep its volume as a snapshot did NOT come out'
never "... before anything is deleted" delete
replica_world
answers '{at: symptom, do: done, with: {error: file_corruption}}' '{at: throw-away, do: start, text: couchdb-1}'
breaks 'delete pod'
run "$BLACKSTART" run --plain --answers "$T/answers.yaml" "$T/books/replace-replica.yaml" -p cluster=live -p \
	space=db \
	-p set=couchdb -p claim=database-storage -p replica=1 -p database=orders
RUN=$(echo "$out" | sed -n 's/^- Run \([^ ]*\) opened.*/\1/p')
like "... when it fails half way the member is shown as down" "$("$BLACKSTART" status "$RUN")" \
	'^still down: .*replica'
breaks
answers '{at: throw-away, do: start, text: couchdb-1}' '{at: throw-away, do: retry}' \
	'{at: throw-away, do: start, text: couchdb-1}' '{at: Mark it for the backups, do: done}'
goes_on
is "... done again, it comes to its end" "$status $(still_down)" '0 ' || note "$out"

# --- lost-alerts

world
cat >"$WORLD/rules.json" <<'JSON'
{"items": [{"spec": {"groups": [{"rules": [{"alert": "watchdog"}]}]}}]}
JSON
echo 2 >"$WORLD/statefulset.prometheus-k8s"
: >"$WORLD/norules.prometheus-k8s-1"
answers '{at: "Does prometheus-k8s-1 have its rules?", do: repair}' \
	"{at: It arrives at a person, do: done, with: {arrived: 'yes'}}"
walk lost-alerts.yaml -p cluster=live
is "lost-alerts: walks to its end" "$status" 0 || note "$out" "$err"
issued "... the one without rules starts anew, and is asked again" 'exec prometheus-k8s-1' \
	'delete pod prometheus-k8s-1' \
	'exec prometheus-k8s-1'
never "... the other one does not" 'delete pod prometheus-k8s-0'

# --- quarantine-node

cut_off() {
	walk quarantine-node.yaml -p node=node-1 -p cluster=live -p project=project-1 -p zone=europe-west1-b -p \
		folder="$T/evidence"
}
mkdir -p "$T/evidence"
world
echo 3 >"$WORLD/deploy.api"
contact="{at: Somebody must know it, do: skip, reason: nobody to be contacted in a test}"
answers "$contact" '{at: mark, do: start, text: node-1}' '{at: The cluster forgets it, do: start, text: node-1}' \
	'{at: Whatever it knew is known now, do: start}' '{at: Whatever it knew is known now, do: done}' \
	'{at: "Where else were they?", do: start}' '{at: "Where else were they?", do: done}' \
	'{at: keep, do: done, text: destroy}' '{at: Who said so?, do: done, text: the investigators}' \
	'{at: "Destroy node-1", do: start, text: node-1}'
cut_off
is "quarantine-node: walks to its end" "$status" 0 || note "$out" "$err"
issued "... evidence, rules, then the mark, the group, the cluster" 'compute instances describe node-1' \
	'describe node node-1' \
	'firewall-rules create quarantine-in' 'firewall-rules create quarantine-out' 'cordon node-1' \
	'instances add-tags node-1'
issued "... a snapshot of its disk" 'disks snapshot disk-of-it'
issued "... its group lets go of it" 'abandon-instances pool-a'
issued "... the machine is destroyed last, its disks are kept, then the rules go" 'instances delete node-1' \
	'firewall-rules delete quarantine-in'
like "... with its disks" "$(grep 'instances delete' "$WORLD/ledger")" 'keep-disks=all'
is "... evidence is there" "$(find "$T/evidence" -type f -size +0 | wc -l)" 4
world
answers "$contact" '{at: mark, do: start, text: node-2, expect: {refused: "yes"}}'
cut_off
never "... another name cuts nothing off" add-tags
world
breaks 'add-tags'
answers "$contact" '{at: mark, do: start, text: node-1}'
cut_off
like "... when it fails, the rules that are there are shown" "$(still_down)" rules
answers '{at: mark, do: close, reason: another way was found}'
goes_on
like "... at its end as well" "$out" 'still down: .*rules'
breaks
answers '{at: run, do: settle, text: rules}' '{at: run, do: close, reason: over}'
goes_on
ok "... and are taken away when somebody says so" wait_for '! ls "$WORLD"/rule.* >/dev/null 2>&1'

# --- disk-in-wrong-zone

zone() {
	walk disk-in-wrong-zone.yaml -p cluster=live -p project=project-1 -p space=db -p pod=couchdb-1 -p folder="$T"
}
zone_world() {
	world
	echo 2 >"$WORLD/statefulset.couchdb"
	: >"$WORLD/pending.couchdb-1"
	echo pv-1 >"$WORLD/pvc.database-storage-couchdb-1"
	gcloud make disk pd-1 101
	cat >"$WORLD/pv.json" <<'JSON'
{"items": [{"metadata": {"name": "pv-1", "uid": "u"}, "spec": {"persistentVolumeReclaimPolicy": "Delete",
"claimRef": {"uid": "c"},
"csi": {"volumeHandle": "projects/p/zones/europe-west1-b/disks/pd-1"}, "nodeAffinity": {"zone": "europe-west1-b"}}}]}
JSON
	echo '{"items": [{"message": "0/3 nodes are available: 3 node(s) had no available volume zone"}]}' \
		>"$WORLD/events.json"
	cat >"$WORLD/nodes.json" <<'JSON'
{"items": [{"metadata": {"name": "node-0", "labels": {"topology.kubernetes.io/zone": "europe-west1-c"}}},
{"metadata": {"name": "node-9", "labels": {"topology.kubernetes.io/zone": "europe-west1-d"}}}]}
JSON
}
zone_world
answers '{at: "Where to?", do: done, text: europe-west1-d}' '{at: way, do: done, text: move}' \
	'{at: Move pd-1 from europe-west1-b to europe-west1-d, do: start, text: pd-1}' \
	'{at: Take away what names the old zone, do: start, text: couchdb-1}' \
	'{at: The snapshot of this move, do: done, text: keep}' '{at: For tomorrow, do: done}'
zone
is "disk-in-wrong-zone: walks to its end" "$status" 0 || note "$out" "$err"
issued "... a snapshot, the move, and the set is gone before its claim" 'disks snapshot pd-1' 'disks move pd-1' \
	'delete statefulset couchdb --cascade=orphan' 'delete pod couchdb-1' 'delete pv pv-1' 'apply -f'
like "... the volume is made anew in the right zone" "$(cat "$WORLD/applied")" 'zones/europe-west1-d/disks/pd-1'
unlike "... and nowhere in the old one" "$(cat "$WORLD/applied")" 'europe-west1-b'
is "... the set is back as it was" "$(cat "$WORLD/statefulset.couchdb") $(still_down)" '2 '
# the other way: anew from the snapshot
zone_world
answers '{at: "Where to?", do: done, text: europe-west1-d}' '{at: way, do: done, text: anew}' \
	'{at: Take away what names the old zone, do: start, text: couchdb-1}' \
	'{at: The old disk, do: start, text: pd-1 in europe-west1-b}' \
	'{at: The snapshot of this move, do: done, text: delete}' '{at: Delete it, do: start, text: move-pd-1}'
zone
is "... made anew from the snapshot, it comes to its end too" "$status" 0 || note "$out" "$err"
issued "... the new disk is there before what names the old one goes; the old disk goes last, then the snapshot" \
	'disks snapshot pd-1' 'disks create pd-1 --zone europe-west1-d' 'disks describe pd-1 --zone europe-west1-d' \
	'delete pv pv-1' 'apply -f' 'disks delete pd-1 --zone europe-west1-b' 'snapshots delete move-pd-1'
is "... the one disk that is left lies where it should, and is from that snapshot" \
	"$(cat "$WORLD"/disk.* | jq -r '[.zone, .sourceSnapshot] | map(split("/") | last) | join(" ")')" \
	'europe-west1-d move-pd-1'
never "... nothing is moved" 'disks move'
is "... the set is back as it was" "$(cat "$WORLD/statefulset.couchdb") $(still_down)" '2 '
zone_world
breaks 'disks create'
answers '{at: "Where to?", do: done, text: europe-west1-d}' '{at: way, do: done, text: anew}'
zone
like "... a new disk that cannot be made stops it" "$out" 'A new disk in europe-west1-d.* did NOT come out'
never "... with everything where it was" 'disks delete|delete (pv|pvc|pod|statefulset)'

zone_world
breaks 'delete pv '
answers '{at: "Where to?", do: done, text: europe-west1-d}' '{at: way, do: done, text: move}' \
	'{at: Move pd-1 from europe-west1-b to europe-west1-d, do: start, text: pd-1}' \
	'{at: Take away what names the old zone, do: start, text: couchdb-1}'
zone
like "... when it fails half way, the set is shown as down" "$(still_down)" set
zone_world
echo '{"items": []}' >"$WORLD/events.json"
zone
like "... a pod that waits for something else is left alone" "$out" 'Is it this trouble\? did NOT come out'

# --- upgrade-and-resize

upgrade() {
	walk upgrade-and-resize.yaml -p cluster=live -p name=c1 -p project=project-1 -p place=europe-west1 -p \
		pool=main \
		-p tried_in="${tried:-stg}"
}
upgrade_world() {
	world
	echo 2 >"$WORLD/statefulset.prometheus-k8s"
	echo '{"items": [{"spec": {"groups": [{"rules": [{"alert": "watchdog"}]}]}}]}' >"$WORLD/rules.json"
	seq 2 | jq -s '{items: map({kind: "Node", metadata: {name: "node-\(.)"},
		status: {conditions: [{type: "Ready", status: "True"}]}})}' >"$WORLD/nodes.json"
}
fresh="{at: A restore point of each volume, do: done, with: {newest: '$(date -u +%Y-%m-%dT%H:%MZ)'}}"
upgrade_world
answers "$fresh" '{at: what, do: done, text: version}' '{at: "Which versions are offered?", do: done, text: 1.29.3}' \
	'{at: What does the new version take away?, do: done, with: {removed: nothing}}' \
	"{at: It arrives at a person, do: done, with: {arrived: 'yes'}}" \
	"{at: Are graphs being drawn?, do: done, with: {drawn: 'yes'}}" \
	'{at: "Does it do what it should?", do: done, with: {smoke: passed}}' '{at: The old pool, do: done}'
upgrade
is "upgrade-and-resize: walks to its end" "$status" 0 || note "$out" "$err"
issued "... the control plane, then the nodes, then the alerts are looked for" \
	'clusters upgrade c1 --location europe-west1 --master' \
	'clusters upgrade c1 --location europe-west1 --node-pool main' 'api/v1/rules'
upgrade_world
answers "$fresh" '{at: what, do: done, text: version}' '{at: "Which versions are offered?", do: done, text: 1.30.1}'
upgrade
like "... two minor versions at once are refused" "$out" 'Not more than one minor version did NOT come out'
never "... before anything is upgraded" 'clusters upgrade'
# other machines
machines_world() {
	upgrade_world
	: >"$WORLD/pool.main"
	seq 2 | jq -s '{items: map({kind: "Node", metadata: {name: "node-\(.)",
		labels: {"cloud.google.com/gke-nodepool": "main"}},
		status: {conditions: [{type: "Ready", status: "True"}]}})}' >"$WORLD/nodes.json"
}
machines="{at: Which machines?, do: done, text: n2-standard-8}"
first_pod() { echo "{at: One pod with a volume moves first, do: done, with: {moved: '$1'}}"; }
rest='{at: The old pool, do: done}'
arrived="{at: It arrives at a person, do: done, with: {arrived: 'yes'}}"
drawn="{at: Are graphs being drawn?, do: done, with: {drawn: 'yes'}}"
smoked='{at: "Does it do what it should?", do: done, with: {smoke: passed}}'
machines_world
answers "$fresh" '{at: what, do: done, text: machines}' "$machines" "$(first_pod yes)" "$arrived" "$drawn" \
	"$smoked" "$rest"
upgrade
is "... with other machines it comes to its end too" "$status" 0 || note "$out" "$err"
issued "... a second pool of as many, then the old nodes are emptied one by one" \
	'node-pools create main-new --cluster c1 --location europe-west1 --machine-type n2-standard-8 --num-nodes 2' \
	'drain node-1' 'drain node-2'
is "... the old nodes are emptied, and those only" "$(ls "$WORLD" | grep drained | tr '\n' ' ')" \
	'drained.node-1 drained.node-2 '
never "... the old pool, the way back, stays" 'node-pools delete'
machines_world
answers "$fresh" '{at: what, do: done, text: machines}' "$machines" "$(first_pod no)"
upgrade
like "... a volume that the new machines do not find stops it" "$out" 'The volume was found did NOT come out'
never "... before an old node is emptied" 'drain'
answers '{at: run, do: undo}' '{at: The volume was found, do: close, reason: other machines}'
goes_on
issued "... rolled back, the second pool is gone" 'node-pools delete main-new'
upgrade_world
answers
tried=none upgrade
like "... production is not where it is tried" "$out" 'Has it been tried elsewhere\? did NOT come out'

done_testing
