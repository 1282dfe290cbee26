#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "intent.h"
#include "kind.h"
#include "limits.h"
#include "mem.h"

static void same(const struct intent *a, const struct intent *b)
{
	assert_int_equal(a->verb, b->verb);
	assert_string_equal(a->client, b->client);
	assert_string_equal(a->id, b->id);
	assert_true(a->prompt == b->prompt);
	const char *const one[] = { a->step, a->name, a->text, a->reason };
	const char *const two[] = { b->step, b->name, b->text, b->reason };
	for (size_t i = 0; i < COUNT_OF(one); i++) {
		assert_int_equal(one[i] == NULL, two[i] == NULL);
		if (one[i])
			assert_string_equal(one[i], two[i]);
	}
	assert_int_equal(a->n_fields, b->n_fields);
	for (size_t i = 0; i < a->n_fields; i++) {
		assert_string_equal(a->fields[i].name, b->fields[i].name);
		assert_int_equal(a->fields[i].text == NULL, b->fields[i].text == NULL);
		if (a->fields[i].text)
			assert_string_equal(a->fields[i].text, b->fields[i].text);
	}
}

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void every_verb_survives_the_way(void **state)
{
	(void)state;
	for (int v = 0; v < VERB_MAX; v++) {
		struct intent_field fields[] = {
			{ text("newest"), text("2026-11-22") },
			{ text("quote\"d"), text("line\nbreak \xc3\xa9") },
			{ text("empty"), NULL },
		};
		struct intent in = {
			.verb = v, .client = "c1", .id = "i1", .prompt = v,
			.step = v % 2 ? text("s4.2") : NULL,
			.name = v % 3 ? text("") : NULL,
			.text = v % 5 ? text("echo \"$a\"\t\x01") : NULL,
			.reason = v % 7 ? text("because") : NULL,
			.fields = fields, .n_fields = (size_t)v % 4,
		};
		struct intent out = { 0 };
		struct buf json = BUF_INIT;
		struct err err = { 0 };
		intent_encode(&json, &in);
		assert_null(memchr(json.data, '\n', json.len));
		if (intent_decode(json.data, json.len, &out, &err))
			fail_msg("%s: %s", json.data, err.text);
		same(&in, &out);
		intent_release(&out);
		assert_null(out.fields);
		buf_release(&json);
	}
}

static void refused(const char *text, int code)
{
	struct intent out;
	struct err err = { 0 };
	memset(&out, 0x5a, sizeof(out));
	if (intent_decode(text, strlen(text), &out, &err) != code)
		fail_msg("%s: %s (%s)", text, err_name(err.code), err.text);
	assert_null(out.step);
	assert_null(out.fields);
	assert_int_equal(out.n_fields, 0);
	intent_release(&out);
}

static void what_is_not_exactly_an_intent_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		"{\"verb\":\"done\"}",
		"{\"verb\":\"done\",\"client\":\"c\"}",
		"{\"client\":\"c\",\"id\":\"i\"}",
		"{\"verb\":\"dance\",\"client\":\"c\",\"id\":\"i\"}",
		"{\"verb\":1,\"client\":\"c\",\"id\":\"i\"}",
		"{\"verb\":\"done\",\"client\":\"\",\"id\":\"i\"}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":7}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"prompt\":\"1\"}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"prompt\":-1}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"prompt\":1.5}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"step\":null}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"text\":true}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"actor\":\"root\"}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"fields\":[]}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"fields\":{\"a\":1}}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\"} {}",
		"{\"verb\":\"done\",\"verb\":\"fail\",\"client\":\"c\",\"id\":\"i\"}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"text\":\"\\u0000\"}",
		"{\"verb\":\"done\",\"step\":\"s\",\"fields\":{\"a\":\"b\"},\"client\":\"c\"}",
		"{\"verb\":\"done\",\"client\":\"c\",\"id\":"
		"\"0123456789012345678901234567890123456789\"}",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		refused(bad[i], ERR_PARSE);
	struct intent out;
	static const char good[] = "{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\"}";
	assert_int_equal(intent_decode(good, sizeof(good) - 1, &out, NULL), 0);
	intent_release(&out);
}

static void too_much_is_refused(void **state)
{
	(void)state;
	struct buf json = BUF_INIT;
	struct intent in = { .verb = VERB_NOTE, .client = "c", .id = "i" }, out;
	in.reason = mem_alloc(LIMIT_REASON_BYTES + 2);
	memset(in.reason, 'r', LIMIT_REASON_BYTES + 1);
	intent_encode(&json, &in);
	refused(json.data, ERR_LIMIT);
	in.reason[LIMIT_REASON_BYTES] = '\0';
	buf_clear(&json);
	intent_encode(&json, &in);
	assert_int_equal(intent_decode(json.data, json.len, &out, NULL), 0);
	intent_release(&out);
	free(in.reason);

	in = (struct intent){ .verb = VERB_NOTE, .client = "c", .id = "i" };
	in.text = mem_alloc(LIMIT_INTENT_BYTES);
	memset(in.text, 't', LIMIT_INTENT_BYTES - 1);
	buf_clear(&json);
	intent_encode(&json, &in);
	refused(json.data, ERR_LIMIT);
	free(in.text);

	buf_clear(&json);
	buf_adds(&json, "{\"verb\":\"done\",\"client\":\"c\",\"id\":\"i\",\"fields\":{");
	for (int i = 0; i <= LIMIT_FIELDS; i++)
		buf_addf(&json, "%s\"f%d\":\"x\"", i ? "," : "", i);
	buf_adds(&json, "}}");
	refused(json.data, ERR_LIMIT);
	buf_release(&json);
}

static void leaving_the_script_needs_a_reason(void **state)
{
	(void)state;
	static const int need[] = { VERB_FAIL, VERB_SKIP, VERB_DEFER, VERB_OVERRIDE, VERB_ACCEPT,
				    VERB_REOPEN, VERB_EDIT, VERB_CORRECT, VERB_CALL };
	for (int v = 0; v < VERB_MAX; v++) {
		bool needs = false;
		for (size_t i = 0; i < COUNT_OF(need); i++)
			needs |= need[i] == v;
		assert_int_equal(!!verb_needs_reason(v), needs);
	}
	assert_false(verb_needs_reason(VERB_INVALID));
	assert_false(verb_needs_reason(VERB_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_verb_survives_the_way),
		UNIT(what_is_not_exactly_an_intent_is_refused),
		UNIT(too_much_is_refused),
		UNIT(leaving_the_script_needs_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
