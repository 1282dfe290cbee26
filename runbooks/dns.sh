#!/bin/sh
# dns.sh export|source-counts|serials|live           the zone $zone of $server, port $port
# dns.sh counts|sample|names|trial FILE              an exported zone
# dns.sh lost OLD NEW                                how much of OLD is not in NEW
# dns.sh same FILE                                   does $server have exactly what FILE has?
# dns.sh put FILE SERIAL                             makes $zonefile of it, and has the server read it
# dns.sh reload                                      has the server read $zonefile as it is
#
# An exported zone is text: one record a line, NAME TTL IN TYPE DATA with a tab between, names whole
# with their last dot, sorted, SOA first. $tsig is a file with a key, or `none`.
set -u
export LC_ALL=C

ask() {
	if [ "${tsig:-none}" = none ]; then
		kdig @"$server" -p "$port" +timeout=5 +retry=1 "$@"
	else
		kdig @"$server" -p "$port" -k "$tsig" +timeout=5 +retry=1 "$@"
	fi
}

fields='s/^([^ \t]+)[ \t]+([0-9]+)[ \t]+(IN)[ \t]+([A-Z0-9-]+)[ \t]+/\1\t\2\t\3\t\4\t/'

# A transfer is whole when it begins and ends with the same SOA. Every type is taken: what the
# program does not know is written as TYPEnnn, and counts like any other.
transfer() {
	got=$(ask +noall +answer "$zone" AXFR) || { echo "$got" >&2; return 1; }
	printf '%s\n' "$got" | grep -v '^;' | grep . | sed -E "$fields" | awk -F'\t' '
		NF < 5 { print "not a record: " $0 >"/dev/stderr"; bad = 1 }
		$4 == "SOA" { soa++; split($5, s, " "); serial[soa] = s[3]; last = NR; if (soa > 1) next }
		{ print }
		END {
			if (bad || soa != 2 || last != NR || serial[1] != serial[2]) {
				print "the transfer is not whole" >"/dev/stderr"
				exit 1
			}
		}'
}

canonical() {
	sort | awk -F'\t' '$4 == "SOA" { print; next } { rest[n++] = $0 }
		END { for (i = 0; i < n; i++) print rest[i] }'
}

count() {
	cut -f4 | sort | uniq -c | awk 'BEGIN { printf "{" }
		{ printf "%s\"%s\": %d", (NR > 1 ? ", " : ""), $2, $1 } END { print "}" }'
}

# The record sets, without the SOA, whose serial differs from server to server.
sets() {
	awk -F'\t' '$4 != "SOA"' "$1" | sort
}

serial_of() {
	ask +noall +answer "$@" SOA 2>/dev/null | awk '!/^;/ && $4 == "SOA" { print $7; exit }'
}

# Of the server, and of every other server of the zone that answers: none may have a higher one.
serials() {
	serial_of "$zone"
	ask +noall +answer "$zone" NS 2>/dev/null | awk '!/^;/ && $4 == "NS" { print $5 }' |
		while read -r name; do
			kdig @"$name" +timeout=2 +retry=0 +noall +answer "$zone" SOA 2>/dev/null |
				awk '!/^;/ && $4 == "SOA" { print $7; exit }'
		done
}

work() {
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/dns.XXXXXX") || exit 1
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 143' INT TERM HUP
}

