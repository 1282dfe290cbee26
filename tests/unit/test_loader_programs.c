/* Which programs a command of the shell starts, as far as its words tell. */
#include "buf.h"
#include "loader.h"
#include "unit.h"

static void keep(void *ctx, const char *name, size_t n)
{
	struct buf *all = ctx;

	buf_adds(all, all->len ? " " : "");
	buf_add(all, name, n);
}

static void names_are(const char *command, const char *want)
{
	struct buf all = BUF_INIT;

	loader_programs(command, keep, &all);
	assert_string_equal(buf_str(&all), want);
	buf_release(&all);
}

static void words_where_a_command_begins_are_programs(void **state)
{
	(void)state;
	names_are("kubectl get pods | jq . && curl -s x; date", "kubectl jq curl date");
	names_are("n=$(wc -l <f); LANG=C sort f || (tail f)", "wc sort tail");
	names_are("if pg_isready; then sudo systemctl restart x; fi", "pg_isready sudo systemctl");
	names_are("case $x in a|b) echo ;; esac; uname", "uname");
	names_are("kubectl \\\n  get pods", "kubectl");
}

static void what_the_shell_does_itself_is_none(void **state)
{
	(void)state;
	names_are("cd /x; echo a | while read -r l; do printf %s \"$l\"; done; exit 1", "");
	names_are("fail() { echo no; exit 1; }\nlist () { fail; }\nfail; list", "");
	names_are("i=$((i + 1)); echo $((high + 1)) $(((a + 2) * b))", "");
}

static void what_is_filled_in_or_quoted_is_not_known(void **state)
{
	(void)state;
	names_are("$tool get; \"$x\" y; 'a b' c; ./mine.sh; /usr/bin/env x; \"quoted\"", "");
	names_are("echo 'rm x; wipe' \"; no\"", "");
	names_are("cat <<END\nnot this; nor that\nEND\nuname", "cat uname");
	names_are("cat <<-'STOP' | tr a b\n\tnot this\n\tSTOP\n", "cat tr");
	names_are("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(words_where_a_command_begins_are_programs),
		UNIT(what_the_shell_does_itself_is_none),
		UNIT(what_is_filled_in_or_quoted_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
