#!/bin/sh
# What walks without a person passes no guarded step unless somebody signed, beforehand, that this
# runbook may run in this environment until a time.
. tests/lib/tap.sh

cd "$T" || exit 1
export BLACKSTART_JOURNAL="$T/journal.db"
for who in raj eve; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$who" </dev/null || bail "no key for $who"
done
printf '%s %s\n' raj "$(cat raj.pub)" eve "$(cat eve.pub)" >signers
chmod 600 signers
cat >environments.yaml <<'YAML'
environments: 1
signers: signers
prd:
  protected: true
  target: {probe: echo prd, is: prd}
  approve: {by: [raj], for: destroy}
stage:
  protected: true
  target: {probe: echo stage, is: stage}
  approve: {by: [eve], for: destroy}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Destroy a volume
environment: prd
steps:
  - {id: destroy, title: Destroy it, run: echo gone >>destroyed, effect: destroy, target: vol-7,
     if_not: Ask the storage team.}
YAML
cat >answers.yaml <<'YAML'
answers: 1
steps:
  - {at: destroy, do: start, text: vol-7}
YAML

run "$BLACKSTART" permit make prd book.yaml --until 2h --reason 'nightly rebuild' --key raj
is "made: status" "$status" 0
printf '%s\n' "$out" >good
like "it says for what" "$out" '^runbook: [0-9a-f]{64}$'
run "$BLACKSTART" permit show good
is "shown: status" "$status" 0
like "it says where" "$out" '^environment: prd$'
like "… why" "$out" '^why: nightly rebuild$'
like "… until when" "$out" '^until: 20[0-9-]+T[0-9:]+Z$'
like "… by whom" "$out" '^by: raj \(ED25519 key SHA256:'
run "$BLACKSTART" permit show good --signers /dev/null
is "whose it is must be known: status" "$status" 1

run "$BLACKSTART" run --answers answers.yaml book.yaml
is "without a permit: status" "$status" 1
like "without a permit" "$out" 'without a permit'
is "nothing ran" "$(ls destroyed 2>/dev/null)" ''
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"

run "$BLACKSTART" run --answers answers.yaml --permit good book.yaml
is "with a permit: status" "$status" 0
is "it ran" "$(cat destroyed)" gone
like "who gave it is on record" "$("$BLACKSTART" log)" 'PERMIT [0-9a-f]{16} for prd, given by raj'
rm destroyed

# refuses NAME WORDS: a run with the permit `bad` is not started, or starts nothing.
refuses() {
	run "$BLACKSTART" run --answers answers.yaml --permit bad book.yaml
	is "$1: status" "$status" 3
	like "$1" "$err" "$2"
	is "$1: nothing ran" "$(ls destroyed 2>/dev/null)" ''
}
make_bad() {
	"$BLACKSTART" permit make "$@" --reason test >bad || bail "no permit: $*"
}

sed 's/^until: 20/until: 21/' good >bad
refuses "a later end" 'another text'
make_bad stage book.yaml --until 1h --key eve
run "$BLACKSTART" run --answers answers.yaml --permit bad book.yaml
is "for another environment: status" "$status" 1
is "for another environment: nothing ran" "$(ls destroyed 2>/dev/null)" ''
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"
make_bad prd book.yaml --until 1h --key eve
refuses "by who may not" 'may not give one'
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"
ssh-keygen -q -t ed25519 -N '' -f stranger </dev/null
make_bad prd book.yaml --until 1h --key stranger
refuses "by a stranger" 'has the key SHA256'
echo nothing >bad
refuses "no permit" 'this is no permit'
make_bad prd book.yaml --until 2s --key raj
ok "its time goes by" wait_for '! "$BLACKSTART" permit show bad' 60
refuses "past its time" 'was good until'
cp good bad
echo '# changed' >>book.yaml
refuses "for another text of the runbook" 'something else than this runbook'
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"

cat >caller.yaml <<'YAML'
blackstart: 1
title: What is called destroys
environment: prd
steps:
  - call: sub.yaml
YAML
cat >sub.yaml <<'YAML'
blackstart: 1
title: Destroy a volume
steps:
  - {id: destroy, title: Destroy it, run: ./gone, effect: destroy, target: vol-7, if_not: Ask.}
YAML
printf '#!/bin/sh\necho gone >>destroyed\n' >gone
chmod 755 gone
sed -i "s/at: destroy,/at: Destroy it,/" answers.yaml
make_bad prd caller.yaml --until 1h --key raj
run "$BLACKSTART" run --answers answers.yaml --permit bad caller.yaml
is "what is called is permitted with it" "$status $(cat destroyed)" '0 gone'
rm destroyed
echo '# changed' >>gone
run "$BLACKSTART" run --answers answers.yaml --permit bad caller.yaml
is "… as it was then: a script" "$status $(ls destroyed 2>/dev/null)" '3 '
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"
make_bad prd caller.yaml --until 1h --key raj
echo '# changed' >>sub.yaml
run "$BLACKSTART" run --answers answers.yaml --permit bad caller.yaml
is "… and a called runbook" "$status $(ls destroyed 2>/dev/null)" '3 '
"$BLACKSTART" close --reason test >/dev/null || fail "it closes"

run "$BLACKSTART" permit make prd --until 1h --reason test --key raj -- rake destroy
like "of a command" "$out" '^name: rake destroy$'
run "$BLACKSTART" permit make prd book.yaml --until yesterday --reason test --key raj
is "no time: status" "$status" 2
run "$BLACKSTART" permit make prd book.yaml --until 2001-01-01 --reason test --key raj
is "a time that is past: status" "$status" 2
run "$BLACKSTART" permit make prd book.yaml --until 1h --key raj
is "no reason: status" "$status" 2
done_testing
