#!/bin/sh
# The next word to those who were told, by an answers file: shown, sent once, by the channel of the
# announcement; loud where nobody was told, or was by hand.
. tests/lib/tap.sh
. tests/lib/sink.sh

serve mail smtp
list_of_users >"$T/contacts.yaml"
cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Logins
contacts: contacts.yaml
cadence: 30m
steps:
  - id: down
    announce: users
    status: in progress
    what: Logins fail.
    for: 45m
  - id: repair
    title: Repair the database
    do: Repair it.
  - id: look
    title: Look at it
    do: Look.
END
cd "$T" || exit 1
# answers LINE...
answers() {
	printf 'answers: 1\nrun: {within: 200s}\ndefault: {start: change, close: done}\nsteps:\n' >answers.yaml
	for answer; do
		echo "  - $answer" >>answers.yaml
	done
}
taken() { # how many the server has had, whole
	if [ -e mail/taken ]; then wc -l <mail/taken; else echo 0; fi
}

answers '{at: run, do: update}' '{at: repair, do: done}' '{at: run, do: update, text: We know why.}'
run "$BLACKSTART" run --plain --answers answers.yaml book.yaml
is "where no answer is left for a question the walk stops" "$status" 1
like "the draft is shown" "$out" '^  \| Update of 20[0-9-]{8} [0-9:]{5} UTC: [0-9] of [0-9] steps are done\.$'
like "with who reads it" "$out" '^.*To list \(PUBLIC: others read this too\):$'
like "and whose answer it is" "$out" '^> update \(answers.yaml:5\)$'
wait_for '[ "$(taken)" -eq 3 ]' || bail "both are sent"
is "the draft went out, then the words of the file" "$(cat mail/2.mail mail/3.mail | grep -c -e '^Update of 20' \
	-e '^We know why\.')" 2
like "under the announcement's subject" "$(cat mail/3.mail)" '^Subject: \[in progress\] Logins fail\.'

answers '{at: run, do: update}' '{at: repair, do: done}' '{at: run, do: update, text: We know why.}' \
	'{at: look, do: done}'
run "$BLACKSTART" attach --answers answers.yaml
is "taken up with the same file it comes to its end" "$status" 0 || diag "$out$err"
is "and what is on record is not sent again" "$(taken)" 3
ok "the record is whole" "$BLACKSTART" verify

sed 's/^cadence.*//' book.yaml >none.yaml
answers '{at: run, do: update}' '{at: repair, do: done}' '{at: look, do: done}'
run "$BLACKSTART" run --plain --answers answers.yaml none.yaml
is "where nothing is owed the walk differs" "$status" 1
like "and says so" "$out$err" 'answers.yaml:5:5: .*update'

"$BLACKSTART" close --reason done >/dev/null 2>&1
cat >contacts.yaml <<'END'
contacts: 1
ladders:
  users: {wait: 1m, rungs: [{channel: bell}]}
channels:
  bell: {by_hand: Ring the bell in the yard.}
END
answers '{at: down, reply: {bell: sent}}' '{at: run, do: update}' '{at: repair, do: done}' '{at: look, do: done}'
run "$BLACKSTART" run --plain --answers answers.yaml book.yaml
is "what was told by hand is told by hand again" "$status" 1
like "and that is said" "$out$err" 'answers.yaml:6:5: no channel takes an update'
is "nothing was sent but the announcement before" "$(taken)" 4
"$BLACKSTART" close --reason done >/dev/null 2>&1
cd "$ROOT" || exit 1
stop_serving
done_testing
