#!/bin/sh
# report: what a run is told as, in each format; hostile text is text; the record is only read.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/record.sh
. tests/lib/report.sh

# A name for everything that changes from run to run: times, ids, rows, folders, who.
steady() {
	sed -E -e "s#$T#FOLDER#g" -e 's/[0-9]{8}-[0-9]{4}-[a-z0-9]{4}/RUN/g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' -e 's/\[[0-9–]+\]/[N]/g' \
		-e 's/[0-9]+ rows/N rows/g' -e 's/\(row [0-9]+\)/(row N)/g' \
		-e 's/[0-9]+:[0-9]{2}(:[0-9]{2})?/SPAN/g' \
		-e 's/[0-9a-f]{64}/DIGEST/g' -e "s/(by )?$(id -un)( \\([a-z][^)]*\\))?/WHO/g" "$@" |
		grep -v -e 'operates this run' -e 'left the seat'
}
cd "$T" || exit 1
cat >contacts.yaml <<'YAML'
contacts: 1
ladders:
  ops: {wait: 1h, rungs: [{channel: chat}, {who: ana, by: phone}]}
people:
  ana: {name: Ana Example, phone: '+34 600 111 222'}
channels:
  chat: {command: 'echo no route >&2; exit 7'}
YAML
echo the-one >home/which
cat >environments.yaml <<'YAML'
prd:
  protected: true
  target: {probe: cat "$HOME/which", is: the-one}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Restore <b>x</b> | *now*
contacts: contacts.yaml
environment: prd
objectives: {rto: 45m, rpo: 15m}
steps:
  - {id: look, title: Look around, do: Look around.}
  - id: down
    title: Take it down
    run: 'true'
    effect: change
    owes: {writers: echo up}
  - id: try
    title: Try it
    run: |
      echo '=cmd|x'; printf '\033[31m</td><script>alert(1)</script>\n```\n# head\n'; exit 3
    effect: change
  - id: reach
    contact: ops
    message: It is down.
    until: answered
  - id: which
    title: Which one
    ask: Which one?
    into: one
  - id: more
    title: Something more
    do: More.
  - id: wipe
    title: Wipe it
    run: 'true'
    effect: destroy
    target: the-one
    if_not: Ask.
    no_way_back: It is old.
  - end: Done.
    success: true
YAML
cat >good.answers <<'YAML'
answers: 1
run: {within: 100s}
default: {start: change}
steps:
  - {at: look, do: done}
  - {at: try, do: start}
  - {at: try, do: accept, reason: '=1+1 is | fine'}
  - {at: reach, do: start}
  - {at: reach, reply: {ana: answered}, reason: 'from +34 600 999 888'}
  - {at: which, do: note, text: '<i>call</i> +34 600 111 222; `id` [x](http://e.vil)'}
  - {at: which, do: done, text: '@SUM(A1)'}
  - {at: more, do: skip, reason: no time}
  - {at: wipe, do: skip, reason: not now, expect: {prompt: the-one|destroy}}
  - {at: run, do: close, reason: over}
YAML
run timeout 100 "$BLACKSTART" run --reason 'it is <down>' --answers good.answers book.yaml
is "a run to be told, with something still owed" "$status" 1
like "came to its end" "$out" 'Run closed: Done'
id=$(printf '%s\n' "$out" | sed -n 's/^record: .*, run //p')
wait_for '! is_kept "$T/journal"' || diag "its keeper stays"
cp -r journal copy
hashes() { find copy -type f ! -name '*-shm' -exec sha256sum {} + | sort; }
before=$(hashes)
report() { run "$BLACKSTART" report --journal "$T/copy/journal.db" "$@"; }

# --- Markdown

