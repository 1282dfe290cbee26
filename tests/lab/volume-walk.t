#!/bin/sh
# Restores walked with the real program on real systems: a restic repository, snapshots of etcd, a PostgreSQL
# server at a moment between two backups; each undone, then done and the old data thrown away.
. tests/lib/tap.sh
. tests/drivers/volume/walk.sh
walked() {
	# shellcheck source=../drivers/volume/walked.sh
	. tests/drivers/volume/walked.sh
}
if command -v restic >/dev/null; then walked restic; else skip "a walk with restic" "restic is not installed"; fi
if command -v etcdctl >/dev/null && command -v etcd >/dev/null; then
	walked etcd
else
	skip "a walk with etcd" "etcd or etcdctl is not installed"
fi
if [ ! -x /usr/lib/postgresql/15/bin/postgres ]; then
	skip "a walk with postgres" "PostgreSQL 15 is not installed"
elif [ "$(id -u)" -ne 0 ]; then
	skip "a walk with postgres" "becoming the user postgres needs root"
else
	chmod 755 "$T"
	export ONLY=db-1 TARGET=time
	walked postgres 1
	like "postgres: it was a moment" "$(cat "$W/chosen")" '@20[0-9-]* [0-9:.]*\+00"'
	like "postgres: and the server says which" "$(walk_read "data/restore@db-1" out)" \
		'recovery stopping before commit'
fi
done_testing
