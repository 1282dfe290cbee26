#!/bin/sh
# The board of a restore: volumes, their restore points, how far each is, what is kept, what failed.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1

mkdir -p drivers/volume
cat >drivers/volume/shelf.yaml <<'END'
driver: 1
volume: shelf
title: Nothing but words
about: Says what a restore says, as far as the test lets it.
proved: recordings
needs: [cat]
points:
  run: cat points.json
safety:
  run: echo "$place.before"
restore:
  run: |
    echo "@progress 1000000000 4000000000"
    echo "reading $point"
    read -r word <"go-$volume"
    echo "@progress 2000000000 4000000000"
    read -r word <"end-$volume"
    [ "$word" = fail ] && { echo "no space left on the device" >&2; exit 1; }
    echo "@progress 4000000000 4000000000"
verify:
  run: |
    read -r word <"look-$volume"
put_back:
  run: true
release:
  run: true
END
# ago HOURS MINUTES: a time that is as old all along the test, in the units that are shown.
ago() {
	date -u -d "-$1 hours -$2 minutes" +%Y-%m-%dT%H:%M:%SZ
}
cat >points.json <<END
[{"volume": "orders", "point": "p2", "at": "$(ago 62 31)", "size": 4000000000,
  "holds": "18,233 orders of the shop"},
 {"volume": "logs", "point": "q2", "at": "$(ago 62 30)", "size": 900000000,
  "holds": "what the shop said of itself in February"},
 {"volume": "orders", "point": "p1", "at": "$(ago 86 30)", "size": 3900000000},
 {"volume": "logs", "point": "q1", "at": "$(ago 86 30)", "size": 890000000}]
END
cat >book.yaml <<'END'
blackstart: 1
title: Bring the volumes back
owner: ops
reviewed: 2026-11-01
environment: shop
objectives: {rpo: 1h}
steps:
  - {title: Look at the disks, do: Look.}
  - id: data
    title: Put the volumes back
    restore: shelf
    volumes: {orders: /srv/orders, logs: /srv/logs}
    point: ask
    at_once: 2
  - {title: Look again, do: Look.}
END
for v in orders logs; do mkfifo go-$v end-$v look-$v; done

masks="$masks"'
mask /20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T/
mask /"at": .*/ ="at": ...'
run="$BLACKSTART run book.yaml --as ana --id-file $T/id"

screen <<END
$masks
spawn 24x80 $run
wait /NOW +1 Look at the disks/
-- no board yet is said so
key B
wait /No step with a board was met yet/
-- what can be restored is a list, the newest first, against the objective
key d
wait /which of these/
expect /1 +20[-0-9]+T[0-9:]+Z, 2d14h old, OVER the RPO/
expect /3 +20[-0-9]+T[0-9:]+Z, 3d14h old/
golden restore-pick
-- a pick by arrow and Enter; the board then says which point each volume gets
key Down
key Enter
wait /Keep what is there now: start/
expect /orders +.srv.orders +p2 .* waiting/
expect /logs +.srv.logs +q2 .* waiting/
expect /nothing is overwritten yet/
-- before it destroys, the board says that a copy is kept of each
key Enter
wait /name: _/
wait /orders .*copy is kept/
expect /DESTROYS/
golden restore-hold
-- B is a letter of the name while one is typed; nothing opens
pass 600
type B
wait /name: B_/
key C-u
-- several are restored at once, with what each says of itself
type shop
key Enter
wait /orders .*restoring +1.0 of 4.0 GB 25%/
wait /logs .*restoring +1.0 of 4.0 GB 25%/
expect /0 of 2 restored and verified/
-- from two readings follow a rate and the time that is left
pass 1100
sh echo on >go-orders
wait /orders .*2.0 of 4.0 GB 50% +[0-9.]+ .B.s +0:[0-9]+ left/
-- the whole board is a key away, with what is kept under which name
key B
wait /what was there is kept as .srv.orders.before/
expect /restore point: 20[-0-9]+T/
-- keys of the walk do nothing there
key x
wait /x does nothing here/
key n
wait /n does nothing here/
-- silence is said
wait /logs .*no news for 0:0[5-9]/
-- other sizes
resize 12x40
wait /orders +restoring/
wait /logs +restoring/
resize 43x132
wait /orders +.srv.orders +p2/
resize 24x80
wait /kept as .srv.logs.before/
-- what ran and was not looked at is not done
sh echo on >end-orders
wait /orders .*verifying/
expect /0 of 2 restored and verified/
-- what failed is said, on the board and by the question
sh echo on >go-logs
sh echo fail >end-logs
wait /logs .*FAILED: decide/
expect /1 FAILED/
sh echo on >look-orders
wait /orders .*DONE/
wait /1 of 2 restored and verified, 1 FAILED/
key Esc
wait /logs from q2: exit status 1/
wait /no space left on the device/
wait /> logs/
mask /0:[0-9][0-9]/
golden restore-failed
-- left out is not restored
key s
wait /Why\\?/
key 1
wait /Look again: do it/
key B
wait /logs .*SKIPPED/
expect /not needed this time/
expect /1 of 2 restored and verified/
key Esc
wait /Look again: do it/
-- where am I has it while it is at work; now it is over
key q
wait /Leave/
key y
status 1
END
over

