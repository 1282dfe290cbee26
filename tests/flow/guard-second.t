#!/bin/sh
# The guard around a command where somebody sits at a terminal, and what a typed name cannot unlock:
# another target, a freeze, a second person.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/terminal.sh

cd "$T" || exit 1
for who in ana raj eve; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "$who" </dev/null || bail "no key for $who"
	echo "$who $(cat "$who.pub")" >>signers
done
chmod 600 signers
cat >environments.yaml <<YAML
signers: signers
prd:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
asks:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
  approve: {by: [ana, raj]}
frozen:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
  freeze: {from: 2020-01-01T00:00Z, to: 2120-01-01T00:00Z, why: a long one}
YAML
echo gke_prd >where

# guard NAME WORDS...: what would be done leaves NAME.done.
guard() {
	guarded=$1
	shift
	at_terminal "$guarded" "$BLACKSTART" guard --as ana --id-file "$guarded.id" "$@" -- touch "$guarded.done"
}
asked() {
	sees "$1" 'type its target: gke_prd'
	sees "$1" 'an empty line runs nothing'
	says "$1" gke_prd
}
agree() {
	echo gke_prd | "$BLACKSTART" approve --key "$1" "$(run_id "$2")"
}
run_id() {
	cat "$1.id"
}
not_run() {
	left "$1"
	is "$1: status" "$status" 125
	is "$1: nothing was run" "$(ls "$1.done" 2>/dev/null)" ''
	like "$1: … which is said" "$screen" 'nothing was run'
}
was_run() {
	left "$1"
	is "$1: it was run" "$status $(ls "$1.done")" "0 $1.done"
}

# --- another target -------------------------------------------------------------------------------------
echo gke_dev >where
guard elsewhere prd
not_run elsewhere
like "elsewhere: … and what was read" "$screen" 'gke_dev'
unlike "nor is there glass to break" "$screen" 'break the glass'
echo gke_prd >where
guard switched prd
sees switched 'an empty line runs nothing'
echo gke_dev >where
says switched gke_prd
not_run switched
like "switched while it was typed: … and what was read" "$screen" 'gke_dev'
echo gke_prd >where

# --- a freeze -------------------------------------------------------------------------------------------
guard thaw frozen
sees thaw 'frozen is frozen: a long one'
sees thaw 'type the name of the environment: frozen'
sees thaw 'an empty line does not'
says thaw ''
not_run thaw
guard glass frozen
sees glass 'an empty line does not'
says glass frozen
sees glass 'Why'
says glass 'the disk is full'
asked glass
was_run glass
like "broken glass is on record, and why" "$("$BLACKSTART" log "$(run_id glass)")" 'the disk is full'

# --- a second person ------------------------------------------------------------------------------------
guard second asks --key ana
asked second
sees second 'a second person must agree.*blackstart approve'
sees second 'It is waited for'
is "until then nothing is" "$(ls second.done 2>/dev/null)" ''
says second 'go on'
sees second 'It is waited for'
for who in ana eve; do
	ok "$who is no second person" ! agree $who second
done
ok "raj is" agree raj second
was_run second
guard refused asks --key ana
asked refused
sees refused 'It is waited for'
run "$BLACKSTART" approve --key raj --refuse 'not tonight' "$(run_id refused)"
is "the second person says no" "$status" 0
sees refused 'not tonight'
sees refused 'an empty line runs nothing'
says refused ''
not_run refused

# --- killed before it begins ------------------------------------------------------------------------------
guard killed prd
sees killed 'an empty line runs nothing'
pkill -KILL -P "$(cat killed.pid)" || bail "killed is killed"
left killed
is "killed: status" "$status" 137
plain later "$BLACKSTART" attach --plain --take-over 'who started it is gone' "$(run_id killed)"
sees later 'type its target: gke_prd'
says later gke_prd
sees later 'who started this command is gone'
sees later 'verdict|close'
hangs_up later
left later
is "who answers later starts nothing: its words are gone" "$(ls killed.done 2>/dev/null)" ''
run "$BLACKSTART" close --reason 'it is over' "$(run_id killed)"

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
is "no run was left open" "$("$BLACKSTART" runs --json | jq '[.[] | select(.closed == null)] | length')" 0
done_testing
