#!/bin/sh
# Where the record lies when file systems are full, read-only, or shared by a group. Each case has
# mounts of its own, which nobody else sees.
. tests/lib/tap.sh

b=$BLACKSTART
ns=-m
[ "$(id -u)" -eq 0 ] || ns=-rm
unshare $ns mount -t tmpfs none /mnt 2>/dev/null || skip_all "no mounts of one's own to be had here"

cat >"$T/book.yaml" <<'END'
blackstart: 1
title: Anything
steps:
  - {title: Say so, run: echo it runs, effect: read}
  - end: It ran.
    success: true
END
echo 'answers: 1' >"$T/answers.yaml"
mkdir "$T/disk"
cat >"$T/go" <<'END'
"$BLACKSTART" run "$T/book.yaml" --answers "$T/answers.yaml" --id-file "$T/id"
status=$?
"$BLACKSTART" doctor >"$T/doctor"
ls -l /var/lib/blackstart /var/tmp/blackstart-* >"$T/listing" 2>/dev/null
"$BLACKSTART" verify >"$T/verify" 2>&1
exit $status
END
# case NAME MOUNTS: with a /var/tmp and a /dev/shm of its own, too: others look there at the same time.
go() {
	run unshare $ns sh -c "mount -t tmpfs none /var/tmp; mount -t tmpfs none /dev/shm; $1; . \"\$T/go\""
}

go 'mount -t tmpfs -o size=64k none "$T/disk"; HOME=$T/disk; export HOME'
is "a full disk: it runs" "$status" 0
like "and says why not there" "$err" "cannot lie at $T/disk/.*[Nn]o space"
like "and where instead" "$err" 'LIES IN /var/tmp/blackstart-'
like "doctor says so before" "$(cat "$T/doctor")" "^(poor|bad) +record .*cannot lie at"

go 'mount -t tmpfs -o size=64k none "$T/disk"; BLACKSTART_JOURNAL=$T/disk/journal.db
	export BLACKSTART_JOURNAL'
is "a full disk that was named: no run" "$status" 4
like "with the way out" "$err" '--journal FILE'
like "doctor says so before" "$(cat "$T/doctor")" "^bad +record"

go 'mount -t tmpfs -o ro none "$T/disk"; HOME=$T/disk; export HOME'
is "a read-only disk: it runs" "$status" 0
like "and says why not there" "$err" "cannot lie at $T/disk/.*[Rr]ead-only"
like "the record is whole" "$(cat "$T/verify")" '^whole and unaltered: 1 run'

go 'mount -t tmpfs -o ro none "$T/disk"; mount -o remount,ro /var/tmp
	HOME=$T/disk TMPDIR=$T/disk; export HOME TMPDIR'
is "nowhere but memory: it runs" "$status" 0
like "and says that it is in memory only" "$err" 'LIES IN /dev/shm/blackstart-'

go 'mount -t tmpfs none /var/lib; mkdir /var/lib/blackstart; chmod 2770 /var/lib/blackstart'
is "a folder that a group shares: it runs" "$status" 0
is "without a word about it" "$err" ""
like "the record lies there, for the group" "$(cat "$T/listing")" \
	'^-rw-rw----.* journal\.db$'
like "doctor says so" "$(cat "$T/doctor")" 'the group shares it'

go 'mount -t tmpfs none /var/lib; mkdir /var/lib/blackstart; chmod 755 /var/lib/blackstart'
is "a folder of that name for one alone is not used" "$(grep -c journal.db "$T/listing")" 0

done_testing
