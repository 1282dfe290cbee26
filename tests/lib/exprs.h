/* A scope of values for tests of conditions: one of each type, known and unknown. */
#ifndef TESTS_EXPRS_H
#define TESTS_EXPRS_H

#include <string.h>

#include "buf.h"
#include "err.h"
#include "expr.h"

static const struct exprs_row {
	const char *name;
	enum value_type type;
	const char *text; /* NULL: not known */
} exprs_rows[] = {
	{ "replicas", VALUE_INT, "3" },
	{ "found", VALUE_INT, "3" },
	{ "exit", VALUE_INT, "0" },
	{ "ratio", VALUE_NUMBER, "2.5" },
	{ "ready", VALUE_BOOL, "true" },
	{ "stuck", VALUE_BOOL, "false" },
	{ "environment", VALUE_TEXT, "prd" },
	{ "state", VALUE_TEXT, "module.a\nmodule.b\n" },
	{ "address", VALUE_TEXT, "module.b" },
	{ "now", VALUE_DATETIME, "2026-11-22T03:21:07Z" },
	{ "newest", VALUE_DATETIME, "2026-11-22T02:21:07.500Z" },
	{ "age", VALUE_DURATION, "1h30m" },
	{ "volumes", VALUE_LIST, "[\"data-0\",\"data-1\",\"data-2\"]" },
	{ "sizes", VALUE_LIST, "[10,20,30.5]" },
	{ "mixed", VALUE_LIST, "[1,\"error\",null,[2]]" },
	{ "holes", VALUE_LIST, "[1,null]" },
	{ "empty", VALUE_LIST, "[]" },
	{ "was", VALUE_MAP, "{\"preferences\":2,\"flow.manager\":\"x\",\"ok\":true,\"deep\":{\"l\":"
			    "[1,2]},\"none\":null}" },
	{ "no_int", VALUE_INT, NULL },
	{ "no_number", VALUE_NUMBER, NULL },
	{ "no_bool", VALUE_BOOL, NULL },
	{ "no_text", VALUE_TEXT, NULL },
	{ "no_date", VALUE_DATETIME, NULL },
	{ "no_time", VALUE_DURATION, NULL },
	{ "no_list", VALUE_LIST, NULL },
	{ "no_map", VALUE_MAP, NULL },
};

enum { EXPRS_N = sizeof(exprs_rows) / sizeof(exprs_rows[0]) };

struct exprs {
	struct expr *x;
	struct expr_name names[EXPRS_N];
	struct value values[EXPRS_N];
	struct binding bound[EXPRS_N];
};

static inline void exprs_init(struct exprs *e)
{
	memset(e, 0, sizeof(*e));
	for (int i = 0; i < EXPRS_N; i++) {
		const struct exprs_row *r = &exprs_rows[i];
		e->names[i] = (struct expr_name){ r->name, r->type, false };
		e->values[i] = (struct value){ .type = r->type, .known = r->text != NULL,
					       .text = (char *)(uintptr_t)r->text };
		e->bound[i] = (struct binding){ r->name, &e->values[i] };
	}
}

static inline struct value *exprs_value(struct exprs *e, const char *name)
{
	for (int i = 0; i < EXPRS_N; i++)
		if (strcmp(exprs_rows[i].name, name) == 0)
			return &e->values[i];
	return NULL;
}

#endif
