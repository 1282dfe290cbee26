#!/bin/sh
# Ten thousand random keys, pastes and signals where the code of a second person is wanted.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_code 10000
done_testing
