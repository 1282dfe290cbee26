# For fixtures whose volumes are folders of files. $W is the fixture's own folder.
export LC_ALL=C

# the place of each volume; one has a name that a shell would take apart
odd=${ODD_NAME-'it'\''s "odd" $(touch pwned) *'}
places() {
	cat <<-EOF
	db-1	$W/disk/db-1
	db-10	$W/disk/db-10
	$odd	$W/disk/a \$(touch pwned) 'b' "c" * d
	EOF
}
place() { places | awk -F '\t' -v v="$1" 'BEGIN { v = ARGV[1]; ARGV[1] = "" } $1 == v { print $2 }' "$1"; }
names() { places | cut -f 1; }

volumes_json() {
	places | jq -R -s 'split("\n") | map(select(. != "") | split("\t") | {key: .[0], value: .[1]}) | from_entries'
}

# Everything about a tree: names, kinds, modes, owners, times of files, links, content.
digest() {
	[ -d "$1" ] || { echo absent; return; }
	(
		cd "$1" && find . -printf '%y %m %U %G %l %P\n' | sort
		find . -type f -print0 | sort -z | xargs -0r sha256sum
		find . -type f -printf '%Ts %P\n' | sort
	) | sha256sum | cut -c 1-16
}

# fill FOLDER SEED: a tree with what trees have
fill() {
	mkdir -p "$1/sub/empty" "$1/sub/ name"
	i=0
	while [ $((i += 1)) -le 6 ]; do
		printf '%s %s\n' "$2" $i >"$1/sub/file-$i"
	done
	head -c 300000 /dev/urandom >"$1/big"
	printf 'x' >"$1/sub/ name/\$(touch pwned)"
	ln -sfn sub/file-1 "$1/link"
	ln -sfn /etc/passwd "$1/away"
	ln -f "$1/sub/file-1" "$1/sub/hard"
	: >"$1/zero"
	chmod 640 "$1/sub/file-2"
	chmod 755 "$1"
	touch -d '2020-02-02 02:02:02' "$1/sub/file-3"
}

damage() {
	mkdir -p "$1"
	rm -f "$1/sub/file-2"
	printf 'damaged %s\n' "$(od -An -N4 -tu4 /dev/urandom)" >"$1/sub/file-1"
	printf 'stray\n' >"$1/stray"
}

# flip FILE: its last byte but one becomes another
flip() {
	at=$(($(stat -c %s "$1") / 2))
	was=$(dd if="$1" bs=1 skip=$at count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
	times=$(stat -c @%Y.%Z "$1")
	touch -r "$1" "$W/times"
	printf "\\$(printf %03o $(((was + 1) % 256)))" | dd of="$1" bs=1 seek=$at conv=notrunc 2>/dev/null
	touch -r "$W/times" "$1"
}

# hostile places of any driver whose places are folders
hostile_places() {
	ln -sfn "$W/disk/db-10" "$W/disk/pointer"
	cat <<-EOF

	/
	//
	/.
	/etc
	/tmp
	relative/path
	.
	-rf
	$W/disk/../disk/db-1
	$W/disk/./db-1
	$W/disk/db-1/
	$W/disk/pointer
	$W/disk/db-1\\n/etc
	$W/not/there/at/all
	EOF
}

# A disk that can be made full: a small file system in memory, or nothing of the kind.
small_disk() {
	mkdir -p "$W/disk"
	# not where it would be seen, and stay
	[ "${CONFORMANCE_INSIDE-}" = yes ] || return 0
	mount -t tmpfs -o size="$1" tmpfs "$W/disk" 2>/dev/null && : >"$W/small"
}
fill_disk() {
	[ -e "$W/small" ] || { echo "no file system can be mounted here"; exit 77; }
	head -c 1G /dev/zero >"$W/disk/filler" 2>/dev/null
	truncate -s -60000 "$W/disk/filler"
}
litter() { find "$W/disk" -mindepth 1 -maxdepth 1 \( -name '*.kept-*' -o -name '.*blackstart*' \); }
