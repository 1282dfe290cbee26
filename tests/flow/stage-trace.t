#!/bin/sh
# The system calls of whole drills over real runbooks: no command of the runbook is executed. The same
# runbook in a real run shows that the trace would have seen it.
. tests/lib/tap.sh

command -v strace >/dev/null || bail "strace is not installed: make test installs it"
BLACKSTART_JOURNAL=$T/journal.db
export BLACKSTART_JOURNAL
full=$ROOT/runbooks/disk-full.yaml

# traced NAME COMMAND...: all that it and its children execute, a path a line, in $T/NAME.
traced() {
	traced_name=$1
	shift
	run timeout 120 strace -f -qq -e trace=execve,execveat -o "$T/$traced_name.raw" "$@"
	sed -nE 's/^[0-9]+ +execve(at)?\(([0-9A-Z_]+, )?"([^"]*)".*/\3/p' "$T/$traced_name.raw" |
		sort -u >"$T/$traced_name"
}
# What is neither this program nor asks for the state of the runbook's repository.
others() { grep -vxE "$BLACKSTART|/proc/self/exe|/.*/git" "$T/$1"; }

# --- a tabletop

cat >"$T/table.yaml" <<'END'
answers: 1
run: {within: 4m}
default: {start: change, close: over, play: worked}
steps:
  - {at: How full is it?, output: "/dev/sda1 99% /\n", says: df, expects: nearly full}
  - {at: "Is it bytes that are missing, or inodes?", output: "/dev/sda1 12% /\n"}
  - {at: What is the cheapest space to give back?, do: done, text: One file or folder that you name}
  - {at: Name it, do: done, with: {victim: /var/log/huge.log}}
  - {at: "Delete ${victim}", do: start, text: /var/log/huge.log}
  - {at: Is it enough?, output: "/dev/sda1 40% /\n"}
END
traced table "$BLACKSTART" drill "$full" --answers "$T/table.yaml"
is "a tabletop of disk-full is walked to its end" "$status" 0
like "it was a trace of all of it" "$(cat "$T/table")" '^/proc/self/exe$'
is "it executes this program, and no other" "$(others table)" ''
is "it would have destroyed" "$(sql "select count(*) from event where kind = 'cmd_intent'
	and payload ->> 'text' like 'rm -rf%'")" 1

# --- simulated

cat >"$T/scenario.yaml" <<END
scenario: 1
title: The disk is full of a log
runbook: $full
pace: 1000
answers:
  - {step: s1, output: "/dev/sda1 99% /\n", took: 1s}
  - {step: s2, output: "/dev/sda1 12% /\n"}
  - {step: s4, output: "812 /var/log\n", took: 40s, progress: [{at: 20s, text: half}]}
  - {step: s5}
  - {step: s6.3.2, output: "812 /var/log/huge.log\n"}
  - {step: s6.3.3, took: 5s}
  - {step: s7, purpose: probe, output: "/dev/sda1 40% /\n"}
injects:
  - {id: boss, after: s1, show: The boss asks.}
END
sed -e '/play: worked/s/, play: worked//' -e '/output:/d' "$T/table.yaml" >"$T/simulated.yaml"
traced simulated "$BLACKSTART" drill "$T/scenario.yaml" --answers "$T/simulated.yaml"
is "a simulated drill of disk-full is walked to its end" "$status" 0
is "it executes this program, and no other" "$(others simulated)" ''
ok "no holder was started: nobody could have been its parent" sh -c "! grep -q '\"holder\"' $T/simulated.raw"

# --- the same runbook in a real run is seen

strace -f -qq -e trace=execve,execveat -o "$T/real.raw" "$BLACKSTART" run "$full" --detach </dev/null \
	>/dev/null 2>&1 &
ok "a real run of it executes what the runbook says" wait_for "grep -q '/df\"' '$T/real.raw'"
ok "… by a shell" grep -qE 'execve\("[^"]*/(ba|da)?sh"' "$T/real.raw"
ok "… of a holder" grep -q '"holder"' "$T/real.raw"

done_testing
