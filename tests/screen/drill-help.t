#!/bin/sh
# Help that is looked for in a drill counts, wherever on the screen; in a real run nobody counts it.
. tests/lib/tap.sh
. tests/lib/screen.sh

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Look at it
steps:
  - {id: look, title: Look first, do: Look around.}
END
asked() {
	sql "select count(*) from event
		where run = '$(cat "$T/id")' and kind = 'drill' and payload ->> 'what' = 'help'"
}
for kind in drill run; do
	screen <<END
-- $kind: help, and help of another scene
spawn 24x80 $BLACKSTART $kind $T/book.yaml --as $me --id-file $T/id
wait /Look around/
key ?
wait /Keys of run/
key Esc
wait /Look around/
key w
wait /asked: 1 Look first/
key ?
wait /Everywhere/
key Esc
wait /asked: 1 Look first/
key Esc
wait /Look around/
END
	if [ $kind = drill ]; then
		ok "each is on record" wait_for '[ "$(asked)" = 2 ]'
	else
		is "none is on record" "$(asked)" 0
	fi
	over
done
"$BLACKSTART" report --json --after-action "$(sql "select run from event where kind = 'drill' limit 1")" >"$T/json"
is "and is scored" "$(jq -c '.after_action.objectives[] | select(.id == "help") |
	[.count, .result, (.rows | length)]' "$T/json")" '[2,"missed",2]'
done_testing
