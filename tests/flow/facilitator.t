#!/bin/sh
# Who facilitates a drill sees its script ahead, delivers, holds, releases, leaves out, invents, observes and says
# what a command comes to; never operates, and nobody else may.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Look and repair
owner: ops
reviewed: 2026-11-01
steps:
  - {id: look, title: Look, do: Look.}
  - {id: odd, title: An odd one, run: odd-thing, effect: change}
  - {id: last, title: Last, do: Look.}
END
cat >"$T/drill.yaml" <<'END'
scenario: 1
title: A drill
runbook: book.yaml
injects:
  - {id: early, after: look, show: The first one rings.}
  - {id: later, after: look, later: 1h, show: It is an hour later., expect: They wait.}
  - {id: never, show: Only by hand.}
END
run "$BLACKSTART" drill "$T/drill.yaml" --detach
RUN=$out

plain boss "$BLACKSTART" attach "$RUN" --facilitator --plain
sees boss '\[ \] after look  early: The first one rings'
says boss 'hold early'
sees boss 'inject early: held'
says boss 'show later'
sees boss 'expect +They wait'
says boss 'deliver never'
sees boss 'DRILL inject: Only by hand\.'
says boss 'deliver never'
sees boss 'Refused: '
says boss 'invent Somebody knocks.'
sees boss 'DRILL inject: Somebody knocks\.'
says boss 'take'
sees boss 'Refused: a facilitator does not operate the run'
says boss 'done'
sees boss 'answers no question of the run'
says boss 'observe She reads aloud.'
sees boss 'observed: She reads aloud\.'
says boss 'tell Look at the log.'
sees boss 'help of the facilitator'

# --- who operates

plain one "$BLACKSTART" attach "$RUN" --plain
sees one '1 Look: do it'
says one 'd'
sees one '2 An odd one: start\?$'
is "what is held does not come" "$(sql "select count(*) from event where kind = 'drill' and
	payload ->> 'inject' = 'early' and payload ->> 'what' = 'delivered'")" 0
says boss 'release early'
sees one 'DRILL inject: The first one rings'
says one ''
sees boss 'ASKED|asked of the facilitator'
says boss 'answer x'
sees boss 'With which status'
says boss 'answer 3 it is stuck'
sees one '^. it is stuck'
sees one 'exit 3'
sees one 'An odd one: exit status 3'
says one 'retry'
sees one 'runs: odd-thing'
says boss 'script'
sees boss 'ASKED: what does it come to\? 2 An odd one'
says boss 'answer 0'
sees one '3 Last: do it'
says boss 'leave-out later'
sees boss 'inject later: left-out'
says one 'd'
sees one 'verdict'
left one
left boss
is "each of these is on record, by the facilitator" "$(sql "select group_concat(payload ->> 'what', ' ') from (
	select payload from event where kind = 'drill' and actor not in ('keeper', 'scenario') and
	payload ->> 'what' not in ('facilitator') order by seq)")" \
	'held delivered invented observed invented help released answer answer left-out'
is "nobody took the seat but who operates" "$(sql "select count(*) from event where kind = 'seat' and
	payload ->> 'what' = 'taken'")" 1

# --- an end that an inject waits for

run "$BLACKSTART" drill "$T/drill.yaml" --detach
RUN=$out
run "$BLACKSTART" close "$RUN" --reason 'seen enough'
is "a drill is closed in the middle of a step that an inject waits for" "$status" 0 || note "$out" "$err"
is "and it is not shown any more" "$(sql "select count(*) from event where kind = 'drill' and run = '$RUN'")" 0

# --- what a drill is not

cat >"$T/real.yaml" <<'END'
answers: 1
steps: [{at: look, do: close, reason: seen}]
END
run "$BLACKSTART" run "$T/book.yaml" --detach
real=$out
run "$BLACKSTART" attach "$real" --facilitator --plain </dev/null
like "a real run has no facilitator" "$out$err" 'no drill'
run "$BLACKSTART" attach "$real" --facilitator --observe --plain </dev/null
is "who facilitates does not only look on" "$status" 2
"$BLACKSTART" close "$real" --reason seen >/dev/null
done_testing
