#!/bin/sh
# Approving at a terminal: what is asked stands there, a passphrase is not seen, a slip is a no.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/plain.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
ssh-keygen -q -t ed25519 -N '' -C ana -f ana </dev/null || bail "no key"
ssh-keygen -q -t ed25519 -N 'a long phrase' -C raj -f raj </dev/null || bail "no key"
printf '%s %s\n' ana "$(cat ana.pub)" raj "$(cat raj.pub)" >signers
chmod 600 signers
cat >environments.yaml <<'YAML'
signers: signers
prd:
  protected: true
  target: {probe: echo prd, is: prd}
  approve: {by: [raj], for: destroy}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Destroy a volume
environment: prd
steps:
  - {id: destroy, title: Destroy it, run: echo gone >>destroyed, effect: destroy, target: vol-7,
     if_not: Ask the storage team.}
YAML
plain one "$BLACKSTART" run --plain --key ana --id-file id book.yaml
sees one 'type its target: vol-7'
says one vol-7
wanted='"what":"wanted"'
ok "a second person is wanted" wait_for '"$BLACKSTART" log --json | grep -qF "$wanted"' 60

screen <<END
spawn 30x100 $BLACKSTART approve --key raj
-- what is asked stands there
wait /command:/
wait /echo gone >>destroyed/
wait /words: [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+/
-- another name is a no
wait /type its target's name, vol-7:/
type vol-77
key Enter
wait /nothing was approved/
status 1
spawn 30x100 $BLACKSTART approve --key raj
-- a wrong passphrase signs nothing
wait /type its target's name, vol-7:/
type vol-7
key Enter
wait /passphrase/
type wrong
key Enter
wait /did not sign/
status 3
spawn 30x100 $BLACKSTART approve --key raj
-- the right one does, and is not seen
wait /type its target's name, vol-7:/
type vol-7
key Enter
wait /passphrase/
type a long phrase
key Enter
wait /approved, on record/
unexpect /long phrase/
status 0
END
sees one 'verdict: complete'
left one
is "it ran once" "$(cat destroyed)" gone
over

# --- who operates, on the screen ------------------------------------------------------------------

cat >known <<'SH'
"$BLACKSTART" log "$(cat "$T/id")" --json | grep -c '"what":"identified"'
SH
screen <<END
spawn 30x100 $BLACKSTART run --as $me --key ana --id-file $T/id $T/book.yaml
-- a run on the screen says who operates it
wait /vol-7/
until [ "\$(sh $T/known)" -eq 1 ]
hangup
ended
env BLACKSTART_KEY=$T/ana
spawn 30x100 $BLACKSTART attach --as $me
-- and so does who comes back to it
wait /vol-7/
until [ "\$(sh $T/known)" -eq 2 ]
hangup
ended
END
over
done_testing
