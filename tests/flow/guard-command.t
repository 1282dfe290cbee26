#!/bin/sh
# The guard around a command of anybody's own, where nobody sits at a terminal: it is the command that
# was given, and what comes of it is passed on and on record.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
cat >environments.yaml <<'YAML'
signers: signers
prd:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
asks:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
  approve: {by: [ana, raj]}
frozen:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
  freeze: {from: 2020-01-01T00:00Z, to: 2120-01-01T00:00Z, why: a long one}
test:
  protected: false
  target: {probe: cat '$T/where', is: gke_test}
lab:
  lab: true
YAML
sed -i "s,'\$T/where',$T/where," environments.yaml
echo gke_prd >where
mkdir here
cd here || exit 1

# guard ARGUMENTS...: nobody sits at a terminal.
guard() {
	run setsid -w "$BLACKSTART" guard "$@"
}

# --- it is the command that was given ---------------------------------------------------------------
guard lab -- printf '<%s>' 'a  b' "it's" '$HOME' '*' '' 'x
y' FOO=bar \\n
is "arguments are passed word for word" "$out" "<a  b><it's><\$HOME><*><><x
y><FOO=bar><\\n>"
is "its status: 0" "$status" 0
guard lab -- sh -c 'echo out; echo err >&2; exit 7'
is "its status is passed on" "$status" 7
is "… its output" "$out" out
is "… and what it says" "$err" err
guard lab -- sh -c 'kill -9 $$'
is "death by a signal" "$status" 137
guard lab -- exit 3
is "a word of the shell is no program: status" "$status" 127
like "a word of the shell is no program" "$err" 'exit: No such file'
guard lab -- ./nothing
is "what is not there: status" "$status" 127
: >plain
guard lab -- ./plain
is "what cannot be run: status" "$status" 126
guard lab -- pwd
is "it is where we are" "$out" "$T/here"
(umask 027 && "$BLACKSTART" guard lab -- sh -c 'umask' >umask </dev/null)
is "with our umask" "$(cat umask)" 0027
run env WORD='of mine' setsid -w "$BLACKSTART" guard lab -- sh -c 'echo "$WORD"'
is "and our variables" "$out" 'of mine'

head -c 10000000 /dev/urandom >big
setsid -w "$BLACKSTART" guard lab -- cat big >copy
ok "ten megabytes come out byte for byte" cmp big copy
setsid -w "$BLACKSTART" guard lab -- sh -c 'cat >&2' <big 2>copy
ok "… in and out, by standard error" cmp big copy
printf 'one\ntwo\n' >lines
{ setsid -w "$BLACKSTART" guard lab -- head -c 4; cat; } <lines >rest
is "it reads no more than the command does" "$(cat rest)" "$(cat lines)"
rm -f big copy

# --- what does not start ------------------------------------------------------------------------------
for words in 'lab' 'lab true' '-- true' 'lab --' '--effect wipe lab -- true' 'lab --nothing -- true'; do
	guard $words
	is "used wrongly ($words): status" "$status" 125
done
guard nowhere -- touch done
is "an environment that nobody knows: status" "$status" 125
like "an environment that nobody knows" "$err" 'does not have nowhere'
(cd / && run setsid -w "$BLACKSTART" guard lab -- touch "$T/here/done"; echo "$status $err" >"$T/none")
like "no file at all" "$(cat "$T/none")" '^125 .*there is no environments.yaml'
for effect in read change; do
	guard --effect $effect prd -- sh -c 'rm -rf done'
	is "what destroys is no $effect: status" "$status" 125
	like "what destroys is no $effect" "$err" "this is no $effect: rm "
done
guard prd -- touch done
is "protected, and nobody there: status" "$status" 125
like "protected, and nobody there" "$err" 'prd is protected, and nobody is here .*--permit'
like "… which is on record" "$("$BLACKSTART" log)" 'nobody is here'
for value in false true 1 '' prd prd/gke_prd prd/gke_prd/2020-01-01 "prd/gke_prd/$(date -u +%F)"; do
	run env BLACKSTART_UNLOCK="$value" setsid -w "$BLACKSTART" guard prd -- touch done
	is "BLACKSTART_UNLOCK='$value' without a terminal: status" "$status" 125
