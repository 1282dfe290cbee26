#!/bin/sh
# Ten thousand random keys, pastes and signals where a step that destroys wants the name of its target.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_name 10000
done_testing
