/* What is known where ways meet. Changes stand on a trail; at the end of a construct those since
 * its start are looked at, so the cost follows what changed and not how many names there are. */
#include "checker.h"

#include <string.h>

#include "mem.h"
#include "str.h"

void check_push(struct check *c, struct tracked *t)
{
	if (c->n_trail == c->cap_trail) {
		c->cap_trail = c->cap_trail ? c->cap_trail * 2 : 64;
		c->trail = mem_grow(c->trail, c->cap_trail, sizeof(*c->trail));
	}
	c->trail[c->n_trail++] = (struct trail_entry){ (size_t)(t - c->s->v), t->state, t->guard };
}

/* Leaves one entry for each name that changed since mark: what it was at mark. */
static void compact(struct check *c, size_t mark)
{
	size_t kept = mark, end = c->n_trail;
	c->stamp++;
	for (size_t i = mark; i < end; i++) {
		struct tracked *t = &c->s->v[c->trail[i].i];
		if (t->stamp == c->stamp)
			continue;
		t->stamp = c->stamp;
		c->trail[kept++] = c->trail[i];
	}
	c->n_trail = kept;
}

/* What holds behind a `when`: what held before, where it was false, and what its steps made of it,
 * where it was true. What held under the very same condition did not hold where it was false. */
void check_leave_guard(struct check *c, size_t mark, const char *guard)
{
	compact(c, mark);
	for (size_t i = mark; i < c->n_trail; i++) {
		const struct trail_entry *e = &c->trail[i];
		struct tracked *t = &c->s->v[e->i];
		bool same = e->old == HOLDS_MAYBE && e->old_guard && str_eq(e->old_guard, guard);
		enum holds without = same ? HOLDS_NOT : e->old;
		bool by_guard = without == HOLDS_NOT && t->state == HOLDS;
		if (t->state == without && without != HOLDS_MAYBE)
			continue;
		check_put(c, t, HOLDS_MAYBE);
		t->guard = by_guard ? guard : NULL; /* under two conditions: under none */
	}
}

void check_end_way(struct check *c, size_t mark, const char *guard)
{
	compact(c, mark);
	for (size_t i = c->n_trail; i-- > mark;) {
		struct trail_entry *e = &c->trail[i];
		struct tracked *t = &c->s->v[e->i];
		if (!c->dead) {
			if (c->n_alts == c->cap_alts) {
				c->cap_alts = c->cap_alts ? c->cap_alts * 2 : 64;
				c->alts = mem_grow(c->alts, c->cap_alts, sizeof(*c->alts));
			}
			c->alts[c->n_alts++] = (struct trail_entry){
				e->i, t->state, t->state == HOLDS ? guard : NULL };
		}
		check_put(c, t, e->old);
		t->guard = e->old_guard;
	}
	c->n_trail = mark;
}

static void count_ways(struct check *c, size_t first_alt)
{
	c->stamp++;
	for (size_t i = first_alt; i < c->n_alts; i++) {
		const struct trail_entry *a = &c->alts[i];
		struct tracked *t = &c->s->v[a->i];
		if (t->stamp != c->stamp) {
			t->stamp = c->stamp;
			t->count = 0;
			t->merged = a->old;
			t->merged_guard = a->old_guard;
			t->same = true;
		}
		t->count++;
		t->same = t->same && t->merged == a->old;
	}
}

void check_merge_ways(struct check *c, size_t first_alt, size_t n_ways)
{
	count_ways(c, first_alt);
	size_t end = c->n_alts;
	for (size_t i = first_alt; i < end; i++) {
		struct tracked *t = &c->s->v[c->alts[i].i];
		if (!t->count)
			continue; /* done */
		bool all = t->same && (t->count == n_ways || t->merged == t->state);
		enum holds merged = all ? t->merged : HOLDS_MAYBE;
		const char *guard = !all && t->count == 1 ? t->merged_guard : NULL;
		t->count = 0;
		if (merged == t->state && merged != HOLDS_MAYBE)
			continue;
		check_push(c, t);
		check_put(c, t, merged);
		t->guard = guard;
	}
	c->n_alts = first_alt;
}

void check_join_ways(struct check *c, size_t first_alt)
{
	for (size_t i = first_alt; i < c->n_alts; i++) {
		struct tracked *t = &c->s->v[c->alts[i].i];
		if (!t->owed && t->state == HOLDS)
			continue; /* what one of them has captured is there */
		check_push(c, t);
		check_put(c, t, c->alts[i].old);
		t->guard = c->alts[i].old_guard;
	}
	c->n_alts = first_alt;
}
