/* The runbook of a run as it was when it began: from what the journal pinned, never from disk. */
#include <stdlib.h>
#include <string.h>

#include "clientint.h"
#include "err.h"
#include "guard.h"
#include "loader.h"
#include "mem.h"
#include "people_attach.h"
#include "scenario.h"
#include "str.h"

struct pin {
	char *path, *bytes;
	size_t n;
	char sha256[65];
	bool is_book, is_scenario;
};

struct pins {
	struct pin *v;
	size_t n;
};

static int add_pin(void *ctx, const struct source_file *f)
{
	struct pins *p = ctx;
	struct pin *to;

	p->v = mem_grow(p->v, p->n + 1, sizeof *p->v);
	to = &p->v[p->n++];
	*to = (struct pin){ .path = mem_dup(f->path), .bytes = mem_dupn(f->bytes, f->n),
			    .n = f->n };
	memcpy(to->sha256, f->sha256, sizeof to->sha256);
	to->is_book = str_eq(f->role, "runbook");
	to->is_scenario = str_eq(f->role, "scenario");
	return 0;
}

static void pins_release(struct pins *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].path);
		free(p->v[i].bytes);
	}
	free(p->v);
}

static int read_pin(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct pins *p = ctx;

	for (size_t i = 0; i < p->n; i++)
		if (loader_same_file(path, p->v[i].path))
			return buf_add(out, p->v[i].bytes, p->v[i].n);
	return err_set(err, ERR_NOTFOUND, "%s was not kept when the run began", path);
}

static int load(struct pins *p, const struct pin *pin, struct runbook **ret, struct err *err)
{
	struct loader_source src = { .ctx = p, .read = read_pin };
	struct findings f = { 0 };
	int rc = loader_load(pin->path, &src, ret, &f, err);

	findings_release(&f);
	if (!rc) {
		people_attach(*ret);
		guard_attach(*ret);
		people_attach_tells(*ret);
	}
	return rc;
}

int client_book_load(struct client *c, struct err *err)
{
	struct pins p = { 0 };
	int rc = journal_pins(c->journal, c->run, add_pin, &p, err);

	for (size_t i = 0; !rc && i < p.n; i++)
		if (p.v[i].is_book) {
			rc = load(&p, &p.v[i], &c->book, err);
			break;
		}
	pins_release(&p);
	return rc;
}

static struct scenario *load_scenario(struct pins *p)
{
	struct loader_source src = { .ctx = p, .read = read_pin };
	struct scenario *sc = NULL;
	struct findings f = { 0 };

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].is_scenario) {
			(void)scenario_load(p->v[i].path, &src, &sc, &f, NULL);
			break;
		}
	findings_release(&f);
	return sc;
}

const struct scenario *client_scenario(struct client *c)
{
	struct pins p = { 0 };

	if (c->scenario_read)
		return c->scenario;
	if (journal_pins(c->journal, c->run, add_pin, &p, NULL) == 0) {
		c->scenario = load_scenario(&p);
		c->scenario_read = true;
	}
	pins_release(&p);
	return c->scenario;
}

const struct runbook *client_book_called(void *ctx, const char *sha256)
{
	struct client *c = ctx;
	struct pins p = { 0 };
	struct runbook *rb = NULL;

	for (size_t i = 0; i < c->n_called; i++)
		if (strcmp(c->called[i].sha256, sha256) == 0)
			return c->called[i].book;
	if (journal_pins(c->journal, c->run, add_pin, &p, NULL) == 0)
		for (size_t i = 0; i < p.n && !rb; i++)
			if (strcmp(p.v[i].sha256, sha256) == 0)
				load(&p, &p.v[i], &rb, NULL);
	pins_release(&p);
	if (!rb)
		return NULL;
	c->called = mem_grow(c->called, c->n_called + 1, sizeof *c->called);
	str_clip(c->called[c->n_called].sha256, sizeof c->called->sha256, sha256);
	c->called[c->n_called++].book = rb;
	return rb;
}

void client_book_free(struct client *c)
{
	for (size_t i = 0; i < c->n_called; i++)
		runbook_free(c->called[i].book);
	free(c->called);
	runbook_free(c->book);
	scenario_free(c->scenario);
}
