/* A runbook: the top of the file. */
#include "reader.h"

#include <string.h>

#include "arena.h"

/* What could not be read stands at the end as a step, so that nothing is left out silently. */
static void add_rest(struct load *l, struct load_book *b)
{
	struct runbook *rb = b->rb;
	struct doc *d = &b->file->doc;
	if (!d->cut || !rb->n_steps || draft_of(rb->steps[rb->n_steps - 1])->node->cut)
		return;
	const char *rest = doc_rest(d, l->arena);
	struct draft *last =
		rest ? read_rest(l, rest, doc_at(d, doc_offset(d, d->end)), NULL) : NULL;
	if (last)
		rb->steps[rb->n_steps++] = &last->step;
}

static void no_steps(struct load *l, struct place at, const char *why)
{
	diag_add(&l->diag, RULE_NO_STEPS, at, "%s", why);
}

static struct load_book *new_book(struct load *l, struct load_file *f, struct load_book *caller,
				  struct draft *call)
{
	struct load_book *b = arena_alloc(l->scratch, sizeof(*b));
	b->rb = arena_alloc(l->arena, sizeof(*b->rb));
	b->rb->path = f->path;
	b->rb->caller = caller ? caller->rb : NULL;
	b->rb->title = f->path;
	b->file = f;
	b->caller = caller;
	b->call = call;
	b->depth = caller ? caller->depth + 1 : 0;
	b->told = f->told;
	f->told = true;
	*l->books_end = b;
	l->books_end = &b->next;
	return b;
}

struct load_book *load_read_book(struct load *l, struct load_file *f, struct load_book *caller,
				 struct draft *call)
{
	struct load_book *b = new_book(l, f, caller, call);
	struct load_book *outer = l->book;
	struct draft *step = l->step;
	bool quiet = l->diag.quiet, bad = l->diag.bad;
	size_t before = l->n_steps;
	l->book = b;
	l->step = NULL;
	l->diag.quiet = b->told;
	struct doc *d = load_doc(l, f);
	if (!d->root) {
		if (!d->cut)
			no_steps(l, (struct place){ f->path, 0, 0 }, "the file is empty");
	} else if (d->root->kind != NODE_MAP) {
		no_steps(l, doc_place(d, d->root),
			 "a runbook is a mapping: `blackstart: 1`, `title: ...`, `steps: ...`");
	} else {
		struct reading r = { .l = l, .table = TABLE_BOOK, .kinds = UINT32_MAX,
				     .base = b->rb, .what = "a runbook" };
		read_map(&r, d->root);
		add_rest(l, b);
	}
	b->n_own = l->n_steps - before;
	l->diag.quiet = quiet;
	l->diag.bad = bad;
	l->book = outer;
	l->step = step;
	return b->rb->n_steps ? b : NULL;
}
