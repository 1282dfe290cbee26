#!/bin/sh
# Is this record whole and unaltered? In the folder that the bundle was unpacked to:
#
#	sh check.sh [--head HEX]...
#
# --head: a head of this run or of its machine, or the digest of MANIFEST, that was kept elsewhere (printed
# when the run ended, on the status sheet, in a log, in mail). The record must hold it.
# Needs a POSIX shell, sha256sum, and sqlite3 3.37 or later. Writes to ./check.work only, and removes it where
# there is an rm. Status 0: whole. 1: NOT WHOLE, and the first thing that is wrong. 2: it could not look.
set -u
LC_ALL=C work=check.work mark='' heads=''
export LC_ALL

bad() {
	printf '%sNOT WHOLE: %s\n' "$mark" "$*"
	exit 1
}
cannot() {
	printf 'cannot check: %s\n' "$*" >&2
	exit 2
}
# The record, read only, whatever lies beside it, without a start-up file of yours.
db() {
	sqlite3 -batch -bail -init /dev/null 'file:record.db?mode=ro&immutable=1' "$@" 2>&1
}
# Ends with the first defect that a query names.
none() {
	said=$(db "$1 LIMIT 1") || bad "record.db: damaged: $said"
	[ -z "$said" ] || bad "$said"
}
# Has sha256sum check the list $work/$1. Sets $first to the first file that is not as it should be, "" for none.
sums() {
	first=
	[ -s "$work/$1" ] || return 0
	sha256sum -c "$work/$1" >"$work/said" 2>/dev/null && return 0
	while IFS= read -r line; do
		case $line in *': OK') ;; *) first=${line%%: *} && return 0 ;; esac
	done <"$work/said"
	cannot 'sha256sum failed'
}
# texts NAME TABLE NUMBER DIGEST TEXT DEFECT: writes the text of each row to $work/NAME/NUMBER, and ends with DEFECT
# for the first that has not the digest that the row says.
texts() {
	db "SELECT count(*) FROM $2 WHERE writefile('$work/$1/' || $3, $5) IS NULL" ".once $work/$1.list" \
		"SELECT lower(hex($4)) || '  $work/$1/' || $3 FROM $2 ORDER BY $3" >"$work/said" ||
		bad 'record.db: damaged'
	sums "$1.list"
	[ -z "$first" ] || bad "${6%%@*}${first##*/}${6#*@}"
}
# What a query lists lies beside the record, and is as it was.
beside() {
	db ".once $work/beside" "$1" >"$work/said" || bad 'record.db: damaged'
	sums beside
	[ -z "$first" ] || { [ -f "$first" ] && bad "$first: altered" || bad "$first: missing"; }
}
# SQL: columns as netstrings, one after the other; a field of a JSON text.
nets() {
	joined="''"
	for column; do
		text="ifnull($column, '')"
		joined="$joined || length(CAST($text AS BLOB)) || ':' || $text || ','"
	done
	printf '%s' "$joined"
}
get() {
	printf "json_extract(%s, '$.%s')" "$1" "$2"
}

