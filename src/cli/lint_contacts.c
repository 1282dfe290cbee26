#include "lint_contacts.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "err.h"
#include "loader.h"
#include "mem.h"
#include "people.h"
#include "str.h"

bool lint_contacts_seen(struct lint_contacts *l, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].dev == st.st_dev && l->v[i].ino == st.st_ino)
			return true;
	l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct lint_seen){ st.st_dev, st.st_ino };
	return false;
}

static bool has(const struct findings *f, size_t n, const struct finding *g)
{
	for (size_t i = 0; i < n; i++)
		if (f->v[i].at.line == g->at.line && f->v[i].at.col == g->at.col &&
		    str_eq(f->v[i].at.file, g->at.file) && str_eq(f->v[i].text, g->text))
			return true;
	return false;
}

void lint_contacts_merge(struct findings *f, const struct findings *own)
{
	size_t before = f->n;

	f->first = f->n;
	for (size_t i = 0; i < own->n; i++)
		if (!has(f, before, &own->v[i]))
			findings_add(f, own->v[i].severity, own->v[i].at, own->v[i].rule,
				     own->v[i].text);
	/* over the limit of one file: counted, as the loader does it */
	f->untold += own->untold;
	f->errors += own->errors;
	f->warnings += own->warnings;
	for (size_t i = 0; i < own->n; i++) {
		f->errors -= own->v[i].severity == SEV_ERROR;
		f->warnings -= own->v[i].severity == SEV_WARNING;
	}
}

void lint_contacts(struct lint_contacts *l, const char *path, const struct loader_source *src,
		   const struct runbook *rb, struct findings *f)
{
	struct findings own = { 0 };
	struct people *p = NULL;

	(void)people_load(path, src, &p, &own, NULL);
	if (!lint_contacts_seen(l, path))
		lint_contacts_merge(f, &own);
	if (p && rb)
		people_check_book(p, rb, f);
	people_free(p);
	findings_release(&own);
}

void lint_contacts_release(struct lint_contacts *l)
{
	free(l->v);
	*l = (struct lint_contacts){ 0 };
}
