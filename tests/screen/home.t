#!/bin/sh
# Home: what there is, found by title, alert or a pasted error; from there to a run in two keys.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
BLACKSTART_RUNBOOKS=$T/books
export TERM BLACKSTART_RUNBOOKS
mkdir "$T/books"
cp tests/screen/books/replica.yaml "$T/books"
cd "$T" || exit 1
cat >books/mail.yaml <<'END'
blackstart: 1
title: Restart the mail server
about: When mail does not move.
owner: mail team
reviewed: 2026-11-01
triggers:
  - alert: mail_queue_long
  - text: "451 4.3.0 Temporary server error"
params:
  host: {ask: On which host?, match: "mx[0-9]", default: mx1}
  tries: {ask: How many tries?, as: int, min: 1, max: 3}
  colour: {ask: Which colour?, one_of: [green, red]}
  token: {ask: Which token?, secret: true}
steps:
  - title: Restart it
    run: echo "$host $tries $colour" >>restarted; printf %s "$token" | cksum >>restarted
    secret: token
    effect: change
  - end: Mail moves.
    success: true
END
cat >books/look.yaml <<'END'
blackstart: 1
title: Look around
about: For whoever has nothing better.
owner: ops
reviewed: 2026-11-01
steps:
  - {title: Look left, do: Look left.}
  - {title: Look right, do: Look right.}
END

# An account that is shared (root is) is asked who sits there.
who=
[ "$(id -u)" -ne 0 ] || who='wait /Who are you/
type ana
key Enter'

for size in 24x80 43x132 12x40; do
	screen <<END
-- home at $size: every runbook, by title, with owner and dates
spawn $size $BLACKSTART
wait /Restart the mail/
wait /Look around/
wait /Promote the replica/
mask /never run; .*/ =never run; FILE
golden home-$size
key Esc
status 0
restored
END
done

screen <<END
spawn 24x80 $BLACKSTART
-- typing searches titles
wait /Look around/
type mail
wait /Restart the mail/
gone /Look around/
-- Esc clears the line and brings all back
key Esc
wait /Look around/
-- an alert finds its runbook
type orders_primary_down
wait /Promote the replica/
gone /Look around/
key Esc
wait /Look around/
-- a pasted error text does, over several lines, and starts nothing
paste postfix/smtp[12]: host said:\n  451 4.3.0 Temporary server error (in reply)\n\n
wait /Restart the mail/
gone /Look around/
wait /[Ff]ound|FOUND/
unexpect /Enter start REAL/
key Esc
wait /Look around/
-- what fits nothing says so
type zzzzzz
wait /no runbook fits/
key Esc
wait /Look around/
-- F1 explains the keys
key F1
wait /Keys of home/
key Esc
wait /Look around/
-- Enter opens one: what it does, how much it changes
type look around
wait /Look around/
key Enter
wait /Enter start REAL/
wait /For whoever has nothing better/
-- it can be read through, and nothing is started by that
key r
wait /Look right/
key Esc
wait /Enter start REAL/
sh ! "$BLACKSTART" runs | grep -q Look
-- the second Enter starts it, once there was a moment to read
pass 500
key Enter
$who
wait /NOW +1 Look left/
wait /^ ?REAL/
-- leaving a run is leaving to home, which shows it as unfinished, first
key d
wait /NOW +2 Look right/
key q
wait /Leave\?/
key y
wait /UNFINISHED|unfinished/
wait /Look around/
-- one under hold says so
sh "$BLACKSTART" hold "\$("$BLACKSTART" runs --json | jq -r '.[0].run')" --reason 'case 7'
key Home
wait /UNDER HOLD/
mask /opened.*|[0-9]+ s ago|just now/ =ago
-- Enter there goes back to it
key Home
key Enter
wait /NOW +2 Look right/
key d
wait /THE RUN IS CLOSED|Close the run/
key Enter
wait /RUNBOOKS/
wait /0 unfinished/
-- d starts a drill, and says so always
type look around
wait /Look around/
key Enter
wait /Enter start REAL/
pass 500
key d
wait /NOW +1 Look left/
wait /^ ?DRILL/
unexpect /REAL/
END
"$BLACKSTART" close --reason test >/dev/null 2>&1

# --- the form

screen <<END
spawn 24x80 $BLACKSTART run mail --as ana
-- parameters are asked in a form, with their defaults
wait /On which host/
wait /mx1/
wait /not started yet/
golden form
-- what is typed takes the place of a default
type nohost
wait /[^a-z0-9]nohost/
-- what does not fit is refused with its reason, and nothing starts
key Enter
wait /mx\[0-9\]|form|match/
sh ! test -e books/restarted
key C-u
type mx7
key Enter
wait /> How many tries/
type 9
key Enter
wait /3/
key C-u
type 2
key Enter
wait /> Which colour/
key Right
wait /red|green/
key Enter
-- a secret is not shown while it is typed
wait /Which token/
type tok3n-of-mine
unexpect /tok3n/
key Enter
pass 400
unexpect /tok3n/
-- Enter starts it, with the values given
key Enter
wait /Restart it: start/
key Enter
wait /THE RUN IS CLOSED/
sh grep -Eq '^mx7 2 (red|green)' books/restarted
sh grep -q "\$(printf tok3n-of-mine | cksum)" books/restarted
key Enter
status 0
restored
-- Esc in the form starts nothing
spawn 24x80 $BLACKSTART run mail --as ana
wait /On which host/
key Esc
ended
restored
-- parameters that are given are not asked
spawn 24x80 $BLACKSTART run mail --as ana -p host=mx2 -p tries=1 -p colour=red
wait /Which token/
END
is "the secret is nowhere on record" "$(grep -raF tok3n-of-mine journal | wc -l)" 0
is "one run of it is on record" "$("$BLACKSTART" runs | grep -c 'mail')" 1

# --- where there is no screen to be had

screen <<END
-- TERM=dumb: line by line, with one line that says why
env TERM=dumb
spawn 24x80 $BLACKSTART run look --as ana
wait /TERM is dumb/
wait /Look left: do it/
unsent \e[?1049h
type done
key Enter
wait /Look right: do it/
key C-d
status 1
-- an unknown TERM: the same
env TERM=nosuchterm
spawn 24x80 $BLACKSTART attach --as ana
wait /nothing is known about a terminal/
wait /Look right: do it/
key C-d
status 1
-- --plain is plain
env TERM=xterm-256color
spawn 24x80 $BLACKSTART attach --as ana --plain
wait /Look right: do it/
unsent \e[?1049h
key C-d
status 1
END
"$BLACKSTART" close --reason test >/dev/null 2>&1
for term in xterm-256color screen screen-256color tmux tmux-256color linux vt100 vt220 xterm rxvt; do
	infocmp "$term" >/dev/null 2>&1 || continue
	screen <<END
-- TERM=$term: keys and the way back
env TERM=$term
spawn 24x80 $BLACKSTART run look --as ana
wait /NOW +1 Look left/
key w
wait /Esc back/
key Down Up Esc
gone /Esc back/
key F1
wait /At any time/
key Esc
gone /At any time/
key d
wait /NOW +2 Look right/
key q
wait /Leave\?/
key Down Up Enter
status 1
restored
quiet
END
	"$BLACKSTART" close --reason test >/dev/null 2>&1
done
done_testing
