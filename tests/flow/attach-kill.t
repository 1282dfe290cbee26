#!/bin/sh
# A keeper killed while it keeps a file: the file is on record once, and whole.
. tests/lib/tap.sh

cd "$T" || exit 1
export BLACKSTART_JOURNAL="$T/journal/journal.db"
mkdir journal
b=$BLACKSTART
cat >book.yaml <<'Y'
blackstart: 1
title: Files
steps:
  - {id: look, do: Look at the lamp.}
Y
head -c 3000000 /dev/urandom >core
killed=0
for at in fdatasync:2 fdatasync:4 fdatasync:5 fdatasync:6 fdatasync:7 fdatasync:8 pwrite:10 pwrite:14 pwrite:18 \
	pwrite:22 pwrite:26 pwrite:30; do
	id=$(LD_PRELOAD=$BUILD/shim_sys.so SHIM_WHO=keeper SHIM_KILL=$at SHIM_LOG=$T/log.$at \
		"$b" run -d --id-file "$T/id" book.yaml >opened 2>&1; cat "$T/id")
	run timeout 100 "$b" attach-file "$id" core
	is "$at: kept" "$status$err" 0
	[ ! -e "log.$at" ] || killed=$((killed + 1))
	is "$at: once" "$("$b" query "SELECT count(*) FROM attached WHERE run = '$id'" --csv | tr -dc 0-9)" 1
	"$b" output "$id" core >again
	ok "$at: whole" cmp core again
	run "$b" verify --outputs "$id"
	is "$at: so is the record" "$status" 0
	"$b" close "$id" --reason enough >closed 2>&1
done
ok "some were killed" [ "$killed" -gt 5 ]
done_testing
