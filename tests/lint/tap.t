#!/bin/sh
# The TAP helper itself: a helper that cannot fail would make every shell test worthless.
. tests/lib/tap.sh

# inner LINES: what a test of these lines prints and returns, in $out and $status.
inner() {
	printf '#!/bin/sh\n. tests/lib/tap.sh\n%s\n' "$1" >"$T/inner.t"
	run sh "$T/inner.t"
}

inner 'ok a true; is b x x; like c abc "b+"; unlike d abc z; skip e later; done_testing'
is "passes: status" "$status" 0
like "passes: plan" "$out" '^1\.\.5$'
unlike "passes: nothing failed" "$out" '^not ok'

for line in 'ok a false' 'ok a ! true' 'is a x y' 'like a abc z' 'unlike a abc b' 'fail a'; do
	inner "$line; done_testing"
	is "\`$line\` fails" "$status" 1
	like "\`$line\` says so" "$out" '^not ok 1 - a$'
done

inner 'ok a ls /nowhere; done_testing'
like "a failed command's output is shown" "$err" '^#   .*/nowhere'
inner 'ok a ! false; done_testing'
is "a failure that is wanted passes" "$status" 0
inner 'ok a true'
is "without done_testing it fails" "$status" 1
inner 'ok a true; exit 0'
is "leaving early fails" "$status" 1
inner 'set -u; echo "$nothing"'
is "dying fails" "$status" 1
inner 'skip_all "no reason"'
is "skip_all passes" "$status$out" '01..0 # SKIP no reason'

inner 'run sh -c "echo o; echo e >&2; exit 3"
is s "$status" 3; is o "$out" o; is e "$err" e; done_testing'
is "run keeps status, output and errors" "$status" 0

inner 'echo "$T" >"'"$T"'/where"; ok a test -d "$T"; chmod 0 "$HOME"; done_testing'
ok "the scratch folder is gone" test ! -e "$(cat "$T/where")"

inner 'setsid sleep 1000 & echo $! >"'"$T"'/pid"
wait_for "test -e /proc/$! && grep -q sleep /proc/$!/cmdline"; done_testing'
like "what is left running is named" "$out" '^# left running: .*sleep 1000'
ok "and ended" wait_for '! kill -0 "$(cat "$T/pid")"'

inner '(: >"$T/flag") & ok a wait_for "test -e \$T/flag"; wait_for false 0 || pass b; done_testing'
is "wait_for sees it, and gives up" "$status" 0
like "and says for what" "$err" 'still not: false'

done_testing
