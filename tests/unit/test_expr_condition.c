/* Conditions at run time: true, false and unknown; and everything that must never open a gate. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/expr/expr_db.h"
#include "exprs.h"
#include "limits.h"
#include "mem.h"

static struct exprs e;

static int setup(void **state)
{
	(void)state;
	exprs_init(&e);
	return expr_open(&e.x, NULL);
}

static int teardown(void **state)
{
	(void)state;
	expr_close(e.x);
	expr_close(NULL);
	return 0;
}

static enum tri look(const char *text, struct buf *why)
{
	return expr_condition(e.x, text, e.bound, EXPRS_N, why);
}

struct row {
	const char *text;
	enum tri want;
	const char *says; /* part of the reason where unknown */
};

static void check_rows(const struct row *rows, size_t n)
{
	int wrong = 0;
	for (size_t i = 0; i < n; i++) {
		struct buf why = BUF_INIT;
		struct err err = { 0 };
		enum tri got = look(rows[i].text, &why);
		/* What is tried here is what lint lets through. */
		if (expr_check(e.x, rows[i].text, e.names, EXPRS_N, VALUE_BOOL, NULL, NULL, &err)) {
			print_error("%s: lint: %s\n", rows[i].text, err.text);
			wrong++;
		}
		if (got != rows[i].want || (rows[i].says && !strstr(buf_str(&why), rows[i].says)) ||
		    (got == TRI_UNKNOWN) != (why.len > 0)) {
			print_error("%s: %s (%s)\n", rows[i].text, tri_name(got), buf_str(&why));
			wrong++;
		}
		buf_release(&why);
	}
	assert_int_equal(wrong, 0);
}

