#!/bin/sh
# Who vouches for a run: with an agent, with a key, with none, with an agent that never answers; later;
# and what heads that were kept elsewhere tell.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh

cd "$T" || exit 1
db=$BLACKSTART_JOURNAL
ask() { sqlite3 -readonly -cmd '.timeout 60000' "$db" "$1"; }
for who in ana raj eve; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$who" </dev/null || bail "no key for $who"
done
printf 'ana %s\nraj %s\n' "$(cat ana.pub)" "$(cat raj.pub)" >signers
cat >book.yaml <<'Y'
blackstart: 1
title: Signed
steps:
  - {title: Look, run: 'true', effect: read}
  - end: fine
    success: true
Y
printf 'answers: 1\nsteps: []\n' >answers.yaml
# walk: $id is the run's
walk() {
	run "$BLACKSTART" run --answers answers.yaml book.yaml "$@"
	id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
}
settled() { wait_for '! is_kept "$T/journal"' || bail "its keeper stays"; }

# --- an agent that never answers
perl -MIO::Socket::UNIX -MPOSIX=pause -e '$s = IO::Socket::UNIX->new(Local => "deaf", Listen => 50) or die;
	open F, ">", "deaf.up"; close F; pause' &
deaf=$!
wait_for '[ -e deaf.up ]' || bail "no deaf agent"
SSH_AUTH_SOCK=$T/deaf walk
is "an agent that never answers: the run ends well" "$status" 0
like "… and says that it is not signed yet" "$out" '^close: not signed yet'
like "… and the head that is to be kept" "$out" "^head: [0-9a-f]{64}@$id:[0-9]+\$"
is "… nothing waited for it" "$(ask "SELECT count(*) FROM checkpoint WHERE run = '$id' AND what = 'close'")" 0
deaf_run=$id

# --- an agent
ssh-agent -a "$T/agent" >agent.env || bail "no agent"
agent=$(sed -n 's/.*SSH_AGENT_PID=\([0-9]*\);.*/\1/p' agent.env)
SSH_AUTH_SOCK=$T/agent ssh-add -q ana </dev/null || bail "the agent takes no key"
perl -MIO::Socket::UNIX -MSocket -e '$s = IO::Socket::UNIX->new(Local => "log", Type => SOCK_DGRAM)
	or die; open F, ">", "log.up"; close F; $| = 1;
	while (defined $s->recv($m, 4096)) { $m !~ /\0/ or next; syswrite STDOUT, "$m\n" }' >log.txt &
logger=$!
wait_for '[ -e log.up ]' || bail "no log"
SSH_AUTH_SOCK=$T/agent BLACKSTART_SYSLOG=$T/log BLACKSTART_HEADS=$T/heads walk
is "with an agent: status" "$status" 0
wait_for '[ "$(ask "SELECT count(*) FROM checkpoint WHERE run = '"'$id'"'")" -eq 2 ]' ||
	bail "no checkpoints"
run "$BLACKSTART" verify --signers signers --heads heads "$id"
is "it is whole: status" "$status" 0
like "whole and unaltered, it says" "$out" '^whole and unaltered: 1 run, '
like "the beginning is signed" "$out" '^  start +event [0-9]+ +signed by ana \(ED25519 SHA256:'
like "and the end" "$out" '^  close +event [0-9]+ +signed by ana \(ED25519 SHA256:'
like "heads from elsewhere are there" "$out" '^rolled back: not behind the 2 heads'
unlike "nothing is unsigned" "$out" 'NOT SIGNED'
head=$(ask "SELECT lower(hex(hash)) FROM event WHERE run = '$id' ORDER BY seq DESC LIMIT 1")
wait_for 'grep -q close log.txt' || bail "nothing in the log"
like "the machine's log has the head" "$(cat log.txt)" \
	"^<13>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} blackstart\\[[0-9]+\\]: close $head@$id:"
like "so has the file" "$(cat heads)" "^$head@$id:[0-9]+ [0-9T:-]+Z close [^ ]+:$db\$"
run "$BLACKSTART" verify "$id"
like "without a file of signers nobody is known" "$out" 'signed by the key SHA256:.*, not known whose'
like "without a head it cannot be told" "$out" '^rolled back: cannot tell'
printf 'ana valid-before="20200101" %s\n' "$(cat ana.pub)" >old
like "a key that had expired then does not count" "$("$BLACKSTART" verify --signers old "$id")" \
	'not known whose: the key SHA256:.* has expired'
printf 'ana valid-after="20200101",valid-before="20990101" %s\n' "$(cat ana.pub)" >now
like "one that was valid then does" "$("$BLACKSTART" verify --signers now "$id")" 'signed by ana'
run "$BLACKSTART" report "$id"
like "the report says who" "$out" 'close \(row [0-9]+\) signed by'

