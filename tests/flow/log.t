#!/bin/sh
# log: over one run and all, what is said together, followed, turned round, for a log system.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
esc=$(printf '\033')
count() { printf '%s\n' "$1" | grep -c .; }

cat >"$T/one.yaml" <<'END_OF_BOOK'
blackstart: 1
title: Take the writers down
owner: ops
reviewed: 2026-11-22
steps:
  - id: stop
    title: Stop them
    run: |
      printf 'writers: \033]0;gone\007 stopped\n'
    effect: read
    terminal: false
  - each: {member: [north, south]}
    steps:
      - {id: look, title: Look at it, run: echo "$member is quiet", effect: read, terminal: false}
END_OF_BOOK
printf 'answers: 1\nsteps: []\n' >"$T/answers.yaml"
walk() {
	"$b" "$@" "$T/one.yaml" --answers "$T/answers.yaml" --as "$who" --id-file "$T/id" >"$T/walk.out" 2>&1 ||
		cat "$T/walk.out" >&2
}

who=ana; walk run; one=$(cat "$T/id")
who=raj; walk drill --lab; two=$(cat "$T/id")
"$b" run --blank 'a look around' --detach --id-file "$T/id" --as ana >/dev/null; three=$(cat "$T/id")
"$b" note "$three" "the $esc[31mlamp$esc[0m is red" --as maria
total=$(sql 'SELECT max(id) FROM event')

# --- which runs

run $b log "$one"
is "of one run" "$status" 0
like "as it is told" "$out" 'Stop them is done'
unlike "no word of another" "$out" 'DRILL'
run $b log "$two"
is "each line of a drill says so" "$(printf '%s\n' "$out" | grep -vc '^DRILL ')" 0
run $b log --all --json
is "of all" "$(count "$out")" "$total"
is "each says of which" "$(printf '%s\n' "$out" | jq -r .run | sort -u | wc -l)" 3
is "and whether it is a drill" "$(printf '%s\n' "$out" | jq -r "select(.drill) | .run" | sort -u)" "$two"
run $b log "$one" "$three" --json
is "of two" "$(printf '%s\n' "$out" | jq -r .run | sort -u)" "$(printf '%s\n' "$one" "$three" | sort)"
like "of all, as text" "$($b log --all)" "^DRILL [0-9TZ:-]+  $two [0-9]+  step look@"
run $b log nosuch
is "no such run" "$status" 2

# --- what is looked for

run $b log --all --person maria
is "by a person: one line" "$(count "$out")" 1
like "the note, and nothing in it is obeyed" "$out" 'the .x1b\[31mlamp.x1b\[0m is red \(maria\)'
like "in a run as it is told, too" "$($b log "$three" --person maria)" 'x1b\[31mlamp'
run $b log --all --step look --kind cmd_ended --json
is "a step and its items, and a kind" "$(printf '%s\n' "$out" | jq -r .step | sort | uniq -c | tr -s ' \n' '  ')" \
	" 2 look@north 2 look@south "
run $b log "$two" --step look@south --kind cmd_ended
is "the item alone, as it is told" "$(count "$out")" 1
run $b log --all --output 'SOUTH is quiet'
is "a text in output, of both walks" "$(count "$out")" 2
like "with its line" "$out" '\| south is quiet'
run $b log "$one" --output 'stopped'
like "nor does the terminal obey output" "$out" 'writers: .x1b\]0;gone.x07 stopped'
run $b log --all --text lamp --json
is "a text in rows" "$(printf '%s\n' "$out" | jq -r .kind)" note
run $b log --all --person ana --text lamp
is "all of it must hold: status" "$status" 1
is "nothing does" "$out" ""
run $b log --since 1h --kind run_opened --json
is "a time alone is of all runs" "$(count "$out")" 3
is "nothing so long ago" "$($b log --to 1h --json)" ""
run $b log --from 2026-01-01T00:00Z --to 2100-01-01 --kind run_closed --reverse --limit 1 --json
is "the newest first" "$(printf '%s\n' "$out" | jq -r .run)" "$two"
run $b log "$one" --reverse --limit 1
like "as it is told, too" "$out" 'Run closed'
like "local time stands beside" "$(TZ=Asia/Tokyo $b log "$one" --limit 1 --local)" 'Z \(20[0-9-]+ [0-9:]+ JST\)'
is "the whole order is turned" "$($b log --all --reverse --json | jq -r .id | sort -c -rn && echo yes)" yes

for bad in '--kind stp' '--from yesterday' '--limit 0' '--from 1h --since 1h' '--follow --to 1h' '--text ""' \
	'--format xml' '--octets' "--all $one" '--after x'; do
	eval "run \$b log $bad"
	is "usage: $bad" "$status" 2
done
run $b log --kind stp
like "a kind is guessed" "$err" 'did you mean step'

# --- a reader that goes away, and follow

