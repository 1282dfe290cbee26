# For tests of drivers. Needs tests/lib/tap.sh.

# driver_commands DRIVER.yaml FOLDER: each command of a driver as a file of its own. Takes what our drivers
# are written in: a key in the first column, below it `run: |` and the block; or the block at once.
driver_commands() {
	mkdir -p "$2"
	awk -v dir="$2" '
		/^[a-z_]+:/ { key = $1; sub(/:.*/, "", key); deep = 0; if ($2 == "|") deep = 2 }
		/^  run: \|$/ && !deep { deep = 4; next }
		/^[^ #]/ { next }
		deep && (/^ *$/ || substr($0, 1, deep) == substr("    ", 1, deep)) {
			print substr($0, deep + 1) >(dir "/" key)
			next
		}
		deep == 4 { deep = 0 }' "$1"
	rm -f "$2/about" "$2/params"
}

# Tools between which a command may be killed, in the order of PATH before the real ones. KILL_AT=n kills
# the command's whole group right before the n-th of them; what they were given is kept in $T/argv.
driver_traps() {
	mkdir -p "$1"
	for tool in mktemp mkdir rmdir mv rm cp ln cat chmod chown stat df find sync tar date cmp sha256sum gzip \
				zstd xz jq restic etcdctl btrfs setpriv; do
		real=$(PATH=${FAKE+$FAKE:}$PATH command -v "$tool") || continue
		cat >"$1/$tool" <<EOF
#!/bin/sh
printf '%s\n' "$tool \$*" >>"$T/argv"
n=\$((\$($(command -v cat) "$T/count") + 1))
echo \$n >"$T/count"
[ \$n -ne "\${KILL_AT:-0}" ] || kill -KILL 0
exec "$real" "\$@"
EOF
		chmod +x "$1/$tool"
	done
}
