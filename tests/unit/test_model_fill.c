#include "unit.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "fill.h"

static struct value known = { .known = true, .text = (char *)"3" };
static struct value unknown = { .known = false };
static struct value secret = { .known = true, .secret = true, .text = (char *)"hunter2" };
static const struct binding scope[] = {
	{ "replicas", &known },
	{ "gone", &unknown },
	{ "token", &secret },
};

static void fills(const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	buf_adds(&out, "<");
	if (fill_text(&out, text, scope, COUNT_OF(scope), &err))
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(buf_str(&out) + 1, want);
	buf_release(&out);
}

static void refuses(const char *text, int code)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	buf_adds(&out, "<");
	assert_int_equal(fill_text(&out, text, scope, COUNT_OF(scope), &err), code);
	assert_string_equal(buf_str(&out), "<");
	assert_int_equal(out.len, 1);
	assert_true(strlen(err.text) > 0);
	buf_release(&out);
}

static void names_are_replaced(void **state)
{
	(void)state;
	fills("", "");
	fills("no name", "no name");
	fills("${replicas}", "3");
	fills("a ${replicas}${replicas} b", "a 33 b");
	fills("${gone} of ${replicas}", "(gone unknown) of 3");
	fills("token ${token}", "token (token hidden)");
}

static void other_dollars_stand_for_themselves(void **state)
{
	(void)state;
	fills("$$", "$");
	fills("$${replicas}", "${replicas}");
	fills("$HOME $(id) $", "$HOME $(id) $");
	fills("$$$${replicas}$${", "$${replicas}${");
	fills("{replicas}", "{replicas}");
}

static void what_cannot_be_filled_appends_nothing(void **state)
{
	(void)state;
	refuses("${replicas} ${nobody}", ERR_NOTFOUND);
	refuses("${replicas} ${", ERR_PARSE);
	refuses("${replicas", ERR_PARSE);
	refuses("${}", ERR_PARSE);
	refuses("${Replicas}", ERR_PARSE);
	refuses("${replicas }", ERR_PARSE);
	refuses("${1a}", ERR_PARSE);
	refuses("${replicas\n}", ERR_PARSE);
}

static void a_full_buffer_keeps_what_it_had(void **state)
{
	(void)state;
	struct buf out = { .max = 6 };
	buf_adds(&out, "<");
	assert_int_equal(fill_text(&out, "abc ${replicas} d", scope, 3, NULL), ERR_LIMIT);
	assert_string_equal(buf_str(&out), "<");
	buf_release(&out);
}

struct collected {
	struct buf text;
	int stop_after;
};

static int collect(void *ctx, const char *name, size_t n, size_t offset)
{
	struct collected *c = ctx;
	buf_addf(&c->text, "%.*s@%zu ", (int)n, name, offset);
	return --c->stop_after == 0 ? 7 : 0;
}

static void names_are_told_with_their_place(void **state)
{
	(void)state;
	struct collected c = { 0 };
	assert_int_equal(fill_names("a ${b} $$ ${c}${b}", collect, &c, NULL), 0);
	assert_string_equal(buf_str(&c.text), "b@4 c@12 b@16 ");
	buf_clear(&c.text);
	c.stop_after = 2;
	assert_int_equal(fill_names("${a}${b}${c}", collect, &c, NULL), 7);
	assert_string_equal(buf_str(&c.text), "a@2 b@6 ");
	buf_clear(&c.text);
	assert_int_equal(fill_names("${a} ${", collect, &c, NULL), ERR_PARSE);
	assert_int_equal(c.text.len, 0);
	buf_release(&c.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(names_are_replaced),
		UNIT(other_dollars_stand_for_themselves),
		UNIT(what_cannot_be_filled_appends_nothing),
		UNIT(a_full_buffer_keeps_what_it_had),
		UNIT(names_are_told_with_their_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
