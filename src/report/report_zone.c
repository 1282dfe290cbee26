/* Local time beside UTC. How far a zone is ahead is asked once for each minute that has rows: no
 * zone changes within one. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "reportint.h"
#include "str.h"

static const int64_t second = 1000000000, minute = 60;

/* The picture goes through the rows lane by lane: the minutes of a day are kept. */
enum { MINUTES = 1440 };

struct asked {
	bool asked, known;
	int64_t minute;
	struct report_local at;
};

struct report_zone {
	char *name;
	report_zone_fn *fn;
	void *ctx;
	struct asked asked[MINUTES]; /* a minute's is at its remainder */
};

void report_zone(struct report *r, const char *name, report_zone_fn *fn, void *ctx)
{
	report_zone_free(r->zone);
	r->zone = mem_alloc(sizeof *r->zone);
	*r->zone = (struct report_zone){ .fn = fn, .ctx = ctx };
	r->zone->name = report_keep_raw(r, name, strlen(name), false);
}

void report_zone_free(struct report_zone *z)
{
	if (!z)
		return;
	free(z->name);
	free(z);
}

const char *report_zone_name(const struct report *r)
{
	return r->zone ? r->zone->name : NULL;
}

/* NULL: none is wanted, or it knows no such time. */
static const struct report_local *local(const struct report *r, int64_t wall)
{
	struct report_zone *z = r->zone;
	int64_t s = wall / second - (wall % second < 0), of = s / minute - (s % minute < 0);
	struct asked *a;

	if (!z)
		return NULL;
	a = &z->asked[(of % MINUTES + MINUTES) % MINUTES];
	if (!a->asked || a->minute != of) {
		*a = (struct asked){ .asked = true, .minute = of };
		a->known = z->fn(z->ctx, wall, &a->at);
	}
	return a->known ? &a->at : NULL;
}

/* Where the day there is another one than that of UTC, with the day. */
static void add_local(struct buf *out, const struct report *r, const char *utc, int64_t wall)
{
	enum { DAY = 10 };
	const struct report_local *z = local(r, wall);
	struct buf there = BUF_INIT;
	char *name;

	if (!z)
		return;
	clock_utc(&there, wall + z->offset_s * second, 0);
	buf_cut(&there, there.len - 1);
	buf_adds(out, " (");
	if (strncmp(buf_str(&there), utc, DAY) != 0) {
		buf_add(out, there.data, DAY);
		buf_addc(out, ' ');
	}
	buf_adds(out, there.data + DAY + 1);
	name = report_keep_raw(r, z->name, strlen(z->name), false);
	buf_addf(out, "%s%s)", *name ? " " : "", name);
	free(name);
	buf_release(&there);
}

void report_when(struct buf *out, const struct report *r, int64_t wall)
{
	size_t from = out->len;
	struct buf utc = BUF_INIT;

	clock_utc(out, wall, 0);
	buf_adds(&utc, out->data + from);
	add_local(out, r, buf_str(&utc), wall);
	buf_release(&utc);
}

bool report_local_iso(struct buf *out, const struct report *r, int64_t wall)
{
	const struct report_local *z = local(r, wall);
	int ahead = z ? z->offset_s / 60 : 0, size = abs(ahead);

	if (!z)
		return false;
	clock_utc(out, wall + (int64_t)z->offset_s * second, 3);
	buf_cut(out, out->len - 1);
	buf_addf(out, "%c%02d:%02d", ahead < 0 ? '-' : '+', size / 60, size % 60);
	return true;
}
