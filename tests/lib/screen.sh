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

# Ends the run whose id is in $T/id, whatever became of its terminal.
over() {
	"$BLACKSTART" close "$(cat "$T/id")" --reason 'the test is over' >/dev/null 2>&1
}

# What is of no interest in a golden, for the head of a script.
masks='mask /row [0-9]+, [a-z0-9 ]+ago/ =row #, # ago
mask /row [0-9]+, just now/ =row #, # ago
mask /operated by .*/ =operated by somebody
mask /elapsed [0-9:]+/ =elapsed #'

# at_each_size NAME FUNCTION: small, wide, and without a colour. The function has $size, $name for its
# goldens, $env (a line of the script, before anything is spawned) and $styles (behind a golden's name).
at_each_size() {
	for how in 12x40: 43x132: 24x80:NO_COLOR=1; do
		size=${how%%:*} env=${how#*:}
		name=$1-$size${env:+-mono} styles=${env:+styles} env=${env:+env $env}
		"$2"
	done
}
