# Three pouchdb-server nodes, which speak CouchDB's HTTP and replicate, and are no cluster. Sourced by
# conformance-cluster. It comes from npm into the build folder; without npm, or a network, there is none.
fixture_needs='node curl jq flock'
fixture_can='rebuild replace unknown'
fixture_needed=2
fixture_odd='data= data=relative kind=heap start= members={} members=[1] members={"n1":"x"} login=/nowhere/login'

pouchdb=$BUILD/npm/node_modules/.bin/pouchdb-server
if [ ! -x "$pouchdb" ] && command -v npm >/dev/null; then
	mkdir -p "$BUILD/npm" && (cd "$BUILD/npm" && HOME=$T/home timeout 240 npm install --no-audit --no-fund \
		--no-save pouchdb-server@4.2.0 >"$BUILD/npm/log" 2>&1)
fi
[ -x "$pouchdb" ] || skip_all "npm cannot install pouchdb-server here"

fixture_params() {
	# shellcheck disable=SC2046 # one word per port
	set -- $(free_ports 3)
	members="{\"n1\":\"http://127.0.0.1:$1\",\"n2\":\"http://127.0.0.1:$2\",\"n3\":\"http://127.0.0.1:$3\"}"
	size=3 first=n1 kind=copies
	data=$lab/db-{member}
	start="mkdir -p \"\$data\" && cd $lab && supervise start \"\$member\" node $pouchdb --port \"\${address##*:}\" \
		--host 127.0.0.1 --dir \"\$data\" --no-stdout-logs --config $lab/\$member.json"
	stop='supervise stop "$member"'
	export members size first kind data start stop
}

couch() { curl -s -m 20 -H 'Content-Type: application/json' "$@"; }
fixture_up() {
	go start n1
	wait_for "couch -f $(member_addresses | head -n 1)/" || return 1
	member_env n1
	couch -X PUT "$address/orders" >/dev/null
	couch -X PUT "$address/odd%2Fname" >/dev/null
	seq 300 | jq -sc '{docs: map({_id: "o\(.)", v: .})}' |
		couch -X POST -d @- "$address/orders/_bulk_docs" >/dev/null
	couch -X PUT -d '{"v":1}' "$address/odd%2Fname/one" >/dev/null
	for member in n2 n3; do
		go join $member
		[ $status -eq 0 ] || { cat "$T/why"; return 1; }
	done
}
fixture_kill() { supervise kill "$1"; }
fixture_hang() { supervise hang "$1"; }
fixture_wake() { supervise wake "$1"; }
fixture_start() { go start "$1"; }
fixture_kept() { [ "$1" = n1 ] && [ -z "$2" ] || [ -d "$2/orders" ] || ls "$2" | grep -q orders; }
fixture_laid() { [ -e "$lab/db-$1" ]; }
fixture_proof() {
	for at in $(member_addresses); do
		[ "$(couch "$at/orders" | jq .doc_count)" = 300 ] || return 1
		[ "$(couch "$at/odd%2Fname/one" | jq .v)" = 1 ] || return 1
	done
}
fixture_withheld() { start=: ; export start; }
