/* The report for machines; docs/report-format.md has every member. */
#include <string.h>

#include "clock.h"
#include "json.h"
#include "report_after.h"
#include "reportint.h"
#include "word.h"

enum { SCHEMA = 2 };

static void add_time(struct jsonw *w, const char *key, int64_t wall)
{
	struct buf at = BUF_INIT;

	clock_utc(&at, wall, 3);
	jw_str(w, key, buf_str(&at));
	buf_release(&at);
}

/* Only where a zone was asked for: what it is there. */
static void add_local(struct jsonw *w, const struct report *r, const char *key, int64_t wall)
{
	struct buf at = BUF_INIT;

	if (report_zone_name(r))
		jw_str(w, key, report_local_iso(&at, r, wall) ? buf_str(&at) : NULL);
	buf_release(&at);
}

/* -1 is null: not known. */
static void add_ms(struct jsonw *w, const char *key, int64_t ms)
{
	if (ms < 0)
		jw_null(w, key);
	else
		jw_int(w, key, ms);
}

static void add_times(struct jsonw *w, const struct report_times *t)
{
	jw_int(w, "machine_ms", t->ns[CLASS_MACHINE] / CLOCK_MS);
	jw_int(w, "thinking_ms", t->ns[CLASS_THINKING] / CLOCK_MS);
	jw_int(w, "waiting_ms", t->ns[CLASS_WAITING] / CLOCK_MS);
}

static void add_summary(struct jsonw *w, const struct report *r)
{
	jw_int(w, "blackstart_report", SCHEMA);
	jw_str(w, "run", r->run);
	jw_str(w, "mode", r->drill ? "drill" : "real");
	jw_str(w, "way", r->drill ? report_way_name(r->way) : NULL);
	jw_int(w, "pace", r->pace);
	jw_str(w, "scenario", r->scenario_path);
	if (r->scenario_path)
		jw_int(w, "seed", r->seed);
	else
		jw_null(w, "seed");
	jw_str(w, "title", r->title);
	jw_str(w, "runbook", r->book);
	jw_str(w, "runbook_sha256", r->digest);
	jw_str(w, "cwd", r->cwd);
	jw_int(w, "findings", r->findings);
	jw_str(w, "in_spite", r->in_spite);
	jw_bool(w, "masked", !r->unmask);
	jw_bool(w, "open", !r->closed);
	jw_str(w, "verdict", r->verdict);
	jw_bool(w, "success", r->success);
	jw_str(w, "zone", report_zone_name(r));
	add_time(w, "opened", r->opened);
	add_local(w, r, "opened_local", r->opened);
	jw_str(w, "opened_by", r->opened_by);
	add_time(w, "last", r->last_wall);
	add_local(w, r, "last_local", r->last_wall);
	jw_str(w, "closed_by", r->closed_by);
	jw_int(w, "rows", r->events);
	jw_int(w, "elapsed_ms", r->elapsed_ms);
	add_ms(w, "rto_ms", r->has_rto ? r->rto_ms : -1);
	jw_str(w, "rto", !report_rto(r) ? NULL : r->elapsed_ms > r->rto_ms ? "not met"
						 : r->success ? "met" : "open");
	add_ms(w, "rpo_ms", r->rpo_ms ? r->rpo_ms : -1);
	if (r->restored.known)
		jw_int(w, "rpo_reached_ms", r->restored.age_ms);
	else
		jw_null(w, "rpo_reached_ms");
	add_times(w, &r->times);
	jw_int(w, "done", (int64_t)r->done);
	jw_int(w, "skipped", (int64_t)r->skipped);
	jw_int(w, "deferred", (int64_t)r->deferred);
	jw_int(w, "failed", (int64_t)r->failed);
	jw_int(w, "of", (int64_t)r->of);
	jw_obj(w, "integrity");
	jw_bool(w, "looked", r->looked);
	jw_bool(w, "whole", r->looked && r->whole);
	jw_str(w, "text", r->integrity);
	jw_end_obj(w);
	jw_str(w, "held", r->held);
	jw_str(w, "pruned", r->pruned);
}

/* Numbers of the rows that are told there: each is in `timeline` whole. */
static void add_part(struct jsonw *w, const struct report *r, const char *key, unsigned in)
{
	jw_arr(w, key);
	for (size_t i = 0; i < r->n_rows; i++)
		if (r->rows[i].in & in)
			jw_int(w, NULL, r->rows[i].seq);
	jw_end_arr(w);
}

static void add_parts(struct jsonw *w, const struct report *r)
{
	static const struct {
		const char *key;
		unsigned in;
	} parts[] = {
		{ "decisions", IN_DECISION }, { "deviations", IN_DEVIATION },
		{ "troubles", IN_TROUBLE }, { "guard", IN_GUARD }, { "contacts", IN_CONTACT },
		{ "notes", IN_NOTE }, { "wrong_turns", IN_REOPENED },
		{ "injects", IN_INJECT }, { "observed", IN_OBSERVED }, { "helped", IN_HELP },
	};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		add_part(w, r, parts[i].key, parts[i].in);
	jw_arr(w, "never_reached");
	for (size_t i = 0; i < r->n_steps && r->closed; i++)
		if (!r->steps[i].first_seq)
			jw_str(w, NULL, r->steps[i].key);
	jw_end_arr(w);
	report_outside_json(w, r);
}

