# The scene of restore-cluster-from-snapshots: a service that answers, a database of several members on
# disks of a cloud, who writes to it, what makes its snapshots. After tap.sh, plain.sh and lib.sh.

for tool in curl perl jq; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
world
echo 200 >"$WORLD/status"
perl tests/library/http.pl "$WORLD/status" &
web=$!
wait_for '[ -s "$WORLD/status.port" ]' || bail "no web server"
url=http://127.0.0.1:$(cat "$WORLD/status.port")/health
quick restore-cluster-from-snapshots.yaml

day_before=$(date -u -d '-20 hours' +%Y-%m-%dT%H:%M:%S.000-00:00)
hour_before=$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%S.000-00:00)
# Two sets of snapshots for each member, listed in no order.
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
from() {
	cat "$WORLD/disk.$1" "$WORLD/disk.$1".* 2>/dev/null | jq -r '.sourceSnapshot // "itself" | split("/") | last'
}
first='{at: Before you begin, do: done, with: {second: Raj}}'
told='{at: Somebody has to know, do: skip, reason: nobody to be contacted in a test}'
pick='{at: data/pick, do: done, text: "2"}'
put='{at: data/put, do: start, text: stg}'
keep='{at: old/old, do: done, text: "1"}'
