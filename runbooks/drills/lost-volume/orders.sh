#!/bin/sh
# orders.sh look|stop|start|prove|settled: the volume of the scene in $scene, and the shop that writes to it. fill and
# work are the scene's own.
set -u
# shellcheck source=../lab.sh
. "${0%/*}/../lab.sh"
need_scene

count() {
	find "$scene/orders" -name 'order-*' 2>/dev/null | wc -l
}

fill() {
	mkdir -p "$scene/orders"
	for i in $(seq -f '%02g' "$1" "$2"); do
		head -c 60000 /dev/urandom >"$scene/orders/order-$i"
	done
}

work() {
	while :; do
		echo "order of $(date -u +%T)" >>"$scene/orders/inbox"
		sleep 0.2
	done
}

look() {
	say "orders left: $(count)"
	proc_alive shop && say "shop: process $pid" || say "shop: stopped"
}

stop() {
	proc_stop shop TERM || { say "the shop does not stop"; return 1; }
	say "the shop is stopped"
}

start() {
	proc_alive shop || proc_start shop "$0" work
	say "the shop was told to start"
}

# What was sold before the job began, order by order.
prove() {
	same=$(cd "$scene/orders" && sha256sum -c "$scene/tmp/good" 2>/dev/null | grep -c ': OK$')
	say "orders in the books: $(wc -l <"$scene/tmp/good")"
	say "the same: $same"
}

settled() {
	proc_alive shop && [ -s "$scene/orders/inbox" ] && echo 1 || echo 0
}

case ${1:-} in
look | stop | start | prove | settled | work) "$1" ;;
fill) fill "$2" "$3" ;;
*) sed -n 's/^# \(orders.sh [^:]*\):.*/usage: \1/p' "$0" >&2; exit 2 ;;
esac
