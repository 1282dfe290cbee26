#!/bin/sh
# The board of a contact: who is called, what came of it, by one key each; and that no key of the
# walk counts there, none of its keys elsewhere, and none before the try was on the screen.
. tests/lib/tap.sh
. tests/lib/screen.sh

TERM=xterm-256color
export TERM
cd "$T" || exit 1

cat >contacts.yaml <<'END'
contacts: 1
severities: [ordinary, down]
ladders:
  ops:
    wait: {ordinary: 2h, down: 1h}
    rounds: 1
    ack_expires: 15m
    rungs:
      - {channel: chat, text: '@here', skip_if: {ask: No account in the chat?}}
      - {who: engineers, by: [phone, sms], order: as-written}
      - {who: managers, by: phone}
  boats: {wait: 1h, rungs: [{channel: radio}]}
people:
  ana: {name: Ana Ruiz, groups: engineers, roles: dba, phone: '+34 555 0100', sms: '+34 555 0100'}
  raj: {name: Raj Patel, groups: engineers, phone: '+91 555 0101'}
  kim: {name: Kim Lee, groups: managers, phone: '+1 555 0103', note: knows who has the keys}
channels:
  chat: {public: true, command: 'echo "$text" >>chat.log'}
  radio: {by_hand: Say it on channel 16.}
  gateway: {carries: sms, command: 'echo "no credit left" >&2; exit 1'}
END
book() {
	cat <<END
blackstart: 1
title: Somebody must help
owner: ops
reviewed: 2026-11-01
contacts: contacts.yaml
params:
  severity: {default: down, one_of: [ordinary, down]}
steps:
  - {title: Take a breath, do: Breathe.}
  - id: human
    title: Find somebody
    contact: ops
    severity: severity
    until: answered
$1
    message: |
      The shop is down since 03:12 UTC.
      Call the bridge, +1 555 0199.
  - {title: Tell it once, do: Tell it.}
  - {title: And once more, do: Again.}
  - end: Found.
    success: true
END
}
book '' >book.yaml
book '    meanwhile: go on' >beside.yaml
start="run book.yaml --as ana --id-file $T/id -p severity=down"
beside="run beside.yaml --as ana --id-file $T/id -p severity=down"
masks="$masks"'
mask /^[0-9]:[0-9][0-9] +3/ =#:## 3
mask /next in [0-9:]+/ =next in #
mask /without it in [0-9:]+/ =without it in #
mask /[ 0-9][0-9]s ago/ = #s ago'

screen <<END
$masks
spawn 24x80 $BLACKSTART $start
wait /NOW +1 Take a breath/
key d
-- before anything goes out, the screen shows what, and who reads it, too
wait /Find somebody: start/
expect /The shop is down since 03:12 UTC/
expect /chat +command +PUBLIC/
sh ! test -e chat.log
-- where the walk waits for a contact its board opens by itself
key Enter
wait /ASKED: No account in the chat/
wait /Y yes +N no/
golden contact-asked
-- no is answered by its own key; the message goes out
pass 600
key N
wait /chat +command +PUBLIC +command .*no reply yet/
until grep -q 'here' chat.log
-- keys of the walk do nothing on the board
key s
wait /s does nothing here/
key l
wait /l does nothing here/
expect /no reply yet/
-- the message can be read whole, and keys come back to the board
key m
wait /the message: subject, then text/
expect /Call the bridge/
key Esc
wait /v voicemail/
-- what came of a message: the next one comes, by hand
wait /chat: what came of it/
pass 600
key n
wait /CALL NOW: Ana Ruiz, phone .34 555 0100/
golden contact-call
-- a key that comes as the board changes does nothing, and says so
pass 600
key c
wait /CALLING: Ana Ruiz/
key n
wait /did nothing/
expect /CALLING 0:/
-- no answer: a dead channel is passed over with its reason, the next one is called
pass 600
key n
wait /CALL NOW: Raj Patel/
wait /Ana Ruiz.*NOT SENT/
expect /no credit left/
golden contact-dead
-- a wrong number is not called again
pass 600
key w
wait /Raj Patel.*WRONG NUMBER/
wait /CALL NOW: Kim Lee/
-- d says on the walk that it is done: of a call it says nothing
pass 600
key d
wait /d is not for a call/
expect /CALL NOW: Kim Lee/
-- on a small screen the number is never scrolled away
resize 16x60
wait /> Kim Lee/
expect /CALL NOW: Kim Lee, phone .1 555 0103/
resize 24x80
wait /knows who has the keys/
-- a paste is no reply
pass 600
paste aaaa
wait /not taken here|Several keys/
expect /CALL NOW: Kim Lee/
-- of several keys at once only the first counts
burst va
wait /Several keys came at once/
expect /Kim Lee.*voicemail/
unexpect /ANSWERED/
-- another size changes nothing but the size
resize 12x40
wait /Kim Lee by phone, next in/
expect /a answered/
resize 43x132
wait /Kim Lee by phone, next in/
expect /knows who has the keys/
resize 24x80
wait /Kim Lee by phone, next in/
-- a late reply of somebody else counts, and ends it
key Up Up
wait /Ana Ruiz: what came of it/
pass 600
key a
wait /Ana Ruiz.*ANSWERED/
wait /it is over: Esc goes on/
golden contact-over
-- Esc goes on with the walk, which went on
key Esc
wait /Tell it once: do it/
key d
wait /NOW +4 And once more/
-- after the end the board is a key away, and takes what comes late
key C
wait /Ana Ruiz.*ANSWERED/
key Up
pass 600
key j
wait /Kim Lee.*JOINED/
key Esc
wait /And once more: do it/
key d
wait /RECOVERED/
key Enter
status 0
restored
END

