/* Our own SQL functions, written by emit.c alone. They replace what SQLite does without a bound
 * (like, instr, replace), and look at what comes out of JSON before it is compared: a value of a
 * wrong type ends the evaluation, for a NULL in its stead could vanish in a WHERE and open a gate.
 */
#include "expr_db.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

static struct expr *evaluator(sqlite3_context *ctx)
{
	return sqlite3_user_data(ctx);
}

/* Values are never quoted in these sentences: they may be secret. */
static void bad_data(sqlite3_context *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void bad_data(sqlite3_context *ctx, const char *fmt, ...)
{
	struct expr *x = evaluator(ctx);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(x->data, sizeof(x->data), fmt, ap);
	va_end(ap);
	sqlite3_result_error(ctx, x->data, -1);
}

void expr_sqlfn_bad(sqlite3_context *ctx, const char *text)
{
	bad_data(ctx, "%s", text);
}

static bool is_json(sqlite3_value *v)
{
	return sqlite3_value_subtype(v) == 'J';
}

static const char *kind_of(sqlite3_value *v)
{
	switch (sqlite3_value_type(v)) {
	case SQLITE_INTEGER:
		return "a whole number or a bool";
	case SQLITE_FLOAT:
		return "a number";
	case SQLITE_TEXT:
		return is_json(v) ? "a list or a map" : "text";
	default:
		return "nothing";
	}
}

static void wrong_kind(sqlite3_context *ctx, sqlite3_value *v, const char *wanted)
{
	bad_data(ctx, "%s stands where %s is needed", kind_of(v), wanted);
}

static const char *text_of(sqlite3_value *v, size_t *ret_n)
{
	const unsigned char *s = sqlite3_value_text(v);

	*ret_n = s ? (size_t)sqlite3_value_bytes(v) : 0;
	return s ? (const char *)s : "";
}

static bool any_null(int n, sqlite3_value **v)
{
	for (int i = 0; i < n; i++)
		if (sqlite3_value_type(v[i]) == SQLITE_NULL)
			return true;
	return false;
}

/* --- what came out of JSON ----------------------------------------------------------------- */

static void x_text(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL ||
	    (sqlite3_value_type(v[0]) == SQLITE_TEXT && !is_json(v[0])))
		sqlite3_result_value(ctx, v[0]);
	else
		wrong_kind(ctx, v[0], "text");
}

static void x_json(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL || is_json(v[0]))
		sqlite3_result_value(ctx, v[0]);
	else
		wrong_kind(ctx, v[0], "a list or a map");
}

static void x_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int type = sqlite3_value_type(v[0]);
	double f = type == SQLITE_FLOAT ? sqlite3_value_double(v[0]) : 0.5;

	(void)n;
	if (type == SQLITE_NULL || type == SQLITE_INTEGER)
		sqlite3_result_value(ctx, v[0]);
	else if (type == SQLITE_FLOAT && f == floor(f) && fabs(f) <= 9007199254740992.0)
		sqlite3_result_int64(ctx, (sqlite3_int64)f); /* JSON may write 3 as 3.0 */
	else
		wrong_kind(ctx, v[0], "a whole number");
}

static void x_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int type = sqlite3_value_type(v[0]);

	(void)n;
	if (type == SQLITE_NULL || type == SQLITE_INTEGER || type == SQLITE_FLOAT)
		sqlite3_result_value(ctx, v[0]);
	else
		wrong_kind(ctx, v[0], "a number");
}

static void x_bool(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int type = sqlite3_value_type(v[0]);

	(void)n;
	if (type == SQLITE_NULL ||
	    (type == SQLITE_INTEGER && (sqlite3_value_int64(v[0]) & ~INT64_C(1)) == 0))
		sqlite3_result_value(ctx, v[0]);
	else
		wrong_kind(ctx, v[0], "true or false");
}