run sh -c '"$0" log --all --json | head -n 1 | wc -l; "$0" log --all | true' "$b"
is "a closed pipe is no news" "$err" ""
$b log --all --follow --json --kind note --kind run_opened >"$T/follow" 2>"$T/follow.err" &
follower=$!
ok "it shows what was" wait_for '[ "$(grep -c run_opened "$T/follow")" = 3 ]'
"$b" run --blank 'begins later' --detach --id-file "$T/id" >/dev/null; four=$(cat "$T/id")
"$b" note "$four" 'seen from afar'
ok "and a run that begins later" wait_for 'grep -q "seen from afar" "$T/follow"'
is "each row once" "$(jq -r .id "$T/follow" | sort | uniq -d)" ""
kill "$follower"; wait "$follower" 2>/dev/null
"$b" log "$four" --follow --text afar >"$T/told" &
follower=$!
ok "one run, as it is told" wait_for 'grep -q "seen from afar" "$T/told"'
"$b" close "$four" --reason over >/dev/null 2>&1
wait "$follower"; is "ends when the run is closed" $? 0
is "and showed no other row" "$(count "$(cat "$T/told")")" 1
mkdir "$T/moved" && sqlite3 -readonly "$BLACKSTART_JOURNAL" ".backup $T/moved/journal.db"
BLACKSTART_JOURNAL=$T/moved/journal.db "$b" log --all --follow >"$T/shown" 2>"$T/said" &
follower=$!
BLACKSTART_JOURNAL=$T/moved/journal.db "$b" log "$three" --follow >"$T/told" 2>"$T/said.told" &
teller=$!
ok "a copy is followed" wait_for '[ -s "$T/shown" ] && [ -s "$T/told" ]'
mv "$T/moved/journal.db" "$T/moved/old.db"
wait "$follower"; is "a record that is moved away is not waited for" $? 4
like "which is said" "$(cat "$T/said")" 'journal\.db was moved away or is another file now'
wait "$teller"; is "nor is one run in it" "$?,$(cut -d: -f1 "$T/said.told")" 4,blackstart
mkfifo "$T/pipe"
"$b" log --all --follow >"$T/pipe" &
follower=$!
head -n 1 "$T/pipe" >/dev/null
ok "nobody reads: it ends by itself" wait_for '! kill -0 "$follower" 2>/dev/null'

# --- for a log system: two exports while a run goes on are the whole

cat >"$T/long.yaml" <<END_OF_BOOK
blackstart: 1
title: Many
owner: ops
reviewed: 2026-11-22
steps:
  - each: {n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}
    steps:
      - {id: one, run: ":", effect: read, terminal: false}
  - {id: hold, run: "read -r x <$T/gate", effect: read, terminal: false}
END_OF_BOOK
mkfifo "$T/gate"
"$b" run "$T/long.yaml" --answers "$T/answers.yaml" >/dev/null 2>&1 &
walker=$!
n=0
while kill -0 "$walker" 2>/dev/null; do
	"$b" log --format jsonl --cursor "$T/cursor" >>"$T/exported" 2>"$T/err" || bail "$(cat "$T/err")"
	n=$((n + 1))
	[ -p "$T/gate" ] && grep '"step":"hold"' "$T/exported" | grep -q cmd_intent &&
		echo go >"$T/gate" && rm "$T/gate"
done
wait "$walker"
"$b" log --format jsonl --cursor "$T/cursor" >>"$T/exported"
"$b" log --format jsonl --after 0 >"$T/whole" 2>"$T/err"
ok "some exports while it ran" [ "$n" -gt 0 ]
ok "together they are the whole, in order" cmp -s "$T/exported" "$T/whole"
last=$(sql 'SELECT count(*) FROM event')
is "which is all there is" "$(wc -l <"$T/whole")" "$last"
like "where it goes on is said" "$(cat "$T/err")" "after $last"
run $b log --format jsonl --cursor "$T/cursor"
is "nothing new is no failure" "$status,$out" "0,"
is "the same row by row" "$(n=0; while [ "$n" -lt "$total" ]; do
	"$b" log --format jsonl --after "$n" --limit 7 2>/dev/null; n=$((n + 7)); done | head -n "$total" | cksum)" \
	"$(head -n "$total" "$T/whole" | cksum)"
mkdir "$T/other"
BLACKSTART_JOURNAL=$T/other/journal.db "$b" run --blank other --detach >/dev/null
run env BLACKSTART_JOURNAL="$T/other/journal.db" "$b" log --format jsonl --cursor "$T/cursor"
is "another record is not taken for this one" "$status" 3
run $b log --since 2100-01-01 --format jsonl --cursor "$T/far"
is "what was passed over stays so" "$(jq .after "$T/far")" "$last"

# --- RFC 5424

run $b log --format rfc5424 --after 0
header='^<1(08|09|1[0])>1 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z [!-~]+ blackstart [!-~]{1,128} [!-~]{1,32} '
data='\[origin software="blackstart" swVersion="[^"]*"\]\[meta sequenceId="[0-9]+"\] .'
is "every line of syslog is one" "$(printf '%s\n' "$out" | grep -Evc "$header$data")" 0
is "a line for each row" "$(count "$out")" "$last"
like "of a drill it says so" "$out" " $two step .*\\] DRILL #"
unlike "no escape gets through" "$out" "$esc"
"$b" log --format rfc5424 --pen 32473 --octets --after 0 2>/dev/null >"$T/framed"
ok "each frame is as long as it says" perl -e '
	local $/; $_ = <STDIN>; my $n = 0;
	while (length) { s/^([1-9][0-9]*) // or die; my $f = substr($_, 0, $1, ""); length $f == $1 or die;
		$f =~ /^<\d+>1 / or die; $f =~ /\[row\@32473 id="\d+"/ or die;
		$f =~ /^(?:[^\]"]|"(?:[^"\\]|\\.)*"|\])*$/s or die "$f"; $n++ }
	$n == $ARGV[0] or die $n' "$last" <"$T/framed"
like "what must be escaped is" "$(cat "$T/framed")" 'body="\{\\"'

"$b" close "$three" --reason over >/dev/null 2>&1
BLACKSTART_JOURNAL=$T/other/journal.db "$b" close --reason over >/dev/null 2>&1

# --- nothing to read

run $b log --all --journal "$T/none/journal.db"
is "no record" "$status" 1
like "help says what it takes" "$($b help log)" '--cursor FILE'
like "completion knows it" "$($b completion)" 'log\) words="[^"]*--person'
done_testing
