#!/bin/sh
# setup.sh [--name-only | --try] GROUP...: sees to the packages that a group of work needs. On Debian and
# its kin it installs what is missing and says what and why; elsewhere, and with --name-only, it
# names the packages and fails. With --try it installs what can be had, one by one where they do not
# go together, and does not fail. With nothing missing it prints nothing.
set -u

# group, package, how it is recognised when no package manager knows it, what it is for
table='
build gcc                cmd:gcc         compiles
build libc6-dev          hdr:stdio.h     compiles
build make               cmd:make        builds
build pkg-config         cmd:pkg-config  finds libraries
build git                cmd:git         says which version this is
build libyaml-dev        pc:yaml-0.1     reads runbooks
build libsqlite3-dev     pc:sqlite3      keeps the journal, evaluates conditions
build libjq-dev          hdr:jq.h        takes apart what commands print
build libjansson-dev     pc:jansson      reads JSON
build libssl-dev         pc:libcrypto    SHA-256
build libzstd-dev        pc:libzstd      compresses output on record
build libtsm-dev         pc:libtsm       the terminal pane
build libncurses-dev     pc:ncursesw     the full screen
build libcurl4-openssl-dev pc:libcurl    sends mail and webhooks
build openssh-client     cmd:ssh-keygen  signs and verifies approvals
test  libcmocka-dev      pc:cmocka       unit tests
test  perl               cmd:prove       runs the tests
test  sqlite3            cmd:sqlite3     looks into journals from outside
test  busybox            cmd:busybox     checks bundles with other tools
test  jq                 cmd:jq          looks into JSON from outside
test  zstd               cmd:zstd        looks into output on record from outside
test  tzdata             file:/usr/share/zoneinfo/Europe/Madrid local time of people
test  curl               cmd:curl        asks members of clusters
test  procps             cmd:ps          looks at processes from outside
test  util-linux         cmd:setsid      sessions without a terminal
test  bsdutils           cmd:script      terminals for tests
test  openssl            cmd:openssl     certificates that tests refuse
test  strace             cmd:strace      sees which programs a drill starts: none
drill restic             cmd:restic      the backup that the drill restores
drill etcd-server        cmd:etcd        the cluster that the drill rebuilds
drill etcd-client        cmd:etcdctl     talks to that cluster
drill jq                 cmd:jq          takes apart what they print
dns-zone-gone knot       file:/usr/sbin/knotd an authoritative name server
dns-zone-gone knot-dnsutils cmd:kdig     asks it
dns-zone-gone knot-dnssecutils cmd:kzonecheck checks zone files
lab   postgresql-15      file:/usr/lib/postgresql/15/bin/postgres base backups, points in time, standbys
lab   btrfs-progs        cmd:mkfs.btrfs  snapshots of subvolumes
lab   openssh-server     file:/usr/sbin/sshd hosts on loopback
lab   openssh-client     cmd:ssh         goes to them
lab   knot               file:/usr/sbin/knotd an authoritative name server
lab   knot-dnsutils      cmd:kdig        asks it
lab   knot-dnssecutils   cmd:kzonecheck  checks zone files
lab   python3-aiosmtpd   file:/usr/lib/python3/dist-packages/aiosmtpd a mail server that keeps what it gets
lab   openssl            cmd:openssl     certificates, good and bad
lab   curl               cmd:curl        talks to HTTP servers
lab   chromium           cmd:chromium    shows and prints the page of a report
lab   poppler-utils      cmd:pdfinfo     reads what was printed
lab   cmark-gfm          cmd:cmark-gfm   shows Markdown
lab   asciinema          cmd:asciinema   plays what was on the pane
lab   python3            cmd:python3     small servers that misbehave
fuzz  clang              cmd:clang       fuzzing
fuzz  libclang-rt-dev    file:/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer* fuzzing
bench perl               cmd:perl        medians
'

rows() {
	for group in $groups; do
		printf '%s\n' "$table" | sed -n "s/^$group  *//p"
	done
}

installed() {
	command -v dpkg-query >/dev/null 2>&1 || return 0
	# shellcheck disable=SC2046 # one word per package
	dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' $(rows | cut -d' ' -f1) 2>/dev/null |
		sed -n 's/^ii  *//p'
}

present() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" ;;
	pc:*) pkg-config --exists "${1#pc:}" ;;
	hdr:*) [ -e "/usr/include/${1#hdr:}" ] || [ -e "/usr/local/include/${1#hdr:}" ] ;;
	file:*) ls ${1#file:} ;;
	esac >/dev/null 2>&1
}

# Prints the rows of what is missing, one package once.
missing() {
	have=" $(installed | tr '\n' ' ')"
	rows | sort -u -k1,1 | while read -r package probe why; do
		case $have in *" $package "*) continue ;; esac
		present "$probe" || echo "$package $why"
	done
}

names() {
	printf '%s\n' "$need" | cut -d' ' -f1 | tr '\n' ' '
}

is_debian() {
	command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1 &&
		grep -Eqs '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release
}

# A package that brings a server starts it; tests and drills start their own, elsewhere.
policy=/usr/sbin/policy-rc.d
servers='etcd-server:etcd postgresql-15:postgresql openssh-server:ssh knot:knot'
hold_servers() {
	held=
	for server in $servers; do
		case " $(names)" in *" ${server%:*} "*) held="$held ${server#*:}" ;; esac
	done
	[ -n "$held" ] || return 0
	[ -e $policy ] && return 0
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod 755 $policy &&
		made_policy=yes
}
free_servers() {
	[ -n "$made_policy" ] && $sudo rm -f $policy
	made_policy=
	# shellcheck disable=SC2086 # one word per service
	[ -n "$held" ] && [ -d /run/systemd/system ] && $sudo systemctl disable $held >/dev/null 2>&1
	held=
}

apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" \
		</dev/null
}

install_missing() {
	sudo='' held='' made_policy=''
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null 2>&1 || {
			echo "Not root, and no sudo here. As root: apt-get install $(names)"
			return 1
		}
		sudo=sudo
	fi
	echo "Installing: ${sudo:+sudo }apt-get install --no-install-recommends $(names)"
	trap free_servers EXIT
	trap 'exit 130' INT TERM HUP
	hold_servers
	ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || apt update || return 1
	# shellcheck disable=SC2046 # one word per package
	apt install -y --no-install-recommends $(names) || {
		echo "Once more, with fresh package lists."
		apt update && apt install -y --no-install-recommends $(names)
	} || one_by_one
}

# One that cannot be had does not keep the others away.
one_by_one() {
	[ -n "$try" ] || return 1
	for package in $(names); do
		echo "By itself: $package"
		apt install -y --no-install-recommends "$package"
	done
	return 0
}

main() {
	name_only='' try=''
	[ "${1-}" = --name-only ] && name_only=yes && shift
	[ "${1-}" = --try ] && try=yes && shift
	groups="$*"
	need=$(missing)
	[ -z "$need" ] && return 0
	echo "Not installed here:"
	printf '%s\n' "$need" | sed 's/\([^ ]*\) *\(.*\)/  \1  (\2)/'
	if [ -n "$name_only" ]; then
		echo "\`make test\` installs what is missing, or: apt-get install $(names)"
		return 1
	elif ! is_debian; then
		echo "This is not Debian or Ubuntu: install what these are called here, then again."
		return 1
	fi
	install_missing || return 1
	need=$(missing)
	[ -z "$need" ] && return 0
	echo "Still not here: $(names)"
	return 1
}

main "$@" >&2 || [ "${1-}" = --try ]
