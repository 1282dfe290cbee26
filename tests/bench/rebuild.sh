#!/bin/sh
# rebuild.sh [ROUNDS]: a three-member etcd from its snapshot, after all three were lost with their disks: by a
# `rebuild` step, and by a straight script that does and checks the same. In turns; prints milliseconds, a
# line each: "ours N" and "floor N". Called by tests/bench/run.
. tests/lib/tap.sh >&2
. tests/drivers/cluster/lib.sh
. tests/drivers/cluster/etcd.sh
. tests/drivers/cluster/walk.sh
lab_driver runbooks/drivers/cluster/etcd.yaml
fixture_params
fixture_up || bail "no cluster"
walk_lay runbook.yaml <<'END'
blackstart: 1
title: The store, from its snapshot
owner: ops
reviewed: 2026-11-22
params:
  lab: {ask: Where is the lab?}
  members: {ask: Which members?, as: map}
  peers: {ask: Their peer URLs?}
steps:
  - set: {replicas: count(members)}
  - id: store
    rebuild: etcd
    members: ${members}
    size: ${replicas}
    at_once: 2
    within: 20s
    target: store
    with:
      snapshot: ${lab}/snapshot
      data: ${lab}/{member}
      peers: ${peers}
      start: sh start-member
      stop: supervise stop "$member"
END
printf '%s\n' "$start" >"$T/book/start-member"
cat >"$T/answers.yaml" <<'END'
answers: 1
default: {start: change}
steps:
  - {at: store/clear, do: start, text: store}
END
set -- "${1:-5}" $(member_names)
rounds=$1
shift
for m; do
	eval "url_$m=\$(printf '%s' \"\$members\" | jq -r .$m) peer_$m=\$(printf '%s' \"\$peers\" | jq -r .$m)"
done
urls=$(member_addresses | paste -sd, -)

lose() {
	for m in n1 n2 n3; do
		supervise kill $m
		rm -rf "${lab:?}/$m"
	done
}

# What somebody would write who knows etcd, and these three members.
cat >"$T/by-hand" <<'END'
set -e
now=$(date -u +%Y%m%dT%H%M%SZ)
for m in n1 n2 n3; do
	eval "curl -s --max-time 2 \$url_$m/health" >>look || : &
done
wait
size=$(($(stat -c %s snapshot) - 32))
[ "$(head -c $size snapshot | sha256sum | cut -c1-64)" = "$(tail -c 32 snapshot | od -An -v -tx1 | tr -d ' \n')" ]
etcdctl -w json snapshot status snapshot >>look
for m in n3 n2 n1; do
	supervise stop $m
	! supervise alive $m
done
for m in n1 n2 n3; do
	[ ! -e $m ] || mv $m $m.kept-$now
done
bring() {
	m=$1
	eval "url=\$url_$m peer=\$peer_$m"
	etcdctl snapshot restore snapshot --name $m --data-dir $m --initial-cluster "$all" \
		--initial-cluster-token "token-$now" --initial-advertise-peer-urls $peer >>look 2>&1
	supervise start $m etcd --name $m --data-dir $m --listen-client-urls $url --advertise-client-urls $url \
		--listen-peer-urls $peer --initial-advertise-peer-urls $peer --initial-cluster "$all" \
		--initial-cluster-token "token-$now" --initial-cluster-state existing --logger zap --log-outputs stderr
}
healthy() {
	eval "url=\$url_$1"
	until curl -s --max-time 1 $url/health | grep -q true; do
		sleep 0.05
	done
	etcdctl --endpoints=$url --command-timeout=3s endpoint health >>look 2>&1
	etcdctl --endpoints=$url -w json endpoint status >>look
}
bring n1
eval "until curl -s -o /dev/null \$peer_n1/version; do sleep 0.05; done"
for m in n2 n3; do
	{ bring $m; healthy $m; } &
done
wait
etcdctl --endpoints=$urls -w json endpoint health >health
[ "$(grep -o '"health":true' health | wc -l)" -eq 3 ]
etcdctl --endpoints=$urls -w json endpoint status >status
[ "$(grep -o '"cluster_id":[0-9]*' status | sort -u | wc -l)" -eq 1 ]
[ "$(etcdctl --endpoints=$url_n1 member list | grep -c started)" -eq 3 ]
END
all=$(printf '%s' "$peers" | jq -r 'to_entries | map("\(.key)=\(.value)") | join(",")')
export all urls url_n1 url_n2 url_n3 peer_n1 peer_n2 peer_n3

ms() { echo $(($(date +%s%N) / 1000000)); }
while [ "$rounds" -gt 0 ]; do
	lose
	began=$(ms)
	walk "ours$rounds" "$T/answers.yaml" -p members="$members" -p peers="$peers"
	took=$(($(ms) - began))
	[ "$status" -eq 0 ] && fixture_proof || { tail -n 20 "$T/ours$rounds.out" >&2; bail "the rebuild failed"; }
	echo "ours $took"
	lose
	began=$(ms)
	(cd "$lab" && sh "$T/by-hand") >&2 || bail "the script failed"
	took=$(($(ms) - began))
	fixture_proof || bail "the script's cluster is not right"
	echo "floor $took"
	rounds=$((rounds - 1))
done
[ -z "${KEEP_JOURNAL-}" ] || cp "$T/journal.db" "$KEEP_JOURNAL"
for m in n1 n2 n3; do
	supervise kill $m
done
tap_ended=yes
