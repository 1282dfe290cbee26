#!/bin/sh
# Home starts a drill three ways: on a table, with a scenario that lies with the runbook, in a lab.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
mkdir -p "$T/books/drills/one" && cd "$T" || exit 1
cat >books/book.yaml <<END
blackstart: 1
title: Look and repair
owner: ops
reviewed: 2026-11-01
params:
  place: {ask: Where?}
  token: {ask: The token?, secret: true, from: {command: "touch $T/fetched; echo x"}}
steps:
  - {id: look, title: Look, do: Look.}
  - {id: odd, title: An odd one, run: touch $T/ran, effect: change}
END
cat >books/drills/one/drill.yaml <<END
scenario: 1
title: It is odd
runbook: ../../book.yaml
params: {place: here}
answers: [{step: odd, output: oddly}]
END
cp books/drills/one/drill.yaml books/drills/other.yaml
sed -i 's/book.yaml/none.yaml/' books/drills/other.yaml
screen <<END
env BLACKSTART_RUNBOOKS=$T/books
spawn 24x80 $BLACKSTART home --as ana
-- what lies with the runbook is offered, and a lab
wait /Look and repair/
key Enter
wait /DRILL with/
pass 500
key D
wait /DRILL with what\?/
expect /It is odd/
expect /In a lab/
-- the scenario answers what the runbook asks for
key Enter
wait /^ ?DRILL/
wait /NOW +1 Look/
key d
wait /2 An odd one: start\?/
pass 500
key Enter
wait /THE RUN IS CLOSED|Close the run/
END
is "nothing was run, and no secret was fetched" "$(ls "$T" | grep -x -e ran -e fetched)" ''
is "it is on record as what it was" "$(sql "select payload ->> 'way' from event where kind = 'run_opened'")" simulated
"$BLACKSTART" close --reason test >/dev/null 2>&1
done_testing
