/* Objectives: a function for each measure, from the rows and the last state alone. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "reportint.h"
#include "scenario.h"
#include "state.h"
#include "str.h"

enum { LATE_TIMES = 2 };

struct scoring {
	const struct report *r;
	const struct state *s;
	struct report_score *o;
};

/* --- what it stands on ------------------------------------------------------------------------ */

static void add_row(struct report_score *o, int64_t seq)
{
	if (seq <= 0 || (o->n_rows && o->rows[o->n_rows - 1] == seq))
		return;
	o->rows = mem_grow(o->rows, o->n_rows + 1, sizeof *o->rows);
	o->rows[o->n_rows++] = seq;
}

static void end_with(struct report_score *o, enum score_result result, const char *why)
{
	o->result = result;
	free(o->why);
	o->why = why ? mem_dup(why) : NULL;
}

/* The row up to which this is so. */
static void add_last(struct scoring *t)
{
	add_row(t->o, t->r->closed ? t->r->closed_seq : t->r->events);
}

static bool is_late(const struct report_score *o, int64_t ms)
{
	return o->late_ms >= 0 && ms > o->late_ms;
}

static void take_time(struct report_score *o, int64_t ms, int64_t seq)
{
	o->ms = ms;
	add_row(o, seq);
	end_with(o, o->within_ms < 0 || ms <= o->within_ms ? SCORE_MET
		    : is_late(o, ms) ? SCORE_MISSED : SCORE_LATE, NULL);
}

/* It has not happened, and may yet, unless the run is closed or its time is up. */
static void take_never(struct scoring *t, const char *why)
{
	add_last(t);
	if (t->r->closed)
		end_with(t->o, SCORE_MISSED, why);
	else if (is_late(t->o, t->r->elapsed_ms))
		end_with(t->o, SCORE_MISSED, "its time is up");
	else
		end_with(t->o, SCORE_UNKNOWN, "the run is still open");
}

/* --- times ------------------------------------------------------------------------------------ */

/* Whether a row is of the step: "scale" is that of "scale@flowmanager". */
static bool is_of(const char *key, const char *id)
{
	size_t n = strlen(id);

	return key && strncmp(key, id, n) == 0 && (key[n] == '\0' || key[n] == '@');
}

static void take_first(struct scoring *t, unsigned in, const char *step, const char *never)
{
	for (size_t i = 0; i < t->r->n_rows; i++) {
		const struct report_row *row = &t->r->rows[i];

		if ((row->in & in) && (!step || is_of(row->step, step))) {
			take_time(t->o, row->at_ms, row->seq);
			return;
		}
	}
	take_never(t, never);
}

static void first_contact(struct scoring *t)
{
	take_first(t, IN_CALLED, NULL, "nobody was tried to be reached");
}

static void decision(struct scoring *t)
{
	if (t->o->step)
		take_first(t, IN_SAID, t->o->step, "nobody said what is to be done there");
	else
		take_first(t, IN_DECIDED, NULL, "nothing was decided");
}

static void recovery(struct scoring *t)
{
	if (!t->r->closed || !t->r->success)
		take_never(t, "the run was closed without recovery");
	else
		take_time(t->o, t->r->elapsed_ms, t->r->closed_seq);
}

static bool is_done(const struct inst *in)
{
	return in->state == STEP_FINISHED &&
	       (in->outcome == OUTCOME_CONFIRMED || in->outcome == OUTCOME_ACCEPTED ||
		in->outcome == OUTCOME_OVERRIDDEN);
}

/* All that there are of it, for a step of an `each`. */
static void step_done(struct scoring *t)
{
	size_t n = 0, done = 0, left_out = 0;
	int64_t end = -1, seq = 0;

	for (size_t i = 0; i < t->s->n_insts; i++) {
		const struct inst *in = t->s->insts[i];

		if (!in->step || in->is_item || !str_eq(in->step->id, t->o->step))
			continue;
		n++;
		left_out += in->state == STEP_FINISHED && in->outcome == OUTCOME_NOT_APPLICABLE;
		if (!is_done(in))
			continue;
		done++;
		if (in->ended > end) {
			end = in->ended;
			seq = t->r->insts[in->order].last_seq;
		}
	}
	if (n && left_out == n) {
		add_last(t);
		end_with(t->o, SCORE_UNKNOWN, "its condition did not hold");
	} else if (done && done + left_out == n) {
		take_time(t->o, end / CLOCK_MS, seq);
	} else {
		take_never(t, done ? "not all of it was done" : "it was not done");
	}
}

