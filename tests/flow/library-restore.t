#!/bin/sh
# Runbooks of the library that put data back: a directory and a restic repository as they are; a cluster
# on disks of a cloud with stand-ins for kubectl and gcloud, to the end and half way.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

# --- restore-directory, on real archives

for tool in restic curl perl; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
world
perl tests/library/http.pl "$WORLD/status" &
web=$!
echo 200 >"$WORLD/status"
wait_for '[ -s "$WORLD/status.port" ]' || bail "no web server"
url=http://127.0.0.1:$(cat "$WORLD/status.port")/health

tree=$T/srv/orders
mkdir -p "$tree/deep" "$T/archives"
for i in $(seq 20); do echo "order $i" >"$tree/deep/$i"; done
tar -C "$tree" -cf "$T/archives/orders-$(date -u -d '-1 hour' +%Y%m%dT%H%M%SZ).tar" .
cp -a "$tree" "$T/good"
rm "$tree"/deep/1*
echo active >"$WORLD/unit.shop"
directory() {
	walk restore-directory.yaml -p place="$tree" -p name=orders -p folder="$T/archives" -p service=shop
}
answers '{at: data/pick, do: done, text: "1"}' "{at: data/put, do: start, text: $tree}" \
	"{at: works, do: done, with: {works: 'yes'}}" '{at: old/old, do: done, text: "1"}'
directory
DIR_OUT=$out
is "restore-directory: walks to its end" "$status" 0 || note "$out" "$err"
is "... the tree is as it was" "$(diff -r "$T/good" "$tree")" ''
issued "... what uses it was stopped, and started again" 'systemctl stop shop' 'systemctl start shop'
is "... what was left is kept" "$(find "$T/srv" -path '*.kept-*' -name '2' | wc -l)" 1

# --- external-backup, on a real repository

export RESTIC_CACHE_DIR="$T/cache"
echo secret >"$T/key"
restic -q -r "$T/repository" -p "$T/key" init >/dev/null
external() {
	walk external-backup.yaml -p repository="$T/repository" -p password_file="$T/key" -p name=orders -p \
		place="$tree" \
		-p size_least="${least:-20}"
}
answers '{at: what, do: done, text: send}'
external
is "external-backup: sends" "$status" 0 || note "$out" "$err"
is "... one restore point, with all files" "$(restic -q -r "$T/repository" -p "$T/key" ls --json latest |
	jq -s '[.[] | select(.type == "file")] | length')" 20
least=21 external
like "... a tree that is too small is not sent" "$out" 'Is what is sent worth sending\? did NOT come out'
is "... and takes no good one's place" "$(restic -q -r "$T/repository" -p "$T/key" snapshots --json | jq length)" 1
echo spoilt >"$tree/deep/5"
rm "$tree/deep/6"
answers '{at: what, do: done, text: back}' '{at: stopped, do: done, with: {stopped_what: the shop}}' \
	'{at: data/pick, do: done, text: "1"}' "{at: data/put, do: start, text: $tree}" \
	'{at: If it is the disk of a database, do: done}' '{at: It is up, do: done}' \
	'{at: old/old, do: done, text: "1"}'
external
is "... brings back" "$status" 0 || note "$out" "$err"
is "... every file as it was" "$(diff -r "$T/good" "$tree")" ''

# --- restore-cluster-from-snapshots

day_before=$(date -u -d '-20 hours' +%Y-%m-%dT%H:%M:%S.000-00:00)
hour_before=$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%S.000-00:00)
# Two sets of snapshots for a cluster of 11 members; listed in no order.
cluster_world() {
	members=${1:-3}
	world
	echo 200 >"$WORLD/status"
	echo "$members" >"$WORLD/statefulset.couchdb"
	echo 2 >"$WORLD/deploy.api"
	echo 1 >"$WORLD/deploy.flow"
	echo 1 >"$WORLD/deploy.rotation"
	for i in $(seq 0 $((members - 1))); do
		echo "pv-$i" >"$WORLD/pvc.database-storage-couchdb-$i"
		gcloud make disk "pd-$i" "10$i"
		gcloud make snapshot "s-$i-new" "pd-$i" "10$i" "$hour_before" '{}'
		gcloud make snapshot "s-$i-old" "pd-$i" "10$i" "$day_before" '{}'
	done
	seq 0 $((members - 1)) | jq -s '{items: map({metadata: {name: "pv-\(.)"},
		spec: {gcePersistentDisk: {pdName: "pd-\(.)"}}})}' >"$WORLD/pv.json"
	: >"$WORLD/ledger"
}
cluster() {
	walk restore-cluster-from-snapshots.yaml -p environment="${environment:-stg}" -p cluster=live -p \
		project=project-1 \
		-p space=db -p writers='api flow' -p rotation=rotation -p url="$url"
}
from() { jq -r '.sourceSnapshot // "itself" | split("/") | last' "$WORLD/disk.$1"; }
first='{at: Before you begin, do: done, with: {second: Raj}}'
told='{at: Somebody has to know, do: skip, reason: nobody to be contacted in a test}'
pick='{at: data/pick, do: done, text: "2"}'
put='{at: data/put, do: start, text: stg}'
keep='{at: old/old, do: done, text: "1"}'
cluster_world 11
answers "$first" "$told" "$pick" "$put" "$keep"
cluster
is "restore-cluster-from-snapshots: walks to its end" "$status" 0 || note "$out" "$err"
issued "... rotation stops first, writers, then the database; only then is chosen" \
	'scale deploy rotation --replicas=0' \
	'scale deploy api --replicas=0' 'scale deploy flow --replicas=0' 'scale statefulset couchdb --replicas=0' \
	'compute snapshots list'
