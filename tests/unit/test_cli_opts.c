#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/cli/verbs.h"
#include "buf.h"
#include "err.h"
#include "str.h"

static const struct cli_verb *verb(const char *name)
{
	const struct cli_verb *v = cli_verb_find(name);

	assert_non_null(v);
	return v;
}

/* Words up to NULL. */
static int take(const char *name, char **words, struct opts *o, char **args, struct err *err)
{
	int n = 0;

	while (words[n])
		n++;
	*o = (struct opts){ .dash = 99 };
	return opts_read(verb(name), n, words, o, args, err);
}

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

static void options_come_anywhere(void **state)
{
	(void)state;
	struct opts o;
	char *args[8];

	assert_int_equal(take("run", WORDS("book", "--plain", "-p", "a=1", "--param=b=2=3"), &o,
			      args, NULL), 1);
	assert_string_equal(args[0], "book");
	assert_true(o.plain);
	assert_int_equal(o.params.n, 2);
	assert_string_equal(o.params.v[0], "a=1");
	assert_string_equal(o.params.v[1], "b=2=3");
	assert_int_equal(o.dash, -1);
	opts_release(&o);
}

static void a_letter_takes_its_value_either_way(void **state)
{
	(void)state;
	struct opts o;
	char *args[8];

	assert_int_equal(take("run", WORDS("-pa=1", "-n"), &o, args, NULL), 0);
	assert_string_equal(o.params.v[0], "a=1");
	assert_true(o.dry);
	opts_release(&o);
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	struct opts o;
	char *args[8];

	assert_int_equal(take("exec", WORDS("run", "--", "ls", "--json", "--", "-l"), &o, args,
			      NULL), 5);
	assert_int_equal(o.dash, 1);
	assert_false(o.json);
	assert_string_equal(args[2], "--json");
	assert_string_equal(args[3], "--");
}

static void a_lone_dash_is_an_argument(void **state)
{
	(void)state;
	struct opts o;
	char *args[8];

	assert_int_equal(take("find", WORDS("-"), &o, args, NULL), 1);
	assert_string_equal(args[0], "-");
}

static void what_a_verb_does_not_take_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *verb;
		char *word;
		const char *says;
	} cases[] = {
		{ "runs", "--follow", "runs takes no --follow" },
		{ "run", "--jurnal", "did you mean --journal?" },
		{ "run", "-x", "run takes no -x" },
		{ "run", "--dry=1", "--dry=1 takes no value" },
		{ "run", "-nx", "-nx takes no value" },
		{ "run", "--answers", "--answers wants FILE" },
		{ "run", "--par", "run takes no --par" },
		{ "run", "--paramount=1", "run takes no --paramount=1" },
		{ "run", "---plain", "run takes no ---plain" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err err = { 0 };
		struct opts o;
		char *args[8];

		assert_int_equal(take(cases[i].verb, WORDS(cases[i].word), &o, args, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, cases[i].says));
		opts_release(&o);
	}
}

static void every_verb_is_whole(void **state)
{
	(void)state;
	const struct cli_verb *v;
	size_t n = 0;

	for (; (v = cli_verb_at(n)); n++) {
		struct buf names = BUF_INIT, help = BUF_INIT;
		char *copy = strdup(v->takes), *rest = copy, *word;
		size_t options = 2; /* --journal and --help go with every verb */

		assert_ptr_equal(cli_verb_find(v->name), v);
		assert_non_null(v->fn);
		assert_true(v->max < 0 || v->max >= v->min);
		opts_names(&names, v);
		opts_help(&help, v);
		while ((word = strsep(&rest, " ")))
			options += word[0] != '\0';
		for (const char *s = buf_str(&help); *s; s++)
			options -= *s == '\n';
		assert_int_equal(options, 0); /* each that it takes is one that there is */
		assert_non_null(strstr(buf_str(&names), "--journal"));
		buf_release(&names);
		buf_release(&help);
		free(copy);
	}
	assert_true(n > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(options_come_anywhere), UNIT(a_letter_takes_its_value_either_way),
		UNIT(two_dashes_end_the_options), UNIT(a_lone_dash_is_an_argument),
		UNIT(what_a_verb_does_not_take_is_refused), UNIT(every_verb_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
