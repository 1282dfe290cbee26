#!/bin/sh
# member.sh look|members|peers|start MEMBER|stop MEMBER|prove: the etcd cluster n1 n2 n3 of the scene in $scene. form, fill,
# snapshot and lose are the scene's own.
set -u
# shellcheck source=../lab.sh
. "${0%/*}/../lab.sh"
need_scene
export ETCDCTL_API=3

client() {
	eval "echo http://127.0.0.1:\$client_$1"
}
peer() {
	eval "echo http://127.0.0.1:\$peer_$1"
}

ctl() {
	etcdctl --endpoints="$(client n1),$(client n2),$(client n3)" --dial-timeout=1s --command-timeout=2s "$@"
}

# map FUNCTION: a JSON object with what it says of each member.
map() {
	jq -nc --arg a "$($1 n1)" --arg b "$($1 n2)" --arg c "$($1 n3)" '{n1: $a, n2: $b, n3: $c}'
}

healthy() {
	ctl endpoint health >/dev/null 2>&1
}

form() {
	all=n1=$(peer n1),n2=$(peer n2),n3=$(peer n3)
	for member in n1 n2 n3; do
		proc_start $member etcd --name $member --data-dir "$scene/$member" \
			--listen-client-urls "$(client $member)" --advertise-client-urls "$(client $member)" \
			--listen-peer-urls "$(peer $member)" --initial-advertise-peer-urls "$(peer $member)" \
			--initial-cluster "$all" --initial-cluster-token before --logger zap --log-outputs stderr
	done
	until_true 200 healthy
}

fill() {
	{
		printf '\n'
		for i in $(seq -f '%03g' "$1" "$2"); do
			printf 'put orders/%s %s\n' "$i" "$(printf '%s' "$scene$i" | cksum | tr ' ' -)"
		done
		printf '\n\n'
	} | ctl txn >/dev/null
}

sum() {
	ctl get --prefix orders/ | sha256sum | cut -d' ' -f1
}

snapshot() {
	etcdctl --endpoints="$(client n1)" snapshot save "$scene/snapshot" >/dev/null 2>&1 && sum >"$scene/tmp/sum"
}

# Machines that are gone, disks included.
lose() {
	for member; do
		proc_stop "$member" KILL
		rm -rf "${scene:?}/$member"
	done
}

look() {
	alive=0
	for member in n1 n2 n3; do
		if proc_alive $member; then
			alive=$((alive + 1))
			say "$member: process $pid"
		else
			say "$member: no process, $([ -d "$scene/$member" ] && echo "data there" || echo "no data")"
		fi
	done
	say "members alive: $alive"
	ctl put probe/write 1 >/dev/null 2>&1 && say "writes: yes" || say "writes: no"
	say "snapshot: $(($(date +%s) - $(stat -c %Y "$scene/snapshot"))) s old"
}

# What a member needs is in its environment (ETCD_NAME and so on); it is let go of.
start() {
	if ! proc_alive "$1"; then
		ETCD_LISTEN_CLIENT_URLS=$(client "$1") ETCD_LISTEN_PEER_URLS=$(peer "$1")
		export ETCD_LISTEN_CLIENT_URLS ETCD_LISTEN_PEER_URLS
		proc_start "$1" etcd --logger zap --log-outputs stderr
	fi
}

prove() {
	say "keys: $(ctl get --prefix orders/ --keys-only | grep -c .)"
	[ "$(sum)" = "$(cat "$scene/tmp/sum")" ] && say "as in the snapshot: 1" || say "as in the snapshot: 0"
}

verb=${1:-}
case $verb in
look | prove | form | snapshot) "$verb" ;;
members) map client ;;
peers) map peer ;;
fill) fill "$2" "$3" ;;
lose) shift && lose "$@" ;;
start | stop)
	case ${2:-} in n[123]) ;; *) echo "no such member: '${2:-}'" >&2; exit 2 ;; esac
	[ "$verb" = start ] && start "$2" || proc_stop "$2" TERM ;;
*) sed -n 's/^# \(member.sh [^:]*\):.*/usage: \1/p' "$0" >&2; exit 2 ;;
esac
