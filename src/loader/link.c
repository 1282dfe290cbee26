/* Calls: the steps of what is called become the children of the step that calls. */
#include "load.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "limits.h"
#include "str.h"

/* --- the book's own steps, in the order of the walk ------------------------------------------ */

static void list_steps(struct load *l, struct load_book *b, struct step *const *steps, size_t n,
		       struct draft *each)
{
	for (size_t i = 0; i < n; i++) {
		struct draft *d = draft_of(steps[i]);
		b->walk[b->n_walk++] = d;
		d->order = b->n_walk;
		d->each = each;
		list_steps(l, b, d->step.children, d->step.n_children,
			   d->step.each_name ? d : each);
		list_steps(l, b, d->step.always, d->step.n_always, each);
	}
}

/* --- calls ----------------------------------------------------------------------------------- */

static bool is_cycle(struct load *l, const struct load_book *b, const char *path,
		     const struct draft *d)
{
	for (const struct load_book *c = b; c; c = c->caller) {
		if (!str_eq(c->file->path, path))
			continue;
		diag_add(&l->diag, RULE_CYCLE, d->call.at, c == b ?
			 "`%s` calls itself" : "`%s` is called by what it calls: that never ends",
			 d->call.s);
		return true;
	}
	return false;
}

static struct load_file *called_file(struct load *l, const struct load_book *b,
				     const struct draft *d)
{
	const char *path = load_path(l, b, d->call.s);
	struct err err = { 0 };
	int code;
	if (is_cycle(l, b, path, d))
		return NULL;
	if (b->depth + 1 > LIMIT_CALL_DEPTH) {
		diag_add(&l->diag, RULE_LIMIT, d->call.at,
			 "calls inside calls, more than %d deep", LIMIT_CALL_DEPTH);
		return NULL;
	}
	struct load_file *f = load_open(l, path, "called", &code, &err);
	if (f->bytes)
		return f;
	diag_add(&l->diag, code == ERR_NOTFOUND ? RULE_MISSING_FILE : RULE_UNREADABLE, d->call.at,
		 code == ERR_NOTFOUND ? "`%s` is not there" : "`%s` cannot be read: %s", d->call.s,
		 err.text);
	l->diag.bad = true;
	return NULL;
}

static void link_call(struct load *l, struct load_book *b, struct draft *d)
{
	struct step *s = &d->step;
	struct load_file *f = called_file(l, b, d);
	struct load_book *sub = f ? load_read_book(l, f, b, d) : NULL;
	if (f && !sub) {
		diag_add(&l->diag, RULE_MISSING_FILE, d->call.at,
			 "`%s` has no list of steps that could be walked", d->call.s);
		return;
	}
	if (!sub)
		return;
	s->callee = sub->rb;
	d->sub = sub;
	s->children = sub->rb->steps;
	s->n_children = sub->rb->n_steps;
	for (size_t i = 0; i < s->n_children; i++)
		s->children[i]->parent = s;
	if (!s->title_given && !strstr(sub->rb->title, "$"))
		s->title = sub->rb->title;
	load_link(l, sub);
}

void load_link(struct load *l, struct load_book *b)
{
	b->walk = arena_alloc(l->scratch, (b->n_own + 1) * sizeof(*b->walk));
	list_steps(l, b, b->rb->steps, b->rb->n_steps, NULL);
	for (size_t i = 0; i < b->n_walk; i++) {
		struct draft *d = b->walk[i];
		if (d->step.kind != KIND_CALL || !d->call.s)
			continue;
		bool bad = l->diag.bad, quiet = l->diag.quiet;
		l->diag.bad = false;
		l->diag.quiet = b->told;
		link_call(l, b, d);
		d->bad |= l->diag.bad;
		l->diag.bad = bad;
		l->diag.quiet = quiet;
	}
}