# Loads FILE into a server of its own that nobody else sees, reads it back and compares.
trial() {
	file=$1 server=127.0.0.1 tsig=none tries=20
	work
	mkdir -p "$scratch/run" "$scratch/db" && cp "$file" "$scratch/zone" || exit 1
	while :; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
		cat >"$scratch/conf" <<-END
			server:
			    rundir: "$scratch/run"
			    listen: 127.0.0.1@$port
			log:
			  - target: $scratch/log
			    any: info
			database:
			    storage: "$scratch/db"
			acl:
			  - id: here
			    address: 127.0.0.1
			    action: transfer
			zone:
			  - domain: "$zone"
			    storage: "$scratch"
			    file: zone
			    acl: here
		END
		knotd -c "$scratch/conf" >"$scratch/out" 2>&1 &
		pid=$!
		trap 'kill $pid 2>/dev/null; wait $pid; rm -rf "$scratch"' EXIT
		looks=50
		until [ -n "$(ask +timeout=1 +retry=0 +noall +answer "$zone" SOA 2>/dev/null | grep -v '^;')" ]; do
			kill -0 $pid 2>/dev/null || break
			grep -q 'zone file parse error\|failed to load\|not loaded' "$scratch/log" 2>/dev/null && break
			[ $((looks -= 1)) -gt 0 ] || break
			sleep 0.1
		done
		transfer >"$scratch/back" 2>/dev/null && break
		kill $pid 2>/dev/null
		wait $pid
		if [ $((tries -= 1)) -eq 0 ] || ! grep -q 'address already in use' "$scratch/log" "$scratch/out" 2>/dev/null; then
			cat "$scratch/log" "$scratch/out" >&2
			echo "a server does not take this file" >&2
			exit 1
		fi
	done
	sets "$file" >"$scratch/want"
	sets "$scratch/back" >"$scratch/got"
	told "$scratch/want" "$scratch/got"
}

# told WANT GOT: what is missing, what is too much. The numbers come first: whatever stands in a
# record cannot be taken for one.
told() {
	comm -23 "$1" "$2" >"$scratch/missing"
	comm -13 "$1" "$2" >"$scratch/extra"
	echo "records: $(wc -l <"$1")"
	echo "missing: $(wc -l <"$scratch/missing")"
	echo "extra: $(wc -l <"$scratch/extra")"
	sed -n '1,10s/^/  - /p' "$scratch/missing"
	sed -n '1,10s/^/  + /p' "$scratch/extra"
}

same() {
	work
	transfer >"$scratch/live" || exit 1
	sets "$1" >"$scratch/want"
	sets "$scratch/live" >"$scratch/got"
	told "$scratch/want" "$scratch/got"
}

lost() {
	work
	sets "$1" >"$scratch/old"
	sets "$2" >"$scratch/new"
	told "$scratch/old" "$scratch/new"
}

reload() {
	case $kind in
	knot) set -- knotc ${control:+-c "$control"} zone-reload "$zone" ;;
	nsd) set -- nsd-control ${control:+-c "$control"} reload "${zone%.}" ;;
	bind) set -- rndc ${control:+-c "$control"} reload "${zone%.}" ;;
	esac
	echo "+ $*"
	"$@"
}

# The new file is looked at as a whole before it takes the place of the old one.
put() {
	awk -F'\t' -v OFS='\t' -v serial="$2" '$4 == "SOA" { split($5, s, " "); s[3] = serial
		$5 = s[1]; for (i = 2; i <= 7; i++) $5 = $5 " " s[i] } { print }' "$1" >"$zonefile.new" || exit 1
	[ "$(grep -c . "$zonefile.new")" = "$(grep -c . "$1")" ] || { echo "$zonefile.new: cut off" >&2; exit 1; }
	if command -v kzonecheck >/dev/null; then
		kzonecheck -o "$zone" "$zonefile.new" || exit 1
	elif command -v named-checkzone >/dev/null; then
		named-checkzone -q "$zone" "$zonefile.new" || exit 1
	fi
	[ ! -e "$zonefile" ] || [ -e "$zonefile.before" ] || cp -p "$zonefile" "$zonefile.before" || exit 1
	mv "$zonefile.new" "$zonefile" && reload
}

[ "${control:-none}" != none ] || control=
case ${1-} in
export) transfer >"$file.new" && canonical <"$file.new" >"$file" && rm -f "$file.new" && wc -l "$file" ;;
live) transfer | canonical ;;
source-counts) transfer >/dev/null && transfer | count ;;
serials) serials ;;
counts) count <"$2" ;;
sample) awk -F'\t' -v zone="${zone%.}." '$4 == "A" && tolower($1) != tolower(zone) { print $1; exit }' "$2" ;;
names) cut -f1 "$2" | sort -u ;;
trial) trial "$2" ;;
same) same "$2" ;;
lost) lost "$2" "$3" ;;
put) put "$2" "$3" ;;
reload) reload ;;
*) sed -n 's/^# \(dns.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