static bool both_numbers(sqlite3_value **v)
{
	for (int i = 0; i < 2; i++)
		if (sqlite3_value_type(v[i]) != SQLITE_INTEGER &&
		    sqlite3_value_type(v[i]) != SQLITE_FLOAT)
			return false;
	return true;
}

static int order_of(sqlite3_value **v)
{
	double a, b;

	if (sqlite3_value_type(v[0]) == SQLITE_INTEGER &&
	    sqlite3_value_type(v[1]) == SQLITE_INTEGER) {
		sqlite3_int64 i = sqlite3_value_int64(v[0]), j = sqlite3_value_int64(v[1]);

		return (i > j) - (i < j);
	}
	a = sqlite3_value_double(v[0]);
	b = sqlite3_value_double(v[1]);
	return (a > b) - (a < b);
}

/* 0 where both are the same, as a comparison has it; unlike kinds are no answer. */
static void x_same(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
	} else if (both_numbers(v)) {
		sqlite3_result_int(ctx, order_of(v));
	} else if (sqlite3_value_type(v[0]) == SQLITE_TEXT &&
		   sqlite3_value_type(v[1]) == SQLITE_TEXT && is_json(v[0]) == is_json(v[1])) {
		size_t na, nb;
		const char *a = text_of(v[0], &na), *b = text_of(v[1], &nb);

		sqlite3_result_int(ctx, na != nb || memcmp(a, b, na) != 0);
	} else {
		bad_data(ctx, "%s cannot be compared with %s", kind_of(v[0]), kind_of(v[1]));
	}
}

static void x_order(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	if (any_null(n, v))
		sqlite3_result_null(ctx);
	else if (both_numbers(v))
		sqlite3_result_int(ctx, order_of(v));
	else
		bad_data(ctx, "%s and %s have no order", kind_of(v[0]), kind_of(v[1]));
}

static void x_sure(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_NULL)
		bad_data(ctx, "an entry of the list is unknown");
	else
		sqlite3_result_value(ctx, v[0]);
}

/* The path of one key or index, for json_extract. */
static void x_key(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	char *path;
	size_t len;
	const char *s;

	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
		return;
	}
	if (sqlite3_value_type(v[0]) == SQLITE_INTEGER) {
		if (sqlite3_value_int64(v[0]) < 0)
			bad_data(ctx, "a list has no entry before its first, which is 0");
		else
			sqlite3_result_text(ctx, sqlite3_mprintf("$[%lld]",
								 sqlite3_value_int64(v[0])),
					    -1, sqlite3_free);
		return;
	}
	s = text_of(v[0], &len);
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\' || (unsigned char)s[i] < 0x20) {
			bad_data(ctx, "a key with a quote, a backslash or a control character "
				 "cannot be looked up");
			return;
		}
	}
	path = sqlite3_mprintf("$.\"%.*s\"", (int)len, s);
	if (path)
		sqlite3_result_text(ctx, path, -1, sqlite3_free);
	else
		sqlite3_result_error_nomem(ctx);
}

/* --- conversions --------------------------------------------------------------------------- */

static void x_to_int(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct value out = { 0 };
	int64_t i;
	size_t len;
	const char *s;

	if (sqlite3_value_type(v[0]) != SQLITE_TEXT) {
		x_int(ctx, n, v);
		return;
	}
	s = text_of(v[0], &len);
	if (value_parse(VALUE_INT, s, len, &out, NULL) == 0 && str_to_i64(out.text, &i))
		sqlite3_result_int64(ctx, i);
	else
		wrong_kind(ctx, v[0], "a whole number");
	value_release(&out);
}

static void x_to_num(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct value out = { 0 };
	double f;
	size_t len;
	const char *s;

	if (sqlite3_value_type(v[0]) != SQLITE_TEXT) {
		x_num(ctx, n, v);
		return;
	}
	s = text_of(v[0], &len);
	if (value_parse(VALUE_NUMBER, s, len, &out, NULL) == 0 && str_to_f64(out.text, &f))
		sqlite3_result_double(ctx, f);
	else
		wrong_kind(ctx, v[0], "a number");
	value_release(&out);
}

