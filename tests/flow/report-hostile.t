#!/bin/sh
# Reports of a run in which everything that can have a name or a text has a hostile one: text in every format.
. tests/lib/tap.sh
. tests/lib/hostile.sh
. tests/lib/record.sh
. tests/lib/report.sh

BLACKSTART_JOURNAL=$T/journal.db
export BLACKSTART_JOURNAL
cd "$T" || exit 1
hostile_files
run timeout 100 "$BLACKSTART" run --reason 'it is <down>' --answers answers.yaml book.yaml
like "a run of bad names" "$out" 'Run closed: W14'
report() { run "$BLACKSTART" report "$@"; }
lacks() { for word in $hostile_words; do grep -q "$word\\b" "$1" || echo "$word"; done; }
# What a terminal, or a reader, would obey.
odd='[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]'
obeyed() { LC_ALL=C grep -cP "$odd" "$1"; }

for zone in '' Asia/Kolkata; do
	report --format html --after-action ${zone:+--zone "$zone"}
	printf '%s\n' "$out" >page.html
	is "HTML${zone:+ of $zone}: nothing but text is theirs" "$(perl "$ROOT/tests/report/inert.pl" page.html)" ''
	is "and all of it is there" "$(lacks page.html)" ''
done
sed 's/&lt;script&gt;/<script>/; s/&amp;lt;/\&lt;/' page.html >odd.html
like "what would not be, would be told" "$(perl "$ROOT/tests/report/inert.pl" odd.html)" '^tag: script$'
for shape in '<circle class=o[^>]*><title>' '<text y=[^>]*>' '<g><title>'; do
	ok "names are in the picture: $shape" grep -qE "$shape[^<]*W[0-9]+&lt;/title&gt;&lt;/svg&gt;" page.html
done

ok "both members have a lane" [ "$(sed -n '/<figcaption>By member/,/<.figure>/p' page.html | grep -c '<g>')" = 2 ]

report --after-action
printf '%s\n' "$out" >page.md
is "Markdown: nothing that is obeyed" "$(obeyed page.md)" 0
is "all of it is there" "$(lacks page.md)" ''
# Between fences stands what was printed and run, as it is.
awk '/^```/ { if (!fence) { fence = $0; sub(/text$/, "", fence); next } if ($0 == fence) { fence = ""; next } }
	!fence' page.md >prose.md
is "no markup in it that is theirs" "$(grep -v '`blackstart\|(`rto`)' prose.md |
	grep -nP '(?<!\\)(<|\[(?![0-9–]+\]|open)|`|!\[|\$|~)|(?i)www\.')" ''
is "no fence is left open" "$(grep -c '^```' prose.md)" 0
if command -v cmark-gfm >/dev/null; then
	is "and what shows it finds no link, picture or tag" "$(cmark-gfm -e table -e autolink -e strikethrough \
		page.md | grep -oE '<(a|img|script|del|svg|!--)[ >]')" ''
else
	skip "and what shows it finds no link, picture or tag" "there is no cmark-gfm"
fi

report --format csv
printf '%s\n' "$out" >rows.csv
is "CSV: nothing that is obeyed" "$(tr -d '\r' <rows.csv >plain.csv; obeyed plain.csv)" 0
is "all of it is there" "$(lacks rows.csv)" ''
report --json --after-action
printf '%s\n' "$out" >one.json
is "JSON: nothing that is obeyed" "$(jq -r '.. | strings' one.json >texts; obeyed texts)" 0
is "it fits its schema" "$(fits one.json)" ''

# What is brought to an open run.
open=$("$BLACKSTART" run --blank W --detach 2>/dev/null)
printf 'x' >it
"$BLACKSTART" attach-file "$open" it --name '=W21<script>x.png' --note 'W22</title><b>&amp; www.e.vil' >/dev/null 2>&1
"$BLACKSTART" note "$open" '＝W23' >/dev/null
report "$open" --format html
printf '%s\n' "$out" >page.html
is "an attached file's name is text" "$(perl "$ROOT/tests/report/inert.pl" page.html)" ''
ok "and is there" grep -q 'W21&lt;script&gt;' page.html
report "$open"
printf '%s\n' "$out" >page.md
ok "in Markdown, too" grep -qF 'W21\<script\>x.png' page.md
"$BLACKSTART" close "$open" --reason enough >/dev/null
ok "its keepers end" wait_for '! is_kept "$T"'

done_testing
