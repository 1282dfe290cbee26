/* Progress lines: read strictly, folded into a rate that is worth showing. */
#include "progress.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "str.h"

#define WINDOW_NS (20 * CLOCK_S)  /* the rate is that of the last readings within this */
#define YOUNG_NS (CLOCK_S / 2)    /* nothing is said of less than this */
#define SILENT_NS (5 * CLOCK_S)   /* no reading for so long is worth a word */

enum { DIGITS_MAX = 18 };

static const char word[] = "@progress ";

/* --- a line ---------------------------------------------------------------------------------- */

static bool number(const char **at, const char *end, int64_t *ret)
{
	const char *from = *at;
	int64_t v = 0;

	while (*at < end && **at >= '0' && **at <= '9' && *at - from < DIGITS_MAX)
		v = v * 10 + (*(*at)++ - '0');
	*ret = v;
	return *at > from && (*at == end || **at == ' ');
}

static bool is_unit(const char *s, size_t n)
{
	if (n == 0 || n > PROGRESS_UNIT_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
		      s[i] == '_' || s[i] == '-'))
			return false;
	return true;
}

bool progress_parse(const char *line, size_t n, struct progress *ret)
{
	const char *at = line + sizeof word - 1, *end = line + n;
	struct progress p = { .unit = "bytes" };

	if (n && line[n - 1] == '\r') /* a terminal's end of line */
		end--;
	if (n < sizeof word || memcmp(line, word, sizeof word - 1) != 0)
		return false;
	if (!number(&at, end, &p.done) || at == end)
		return false;
	at++;
	if (!number(&at, end, &p.total))
		return false;
	if (at < end) {
		at++;
		if (!is_unit(at, (size_t)(end - at)))
			return false;
		memset(p.unit, 0, sizeof p.unit);
		memcpy(p.unit, at, (size_t)(end - at));
	}
	*ret = p;
	return true;
}

/* --- lines out of a stream ------------------------------------------------------------------- */

static void put(struct buf *out, const char *p, size_t n)
{
	if (out && n)
		buf_add(out, p, n);
}

/* Whether what is held may still become one. */
static bool may_be(const struct progress_lines *l)
{
	size_t n = l->n < sizeof word - 1 ? l->n : sizeof word - 1;

	return l->n < sizeof l->held && memcmp(l->held, word, n) == 0;
}

static void end_line(struct progress_lines *l, struct buf *out,
		     void (*fn)(void *ctx, const struct progress *p), void *ctx)
{
	struct progress p;

	if (progress_parse(l->held, l->n, &p)) {
		if (fn)
			fn(ctx, &p);
	} else {
		put(out, l->held, l->n);
		put(out, "\n", 1);
	}
	l->n = 0;
}

void progress_lines_feed(struct progress_lines *l, const char *p, size_t n, struct buf *out,
			 void (*fn)(void *ctx, const struct progress *p), void *ctx)
{
	const char *end = p + n;

	while (p < end) {
		if (l->inside || l->lost) {
			const char *nl = memchr(p, '\n', (size_t)(end - p));
			size_t len = nl ? (size_t)(nl - p) + 1 : (size_t)(end - p);

			put(out, p, len);
			p += len;
			if (nl)
				l->inside = l->lost = false;
			continue;
		}
		if (*p == '\n') {
			end_line(l, out, fn, ctx);
			p++;
			continue;
		}
		l->held[l->n++] = *p++;
		if (!may_be(l))
			progress_lines_end(l, out);
	}
}

void progress_lines_end(struct progress_lines *l, struct buf *out)
{
	put(out, l->held, l->n);
	l->inside = l->n > 0 || l->inside;
	l->n = 0;
}

/* --- readings -------------------------------------------------------------------------------- */

bool progress_known(const struct progress_meter *m)
{
	return m->n > 0;
}

static void begin_count(struct progress_meter *m, const struct progress *p, int64_t at)
{
	memset(m, 0, sizeof *m);
	m->last = *p;
	m->at = m->moved = at;
	m->v[0].at = at;
	m->v[0].done = p->done;
	m->n = 1;
}

void progress_take(struct progress_meter *m, const struct progress *p, int64_t at)
{
	if (!m->n || p->done < m->last.done || strcmp(p->unit, m->last.unit) != 0) {
		begin_count(m, p, at);
		return;
	}
	if (at < m->at)
		at = m->at;
	if (p->done > m->last.done)
		m->moved = at;
	m->last = *p;
	if (at - m->v[m->n - 1].at < YOUNG_NS && m->n > 1) { /* no two from one moment */
		m->v[m->n - 1].done = p->done;
		m->at = at;
		return;
	}
	if (m->n == PROGRESS_READINGS) {
		memmove(m->v, m->v + 1, (m->n - 1) * sizeof m->v[0]);
		m->n--;
	}
	m->v[m->n].at = at;
	m->v[m->n++].done = p->done;
	m->at = at;
}

