/* The board of a contact: a row for each person and channel of the ladder, and what comes next. */
#include "boardint.h"

#include <stdlib.h>
#include <string.h>

#include "contact_state.h"
#include "mem.h"
#include "str.h"

enum { WHO, ROLE, LOCAL, LAST, TRIES, STATE };
enum { ROWS_MAX = 512, MESSAGE_LINES = 4 };

static void columns(struct board *b)
{
	board_column(b, "who", 0, 8, false);
	board_column(b, "role", 3, 6, false);
	board_column(b, "local time", 1, 0, false);
	board_column(b, "last try", 2, 0, false);
	board_column(b, "tries", 4, 0, true);
	board_column(b, "state", 0, 0, false);
}

static const char *name_of(const struct contact_party *who)
{
	return who->name && *who->name ? who->name : who->id;
}

/* "Ana by phone"; a channel says by itself how. */
static void add_try(struct buf *out, const struct contact *c, int party, int way)
{
	const struct contact_party *who = contact_party(c, party);
	const struct contact_way *w = contact_way(c, party, way);

	if (!who)
		return;
	buf_adds(out, name_of(who));
	if (w && !who->is_channel)
		buf_addf(out, " by %s", w->name);
}

/* --- a row ----------------------------------------------------------------------------------- */

static int64_t since_ms(const struct board_maker *m, int64_t at)
{
	return contact_ago(m->s, m->in, m->now, at);
}

static void add_when(struct buf *out, int64_t ms)
{
	buf_addc(out, ' ');
	str_stopwatch(out, ms < 0 ? 0 : ms);
}

/* What came of the last try, while nothing was said of the person since. */
static enum board_style add_result(const struct board_maker *m, const struct contact_row *row,
				   struct buf *out)
{
	const struct ladder_try *t = row->last;

	switch (t->result) {
	case LADDER_OFFERED:
		if (!row->to_make) {
			buf_adds(out, "not called");
			return BOARD_DIM;
		}
		buf_adds(out, row->who->is_channel ? "TO BE DONE" : "CALL NOW");
		return BOARD_NOW;
	case LADDER_BEGUN:
		buf_adds(out, row->sending ? "sending" : "CALLING");
		add_when(out, since_ms(m, t->at));
		return BOARD_NOW;
	case LADDER_SENT:
		buf_adds(out, "no reply yet");
		return BOARD_PLAIN;
	case LADDER_VOICEMAIL:
		buf_adds(out, "voicemail");
		return BOARD_PLAIN;
	case LADDER_NO_ANSWER:
		buf_adds(out, "no answer");
		return BOARD_PLAIN;
	case LADDER_WRONG:
		buf_adds(out, "WRONG NUMBER");
		return BOARD_FAIL;
	case LADDER_DEAD:
		buf_adds(out, "NOT SENT");
		return BOARD_FAIL;
	case LADDER_PASSED:
		buf_adds(out, "passed over");
		return BOARD_DIM;
	default:
		buf_adds(out, ladder_result_name(t->result));
		return BOARD_PLAIN;
	}
}

static enum board_style add_standing(const struct board_maker *m, const struct contact_row *row,
				     struct buf *out)
{
	static const struct {
		const char *word;
		enum board_style style;
	} words[LADDER_STANDINGS] = {
		[LADDER_ACKED] = { "ANSWERED", BOARD_DONE },
		[LADDER_PRESENT] = { "JOINED", BOARD_DONE },
		[LADDER_RELEASED] = { "may go again", BOARD_DIM },
		[LADDER_REFUSING] = { "REFUSED", BOARD_OPEN },
	};

	if (words[row->standing].word) {
		buf_adds(out, words[row->standing].word);
		if (row->since >= 0) {
			buf_addc(out, ' ');
			board_ago(out, since_ms(m, row->since) / 1000);
		}
		return words[row->standing].style;
	}
	if (row->last)
		return add_result(m, row, out);
	buf_adds(out, "not tried");
	return BOARD_DIM;
}

static void add_local(const struct board_maker *m, const struct contact *c,
		      const struct contact_row *row, struct board_cell *cell)
{
	struct contact_local local = { 0 };

	if (row->who->is_channel) {
		*cell = (struct board_cell){ row->who->is_public ? "PUBLIC" : "channel",
					     row->who->is_public ? BOARD_WARNING : BOARD_DIM };
		return;
	}
	c->local(c, row->party, m->now.wall, &local);
	if (local.known)
		cell->text = board_say(m->b, "%s %s", local.text, local.presence);
	else
		*cell = (struct board_cell){ "unknown", BOARD_DIM };
}

static void add_last(const struct board_maker *m, const struct contact_row *row,
		     struct board_cell *cell)
{
	struct buf b = BUF_INIT;

