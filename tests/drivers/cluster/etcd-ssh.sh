# The same as etcd.sh, each member on a host that is reached over ssh. Sourced by conformance-cluster.
. tests/drivers/cluster/etcd.sh
. tests/drivers/cluster/sshd.sh
[ -n "$sshd" ] || skip_all "sshd is not installed"
fixture_needs="$fixture_needs ssh ssh-keygen"

fixture_params() {
	etcd_params
	hosts='{"n1":"n1","n2":"n2","n3":"n3"}'
	ssh="ssh -F $lab/ssh_config"
	export hosts ssh
	hosts_up n1 n2 n3 || bail "no hosts"
}
