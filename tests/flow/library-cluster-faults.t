#!/bin/sh
# The runbook that brings a whole database cluster back from snapshots, with stand-ins for kubectl and
# gcloud: broken at each place where it can break.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh
. tests/library/cluster.sh

answers "$first" "$told" "$pick" "$put" "$keep"
cluster_world
breaks 'compute disks create pd-1 '
cluster
is "... when one disk cannot be made, it stops" "$status" 1
like "... everything that is down is shown" "$(still_down)" 'backups.*writers.*database'
ok "... the others come to their end: as they were, or restored" \
	wait_for 'echo "$(from pd-0) $(from pd-2)" | grep -Exq "(itself|s-0-old) (itself|s-2-old)"'
is "... what there was of the one is kept" "$(ls "$WORLD"/snap.pd-1-*kept* | wc -l)" 1
never "... and nothing comes up on half of it" 'scale statefulset couchdb --.*replicas=[123]'
breaks
answers "$first" "$told" "$pick" "$put" '{at: Restore database-storage-couchdb-1 from s-1-old, do: retry}' \
	'{at: Restore database-storage-couchdb-1 from s-1-old, do: start, text: pd-1}' "$keep"
goes_on
is "... tried again, it comes to its end, with the size of before" "$status $(cat "$WORLD/statefulset.couchdb")" \
	'0 3' ||
	note "$out"
is "... and nothing is left owed" "$(still_down)" ''

cluster_world
: >"$WORLD/bad.couchdb-1"
sed -i 's/within: 10m/within: 3s/' "$books/restore-cluster-from-snapshots.yaml"
cluster
like "... a member that does not become ready stops it, by its name" "$out" 'couchdb-1 is well did NOT come out'
like "... and says where to look" "$out" 'kubectl describe pod'
like "... the database counts as down as long as it is not whole" "$(still_down)" 'database'
never "... and the writers stay away" 'scale deploy api --replicas=2'
cp "$ROOT/runbooks/restore-cluster-from-snapshots.yaml" "$books"

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

kill $web
done_testing
