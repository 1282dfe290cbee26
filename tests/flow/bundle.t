#!/bin/sh
# bundle: a run as one file; what the program says of it, and what its script says with three tools.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh
. tests/lib/bundle.sh

cd "$T" || exit 1
mkdir "it's \"\$(here)"
cd "it's \"\$(here)" || exit 1
cat >'b
ook.yaml' <<'YAML'
blackstart: 1
title: Restore | <b>x</b> '
steps:
  - {id: look, do: Look around.}
  - id: try
    run: 'printf "a\0b\n"; printf "%s" "$WORD"; head -c 70000 /dev/zero; exit 3'
    effect: change
  - {id: which, ask: Which one?, into: one}
  - {end: Done., success: true}
YAML
cat >good.answers <<'YAML'
answers: 1
run: {within: 100s}
steps:
  - {at: look, do: done}
  - {at: try, do: start}
  - {at: try, do: accept, reason: "two\nlines; 'quoted'"}
  - {at: which, do: done, text: "x'||char(0)||\"y\u0001"}
YAML
run timeout 100 "$BLACKSTART" run --answers good.answers 'b
ook.yaml'
is "a run" "$status" 0
id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
wait_for '! is_kept "$T/journal"' || diag "its keeper stays"
cd "$T" || exit 1
run "$BLACKSTART" bundle "$id"
is "is bundled" "$status$err" 0
head=$(printf '%s\n' "$out" | sed -n 's/^head *//p')
manifest=$(printf '%s\n' "$out" | sed -n 's/^manifest *//p')
is "the file's digest is told" "$(printf '%s\n' "$out" | sed -n 's/^sha256 *//p')" \
	"$(sha256sum "blackstart-$id.tar" | cut -c1-64)"
is "for nobody else" "$(stat -c %a "blackstart-$id.tar")" 600
run "$BLACKSTART" bundle "$id"
is "never over a file that is there" "$status" 1
like "and says so" "$err" 'is there already'
ok "again" "$BLACKSTART" bundle "$id" again.tar
ok "the same bytes" cmp "blackstart-$id.tar" again.tar
mv again.tar b.tar

by_script "$T/b.tar"
is "the script finds it whole" "$status" 0
script=$out
like "and says what it is" "$out" "^whole: run $id, [0-9]+ events, 1 files, [0-9]+ outputs\$"
run "$BLACKSTART" verify --bundle b.tar
is "so does the program" "$status" 0
is "in the same words" "$out" "$script"
bundled=$(echo "$T"/unpacked/*)
is "what is in it; no rm there, and so what the script wrote" "$(ls "$bundled" | tr '\n' ' ')" \
	'MANIFEST README.txt check.sh check.work files output record.db report.html report.md '
ok "the script in it is that one" cmp "$bundled/check.sh" check.sh
ok "the runbook as run" cmp "it's \"\$(here)/b
ook.yaml" "$bundled/files/1.runbook"
cat "$bundled"/output/*.tty >printed
is "what was printed, NUL bytes and all" "$(head -c 4 printed | od -An -tx1 | tr -d ' ')$(wc -c <printed)" 6100620d70005
like "the raw record says that it is" "$(cat "$bundled/README.txt")" 'are in it in clear'
is "the script is short" "$([ "$(wc -l <check.sh)" -lt 240 ] && echo yes)" yes

for h in $head $manifest; do
	by_script "$T/b.tar" --head "$h"
	is "a head that it has, by the script" "$status" 0
	run "$BLACKSTART" verify --bundle b.tar --head "$h"
	is "and by the program" "$status" 0
	unlike "nothing is left open then" "$out" 'no head'
done
like "that MANIFEST hangs in the air is said" "$script" '^MANIFEST is not signed, and its digest was not given: '
by_script "$T/b.tar" --head "$manifest"
unlike "unless its digest is given" "$out" 'MANIFEST'
other=$(printf other | sha256sum | cut -c1-64)
by_script "$T/b.tar" --head "$other"
lost="1NOT WHOLE: no row has the head $other: the record was rolled back, or made anew"
is "a head that it has not" "$status$out" "$lost"
run "$BLACKSTART" verify --bundle b.tar --head "$other"
is "is told by both" "$status$out" "$lost"

# altered NAME COMMAND: the unpacked bundle is altered by a command, and its MANIFEST written anew: what is
# said then is no mere digest of a file.
altered() {
	rm -rf w && mkdir w && tar xf b.tar -C w && (
		cd w/*/ && eval "$2" && LC_ALL=C && export LC_ALL &&
			find . -type f ! -name MANIFEST | sed 's,^\./,,' | sort | tr '\n' '\0' |
			xargs -0 sha256sum >MANIFEST
	) || bail "altering: $1"
	tar cf w.tar -C w "$(basename "$bundled")"
	run "$BLACKSTART" verify --bundle w.tar
	verdict=$status$out
	by_script "$T/w.tar"
	is "$1: both say" "$status$out" "$verdict"
	like "$1: named" "$verdict" "^1NOT WHOLE: $3"
}
sql() { sqlite3 record.db "$1"; }
altered "a payload" 'sql "UPDATE event SET payload = replace(payload, char(58), char(59)) WHERE seq = 5"' \
	'event 5: payload altered'
