/* Sets of restore points: by name and never by position, complete or not at all. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/expr/restore.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "expr.h"
#include "json.h"
#include "limits.h"
#include "str.h"

#define NOW "2026-11-22T12:00:00Z"
#define DAY_MS (24 * 3600000LL)
#define P(v, p, at) "{\"volume\":\"" v "\",\"point\":\"" p "\",\"at\":\"" at "\"}"

static int64_t now(void)
{
	int64_t ns;
	assert_true(clock_parse(NOW, &ns));
	return ns;
}

static char *sets_of(const char *points, const char *volumes)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	if (restore_sets(points, volumes, DAY_MS, now(), &out, &err))
		fail_msg("%s", err.text);
	return buf_take(&out);
}

static void must_be(const char *points, const char *volumes, const char *want)
{
	char *got = sets_of(points, volumes);
	assert_string_equal(got, want);
	free(got);
}

static void must_fail(const char *points, const char *volumes, int code, const char *why)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	int rc = restore_sets(points, volumes, 0, now(), &out, &err);
	if (rc != code || !strstr(err.text, why))
		fail_msg("%d \"%s\" where %d \"%s\" should be", rc, err.text, code, why);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

#define AB "{\"a\":\"/a\",\"b\":\"/b\"}"

static void a_set_has_the_newest_of_each_not_later_than_its_time(void **state)
{
	(void)state;
	/* the list in no order at all */
	must_be("[" P("b", "b1", "2026-11-20T10:00:00Z") "," P("a", "a2", "2026-11-22T10:00:00Z")
		"," P("a", "a1", "2026-11-20T09:00:00Z") "," P("b", "b2", "2026-11-22T09:58:00Z")
		"]", AB,
		"{\"2026-11-22T10:00:00Z, 2h2m old, within the RPO (1d), 2 volumes within 2m\":"
		"{\"a\":\"a2\",\"b\":\"b2\"},"
		"\"2026-11-22T09:58:00Z, 2d3h old, OVER the RPO (1d), 2 volumes within 2d\":"
		"{\"a\":\"a1\",\"b\":\"b2\"},"
		"\"2026-11-20T10:00:00Z, 2d3h old, OVER the RPO (1d), 2 volumes within 1h\":"
		"{\"a\":\"a1\",\"b\":\"b1\"}}");
}

static void what_belongs_together_by_name_stays_together(void **state)
{
	(void)state;
	must_be("[{\"volume\":\"a\",\"point\":\"x\",\"at\":\"2026-11-22T11:00:00Z\",\"set\":\"n7\","
		"\"size\":1500,\"holds\":\"a dump\"},"
		"{\"volume\":\"b\",\"point\":\"y\",\"at\":\"2026-11-22T11:00:00Z\",\"set\":\"n7\","
		"\"size\":500,\"holds\":\"a dump\"},"
		"{\"volume\":\"a\",\"point\":\"z\",\"at\":\"2026-11-22T11:30:00Z\",\"set\":\"n8\"}]",
		AB,
		"{\"2026-11-22T11:00:00Z n7, 1h old, within the RPO (1d), 2 volumes, 2.0 kB, "
		"a dump; 1 incomplete not offered\":{\"a\":\"x\",\"b\":\"y\"}}");
}

static void a_volume_never_takes_the_point_of_one_with_a_like_name(void **state)
{
	(void)state;
	must_fail("[" P("db-10", "p", "2026-11-22T10:00:00Z") "]", "{\"db-1\":\"/d\"}",
		  ERR_NOTFOUND, "the volume db-1 has no restore point; there are points of db-10");
	must_be("[" P("db-10", "p10", "2026-11-22T10:00:00Z") ","
		P("db-1", "p1", "2026-11-22T10:00:00Z") "]", "{\"db-1\":\"/d\"}",
		"{\"2026-11-22T10:00:00Z, 2h old, within the RPO (1d)\":{\"db-1\":\"p1\"}}");
	/* … whatever the order of names and of the list */
	must_be("[" P("db-1", "p1", "2026-11-22T10:00:00Z") ","
		P("db-10", "p10", "2026-11-22T10:00:00Z") "]",
		"{\"db-10\":\"/x\",\"db-1\":\"/d\"}",
		"{\"2026-11-22T10:00:00Z, 2h old, within the RPO (1d), 2 volumes\":"
		"{\"db-1\":\"p1\",\"db-10\":\"p10\"}}");
}

