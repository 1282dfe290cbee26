#!/bin/sh
# A planted secret is looked for in all that a run shows, leaves, and has in memory that can be
# dumped: parameter, question, capture, credential, typed by mistake.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
cd "$T" || exit 1
ulimit -c unlimited 2>/dev/null
touch started

# One word for each way in; each as it is, in base64 and in hex.
given=Giv3n-$$-aZ9/q+w asked=Ask3d-$$-bY8 taken=Tak3n-$$-cX7 renewed=R3new-$$-dW6 probed=Pr0be-$$-eV5
marks() {
	for word in "$given" "$asked" "$taken" "$renewed" "$probed"; do
		printf '%s\n' "$word"
		printf %s "$word" | base64
		printf %s "$word" | od -An -tx1 | tr -d ' \n'
		echo
	done
}
marks >marks
sql() { sqlite3 -readonly -cmd '.timeout 60000' "$1" "$2"; }
# What the commands of a run printed, as it is on record.
printed() {
	for db in "$T"/j/output/*.db; do
		sql "$db" 'SELECT id, packed FROM chunk ORDER BY id' | tr '|' ' ' >"$T/chunks"
		while read -r id packed; do
			sql "$db" "SELECT writefile('$T/chunk', bytes) FROM chunk WHERE id = $id" >"$T/n"
			[ "$packed" = 0 ] && cat "$T/chunk" || zstd -dcq "$T/chunk"
		done <"$T/chunks"
	done
}

cat >book.yaml <<'YAML'
blackstart: 1
title: Words that nobody sees
params:
  given: {ask: The first word?, secret: true}
steps:
  - id: typed
    ask: The second?
    into: asked
    secret: true
  - id: take
    run: cat word; echo "$given" >&2
    effect: read
    secret: given
    capture:
      taken: {match: 'word=(.*)', secret: true}
      around: {match: '(.*)'}
  - id: again
    run: cat word; echo "$taken" | cksum | tee used
    effect: read
    secret: taken
  - id: look
    check: n = 1
    probe: echo "1 $(cat probe)"
    capture:
      probed: {match: '1 (.*)', secret: true}
      n: {match: '^([0-9])', as: int}
  - id: show
    run: |
      set -x
      echo "$given $asked $taken"; echo "$given$asked" >&2
      for word in "$given" "$asked" "$taken"; do printf %s "$word" | base64; done
      printf %s "$given" | od -An -tx1 | tr -d ' \n'; echo
      printf '{"a": "%s"}\n' "$given" | sed 's,/,\\/,'
      printf %s "$given" | sed 's,/,%2F,; s,+,%2B,'; echo
      for i in $(seq ${#given}); do printf %s "$given" | cut -c$i | tr -d '\n'; done
    effect: read
    terminal: false
    secret: [given, asked, taken]
  - id: screen
    run: printf '%s\n%s\n' "$given" "$asked"
    effect: read
    terminal: true
    secret: [given, asked]
  - id: waits
    run: echo ready >ready; read -r now <now; echo "$given $asked $taken"
    effect: read
    secret: [given, asked, taken]
  - id: fails
    run: echo "cannot log in with $given" >&2; exit 3
    effect: read
    secret: given
  - end: done
YAML
mkfifo now
printf 'word=%s\n' "$taken" >word
printf '%s\n' "$probed" >probe
printf '%s\n' "$given" >first
cat >answers <<YAML
answers: 1
steps:
  - {at: typed, do: done, text: "$asked"}
  - {at: run, do: note, text: "the word is $given, they say", optional: yes}
  - {at: fails, do: accept, reason: "it said $given, and $taken"}
YAML
"$BLACKSTART" lint book.yaml >lint.out 2>&1
"$BLACKSTART" run book.yaml --secret given=first --answers answers --id-file id >shown 2>&1 &
walk=$!
wait_for "[ -e ready ]" 60 || { note "$(cat shown)"; bail "the walk comes to where it waits"; }

# --- while it runs ------------------------------------------------------------------------------

for pid in $(left_running); do
	cat "/proc/$pid/cmdline" | tr '\0' ' '
	echo
done >cmdlines 2>/dev/null
ok "processes were looked at" grep -q 'keeper' cmdlines
ok "no command line has any of them" ! grep -qFf marks cmdlines
ok "nor any file, the spool of what runs included" ! grep -rqFf marks j
keeper=$(process keeper) holder=$(process holder)
for pid in $keeper $holder; do
	like "no core of a process: soft limit" "$(grep core "/proc/$pid/limits")" \
		'size +(1 |0 +0 )'
done
if [ -n "${BLACKSTART_SANITIZED-}" ]; then
	skip "a dump of its memory" "a sanitizer keeps what was freed"
elif ! command -v gcore >/dev/null || ! gcore -o "$T/core.try" $$ >/dev/null 2>&1; then
	skip "a dump of its memory" "gcore cannot dump a process here"
else
	for who in keeper holder; do
		eval "pid=\$$who"
		ok "$who: can be dumped by root" gcore -o "$T/core.$who" "$pid"
		is "$who: a dump of its memory has none of them" \
			"$(strings -n 8 "$T/core.$who.$pid" | grep -cFf marks)" 0
	done
fi
rm -f core.*
echo now >now
wait $walk
is "the walk comes to its end" $? 0 || note "$(cat shown)"

# --- what is left -------------------------------------------------------------------------------

printed >out
ok "what was printed is on record" grep -q 'cannot log in with (hidden)' out
like "what was hidden says so" "$(cat out)" '\(hidden\) \(hidden\) \(hidden\)'
ok "no output has any of them" ! grep -qFf marks out
sql "$journal" 'SELECT payload FROM event' >events
ok "no event has" ! grep -qFf marks events
like "a remark goes without it" "$(cat events)" 'the word is \(hidden\), they say'
like "a reason goes without it" "$(cat events)" 'it said \(hidden\), and \(hidden\)'
is "the command that needed it had it" "$(cat used)" "$(echo "$taken" | cksum)"
like "what is taken beside it, from the same output, is" "$(cat events)" '"word=\(hidden\)"'
ok "no file that is left has any of them" ! grep -rqFf marks j home tmp lint.out
grep -v '^> note' shown >seen # what the file says itself
ok "nor what the operator saw" ! grep -qFf marks seen
like "an answer that is one is not repeated" "$(cat seen)" '^> done \(hidden\)'
ok "nor what the log, the state and the list of runs show" ! sh -c '
	{ "$BLACKSTART" log; "$BLACKSTART" log --json; "$BLACKSTART" status; "$BLACKSTART" runs; } |
		grep -qFf marks'
ok "the record is whole" "$BLACKSTART" verify

# --- credentials, commands typed by hand --------------------------------------------------------

id=$("$BLACKSTART" run --blank 'by hand' --detach)
printf %s "$renewed" | "$BLACKSTART" refresh TOKEN "$id" >/dev/null 2>refresh.err ||
	note "$(cat refresh.err)"
is "a command has the credential, and cannot show it" \
	"$("$BLACKSTART" exec -- 'printf "%s" "$TOKEN" | wc -c; echo "<$TOKEN>"' | tr -d ' ' | tr '\n' ' ')" \
	"${#renewed} <(hidden)> "
printf abc | "$BLACKSTART" refresh PIN "$id" >/dev/null
like "one that is too short to be hidden is named" \
	"$(sql "$journal" "SELECT payload FROM event WHERE payload LIKE '%secret-short%'")" \
	'PIN has fewer than 4 characters'
run "$BLACKSTART" exec -- "echo $renewed"
is "a command with one in it is refused" "$status" 125
like "and it is said why" "$err" 'there is a secret in the command'
"$BLACKSTART" note "$id" "we took $renewed" >/dev/null
for keeper in $(process keeper); do
	grep -zqx "$id" "/proc/$keeper/cmdline" && break
done
kill -ABRT "$keeper"
wait_for "! kill -0 $keeper 2>/dev/null"
"$BLACKSTART" close --reason "over" "$id" >/dev/null 2>&1
is "nothing that crashed left a core" \
	"$(find / "$T" -maxdepth 2 -name 'core*' -type f -newer started 2>/dev/null)" ''
ok "no file has it" ! grep -rqFf marks j home tmp

done_testing
