# Sourced by the stand-ins. Writes the call down; fails where the test says so.
set -u
tool=${0##*/}
printf '%s %s\n' "$tool" "$(printf '%s' "$*" | tr '\n' ' ')" >>"$WORLD/ledger"
if [ -s "$WORLD/breaks" ] && printf '%s\n' "$tool $*" | grep -Eq -e "$(cat "$WORLD/breaks")"; then
	echo "$tool: Error: the server was unable to answer" >&2
	exit 1
fi

# file NAME [OTHERWISE]: what the world has under this name.
file() {
	cat "$WORLD/$1" 2>/dev/null || { [ $# -gt 1 ] && printf '%s\n' "$2"; }
}
unknown() {
	echo "$tool: the stand-in does not know: $*" >&2
	exit 64
}
