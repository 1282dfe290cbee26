/* The runbooks that doctor looks at, with the files that they stand on. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "doctor.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "journal.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"
#include "version.h"
#include "where.h"

/* --- runbooks --------------------------------------------------------------------------------- */

static void read_book(struct doctor_book *b, char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };

	*b = (struct doctor_book){ .path = path, .card = card_read(path),
				   .installed = str_starts(path, BLACKSTART_SHARE "/") };
	loader_load(path, &disk, &b->rb, &f, NULL);
	b->errors = f.errors;
	findings_release(&f);
	if (b->rb)
		guard_attach(b->rb);
}

static int take_run(void *ctx, const struct run_row *r)
{
	walked_take(ctx, r);
	return 0;
}

/* No record yet is one without runs; one that cannot be read is not. */
static void read_runs(struct doctor *d)
{
	char *path = where_read(d->o);
	struct journal *j = NULL;
	struct walked w = { 0 };
	struct err err = { 0 };
	int rc = journal_open(path, JOURNAL_READ, &j, &err);

	if (rc == 0)
		rc = journal_runs(j, take_run, &w, &err);
	d->runs_known = rc == 0 || rc == ERR_NOTFOUND;
	for (size_t i = 0; rc == 0 && i < d->n_books; i++) {
		struct card *c = d->books[i].card;
		const struct card_runs *runs = c ? walked_of(&w, c->whole) : NULL;

		if (runs)
			card_runs_copy(&c->runs, runs);
	}
	walked_release(&w);
	journal_close(j);
	free(path);
}

void doctor_books_read(struct doctor *d)
{
	struct shelf shelf = { 0 };

	shelf_all(&shelf);
	d->over = shelf.over;
	d->books = mem_alloc((shelf.n + 1) * sizeof(*d->books));
	for (size_t i = 0; i < shelf.n; i++) {
		read_book(&d->books[d->n_books++], shelf.v[i]);
		shelf.v[i] = NULL;
	}
	shelf_release(&shelf);
	read_runs(d);
}

void doctor_books_release(struct doctor *d)
{
	for (size_t i = 0; i < d->n_books; i++) {
		runbook_free(d->books[i].rb);
		card_free(d->books[i].card);
		free(d->books[i].path);
	}
	free(d->books);
}

/* --- files ------------------------------------------------------------------------------------ */

/* Takes path where it is a file that is not there yet. */
static void add(struct doctor_files *f, char *path)
{
	struct stat st, other;
	bool is = stat(path, &st) == 0 && S_ISREG(st.st_mode);

	for (size_t i = 0; is && i < f->n; i++)
		is = stat(f->v[i], &other) || other.st_ino != st.st_ino ||
		     other.st_dev != st.st_dev;
	if (!is) {
		free(path);
		return;
	}
	f->v = mem_grow(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = path;
}

static void add_folders(struct doctor_files *f, const char *name, bool here)
{
	const char *set = getenv("BLACKSTART_RUNBOOKS"), *folder;
	char *folders = mem_dup(set && set[0] ? set : "runbooks"), *rest = folders;

	if (here)
		add(f, mem_dup(name));
	while ((folder = strsep(&rest, ":")))
		if (folder[0])
			add(f, fsio_join(folder, name));
	free(folders);
}

void doctor_files(const struct doctor *d, const char *name, const char *role, bool here,
		  struct doctor_files *ret)
{
	*ret = (struct doctor_files){ 0 };
	add_folders(ret, name, here);
	for (size_t i = 0; i < d->n_books; i++) {
		const struct runbook *rb = d->books[i].installed ? NULL : d->books[i].rb;

		for (size_t k = 0; rb && k < rb->n_files; k++)
			if (str_eq(rb->files[k].role, role) &&
			    !str_starts(rb->files[k].path, BLACKSTART_SHARE "/"))
				add(ret, mem_dup(rb->files[k].path));
	}
}

void doctor_files_release(struct doctor_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i]);
	free(f->v);
	*f = (struct doctor_files){ 0 };
}