	if (!row->last) {
		if (row->way)
			*cell = (struct board_cell){ board_say(m->b, "(%s)", row->way->name),
						     BOARD_DIM };
		return;
	}
	buf_addf(&b, "%s ", row->way ? row->way->name : "?");
	board_ago_cell(&b, since_ms(m, row->last->at) / 1000);
	cell->text = board_take(m->b, &b);
}

static void add_note(const struct board_maker *m, const struct contact_row *row,
		     struct board_row *r)
{
	const struct ladder_try *t = row->last;

	if (t && t->why && *t->why && (t->result == LADDER_DEAD || t->result == LADDER_WRONG))
		r->note = (struct board_cell){ board_keep(m->b, t->why), BOARD_FAIL };
	else if (t && t->why && *t->why)
		r->note = (struct board_cell){ board_keep(m->b, t->why), BOARD_DIM };
	else if (row->who->note)
		r->note = (struct board_cell){ board_keep(m->b, row->who->note), BOARD_DIM };
}

static void add_row(const struct board_maker *m, const struct contact *c,
		    const struct contact_row *row)
{
	struct board *b = m->b;
	struct board_row *r = board_row(b, row->who->id);
	struct buf state = BUF_INIT;

	r->cell[WHO] = (struct board_cell){ board_keep(b, name_of(row->who)), BOARD_STRONG };
	r->cell[ROLE].text = board_keep(b, row->who->roles && *row->who->roles ? row->who->roles
					   : row->who->kind);
	add_local(m, c, row, &r->cell[LOCAL]);
	add_last(m, row, &r->cell[LAST]);
	if (row->tries)
		r->cell[TRIES].text = board_say(b, "%d", row->tries);
	r->cell[STATE].style = add_standing(m, row, &state);
	r->cell[STATE].text = board_take(b, &state);
	add_note(m, row, r);
	r->n = row->tries;
	r->stamp = row->last ? (int64_t)row->tries * LADDER_RESULTS + (int)row->last->result : -1;
	if (row->to_make && b->at == SIZE_MAX)
		b->at = b->n_rows - 1;
}

/* --- what comes next ------------------------------------------------------------------------- */

static void add_left(struct buf *out, const struct contact_now *n, const char *before)
{
	if (!n->has_left)
		return;
	buf_adds(out, before);
	str_stopwatch(out, (n->left_ms + 999) / 1000 * 1000);
}

static void add_next(struct buf *out, const struct inst *in, const struct contact_now *n)
{
	const struct contact *c = in->step->contact;

	if (in->state == STEP_SUSPENDED && n->what != LADDER_DONE && n->what != LADDER_EXHAUSTED) {
		buf_adds(out, "LAID ASIDE: nobody is tried meanwhile; a late reply still counts");
		return;
	}
	switch (n->what) {
	case LADDER_DO_TRY:
		buf_adds(out, "next: ");
		add_try(out, c, n->party, n->way);
		buf_adds(out, ", now");
		break;
	case LADDER_DO_WAIT:
		add_try(out, c, n->party, n->way);
		add_left(out, n, ", next in ");
		break;
	case LADDER_DO_ASK: case LADDER_DO_WAIT_ANSWER:
		buf_adds(out, "a question waits for you");
		add_left(out, n, ", goes on without it in ");
		break;
	case LADDER_DO_WAIT_ROUND:
		buf_addf(out, "round %d", n->round);
		add_left(out, n, " begins in ");
		break;
	case LADDER_DO_WAIT_JOIN:
		add_try(out, c, n->party, LADDER_NONE);
		buf_adds(out, " has answered and is to join");
		add_left(out, n, ", asked again in ");
		break;
	case LADDER_DONE:
		add_try(out, c, n->party, LADDER_NONE);
		buf_adds(out, n->party == LADDER_NONE ? "reached" : ": reached");
		break;
	default:
		buf_adds(out, "NOBODY IS LEFT TO TRY; a late reply still counts");
	}
}

/* Whether a try waits for a person to make it. */
static bool is_to_call(const struct inst *in)
{
	struct contact_row *row = mem_alloc(ROWS_MAX * sizeof *row);
	size_t n = contact_rows(in, row, ROWS_MAX);
	bool yes = false;

	for (size_t i = 0; i < n && i < ROWS_MAX; i++)
		yes = yes || (row[i].to_make && row[i].last &&
			      row[i].last->result == LADDER_OFFERED);
	free(row);
	return yes;
}

bool board_contact_line(struct buf *out, const struct state *s, const struct inst *in,
			struct moment now)
{
	struct buf b = BUF_INIT;
	struct contact_now n;

