#!/bin/sh
# contacts: who is awake, how they are reached, who would be tried when; lint of contacts files.
. tests/lib/tap.sh

b=$BLACKSTART
night=2026-11-23T03:00Z # Monday, 04:00 in Madrid, 08:30 in Kolkata, 22:00 on Sunday in Toronto
noon=2026-11-23T11:00Z

mkdir "$T/here" "$T/here/books"
cat >"$T/here/books/contacts.yaml" <<'END'
contacts: 1
severities: [ordinary, down]
ladders:
  ops:
    wait: {ordinary: 30m, down: 2m}
    ack_expires: 20m
    rungs:
      - {channel: chat, text: '@here', skip_if: {ask: No account there?}}
      - {channel: list}
      - {who: engineers, by: [phone, sms], when: severity <> 'ordinary'}
      - {channel: bell}
people:
  ana: {name: Ana, groups: engineers, zone: Europe/Madrid, hours: 09:00-18:00, phone: '+34 1', sms: '+34 2'}
  raj: {name: Raj, groups: engineers, zone: Asia/Kolkata, hours: 10:00-19:00, phone: '+91 1'}
  zoe: {name: Zoe, groups: engineers, zone: America/Toronto, hours: sun-thu 21:00-05:00, phone: '+1 1'}
  eve: {name: Eve, groups: engineers, phone: '+9 1'}
channels:
  chat: {webhook: {url_from: {env: CHAT_URL}, kind: slack}}
  list: {smtp: {to: ops@lists.example.org}, public: true}
  gateway: {command: sms "$to" "$text", carries: sms}
  bell: {by_hand: Ring the bell in the yard.}
END
cp "$T/here/books/contacts.yaml" "$T/team.yaml"
c=$T/team.yaml

order() { # SEVERITY TIME: who is tried how, and when in seconds
	"$b" contacts "$c" --severity "$1" --at "$2" --json |
		jq -r '.ladders[0].tries[] | "\(.at_ms / 1000) \(.person // .channel) \(.way // .kind)"'
}

# --- the order

is "at night those who are awake come first: working, awake, unknown, asleep" "$(order down $night)" \
	"0 chat webhook
120 list smtp
240 zoe phone
360 raj phone
480 eve phone
600 ana phone
720 ana sms
840 bell by_hand"
is "by day another one does; the written order decides between equals" "$(order down $noon)" \
	"0 chat webhook
120 list smtp
240 ana phone
360 ana sms
480 raj phone
600 eve phone
720 zoe phone
840 bell by_hand"
is "less severe: longer waits, and a rung whose condition is false is left out" \
	"$(order ordinary $noon)" "0 chat webhook
1800 list smtp
3600 bell by_hand"

# --- for people

run $b contacts "$c" --at $night
is "it is shown" "$status" 0
like "with the file" "$out" "^$c, as named"
like "with the worst severity where none is given" "$out" '2026-11-23T03:00:00Z, as it goes when it is `down`'
like "a person with the local time" "$out" 'Ana \(ana\) +asleep, Mon 04:00 CET'
like "a zone that is not given is not made up" "$out" 'Eve \(eve\) +local time unknown'
like "working hours" "$out" 'works mon-fri 09:00-18:00'
like "who carries a way" "$out" 'sms +\+34 2  \(by gateway\)'
like "also on the ladder" "$out" '^ +sent by gateway$'
like "a public channel warns" "$out" 'list +mail, PUBLIC: no details there'
like "what is done by hand" "$out" 'by hand: Ring the bell in the yard'
like "what a question passes over" "$out" 'passed over if: No account there\?'
like "the time of an answer" "$out" 'climbed once; who answers has 20m to join'
like "and the end" "$out" '0:16:00  nobody is left: the operator decides'
run env CHAT_URL=https://hooks.example.org/secret-path "$b" contacts "$c"
unlike "no secret is shown" "$out$err" 'secret-path'
run env TZ=Asia/Tokyo "$b" contacts "$c" --at $night
like "the machine's own zone makes no difference" "$out" 'Ana \(ana\) +asleep, Mon 04:00 CET'
run env TZDIR="$T" "$b" contacts "$c" --at $night
like "without a database of time zones nobody's time is made up" "$out" 'Ana \(ana\) +local time unknown'
run $b contacts "$c" --at 2026-07-20T03:00Z
like "summer time is known" "$out" 'Ana \(ana\) +asleep, Mon 05:00 CEST'

