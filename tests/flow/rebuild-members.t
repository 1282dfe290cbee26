#!/bin/sh
# A cluster of processes rebuilt by a driver: in order, each member verified, the quorum as it is and
# not as it should be; a member that flaps, one that never comes, a count that does not fit.
. tests/lib/tap.sh
. tests/lib/plain.sh
cd "$T" || exit 1
b=$BLACKSTART
mkdir -p drivers/cluster

# A member is a process; its folder is its data. `dead` names one that never starts, `flaps` counts how
# often one is called ill before it is well.
cat >drivers/cluster/sleepers.yaml <<'YAML'
driver: 1
cluster: sleepers
title: Processes that sleep
proved: live
params:
  lab: {ask: Which folder?}
functions: |
  alive() { pid=$(cat "$lab/$1/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; }
  begin() {
    mkdir -p "$lab/$member" && echo "$action $1 $member" >>"$lab/ledger"
    grep -qx "$member" "$lab/dead" 2>/dev/null && return
    exec sleep 1000 >/dev/null 2>&1 &
    echo $! >"$lab/$member/pid"
  }
health:
  run: |
    eval "$functions"
    healthy=false state=down
    alive "$member" && healthy=true state=up
    left=$(cat "$lab/flaps" 2>/dev/null || echo 0)
    if [ "$member" = n2 ] && [ "$left" -gt 0 ] && [ $healthy = true ]; then
      echo $((left - 1)) >"$lab/flaps"
      [ $((left % 2)) -eq 0 ] || healthy=false
    fi
    printf '{"state": "%s", "role": "member", "healthy": %s, "note": "%s"}\n' $state $healthy "$left"
  every: 200ms
quorum:
  run: |
    eval "$functions"
    n=0 all=0
    for name in $(printf '%s' "$members" | tr -d '{}"' | tr ',' '\n' | sed 's/:.*//'); do
      all=$((all + 1))
      ! alive "$name" || n=$((n + 1))
    done
    printf '{"members": %d, "healthy": %d, "needed": %d}\n' $all $n $((all / 2 + 1))
  every: 200ms
stop: |
  eval "$functions"
  echo "$action stop $member" >>"$lab/ledger"
  ! alive "$member" || kill "$pid"
  rm -f "$lab/$member/pid"
clear: |
  echo "$action clear $member" >>"$lab/ledger"
  [ -d "$lab/$member" ] || { echo "$member had nothing"; echo; exit 0; }
  rm -rf "$lab/$member.old" && mv "$lab/$member" "$lab/$member.old" && echo "$lab/$member.old"
first: {run: 'eval "$functions"; begin first', leaves: processes}
join: {run: 'eval "$functions"; begin join', leaves: processes}
start: {run: 'eval "$functions"; begin start', leaves: processes}
add: echo "$action add $member" >>"$lab/ledger"
remove: |
  echo "$action remove $member" >>"$lab/ledger"
  kill "$(cat "$lab/$member/pid")"
  rm -rf "$lab/$member"
YAML
# book MEMBERS SIZE KEYS...; a member that is to come has $within.
within=60s
book() {
	cat >book.yaml <<-YAML
	blackstart: 1
	title: The cluster again
	environment: lab
	steps:
	  - run: echo $2
	    effect: read
	    capture: {replicas: int}
	  - id: store
	    rebuild: sleepers
	    members: $1
	    size: \${replicas}
	    within: $within
	    with: {lab: lab}
	YAML
	shift 2
	for key; do
		echo "    $key" >>book.yaml
	done
}
# walk ANSWER...
walk() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: looked at}\nsteps:\n' >answers.yaml
	echo "  - {at: store/clear, do: start, text: ${name:-lab}, optional: yes}" >>answers.yaml
	for answer; do
		echo "  - $answer" >>answers.yaml
	done
	run timeout 250 "$b" run --plain --answers answers.yaml book.yaml
}
value() {
	sql "SELECT json_extract(payload, '\$.text') FROM event WHERE kind = 'value'
		AND json_extract(payload, '\$.name') = '$1' ORDER BY rowid DESC LIMIT 1"
}
lab() {
	for pid in lab/*/pid; do
		[ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null
	done
	rm -rf lab
	mkdir lab
}
three='{n1: a1, n2: a2, n3: a3}'

lab
mkdir lab/n1 && echo old >lab/n1/what
book "$three" 3 'first: n2' 'verify: {run: test -e lab/n3/pid}'
run "$b" lint --strict book.yaml
is "lint has nothing to say" "$status $out" "0 "
walk
is "rebuilt" "$status $(value store_quorum)" '0 {"members":3,"healthy":3,"needed":2}'
is "stopped backwards, cleared, the first alone, then the others in order" "$(cat lab/ledger)" \
	'rebuild stop n3
rebuild stop n2
rebuild stop n1
rebuild clear n1
rebuild clear n2
rebuild clear n3
rebuild first n2
rebuild join n1
rebuild join n3'
is "the old state is where the driver says" "$(value store_old) $(cat lab/n1.old/what)" \
	'{"n1":"lab/n1.old","n2":"","n3":""} old'

# Ill, well, ill, well, ill, well: only what stays well is well.
lab
echo 6 >lab/flaps
book "$three" 3 'stays: 1s' 'at_once: 2'
walk
is "a member that flaps is waited for" "$status $(cat lab/flaps)" '0 0'
like "… until it stays" "$(value store_health)" '"n2":"[^}]*healthy..:true,..note..:..0'

# n3 never comes: held, tried again, left out with a reason; then two are two.
lab
echo n3 >lab/dead
within=4s book "$three" 3
walk '{at: store/enter@n3, do: retry, reason: once more}' \
	'{at: store/enter@n3, do: skip, reason: its disk is broken}' \
	'{at: store/quorum, do: accept, reason: two are enough tonight}'
is "the quorum is what it is" "$(value store_quorum)" '{"members":3,"healthy":2,"needed":2}'
like "… below its size somebody decides" "$out" 'All members are healthy together did NOT'
like "… who is told so in words" "$out" 'not all of the 3 members are healthy'
like "… with the reason" "$("$b" log)" 'two are enough tonight'
is "it was tried twice, and nobody else again" "$(grep -c 'join n3' lab/ledger) $(grep -c 'join n2' lab/ledger)" '2 1'

# The count that was captured and the list differ: nothing is touched.
lab
book "$three" 4
walk '{at: store/counted, do: close, reason: one is missing}'
like "a list that is too short stops before anything" "$out" 'As many members as there must be did NOT'
is "… nothing was touched" "$(cat lab/ledger 2>/dev/null)" ''

lab
book "$three" 3 'first: n4'
run "$b" lint book.yaml
like "a first member that is none is found before" "$out" 'first: n4.: .members. has no such member'
book "$three" 3 'first: "${who}"'
sed -i 's/^environment: lab/&\nparams: {who: {default: n4}}/' book.yaml
walk '{at: store/members, do: close, reason: no such member}'
like "… one that only the run knows is named there" "$out" 'n4 is none of the names'

# A living cluster: one more, one less, all down, all up.
lab
book "$three" 3
walk
: >lab/ledger
book '{n1: a1, n2: a2, n3: a3, n4: a4}' 4 'action: add' 'member: n4'
name='n4 a4' walk
is "added, once what it had is put aside" "$status $(value store_quorum) $(cat lab/ledger)" \
	'0 {"members":4,"healthy":4,"needed":3} add stop n4
add clear n4
add add n4
add join n4'
book '{n1: a1, n2: a2, n3: a3, n4: a4}' 4 'action: remove' 'member: n4'
walk '{at: store/remove, do: start, text: n4 a4}'
is "removed, by its typed name" "$status $(value store_quorum)" '0 {"members":4,"healthy":3,"needed":3}'
: >lab/ledger
book '[n1, n2, n3]' 3 'action: stop'
walk
is "stopped, the last one first" "$status $(cat lab/ledger)" '0 stop stop n3
stop stop n2
stop stop n1'
within=1s book '[n1, n2, n3]' 3 'action: add' 'member: n3'
walk '{at: store/before, do: close, reason: it does not live}'
like "nothing is added to a cluster that does not live" "$out" 'enough members are healthy did NOT'
book '[n1, n2, n3]' 3 'action: start' 'at_once: 3'
walk
is "started" "$status $(value store_quorum)" '0 {"members":3,"healthy":3,"needed":2}'
lab

done_testing
