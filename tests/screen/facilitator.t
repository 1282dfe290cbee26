#!/bin/sh
# The facilitator's console: the script ahead, what may be done about an inject, and no single key that delivers.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >book.yaml <<END
blackstart: 1
title: Look and repair
owner: ops
reviewed: 2026-11-01
steps:
  - {id: look, title: Look, do: Look.}
  - {id: odd, title: An odd one, run: odd-thing, effect: change}
  - {id: last, title: Last, do: Look.}
END
cat >drill.yaml <<END
scenario: 1
title: A drill
runbook: book.yaml
injects:
  - {id: early, after: look, show: The first one rings.}
  - {id: never, show: Only by hand., expect: They write it down.}
END
"$BLACKSTART" drill drill.yaml --detach >id || bail "no drill"
screen <<END
spawn 24x80 $BLACKSTART attach --facilitator
-- the script is seen ahead, with what is expected of the players
wait /after look  early: The first one rings/
expect /never: Only by hand/
expect /FACILITATOR/
key Down
wait /expect +They write it down/
-- Enter after Enter delivers nothing
key Enter
wait /leave it +it stays as it stands/
key Enter
gone /leave it/
expect /\[ \]  never/
-- a delivery is chosen
key Enter
wait /deliver +it comes now/
key d
wait /\[x\] .*never: Only by hand/
-- keys that operate do nothing
key s
wait /s does nothing here/
-- an inject of one's own
key i
wait /What are the players shown/
type Somebody knocks.
key Enter
wait /own-1: Somebody knocks/
-- the run as the players see it, and back
key v
wait /1 Look/
key F
wait /own-1: Somebody knocks/
-- on a small terminal
resize 12x40
wait /early/
expect /DRILL/
-- leaving leaves the drill
key q
wait /Leave/
key y
status 1
END
over
done_testing
