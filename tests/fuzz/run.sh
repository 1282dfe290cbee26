#!/bin/sh
# run.sh BUILD SECONDS TARGET...: each target in turn. The committed corpus is read, never written;
# new inputs go to BUILD/corpus/, what crashes to BUILD/crash/. Fails when anything did.
set -u
build=$1 seconds=$2
shift 2
[ $# -gt 0 ] || { echo "no fuzz targets"; exit 1; }
status=0
for target in "$@"; do
	name=${target##*/}
	new=$build/corpus/$name crash=$build/crash/$name/
	mkdir -p "$new" "$crash"
	dict=tests/fuzz/$name.dict
	seeds=tests/fuzz/corpus/${name#fuzz_}
	[ -d "$seeds" ] || seeds=
	[ -f "$dict" ] && dict=-dict=$dict || dict=
	echo "== $name for $seconds s"
	# shellcheck disable=SC2086 # absent ones vanish
	"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$crash" $dict "$new" $seeds || status=1
done
find "$build/crash" -type f | sed 's/^/found: /'
exit $status
