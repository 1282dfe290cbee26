#!/bin/sh
# Ten thousand random keys, pastes and signals where the name of an environment breaks its glass.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_glass 10000
done_testing