static void restore_point(struct scoring *t)
{
	static const char none[] = "nothing was restored from a point whose time is on record";
	const struct report_restored *to = &t->r->restored;

	if (!to->known) {
		add_last(t);
		end_with(t->o, SCORE_UNKNOWN, to->why ? to->why : t->r->closed ? none
								: "the run is still open");
		return;
	}
	take_time(t->o, to->age_ms < 0 ? 0 : to->age_ms, to->seq);
	if (to->age_ms < 0)
		end_with(t->o, SCORE_MET, "the point is later than what happened");
}

/* --- counts ----------------------------------------------------------------------------------- */

static void count_rows(struct scoring *t, unsigned in)
{
	struct report_score *o = t->o;

	o->count = 0;
	for (size_t i = 0; i < t->r->n_rows; i++)
		if (t->r->rows[i].in & in) {
			o->count++;
			add_row(o, t->r->rows[i].seq);
		}
}

/* Few enough is only known at the end. */
static void take_count(struct scoring *t)
{
	struct report_score *o = t->o;

	if (!o->n_rows)
		add_last(t);
	if (o->count > (o->at_most < 0 ? 0 : o->at_most))
		end_with(o, SCORE_MISSED, NULL);
	else if (!t->r->closed)
		end_with(o, SCORE_UNKNOWN, "the run is still open");
	else
		end_with(o, SCORE_MET, NULL);
}

static void guard(struct scoring *t)
{
	const struct report_row *looked = report_first(t->r, IN_GUARDED);

	count_rows(t, IN_GLASS | IN_MISNAMED);
	if (!t->o->count && looked)
		add_row(t->o, looked->seq);
	take_count(t);
	if (t->o->result == SCORE_MET && !looked)
		end_with(t->o, SCORE_UNKNOWN, "nothing that is guarded was reached");
}

static void wrong_turns(struct scoring *t)
{
	count_rows(t, IN_REOPENED);
	take_count(t);
}

static void help(struct scoring *t)
{
	count_rows(t, IN_HELP);
	take_count(t);
}

static void owed(struct scoring *t)
{
	t->o->count = 0;
	for (size_t i = 0; i < t->r->n_debts; i++) {
		t->o->count++;
		add_row(t->o, t->r->debts[i].seq);
	}
	take_count(t);
}

static const struct {
	void (*score)(struct scoring *t);
	const char *id, *title; /* where the scenario says none */
	bool counts;
} measures[MEASURES] = {
	[SCENARIO_FIRST_CONTACT] = { first_contact, "first-contact",
				     "somebody was tried to be reached", false },
	[SCENARIO_DECISION] = { decision, "decision", "it was decided what to do", false },
	[SCENARIO_RECOVERY] = { recovery, "recovery", "what was down works again", false },
	[SCENARIO_RESTORE_POINT] = { restore_point, "restore-point",
				     "the restored data is new enough", false },
	[SCENARIO_STEP_DONE] = { step_done, "step-done", "the step is done", false },
	[SCENARIO_GUARD] = { guard, "guard",
			     "no glass was broken, nothing named that was not meant", true },
	[SCENARIO_WRONG_TURNS] = { wrong_turns, "wrong-turns", "no step was done again or undone",
				   true },
	[SCENARIO_HELP] = { help, "help", "nobody had to help", true },
	[MEASURE_OWED] = { owed, "owed", "nothing is left down", true },
};

/* --- all of them ------------------------------------------------------------------------------ */

static char *keep(const struct report *r, const char *s)
{
	return s ? report_keep_raw(r, s, strlen(s), false) : NULL;
}

static void add_observed(const struct report *r, struct report_score *o)
{
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!o->id || !str_eq(r->rows[i].about, o->id))
			continue;
		o->observed = mem_grow(o->observed, o->n_observed + 1, sizeof *o->observed);
		o->observed[o->n_observed++] = r->rows[i].seq;
	}
}