static const struct row known[] = {
	{ "replicas > 0 and environment not in ('dev','stg')", TRI_TRUE, NULL },
	{ "replicas > 0 and environment in ('dev','stg')", TRI_FALSE, NULL },
	{ "instr(state, address) = 0", TRI_FALSE, NULL },
	{ "instr(state, address) = 10", TRI_TRUE, NULL },
	{ "found = replicas", TRI_TRUE, NULL },
	{ "json_array_length(volumes) = 3", TRI_TRUE, NULL },
	{ "count(volumes) = 3 and count(was) = 5 and count(empty) = 0", TRI_TRUE, NULL },
	{ "first(volumes) = 'data-0' and first(reversed(volumes)) = 'data-2'", TRI_TRUE, NULL },
	{ "first(was) = 'preferences' and first(reversed(was)) = 'none'", TRI_TRUE, NULL },
	{ "reversed(reversed(sizes)) = sizes and reversed(empty) = empty", TRI_TRUE, NULL },
	{ "rest(empty) = empty and count(rest(was)) = 4", TRI_TRUE, NULL },
	{ "'flow.manager' in (select value from json_each(keys(was)))", TRI_TRUE, NULL },
	{ "first(mixed) = '1' and first(rest(rest(rest(mixed)))) = '[2]'", TRI_TRUE, NULL },
	{ "first(rest(rest(mixed))) is null", TRI_TRUE, NULL },
	{ "count(was ->> 'deep' ->> 'l') = 2 and first(was ->> 'deep') = 'l'", TRI_TRUE, NULL },
	{ "exit = 0", TRI_TRUE, NULL },
	{ "now > newest", TRI_TRUE, NULL },
	{ "now - newest = '59m59s500ms'", TRI_TRUE, NULL },
	{ "now - newest < '1h'", TRI_TRUE, NULL },
	{ "newest < '2026-11-22T02:21:08Z'", TRI_TRUE, NULL },
	{ "newest > '2026-11-22T02:21:07Z'", TRI_TRUE, NULL },
	{ "newest = '2026-11-22T03:21:07.5+01:00'", TRI_TRUE, NULL },
	{ "now - age < newest", TRI_TRUE, NULL },
	{ "age > '24h' or age = '90m'", TRI_TRUE, NULL },
	{ "age / 3 = '30m' and age * 2 = '3h' and 0.5 * age = '45m'", TRI_TRUE, NULL },
	{ "ready and not stuck", TRI_TRUE, NULL },
	{ "ready = stuck", TRI_FALSE, NULL },
	{ "replicas / 2 = 1.5", TRI_TRUE, NULL },
	{ "3 / 4 > 0.5", TRI_TRUE, NULL },
	{ "7 % 3 = 1 and -7 % 3 = -1", TRI_TRUE, NULL },
	{ "2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and 10 - 4 - 3 = 3", TRI_TRUE, NULL },
	{ "not true or true", TRI_TRUE, NULL },
	{ "true or false and false", TRI_TRUE, NULL },
	{ "not false = true", TRI_TRUE, NULL },
	{ "1 = 2 = false", TRI_TRUE, NULL },
	{ "9223372036854775807 + 1 > 9223372036854775807", TRI_TRUE, NULL },
	{ "environment || replicas = 'prd3'", TRI_TRUE, NULL },
	{ "'it''s' = 'it' || '''' || 's'", TRI_TRUE, NULL },
	{ "'a''b' like 'A''_'", TRI_TRUE, NULL },
	{ "environment like 'P%D' and environment not like 'P%x'", TRI_TRUE, NULL },
	{ "environment glob 'P*'", TRI_FALSE, NULL },
	{ "'50%' like '50\\%' escape '\\'", TRI_TRUE, NULL },
	{ "'500' like '50\\%' escape '\\'", TRI_FALSE, NULL },
	{ "'data-0' in volumes and 'data-9' not in volumes", TRI_TRUE, NULL },
	{ "20 in sizes and 30.5 in sizes and 21 not in sizes", TRI_TRUE, NULL },
	{ "1 in empty", TRI_FALSE, NULL },
	{ "1 not in empty", TRI_TRUE, NULL },
	{ "exists (select 1 from json_each(empty))", TRI_FALSE, NULL },
	{ "(select count(*) from json_each(empty)) = 0", TRI_TRUE, NULL },
	{ "(select count(*) from json_each(volumes) where value like '%-1' or key = 0) = 2",
	  TRI_TRUE, NULL },
	{ "(select sum(value) from json_each(sizes)) = 60.5", TRI_TRUE, NULL },
	{ "(select min(value) from json_each(sizes)) = 10 and "
	  "(select avg(key) from json_each(sizes)) = 1", TRI_TRUE, NULL },
	{ "exists (select 1 from json_each(volumes) where exists (select 1 from "
	  "json_each(sizes) where value = 20) and value = 'data-2')", TRI_TRUE, NULL },
	{ "exists (select 1 from json_each(was ->> 'deep') where 2 in (select value from "
	  "json_each(value)))", TRI_TRUE, NULL },
	{ "was ->> 'preferences' = 2 and was ->> 'flow.manager' = 'x'", TRI_TRUE, NULL },
	{ "was ->> 'ok' = true", TRI_TRUE, NULL },
	{ "was ->> 'deep' ->> 'l' ->> 1 = 2", TRI_TRUE, NULL },
	{ "json_extract(was, '$.deep.l[1]') = 2.0", TRI_TRUE, NULL },
	{ "json_type(was, '$.deep.l') = 'array'", TRI_TRUE, NULL },
	{ "length(was) = 5 and length(volumes) = 3 and length('\xc3\xa9') = 1", TRI_TRUE,
	  NULL },
	{ "json_array_length(was ->> 'deep' ->> 'l') = 2", TRI_TRUE, NULL },
	{ "json_valid(environment)", TRI_FALSE, NULL },
	{ "iif(replicas > 2, 'many', 'few') = 'many'", TRI_TRUE, NULL },
	{ "case when replicas > 5 then 1 when replicas > 2 then 2 else 3 end = 2", TRI_TRUE,
	  NULL },
	{ "coalesce(no_int, 7) = 7 and coalesce(replicas, 7) = 3", TRI_TRUE, NULL },
	{ "no_int is null and replicas is not null", TRI_TRUE, NULL },
	{ "round(2.5) = 3 and round(-2.5) = -3 and round(2.567, 2) = 2.57", TRI_TRUE,
	  NULL },
	{ "substr(environment, 2) = 'rd' and substr(environment, 1, 1) = 'p'", TRI_TRUE,
	  NULL },
	{ "replace('aaa', 'a', 'bb') = 'bbbbbb' and replace('a', '', 'x') = 'a'", TRI_TRUE,
	  NULL },
	{ "instr('\xc3\xa9" "a', 'a') = 2 and instr('a', '') = 1", TRI_TRUE, NULL },
	{ "date(newest) || ' ' || time(newest) = '2026-11-22 02:21:07'", TRI_TRUE, NULL },
	{ "unixepoch(now) = 1795317667 and seconds(age) = 5400", TRI_TRUE, NULL },
	{ "datetime(date(now)) < now and duration('5' || 'm') = '300s'", TRI_TRUE, NULL },
	{ "int(' 12 ') = 12 and number('1e2') = 100 and text(1.50) = '1.5'", TRI_TRUE,
	  NULL },
	{ "int(was ->> 'preferences') = 2 and text(was ->> 'preferences') = '2'", TRI_TRUE,
	  NULL },
	{ "max(1, 2.5) = 2.5 and min(now, newest) = newest and abs(-2) = 2", TRI_TRUE,
	  NULL },
};

