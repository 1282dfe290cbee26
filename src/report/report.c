/* Rows as they come: each with its line and where it is told, commands that failed. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contact.h"
#include "json.h"
#include "mem.h"
#include "reportint.h"
#include "state.h"
#include "str.h"

struct report *report_new(bool unmask)
{
	struct report *r = mem_alloc(sizeof *r);

	r->unmask = unmask;
	return r;
}

static void know_contact(struct report *r, const struct contact *c)
{
	for (size_t i = 0; c && i < c->n_parties; i++)
		for (size_t k = 0; k < c->parties[i].n_ways; k++)
			report_know(r, c->parties[i].ways[k].address);
}

/* Every address that a line may have. */
static void know_book(struct report *r, const struct runbook *rb)
{
	for (size_t i = 0; rb && rb->all && i < rb->n_all; i++)
		know_contact(r, rb->all[i]->contact);
	for (size_t i = 0; rb && i < rb->n_tells; i++)
		know_contact(r, rb->tells[i].contact);
}

/* NULL: the run itself. */
static char *step_name(const struct report *r, const struct view *v, const struct inst *in)
{
	struct buf b = BUF_INIT;
	char *kept;

	if (!in || !in->step)
		return NULL;
	view_step_name(&b, v, in);
	kept = report_keep(r, buf_str(&b));
	buf_release(&b);
	return kept;
}

static void add_row(struct report *r, const struct view *v, const struct event *ev,
		    const struct json *body)
{
	const struct state *s = view_state(v);
	struct report_row *row;
	struct buf line = BUF_INIT;

	if (r->n_rows == r->cap_rows) {
		r->cap_rows = r->cap_rows ? 2 * r->cap_rows : 256;
		r->rows = mem_grow(r->rows, r->cap_rows, sizeof *r->rows);
	}
	row = &r->rows[r->n_rows++];
	*row = (struct report_row){ .seq = ev->seq, .wall = ev->at.wall, .kind = ev->kind,
				    .attempt = ev->attempt };
	row->at_ms = state_time(s, s->last) / CLOCK_MS;
	row->weight = view_event_line(&line, v, ev);
	row->text = report_keep(r, buf_str(&line));
	row->in = report_sort(v, ev, body);
	if (row->in & IN_DEVIATION)
		row->written = report_written(r, v, ev, body);
	row->step = ev->step ? report_keep_raw(r, ev->step, strlen(ev->step), false) : NULL;
	row->name = step_name(r, v, state_inst(s, ev->step));
	row->actor = report_keep_raw(r, ev->actor.id, strlen(ev->actor.id), false);
	row->how = report_keep_raw(r, ev->actor.how, strlen(ev->actor.how), false);
	report_prove(r, v, ev, body, row);
	if (row->in & IN_OBSERVED && json_str(body, "objective"))
		row->about = report_keep_raw(r, json_str(body, "objective"),
					     strlen(json_str(body, "objective")), false);
	buf_release(&line);
}

/* --- commands --------------------------------------------------------------------------------- */

/* What only looks may come out either way. */
static bool is_look(const struct cmd *c)
{
	return c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY ||
	       c->purpose == PURPOSE_GUARD;
}

static bool exit_good(const struct cmd *c)
{
	const struct step *st = c->inst && c->purpose == PURPOSE_MAIN ? c->inst->step : NULL;

	for (size_t i = 0; st && i < st->n_exit_ok; i++)
		if (st->exit_ok[i] == c->code)
			return true;
	return c->code == 0 && !(st && st->n_exit_ok);
}

static bool failed(const struct cmd *c)
{
	if (c->phase != CMD_ENDED)
		return true;
	return !is_look(c) && (c->signaled || c->timed_out || !exit_good(c));
}

static void add_command(struct report *r, const struct view *v, const struct event *ev,
			const struct json *body)
{
	const struct cmd *c = state_cmd(view_state(v), json_str(body, "token"));
	struct report_cmd *to;
	struct buf end = BUF_INIT;

	if (!c || (!failed(c) && (is_look(c) || c->attempt < 2)))
		return;
	if (r->n_cmds == r->cap_cmds) {
		r->cap_cmds = r->cap_cmds ? 2 * r->cap_cmds : 16;
		r->cmds = mem_grow(r->cmds, r->cap_cmds, sizeof *r->cmds);
	}
	to = &r->cmds[r->n_cmds++];
	*to = (struct report_cmd){ .seq = c->seq, .end_seq = ev->seq, .purpose = c->purpose,
				   .attempt = c->attempt, .failed = failed(c) };
	view_event_line(&end, v, ev);
	to->end = report_keep(r, buf_str(&end));
	to->token = mem_dup(c->token);
	to->text = c->text ? report_keep_raw(r, c->text, strlen(c->text), true) : NULL;
	to->name = step_name(r, v, c->inst);
	memcpy(to->bytes, c->bytes, sizeof to->bytes);
	if (failed(c))
		r->rows[r->n_rows - 1].in |= IN_TROUBLE;
	buf_release(&end);
}

/* Drills were all of the lab before the record said which. */
static enum report_way way_of(const struct json *body)
{
	static const enum report_way ways[DRILL_WAY_MAX] = {
		[DRILL_TABLETOP] = WAY_TABLETOP, [DRILL_SIMULATED] = WAY_SIMULATED,
		[DRILL_LAB] = WAY_LAB,
	};
	int way = word_from(WORDS_WAY, json_str(body, "way"));

