#!/bin/sh
# cluster.sh look|lay MEMBER|start MEMBER|health|prove: the etcd cluster n1 n2 n3 of the scene in $scene.
# form, fill, snapshot and lose set the stage and are called by drill.sh alone.
set -u
. "${0%/*}/../lab.sh"
need_scene
export ETCDCTL_API=3

# scene.conf says client_n1=PORT peer_n1=PORT ...
client() {
	eval "echo http://127.0.0.1:\$client_$1"
}
peer() {
	eval "echo http://127.0.0.1:\$peer_$1"
}

clients=$(client n1),$(client n2),$(client n3)
peers=n1=$(peer n1),n2=$(peer n2),n3=$(peer n3)

ctl() {
	etcdctl --endpoints="${at:-$clients}" --dial-timeout=1s --command-timeout=2s "$@"
}

# run_member MEMBER TOKEN STATE
run_member() {
	proc_start "$1" etcd --name "$1" --data-dir "$scene/member/$1" \
		--listen-client-urls "$(client "$1")" --advertise-client-urls "$(client "$1")" \
		--listen-peer-urls "$(peer "$1")" --initial-advertise-peer-urls "$(peer "$1")" \
		--initial-cluster "$peers" --initial-cluster-token "$2" \
		--initial-cluster-state "$3" --logger zap --log-outputs stderr
}

form() {
	for member in n1 n2 n3; do
		run_member $member before new
	done
	tries=200
	until [ "$(health | jq 'map(select(.health)) | length' 2>/dev/null)" = 3 ]; do
		for member in n1 n2 n3; do
			proc_alive $member || return 1
		done
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# fill N FILES: N keys in one transaction, and how many files the volume holds with them.
fill() {
	{
		printf '\n'
		for i in $(seq "$1"); do
			printf 'put orders/%04d %s\n' "$i" "$(printf '%s' "$scene$i" | cksum | tr ' ' -)"
		done
		printf 'put volume/files %s\n\n\n' "$2"
	} | ctl txn >/dev/null
}

sum() {
	ctl get --prefix orders/ | sha256sum | cut -d' ' -f1
}

snapshot() {
	etcdctl --endpoints="$(client n1)" snapshot save "$scene/cluster.snapshot" >/dev/null 2>&1 &&
		sum >"$scene/manifest/cluster"
}

# The disaster, second half: all three machines are gone, disks included.
lose() {
	for member in n1 n2 n3; do
		proc_stop $member KILL
		rm -rf "$scene/member/$member"
	done
}

look() {
	alive=0
	for member in n1 n2 n3; do
		if proc_alive $member; then
			alive=$((alive + 1))
			say "$member: process $pid"
		else
			say "$member: no process, $([ -d "$scene/member/$member" ] && echo "data there" || echo "no data")"
		fi
	done
	say "members alive: $alive"
	say "snapshot: $(etcdctl -w json snapshot status "$scene/cluster.snapshot" |
		jq -r '"\(.totalKey) keys, \(.totalSize) bytes, hash \(.hash)"')"
}

# lay MEMBER: its data directory, made from the snapshot. What etcdctl logs is shown when it fails.
lay() {
	shown etcdctl snapshot restore "$scene/cluster.snapshot" --name "$1" \
		--data-dir "$scene/member/$1" --initial-cluster "$peers" \
		--initial-cluster-token after --initial-advertise-peer-urls "$(peer "$1")" \
		2>"$scene/log/lay.$1" || { cat "$scene/log/lay.$1" >&2; return 1; }
	say "$1: $(du -sh "$scene/member/$1" | cut -f1) of data laid down"
}

start() {
	if [ "$(cat "$scene/fault.withheld" 2>/dev/null)" = "$1" ]; then
		say "$1 was told to start"
		return 0
	fi
	run_member "$1" after existing
	say "$1 was told to start: process $(cut -d' ' -f1 "$scene/pid/$1")"
}

# A JSON list, an entry per member. That one does not answer is an answer.
health() {
	ctl -w json endpoint health 2>/dev/null || :
}

# Read through the quorum, once by each member.
prove() {
	want=$(cat "$scene/manifest/cluster")
	agree=0
	for member in n1 n2 n3; do
		got=$(at=$(client $member) && sum)
		say "$member: keys and values $got"
		[ "$got" != "$want" ] || agree=$((agree + 1))
	done
	say "when the snapshot was made: $want"
	say "keys: $(ctl get --prefix orders/ --keys-only | grep -c .)"
	say "members that agree: $agree"
	say "files that the volume must hold: $(ctl get --print-value-only volume/files)"
}

verb=${1:-}
case $verb in
look | health | prove | form | snapshot | lose) "$verb" ;;
lay | start)
	case ${2:-} in n[123]) "$verb" "$2" ;; *) echo "no such member: '${2:-}'" >&2; exit 2 ;; esac ;;
fill) fill "$2" "$3" ;;
*) sed -n 's/^# \(cluster.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
