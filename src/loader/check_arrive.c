/* What is known where jumps arrive. Every change of a state is logged; a jump remembers the stretch
 * of the log during which it may leave, so that at its goal each name has what it had then. */
#include "checker.h"

#include <stdlib.h>

#include "arena.h"
#include "mem.h"

struct jump {
	struct jump *next; /* one that left before */
	size_t from, to;   /* with so many changes made, at least and at most */
	size_t least;      /* of all `from` of this one and those that may leave later */
};

void check_put(struct check *c, struct tracked *t, enum holds state)
{
	if (c->n_log == c->cap_log) {
		c->cap_log = c->cap_log ? c->cap_log * 2 : 64;
		c->log = mem_grow(c->log, c->cap_log, sizeof(*c->log));
	}
	c->log[c->n_log++] = (struct change){ (size_t)(t - c->s->v), t->state };
	if (t->owed)
		c->n_open += (size_t)(state != HOLDS_NOT) - (size_t)(t->state != HOLDS_NOT);
	t->state = state;
}

/* What is left on the way to the goal ends with its `always` steps. */
static bool leaves_always(const struct draft *d)
{
	const struct step *s = &d->step, *home = d->goal->step.parent;
	for (; s && s->parent != home; s = s->parent)
		if (s->parent && s->parent->n_always)
			return true;
	return false;
}

void check_leave(struct check *c, const struct draft *d)
{
	struct draft *goal = d->goal;
	if (!goal)
		return;
	struct jump *j = arena_alloc(c->l->scratch, sizeof(*j));
	*j = (struct jump){ goal->jumps, d->start, leaves_always(d) ? SIZE_MAX : c->n_log, 0 };
	if (!goal->jumps || j->from < goal->jump_from)
		goal->jump_from = j->from;
	goal->jumps = j;
}

static int by_leaving(const void *pa, const void *pb)
{
	const struct jump *a = pa, *b = pb;
	return a->to == b->to ? 0 : a->to > b->to ? -1 : 1;
}

/* The jumps in an array, the one that may leave last first. */
static struct jump *in_array(const struct draft *d, size_t *ret_n)
{
	struct jump *v;
	size_t n = 0;
	for (const struct jump *j = d->jumps; j; j = j->next)
		n++;
	v = mem_alloc(n * sizeof(*v));
	n = 0;
	for (const struct jump *j = d->jumps; j; j = j->next)
		v[n++] = *j;
	qsort(v, n, sizeof(*v), by_leaving);
	for (size_t i = 0; i < n; i++)
		v[i].least = i && v[i - 1].least < v[i].from ? v[i - 1].least : v[i].from;
	*ret_n = n;
	return v;
}

/* Whether one may have left when at least `first` changes were made, and at most `last`. */
static bool left_between(const struct jump *v, size_t n, size_t first, size_t last)
{
	size_t low = 0, high = n; /* v[low - 1] left late enough, v[high] did not */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (v[mid].to >= first)
			low = mid + 1;
		else
			high = mid;
	}
	return low && v[low - 1].least <= last;
}

static void meet(struct tracked *t, enum holds state)
{
	t->merged = t->same && t->merged != state ? HOLDS_MAYBE : state;
	t->same = true; /* something was met */
}

/* t->child: since how many changes the name has been as it is. */
static void meet_earlier(struct check *c, const struct draft *d, const struct jump *v, size_t n)
{
	c->stamp++;
	for (size_t k = d->jump_from; k < c->n_log; k++) {
		struct tracked *t = &c->s->v[c->log[k].i];
		if (t->stamp != c->stamp) {
			t->stamp = c->stamp;
			t->same = false;
			t->child = d->jump_from;
			t->count = 1;
		}
		if (left_between(v, n, t->child, k))
			meet(t, c->log[k].old);
		t->child = k + 1;
	}
}

void check_arrive(struct check *c, struct draft *d)
{
	size_t n, end = c->n_log;
	if (!d->jumps)
		return;
	struct jump *v = in_array(d, &n);
	meet_earlier(c, d, v, n);
	for (size_t k = d->jump_from; k < end; k++) {
		struct tracked *t = &c->s->v[c->log[k].i];
		if (!t->count)
			continue; /* done */
		t->count = 0;
		if (!c->dead || left_between(v, n, t->child, end))
			meet(t, t->state);
		if (t->merged != t->state || (t->state == HOLDS_MAYBE && t->guard)) {
			check_push(c, t);
			check_put(c, t, t->merged);
			t->guard = NULL;
		}
	}
	free(v);
	c->dead = c->told = false;
}
