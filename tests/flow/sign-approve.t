#!/bin/sh
# A second person, known by an ssh key or a code, agrees from a terminal of their own: who may, who
# may not, and what their word is about.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
for who in ana raj eve stranger; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$who" </dev/null || bail "no key for $who"
done
for line in 'ana:ana' 'raj:raj' 'eve:eve' 'tom:ana'; do
	printf '%s %s\n' "${line%:*}" "$(cat "${line#*:}.pub")"
done >signers
chmod 600 signers
cat >environments.yaml <<'YAML'
environments: 1
signers: signers
codes: codes
prd:
  protected: true
  target: {probe: cat where, is: prd}
  approve: {by: [ana, raj, tom], for: destroy, expires: 2h}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Destroy a volume
environment: prd
params:
  volume: {default: vol-7}
steps:
  - id: destroy
    title: Destroy it
    run: echo "gone $volume" >>destroyed
    effect: destroy
    target: '${volume}'
    if_not: Ask the storage team.
YAML
echo prd >where

# as NAME KEY ANSWER...: what is typed at the terminal of who approves.
as() {
	as_key=$1
	shift
	run sh -c 'printf "%s\n" "$3" | "$1" approve --key "$2"' sh "$BLACKSTART" "$as_key" "$1"
}

# wants N: that a second person is asked for is N times on record.
wants() {
	wait_for "[ \"\$(\"\$BLACKSTART\" log --json | grep -c '\"what\":\"wanted\"')\" -eq $1 ]"
}

run "$BLACKSTART" approve
is "without a run: status" "$status" 1

plain one "$BLACKSTART" run --plain --id-file id book.yaml
sees one 'type its target: vol-7'
run "$BLACKSTART" approve
is "nothing is asked yet: status" "$status" 1
like "nothing is asked yet" "$err" 'nothing in this run waits for a second person'
run "$BLACKSTART" identify --key ana
is "before anybody operates: status" "$status" 1
says one vol-7
sees one 'not known who you are'
run "$BLACKSTART" identify --key stranger
is "a stranger is nobody: status" "$status" 3
like "a stranger is nobody" "$err" 'nobody in .*signers has the key SHA256:'
run "$BLACKSTART" identify --key ana
is "ana is known: status" "$status" 0
ok "and on record, with her key" recorded 'ana \(signature SHA256:'
says one vol-7
ok "a second person is wanted" wants 1
is "nothing ran" "$(ls destroyed 2>/dev/null)" ''

as raj 'vol-8'
is "another name: status" "$status" 1
like "another name is a no" "$err" 'nothing was approved'
like "what is asked is shown: the command" "$out" '^  \| echo "gone \$volume" >>destroyed$'
like "… with its values" "$out" '^with: volume = vol-7$'
like "… its target" "$out" '^target: vol-7$'
like "… its environment" "$out" '^environment: prd$'
like "… who asks" "$out" '^asked by: ana$'
like "… as six words" "$out" '^words: ([a-z]{4,8} ){5}[a-z]{4,8}$'
like "… what is read there now" "$out" '^read now: prd  \(cat where\)$'
as raj ''
is "no name: status" "$status" 1
run sh -c '"$1" approve --key raj </dev/null' sh "$BLACKSTART"
is "no answer: status" "$status" 1

as ana vol-7
is "who asked does not agree: status" "$status" 3
like "who asked does not agree" "$err" 'ana asked for it'
as eve vol-7
is "who is not named does not agree: status" "$status" 3
like "who is not named does not agree" "$err" 'eve is not among those who may'
as stranger vol-7
is "a stranger does not agree: status" "$status" 3
like "a stranger does not agree" "$err" 'has the key SHA256'
sed '/^ana /d' signers >signers.new && mv signers.new signers && chmod 600 signers
as ana vol-7
is "nor who asked, under another name: status" "$status" 3
like "nor who asked, under another name" "$err" 'tom has the very key of who asked'
is "nothing ran yet" "$(ls destroyed 2>/dev/null)" ''

run "$BLACKSTART" approve --key raj --refuse 'not tonight'
is "a no: status" "$status" 0
ok "a no is on record" recorded 'not tonight'
sees one 'type its target: vol-7'
is "and runs nothing" "$(ls destroyed 2>/dev/null)" ''

says one vol-7
ok "asked again" wants 2
as raj vol-7
is "raj agrees: status" "$status" 0
sees one 'verdict: complete'
left one
is "it ran once" "$(cat destroyed)" 'gone vol-7'
ok "who agreed is on record" recorded 'raj \(signature SHA256:'
as raj vol-7
is "a closed run takes no word: status" "$status" 1
rm destroyed
ok "the record holds" "$BLACKSTART" verify

# --- by a code ------------------------------------------------------------------------------------

printf '%s %s\n' ana "$(cat ana.pub)" >>signers
run "$BLACKSTART" codes make --for raj --count 2
is "codes: status" "$status" 0
is "codes: two" "$(printf '%s\n' "$out" | grep -cE '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$')" 2
like "codes: said where" "$err" 'codes keeps none of them'
printf '%s\n' "$out" >given
is "codes: mode" "$(stat -c %a codes)" 600
run "$BLACKSTART" codes list
is "codes: left" "$out" 'raj: 2 left, 0 used'

by_code() {
	run sh -c 'printf "%s\n%s\n" vol-7 "$2" | "$1" approve --code' sh "$BLACKSTART" "$1"
}
plain two "$BLACKSTART" run --plain --key ana --id-file id book.yaml
sees two 'type its target: vol-7'
says two vol-7
ok "a second person is wanted again" wants 1
by_code 0000-0000-0000-0000
is "no such code: status" "$status" 3
code=$(sed -n 1p given)
by_code "${code%?}$(printf %s "$code" | tail -c 1 | tr '0-9A-Z' '1-9A-HJ0K')"
is "a wrong code: status" "$status" 3
is "a wrong code uses nothing" "$("$BLACKSTART" codes list)" 'raj: 2 left, 0 used'
by_code "$(printf %s "$code" | tr 'A-Z-' 'a-z ')"
is "a code, as it is said: status" "$status" 0
sees two 'verdict: complete'
left two
is "it ran" "$(cat destroyed)" 'gone vol-7'
is "one is used" "$("$BLACKSTART" codes list)" 'raj: 1 left, 1 used'
like "for what is said" "$(cat codes)" " $(cat id)\$"
ok "by which code is on record" recorded "raj \\(code code:${code%%-*}"
ok "no code is anywhere on record" ! grep -aqF "$code" -r journal
rm destroyed

plain three env BLACKSTART_KEY=ana "$BLACKSTART" run --plain --id-file id book.yaml
sees three 'type its target: vol-7'
says three vol-7
ok "a second person is wanted once more" wants 1
by_code "$code"
is "a code twice: status" "$status" 3
like "a code twice" "$err" 'was used at'
# ana's key stands in the file as tom's first by now.
ana=$("$BLACKSTART" codes make --for ana --count 1 2>/dev/null | tail -n 1)
by_code "$ana"
is "nor who asked, under another name by a code: status" "$status" 3
like "nor who asked, under another name by a code" "$err" 'tom asked for it'
is "nothing ran by it" "$(ls destroyed 2>/dev/null)" ''

# --- who operates, after a crash ------------------------------------------------------------------

kill -KILL "$(pgrep -f "blackstart keeper $(cat id)")" || bail "no keeper"
known='"what":"identified"'
ok "who operates is said again" wait_for '[ "$("$BLACKSTART" log --json | grep -c "$known")" -eq 2 ]'
hangs_up three
left three
unset BLACKSTART_KEY
plain four "$BLACKSTART" attach --plain --key stranger
sees four 'nobody in .* has the key SHA256'
is "a stranger's key says nobody" "$("$BLACKSTART" log --json | grep -c "$known")" 2
hangs_up four
left four
plain five "$BLACKSTART" run --plain --key nowhere book.yaml
sees five 'it is not known who operates: there is no key at nowhere'
sees five 'type its target'
hangs_up five
left five
"$BLACKSTART" close --reason done >/dev/null || fail "it closes"
"$BLACKSTART" close "$(cat id)" --reason done >/dev/null || fail "that one, too"
agreed="SELECT (SELECT count(*) FROM checkpoint WHERE what = 'approval') = (SELECT count(*) FROM event
	WHERE kind = 'guard' AND payload ->> '$.what' IN ('approved', 'permit', 'break-glass'))"
agreed_in=$(sql "SELECT run FROM event WHERE kind = 'guard' AND payload ->> '$.what' = 'approved' LIMIT 1")
run "$BLACKSTART" report "$agreed_in" --format html
like "the report says who agreed, not from which account" "$out" \
	'<td>[^<]*agreed to by raj [^<]*<td>raj \(signature\)<td>'
like "who agreed has a lane of their own" "$out" '<text y=[0-9]+>raj</text>'
ok "each word of a second person is vouched for, or it is on record that nobody did" \
	wait_for '[ "$(sql "$agreed")" -eq 1 ]'

done_testing