while [ $# -gt 0 ]; do
	[ "$1" = --head ] && [ $# -gt 1 ] || cannot "not an option, or no value: $1"
	case $2 in *[!0-9a-f]*) cannot "not a head: $2" ;; esac
	[ ${#2} -eq 64 ] || cannot "not a head: $2"
	heads="$heads $2"
	shift 2
done
for tool in sha256sum sqlite3; do
	command -v $tool >/dev/null 2>&1 || cannot "there is no $tool"
done
[ ! -e $work ] && [ ! -L $work ] || cannot "$work is there already: remove it first"

# --- the files: those of MANIFEST, no other, each with its digest --------------------------------------------

[ -f MANIFEST ] && [ ! -L MANIFEST ] || bad 'MANIFEST: missing'
files=0
for file in * .[!.]* ..?* */* */.[!.]* */..?*; do
	[ -e "$file" ] || [ -L "$file" ] || continue
	case $file in files | output) [ -d "$file" ] && [ ! -L "$file" ] && continue ;; esac
	[ -f "$file" ] && [ ! -L "$file" ] || bad "$file: not a file"
	files=$((files + 1))
done
trap 'command -v rm >/dev/null 2>&1 && rm -rf $work' EXIT
trap 'exit 2' HUP INT TERM
said=$(sqlite3 -batch -bail -init /dev/null :memory: 'CREATE TABLE m(line)' '.mode ascii' '.separator "\037" "\n"' \
	'.import MANIFEST m' '.mode list' '.separator "|" "\n"' "WITH l AS (SELECT rowid AS k, substr(line, 67) AS name,
	line, line GLOB '??*  files/*' AS f, line GLOB '??*  output/*' AS o FROM m)
	SELECT CASE WHEN EXISTS (SELECT 1 FROM l WHERE name = '' OR length(CAST(line AS BLOB)) <> length(line)
		OR substr(line, 1, 64) GLOB '*[^0-9a-f]*' OR substr(line, 65, 2) <> '  '
		OR name GLOB '*[^A-Za-z0-9._/-]*' OR name GLOB '*..*' OR name GLOB '/*')
		THEN 'MANIFEST: a line that names no file'
	WHEN EXISTS (SELECT 1 FROM l a JOIN l b ON b.k = a.k + 1 WHERE a.name >= b.name) THEN 'MANIFEST: out of order'
	WHEN 5 <> (SELECT count(*) FROM l
		WHERE name IN ('README.txt', 'check.sh', 'record.db', 'report.html', 'report.md'))
	  OR 5 <> (SELECT count(*) FROM l WHERE NOT f AND NOT o) THEN 'MANIFEST: names not what belongs to a bundle'
	ELSE (SELECT count(*) || ' ' || sum(f) || ' ' || sum(o) FROM l) END, writefile('$work/begun', '')" 2>&1) ||
	bad 'MANIFEST: a line that names no file'
case ${said%|0} in *[!0-9\ ]* | '') bad "${said%|0}" ;; esac
# shellcheck disable=SC2086 # three numbers
set -- ${said%|0}
sha256sum -c MANIFEST >$work/said 2>/dev/null || {
	while IFS= read -r line; do
		case $line in *': OK') ;; *) [ -f "${line%%: *}" ] || bad "${line%%: *}: missing" ;; esac
	done <$work/said
	sums ../MANIFEST
	bad "$first: altered"
}
[ "$files" -eq $(($1 + 1)) ] || bad 'there are files that MANIFEST does not name'

# --- record.db: sound, and with the tables that it should have -----------------------------------------------

said=$(db 'PRAGMA integrity_check(1)') || bad "record.db: damaged: $said"
[ "$said" = ok ] || bad "record.db: damaged: $said"
none "SELECT 'record.db: not the record of a bundle' FROM pragma_application_id WHERE application_id <> 1651729013"
none "SELECT 'record.db: of another format' FROM pragma_user_version WHERE user_version <> 1"
db "SELECT count(*) FROM (SELECT group_concat(type || '|' || name || '|' || tbl_name || '|' || ifnull(sql, ''),
	char(10)) AS t FROM (SELECT * FROM sqlite_schema ORDER BY rowid))
	WHERE writefile('$work/schema', t) IS NULL" >$work/said || bad 'record.db: damaged'
printf '%s  %s\n' 75820993981d705de24b5f58d09838850363cb7fb0b7818a566c2d607aa9497d $work/schema >$work/schema.list
sums schema.list
[ -z "$first" ] || bad 'record.db: its tables are not those of a bundle'

# --- the events: 1, 2, 3 ..., each with its digests, each after the one before --------------------------------

run=$(db 'SELECT run FROM event ORDER BY seq LIMIT 1') || bad "record.db: damaged: $run"
[ -n "$run" ] || bad 'record.db: no rows'
case $run in *[!A-Za-z0-9._-]*) bad 'record.db: the rows name no run' ;; esac
[ ${#run} -lt 40 ] || bad 'record.db: the rows name no run'
case $run in drill-*) drill=1 tag=5:drill, mark='DRILL, ' ;; *) drill=0 tag=5:event, ;; esac
none "SELECT 'event ' || n || ': missing' FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM event)
	WHERE seq <> n ORDER BY n"
