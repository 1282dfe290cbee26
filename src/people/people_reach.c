/* Conditions of rungs: do they compile, and is there any case in which they hold? */
#include <string.h>

#include "buf.h"
#include "climb.h"
#include "err.h"
#include "expr.h"
#include "peopleint.h"
#include "value.h"

static enum tri holds(struct expr *x, const char *when, const char *severity, int round)
{
	struct value at = { 0 }, nth = { 0 };
	struct binding names[2] = { { "severity", &at }, { "round", &nth } };
	struct buf number = BUF_INIT;
	enum tri t;

	at.type = VALUE_TEXT;
	if (severity)
		(void)value_parse(VALUE_TEXT, severity, strlen(severity), &at, NULL);
	buf_addf(&number, "%d", round);
	(void)value_parse(VALUE_INT, buf_str(&number), number.len, &nth, NULL);
	t = expr_condition(x, when, names, 2, NULL);
	value_release(&at);
	value_release(&nth);
	buf_release(&number);
	return t;
}

enum ladder_holds climb_holds(const struct climb_plan *c, struct expr *x, size_t rung,
			      const char *severity, int round)
{
	const struct people_rung *g = &c->ladder->rungs[rung];

	if (!g->when.s)
		return LADDER_HOLDS;
	switch (holds(x, g->when.s, severity, round)) {
	case TRI_TRUE:
		return LADDER_HOLDS;
	case TRI_FALSE:
		return LADDER_HOLDS_NOT;
	case TRI_UNKNOWN:
		break;
	}
	return LADDER_HOLDS_UNKNOWN;
}

/* Whether some severity in some round opens it; unknown might. */
static bool ever(const struct people_read *r, struct expr *x, const struct people_ladder *l,
		 const char *when)
{
	for (size_t s = 0; s < r->n_severities; s++)
		for (int round = 1; round <= l->rounds; round++)
			if (holds(x, when, r->severities[s], round) != TRI_FALSE)
				return true;
	return false;
}

static void check_rung(struct people_read *r, struct expr *x, const struct people_ladder *l,
		       const struct people_rung *g)
{
	static const struct expr_name names[] = { { "severity", VALUE_TEXT, false },
						  { "round", VALUE_INT, false } };
	struct err err = { 0 };

	if (expr_check(x, g->when.s, names, 2, VALUE_BOOL, NULL, NULL, &err)) {
		people_say(r, PRULE_CONDITION, g->when.at,
			   "%s; a rung's condition knows `severity` and `round`", err.text);
		return;
	}
	if (!ever(r, x, l, g->when.s))
		people_say(r, PRULE_NEVER_REACHED, g->when.at,
			   "this holds at none of the severities, in no round: the rung is never "
			   "reached");
}

void people_check_reach(struct people_read *r)
{
	struct expr *x = NULL;
	struct err err = { 0 };

	if (expr_open(&x, &err)) {
		people_say(r, PRULE_CONDITION, (struct place){ r->p->path, 1, 1 },
			   "conditions are not checked: %s", err.text);
		return;
	}
	for (size_t i = 0; i < r->p->n_ladders; i++)
		for (size_t k = 0; k < r->p->ladders[i].n_rungs; k++)
			if (r->p->ladders[i].rungs[k].when.s)
				check_rung(r, x, &r->p->ladders[i], &r->p->ladders[i].rungs[k]);
	expr_close(x);
}
