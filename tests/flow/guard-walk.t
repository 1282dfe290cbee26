#!/bin/sh
# A protected environment: the target is read from the tool itself before its name is asked for, and
# again right before what destroys; a wrong one starts nothing, whatever is typed.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
mkdir bin
# The context is a line of `contexts` for each time that it is asked for, the last one from then on.
cat >bin/kubectl <<SH
#!/bin/sh
case \$* in
'config current-context')
	echo asked >>'$T/asked'
	n=\$(wc -l <'$T/asked')
	if [ "\$n" -gt "\$(wc -l <'$T/contexts')" ]; then tail -n 1 '$T/contexts'
	else sed -n "\${n}p" '$T/contexts'; fi ;;
delete*) echo "\$*" >>'$T/destroyed' ;;
esac
SH
chmod +x bin/kubectl
PATH=$T/bin:$PATH
export PATH

cat >environments.yaml <<'YAML'
prd:
  protected: true
  target: {probe: kubectl config current-context, is: gke_prd}
elsewhere:
  protected: true
  target: {probe: uname -n, is: no-host-has-this-name}
lab:
  lab: true
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Clean up
environment: ${environment}
params:
  environment: {default: prd}
steps:
  - id: clean
    title: Delete the claim
    run: kubectl delete pvc data
    effect: destroy
    target: pvc data
    if_not: Ask.
    no_way_back: It is old.
YAML
sed 's/    if_not:/    shows_state: cat state\n&/' book.yaml >shown.yaml
cat >each.yaml <<'YAML'
blackstart: 1
title: Clean up all
environment: prd
steps:
  - title: Delete each claim
    each: {claim: [one, two, three]}
    target: all claims
    steps:
      - id: clean
        title: Delete it
        run: kubectl delete pvc "$claim"
        effect: destroy
        target: pvc ${claim}
        if_not: Ask.
        no_way_back: It is old.
YAML

# contexts LINE...: what the tool says from now on.
contexts() {
	: >asked
	printf '%s\n' "$@" >contexts
}

destroyed() {
	[ ! -e destroyed ] || tr '\n' , <destroyed
	rm -f destroyed
}

gives_up() {
	says "$1" 'skip given up'
	sees "$1" 'verdict'
	left "$1"
}

contexts gke_prd
plain right "$BLACKSTART" run --plain book.yaml
sees right 'environment: prd \(PROTECTED\)'
sees right 'reads: "gke_prd", as it must, [0-9:]+ ago, by: kubectl config current-context'
sees right 'this destroys, in prd. To start it, type its target: pvc data'
says right 'prd'
sees right 'nothing was'
is "nothing starts before its name" "$(destroyed)" ''
says right 'pvc data'
sees right 'verdict: complete'
left right
is "the right name at the right target destroys, once" "$(destroyed)" 'delete pvc data,'
is "the target was read twice" "$(wc -l <asked)" 2

printf '3 claims, 40 GB\nlast written today\n' >state
contexts gke_prd
plain shown "$BLACKSTART" run --plain shown.yaml
sees shown 'there now: 3 claims, 40 GB'
sees shown '^ +last written today'
sees shown 'ago, by: cat state'
sees shown 'type its target: pvc data'
rm state
says shown 'pause'
sees shown 'PAUSED'
says shown 'continue'
sees shown 'there now: \(it ended with exit status 1\)'
sees shown 'type its target: pvc data'
says shown 'pvc data'
sees shown 'verdict: complete'
left shown
is "what is there is shown, and stops nobody" "$(destroyed)" 'delete pvc data,'

contexts gke_dev
plain wrong "$BLACKSTART" run --plain book.yaml
sees wrong 'this is not prd: kubectl config current-context reads "gke_dev"; it must read "gke_prd"'
says wrong 'pvc data'
sees wrong 'nothing was'
says wrong 'override'
sees wrong 'nothing was'
contexts gke_prd2
says wrong 'retry'
sees wrong 'it cannot start: this is not prd: .* reads "gke_prd2"'
contexts gke_prd gke_dev
says wrong 'retry'
sees wrong 'type its target: pvc data'
says wrong 'pvc data'
sees wrong 'Delete the claim: this is not prd: .* reads "gke_dev"'
is "switched after the name was typed: nothing destroyed" "$(destroyed)" ''
contexts gke_prd
says wrong 'retry'
sees wrong 'type its target: pvc data'
says wrong 'pvc data'
sees wrong 'verdict: complete'
left wrong
is "and the right one goes on" "$(destroyed)" 'delete pvc data,'

