/* What went well and what did not, as far as the record can tell: objectives, steps beside what
 * they took before, what was not as written. The judgement is people's. */
#include "report_after.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "reportint.h"
#include "runbook.h"
#include "state.h"
#include "str.h"

enum { MUCH_MS = 30000 };

/* --- lines ------------------------------------------------------------------------------------ */

static void add(struct after_lines *l, struct buf *text, const int64_t *rows, size_t n, bool span)
{
	struct after_line *to;

	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		l->v = mem_grow(l->v, l->cap, sizeof *l->v);
	}
	to = &l->v[l->n++];
	*to = (struct after_line){ .text = buf_take(text), .n_rows = n, .span = span };
	to->rows = mem_grow(NULL, n + 1, sizeof *to->rows);
	for (size_t i = 0; i < n; i++)
		to->rows[i] = rows[i];
}

void report_after_lines_release(struct after_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].text);
		free(l->v[i].rows);
	}
	free(l->v);
	*l = (struct after_lines){ 0 };
}

/* --- objectives ------------------------------------------------------------------------------- */

static void add_score(struct after_lines *l, const struct report_score *o)
{
	struct buf t = BUF_INIT, figure = BUF_INIT;

	buf_addf(&t, "%s: %s", o->title, report_score_result_name((int)o->result));
	report_score_figure(&figure, o);
	if (figure.len)
		buf_addf(&t, ", %s", buf_str(&figure));
	buf_clear(&figure);
	report_score_bound(&figure, o);
	if (figure.len)
		buf_addf(&t, " (wanted: %s)", buf_str(&figure));
	if (o->why)
		buf_addf(&t, "; %s", o->why);
	add(l, &t, o->rows, o->n_rows, false);
	buf_release(&figure);
}

/* --- steps beside earlier runs that are alike ------------------------------------------------- */

/* Of what was done: more than half as much again, or less than two thirds, and by a time that
 * somebody notices. */
static int beside(const struct report_step *s, enum report_way way)
{
	int64_t took = report_took(s), before = report_median(s, way);

	if (took < 0 || before < 0 || !str_eq(s->outcome, "confirmed"))
		return 0;
	if (took > before + MUCH_MS && took > before + before / 2)
		return 1;
	return took + MUCH_MS < before && took + took / 2 < before ? -1 : 0;
}

static void add_steps(struct after_lines *l, const struct report *r, int which)
{
	for (size_t i = 0; i < r->n_steps; i++) {
		const struct report_step *s = &r->steps[i];
		const int64_t rows[] = { s->first_seq, s->last_seq };
		struct buf t = BUF_INIT;

		if (beside(s, r->way) != which)
			continue;
		buf_addf(&t, "%s took ", s->name);
		str_stopwatch(&t, report_took(s));
		buf_addf(&t, ", %s than before: ", which > 0 ? "longer" : "less");
		str_stopwatch(&t, report_median(s, r->way));
		add(l, &t, rows, 2, true);
	}
}

/* --- both lists ------------------------------------------------------------------------------- */

void report_after_went_well(const struct report *r, struct after_lines *ret)
{
	for (size_t i = 0; i < r->scores.n; i++)
		if (r->scores.v[i].result == SCORE_MET)
			add_score(ret, &r->scores.v[i]);
	add_steps(ret, r, -1);
}

void report_after_to_improve(const struct report *r, struct after_lines *ret)
{
	for (size_t i = 0; i < r->scores.n; i++)
		if (r->scores.v[i].result == SCORE_LATE || r->scores.v[i].result == SCORE_MISSED)
			add_score(ret, &r->scores.v[i]);
	add_steps(ret, r, 1);
	for (size_t i = 0; i < r->n_rows; i++) {
		struct buf t = BUF_INIT;

		if (!(r->rows[i].in & (IN_DEVIATION | IN_TROUBLE)))
			continue;
		if (r->rows[i].name && report_is_of_command(r->rows[i].kind))
			buf_addf(&t, "%s: ", r->rows[i].name);
		buf_adds(&t, r->rows[i].text);
		add(ret, &t, &r->rows[i].seq, 1, false);
	}
}

size_t report_after_count(const struct report *r, int result)
{
	size_t n = 0;

	for (size_t i = 0; i < r->scores.n; i++)
		n += (int)r->scores.v[i].result == result;
	return n;
}

bool report_after_is_first(const struct report *r, size_t row)
{
	const struct report_row *a = &r->rows[row];

	if (str_eq(report_known_by(a), "program"))
		return false;
	for (size_t i = 0; i < row; i++)
		if (str_eq(report_who(&r->rows[i]), report_who(a)) &&
		    str_eq(report_known_by(&r->rows[i]), report_known_by(a)))
			return false;
	return true;
}

/* A person's, on a step: what the runbook should say. */
bool report_after_for_runbook(const struct report_row *row)
{
	return (row->in & IN_NOTE) && row->name;
}

/* --- who, until when -------------------------------------------------------------------------- */

static char *clean(const struct report *r, const char *s)
{
	return s && *s ? report_keep_raw(r, s, strlen(s), false) : NULL;
}

/* A date that is over by the end of the run is nobody's date. */
void report_book_review(struct report *r, const struct runbook *rb)
{
	struct buf date = BUF_INIT;
	int64_t at;

	r->book_owner = clean(r, rb->owner);
	if (!rb->reviewed || !rb->review_in_ms || !clock_parse(rb->reviewed, &at))
		return;
	at += rb->review_in_ms * CLOCK_MS;
	if (at > r->last_wall) {
		clock_utc(&date, at, 0);
		buf_cut(&date, strlen("2026-11-22"));
		r->book_due = mem_dup(buf_str(&date));
	}
	buf_release(&date);
}

void report_after_action(struct report *r, const char *owner, const char *due)
{
	r->after = true;
	free(r->owner);
	free(r->due);
	r->owner = clean(r, owner);
	r->due = clean(r, due);
}

const char *report_after_owner(const struct report *r)
{
	return r->owner ? r->owner : r->book_owner ? r->book_owner : "";
}

const char *report_after_due(const struct report *r)
{
	return r->due ? r->due : r->book_due ? r->book_due : "";
}

void report_after_owner_why(struct buf *out, const struct report *r)
{
	bool owner = !r->owner && r->book_owner, due = !r->due && r->book_due;

	if (owner || due)
		buf_addf(out, "%s, until somebody says otherwise.",
			 owner && due ? "The owner is the runbook's, the date its next review"
			 : owner ? "The owner is the runbook's"
				 : "The date is the runbook's next review");
}
