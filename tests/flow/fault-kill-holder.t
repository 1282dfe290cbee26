#!/bin/sh
# A walk whose holder is killed at every word it writes or says, alone and with the keeper. The fate
# of what ran then is not known, and a person decides.
. tests/lib/tap.sh
. tests/lib/kill.sh

every holder write undecided
tell "holder killed before each word of its status file"
every holder sendmsg undecided
tell "holder killed before each message"
every keeper fdatasync undecided SHIM_HOLDER=1
tell "keeper and holder killed before each commit is durable"
STRIDE=$((STRIDE * 2))
every keeper sendmsg+ undecided SHIM_HOLDER=1 SHIM_CLIENT=1
tell "keeper, holder and client killed after messages"

done_testing