# --- where the file is

mkdir "$T/empty"
cd "$T/empty"
run $b contacts
is "none anywhere" "$status" 5
like "says where it was looked for" "$err" 'looked for ./contacts.yaml, runbooks/contacts.yaml'
cd "$T/here"
run env BLACKSTART_RUNBOOKS=nowhere:books "$b" contacts
is "in the runbook folders" "$status" 0
like "says so" "$out" '^books/contacts.yaml, in the runbook folder books'
run $b contacts books
like "in a folder that is named" "$out" '^books/contacts.yaml, in books'
printf 'blackstart: 1\ntitle: A\ncontacts: contacts.yaml\nsteps:\n  - contact: ops\n    message: Help.\n' \
	>books/help.yaml
run $b contacts books/help.yaml
like "as a runbook names it" "$out" '^books/contacts.yaml, named by books/help.yaml'
run env BLACKSTART_RUNBOOKS=books "$b" contacts help
like "also by the runbook's name" "$out" '^books/contacts.yaml, named by books/help.yaml'
printf 'blackstart: 1\ntitle: A\nsteps: [{do: x}]\n' >books/none.yaml
run $b contacts books/none.yaml
is "a runbook that names none" "$status" 5
like "is told" "$err" 'none.yaml names no contacts file'
cp books/contacts.yaml .
run env BLACKSTART_RUNBOOKS=books "$b" contacts
like "the folder one is in comes first" "$out" '^contacts.yaml, in this folder'
cd "$ROOT"

# --- mistakes

run $b contacts "$c" --severity dwon
is "a severity that is not there: usage" "$status" 2
like "with those that are" "$err" 'dwon is none of ordinary, down'
run $b contacts "$c" --at yesterday
is "no time: usage" "$status" 2
run $b contacts "$T/nowhere.yaml"
is "no such file" "$status" 5
sed 's/Europe.Madrid/Europe\/Madird/; s/who: engineers/who: enginers/' "$c" >"$T/bad.yaml"
run $b contacts "$T/bad.yaml"
is "with mistakes it shows what it can" "$status" 0
like "and says so" "$err" 'bad.yaml has 2 errors: `blackstart lint` says which'
like "the rest of the ladder stands" "$out" 'bell +by hand'

# --- lint

run $b lint --strict "$c"
is "a clean one lints clean" "$status:$out" "0:"
like "and is counted" "$err" '^blackstart: 1 contacts file: 0 errors'
run $b lint "$T/bad.yaml"
is "one with mistakes" "$status" 5
like "a zone, with its place and a hint" "$out" \
	'bad.yaml:13:45: error: there is no time zone `Europe/Madird`; did you mean `Europe/Madrid`\? \[unknown-zone\]'
like "a group, with its place and a hint" "$out" 'bad.yaml:10:15: error: .*did you mean `engineers`\?'
cp "$T/bad.yaml" "$T/here/books/contacts.yaml"
run $b lint "$T/here/books/help.yaml"
is "a runbook's contacts are looked at too" "$status" 5
like "with their own places" "$out" 'books/contacts.yaml:13:45: error'
run $b lint --json "$T/here/books"
is "in a folder each finding is there once" \
	"$(printf '%s' "$out" | jq '[.[] | select(.rule == "unknown-zone")] | length')" 1
like "and both kinds are counted" "$($b lint "$T/here/books" 2>&1)" '2 runbooks, 1 contacts file: 2 errors'
printf 'contacts: 1\nladders: {ops: [\n' >"$T/here/books/contacts.yaml"
run $b lint "$T/here/books/help.yaml"
is "what is no YAML is said once" "$(printf '%s\n' "$out" | grep -c '\[yaml\]')" 1
run $b lint --strict runbooks/contacts.yaml
is "the one we ship lints clean" "$status:$out" "0:"

