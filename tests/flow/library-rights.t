#!/bin/sh
# privilege and rotate-keys, with a stand-in for gcloud.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

# --- privilege

right() {
	walk privilege.yaml -p project=project-1 -p who="$1" -p reason='the database' -p right=roles/owner
}
policy() {
	world
	printf 'roles/owner user:%s\n' ana@example.org "$@" >"$WORLD/policy"
}
policy
answers '{at: what, do: done, text: hold}' '{at: task, do: done}'
right raj@example.org
is "privilege: a right is taken and given back" "$status" 0 || note "$out" "$err"
issued "... in this order" 'add-iam-policy-binding project-1 --member user:raj@example.org' \
	'remove-iam-policy-binding project-1 --member user:raj@example.org' 'get-iam-policy'
is "... who had it before has it" "$(cat "$WORLD/policy")" 'roles/owner user:ana@example.org'
policy
answers '{at: what, do: done, text: hold}' '{at: task, do: close, reason: called away}'
right raj@example.org
like "... broken off, it is shown as not given back" "$out" 'still down: right'
policy raj@example.org
answers '{at: what, do: done, text: hold}'
right raj@example.org
like "... what somebody has for ever is not taken away behind a task" "$out" 'Not held already did NOT come out'
policy raj@example.org
answers '{at: what, do: done, text: leave}' '{at: Take each away, do: start, text: raj@example.org}' \
	'{at: Groups, do: start}' '{at: Groups, do: done}' '{at: Keys and tokens, do: start}' \
	'{at: Keys and tokens, do: done}' \
	'{at: The list of contacts, do: start}' '{at: The list of contacts, do: done}' \
	'{at: The directory, do: start}' '{at: The directory, do: done}'
right raj@example.org
is "... who has left has none any more" "$status $(cat "$WORLD/policy")" '0 roles/owner user:ana@example.org' \
	|| note "$out"
policy
right ana@example.org
like "... the last owner cannot be taken away" "$out" 'Somebody else owns the project did NOT come out'
never "... and is not" remove-iam
policy raj@example.org
printf 'roles/owner user:ana@example.org\nroles/viewer user:zoe@example.org\n' >"$T/should"
answers '{at: what, do: done, text: compare}' "{at: 'Who should?', do: done, with: {list: $T/should}}"
right ana@example.org
like "... the difference is found: too few" "$out" 'Too few - .*zoe@example.org'
like "... too many" "$out" 'Too many - .*raj@example.org'
never "... and nothing is changed" 'add-iam|remove-iam'

# --- rotate-keys

keys() {
	walk rotate-keys.yaml -p project=project-1 -p ring=ring -p keyname=key -p folder="$T/secrets" -p expected=2 \
		-p keep=1
}
key_world() {
	world
	rm -rf "$T/secrets"
	mkdir "$T/secrets"
	echo 3:one >"$T/secrets/a.enc"
	echo 3:two >"$T/secrets/b.enc"
	echo 3 >"$WORLD/primary"
	echo ENABLED >"$WORLD/version.3"
	echo DISABLED >"$WORLD/version.2"
	echo DISABLED >"$WORLD/version.1"
}
key_world
answers "{at: Into source control, do: done, with: {deployed: 'yes'}}" \
	'{at: Destroy what is older than the 1 kept, do: start, text: key}' \
	'{at: The files that were kept, do: start, text: key}'
keys
is "rotate-keys: walks to its end" "$status" 0 || note "$out" "$err"
is "... each secret is the same, under the new version" "$(cat "$T"/secrets/*.enc | tr '\n' ' ')" '4:one 4:two '
is "... the old version is off, the newest old ones are kept, older ones go" \
	"$(cat "$WORLD"/version.* | tr '\n' ' ')" 'DESTROYED DISABLED DISABLED ENABLED '
issued "... off only after all was encrypted anew and read" 'kms encrypt' 'kms encrypt' 'versions disable 3' \
	'kms decrypt' \
	'versions destroy 1'
unlike "... no secret is on record" "$("$BLACKSTART" log "$RUN")" '3:one|\| one'
key_world
: >"$WORLD/garbles"
keys
is "... what comes out wrong is not put in place" "$(cat "$T"/secrets/*.enc | tr '\n' ' ')" '3:one 3:two ' || note \
	"$out"
never "... and the old version stays on" 'versions disable'
key_world
rm "$T/secrets/b.enc"
keys
like "... a missing secret stops it" "$out" 'Which secrets are there\? did NOT come out'
never "... before a new version is made" 'versions create'

done_testing
