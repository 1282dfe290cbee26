#!/bin/sh
# A file that somebody brought: on record as it is, whole or not at all, and out again.
. tests/lib/tap.sh
. tests/lib/record.sh
. tests/lib/bundle.sh

cd "$T" || exit 1
export BLACKSTART_JOURNAL="$T/journal/journal.db"
mkdir journal
db=$BLACKSTART_JOURNAL
b=$BLACKSTART
cat >book.yaml <<'Y'
blackstart: 1
title: Files
params:
  token: {secret: true, ask: Which?}
steps:
  - {id: look, do: Look at the lamp.}
  - {end: Done., success: true}
Y
opened() {
	run "$b" "$@"
	id=$(printf '%s\n' "$out" | tail -n 1)
	[ "$status" = 0 ] && [ -n "$id" ] || bail "no run: $out$err"
}
kill_keeper() {
	for pid in $(left_running); do
		grep -zqx keeper "/proc/$pid/cmdline" 2>/dev/null && grep -zqx "$1" "/proc/$pid/cmdline" &&
			kill -KILL "$pid"
	done
}
printf 'top-secret-word-%s' 4711 >word
opened run -d --secret token=word book.yaml
seq 1 200000 >numbers.txt
head -c 2100000 /dev/urandom >core

# --- kept
evil=$(printf 'sc\033[31mreen\nshot')
printf 'evil' >"$evil"
run "$b" attach-file "$id" core --note 'of the billing server' --as ana
is "a file is kept" "$status$out$err" 0
run "$b" attach-file "$id" "$T/$evil" --step look
is "one with escapes in its name, to a step" "$status$err" 0
: >empty
run "$b" attach-file "$id" empty
is "an empty one" "$status$err" 0
run sh -c '"$1" attach-file "$2" - --name numbers.txt <numbers.txt' - "$b" "$id"
is "standard input, under a name" "$status$err" 0
asked() { "$b" query "$1" --csv | tail -n 1 | tr -d '\r"'; }
got=$(asked "SELECT name, size, sha256, text, step, actor FROM attached WHERE name = 'core'")
want=$(sha256sum core | cut -c1-64)
is "its row has name, size, digest, remark, person" "$got" "core,2100000,$want,of the billing server,,ana"
is "of several pieces, each a row" \
	"$(asked "SELECT count(*) FROM outputs WHERE token = (SELECT token FROM attached WHERE name = 'core')")" 3
run "$b" log "$id"
like "the log names it" "$out" \
	'a file is kept: core, 2100000 bytes, sha256 [0-9a-f]{64}, as f[0-9-]+: of the billing server \(ana\)'
unlike "and obeys no name" "$out" "$(printf '\033')"
like "the name is text" "$out" 'sc.x1b\[31mreen.nshot'

# --- out again
"$b" output "$id" core >again
ok "by its name, it comes out as it was" cmp core again
"$b" output "$id" numbers.txt >again
ok "so does the other" cmp numbers.txt again
is "the empty one is empty" "$("$b" output "$id" empty | wc -c)" 0
run "$b" output "$id"
like "they are listed" "$out" '^f[0-9-]+ +file, 2100000 bytes: core$'
token=$(printf '%s\n' "$out" | sed -n 's/^\(f[0-9-]*\) .*: core$/\1/p')
printf 'another' >"$T/tmp/core"
run "$b" attach-file "$id" "$T/tmp/core"
is "another one of the same name is kept, too" "$status$err" 0
run "$b" output "$id" core
is "the name alone says too little then" "$status" 1
like "which is said" "$err" '2 files have that name'
"$b" output "$id" "$token" >again
ok "the token says which" cmp core again
run "$b" output "$id" /etc/passwd
is "what is not there is not read from elsewhere" "$status$out" 1

# --- refused
rows=$(ask journal "SELECT count(*) FROM event WHERE kind = 'file'")
refused() {
	run "$b" attach-file "$id" "$2" ${3+"$3" "$4"}
	ok "$1: status" [ "$status" != 0 ]
	like "$1: why, and the way out" "$err" "$5"
}
truncate -s 67108865 large
refused "over the limit" large --note x 'large is over 64 MiB.*split -b 64M.*sha256sum'
refused "a folder" "$T" --note x 'a folder: attach an archive'
mkfifo pipe
refused "a pipe, which nobody waits at" pipe --note x 'a pipe: read it as standard input'
refused "a device" /dev/zero --note x 'a device'
refused "none" nothing --note x 'No such file'
refused "no such step" empty --step nowhere 'no such step'
refused "a name with a folder" empty --name ../../x 'a name without a folder'
sh -c 'echo before; cat word; echo after' >leak
refused "one with a secret of the run in it" leak --note x 'a secret of this run is in the file'
head -c 900000 /dev/urandom | base64 -w 0 >leak64
base64 <word >>leak64
refused "in another form, at the end of much" leak64 --note x 'a secret of this run is in the file'
if [ "$(id -u)" != 0 ]; then
	cp empty locked && chmod 000 locked
	refused "one that may not be read" locked --note x 'Permission denied'
fi
is "nothing of these is on record" "$(ask journal "SELECT count(*) FROM event WHERE kind = 'file'")" "$rows"

# --- a keeper that comes after a kill knows them
kill_keeper "$id"
run "$b" attach-file "$id" book.yaml --note 'after the crash'
is "kept by the next keeper" "$status$err" 0
"$b" output "$id" book.yaml >again
ok "as it was" cmp book.yaml again
run "$b" verify --outputs "$id"
is "the record is whole" "$status" 0

# --- the end
"$b" close "$id" --reason enough >closed 2>&1
wait_for '! is_kept "$T/journal"' || bail "its keeper stays"
run "$b" attach-file "$id" empty
is "a closed run takes none" "$status" 3
like "and why is said" "$err" 'is closed: no row comes after its last one'
run "$b" bundle "$id" b.tar
is "it is bundled whole" "$status$err" 0
by_script "$T/b.tar"
is "the script finds it whole" "$status" 0
run "$b" verify --bundle b.tar
is "so does the program" "$status" 0
mkdir u && tar xf b.tar -C u
cat u/*/output/*."$token".out >again
ok "the file is in it, in pieces" cmp core again
run "$b" report "$id"
departed=$(printf '%s' "$out" | sed -n '/as run, against/,/did not come out/p')
like "the report names it where it departs from the script" "$departed" \
	"a file is kept: core, 2100000 bytes, sha256 $want"

run "$b" redact "$id" --output "$token" --reason 'not ours to keep'
is "its bytes are taken out" "$status$err" 0
run "$b" verify --outputs "$id"
is "the record is whole, with a hole on record" "$status" 0
run "$b" output "$id" "$token"
is "it does not come out any more" "$status$out" 1

# --- a drill that runs nothing
opened drill -d --secret token=word book.yaml
run "$b" attach-file "$id" core
is "a drill takes files, too" "$status$err" 0
"$b" output "$id" core >again
ok "as they are" cmp core again
"$b" close "$id" --reason enough >closed 2>&1
done_testing
