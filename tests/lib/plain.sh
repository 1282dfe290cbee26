# Driving the line-by-line interface: a person at a pipe, who reads before answering.
#
#     . tests/lib/tap.sh
#     . tests/lib/plain.sh
#     plain one "$BLACKSTART" run --plain "$T/book.yaml"
#     sees one 'start\?$'          # waits until the screen of `one` has it, once more than before
#     says one ''                  # types Enter
#     hangs_up one                 # the input ends
#     left one; is "status" "$status" 1
#
# Screens are $T/NAME.screen. A name stands for one attached program. A screen that does not show
# what it should ends the test.

BLACKSTART_JOURNAL=$T/journal/journal.db
export BLACKSTART_JOURNAL
mkdir -p "$T/journal"

plain() {
	plain_name=$1
	shift
	mkfifo "$T/$plain_name.in"
	: >"$T/$plain_name.screen"
	: >"$T/$plain_name.read"
	"$@" <"$T/$plain_name.in" >"$T/$plain_name.screen" 2>&1 &
	echo $! >"$T/$plain_name.pid"
	# one writer for as long as the input is to stay open
	sh -c 'exec sleep 600' >"$T/$plain_name.in" &
	echo $! >"$T/$plain_name.writer"
}

says() {
	printf '%s\n' "$2" >"$T/$1.in"
}

# What the screen shows that was not seen yet.
unread() {
	tail -c +$(($(wc -c <"$T/$1.read") + 1)) "$T/$1.screen"
}

# Waits for a pattern in what was not seen yet; all up to the end of its line counts as seen then.
sees() {
	if wait_for "unread $1 | grep -Eq -e '$2'" "${3:-60}"; then
		unread "$1" >"$T/$1.unread"
		plain_line=$(grep -nE -m 1 -e "$2" "$T/$1.unread" | cut -d: -f1)
		head -n "$plain_line" "$T/$1.unread" >>"$T/$1.read"
		return 0
	fi
	note "the screen of $1 does not show: $2"
	note "$(unread "$1")"
	bail "$1 shows $2"
}

hangs_up() {
	kill "$(cat "$T/$1.writer")" 2>/dev/null
}

left() {
	wait "$(cat "$T/$1.pid")" && status=0 || status=$?
	hangs_up "$1"
	screen=$(cat "$T/$1.screen")
}

# Waits until the record of the newest run has a line.
recorded() {
	wait_for "\"$BLACKSTART\" log | grep -Eq -e '$1'" "${2:-60}"
}