for i in 0 1 2 10; do
	is "... disk $i has the older snapshot of disk $i" "$(from pd-$i)" "s-$i-old"
done
is "... all of them" "$(for i in $(seq 0 10); do from pd-$i; done | grep -c old)" 11
is "... each has a safety copy of its own state" "$(ls "$WORLD"/snap.*kept* | wc -l)" 11
first_delete=$(grep -n 'compute disks delete' "$WORLD/ledger" | head -n 1 | cut -d: -f1)
last_copy=$(grep -n 'compute disks snapshot' "$WORLD/ledger" | tail -n 1 | cut -d: -f1)
ok "... and none is deleted before all copies are made" test "$last_copy" -lt "$first_delete"
issued "... back up as many as there were: database, writers, rotation" 'compute disks delete' \
	'scale statefulset couchdb --replicas=11' 'scale deploy api --replicas=2' 'scale deploy rotation --replicas=1'
is "... nothing is left owed" "$(still_down)" ''

cluster_world
breaks 'compute disks create pd-1 '
cluster
is "... when one disk cannot be made, it stops" "$status" 1
like "... everything that is down is shown" "$(still_down)" 'backups.*writers.*database'
ok "... the others come to their end: as they were, or restored" \
	wait_for 'echo "$(from pd-0) $(from pd-2)" | grep -Exq "(itself|s-0-old) (itself|s-2-old)"'
is "... what there was of the one is kept" "$(ls "$WORLD"/snap.pd-1-*kept* | wc -l)" 1
never "... and nothing comes up on half of it" 'scale statefulset couchdb --replicas=3'
breaks
answers "$first" "$told" "$pick" "$put" '{at: Restore database-storage-couchdb-1 from s-1-old, do: retry}' \
	'{at: Restore database-storage-couchdb-1 from s-1-old, do: start, text: pd-1}' "$keep"
goes_on
is "... tried again, it comes to its end, with the size of before" "$status $(cat "$WORLD/statefulset.couchdb")" \
	'0 3' ||
	note "$out"
is "... and nothing is left owed" "$(still_down)" ''

cluster_world
echo 0 >"$WORLD/statefulset.couchdb"
cluster
like "... a database that is at nothing already is a question, not a size" "$out" \
	'How many members has the database\? did NOT'
never "... and nothing is touched" ' scale |delete'
cluster_world
rm "$WORLD/pvc.database-storage-couchdb-2"
cluster
like "... a volume too few stops it" "$out" 'One for each member did NOT come out'
cluster_world
rm "$WORLD"/snap.s-2-*
cluster
like "... a member without a snapshot stops it, by its name" "$out" 'database-storage-couchdb-2'
never "... before anything is deleted" 'delete'
cluster_world
breaks 'compute disks snapshot pd-1'
cluster
never "... without a safety copy of one, none is deleted" 'disks delete'
# --- restore-volume

volume_world() {
	world
	jq -n '[range(2) | {VolumeId: "vol-0\(.)", State: "in-use", AvailabilityZone: "eu-1a", VolumeType: "gp2",
		Size: 40, SnapshotId: "", Tags: [{Key: "Name", Value: "db-\(.)"}],
		Attachments: [{InstanceId: "i-0\(.)", Device: "/dev/sdf", State: "attached"}]}]' >"$WORLD/volumes.json"
	jq -n --arg at "$(date -u -d '-2 hours' +%Y-%m-%dT%H:%M:%S.000Z)" '[1, 0 |
		{SnapshotId: "snap-0\(.)", State: "completed", VolumeId: "vol-0\(.)", VolumeSize: 40,
		StartTime: $at, Tags: [{Key: "Name", Value: "db-\(.)"}]}]' >"$WORLD/snapshots.json"
}
volumes() {
	walk restore-volume.yaml -p account=123456789012 -p region=eu-west-1 -p names='db-0 db-1' -p \
		stop='echo stopped >>"$WORLD/ledger"' \
		-p start='echo started >>"$WORLD/ledger"' -p works=true
}
attached() { jq -r --arg i "$1" '.[] | select(any(.Attachments[]; .InstanceId == $i)) | .SnapshotId' \
	"$WORLD/volumes.json"; }
right='{at: It will be all right, do: done}'
company="{at: Do they have company?, do: done, with: {together: 'yes'}}"
when='{at: when, do: done, text: now}'
volume_world
answers "$right" "$company" "$when" '{at: Say so, do: done}' '{at: data/pick, do: done, text: "1"}' \
	'{at: data/put, do: start, text: "123456789012"}' "{at: right, do: done, with: {right: 'yes'}}" \
	'{at: In the code as well, do: done}' '{at: old/old, do: done, text: "1"}'
volumes
is "restore-volume: walks to its end" "$status" 0 || note "$out" "$err"
is "... each instance has a volume from its own snapshot" "$(attached i-00) $(attached i-01)" 'snap-00 snap-01'
is "... the old ones are kept" "$(jq -c '[.[] | select(.VolumeId | IN("vol-00", "vol-01")) | .State] | unique' \
	"$WORLD/volumes.json")" '["available"]'
issued "... stopped, put back, started" stopped 'ec2 detach-volume' 'ec2 attach-volume' started
volume_world
breaks 'ec2 create-volume'
volumes
like "... when no volume can be made, nothing is detached" "$(attached i-00).$(attached i-01)" '^\.$'
like "... and what is down is shown" "$(still_down)" service
volume_world
echo 999999999999 >"$WORLD/account"
volumes
like "... another account stops it" "$out" 'Is this the account you mean\? did NOT come out'
never "... before anything is stopped" 'stopped'

kill $web
done_testing
