#!/bin/sh
# A walk whose keeper is killed around every commit and every message.
. tests/lib/tap.sh
. tests/lib/kill.sh

every keeper fdatasync exact
tell "keeper killed before each commit is durable"
every keeper fdatasync+ exact
tell "keeper killed after each commit, before anything follows from it"
every keeper sendmsg exact SHIM_CLIENT=1
tell "keeper and client killed before each message"
STRIDE=$((STRIDE * 2))
every keeper sendmsg+ exact
tell "keeper killed after messages"

done_testing