plain host "$BLACKSTART" run --plain book.yaml --param environment=elsewhere
sees host 'this is not elsewhere: uname -n reads ".*"; it must read "no-host-has-this-name"'
gives_up host
is "a wrong host destroys nothing" "$(destroyed)" ''

# What was asked about is the command as it was then.
contexts gke_prd
plain edit "$BLACKSTART" run --plain book.yaml
sees edit 'type its target: pvc data'
says edit 'edit kubectl delete pvc other'
sees edit 'Why'
says edit 'it has another name'
sees edit 'type its target: pvc data'
is "an edit asks anew and reads anew" "$(wc -l <asked)" 2
says edit 'pvc data'
sees edit 'verdict: complete'
left edit
is "what runs is what was shown" "$(destroyed)" 'delete pvc other,'

# A keeper that is killed while the context is switched.
contexts gke_prd
plain crash "$BLACKSTART" run --plain book.yaml
sees crash 'type its target: pvc data'
contexts gke_dev
kill -KILL $(process keeper)
sees crash 'The keeper is back'
sees crash 'it cannot start: this is not prd'
says crash 'pvc data'
sees crash 'nothing was'
gives_up crash
is "what was read before a crash does not count" "$(destroyed)" ''

# By hand, beside the walk.
contexts gke_prd
plain hand "$BLACKSTART" run --plain book.yaml
sees hand 'type its target: pvc data'
run "$BLACKSTART" exec -- 'kubectl delete pvc other'
is "what destroys is not typed by the way" "$status" 125
like "it says what it wants" "$err" 'deletes objects.*prd is protected: say its name with it'
run "$BLACKSTART" exec --in prd -- 'kubectl delete pvc other'
is "with its environment's name it is" "$status $(destroyed)" '0 delete pvc other,'
says hand '! kubectl delete pvc third'
sees hand 'in a protected environment. Its name:'
says hand 'prd'
wait_for '[ -s destroyed ]'
gives_up hand
is "in the walk it is asked for" "$(destroyed)" 'delete pvc third,'

# A pause, and the context is switched.
contexts gke_prd
plain pause "$BLACKSTART" run --plain book.yaml
sees pause 'type its target: pvc data'
says pause 'pause'
sees pause 'PAUSED'
contexts gke_dev
says pause 'continue'
sees pause 'it cannot start: this is not prd'
gives_up pause
is "nor what was read before a pause" "$(destroyed)" ''

# A loop is confirmed once, and its target read before each of its rounds.
contexts gke_prd gke_prd gke_dev
plain round "$BLACKSTART" run --plain each.yaml
sees round 'type the name: all claims'
says round 'all claims'
sees round 'Delete it \(two\): this is not prd'
is "the second round is stopped by its own reading" "$(destroyed)" 'delete pvc one,'
contexts gke_prd
says round 'retry'
sees round 'type its target: pvc two'
says round 'pvc two'
sees round 'verdict: complete'
left round
is "… and the rest goes on" "$(destroyed)" 'delete pvc two,delete pvc three,'

# A file of answers is nobody.
contexts gke_prd
cat >answers.yaml <<'YAML'
answers: 1
steps:
  - {at: clean, do: start, text: pvc data}
YAML
run "$BLACKSTART" run --answers answers.yaml book.yaml
like "an answers file does not pass" "$out$err" 'prd is protected: an answers file starts nothing'
is "and says so" "$status" 1
plain left "$BLACKSTART" attach --plain
sees left 'type its target: pvc data'
gives_up left
is "nothing was destroyed" "$(destroyed)" ''
run "$BLACKSTART" run --answers answers.yaml book.yaml --param environment=lab
is "in a lab it does" "$status $(destroyed)" '0 delete pvc data,'

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
done_testing
