#!/bin/sh
# Forms are asked for, announcements say twice what is expected, updates are drafted from the record
# and sent when somebody says so, never by themselves.
. tests/lib/tap.sh
. tests/lib/plain.sh
. tests/lib/sink.sh

serve mail smtp
list_of_users >"$T/contacts.yaml"
cat >>"$T/contacts.yaml" <<'END'
forms:
  help-wanted:
    subject: Help with ${place}
    text: |
      ${place} is broken; health says ${health}.
    fields:
      place: {prompt: Where is it?, one_of: [shop, office]}
      health: {prompt: And the health page?}
END
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Logins
contacts: contacts.yaml
cadence: 30m
steps:
  - run: echo bad
    effect: read
    capture: {seen: text}
  - id: help
    contact: users
    until: told
    message: {form: help-wanted, health: '${seen}'}
  - id: down
    announce: users
    status: in progress
    what: Logins fail.
    for: 45m
    details: What is stored is safe.
  - id: repair
    title: Repair the database
    do: Repair it.
    why: somebody must
  - id: look
    title: Look at it
    do: Look.
  - id: up
    announce: users
    status: completed
    what: Logins work again.
END
cd "$T" || exit 1
ok "the book lints" "$BLACKSTART" lint --strict book.yaml
plain one "$BLACKSTART" run --plain book.yaml
sees one 'Where is it\?'
says one 'd'
sees one '^[^ ].*shop, office|shop.*office'
says one shop
sees one 'Contact users: start\?'
ok "a form is asked for and sent by nobody" test ! -e "$T/mail/1.in"
says one ''
sees one 'Announce: in progress: start\?'
is "the form is filled in, by the step and by the operator" "$(sed '1,/^$/d' "$T/mail/1.mail" | sed '/^$/,$d')" \
	'shop is broken; health says bad.'
like "its subject too" "$(cat "$T/mail/1.mail")" '^Subject: Help with shop$'
says one ''
sees one 'Repair it'
text=$(sed '1,/^$/d' "$T/mail/2.mail")
like "an announcement has its kind in the subject" "$(cat "$T/mail/2.mail")" '^Subject: \[in progress\] Logins fail\.'
like "times are UTC, and twice the time is announced" "$text" \
	'^In progress at 20[0-9-]{8} [0-9:]{5} UTC\. It may take up to 1h30m, until 20[0-9-]{8} [0-9:]{5} UTC\.$'
like "with details" "$text" '^What is stored is safe\.$'
like "and when the next word comes" "$text" '^The next word comes by 20[0-9-]{8} [0-9:]{5} UTC\.$'
seconds() { # EXPRESSION: the moment in the text that it finds
	date -ud "$(printf '%s' "$text" | sed -n "s/.*$1 \(20[0-9-]* [0-9:]*\) UTC.*/\1/p")" +%s
}
is "until is one and a half hours on" "$(($(seconds until) - $(seconds 'In progress at')))" 5400

# --- updates

wait_for "grep -q 'THE NEXT WORD to those who were told is due 20.*Z, by list' $T/journal/status/*.txt" &&
	pass "the status sheet says when the next word is due" ||
	fail "the status sheet says when the next word is due"

says one where
says one again
sees one '\| update due in 29:[0-9]+|\| update due in 0:29:[0-9]+'
says one 'update send'
sees one 'Nothing was sent. .update send. sends this'
ok "nothing is sent that was not shown" test ! -e "$T/mail/3.in"
screen=$(cat "$T/one.screen")
like "the draft says where it stands" "$screen" \
	'^  \| Update of 20[0-9-]{8} [0-9:]{5} UTC: [0-9] of [0-9] steps are done\.'
like "what is being done" "$screen" '^  \| Now: Repair the database$'
like "what comes next" "$screen" '^  \| Next: Look at it$'
like "and who reads it" "$screen" 'To list \(PUBLIC: others read this too\):'
unlike "no reason, no command goes out" "$(printf '%s' "$screen" | grep '^  | ')" 'somebody must'
says one 'update say We know why; $(touch gone) "it" won'\''t take long.'
sees one 'won.t take long'
ok "nor by changing it" test ! -e "$T/mail/3.in"
says one 'update send'
wait_for "test -s '$T/mail/taken' && test \$(wc -l <'$T/mail/taken') -eq 3" || bail "the update is sent"
is "then it goes out as it was shown" "$(sed '1,/^$/d' "$T/mail/3.mail")" \
	"We know why; \$(touch gone) \"it\" won't take long."
like "under the same subject" "$(cat "$T/mail/3.mail")" '^Subject: \[in progress\] Logins fail\.'
like "as a message of its own" "$(grep -h '^Message-ID' "$T"/mail/?.mail | sort -u | wc -l)" '^3$'
ok "nothing in it is a command" test ! -e gone
sees one '250 2.0.0 queued as 4711'
says one d
sees one 'Look\.'
says one d
sees one 'Announce: completed: start\?'
says one ''
sees one 'verdict: complete'
like "what is completed is said" "$(cat "$T/mail/4.mail")" '^Subject: \[completed\] Logins work again\.'
hangs_up one
"$BLACKSTART" close --reason done >/dev/null 2>&1
cd "$ROOT" || exit 1
stop_serving
done_testing
