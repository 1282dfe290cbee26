/* Cautions that were met are looked at again when a value that their condition reads is set. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

struct newest {
	const struct inst *in;
	int64_t seq;
};

static void newest_of(void *ctx, const char *name, size_t len, size_t off)
{
	struct newest *n = ctx;

	(void)off;
	for (const struct inst *up = n->in; up; up = up->parent) {
		for (size_t i = 0; up->scope && i < up->scope->n; i++) {
			const struct var *v = &up->scope->v[i];

			if (strlen(v->name) == len && !memcmp(v->name, name, len) &&
			    v->seq > n->seq)
				n->seq = v->seq;
		}
		if (up->scope && up->step && up->step->kind == KIND_CALL && !up->is_item)
			break;
	}
}

static bool is_met(const struct inst *in)
{
	return in->step && in->step->kind == KIND_CAUTION && in->step->when.s &&
	       in->state == STEP_FINISHED && in->parent->state != STEP_FINISHED &&
	       (in->outcome == OUTCOME_CONFIRMED || in->outcome == OUTCOME_NOT_APPLICABLE);
}

void caution_all(struct pass *p, size_t first)
{
	const struct state *s = p->s;
	bool set = p->in->kind == INPUT_KEEPER;

	for (size_t i = first; i < p->out->n; i++)
		set |= p->out->v[i].kind == EV_VALUE;
	for (size_t i = 0; set && s->phase == RUN_OPEN && i < s->n_insts; i++) {
		struct newest n = { s->insts[i], 0 };

		if (!is_met(n.in))
			continue;
		p->eval->names(n.in->step->when.s, newest_of, &n);
		if (n.seq > n.in->when_seq)
			look(p, n.in, "caution", n.in->step->when.s, NULL, NULL);
	}
}
