#!/bin/sh
# Is this record whole and unaltered? In the folder that the bundle was unpacked to:
#	sh check.sh [--head HEX]... [--signers FILE]
# --head: a head of this run or of its machine, or the digest of MANIFEST, that was kept elsewhere (printed when the
# run ended, in a log, in mail): the record must hold it. --signers: who may sign, as ssh-keygen has it; else the
# bundle's own allowed_signers, which is only as good as the bundle.
# Needs a POSIX shell, sha256sum, sqlite3 3.37 or later, and ssh-keygen where somebody signed. Writes to ./check.work
# only, and removes it where there is an rm. Status 0: whole. 1: NOT WHOLE, and what is wrong. 2: it could not look.
set -u
export LC_ALL=C
work=check.work mark='' heads='' signers=''
bad() { printf '%sNOT WHOLE: %s\n' "$mark" "$*" && exit 1; }
lost() { bad 'record.db: damaged'; }
cannot() { printf 'cannot check: %s\n' "$*" >&2 && exit 2; }
# The record, read only, whatever lies beside it, without a start-up file of yours.
db() { sqlite3 -batch -bail -init /dev/null 'file:record.db?mode=ro&immutable=1' "$@" 2>&1; }
# none QUERY: ends with the first defect that it names.
none() {
	said=$(db "$1 LIMIT 1") || lost
	[ -z "$said" ] || bad "$said"
}
# sums LIST [DEFECT]: ends with the first file of $work/LIST that sha256sum finds altered or missing; with DEFECT,
# the name of that file (a number) in the place of its @.
sums() {
	[ -s $work/"$1" ] && ! sha256sum -c $work/"$1" >$work/said 2>/dev/null || return 0
	while IFS= read -r line; do
		case $line in *': OK') continue ;; esac
		file=${line%%: *}
		[ -z "${2-}" ] || bad "${2%%@*}${file##*/}${2#*@}"
		[ -f "$file" ] && bad "$file: altered" || bad "$file: missing"
	done <$work/said
	cannot 'sha256sum failed'
}
# texts NAME TABLE NUMBER DIGEST TEXT DEFECT: writes each row's text to $work/NAME/NUMBER; sums of these.
texts() {
	db "SELECT count(*) FROM $2 WHERE writefile('$work/$1/' || $3, $5) IS NULL" ".once $work/$1.list" \
		"SELECT lower(hex($4)) || '  $work/$1/' || $3 FROM $2 ORDER BY $3" >$work/said || lost
	sums "$1.list" "$6"
}
# beside QUERY: what it lists lies beside the record, and is as it was.
beside() {
	db ".once $work/beside" "$1" >$work/said || lost
	sums beside
}
# SQL: columns as netstrings, one after the other; a field of a JSON text.
nets() {
	printf "''"
	for column; do printf " || length(CAST(%s AS BLOB)) || ':' || %s || ','" "$column" "$column"; done
}
get() { printf "json_extract(%s, '$.%s')" "$1" "$2"; }
# count_up TABLE NUMBER FIRST NAME [COLON]: no number is left out. follow: each row has the hash of the one before.
count_up() {
	none "SELECT '$4' || m || '${5-:} missing' FROM (SELECT $2 AS n, row_number() OVER (ORDER BY $2) + $3 - 1 AS m
		FROM $1) WHERE n <> m ORDER BY m"
}
follow() {
	none "SELECT '$3' || b.$2 || '${4-:} does not follow ${5-event} ' || a.$2 FROM $1 a JOIN $1 b ON b.$2 = a.$2 + 1
		WHERE b.prev <> a.hash ORDER BY b.$2"
}
keygen() { ssh-keygen -Y "$@" -n blackstart-checkpoint -s $work/signature/"$id" <$work/signed/"$id" 2>&1; }