cp "$c" "$T/here/books/contacts.yaml"
printf 'blackstart: 1\ntitle: A\ncontacts: contacts.yaml\nparams:\n  severity: {one_of: [ordinary, dwon]}\n' \
	>"$T/here/books/help.yaml"
printf 'steps:\n  - contact: ops\n    message: ${severity}\n' >>"$T/here/books/help.yaml"
run $b lint "$T/here/books/help.yaml"
is "a severity of a runbook that its contacts do not know" "$status" 5
like "has its place and a hint" "$out" \
	'help.yaml:5:3: error: .*may be `dwon`.*contacts.yaml.*did you mean `down`\? \[unknown-severity\]'

# --- schema

run $b schema contacts
is "the schema of contacts files" "$(printf '%s' "$out" | jq -r '.title')" "blackstart contacts, format 1"
run $b schema runbook
is "is another than that of runbooks" "$(printf '%s' "$out" | jq -r '.title')" "blackstart runbook, format 1"
run $b schema driver
is "and than that of drivers" "$(printf '%s' "$out" | jq -r '.title')" "blackstart driver, format 1"
run $b schema people
is "of what there is none: usage" "$status" 2

# --- a runbook on paper has the call list of its contact steps -----------------------------------

mkdir "$T/paper"
cat >"$T/paper/contacts.yaml" <<'YAML'
contacts: 1
severities: [ordinary, down]
ladders:
  ops:
    note: Who is on duty
    rounds: 3
    wait: {ordinary: 1h, down: 1s}
    rungs:
      - {channel: chat, text: '@here', skip_if: {ask: No account in the chat?}}
      - {who: [ana, raj], by: [sms, phone], when: severity = 'down'}
      - {who: raj, by: phone, wait: 5m}
people:
  ana: {name: Ana Example, phone: '+34 1', sms: '+34 2'}
  raj: {phone: '+91 1', sms: '+91 4'}
channels:
  chat: {command: 'true'}
  gw: {command: 'true', carries: sms}
YAML
cat >"$T/paper/book.yaml" <<'YAML'
blackstart: 1
title: Help
contacts: contacts.yaml
params: {severity: {ask: How bad?, one_of: [ordinary, down]}}
steps:
  - contact: ops
    message: It is ${severity}.
YAML
run "$BLACKSTART" show "$T/paper/book.yaml"
is "paper has the ladder as a numbered list" "$(printf '%s\n' "$out" | sed -n '/Who is on duty/,/not waited for/p')" \
	"        Who is on duty
        1. chat: command  ________
           Passed over if: No account in the chat?
           Begins with: @here
           Then wait: ordinary 1h, down 1s
        2. Ana Example: sms +34 2, sent by gw  ________
           Ana Example: phone +34 1  ________
           raj: sms +91 4, sent by gw  ________
           raj: phone +91 1  ________
           Only when: severity = 'down'
           Then wait, after each: ordinary 1h, down 1s
        3. raj: phone +91 1  ________
           Then wait: 5m
        From the first again, 3 times in all.
        Who answers and has not joined after 30m is not waited for."
like "… and the message" "$out" '^    Say: It is '
sed -i 's/contact: ops/contact: ups/' "$T/paper/book.yaml"
run "$BLACKSTART" show "$T/paper/book.yaml"
like "a ladder that is not there is said on paper" "$out" '!! It cannot be climbed: '

# --- words for how bad it is that the contacts file does not have, wherever they are asked --------

cat >"$T/paper/words.yaml" <<'YAML'
blackstart: 1
title: Words
contacts: contacts.yaml
steps:
  - ask: How bad?
    into: severity
    one_of: [ordinary, dwn]
  - do: Look.
    returns: {bad: {one_of: [down, gone]}, other: {one_of: [x]}}
  - contact: ops
    message: It is ${severity}, ${other}.
  - contact: ops
    severity: bad
    message: It is ${bad}.
YAML
run "$BLACKSTART" lint "$T/paper/words.yaml"
is "words of a question and of a return that no wait knows" "$status $(printf '%s\n' "$out" |
	grep -o 'words.yaml:[0-9]*:.*may be `[a-z]*`')" '5 words.yaml:6:11: error: `severity` may be `dwn`
words.yaml:9:15: error: `bad` may be `gone`'

done_testing
