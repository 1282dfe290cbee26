#!/bin/sh
# Arguments and files that mean harm, or nothing.
. tests/lib/tap.sh

b=$BLACKSTART
esc=$(printf '\033')
harmless() {
	unlike "$1: no escape sequence comes out" "$out$err" "$esc"
	[ "$status" -lt 126 ] && pass "$1: no crash" || fail "$1: status $status"
}
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Anything
params: {name: {ask: Name?}}
steps:
  - {title: Say it, run: 'printf "%s\n" "$name"', effect: read}
  - end: It ran.
    success: true
END
echo 'answers: 1' >"$T/answers.yaml"

nasty=$(printf 'a\033]0;owned\007\033[2Jb\r\nc\377\376')
for verb in run attach drill lint show find status close runs log verify exec refresh note help; do
	run $b $verb "$nasty" "$nasty" </dev/null
	harmless "$verb with a nasty name"
	run $b $verb "--$nasty" </dev/null
	harmless "$verb with a nasty option"
	run $b $verb '' </dev/null
	harmless "$verb with an empty name"
	run $b $verb --journal '' </dev/null
	harmless "$verb with an empty journal"
done
run $b "$nasty"
harmless "a nasty verb"
is "is no verb" "$status" 2

head -c 100000 /dev/zero | tr '\0' x >"$T/long"
run $b "$(cat "$T/long")"
is "a verb of 100,000 letters" "$status" 2
run $b show "$(cat "$T/long")"
is "a runbook of 100,000 letters" "$status" 5
run $b status "$(cat "$T/long")" --journal "$T/none.db"
is "a run of 100,000 letters" "$status" 1
run $b lint "$(printf '%0.sa/' $(seq 2000))x.yaml"
is "a path of 2,000 folders" "$status" 5
run $b find "$(cat "$T/long")"
is "a text of 100,000 letters: over the limit" "$status" 2

# What a person gives is data: no shell, no format string, no option of something else.
for value in '$(touch '"$T"'/owned)' '`touch '"$T"'/owned`' '; touch '"$T/owned" '%s%n%n' '--help' \
	"it's" '"' '*' "$(printf 'two\nlines')"; do
	run $b run "$T/book.yaml" -p "name=$value" --answers "$T/answers.yaml" --id-file "$T/id"
	is "a value like $(printf %s "$value" | head -n 1)" "$status" 0
	is "reaches the command as it is" \
		"$($b log "$(cat "$T/id")" --json | jq -rs '.[0].body.params[0].text')" "$value"
done
ok "and nothing of it is run" test ! -e "$T/owned"
run $b run "$T/book.yaml" -p "name=$(printf 'a\377')"
is "a value that is no text: usage" "$status" 2
printf 'a\0b' >"$T/nul"
sed 's/ask: Name?/ask: Name?, secret: true/; s/effect: read/secret: name, effect: read/' \
	"$T/book.yaml" >"$T/secret.yaml"
run $b run "$T/secret.yaml" --secret "name=$T/nul"
is "a secret with a NUL byte: usage" "$status" 2
run $b run "$T/secret.yaml" --secret "name=/dev/zero"
is "a secret without end: usage" "$status" 2
run $b run "$T/secret.yaml" --secret "name=$T"
is "a secret that is a folder: usage" "$status" 2

# Files that are none.
mkfifo "$T/fifo"
run timeout 60 $b lint "$T/fifo"
is "a pipe is no runbook, and is not waited for" "$status" 5
run timeout 60 $b lint /dev/zero
is "nor is a device" "$status" 5
run $b show "$T"
is "nor a folder" "$status" 5
run $b run "$T/book.yaml" -p name=x --answers "$T"
is "nor a folder an answers file" "$status" 2
ln -s loop "$T/loop"
run $b lint "$T/loop"
is "a link to itself" "$status" 5
mkdir "$T/tree" && ln -s . "$T/tree/again"
cp "$T/book.yaml" "$T/tree"
run timeout 60 $b lint "$T/tree"
like "a folder inside itself ends" "$err" 'runbook'
run $b run "$T/book.yaml" -p name=x --answers "$T/answers.yaml" --id-file "$T/no/such/folder"
is "an id file that cannot be written" "$status" 1

done_testing
