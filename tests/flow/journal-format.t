#!/bin/sh
# The check in docs/journal-format.md, run as it stands there: it agrees with `verify`.
. "$(dirname "$0")/../lib/tap.sh"

sed -n '/^# check.sh/,/^```/p' "$ROOT/docs/journal-format.md" | sed '$d' >"$T/check.sh"
cat >"$T/book.yaml" <<'Y'
blackstart: 1
title: Über-check
owner: ops
reviewed: 2026-11-22
steps:
  - title: Say it
    run: echo 'ça va'
    effect: read
    capture: {said: text}
    expect: said <> ''
  - end: fine
Y
printf 'answers: 1\nsteps: []\n' >"$T/answers.yaml"
db=$T/j/journal.db
ok "a run" "$BLACKSTART" run --journal "$db" --answers "$T/answers.yaml" "$T/book.yaml"
run=$(sqlite3 -readonly -cmd ".timeout 5000" "$db" 'SELECT run FROM event LIMIT 1')
is "the check says whole" "$(sh "$T/check.sh" "$db" "$run" | sed 's/^[0-9]* //')" "rows: whole"
ok "and so does verify" "$BLACKSTART" verify --journal "$db"
spoil() {
	cp "$db" "$T/bad.db"
	sqlite3 "$T/bad.db" "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; $1"
}
spoil "UPDATE event SET payload = replace(payload, 'a va', 'a vb') WHERE kind = 'value'"
like "an altered payload is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" '^row [0-9]+: payload altered'
spoil "UPDATE event SET wall = wall + 1 WHERE seq = 4"
is "a re-dated row is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" "row 4: altered"
spoil "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"
like "a cut tail is named" "$(sh "$T/check.sh" "$T/bad.db" "$run")" 'tail is cut'
done_testing
