#!/bin/sh
# A host without any network: a ladder is a list of calls. Each channel that needs one is passed over at
# once with its reason, and the numbers to call come one after another.
. tests/lib/tap.sh
unshare -rn true 2>/dev/null || skip_all "no network of one's own to be had here"
cd "$T" || exit 1
cat >contacts.yaml <<'END'
contacts: 1
severities: [ordinary, down]
ladders:
  ops:
    wait: {ordinary: 30m, down: 10m}
    rungs: [{channel: chat}, {channel: list}, {channel: pager}, {who: [ana, raj], by: phone, order: as-written}]
people:
  ana: {name: Ana Example, phone: '+34 555 0100'}
  raj: {phone: '+91 555 0101'}
channels:
  chat: {webhook: {url_from: {env: CHAT_URL}, kind: slack}}
  list: {smtp: {to: ops@lists.example.org, server: '192.0.2.1:587', tls: none}, public: true}
  pager: {webhook: {url: 'https://[2001:db8::1]/v2/enqueue', kind: pagerduty, key_from: {env: PAGER_KEY}}}
END
cat >book.yaml <<'END'
blackstart: 1
title: Somebody must help
contacts: contacts.yaml
params: {severity: {default: down, one_of: [ordinary, down]}}
steps:
  - id: help
    contact: ops
    until: joined
    message: The shop is down.
END
cat >answers.yaml <<'END'
answers: 1
run: {within: 2m}
default: {start: change}
steps:
  - {at: help, do: start}
  - {at: help, reply: {ana: no-answer}}
  - {at: help, reply: {raj: joined}}
  - {at: run, do: close, reason: somebody is there, optional: yes}
END
export CHAT_URL=https://chat.example.org/services/hidden-word PAGER_KEY=hidden-key
ok "the book lints" "$BLACKSTART" lint book.yaml
# The keeper that sends is in there, too.
run unshare -rn "$BLACKSTART" run --plain --answers answers.yaml book.yaml
like "the chat is passed over, with the reason" "$out" 'NOT SENT by chat: chat\.example\.org: .*resolve'
like "the list too" "$out" 'NOT SENT by list: 192\.0\.2\.1:587: '
like "the pager too" "$out" 'NOT SENT by pager: .*2001:db8::1.*: '
like "then the number is said" "$out" 'BY HAND NOW: Ana Example by phone \+34 555 0100'
like "and the next one, as nobody answered" "$out" 'BY HAND NOW: raj by phone \+91 555 0101'
unlike "no secret is quoted" "$out$err" 'hidden-'
is "who comes ends it" "$status" 0
ok "the record is whole" "$BLACKSTART" verify
done_testing
