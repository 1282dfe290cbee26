#!/bin/sh
# A volume has lost its files, on real restic: three restore points, the newest of which was made after the loss had
# begun. ../lab.sh says the rest.
set -u
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
# shellcheck source=../lab.sh
. "$here/../lab.sh"
tools=restic
names=shop

# point AGO: what the volume holds now becomes a restore point of so many seconds ago.
point() {
	when=$(date -u -d "@$(($(date +%s) - $1))" '+%Y-%m-%d %H:%M:%S')
	TZ=UTC restic --no-cache -q -r "$scene/repository" -p "$scene/key" backup --time "$when" --tag orders \
		"$scene/orders" >>"$scene/log/restic" 2>&1 || fail "no restore point"
}

lay() {
	give scene="$scene"
	head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$scene/key"
	restic --no-cache -q -r "$scene/repository" -p "$scene/key" init >"$scene/log/restic" 2>&1 || fail "no repository"
	./orders.sh fill 1 30
	point 90000
	./orders.sh fill 31 40
	point 2400
	(cd "$scene/orders" && sha256sum order-* >"$scene/tmp/good")
}

disaster() {
	rm "$scene"/orders/order-0*
	point 300
	proc_start shop ./orders.sh work
	until_true 200 test -s "$scene/orders/inbox" || fail "the shop does not write"
}

say "Laying the scene: a volume of forty orders, its restic repository, a shop that writes to it."
drill "It is $(date -u +%H:%M) UTC. A clean-up job was started in the wrong folder; nine orders are left to find out." "$@"