static void garbage_is_an_error_that_names_the_item(void **state)
{
	static const struct {
		const char *list, *why;
	} bad[] = {
		{ "{}", "no list" },
		{ "[", "list of restore points" },
		{ "snapshot not found", "list of restore points" },
		{ "[1]", "restore point 1 of the list is no object" },
		{ "[" P("a", "p", "2026-11-22") ",{}]", "restore point 2 of the list: `volume` is missing" },
		{ "[{\"volume\":\"a\",\"at\":\"2026-11-22\"}]", "(volume a): `point` is missing" },
		{ "[{\"volume\":\"a\",\"point\":\"p\"}]", "`at` is missing" },
		{ "[" P("a", "p", "yesterday") "]", "`at` is no time" },
		{ "[" P("a", "p", "2026-02-30") "]", "`at` is no time" },
		{ "[{\"volume\":7}]", "`volume` is no text" },
		{ "[" P("", "p", "2026-11-22") "]", "`volume` must be one line" },
		{ "[" P("a", "p\\nq", "2026-11-22") "]", "`point` must be one line" },
		{ "[{\"volume\":\"a\",\"point\":\"p\",\"at\":\"2026-11-22\",\"size\":-1}]", "`size`" },
		{ "[{\"volume\":\"a\",\"point\":\"p\",\"at\":\"2026-11-22\",\"size\":\"1\"}]", "`size`" },
		{ "[{\"volume\":\"a\",\"pont\":\"p\"}]", "`pont` is no key of a restore point" },
		{ "[" P("a", "p", "2026-11-22") "," P("a", "p", "2026-11-21") "]", "twice" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		must_fail(bad[i].list, "{\"a\":\"/a\"}", ERR_PARSE, bad[i].why);
	must_fail("[]", "{\"a\":\"/a\"}", ERR_NOTFOUND, "the volume a has no restore point");
	must_fail("[]", "{}", ERR_PARSE, "no volumes");
	must_fail("[]", "{\"a\":\"\"}", ERR_PARSE, "place of the volume a");
	must_fail("[]", "{\"a\\\"b\":\"/a\"}", ERR_PARSE, "the volume a\"b cannot be restored");
	must_fail("[]", "{\"a\\\\b\":\"/a\"}", ERR_PARSE, "the volume a\\b cannot be restored");
	must_fail("[]", "{\"a\\tb\":\"/a\"}", ERR_PARSE, "must be one line");
	must_fail("[{\"volume\":\"a\",\"point\":\"p\",\"at\":\"2026-11-22\",\"set\":\"s\"},"
		  "{\"volume\":\"a\",\"point\":\"q\",\"at\":\"2026-11-22\",\"set\":\"s\"}]",
		  "{\"a\":\"/a\"}", ERR_PARSE, "the set s has two points of the volume a");
	must_fail("[{\"volume\":\"a\",\"point\":\"p\",\"at\":\"2026-11-22\",\"set\":\"s\"},"
		  "{\"volume\":\"b\",\"point\":\"q\",\"at\":\"2026-11-22\",\"set\":\"t\"}]",
		  AB, ERR_NOTFOUND, "no set is complete: s has no point of the volume b");
}

static void labels_can_be_chosen_from(void **state)
{
	char *got = sets_of("[{\"volume\":\"a\",\"point\":\"p\",\"at\":\"2026-11-23T12:00:00Z\","
			    "\"holds\":\"\\\"q\\\" \\\\ \xe2\x80\xae"
			    "0123456789012345678901234567890123456789012345678901234567890123456789"
			    "0123456789012345678901234567890123456789012345678901234567890123456789"
			    "\"},{\"volume\":\"a\",\"point\":\"p2\",\"at\":\"2026-11-23T12:00:00.3Z\"}]",
			    "{\"a\":\"/a\"}");
	struct json *doc = NULL;
	(void)state;
	assert_non_null(strstr(got, "from the FUTURE by 1d"));
	assert_int_equal(json_parse(got, strlen(got), &doc, NULL), 0);
	const char *label = strchr(got, '"') + 1;
	for (size_t n; (label = strstr(label, "\"2026")); label += n) {
		n = strcspn(++label, "\"");
		assert_true(n <= LIMIT_ITEM_BYTES);
		assert_null(memchr(label, '\\', n));
	}
	json_free(doc);
	free(got);
}

/* A year of hourly points: the newest are offered, and how many are not is said. */
static void what_is_not_offered_is_said(void **state)
{
	struct buf list = BUF_INIT;
	(void)state;
	buf_addc(&list, '[');
	for (int i = 0; i < 1000; i++) {
		buf_addf(&list, "%s{\"volume\":\"a\",\"point\":\"p%d\",\"at\":\"", i ? "," : "", i);
		clock_utc(&list, now() - i * 3600000000000LL, 0);
		buf_adds(&list, "\"}");
	}
	buf_addc(&list, ']');
	char *got = sets_of(buf_str(&list), "{\"a\":\"/a\"}");
	size_t n = 0;
	for (const char *s = got; (s = strstr(s, "\"a\":\"p")); s++)
		n++;
	assert_int_equal(n, RESTORE_SETS_MAX);
	assert_non_null(strstr(got, "\"a\":\"p0\""));
	assert_non_null(strstr(got, "; 800 older sets are not offered\":{\"a\":\"p199\"}"));
	free(got);
	buf_release(&list);
}

static void many_volumes_fit_into_a_value(void **state)
{
	struct buf list = BUF_INIT, volumes = BUF_INIT;
	(void)state;
	for (int v = 0; v < RESTORE_VOLUMES_MAX; v++) {
		buf_addf(&volumes, "%c\"volume-%d\":\"/v%d\"", v ? ',' : '{', v, v);
		for (int i = 0; i < 4; i++) {
			buf_addf(&list, "%c{\"volume\":\"volume-%d\",\"point\":\"%0150d\",\"at\":\"",
				 v || i ? ',' : '[', v, i);
			clock_utc(&list, now() - i * 3600000000000LL, 0);
			buf_adds(&list, "\"}");
		}
	}
	buf_addc(&volumes, '}');
	buf_addc(&list, ']');
	char *got = sets_of(buf_str(&list), buf_str(&volumes));
	assert_true(strlen(got) <= LIMIT_VALUE_BYTES);
	assert_non_null(strstr(got, "older sets are not offered"));
	free(got);
	buf_release(&list);
	buf_release(&volumes);
}

/* --- one set --------------------------------------------------------------------------------- */

#define SETS "{\"2026-11-22T10:00:00Z n7, 2h old\":{\"a\":\"ab12\"}," \
	     "\"2026-11-21T10:00:00Z n6, 1d2h old\":{\"a\":\"cd34\"}," \
	     "\"2026-11-21T10:00:00Z n5, 1d2h old\":{\"a\":\"ef56\"}}"

static void pick(const char *name, int code, const char *want)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	int rc = restore_pick(SETS, name, &out, &err);
	if (rc != code || !strstr(rc ? err.text : buf_str(&out), want))
		fail_msg("%s: %d \"%s\" where %d \"%s\" should be", name, rc,
			 rc ? err.text : buf_str(&out), code, want);
	buf_release(&out);
}

static void a_set_is_found_by_label_time_name_or_point(void **state)
{
	(void)state;
	pick("2026-11-21T10:00:00Z n6, 1d2h old", 0, "2026-11-21T10:00:00Z n6, 1d2h old");
	pick("2026-11-22 11:00+01:00", 0, "2026-11-22T10:00:00Z n7");
	pick("n5", 0, "2026-11-21T10:00:00Z n5");
	pick("cd34", 0, "2026-11-21T10:00:00Z n6");
	pick("2026-11-21T10:00Z", ERR_NOTFOUND, "could be 2 sets");
	pick("n", ERR_NOTFOUND, "no set is called or dated n");
	pick("", ERR_NOTFOUND, "the newest is 2026-11-22T10:00:00Z n7");
}

static void there(const char *chosen, const char *points, int code, const char *why)
{
	struct err err = { 0 };
	int rc = restore_there(chosen, points, AB, &err);
	if (rc != code || (rc && !strstr(err.text, why)))
		fail_msg("%d \"%s\" where %d \"%s\" should be", rc, err.text, code, why);
}

static void a_point_that_vanished_is_named(void **state)
{
#define A P("a", "p1", "2026-11-22")
#define B P("b", "q1", "2026-11-22")
	(void)state;
	there("{\"a\":\"p1\",\"b\":\"q1\"}", "[" B "," A "]", 0, "");
	there("{\"a\":\"p1\",\"b\":\"q1\"}", "[" A "]", ERR_NOTFOUND,
	      "not there any more: q1 of b");
	/* that another volume has a point of that name helps nobody */
	there("{\"a\":\"q1\",\"b\":\"q1\"}", "[" A "," B "]", ERR_NOTFOUND, "q1 of a");
	there("{\"a\":\"p1\"}", "[" A "," B "]", ERR_NOTFOUND, "chosen for the volume b");
	there("{\"a\":\"p1\",\"b\":\"q1\",\"c\":\"x\"}", "[" A "," B "," P("c", "x", "2026-11-22")
	      "]", ERR_PARSE, "3 restore points were chosen for 2 volumes");
	there("{\"a\":\"p1\",\"b\":\"q1\"}", "no list", ERR_PARSE, "list of restore points");
}

/* --- as conditions see it -------------------------------------------------------------------- */

static void derive(struct expr *x, const char *text, int code, const char *want)
{
	struct value v = { 0 };
	struct err err = { 0 };
	int rc = expr_derive(x, text, NULL, 0, VALUE_TYPE_INVALID, &v, &err);
	if (rc != code || !strstr(rc ? err.text : v.text, want))
		fail_msg("%s: %d \"%s\" where %d \"%s\" should be", text, rc,
			 rc ? err.text : v.text, code, want);
	value_release(&v);
}

static void maps_are_made_of_names(void **state)
{
	struct expr *x = NULL;
	(void)state;
	assert_int_equal(expr_open(&x, NULL), 0);
	derive(x, "map_of('a', '/a', 'it''s', '\"')", 0, "{\"a\":\"/a\",\"it's\":\"\\\"\"}");
	derive(x, "map_of('a', 'x', 'a', 'y')", ERR_PARSE, "twice");
	derive(x, "map_of('a', 'x', 'b')", ERR_PARSE, "in turn");
	derive(x, "as_map(keys(map_of('a', 'x', 'b', 'y')))", 0, "{\"a\":\"a\",\"b\":\"b\"}");
	derive(x, "as_map(map_of('a', 'x'))", 0, "{\"a\":\"x\"}");
	derive(x, "without(map_of('a', 'x', 'b', 'y', 'c', 'z'), 'b')", 0, "[\"a\",\"c\"]");
	derive(x, "without(map_of('a', 'x'), 'c')", ERR_PARSE, "c is none of the names");
	expr_close(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_set_has_the_newest_of_each_not_later_than_its_time),
		UNIT(what_belongs_together_by_name_stays_together),
		UNIT(a_volume_never_takes_the_point_of_one_with_a_like_name),
		UNIT(garbage_is_an_error_that_names_the_item),
		UNIT(labels_can_be_chosen_from),
		UNIT(what_is_not_offered_is_said),
		UNIT(many_volumes_fit_into_a_value),
		UNIT(a_set_is_found_by_label_time_name_or_point),
		UNIT(a_point_that_vanished_is_named),
		UNIT(maps_are_made_of_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