report
is "a report" "$status" 0
printf '%s\n' "$out" | steady >got.md
gold=$ROOT/tests/report/walk.md
[ -z "${REGOLD-}" ] || cp got.md "$gold"
is "is what it was" "$(diff "$gold" got.md)" ''
seqs=$(printf '%s\n' "$out" | grep -o '\[[0-9]*\]' | tr -d '[]' | sort -nu)
rows=$(sqlite3 -readonly copy/journal.db "SELECT seq FROM event ORDER BY seq")
is "each row it names is on record" "$(printf '%s\n' "$seqs" |
	while read -r seq; do printf '%s\n' "$rows" | grep -qx "$seq" || echo "$seq"; done)" ''
unlike "no number of anybody" "$out" '600 111|999 888'
like "what guards it was read" "$out" 'prd: cat .* reads "the-one"'
report --unmask
like "but when asked for" "$out" 'phone \+34 600 111 222.*answered: from \+34 600 999 888'
report "$id" --after-action
like "with objectives" "$out" '^\| nothing is left down \| none \| 1 \| missed \| – \| \[[0-9]+\] \|'
like "against those of the runbook" "$out" '^\| what was down works again \| within 45m \|'
like "what people judge is left to them" "$out" '\| \(open\) \| \(open\) \| \(open\) \|$'
like "notes on a step are for the runbook" "$out" '^\| 5 Which one \| note: '
report "$id" --after-action --owner 'Ana | <b>' --due 2026-12-24
like "who sees to it, until when" "$out" '\| \(open\) \| Ana \\\| \\<b\\> \| 2026-12-24 \|$'

# --- JSON

report --format json --after-action
json=$out
get() { printf '%s' "$json" | jq -c "$1"; }
is "is JSON of its version" "$(get '[.blackstart_report, .run]')" "[2,\"$id\"]"
is "every row but chunks of output, once" "$(get '[.timeline[].row]')" "$(sqlite3 -readonly \
	copy/journal.db "SELECT json_group_array(seq) FROM (SELECT seq FROM event
	WHERE kind <> 'output' ORDER BY seq)")"
is "all time is booked" "$(get '.elapsed_ms - .machine_ms - .thinking_ms - .waiting_ms |
	. >= 0 and . <= 3')" true
is "what failed, with what it printed" "$(get '.commands | map([.failed, .output[0].excerpt])')" \
	'[[true,"=cmd|x\n\\x1b[31m</td><script>alert(1)</script>\n```\n# head\n"],[true,"no route\n"]]'
is "what is owed" "$(get '.still_owed | map(.key)')" '["writers"]'
is "how it stands against its objectives" "$(get '[.rto, .rto_ms, .rpo_ms, .findings]')" \
	'["open",2700000,900000,1]'
is "masked, too" "$(get . | grep -cE '600 111|999 888')" 0
report --json --after-action --zone Europe/Madrid
printf '%s\n' "$out" >one.json
is "fits its schema" "$(fits one.json)" ''
printf '%s\n' "$out" | jq '.steps[0] |= (.attempts = "1" | .more = 1) | .commands[0].output[0].stream = "x" |
	del(.rows) | .opened = "2026"' >odd.json
is "what would not, would be told" "$(fits odd.json | cut -d: -f1 | sort | tr '\n' ' ')" \
	'.commands[].output[].stream .opened .rows .steps[].attempts .steps[].more '
report --json
is "--json is the same" "$(printf '%s' "$out" | jq .blackstart_report)" 2

# --- CSV

report --format csv
printf '%s\n' "$out" >got.csv
sqlite3 :memory: '.import --csv got.csv t' '.mode json' 'select * from t' >csv.json
is "CSV as sqlite3 reads it: the same rows" "$(jq -c '[.[].row | tonumber]' csv.json)" \
	"$(get '[.timeline[].row]')"
is "and the same text" "$(jq -r '.[].text' csv.json)" "$(printf '%s' "$json" |
	jq -r '.timeline[].text')"
is "no field is a formula" "$(jq -r '.[] | .[] | select(test("^\\s*[=+@-]"))' csv.json)" ''

# --- HTML

report --format html
page=$out
tags='body circle div figcaption figure g h1 h2 h3 head html line meta p pre rect span style svg table '
tags="${tags}tbody td text th thead title tr "
is "a page has these tags, and no script" "$(printf '%s\n' "$page" | grep -oE '</?[a-zA-Z0-9]+' |
	tr -d '</' | sort -u | tr '\n' ' ')" "$tags"
