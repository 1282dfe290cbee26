# A lab for tests of clusters: $lab is its folder, and what it starts through `supervise` goes with the test.
# Sourced after tests/lib/tap.sh.
. tests/drivers/lib.sh
lab=$T/lab
mkdir "$lab"
PATH=$ROOT/tests/drivers/lab:$PATH
export lab PATH

# Ports that nobody listens on, below those that the system gives out by itself.
free_ports() {
	want=$1
	used=$(sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) .*/\1/p' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
	while [ "$want" -gt 0 ]; do
		port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		hex=$(printf '%04X' $port)
		case $used in *"$hex"*) continue ;; esac
		used="$used $hex"
		want=$((want - 1))
		echo $port
	done
}

member_names() { printf '%s' "$members" | jq -r 'keys_unsorted[]'; }
member_addresses() { printf '%s' "$members" | jq -r '.[]'; }
member_env() {
	member=$1
	address=$(printf '%s' "$members" | jq -r --arg m "$1" '.[$m]')
	export member address
}

# The defaults of `params:`, each on a line of its own in the driver, as the environment.
defaults() {
	functions=$(cat "$T/commands/functions" 2>/dev/null)
	export functions
	awk '/^[a-z_]+:/ { on = index($0, "params:") == 1 }
		on && /^  [a-z_]+: *\{/ && match($0, /default: .*\}/) {
			name = $1
			sub(/:$/, "", name)
			value = substr($0, RSTART + 9, RLENGTH - 10)
			if (value !~ /^'\''/) sub(/, *[a-z_]+: .*$/, "", value)
			sub(/^'\''/, "", value)
			sub(/'\''(,.*)?$/, "", value)
			print name "=" value
		}' "$driver" >"$T/defaults"
	while IFS='=' read -r name value; do
		export "$name=$value"
	done <"$T/defaults"
}

# lab_driver FILE: its commands in $T/commands, the defaults of its parameters in the environment.
lab_driver() {
	driver=$1
	driver_commands "$driver" "$T/commands" && defaults
}

# timeout_of COMMAND: seconds.
timeout_of() {
	limit=$(awk -v key="$1" '/^[a-z_]+:/ { on = index($0, key ":") == 1 }
		on && /^  timeout:/ { print $2; exit }' "$driver")
	case $limit in
	*h) echo $((${limit%h} * 3600)) ;;
	*m) echo $((${limit%m} * 60)) ;;
	*s) echo "${limit%s}" ;;
	esac
}
# go COMMAND [MEMBER]: within its own timeout; sets $status and $said, its last line is $last.
go() {
	[ -z "${2-}" ] || member_env "$2"
	began=$(date +%s)
	limit=$(timeout_of "$1")
	timeout -k 2 "$limit" sh -c "$(cat "$T/commands/$1")" </dev/null >"$T/said" 2>"$T/why"
	status=$?
	took=$(($(date +%s) - began))
	said=$(cat "$T/said")
	last=$(tail -n 1 "$T/said")
}
