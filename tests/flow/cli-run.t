#!/bin/sh
# run: parameters, findings, ways to start; what the record says of it.
. tests/lib/tap.sh

b=$BLACKSTART
BLACKSTART_JOURNAL=$T/j/journal.db
export BLACKSTART_JOURNAL
first() { sql "select payload from event where run = '$1' and seq = 1"; }

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Greet ${who}
params:
  who: {ask: Whom?, one_of: [ana, raj]}
  times: {ask: How often?, as: int, min: 1, max: 3, default: 1}
steps:
  - id: greet
    title: Greet
    run: echo "hello $who, $times times" && pwd
    effect: change
  - end: Greeted.
    success: true
END
cat >"$T/answers.yaml" <<'END'
answers: 1
default: {start: change, close: over}
END

# --- a clean one starts with no ceremony

run $b run "$T/book.yaml" -p who=ana --plain --answers "$T/answers.yaml" --id-file "$T/id"
is "complete" "$status" 0
unlike "nothing is said beside the walk" "$err" '.'
like "the command's output is shown" "$out" 'hello ana, 1 times'
like "it ran in the runbook's folder" "$out" "$(cd "$T" && pwd -P)\$"
id=$(cat "$T/id")
is "mode in the first event" "$(first "$id" | jq -r .mode)" real
is "the parameters too, with defaults" \
	"$(first "$id" | jq -c '[.params[] | {(.name): .text}] | add')" '{"who":"ana","times":"1"}'
is "closed" "$(sql "select count(*) from event where run = '$id' and kind = 'run_closed'")" 1
run $b verify "$id" --outputs
is "and whole" "$status" 0

mkdir "$T/lab"
printf 'here:\n  protected: false\n  lab: {run: cat lab, is: a lab}\n' >"$T/lab/environments.yaml"
sed '2a environment: here' "$T/book.yaml" >"$T/lab/book.yaml"
echo a lab >"$T/lab/lab"
run $b drill --lab "$T/lab/book.yaml" -p who=raj -p times=3 --plain --answers "$T/answers.yaml" \
	--id-file "$T/id"
is "drill: complete" "$status" 0
like "says that it is one" "$out" 'DRILL'
is "so does its first event" "$(first "$(cat "$T/id")" | jq -r .mode)" drill
run $b run "$T/lab/book.yaml" --drill --lab -p who=raj --answers "$T/answers.yaml" --id-file "$T/id"
is "run --drill is the same" "$(first "$(cat "$T/id")" | jq -r .mode)" drill

# --- what commands inherit

cat >"$T/inherit.yaml" <<'END'
blackstart: 1
title: What a command inherits
steps:
  - title: Look
    run: umask; grep SigIgn /proc/self/status; echo "marked $MARK"; touch made; stat -c %a made
    effect: read
  - end: Seen.
    success: true
END
run env --default-signal MARK=yes sh -c 'umask 026; "$0" run "$1" --answers "$2"' "$b" \
	"$T/inherit.yaml" "$T/answers.yaml"
like "the umask" "$out" '^\| 0026$'
like "for what they make" "$out" '^\| 640$'
like "no ignored signals" "$out" 'SigIgn:[^1-9a-f]*$'
like "the environment" "$out" 'marked yes'

# --- parameters

runs_before=$($b runs --json | jq length)
run $b run "$T/book.yaml" --plain </dev/null
is "a missing parameter: usage" "$status" 2
like "named, with its question" "$err" '-p who=… +Whom\?'
run $b run "$T/book.yaml" -p who=eve
is "a value that is not in the list: usage" "$status" 2
like "says which are" "$err" 'ana.*raj'
run $b run "$T/book.yaml" -p who=ana -p times=9
is "a value out of bounds: usage" "$status" 2
run $b run "$T/book.yaml" -p who=ana -p times=many
is "a value of another type: usage" "$status" 2
run $b run "$T/book.yaml" -p hwo=ana
is "no such parameter: usage" "$status" 2
like "what was meant" "$err" 'did you mean who\?'
run $b run "$T/book.yaml" -p who
is "a parameter without value: usage" "$status" 2
run $b run "$T/book.yaml" -p who=ana -p who=raj
is "a parameter twice: usage" "$status" 2
run $b run --blank broken -p who=ana
is "parameters of no runbook: usage" "$status" 2
is "none of these opened a run" "$($b runs --json | jq length)" "$runs_before"

# --- secrets

cat >"$T/secret.yaml" <<'END'
blackstart: 1
title: Use a token
params:
  token: {ask: Which token?, secret: true}
steps:
  - title: Use it
    run: printf %s "$token" | cksum
    secret: token
    effect: read
  - end: Used.
    success: true