while [ $# -gt 1 ]; do
	case $1${#2} in --head64) heads="$heads $2" ;; --signers*) signers=$2 ;; *) break ;; esac
	shift 2
done
case $#$heads in 0*[!0-9a-f\ ]* | [!0]*) cannot 'sh check.sh [--head HEX]... [--signers FILE]' ;; esac
for tool in sha256sum sqlite3; do command -v $tool >/dev/null 2>&1 || cannot "there is no $tool"; done
[ ! -e $work ] && [ ! -L $work ] || cannot "$work is there already: remove it first"

# --- the files: those of MANIFEST, no other, each with its digest ----------------------------------------------------
[ -f MANIFEST ] && [ ! -L MANIFEST ] || bad 'MANIFEST: missing'
files=0
for file in * .[!.]* ..?* */* */.[!.]* */..?*; do
	[ -e "$file" ] || [ -L "$file" ] || continue
	case $file in files | output) [ -d "$file" ] && [ ! -L "$file" ] && continue ;; esac
	[ -f "$file" ] && [ ! -L "$file" ] || bad "${file##*[!A-Za-z0-9._/-]*}: not a file"
	files=$((files + 1))
done
trap 'command -v rm >/dev/null 2>&1 && rm -rf $work' EXIT && trap 'exit 2' HUP INT TERM
said=$(sqlite3 -batch -bail -init /dev/null :memory: 'CREATE TABLE m(line)' '.mode ascii' '.separator "\037" "\n"' \
	'.import MANIFEST m' '.mode list' '.separator "|" "\n"' "WITH l AS (SELECT rowid AS k, line, substr(line, 67)
		AS name, line GLOB '??*  files/*' AS f, line GLOB '??*  output/*' AS o FROM m)
	SELECT CASE WHEN EXISTS (SELECT 1 FROM l WHERE name = '' OR length(CAST(line AS BLOB)) <> length(line)
		OR substr(line, 1, 64) GLOB '*[^0-9a-f]*' OR substr(line, 65, 2) <> '  ' OR name GLOB '*..*'
		OR name GLOB '/*' OR name GLOB '*[^A-Za-z0-9._/-]*') THEN 'MANIFEST: a line that names no file'
	WHEN EXISTS (SELECT 1 FROM l a JOIN l b ON b.k = a.k + 1 WHERE a.name >= b.name) THEN 'MANIFEST: out of order'
	WHEN 5 <> (SELECT sum(name IN ('README.txt', 'check.sh', 'record.db', 'report.html', 'report.md')) FROM l)
	  OR 5 <> (SELECT count(*) FROM l WHERE NOT f AND NOT o AND name <> 'allowed_signers')
		THEN 'MANIFEST: names not what belongs to a bundle'
	ELSE (SELECT count(*) || ' ' || sum(f) || ' ' || sum(o) FROM l) END, writefile('$work/begun', '')" 2>&1) ||
	bad 'MANIFEST: a line that names no file'
case ${said%|0} in *[!0-9\ ]* | '') bad "${said%|0}" ;; esac
# shellcheck disable=SC2086 # three numbers
set -- ${said%|0} && n_files=$2 n_outputs=$3
sums ../MANIFEST
[ "$files" -eq $(($1 + 1)) ] || bad 'there are files that MANIFEST does not name'

# --- record.db: sound, and with the tables that it should have -------------------------------------------------------
none "SELECT 'record.db: damaged' FROM pragma_integrity_check(1) WHERE integrity_check <> 'ok'"
none "SELECT 'record.db: not the record of a bundle' FROM pragma_application_id WHERE application_id <> 1651729013"
none "SELECT 'record.db: of another format' FROM pragma_user_version WHERE user_version NOT IN (1, 2)"
# What was taken out on record: format 2 has a table of it.
format=$(db 'PRAGMA user_version') || lost
removal=removal
took="'redacted', 'pruned', 'hold', 'released'" schema=f98b07f2f07b2ca0801174bdf0d43f68ba859599beaeb12ca0b23fd92382718c
[ "$format" -eq 2 ] || schema=75820993981d705de24b5f58d09838850363cb7fb0b7818a566c2d607aa9497d removal="(SELECT 0 AS id,
	0 AS run, 0 AS what, 0 AS wall, 0 AS who, 0 AS why, 0 AS payloads, 0 AS outputs,
	0 AS rest, 0 AS rest_hash, 0 AS hash WHERE 0)"
db "SELECT writefile('$work/schema', group_concat(type || '|' || name || '|' || tbl_name || '|' || ifnull(sql, ''),
	char(10))) FROM (SELECT * FROM sqlite_schema ORDER BY rowid)" >$work/said || lost
[ "$(sha256sum <$work/schema)" = "$schema  -" ] ||
	bad 'record.db: its tables are not those of a bundle'

