#!/bin/sh
# volume.sh look|points|keep|restore ID|prove ID: the volume "orders" and its backup. The scene is in
# $scene. fill, backup and lose set the stage and are called by drill.sh alone.
set -u
. "${0%/*}/../lab.sh"
need_scene

repository() {
	restic --no-cache -q -r "$scene/backup" -p "$scene/backup.key" "$@"
}

files() {
	find "$scene/volume" -type f 2>/dev/null | wc -l
}

# fill FROM TO: a folder a day, 20 files and 3.5 MB in each.
fill() {
	for day in $(seq -f '%02g' "$1" "$2"); do
		mkdir -p "$scene/volume/day-$day"
		head -c 3500000 /dev/urandom |
			(cd "$scene/volume/day-$day" && split -b 175000 -a 2 - order.)
	done
}

sums() {
	(cd "$scene/volume" && find . -type f -print0 | sort -z | xargs -0 -r sha256sum)
}

# backup SECONDS-AGO: a restore point, and beside the repository what it must contain.
backup() {
	when=$(date -u -d "@$(($(date +%s) - $1))" '+%Y-%m-%d %H:%M:%S')
	id=$(cd "$scene" && TZ=UTC repository backup --json --time "$when" --tag "files=$(files)" volume |
		jq -r 'select(.message_type == "summary") | .snapshot_id[:8]')
	[ -n "$id" ] || return 1
	sums >"$scene/manifest/$id"
	say "restore point $id: $(files) files"
}

points() {
	repository snapshots --json | jq -r 'def ago: (now - .) / 60 | floor
			| if . < 120 then "\(.) minutes old" else "\(. / 60 | floor) hours old" end;
		def files: (.tags // [])[] | select(startswith("files=")) | ltrimstr("files=");
		sort_by(.time) | reverse[] | (.time[:19] + "Z" | fromdateiso8601) as $at
		| [.id[:8], ($at | strftime("%Y-%m-%d %H:%M UTC")), "\(files) files", ($at | ago)]
		| join("   ")'
}

# What is left is kept apart: the restore writes over it, and somebody may want to know why.
keep() {
	kept=$scene/kept/$(date -u +%H%M%S)
	mkdir -p "$scene/kept"
	shown cp -a "$scene/volume" "$kept" || return 1
	say "kept: $(find "$kept" -type f | wc -l) files"
}

restore() {
	case $1 in
	*[!0-9a-f]* | '') say "not a restore point: '$1'" >&2; return 2 ;;
	esac
	say "+ rm -rf $scene/volume/*"
	find "$scene/volume" -mindepth 1 -delete 2>/dev/null
	say "+ restic restore $1 --target $scene"
	repository restore "$1" --target "$scene" || return 1
	say "restored: $(files) files"
	[ ! -x "$scene/fault.restored" ] || "$scene/fault.restored" >/dev/null
}

# Every file that was backed up is there and the same, and nothing else is.
prove() {
	list=$scene/manifest/$1
	[ -s "$list" ] || { say "no checksums for restore point '$1'" >&2; return 2; }
	sums >"$scene/tmp/found"
	sed 's/^[0-9a-f]*  //' "$list" | sort >"$scene/tmp/want.names"
	sed 's/^[0-9a-f]*  //' "$scene/tmp/found" | sort >"$scene/tmp/found.names"
	sort "$list" >"$scene/tmp/want.sums"
	sort "$scene/tmp/found" >"$scene/tmp/found.sums"
	missing=$(comm -23 "$scene/tmp/want.names" "$scene/tmp/found.names" | wc -l)
	extra=$(comm -13 "$scene/tmp/want.names" "$scene/tmp/found.names" | wc -l)
	same=$(comm -12 "$scene/tmp/want.sums" "$scene/tmp/found.sums" | wc -l)
	listed=$(wc -l <"$list")
	comm -23 "$scene/tmp/want.sums" "$scene/tmp/found.sums" | sed 's/^[0-9a-f]*  /differs: /' | head
	say "backed up: $listed"
	say "the same: $same"
	say "different: $((listed - same - missing))"
	say "missing: $missing"
	say "not from the backup: $extra"
}

# lose FROM TO: the disaster, first half: days are deleted, and of the first that is left some files
# are overwritten.
lose() {
	for day in $(seq -f '%02g' "$1" "$2"); do
		rm -rf "$scene/volume/day-$day"
	done
	for file in "$scene/volume/day-$(printf '%02d' $(($2 + 1)))"/order.a[a-e]; do
		head -c 175000 /dev/zero >"$file"
	done
}

look() {
	say "files left: $(files)"
	say "of these nothing but zeroes: $(LC_ALL=C grep -raLP '[^\x00]' "$scene/volume" | wc -l)"
	say "newest restore point: $(points | head -n 1)"
}

verb=${1:-}
case $verb in
look | points | keep) "$verb" ;;
restore | prove | backup) "$verb" "${2:-}" ;;
fill | lose) "$verb" "$2" "$3" ;;
*) sed -n 's/^# \(volume.sh.*\)/usage: \1/p' "$0" >&2; exit 2 ;;
esac
