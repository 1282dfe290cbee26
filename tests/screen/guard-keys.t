#!/bin/sh
# Random keys, bursts, pastes and signals at each question of a guard: nothing gets through but the
# right name, typed. Ten thousand at each: guard-keys-*.t. SEED=n for others, KEYS=n for more.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_name 200
siege_undo 200
siege_glass 200
siege_second 200
siege_code 200
done_testing
