#!/bin/sh
# Contact steps whose keeper, and then whose holder, is killed at every commit: no message goes out
# twice, unless the record says that nobody knows what became of the first.
. tests/lib/tap.sh
CASE=$ROOT/tests/faults/kill-contact
LEDGER_BY=sort
CLOSES='Somebody is there'
. tests/lib/kill.sh

every keeper fdatasync exact
tell "keeper killed before each commit is durable"
every keeper fdatasync+ exact
tell "keeper killed after each commit, before anything follows from it"
STRIDE=$((STRIDE * 3))
every keeper sendmsg+ exact
tell "keeper killed after messages"
every keeper fdatasync undecided SHIM_HOLDER=1
tell "keeper and holder killed before commits are durable"

done_testing
