#!/bin/sh
# A secret that leaked, taken out of a closed run afterwards: gone from the files byte for byte, and on record.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh
. tests/lib/bundle.sh

cd "$T" || exit 1
db=$BLACKSTART_JOURNAL
cat >book.yaml <<'Y'
blackstart: 1
title: Leaks
params:
  word: {default: none}
steps:
  - {id: say, run: 'printf "one %s\n" "$word"; printf "YWJj %s" "$(printf %s "$word" | base64)" >&2', effect: read}
  - {id: which, ask: Which one?, into: one}
  - {id: fine, run: 'echo nothing of it', effect: read}
  - {end: Done., success: true}
Y
secret=hunter2-hunter2-hunter2-x
cat >answers.yaml <<Y
answers: 1
steps:
  - {at: which, do: done, text: "zebra-crossing $secret"}
Y
printf '%s\n' "$secret" >secret
walk() {
	run timeout 100 "$BLACKSTART" run --answers answers.yaml book.yaml "$@"
	[ "$status" = 0 ] || diag "$out$err"
	id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
	wait_for '! is_kept "$T/journal"' || bail "its keeper stays"
}
# Whether it lies anywhere in the record's files. Payloads lie there as they are; output may be packed.
lies() { grep -rqaF -- "$1" "$(dirname "$db")"; }
walk -p word="$secret"
other=$id
walk -p word="$secret"
[ -n "$other" ] && [ "$other" != "$id" ] || bail "no two runs"
lies "$secret" || bail "it is not in the record"
# What an earlier state of a row left in a page that is free: only a file that is written anew has none of
# it. The library that is on this machine may wipe what it gives up, so it is put there.
spare=$(printf 'spare %s' "$secret" | tr '[:lower:]' '[:upper:]')
for file in "$db" "journal/output/$id.db"; do
	sqlite3 "$file" "PRAGMA secure_delete = OFF; CREATE TABLE t (s); INSERT INTO t VALUES ('$spare');
		DROP TABLE t" >/dev/null
	grep -qaF "$spare" "$file" || bail "no copy in $file"
done

run "$BLACKSTART" redact "$id" --text-from secret
is "not without a reason" "$status" 2
before=$(sha256sum <"$db")
run "$BLACKSTART" redact "$id" --text-from secret --dry
is "--dry" "$status$err" 0
like "… says how much" "$out" \
	"^run $id: [1-9][0-9]* payloads and [1-9][0-9]* pieces? of output \([0-9]+ bytes\) would be taken out"
is "… and changes nothing" "$(sha256sum <"$db")" "$before"
run "$BLACKSTART" redact "$other" "$id" --text-from - --reason 'pasted by mistake' --as ana <secret
is "taken out of both" "$status$err" 0
unlike "it is not repeated" "$out$err" "$secret"
ok "the bytes are gone from all files" sh -c "! grep -rqaF -- $secret journal"
ok "no free page has anything of before" sh -c "! grep -rqaF -- '$spare' journal"
ok "in base64 too" sh -c "! grep -rqaF -- $(printf %s "$secret" | base64) journal"

run "$BLACKSTART" verify --outputs "$id"
is "the record is whole" "$status" 0
like "and says what was taken, by whom, why" "$out" \
	"^redacted: run $id, .* payloads and .* of output taken out, by ana \(claimed; login .*\): pasted by mistake"
run "$BLACKSTART" verify --outputs
is "so are all" "$status" 0
for verb in 'log' 'log --all --json' 'log --text Leaks' 'log --all' 'log --all --format rfc5424' \
	'report' 'report --format json' 'report --format html' 'runs' 'log --json'; do
	# shellcheck disable=SC2086 # a verb and its options
	case $verb in runs | *--all*) run "$BLACKSTART" $verb ;; *) run "$BLACKSTART" $verb "$id" ;; esac
	is "$verb still works" "$status" 0
	unlike "$verb has none of it" "$out$err" "$secret"
