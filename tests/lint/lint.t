#!/bin/sh
# The tree passes lint, and lint finds what it is for: each rule on a tree made to break it.
. tests/lib/tap.sh

for rule in sizes banned foreign exported twice unseen drawn mutable words; do
	ok "$rule" env BUILD="$BUILD" RULES=$rule sh tests/lint/lint.sh
done

lint=$ROOT/tests/lint
cd "$T" || exit 1
mkdir -p include/base src/base src/engine tests/unit build/obj/base build/obj/engine

# breaks NAME RULE EXPRESSION: lint finds it, under that rule alone.
breaks() {
	run env BUILD=build sh "$lint/lint.sh"
	is "$1: fails" "$status" 1
	like "$1: says so" "$out" "$3"
	is "$1: says no more" "$(printf '%s\n' "$out" | grep -vc ": $2: ")" 0
	rm -f include/*/* src/*/* tests/*/* build/obj/*/*
}

object() {
	gcc -c -o "build/obj/$1.o" "src/$1.c" || bail "does not compile: $1"
}

run env BUILD=build sh "$lint/lint.sh"
is "an empty tree is clean" "$status$out$err" 0

awk 'BEGIN { for (i = 0; i < 501; i++) print "int a;" }' >src/base/long.c
breaks "a long file" FILE '^src/base/long\.c:501: FILE: 501 lines'

awk 'BEGIN { for (i = 0; i < 151; i++) print "int a;" }' >include/base/long.h
breaks "a long header" FILE '^include/base/long\.h:151: FILE'

awk 'BEGIN { print "static void f(void)\n{"; for (i = 0; i < 81; i++) print "\t;"; print "}" }' \
	>src/base/f.c
breaks "a long function" FUNCTION '^src/base/f\.c:2: FUNCTION: f has 81 lines'

awk 'BEGIN { print "static void f(void)\n{"; for (i = 0; i < 80; i++) print "\t;"; print "}"
	printf "/* "; for (i = 0; i < 47; i++) printf "\303\251 "; print "*/" }' >src/base/f.c
run env BUILD=build sh "$lint/lint.sh"
is "eighty lines and a hundred columns of UTF-8 pass" "$status$out" 0

printf '\t\t\t\t\t\t\t\t\t\t\t\tint a;\n' >src/base/f.c
breaks "a wide line" LINE '^src/base/f\.c:1: LINE: 102 columns'

printf 'int a; \n' >tests/unit/a.c
breaks "blanks at the end" BLANK '^tests/unit/a\.c:1: BLANK'

cat >src/base/f.c <<'X'
/* strcpy(a, b) */
const char *s = "strcpy(";
int (*t)(void) = x->system(y), z = my_system(y), w = p.sleep(1);
X
run env BUILD=build RULES="banned words" sh "$lint/lint.sh"
is "a name in a comment, a string or a longer name passes" "$status$out" 0
printf 'int a = strcpy (b, c);\n' >src/base/f.c
breaks "a banned call" BANNED '^src/base/f\.c:1: BANNED: strcpy'

printf '#include <sqlite3.h>\n' >src/engine/a.c
breaks "a library in a foreign room" FOREIGN '^src/engine/a\.c:1: FOREIGN'

printf '#  include <openssl/evp.h>\n' >include/base/hash.h
breaks "a library in a door" FOREIGN '^include/base/hash\.h:1: FOREIGN'

printf 'int other_name(void) { return 0; }\nint fine_name(void) { return 0; }\n' \
	>src/base/fine_file.c
object base/fine_file
breaks "a name of another module" PREFIX '^src/base/fine_file\.c:1: PREFIX: other_name'

printf 'int base_name(void);\nint base_name(void) { return 1; }\n' >src/base/one.c
cp src/base/one.c src/base/two.c
object base/one
object base/two
breaks "a name that another file has" TWICE '^src/base/two\.c:1: TWICE: base_name'

printf 'SEES_base :=\nSEES_engine := \\\n\tbase\n' >Makefile
printf 'int base_up(void);\nint engine_top(void);\nint base_up(void) { return engine_top(); }\n' \
	>src/base/up.c
printf 'int engine_top(void);\nint base_up(void);\nint engine_top(void) { return base_up(); }\n' \
	>src/engine/top.c
object base/up
object engine/top
breaks "a name of a room that is not seen" UNSEEN '^src/base/up\.c:1: UNSEEN: uses engine_top'
printf 'SEES_base := engine\nSEES_engine := base\n' >Makefile
breaks "rooms that see each other" CIRCLE '^Makefile:1: CIRCLE: the room base'

mkdir docs
printf 'SEES_base :=\nSEES_engine := base\n' >Makefile
printf '| room | sees |\n| base | – | x |\n| engine | base | x |\n' >docs/ARCHITECTURE.md
run env BUILD=build sh "$lint/lint.sh"
is "a table that is the Makefile's passes" "$status$out" 0
sed -i 's/engine | base/engine | –/' docs/ARCHITECTURE.md
breaks "a table that is not" DRAWN 'DRAWN: engine sees base, says only the Makefile$'
rm -r Makefile docs

printf 'int f(void);\nint f(void)\n{\n\tstatic int count;\n\treturn count++;\n}\n' >src/base/f.c
printf 'static const char *const a[] = { "x" };\nconst void *b(void) { return a; }\n' >src/base/b.c
object base/f
object base/b
breaks "a count that is kept" MUTABLE '^src/base/f\.c:1: MUTABLE: count'

printf 'see /wor''k/main\n' >src/base/notes.md
breaks "a path of one machine" PLACE '^src/base/notes\.md:1: PLACE'

printf '/* TO''DO: all of it */\n' >src/base/f.c
breaks "a promise" OPEN '^src/base/f\.c:1: OPEN'

printf '\tusleep(5);\n' >tests/unit/a.c
breaks "a test that sleeps" SLEEP '^tests/unit/a\.c:1: SLEEP'

done_testing
