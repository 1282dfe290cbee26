#!/bin/sh
# doctor on what runbooks act on: ready or not, why, who, by when; it hangs on nothing and changes nothing.
. tests/lib/tap.sh
b=$BLACKSTART
BLACKSTART_RUNBOOKS=$T/books BLACKSTART_JOURNAL=$T/j/journal.db
QUICK=
export BLACKSTART_RUNBOOKS BLACKSTART_JOURNAL QUICK
unset SSH_AUTH_SOCK
mkdir "$T/books" "$T/bin"
cd "$T" || exit 1

# Stands for ssh: each host answers in its way.
cat >bin/ssh <<'END'
#!/bin/sh
echo "$*" >>"$T/ssh.calls"
while [ "$1" != -- ]; do shift; done
case $2 in
up1) exec sh -c "$3" ;;
up2) echo "Welcome to up2"; exec sh -c "$3" ;;
behind) echo $(($(date +%s) - 600)) ;;
odd) echo "Welcome to odd" ;;
gone) echo "ssh: connect to host gone port 22: Connection refused" >&2; exit 255 ;;
hangs*) [ -z "$QUICK" ] || exit 1; tail -f /dev/null & echo $! >>"$T/hanging"; wait ;;
esac
END
chmod +x bin/ssh
with_ssh() {
	run env PATH="$T/bin:$PATH" "$b" doctor "$@"
}

cat >books/environments.yaml <<'END'
signers: signers
prd: {protected: true, target: {probe: echo cluster-a, is: cluster-a}, approve: {by: ana}}
stg: {protected: false, target: {probe: echo cluster-b, is: cluster-c}}
dark: {protected: true, target: {probe: 'echo no route to it >&2; false', is: x}}
stuck: {protected: true, target:
  {probe: '[ -z "$QUICK" ] || exit; tail -f /dev/null & echo $! >>"$T/hanging"; wait', is: x}}
far: {protected: true, target: {probe: 'echo "it is $((40 + 2))"', is: it is 42}}
asks: {protected: true, target: {probe: 'echo "$cluster"', is: x}}
END
cat >books/hosts.yaml <<'END'
blackstart: 1
title: Go to the hosts
owner: web team
environment: prd
reviewed: 2026-01-10
review_in: 90d
drill_every: 30d
params:
  other: {ask: Which other?, one_of: [up2, gone]}
  free: {ask: Which?}
steps:
  - {title: a, run: no-such-there, host: up1, effect: read}
  - {title: b, run: 'true', host: '${other}', effect: read}
  - {title: c, run: 'true', host: behind, effect: read}
  - {title: d, run: 'true', host: odd, effect: read}
  - {title: e, run: 'true', host: '${free}', effect: read}
  - title: f
    each: {machine: [hangs1, hangs2, hangs3, hangs4, hangs5, hangs6, hangs7, hangs8, hangs9, hangs10,
      hangs11, hangs12, hangs13, hangs14, hangs15, hangs16, hangs17, hangs18, hangs19, hangs20]}
    steps: [{title: g, run: no-such-tool --now && true | other-missing, effect: read},
      {title: h, run: 'true', host: '${machine}', effect: read}]
END
cat >books/far.yaml <<'END'
blackstart: 1
title: Act far away
environment: far
steps:
  - {title: a, run: 'true', host: up1, effect: change}
END
printf '%s\n' 'ana valid-before="20260101" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA' \
	'raj ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBB' >books/signers

QUICK=yes
with_ssh
is "what would stop a run: status 1" "$status" 1
line() { # KIND NAME
	printf '%s\n' "$out" | grep "target  *$1 $2: "
}
like "a host that answers" "$(line host up1)" '^good .*host up1: ready: answers over ssh; owner: web team; by: no date$'
like "one of the answers of a parameter" "$(line host up2)" 'ready: answers over ssh'
like "one that cannot be reached, in its own words" "$(line host gone)" \
	'^bad .*not ready: ssh: connect to host gone port 22: Connection refused'
like "one whose clock is off" "$(line host behind)" '^poor .* its clock is [0-9]+ s behind'
like "one that says something else" "$(line host odd)" 'cannot tell: it answers, and does not say'
like "who owns it" "$(line host up1)" 'owner: web team'
like "by when: now, where it is not ready" "$(line host gone)" 'by: now$'
like "an environment that reads what it must" "$(line environment prd)" 'reads cluster-a'
like "and whose drill is overdue" "$(line environment prd)" \
	'^poor .*drill of [^;]*hosts.yaml never was'
like "one on which steps act over ssh is read there" "$(line environment far)" \
	'^good .*ready: reads it is 42 on up1; owner: nobody is named'