done

run "$BLACKSTART" replay "$id" --plain --speed 0
is "it is replayed" "$status" 0
like "what is gone is called that" "$out" '^  \([0-9]+ bytes were redacted\)$'
like "by whom, and why" "$err" \
	'[0-9]+ bytes that commands printed were redacted .*by ana \(claimed; login .*\): pasted by mistake'
unlike "it has none of it" "$out$err" "$secret"

# --- bundles
run "$BLACKSTART" bundle "$id" b.tar
is "it is bundled whole" "$status$err" 0
by_script "$T/b.tar"
is "the script finds it whole" "$status" 0
script=$out
like "… and says that there is a hole" "$out" '^[1-9][0-9]* events without their payload, taken out on record'
run "$BLACKSTART" verify --bundle b.tar
is "the program says the same" "$out" "$script"

# --- the triggers let nothing else through
tries() { run sqlite3 "$db" "$1"; [ "$status" != 0 ] || diag "$1"; is "refused: $2" "$status" "${3:-19}"; }
last=$(ask journal "SELECT max(seq) FROM event WHERE run = '$id' AND payload IS NOT NULL")
tries "UPDATE event SET payload = NULL, salt = NULL WHERE run = '$id' AND seq = $last" "a payload that no row names"
gone=$(ask journal "SELECT seq FROM event WHERE run = '$id' AND payload IS NULL LIMIT 1")
tries "UPDATE event SET payload = '{}', salt = zeroblob(16) WHERE run = '$id' AND seq = $gone" "another in its place"
tries "UPDATE event SET payload = NULL, salt = NULL, actor = 'x' WHERE run = '$id' AND seq = $gone" "another column"
tries "UPDATE removal SET why = 'x'" "another reason"
tries "DELETE FROM removal" "no row of it"

# --- a payload that is missing without being on record is damage, in the record and in a bundle
cp -r journal damaged
sqlite3 damaged/journal.db "CREATE TABLE t AS SELECT sql FROM sqlite_schema WHERE name = 'event_no_update';
	DROP TRIGGER event_no_update; UPDATE event SET payload = NULL, salt = NULL WHERE run = '$id' AND seq = $last"
