#!/bin/sh
# The next word to those who were told: counted down on the screen, shown, changed, sent by one key.
. tests/lib/tap.sh
. tests/lib/screen.sh
. tests/lib/sink.sh

serve mail smtp
list_of_users >"$T/contacts.yaml"
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Logins
contacts: contacts.yaml
cadence: 30m
steps:
  - announce: users
    status: in progress
    what: Logins fail.
    for: 45m
  - title: Repair the database
    do: Repair it.
  - title: Look at it
    do: Look.
END

TERM=xterm-256color
export TERM
cd "$T" || exit 1
screen <<END
spawn 24x80 $BLACKSTART run book.yaml --as ana
-- an announcement is shown before it goes out
wait /Announce: in progress/
wait /PUBLIC/
key Enter
-- then its next word is counted down
wait /update due in (0:)?29:/
key Esc
wait /NOW 3 Repair the database/
-- u shows a draft
key u
wait /nothing is sent yet/
wait /line +Now: Repair the database/
wait /send +this to list - PUBLIC: others read this too/
-- a line of it is changed
key Down
key Enter
wait /change this line/
key C-u
type We know why.
key Enter
wait /line +We know why\\./
-- S sends it
key S
wait /NOW 3 Repair the database/
until grep -qs 'We know why' $T/mail/2.mail
END
is "the words that were shown went out, and twice nothing" "$(grep -l 'We know why' "$T"/mail/*.mail | wc -l)" 1
like "under the announcement's subject" "$(cat "$T"/mail/2.mail)" '^Subject: \[in progress\] Logins fail'
like "and are on record" "$("$BLACKSTART" log --json)" 'We know why'
"$BLACKSTART" close --reason done >/dev/null 2>&1
cd "$ROOT" || exit 1
stop_serving
done_testing
