#!/bin/sh
# The ways between home, a runbook opened, the form and a run; and what goes by lines instead.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1
mkdir books
BLACKSTART_RUNBOOKS=$T/books
export BLACKSTART_RUNBOOKS

book() {
	cat >"books/$1.yaml"
}
book greet <<'END'
blackstart: 1
title: Greet somebody
about: |
  For when nobody was greeted.
  It takes a minute.
owner: ops
reviewed: 2020-01-01
review_in: 30d
drill_every: 30d
triggers:
  - alert: nobody_greeted
  - text: no space left on device
needs: [sh, no-such-tool-anywhere]
params:
  who: {ask: Whom?, one_of: [ana, raj]}
  times: {ask: How often?, as: int, min: 1, max: 3}
  loud: {ask: Loudly?, as: bool, default: "false"}
  token: {ask: Which token?, secret: true}
steps:
  - id: greet
    title: Greet
    run: echo "hello $who $times $loud" && printf %s "$token" | cksum >>ledger
    secret: token
    effect: change
  - end: Greeted.
    success: true
END
book quick <<'END'
blackstart: 1
title: Quick and without questions
owner: dba
steps:
  - {title: Say so, do: Say it.}
  - end: Said.
    success: true
END
book broken <<'END'
blackstart: 1
title: Broken but wanted
ownr: nobody
steps:
  - {title: Look, do: Look.}
  - end: Looked.
    success: true
END

runs() {
	"$BLACKSTART" runs --json | jq "$@"
}

