/* Across, all is in per cent of the run, so that letters keep their size on a phone and on paper;
 * down, in pixels. Each part has its own scale. */
#include "report_draw.h"

#include <string.h>

#include "clock.h"
#include "str.h"

enum {
	WHOLE = 10000,    /* the run's time, across */
	LEAST = 15,       /* what is drawn at least, so that it can be seen */
	NEAR = 30,        /* marks that are nearer than that are one */
	SAID = 6,         /* of those, so many are told */
	LANE = 26, PART = 15, HEAD = 34, LOCAL = 12, /* pixels; lanes of one part */
	NAME_MAX = 72, TOLD_MAX = 240, /* of a name, of what a mark says: the tables have all */
};

/* --- places ----------------------------------------------------------------------------------- */

int report_draw_place(const struct report *r, int64_t ms)
{
	int64_t all = r->elapsed_ms > 0 ? r->elapsed_ms : 1, at = ms < 0 ? 0 : ms < all ? ms : all;

	return (int)(all > INT64_MAX / WHOLE ? at / (all / WHOLE) : at * WHOLE / all);
}

static void add_place(struct buf *out, const char *name, int at)
{
	buf_addf(out, " %s=%d.%02d%%", name, at / 100, at % 100);
}

/* By the row before it: the clock may have been set, and a drill has its own pace. */
static int64_t wall_at(const struct report *r, int64_t ms)
{
	const struct report_row *row = NULL;

	for (size_t i = 0; i < r->n_rows && r->rows[i].at_ms <= ms; i++)
		row = &r->rows[i];
	if (!row)
		return r->opened;
	return row->wall + (ms - row->at_ms) * CLOCK_MS / (r->pace > 1 ? r->pace : 1);
}

void report_draw_after(struct buf *out, int64_t ms)
{
	if (ms < 0)
		buf_adds(out, "–");
	else
		str_stopwatch(out, ms);
}

/* --- parts ------------------------------------------------------------------------------------ */

static int64_t tick_ms(const struct report *r)
{
	static const int64_t s[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
				     10800, 21600, 43200, 86400, 172800, 604800, 2592000,
				     31536000 };
	size_t i = 0;

	while (i + 1 < sizeof s / sizeof s[0] && s[i] * 1000 * 4 < r->elapsed_ms)
		i++;
	return s[i] * 1000;
}

static void add_scale_text(struct pen *p, int x, int y)
{
	buf_addf(p->out, "<text class=s y=%d%s", y, x > WHOLE * 9 / 10 ? " text-anchor=end"
		 : x > WHOLE * 6 / 10 ? " text-anchor=middle" : "");
	add_place(p->out, "x", x);
	buf_addc(p->out, '>');
}

enum { CLOCK_FROM = 11, MINUTES = 5, SECONDS = 8, AHEAD_FROM = 23 }; /* in a time as ISO has it */

/* "03:21Z", and to the second where ticks are that near; under it "04:21+01:00", or to the second
 * without how far it is ahead: there is room for that on a phone. */
static void add_clock(struct pen *p, int64_t wall, int64_t tick, int x)
{
	int n = tick < 60000 * (p->r->pace > 1 ? p->r->pace : 1) ? SECONDS : MINUTES;
	struct buf at = BUF_INIT;

	clock_utc(&at, wall, 3);
	add_scale_text(p, x, 22);
	buf_addf(p->out, "%.*sZ</text>", n, at.data + CLOCK_FROM);
	buf_clear(&at);
	if (report_local_iso(&at, p->r, wall)) {
		add_scale_text(p, x, 22 + LOCAL);
		buf_addf(p->out, "%.*s%s</text>", n, at.data + CLOCK_FROM,
			 n == MINUTES ? at.data + AHEAD_FROM : "");
	}
	buf_release(&at);
}

static void add_scale(struct pen *p, int height)
{
	int64_t tick = tick_ms(p->r);

	for (int64_t at = 0; at == 0 || at <= p->r->elapsed_ms; at += tick) {
		int x = report_draw_place(p->r, at);

		buf_addf(p->out, "<line class=g y1=0 y2=%d", height);
		add_place(p->out, "x1", x);
		add_place(p->out, "x2", x);
		buf_adds(p->out, " />");
		add_scale_text(p, x, 10);
		buf_addc(p->out, '+');
		report_draw_after(p->out, at);
		buf_adds(p->out, "</text>");
		add_clock(p, wall_at(p->r, at), tick, x);
		buf_addc(p->out, '\n');
	}
}

void report_draw_begin(struct pen *p, const char *caption, size_t lanes)
{
	p->caption = caption;
	p->left = lanes;
	p->part = 0;
	p->parts = (lanes + PART - 1) / PART;
	p->y = -1;
	p->in_part = 0;
}

void report_draw_end(struct pen *p)
{
	if (p->y >= 0)
		buf_adds(p->out, "</svg></figure>\n");
	p->y = -1;
	p->in_part = 0;
}

