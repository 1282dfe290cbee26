#!/bin/sh
# What a replay shows is what stood there: the screen of whoever operated, the one of a replay that
# plays after them, and the one that is sought afterwards, forwards or backwards, from any size. The
# rows of keys differ: a replay has keys of its own.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/record.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >book.yaml <<'YAML'
blackstart: 1
title: Played again
owner: ops
reviewed: 2026-11-01
environment: shop
steps:
  - {id: lines, title: Print lines, run: seq 1 60, effect: read, terminal: false}
  - {id: look, title: Look around, do: Look around and be sure.}
  - id: paint
    title: Paint
    run: "printf '\\033[31mred\\033[0m and \\033[7mloud\\033[0m\\nbelow\\n\\033[2A\\033[1Cup\\n';
      read -r x; echo got it"
    effect: change
    terminal: true
  - each: {member: [db1, db2]}
    steps:
      - {id: state, title: 'Ask ${member}', run: 'echo "$member" is up', effect: read, terminal: false,
         capture: {up: text}}
      - {id: touch, title: 'Touch ${member}', do: 'Touch ${member}.'}
  - {id: broken, title: Break, run: echo no such thing >&2; false, effect: change, terminal: false}
  - {id: wipe, title: Wipe it, run: echo wiped, effect: destroy, target: vol-data}
  - {id: last, title: Look again, do: Look again.}
YAML

masks="$masks
mask /nobody operates/ =operated by somebody
mask /[0-9]+:[0-9][0-9]/ =#
mask /, [0-9]+ s left/ =, # left
mask /Tab: type to it [|] / =
mask /[─]+$/ =--
mask / .you.$/ ="
stops=0
# stop: what stands at the one terminal comes to stand at the other. They differ by the rows of keys.
stop() {
	stops=$((stops + 1))
	cat <<END
on live
-- $1
wait /$1/
keep $rows frame-$stops
sh sqlite3 -readonly '$BLACKSTART_JOURNAL' 'SELECT seq FROM event ORDER BY rowid DESC LIMIT 1' >row-$stops
on past
same $rows frame-$stops
on live
END
}
# walk ROWSxCOLS: operated at that size, and played one row higher: its last row says REPLAY.
walk() {
	stops=0 high=${1%x*} wide=${1#*x} rows=$((${1%x*} - 2))
	cat <<END
$masks
spawn live:$1 $BLACKSTART run book.yaml --as ana --id-file $T/id
-- $1: a run begins
wait /Look around and be sure/
END
	cat <<END
until test -s $T/id
spawn past:$((high + 1))x$wide $BLACKSTART replay --speed 4096
-- $1: a replay of it goes to its end and follows
wait /REPLAY FOLLOWS/
END
	stop 'NOW 2 Look around'
	printf 'key d\nwait /Paint: start/\n'
	stop 'Paint: start'
	printf 'key Enter\n'
	stop '(^|[|] )below'
	printf 'key Tab\nwait /KEYBOARD/\ntype x\nkey Enter\nwait /COMMAND IS OVER/\nkey Esc\n'
	stop 'Touch db1\.'
	printf 'key d\n'
	stop 'Touch db2\.'
	printf 'key d\nwait /Break: start/\nkey Enter\n'
	stop 'DECIDE 5 Break'
	printf 'key s\nwait /[Ww]hy|reason/\ntype not needed\nkey Enter\n'
	stop 'type its target: vol-data'
	printf 'pass 600\ntype vol-data\nkey Enter\n'
	stop 'Look again\.'
	printf 'key d\n'
	stop 'The run is closed|closed'
}
# seek: each of those moments again, in an order that goes back and forth, coming from other sizes.
seek() {
	id=$(cat id)
	cat <<END
$masks
spawn past:$((high + 1))x$wide $BLACKSTART replay $id --at 0:00
-- $wide columns: it begins
key Space
wait /REPLAY PAUSED 0:0/
END
	for n in $(seq 1 $stops | sort -R --random-source=book.yaml) $stops 1; do
		ms=$(ask journal "SELECT (b.boot - a.boot) / 1000000 - 1 FROM event a, event b WHERE a.run = '$id'
			AND b.run = a.run AND a.seq = 1 AND b.seq = $(cat row-$n) + 1")
		printf -- '-- %s columns: back and forth to frame %s\n' $wide $n
		case $n in
		*[147]) echo 'resize 13x40' ;;
		*[258]) echo 'resize 60x200' ;;
		esac
		if [ "$ms" ]; then
			printf 'key g\nwait /Go to a time/\ntype %sms\nkey Enter\ngone /Go to a time/\n' $ms
		else
			echo 'key End'
		fi
		printf 'resize %sx%s\nsame %s frame-%s\n' $((high + 1)) $wide $rows $n
	done
	printf 'key q\nstatus 0\nrestored\n'
}
for size in 24x80 40x132; do
	walk $size >script
	screen script || { over; bail "the walk of $size came to its end"; }
	wait_for '[ ! -e "journal/run/$(cat id)/keeper.sock" ]' || bail "its keeper is gone"
	seek >script
	screen script
	rm id
