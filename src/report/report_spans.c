/* What the picture draws: of each step the stretches in which a command ran, somebody was asked,
 * or it was waited; of each person when they had the seat. Folded while rows come, so that a step
 * which was looked at a thousand times in a row has one stretch. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "reportint.h"
#include "state.h"
#include "str.h"

static void extend(struct report *r, struct report_spans *of, enum report_class class, int64_t from,
		   int64_t to)
{
	struct report_span *last = of->last ? &r->spans[of->last - 1] : NULL;

	if (last && last->class == class && last->to == from) {
		last->to = to;
		return;
	}
	if (r->n_spans == r->cap_spans) {
		r->cap_spans = r->cap_spans ? 2 * r->cap_spans : 256;
		r->spans = mem_grow(r->spans, r->cap_spans, sizeof *r->spans);
	}
	r->spans[r->n_spans++] = (struct report_span){ class, from, to, 0 };
	if (of->last)
		r->spans[of->last - 1].next = r->n_spans;
	else
		of->first = r->n_spans;
	of->last = r->n_spans;
}

void report_spans_pass(struct report *r, int64_t now)
{
	int64_t from = r->last / CLOCK_MS, to = now / CLOCK_MS;

	for (size_t i = 0; i < r->n_timed; i++) {
		struct report_inst *in = &r->insts[r->timed[i]];

		extend(r, &in->spans, in->class, from, to);
	}
	if (r->holder)
		extend(r, &r->people[r->holder - 1].spans,
		       r->asking ? CLASS_THINKING : CLASS_WAITING, from, to);
}

void report_spans_seat(struct report *r, const struct view *v, bool asking)
{
	const struct state *s = view_state(v);
	char *name;

	r->asking = asking;
	r->holder = 0;
	if (!s->seat.taken)
		return;
	name = report_keep_raw(r, report_seated(s), strlen(report_seated(s)), false);
	for (size_t i = 0; i < r->n_people && !r->holder; i++)
		if (str_eq(r->people[i].name, name))
			r->holder = i + 1;
	if (r->holder) {
		free(name);
		return;
	}
	if (r->n_people == r->cap_people) {
		r->cap_people = r->cap_people ? 2 * r->cap_people : 4;
		r->people = mem_grow(r->people, r->cap_people, sizeof *r->people);
	}
	r->people[r->n_people++] = (struct report_person){ .name = name };
	r->holder = r->n_people;
}

const struct report_span *report_span_at(const struct report *r, size_t at)
{
	return at ? &r->spans[at - 1] : NULL;
}

void report_spans_release(struct report *r)
{
	for (size_t i = 0; i < r->n_people; i++)
		free(r->people[i].name);
	free(r->people);
	free(r->spans);
}