static void known_values_give_true_and_false(void **state)
{
	(void)state;
	check_rows(known, COUNT_OF(known));
}

static void what_is_not_known_opens_nothing(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "no_int > 0", TRI_UNKNOWN, "no_int not known" },
		{ "not (no_int > 0)", TRI_UNKNOWN, "no_int" },
		{ "no_int <> 3", TRI_UNKNOWN, NULL },
		{ "no_bool", TRI_UNKNOWN, "no_bool" },
		{ "not no_bool", TRI_UNKNOWN, NULL },
		{ "no_bool or not no_bool", TRI_UNKNOWN, NULL },
		{ "no_text not in ('dev', 'stg')", TRI_UNKNOWN, NULL },
		{ "no_text not like 'a%'", TRI_UNKNOWN, NULL },
		{ "no_text not glob 'a*'", TRI_UNKNOWN, NULL },
		{ "environment not like no_text", TRI_UNKNOWN, NULL },
		{ "no_int not between 1 and 2", TRI_UNKNOWN, NULL },
		{ "instr(no_text, 'a') = 0", TRI_UNKNOWN, NULL },
		{ "instr('a', no_text) = 0", TRI_UNKNOWN, NULL },
		{ "not json_valid(no_text)", TRI_UNKNOWN, NULL },
		{ "replace(no_text, 'a', 'b') <> 'x'", TRI_UNKNOWN, NULL },
		{ "length(no_list) = 0", TRI_UNKNOWN, NULL },
		{ "count(no_list) = 0", TRI_UNKNOWN, "no_list not known" },
		{ "count(no_map) <> 3", TRI_UNKNOWN, NULL },
		{ "count(was ->> 'gone') = 0", TRI_UNKNOWN, NULL },
		{ "count(was ->> 'none') = 0", TRI_UNKNOWN, NULL },
		{ "first(no_list) <> 'a'", TRI_UNKNOWN, NULL },
		{ "first(empty) <> 'a'", TRI_UNKNOWN, NULL },
		{ "first(rest(empty)) <> 'a'", TRI_UNKNOWN, NULL },
		{ "'a' not in (select value from json_each(keys(no_map)))", TRI_UNKNOWN, NULL },
		{ "not exists (select 1 from json_each(rest(no_list)))", TRI_UNKNOWN, NULL },
		{ "reversed(no_list) <> volumes", TRI_UNKNOWN, NULL },
		{ "length(no_map) = 0", TRI_UNKNOWN, NULL },
		{ "length(no_text) = 0", TRI_UNKNOWN, NULL },
		{ "json_array_length(no_list) = 0", TRI_UNKNOWN, NULL },
		{ "json_array_length(no_map ->> 'a') = 0", TRI_UNKNOWN, NULL },
		{ "'a' not in no_list", TRI_UNKNOWN, "no_list" },
		{ "'a' not in (select value from json_each(no_list))", TRI_UNKNOWN, NULL },
		{ "no_text not in volumes", TRI_UNKNOWN, NULL },
		{ "not exists (select 1 from json_each(no_list))", TRI_UNKNOWN, NULL },
		{ "not exists (select 1 from json_each(no_map ->> 'a'))", TRI_UNKNOWN, NULL },
		{ "(select count(*) from json_each(no_map)) = 0", TRI_UNKNOWN, NULL },
		{ "iif(no_bool, false, true)", TRI_UNKNOWN, NULL },
		{ "iif(no_int > 2, 1, 2) = 2", TRI_UNKNOWN, NULL },
		{ "case when no_bool then false when ready then true else true end", TRI_UNKNOWN,
		  NULL },
		{ "max(no_int, 3) = 3", TRI_UNKNOWN, NULL },
		{ "nullif(no_int, 3) <> 4", TRI_UNKNOWN, NULL },
		{ "now - no_date < '1h'", TRI_UNKNOWN, NULL },
		{ "no_time < '1h'", TRI_UNKNOWN, NULL },
		{ "no_number / 2 < 1", TRI_UNKNOWN, NULL },
		{ "replicas / 0 < 1", TRI_UNKNOWN, "division by zero" },
		{ "replicas % 0 = 0", TRI_UNKNOWN, NULL },
		{ "was ->> 'gone' <> 3", TRI_UNKNOWN, "key" },
		{ "was ->> 'none' <> 3", TRI_UNKNOWN, NULL },
		{ "volumes ->> 99 <> 'a'", TRI_UNKNOWN, NULL },
		{ "json_type(was, '$.gone') <> 'array'", TRI_UNKNOWN, NULL },
		{ "no_int > 0 and ready", TRI_UNKNOWN, NULL },
		{ "no_int > 0 and stuck", TRI_FALSE, NULL },
		{ "no_int > 0 or ready", TRI_TRUE, NULL },
	};
	check_rows(rows, COUNT_OF(rows));
}

