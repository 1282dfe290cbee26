#!/bin/sh
# README.md: what it links to is there, what it tells to type works. Its picture is made of the real
# screen by tests/screen/picture.t.
. tests/lib/tap.sh

for link in $(grep -o '](\([^)]*\))' README.md | sed 's/^](//; s/)$//' | sort -u); do
	ok "there is a $link" test -s "$link"
done
for verb in log verify run attach lint find help doctor due contacts inventory exec replay bundle \
	report; do
	ok "blackstart $verb is named, and is a verb" sh -c \
		'grep -q "blackstart $2" README.md && "$1" help "$2"' _ "$BLACKSTART" $verb
done
for goal in drill test install; do
	ok "make $goal" make -n "$goal"
done
# What is built is not built again: other tests use it.
run make -o all install BUILD="$BUILD" DESTDIR="$T/root" PREFIX=/usr/local
is "make install installs" "$status" 0 || note "$out$err"
installed=$T/root/usr/local
is "the program" "$("$installed/bin/blackstart" version)" "$("$BLACKSTART" version)"
is "its runbooks and drivers" "$(cd "$installed/share/blackstart/runbooks" && find . -type f | sort)" \
	"$(cd runbooks && find . -type f | sort)"
is "the drivers where they are looked for" "$(ls "$installed"/share/blackstart/drivers/*)" \
	"$(cd runbooks && ls drivers/* | sed "s,^drivers,$installed/share/blackstart/drivers,")"
is "and its pages" "$(ls "$installed/share/doc/blackstart")" \
	"$(ls LICENSE README.md docs/*.md docs/*.json | sed 's,.*/,,' | sort)"
ok "it fits on a screen or so" test "$(wc -l <README.md)" -le 70

done_testing
