#!/bin/sh
# The runbooks for DNS on a real authoritative server: exported into source control, emptied, brought
# back; and what each look is there for, planted.
. tests/lib/tap.sh
. tests/lib/plain.sh

for tool in knotd kdig knotc git; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
books=$ROOT/runbooks
zone=drill.test
export GIT_CONFIG_GLOBAL="$T/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name Drill
git config --global user.email drill@example.org
git config --global init.defaultBranch main

# --- the scene: a server, its zone with a record of every kind that gave trouble somewhere, a repository

long=$(printf 'a%.0s' $(seq 200))
{
	echo "\$ORIGIN $zone."
	echo '$TTL 300'
	echo '@ IN SOA ns1 ops 2026010101 3600 600 604800 60'
	printf '@ IN NS ns%d\n' 1 2
	echo '@ IN MX 10 mail'
	echo '@ IN MX 20 mail.elsewhere.example.'
	echo '@ IN CAA 0 issue "ca.example"'
	echo '@ IN TXT "v=spf1 mx -all"'
	printf 'ns%d IN A 127.0.0.%d\n' 1 1 2 2
	printf 'h%d IN A 127.0.1.%d\n' $(seq 1 120 | awk '{ print $1, $1 % 250 + 1 }')
	echo 'h1 IN AAAA 2001:db8::1'
	echo 'www IN CNAME h1'
	echo 'old IN CNAME www.elsewhere.example.'
	echo 'mail IN A 127.0.0.25'
	echo '_db._tcp IN SRV 10 5 5432 h1'
	echo "key._domainkey IN TXT \"v=DKIM1; p=$long\" \"$long\" \"  two  spaces; and a semicolon\""
	printf '%s\n' 'say IN TXT "a \"quoted\" word" "back\\slash"'
	echo 'sub IN NS ns.sub'
	echo 'ns.sub IN A 127.0.2.1'
	echo '* IN A 127.0.0.99'
	printf '%s\n' 'odd IN TYPE65280 \# 4 01020304'
	echo '25.0.0.127 IN PTR mail'
	echo 'ssh IN SSHFP 1 1 123456789ABCDEF67890123456789ABCDEF67890'
} >"$T/whole.zone"

serve() {
	mkdir -p "$T/knot/run" "$T/knot/db" "$T/knot/zones"
	cp "$T/whole.zone" "$T/knot/zones/$zone.zone"
	for try in 1 2 3 4 5; do
		port=$((20000 + ($$ * 7 + try * 131) % 20000))
		cat >"$T/knot/conf" <<-END
			server:
			    rundir: "$T/knot/run"
			    listen: 127.0.0.1@$port
			log:
			  - target: $T/knot/log
			    any: info
			database:
			    storage: "$T/knot/db"
			acl:
			  - id: here
			    address: 127.0.0.1
			    action: transfer
			zone:
			  - domain: $zone
			    storage: "$T/knot/zones"
			    file: $zone.zone
			    acl: here
		END
		knotd -c "$T/knot/conf" >"$T/knot/out" 2>&1 &
		server=$!
		wait_for 'status_of h1 >/dev/null || ! kill -0 $server'
		kill -0 $server 2>/dev/null && return 0
	done
	return 1
}
look() { kdig @127.0.0.1 -p "$port" +timeout=1 +retry=0 "$@"; }
status_of() { look +noall +header "$1.$zone" A | sed -n 's/.*status: \([A-Z]*\).*/\1/p' | grep .; }
serial() { look +short "$zone" SOA | cut -d' ' -f3; }
# Another zone file in its place, read and served.
becomes() {
	cp "$1" "$T/knot/zones/$zone.zone"
	knotc -c "$T/knot/conf" zone-reload "$zone" >/dev/null
	wait_for "[ \"\$(serial)\" = $2 ]"
}
repository() {
	rm -rf "$T/git" "$T/origin.git"
	git init -q --bare "$T/origin.git"
	git clone -q "$T/origin.git" "$T/git" 2>/dev/null
	(cd "$T/git" && echo zones >README && git add README && git commit -qm begun && git push -q origin main)
}
# Of the run that was walked last.
value() {
	sql "select payload ->> 'text' from event where kind = 'value' and payload ->> 'name' = '$1'
		and run = '$(echo "$out" | sed -n 's/^- Run \([^ ]*\) opened.*/\1/p')' order by seq desc limit 1"
}