	if (!inst_is_contact(in) || in->state == STEP_FINISHED || !contact_now(s, in, now, &n))
		return false;
	buf_addf(&b, "contacting %s: %s", in->step->contact->ladder,
		 is_to_call(in) ? "CALL NOW " : "");
	if (contact_question(in))
		buf_addf(&b, "ASKED: %s", contact_question(in));
	else
		add_next(&b, in, &n);
	str_printable(out, buf_str(&b), b.len, false);
	buf_release(&b);
	return true;
}

/* Whom to call, and where: what a person at the phone must not have to look for. */
static void head_call(const struct board_maker *m, const struct contact_row *row)
{
	const struct contact_way *w = row->way;
	struct buf b = BUF_INIT;

	if (!row->to_make)
		return;
	buf_addf(&b, "%s: %s", row->last && row->last->result == LADDER_BEGUN ? "CALLING"
		 : row->who->is_channel ? "DO THIS" : "CALL NOW", name_of(row->who));
	if (w)
		buf_addf(&b, ", %s%s%s", w->name, w->address ? " " : "",
			 w->address ? w->address : "");
	board_head(m->b, board_take(m->b, &b), BOARD_NOW);
}

static void head_question(const struct board_maker *m)
{
	m->b->question = board_keep(m->b, contact_question(m->in));
	if (m->b->question)
		board_head(m->b, board_say(m->b, "ASKED: %s", m->b->question), BOARD_WARNING);
}

static void head_next(const struct board_maker *m)
{
	struct contact_now n;
	struct buf b = BUF_INIT;

	if (!contact_now(m->s, m->in, m->now, &n))
		return;
	add_next(&b, m->in, &n);
	board_head(m->b, board_take(m->b, &b), n.what == LADDER_EXHAUSTED ? BOARD_FAIL
		   : n.what == LADDER_DONE ? BOARD_DONE : BOARD_STRONG);
}

static void head_goal(const struct board_maker *m, const struct contact *c)
{
	static const char *const goals[LADDER_GOALS] = {
		[LADDER_TOLD] = "until a message was taken",
		[LADDER_ANSWERED] = "until somebody answers",
		[LADDER_JOINED] = "until somebody joins",
	};
	int severity;

	if (!m->in->climb)
		return;
	severity = ladder_severity(m->in->climb->ladder);
	board_head(m->b, board_say(m->b, "%s, severity %s", goals[m->in->climb->goal],
				   severity < 0 ? "unknown: the shortest waits"
						: c->severities[severity]), BOARD_DIM);
}

static void foot_message(const struct board_maker *m, bool is_public)
{
	struct buf text = BUF_INIT;
	const char *at;
	int lines = 0;

	if (is_public)
		board_foot(m->b, "PUBLIC: others read that channel, too. The message must hold no "
				 "details that are not for them.", BOARD_WARNING);
	contact_message(&text, m->s, m->in);
	at = buf_str(&text);
	while (*at && lines < MESSAGE_LINES) {
		size_t n = strcspn(at, "\n");
		char *line = mem_dupn(at, n);

		if (n)
			board_foot(m->b, board_say(m->b, "%s%s", lines ? "         " : "message: ",
						   line), lines ? BOARD_PLAIN : BOARD_STRONG);
		lines += n > 0;
		free(line);
		at += n + (at[n] == '\n');
	}
	if (*at)
		board_foot(m->b, "         (more of it: m)", BOARD_DIM);
	buf_release(&text);
}

/* The row of the try whose reply is waited for; n_rows: none is. */
static size_t waited_for(const struct board_maker *m, const struct contact_row *row, size_t n)
{
	struct contact_now now;
	size_t i = 0;

	if (m->in->state == STEP_FINISHED || !contact_now(m->s, m->in, m->now, &now) ||
	    (now.what != LADDER_DO_WAIT && now.what != LADDER_DO_WAIT_JOIN))
		return m->b->n_rows;
	while (i < n && i < ROWS_MAX && row[i].party != now.party)
		i++;
	return i < m->b->n_rows ? i : m->b->n_rows;
}

void board_contact(struct board_maker *m)
{
	const struct contact *c = m->in->step->contact;
	struct contact_row *row = mem_alloc(ROWS_MAX * sizeof *row);
	size_t n = contact_rows(m->in, row, ROWS_MAX);
	bool is_public = false;

	columns(m->b);
	head_question(m);
	m->b->at = SIZE_MAX;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		add_row(m, c, &row[i]);
		is_public = is_public || row[i].who->is_public;
		head_call(m, &row[i]);
	}
	if (m->b->at == SIZE_MAX)
		m->b->at = waited_for(m, row, n);
	head_next(m);
	head_goal(m, c);
	if (c->problem)
		board_foot(m->b, board_keep(m->b, c->problem), BOARD_WARNING);
	foot_message(m, is_public);
	free(row);
}