/* A value inside JSON has no type that lint could see: it is looked at when it is there. */
static void json_of_a_wrong_type_opens_nothing(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "was ->> 'flow.manager' > 2", TRI_UNKNOWN, "a number is needed" },
		{ "count(was ->> 'flow.manager') <> 3", TRI_UNKNOWN, "a list or a map is needed" },
		{ "first(was ->> 'preferences') <> '3'", TRI_UNKNOWN, "a list or a map" },
		{ "count(keys(was ->> 'deep' ->> 'l')) = 0", TRI_UNKNOWN, "where a map is" },
		{ "count(rest(was ->> 'ok')) = 0", TRI_UNKNOWN, "a list or a map" },
		{ "was ->> 'flow.manager' <> 2", TRI_UNKNOWN, "text stands" },
		{ "was ->> 'preferences' <> 'x'", TRI_UNKNOWN, "text is needed" },
		{ "was ->> 'preferences' = true", TRI_UNKNOWN, "true or false" },
		{ "was ->> 'deep' <> 'x'", TRI_UNKNOWN, "a list or a map" },
		{ "was ->> 'flow.manager' < now", TRI_UNKNOWN, "a date" },
		{ "was ->> 'flow.manager' < age", TRI_UNKNOWN, "a duration" },
		{ "was ->> 'flow.manager' <> was ->> 'preferences'", TRI_UNKNOWN, "compared" },
		{ "was ->> 'flow.manager' <> was ->> 'deep'", TRI_UNKNOWN, "compared" },
		{ "was ->> 'flow.manager' < was ->> 'preferences'", TRI_UNKNOWN, "no order" },
		{ "was ->> 'flow.manager' ->> 'x' <> 3", TRI_UNKNOWN, NULL },
		{ "coalesce(was ->> 'flow.manager', 0) = 0", TRI_UNKNOWN, NULL },
		{ "int(environment) <> 3", TRI_UNKNOWN, "whole number" },
		{ "number(environment) <> 3", TRI_UNKNOWN, "a number" },
		{ "int('2.5') = 2", TRI_UNKNOWN, "whole" },
		{ "datetime(environment) < now", TRI_UNKNOWN, "a date" },
		{ "duration(environment) < age", TRI_UNKNOWN, "a duration" },
		{ "7 not in mixed", TRI_UNKNOWN, "text stands" },
		{ "'a' not in mixed", TRI_UNKNOWN, "text is needed" },
		{ "7 not in holes", TRI_UNKNOWN, NULL },
		{ "1 in holes", TRI_TRUE, NULL },
		{ "not exists (select 1 from json_each(mixed) where value = 7)", TRI_UNKNOWN,
		  "text stands" },
		{ "not exists (select 1 from json_each(holes) where value = 7)", TRI_UNKNOWN,
		  "entry of the list is unknown" },
		{ "(select count(*) from json_each(holes) where value > 7) = 0", TRI_UNKNOWN,
		  "unknown" },
		{ "(select sum(value) from json_each(holes)) = 1", TRI_UNKNOWN, "unknown" },
		{ "(select max(value) from json_each(mixed)) > 0", TRI_UNKNOWN, "text stands" },
		{ "(select sum(value) from json_each(empty)) <> 1", TRI_UNKNOWN, NULL },
		{ "was ->> ('a' || '\"') <> 3", TRI_UNKNOWN, "quote" },
		{ "volumes ->> (0 - 1) <> 'a'", TRI_UNKNOWN, "before its first" },
		{ "json_array_length(was ->> 'deep') = 0", TRI_UNKNOWN, NULL },
		{ "exists (select 1 from json_each(was ->> 'flow.manager'))", TRI_UNKNOWN, "JSON" },
		{ "not exists (select 1 from json_each(was ->> 'preferences'))", TRI_UNKNOWN,
		  NULL },
	};
	check_rows(rows, COUNT_OF(rows));
}