done

# A restore in the middle: how much of it, how fast and how long still is what stood there.
mkdir -p drivers/volume
mkfifo go end
cat >drivers/volume/shelf.yaml <<'YAML'
driver: 1
volume: shelf
title: Nothing but words
about: Says what a restore says, as far as the test lets it.
proved: recordings
needs: [cat]
points: {run: cat points.json}
safety: {run: 'echo "$place.before"'}
restore:
  run: |
    echo "@progress 1000000000 4000000000"
    read -r word <go
    echo "@progress 2000000000 4000000000"
    read -r word <end
verify: {run: true}
put_back: {run: true}
release: {run: true}
YAML
printf '[{"volume": "orders", "point": "p2", "at": "%s", "size": 4000000000}]\n' \
	"$(date -u -d '-2 hours' +%Y-%m-%dT%H:%M:%SZ)" >points.json
cat >board.yaml <<'YAML'
blackstart: 1
title: Bring the volume back
owner: ops
reviewed: 2026-11-01
environment: shop
objectives: {rpo: 4h}
steps:
  - {id: data, title: Put it back, restore: shelf, volumes: {orders: /srv/orders}, point: latest}
  - {title: Look again, do: Look.}
YAML
screen <<END
spawn 24x80 $BLACKSTART run board.yaml --as ana --id-file $T/id
-- a volume is restored
wait /start/
key Enter
wait /name: _/
pass 600
type /srv/orders
key Enter
wait /orders .*restoring +1.0 of 4.0 GB 25%/
pass 1100
sh echo on >go
wait /orders .*2.0 of 4.0 GB 50% +[0-9.]+ .B.s +0:[0-9]+ left/
sh sqlite3 -readonly '$BLACKSTART_JOURNAL' 'SELECT seq FROM event ORDER BY rowid DESC LIMIT 1' >row
pass 1100
sh echo on >end
wait /NOW .*Look again/
END
over
id=$(cat id)
then=$(ask journal "SELECT (b.boot - a.boot) / 1000000 + 900 FROM event a, event b WHERE a.run = '$id'
	AND b.run = a.run AND a.seq = 1 AND b.seq = $(cat row)")
screen <<END
spawn 25x80 $BLACKSTART replay $id --at ${then}ms --speed 0.125
-- and so it stands there when that moment is sought
wait /orders .*2.0 of 4.0 GB 50% +[0-9.]+ .B.s +0:[0-9]+ left/
key Space
wait /REPLAY PAUSED/
key End
wait /The run is closed/
key g
wait /Go to a time/
type ${then}ms
key Enter
wait /orders .*2.0 of 4.0 GB 50% +[0-9.]+ .B.s +0:[0-9]+ left/
key q
status 0
END
done_testing
