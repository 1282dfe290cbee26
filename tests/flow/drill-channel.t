#!/bin/sh
# In a drill nobody is reached: messages go to the channel that contacts.yaml has for drills, and say whom they
# would have reached; without one they are not sent. In earnest that channel is no other than any.
. tests/lib/tap.sh
. tests/lib/plain.sh

BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
b=$BLACKSTART
cd "$T" || exit 1
# Whatever reaches somebody for real is written to "real".
cat >contacts.yaml <<'END'
contacts: 1
drill: exercise
people:
  ana: {name: Ana Lopez, sms: '+34 600 000 001'}
channels:
  gateway: {command: 'echo "$to $subject: $text" >>real', carries: sms}
  room: {command: 'echo "room $subject: $text" >>real'}
  exercise: {command: 'printf "%s\n" "to=$to" "$subject" "$text" >>exercise'}
ladders:
  ops:
    wait: 1s
    rungs:
      - {who: [ana], by: sms}
      - {channel: room}
END
cat >book.yaml <<'END'
blackstart: 1
title: Reach somebody
contacts: contacts.yaml
steps:
  - id: reach
    title: Reach somebody
    contact: ops
    subject: Orders is down
    message: Please join the call.
  - end: Reached.
    success: true
END
ok "lint has nothing against it" $b lint contacts.yaml book.yaml
walk() { # OPTION…: until the ladder has come to its end
	plain "$1" $b drill book.yaml --plain --as ana --lab
	sees "$1" 'Reach somebody: start'
	says "$1" ''
	sees "$1" 'nobody is left to try'
	hangs_up "$1"
	$b close --reason over >/dev/null 2>&1
}

walk one
is "nothing reaches who is meant in earnest" "$(cat real 2>/dev/null)" ""
is "the channel of drills had each of them, said whose it was, and DRILL in front" "$(cat exercise)" "to=
DRILL: Orders is down
DRILL: in earnest this would have gone to Ana Lopez (sms: +34 600 000 001), by the channel gateway
DRILL: Please join the call.
to=
DRILL: Orders is down
DRILL: in earnest this would have gone to room
DRILL: Please join the call."

# Without one.
rm exercise
sed -i '/^drill:/d' contacts.yaml
walk two
is "without a channel of drills nothing is sent" "$(cat real exercise 2>/dev/null)" ""
is "which stands on record of each" "$($b log --json | jq -r 'select(.body.what == "result") | .body.why')" \
	"$(for i in 1 2; do echo 'a drill: it was not sent, the contacts file names no channel for drills'; done)"
is "no command was started" "$($b log --json | jq -r 'select(.kind == "cmd_intent") | .body.purpose')" ""

# In earnest it is no other than it was.
sed -i '1a drill: exercise' contacts.yaml
plain three $b run book.yaml --plain --as ana
sees three 'Reach somebody: start'
says three ''
sees three 'nobody is left to try'
hangs_up three
$b close --reason over >/dev/null 2>&1
is "a real run goes to whom it is meant for" "$(cat real)" "+34 600 000 001 Orders is down: Please join the call.
room Orders is down: Please join the call."
ok "and not to that of drills" test ! -e exercise

# --- what lint says

for wrong in gateway nobody hand; do
	sed "s/^drill: .*/drill: $wrong/; /^channels:/a \\  hand: {by_hand: Ring the bell.}" contacts.yaml >bad.yaml
	$b lint bad.yaml >$wrong.out 2>&1
done
like "a channel to real people is none" "$(cat gateway.out)" 'error: .gateway. carries messages to real people'
like "nor one that is not there" "$(cat nobody.out)" 'error: no channel is called .nobody.'
like "nor one done by hand" "$(cat hand.out)" "error: .hand. is a person's work"
done_testing
