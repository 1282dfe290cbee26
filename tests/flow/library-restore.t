#!/bin/sh
# Runbooks of the library that put data back: a directory and a restic repository as they are; volumes
# of a cloud with a stand-in for aws, to the end and half way. A whole cluster: library-cluster.t.
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
