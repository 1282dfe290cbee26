/* Injects: the fold of what became of them, and which are due. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "scenario_drill.h"
#include "scenario_match.h"
#include "str.h"

/* --- the fold --------------------------------------------------------------------------------- */

void scenario_fold_init(struct scenario_fold *f, const struct scenario *s)
{
	*f = (struct scenario_fold){ .n = s->n_injects };
	f->v = mem_alloc(f->n * sizeof(*f->v));
}

void scenario_fold_release(struct scenario_fold *f)
{
	free(f->v);
	*f = (struct scenario_fold){ 0 };
}

#define FROM(s) (1u << SCENARIO_##s)

static const struct {
	unsigned from;                /* standings out of which it may come */
	enum scenario_standing to;
} moves[SCENARIO_EVENTS] = {
	[SCENARIO_EV_DUE] = { FROM(SCHEDULED), SCENARIO_DUE },
	[SCENARIO_EV_DELIVERED] = { FROM(SCHEDULED) | FROM(DUE) | FROM(HELD) | FROM(LEFT_OUT),
				    SCENARIO_DELIVERED },
	[SCENARIO_EV_HELD] = { FROM(SCHEDULED) | FROM(DUE), SCENARIO_HELD },
	[SCENARIO_EV_RELEASED] = { FROM(HELD), SCENARIO_SCHEDULED },
	[SCENARIO_EV_LEFT_OUT] = { FROM(SCHEDULED) | FROM(DUE) | FROM(HELD), SCENARIO_LEFT_OUT },
	[SCENARIO_EV_USED] = { FROM(DELIVERED), SCENARIO_DELIVERED },
};

bool scenario_may(enum scenario_standing from, enum scenario_event_kind kind)
{
	return (unsigned)kind < SCENARIO_EVENTS && moves[kind].from & 1u << from;
}

int scenario_inject_at(const struct scenario *s, const char *id)
{
	for (size_t i = 0; i < s->n_injects; i++)
		if (str_eq(s->injects[i].id, id))
			return (int)i;
	return SCENARIO_NO_INJECT;
}

int scenario_fold_apply(struct scenario_fold *f, const struct scenario_event *e, struct err *err)
{
	struct scenario_stand *st;

	if (e->inject >= f->n)
		return err_set(err, ERR_NOTFOUND, "the scenario has no inject %zu", e->inject);
	st = &f->v[e->inject];
	if (!scenario_may(st->standing, e->kind))
		return err_set(err, ERR_USAGE, "inject %zu does not stand so that this could "
			       "become of it", e->inject);
	if (e->kind == SCENARIO_EV_USED) {
		st->used++;
		return 0;
	}
	st->standing = moves[e->kind].to;
	st->since_ms = e->now_ms;
	return 0;
}

/* --- chance ----------------------------------------------------------------------------------- */

/* SplitMix64, from the seed and the name: what is added to a scenario moves nothing else. */
static uint64_t mixed(uint64_t z)
{
	z += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t drawn(const struct scenario_inject *in, int64_t seed, uint64_t which)
{
	uint64_t h = mixed((uint64_t)seed) ^ which;

	for (const char *p = in->id; *p; p++)
		h = mixed(h ^ (unsigned char)*p);
	return mixed(h);
}

bool scenario_takes_place(const struct scenario_inject *in, int64_t seed)
{
	return (int64_t)(drawn(in, seed, 1) % 100) < in->chance;
}

int64_t scenario_time(const struct scenario_inject *in, int64_t seed)
{
	if (in->at_ms < 0 || in->until_ms <= in->at_ms)
		return in->at_ms;
	return in->at_ms + (int64_t)(drawn(in, seed, 2) %
				     (uint64_t)(in->until_ms - in->at_ms + 1));
}

/* --- what is due ------------------------------------------------------------------------------ */

enum scenario_is scenario_is_of(enum outcome o)
{
	switch (o) {
	case OUTCOME_CONFIRMED:
	case OUTCOME_ACCEPTED:
	case OUTCOME_OVERRIDDEN:
		return SCENARIO_DONE;
	case OUTCOME_SKIPPED:
	case OUTCOME_NOT_APPLICABLE:
		return SCENARIO_SKIPPED;
	default: /* what did not come out is no success */
		return SCENARIO_FAILED;
	}
}

static bool means(enum scenario_is asked, enum scenario_is is)
{
	return is == asked || (asked == SCENARIO_ENDED &&
			       (is == SCENARIO_DONE || is == SCENARIO_FAILED ||
				is == SCENARIO_SKIPPED));
}

int64_t scenario_due_at(const struct scenario_inject *in, int64_t seed,
			const struct scenario_now *now)
{
	const char *step = in->after ? in->after : in->when ? in->when->step : NULL;
	enum scenario_is is = in->after ? SCENARIO_ENDED
			      : in->when ? (enum scenario_is)in->when->is : SCENARIO_ENDED;
	int64_t first = -1;

	if (!scenario_takes_place(in, seed))
		return -1;
	if (!step)
		return scenario_time(in, seed);
	for (size_t i = 0; i < now->n_stood; i++) {
		const struct scenario_stood *st = &now->stood[i];

		if (means(is, st->is) && scenario_key_is(st->key, step, NULL) &&
		    (first < 0 || st->at_ms < first))
			first = st->at_ms;
	}
	return first < 0 ? -1 : first + in->later_ms;
}

struct ripe {
	int64_t at;
	size_t i;
};

static int ripe_cmp(const void *pa, const void *pb)
{
	const struct ripe *a = pa, *b = pb;

	return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : (a->i > b->i) - (a->i < b->i);
}

size_t scenario_due(const struct scenario *s, const struct scenario_fold *f, int64_t seed,
		    const struct scenario_now *now, size_t *ret, size_t max, int64_t *ret_next)
{
	struct ripe *v = mem_alloc((s->n_injects + 1) * sizeof(*v));
	int64_t next = -1;
	size_t n = 0;

	for (size_t i = 0; i < s->n_injects && i < f->n; i++) {
		int64_t at = f->v[i].standing == SCENARIO_SCHEDULED
				     ? scenario_due_at(&s->injects[i], seed, now) : -1;

		if (at < 0)
			continue;
		if (at <= now->now_ms)
			v[n++] = (struct ripe){ at, i };
		else if (next < 0 || at < next)
			next = at;
	}
	qsort(v, n, sizeof(*v), ripe_cmp);
	for (size_t i = 0; i < n && i < max; i++)
		ret[i] = v[i].i;
	free(v);
	if (ret_next)
		*ret_next = next;
	return n;
}
