#include "card.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"

#define MS 1000000LL

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
	fill(c, rb ? rb : &none);
	runbook_free(rb);
	return c;
}

void card_free(struct card *c)
{
	if (!c)
		return;
	find_in_release(&c->find);
	free(c->path);
	free(c->whole);
	free(c->title);
	free(c->about);
	free(c->owner);
	free(c->reviewed);
	free(c);
}

/* --- what is past its time -------------------------------------------------------------------- */

unsigned card_due(const struct card *c, int64_t now_wall, bool runs_known)
{
	unsigned due = 0;

	if (c->review_in_ms && now_wall / MS - c->reviewed_at / MS > c->review_in_ms)
		due |= CARD_REVIEW;
	if (runs_known && c->drill_every_ms &&
	    now_wall / MS - c->runs.drilled / MS > c->drill_every_ms)
		due |= CARD_DRILL;
	return due;
}

static void one_due(struct buf *out, const char *what, const char *never, int64_t at,
		    int64_t every_ms)
{
	struct buf day = BUF_INIT;

	if (out->len)
		buf_adds(out, ", ");
	clock_utc(&day, at + every_ms * MS, 0);
	buf_cut(&day, sizeof("2026-11-22") - 1);
	if (at)
		buf_addf(out, "%s was due %s", what, buf_str(&day));
	else
		buf_adds(out, never);
	buf_release(&day);
}

void card_due_text(struct buf *out, const struct card *c, unsigned due)
{
	if (due & CARD_REVIEW)
		one_due(out, "review", "never reviewed", c->reviewed_at, c->review_in_ms);
	if (due & CARD_DRILL)
		one_due(out, "drill", "never drilled", c->runs.drilled, c->drill_every_ms);
}