double progress_rate(const struct progress_meter *m, int64_t now)
{
	size_t i = 0;
	int64_t took;

	if (m->n < 2)
		return 0;
	while (i + 2 < m->n && m->at - m->v[i].at > WINDOW_NS)
		i++;
	/* what has been still is slower than its last readings say */
	took = (now - m->at > SILENT_NS ? now : m->at) - m->v[i].at;
	if (took < YOUNG_NS)
		return 0;
	return (double)(m->last.done - m->v[i].done) / ((double)took / CLOCK_S);
}

int64_t progress_left(const struct progress_meter *m, int64_t now)
{
	double rate = progress_rate(m, now), ms;

	if (!m->last.total || !(rate > 0))
		return -1;
	if (m->last.done >= m->last.total)
		return 0;
	ms = (double)(m->last.total - m->last.done) / rate * 1000.0;
	if (ms > 1e12) /* thirty years: nobody waits for that */
		return -1;
	ms -= (double)(now - m->at) / 1e6;
	return ms > 0 ? (int64_t)ms : 0;
}

int progress_percent(const struct progress_meter *m)
{
	double part;

	if (!m->n || m->last.total <= 0)
		return -1;
	if (m->last.done >= m->last.total)
		return 100;
	part = (double)m->last.done / (double)m->last.total * 100.0;
	return part > 99 ? 99 : (int)part;
}

/* --- words ----------------------------------------------------------------------------------- */

static const char *const sizes[] = { "bytes", "kB", "MB", "GB", "TB", "PB", "EB" };
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static int size_of(double v)
{
	int i = 0;

	for (; v >= 999.5 && i < SIZES - 1; i++)
		v /= 1000;
	return i;
}

static void add_scaled(struct buf *out, double v, int size)
{
	for (int i = 0; i < size; i++)
		v /= 1000;
	buf_addf(out, size ? "%.1f" : "%.0f", v);
}

static bool is_bytes(const struct progress *p)
{
	return strcmp(p->unit, "bytes") == 0;
}

void progress_amount(struct buf *out, const struct progress *p)
{
	int64_t most = p->total > p->done ? p->total : p->done;
	int size = is_bytes(p) ? size_of((double)most) : 0;

	add_scaled(out, (double)p->done, size);
	if (p->total) {
		buf_adds(out, " of ");
		add_scaled(out, (double)p->total, size);
	}
	buf_addc(out, ' ');
	buf_adds(out, is_bytes(p) ? sizes[size] : p->unit);
}

void progress_speed(struct buf *out, const struct progress_meter *m, int64_t now)
{
	double rate = progress_rate(m, now);
	int size;

	if (!(rate > 0))
		return;
	if (is_bytes(&m->last)) {
		size = size_of(rate);
		add_scaled(out, rate, size);
		buf_addf(out, " %s/s", sizes[size]);
	} else {
		buf_addf(out, rate < 10 ? "%.1f %s/s" : "%.0f %s/s", rate, m->last.unit);
	}
}

void progress_when(struct buf *out, const struct progress_meter *m, int64_t now)
{
	int64_t left = progress_left(m, now);
	bool through = m->last.total && m->last.done >= m->last.total;

	if (!m->n)
		return;
	if (now - m->at > SILENT_NS || (now - m->moved > SILENT_NS && !through)) {
		buf_adds(out, now - m->at > SILENT_NS ? "no news for " : "stands still for ");
		str_stopwatch(out, (now - (now - m->at > SILENT_NS ? m->at : m->moved)) / CLOCK_MS);
	} else if (left > 0) {
		str_stopwatch(out, left);
		buf_adds(out, " left");
	}
}

static void add_piece(struct buf *out, struct buf *piece)
{
	if (piece->len) {
		buf_adds(out, ", ");
		buf_add(out, piece->data, piece->len);
	}
	buf_clear(piece);
}

void progress_text(struct buf *out, const struct progress_meter *m, int64_t now)
{
	struct buf b = BUF_INIT;
	int percent = progress_percent(m);

	if (!m->n)
		return;
	progress_amount(out, &m->last);
	if (percent >= 0)
		buf_addf(out, ", %d%%", percent);
	progress_speed(&b, m, now);
	add_piece(out, &b);
	progress_when(&b, m, now);
	add_piece(out, &b);
	buf_release(&b);
}

/* --- of many commands ------------------------------------------------------------------------ */

static struct progress_of *find(const struct progress_set *s, const char *token)
{
	for (size_t i = s ? s->n : 0; i > 0; i--)
		if (token && strcmp(s->v[i - 1].token, token) == 0)
			return &s->v[i - 1];
	return NULL;
}

const struct progress_meter *progress_of(const struct progress_set *s, const char *token)
{
	const struct progress_of *p = find(s, token);

	return p && p->meter.n ? &p->meter : NULL;
}

bool progress_has(const struct progress_set *s, const char *token)
{
	return find(s, token) != NULL;
}

struct progress_of *progress_add(struct progress_set *s, const char *token)
{
	struct progress_of *p = find(s, token);

	if (p)
		return p;
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 8;
		s->v = mem_grow(s->v, s->cap, sizeof *s->v);
	}
	p = &s->v[s->n++];
	memset(p, 0, sizeof *p);
	str_clip(p->token, sizeof p->token, token);
	return p;
}

void progress_set_release(struct progress_set *s)
{
	free(s->v);
	memset(s, 0, sizeof *s);
}