unlike "and takes nothing from elsewhere" "$page" '(src|href|url)[=(]|@import'
like "what was printed is text" "$page" '&lt;/td&gt;&lt;script&gt;alert\(1\)&lt;/script&gt;'
is "a bar for each step that began" "$(printf '%s\n' "$page" | grep -c '^<g>')" 7
is "no bar outside the picture" "$(printf '%s\n' "$page" | grep -oE '<rect [^>]* x=[^>]* width=[^>]*%' |
	sed -E 's/.* x=([-0-9.]+)% width=([-0-9.]+)%/\1 \2/' |
	awk '{ n++ } $1 < 0 || $1 + $2 > 100.001 { print } END { if (n < 7) print n }')" ''
like "who did something has a lane, and what they did is marked" "$page" \
	'<rect class="d v" [^>]*><title>[^<]*3 Try it is ACCEPTED'
like "so has who was contacted" "$page" '<circle class=o [^>]*><title>[^<]*answered: from \+xx xxx xxx x88'
unlike "numbers are masked there, too" "$page" '600 111|999 888'
report --format html --after-action
is "with objectives, and still no other tag" "$(printf '%s\n' "$out" | grep -oE '</?[a-zA-Z0-9]+' |
	tr -d '</' | sort -u | tr '\n' ' ')" "$tags"
like "what was noted is text there" "$out" '&lt;i&gt;call&lt;/i&gt;'

# --- wrong usage

report --format pdf
is "no such format" "$status" 2
report --format csv --after-action
is "a timeline has no after-action part" "$status" 2
report --owner ana
is "nobody owns what is not asked for" "$status" 2
report --after-action --due soon
is "a date is a date" "$status" 2
report nosuchrun
is "no such run" "$status" 2
is "nothing of the record was touched by any of this" "$(hashes)" "$before"

# --- beside earlier runs; open; altered

open=$("$BLACKSTART" run --reason 'once more' --drill --lab --detach book.yaml)
"$BLACKSTART" note "$open" '=HYPERLINK("http://e.vil")' >/dev/null
"$BLACKSTART" attach-file "$open" book.yaml --note '=1+1' >/dev/null
run "$BLACKSTART" report "$open" --json
printf '%s\n' "$out" >open.json
is "one of an open run fits its schema" "$(fits open.json)" ''
is "and each key of that is in a report, but of what was restored, or typed in a shell" "$(unseen one.json open.json |
	grep -v -e '^\.after_action\.restored\.' -e '^\.shell_lines\[')" ''
is "an open run is told as it stands" "$(printf '%s' "$out" |
	jq -c '[.open, .mode, .verdict, .never_reached]')" '[true,"drill",null,[]]'
is "beside the run before" "$(printf '%s' "$out" | jq -c '.earlier | map(.run)')" "[\"$id\"]"
is "step by step" "$(printf '%s' "$out" | jq '.steps | map(select(.earlier |
	map([.way, (.ms | length)]) == [["real", 1]])) | length')" 7
run "$BLACKSTART" report "$open"
is "every heading says that it is a drill" "$(printf '%s\n' "$out" | grep -E '^##? ' |
	grep -vc 'DRILL: ')" 0
like "and that it is open" "$out" 'The run is still open'
"$BLACKSTART" close "$open" --reason enough >/dev/null
run "$BLACKSTART" report "$open"
like "closed early: what was never reached is told" "$out" 'Never reached: .*6 Something more'

trigger=$(sqlite3 copy/journal.db "select sql from sqlite_master where name = 'event_no_update'")
sqlite3 copy/journal.db "drop trigger event_no_update;
	update event set payload = replace(payload, 'no time', 'my time'); $trigger"
report
is "an altered record is told" "$status" 1
like "as one" "$out" 'record: .*\*\*NOT WHOLE\*\*: event [0-9]+: payload altered'

done_testing