none "SELECT 'event ' || seq || ': its row is of another run' FROM event WHERE run <> '$run' ORDER BY seq"
none "SELECT 'event ' || seq || ': payload taken out' FROM event
	WHERE payload IS NULL OR ifnull(length(salt), 0) <> 16 ORDER BY seq"
texts payload event seq payload_hash 'lower(hex(salt)) || payload' 'event @: payload altered'
texts event event seq hash "lower(hex(prev)) || '$tag' ||
	$(nets run seq wall boot boot_id kind step attempt actor auth) || lower(hex(payload_hash))" 'event @: altered'
none "SELECT 'event ' || b.seq || ': does not follow event ' || a.seq FROM event a JOIN event b ON b.seq = a.seq + 1
	WHERE b.prev <> a.hash ORDER BY b.seq"
none "SELECT 'event ' || (seq + 1) || ': appended after the run was closed' FROM event
	WHERE kind = 'run_closed' AND seq < (SELECT max(seq) FROM event) ORDER BY seq"
none "SELECT 'this is the record of a ' || iif($drill, 'real run, offered as a drill', 'drill, offered as a real run')
	FROM event WHERE seq = 1 AND (iif(json_valid(payload), $(get payload mode), NULL) IS 'drill') <> $drill"

# --- the machine's chain, from the opening of the run on; who vouched for the run -----------------------------

none "SELECT 'machine''s chain: not there' WHERE NOT EXISTS (SELECT 1 FROM machine)"
none "SELECT 'machine''s chain: does not begin with this run' FROM (SELECT * FROM machine ORDER BY n LIMIT 1)
	WHERE run <> '$run' OR what NOT IN ('opened', 'moved')"
none "SELECT 'machine''s chain: row ' || m || ' missing' FROM (SELECT n, row_number() OVER (ORDER BY n) - 1 +
	(SELECT min(n) FROM machine) AS m FROM machine) WHERE n <> m ORDER BY m"
texts machine machine n hash "lower(hex(prev)) || '7:machine,' || $(nets n wall what run seq) || lower(hex(head))" \
	"machine's chain: row @ altered"
none "SELECT 'machine''s chain: row ' || b.n || ' does not follow row ' || a.n FROM machine a
	JOIN machine b ON b.n = a.n + 1 WHERE b.prev <> a.hash ORDER BY b.n"
none "SELECT CASE WHEN m.seq < 1 THEN 'machine''s chain: ties an event that there cannot be'
	WHEN m.seq > last THEN 'event ' || (last + 1) || ': missing, and all after it'
	WHEN what <> 'signed' AND head <> e.hash
		THEN 'event ' || m.seq || ': not the one that the machine''s chain holds'
	WHEN what = 'opened' AND (m.seq > 1 OR e.prev <> m.prev)
		THEN 'event ' || m.seq || ': does not follow what the machine''s chain ended with'
	WHEN what = 'closed' AND m.seq < last THEN 'event ' || (m.seq + 1) || ': appended after the run was closed'
	WHEN what = 'closed' AND e.kind <> 'run_closed' THEN 'event ' || m.seq || ': closes nothing' END AS said
	FROM machine m LEFT JOIN event e USING (seq), (SELECT max(seq) AS last FROM event)
	WHERE m.run = '$run' AND said IS NOT NULL ORDER BY m.n"
none "SELECT 'run $run: closed, but the machine''s chain does not say so' FROM event WHERE kind = 'run_closed'
	AND NOT EXISTS (SELECT 1 FROM machine WHERE run = '$run' AND what = 'closed')"
texts checkpoint checkpoint id hash "'10:checkpoint,' || $(nets id run seq what) || lower(hex(head)) ||
	$(nets wall who key signature why)" 'checkpoint @: altered'
