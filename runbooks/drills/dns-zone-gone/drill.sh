#!/bin/sh
# A DNS zone is empty, on a real Knot server: its export lies in git. What is walked is the library's dns-restore.
# ../lab.sh says the rest.
set -u
here=$(cd "$(dirname "$0")" && pwd -P) || exit 2
# shellcheck source=../lab.sh
. "$here/../lab.sh"
tools='knotd knotc kdig kzonecheck git'
names=server
zone=drill.test

# zone_text SERIAL HOSTS: the zone with so many hosts.
zone_text() {
	printf '$ORIGIN %s.\n$TTL 300\n@ IN SOA ns1 ops %s 3600 600 604800 60\n@ IN NS ns1\nns1 IN A 127.0.0.1\n' $zone "$1"
	[ "$2" -eq 0 ] || seq "$2" | awk '{ printf "h%d IN A 127.0.1.%d\n", $1, $1 }'
	[ "$2" -eq 0 ] || printf '@ IN MX 10 h1\n_db._tcp IN SRV 10 5 5432 h2\nsay IN TXT "two  spaces; and a semicolon"\n'
}

look() {
	kdig @127.0.0.1 -p "$port" +timeout=1 +retry=0 "$@"
}
serial_is() {
	[ "$(look +short $zone SOA | cut -d' ' -f3)" = "$1" ]
}

# A port may be taken between looking and listening: once more with another.
serve() {
	for try in 1 2 3; do
		port=$(free_ports 1)
		cat >"$scene/knot/conf" <<-END
			server:
			    rundir: "$scene/knot/run"
			    listen: 127.0.0.1@$port
			    identity: "lab"
			database:
			    storage: "$scene/knot/db"
			acl:
			  - id: here
			    address: 127.0.0.1
			    action: transfer
			zone:
			  - domain: $zone
			    storage: "$scene/knot/zones"
			    file: $zone.zone
			    acl: here
		END
		proc_start server knotd -c "$scene/knot/conf"
		until_true 100 serial_is 2026010101 && return 0
		proc_stop server KILL
	done
	return 1
}

in_git() {
	git -C "$scene/git" -c user.name=Drill -c user.email=drill@example.org "$@" >>"$scene/log/git" 2>&1
}

lay() {
	mkdir -p "$scene/knot/run" "$scene/knot/db" "$scene/knot/zones" "$scene/git" "$scene/books"
	zone_text 2026010101 80 >"$scene/knot/zones/$zone.zone"
	serve || fail "no server"
	cp ../../dns-restore.yaml ../../dns.sh environments.yaml "$scene/books"
	# as dns-export would: one record a line, tabs between its fields
	"$scene/books/dns.sh" live >"$scene/git/$zone.zone" 2>>"$scene/log/git" || fail "no export"
	in_git init -q -b main && in_git add . && in_git commit -q -m "drill.test, as every month" || fail "no repository"
	give zone=$zone server=127.0.0.1 port="$port" folder="$scene/git" kind=knot \
		zonefile="$scene/knot/zones/$zone.zone" control="$scene/knot/conf"
	cd "$scene/books" || exit 2
}

disaster() {
	zone_text 2026010107 0 >"$scene/knot/zones/$zone.zone"
	knotc -c "$scene/knot/conf" zone-reload $zone >>"$scene/log/server" 2>&1
	until_true 100 serial_is 2026010107 || fail "the zone stays"
}

export zone server=127.0.0.1 port='' tsig=none
say "Laying the scene: a name server on 127.0.0.1, its zone of eighty hosts, its export in git."
runbook=dns-restore.yaml
drill "It is $(date -u +%H:%M) UTC. Somebody applied an empty zone file. No name is found any more." "$@"
