#!/bin/sh
# The guard of a protected environment on the screen: what its target reads stands beside the name
# that is asked for; a wrong target, a second person, broken glass. REGOLD=1 rewrites the pictures.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
cat >environments.yaml <<'YAML'
codes: codes
prd:
  protected: true
  target: {probe: cat where, is: gke_acme_prd}
two:
  protected: true
  target: {probe: cat where, is: gke_acme_prd}
  approve: {by: [ana, raj], for: destroy, expires: 30m}
ice:
  protected: true
  target: {probe: cat where, is: gke_acme_prd}
  freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: year end}
  tell: ops
YAML
cat >contacts.yaml <<'YAML'
people:
  ana: {phone: '+34 600 000 001'}
channels:
  room: {kind: command, command: 'echo "$subject" >>told'}
ladders:
  ops:
    rungs:
      - {channel: room, wait: 5m}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Free the orders volume
owner: ops
reviewed: 2026-11-01
environment: ${environment}
contacts: contacts.yaml
params:
  environment: {default: prd}
steps:
  - id: destroy
    title: Delete the claim
    run: echo "gone vol-7" >>destroyed
    effect: destroy
    target: vol-7
    warn: Every order since the last snapshot goes with it.
    no_way_back: The disk is wiped by the provisioner within a minute.
    if_not: Ask the storage team.
  - {title: Look after it, do: Look.}
YAML
for who in ana raj; do
	"$BLACKSTART" codes make --for $who --count 2 >"$who" 2>/dev/null || bail "no codes for $who"
done
echo gke_acme_prd >where

# at ENVIRONMENT SIZE: lines that start a run there.
at() {
	echo "$masks"
	echo "mask /its words .*/ =its words   six of them"
	echo "mask /asked by .*/ =asked by    ana"
	echo "mask /[0-9a-f]{64}/ =the digest"
	echo "spawn $2 $BLACKSTART run book.yaml -p environment=$1 --as ana --id-file $T/id"
}
not_yet="sh ! test -e destroyed"

screen <<END
$(at prd 24x80)
-- what its target reads stands above the question
wait /type its target: vol-7/
expect /environment prd .PROTECTED./
expect /reads +"gke_acme_prd", as it must/
expect /command +echo "gone vol-7"/
golden guard-hold
-- also where there is little room
resize 12x40
wait /DESTROYS in prd. Type: vol-7/
expect /PROTECTED/
expect /reads "gke_acme_prd"/
golden guard-hold-small
resize 24x80
wait /type its target: vol-7/
-- what is pasted is no name
pass 700
paste vol-7
key Enter
wait /Nothing is typed/
$not_yet
-- switched after the name stood there: what it reads, and what it must
sh echo gke_dev >where
type vol-7
key Enter
wait /READS +"gke_dev"/
expect /MUST READ +"gke_acme_prd"/
unexpect /override/
$not_yet
-- nothing goes past it
key o
wait /no step for it/
$not_yet
-- looked at again, it cannot even be asked
key r
wait /BLOCKED/
wait /r look again/
expect /READS +"gke_dev"/
golden guard-disagrees
-- the right one asks anew, and its name starts it
sh echo gke_acme_prd >where
key r
wait /type its target: vol-7/
pass 700
type vol-7
key Enter
wait /NOW 2 Look after it/
sh [ "\$(cat destroyed)" = "gone vol-7" ]
END
over
rm -f destroyed

screen <<END
$(at two 24x80)
-- who asks must be known first
wait /type its target: vol-7/
expect /F2 say who you are/
pass 700
type vol-7
key Enter
wait /one of the codes that were made/
key c
wait /not shown/
type $(sed -n 1p ana)
unexpect /$(sed -n 1p ana)/
key Enter
wait /It is known now who you are/
$not_yet
-- then a second person: six words, how long, who may
wait /type its target: vol-7/
pass 700
type vol-7
key Enter
wait /a second person must agree/
expect /its words +[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+/
expect /time left +0:2[5-9]:/
expect /may agree +raj: blackstart approve/
golden guard-second
resize 12x40
wait /In two a SECOND PERSON must agree/
expect /its words/
expect /a their code  o BREAK THE GLASS/
resize 24x80
-- a code of who asked is none
wait /a their code/
pass 700
key a
wait /The code that/
type $(sed -n 2p ana)
key Enter
wait /ana asked for it/
$not_yet
-- that of the other, read out by phone, is one
key Space
wait /a their code/
key a
wait /The code that/
type $(sed -n 1p raj)
unexpect /$(sed -n 1p raj)/
key Enter
wait /NOW 2 Look after it/
sh [ "\$(cat destroyed)" = "gone vol-7" ]
END
over
rm -f destroyed

screen <<END
$(at ice 24x80)
-- a freeze says why, and how it is broken
wait /it cannot start: ice is frozen: year end/
expect /o BREAK THE GLASS/
pass 700
key o
wait /everybody on the ladder is told/
-- it wants a reason, and the name of the environment by hand
key 1
wait /THIS BREAKS THE GLASS/
golden guard-glass
pass 700
paste ice
wait /not taken here/
key Enter
wait /Something must be typed/
sh ! test -e told
-- another name breaks nothing
type prd
key Enter
wait /the name of the environment, ice/
sh ! test -e told
-- its own does; the target is asked for all the same
key Space
wait /o BREAK THE GLASS/
key o
wait /everybody on the ladder is told/
pass 100
key 1
wait /THIS BREAKS THE GLASS/
pass 700
type ice
key Enter
wait /type its target: vol-7/
expect /THE GLASS IS BROKEN/
$not_yet
END
ok "and it is told" wait_for '[ -s told ]'
over
done_testing