done
guard frozen -- touch done
is "frozen: status" "$status" 125
like "frozen" "$err" 'frozen is frozen: a long one'
guard test -- touch done
is "unprotected, and another target: status" "$status" 125
like "unprotected, and another target" "$err" 'this is not test: .* reads "gke_prd"'
echo gke_other >../where
guard prd -- touch done
like "protected, and another target" "$err" 'this is not prd: .* reads "gke_other"'
echo gke_prd >../where
is "nothing of that was run" "$(ls done 2>/dev/null)" ''

# --- what does ----------------------------------------------------------------------------------------
guard --effect read prd -- echo read
is "read: nothing is asked" "$status $out$err" '0 read'
guard --effect change prd -- echo changed
is "change: it is run" "$status $out" '0 changed'
like "change: what it acts on is said" "$err" 'blackstart: prd: cat .* reads "gke_prd"'
echo gke_other >../where
guard --effect change prd -- true
like "… as it is, not as it should be" "$err" 'NOT prd: .* reads "gke_other"; it should read "gke_prd"'
echo gke_test >../where
guard test -- echo gone
is "destroys, unprotected" "$status $out" '0 gone'
echo gke_prd >../where

# --- a permit -------------------------------------------------------------------------------------------
for who in ana eve; do
	ssh-keygen -q -t ed25519 -N '' -C "$who" -f "../$who" </dev/null || bail "no key for $who"
done
echo "ana $(cat ../ana.pub)" >../signers
chmod 600 ../signers
permit() {
	"$BLACKSTART" permit make "$1" --until 1h --reason 'the nightly job' --key ../ana --signers ../signers \
		-- sh -c "$2"
}
permit prd 'echo permitted' >good
guard prd --permit good -- sh -c 'echo permitted'
is "a permit lets this command through" "$status $out" '0 permitted'
like "… and is on record" "$("$BLACKSTART" log)" 'PERMIT .*given by ana'
guard prd --permit good -- sh -c 'echo other'
is "not another command" "$status $out" '125 '
guard asks --permit good -- sh -c 'echo permitted'
is "not in another environment" "$status $out" '125 '
permit asks 'echo second' >second
guard asks --permit second -- sh -c 'echo second'
is "it stands for the second person" "$status $out" '0 second'
sed 's/nightly/daily/' good >forged
guard prd --permit forged -- sh -c 'echo permitted'
is "a forged one does not count" "$status $out" '125 '
guard prd --permit nothing -- sh -c 'echo permitted'
is "nor one that is not there" "$status $out" '125 '
echo gke_other >../where
guard prd --permit good -- sh -c 'echo permitted'
is "nor on another target" "$status $out" '125 '
echo gke_prd >../where

# --- signals, and being killed ----------------------------------------------------------------------------
# in_background NAME COMMAND...: with INT as a terminal's programs have it.
in_background() {
	name=$1
	shift
	perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$@" >"$name.out" 2>"$name.err" </dev/null &
	pid=$!
}
for sig in INT TERM USR1; do
	in_background "on$sig" "$BLACKSTART" guard lab -- perl -e '
		$| = 1; $SIG{$ARGV[0]} = sub { print "caught\n"; exit 9 };
		print "ready\n"; while (1) { select(undef, undef, undef, 1) }' $sig
	ok "it runs" wait_for "grep -q ready on$sig.out"
	kill -$sig $pid
	wait $pid && status=0 || status=$?
	is "$sig goes to the command" "$status $(tail -n 1 on$sig.out)" '9 caught'
done
mkfifo go
in_background killed "$BLACKSTART" guard lab --id-file id -- sh -c '
	echo begun; read -r word <go; echo "$word" >over'
ok "it runs" wait_for 'grep -q begun killed.out'
kill -KILL $pid
wait $pid
is "killed by KILL" "$?" 137
echo over >go
ok "the command runs on" wait_for '[ -s over ]'
ok "and its record with it" wait_for '"$BLACKSTART" log "$(cat id)" | grep -q "Run closed: complete"'

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
is "no run was left open" "$("$BLACKSTART" runs --json | jq '[.[] | select(.closed == null)] | length')" 0
done_testing