static void add_command(struct jsonw *w, const struct report_cmd *c)
{
	static const char *const streams[] = { "out", "err", "tty" };

	jw_obj(w, NULL);
	jw_int(w, "row", c->seq);
	jw_int(w, "end_row", c->end_seq);
	jw_str(w, "step", c->name);
	jw_str(w, "purpose", word_of(WORDS_PURPOSE, c->purpose));
	jw_int(w, "attempt", c->attempt);
	jw_bool(w, "failed", c->failed);
	jw_str(w, "command", c->text);
	jw_str(w, "end", c->end);
	jw_arr(w, "output");
	for (int k = 0; k < 3; k++) {
		if (!c->bytes[k])
			continue;
		jw_obj(w, NULL);
		jw_str(w, "stream", streams[k]);
		jw_int(w, "bytes", c->bytes[k]);
		jw_str(w, "excerpt", c->excerpt[k]);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_end_obj(w);
}

static void add_step(struct jsonw *w, const struct report_step *s)
{
	jw_obj(w, NULL);
	jw_str(w, "key", s->key);
	jw_str(w, "name", s->name);
	jw_str(w, "state", s->state);
	jw_str(w, "outcome", s->outcome);
	jw_str(w, "reason", s->reason);
	jw_int(w, "attempts", s->attempts);
	add_ms(w, "began_ms", s->began_ms);
	add_ms(w, "took_ms", report_took(s));
	add_times(w, &s->times);
	add_ms(w, "first_row", s->first_seq ? s->first_seq : -1);
	add_ms(w, "last_row", s->last_seq ? s->last_seq : -1);
	jw_arr(w, "earlier");
	for (int way = 0; way < WAYS; way++) {
		if (!s->n_earlier[way])
			continue;
		jw_obj(w, NULL);
		jw_str(w, "way", report_way_name(way));
		jw_int(w, "median_ms", report_median(s, way));
		jw_arr(w, "ms");
		for (size_t i = 0; i < s->n_earlier[way]; i++)
			jw_int(w, NULL, s->earlier_ms[way][i]);
		jw_end_arr(w);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_end_obj(w);
}

static void add_owed(struct jsonw *w, const struct report *r)
{
	jw_arr(w, "still_owed");
	for (size_t i = 0; i < r->n_debts; i++) {
		jw_obj(w, NULL);
		jw_str(w, "key", r->debts[i].key);
		jw_str(w, "command", r->debts[i].command);
		jw_bool(w, "failed", r->debts[i].failed);
		jw_int(w, "row", r->debts[i].seq);
		jw_end_obj(w);
	}
	jw_end_arr(w);
}

static void add_earlier(struct jsonw *w, const struct report *r)
{
	jw_arr(w, "earlier");
	for (size_t i = 0; i < r->n_earlier; i++) {
		const struct report_run *e = &r->earlier[i];

		jw_obj(w, NULL);
		jw_str(w, "run", e->run);
		jw_str(w, "mode", e->way == WAY_REAL ? "real" : "drill");
		jw_str(w, "way", e->way == WAY_REAL ? NULL
				 : report_way_name(e->way));
		jw_int(w, "pace", e->pace);
		add_time(w, "opened", e->opened);
		jw_int(w, "elapsed_ms", e->elapsed_ms);
		jw_str(w, "verdict", e->verdict);
		jw_bool(w, "success", e->success);
		jw_end_obj(w);
	}
	jw_end_arr(w);
}

static void add_row(struct jsonw *w, const struct report *r, const struct report_row *row)
{
	jw_obj(w, NULL);
	jw_int(w, "row", row->seq);
	add_time(w, "at", row->wall);
	add_local(w, r, "local", row->wall);
	jw_int(w, "after_ms", row->at_ms);
	jw_str(w, "kind", word_of(WORDS_EVENT, row->kind));
	jw_str(w, "weight", row->weight == VIEW_LOUD ? "loud" : row->weight == VIEW_PLAIN ? "plain"
										       : "quiet");
	jw_str(w, "step", row->step);
	jw_str(w, "step_name", row->name);
	jw_int(w, "attempt", row->attempt);
	jw_str(w, "actor", row->actor);
	jw_str(w, "how", row->how);
	jw_str(w, "proved", row->proved);
	jw_str(w, "proof", row->proof);
	jw_str(w, "text", row->text);
	jw_end_obj(w);
}

void report_json(struct buf *out, const struct report *r)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	add_summary(&w, r);
	if (r->after)
		report_after_json(&w, r);
	add_parts(&w, r);
	jw_arr(&w, "commands");
	for (size_t i = 0; i < r->n_cmds; i++)
		add_command(&w, &r->cmds[i]);
	jw_end_arr(&w);
	add_owed(&w, r);
	jw_arr(&w, "steps");
	for (size_t i = 0; i < r->n_steps; i++)
		add_step(&w, &r->steps[i]);
	jw_end_arr(&w);
	add_earlier(&w, r);
	jw_arr(&w, "timeline");
	for (size_t i = 0; i < r->n_rows; i++)
		add_row(&w, r, &r->rows[i]);
	jw_end_arr(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
