#!/bin/sh
# run on a terminal, line by line: what is missing is asked for, what is broken wants a reason.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
first() {
	sql "select payload from event where run = '$1' and seq = 1"
}
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Greet somebody
params:
  who: {ask: Whom?, one_of: [ana, raj]}
  times: {ask: How often?, as: int, min: 1, max: 3}
  token: {ask: Which token?, secret: true}
steps:
  - id: greet
    title: Greet
    run: echo "hello $who $times" && printf %s "$token" | cksum
    secret: token
    effect: change
  - end: Greeted.
    success: true
END

# on_terminal NAME COMMAND...: starts it on a terminal; `type` types, `shows` waits for an answer.
on_terminal() {
	name=$1
	shift
	mkfifo "$T/$name.in"
	: >"$T/$name.out"
	for word; do printf "'%s' " "$word"; done >"$T/$name.sh"
	script -qefc "sh '$T/$name.sh'" /dev/null <"$T/$name.in" >"$T/$name.out" 2>&1 &
	terminal=$!
	exec 3>"$T/$name.in"
}
type() { printf '%s\n' "$1" >&3; }
shows() { ok "$name: $1" wait_for "grep -q '$2' '$T/$name.out'"; }
ended() {
	exec 3>&-
	wait $terminal
	is "$name: status" "$?" "$1"
	seen=$(tr -d '\r' <"$T/$name.out")
}

secret="very secret $$"
on_terminal asked "$b" run --plain "$T/book.yaml" --id-file "$T/id"
shows "asks the first parameter" 'Whom?'
type eve
shows "refuses what is not in the list" 'ana'
type 2
shows "takes a number of the list, asks the next" 'How often?'
type many
type 9
type 3
shows "asks the secret" 'Which token?'
type "$secret"
if [ "$(id -u)" -eq 0 ]; then
	shows "asks who it is, of an account that is shared" 'Who are you?'
	type ana
fi
shows "shows the step" 'NOW.*Greet'
type ''
shows "ends" 'verdict'
ended 0
like "asked: the command had the values" "$seen" 'hello raj 3'
like "asked: and the secret" "$seen" "$(printf %s "$secret" | cksum)"
unlike "asked: which was not shown" "$seen" 'very secret'
is "asked: nor recorded" "$(grep -rlF "$secret" "$T/j" | wc -l)" 0
[ "$(id -u)" -ne 0 ] || is "asked: who it is, too" "$(sqlite3 -readonly \
	-cmd '.timeout 60000' "$BLACKSTART_JOURNAL" \
	"select distinct actor from event where kind in ('run_opened', 'seat')")" ana
is "asked: all of it went on record" "$(first "$(cat "$T/id")" |
	jq -c '[.params[] | {(.name): .text}] | add')" '{"who":"raj","times":"3","token":null}'

sed '/token/d; s/effect: change/effect: chnge/' "$T/book.yaml" >"$T/broken.yaml"
on_terminal unwilling "$b" run --plain "$T/broken.yaml" -p who=ana -p times=1 --as raj
shows "shows the findings, asks for a reason" 'Why start it'
type ''
ended 5
is "unwilling: no run was opened" "$("$b" runs --json | jq length)" 1

on_terminal willing "$b" run --plain "$T/broken.yaml" -p who=ana -p times=1 --as raj --id-file "$T/id"
shows "asks for a reason" 'Why start it'
type 'no time to mend it'
shows "starts" 'NOW'
exec 3>&-
wait $terminal
is "willing: the reason is on record" "$(first "$(cat "$T/id")" | jq -r .reason)" \
	'no time to mend it'
is "willing: a lost terminal ends no run" "$("$b" status "$(cat "$T/id")" --json | jq .open)" true
"$b" close "$(cat "$T/id")" --reason 'cleaning up' >/dev/null

on_terminal gone "$b" run --plain "$T/book.yaml" -p who=ana -p times=1
shows "asks the secret" 'Which token?'
exec 3>&-
wait $terminal
is "gone: end of input starts nothing" "$("$b" runs --json | jq length)" 2

done_testing
