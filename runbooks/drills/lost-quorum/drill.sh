#!/bin/sh
# A cluster of three has lost two members for good, on real etcd: no quorum, no writes, a snapshot that is some minutes
# old. ../lab.sh says the rest.
set -u
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
# shellcheck source=../lab.sh
. "$here/../lab.sh"
tools='etcd etcdctl curl'
names='n1 n2 n3'

# A port may be taken between looking and listening: once more with others.
form() {
	for try in 1 2 3; do
		# shellcheck disable=SC2046 # one word per port
		set -- $(free_ports 6)
		printf 'client_n1=%s client_n2=%s client_n3=%s peer_n1=%s peer_n2=%s peer_n3=%s\n' "$@" \
			>"$scene/scene.conf"
		./member.sh form && return 0
		./member.sh lose n1 n2 n3
	done
	return 1
}

lay() {
	give scene="$scene"
	form || fail "no cluster"
	./member.sh fill 1 120 || fail "no keys"
	./member.sh snapshot || fail "no snapshot"
	./member.sh fill 121 130 || fail "no keys"
}

disaster() {
	./member.sh lose n2 n3
}

say "Laying the scene: an etcd cluster of three on 127.0.0.1, its snapshot, a hundred and twenty keys."
drill "It is $(date -u +%H:%M) UTC. A rack has lost power, and two of three disks do not come back." "$@"
