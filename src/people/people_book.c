/* A runbook and its contacts: do they speak of the same severities? */
#include <stdio.h>

#include "limits.h"
#include "peopleint.h"
#include "runbook.h"
#include "str.h"

static bool contacts_somebody(const struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_all; i++)
		if (rb->all[i]->kind == KIND_CONTACT)
			return true;
	return false;
}

void people_check_book(const struct people *p, const struct runbook *rb, struct findings *f)
{
	struct people_read r = { .f = f };
	struct people own = *p; /* what is wrong here is not wrong with the file */
	char near[LIMIT_TITLE_BYTES + 32];

	r.p = &own;
	f->first = f->n;
	for (size_t i = 0; contacts_somebody(rb) && i < rb->n_params; i++) {
		const struct field *d = &rb->params[i];

		for (size_t k = 0; str_eq(d->name, "severity") && k < d->n_one_of; k++)
			if (people_find_severity(p, d->one_of[k]) < 0)
				people_say(&r, PRULE_SEVERITY, d->at,
					   "`severity` may be `%s`, and %s does not know how long "
					   "to wait then%s",
					   d->one_of[k], p->path,
					   people_near(near, sizeof(near), d->one_of[k],
						       p->severities, p->n_severities));
	}
}
