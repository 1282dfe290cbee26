#!/bin/sh
# A value that a runbook declares and that nothing has set: unknown, not unheard of.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Left out
params: {go: {default: 'no'}}
steps:
  - {title: Never, when: go = 'yes', run: echo 5, effect: read, capture: {n: int}}
  - title: For each
    when: go = 'yes'
    each: {thing: [a, b]}
    steps:
      - {title: Never either, run: echo x, effect: read, capture: {each_one: text}}
  - {title: As a check, check: 'coalesce(n, 3) = 3'}
  - {title: As null, check: n is null and each_one is null}
  - {title: As a when, when: 'coalesce(n, 3) = 3', run: echo ran, effect: read}
  - {title: In a set, set: {m: 'coalesce(n, 4)'}}
  - {title: In another, set: {last: m + 1}}
YAML
printf 'answers: 1\ndefault: {close: seen}\nsteps: []\n' >"$T/answers.yaml"
run "$BLACKSTART" lint "$T/book.yaml"
is "lint has nothing against it" "$status" 0 || note "$out"
run "$BLACKSTART" run --plain --answers "$T/answers.yaml" "$T/book.yaml"
is "a condition that minds it is walked" "$status" 0 || note "$out"
like "... the value is read as unknown" "$out" 'coalesce\(n, 3\) = 3 holds \(n = unknown\)'
like "... a step behind such a condition runs" "$out" '^\| ran'
like "... and sets take what stands in for it" "$out" 'value last = 5'
sed -i "s/check: 'coalesce(n, 3) = 3'/check: n = 3/" "$T/book.yaml"
run "$BLACKSTART" run --plain --reason try --answers "$T/answers.yaml" "$T/book.yaml"
like "one that does not mind it opens no gate" "$out" 'As a check did NOT come out'
unlike "... and is no mistake in its words" "$out" 'no value is called'
done_testing
