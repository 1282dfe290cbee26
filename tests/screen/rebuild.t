#!/bin/sh
# The board of a rebuild: what was read of each member and when, and nothing that was not.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1

mkdir -p drivers/cluster nodes
cat >drivers/cluster/toy.yaml <<'END'
driver: 1
cluster: toy
title: Files that pretend to be members
about: A member is a file that says how it is; one that is not there says nothing.
proved: recordings
needs: [cat]
health:
  run: cat "nodes/$member"
  every: 200ms
quorum:
  run: |
    n=$(cat nodes/* | grep -c '"healthy": true')
    echo "{\"members\": $size, \"healthy\": $n, \"needed\": 2}"
  every: 200ms
stop:
  run: rm -f "nodes/$member"
clear:
  run: echo "$member.old"
first:
  run: |
    echo '{"state": "up", "role": "leader", "healthy": true}' >"nodes/$member"
join:
  run: |
    [ -e "refuse-$member" ] && { echo "no route to $address" >&2; exit 1; }
    echo '{"state": "up", "role": "follower", "healthy": true, "note": "in sync"}' >"nodes/$member"
END
cat >book.yaml <<'END'
blackstart: 1
title: Bring the store up again
owner: ops
reviewed: 2026-11-01
environment: shop
params:
  replicas: {default: 3, as: int}
steps:
  - {title: Look at the hosts, do: Look.}
  - id: store
    title: Rebuild the store
    rebuild: toy
    members: {n1: 10.0.0.1, n2: 10.0.0.2, n3: 10.0.0.3}
    size: ${replicas}
    first: n1
    at_once: 2
    stays: 4s
    within: 1m
  - {title: Look again, do: Look.}
END
masks="$masks"'
mask /[ 0-9][0-9]s$/ = #s
mask /[0-9]+s ago/ =#s ago'
run="$BLACKSTART run book.yaml --as ana --id-file $T/id -p replicas=3"
begin() {
	rm -f nodes/*
	echo '{"state": "up", "role": "leader", "healthy": true}' >nodes/n1
	echo '{"state": "up", "role": "follower", "healthy": false, "note": "disk full"}' >nodes/n2
	touch refuse-n3
}

begin
screen <<END
$masks
spawn 24x80 $run
wait /NOW +1 Look at the hosts/
key d
-- what was read is said with its age; who said nothing is unknown
wait /Stop the members.*start all 3/
expect /n1 +10.0.0.1 +looked at +up +leader +healthy +[0-9]s/
expect /n2 +10.0.0.2 +looked at +up +follower +NOT healthy/
expect /disk full/
expect /n3 +10.0.0.3 +says nothing +unknown +unknown +unknown/
expect /quorum: unknown, not read yet/
golden rebuild-look
-- what was read before a change is past
key Enter
wait /name: _/
expect /n1 .*stopped +up +leader +was healthy/
expect /members: 0 of 3 known to be healthy/
golden rebuild-hold
-- the first member is not up before it has been so for its time
pass 600
type shop
key Enter
wait /The first member: start/
expect /n1 .*cleared/
key Enter
wait /n1 .*well for [1-3]s of 4s +up +leader +healthy/
wait /n1 .*FIRST, is up/
-- who does not come is said, while others go on
wait /The members join: start/
key Enter
wait /n3 .*FAILED: decide/
wait /n2 .*well for [0-3]s of 4s|n2 .*JOINED/
wait /Let join: n3: exit status 1/
wait /no route to 10.0.0.3/
-- the board is a key away, and keys of the walk do nothing there
key B
wait /n2 .*JOINED/
key r
wait /r does nothing here/
resize 12x40
wait /n3 +FAILED/
resize 43x132
wait /n3 +10.0.0.3 +FAILED: decide/
resize 24x80
wait /n3 .*FAILED: decide/
key Esc
wait /r retry/
-- left out is not joined, and the quorum is what was read
key s
wait /Why\\?/
key 1
wait /quorum: 2 of 3 healthy, 2 needed, read [0-9]s ago/
wait /n3 .*SKIPPED/
expect /not needed this time/
golden rebuild-quorum
-- a member that flaps is not healthy for the time it was
sh rm nodes/n2
wait /quorum: 1 of 3 healthy, 2 needed: NO QUORUM/
-- a quorum that cannot be read is unknown
sh mv nodes away
wait /quorum: 0 of 3 healthy|quorum: UNKNOWN/
sh mv away nodes
-- it counts when it has held for its time
sh for n in 2 3; do echo '{"state": "up", "role": "follower", "healthy": true}' >nodes/n\$n; done
wait /quorum: 3 of 3 healthy, 2 needed, read [0-9]+s ago, well for [0-9]+s of 4s/
wait /Look again: do it/
key q
wait /Leave/
key y
status 1
END
over

walk() {
	begin
	screen <<END
$masks
$env
spawn $size $run
wait /Look at the hosts/
-- $name: looked at
key d
wait /start all 3/
$([ "$size" = 43x132 ] || echo "golden $name $styles")
-- $name: the whole board
key B
wait /back/
golden $name-whole
END
	over
}
at_each_size rebuild walk

done_testing