altered "a time" 'sql "UPDATE event SET wall = wall + 1 WHERE seq = 3"' 'event 3: altered'
altered "a row" 'sql "DELETE FROM event WHERE seq = 4"' 'event 4: missing'
altered "the end" 'sql "DELETE FROM event WHERE seq > 6"' 'event 7: missing, and all after it'
altered "the runbook" 'echo >>files/1.runbook' 'files/1.runbook: altered'
altered "an output" 'set -- output/*; rm "$1"' 'output/.*: missing'
altered "one more output" 'echo >output/000001.c1-1.out' 'output/: a file that no row names'
altered "a table" 'sql "CREATE TABLE more(x)"' 'record.db: its tables are not those of a bundle'
altered "a folder" 'mkdir -p output/x && echo >output/x/y' 'output/x.*: not a file'

# --- an odd one: what it shows on a terminal is ours

odd() {
	rm -rf w && mkdir w && tar xf b.tar -C w && (cd w/*/ && eval "$2") || bail "$1"
	tar cf w.tar -C w "$(basename "$bundled")"
	run "$BLACKSTART" verify --bundle w.tar
	verdict=$status
	by_script "$T/w.tar"
	is "$1: no bundle for either" "$verdict$status" 11
	unlike "$1: obeyed by no terminal" "$out" "$(printf '\033')"
}
esc=$(printf '\033[31m')
odd "an odd name" ': >"output/$esc"'
odd "an odd table" 'sql "CREATE TABLE \"$esc\" (x)"; sed -i "s/^.*record.db\$/$(sha256sum record.db)/" MANIFEST'
odd "a link" 'rm report.md; ln -s /etc/passwd report.md'
odd "a link for a folder" 'mv files f; ln -s f files'
ok "no tar at all is no bundle" ! "$BLACKSTART" verify --bundle good.answers 2>/dev/null
ok "nor nothing" ! "$BLACKSTART" verify --bundle /dev/null

# --- a record that is not whole is bundled as it is

cp -R journal broken
rm "broken/output/$id.db"
run "$BLACKSTART" bundle --journal broken/journal.db "$id" broken.tar
is "what printed is gone" "$status" 1
like "that is said" "$err" 'NOT WHOLE: output/.*: missing'
by_script "$T/broken.tar"
like "and by the script" "$status$out" '^1NOT WHOLE: output/.*: missing'
like "and in its README" "$(cat "$T"/unpacked/*/README.txt)" '^NOT WHOLE: [0-9]+ pieces of output'

# --- signed

ssh-keygen -q -t ed25519 -N '' -C '' -f key
ssh-keygen -q -t ed25519 -N '' -C '' -f other
printf 'ana %s\n' "$(cat key.pub)" >signers
printf 'ben %s\n' "$(cat other.pub)" >others
ok "somebody vouches for it" "$BLACKSTART" sign "$id" --key "$T/key" --signers "$T/signers"
ok "it is bundled, with who may sign" "$BLACKSTART" bundle "$id" s.tar --signers signers
by_script "$T/s.tar"
script=$out
like "the script says who signed" "$out" '^checkpoint [0-9]+ \(counter, event [0-9]+\): signed by ana$'
like "and what nobody did" "$out" '^checkpoint [0-9]+ \(close, event [0-9]+\): NOT SIGNED$'
run "$BLACKSTART" verify --bundle s.tar
is "as the program does" "$status$out" "0$script"
by_script "$T/s.tar" --signers "$T/others"
script=$out
like "whose key it is may be said by another file" "$out" 'signed by SHA256:.*, not known whose key$'
run "$BLACKSTART" verify --bundle s.tar --signers others
is "to both" "$status$out" "0$script"
mkdir scratch
run "$BUILD/tool_mutate" bundle journal/journal.db "$id" "$T/scratch" 7 4 "$bundle_shell"
is "mutated, it is judged well" "$status" 0 || diag "$out"

# --- with another shell and other tools

if busybox=$(command -v busybox); then
	for tool in sha256sum tar sh; do ln -sf "$busybox" "$bundle_tools/$tool"; done
	bundle_shell="$bundle_tools/sh"
	by_script "$T/s.tar"
	is "busybox finds it whole" "$status" 0
	like "as it is" "$out" ': signed by ana$'
	by_script "$T/w.tar"
	like "and not what is not" "$status$out" '^1NOT WHOLE: '
else
	skip "busybox finds it whole" "no busybox here"
fi

# --- a drill, and a run that is still open

run timeout 100 "$BLACKSTART" drill --detach --plain "$(printf "it's \"\$(here)/b\nook.yaml")"
is "a drill" "$status" 0
ok "is bundled while it is open" "$BLACKSTART" bundle drill- d.tar
by_script "$T/d.tar"
is "the script finds it whole" "$status" 0
script=$out
like "says that it is a drill" "$out" '^DRILL, whole: run drill-'
like "and open" "$out" '^OPEN: .* after [0-9]+$'
run "$BLACKSTART" verify --bundle d.tar
is "as the program does" "$status$out" "0$script"
run "$BLACKSTART" verify --bundle d.tar --real
is "a drill is no real run" "$status" 3
like "its README begins with it" "$(sed -n 3p "$T"/unpacked/*/README.txt)" '^DRILL'
ok "it is closed" "$BLACKSTART" close drill- --reason enough
wait_for '! is_kept "$T/journal"' || diag "its keeper stays"
done_testing
