#!/bin/sh
# Entries of maps, loops over keys, answers out of values, functions over lists, looks that hold:
# walked by the real program, by an answers file and by hand.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: By name
params:
  places: {as: map, default: '{"orders": "one", "bills": "two", "users": "three"}'}
steps:
  - id: points
    run: |
      cat points.json
    effect: read
    capture: {points: {jq: ., as: map}}
  - set:
      members: count(places)
      leader: first(places)
      others: rest(places)
      down: reversed(places)
  - id: pick
    ask: Back to when, of ${members}?
    into: point
    from: points
  - id: put
    title: Put ${point} back
    each: {volume: places}
    at_once: 2
    target: all volumes
    steps:
      - id: one
        title: Into ${places[volume]} from ${points[point]}
        run: echo "$from" >"$place"
        effect: destroy
        if_not: Look what is left.
        target: ${places[volume]}
        env: {place: "${places[volume]}", from: "${points[point]} of ${volume}"}
  - id: stop
    each: {volume: down}
    steps:
      - {id: note, run: echo "$volume" >>stopped, effect: read}
  - id: first
    title: Start ${leader}
    run: touch "$leader"
    effect: change
    verify: {run: ./up "$leader", every: 200ms, within: 200s, stays: 600ms}
  - id: join
    each: {volume: others}
    steps:
      - {id: member, run: echo "$volume" >>joined, effect: read}
  - id: steady
    wait: exit = 0
    probe: ./up all
    every: 200ms
    within: 200s
    stays: 500ms
YAML
cat >"$T/points.json" <<'JSON'
{"03:00, 2h old": "snap-a", "04:00, 1h old": "snap-b", "gone": null}
JSON
# Each look is counted; the third one comes out wrong.
cat >"$T/up" <<'SH'
#!/bin/sh
echo look >>"looks.$1"
[ "$(wc -l <"looks.$1")" -ne 3 ]
SH
chmod +x "$T/up"
cd "$T" || exit 1

cat >answers.yaml <<'YAML'
answers: 1
run: {within: 100s}
default: {start: change}
steps:
  - {at: pick, do: done, text: '02:00', expect: {refused: yes}}
  - {at: pick, do: done, text: '04:00, 1h old', expect: {prompt: 'of 3'}}
  - {at: put, do: start, text: all volumes}
YAML
run "$BLACKSTART" lint book.yaml
is "the runbook has no findings" "$out" ''
run "$BLACKSTART" run --plain --answers answers.yaml book.yaml
is "a walk by names is complete" "$status" 0
is "each volume got its own place and point" "$(cat one two three)" \
	"snap-b of orders
snap-b of bills
snap-b of users"
is "the last one is stopped first" "$(tr '\n' ' ' <stopped)" 'users bills orders '
is "the first one is started before the rest" "$(tr '\n' ' ' <joined)" 'bills users '
like "what is none of what can be answered is refused" "$out" 'point must be one of the lines shown'
like "targets are shown by their places" "$out" 'three'
# looks 1 and 2 hold, 3 does not, from 4 on it must hold for 600ms again: 200ms apart
ok "a look that is not true starts the time anew" [ "$(wc -l <looks.orders)" -ge 7 ]
run "$BLACKSTART" log
like "how long it held is on record" "$out" 'holds for 600ms of 600ms'
like "… and that it was broken off" "$out" 'held for .*ms of 600ms'
run "$BLACKSTART" verify
is "the record is whole" "$status" 0

# by hand: the number of a line; and a point without an entry
rm -f looks.* one two three
plain hand "$BLACKSTART" run --plain book.yaml
sees hand '1: 03:00, 2h old'
sees hand '3: gone'
says hand 3
sees hand 'type the name: all volumes'
says hand 'all volumes'
sees hand 'from cannot be told: .points.gone. unknown. of orders'
is "what has no entry is not made up: nothing ran" "$(ls one two three 2>/dev/null)" ''
says hand close
sees hand '[Ww]hy'
says hand 'the point is no point'
left hand
is "… and the run can be ended there" "$status" 1

# nothing to choose from
echo '{}' >points.json
plain none "$BLACKSTART" run --plain book.yaml
sees none 'points is empty: there is nothing to choose from'
says none close
sees none '[Ww]hy'
says none 'there are no points'
left none
is "a question without answers can be left" "$status" 1
done_testing