ok "a server answers" serve || bail "no server"
repository

# --- export

export_zone() {
	run "$BLACKSTART" run --plain --answers "$T/export.answers" "$books/dns-export.yaml" -p zone=$zone \
		-p server=127.0.0.1 -p port="$port" -p folder="$T/git" "$@"
}
cat >"$T/export.answers" <<'YAML'
answers: 1
run: {within: 60s}
default: {start: change, close: done}
steps: []
YAML
export_zone
is "the zone is exported" "$status" 0 || note "$out" "$err"
text=$T/git/$zone.zone
is "19: ... each type as often as on the server" \
	"$("$books/dns.sh" counts "$text" | tr -d '{}" ' | tr ',' '\n' | sort)" \
	"$(look +noall +answer $zone AXFR | grep -v '^;' | grep . | awk '{ n[$4]++ } END { n["SOA"]--
		for (t in n) print t ":" n[t] }' | sort)"
for type in A AAAA CAA CNAME MX NS PTR SOA SRV SSHFP TXT TYPE65280; do
	like "... $type is in it" "$(cut -f4 "$text" | sort -u)" "^$type\$"
done
like "... a name outside of the zone has its last dot" "$(grep '^old' "$text")" 'www\.elsewhere\.example\.$'
like "... so has an exchanger" "$(cat "$text")" 'MX.20 mail\.elsewhere\.example\.$'
like "... a long text is whole, in its pieces" "$(grep _domainkey "$text")" \
	"p=$long\" \"$long\" \"  two  spaces; and a semicolon\"\$"
like "... quotes and backslashes are kept" "$(grep '^say' "$text")" '"a \\"quoted\\" word" "back\\\\slash"$'
is "... it was loaded into a server of its own and compared" "$(value missing) $(value extra)" "0 0"
is "... all of it" "$(value records)" "$(($(wc -l <"$text") - 1))"
is "... it is where others find it" "$(git -C "$T/origin.git" show "main:$zone.zone")" "$(cat "$text")"
first=$(git -C "$T/git" rev-parse HEAD)
export_zone
is "again, without a change" "$status" 0 || note "$out"
is "... commits nothing" "$(git -C "$T/git" rev-parse HEAD)" "$first"

# Committed, and never where others find it: a decision that was done and not merged.
echo "new IN A 127.0.0.77" >>"$T/whole.zone"
sed 's/2026010101/2026010105/' "$T/whole.zone" >"$T/more.zone"
ok "a record more" becomes "$T/more.zone" 2026010105
printf '#!/bin/sh\nexit 1\n' >"$T/origin.git/hooks/pre-receive"
chmod +x "$T/origin.git/hooks/pre-receive"
export_zone
is "18: an export that others cannot find is not done" "$status" 1
like "18: ... and stops there" "$out" 'Where others find it did NOT come out'
rm "$T/origin.git/hooks/pre-receive"
git -C "$T/git" reset -q --hard "$first"
sed -i '$ d' "$T/whole.zone"
sed 's/2026010101/2026010106/' "$T/whole.zone" >"$T/again.zone"
ok "a record less" becomes "$T/again.zone" 2026010106

# What must stop it. A program for transfers that leaves out what it was not written for:
mkdir "$T/bin"
cat >"$T/bin/kdig" <<END
#!/bin/sh
# from the second transfer on, without MX: what is counted first is the truth
$(command -v kdig) "\$@" >"$T/kdig.out" || exit
case "\$*" in *AXFR*)
	echo x >>"$T/transfers"
	[ "\$(wc -l <"$T/transfers")" -le 2 ] || { grep -v '[[:space:]]MX[[:space:]]' "$T/kdig.out"; exit; }
esac
cat "$T/kdig.out"
END
chmod +x "$T/bin/kdig"
cp "$T/export.answers" "$T/stops.answers"
PATH=$T/bin:$PATH export_zone
like "19: an export without its MX records is stopped" "$out" 'As many of each type.* did NOT come out as expected'
is "... and not committed" "$(git -C "$T/git" rev-parse HEAD)" "$first"
like "... with what the server has" "$(value there)" '"MX": 2'
unlike "... beside what the text has" "$(value counted)" '"MX"'
git -C "$T/git" checkout -q -- .
rm -f "$T/transfers"