	if (!str_eq(json_str(body, "mode"), "drill"))
		return WAY_REAL;
	return way < 0 ? WAY_LAB : ways[way];
}

static void take_opening(struct report *r, const struct view *v, const struct json *body)
{
	const char *why = json_str(body, "reason"), *scenario = json_str(body, "scenario");

	know_book(r, view_state(v)->book);
	r->findings = json_int(body, "findings", 0);
	r->in_spite = why ? report_keep_raw(r, why, strlen(why), false) : NULL;
	r->way = way_of(body);
	r->pace = json_int(body, "pace", 1);
	r->seed = json_int(body, "seed", 0);
	r->scenario_path = scenario ? report_keep_raw(r, scenario, strlen(scenario), false) : NULL;
}

void report_objectives(struct report *r, const struct scenario *s)
{
	r->scenario = s;
}

void report_row(struct report *r, const struct view *v, const struct event *ev)
{
	struct json *body = NULL;

	report_book(r, v, ev);
	if (ev->kind < 0 || ev->kind >= EV_KIND_MAX || ev->kind == EV_OUTPUT)
		return;
	json_parse(ev->body ? ev->body : "{}", ev->body ? ev->body_len : 2, &body, NULL);
	if (ev->kind == EV_RUN_OPENED)
		take_opening(r, v, body);
	if (ev->kind == EV_CONTACT)
		report_know(r, json_str(body, "to"));
	add_row(r, v, ev, body);
	report_change_row(r, v, ev, body);
	report_outside_row(r, ev, body);
	if (ev->kind == EV_CMD_ENDED || ev->kind == EV_CMD_LOST)
		add_command(r, v, ev, body);
	json_free(body);
}

/* The part of a character that a cut left at the front. */
static size_t half(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && i < 3 && ((unsigned char)s[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* A terminal ends its lines in two characters. */
static void plain_ends(struct buf *b)
{
	size_t to = 0;

	for (size_t i = 0; i < b->len; i++)
		if (!(b->data[i] == '\r' && i + 1 < b->len && b->data[i + 1] == '\n'))
			b->data[to++] = b->data[i];
	buf_cut(b, to);
}

void report_excerpts(struct report *r, report_read_fn *fn, void *ctx)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < r->n_cmds && i < REPORT_EXCERPTS; i++)
		for (int k = 0; k < 3; k++) {
			struct report_cmd *c = &r->cmds[i];
			int64_t from = c->bytes[k] - REPORT_EXCERPT_BYTES;
			size_t cut;

			if (!c->bytes[k])
				continue;
			buf_clear(&b);
			fn(ctx, c->token, k, from > 0 ? from : 0, REPORT_EXCERPT_BYTES, &b);
			plain_ends(&b);
			cut = from > 0 ? half(buf_str(&b), b.len) : 0;
			if (b.len > cut)
				c->excerpt[k] = report_keep_raw(r, b.data + cut, b.len - cut, true);
		}
	buf_release(&b);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void free_rows(struct report *r)
{
	for (size_t i = 0; i < r->n_rows; i++) {
		struct report_row *row = &r->rows[i];

		free(row->step);
		free(row->name);
		free(row->actor);
		free(row->proved);
		free(row->proof);
		free(row->how);
		free(row->text);
		free(row->about);
		free(row->written);
	}
	free(r->rows);
}

static void free_cmds(struct report *r)
{
	for (size_t i = 0; i < r->n_cmds; i++) {
		struct report_cmd *c = &r->cmds[i];

		free(c->token);
		free(c->name);
		free(c->text);
		free(c->end);
		for (int k = 0; k < 3; k++)
			free(c->excerpt[k]);
	}
	free(r->cmds);
}

static void free_end(struct report *r)
{
	char *const texts[] = { r->run, r->title, r->book, r->digest, r->opened_by, r->cwd,
				r->verdict, r->closed_by, r->integrity, r->in_spite,
				r->held, r->pruned,
				r->scenario_path, r->scenario_title, r->owner, r->due,
				r->book_owner, r->book_due };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		free(texts[i]);
	for (size_t i = 0; i < r->n_steps; i++) {
		free(r->steps[i].key);
		free(r->steps[i].name);
		free(r->steps[i].reason);
		free(r->steps[i].item);
	}
	free(r->steps);
	for (size_t i = 0; i < r->n_debts; i++) {
		free(r->debts[i].key);
		free(r->debts[i].command);
	}
	free(r->debts);
	report_changes_release(&r->changes);
	report_scores_release(&r->scores);
	report_restored_release(&r->restored);
	for (size_t i = 0; i < r->n_earlier; i++) {
		free(r->earlier[i].run);
		free(r->earlier[i].verdict);
	}
}

void report_free(struct report *r)
{
	if (!r)
		return;
	free_rows(r);
	free_cmds(r);
	report_outside_release(r);
	free_end(r);
	for (size_t i = 0; i < r->n_known; i++)
		free(r->known[i]);
	free(r->known);
	report_zone_free(r->zone);
	free(r->insts);
	report_spans_release(r);
	free(r->timed);
	free(r);
}