screen <<END
spawn 24x80 $BLACKSTART home --as ana
-- home shows runbooks with owner and dates, and what is overdue
wait /RUNBOOKS \(/
wait /OVERDUE \(1\)/
wait /Greet somebody +review was due 2020-01-31, never/
wait /Quick and without questions +dba/
wait /1 overdue/
-- letters search at once, every word narrows
type qui
wait /FOUND \(1 of/
wait /> Quick and without questions/
type  zzz
wait /no runbook fits/
key Esc
wait /RUNBOOKS \(/
-- an alert's name finds the runbook that treats it
type nobody_gr
wait /> Greet somebody +alert nobody_greeted/
key Esc
wait /RUNBOOKS \(/
-- a pasted error text does, and opens and starts nothing
paste 03:12 write /var/log/x: No space\n left on device (28)\n
wait /> Greet somebody +text no space left on/
unexpect /start REAL/
key Esc
wait /RUNBOOKS \(/
-- what is overdue is found by that word
type overdue
wait /FOUND \(1 of/
wait /> Greet somebody/
key Esc
wait /RUNBOOKS \(/
-- Enter opens it: what it is for, what is missing, what it does
key Enter
wait /start REAL/
wait /For when nobody was greeted. It takes a minute/
wait /missing +no-such-tool-anywhere/
wait /overdue +review was due 2020-01-31/
wait /steps +2, of which 1 changes something and 0 destroy/
wait /asks for +who, times, loud, token/
-- r reads it through, and comes back
key r
wait /\[ \] 1 Greet/
key q
wait /start REAL/
-- a key that comes in a burst starts nothing
pass 400
burst d\r
wait /too soon/
unexpect /not started yet/
-- d starts it as a drill: the form has all questions with type and bounds
pass 400
key d
wait /DRILL Greet somebody: not started yet/
wait /Whom\?/
wait /times: int, at least 1, at most 3/
wait /loud: bool, by default false/
wait /token: text, secret/
-- what does not fit is said beside it
key Enter
wait /! who must not be empty/
key Right
gone /must not be empty/
wait /^ +ana$/
key Enter
wait /> How often/
type 9
key Enter
wait /! times must be 3 or less/
key Backspace
type 2
key Enter
wait /> Loudly/
key Left Enter
wait /> Which token/
-- a secret is not shown
type squeamish
unsent squeamish
key Enter
wait /All of it fits. Enter starts it as a DRILL/
-- until the last Enter nothing is opened
sh [ "\$('$BLACKSTART' runs --json 2>/dev/null | jq length)" = 0 ]
pass 400
key Enter
wait /NOW 1 Greet/
wait /DRILL/
hangup
END
is "what the form gave is on record" \
	"$(runs -r '.[0].run' >run && "$BLACKSTART" log "$(cat run)" --json |
		jq -sc '[.[] | select(.kind == "run_opened")][0] | .. | .params? | select(.) |
			[.[] | .text]' | head -n 1)" '["ana","2","true",null]'
"$BLACKSTART" close --reason 'the test is over' >/dev/null

screen <<END
spawn 24x80 $BLACKSTART home --as ana
wait /RUNBOOKS \(/
type greet
wait /> Greet somebody/
key Enter
wait /start REAL/
pass 400
key Enter
wait /REAL Greet somebody: not started yet/
type raj
key Enter
wait /> How often/
type 3
key Enter
wait /> Loudly/
key Enter
wait /> Which token/
type squeamish
key Enter
wait /Enter starts it for REAL/
pass 400
key Enter
-- from home through the form into the run
wait /NOW 1 Greet/
wait /REAL +Greet somebody/
-- left, it stands first at home with what it waits for
key q
wait /Leave\?/
key y
wait /UNFINISHED \(1\)/
wait /waits: 1 Greet/
wait /> REAL Greet somebody/
-- and Enter goes back to it
key Enter
wait /NOW 1 Greet/
key Enter
wait /THE RUN IS CLOSED: RECOVERED/
key Enter
-- when it is closed home has it among the runbooks again
wait /RUNBOOKS \(/
wait /0 unfinished/
unexpect /UNFINISHED/
key C-c
status 0
restored
END
is "it is on record, for real" "$(runs -c '.[0] | [.mode, .title, .verdict]')" \
	'["real","Greet somebody","Greeted."]'
is "the secret reached the command" "$(cut -d' ' -f1 books/ledger)" \
	"$(printf squeamish | cksum | cut -d' ' -f1)"
ok "and is not in the record" ! grep -rqF squeamish "$T/journal"

# --- what is broken, what is left

screen <<END
spawn 24x80 $BLACKSTART home --as ana
wait /RUNBOOKS \(/
type broken
wait /> Broken but wanted/
key Enter
-- what is wrong with a broken runbook is one key away
wait /findings +1 error/
key l
wait /ownr/
key Esc
wait /start REAL/
-- it starts with a reason, and without one it does not
pass 400
key Enter
wait /Why start it all the same, for REAL/
key Esc
wait /Enter start REAL/
pass 400
key Enter
wait /Why start it all the same/
type nobody mends it now
key Enter
wait /REAL +Broken but wanted/
wait /NOW 1 Look/
key q
wait /Leave\?/
key y
wait /UNFINISHED \(1\)/
-- a q may begin a word; the second one leaves
type q
wait /q again leaves/
type u
wait /> Quick/
key Esc
wait /RUNBOOKS \(/
type qq
status 0
restored
END
is "the reason is on record" "$("$BLACKSTART" log --json |
	jq -sr '[.[] | select(.kind == "run_opened")][0] | .. | .reason? | select(.)' |
	head -n 1)" \
	'nobody mends it now'
"$BLACKSTART" close --reason 'the test is over' >/dev/null

# --- run, attach, and who does without the screen

screen <<END
spawn 24x80 $BLACKSTART run quick --as ana --id-file $T/id
-- run goes to the first step at once where nothing is asked
wait /NOW 1 Say so/
hangup
END
before=$(runs length)
screen <<END
spawn 24x80 $BLACKSTART attach --observe --as raj
-- attach uses the screen, and says when it is gone that the run goes on
wait /REAL +Quick and without questions/
key q
wait /Leave\?/
key y
wait /goes on/
status 1
restored
env TERM=dumb
spawn 24x80 $BLACKSTART attach --as ana
-- a terminal that does not carry it: one line says why, and it goes on in lines
wait /dumb.*line by line/
wait /1 Say so: do it/
hangup
spawn 60x80 $BLACKSTART
-- … and home says what can be done
wait /blackstart: .*dumb/
wait /start a run/
status 2
env TERM=xterm-256color
spawn 24x80 $BLACKSTART attach --plain --as ana
-- --plain goes in lines, and sends nothing that paints
wait /1 Say so: do it/
unsent \e[?1049h
hangup
spawn 24x80 $BLACKSTART run quick --dry
-- --dry prints
wait /DRY: no command is run/
status 0
END
is "none of that opened another run" "$(runs length)" "$before"
run "$BLACKSTART" home </dev/null
is "home without a terminal: usage" "$status" 2
"$BLACKSTART" close "$(cat "$T/id")" --reason 'the test is over' >/dev/null

# --- a form that is left starts nothing

before=$(runs length)
screen <<END
spawn 12x40 $BLACKSTART run books/greet.yaml --as ana
-- at 40x12 the field that is asked and its error are in sight
wait /> Whom\?/
key Enter
wait /! who must not be empty/
type raj
key Enter
wait /> How often\?/
-- a new size keeps what was typed
type 2
resize 30x100
wait /Which token/
wait /^ +2$/
key Up
wait /> Whom\?/
wait /^ +raj$/
-- Esc is asked for twice once something was typed
key Esc
wait /Esc again/
key Esc
wait /nothing was started/
status 1
restored
END
is "and nothing was" "$(runs length)" "$before"

# --- a library of a thousand

mkdir many
i=0
while [ $i -lt 1000 ]; do
	i=$((i + 1))
	sed "s/^title:.*/title: Number $i of many/" books/quick.yaml >"many/book-$i.yaml"
done
screen <<END
env BLACKSTART_RUNBOOKS=$T/many
spawn 24x80 $BLACKSTART
-- a thousand runbooks are all there, and one of them is found
wait /Number 1 of many/
wait /RUNBOOKS \(1[0-9][0-9][0-9]\)/
type 777
wait /> Number 777 of many/
key Esc
wait /RUNBOOKS/
key Esc
status 0
END
done_testing