like "one that is not pointed at" "$(line environment stg)" \
	'^poor .*not pointed at: now points at `cluster-b`, and is `cluster-c`'
like "one that cannot be read" "$(line environment dark)" '^bad .*not ready: .*no route to it'
like "a probe that wants a value is not run" "$(line environment asks)" \
	'cannot tell: `echo "\$cluster"` wants a value for cluster'
like "drills are counted" "$out" '^poor +drills +1 overdue: .*hosts\.yaml for prd \(never\), owner web'
like "reviews are" "$out" '^poor +reviews +1 overdue: .*hosts\.yaml since 2026-04-10'
like "a key that ended is named" "$out" '^poor +keys .*the key of ana ended 2026-01-01'
unlike "one without an end is not" "$out" 'key of raj'
like "programs that commands start here" "$out" \
	'tools +not on the PATH: no-such-tool \(for .*hosts\.yaml\), other-missing'
unlike "but not those on hosts" "$out" 'no-such-there'
like "the clock is held against hosts" "$out" 'clock .*ahead of that of behind.*within 2 s of 2 hosts'
like "the last line says what was not checked" "$(printf '%s\n' "$out" | tail -n 1)" \
	'unchecked .*hosts that only a run knows, of 1 step; programs on hosts'
is "ssh writes no key down and leaves no connection open" \
	"$(grep -c 'BatchMode=yes.*StrictHostKeyChecking=yes.*UpdateHostKeys=no.*ControlMaster=no' ssh.calls)" \
	"$(wc -l <ssh.calls)"
is "and does nothing but ask the time, and run probes" \
	"$(grep -v ' date +%s$' ssh.calls | grep -vc -- "-- up1 sh -c 'echo ")" 0

# --- in JSON, and without targets

with_ssh --json
is "JSON: a target has its parts" "$(printf '%s' "$out" | jq -c '.[] | select(.target == "gone") |
	[.question, .health, .kind, .ready, .owner, .by]')" \
	'["target","bad","host","not ready","web team","now"]'
is "every line has an answer" "$(printf '%s' "$out" | jq 'all(.[]; .text != "")')" true
rm ssh.calls
cat >bin/chronyc <<'END'
#!/bin/sh
echo A9FEA97B,169.254.169.123,4,1594811024.482,-0.041000000,0.000002,0.000014,1.0,0.0,0.0,0.0,0.0,64.5,Normal
END
chmod +x bin/chronyc
if command -v ssh-agent >/dev/null; then
	eval "$(ssh-agent -s)" >/dev/null
	ssh-keygen -qt ed25519 -N '' -f key && ssh-add -q key
	agent='the agent has 1 key'
else
	agent='there is no ssh agent'
fi
with_ssh --here
like "what keeps the time says how far it is off" "$out" 'clock .*; 0\.041 s off by chrony'
like "the agent is asked for its keys" "$out" "keys .*$agent"
[ -z "$SSH_AGENT_PID" ] || kill "$SSH_AGENT_PID"
unset SSH_AUTH_SOCK
ok "--here asks no host" [ ! -e ssh.calls ]
ok "and no probe" [ ! -e hanging ]
like "says so" "$(line host up1)" 'cannot tell: not asked'
like "and among what was not checked" "$out" 'unchecked .*any target, for --here'
is "what is not asked stops nothing" "$status" 0
run "$b" doctor --limit 0s
is "a limit of nothing is usage" "$status" 2

# --- what hangs

QUICK=
from=$(date +%s)
with_ssh --limit 1s
took=$(($(date +%s) - from))
is "hosts that hang are not waited for" "$(printf '%s\n' "$out" | grep -c '^bad .*hangs.*no answer within 1s')" 20
like "nor a probe" "$(line environment stuck)" '^bad .*no answer within 1s'
like "by when: now" "$(line host hangs7)" 'owner: web team; by: now$'
# each takes a second
ok "they are asked side by side" [ "$took" -lt 18 ]
gone() { # nothing of what hung is left
	while read -r pid; do ! kill -0 "$pid" 2>/dev/null || return 1; done <hanging
}
ok "some did hang" [ -s hanging ]
ok "nothing that hung is left behind" wait_for gone

# --- the ssh of this machine, and a name that is none

if command -v ssh >/dev/null; then
	cat >books/hosts.yaml <<'END'
blackstart: 1
title: Go nowhere
steps:
  - {title: a, run: 'true', host: nobody.invalid, effect: read}
END
	rm books/environments.yaml
	run "$b" doctor --limit 5s
	like "a host that is not there" "$(line host nobody.invalid)" '^bad .*not ready: '
	is "is status 1" "$status" 1
	ok "and nothing was written down" [ ! -e "$HOME/.ssh/known_hosts" ]
else
	skip "a host that is not there" "no ssh"
fi
done_testing
