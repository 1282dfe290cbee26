# A primary and two standbys on this machine. Sourced by conformance-cluster; $lab is its folder.
fixture_needs='psql setpriv flock'
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "${bin:-/nowhere}/initdb" ] || skip_all "the PostgreSQL server is not installed"
fixture_can='rebuild replace wrong promote'
fixture_needed=1
fixture_odd='data= data=relative/data start= user= members={} members=[1] members={"n1":"x"}'
fixture_wrongs='damaged short foreign missing'
fixture_count='fixture_rows'

fixture_params() {
	# shellcheck disable=SC2046 # one word per port
	set -- $(free_ports 3)
	members="{\"n1\":\"$lab:$1\",\"n2\":\"$lab:$2\",\"n3\":\"$lab:$3\"}"
	size=3 first=n1
	data=$lab/{member}
	run_as=
	# The server is never root.
	if [ "$(id -u)" -eq 0 ]; then
		run_as='setpriv --reuid=postgres --regid=postgres --init-groups'
		chown postgres "$lab"
		chmod 711 "$T"
	fi
	export members size first data bin run_as
}

as_server() { $run_as env PATH="$bin:$PATH" LC_ALL=C HOME="$lab" "$@"; }

fixture_sql() {
	member_env "$1"
	psql -X -q -At -v ON_ERROR_STOP=1 -h "$lab" -p "${address##*:}" -U postgres -d postgres -c "$2"
}

fixture_up() {
	cd "$lab" || return 1
	as_server initdb -D "$lab/n1" -U postgres --auth=trust -N >"$lab/initdb" 2>&1 || return 1
	cat >>"$lab/n1/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$lab'
		shared_buffers = 16MB
		fsync = off
		max_wal_senders = 8
		recovery_target_time = ''
	END
	cd "$ROOT" || return 1
	go start n1
	wait_for "fixture_sql n1 'select 1'" || return 1
	fixture_sql n1 'create table t as select generate_series(1, 1000) as i' || return 1
	as_server pg_basebackup -h "$lab" -p "${address##*:}" -U postgres -D "$lab/backup" -X stream -c fast || return 1
	fixture_sql n1 'insert into t values (-1)'
	for member in n2 n3; do
		go join $member
		[ $status -eq 0 ] || { cat "$T/why"; return 1; }
	done
	backup=$lab/backup
	export backup
}

postmaster() { head -n 1 "$lab/$1/postmaster.pid"; }
fixture_kill() {
	victim=$(postmaster "$1") && kill -KILL "$victim"
	wait_for "! fixture_sql $1 'select 1'"
}
fixture_hang() { kill -STOP "$(postmaster "$1")"; }
fixture_wake() { kill -CONT "$(postmaster "$1")"; }
fixture_start() { go start "$1"; }
fixture_kept() { [ -f "$2/PG_VERSION" ]; }
fixture_laid() { [ -e "$lab/$1" ]; }
fixture_rows() { fixture_sql n1 'select count(*) from t'; }
fixture_proof() {
	for member in n1 n2 n3; do
		[ "$(fixture_sql $member 'select count(*) || $$ $$ || min(i) from t')" = '1000 1' ] || return 1
	done
}
fixture_wrong() {
	rm -rf "$lab/wrong"
	case $1 in missing) ;; *) cp -a "$backup" "$lab/wrong" ;; esac
	file=$lab/wrong/global/pg_control
	case $1 in
	damaged) { head -c 100 "$file"; printf X; tail -c +102 "$file"; } >"$lab/other" && cat "$lab/other" >"$file" ;;
	short) rm "$lab/wrong/PG_VERSION" ;;
	foreign) echo 9 >"$lab/wrong/PG_VERSION" ;;
	esac
	backup=$lab/wrong
	export backup
}
fixture_withheld() { start=: ; export start; }
fixture_promote() { backup=''; export backup; }