# --- the events: 1, 2, 3 ..., each with its digests, each after the one before ---------------------------------------
run=$(db 'SELECT run FROM event ORDER BY seq LIMIT 1') || lost
[ -n "$run" ] || bad 'record.db: no rows'
case $((${#run} / 40))$run in 0*[!A-Za-z0-9._-]* | [!0]*) bad 'record.db: the rows name no run' ;; esac
case $run in drill-*) drill=1 tag=5:drill, mark='DRILL, ' ;; *) drill=0 tag=5:event, ;; esac
count_up event seq 1 'event '
none "SELECT 'event ' || seq || ': its row is of another run' FROM event WHERE run <> '$run' ORDER BY seq"
none "SELECT 'event ' || seq || ': payload taken out' FROM event e WHERE (length(salt) IS NOT 16
	OR payload IS NULL) AND NOT (payload IS NULL AND salt IS NULL AND EXISTS (SELECT 1 FROM $removal r
	WHERE r.what = 'redacted' AND instr(r.payloads, ',' || e.seq || ','))) ORDER BY seq"
texts payload '(SELECT * FROM event WHERE payload IS NOT NULL)' seq payload_hash 'lower(hex(salt)) || payload' \
	'event @: payload altered'
texts event event seq hash "lower(hex(prev)) || '$tag' || $(nets run seq wall boot boot_id kind "ifnull(step, '')" \
	attempt actor auth) || lower(hex(payload_hash))" 'event @: altered'
follow event seq 'event '
none "SELECT 'event ' || (seq + 1) || ': appended after the run was closed' FROM event
	WHERE kind = 'run_closed' AND seq < (SELECT max(seq) FROM event) ORDER BY seq"
none "SELECT 'this is the record of a ' || iif($drill, 'real run, offered as a drill', 'drill, offered as a real run')
	FROM event WHERE seq = 1 AND payload IS NOT NULL
	AND (iif(json_valid(payload), $(get payload mode), NULL) IS 'drill') <> $drill"

# --- the machine's chain, from the opening of the run on; checkpoints ------------------------------------------------
none "SELECT 'machine''s chain: does not begin with this run' WHERE NOT EXISTS (SELECT 1 FROM machine
	WHERE n = (SELECT min(n) FROM machine) AND run = '$run' AND what IN ('opened', 'moved'))"
count_up machine n '(SELECT min(n) FROM machine)' "machine''s chain: row " ''
texts machine machine n hash "lower(hex(prev)) || '7:machine,' || $(nets n wall what run seq) || lower(hex(head))" \
	"machine's chain: row @ altered"
follow machine n "machine''s chain: row " '' row
none "SELECT CASE WHEN m.seq < 1 THEN 'machine''s chain: ties an event that there cannot be'
	WHEN m.seq > last THEN 'event ' || (last + 1) || ': missing, and all after it' WHEN what IN ('signed', $took)
		THEN NULL
	WHEN head <> e.hash THEN 'event ' || m.seq || ': not the one that the machine''s chain holds'
	WHEN what = 'opened' AND (m.seq > 1 OR e.prev <> m.prev)
		THEN 'event ' || m.seq || ': does not follow what the machine''s chain ended with'
	WHEN what = 'closed' AND m.seq < last THEN 'event ' || (m.seq + 1) || ': appended after the run was closed'
	WHEN what = 'closed' AND e.kind <> 'run_closed' THEN 'event ' || m.seq || ': closes nothing' END AS said
	FROM machine m LEFT JOIN event e USING (seq), (SELECT max(seq) AS last FROM event)
	WHERE m.run = '$run' AND said IS NOT NULL ORDER BY m.n"
none "SELECT 'run $run: closed, but the machine''s chain does not say so' FROM event WHERE kind = 'run_closed'
	AND NOT EXISTS (SELECT 1 FROM machine WHERE run = '$run' AND what = 'closed')"
texts checkpoint checkpoint id hash "'10:checkpoint,' || $(nets id run seq what) || lower(hex(head)) || $(nets wall \
	who "ifnull(key, '')" "ifnull(signature, '')" "ifnull(why, '')")" 'checkpoint @: altered'
