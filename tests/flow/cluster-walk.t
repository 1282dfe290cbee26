#!/bin/sh
# Rebuilds of a real etcd cluster, walked: a member dies while the walk goes on; one does not come, and is
# tried again, then skipped; keeper and holder are killed in the middle of a join.
. tests/lib/tap.sh
. tests/drivers/cluster/lib.sh
. tests/drivers/cluster/etcd.sh
. tests/drivers/cluster/walk.sh
for tool in jq $fixture_needs; do
	command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done

lab_driver runbooks/drivers/cluster/etcd.yaml
fixture_params
fixture_up || bail "no cluster"
printf '%s' "$members" >"$lab/members.json"
printf '%s' "$peers" >"$lab/peers.json"
walk_lay runbook.yaml <<'END'
blackstart: 1
title: The store, from its snapshot
owner: ops
reviewed: 2026-11-22
params: {lab: {ask: Where is the lab?}}
steps:
  - title: The members
    run: cat "$lab/members.json"
    effect: read
    capture: {members: map, replicas: {jq: length, as: int}}
  - title: Their peer URLs
    run: cat "$lab/peers.json"
    effect: read
    capture: {peers: text}
  - id: store
    rebuild: etcd
    members: ${members}
    size: ${replicas}
    within: 60s
    stays: 300ms
    target: store
    with:
      snapshot: ${lab}/snapshot
      data: ${lab}/{member}
      peers: ${peers}
      start: sh start-member
      stop: supervise stop "$member"
END
# What the lab wants to happen when a member is started.
printf '%s\n' '[ ! -e "$lab/at-$member" ] || . "$lab/at-$member"' "$start" >"$T/book/start-member"
cp "$T/book/start-member" "$T/start-member"
cat >"$T/plain.yaml" <<'END'
answers: 1
default: {start: change}
steps:
  - {at: store/clear, do: start, text: store}
END
ok "lint has nothing to say" "$BLACKSTART" lint "$T/book/runbook.yaml"

# --- a member dies while the walk goes on

# n2 is well, n3 is started, n2 dies: the quorum sees two, and goes on looking until it is back.
echo '[ $member != n3 ] || supervise kill n2' >"$lab/at-n3"
(walk dies "$T/plain.yaml"; echo $status >"$T/dies.status") &
walking=$!
two="select 1 from event where kind = 'looked' and step = 'store/quorum' and payload like '%\\\"healthy\\\":2%'"
ok "the quorum sees two" wait_for '[ -n "$(facts "$two" 2>/dev/null)" ]' 60
go start n2
wait $walking
run=$(cat "$T/dies.id")
is "it waited until the third was back" "$(cat "$T/dies.status") $(outcome store/quorum)" "0 confirmed"
is "three of three" "$(value store_quorum)" '{"members":3,"healthy":3,"needed":2}'
ok "the cluster is what the snapshot has" fixture_proof
is "what each had is kept, by its name on record" \
	"$(value store_old | jq -r 'to_entries[] | "\(.key) \(.value)"' | while read -r m kept; do
		fixture_kept "$m" "$kept" && echo "$m"
	done | paste -sd' ' -)" "n1 n2 n3"
is "the record is whole" "$("$BLACKSTART" verify "$run" 2>&1 | grep -c whole)" 1

# --- a member that does not come

sed 's/within: 60s/within: 5s/' "$T/book/runbook.yaml" >"$T/short" && cat "$T/short" >"$T/book/runbook.yaml"
echo 'exit 0' >"$lab/at-n3"
cat >"$T/withheld.yaml" <<'END'
answers: 1
default: {start: change, close: two of three}
steps:
  - {at: store/clear, do: start, text: store}
  - {at: store/enter@n3, do: retry}
  - {at: store/enter@n3, do: skip, reason: its machine does not come back tonight}
  - {at: store/quorum, do: override, reason: two of three serve until the third is there}
END
walk withheld "$T/withheld.yaml"
is "a member that does not come: the walk ends as the operator decided" "$status" 0 ||
	tail -n 20 "$T/withheld.out" | sed 's/^/# /'
is "it was held, tried again, and skipped" "$(facts "select count(*) from event where run = '$run'
	and kind = 'cmd_intent' and step = 'store/enter@n3'
	and payload ->> 'purpose' = 'main'") $(outcome store/enter@n3)" \
	"2 skipped"
is "with its reason" "$(facts "select count(*) from event where run = '$run'
	and payload like '%does not come back tonight%'")" 1
is "the quorum says two of three, and was not taken for more" \
	"$(value store_quorum) $(outcome store/quorum)" '{"members":3,"healthy":2,"needed":2} overridden'
is "two serve" "$(fixture_ctl --endpoints="$(member_addresses | head -n 1)" get --prefix key/ --keys-only |
	grep -c .)" 40

# --- keeper and holder are killed in the middle of a join

sed 's/within: 5s/within: 60s/' "$T/book/runbook.yaml" >"$T/long" && cat "$T/long" >"$T/book/runbook.yaml"
rm "$lab/at-n3"
mkfifo "$lab/never"
echo ': >"$lab/in-n2"; [ -e "$lab/killed" ] || read -r x <"$lab/never"' >"$lab/at-n2"
(walk killed "$T/plain.yaml") >/dev/null 2>&1 &
walking=$!
ok "n2 is on its way" wait_for '[ -e "$lab/in-n2" ]' 60
run=$(cat "$T/killed.id")
# Those of this run: nobody else's has its number.
ours() {
	for pid in $(left_running); do
		{ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null |
			grep -Eq "^blackstart (keeper|holder) $run" && echo "$pid"
	done
}
: >"$lab/killed"
victims=$(ours)
is "keeper and holder are there" "$(echo $victims | wc -w)" 2
kill -KILL $victims
wait $walking
cat >"$T/again.yaml" <<'END'
answers: 1
default: {start: change}
steps:
  - {at: store/clear, do: start, text: store, optional: yes}
  - {at: store/enter@n2, do: retry}
END
# What was going on when they died goes on; what does it again waits for it.
(
	cd "$T/book" && timeout 60 "$BLACKSTART" attach "$run" --answers "$T/again.yaml" >"$T/again.out" 2>&1
	echo $? >"$T/again.status"
) &
walking=$!
tries="select 1 from event where run = '$run' and kind = 'cmd_intent' and step = 'store/enter@n2'
	and payload ->> 'purpose' = 'main' limit 1 offset 1"
ok "it is asked what became of it, and does it again" wait_for '[ -n "$(facts "$tries")" ]' 60
echo >"$lab/never"
wait $walking
is "after kill -9 of keeper and holder it ends well" "$(cat "$T/again.status")" 0 ||
	tail -n 20 "$T/again.out" | sed 's/^/# /'
is "three of three again" "$(value store_quorum)" '{"members":3,"healthy":3,"needed":2}'
ok "the cluster is what the snapshot has, again" fixture_proof
is "the record is whole, again" "$("$BLACKSTART" verify "$run" 2>&1 | grep -c whole)" 1
for m in n1 n2 n3; do
	supervise kill $m
done
done_testing
