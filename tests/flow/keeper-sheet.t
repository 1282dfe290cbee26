#!/bin/sh
# The status sheet: every step of the walk is on it, loops that are still to come too; no two items
# have the same number; what is read, what is expected and what is run each say so.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: A sheet
steps:
  - title: Is it right?
    check: n > 4
    probe: echo 3
    capture: {n: int}
    if_not: Ring somebody.
  - title: Stop the writers
    each: {writer: [shop, mail]}
    steps:
      - title: Stop it
        run: echo stop "$writer"
        effect: change
      - title: Look at it
        do: Look.
  - title: Which way?
    choose: Take one.
    options:
      - {title: This way, steps: [{do: this}]}
      - {title: That way, steps: [{do: that}]}
  - title: Later
    each: {disk: [sda, sdb]}
    steps:
      - title: Wipe it
        run: echo "$disk"
        effect: change
      - each: {part: [p1, p2]}
        steps:
          - title: Wipe that part
            run: echo "$disk$part"
            effect: change
YAML
cd "$T" || exit 1
plain one "$BLACKSTART" run --plain --as ana book.yaml
# on_sheet REGEX: the sheet of the run has such a line, now or soon
on_sheet() { wait_for "grep -Eqs -e '$1' $T/journal/status/*.txt"; }
sees one 'Is it right.:? does not hold'
ok "a check says what must hold" on_sheet '^       must hold   n > 4$'
ok "… how it is read" on_sheet '^       read by     echo 3$'
ok "… and what was read" on_sheet '^       reading     n = 3'
is "it is nothing to do, and no exit status is expected" \
	"$(grep -cE '^       (do|expected|command) ' journal/status/*.txt)" 0
walk() { sed -n '/^THE WALK/,/^$/p' journal/status/*.txt | grep '^  \['; }
is "each step is on it" "$(walk | sed 's/^  //')" "[>] 1      Is it right?
[ ] 2      Stop the writers
[ ] 2.1:?  Stop it
[ ] 2.2:?  Look at it
[ ] 3.1.1  this
[ ] 3.2.1  that
[ ] 4      Later
[ ] 4.1:?  Wipe it
[ ] 4.2.1:?:? Wipe that part"
says one 'accept'
sees one 'Why|why'
says one 'so it is'
sees one 'Stop the writers: start all 2'
ok "a loop that is asked about stands under NOW" on_sheet '^  2      Stop the writers: waiting'
ok "… with its list" on_sheet '^       for each of shop, mail'
says one ''
sees one 'Look at it \(shop\): do it'
says one 'done'
sees one 'Look at it \(mail\): do it'
ok "the second item is what is done now" on_sheet '^  2.2:2  Look at it \(mail\): executing'
ok "… an instruction says so" on_sheet '^       do          Look\.$'
is "no two items have one number" "$(walk |
	sed 's/^  \[.\] *\([^ ]*\).*/\1/' | sort | uniq -d)" ''
is "items are numbered in their order" "$(walk | grep -E ' 2\.[12]:' | sed 's/^  //')" \
	"[x] 2.1:1  Stop it (shop)
[x] 2.2:1  Look at it (shop)
[x] 2.1:2  Stop it (mail)
[>] 2.2:2  Look at it (mail)"
says one 'done'
sees one 'Which way.:? which way'
ok "a decision stands under NOW" on_sheet '^  3      Which way\?: executing'
ok "… with its question" on_sheet '^       question    Take one\.$'
says one 'close'
sees one 'why|Why'
says one 'enough'
sees one 'verdict'
left one

# --- texts that people read have their values in them -----------------------------------------

mkdir told && cd told || exit 1
cat >contacts.yaml <<'YAML'
contacts: 1
people: {raj: {phone: '+91 1'}}
ladders: {ops: {wait: 1h, rungs: [{who: raj, by: phone}]}}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Told
contacts: contacts.yaml
params: {place: {default: the yard}}
steps:
  - title: Look there
    do: Look at ${place}.
    warn: Mind ${place}.
    if_not: Leave ${place}.
  - title: Call them
    contact: ops
    subject: About ${place}
    message: Come to ${place}.
YAML
plain told "$BLACKSTART" run --plain --as ana --drill --lab book.yaml
sees told 'do it, then'
ok "an instruction is filled in" on_sheet '^       do          Look at the yard\.$'
ok "… its warning too" on_sheet '^       warning     Mind the yard\.$'
ok "… and what to do else" on_sheet '^       if not      Leave the yard\.$'
says told 'done'
sees told 'Come to the yard'
ok "a message is filled in before it goes out" on_sheet '^                   DRILL: Come to the yard\.$'
ok "… its subject too" on_sheet '^       message     DRILL: About the yard$'
ok "… and the ladder is named" on_sheet '^       ladder      ops$'
says told 'close'
sees told 'why|Why'
says told 'enough'
sees told 'verdict'
left told

done_testing
