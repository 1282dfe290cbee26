#!/bin/sh
# An agent that never answers is tried for five seconds, which nobody waits for: then it is on record.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh

cd "$T" || exit 1
printf '%s\n' 'blackstart: 1' 'title: Deaf' 'steps:' "  - {title: Look, run: 'true', effect: read}" \
	'  - end: fine' '    success: true' >book.yaml
printf 'answers: 1\nsteps: []\n' >answers.yaml
perl -MIO::Socket::UNIX -MPOSIX=pause -e '$s = IO::Socket::UNIX->new(Local => "deaf", Listen => 50) or die;
	open F, ">", "deaf.up"; close F; pause' &
deaf=$!
wait_for '[ -e deaf.up ]' || bail "no deaf agent"
run env SSH_AUTH_SOCK="$T/deaf" "$BLACKSTART" run --answers answers.yaml book.yaml
is "the run ends well" "$status" 0
is "before anything came of its signature" "$(sql "SELECT count(*) FROM checkpoint WHERE what = 'close'")" 0
wait_for '[ "$(sql "SELECT count(*) FROM checkpoint")" -eq 2 ]' || bail "it is waited for without end"
is "then why it is not signed" "$(sql 'SELECT DISTINCT why FROM checkpoint')" "ssh-add did not answer in time"
wait_for '! is_kept "$T/journal"' || bail "its keeper stays"
ok "nothing of it stays" test -z "$(ls "$T/journal/run")"
run "$BLACKSTART" verify
is "which is no defect" "$status" 0
like "and said" "$out" '^NOT SIGNED: how 1 of 1 closed runs ended'
kill "$deaf"
done_testing
