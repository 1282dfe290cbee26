#include "unit.h"

#include <math.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"

static struct json *parse(const char *text)
{
	struct json *doc = NULL;
	struct err err = { 0 };
	if (json_parse(text, strlen(text), &doc, &err))
		fail_msg("%s: %s", text, err.text);
	return doc;
}

static void what_is_there_is_found(void **state)
{
	(void)state;
	struct json *doc = parse("{\"s\":\"x\",\"i\":-7,\"f\":1.5,\"t\":true,\"n\":null,"
				 "\"a\":[1,\"two\",[]],\"o\":{\"k\":\"v\"}}");
	double num = 0;
	int64_t i = 0;
	bool flag = false;
	assert_true(json_is_obj(doc));
	assert_false(json_is_arr(doc));
	assert_string_equal(json_str(doc, "s"), "x");
	assert_int_equal(json_int(doc, "i", 99), -7);
	assert_true(json_bool(doc, "t", false));
	assert_true(json_is_null(json_get(doc, "n")));
	assert_true(json_as_num(json_get(doc, "f"), &num) && num == 1.5);
	assert_true(json_as_num(json_get(doc, "i"), &num) && num == -7);
	assert_true(json_as_int(json_get(doc, "i"), &i) && i == -7);
	assert_true(json_as_bool(json_get(doc, "t"), &flag) && flag);
	const struct json *a = json_get(doc, "a");
	assert_true(json_is_arr(a));
	assert_int_equal(json_len(a), 3);
	assert_string_equal(json_text(json_at(a, 1)), "two");
	assert_int_equal(json_len(json_at(a, 2)), 0);
	assert_string_equal(json_str(json_get(doc, "o"), "k"), "v");
	json_free(doc);
}

static void what_is_not_there_is_taken_in_stride(void **state)
{
	(void)state;
	struct json *doc = parse("{\"s\":\"x\",\"f\":3.0,\"n\":null,\"a\":[1]}");
	double num = 42;
	int64_t i = 42;
	bool flag = true;
	const struct json *const none[] = { NULL, json_get(doc, "no"), json_get(doc, "s") };
	for (size_t k = 0; k < COUNT_OF(none); k++) {
		assert_null(json_get(none[k], "x"));
		assert_null(json_str(none[k], "x"));
		assert_int_equal(json_int(none[k], "x", 5), 5);
		assert_true(json_bool(none[k], "x", true));
		assert_false(json_is_null(none[k]));
		assert_false(json_is_arr(none[k]));
		assert_false(json_is_obj(none[k]));
		assert_false(json_as_num(none[k], &num));
		assert_false(json_as_int(none[k], &i));
		assert_false(json_as_bool(none[k], &flag));
		assert_int_equal(json_len(none[k]), 0);
		assert_null(json_at(none[k], 0));
		assert_int_equal(json_each(none[k], NULL, NULL), 0);
	}
	assert_false(json_as_int(json_get(doc, "f"), &i));
	assert_int_equal(json_int(doc, "s", 5), 5);
	assert_null(json_str(doc, "f"));
	assert_null(json_text(json_get(doc, "n")));
	assert_null(json_at(json_get(doc, "a"), 1));
	assert_true(num == 42 && i == 42 && flag);
	json_free(doc);
	json_free(NULL);
}

static void refuses(const char *text, size_t n, int code)
{
	struct json *doc = (struct json *)&code;
	struct err err = { 0 };
	if (json_parse(text, n, &doc, &err) != code)
		fail_msg("%.*s: %s %s", (int)n, text, err_name(err.code), err.text);
	assert_ptr_equal(doc, &code);
	assert_true(strlen(err.text) > 0);
	assert_int_equal(json_parse(text, n, &doc, NULL), code);
}

static void what_is_no_json_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":1}{}",
		"{\"a\":1,\"a\":2}",
		"{a:1}", "'x'", "01", "1.", "+1", "NaN", "Infinity", "nul", "\"\\x\"", "\"\n\"",
		"\"\x01\"", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\\ud800\"",
		"// x\n1",
		"\"\\u0000\"", "{\"a\\u0000b\":1}", "9223372036854775808", "1e999", "]",
		"\"unfinished",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		refuses(bad[i], strlen(bad[i]), ERR_PARSE);
	refuses("1\0", 2, ERR_PARSE);
	struct json *doc;
	struct err err;
	json_parse("{\"a\": tru}", 10, &doc, &err);
	assert_non_null(strstr(err.text, "line 1 column 9"));
}

static void depth_has_a_limit_and_quotes_do_not_count(void **state)
{
	(void)state;
	char text[1000];
	for (size_t deep = 60; deep < 70; deep++) {
		struct json *doc = NULL;
		memset(text, '[', deep);
		memset(text + deep, ']', deep);
		int rc = json_parse(text, 2 * deep, &doc, NULL);
		assert_int_equal(rc, deep <= JSON_DEPTH_MAX ? 0 : ERR_LIMIT);
		json_free(doc);
	}
	memset(text, '[', 900);
	text[0] = '"';
	text[1] = '\\';
	text[2] = '"';
	text[900] = '"';
	text[901] = '\0';
	struct json *doc = parse(text);
	assert_int_equal(strlen(json_text(doc)), 898);
	json_free(doc);
}

struct seen {
	struct buf keys;
	int stop_at, count;
};

