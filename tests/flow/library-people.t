#!/bin/sh
# find-a-human and announce-downtime, with a contacts file whose channels write into files.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/library/lib.sh

world
mkdir "$T/books"
cp runbooks/*.yaml runbooks/*.sh "$T/books"
cat >"$T/books/contacts.yaml" <<'YAML'
contacts: 1
severities: [ordinary, down, breach]
ladders:
  ops:
    wait: {ordinary: 30m, otherwise: 3s}
    rungs:
      - {channel: chat, skip_if: {ask: No account in the chat?}}
      - {who: engineers, by: phone, when: severity <> 'ordinary'}
  users:
    wait: 1m
    rungs:
      - {channel: all-users}
people:
  ana: {groups: engineers, zone: Europe/Madrid, hours: daily 00:00-12:00, phone: '1'}
  raj: {groups: engineers, zone: Europe/Madrid, hours: daily 12:00-24:00, phone: '2'}
channels:
  chat: {command: 'printf "%s\n" "$text" >>"$WORLD/chat"'}
  all-users: {public: true, command: 'printf "%s\n%s\n" "$subject" "$text" >>"$WORLD/users"'}
YAML
sed -n '/^forms:/,$p' runbooks/contacts.yaml >>"$T/books/contacts.yaml"
sed -i 's/daily 12:00-24:00/daily 12:00-23:59/' "$T/books/contacts.yaml"
people() {
	people_book=$1
	shift
	run "$BLACKSTART" run --plain --answers "$T/answers.yaml" "$T/books/$people_book" "$@"
}
breath='{at: Take a breath, do: done}'
facts="{at: facts, do: done, with: {place: office, instead: a page, since: noon, others: 'yes'}}"
page='{at: page, do: done, with: {here: error 500, elsewhere: error 500}}'
over='{at: hand-over, do: done, with: {leads: Raj, next: stay}}'

# --- find-a-human

find_human() { people find-a-human.yaml -p what='The login page says 500' -p severity="$1"; }
answers "$breath" "$facts" "$page" '{at: human, do: start}' "{at: human, do: done, text: 'no'}" \
	'{at: human, reply: {chat: answered}}' "$over"
find_human down
is "find-a-human: somebody answers in the chat" "$status" 0 || note "$out" "$err"
like "... who was told what is wrong" "$(cat "$WORLD/chat")" 'The login page says 500'
like "... in the form of the contacts file, filled in" "$(cat "$WORLD/chat")" 'Expected instead: a page'
like "... where, since when, and what the page says" "$(tr '\n' ' ' <"$WORLD/chat")" \
	'Since: noon. Where: office.*error 500'
like "... and who leads is on record" "$out" 'Raj leads'
rm "$WORLD/chat"
answers "$breath" "$facts" "$page" '{at: human, do: start}' "{at: human, do: done, text: 'yes'}" \
	'{at: human, reply: {raj: no-answer}}' \
	'{at: human, reply: {ana: answered}}' "$over"
now=$(TZ=Europe/Madrid date +%H)
[ "$now" -lt 12 ] && sed -i 's/raj: no-answer/ana: no-answer/; s/ana: answered/raj: answered/' "$T/answers.yaml"
find_human down
is "... without an account, by telephone: who works now before who does not" "$status" 0 || note "$out" "$err"
is "... and nothing goes into the chat" "$(ls "$WORLD/chat" 2>/dev/null)" ''
answers "$breath" "$facts" "{at: alone, do: done}" '{at: human, do: start}' "{at: human, do: done, text: 'yes'}" \
	'{at: human, reply: {raj: wrong}}' \
	'{at: human, reply: {ana: refused}}'
[ "$now" -lt 12 ] && sed -i 's/raj: wrong/ana: wrong/; s/ana: refused/raj: refused/' "$T/answers.yaml"
find_human breach
is "... when nobody is left, it says what to do then" "$status" 1
like "... and waits for the operator" "$out" 'Find somebody did NOT come out'
like "... in a breach it asks for nothing to be looked at that strangers watch" "$out" \
	'Look at the health page from here does not apply'
answers "$breath" "$facts" "$page" '{at: human, do: start}' "{at: human, do: done, text: 'no'}" \
	'{at: human, reply: {chat: no-answer}}'
rm -f "$WORLD/chat"
find_human ordinary
is "... an ordinary question goes to the chat alone" "$(wc -l <"$WORLD/chat" | tr -d ' ')" 6
unlike "... and rings nobody" "$out" 'raj.*phone.*(try|call) now'

# --- announce-downtime

announce() { people announce-downtime.yaml -p what='The shop' -p why='a larger disk' -p expected=30m "$@"; }
answers '{at: scheduled, do: start}' "{at: objection, do: done, with: {objection: 'no'}}" '{at: silence, do: done}' \
	'{at: started, do: start}' '{at: work, do: done, with: {outcome: done in time}}' \
	"{at: 'Does it answer again?', do: done, with: {answers_again: 'yes'}}" '{at: "Are they on?", do: done}' \
	'{at: completed, do: start}'
announce -p begins='2030-05-01T19:00Z'
is "announce-downtime: walks to its end" "$status" 0 || note "$out" "$err"
like "... when it begins, in UTC, and twice the time that is expected" "$(cat "$WORLD/users")" \
	'^Begins: 2030-05-01 19:00 UTC\. It may take up to 1h\.$'
minutes() { date -u -d "$1" +%s; }
span=$(sed -n 's/^In progress at \(.*\) UTC\. It may take up to 1h, until \(.*\) UTC\.$/\1,\2/p' "$WORLD/users")
is "... when it has begun, until when: an hour later" "$(($(minutes "${span#*,}") - $(minutes "${span%,*}")))" 3600
like "... and when they hear more" "$(cat "$WORLD/users")" '^The next word comes by 20'
is "... scheduled, in progress, completed, each with its subject" "$(grep -o '^\[[a-z ]*\]' "$WORLD/users" | uniq |
	tr '\n' ,)" '[scheduled],[in progress],[completed],'
like "... with what came of it" "$(cat "$WORLD/users")" 'What was done: done in time'
answers '{at: scheduled, do: start}' "{at: objection, do: done, with: {objection: 'yes'}}"
rm "$WORLD/users"
announce -p begins='2030-05-01T19:00Z'
like "... somebody who objects stops it" "$out" 'Nobody objects did NOT come out'
announce -p begins="$(date -u -d '+10 minutes' +%Y-%m-%dT%H:%MZ)"
like "... so does too short a notice" "$out" 'Is there time to object\? did NOT come out'
answers '{at: scheduled, do: start}' "{at: objection, do: done, with: {objection: 'no'}}" '{at: silence, do: done}' \
	'{at: started, do: start}' '{at: work, do: close, reason: it burns}'
announce -p begins='2030-05-01T19:00Z'
like "... broken off, it shows that alerts and pipelines are still off" "$out" \
	'still down: (alerts, pipelines|pipelines, alerts)'

done_testing
