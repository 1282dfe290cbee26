#!/bin/sh
# Where secrets come from: a file, a variable, a command; named by the runbook or by the operator.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
cd "$T" || exit 1
mkdir books

cat >books/book.yaml <<'YAML'
blackstart: 1
title: From everywhere
params:
  one: {secret: true, from: {file: one.key}}
  two: {secret: true, from: {env: TWO_TOKEN}}
  three: {secret: true, from: {command: ./vault three}}
steps:
  - run: printf '%s\n' "$one" "$two" "$three" | cksum >sum
    secret: [one, two, three]
    effect: read
  - run: env >environment
    effect: read
  - end: done
YAML
cat >books/vault <<'SH'
#!/bin/sh
echo "asked for $1" >>asked
[ ! -e sealed ] || { echo "the vault is sealed" >&2; exit 3; }
echo "3rd-word"
SH
chmod +x books/vault
(umask 077 && echo 'first word' >books/one.key)
ok "lint has nothing to say" "$BLACKSTART" lint books/book.yaml
like "on paper it is said where they are" "$("$BLACKSTART" show books/book.yaml)" \
	'three \(text, secret\); from: \./vault three'
"$BLACKSTART" show --yaml books/book.yaml >again.yaml
"$BLACKSTART" show --yaml again.yaml >twice.yaml
ok "and written again it is the same" cmp again.yaml twice.yaml

cat >answers <<'YAML'
answers: 1
YAML
walks() { # ARGUMENTS: the walk is over, its words are summed
	rm -f books/sum books/asked
	run env TWO_TOKEN=2nd-word "$BLACKSTART" run books/book.yaml --answers answers "$@"
}
sum() { printf '%s\n' "$@" | cksum; }

walks
is "all three are found" "$status" 0
is "each as it stands there" "$(cat books/sum)" "$(sum 'first word' 2nd-word 3rd-word)"
is "the command ran once, in the runbook's folder" "$(cat books/asked)" "asked for three"

ok "a command that does not list them has none, the variable included" \
	! grep -qe word books/environment
ok "which has an environment all the same" grep -q '^HOME=' books/environment

MINE=$(echo my own) && export MINE
walks --secret three=cmd:'echo other' --secret two=env:MINE --secret one=file:answers
is "the operator's word goes before the runbook's" "$status" 0
is "from the same three kinds of places" "$(cat books/sum)" "$(sum 'answers: 1' 'my own' other)"
ok "and what is not needed is not asked" [ ! -e books/asked ]

ok "a dry run asks no vault" "$BLACKSTART" run books/book.yaml --dry --secret one=answers \
	--secret two=answers --secret three=answers
run "$BLACKSTART" run books/book.yaml --dry
ok "nor does one without them" [ ! -e books/asked ]

# --- what goes wrong ----------------------------------------------------------------------------

touch books/sealed
walks
is "a vault that is sealed: nothing starts without a person" "$status" 2
like "and why is said" "$err" 'three: not found where the runbook says .*left with status 3'
like "with the vault's own words" "$err" 'the vault is sealed'
rm books/sealed
refused() { # NAME WANT SOURCE
	walks --secret "three=$3"
	is "$1: refused" "$status" 2
	like "$1: and said" "$err" "$2"
}
refused "no such file" 'three: cannot be read from none: .*No such file' none
refused "no such variable" 'the variable NO_SUCH is not set' env:NO_SUCH
refused "nothing printed" 'nothing in it' cmd:true
refused "a command that is killed" 'signal 9' 'cmd:kill -9 $$'
refused "too much" 'longer than 65536 bytes' 'cmd:yes | head -c 70000'
refused "not text" 'NUL byte' "cmd:printf 'a\\0b'"
cp books/one.key open.key
chmod 644 open.key
walks --secret three=open.key
is "a file that others can read serves" "$status" 0
like "and is warned of" "$err" 'open.key: everybody on this host can read it'
# --- in an answers file -------------------------------------------------------------------------

cat >ask.yaml <<'YAML'
blackstart: 1
title: Asked on the way
steps:
  - id: typed
    ask: The word?
    into: word
    secret: true
  - run: printf %s "$word" >got
    secret: word
    effect: read
  - end: done
YAML
answers() { # LINE: a walk with this answer
	printf 'answers: 1\nsteps:\n  - {at: typed, do: done, %s}\n' "$1" >books/ask.answers
	rm -f got
	run "$BLACKSTART" run ask.yaml --answers books/ask.answers
}
answers 'from: {command: ./vault four}'
is "an answers file says where it is" "$status $(cat got)" '0 3rd-word'
like "which is not shown" "$out" '> done \(hidden\)'
answers 'from: {file: one.key}'
is "in a file, too" "$status $(cat got)" '0 first word'
answers 'from: {file: none}'
is "where it is not, the walk stops" "$status" 1
like "and says so" "$out" 'ask.answers:3:5: what is to be answered is not found \(none\)'
answers 'text: x, from: {file: one.key}'
is "one of the two" "$status" 2
answers 'from: {env: X}'
is "not from what the commands would inherit" "$status" 2

ok "nothing of it is on record" ! grep -rqe 3rd-word -e 2nd-word -e 'first word' "$T/j"

done_testing
