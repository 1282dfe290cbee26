#!/bin/sh
# A closed run leaves nothing behind but its record and its sheet; a holder that was killed leaves no
# cgroup once the next keeper has come.
. tests/lib/tap.sh
. tests/lib/plain.sh

cat >"$T/book.yaml" <<'YAML'
blackstart: 1
title: Leave no trace
steps:
  - run: sed -n 's/^0:://p' /proc/self/cgroup >group
    effect: read
  - do: Look.
  - run: echo done
    effect: read
YAML
cd "$T" || exit 1
group() { # of the command: its folder, where the system has one for us
	for mount in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		case $(cat group) in
		*/blackstart.*) [ -d "$mount$(cat group)" ] && dirname "$mount$(cat group)" ;;
		esac
	done
}
holder() { pgrep -f "^blackstart holder .* $T/journal/run/"; }

plain one "$BLACKSTART" run --plain --as ana book.yaml
sees one 'do it, then say'
ok "while it is open it has a folder" test -S journal/run/*/keeper.sock
groups=$(group)
says one 'done'
sees one 'verdict: complete'
left one
ok "closed, it has none" wait_for '[ -z "$(ls journal/run)" ]'
ok "no holder lives" wait_for '! holder >/dev/null'
ok "and its groups are gone" test ! -e "${groups:-/none}"
is "the sheet stays, and the output" "$(ls journal/status journal/output | grep -c '\.txt$\|\.db$')" 2
run "$BLACKSTART" attach --plain
like "who comes later finds a closed run" "$out$err" 'closed|CLOSED|complete'
is "… and leaves no folder either" "$(ls journal/run)" ''

plain two "$BLACKSTART" run --plain --as ana book.yaml
sees two 'do it, then say'
groups=$(group)
keeper=$(cat journal/run/*/keeper.lock)
kill -9 "$(holder)" "$keeper"
sees two 'keeper|Connect|connect' # another one comes
says two 'again'
sees two 'do it, then say'
if [ -n "$groups" ]; then
	ok "the next keeper removes what a killed holder left" wait_for "[ ! -e '$groups' ]"
else
	skip "the next keeper removes what a killed holder left" "no cgroup to be had here"
fi
says two 'done'
sees two 'verdict: complete'
left two
ok "and the folder goes after all" wait_for '[ -z "$(ls journal/run)" ]'

done_testing
