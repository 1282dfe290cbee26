# ssh hosts of a lab: real sshd on 127.0.0.2 and on, each with $LAB_HOST and the lab's tools on its PATH.
# Sourced. hosts_up NAME... ; $lab is the folder; `ssh -F $lab/ssh_config NAME` goes there.
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || sshd=''

hosts_up() {
	(umask 077 && mkdir -p "$lab/ssh" "$lab/log")
	ssh-keygen -q -t ed25519 -N '' -f "$lab/ssh/host" && ssh-keygen -q -t ed25519 -N '' -f "$lab/ssh/id" || return 1
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	port=$(free_ports 1)
	cat >"$lab/ssh_config" <<-END
		Host *
		  Port $port
		  User $(id -un)
		  IdentityFile $lab/ssh/id
		  IdentitiesOnly yes
		  IdentityAgent none
		  UserKnownHostsFile $lab/ssh/known
		  KexAlgorithms curve25519-sha256
		  LogLevel ERROR
	END
	number=1
	for name; do
		number=$((number + 1))
		cat >"$lab/ssh/$name" <<-END
			ListenAddress 127.0.0.$number:$port
			HostKey $lab/ssh/host
			AuthorizedKeysFile $lab/ssh/id.pub
			PidFile none
			UsePAM no
			PasswordAuthentication no
			PermitRootLogin prohibit-password
			StrictModes no
			MaxStartups 200:30:400
			LogLevel ERROR
			SetEnv PATH=$ROOT/tests/drivers/lab:$PATH LAB_HOST=$name lab=$lab BLACKSTART_SCRATCH=$T
		END
		printf 'Host %s\n  HostName 127.0.0.%d\n' "$name" $number >>"$lab/ssh_config"
		echo "[127.0.0.$number]:$port $(cut -d' ' -f1,2 "$lab/ssh/host.pub")" >>"$lab/ssh/known"
		supervise start "sshd-$name" "$sshd" -D -e -f "$lab/ssh/$name"
	done
	for name; do
		wait_for "ssh -F '$lab/ssh_config' -o BatchMode=yes $name true </dev/null" || return 1
	done
}
