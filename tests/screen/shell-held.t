#!/bin/sh
# A shell under exec where its lines cannot be put on record, and where there is none to be had.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/record.sh
. tests/lib/shell.sh

# --- a line that cannot be put on record is not run
cp "$b" "$T/bs"
printf 'PS1="at home> "\n' >"$HOME/.bashrc"
"$T/bs" run -d --secret token=word --id-file "$T/id" book.yaml >opened 2>&1 || bail "no run"
id=$(cat "$T/id")
screen <<END
spawn 24x80 $T/bs exec $id --shell
wait /at home>/
type mv $T/bs $T/away
key Enter
until [ -e $T/away ]
-- not run, and it is said; nor is it said to have run
type for i in 1 2; do touch $T/nono; done
key Enter
wait /NOT ON RECORD, and not run/
until mv $T/away $T/bs
type echo on "record"
key Enter
wait /^on record/
until "$b" log $id --kind shell | grep -q 'on .record. ended with exit 0'
until ! "$b" log $id --kind shell | grep nono && [ ! -e $T/nono ]
END
over

# --- the record cannot be written
LD_PRELOAD=$BUILD/shim_sys.so SHIM_WHO=keeper SHIM_FAIL=$T/fail SHIM_UNDER=$T/journal opened
screen <<END
spawn 24x80 $b exec $id --shell
wait /at home>/
-- it is said at once, and the shell held
until echo EIO >$T/fail
type touch $T/typed
key Enter
wait /THE RECORD CANNOT BE WRITTEN/
type touch $T/typed
key Enter
-- when it can be written again it goes on, and nothing that was typed meanwhile has run
until rm -f $T/fail
wait /can be written again/
key C-c
type clear; touch $T/again
key Enter
until "$b" log $id --kind shell | grep -q 'again ended with exit 0'
until [ ! -e $T/typed ]
-- ^C leaves a shell that is held
until echo EIO >$T/fail
type x
wait /THE RECORD CANNOT BE WRITTEN/
key C-c
wait /left; /
ended
status 125
until rm -f $T/fail
until "$b" log $id --kind cmd_ended | grep -q HUP
END
over

# --- where an environment is protected
cat >environments.yaml <<'Y'
prd:
  protected: true
  target: {probe: echo here, is: here}
Y
sed 's/^title: .*/&\nenvironment: prd/' book.yaml >there.yaml
"$b" run -d --secret token=word --id-file "$T/id" there.yaml >opened 2>&1 || bail "no run: $(cat opened)"
id=$(cat "$T/id")
screen <<END
spawn 24x80 $b exec $id --shell
-- its name is wanted
wait /prd is protected: say its name/
ended
status 125
spawn 24x80 $b exec $id --shell --in lab
-- another name is none
wait /prd is protected: say its name/
ended
spawn 24x80 $b exec $id --shell --in prd
-- with it there is one
wait /at home>/
type exit
key Enter
ended
status 0
END
over

# --- in a lab, which is asked first
printf '%s\n' 'lab:' '  protected: false' '  lab: {run: cat lab, is: a lab}' \
	'  target: {probe: echo here, is: here}' >environments.yaml
sed 's/^title: .*/&\nenvironment: lab/' book.yaml >there.yaml
echo live >lab
"$b" drill --lab -d --secret token=word --id-file "$T/id" there.yaml >opened 2>&1 || bail "no drill: $(cat opened)"
id=$(cat "$T/id")
screen <<END
spawn 24x80 $b exec $id --shell
-- what is none has no shell
wait /did not say that it is a lab/
ended
status 125
until echo a lab >lab
spawn 24x80 $b exec $id --shell
-- what says that it is has one, and it says DRILL
wait /\(DRILL $id\) at home>/
type exit
key Enter
ended
status 0
END
over

# --- a drill that runs nothing has none
"$b" drill -d --secret token=word --id-file "$T/id" book.yaml >opened 2>&1
screen <<END
spawn 24x80 $b exec $(cat id) --shell
-- a drill that runs nothing refuses it, and says what to do
wait /has no shell: say each command/
ended
status 125
END
over
run "$b" exec "$(cat id)" --shell
is "without a terminal: our failure" "$status" 125
like "… which is said" "$err" 'wants a terminal'
done_testing
