#!/bin/sh
# Verbs, options, help, wrong usage.
. tests/lib/tap.sh

b=$BLACKSTART

run $b
is "without a verb: usage" "$status" 2
like "and the verbs" "$out" '^  run .*start a run'

run $b help
is "help: complete" "$status" 0
verbs=$(printf '%s\n' "$out" | sed -n 's/^  \([a-z]*\)  .*/\1/p')
like "help has run" "$verbs" '^run$'
for verb in $verbs; do
	run $b help "$verb"
	is "help $verb" "$status" 0
	like "help $verb says how it is called" "$out" "^blackstart $verb"
	first=$out
	run $b "$verb" --help
	is "$verb --help is the same" "$out" "$first"
done
unlike "processes of a run are no verbs for people" "$verbs" '^(keeper|holder)$'

run $b --version
like "version" "$out" '^blackstart [^ ]+$'
run $b version --json
ok "version in JSON" sh -c 'printf "%s" "$1" | jq -e ".version and .commit"' _ "$out"

run $b rnu
is "an unknown verb: usage" "$status" 2
like "what was meant" "$err" 'did you mean run\?'
is "nothing on standard output" "$out" ""
run $b help nosuch
is "help for no verb: usage" "$status" 2
run $b lint --jsn x
is "an unknown option: usage" "$status" 2
like "what was meant" "$err" 'did you mean --json\?'
run $b runs --follow
is "an option of another verb: usage" "$status" 2
run $b runs --json=yes
is "a value for a flag: usage" "$status" 2
run $b lint
is "too few arguments: usage" "$status" 2
like "what is wanted" "$err" 'lint wants PATH'
run $b show a b
is "too many arguments: usage" "$status" 2
run $b run x --answers
is "an option without its value: usage" "$status" 2
like "what is wanted" "$err" 'wants FILE'
run $b show x --width=wide
is "a width that is none: usage" "$status" 2
run $b show x --width 9999
is "a width out of bounds: usage" "$status" 2

run $b run
is "run without a runbook: usage" "$status" 2
run $b run x --blank y
is "run with a runbook and --blank: usage" "$status" 2
run $b run --blank ''
is "a blank run wants to know what is wrong" "$status" 2
run $b close
is "close without a reason: usage" "$status" 2
run $b attach --take-over ''
is "taking over without a reason: usage" "$status" 2
run $b attach --take-over x --observe
is "taking over to look on: usage" "$status" 2
run $b exec true
is "exec without --: its own failure" "$status" 125
run $b exec --
is "exec without a command: its own failure" "$status" 125
run $b refresh TOKEN=secret
is "a credential in the arguments: usage" "$status" 2
like "with the way out" "$err" 'pipe it in'

run $b completion
printf '%s\n' "$out" >"$T/completion"
ok "completion is a script" bash -n "$T/completion"
cat >"$T/complete" <<'END'
. "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_blackstart
printf '%s\n' "${COMPREPLY[@]}"
END
is "completion of a verb" "$(bash "$T/complete" "$T/completion" blackstart li)" lint
is "completion of an option" "$(bash "$T/complete" "$T/completion" blackstart lint --st)" --strict

done_testing
