#include "unit.h"

#include <errno.h>
#include <string.h>

#include "err.h"
#include "utf8.h"

static void set_returns_the_code_and_keeps_errno(void **state)
{
	(void)state;
	struct err err = { 0 };
	errno = EAGAIN;
	assert_int_equal(err_set(&err, ERR_PARSE, "line %d", 3), ERR_PARSE);
	assert_int_equal(err.code, ERR_PARSE);
	assert_int_equal(err.sys, 0);
	assert_string_equal(err.text, "line 3");
	assert_int_equal(errno, EAGAIN);
	errno = EPIPE;
	err_set(&err, ERR_IO, "pipe");
	assert_int_equal(err.sys, EPIPE);
	assert_string_equal(err.text, "pipe");
}

static void sys_picks_the_code_from_errno(void **state)
{
	(void)state;
	static const struct {
		int sys, code;
	} rows[] = {
		{ EIO, ERR_IO }, { ENOSPC, ERR_FULL }, { EDQUOT, ERR_FULL }, { ENOMEM, ERR_NOMEM },
		{ EACCES, ERR_IO },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err err;
		errno = rows[i].sys;
		assert_int_equal(err_sys(&err, "file %s", "x"), rows[i].code);
		assert_int_equal(errno, rows[i].sys);
		assert_int_equal(err.sys, rows[i].code == ERR_NOMEM ? 0 : rows[i].sys);
		assert_memory_equal(err.text, "file x: ", 8);
		assert_string_equal(err.text + 8, strerror(rows[i].sys));
	}
}

static void nowhere_to_put_it_is_fine(void **state)
{
	(void)state;
	errno = ENOSPC;
	assert_int_equal(err_set(NULL, ERR_BUSY, "x"), ERR_BUSY);
	assert_int_equal(err_sys(NULL, "x"), ERR_FULL);
	assert_int_equal(err_context(NULL, ERR_DENIED, "x"), ERR_DENIED);
}

static void context_goes_in_front_and_keeps_the_code(void **state)
{
	(void)state;
	struct err err = { 0 };
	err_set(&err, ERR_LIMIT, "too long");
	assert_int_equal(err_context(&err, ERR_IO, "step %s", "a"), ERR_LIMIT);
	assert_string_equal(err.text, "step a: too long");
	err = (struct err){ 0 };
	assert_int_equal(err_context(&err, ERR_NOTFOUND, "nothing before"), ERR_NOTFOUND);
	assert_string_equal(err.text, "nothing before");
}

static void an_argument_may_be_the_old_text(void **state)
{
	(void)state;
	struct err err = { 0 };
	err_set(&err, ERR_IO, "inner");
	err_set(&err, ERR_CORRUPT, "outer (%s)", err.text);
	assert_string_equal(err.text, "outer (inner)");
	err_context(&err, ERR_IO, "%s", err.text);
	assert_string_equal(err.text, "outer (inner): outer (inner)");
}

/* Whatever length the text before has, the cut falls between characters. */
static void a_long_sentence_is_cut_between_characters(void **state)
{
	(void)state;
	static const char *const chars[] = { "e", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x94\xa5" };
	char many[3 * ERR_TEXT_MAX];
	for (size_t c = 0; c < COUNT_OF(chars); c++) {
		many[0] = '\0';
		while (strlen(many) < 2 * ERR_TEXT_MAX)
			strcat(many, chars[c]);
		for (int pad = 0; pad < 5; pad++) {
			struct err err;
			err_set(&err, ERR_IO, "%.*s%s", pad, "....", many);
			size_t len = strlen(err.text);
			assert_true(len < ERR_TEXT_MAX && len >= ERR_TEXT_MAX - 4);
			assert_int_equal(utf8_check(err.text, len), len);
			err_context(&err, ERR_IO, "%.*s", pad, "....");
			len = strlen(err.text);
			assert_true(len < ERR_TEXT_MAX && len >= ERR_TEXT_MAX - 4);
			assert_int_equal(utf8_check(err.text, len), len);
		}
	}
}

static void every_code_has_a_name(void **state)
{
	(void)state;
	for (int code = ERR_OK; code >= ERR_USAGE; code--) {
		assert_memory_equal(err_name(code), "ERR_", 4);
		assert_string_not_equal(err_name(code), "ERR_UNKNOWN");
		for (int other = ERR_OK; other > code; other--)
			assert_string_not_equal(err_name(code), err_name(other));
	}
	assert_string_equal(err_name(ERR_LIMIT), "ERR_LIMIT");
	assert_string_equal(err_name(1), "ERR_UNKNOWN");
	assert_string_equal(err_name(ERR_USAGE - 1), "ERR_UNKNOWN");
	assert_string_equal(err_name(INT32_MIN), "ERR_UNKNOWN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(set_returns_the_code_and_keeps_errno),
		UNIT(sys_picks_the_code_from_errno),
		UNIT(nowhere_to_put_it_is_fine),
		UNIT(context_goes_in_front_and_keeps_the_code),
		UNIT(an_argument_may_be_the_old_text),
		UNIT(a_long_sentence_is_cut_between_characters),
		UNIT(every_code_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
