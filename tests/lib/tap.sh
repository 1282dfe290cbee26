# TAP for shell tests. A test is `#!/bin/sh`, sources this file, and ends with `done_testing`:
#
#     . tests/lib/tap.sh
#     ok "lint accepts it" "$BLACKSTART" lint runbooks/x.yaml
#     run "$BLACKSTART" lint bad.yaml
#     is "status" "$status" 1
#     like "names the key" "$err" 'unknown key .titel.'
#     wait_for '[ -s "$T/done" ]' || bail "never done"
#     done_testing
#
# Run from the project's root. $T is a scratch folder and $HOME lies in it; both go at exit, and so
# does what the test left running. $BLACKSTART is the binary of the build under test, $BUILD its
# folder. Extended regular expressions; no plan.

ROOT=$(pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
BLACKSTART=$BUILD/blackstart
T=$(mktemp -d "${TMPDIR:-/tmp}/bs.XXXXXX") || exit 1
HOME=$T/home
TMPDIR=$T/tmp
# Whatever a test starts inherits this, and is found by it.
BLACKSTART_SCRATCH=$T
export ROOT BUILD BLACKSTART T HOME TMPDIR BLACKSTART_SCRATCH
unset XDG_RUNTIME_DIR XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME
mkdir "$HOME" "$TMPDIR"

tap_n=0
tap_bad=0
tap_ended=
tap_keep=${KEEP-}

# Process ids of what this test started and is still there, this shell aside. sshd writes its title over
# its environment, and the title names its file in $T.
left_running() {
	{
		grep -lzsx "BLACKSTART_SCRATCH=$T" /proc/[0-9]*/environ
		grep -las "^sshd:.* $T/" /proc/[0-9]*/cmdline
	} 2>/dev/null | sed 's,/proc/\([0-9]*\)/.*,\1,' | grep -vx "$$"
}

# process keeper|holder: of the runs of this test, by a word of its command line.
process() {
	for tap_pid in $(left_running); do
		grep -zqx "$1" "/proc/$tap_pid/cmdline" 2>/dev/null && echo "$tap_pid"
	done
}

tap_cleanup() {
	for tap_pid in $(left_running); do
		kill -0 "$tap_pid" 2>/dev/null || continue
		note "left running: $tap_pid $(tr '\0' ' ' <"/proc/$tap_pid/cmdline" 2>/dev/null)"
		kill -KILL "$tap_pid" 2>/dev/null
	done
	cd "$ROOT" || :
	if [ -n "$tap_keep" ]; then
		note "kept: $T"
	else
		chmod -R u+rwx "$T" 2>/dev/null
		rm -rf "$T"
	fi
}
tap_exit() {
	tap_status=$?
	trap - EXIT
	[ -n "$tap_ended" ] || { diag "${0##*/}: ended early, status $tap_status"; tap_status=1; }
	tap_cleanup
	exit $tap_status
}
trap tap_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# A line, or many, for the person who reads why.
note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# The same where a test fails: a run of many tests shows standard error alone.
diag() {
	printf '%s\n' "$*" | sed 's/^/# /' >&2
}

pass() {
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s\n' "$tap_n" "$1"
}

fail() {
	tap_n=$((tap_n + 1))
	tap_bad=$((tap_bad + 1))
	printf 'not ok %d - %s\n' "$tap_n" "$1"
	diag "${0##*/}: not ok $tap_n - $1"
}

# ok NAME COMMAND...: the command succeeds. A leading `!` as a word of its own means: it fails.
ok() {
	tap_name=$1
	shift
	tap_want=0
	[ "$1" = '!' ] && tap_want=1 && shift
	if "$@" >"$T/.ok" 2>&1; then tap_got=0; else tap_got=$?; fi
	if [ $((tap_got != 0)) -eq $tap_want ]; then
		pass "$tap_name"
		return 0
	fi
	fail "$tap_name"
	diag "status $tap_got: $*"
	tail -n 30 "$T/.ok" | sed 's/^/#   /' >&2
	return 1
}

# run COMMAND...: sets $status, $out and $err; never fails itself.
run() {
	"$@" >"$T/.out" 2>"$T/.err" && status=0 || status=$?
	out=$(cat "$T/.out")
	err=$(cat "$T/.err")
}

is() {
	if [ "$2" = "$3" ]; then pass "$1"; return 0; fi
	fail "$1"
	diag "got:"
	diag "$2"
	diag "want:"
	diag "$3"
	return 1
}

like() {
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then pass "$1"; return 0; fi
	fail "$1"
	diag "nothing like: $3"
	diag "$2"
	return 1
}

unlike() {
	if ! printf '%s\n' "$2" | grep -Eq -e "$3"; then pass "$1"; return 0; fi
	fail "$1"
	diag "there is something like: $3"
	diag "$2"
	return 1
}

# skip NAME WHY: counts as passed and says so. skip_all WHY ends the test.
skip() {
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tap_n" "$1" "$2"
}

skip_all() {
	printf '1..0 # SKIP %s\n' "$1"
	tap_ended=yes
	exit 0
}

bail() {
	fail "$1"
	done_testing
	exit 1
}

# sql QUERY: asks the record that is $BLACKSTART_JOURNAL, also while somebody writes it.
sql() {
	sqlite3 -readonly -cmd '.timeout 60000' "$BLACKSTART_JOURNAL" "$1"
}

# wait_for CONDITION [SECONDS]: until the shell command succeeds, 60 seconds by default.
# Who waits for what comes anyway gives a busy machine its time; only a failure takes long.
wait_for() {
	tap_deadline=$(($(date +%s) + ${2:-60}))
	until eval "$1" >/dev/null 2>&1; do
		if [ "$(date +%s)" -gt "$tap_deadline" ]; then
			diag "after ${2:-60} s still not: $1"
			return 1
		fi
		sleep 0.02
	done
}

done_testing() {
	printf '1..%d\n' "$tap_n"
	tap_ended=yes
	[ $tap_bad -eq 0 ]
}
