# The record of a run, one to a folder, whatever died at it. Sourced after tap.sh.

# ask DIR QUERY. Where a keeper died while it turned the file back to one without a WAL, only who may
# write can read it: the program's own readers undo that.
ask() {
	k_rows=$(read_only "$@") || {
		"$BLACKSTART" verify --journal "$1/journal.db" >"$1/.asked.verify" 2>&1
		k_rows=$(read_only "$@") || return
	}
	[ -z "$k_rows" ] || printf '%s\n' "$k_rows"
}
read_only() {
	sqlite3 -readonly -cmd '.timeout 60000' "$1/journal.db" "$2" 2>>"$1/.asked"
}

is_closed() {
	[ "$(ask "$1" "SELECT count(*) FROM event WHERE kind = 'run_closed'")" = 1 ]
}

# Whether a keeper is there. Only asked of a run that is closed: what takes the lock might stand in the
# way of a keeper that comes.
is_kept() {
	for i_lock in "$1"/run/*/keeper.lock; do
		[ -e "$i_lock" ] && ! flock -n "$i_lock" true && return 0
	done
	return 1
}

# What somebody needs who was not there: who was killed, what the clients said, the record's last rows,
# what the processes left.
evidence() {
	for v_file in killed killed.holder shell out .asked .asked.verify decided.yaml ledger; do
		[ -s "$1/$v_file" ] || continue
		echo "-- $v_file"
		tail -n 100 "$1/$v_file"
	done
	for v_file in "$1"/run/*/keeper.log "$1"/run/*/status; do
		[ -s "$v_file" ] || continue
		echo "-- ${v_file##*/}"
		tail -n 20 "$v_file"
	done
	echo "-- the record"
	ask "$1" "SELECT seq, kind, step, attempt, substr(payload, 1, 300) FROM event
		ORDER BY seq DESC LIMIT 100" | sort -n
	echo "-- still there"
	ps -eo pid,ppid,stat,etimes,args | grep -F "$1" | grep -v grep
}
