#include "card.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "guard_check.h"
#include "limits.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"
#include "version.h"

/* --- the top of a file ------------------------------------------------------------------------ */

/* The line behind the steps: the next one that begins at the left margin and is no item. */
static const char *behind_steps(const char *s, const char *end)
{
	while ((s = memchr(s, '\n', (size_t)(end - s)))) {
		if (++s == end)
			return end;
		if ((*s >= 'a' && *s <= 'z') || *s == '"' || *s == '\'' || *s == '.')
			return s;
	}
	return end;
}

/* One step stands for all: what a card shows stands beside them. YAML puts whatever belongs to the
 * steps further right, or begins it with a dash. */
static int read_top(void *ctx, const char *path, struct buf *out, struct err *err)
{
	static const char key[] = "\nsteps:", one[] = "steps:\n  - end: all of them\n";
	struct buf whole = { .max = out->max };
	const char *steps, *rest, *end;
	int rc = fsio_read(path, LIMIT_RUNBOOK_BYTES, &whole, err);

	(void)ctx;
	if (rc)
		return rc;
	end = whole.data + whole.len;
	steps = whole.len ? memmem(whole.data, whole.len, key, sizeof(key) - 1) : NULL;
	if (!steps) {
		rc = buf_add(out, buf_str(&whole), whole.len);
	} else {
		rest = behind_steps(++steps, end);
		rc = buf_add(out, whole.data, (size_t)(steps - whole.data));
		if (!rc)
			rc = buf_adds(out, one);
		if (!rc)
			rc = buf_add(out, rest, (size_t)(end - rest));
	}
	buf_release(&whole);
	return rc;
}

static struct runbook *load(const char *path, const struct loader_source *src)
{
	struct findings found = { 0 };
	struct runbook *rb = NULL;

	loader_load(path, src, &rb, &found, NULL);
	findings_release(&found);
	return rb;
}

/* A file that is written another way than it usually is, is read whole. */
static struct runbook *load_top(const char *path)
{
	const struct loader_source top = { NULL, read_top }, disk = loader_disk();
	struct runbook *rb = load(path, &top);

	if (rb && rb->title && !str_eq(rb->title, path))
		return rb;
	runbook_free(rb);
	return load(path, &disk);
}

static char *safe(const char *s, bool lines)
{
	struct buf b = BUF_INIT;

	if (!s)
		return NULL;
	str_printable(&b, s, strlen(s), lines);
	return buf_take(&b);
}

static void fill_place(struct card_place *to, const struct environments *envs, const char *name)
{
	const struct environment *e = environ_find(envs, name);

	to->name = safe(name, false);
	to->also = e && e->n_also ? mem_alloc(e->n_also * sizeof(*to->also)) : NULL;
	for (size_t i = 0; e && i < e->n_also; i++)
		to->also[to->n_also++] = safe(e->also[i], false);
}

/* Where it acts: what other names the environments have is in their file. */
static void fill_places(struct card *c, struct runbook *rb)
{
	const char **names;
	size_t n;

	if (!rb->environment)
		return;
	guard_attach(rb);
	n = guard_places_of(rb, &names);
	c->places = n ? mem_alloc(n * sizeof(*c->places)) : NULL;
	for (size_t i = 0; i < n; i++)
		fill_place(&c->places[c->n_places++], runbook_environments(rb), names[i]);
	free(names);
}

static void fill(struct card *c, const struct runbook *rb)
{
	c->title = safe(rb->title ? rb->title : c->path, false);
	c->about = safe(rb->about, true);
	c->owner = safe(rb->owner, false);
	c->reviewed = safe(rb->reviewed, false);
	if (!rb->reviewed || !clock_parse(rb->reviewed, &c->reviewed_at))
		c->reviewed_at = 0;
	c->review_in_ms = rb->review_in_ms;
	c->drill_every_ms = rb->drill_every_ms;
	find_in_make(&c->find, rb);
}

struct card *card_read(const char *path)
{
	const struct runbook none = { .path = path, .title = path };
	struct runbook *rb;
	struct card *c;

	if (!shelf_is_runbook(path))
		return NULL;
	rb = load_top(path);
	c = mem_alloc(sizeof(*c));
	c->path = mem_dup(path);
	c->whole = realpath(path, NULL);
	c->bad = !rb;
	c->installed = str_starts(path, BLACKSTART_SHARE "/");
	fill(c, rb ? rb : &none);
	if (rb)
		fill_places(c, rb);
	runbook_free(rb);
	return c;
}

void card_free(struct card *c)
{
	if (!c)
		return;
	find_in_release(&c->find);
	card_runs_release(&c->runs);
	for (size_t i = 0; i < c->n_places; i++) {
		free(c->places[i].name);
		for (size_t k = 0; k < c->places[i].n_also; k++)
			free(c->places[i].also[k]);
		free(c->places[i].also);
	}
	free(c->places);
	free(c->path);
	free(c->whole);
	free(c->title);
	free(c->about);
	free(c->owner);
	free(c->reviewed);
	free(c);
}
