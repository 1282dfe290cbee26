#!/bin/sh
# The guard around a command where somebody sits at a terminal: what unlocks and what does not, and a
# terminal that the command can use.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/terminal.sh

cd "$T" || exit 1
cat >environments.yaml <<YAML
prd:
  protected: true
  target: {probe: cat '$T/where', is: gke_prd}
lab:
  lab: true
YAML
echo gke_prd >where

# guard NAME: what would be done leaves NAME.done.
guard() {
	at_terminal "$1" "$BLACKSTART" guard --as ana prd -- touch "$1.done"
}
# The question stands; what is typed from here on is its answer.
asked() {
	sees "$1" 'type its target: gke_prd'
	sees "$1" 'an empty line runs nothing'
}
not_run() {
	left "$1"
	is "$1: status" "$status" 125
	is "$1: nothing was run" "$(ls "$1.done" 2>/dev/null)" ''
	like "$1: … which is said" "$screen" 'nothing was run'
}

# --- its name, typed ----------------------------------------------------------------------------------
guard right
asked right
says right gke_prd
left right
is "the right name: status" "$status" 0
ok "the right name starts it" [ -e right.done ]

guard wrong
asked wrong
for name in prd GKE_PRD; do
	says wrong $name
	sees wrong 'blackstart: .*name'
	asked wrong
done
says wrong 'gke_prd '
sees wrong 'three wrong names'
not_run wrong

guard empty
asked empty
says empty ''
not_run empty

guard interrupted
asked interrupted
presses interrupted '\003'
not_run interrupted

guard ended
asked ended
presses ended '\004'
not_run ended

printf 'through a pipe\n' >lines
at_terminal piped sh -c '"$1" guard --as ana prd -- cat <lines >copy' sh "$BLACKSTART"
asked piped
says piped gke_prd
left piped
is "it is typed at the terminal though standard input is none" "$status $(cat copy)" '0 through a pipe'

# --- BLACKSTART_UNLOCK ----------------------------------------------------------------------------------
export BLACKSTART_UNLOCK
# The day may end before it is looked at; it does so once.
for name in variable next; do
	day=$(date -u +%F)
	BLACKSTART_UNLOCK=prd/gke_prd/$day
	guard $name
	wait_for "[ -e $name.done ] || unread $name | grep -q 'is of another day'" || bail "$name unlocks"
	[ -e $name.done ] && break
	asked $name
	says $name ''
	left $name
done
left $name
is "the target and the day: status" "$status" 0
unlike "nothing is asked then" "$screen" 'type its target'
like "… which is on record" "$("$BLACKSTART" log)" 'unlocked by BLACKSTART_UNLOCK'

# all at once: each waits for its person
for value in "yesterday=prd/gke_prd/$(date -u -d yesterday +%F)" "other=prd/gke_dev/$day" false=false one=1; do
	name=${value%%=*}
	BLACKSTART_UNLOCK=${value#*=}
	guard "$name"
done
sees yesterday 'BLACKSTART_UNLOCK is of another day'
for name in other false one; do
	sees $name 'BLACKSTART_UNLOCK does not name this target'
done
for name in yesterday other false one; do
	asked $name
	says $name ''
	not_run $name
	unlike "$name: what would be right is not shown" "$screen" "prd/gke_prd/$day"
done
BLACKSTART_UNLOCK=false
guard typed
asked typed
says typed gke_prd
left typed
is "its name still unlocks" "$status $(ls typed.done)" '0 typed.done'
unset BLACKSTART_UNLOCK

# --- its terminal ---------------------------------------------------------------------------------------
at_terminal own "$BLACKSTART" guard --as ana lab -- perl -e '
	$| = 1;
	open my $tty, "+<", "/dev/tty" or die "no terminal";
	print "all three\n" if 3 == grep { -t $_ } *STDIN, *STDOUT, *STDERR;
	system("stty -echo");
	print "Password: ";
	my $word = <$tty>;
	system("stty echo");
	chomp $word;
	print "\n", length $word, " letters\n";
	$SIG{INT} = sub { print "caught\n"; exit 5 };
	print "ready\n";
	while (1) { select(undef, undef, undef, 1) }'
sees own 'all three'
sees own 'Password:'
says own 'to  nobody'
sees own '10 letters'
sees own ready
presses own '\003'
left own
is "a key that interrupts reaches it" "$status" 5
like "… and is what it caught" "$screen" caught
unlike "a password is not shown" "$screen" 'to  nobody'
at_terminal still sh -c '"$1" guard --as ana lab -- true; stty -a' sh "$BLACKSTART"
left still
like "our terminal is as it was" "$screen" ' icanon '
like "… and shows what is typed" "$screen" ' echo '

run "$BLACKSTART" verify
is "the record is whole" "$status" 0
is "no run was left open" "$("$BLACKSTART" runs --json | jq '[.[] | select(.closed == null)] | length')" 0
done_testing
