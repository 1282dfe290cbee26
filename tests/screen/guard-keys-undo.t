#!/bin/sh
# Ten thousand random keys, pastes and signals where the undo of a step that destroyed wants the name of its target.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_undo 10000
done_testing
