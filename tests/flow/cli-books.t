#!/bin/sh
# lint, show, find, schema; and every runbook that we ship.
. tests/lib/tap.sh

b=$BLACKSTART
books=$T/books
mkdir -p "$books/deep/er"

cat >"$books/good.yaml" <<'END'
blackstart: 1
title: Restart the mail server
about: When mail does not move.
triggers:
  - alert: mail_queue_long
  - text: "451 4.3.0 Temporary server error"
steps:
  - title: Look
    run: echo queue 17
    effect: read
    capture: {queue: {match: 'queue ([0-9]+)', as: int}}
    expect: queue > 0
  - title: Restart it
    run: echo restarted
    effect: change
  - end: Mail moves.
    success: true
END
cat >"$books/bad.yaml" <<'END'
blackstart: 1
titel: Two mistakes
title: Two mistakes
steps:
  - run: echo one
    effect: red
  - do: Look around.
END
cat >"$books/deep/er/other.yml" <<'END'
blackstart: 1
title: Bring the queue back
triggers:
  - text: queue manager
  - alert: queue_down
steps:
  - do: Bring it back.
END
echo 'hello: there' >"$books/no-runbook.yaml"

# --- lint

run $b lint "$books/good.yaml"
is "a clean runbook" "$status" 0
is "prints no finding" "$out" ""
like "and says so" "$err" '1 runbook: 0 errors, 0 warnings'
run $b lint --strict "$books/good.yaml"
is "also with --strict" "$status" 0

run $b lint "$books/bad.yaml"
is "a runbook with errors" "$status" 5
like "an unknown key, with its place" "$out" 'bad\.yaml:2:1: error: .*titel'
like "a wrong word, with its place" "$out" 'bad\.yaml:6:13: error: .*red'
like "both in one go" "$err" '1 runbook: 2 errors'

run $b lint --json "$books/bad.yaml"
is "the same in JSON" "$status" 5
is "two findings" "$(printf '%s' "$out" | jq '[.[] | select(.severity == "error")] | length')" 2

run $b lint "$books"
is "a folder: all runbooks in it" "$status" 5
like "and only those" "$err" '^blackstart: 3 runbooks'
mkdir "$T/empty"
run $b lint "$T/empty"
is "a folder without one is no clean folder" "$status" 5
run $b lint "$T/nowhere.yaml"
is "a file that is not there" "$status" 5
like "is named" "$out$err" 'nowhere\.yaml'
run $b lint "$books/good.yaml" "$books/bad.yaml"
is "one bad one is enough" "$status" 5

sed 's/effect: change/effect: change\n    capture: {unused: text}/' "$books/good.yaml" \
	>"$T/warned.yaml"
run $b lint "$T/warned.yaml"
is "warnings alone" "$status" 0
like "are printed" "$out" 'warning: .*unused'
run $b lint --strict "$T/warned.yaml"
is "count with --strict" "$status" 5

# --- a driver by a name that is nearly one

mkdir -p "$T/near/books" "$T/near/drivers/volume"
: >"$T/near/drivers/volume/quicksand.yaml"
: >"$T/near/drivers/volume/bogland.yaml"
cat >"$T/near/books/back.yaml" <<'EOF'
blackstart: 1
title: Back
environment: shop
steps:
  - id: data
    restore: quiksand
    volumes: {orders: /srv/orders}
  - release: data
EOF
run $b lint "$T/near/books/back.yaml"
like "the name of a driver that is meant, perhaps" "$out" \
	'no driver drivers/volume/quiksand\.yaml: .* did you mean `quicksand`\? \[unknown-driver\]'

# --- what we ship

for book in $(find runbooks -name '*.yaml' | sort); do
	grep -q '^blackstart:' "$book" || continue
	run $b lint "$book"
	# what no machine here can reach is said, and stays said
	is "$book lints clean" "$status:$(printf '%s' "$out" | grep -v '\[not-proved-live\]$')" "0:"
	run $b show "$book" --yaml
	is "$book can be shown" "$status" 0
done

# --- show

run $b show "$books/good.yaml"
is "show" "$status" 0
like "numbers the steps" "$out" '2.*Restart it'
like "and prints the commands" "$out" 'echo restarted'
run $b show "$books/good.yaml" --width 40
is "no line is wider than asked" "$(printf '%s\n' "$out" | awk 'length > 40' | wc -l)" 0
$b show --yaml "$books/good.yaml" >"$books/again.yaml"
is "show --yaml loads to the same" "$($b show "$books/again.yaml" | sed s/again/good/)" \
	"$($b show "$books/good.yaml")"
rm "$books/again.yaml"
run $b show "$books/bad.yaml"
is "what can be made sense of is shown" "$status" 0
like "with a word about its errors" "$err" 'has 2 errors'
like "what it can" "$out" 'Look around'
run $b show "$books/no-runbook.yaml"
is "what is no runbook is not" "$status" 5
run $b show "$T/nowhere"
is "nor what is not there" "$status" 5

# --- by name

BLACKSTART_RUNBOOKS=$books
export BLACKSTART_RUNBOOKS
run $b show good
is "a runbook by its name" "$status" 0
like "is found in the folders" "$out" 'Restart the mail server'
run $b show god
is "no such name" "$status" 5
like "what was meant" "$err" 'did you mean good\?'

# --- find

run $b find mail_queue_long
is "find by alert" "$status" 0
is "names the file" "$(printf '%s\n' "$out" | head -n 1)" "$books/good.yaml"
like "and why" "$out" 'by alert mail_queue_long'
run $b find "postfix/smtp[123]: status=deferred (host said: 451 4.3.0
   Temporary server error (in reply))"
is "find by a pasted error" "$status" 0
is "over several lines" "$(printf '%s\n' "$out" | head -n 1)" "$books/good.yaml"
run sh -c 'printf "x\n451 4.3.0 temporary SERVER error\n" | "$0" find - --json' "$b"
is "find by standard input, in JSON" "$(printf '%s' "$out" | jq -r '.[0].path')" "$books/good.yaml"
run $b find restart server
is "find by words of the title" "$(printf '%s\n' "$out" | head -n 1)" "$books/good.yaml"
run $b find "the queue manager said 451 4.3.0 Temporary server error"
is "the longer text wins" "$(printf '%s\n' "$out" | head -n 1)" "$books/good.yaml"
like "the other is named too" "$out" 'other\.yml'
run $b find "queue_down mail_queue_long_ago"
is "an alert is a whole word" "$(printf '%s\n' "$out" | head -n 1)" "$books/deep/er/other.yml"
run $b find zzzzzz
is "nothing fits" "$status" 1
is "prints nothing" "$out" ""
run $b find zzzzzz --json
is "nothing fits, in JSON" "$(printf '%s' "$out" | jq length)" 0
run sh -c '"$0" find - </dev/null' "$b"
is "no text: usage" "$status" 2

run $b schema
ok "the schema is JSON" sh -c 'printf "%s" "$1" | jq -e ".\"\$schema\""' _ "$out"

done_testing
