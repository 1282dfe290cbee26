#!/bin/sh
# What lint and inventory say of environments, and what destroys in them.
. tests/lib/tap.sh

b=$BLACKSTART
mkdir -p "$T/site/books"
cat >"$T/site/environments.yaml" <<'END'
signers: signers
prd:
  protected: true
  target: {probe: hostname, is: db-1}
  approve: {by: [ana, raj]}
  freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: moving house}
stg: {protected: false}
END
cat >"$T/site/books/a.yaml" <<'END'
blackstart: 1
title: Empty it
environment: prd
steps:
  - {title: Empty it, run: dropdb app, effect: destroy, role: dba, if_not: Ask., no_way_back: It is old.}
  - {title: Twice, run: dropdb eu, effect: destroy, target: eu, if_not: Ask., undo: createdb eu}
  - call: b.yaml
END
cat >"$T/site/books/b.yaml" <<'END'
blackstart: 1
title: Elsewhere
environment: stg
steps: [{title: Other, run: dropdb other, effect: destroy, target: other, if_not: Ask.}]
END
printf 'ana ssh-ed25519 AAAAana\nraj ssh-ed25519 AAAAraj\n' >"$T/site/signers"
run "$b" lint "$T/site/books"
is "a warning is no error" "$status" 0
like "of what nothing reads" "$out" 'b\.yaml:4:9: warning: .*`stg`.*\[destroy-without-probe\]'
is "once, however many name it" "$(printf '%s' "$out" | grep -c destroy-without-probe)" 1
like "it counts the file" "$err" '2 runbooks, 1 environments file'
echo 'ana ssh-ed25519 AAAAana' >"$T/site/signers"
run "$b" lint "$T/site/books/a.yaml"
is "a guard that nobody can pass is an error" "$status" 5
like "at its environment" "$out" 'site/environments\.yaml:2:1: error: .*\[nobody-can-approve\]'
run "$b" lint "$T/site/environments.yaml"
is "the file by itself says it too" "$status" 5
like "and is counted" "$err" '1 environments file: 1 error, 1 warning'

run "$b" inventory "$T/site/books/a.yaml"
flat=$(printf '%s' "$out" | tr '\n' ' ')
like "what guards" "$flat" \
	'guard +prd: protected, its target is read by 1 probe, approved by ana or raj, FROZEN now \(moving'
like "who destroys what, and why that is accepted" "$flat" \
	'destroys prd; NO WAY BACK: It is old\.; role: dba'
like "what is called says where" "$flat" 'destroys other in stg \(stg: not protected, NOTHING reads'
like "roles" "$flat" 'role dba: 1 step in 1 runbook, 1 without a way back whoever walks it: 2 steps'
run "$b" inventory --json "$T/site/books/a.yaml"
is "in JSON" "$(printf '%s' "$out" | jq -r '.[] | [.environment, .guards[0].protected,
	(.guards[0].approvers | length), .no_way_back] | map(tostring) | join(",")' | paste -sd' ')" \
	"prd,true,2,It is old. prd,true,2,null stg,false,0,null"

# --- doctor

run env BLACKSTART_RUNBOOKS="$T/site/books" "$b" doctor
like "doctor names a guard that nobody can pass" "$out" \
	'poor +guard .*site/environments\.yaml: nobody can pass the guard of `prd`'
echo 'codes: codes' >>"$T/site/environments.yaml"
"$b" lint "$T/site/environments.yaml" >"$T/out" 2>&1
like "codes that are not there are no verdict" "$(cat "$T/out")" 'warning: codes: .*keys-unreadable'
code() { # USED WHAT: a line of a file of codes
	echo "7KQM raj 2026-11-22T03:00:00Z 14,8,1 c2FsdA== aGFzaA== $1 $2"
}
{ echo '# blackstart codes 1: id owner made scrypt salt hash used for'; code 2026-11-22T03:10:00Z x; } >"$T/site/codes"
run "$b" lint "$T/site/environments.yaml"
is "a code that was used is none" "$status" 5
code - - >>"$T/site/codes"
run "$b" lint "$T/site/environments.yaml"
is "one that is left makes a second person" "$status" 0
run env BLACKSTART_RUNBOOKS="$T/site/books" "$b" doctor
like "doctor is content" "$out" 'good +guard +1 file: 1 protected, 1 frozen now'
sed -i 's/probe: hostname/probe: no-such-tool account/' "$T/site/environments.yaml"
run env BLACKSTART_RUNBOOKS="$T/site/books" "$b" doctor
like "doctor looks for what reads a target" "$out" \
	'poor +guard .*: no-such-tool, which reads a target, is not on the PATH'
sed -i 's/probe: no-such-tool account/probe: hostname/' "$T/site/environments.yaml"

# --- on paper

run "$b" show "$T/site/books/a.yaml"
flat=$(printf '%s' "$out" | tr -s ' \n' ' ')
like "paper says how to read the target" "$flat" \
	'Guard: prd is protected Before anything is destroyed, ask: \$ hostname It must say exactly: db-1'
like "and who says yes" "$flat" 'Somebody else says yes: ana or raj, before anything is destroyed'
like "and when not" "$flat" 'Destroy nothing: 2000-01-01T00:00Z to 2200-01-01T00:00Z; moving house'
like "and what cannot be got back" "$flat" 'No way back: It is old\.'

echo 'prd: {protected: yes}' >"$T/site/environments.yaml"
run "$b" inventory "$T/site/books/a.yaml"
like "a file with mistakes opens nothing" "$(printf '%s' "$out" | tr '\n' ' ')" \
	'guard +prd CANNOT BE RELIED ON, so nothing that destroys starts there: '
run env BLACKSTART_RUNBOOKS="$T/site/books" "$b" doctor
like "doctor names it" "$out" 'poor +guard .*environments\.yaml: has errors, so nothing'
run "$b" schema environments
is "its schema" "$(printf '%s' "$out" | jq -r .title)" "blackstart environments, format 1"
done_testing
