/* A runbook and its contacts: do they speak of the same severities? */
#include <stdio.h>

#include "limits.h"
#include "peopleint.h"
#include "runbook.h"
#include "str.h"

/* Whether a step of the book waits by this value. */
static bool is_severity(const struct runbook *rb, const char *name)
{
	for (size_t i = 0; i < rb->n_all; i++) {
		const struct step *s = rb->all[i];

		if (s->kind == KIND_CONTACT && s->book == rb &&
		    str_eq(s->severity ? s->severity : "severity", name))
			return true;
	}
	return false;
}

static void check_words(struct people_read *r, const struct field *d)
{
	const struct people *p = r->p;
	char near[LIMIT_TITLE_BYTES + 32];

	for (size_t k = 0; k < d->n_one_of; k++)
		if (people_find_severity(p, d->one_of[k]) < 0)
			people_say(r, PRULE_SEVERITY, d->at,
				   "`%s` may be `%s`, and %s does not know how long to wait then%s",
				   d->name, d->one_of[k], p->path,
				   findings_near(near, sizeof(near), d->one_of[k], p->severities,
					       p->n_severities));
}

/* Whoever says how bad it is, at the start or later. */
static void check_fields(struct people_read *r, const struct runbook *rb, const struct field *v,
			 size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_severity(rb, v[i].name))
			check_words(r, &v[i]);
}

void people_check_book(const struct people *p, const struct runbook *rb, struct findings *f)
{
	struct people own = *p;
	struct people_read r = { .in = { .format = &people_format, .f = f }, .p = &own };

	f->first = f->n;
	check_fields(&r, rb, rb->params, rb->n_params);
	for (size_t i = 0; i < rb->n_all; i++)
		if (rb->all[i]->book == rb)
			check_fields(&r, rb, rb->all[i]->fields, rb->all[i]->n_fields);
}
