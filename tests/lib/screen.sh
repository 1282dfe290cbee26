# Driving the screen: programs on terminals, by scripts of tool_screen (tests/screen/tool_screen.c
# says how they are written). Sourced after tap.sh.
#
#     screen <<END
#     spawn 24x80 $BLACKSTART run $T/book.yaml
#     -- it asks for the first step
#     wait /Look first/
#     END
#
# REGOLD=1 rewrites the goldens that a test compares with.

BLACKSTART_JOURNAL=$T/journal/journal.db
export BLACKSTART_JOURNAL
mkdir -p "$T/journal"

# Who sits here: an account that is shared (root is) takes a name, any other is its own.
if [ "$(id -u)" -eq 0 ]; then me=ana shared=yes; else me=$(id -un) shared=; fi

# Sections are tests of this file; false when one failed.
screen() {
	"$BUILD/tool_screen" --from "$tap_n" --count "$T/.screen" "$@"
	screen_status=$?
	if ! read -r tap_n screen_bad <"$T/.screen"; then
		fail "the script ran to its end"
		screen_bad=0
	fi
	rm -f "$T/.screen"
	tap_bad=$((tap_bad + screen_bad))
	return $screen_status
}