none "WITH c AS (SELECT id, hash, row_number() OVER (ORDER BY id) AS k FROM checkpoint),
	m AS (SELECT n, head, row_number() OVER (ORDER BY n) AS k FROM machine WHERE what = 'signed' AND run = '$run')
	SELECT 'machine''s chain: row ' || n || ': its checkpoint is missing' FROM m WHERE k NOT IN (SELECT k FROM c)
	UNION ALL SELECT 'checkpoint ' || id || ': not the one that the machine''s chain holds'
	FROM c LEFT JOIN m USING (k) WHERE hash IS NOT head"
none "SELECT 'checkpoint ' || c.id || ': of no event of this run' FROM checkpoint c LEFT JOIN event e USING (seq)
	WHERE c.run IS NOT e.run OR c.head IS NOT e.hash ORDER BY c.id"

texts removal "$removal" id hash "'7:removal,' || $(nets id run what wall who why payloads outputs) || \
	lower(hex(rest_hash))" 	'removal @: altered'
texts rest "(SELECT * FROM $removal WHERE rest IS NOT NULL)" id rest_hash rest 'removal @: its rest is altered'
none "SELECT 'removal ' || id || ': its rest is missing' FROM $removal a WHERE rest IS NULL AND NOT EXISTS (SELECT 1
	FROM $removal b WHERE b.id > a.id AND b.what = 'redacted') ORDER BY id"
none "WITH c AS (SELECT id, run, what, hash, row_number() OVER (ORDER BY id) AS k FROM $removal),
	m AS (SELECT n, run AS of, what AS word, head, row_number() OVER (ORDER BY n) AS k FROM machine
		WHERE what IN ($took) AND run = '$run')
	SELECT 'machine''s chain: row ' || n || ': its removal is missing' FROM m WHERE k NOT IN (SELECT k FROM c)
	UNION ALL SELECT 'removal ' || id || ': not the one that the machine''s chain holds'
	FROM c LEFT JOIN m USING (k) WHERE hash IS NOT head OR run IS NOT of OR what IS NOT word"

# --- what lies beside: the files that the run stood on, what its commands printed ------------------------------------
count_up run_pin n 1 'pinned file '
none "SELECT 'pinned file ' || n || ': its row is altered' FROM run_pin
	WHERE run <> '$run' OR role = '' OR role GLOB '*[^a-z-]*' ORDER BY n"
texts pin run_pin n hash "'3:pin,' || $(nets run n role path) || lower(hex(sha256))" 'pinned file @: its row is altered'
beside "SELECT lower(hex(sha256)) || '  files/' || n || '.' || role FROM run_pin ORDER BY n"
named="FROM event, json_each(payload, '$.files') f WHERE seq = 1 AND json_valid(payload)"
same="role IS $(get f.value role) AND p.path IS $(get f.value path) AND lower(hex(p.sha256)) IS $(get f.value sha256)"
none "SELECT 'event 1: a file that it names is not kept' $named AND NOT EXISTS (SELECT 1 FROM run_pin p WHERE $same)"
digest="f.value ->> '$.sha256'"
none "SELECT 'event 1: a file that it names is not kept' FROM (SELECT rest FROM $removal WHERE what = 'redacted'
	ORDER BY id DESC LIMIT 1), json_each(rest, '$.\"1\".files') f WHERE json_valid(rest) AND length($digest) = 64
	AND EXISTS (SELECT 1 FROM event WHERE seq = 1 AND payload IS NULL) AND $digest NOT GLOB '*[^0-9a-f]*'
	AND $digest NOT IN (SELECT lower(hex(sha256)) FROM run_pin)"
none "SELECT 'event ' || seq || ': a file that it names is not kept' FROM event WHERE kind = 'book'
	AND $(get payload sha256) NOT IN (SELECT lower(hex(sha256)) FROM run_pin) ORDER BY seq"
none "SELECT 'pinned file ' || n || ': no event names it' FROM run_pin p WHERE NOT EXISTS (SELECT 1 $named AND $same)
	AND NOT EXISTS (SELECT 1 FROM event WHERE kind = 'book' OR seq = 1 AND payload IS NULL)
	ORDER BY n"
none "SELECT 'files/: a file that no row names' FROM (SELECT count(*) AS n FROM run_pin) WHERE n <> $n_files"
outputs="(SELECT * FROM outputs o WHERE NOT EXISTS (SELECT 1 FROM $removal r WHERE r.what = 'pruned'
	OR r.what = 'redacted' AND (instr(r.outputs, ',' || o.seq || ',') OR instr(r.payloads, ',' || o.seq || ','))))"