/* A value whose text is not of its type is never compared, whatever the condition. */
static void a_value_that_is_not_of_its_type_opens_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = { "error", "", " 3", "3 ", "0x3", "1e", "nan", "'3'",
					     "99999999999999999999", "null", "3; drop", "TRUE",
					     	"1" };
	static const struct {
		const char *name, *condition;
	} rows[] = {
		{ "replicas", "replicas <> 12345" },
		{ "replicas", "ready or replicas > 1" },
		{ "replicas", "replicas is not null" },
		{ "replicas", "coalesce(replicas, 0) >= 0" },
		{ "ratio", "ratio <> 12345" },
		{ "ready", "ready or not ready" },
		{ "now", "now <> '2020-01-01'" },
		{ "age", "age <> '7s'" },
		{ "volumes", "'a' not in volumes" },
		{ "volumes", "not exists (select 1 from json_each(volumes) where value = 'x')" },
		{ "volumes", "length(volumes) >= 0" },
		{ "volumes", "count(volumes) >= 0" },
		{ "volumes", "first(volumes) <> 'x'" },
		{ "was", "count(keys(was)) >= 0" },
		{ "was", "length(was) >= 0" },
		{ "was", "was ->> 'a' is null" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct value *v = exprs_value(&e, rows[i].name), before = *v;
		for (size_t k = 0; k < COUNT_OF(texts); k++) {
			struct buf why = BUF_INIT;
			struct value read = { 0 };
			v->text = (char *)(uintptr_t)texts[k];
			/* A number reads in more than one way, the rest must be canonical. */
			bool fits = value_parse(v->type, texts[k], strlen(texts[k]), &read, NULL) ==
					    0 && (v->type == VALUE_NUMBER ? !strchr(texts[k], ' ')
							: strcmp(read.text, texts[k]) == 0);
			enum tri t = look(rows[i].condition, &why);
			if (!fits && t != TRI_UNKNOWN)
				fail_msg("%s with %s = \"%s\": %s", rows[i].condition, rows[i].name,
					 texts[k], tri_name(t));
			if (!fits)
				assert_non_null(strstr(buf_str(&why), rows[i].name));
			value_release(&read);
			buf_release(&why);
		}
		*v = before;
	}
	/* A type that is not the one lint saw: the condition no longer types. */
	struct value *v = exprs_value(&e, "replicas"), before = *v;
	*v = (struct value){ .type = VALUE_TEXT, .known = true, .text = (char *)"error" };
	assert_int_equal(look("replicas > 2", NULL), TRI_UNKNOWN);
	assert_int_equal(look("replicas <> 2", NULL), TRI_UNKNOWN);
	*v = before;
}

