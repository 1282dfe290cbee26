#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"

static void an_empty_one_is_an_empty_string(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	assert_string_equal(buf_str(&b), "");
	buf_drop(&b, 5);
	buf_cut(&b, 0);
	buf_clear(&b);
	char *s = buf_take(&b);
	assert_string_equal(s, "");
	free(s);
	buf_release(&b);
	buf_add(&b, NULL, 0);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void every_add_leaves_a_string(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(buf_addc(&b, (char)('a' + i % 26)), 0);
		assert_int_equal(b.len, strlen(b.data));
		assert_int_equal(buf_addf(&b, "<%d>", i), 0);
		assert_int_equal(b.len, strlen(b.data));
		assert_int_equal(buf_adds(&b, "xyz"), 0);
		assert_int_equal(b.len, strlen(b.data));
	}
	assert_memory_equal(b.data, "a<0>xyzb<1>xyz", 14);
	buf_release(&b);
	assert_null(b.data);
}

static void bytes_may_be_nul(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	buf_add(&b, "a\0b", 3);
	buf_addc(&b, '\0');
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "a\0b\0", 5);
	buf_release(&b);
}

/* For every bound and every way in: all or nothing, and the text before is whole. */
static void a_bound_refuses_and_changes_nothing(void **state)
{
	(void)state;
	for (size_t max = 1; max < 200; max++) {
		struct buf b = { .max = max };
		size_t len = 0;
		while (buf_addf(&b, "%s", "0123456") == 0)
			assert_int_equal(b.len, len += 7);
		assert_true(b.over);
		assert_int_equal(b.len, len);
		assert_int_equal(strlen(buf_str(&b)), len);
		assert_true(len + 7 > max);
		while (b.len < max)
			assert_int_equal(buf_addc(&b, '.'), 0);
		assert_int_equal(buf_addc(&b, '.'), ERR_LIMIT);
		assert_int_equal(buf_add(&b, "x", SIZE_MAX), ERR_LIMIT);
		assert_int_equal(b.len, max);
		assert_int_equal(buf_add(&b, "", 0), 0);
		buf_clear(&b);
		assert_false(b.over);
		buf_release(&b);
		assert_int_equal(b.max, max);
	}
}

static void drop_and_cut_take_off_both_ends(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	buf_adds(&b, "0123456789");
	buf_drop(&b, 3);
	assert_string_equal(b.data, "3456789");
	buf_cut(&b, 4);
	assert_string_equal(b.data, "3456");
	buf_cut(&b, 40);
	assert_string_equal(b.data, "3456");
	buf_drop(&b, 40);
	assert_string_equal(b.data, "");
	buf_adds(&b, "again");
	assert_string_equal(b.data, "again");
	buf_release(&b);
}

static void take_hands_over_and_starts_anew(void **state)
{
	(void)state;
	struct buf b = { .max = 10 };
	buf_adds(&b, "mine");
	char *s = buf_take(&b);
	assert_string_equal(s, "mine");
	assert_int_equal(b.len, 0);
	assert_int_equal(b.max, 10);
	buf_adds(&b, "other");
	assert_string_equal(s, "mine");
	free(s);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(an_empty_one_is_an_empty_string),
		UNIT(every_add_leaves_a_string),
		UNIT(bytes_may_be_nul),
		UNIT(a_bound_refuses_and_changes_nothing),
		UNIT(drop_and_cut_take_off_both_ends),
		UNIT(take_hands_over_and_starts_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