none "SELECT 'event ' || seq || ': names no output' FROM $outputs WHERE NOT ifnull(length(token) BETWEEN 1 AND 24 AND
	token NOT GLOB '*[^a-z0-9-]*' AND stream IN ('out', 'err', 'tty') AND sha256 NOT GLOB '*[^0-9a-f]*', 0)"
beside "SELECT sha256 || '  ' || file FROM $outputs ORDER BY seq"
none "SELECT 'output/: a file that no row names' FROM (SELECT count(*) AS n FROM $outputs) WHERE n <> $n_outputs"

# --- heads that were kept elsewhere, who signed, and what all this says ----------------------------------------------
for head in $heads; do
	[ "$(sha256sum <MANIFEST)" = "$head  -" ] || [ "$(db "SELECT count(*) FROM (SELECT hash FROM event UNION ALL
		SELECT hash FROM machine) WHERE hash = X'$head'")" != 0 ] ||
		bad "no row has the head $head: the record was rolled back, or made anew"
done
[ -n "$signers" ] || [ ! -f allowed_signers ] || signers=allowed_signers
db "SELECT writefile('$work/signature/' || id, signature), writefile('$work/signed/' || id, replace(printf(
	'blackstart checkpoint 1|run: %s|seq: %d|what: %s|head: %s|wall: %d|', run, seq, what, lower(hex(head)), wall),
	'|', char(10))) FROM checkpoint WHERE key IS NOT NULL" ".once $work/list" "SELECT id, CASE WHEN key IS NULL
	THEN '-' WHEN key GLOB '*[^A-Za-z0-9:/+]*' THEN 'odd' ELSE key END, seq, strftime('%Y%m%d%H%M%SZ', wall /
	1000000000, 'unixepoch'), iif(what GLOB '*[^a-z-]*', '?', what) FROM checkpoint ORDER BY id" >$work/said || lost
while IFS='|' read -r id key seq at what; do
	is='NOT SIGNED'
	if [ "$key" != - ]; then
		command -v ssh-keygen >/dev/null 2>&1 || cannot 'there is no ssh-keygen'
		said=$(keygen check-novalidate) && [ "${said##* key }" = "$key" ] ||
			bad "checkpoint $id: its signature is false"
		is="signed by $key, not known whose key"
		[ -n "$signers" ] && set -- -f "$signers" "-Overify-time=$at" && by=$(keygen find-principals "$@") &&
			by=${by%%[!A-Za-z0-9._@+-]*} && keygen verify -I "$by" "$@" >$work/said && is="signed by $by"
	fi
	printf '%s\n' "checkpoint $id ($what, event $seq): $is" >>$work/vouched
done <$work/list
db "SELECT '${mark}whole: run $run, ' || count(*) || ' events, $n_files files, $n_outputs outputs' FROM event" \
	"SELECT 'OPEN: the run was not closed; nothing vouches for events after ' || max(seq) FROM machine
	WHERE run = '$run' AND what NOT IN ('signed', $took) HAVING sum(what = 'closed') = 0"
db "SELECT sum(payload IS NULL) || ' events without their payload, taken out on record' FROM event
	HAVING sum(payload IS NULL) > 0" "SELECT (SELECT count(*) FROM event WHERE kind = 'output') ||
	' outputs pruned, on record' WHERE EXISTS (SELECT 1 FROM $removal r WHERE r.what = 'pruned')" \
	"SELECT 'the run was under hold' FROM (SELECT what FROM $removal r WHERE r.what IN ('hold', 'released')
	ORDER BY r.id DESC LIMIT 1) WHERE what = 'hold'"
[ ! -s $work/vouched ] || while IFS= read -r line; do printf '%s\n' "$line"; done <$work/vouched
manifest=$(sha256sum <MANIFEST)
case "$heads " in *" ${manifest%% *} "*) ;; *) echo 'MANIFEST is not signed, and its digest was not given: the' \
	'reports, README.txt, check.sh and allowed_signers may be others' ;; esac
[ -n "$heads" ] || echo 'no head was given: whether all of it was made anew cannot be told'
