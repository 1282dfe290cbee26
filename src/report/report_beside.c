/* The run beside earlier ones of the same runbook, step by step; only what is alike together. */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "reportint.h"
#include "str.h"

int64_t report_took(const struct report_step *s)
{
	return s->began_ms < 0 || s->ended_ms < s->began_ms ? -1 : s->ended_ms - s->began_ms;
}

/* Two runs of one runbook mostly have the same steps in the same places. */
static const struct report_step *same_step(const struct report *o, const char *key, size_t *at)
{
	for (size_t i = 0; i < o->n_steps; i++) {
		size_t k = (*at + i) % o->n_steps;

		if (str_eq(o->steps[k].key, key)) {
			*at = k + 1;
			return &o->steps[k];
		}
	}
	return NULL;
}

size_t report_earlier_of(const struct report *r, enum report_way way)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_earlier; i++)
		n += r->earlier[i].way == way;
	return n;
}

void report_earlier(struct report *r, const struct report *o)
{
	size_t at = 0;

	if (report_earlier_of(r, o->way) == REPORT_EARLIER)
		return;
	r->earlier[r->n_earlier++] = (struct report_run){
		mem_dup(o->run), mem_dup(o->verdict), o->way, o->success, o->opened,
		o->elapsed_ms, o->pace };
	for (size_t i = 0; i < r->n_steps; i++) {
		struct report_step *s = &r->steps[i];
		const struct report_step *before = same_step(o, s->key, &at);
		int64_t took = before ? report_took(before) : -1;

		if (took >= 0)
			s->earlier_ms[o->way][s->n_earlier[o->way]++] = took;
	}
	if (o->way == r->way)
		report_scores_before(r, o);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t report_median(const struct report_step *s, enum report_way way)
{
	int64_t v[REPORT_EARLIER];
	size_t n = s->n_earlier[way];

	if (!n)
		return -1;
	memcpy(v, s->earlier_ms[way], n * sizeof v[0]);
	qsort(v, n, sizeof v[0], by_value);
	return v[(n - 1) / 2];
}

const char *report_way_name(enum report_way way)
{
	static const char *const names[WAYS] = { "real", "tabletop", "simulated", "lab" };

	return names[way];
}
