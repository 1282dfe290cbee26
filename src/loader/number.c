/* Numbers as on screen and paper, ids, and the list of all steps. */
#include "load.h"

#include <string.h>

#include "arena.h"
#include "limits.h"

/* Enough for every level of nesting of every book around a step. */
enum { NUMBER_MAX = LIMIT_YAML_DEPTH * (LIMIT_CALL_DEPTH + 1) * 6 };

struct path {
	char text[NUMBER_MAX];
	size_t len;
};

/* Appends ".4" (or "4" at the start) and returns the length to go back to. */
static size_t descend(struct path *p, size_t n)
{
	char digits[24];
	size_t back = p->len, used = sizeof(digits);
	do
		digits[--used] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	if (p->len)
		p->text[p->len++] = '.';
	memcpy(p->text + p->len, digits + used, sizeof(digits) - used);
	p->len += sizeof(digits) - used;
	return back;
}

static const char *join(struct arena *a, const char *x, size_t n_x, const char *y, size_t n_y)
{
	char *s = arena_alloc(a, n_x + n_y + 1);
	memcpy(s, x, n_x);
	memcpy(s + n_x, y, n_y);
	return s;
}

static void number_book(struct load *l, struct load_book *b, struct path *whole);

static void give_id(struct load *l, struct load_book *b, struct draft *d, const struct path *own)
{
	struct step *s = &d->step;
	bool is_new = true;
	if (s->id_given) {
		size_t first =
			nameset_put(&b->ids, d->sub_id, strlen(d->sub_id), (size_t)d, &is_new);
		if (!is_new) {
			diag_add(&l->diag, RULE_DUPLICATE_ID, s->at,
				 "the id `%s` is taken by the step in line %d", d->sub_id,
				 ((const struct draft *)first)->step.at.line);
			s->id_given = false;
		}
	}
	if (!s->id_given) {
		d->sub_id = join(l->arena, "s", 1, own->text, own->len);
		nameset_put(&b->ids, d->sub_id, own->len + 1, (size_t)d, NULL);
	}
	s->id = *b->prefix ? join(l->arena, b->prefix, strlen(b->prefix), d->sub_id,
				  strlen(d->sub_id)) : d->sub_id;
}

/* `own` is the number within the book, of which ids are made; `whole` the one in the tree. */
static void number_list(struct load *l, struct load_book *b, struct step *const *steps, size_t n,
			size_t first, struct path *own, struct path *whole)
{
	for (size_t i = 0; i < n; i++) {
		struct draft *d = draft_of(steps[i]);
		struct step *s = &d->step;
		size_t back_own = descend(own, first + i), back = descend(whole, first + i);
		s->number = arena_dupn(l->arena, whole->text, whole->len);
		if (d->owner && s->id_given)
			d->sub_id = arena_printf(l->arena, "%s/%s", d->owner->sub_id, d->sub_id);
		give_id(l, b, d, own);
		if (s->kind == KIND_CALL) {
			if (d->sub) {
				d->sub->prefix = arena_printf(l->arena, "%s/", s->id);
				number_book(l, d->sub, whole);
			}
		} else {
			number_list(l, b, s->children, s->n_children, 1, own, whole);
			number_list(l, b, s->always, s->n_always, s->n_children + 1, own, whole);
		}
		own->len = back_own;
		whole->len = back;
	}
}

static void number_book(struct load *l, struct load_book *b, struct path *whole)
{
	struct path own = { .len = 0 };
	bool quiet = l->diag.quiet;
	l->diag.quiet = b->told;
	number_list(l, b, b->rb->steps, b->rb->n_steps, 1, &own, whole);
	l->diag.quiet = quiet;
}

void load_number(struct load *l, struct load_book *root)
{
	struct path whole = { .len = 0 };
	root->prefix = "";
	number_book(l, root, &whole);
}

static void index_list(struct runbook *root, struct step *const *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct step *s = steps[i];
		s->index = root->n_all;
		root->all[root->n_all++] = s;
		index_list(root, s->children, s->n_children);
		index_list(root, s->always, s->n_always);
	}
}

void load_index(struct load *l, struct runbook *root)
{
	root->all = arena_alloc(l->arena, (l->n_steps + 1) * sizeof(*root->all));
	index_list(root, root->steps, root->n_steps);
}
