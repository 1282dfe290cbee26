/* Where a driver is: beside the runbook, in the folders around it, or where the program is
 * installed.
 *
 * A folder that everybody may write into is not climbed into: anybody could put a driver there,
 * into the hands of whoever restores. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "err.h"
#include "fsio.h"
#include "str.h"
#include "version.h"

enum { LEVELS_MAX = 16 }; /* folders around a runbook that are looked into */
enum { NAMES_MAX = 200 }; /* drivers looked at for "did you mean" */

struct search {
	struct load *l;
	struct draft *d;
	const char *below; /* "drivers/volume/restic.yaml" */
	struct load_file *found;
	bool failed;       /* a file is there, and it cannot be read: that was said */
	const char *closed; /* the folder where climbing ended, because anybody may write there */
	const char *tried[LEVELS_MAX + 2]; /* paths where there was none */
	size_t n_tried;
};

/* True: look no further. */
static bool look(struct search *s, const char *path)
{
	struct err err = { 0 };
	int code;
	struct load_file *f = load_open(s->l, path, "driver", &code, &err);
	if (f->bytes) {
		s->found = f;
		return true;
	}
	s->tried[s->n_tried++] = path;
	if (code == ERR_NOTFOUND)
		return false;
	diag_add(&s->l->diag, code == ERR_LIMIT ? RULE_LIMIT : RULE_UNREADABLE, s->d->step.at,
		 "the driver %s cannot be read: %s", path, err.text);
	s->l->diag.bad = s->failed = true;
	return true;
}

static void climb(struct search *s)
{
	struct load *l = s->l;
	const char *up = "";
	if (look(s, load_path(l, l->book, s->below)))
		return;
	for (int i = 0; i < LEVELS_MAX; i++) {
		up = arena_printf(l->scratch, "../%s", up);
		const char *folder = load_path(l, l->book, up);
		int may = load_may_climb(l, folder);
		if (may < 0)
			s->closed = folder;
		if (may <= 0)
			return;
		if (look(s, load_path(l, l->book,
				      arena_printf(l->scratch, "%s%s", up, s->below))))
			return;
	}
}

/* A name of those that are where this one was looked for. */
static void near_driver(struct search *s, char *out, size_t size)
{
	const char *names[NAMES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < s->n_tried; i++) {
		const char *path = s->tried[i];
		size_t len = (size_t)(fsio_basename(path) - path);
		n = load_list(s->l, arena_dupn(s->l->scratch, path, len), names, n, NAMES_MAX);
	}
	findings_near(out, size, s->d->form, names, n);
}

static void not_found(struct search *s)
{
	char near[160];
	near_driver(s, near, sizeof(near));
	diag_add(&s->l->diag, RULE_NO_DRIVER, s->d->step.at,
		 "no driver %s: looked beside the runbook, in the folders around it%s%s%s, and "
		 "where the program is installed%s", s->below, s->closed ? " (not in " : "",
		 s->closed ? s->closed : "",
		 s->closed ? " and beyond, which everybody may write into)" : "", near);
}

static bool name_ok(struct load *l, struct draft *d)
{
	const char *s = d->form;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");
	if (n && !s[n] && (s[0] != '.' || strchr(s, '/')))
		return true;
	diag_add(&l->diag, RULE_NO_DRIVER, d->step.at,
		 "`%s` is no name of a driver: letters, digits, `-`, `_`; or a path from this file",
		 s);
	return false;
}

struct driver *driver_find(struct load *l, struct draft *d, uint32_t kind)
{
	const char *word = kind == FOR_VOLUME ? "volume" : "cluster";
	struct search s = { .l = l, .d = d };
	if (!name_ok(l, d))
		return NULL;
	if (strchr(d->form, '/')) {
		s.below = d->form;
		look(&s, load_path(l, l->book, d->form));
	} else {
		s.below = arena_printf(l->scratch, "drivers/%s/%s.yaml", word, d->form);
		climb(&s);
		if (!s.found && !s.failed)
			look(&s, arena_printf(l->scratch, "%s/%s", BLACKSTART_SHARE, s.below));
	}
	if (!s.found) {
		if (!s.failed)
			not_found(&s);
		return NULL;
	}
	struct driver *driver = driver_read(l, s.found);
	if (driver->bad) {
		diag_add(&l->diag, RULE_DRIVER, d->step.at, "the driver %s has mistakes",
			 driver->path);
		return NULL;
	}
	if (kind == FOR_VOLUME ? !driver->volume : !driver->cluster) {
		diag_add(&l->diag, RULE_DRIVER, d->step.at, "%s is a driver for %s", driver->path,
			 driver->volume ? "volumes: `restore` takes it" :
					  "clusters: `rebuild` takes it");
		return NULL;
	}
	return driver;
}
