/* The run drawn over its time, as SVG without script: who did what, contacts, what came in between;
 * then its members, then its steps. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "report_draw.h"
#include "str.h"

enum {
	STEPS_MOST = 240, /* lanes of steps: more steps than that share them */
	LANES_MOST = 100, /* of members, of people, of contacts */
	HALF_MAX = 32,    /* of a name, where two name a lane */
};

/* --- bars ------------------------------------------------------------------------------------- */

static int64_t end_of(const struct report *r, const struct report_step *s)
{
	return s->ended_ms < 0 ? r->elapsed_ms : s->ended_ms;
}

static void add_title(struct pen *p, const struct report_step *s)
{
	buf_adds(p->out, "<title>");
	report_html_text(p->out, s->name);
	buf_adds(p->out, ": ");
	report_html_text(p->out, s->mark);
	buf_adds(p->out, ", +");
	report_draw_after(p->out, s->began_ms);
	buf_adds(p->out, " to +");
	report_draw_after(p->out, end_of(p->r, s));
	for (int c = CLASS_MACHINE; c < CLASS_MAX; c++) {
		static const char *const names[] = { [CLASS_MACHINE] = "command",
						     [CLASS_THINKING] = "person",
						     [CLASS_WAITING] = "waiting" };

		if (s->times.ns[c] < CLOCK_MS)
			continue;
		buf_addf(p->out, "; %s ", names[c]);
		report_draw_after(p->out, s->times.ns[c] / CLOCK_MS);
	}
	buf_addf(p->out, " [%lld–%lld]</title>", (long long)s->first_seq, (long long)s->last_seq);
}

static bool is_good(const struct report_step *s)
{
	return s->ended_ms < 0 || str_eq(s->outcome, "confirmed");
}

static void add_bar(struct pen *p, const struct report_step *s)
{
	buf_adds(p->out, "<g>");
	add_title(p, s);
	report_draw_rect(p, is_good(s) ? "e" : "f", report_draw_place(p->r, s->began_ms),
			 report_draw_place(p->r, end_of(p->r, s)), 12, 12);
	buf_adds(p->out, "</rect>");
	report_draw_spans(p, &s->spans);
	buf_adds(p->out, "</g>\n");
}

/* One of many in a lane. */
static void add_small(struct pen *p, const struct report_step *s)
{
	report_draw_rect(p, is_good(s) ? "m" : "x", report_draw_place(p->r, s->began_ms),
			 report_draw_place(p->r, end_of(p->r, s)), 14, 8);
	add_title(p, s);
	buf_adds(p->out, "</rect>\n");
}

/* --- what came together ----------------------------------------------------------------------- */

/* Names, each once, in the order in which they came. */
struct names {
	const char *v[LANES_MOST];
	size_t n, more;
};

static void name_once(struct names *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], s) == 0)
			return;
	if (list->n < LANES_MOST)
		list->v[list->n++] = s;
	else
		list->more++;
}

static void add_more(struct pen *p, const struct names *list, const char *what)
{
	report_draw_end(p);
	if (list->more)
		buf_addf(p->out, "<p class=key>%s of more than %d are not drawn; the tables have "
			 "them.</p>\n", what, LANES_MOST);
}

static bool is_person(const struct report_row *row)
{
	const char *who = report_who(row);

	return who && *who && !str_eq(report_known_by(row), "program");
}

static void add_people(struct pen *p, const struct names *people)
{
	const unsigned in = IN_DECISION | IN_GUARD | IN_NOTE | IN_DEVIATION | IN_OBSERVED |
			    IN_HELP | IN_INJECT;

	for (size_t i = 0; i < people->n; i++) {
		const struct marks m = { .in = in, .actor = people->v[i] };

		report_draw_lane(p, people->v[i], false);
		for (size_t k = 0; k < p->r->n_people; k++)
			if (str_eq(p->r->people[k].name, people->v[i]))
				report_draw_spans(p, &p->r->people[k].spans);
		report_draw_marks(p, &m);
	}
}

static void add_around(struct pen *p)
{
	static const struct {
		const char *name;
		unsigned in;
	} kinds[] = { { "What came in between", IN_INJECT | IN_OBSERVED | IN_HELP },
		      { "What did not come out", IN_TROUBLE } };
	const struct report *r = p->r;
	struct names people = { 0 }, contacts = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->n_rows; i++) {
		if (is_person(&r->rows[i]))
			name_once(&people, report_who(&r->rows[i]));
		if ((r->rows[i].in & IN_CONTACT) && r->rows[i].name)
			name_once(&contacts, r->rows[i].name);
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		n += report_first(r, kinds[i].in) != NULL;
	report_draw_begin(p, "People, contacts, what came in between", people.n + contacts.n + n);
	add_people(p, &people);
	for (size_t i = 0; i < contacts.n; i++) {
		const struct marks m = { .in = IN_CONTACT, .name = contacts.v[i] };

		report_draw_lane(p, contacts.v[i], false);
		report_draw_marks(p, &m);
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct marks m = { .in = kinds[i].in };

		if (!report_first(r, m.in))
			continue;
		report_draw_lane(p, kinds[i].name, false);
		report_draw_marks(p, &m);
	}
	people.more += contacts.more;
	add_more(p, &people, "People and contacts");
}

