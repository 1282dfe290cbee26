#!/bin/sh
# Rebuilds walked through the program on real servers: PostgreSQL from a base backup, then with another primary;
# a service on five hosts over ssh, one host away.
. tests/lib/tap.sh
. tests/drivers/cluster/lib.sh
. tests/drivers/cluster/walk.sh
command -v jq >/dev/null || skip_all "jq is not installed"

# book DRIVER FIRST WITH: a runbook with one rebuild.
book() {
	printf '%s' "$members" >"$lab/members.json"
	walk_lay runbook.yaml <<-END
		blackstart: 1
		title: The cluster again
		owner: ops
		reviewed: 2026-11-22
		params: {lab: {ask: Where is the lab?}}
		steps:
		  - title: The members
		    run: cat "\$lab/members.json"
		    effect: read
		    capture: {members: map, replicas: {jq: length, as: int}}
		  - id: it
		    rebuild: $1
		    members: \${members}
		    size: \${replicas}
		    first: $2
		    within: 20s
		    at_once: 2
		    target: it
		    with:
		$(printf '%s\n' "$3" | sed 's/^/      /')
	END
	ok "lint has nothing to say: $1" "$BLACKSTART" lint "$T/book/runbook.yaml"
}
cat >"$T/plain.yaml" <<'END'
answers: 1
default: {start: change}
steps:
  - {at: it/clear, do: start, text: it}
END
ends() {
	is "$1" "$status" 0 || diag "$(tail -n 20 "$T/$2.out")"
}

# --- etcd: a member that was lost, its data still lying there, is replaced in the living cluster

if command -v etcd >/dev/null && command -v etcdctl >/dev/null; then
	. tests/drivers/cluster/etcd.sh
	lab_driver runbooks/drivers/cluster/etcd.yaml
	fixture_params
	fixture_up || bail "no cluster of etcd"
	printf '%s' "$members" >"$lab/members.json"
	printf '%s' "$peers" >"$lab/peers.json"
	{
		cat <<-'END'
			blackstart: 1
			title: One member replaced
			owner: ops
			reviewed: 2026-11-22
			params: {lab: {ask: Where is the lab?}}
			steps:
			  - run: cat "$lab/members.json"
			    effect: read
			    capture: {members: map, replicas: {jq: length, as: int}}
			  - run: cat "$lab/peers.json"
			    effect: read
			    capture: {peers: text}
		END
		for action in remove add; do
			cat <<-END
				  - id: $action
				    rebuild: etcd
				    action: $action
				    member: n3
				    members: \${members}
				    size: \${replicas}
				    within: 30s
				    target: n3
				    with:
				      data: \${lab}/{member}
				      peers: \${peers}
				      start: sh start-member
				      stop: supervise stop "\$member"
			END
		done
	} | walk_lay runbook.yaml
	printf '%s\n' "$start" >"$T/book/start-member"
	ok "lint has nothing to say: etcd, one member" "$BLACKSTART" lint "$T/book/runbook.yaml"
	cat >"$T/one.yaml" <<-'END'
		answers: 1
		default: {start: change}
		steps:
		  - {at: remove/remove, do: start, text: n3}
		  - {at: add/clear, do: start, text: n3}
	END
	fixture_kill n3
	walk one "$T/one.yaml"
	ends "etcd: a lost member taken out, and a new one in" one
	is "two were left, and three are there" "$(value remove_quorum) $(value add_quorum)" \
		'{"members":3,"healthy":2,"needed":2} {"members":3,"healthy":3,"needed":2}'
	ok "what the lost one had is kept" fixture_kept n3 "$(value add_old | jq -r .n3)"
	is "the cluster has what it had" "$(fixture_ctl get --prefix key/ --keys-only | grep -c .)" 40
	for m in n1 n2 n3; do
		fixture_kill $m
	done
else
	skip "etcd: one member replaced, walked" "etcd is not installed"
fi

# --- postgres

rm -rf "$lab" && mkdir "$lab"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -x "${bin:-/nowhere}/initdb" ]; then
	. tests/drivers/cluster/postgres.sh
	lab_driver runbooks/drivers/cluster/postgres.yaml
	action=rebuild
	export action
	fixture_params
	fixture_up || bail "no primary and standbys"
	with="data: \${lab}/{member}
bin: $bin
run_as: '$run_as'"
	book postgres n1 "$with
backup: $lab/backup"
	walk base "$T/plain.yaml"
	ends "postgres: from a base backup, two standbys made anew" base
	is "all stream" "$(value it_quorum)" '{"members":3,"healthy":3,"needed":1}'
	ok "the rows are those of the backup, on all three" fixture_proof
	fixture_sql n1 'insert into t values (7)'
	wait_for '[ "$(fixture_sql n2 "select count(*) from t")" = 1001 ]'
	fixture_kill n1
	book postgres n2 "$with"
	walk promoted "$T/plain.yaml"
	ends "postgres: a standby promoted, the old primary behind it" promoted
	is "all stream, again" "$(value it_quorum)" '{"members":3,"healthy":3,"needed":1}'
	is "nothing was lost, and one takes rows" "$(fixture_sql n1 'select count(*) from t') $(
		fixture_sql n2 'select pg_is_in_recovery()') $(fixture_sql n1 'select pg_is_in_recovery()')" "1001 f t"
	# Its data stays; the others' lies aside.
	is "what was kept, and of whom" "$(value it_old | jq -r 'map_values(. != "") | tojson')" \
		'{"n1":true,"n2":false,"n3":true}'
	for m in n1 n2 n3; do
		fixture_kill $m
	done
else
	skip "postgres walked" "the PostgreSQL server is not installed"
fi

# --- a service on hosts

rm -rf "$lab" && mkdir "$lab"
. tests/drivers/cluster/sshd.sh
if [ -n "$sshd" ]; then
	. tests/drivers/cluster/systemd-over-ssh.sh
	lab_driver runbooks/drivers/cluster/systemd-over-ssh.yaml
	fixture_params
	fixture_up || bail "no hosts"
	with="unit: shop.service
ssh: $ssh
data: $lab/data-{member}
lay: '$lay'
probe: '$probe'"
	book systemd-over-ssh n1 "$with"
	walk hosts "$T/plain.yaml"
	ends "five hosts: stopped backwards, put aside, laid down, started" hosts
	is "five are well" "$(value it_quorum)" '{"members":5,"healthy":5,"needed":3}'
	ok "each has what was laid down" fixture_proof
	is "stopped backwards" "$(facts "select group_concat(substr(step, -2), ' ') from event where run = '$run'
		and kind = 'cmd_intent' and step like 'it/halt@%'")" "n5 n4 n3 n2 n1"
	supervise kill sshd-n5
	cat >"$T/away.yaml" <<-'END'
		answers: 1
		default: {start: change}
		steps:
		  - {at: it/halt@n5, do: skip, reason: the host is gone with all that ran on it}
		  - {at: it/clear, do: start, text: it}
		  - {at: it/aside@n5, do: skip, reason: the host is gone}
		  - {at: it/enter@n5, do: skip, reason: the host is gone}
		  - {at: it/quorum, do: override, reason: four of five are enough tonight}
	END
	sed 's/within: 20s/within: 2s/' "$T/book/runbook.yaml" >"$T/short" && cat "$T/short" >"$T/book/runbook.yaml"
	walk away "$T/away.yaml"
	ends "a host that is away is decided by a person at each step" away
	is "four of five" "$(value it_quorum)" '{"members":5,"healthy":4,"needed":3}'
else
	skip "a service on hosts walked" "sshd is not installed"
fi
done_testing
