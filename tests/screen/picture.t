#!/bin/sh
# The picture of the README is what the program shows. REGOLD=1 draws it anew.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cp tests/screen/books/replica.yaml "$T/replica.yaml"
cd "$T" || exit 1
screen <<END
mask /elapsed #:## [|] #:##:## left/ =elapsed 4:12 | 0:55:48 left
mask /#:##/ =0:03
mask /row [0-9]+, (just now|[a-z0-9 ]+ ago)/ =row 24, just now
mask /operated by [^ ]+/ =operated by ana
-- docs/screen.svg
spawn 24x80 $BLACKSTART run replica.yaml --as ana --id-file $T/id
wait /Say that you have it: do it/
key d
wait /Keep the writers out: start/
key Enter
wait /name: _/
pass 600
type db-
wait /name: db-_/
svg $ROOT/docs/screen.svg
END
over
done_testing