screen <<END
$masks
spawn 24x80 $BLACKSTART $beside
wait /NOW +1 Take a breath/
key d
wait /Find somebody: start/
key Enter
-- beside the walk it is one line above the question
wait /NOW +3 Tell it once/
wait /contacting ops: ASKED: No account in the chat.* C board/
unexpect /also/
golden contact-beside
-- keys of the board do in the walk what they do there: n is a note, j is nothing
key j
wait /nothing to decide/
key n
wait /The remark; it goes on the record/
key Esc
wait /d done/
sh ! "$BLACKSTART" log | grep -q 'no-answer'
-- one key opens the board; yes passes the rung over
key C
wait /Y yes +N no/
pass 600
key Y
wait /CALL NOW: Ana Ruiz/
-- a reply from the list of all
key M
wait /what came of Ana Ruiz/
expect /v +voicemail +a message was left on a machine/
key v
wait /Ana Ruiz.*voicemail/
-- the severity can be changed there
key S
wait /how bad is it/
expect /2 +down +.now./
key 1
wait /Why\\?/
key 1
wait /severity ordinary/
-- somebody who was not tried yet says no, by a key of its own
key Down
wait /Raj Patel: what came of it/
pass 600
key r
wait /Raj Patel.*REFUSED/
-- back at the walk the line says who, and how long still
key Esc
wait /contacting ops: Ana Ruiz by phone, next in [12]:[0-9:]+ +C board/
-- the countdown costs little
pass 2500
mark
pass 5000
bytes < 500
-- the walk goes on meanwhile
key d
wait /NOW +4 And once more/
expect /contacting ops/
-- what was typed ahead of the board is not for it
burst Cr
pass 600
unexpect /(Ana Ruiz|Kim Lee).*REFUSED/
key Esc
-- who looks on sees it, and answers nothing
spawn other:24x80 $BLACKSTART attach --observe --as raj
wait /contacting ops/
key C
wait /Ana Ruiz.*voicemail/
unexpect /a answered/
pass 600
key a
wait /You look on/
key Esc
wait /i take over/
key q
wait /Leave/
key y
ended
-- the closing question says that it is still going on
on main
wait /And once more: do it/
key d
wait /STILL CONTACTING/
key q
wait /Leave/
key y
status 1
END
over

# What a channel asks the operator to do is done, and the message was given.
book '    until: told' | sed 's/until: answered//; s/contact: ops/contact: boats/' >boats.yaml
screen <<END
spawn 24x80 $BLACKSTART run boats.yaml --as ana --id-file $T/id -p severity=down
wait /Take a breath/
key d
wait /start/
key Enter
-- a channel by hand says what to do, and that it can be done
wait /DO THIS: radio/
expect /channel 16/
expect /p pass over +d done/
-- done is told
pass 600
key d
wait /it is over: Esc/
key Esc
wait /Tell it once: do it/
key q
wait /Leave/
key y
status 1
END
over

walk() {
	screen <<END
$masks
$env
spawn $size $BLACKSTART $beside
wait /Take a breath/
key d
wait /start/
key Enter
wait /NOW +3 Tell it once/
-- $name: the line
wait /ASKED/
golden $name-line
-- $name: the board
key C
wait /Y yes/
pass 600
key Y
wait /CALL NOW: Ana Ruiz/
golden $name $styles
key Esc
wait /Tell it once/
key q
wait /Leave/
key y
status 1
END
	over
}
at_each_size contact walk

done_testing