# A terminal that is lost, and one that comes back in the middle.
screen <<END
$masks
spawn 24x80 $run
wait /Look at the disks/
key d
wait /which of these/
key 1
key Enter
wait /start all 2/
key Enter
wait /name: _/
pass 600
type shop
key Enter
wait /orders .*25%/
-- whoever comes back sees how far it is
hangup
spawn again:24x80 $BLACKSTART attach --as ana
wait /orders .*restoring +1.0 of 4.0 GB 25%/
-- where am I has the board, too
key w
wait /Esc back/
key /
type restored and verified
wait /> restored and verified/
key Enter
wait /0 of 2 restored and verified/
key Esc
wait /at work/
-- the status sheet has it
sh grep -q 'orders .*srv.orders.*p2.*restoring' "$T"/journal/status/*.txt
-- the lines have it
spawn lines:24x80 $BLACKSTART attach --plain --observe --as raj
wait /Restore orders from p2: 1.0 of 4.0 GB, 25%/
type where
key Enter
wait /1.0 of 4.0 GB 25%/
on again
sh echo on >go-orders
on lines
wait /Restore orders from p2.*2.0 of 4.0 GB, 50%/
sh echo on >end-orders; echo on >look-orders; echo on >go-logs; echo on >end-logs; echo on >look-logs
on again
-- done is what was verified
wait /Look again: do it/
unexpect /@progress/
key B
wait /2 of 2 restored and verified/
END
over

cat >files.sh <<'END'
echo '@progress 1 2 files'
echo reading one
read -r word <go-orders
printf '@prog'
read -r word <end-orders
END
cat >pane.yaml <<'END'
blackstart: 1
title: A command that says how far it is
owner: ops
reviewed: 2026-11-01
steps:
  - title: Copy it
    run: sh files.sh
    effect: change
    terminal: false
  - {title: Look again, do: Look.}
END
screen <<END
spawn 24x80 $BLACKSTART run pane.yaml --as ana --id-file $T/id
wait /Copy it: start/
-- progress lines are not in the pane, what only begins like one is
key Enter
wait /^reading one/
unexpect /@progress/
sh echo on >go-orders
wait /^@prog$/
sh echo on >end-orders
wait /Look again: do it/
END
over

cat >undo.yaml <<'END'
blackstart: 1
title: Taken back
owner: ops
reviewed: 2026-11-01
steps:
  - {title: Swap it, run: echo swapped, effect: destroy, target: vol-1, undo: echo back >>undone, terminal: false}
  - {title: Look again, do: Look.}
END
screen <<END
spawn 24x80 $BLACKSTART run undo.yaml --as ana --id-file $T/id
wait /name: _/
pass 600
type vol-1
key Enter
wait /Look again: do it/
-- the undo of what destroyed starts with its name, and with no other
key z
wait /undo: which step/
key Down
key Enter
wait /Type the name to start it: vol-1/
pass 600
type vol-10
key Enter
wait /starts with the name/
sh test ! -e undone
key Enter
wait /d done/
key z
wait /undo: which step/
key Down
key Enter
wait /Type the name to start it: vol-1/
pass 600
type vol-1
key Enter
until test -s undone
END
over

walk() {
	screen <<END
$masks
$env
spawn $size $run
wait /Look at the disks/
-- $name: the list
key d
wait /which of these/
golden $name-pick
-- $name: before it destroys
key 1
key Enter
wait /start all 2/
key Enter
wait /name: _/
golden $name $styles
END
	over
}
at_each_size restore walk

done_testing