void report_draw_lane(struct pen *p, const char *name, bool bad)
{
	char clipped[NAME_MAX + 1];

	if (p->in_part == PART)
		report_draw_end(p);
	if (p->y < 0) {
		size_t n = p->left < PART ? p->left : PART;
		int head = HEAD + (report_zone_name(p->r) ? LOCAL : 0);
		int height = head + (int)n * LANE;

		buf_adds(p->out, "<figure><figcaption>");
		report_html_text(p->out, p->caption);
		if (p->parts > 1)
			buf_addf(p->out, ", %zu of %zu", ++p->part, p->parts);
		buf_addf(p->out, "</figcaption><svg width=\"100%%\" height=%d role=img "
			 "aria-label=\"timeline: ", height);
		report_html_text(p->out, p->caption);
		buf_adds(p->out, "\">\n");
		add_scale(p, height);
		p->y = head;
	} else {
		p->y += LANE;
	}
	p->in_part++;
	p->left--;
	buf_addf(p->out, "<line class=g x1=0 x2=\"100%%\" y1=%d y2=%d /><text y=%d%s>", p->y - 2,
		 p->y - 2, p->y + 10, bad ? " class=bad" : "");
	report_html_text(p->out, str_clip(clipped, sizeof clipped, name));
	buf_adds(p->out, strlen(clipped) < strlen(name) ? "…" : "");
	buf_adds(p->out, "</text>\n");
}

/* --- bars ------------------------------------------------------------------------------------- */

void report_draw_rect(struct pen *p, const char *class, int from, int to, int y, int height)
{
	int width = to - from > LEAST ? to - from : LEAST;

	if (from + width > WHOLE)
		from = WHOLE - width;
	buf_addf(p->out, "<rect class=%s y=%d height=%d", class, p->y + y, height);
	add_place(p->out, "x", from);
	add_place(p->out, "width", width);
	buf_addc(p->out, '>');
}

/* By how high they are, too: paper has no colours. */
void report_draw_spans(struct pen *p, const struct report_spans *of)
{
	static const struct {
		const char *class;
		int height;
	} as[CLASS_MAX] = { [CLASS_MACHINE] = { "m", 8 }, [CLASS_THINKING] = { "t", 5 },
			    [CLASS_WAITING] = { "w", 2 } };
	int upto[CLASS_MAX] = { 0 };
	const struct report_span *s = report_span_at(p->r, of->first);

	for (; s; s = report_span_at(p->r, s->next)) {
		int from = report_draw_place(p->r, s->from), to = report_draw_place(p->r, s->to);

		if (!as[s->class].height || (upto[s->class] && to <= upto[s->class]))
			continue;
		report_draw_rect(p, as[s->class].class, from, to, 18 - as[s->class].height / 2,
				 as[s->class].height);
		buf_adds(p->out, "</rect>");
		upto[s->class] = to > from + LEAST ? to : from + LEAST;
	}
}

/* --- marks ------------------------------------------------------------------------------------ */

static bool is_of(const struct marks *m, const struct report_row *row)
{
	return (row->in & m->in) && (!m->actor || str_eq(report_who(row), m->actor)) &&
	       (!m->name || str_eq(row->name, m->name));
}

static const char *shape_of(const struct report_row *row)
{
	static const struct {
		unsigned in;
		const char *shape;
	} shapes[] = {
		{ IN_REPLY, "circle class=o" }, { IN_CONTACT, "circle class=c" },
		{ IN_INJECT | IN_OBSERVED | IN_HELP, "rect class=i" },
		{ IN_TROUBLE, "rect class=x" }, { IN_NOTE, "circle class=o" },
		{ IN_GUARD, "rect class=a" }, { IN_DEVIATION, "rect class=\"d v\"" },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
		if (row->in & shapes[i].in)
			return shapes[i].shape;
	return "rect class=d";
}

static void add_told(struct pen *p, const struct report_row *row)
{
	char text[TOLD_MAX + 1];

	report_html_time(p->out, p->r, row->wall);
	buf_addc(p->out, ' ');
	if (row->name && report_is_of_command(row->kind)) {
		report_html_text(p->out, row->name);
		buf_adds(p->out, ": ");
	}
	report_html_text(p->out, str_clip(text, sizeof text, row->text));
	buf_adds(p->out, strlen(text) < strlen(row->text) ? "…" : "");
	buf_addf(p->out, " [%lld]", (long long)row->seq);
}

static size_t next_of(const struct report *r, const struct marks *m, size_t i)
{
	while (i < r->n_rows && !is_of(m, &r->rows[i]))
		i++;
	return i;
}

static bool is_same(const struct report *r, const struct report_row *row, const char *shape, int x)
{
	return report_draw_place(r, row->at_ms) - x < NEAR && shape_of(row) == shape;
}

static void add_mark(struct pen *p, const char *shape, int x)
{
	bool round = shape[0] == 'c';
	int y = p->y + 18;

	buf_addf(p->out, "<%s", shape);
	add_place(p->out, round ? "cx" : "x", x);
	buf_addf(p->out, round ? " cy=%d r=4>" : " y=%d width=8 height=8>", round ? y : y - 4);
}

void report_draw_marks(struct pen *p, const struct marks *m)
{
	size_t i = next_of(p->r, m, 0);

	while (i < p->r->n_rows) {
		const struct report_row *first = &p->r->rows[i];
		const char *shape = shape_of(first);
		int x = report_draw_place(p->r, first->at_ms);
		size_t n = 0;

		add_mark(p, shape, x);
		buf_adds(p->out, "<title>");
		for (; i < p->r->n_rows && is_same(p->r, &p->r->rows[i], shape, x);
		     i = next_of(p->r, m, i + 1)) {
			if (n++ >= SAID)
				continue;
			buf_adds(p->out, n > 1 ? "\n" : "");
			add_told(p, &p->r->rows[i]);
		}
		if (n > SAID)
			buf_addf(p->out, "\n… and %zu more", n - SAID);
		buf_addf(p->out, "</title></%s>\n", shape[0] == 'c' ? "circle" : "rect");
	}
}