# --- nobody
cp heads heads.before
settled_all() { [ "$(ask "SELECT count(*) FROM checkpoint WHERE run = '$1'")" -eq 2 ]; }
kill "$deaf"
wait_for 'settled_all "$deaf_run"' 60 || bail "nothing came of the deaf agent"
like "of the deaf agent it is on record why there is no signature" \
	"$(ask "SELECT DISTINCT why FROM checkpoint WHERE run = '$deaf_run'")" \
	'^(no key to sign with: none is in the agent|ssh-add did not answer in time)$'
settled
cp -r journal older
BLACKSTART_HEADS=$T/heads walk
like "with no key the end says so" "$out" '^NOT SIGNED: start.*no ssh agent|^close: not signed yet'
wait_for 'settled_all "$id"' || bail "no checkpoints"
run "$BLACKSTART" verify --signers signers "$id"
is "unsigned is no defect" "$status" 0
like "and is said" "$out" '^NOT SIGNED: nobody vouches for how this run ended'
like "with why" "$out" 'close .*NOT SIGNED: no key: there is no ssh agent'

# --- later
run "$BLACKSTART" sign --key eve --signers signers "$id"
is "somebody who is not known may not sign later" "$status" 3
is "which leaves no trace" "$(ask "SELECT count(*) FROM checkpoint WHERE run = '$id'")" 2
run "$BLACKSTART" sign --key raj --signers signers "$id"
is "somebody who is, may" "$status" 0
like "and is named" "$out" "^signed: run $id up to event [0-9]+, by raj "
run "$BLACKSTART" verify --signers signers "$id"
like "verify has it" "$out" '^  counter +event [0-9]+ +signed by raj '
unlike "and asks for no more" "$out" 'nobody vouches for how'
like "as JSON" "$("$BLACKSTART" verify --json --signers signers "$id" |
	jq -r '[.verdict, .signed, .not_signed, .ends_signed, .rolled_back] | @csv')" \
	'^"whole",1,2,1,"cannot tell"$'

# --- an older copy
wait_for '[ "$(grep -c . heads)" -eq 4 ]' || bail "heads are missing"
run "$BLACKSTART" verify --journal older/journal.db
is "an older copy is whole" "$status" 0
like "and nobody can tell from it" "$out" '^rolled back: cannot tell'
run "$BLACKSTART" verify --journal older/journal.db --heads heads.before
is "heads of before are in it" "$status" 0
run "$BLACKSTART" verify --journal older/journal.db --heads "$(sed 's/ .*//' heads >bare; echo bare)"
is "later heads are not" "$status" 1
like "which is said" "$out" "^run $id: ROLLED BACK, or another record: there is no such run"
run env BLACKSTART_HEADS="$T/bare" "$BLACKSTART" verify --journal older/journal.db
is "the file may be named once for all" "$status" 1
run "$BLACKSTART" verify --head "$head"
is "a head alone is found" "$status" 0
run "$BLACKSTART" verify --head "00000000@$deaf_run:3"
is "another one in its place is not: status" "$status" 1
like "… it was written anew" "$out" "^run $deaf_run: WRITTEN ANEW: event 3 "
run "$BLACKSTART" verify --head "$(printf %.12s "$head")@$deaf_run:99999"
like "a run that ends too early" "$out" "^run $deaf_run: ROLLED BACK: event 99999 was there"
run "$BLACKSTART" verify --head nothex
is "what is no head is wrong usage" "$status" 2

# --- an open run
export BLACKSTART_BEAT_MS=20
printf '%s\n' 'blackstart: 1' 'title: Open' 'steps:' '  - {title: Do it, do: Do it.}' \
	'  - {title: And that, do: Do that.}' >open.yaml
plain one "$BLACKSTART" run --plain --id-file open.id open.yaml
sees one 'done'
open=$(cat open.id)
wait_for '[ -n "$(ask "SELECT 1 FROM machine WHERE what = '"'beat'"'")" ]' || bail "no beat"
wait_for '"$BLACKSTART" verify "$open" >open.txt; ! grep -q "came after" open.txt' ||
	bail "the end of an open run is not tied"
like "an open run is vouched for as far as its beat" "$(cat open.txt)" \
	"^open: run $open, tied up to event ([0-9]+) of [0-9]+\$"
says one done
sees one 'And that'
plain two env SSH_AUTH_SOCK="$T/agent" "$BLACKSTART" attach --plain --as raj --take-over 'ana sleeps' "$open"
handed="SELECT who, key IS NOT NULL FROM checkpoint WHERE run = '$open' AND what = 'hand-over'"
wait_for '[ -n "$(ask "$handed")" ]' || bail "no hand-over"
is "who takes the seat over vouches for it, by their own agent" "$(ask "$handed")" "raj|1"
hangs_up two
hangs_up one
kill "$agent" "$logger"
"$BLACKSTART" close --reason over "$open" >/dev/null 2>&1
done_testing
