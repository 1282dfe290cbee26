#!/bin/sh
# one.sh [asan:]TEST: runs one test as prove wants it, in the same surroundings everywhere. For a
# test of the sanitizer build it also collects what the sanitizers said in any process of the test,
# detached ones included, and fails when that is not nothing.
set -u

export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm-256color LINES=24 COLUMNS=80 CMOCKA_MESSAGE_OUTPUT=TAP
unset CDPATH ENV BASH_ENV MAKEFLAGS MFLAGS MAKELEVEL EDITOR VISUAL PAGER NO_COLOR
unset SSH_AUTH_SOCK BLACKSTART_KEY BLACKSTART_HEADS BLACKSTART_SIGNERS
export BLACKSTART_SYSLOG=off
export BUILD="${BUILD:-build}"
limit=${TEST_TIMEOUT:-300}

case $1 in
asan:*) program=${1#asan:} sanitized=yes BUILD=$BUILD-asan ;;
*) program=$1 sanitized= ;;
esac
shift
case $program in /*) ;; *) program=./$program ;; esac

# cmocka says "not ok 3 # SKIP" of a test that was skipped, which prove takes for a failure.
go() {
	case $program in
	*/unit/*) ;;
	*)
		timeout -k 5 "$limit" "$program" "$@"
		return
		;;
	esac
	exec 4>&1
	went=$({
		{
			timeout -k 5 "$limit" "$program" "$@" 3>&- 4>&-
			echo $? >&3
		} | sed -u 's/^not ok \([0-9]* # SKIP\)/ok \1/' >&4
	} 3>&1)
	exec 4>&-
	return "$went"
}

if [ -z "$sanitized" ]; then
	go "$@"
	exit
fi

# Leaks are found with ptrace, which a container may not have.
leaks=0
[ -x "$BUILD/tool_leakcheck" ] && ASAN_OPTIONS=detect_leaks=1 "$BUILD/tool_leakcheck" 2>/dev/null &&
	leaks=1
reports=$(mktemp -d "${TMPDIR:-/tmp}/bs-san.XXXXXX") || exit 1
trap 'rm -rf "$reports"' EXIT
# Preloaded libraries come before the sanitizer's; it need not be first.
ASAN_OPTIONS=detect_leaks=$leaks:exitcode=99:log_path=$reports/asan:verify_asan_link_order=0
UBSAN_OPTIONS=print_stacktrace=1:log_path=$reports/ubsan
export ASAN_OPTIONS UBSAN_OPTIONS
export BLACKSTART_SANITIZED=1

go "$@"
status=$?
for report in "$reports"/*; do
	# killed while leaks were being looked for
	grep -qv 'Unable to get registers from thread' "$report" 2>/dev/null || continue
	echo "# $program: the sanitizer, in ${report##*.}:" >&2
	sed 's/^/#   /' "$report" | head -n 60 >&2
	status=99
done
exit $status
