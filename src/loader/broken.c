/* A step that must not be walked as it stands becomes an instruction: its source, and what it
 * should have captured as questions. What it does to the world is known only where it says so
 * itself. */
#include "load.h"

#include <string.h>

#include "arena.h"

static void ask_for(struct field *f, size_t *n, const char *name, enum value_type type, bool secret,
		    struct place at)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(f[i].name, name) == 0)
			return;
	f[(*n)++] = (struct field){ .name = name, .type = type, .secret = secret, .at = at };
}

static void captures_to_fields(struct load *l, const struct draft *d, struct step *to)
{
	const struct capture *v[] = { d->step.captures, d->probe.captures, d->verify.captures };
	size_t n[] = { d->step.n_captures, d->probe.n_captures, d->verify.n_captures };
	struct field *f = arena_alloc(l->arena, (n[0] + n[1] + n[2] + d->step.n_fields + 1) *
				      sizeof(*f));
	size_t n_f = 0;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < n[i]; k++)
			ask_for(f, &n_f, v[i][k].name, v[i][k].type, v[i][k].secret, v[i][k].at);
	for (size_t i = 0; i < d->step.n_fields; i++)
		ask_for(f, &n_f, d->step.fields[i].name, d->step.fields[i].type,
			d->step.fields[i].secret, d->step.fields[i].at);
	to->fields = n_f ? f : NULL;
	to->n_fields = n_f;
}

static void break_step(struct load *l, struct draft *d)
{
	const struct step *old = &d->step;
	struct step s = {
		.kind = KIND_BROKEN, .id = old->id, .id_given = old->id_given,
		.number = old->number, .parent = old->parent, .book = old->book, .at = old->at,
		.title = old->title, .title_given = old->title_given, .why = old->why,
		.warn = old->warn, .source = old->source, .at_once = 1, .success = true,
		.effect = old->effect_given ? old->effect : EFFECT_DESTROY,
		.effect_given = old->effect_given, .target = old->target,
	};
	if (!s.source)
		s.source = doc_source(d->doc, d->node, l->arena);
	if (s.effect == EFFECT_DESTROY && !s.target.s && !(s.book && s.book->environment))
		s.target = (struct text){ s.id, s.at };
	captures_to_fields(l, d, &s);
	d->step = s;
}

static bool leads_nowhere(const struct draft *d)
{
	for (const struct step *s = d->goal ? &d->goal->step : NULL; s; s = s->parent)
		if (draft_of(s)->gone)
			return true;
	return false;
}

/* A choice with a broken way is no choice, and of what a driver does no piece may be missing. */
static void mark_owners(struct load *l)
{
	for (struct load_book *b = l->books; b; b = b->next)
		for (size_t i = b->n_walk; i-- > 0;) {
			struct draft *d = b->walk[i];
			if (d->bad && d->owner)
				d->owner->bad = true;
			else if (d->bad && d->step.kind == KIND_OPTION)
				draft_of(d->step.parent)->bad = true;
		}
}

/* Steps inside of what is broken are gone with it. */
static void mark_gone(struct load *l)
{
	for (struct load_book *b = l->books; b; b = b->next) {
		bool outside = b->call && (b->call->bad || b->call->gone);
		for (size_t i = 0; i < b->n_walk; i++) {
			struct draft *d = b->walk[i];
			const struct step *p = d->step.parent;
			const struct draft *up = p && p->book == d->step.book ? draft_of(p) : NULL;
			d->gone = outside || (up && (up->bad || up->gone));
		}
	}
}

/* Whoever would jump to a step that is gone is broken too; that can go on. */
static bool mark_jumpers(struct load *l)
{
	bool more = false;
	for (struct load_book *b = l->books; b; b = b->next)
		for (size_t i = 0; i < b->n_walk; i++) {
			struct draft *d = b->walk[i];
			if (d->bad || d->gone || !leads_nowhere(d))
				continue;
			d->bad = true;
			more = true;
		}
	return more;
}

void load_break(struct load *l)
{
	do {
		mark_owners(l);
		mark_gone(l);
	} while (mark_jumpers(l));
	for (struct load_book *b = l->books; b; b = b->next)
		for (size_t i = 0; i < b->n_walk; i++)
			if (b->walk[i]->bad && !b->walk[i]->gone)
				break_step(l, b->walk[i]);
}