static int see(void *ctx, const char *key, const struct json *v)
{
	struct seen *s = ctx;
	(void)v;
	buf_adds(&s->keys, key);
	return ++s->count == s->stop_at ? -5 : 0;
}

static void members_come_in_stored_order(void **state)
{
	(void)state;
	struct json *doc = parse("{\"z\":1,\"b\":2,\"y\":3,\"a\":4,\"x\":5}");
	struct seen s = { .stop_at = 0 };
	assert_int_equal(json_each(doc, see, &s), 0);
	assert_string_equal(s.keys.data, "zbyax");
	buf_release(&s.keys);
	s = (struct seen){ .stop_at = 2 };
	assert_int_equal(json_each(doc, see, &s), -5);
	assert_string_equal(s.keys.data, "zb");
	buf_release(&s.keys);
	json_free(doc);
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	struct jsonw w = { .out = &b };
	jw_obj(&w, NULL);
	jw_str(&w, "s", "a\"b\\c\nd\te\x01\x1b\x7f\xc3\xa9");
	jw_str(&w, "none", NULL);
	jw_strn(&w, "bad", "x\0y\xffz", 5);
	jw_int(&w, "max", INT64_MAX);
	jw_int(&w, "min", INT64_MIN);
	jw_num(&w, "third", 1.0 / 3);
	jw_num(&w, "three", 3);
	jw_num(&w, "nan", NAN);
	jw_num(&w, "inf", -INFINITY);
	jw_bool(&w, "yes", true);
	jw_arr(&w, "list");
	jw_obj(&w, NULL);
	jw_end_obj(&w);
	jw_arr(&w, NULL);
	jw_end_arr(&w);
	jw_bool(&w, NULL, false);
	jw_null(&w, NULL);
	jw_raw(&w, NULL, "{\"r\":1}");
	jw_end_arr(&w);
	jw_str(&w, "k\"ey", "");
	jw_end_obj(&w);
	assert_string_equal(b.data,
			    "{\"s\":\"a\\\"b\\\\c\\nd\\te\\u0001\\u001b\x7f\xc3\xa9\","
			    "\"none\":null,"
			    "\"bad\":\"x\xef\xbf\xbdy\xef\xbf\xbdz\",\"max\":9223372036854775807,"
			    "\"min\":-9223372036854775808,"
			    "\"third\":0.3333333333333333,\"three\":3.0,"
			    "\"nan\":null,\"inf\":null,\"yes\":true,"
			    "\"list\":[{},[],false,null,{\"r\":1}],\"k\\\"ey\":\"\"}");
	struct json *doc = parse(b.data);
	struct buf again = BUF_INIT;
	json_dump(&again, doc);
	assert_string_equal(again.data, b.data);
	assert_string_equal(json_str(doc, "s"), "a\"b\\c\nd\te\x01\x1b\x7f\xc3\xa9");
	json_free(doc);
	buf_release(&again);
	buf_release(&b);
}

static void any_bytes_can_be_written_and_read(void **state)
{
	(void)state;
	unsigned seed = 11;
	for (int i = 0; i < 20000; i++) {
		char raw[24];
		size_t n = (seed >> 16) % sizeof(raw);
		for (size_t k = 0; k < n; k++)
			raw[k] = (char)((seed = seed * 1103515245 + 12345) >> 16);
		struct buf b = BUF_INIT, again = BUF_INIT;
		struct jsonw w = { .out = &b };
		jw_strn(&w, NULL, raw, n);
		struct json *doc = parse(b.data);
		json_dump(&again, doc);
		assert_string_equal(again.data, b.data);
		json_free(doc);
		buf_release(&b);
		buf_release(&again);
	}
}

static void a_full_buffer_shows(void **state)
{
	(void)state;
	struct buf b = { .max = 10 };
	struct jsonw w = { .out = &b };
	jw_str(&w, NULL, "twenty characters...");
	assert_true(b.over);
	assert_true(b.len <= 10);
	buf_release(&b);
}

static void what_a_terminal_obeys_is_escaped(void **state)
{
	(void)state;
	static const char json[] = "{\"a\":\"\x1b[\x7f \xc2\x9b \xe2\x80\xae \xf3\xa0\x80\xa1 \xff \n\xc3\xa9\"}";
	struct buf b = BUF_INIT;
	json_harmless(&b, json, sizeof(json) - 1);
	assert_string_equal(buf_str(&b), "{\"a\":\"\\u001b[\\u007f \\u009b \\u202e \\udb40\\udc21 "
			    "\xef\xbf\xbd \\u000a\xc3\xa9\"}");
	struct json *doc = parse(buf_str(&b));
	assert_string_equal(json_str(doc, "a"), "\x1b[\x7f \xc2\x9b \xe2\x80\xae \xf3\xa0\x80\xa1 "
			    "\xef\xbf\xbd \n\xc3\xa9");
	json_free(doc);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_there_is_found),
		UNIT(what_is_not_there_is_taken_in_stride),
		UNIT(what_is_no_json_is_refused),
		UNIT(depth_has_a_limit_and_quotes_do_not_count),
		UNIT(members_come_in_stored_order),
		UNIT(what_is_written_reads_back),
		UNIT(what_a_terminal_obeys_is_escaped),
		UNIT(any_bytes_can_be_written_and_read),
		UNIT(a_full_buffer_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
