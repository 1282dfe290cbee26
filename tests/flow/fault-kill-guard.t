#!/bin/sh
# Steps that destroy in a protected environment, by a permit: their keeper, and then their holder too,
# is killed at every commit. None starts that was not read and typed in the life of the keeper that
# starts it, and none starts twice.
. tests/lib/tap.sh
CASE=$T/case
CLOSES='It is gone'
WITH='--permit permit'
mkdir "$CASE"
cp "$ROOT/tests/faults/kill-guard/"*.yaml "$CASE"
echo prd >"$CASE/where"
cd "$CASE" || exit 1
ssh-keygen -q -t ed25519 -N '' -f raj </dev/null || bail "no key"
echo "raj $(cat raj.pub)" >signers
"$BLACKSTART" permit make prd kill.yaml --until 1d --reason tests --key raj >permit || bail "no permit"
cd "$ROOT" || exit 1
. tests/lib/kill.sh

# Each command that destroys and whose target was not read to the end, as it must be, since its step began
# and the last keeper came; and each whose name (a loop's: for all of it) nobody had typed.
also() {
	ask "$1" "SELECT 'not read before: ' || seq || ' ' || step FROM event c
		WHERE kind = 'cmd_intent' AND json_extract(payload, '\$.purpose') = 'main'
		AND NOT EXISTS (SELECT 1 FROM event r WHERE r.kind = 'guard' AND r.step = c.step
			AND json_extract(r.payload, '\$.all') AND r.seq < c.seq
			AND r.seq > (SELECT max(seq) FROM event k WHERE k.seq < c.seq AND
				(k.kind = 'keeper' OR (k.kind = 'step' AND k.step = c.step AND
				json_extract(k.payload, '\$.to') = 'executing'))))"
	ask "$1" "SELECT 'nobody typed it: ' || seq || ' ' || step FROM event c
		WHERE kind = 'cmd_intent' AND json_extract(payload, '\$.purpose') = 'main'
		AND NOT EXISTS (SELECT 1 FROM event n WHERE n.kind = 'note' AND n.seq < c.seq
			AND json_extract(n.payload, '\$.what') = 'name-typed'
			AND n.step = CASE WHEN c.step LIKE 'other@%' THEN 'others' ELSE c.step END)"
}

like "undisturbed, who permitted it is on record" "$("$BLACKSTART" log --journal "$T/plain/journal.db")" \
	'PERMIT [0-9a-f]{16} for prd, given by raj'
is "undisturbed, each is read before it starts" "$(also "$T/plain")" ''
every keeper fdatasync exact
tell "keeper killed before each commit is durable"
every keeper fdatasync+ exact
tell "keeper killed after each commit, before anything follows from it"
every keeper fdatasync undecided SHIM_HOLDER=1
tell "keeper and holder killed before commits are durable"

done_testing
