#!/bin/sh
# A run's record as a scenario: it lints clean against the runbook and answers all that ran.
. tests/lib/tap.sh
. tests/lib/plain.sh

cd "$T" || exit 1
cat >contacts.yaml <<'YAML'
contacts: 1
severities: [ordinary]
ladders:
  ops: {wait: 1h, rungs: [{channel: dead}, {channel: chat}]}
channels:
  dead: {command: 'echo no route >&2; exit 7'}
  chat: {command: 'echo taken'}
YAML
cat >book.yaml <<'YAML'
blackstart: 1
title: Small
contacts: contacts.yaml
params:
  token: {ask: Token?, secret: true}
steps:
  - id: count
    title: Count
    run: echo 3; echo careful >&2
    effect: read
    terminal: false
    capture: {n: int}
    expect: n = 3
  - id: up
    title: Is it up
    wait: up = 'yes'
    probe: echo >>looks; if [ "$(wc -l <looks)" -ge 3 ]; then echo yes; else echo no; fi
    capture: {up: text}
    every: 100ms
    within: 1m
  - id: each
    title: Each
    each: {x: [a, b]}
    steps:
      - id: start
        title: Start ${x}
        run: echo started $x
        effect: read
        verify: {run: echo fine, expect: exit = 0}
  - {id: secret, title: Use it, run: 'echo "token $token"', effect: read, secret: token}
  - {id: many, title: A lot, run: seq 1 3000, effect: read, terminal: false}
  - {id: raw, title: Bytes, run: 'printf "\377\000\033[1mx"', effect: read, terminal: false}
  - {id: ends, title: Ends, run: 'kill -TERM $$', effect: read, on_fail: continue}
  - {id: call, title: Tell them, contact: ops, message: Come, until: told}
YAML
printf 'answers: 1\nrun: {within: 100s}\ndefault: {start: change}\n' >answers.yaml
printf 'hunter2-hunter2' >token
run timeout 120 "$BLACKSTART" run --answers answers.yaml --secret token=token --id-file id book.yaml
is "the run ends well" "$status" 0 || { note "$out"; note "$err"; }

run "$BLACKSTART" scenario-from "$(cat id)"
is "what does not fit is refused without a file" "$status" 1
like "and it says what to do" "$err" 'name a FILE'
is "nothing is printed" "$out" ''

run "$BLACKSTART" scenario-from "$(cat id)" s.yaml
is "it is made" "$status$out" 0 || note "$err"
run "$BLACKSTART" lint --strict s.yaml
is "it lints clean, and covers all" "$status$out" 0
like "as a scenario" "$err" '1 scenario: 0 errors, 0 warnings'
file=$(cat s.yaml)
like "the runbook beside it" "$file" '^runbook: "book.yaml"$'
like "what was printed" "$file" 'output: "3\\n"'
like "and said" "$file" 'stderr: "careful\\n"'
like "as the terminal had it" "$file" 'output: "started a\\r\\n"'
like "looks by their number" "$file" 'attempt: 2$'
like "items" "$file" 'item: "b"'
like "signals" "$file" 'signal: 15'
like "a channel that does not work" "$file" 'reply: not-working'
is "no secret" "$(grep -rc hunter2 s.yaml s.yaml.output | grep -v ':0$')" ''
is "long outputs are files, byte for byte" "$(for f in s.yaml.output/*; do cksum <"$f"; done | sort)" \
	"$( (seq 1 3000 | cksum; printf '\377\000\033[1mx' | cksum) | sort)"
is "for nobody else" "$(stat -c %a s.yaml s.yaml.output s.yaml.output/1.out | tr '\n' ' ')" '600 700 600 '
run "$BLACKSTART" scenario-from "$(cat id)" s.yaml
is "nothing is overwritten" "$status" 1
like "and it says so" "$err" 's\.yaml is there already'

run "$BLACKSTART" show s.yaml
like "it can be shown" "$out" '^  up, probe, attempt 1: status 0 after '
sed -i '/^  - step: "count"/,/^  - /{/^  - step: "count"/s/count/cuont/}' s.yaml
run "$BLACKSTART" lint .
is "a folder's scenarios are linted too" "$status" 5
like "a step that is not there" "$out" 's\.yaml:[0-9]+:5: error: .*`cuont`; did you mean `count`.*\[unknown-step\]'
like "what is not covered any more is listed" "$out" 's\.yaml:1:1: warning: `count`.*\[uncovered\]'
run "$BLACKSTART" schema scenario
like "its schema" "$out" '"blackstart scenario, format 1"'
done_testing