run "$BLACKSTART" verify --journal damaged/journal.db "$id"
is "another that is missing is damage" "$status" 1
like "… and is named" "$out" "event $last: payload taken out"
rm -rf "$T/made"
mkdir made
tar xf b.tar -C made
sqlite3 "made/blackstart-$id/record.db" "UPDATE event SET payload = NULL, salt = NULL WHERE seq = $last"
(cd "made/blackstart-$id" && LC_ALL=C && export LC_ALL && sha256sum README.txt check.sh files/* output/* record.db \
	report.html report.md >MANIFEST && tar --format=ustar -cf ../../bad.tar -C .. "blackstart-$id")
by_script "$T/bad.tar"
is "… by the script" "$out" "NOT WHOLE: event $last: payload taken out"
run "$BLACKSTART" verify --bundle bad.tar
is "… and the program" "$out" "NOT WHOLE: event $last: payload taken out"
rm bad.tar
gone=$(ask journal "SELECT count(*) FROM event WHERE run = '$id' AND seq = 1 AND payload IS NULL")
is "the first row lost its payload, too" "$gone" 1
rm -r damaged
cp -r journal damaged
sqlite3 damaged/journal.db "DROP TRIGGER run_pin_no_delete; DELETE FROM run_pin WHERE run = '$id'" || diag "not gone"
run "$BLACKSTART" verify --journal damaged/journal.db "$id"
like "the files that it named are missed all the same" "$out" 'NOT WHOLE: .*event 1: its file book.yaml is not kept'
rm -rf made
mkdir made
tar xf b.tar -C made
sqlite3 "made/blackstart-$id/record.db" "DELETE FROM run_pin"
(cd "made/blackstart-$id" && LC_ALL=C && export LC_ALL && sha256sum README.txt check.sh files/* output/* record.db \
	report.html report.md >MANIFEST && tar --format=ustar -cf ../../bad.tar -C .. "blackstart-$id")
by_script "$T/bad.tar"
is "… by the script" "$out" "NOT WHOLE: event 1: a file that it names is not kept"
run "$BLACKSTART" verify --bundle bad.tar
is "… and the program" "$out" "NOT WHOLE: event 1: a file that it names is not kept"
rm bad.tar
rm -r damaged
cp -r journal damaged
sqlite3 damaged/journal.db "DROP TRIGGER removal_no_update; UPDATE removal SET why = 'x' WHERE run = '$id'"
run "$BLACKSTART" verify --journal damaged/journal.db
like "another reason is named" "$out" 'removal 2: altered'
run "$BLACKSTART" bundle --journal damaged/journal.db "$id" bad.tar
by_script "$T/bad.tar"
is "… by the script" "$out" "NOT WHOLE: removal 2: altered"
run "$BLACKSTART" verify --bundle bad.tar
is "… and the program" "$out" "NOT WHOLE: removal 2: altered"

# --- what is refused
run "$BLACKSTART" redact "$id" --text-from secret --reason again
is "a second time there is nothing" "$status" 1
echo zebra-crossing >more
run "$BLACKSTART" redact "$id" "$other" --text-from more --reason more
is "another text, in what stayed of a payload" "$status$err" 0
run "$BLACKSTART" verify --outputs "$id"
is "… leaves it whole" "$status" 0
run "$BLACKSTART" report --format json "$id"
unlike "… without it" "$out" 'zebra'
ok "… nor in a file" sh -c '! grep -rqaF zebra journal'
run "$BLACKSTART" bundle "$id" more.tar
by_script "$T/more.tar"
script=$out
like "… so is its bundle" "$out" '^whole: run'
run "$BLACKSTART" verify --bundle more.tar
is "… by both" "$out" "$script"

# --- all that one command printed, whatever it was
walk -p word=harmless
tokens=$(ask journal "SELECT DISTINCT payload ->> 'token' FROM event WHERE run = '$id' AND kind = 'output'
	ORDER BY seq")
token=$(printf '%s\n' "$tokens" | head -n 1)
rest=$(printf '%s\n' "$tokens" | tail -n +2)
[ -n "$rest" ] || bail "one command printed: $tokens"
named="FROM event WHERE run = '$id' AND kind = 'output' AND payload ->> 'token' = '$token'"
pieces=$(ask journal "SELECT count(*) $named")
bytes=$(ask journal "SELECT sum(payload ->> 'n') $named")
run "$BLACKSTART" redact "$id" --output "$token" --dry
is "--output says what it would take" "$status $out" \
	"0 run $id: 0 payloads and $pieces pieces of output ($bytes bytes) would be taken out"
lies harmless || bail "it is not in the record"
run "$BLACKSTART" redact "$id" --output "$token" --reason 'names of patients'
is "… and takes it" "$status$err" 0
is "its bytes are no more" "$(sqlite3 "journal/output/$id.db" "SELECT sum(length(bytes)) FROM chunk
	WHERE token = '$token'")" 0
is "those of the others are" "$(sqlite3 "journal/output/$id.db" "SELECT count(*) FROM chunk WHERE token <> '$token'
	AND length(bytes) = 0")" 0
run "$BLACKSTART" verify --outputs "$id"
is "which is whole" "$status" 0
like "… and said" "$out" "^redacted: run $id, .*Z, 0 payloads and $pieces pieces? of output taken out, by .*: names of"
run "$BLACKSTART" redact "$id" --output no-such --reason none
is "of a command that there was not" "$status $out" "1 run $id: nothing to take out"
printf 'abc' >short
run "$BLACKSTART" redact "$id" --text-from short --reason none
is "a text that stands everywhere" "$status" 2
done_testing
