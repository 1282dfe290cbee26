#!/bin/sh
# A record that a group shares: its members attach to each other's runs, others do not.
. tests/lib/tap.sh

[ "$(id -u)" = 0 ] || skip_all "only root can be several people"
setpriv --reuid 1 --regid 1 --groups 100 true 2>/dev/null || skip_all "setpriv does not work here"
[ -z "${BLACKSTART_SANITIZED-}" ] || skip_all "reports of other users' processes go nowhere"

chmod 755 "$T"
cp "$BLACKSTART" "$T/blackstart"
mkdir "$T/record" "$T/ana" "$T/raj"
chgrp 100 "$T/record"
chmod 2770 "$T/record"
chown 1 "$T/ana"
chmod 1777 "$T/ana"
chown 2 "$T/raj"
cat >"$T/ana/book.yaml" <<'YAML'
blackstart: 1
title: Shared
steps:
  - {id: look, do: Look.}
  - {id: act, run: id -u >>ledger, effect: change}
  - end: done
YAML
cat >"$T/answers" <<'YAML'
answers: 1
default: {start: change}
steps:
  - {at: run, do: take, reason: ana went home}
  - {at: look, do: done}
YAML
as() { # UID GROUP COMMAND...
	as_uid=$1 as_gid=$2
	shift 2
	(cd "$T/ana" && exec setpriv --reuid "$as_uid" --regid "$as_uid" --groups "$as_gid" \
		env HOME="$T" BLACKSTART_JOURNAL="$T/record/journal.db" "$@")
}

id=$(as 1 100 "$T/blackstart" run book.yaml --detach)
is "files are the group's" "$(stat -c '%a %g' "$T/record/journal.db" \
	"$T/record/run/$id/keeper.sock" "$T/record/status" | tr '\n' ' ')" '660 100 660 100 2770 100 '
run as 3 3 "$T/blackstart" status
ok "who is not in the group sees nothing" [ "$status" -ne 0 ]
run as 2 100 "$T/blackstart" attach "$id" --answers "$T/answers"
is "another member takes the run over and ends it" "$status" 0 || note "$out$err"
is "commands run as who started it" "$(cat "$T/ana/ledger")" 1
run as 1 100 "$T/blackstart" log "$id"
like "who did what is on record" "$out" 'Look.* is done .*\(bin\)'
ok "the record is whole" as 2 100 "$T/blackstart" verify

# A crash, and the other one brings it back.
sed -i 's/ledger/ledger2/' "$T/ana/book.yaml"
id=$(as 1 100 "$T/blackstart" run book.yaml --detach)
for pid in $(left_running); do
	grep -zqx "$id" "/proc/$pid/cmdline" 2>/dev/null && kill -KILL "$pid"
done
run as 2 100 "$T/blackstart" attach "$id" --answers "$T/answers"
is "a member brings back the run of another" "$status" 0 || note "$out$err"
is "... whose commands are now his" "$(tail -n 1 "$T/ana/ledger2" 2>/dev/null)" 2

done_testing
