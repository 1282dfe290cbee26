/* The people: can each contacts file be used tonight, and is what its channels need at hand? */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "doctor.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "mem.h"
#include "people.h"
#include "send.h"
#include "str.h"
#include "zone.h"

#define NAME "contacts.yaml"

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

enum health doctor_contacts(struct doctor *d, struct buf *out)
{
	struct look l = { .out = out };
	struct doctor_files f;
	struct err err = { 0 };
	size_t n;

	doctor_files(d, NAME, "contacts", true, &f);
	for (size_t i = 0; i < f.n; i++)
		look_at(&l, f.v[i]);
	if (l.sends && send_ready(&err))
		buf_addf(out, "%s%s", out->len ? "; " : "", err.text);
	if (l.zones && zone_find("Europe/Madrid") == ZONE_NO_DATABASE)
		buf_addf(out, "%sthere are no time zones here (package tzdata)",
			 out->len ? "; " : "");
	n = f.n;
	doctor_files_release(&f);
	if (out->len)
		return HEALTH_POOR;
	if (!n) {
		buf_adds(out, "there is no contacts file: runbooks that contact people name one");
		return HEALTH_GOOD;
	}
	buf_addf(out, "%zu file%s, without an error; what the channels need is at hand", n,
		 n == 1 ? "" : "s");
	return HEALTH_GOOD;
}
