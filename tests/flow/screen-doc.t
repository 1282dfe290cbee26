#!/bin/sh
# docs/screen.md has every key that the screens explain, in their own words.
. tests/lib/tap.sh

# What stands after "KEY  " in the help of the scenes, and in the table of the run's keys.
for scene in home book form text ask output run_board_whole replay; do
	sed -n 's/.*"[^ "][^"]*  \([^" ][^"]*\)\\n".*/\1/p' "src/tui/$scene.c"
done >"$T/lines"
sed -n '/always\[\] = {/,/^};/s/.*{ "[^"]*", "\([^"]*\)" },.*/\1/p' src/tui/run_look.c >"$T/keys"
ok "the run has keys" test "$(wc -l <"$T/keys")" -gt 15
ok "the scenes have keys" test "$(wc -l <"$T/lines")" -gt 25
sed -n '/replies\[\] = {/,/^};/s/.*", "\([^"]*\)" },.*/\1/p' src/tui/run_reply.c >"$T/replies"
ok "the board of a contact has keys" test "$(wc -l <"$T/replies")" -gt 8
cat "$T/lines" "$T/keys" "$T/replies" >"$T/all"
missing=$(while IFS= read -r line; do
	grep -qF -e "$line" docs/screen.md || printf '%s\n' "$line"
done <"$T/all")
is "all of them are in docs/screen.md" "$missing" ""

done_testing