static void x_to_text(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = BUF_INIT;

	(void)n;
	if (sqlite3_value_type(v[0]) == SQLITE_FLOAT) {
		str_f64(&out, sqlite3_value_double(v[0]));
		sqlite3_result_text(ctx, buf_str(&out), (int)out.len, SQLITE_TRANSIENT);
		buf_release(&out);
	} else if (sqlite3_value_type(v[0]) == SQLITE_INTEGER) {
		buf_addf(&out, "%lld", (long long)sqlite3_value_int64(v[0]));
		sqlite3_result_text(ctx, buf_str(&out), (int)out.len, SQLITE_TRANSIENT);
		buf_release(&out);
	} else {
		sqlite3_result_value(ctx, v[0]);
	}
}

static void x_datetime(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t ns;
	size_t len;

	if (any_null(n, v))
		sqlite3_result_null(ctx);
	else if (sqlite3_value_type(v[0]) == SQLITE_TEXT && clock_parse(text_of(v[0], &len), &ns))
		sqlite3_result_int64(ctx, ns);
	else
		wrong_kind(ctx, v[0], "a date");
}

static void x_duration(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	int64_t ms;
	size_t len;

	if (any_null(n, v))
		sqlite3_result_null(ctx);
	else if (sqlite3_value_type(v[0]) == SQLITE_TEXT &&
		 str_to_duration(text_of(v[0], &len), &ms))
		sqlite3_result_int64(ctx, ms * CLOCK_MS);
	else
		wrong_kind(ctx, v[0], "a duration");
}

static void x_utc(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = BUF_INIT;

	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
		return;
	}
	if (sqlite3_value_type(v[0]) != SQLITE_INTEGER) {
		bad_data(ctx, "a date out of range");
		return;
	}
	clock_utc(&out, sqlite3_value_int64(v[0]), 0);
	sqlite3_result_text(ctx, buf_str(&out), (int)out.len, SQLITE_TRANSIENT);
	buf_release(&out);
}

static void x_round(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	double f;

	if (any_null(n, v) || sqlite3_value_type(v[0]) == SQLITE_INTEGER) {
		sqlite3_result_value(ctx, v[0]);
		return;
	}
	f = round(sqlite3_value_double(v[0]));
	if (fabs(f) < 9.2e18)
		sqlite3_result_int64(ctx, (sqlite3_int64)f);
	else
		bad_data(ctx, "a number too large for an int");
}

/* --- text, in bounded time ----------------------------------------------------------------- */

static void x_instr(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	size_t nh, nn;
	const char *hay, *needle, *at;

	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
		return;
	}
	hay = text_of(v[0], &nh);
	needle = text_of(v[1], &nn);
	at = memmem(hay, nh, needle, nn);
	sqlite3_result_int64(ctx, at ? (sqlite3_int64)utf8_count(hay, (size_t)(at - hay)) + 1 : 0);
}

static void x_replace(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	size_t ns, nold, nnew;
	const char *s, *old, *with, *at;

	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
		return;
	}
	s = text_of(v[0], &ns);
	old = text_of(v[1], &nold);
	with = text_of(v[2], &nnew);
	while (nold && !out.over && (at = memmem(s, ns, old, nold))) {
		buf_add(&out, s, (size_t)(at - s));
		buf_add(&out, with, nnew);
		ns -= (size_t)(at - s) + nold;
		s = at + nold;
	}
	buf_add(&out, s, ns);
	if (out.over)
		sqlite3_result_error_toobig(ctx);
	else
		sqlite3_result_text(ctx, buf_str(&out), (int)out.len, SQLITE_TRANSIENT);
	buf_release(&out);
}