static void add_members(struct pen *p)
{
	const struct report *r = p->r;
	struct names items = { 0 };

	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].item && r->steps[i].began_ms >= 0)
			name_once(&items, r->steps[i].item);
	if (items.n < 2)
		return;
	report_draw_begin(p, "By member", items.n);
	for (size_t i = 0; i < items.n; i++) {
		report_draw_lane(p, items.v[i], false);
		for (size_t k = 0; k < r->n_steps; k++)
			if (r->steps[k].began_ms >= 0 && str_eq(r->steps[k].item, items.v[i]))
				add_bar(p, &r->steps[k]);
	}
	add_more(p, &items, "Members");
}

/* --- steps ------------------------------------------------------------------------------------ */

static void name_of(struct buf *out, const struct report_step *first,
		    const struct report_step *last)
{
	char from[HALF_MAX + 1], to[HALF_MAX + 1];

	buf_clear(out);
	if (first != last) {
		buf_addf(out, "%s … %s", str_clip(from, sizeof from, first->name),
			 str_clip(to, sizeof to, last->name));
		return;
	}
	buf_addf(out, "%s · ", first->name);
	if (report_took(first) >= 0)
		str_stopwatch(out, report_took(first));
	else
		buf_adds(out, first->mark);
	if (!is_good(first))
		buf_addf(out, " · %s", first->mark);
}

/* Several in one lane: what was not confirmed over the others, not to be hidden by them. */
static void add_shared(struct pen *p, const struct report_step *const *v, size_t n)
{
	for (int bad = 0; bad < 2; bad++)
		for (size_t i = 0; i < n; i++)
			if (is_good(v[i]) == !bad)
				add_small(p, v[i]);
}

static void add_steps(struct pen *p)
{
	const struct report *r = p->r;
	const struct report_step **met = mem_grow(NULL, r->n_steps + 1, sizeof *met);
	struct buf name = BUF_INIT;
	size_t n = 0, each;

	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].began_ms >= 0)
			met[n++] = &r->steps[i];
	each = n / STEPS_MOST + (n % STEPS_MOST != 0);
	report_draw_begin(p, "Steps", each ? (n + each - 1) / each : 0);
	for (size_t i = 0; i < n; i += each) {
		size_t of = i + each < n ? each : n - i;

		name_of(&name, met[i], met[i + of - 1]);
		report_draw_lane(p, buf_str(&name), of == 1 && !is_good(met[i]));
		if (each == 1)
			add_bar(p, met[i]);
		else
			add_shared(p, met + i, of);
	}
	report_draw_end(p);
	buf_release(&name);
	free(met);
}

static void add_key(struct buf *out)
{
	static const struct {
		const char *shape, *is;
	} key[] = {
		{ "<rect class=m y=2 width=16 height=8></rect>", "a command runs" },
		{ "<rect class=t y=3 width=16 height=5></rect>", "somebody is asked" },
		{ "<rect class=w y=5 width=16 height=2></rect>", "waiting, in the seat" },
		{ "<rect class=f y=0 width=16 height=12></rect>", "a step that did not come out" },
		{ "<rect class=d x=8 y=2 width=8 height=8></rect>", "decision" },
		{ "<rect class=\"d v\" x=8 y=2 width=8 height=8></rect>", "not as written" },
		{ "<rect class=a x=8 y=2 width=8 height=8></rect>", "guard, approval" },
		{ "<circle class=c cx=8 cy=6 r=4></circle>", "contact" },
		{ "<circle class=o cx=8 cy=6 r=4></circle>", "reply, note" },
		{ "<rect class=i x=8 y=2 width=8 height=8></rect>", "what came in between" },
		{ "<rect class=x x=8 y=2 width=8 height=8></rect>", "trouble" },
	};

	buf_adds(out, "<p class=key>");
	for (size_t i = 0; i < sizeof key / sizeof key[0]; i++)
		buf_addf(out, "<span><svg width=16 height=12>%s</svg> %s</span> ", key[i].shape,
			 key[i].is);
	buf_adds(out, "<span>Point at one for more.</span></p>\n");
}

void report_picture(struct buf *out, const struct report *r)
{
	struct pen p = { .out = out, .r = r };

	add_key(out);
	add_around(&p);
	add_members(&p);
	add_steps(&p);
}
