#!/bin/sh
# Sizes that change at any moment, also inside a question: nothing is lost, nothing stays behind.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cp tests/screen/books/replica.yaml "$T/replica.yaml"
cd "$T" || exit 1

screen <<END
mask /row [0-9]+, [a-z0-9 ]+ago/ =row #, # ago
mask /row [0-9]+, just now/ =row #, # ago
mask /operated by .*/ =operated by somebody
spawn 24x80 $BLACKSTART run replica.yaml --as ana --id-file $T/id
-- at a question
wait /Say that you have it: do it/
storm 100 1
resize 24x80
golden resize-question
-- with a line half typed
key n
wait /Enter take it/
type half of a
storm 100 2
resize 24x80
wait /half of a/
type note
storm 30 3
resize 24x80
golden resize-line
key Enter
until "$BLACKSTART" log | grep -q 'note: half of anote'
-- in a menu
wait /d done/
key M
wait /what can be done/
key Down Down
storm 100 4
resize 24x80
wait /^> s +skip/
key Esc
gone /what can be done/
-- in a text
key w
wait /Esc back/
storm 100 5
resize 24x80
wait /Fence db-1/
key Esc
gone /Esc back/
-- while a name is typed
key d
wait /Keep the writers out: start/
key Enter
wait /name: _/
pass 600
type db
storm 100 6
resize 24x80
wait /name: db_/
type -1
key Enter
wait /Promote db-2: start/
-- in the smallest of terminals keys still count
resize 1x1
pass 50
resize 2x10
pass 50
resize 5x20
wait /Enter|start/
key Enter
resize 24x80
wait /which way/
-- as large as it gets
resize 200x500
wait /which way/
resize 24x80
wait /which way/
quiet
END
over
done_testing
