#!/bin/sh
# What each runbook can destroy, before somebody does.
. tests/lib/tap.sh

b=$BLACKSTART
mkdir "$T/books"
cat >"$T/books/a.yaml" <<'END'
blackstart: 1
title: Three ways to lose data
environment: shop
steps:
  - title: Look
    run: df -h
    effect: read
  - title: Empty it
    role: dba
    run: dropdb app
    effect: destroy
    target: app
  - title: Roll back
    run: zfs rollback tank/a@old
    effect: destroy
    undo: zfs rollback tank/a@new
  - title: Says less than it does
    run: ssh db1 'rm -rf /srv/old'
    effect: change
END
cat >"$T/books/b.yaml" <<'END'
blackstart: 1
title: Only looks
steps:
  - run: uptime
    effect: read
END
run "$b" inventory "$T/books"
is "it is read" "$status" 0
like "what it destroys, by whom, without a way back" "$(printf '%s' "$out" | tr '\n' ' ')" \
	'Empty it +destroys app; NO WAY BACK; role: dba'
like "the environment is the target of a step that names none" \
	"$(printf '%s' "$out" | tr '\n' ' ')" 'Roll back +destroys shop; way back: undo'
like "what only looks as if" "$(printf '%s' "$out" | tr '\n' ' ')" \
	'Says less than it does +LOOKS as if it destroys, and says .change.: it deletes a tree'
like "one that destroys nothing says so" "$out" 'destroys nothing'
unlike "what it reads is no news" "$out" 'Look$'
like "in all" "$out" '2 runbooks: 2 steps destroy, from 1 of them there is no way back; 1 more'
run "$b" inventory --json "$T/books/a.yaml"
is "in JSON" "$(printf '%s' "$out" | jq -r '.[] | [.title, .target, .way_back // "none"] | join(",")' |
	paste -sd' ')" "Empty it,app,none Roll back,shop,undo Says less than it does,shop,none"
run "$b" lint --strict "$T/books/a.yaml"
is "lint warns of it too" "$status" 5
like "by its rule" "$out" 'a\.yaml:18:[0-9]+: warning: .*looks-destructive'
run "$b" inventory "$T/none.yaml"
is "a file that is not there" "$status" 5
done_testing
