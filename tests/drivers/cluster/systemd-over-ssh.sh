# Five hosts (sshd on 127.0.0.2 and on) with a service each. Sourced by conformance-cluster.
. tests/drivers/cluster/sshd.sh
[ -n "$sshd" ] || skip_all "sshd is not installed"
fixture_needs='ssh ssh-keygen'
fixture_can='rebuild replace'
fixture_odd='unit= unit=-x data=relative members={} members=[1] members={"a":"-oProxyCommand=x"} counts=some'

fixture_params() {
	members='{"n1":"n1","n2":"n2","n3":"n3","n4":"n4","n5":"n5"}'
	size=5 first=n1
	unit=shop.service
	data=$lab/data-{member}
	probe="grep -qx orders $lab/data-\$member/orders"
	lay="cp $lab/source/orders \$new/"
	ssh="ssh -F $lab/ssh_config"
	export members size first unit data probe lay ssh
}

fixture_up() {
	mkdir "$lab/units" "$lab/source"
	echo orders >"$lab/source/orders"
	cat >"$lab/units/shop.service" <<-'END'
		while [ -s "$lab/data-$LAB_HOST/orders" ]; do
			sleep 0.2
		done
	END
	hosts_up n1 n2 n3 n4 n5 || return 1
	for host in n1 n2 n3 n4 n5; do
		mkdir "$lab/data-$host"
		echo orders >"$lab/data-$host/orders"
		echo old >"$lab/data-$host/old"
		$ssh $host systemctl start shop.service || return 1
	done </dev/null
}

fixture_kill() { supervise kill "$1.shop.service"; }
fixture_hang() { supervise hang "sshd-$1"; }
fixture_wake() { supervise wake "sshd-$1"; }
fixture_start() { go start "$1"; }
fixture_kept() { [ -s "$2/orders" ]; }
fixture_laid() { [ -e "$lab/data-$1" ]; }
fixture_proof() {
	for host in n1 n2 n3 n4 n5; do
		[ ! -e "$lab/data-$host/old" ] && grep -qx orders "$lab/data-$host/orders" || return 1
		[ "$(find "$lab" -name "data-$host.laying*")" = "" ] || return 1
	done
}
fixture_withheld() { : >"$lab/withheld"; }
