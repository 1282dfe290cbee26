#!/bin/sh
# Ten thousand random keys, pastes and signals where a second person is waited for.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/siege.sh
siege_second 10000
done_testing
