/* Any text as a condition. What must hold: lint and run time agree on what is refused; what lint
 * takes compiles, ends in time, and opens neither on values that are not of their type nor while
 * nothing is known (unless it asks for that); expr_names tells every name that is needed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/exprs.h"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct listed {
	struct exprs *e;
	struct expr_name names[EXPRS_N];
	size_t n;
	bool typed; /* one of them is no text */
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void add_name(void *ctx, const char *name, size_t len, size_t off)
{
	struct listed *l = ctx;
	(void)off;
	for (int i = 0; i < EXPRS_N; i++) {
		const struct expr_name *have = &l->e->names[i];
		if (strlen(have->name) != len || memcmp(have->name, name, len))
			continue;
		must(l->n < EXPRS_N);
		l->names[l->n++] = *have;
		l->typed |= have->type != VALUE_TEXT;
	}
}

/* SQLite complains of nothing but values and nesting: its text is ours. */
static void check_error(const struct err *err)
{
	static const char *const never[] = { "near \"", "not authorized", "no such", "wrong number",
					     "bad parameter", "misuse", "row value", "sub-select" };
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		must(strncmp(err->text, never[i], strlen(never[i])) != 0);
}

static double seconds(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static enum tri look(struct exprs *e, const char *text)
{
	struct buf why = BUF_INIT;
	double began = seconds();
	enum tri t = expr_condition(e->x, text, e->bound, EXPRS_N, &why);
	must(seconds() - began < 5);
	must((t == TRI_UNKNOWN) == (why.len > 0));
	buf_release(&why);
	return t;
}

static void with_values(struct exprs *e, const char *text, bool taken, const char *problem)
{
	enum tri t = look(e, text);
	must(look(e, text) == t);
	if (!taken && !strstr(problem, "nothing is known") && !strstr(problem, "JSON path"))
		must(t == TRI_UNKNOWN);
}

static void with_nonsense(struct exprs *e, const char *text, const struct listed *l)
{
	for (int i = 0; i < EXPRS_N; i++)
		if (exprs_rows[i].type != VALUE_TEXT) {
			e->values[i].known = true;
			e->values[i].text = (char *)(uintptr_t)"error";
		}
	if (l->typed)
		must(look(e, text) == TRI_UNKNOWN);
	else
		look(e, text);
}

static void with_nothing(struct exprs *e, const char *text, const struct listed *l)
{
	static const char *const asks[] = { "null", "coalesce" };
	bool asking = false;
	char *lower = mem_dup(text);
	for (char *s = lower; *s; s++)
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		asking |= strstr(lower, asks[i]) != NULL;
	free(lower);
	for (int i = 0; i < EXPRS_N; i++)
		e->values[i].known = false;
	if (l->n && !asking)
		must(look(e, text) != TRI_TRUE);
	else
		look(e, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exprs e;
	struct listed l = { .e = &e };
	struct err err = { 0 };
	char *text = mem_dupn((const char *)data, size);
	size_t off = 0, len = strlen(text);
	static struct expr *x; /* opening one takes longer than all the rest */
	if (!x)
		must(expr_open(&x, NULL) == 0);
	exprs_init(&e);
	e.x = x;
	int rc = expr_check(e.x, text, e.names, EXPRS_N, VALUE_BOOL, NULL, &off, &err);
	must(rc == 0 || (err.text[0] && off <= len));
	check_error(&err);
	expr_names(text, add_name, &l);
	with_values(&e, text, rc == 0, err.text);
	if (rc == 0) {
		must(expr_check(e.x, text, l.names, l.n, VALUE_BOOL, NULL, NULL, NULL) == 0);
		with_nonsense(&e, text, &l);
		with_nothing(&e, text, &l);
	} else {
		struct value v = { 0 };
		if (expr_derive(e.x, text, e.bound, EXPRS_N, VALUE_TYPE_INVALID, &v, &err) == 0)
			value_release(&v);
	}
	free(text);
	return 0;
}
