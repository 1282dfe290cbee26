#!/bin/sh
# Whatever a contacts file, a channel or a reply says: a terminal obeys nothing of it, a shell runs
# nothing of it, and the record is whole.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
cat >contacts.yaml <<'YAML'
contacts: 1
ladders:
  ops:
    wait: 1s
    rungs:
      - {channel: loud}
      - {channel: long}
      - {who: ana, by: sms, text: "\u009b31mred $(touch ran) `touch ran`"}
people:
  ana: {name: "Ana \u009b2J\u202egro", phone: "+34\u001b]0;title\u0007 1", sms: "; touch ran"}
channels:
  loud: {command: 'printf "\033]0;evil\007\377\376 done\n" >&2; exit 3', note: "\u001b[2J"}
  long: {command: 'head -c 200000 /dev/zero | tr "\0" x >&2; exit 4'}
  gw: {command: 'printf "%s|%s\n" "$to" "$text" >>ledger', carries: sms}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Hostile
contacts: contacts.yaml
steps:
  - {id: help, contact: ops, message: "$(touch ran) \u001b[31m `touch ran`", subject: "\u0007x"}
YAML
cat >book.answers <<'YAML'
answers: 1
run: {within: 200s}
steps:
  - {at: help, do: start}
  - {at: help, reply: {ana: answered}, reason: "\u001b[2J"}
YAML
run timeout 200 "$BLACKSTART" run --reason 'for the test' --answers book.answers book.yaml
is "it is walked" "$status" 0
"$BLACKSTART" log >log 2>&1
"$BLACKSTART" where >where 2>&1
cat .out .err log where journal/status/*.txt >said
is "no escape reaches a terminal" "$(LC_ALL=C grep -c "$(printf '[\033\007\233]')" said)" 0
is "nothing was run that is text" "$(ls ran 2>&1 | grep -c '^ran$')" 0
like "what a channel said last is the reason" "$out" 'NOT SENT by loud: .*done'
like "a line without end is cut" "$(grep 'NOT SENT by long' .out)" '^.{20,500}$'
is "a message is data to what sends it" "$(grep -c '^; touch ran|' ledger)" 1
ok "the record is whole" "$BLACKSTART" verify

done_testing