none "WITH c AS (SELECT id, hash, row_number() OVER (ORDER BY id) AS k FROM checkpoint),
	m AS (SELECT n, head, row_number() OVER (ORDER BY n) AS k FROM machine WHERE what = 'signed' AND run = '$run')
	SELECT iif(c.id IS NULL, 'machine''s chain: row ' || m.n || ': its checkpoint is missing',
	'checkpoint ' || c.id || ': not the one that the machine''s chain holds')
	FROM m LEFT JOIN c USING (k) WHERE m.head IS NOT c.hash
	UNION ALL SELECT 'checkpoint ' || c.id || ': not the one that the machine''s chain holds'
	FROM c LEFT JOIN m USING (k) WHERE m.n IS NULL"
none "SELECT 'checkpoint ' || c.id || ': of no event of this run' FROM checkpoint c LEFT JOIN event e USING (seq)
	WHERE c.run IS NOT e.run OR c.head IS NOT e.hash ORDER BY c.id"

# --- what lies beside: the files that the run stood on, what its commands printed -----------------------------

none "SELECT 'pinned file ' || m || ': missing' FROM (SELECT n, row_number() OVER (ORDER BY n) AS m FROM run_pin)
	WHERE n <> m ORDER BY m"
none "SELECT 'pinned file ' || n || ': its row is altered' FROM run_pin
	WHERE run <> '$run' OR role = '' OR role GLOB '*[^a-z-]*' ORDER BY n"
texts pin run_pin n hash "'3:pin,' || $(nets run n role path) || lower(hex(sha256))" \
	'pinned file @: its row is altered'
beside "SELECT lower(hex(sha256)) || '  files/' || n || '.' || role FROM run_pin ORDER BY n"
named="FROM event, json_each(payload, '$.files') f WHERE seq = 1 AND json_valid(payload)"
same="role IS $(get f.value role) AND p.path IS $(get f.value path) AND lower(hex(p.sha256)) IS $(get f.value sha256)"
none "SELECT 'event 1: a file that it names is not kept' $named AND NOT EXISTS (SELECT 1 FROM run_pin p WHERE $same)"
none "SELECT 'event ' || seq || ': a file that it names is not kept' FROM event WHERE kind = 'book'
	AND $(get payload sha256) NOT IN (SELECT lower(hex(sha256)) FROM run_pin) ORDER BY seq"
none "SELECT 'pinned file ' || n || ': no event names it' FROM run_pin p
	WHERE NOT EXISTS (SELECT 1 FROM event WHERE kind = 'book')
	AND NOT EXISTS (SELECT 1 $named AND $same) ORDER BY n"
pinned=$(db 'SELECT count(*) FROM run_pin')
[ "$pinned" = "$2" ] || bad 'files/: a file that no row names'
none "SELECT 'event ' || seq || ': names no output' FROM outputs WHERE NOT ifnull(token NOT GLOB '*[^a-z0-9-]*'
	AND length(token) BETWEEN 1 AND 24 AND stream IN ('out', 'err', 'tty')
	AND length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*', 0) ORDER BY seq"
beside "SELECT sha256 || '  ' || file FROM outputs ORDER BY seq"
outputs=$(db 'SELECT count(*) FROM outputs')
[ "$outputs" = "$3" ] || bad 'output/: a file that no row names'

# --- heads that were kept elsewhere, and what all this says ----------------------------------------------------

for head in $heads; do
	printf '%s  MANIFEST\n' "$head" >$work/head.list
	sums head.list
	[ -z "$first" ] || [ "$(db "SELECT count(*) FROM (SELECT hash FROM event UNION ALL SELECT hash FROM machine)
		WHERE hash = X'$head'")" != 0 ] ||
		bad "no row has the head $head: the record was rolled back, or made anew"
done
printf '%swhole: run %s, %s events, %s files, %s outputs\n' "$mark" "$run" "$(db 'SELECT max(seq) FROM event')" \
	"$pinned" "$outputs"
db "SELECT 'OPEN: the run was not closed; nothing vouches for events after ' || max(seq) FROM machine
	WHERE run = '$run' AND what <> 'signed' HAVING sum(what = 'closed') = 0"
[ -n "$heads" ] || echo 'no head was given: whether all of it was made anew cannot be told'
