/* What a command names, as far as a reader that is no shell can tell. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/loader/shell_scan.h"
#include "buf.h"
#include "str.h"

static void add_var(void *ctx, const struct shell_var *v)
{
	struct buf *out = ctx;
	buf_addf(out, "%s%.*s%s%s%s", out->len ? " " : "", (int)v->len, v->name,
		 v->quoted ? "'" : "", v->braces ? "{}" : "", v->minded ? "?" : "");
}

static void variables_are_seen_with_their_quotes(void **state)
{
	static const struct {
		const char *command, *vars;
	} cases[] = {
		{ "echo $a \"$b\" '$c' \\$d $$ $1 $", "a b c' d'" },
		{ "echo ${a} ${b:-x} ${#c} ${d%.*} ${e-} ${f=1} ${!g}", "a{} b? c d e? f?" },
		{ "x \"it's $a\" '\"$b\"' $c", "a b' c" },
		{ "x \"$(jq '.a[$i]' \"$f\")\" $g", "i' f g" },
		{ "a # $not $seen\nb $c", "c" },
		{ "echo a#$b", "b" },
		{ "cat <<'E'\n$a\nE\necho $b", "a' b" },
		{ "cat <<\"E\" \n$a ${b}\nE\necho $c", "a' b'{} c" },
		{ "cat <<\\E\n$a\nE\n$b", "a' b" },
		{ "cat <<-'E'\n\t$a\n\tE\n$b", "a' b" },
		{ "cat <<E\n$a\nE\n$b", "a b" },
		{ "cat <<<'$a' $b", "a' b" },
		{ "cat <<'E'\n$never_ends", "never_ends'" },
		{ "echo \"\\$a $b\"", "a' b" },
		{ "echo $((a+$b)) $(($c))", "b c" },
		{ "'unclosed $a", "a'" },
		{ "\"$(\"$(\"$a", "a" },
		{ "\\", "" },
		{ "", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT;
		shell_scan_vars(cases[i].command, add_var, &out);
		if (!str_eq(buf_str(&out), cases[i].vars))
			fail_msg("%s: %s, not %s", cases[i].command, buf_str(&out), cases[i].vars);
		buf_release(&out);
	}
}

static void add_file(void *ctx, const char *word, size_t len, size_t offset)
{
	struct buf *out = ctx;
	(void)offset;
	buf_addf(out, "%s%.*s", out->len ? " " : "", (int)len, word);
}

static void files_that_are_started_are_seen(void **state)
{
	static const struct {
		const char *command, *files;
	} cases[] = {
		{ "./a.sh x ./b", "./a.sh" },
		{ "A=1 ./a; B=$x ./b | ./c && ./d || ./e", "A=1 ./a ./b ./c ./d ./e" },
		{ "if ./a; then ./b; else ./c; fi", "if ./a then ./b else ./c fi" },
		{ "sh ./a ./b", "sh ./a" },
		{ "bash -eu ./a", "bash ./a" },
		{ "sh -c './a'", "sh" },
		{ "x=$(./a b) y `./c d`", "./a ./c" },
		{ "sudo ./a", "sudo ./a" },
		{ "\"$dir\"/a ./b", "" },
		{ "$dir/a", "" },
		{ "a \\\n ./b\n./c", "a ./c" },
		{ "echo '; ./a'", "echo" },
		{ "# ./a\n./b", "./b" },
		{ ". ./a", ". ./a" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT;
		shell_scan_files(cases[i].command, add_file, &out);
		if (!str_eq(buf_str(&out), cases[i].files))
			fail_msg("%s: %s, not %s", cases[i].command, buf_str(&out), cases[i].files);
		buf_release(&out);
	}
}

static bool given(const char *command, const char *name)
{
	struct shell_words w = { 0 };
	size_t unused;
	shell_scan_words(&w, command);
	bool yes = nameset_get(&w.given, name, strlen(name), &unused);
	shell_scan_words_release(&w);
	return yes;
}

static void what_a_command_sets_itself_is_seen(void **state)
{
	static const char *const yes[] = { "x=1", "a; x=1", "x+=1", "for x in a b; do", "read x",
					   "read -r x", "local x", "export x", "while read -r x; do" };
	static const char *const no[] = { "echo x", "xx=1", "x", "$x=1", "echo --x", "forx in", "x1=2",
					  "for y in x" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		if (!given(yes[i], "x"))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < COUNT_OF(no); i++)
		if (given(no[i], "x"))
			fail_msg("%s", no[i]);
}

static void a_command_that_moves_or_takes_in_text_says_so(void **state)
{
	static const struct {
		const char *command;
		bool moves, sources;
	} cases[] = {
		{ "cd /x && ./a", true, false }, { "ls abcd", false, false }, { ". ./env", false, true },
		{ "a; . ./env", false, true }, { "source x", false, true }, { "eval \"$x\"", false, true },
		{ "echo a. b", false, false }, { "pushd x", true, false }, { "echo $cd", false, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct shell_words w = { 0 };
		shell_scan_words(&w, cases[i].command);
		if (shell_scan_moves(&w) != cases[i].moves ||
		    shell_scan_sources(cases[i].command, &w) != cases[i].sources)
			fail_msg("%s", cases[i].command);
		shell_scan_words_release(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(variables_are_seen_with_their_quotes),
		UNIT(files_that_are_started_are_seen),
		UNIT(what_a_command_sets_itself_is_seen),
		UNIT(a_command_that_moves_or_takes_in_text_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
