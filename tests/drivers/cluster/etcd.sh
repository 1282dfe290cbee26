# Three plain etcd processes on this machine. Sourced by conformance-cluster; $lab is its folder.
fixture_needs='etcd etcdctl curl jq'
unset ETCDCTL_ENDPOINTS ETCDCTL_USER ETCDCTL_PASSWORD
export ETCDCTL_API=3

# Three names, their client URLs, and a start that lets go of its output.
etcd_params() {
	# shellcheck disable=SC2046 # one word per port
	set -- $(free_ports 6)
	members="{\"n1\":\"http://127.0.0.1:$1\",\"n2\":\"http://127.0.0.1:$2\",\"n3\":\"http://127.0.0.1:$3\"}"
	peers="{\"n1\":\"http://127.0.0.1:$4\",\"n2\":\"http://127.0.0.1:$5\",\"n3\":\"http://127.0.0.1:$6\"}"
	size=3 first=n1
	data=$lab/{member}
	snapshot=$lab/snapshot
	start='ETCD_LISTEN_CLIENT_URLS=$address ETCD_LISTEN_PEER_URLS=$ETCD_INITIAL_ADVERTISE_PEER_URLS \
		supervise start "$member" etcd --logger zap --log-outputs stderr'
	stop='supervise stop "$member"'
	export members peers size first data snapshot start stop
}

fixture_params() { etcd_params; }

fixture_ctl() {
	etcdctl --endpoints="$(member_addresses | paste -sd, -)" --command-timeout=5s "$@"
}

# A cluster with 40 keys and a snapshot, and one key that was put after it.
fixture_up() {
	all=$(printf '%s' "$peers" | jq -r 'to_entries | map("\(.key)=\(.value)") | join(",")')
	for member in $(member_names); do
		member_env "$member"
		peer=$(printf '%s' "$peers" | jq -r ".$member")
		supervise start "$member" etcd --name "$member" --data-dir "$lab/$member" \
			--listen-client-urls "$address" --advertise-client-urls "$address" \
			--listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
			--initial-cluster "$all" \
			--initial-cluster-token before --logger zap --log-outputs stderr
	done
	wait_for "fixture_ctl endpoint health" || return 1
	{
		printf '\n'
		seq -f 'put key/%02g value' 40
		printf '\n\n'
	} | fixture_ctl txn >/dev/null
	etcdctl --endpoints="$(member_addresses | head -n 1)" snapshot save "$snapshot" >/dev/null 2>&1 || return 1
	fixture_ctl put after/snapshot lost >/dev/null
}

fixture_kill() { supervise kill "$1"; }
fixture_hang() { supervise hang "$1"; }
fixture_wake() { supervise wake "$1"; }
fixture_start() { go start "$1"; }

# What was kept under $2 is the old data of member $1.
fixture_kept() { [ -s "$2/snap/db" ] && [ -d "$2/wal" ]; }
fixture_laid() { [ -d "$lab/$1/member" ]; }

# What came back is what the snapshot has, and no more.
fixture_proof() {
	[ "$(fixture_ctl get --prefix key/ --keys-only | grep -c .)" = 40 ] &&
		[ -z "$(fixture_ctl get --prefix after/ --keys-only)" ] &&
		[ "$(fixture_ctl member list | grep -c started)" = 3 ]
}

# Each makes it wrong in another way, in a shell of its own.
fixture_wrongs='cut damaged foreign other missing'
fixture_wrong() {
	case $1 in
	cut) head -c 8192 "$snapshot" >"$lab/wrong" ;;
	damaged) { head -c 5000 "$snapshot"; printf X; tail -c +5002 "$snapshot"; } >"$lab/wrong" ;;
	foreign) head -c 20512 /dev/urandom >"$lab/wrong" ;;
	other) cp "$snapshot" "$lab/wrong"; sha256=$(printf '%064d' 0) ;;
	missing) rm -f "$lab/wrong" ;;
	esac
	snapshot=$lab/wrong
	export sha256 snapshot
}
# Of a parameter, what must be refused.
fixture_odd='snapshot= data= data=relative/data start= stop= members={} members=[1] members={"n1":"x"} peers=nonsense'
fixture_can='rebuild replace wrong'
fixture_withheld() { start=: ; export start; }