static void nothing_in_scope_opens_nothing(void **state)
{
	(void)state;
	struct buf why = BUF_INIT;
	assert_int_equal(expr_condition(e.x, "replicas > 0", NULL, 0, &why), TRI_UNKNOWN);
	assert_non_null(strstr(buf_str(&why), "replicas"));
	buf_clear(&why);
	assert_int_equal(expr_condition(e.x, "1 = 1", NULL, 0, &why), TRI_TRUE);
	assert_int_equal(why.len, 0);
	assert_int_equal(expr_condition(e.x, "replicas > 0 and (", e.bound, EXPRS_N, NULL),
			 TRI_UNKNOWN);
	buf_release(&why);
}

/* The why of a condition goes on record. */
static void a_reason_quotes_no_values(void **state)
{
	(void)state;
	static const char *const conditions[] = {
		"int(token) = 3", "datetime(token) < now", "token ->> 'a' = 3", "map ->> 'k' > 3",
		"list ->> 0 > 3", "n > 3",
			"not exists (select 1 from json_each(list) where value > 3)",
		"map ->> token > 3",
	};
	struct value token = { .type = VALUE_TEXT, .known = true, .secret = true,
			       .text = (char *)"hunter2\"" };
	struct value map = { .type = VALUE_MAP, .known = true, .text =
		(char *)"{\"k\":\"hunter2\"}" };
	struct value list = { .type = VALUE_LIST, .known = true, .text = (char *)"[\"hunter2\"]" };
	struct value n = { .type = VALUE_INT, .known = true, .text = (char *)"hunter2" };
	struct value now = { .type = VALUE_DATETIME, .known = true, .text = (char *)"2026-11-22" };
	const struct binding b[] = { { "token", &token }, { "map", &map }, { "list", &list },
				     { "n", &n }, { "now", &now } };
	for (size_t i = 0; i < COUNT_OF(conditions); i++) {
		struct buf why = BUF_INIT;
		assert_int_equal(expr_condition(e.x, conditions[i], b, COUNT_OF(b), &why),
				 TRI_UNKNOWN);
		assert_true(why.len > 0);
		assert_null(strstr(buf_str(&why), "hunter2"));
		buf_release(&why);
	}
}

/* --- bounds -------------------------------------------------------------------------------- */

/* Of the processor: what else a busy machine does is not held against it. */
static int64_t spent_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

static char *repeat(const char *what, size_t total, const char *before, const char *after)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, before);
	while (b.len + strlen(what) + strlen(after) <= total)
		buf_adds(&b, what);
	buf_adds(&b, after);
	return buf_take(&b);
}