static void add(struct report *r, const struct state *s, const struct scenario_objective *from)
{
	struct report_score *o = &r->scores.v[r->scores.n++];
	struct scoring t = { r, s, o };
	int m = from->measure;
	int64_t within = from->within_ms;

	if (!within && m == SCENARIO_RECOVERY)
		within = r->rto_ms;
	if (!within && m == SCENARIO_RESTORE_POINT)
		within = r->rpo_ms;
	*o = (struct report_score){
		.id = keep(r, from->id ? from->id : measures[m].id),
		.title = keep(r, from->title ? from->title : measures[m].title),
		.step = keep(r, from->step), .measure = m, .before = -1, .ms = -1, .count = -1,
		.within_ms = measures[m].counts || !within ? -1 : within,
		.late_ms = measures[m].counts || !within ? -1
			   : from->late_ms ? from->late_ms : LATE_TIMES * within,
		.at_most = measures[m].counts ? from->at_most : -1,
	};
	measures[m].score(&t);
	add_observed(r, o);
}

/* What every runbook wants. A `?` is on record of drills alone. */
static void add_usual(struct report *r, const struct state *s)
{
	static const int usual[] = { SCENARIO_RECOVERY, SCENARIO_RESTORE_POINT, MEASURE_OWED,
				     SCENARIO_GUARD, SCENARIO_WRONG_TURNS, SCENARIO_HELP };

	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
		struct scenario_objective o = { .measure = usual[i] };

		if (usual[i] == SCENARIO_RESTORE_POINT && !r->rpo_ms && !r->restored.known)
			continue;
		if (usual[i] == SCENARIO_HELP && !r->drill)
			continue;
		add(r, s, &o);
	}
}

void report_score(struct report *r, const struct state *s)
{
	const struct scenario *sc = r->scenario;
	size_t n = sc && sc->n_objectives ? sc->n_objectives : MEASURES;

	r->scenario_title = sc ? keep(r, sc->title) : NULL;
	r->scores.v = mem_grow(NULL, n, sizeof *r->scores.v);
	r->scores.own = sc && sc->n_objectives;
	for (size_t i = 0; r->scores.own && i < n; i++)
		add(r, s, &sc->objectives[i]);
	if (!r->scores.own)
		add_usual(r, s);
}

void report_scores_release(struct report_scores *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i].id);
		free(v->v[i].title);
		free(v->v[i].step);
		free(v->v[i].why);
		free(v->v[i].rows);
		free(v->v[i].observed);
	}
	free(v->v);
}

void report_scores_before(struct report *r, const struct report *o)
{
	for (size_t i = 0; i < r->scores.n; i++)
		for (size_t k = 0; k < o->scores.n; k++)
			if (r->scores.v[i].before < 0 &&
			    r->scores.v[i].measure == o->scores.v[k].measure &&
			    str_eq(r->scores.v[i].id, o->scores.v[k].id))
				r->scores.v[i].before = (int)o->scores.v[k].result;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *report_score_result_name(int result)
{
	static const char *const names[SCORE_RESULTS] = { "met", "late", "missed", "cannot tell" };

	return result < 0 || result >= SCORE_RESULTS ? "?" : names[result];
}

const char *report_score_measure_name(int measure)
{
	return measure < 0 || measure >= MEASURES ? "?" : measures[measure].id;
}

void report_score_figure(struct buf *out, const struct report_score *o)
{
	if (o->ms >= 0)
		str_stopwatch(out, o->ms);
	else if (o->count >= 0)
		buf_addf(out, "%lld", (long long)o->count);
}

void report_score_bound(struct buf *out, const struct report_score *o)
{
	if (o->within_ms >= 0) {
		buf_adds(out, "within ");
		str_duration(out, o->within_ms);
	} else if (o->at_most >= 0) {
		buf_addf(out, o->at_most ? "at most %lld" : "none", (long long)o->at_most);
	}
}

bool report_marks(const struct report *r, struct report_marks *ret)
{
	struct report_marks m = { 0 };
	size_t *const to[SCORE_RESULTS] = {
		[SCORE_MET] = &m.met, [SCORE_LATE] = &m.late, [SCORE_MISSED] = &m.missed,
		[SCORE_UNKNOWN] = &m.unknown,
	};

	if (!r->scores.own)
		return false;
	for (size_t i = 0; i < r->scores.n; i++)
		++*to[r->scores.v[i].result];
	*ret = m;
	return true;
}
