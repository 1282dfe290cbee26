#!/bin/sh
# Drills that run nothing, with a channel for drills: messages go out by it, and nowhere else, and nothing
# of the runbook is executed.
. tests/lib/tap.sh
. tests/lib/plain.sh

command -v strace >/dev/null || bail "strace is not installed: make test installs it"
BLACKSTART_JOURNAL=$T/journal.db
D=$T
export BLACKSTART_JOURNAL D
cat >"$T/contacts.yaml" <<'END'
contacts: 1
drill: exercise
people:
  ana: {name: Ana Lopez, sms: '+34 600 000 001'}
  raj: {name: Raj, sms: '+34 600 000 002'}
channels:
  gateway: {command: 'touch "$D/real"', carries: sms}
  room: {command: 'touch "$D/real"'}
  exercise:
    command: |
      if [ -p "$D/gate" ]; then exec 3<>"$D/gate"; echo >"$D/begun"; read -r go <&3; fi
      printf "%s\n" "to=$to" "$subject" "$text" >>"$D/exercise"
ladders:
  ops:
    wait: 2m
    rungs:
      - {channel: room}
      - {who: [raj, ana], by: sms}
END
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Reach somebody
contacts: contacts.yaml
steps:
  - {id: look, run: /bin/cat "$D/marker", effect: read}
  - id: reach
    contact: ops
    subject: Orders is down
    message: Please join the call.
    until: answered
  - {id: mend, run: touch "$D/ran", effect: change}
  - end: Reached.
    success: true
END
cat >"$T/scenario.yaml" <<'END'
scenario: 1
title: The first number is dead
runbook: book.yaml
pace: 1000
answers:
  - {step: look}
  - {step: mend}
replies:
  - {who: raj, reply: not-working}
END
cat >"$T/answers.yaml" <<'END'
answers: 1
run: {within: 2m}
default: {start: change, close: over}
steps:
  - {at: reach, do: start}
  - {at: reach, do: accept, reason: over}
END
cat >"$T/table.yaml" <<'END'
answers: 1
run: {within: 2m}
default: {start: change, close: over, play: worked}
steps:
  - {at: reach, reply: {room: answered}}
END
traced() { # NAME COMMAND…: with the words of what is executed, in $T/NAME.raw
	traced_name=$1
	shift
	run timeout 120 strace -f -qq -s 300 -e trace=execve,execveat -o "$T/$traced_name.raw" "$@"
}

# What is executed: neither this program nor asks for the state of the runbook's repository.
others() { grep -E 'execve(at)?\(' "$T/$1.raw" | grep -vE "execve\(\"($BLACKSTART|/proc/self/exe|/[^\"]*/git)\""; }
went() { # WHOM: what the channel is to have got
	printf '%s\n' 'to=' 'DRILL: Orders is down' "DRILL: in earnest this would have gone to $1" \
		'DRILL: Please join the call.'
}

run "$BLACKSTART" lint "$T/book.yaml" "$T/contacts.yaml" "$T/scenario.yaml"
is "it fits" "$status" 0

# --- simulated: to the channel of drills, but for an address that the scenario has dead

traced simulated "$BLACKSTART" drill "$T/scenario.yaml" --answers "$T/answers.yaml"
is "a simulated drill is walked to its end" "$status" 0
ana='Ana Lopez (sms: +34 600 000 001), by the channel gateway'
is "its messages went to the channel of drills" "$(cat "$T/exercise")" "$(went room; went "$ana")"
is "it executes the command of that channel for each, and nothing else" "$(others simulated | grep -c '/exercise')" 2
is "… nothing else" "$(others simulated | grep -v '/exercise')" ''
is "what a message is, is on record" "$(sql "select payload ->> 'purpose', payload ->> 'sends', payload ->> 'pid' > 0
	from event where kind = 'cmd_intent' order by seq")" "main||0
send|1|1
send|1|1
main||0"

# --- a tabletop

rm "$T/exercise"
traced table "$BLACKSTART" drill "$T/book.yaml" --answers "$T/table.yaml"
is "a tabletop is walked to its end" "$status" 0
is "its message went there, too" "$(cat "$T/exercise")" "$(went room)"
is "it executes the command of that channel" "$(others table | grep -c '/exercise')" 1
is "… nothing else" "$(others table | grep -v '/exercise')" ''

# --- broken glass in a tabletop

mkdir "$T/glass"
cd "$T/glass" || exit 1
cp "$T/contacts.yaml" .
cat >environments.yaml <<'END'
prd:
  protected: true
  target: {probe: touch "$D/ran", is: prd}
  freeze: {from: 2000-01-01T00:00Z, to: 2200-01-01T00:00Z, why: moving house}
  tell: ops
END
cat >book.yaml <<'END'
blackstart: 1
title: Clean up
environment: prd
contacts: contacts.yaml
steps:
  - id: clean
    title: Delete the claim
    run: touch "$D/ran"
    effect: destroy
    target: pvc data
    if_not: Ask.
    no_way_back: It is old.
END
rm "$T/exercise"
plain glass "$BLACKSTART" drill book.yaml --plain --as ana
sees glass 'it cannot start: prd is frozen: moving house'
says glass 'override'
sees glass 'The name of the environment'
says glass 'prd'
sees glass 'Why'
says glass 'the shop is down'
ok "who would be told of broken glass is told by that channel" \
	wait_for "test \"\$(grep -c 'in earnest this would have gone to' '$T/exercise')\" = 3"
like "with DRILL in front" "$(cat "$T/exercise")" 'DRILL: the glass is broken in prd: Delete the claim'
says glass 'play prd'
sees glass 'type its target: pvc data'
hangs_up glass
"$BLACKSTART" close --reason over >/dev/null 2>&1

# --- a keeper that is killed while a message is on its way

rm "$T/exercise"
mkfifo "$T/gate"
sed '/^replies/,$d; s/^pace: .*/pace: 1/' "$T/scenario.yaml" >"$T/silent.yaml" # nobody replies
"$BLACKSTART" drill "$T/silent.yaml" --answers "$T/answers.yaml" --id-file "$T/id" >"$T/first" 2>&1 &
ok "a message is on its way" wait_for "test -e '$T/begun'"
id=$(cat "$T/id")
for pid in $(left_running); do
	grep -zqx keeper "/proc/$pid/cmdline" 2>/dev/null && kill -KILL "$pid"
done
mv "$T/gate" "$T/gate.was"
echo go >"$T/gate.was"
ok "its holder says to the next keeper how it ended" wait_for "test \"\$(sqlite3 -readonly \
	-cmd '.timeout 60000' '$T/journal.db' \"select count(*) from event where run = '$id' and kind = 'contact'
	and payload ->> 'result' = 'sent'\")\" = 1"
is "it went once" "$(cat "$T/exercise")" "$(went room)"
is "none is lost" "$(sql "select count(*) from event where run = '$id' and kind = 'cmd_lost'")" 0
is "a keeper came after the first" "$(sql "select count(*) > 1 from event where run = '$id' and kind = 'keeper'
	and payload ->> 'what' in ('start', 'crash')")" 1

ok "whom they would have reached was never told" test ! -e "$T/real"
ok "and nothing of the runbook was done" test ! -e "$T/ran"
done_testing