/* Each would run for minutes, or take hundreds of megabytes. */
static void hostile_conditions_end_in_time_and_memory(void **state)
{
	(void)state;
	struct value v[4] = { { .type = VALUE_TEXT, .known = true },
			      { .type = VALUE_TEXT, .known = true },
			      { .type = VALUE_LIST, .known = true },
			      { .type = VALUE_TEXT, .known = true } };
	v[0].text = repeat("a", LIMIT_VALUE_BYTES, "", "");
	v[1].text = repeat("a", LIMIT_VALUE_BYTES / 2, "", "b");
	v[2].text = repeat("1,", LIMIT_VALUE_BYTES / 8, "[", "1]");
	v[3].text = repeat("a%", LIMIT_VALUE_BYTES / 2, "%", "b");
	const struct binding b[] = { { "big", &v[0] }, { "needle", &v[1] }, { "list", &v[2] },
				     { "pattern", &v[3] } };
	static const char *const rows[] = {
		"instr(big, needle) > 0",
		"big like pattern",
		"big like '%' || needle",
		"big glob '*' || needle",
		"replace(big, 'a', needle) = ''",
		"replace(big, needle, 'x') = ''",
		"big || big = ''",
		"exists (select 1 from json_each(list) where exists (select 1 from json_each(list) "
		"where value = 2))",
		"(select count(*) from json_each(list) where (select count(*) from json_each(list) "
		"where value = 1) > 0 and big like pattern) > 3",
		"(select count(*) from json_each(list) where value in (select value from "
		"json_each(list) where value > 3)) > 3",
		"(select count(*) from json_each(list) where (select count(*) from "
		"json_each(iif(value = 0, list, list))) = 3) = 0",
		"(select sum(value ->> 'a') from json_each(list) where big like pattern) > 3",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf why = BUF_INIT;
		sqlite3_int64 used = sqlite3_memory_used();
		int64_t began = spent_ms();
		sqlite3_memory_highwater(1);
		enum tri t = expr_condition(e.x, rows[i], b, COUNT_OF(b), &why);
		int64_t took = spent_ms() - began;
		sqlite3_int64 peak = sqlite3_memory_highwater(0) - used;
		if (t == TRI_TRUE)
			fail_msg("%s: true", rows[i]);
		/* 250 ms, and as much again for a build that is slow. */
		if (took > 4 * EXPR_TIME_MS)
			fail_msg("%s: %d ms", rows[i], (int)took);
		if (peak > EXPR_MEMORY + (1 << 20))
			fail_msg("%s: %d MB", rows[i], (int)(peak >> 20));
		buf_release(&why);
		/* The evaluator is as good as before, and so is the process. */
		assert_int_equal(look("replicas = 3", NULL), TRI_TRUE);
		assert_true(sqlite3_hard_heap_limit64(-1) == 0);
		assert_true(sqlite3_soft_heap_limit64(-1) == 0);
	}
	for (size_t i = 0; i < COUNT_OF(v); i++)
		free(v[i].text);
}

static void memory_is_bounded(void **state)
{
	(void)state;
	struct value v = { .type = VALUE_TEXT, .known = true };
	struct binding b = { "big", &v };
	struct buf text = BUF_INIT, why = BUF_INIT;
	v.text = repeat("a", LIMIT_VALUE_BYTES - 8, "", "");
	buf_adds(&text, "big || '0' in (big || '1'");
	for (int i = 2; i < 100; i++)
		buf_addf(&text, ", big || '%d'", i);
	buf_adds(&text, ")");
	sqlite3_int64 used = sqlite3_memory_used();
	sqlite3_memory_highwater(1);
	assert_int_equal(expr_condition(e.x, buf_str(&text), &b, 1, &why), TRI_UNKNOWN);
	assert_non_null(strstr(buf_str(&why), "16 MB"));
	assert_true(sqlite3_memory_highwater(0) - used <= EXPR_MEMORY);
	buf_release(&text);
	buf_release(&why);
	free(v.text);
}