END
secret="correct horse battery $$"
run $b run "$T/secret.yaml" -p "token=$secret"
is "a secret among the arguments is refused" "$status" 2
like "with the way out" "$err" '--secret token=FILE'
unlike "and not said again" "$err" 'battery'
printf '%s\n' "$secret" >"$T/token"
run $b run "$T/secret.yaml" --secret "token=$T/token" --answers "$T/answers.yaml" --id-file "$T/id"
is "a secret from a file" "$status" 0
like "reached the command" "$out" "$(printf %s "$secret" | cksum)"
run sh -c 'cat "$2" | "$0" run "$1" --secret token=/dev/stdin --answers "$3"' \
	"$b" "$T/secret.yaml" "$T/token" "$T/answers.yaml"
is "a secret from a pipe" "$status" 0
is "is nowhere in what is kept" "$(grep -rlF "battery $$" "$T/j" | wc -l)" 0
run $b run "$T/secret.yaml" </dev/null
like "what is missing is a file" "$err" '--secret token='
run $b run "$T/book.yaml" --secret "who=$T/token"
is "what is no secret needs no file" "$status" 2

# --- findings

sed 's/effect: change/effect: chnge/' "$T/book.yaml" >"$T/broken.yaml"
run $b run "$T/broken.yaml" -p who=ana </dev/null
is "errors and no reason: bad runbook" "$status" 5
like "the findings are shown" "$err" 'broken\.yaml:[0-9]+:[0-9]+: error'
like "and the way out" "$err" '--reason'
cat >"$T/broken-answers.yaml" <<'END'
answers: 1
default: {start: change, close: over}
steps:
  - {at: greet, do: skip, reason: it is broken}
END
run $b run "$T/broken.yaml" -p who=ana --reason 'the shop is down' \
	--answers "$T/broken-answers.yaml" --id-file "$T/id"
is "with a reason it starts" "$status" 0
is "which is on record" "$(first "$(cat "$T/id")" | jq -r .reason)" 'the shop is down'
is "with the number of findings" "$(first "$(cat "$T/id")" | jq -r .findings)" 1
echo 'title: [' >"$T/hopeless.yaml"
run $b run "$T/hopeless.yaml" --reason please
is "without a list of steps it does not" "$status" 5
like "but says how to start without one" "$err" '--blank'
run $b run "$T/nowhere.yaml"
is "a runbook that is not there" "$status" 5

# --- other ways to start

run $b run "$T/book.yaml" -p who=ana --dry
is "dry" "$status" 0
like "shows the command" "$out" 'echo "hello \$who'
like "and the values" "$out" 'who = ana'
before=$($b runs --json | jq length)
run $b run "$T/book.yaml" -p who=ana --dry
is "and opens no run" "$($b runs --json | jq length)" "$before"

cat >"$T/blank-answers.yaml" <<'END'
answers: 1
steps:
  - {at: run, do: exec, text: echo looking around}
  - {at: run, do: close, reason: it was nothing}
END
run $b run --blank 'the light is out' --answers "$T/blank-answers.yaml" --id-file "$T/id"
like "blank: what is typed runs" "$out" 'looking around'
is "its title is what is wrong" "$($b runs --json | jq -r '.[0].title')" 'the light is out'

run $b run "$T/book.yaml" -p who=ana --detach
is "detached" "$status" 0
id=$out
is "prints the id alone" "$(printf '%s\n' "$id" | wc -l)" 1
is "the run is open" "$($b status "$id" --json | jq .open)" true
run $b attach "$id" --answers "$T/answers.yaml"
is "attach finishes it" "$status" 0
is "the run is closed" "$($b status "$id" --json | jq -c '[.open, .success]')" '[false,true]'
run $b attach "$id"
is "attaching to what is closed shows how it ended" "$status" 0
like "with its verdict" "$out" 'Greeted|verdict|recovered|complete'

run $b run "$T/book.yaml" -p who=ana --answers "$T/none.yaml"
is "answers that are not there: usage, and no run" "$status" 2
echo 'answers: 1' >"$T/no-answers.yaml"
run $b run "$T/book.yaml" -p who=ana --answers "$T/no-answers.yaml" --id-file "$T/id"
is "answers that do not fit: ended otherwise" "$status" 1
run $b close "$(cat "$T/id")" --reason 'over and out'
is "close ends it" "$status" 0
is "not with success" "$($b status "$(cat "$T/id")" --json | jq -c '[.open, .success]')" \
	'[false,false]'

# End of input answers nothing: the run stays where it is.
run sh -c '"$0" run "$1" -p who=ana --plain --id-file "$2" </dev/null' "$b" "$T/book.yaml" "$T/id"
is "end of input: the run goes on without us" "$status" 1
is "nothing was started by it" "$($b status "$(cat "$T/id")" --json | jq -c '[.open, .done]')" \
	'[true,0]'
run $b close --reason 'cleaning up'
is "close finds the open one by itself" "$status" 0

done_testing
