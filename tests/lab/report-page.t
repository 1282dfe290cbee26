#!/bin/sh
# The page of a report in a real browser without a network: it asks for nothing, runs nothing, fits phones and
# sheets; of a hostile run, and of one with more steps than there are lanes.
. tests/lib/tap.sh
. tests/lib/hostile.sh

command -v chromium >/dev/null || skip_all "there is no chromium"
command -v jq >/dev/null || skip_all "there is no jq"
BLACKSTART_JOURNAL=$T/journal.db
export BLACKSTART_JOURNAL
apart=
unshare -rn true 2>/dev/null && apart='unshare -rn'
cd "$T" || exit 1

# browse OPTION...: in a profile of its own. What it would ask for is in net.json.
browse() {
	# shellcheck disable=SC2086 # words
	timeout 250 $apart chromium --headless=new --no-sandbox --disable-gpu --no-first-run --disable-sync \
		--disable-background-networking --disable-component-update --hide-scrollbars \
		--allow-file-access-from-files --user-data-dir="$T/profile" \
		--log-net-log="$T/net.json" "$@" 2>browser.err
}
# Hosts that were asked for something, but those that the browser asks for its own sake: its maker's, and words
# without a dot, by which it finds out whether a name service lies.
asked() {
	jq -r '.events[].params.url? // empty' net.json | sed -n 's|^[a-z]*://\([^/?]*\).*|\1|p' | sort -u |
		grep -F . | grep -vE '(^|\.)(google|googleapis|gvt1)\.com$'
}
sees() { grep -o '{"width.*}' dom.html | jq -c . | sort -t: -k2n >seen; }
looked() { browse --virtual-time-budget=20000 --dump-dom "file://$T/look.html" >dom.html; sees; }
seen() { jq -r "$1" seen | tr '\n' ' '; }
cp "$ROOT/tests/report/look.html" .

# --- nothing is asked for, nothing runs

hostile_files
timeout 100 "$BLACKSTART" run --reason bad --answers answers.yaml book.yaml >run.out 2>&1
"$BLACKSTART" report --format html --after-action --zone Asia/Kolkata >hostile.html
cp hostile.html page.html
looked
is "a hostile run is shown at each width" "$(seen .width)" '320 375 768 1200 '
is "it asks for nothing" "$(asked)" ''
is "nothing of it runs, or is a picture or a link" "$(seen '[.owned, .scripts, .images, .links] | @csv' | sort -u)" \
	'false,0,0,0 false,0,0,0 false,0,0,0 false,0,0,0 '
sed 's|</h1>|</h1><img src=http://127.0.0.1:9/x><script>parent.owned=1</script>|' hostile.html >page.html
looked
is "even if a tag got into it" "$(asked; seen .owned)" 'false false false false '
sed -i 's|<meta http-equiv[^>]*>||' page.html
looked
is "where its policy is taken out, it would: this is seen" "$(asked; seen .owned)" '127.0.0.1:9
true true true true '
browse --dump-dom "file://$T/hostile.html" >dom.html
like "what was recorded is text in it" "$(grep -c 'W7&lt;/title&gt;&lt;/svg&gt;' dom.html)" '^[1-9]'

# --- it fits

for i in $(seq 1 300); do
	echo "  - {title: Step $i of many with a name that is longer than a phone is wide, run: 'true', effect: read}"
done >steps
{
	printf '%s\n' 'blackstart: 1' 'title: Many' 'steps:'
	printf '%s\n' '  - each: {node: [n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17]}' \
		"    steps: [{run: 'true', effect: read}]"
	cat steps
} >many.yaml
printf '%s\n' 'answers: 1' 'steps: []' >many.answers
run timeout 200 "$BLACKSTART" drill --lab many.yaml --answers many.answers
is "a run of many steps" "$status" 0
"$BLACKSTART" report --format html --zone Asia/Kolkata >many.html
for page in hostile many; do
	cp $page.html page.html
	looked
	is "$page: no width is too small for it" "$(seen .fits)" 'true true true true '
	is "$page: no bar and no mark is outside" "$(seen .outside)" '0 0 0 0 '
	is "$page: nor, but on a phone, a name" "$(seen 'select(.width > 700) | .long')" '0 0 '
	ok "$page: there are some" [ "$(seen '.shapes > 40')" = 'true true true true ' ]
	is "$page: two parts of the picture fit on a sheet" "$(seen '.tallest < 500')" 'true true true true '
done
is "it is light" "$(seen .ground)" 'rgb(255, 255, 255) rgb(255, 255, 255) rgb(255, 255, 255) rgb(255, 255, 255) '
browse --blink-settings=preferredColorScheme=0 --virtual-time-budget=20000 --dump-dom "file://$T/look.html" >dom.html
sees
is "and dark where that is wanted" "$(seen .ground | cut -c1-15)" 'rgb(21, 25, 30)'
browse --window-size=400,900 --screenshot="$T/page.png" "file://$T/many.html" >/dev/null
is "a picture of it is as large as was asked for" "$(od -An -j16 -N8 -tx1 page.png | tr -d ' ')" 0000019000000384

is "more steps than lanes share them" "$(grep -oE '<text y=[0-9]+>[^<]* … ' many.html | wc -l)" 158

# --- it prints

if command -v pdfinfo >/dev/null; then
	for page in hostile many; do
		browse --no-pdf-header-footer --print-to-pdf="$T/$page.pdf" "file://$T/$page.html" >/dev/null
		like "$page: printed on A4" "$(pdfinfo $page.pdf)" 'Page size: .*A4'
		pages=$(pdfinfo $page.pdf | sed -n 's/^Pages: *//p')
		mode=REAL
		[ $page = many ] && mode=DRILL
		is "$page: each sheet says $mode" "$(for i in $(seq 1 "$pages"); do
			pdftotext -f "$i" -l "$i" $page.pdf - | grep -qx $mode || echo "$i"
		done)" ''
		ok "$page: and there are some" [ "$pages" -gt 2 ]
	done
	like "the last step is on paper" "$(pdftotext -layout many.pdf - | grep -c '^ *301 Step 300 of many')" '^[1-9]'
else
	skip "printed" "there is no pdfinfo"
fi

done_testing