# --- emptied

sed 's/2026010101/2026010107/; 6,$ d' "$T/whole.zone" | grep -v MX >"$T/empty.zone"
printf 'ns%d IN A 127.0.0.%d\n' 1 1 2 2 >>"$T/empty.zone"
ok "the zone is emptied" becomes "$T/empty.zone" 2026010107
is "... its names are gone" "$(status_of h7)" NXDOMAIN

export_zone
like "an export of an emptied zone is stopped" "$out" 'Not too much has gone did NOT come out as expected'
like "... with the number that is gone" "$(value gone)" '^1[0-9][0-9]$'
is "... and not committed" "$(git -C "$T/git" rev-parse HEAD)" "$first"
git -C "$T/git" checkout -q -- .

# --- brought back

restore() {
	run "$BLACKSTART" run --plain --answers "$T/restore.answers" "$books/dns-restore.yaml" -p zone=$zone \
		-p server=127.0.0.1 -p port="$port" -p folder="$T/git" -p kind=knot \
		-p zonefile="$T/knot/zones/$zone.zone" -p control="$T/knot/conf" "$@"
}
answers() {
	printf 'answers: 1\nrun: {within: 60s}\ndefault: {start: change, close: done}\nsteps:\n'
	cat
}
answers >"$T/restore.answers" <<YAML
  - {at: which, do: done, text: "1"}
  - {at: put, do: start, text: other.test, expect: {refused: yes}}
  - {at: put, do: start, text: $zone}
  - {at: The way to it, do: done, with: {servers: 'yes'}}
  - {at: Seen from elsewhere, do: done, with: {seen: 'I cannot look'}}
  - {at: What was changed since the export, do: done}
YAML
restore
is "it is brought back" "$status" 0 || note "$out" "$err"
is "... there was nothing before" "$(value before)" NXDOMAIN
is "... there is an answer after" "$(status_of h7)" NOERROR
is "... the serial is higher" "$([ "$(serial)" -gt 2026010107 ] && echo higher)" higher
is "... record by record as exported" "$(look +noall +answer $zone AXFR | grep -v '^;' | grep . | grep -v SOA |
	sed 's/[[:space:]][[:space:]]*/ /g' | sort)" \
	"$(grep -v SOA "$text" | sed 's/[[:space:]][[:space:]]*/ /g' | sort)"
is "... what was there before is kept" "$(cut -f4 "$(dirname "$(value file)")/before" | sort | uniq -c | tr -s ' ' |
	tr '\n' ,)" ' 2 A, 2 NS, 1 SOA,'
is "... the name that was typed wrongly put nothing there" \
	"$(sql "select count(*) from event where kind = 'cmd_intent' and payload like '%dns.sh put%'")" 1

# --- an export that no server takes

printf 'bad.%s.\t300\tIN\tA\t127.0.0.999\n' $zone >>"$text"
git -C "$T/git" commit -qam damaged
ok "it is emptied again" becomes "$T/empty.zone" 2026010107
before=$(cat "$T/knot/zones/$zone.zone")
answers >"$T/restore.answers" <<'YAML'
  - {at: which, do: done, text: "1"}
YAML
restore
like "a damaged export is stopped by the trial" "$out" 'A server takes it, as it is did NOT come out as expected'
is "... before anything is put in its place" "$(cat "$T/knot/zones/$zone.zone")" "$before"
"$BLACKSTART" close "$("$BLACKSTART" runs --json | jq -r '.[0].id // .[0].run')" --reason 'damaged' >/dev/null 2>&1

# --- the older one, and the server dies while it is put back

answers >"$T/restore.answers" <<YAML
  - {at: which, do: done, text: "2"}
  - {at: put, do: start, text: $zone}
  - {at: put, do: retry, optional: yes}
  - {at: put, do: start, text: $zone, optional: yes}
  - {at: The way to it, do: done, with: {servers: 'yes'}}
  - {at: Seen from elsewhere, do: done, with: {seen: 'not yet'}}
  - {at: What was changed since the export, do: done}
YAML
restore
is "an older export can be chosen" "$status" 0 || note "$out"
is "... and is served" "$(status_of h7)" NOERROR

kill $server
wait $server 2>/dev/null
done_testing
