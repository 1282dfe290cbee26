/* The people: can each contacts file be used tonight, and is what its channels need at hand? */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "doctor.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "mem.h"
#include "people.h"
#include "runbook.h"
#include "send.h"
#include "shelf.h"
#include "str.h"
#include "version.h"
#include "zone.h"

#define NAME "contacts.yaml"

struct files {
	char **v;
	size_t n;
};

/* Takes path where it is a file that is not there yet. */
static void add(struct files *f, char *path)
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

static void add_folders(struct files *f)
{
	const char *set = getenv("BLACKSTART_RUNBOOKS"), *folder;
	char *folders = mem_dup(set && set[0] ? set : "runbooks"), *rest = folders;

	add(f, mem_dup(NAME));
	while ((folder = strsep(&rest, ":")))
		if (folder[0])
			add(f, fsio_join(folder, NAME));
	free(folders);
}

/* Those that runbooks name; the people of the installed ones are made up. */
static void add_named(struct files *f)
{
	struct loader_source disk = loader_disk();
	struct shelf shelf = { 0 };

	shelf_all(&shelf);
	for (size_t i = 0; i < shelf.n; i++) {
		struct findings found = { 0 };
		struct runbook *rb = NULL;

		if (str_starts(shelf.v[i], BLACKSTART_SHARE "/"))
			continue;
		loader_load(shelf.v[i], &disk, &rb, &found, NULL);
		if (rb && rb->contacts_file)
			add(f, mem_dup(rb->contacts_file));
		findings_release(&found);
		runbook_free(rb);
	}
	shelf_release(&shelf);
}

/* --- one file --------------------------------------------------------------------------------- */

struct look {
	struct buf *out;
	bool sends, zones;
};

static void trouble(struct look *l, const char *path, const char *what)
{
	buf_addf(l->out, "%s%s: %s", l->out->len ? "; " : "", path, what);
}

static void look_secrets(struct look *l, const struct people *p, const struct people_channel *c)
{
	char *folder = fsio_dirname(p->path);
	struct send_needs needs[SEND_NEEDS_MAX];
	size_t n = send_needs(c, needs);

	for (size_t i = 0; i < n; i++) {
		struct err err = { 0 };
		char *text;

		if (!send_secret_there(needs[i].where, folder, &err))
			continue;
		text = mem_printf("%s of %s is not at hand: %s", needs[i].what, c->id, err.text);
		trouble(l, p->path, text);
		free(text);
	}
	free(folder);
}

static void look_at(struct look *l, const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err = { 0 };

	if (people_load(path, &disk, &p, &f, &err))
		trouble(l, path, err.text);
	else if (f.errors)
		trouble(l, path, "has errors, `blackstart lint` says which");
	for (size_t i = 0; p && i < p->n_persons; i++)
		l->zones |= p->persons[i].zone != NULL;
	for (size_t i = 0; p && i < p->n_channels; i++) {
		l->sends |= p->channels[i].kind == PEOPLE_SMTP ||
			    p->channels[i].kind == PEOPLE_WEBHOOK;
		look_secrets(l, p, &p->channels[i]);
	}
	people_free(p);
	findings_release(&f);
}

enum health doctor_contacts(const struct opts *o, struct buf *out)
{
	struct look l = { .out = out };
	struct files f = { 0 };
	struct err err = { 0 };

	(void)o;
	add_folders(&f);
	add_named(&f);
	for (size_t i = 0; i < f.n; i++)
		look_at(&l, f.v[i]);
	if (l.sends && send_ready(&err))
		buf_addf(out, "%s%s", out->len ? "; " : "", err.text);
	if (l.zones && zone_find("Europe/Madrid") == ZONE_NO_DATABASE)
		buf_addf(out, "%sthere are no time zones here (package tzdata)",
			 out->len ? "; " : "");
	for (size_t i = 0; i < f.n; i++)
		free(f.v[i]);
	free(f.v);
	if (out->len)
		return HEALTH_POOR;
	if (!f.n) {
		buf_adds(out, "there is no contacts file: runbooks that contact people name one");
		return HEALTH_GOOD;
	}
	buf_addf(out, "%zu file%s, without an error; what the channels need is at hand", f.n,
		 f.n == 1 ? "" : "s");
	return HEALTH_GOOD;
}
