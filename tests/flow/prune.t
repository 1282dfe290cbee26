#!/bin/sh
# What commands of old runs printed is given back: never of what is held, open or in use, on record before it
# goes, and said wherever it is missed.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh
. tests/lib/bundle.sh
. tests/lib/screen.sh

cd "$T" || exit 1
b=$BLACKSTART
db=$BLACKSTART_JOURNAL
"$BUILD/tool_aged" "$db" 300 399 401 402 500 || bail "no record of old runs"
outputs() { (cd journal/output && echo *-aged.db); }
record() { cat "$db" journal/output/*.db | sha256sum; }

cat >book.yaml <<'Y'
blackstart: 1
title: Walked
steps:
  - {id: say, run: 'echo to be pruned; echo an error of old >&2; exit 3', effect: read}
  - {id: two, run: 'seq 3', effect: read}
  - {end: Done., success: true}
Y
cat >answers.yaml <<'Y'
answers: 1
run: {within: 100s}
steps:
  - {at: say, do: accept, reason: well}
Y
run timeout 100 "$b" run --answers answers.yaml book.yaml
id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
[ -n "$id" ] || bail "no run: $out$err"
wait_for '! is_kept "$T/journal"' || bail "its keeper stays"

# --- a hold
run "$b" hold 402-aged
is "a hold wants a reason" "$status" 2
run "$b" hold 402-aged --reason 'case 7' --as lee
is "a run is put under hold" "$status$err" 0
run "$b" hold 402-aged --reason 'case 8'
is "a second time it is refused" "$status" 3
like "… with who, and why" "$err" 'is under hold since .*Z, by lee \(claimed; login .*\): case 7$'
run "$b" release 401-aged --reason x
is "none to release" "$status" 3
run "$b" runs
like "runs shows it" "$out" '00000402-aged +UNDER HOLD$'
echo abcdefgh >secret
for dry in --dry ''; do
	run "$b" redact 402-aged --text-from secret --reason x $dry
	is "redact $dry refuses it" "$status" 3
	like "… and says why" "$err" 'under hold'
done

# --- what would be done
run "$b" prune --older 400d
is "what is to be said" "$status" 2
run "$b" prune --outputs
is "since when is to be said" "$status" 2
run "$b" prune --outputs --older tuesday
is "… as a duration" "$status" 2
before=$(record)
run "$b" prune --outputs --older 400d --dry
is "--dry" "$status$err" 0
is "… names what is old enough" \
	"$(printf '%s\n' "$out" | sed -n 's/^run \([^,]*\), .* would be removed$/\1/p' | xargs)" \
	'00000500-aged 00000401-aged'
like "… and what is held" "$out" '^run 00000402-aged, .*: stays, under hold since .*Z, by lee .*: case 7$'
like "… and how much it is" "$out" '^2 runs, [1-9][0-9]* bytes: '
run "$b" prune --outputs --older 400d </dev/null
is "nobody is there to ask" "$status" 3
like "… which is said" "$err" '--yes removes without asking'
is "nothing was changed" "$(record)" "$before"

# --- in use
mkdir -p journal/run/00000500-aged
: >journal/run/00000500-aged/holder.lock
mkfifo unlock
flock journal/run/00000500-aged/holder.lock sh -c ': >locked; read -r word <unlock' &
flocked=$!
wait_for '[ -e locked ]' || bail "no lock"
run "$b" prune --outputs --older 400d --yes --reason 'rule 4'
is "what is in use stays, which is said by the status" "$status" 1
like "… and named" "$err" 'run 00000500-aged stays: its files are in use'
like "what was done" "$out" '^run 00000401-aged: 2 pieces of output of 2 steps removed, '
freed=$(printf '%s\n' "$out" | sed -n 's/^run 00000401-aged: .*, \([1-9][0-9]*\) bytes freed$/\1/p')
is "… and how much it gave" "$(printf '%s\n' "$out" | tail -n 1)" "1 run pruned, $freed bytes freed"
is "nothing else was made" "$(cd journal && echo journal.db*)" 'journal.db journal.db.ballast'
is "the others are there" "$(outputs)" '00000300-aged.db 00000399-aged.db 00000402-aged.db 00000500-aged.db'
echo go >unlock
wait $flocked
exec 9<journal/output/00000500-aged.db
run "$b" prune --outputs --older 57w1d --yes
is "then it goes too, whoever has it open" "$status$err" 0
exec 9<&-
is "… with what a holder left" "$(ls journal/run/00000500-aged)" ''
run "$b" prune --outputs --older 400d --yes
is "again there is nothing to do" "$status$err" 0
like "… which is said" "$out" '^0 runs, '

# --- what is said of it
run "$b" verify --outputs
is "the record is whole" "$status" 0
removed='2 pieces of output of 2 steps removed'
like "what was pruned, by whom, by which rule" "$out" \
	"^pruned: run 00000401-aged, $removed, 20.*Z, by .*: outputs older than 400d; rule 4\$"
like "what is held" "$out" '^hold: run 00000402-aged, 20.*Z, by lee .*: case 7$'
run "$b" verify --json 401-aged
is "in JSON" \
	"$(printf '%s' "$out" | jq -r '.removals[] | [.run, .what, .outputs, .steps, .why] | join(" ")')" \
	'00000401-aged pruned 2 2 outputs older than 400d; rule 4'
run "$b" runs --json
is "runs knows" \
	"$(printf '%s' "$out" | jq -r '.[] | select(.held or .pruned) | [.run, .held, .pruned] | join(" ")' |
		xargs)" \
	'00000500-aged false true 00000402-aged true false 00000401-aged false true'
# --- released; then only the rows vouch for it
run "$b" release 402-aged --reason 'case closed' --as lee
is "released" "$status$err" 0
run "$b" prune --outputs --older 402d --yes
is "it is pruned" "$status$err$(outputs)" '000000300-aged.db 00000399-aged.db'
run "$b" hold 402-aged --reason 'too late'
is "what was pruned can be held" "$status" 0
echo left >journal/output/00000402-aged.db
run "$b" prune --outputs --older 900d --yes
is "what a prune left stays, under hold" "$status$(outputs)" '000000300-aged.db 00000399-aged.db 00000402-aged.db'
run "$b" release 402-aged --reason 'pruned as it was'
run "$b" log --all --output c1 --from 403d --to 402d
like "… and counts as gone" "$err" '2 chunks of output .*: pruned or redacted'
run "$b" prune --outputs --older 900d --dry
like "it is told apart" "$out" '^run 00000402-aged, .*: its outputs were pruned, and are still there$'
run "$b" prune --outputs --older 900d --yes
is "the next one goes on with it, whatever its age" "$status$err$(outputs)" '000000300-aged.db 00000399-aged.db'
is "… and it is on record once" "$(ask journal "SELECT count(*) FROM removal WHERE run = '00000402-aged' AND
	what = 'pruned'")" 1
run "$b" verify --outputs
is "and all is whole" "$status" 0

# --- one that is damaged is not pruned: that would hide it
cp -r journal damaged
sqlite3 damaged/output/00000300-aged.db "DROP TRIGGER chunk_no_update; UPDATE chunk SET packed = 0,
	bytes = zeroblob(n) WHERE token = 'c1-2'"
run "$b" prune --journal damaged/journal.db --outputs --older 300d --yes
is "a damaged one stays" "$status $(cd damaged/output && echo *-aged.db)" "1 00000300-aged.db"
like "… and is named" "$err" 'run 00000300-aged stays: the record is NOT WHOLE: event [0-9]+: '
rm damaged/output/00000300-aged.db
run "$b" verify --journal damaged/journal.db --outputs
like "one that is missing is damage" "$out" '^NOT WHOLE: run 00000300-aged: .*output file'

# --- a run with all that is told of runs
run "$b" hold "$id" --reason 'case 9'
run "$b" bundle "$id" held.tar
by_script "$T/held.tar"
like "of one under hold the script says that" "$out" '^the run was under hold$'
script=$out
run "$b" verify --bundle held.tar
is "… and the program" "$out" "$script"
run "$b" report "$id"
like "… and its report" "$out" 'under hold.* since: 20.*Z, by .*: case 9$'
run "$b" query "SELECT run, held, pruned FROM runs WHERE run = '$id'" --csv
like "… and a query" "$out" '"1","0"'
run "$b" release "$id" --reason 'case 9 is closed'
pieces=$(ask journal "SELECT count(*) FROM event WHERE run = '$id' AND kind = 'output'")
"$b" run --blank 'still open' --detach --id-file open >detached 2>&1 || bail "no open run: $(cat detached)"
"$b" exec "$(cat open)" -- echo 'of an open run' >executed || bail "nothing was run by hand"
there=$(ls journal/output)
screen <<END
-- at a terminal it asks, and no is no
spawn 24x80 $b prune --outputs --older 0
wait /3 runs, [0-9]+ bytes/
wait /y removes/
type n
key Enter
wait /nothing was removed/
status 3
END
is "… by which nothing goes" "$(ls journal/output)" "$there"
run "$b" prune --outputs --older 0 --yes
is "all that is closed goes" "$status$err" 0
is "… and every file but that of the open run" "$(cd journal/output && echo *.db)" "$(cat open).db"
like "… which has what it had" "$("$b" output "$(cat open)" --json)" '"out":15,'
ok "that run is closed" "$b" close "$(cat open)" --reason 'it was open long enough'
wait_for '! is_kept "$T/journal"' || diag "its keeper stays"
run "$b" verify --outputs "$id"
like "which is said of it" "$out" "^pruned: run $id, $pieces pieces of output of 2 steps removed, "
said='20[0-9-]+T[0-9:]+Z, by .*: outputs older than 0'
run "$b" report "$id"
is "its report is made" "$status" 0
like "… and says so" "$out" "pruned.*: $said\$"
like "… where output would be shown" "$out" 'bytes: pruned$'
unlike "… and calls nothing lost" "$out" 'not shown here|not on record'
run "$b" report "$id" --format json
like "… in JSON" "$(printf '%s' "$out" | jq -r .pruned)" "^$said\$"
run "$b" report "$id" --format html
like "… in HTML" "$out" "<th>output pruned<td>$said"
run "$b" report "$id" --format asciicast
is "a cast of it is made" "$status" 0
like "… with its holes" "$out" "bytes were pruned $said"
like "… which is said" "$err" "it was pruned $said"
run "$b" replay "$id" --speed 0 --plain
is "it is replayed" "$status" 0
like "… without" "$out" '^  \([0-9]+ bytes were pruned\)$'
like "… which is said" "$err" "[0-9]+ bytes that commands printed were pruned $said"
screen <<END
-- on the screen, too
spawn 24x80 $b replay $id
wait /THE RUN IS CLOSED/
key [
wait /step 2 of 3/
key C-o
wait /its bytes were pruned/
key q
wait /step 2 of 3/
key q
status 0
END
run "$b" log "$id" --output pruned
like "looking through output says it" "$err" '^blackstart: [0-9]+ chunks? of output .*: pruned or redacted'
run "$b" query "SELECT DISTINCT gone, output_text(run, token, stream) IS NULL AS none FROM outputs
	WHERE run = '$id'" --csv
is "so does a query" "$(printf '%s' "$out" | tr -d '\r' | xargs)" 'gone,none pruned,1'
run "$b" query "SELECT what, why FROM removals WHERE run = '$id' ORDER BY id" --csv
is "… which can ask for all of it" "$(printf '%s' "$out" | tr -d '\r' | xargs)" \
	'what,why hold,case 9 released,case 9 is closed pruned,outputs older than 0'
token=$("$b" output "$id" --json | jq -r '.[0].token')
run "$b" output "$id" "$token"
like "… and the command that puts it out" "$err" "the output was pruned $said"
run "$b" scenario-from "$id"
like "… and a scenario made from it" "$err" "was pruned $said"
run "$b" bundle "$id" b.tar
is "it is bundled whole" "$status$err" 0
like "… without them" "$out" " 0 pieces of output \\($pieces pruned\\)\$"
by_script "$T/b.tar"
like "the script says that" "$out" "^$pieces outputs pruned, on record\$"
like "… is whole" "$out" "^whole: run $id, .* 0 outputs\$"
script=$out
run "$b" verify --bundle b.tar
is "… and the program" "$out" "$script"
# --- redacted after it was pruned
echo 'error of old' >text
run "$b" redact "$id" --text-from text --reason 'not needed'
like "what was pruned can be redacted" "$out" "^run $id: [1-9][0-9]* payloads and 0 pieces of output"
run "$b" verify --outputs "$id"
is "it is whole" "$status" 0
run "$b" bundle "$id" redacted.tar
by_script "$T/redacted.tar"
like "… so is its bundle" "$out" '^whole: '
like "… which says both" "$(printf '%s' "$out" | tr '\n' ';')" "on record;$pieces outputs pruned, on record;"
script=$out
run "$b" verify --bundle redacted.tar
is "… both ways" "$out" "$script"
like "the README of the pruned one says so" "$(tar xOf b.tar --wildcards '*/README.txt')" "^PRUNED: $pieces pieces"
done_testing
