#!/bin/sh
# The first drill. Lays a scene (a volume with a restic backup, a cluster of three with a snapshot, two
# programs that write), lets the disaster happen, and has blackstart walk the recovery. Nothing is
# simulated. On a terminal you walk it, on the full screen or with --plain line by line; otherwise
# answers.yaml does.
#
#   DRILL_FAULT=flip     one byte of the volume changes between restore and proof
#   DRILL_FAULT=member   one member of the cluster does not come up
#
# The rest is said in ../lab.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
# shellcheck source=../lab.sh
. "$here/../lab.sh"
fault=${DRILL_FAULT:-}
tools='restic etcd etcdctl'
names='shop billing n1 n2 n3'

set_ports() {
	# shellcheck disable=SC2046 # one word per port
	set -- $(free_ports 6)
	printf 'client_n1=%s client_n2=%s client_n3=%s peer_n1=%s peer_n2=%s peer_n3=%s\n' "$@" \
		>"$scene/scene.conf"
}

# A port may be taken between looking and listening: once more with others.
form_cluster() {
	for try in 1 2 3; do
		./cluster.sh form && return 0
		say "# try $try: the cluster did not form" >>"$scene/log/form"
		./cluster.sh lose
		set_ports
	done
	return 1
}

lay() {
	(cd "$scene" && mkdir volume manifest member writer)
	head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$scene/backup.key"
	give scene="$scene"
	set_ports
	restic --no-cache -q -r "$scene/backup" -p "$scene/backup.key" init >"$scene/log/restic" 2>&1 &
	repository=$!
	form_cluster &
	cluster=$!
	./volume.sh fill 1 9 || fail "no data"
	wait $repository || fail "no repository"
	./volume.sh backup 97200 >"$scene/log/backup" || fail "no backup"
	./volume.sh fill 10 12
	./volume.sh backup 2700 >>"$scene/log/backup" || fail "no backup"
	wait $cluster || fail "no cluster"
	./cluster.sh fill 120 240 && ./cluster.sh snapshot || fail "no snapshot"
}

lose_it() {
	./volume.sh lose 1 6
	./volume.sh backup 540 >>"$scene/log/backup" || fail "no backup"
	for writer in shop billing; do
		./writers.sh start $writer >/dev/null
	done
	tries=200
	until ./writers.sh look | grep -qx 'writing: 2'; do
		[ $((tries -= 1)) -gt 0 ] || fail "nobody writes"
		sleep 0.05
	done
	./cluster.sh lose
	./volume.sh lose 7 10
}

plant_fault() {
	case $fault in
	'') ;;
	flip)
		cat >"$scene/fault.restored" <<-'END'
			#!/bin/sh
			file=$scene/volume/day-03/order.af
			byte=$(od -An -tu1 -j 4711 -N 1 "$file")
			printf "\\$(printf '%03o' $(((byte + 1) % 256)))" |
				dd of="$file" bs=1 seek=4711 conv=notrunc status=none
		END
		chmod +x "$scene/fault.restored" ;;
	member) echo n2 >"$scene/fault.withheld" ;;
	*) fail "no such fault: $fault" ;;
	esac
}

disaster() {
	plant_fault
	lose_it
}

say "Laying the scene: a volume, its backup, a cluster of three on 127.0.0.1, two programs that write."
drill "It is $(date -u +%H:%M) UTC. A clean-up job runs with the wrong folder, and then three machines are wiped." "$@"
