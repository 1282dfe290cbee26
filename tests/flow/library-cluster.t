#!/bin/sh
# The runbook that brings a whole database cluster back from snapshots, with stand-ins for kubectl and
# gcloud: to its end, and each member with its own data.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh
. tests/library/cluster.sh

cluster_world
answers "$first" "$told" "$pick" "$put" "$keep"
cluster
is "restore-cluster-from-snapshots: walks to its end" "$status" 0 || note "$out" "$err"
issued "... rotation stops first, writers, then the database; only then is chosen" \
	'scale deploy rotation --replicas=0' \
	'scale deploy api --replicas=0' 'scale deploy flow --replicas=0' 'scale statefulset couchdb --replicas=0' \
	'compute snapshots list'
issued "... back up member after member, asked whether they are one cluster, then writers, rotation" \
	'compute disks delete' 'scale statefulset couchdb --current-replicas=0 --replicas=1' \
	'scale statefulset couchdb --current-replicas=2 --replicas=3' 'exec couchdb-2' \
	'scale deploy api --replicas=2' 'scale deploy rotation --replicas=1'
like "... all of them healthy together" "$out" "'healthy'\\) = up_size holds"
is "... nothing is left owed" "$(still_down)" ''

# --- eleven members, whose names sort as 0 1 10 2

cluster_world 11
answers "$first" "$told" "$pick" "$put" '{at: pods, do: close, reason: the disks are what is looked at}'
cluster
for i in 0 1 2 10; do
	is "... of eleven, disk $i has the older snapshot of disk $i" "$(from pd-$i)" "s-$i-old"
done
is "... all of them" "$(for i in $(seq 0 10); do from pd-$i; done | grep -c old)" 11
is "... each has a safety copy of its own state" "$(ls "$WORLD"/snap.*kept* | wc -l)" 11
first_delete=$(grep -n 'compute disks delete' "$WORLD/ledger" | head -n 1 | cut -d: -f1)
last_copy=$(grep -n 'compute disks snapshot' "$WORLD/ledger" | tail -n 1 | cut -d: -f1)
ok "... and none is deleted before all copies are made" test "$last_copy" -lt "$first_delete"

kill $web
done_testing