static void match(sqlite3_context *ctx, int n, sqlite3_value **v, struct expr_pattern p)
{
	size_t len, esc_len;
	const char *s, *esc;
	int rc;

	if (any_null(n, v)) {
		sqlite3_result_null(ctx);
		return;
	}
	s = text_of(v[0], &len);
	p.s = text_of(v[1], &p.n);
	if (n == 3) {
		esc = text_of(v[2], &esc_len);
		p.escape = esc[0];
	}
	rc = expr_match(&p, s, len, evaluator(ctx));
	if (rc < 0)
		sqlite3_result_error_code(ctx, SQLITE_INTERRUPT);
	else
		sqlite3_result_int(ctx, rc);
}

static void x_like(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	match(ctx, n, v, (struct expr_pattern){ .many = '%', .one = '_', .any_case = true });
}

static void x_glob(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	match(ctx, n, v, (struct expr_pattern){ .many = '*', .one = '?', .sets = true });
}

/* --- the list of what may be called -------------------------------------------------------- */

static const struct {
	const char *name;
	int args;
	expr_sql_fn *fn; /* NULL: SQLite's own */
} functions[] = {
	{ "x_restore_sets", 4, expr_restore_sets }, { "x_restore_pick", 2, expr_restore_pick },
	{ "x_restore_there", 3, expr_restore_there }, { "x_map_of", -1, expr_map_of },
	{ "x_as_map", 1, expr_as_map },  { "x_without", 2, expr_without },
	{ "x_bool", 1, x_bool },	 { "x_count", 1, expr_list_count },
	{ "x_datetime", 1, x_datetime }, { "x_duration", 1, x_duration },
	{ "x_first", 1, expr_list_first }, { "x_glob", 2, x_glob },
	{ "x_instr", 2, x_instr },	 { "x_int", 1, x_int },
	{ "x_json", 1, x_json },	 { "x_key", 1, x_key },
	{ "x_keys", 1, expr_list_keys }, { "x_like", 2, x_like },
	{ "x_like", 3, x_like },	 { "x_num", 1, x_num },
	{ "x_order", 2, x_order },	 { "x_replace", 3, x_replace },
	{ "x_rest", 1, expr_list_rest }, { "x_reversed", 1, expr_list_reversed },
	{ "x_round", 1, x_round },	 { "x_same", 2, x_same },
	{ "x_sure", 1, x_sure },
	{ "x_text", 1, x_text },	 { "x_to_int", 1, x_to_int },
	{ "x_to_num", 1, x_to_num },	 { "x_to_text", 1, x_to_text },
	{ "x_utc", 1, x_utc },
	{ "abs", 0, NULL },	{ "avg", 0, NULL },	     { "coalesce", 0, NULL },
	{ "count", 0, NULL },	{ "json_array_length", 0, NULL }, { "json_extract", 0, NULL },
	{ "json_type", 0, NULL }, { "json_valid", 0, NULL }, { "length", 0, NULL },
	{ "lower", 0, NULL },	{ "ltrim", 0, NULL },	     { "max", 0, NULL },
	{ "min", 0, NULL },	{ "nullif", 0, NULL },	     { "round", 0, NULL },
	{ "rtrim", 0, NULL },	{ "substr", 0, NULL },	     { "sum", 0, NULL },
	{ "trim", 0, NULL },	{ "upper", 0, NULL },
};

enum { FUNCTIONS = sizeof(functions) / sizeof(functions[0]) };

bool expr_sqlfn_allowed(const char *name)
{
	for (size_t i = 0; i < FUNCTIONS; i++)
		if (sqlite3_stricmp(name, functions[i].name) == 0)
			return true;
	return false;
}

int expr_sqlfn_register(struct expr *x)
{
	int rc = SQLITE_OK;

	/* Not deterministic, though they are: SQLite would work them out ahead of the AND or CASE
	 * that guards them. */
	for (size_t i = 0; i < FUNCTIONS && rc == SQLITE_OK; i++)
		if (functions[i].fn)
			rc = sqlite3_create_function(x->db, functions[i].name, functions[i].args,
						     SQLITE_UTF8 | SQLITE_SUBTYPE, x,
						     functions[i].fn, NULL, NULL);
	return rc;
}
