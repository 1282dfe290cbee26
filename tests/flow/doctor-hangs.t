#!/bin/sh
# A file that nobody ever comes back from, as on a server of files that is gone: doctor says so and ends.
. tests/lib/tap.sh
b=$BLACKSTART
BLACKSTART_RUNBOOKS=$T/books BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_RUNBOOKS BLACKSTART_JOURNAL
mkdir "$T/books"
cd "$T" || exit 1
printf 'blackstart: 1\ntitle: One\nsteps: [{end: x}]\n' >books/one.yaml
printf 'people: {ana: {phone: "1"}}\n' >contacts.yaml

hanging() {
	run env LD_PRELOAD="$BUILD/shim_sys.so" SHIM_WHO=doctor SHIM_HANG=contacts.yaml \
		PATH="$BUILD:$PATH" blackstart doctor --limit 1s "$@"
}
hanging
is "it ends, and something would stop a run" "$status" 1
like "what it was about is named" "$out" '^bad +contacts +no answer within 11s; a file system that hangs'
like "what stood before was told" "$out" '^good +record '
unlike "what comes behind was not made up" "$out" 'terminal'
hanging --json
is "JSON is whole all the same" "$(printf '%s' "$out" | jq -c '.[-1] | [.question, .health]')" \
	'["contacts","bad"]'
ok "and nothing is left of it" wait_for '! grep -qlzsx SHIM_WHO=doctor /proc/[0-9]*/environ'
run "$b" doctor --json
is "without that nothing is amiss" "$(printf '%s' "$out" | jq -c '.[-1] | [.question, .health]')" \
	'["unchecked","good"]'
done_testing