static void a_value_too_long_for_sqlite_is_unknown(void **state)
{
	(void)state;
	struct value v = { .type = VALUE_TEXT, .known = true };
	struct binding b = { "big", &v };
	v.text = repeat("a", 3 * LIMIT_VALUE_BYTES, "", "");
	assert_int_equal(expr_condition(e.x, "big <> 'x'", &b, 1, NULL), TRI_UNKNOWN);
	free(v.text);
}

/* --- the fence behind the types ------------------------------------------------------------ */

/* Were anything of an author's text ever to reach SQLite, this is what it would meet. */
static void sqlite_itself_is_fenced_in(void **state)
{
	(void)state;
	static const char *const sql[] = {
		"SELECT name FROM sqlite_master",
		"SELECT 1 UNION SELECT 2",
		"SELECT printf('%1000000000d', 1)",
		"SELECT random()",
		"SELECT zeroblob(1000)",
		"SELECT load_extension('x')",
		"SELECT \"replicas\"",
		"SELECT CURRENT_TIMESTAMP",
		"SELECT date('now')",
		"SELECT value FROM json_tree('[]')",
		"SELECT name FROM pragma_database_list",
		"CREATE TABLE t(a)",
		"ATTACH ':memory:' AS x",
		"PRAGMA hard_heap_limit=0",
		"INSERT INTO sqlite_master VALUES(1,2,3,4,5)",
		"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) SELECT n FROM c",
		"SELECT 'a' LIKE 'a'",
		"SELECT instr('a', 'a')",
		"SELECT replace('a', 'a', 'b')",
		"BEGIN",
	};
	for (size_t i = 0; i < COUNT_OF(sql); i++) {
		sqlite3_stmt *st = NULL;
		int rc = sqlite3_prepare_v2(e.x->db, sql[i], -1, &st, NULL);
		/* BEGIN prepares, and is refused by the authorizer like the rest. */
		if (rc == SQLITE_OK)
			fail_msg("%s was prepared", sql[i]);
		sqlite3_finalize(st);
	}
}

static void statements_are_kept_by_shape(void **state)
{
	(void)state;
	struct exprs one;
	exprs_init(&one);
	assert_int_equal(expr_open(&one.x, NULL), 0);
	for (int i = 0; i < 1000; i++) {
		char text[80];
		snprintf(text, sizeof(text), "%s > %d", i % 2 ? "replicas" : "found", i);
		assert_int_equal(expr_condition(one.x, text, one.bound, EXPRS_N, NULL),
				 i < 3 ? TRI_TRUE : TRI_FALSE);
	}
	int kept = 0;
	for (int i = 0; i < EXPR_SLOTS; i++)
		kept += one.x->slots[i].st != NULL;
	assert_int_equal(kept, 1);
	/* Many shapes: the store stays as large as it is. */
	struct buf text = BUF_INIT;
	for (int i = 1; i < 190; i++) {
		buf_clear(&text);
		buf_adds(&text, "replicas > 0");
		for (int k = 1; k < i; k++)
			buf_adds(&text, k % 2 ? " and found > 0" : " or found > 0");
		assert_int_equal(expr_condition(one.x, buf_str(&text), one.bound, EXPRS_N, NULL),
				 TRI_TRUE);
	}
	buf_release(&text);
	expr_close(one.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(known_values_give_true_and_false),
		UNIT(what_is_not_known_opens_nothing),
		UNIT(json_of_a_wrong_type_opens_nothing),
		UNIT(a_value_that_is_not_of_its_type_opens_nothing),
		UNIT(nothing_in_scope_opens_nothing),
		UNIT(a_reason_quotes_no_values),
		UNIT(hostile_conditions_end_in_time_and_memory),
		UNIT(memory_is_bounded),
		UNIT(a_value_too_long_for_sqlite_is_unknown),
		UNIT(sqlite_itself_is_fenced_in),
		UNIT(statements_are_kept_by_shape),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
