/* Outputs that are files; what the keys of a scenario say together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "scenarioint.h"
#include "str.h"

static void say(struct scenario_read *r, int rule, struct place at, const char *text)
{
	scenario_say(r, rule, at, "%s", text);
}

/* --- outputs ---------------------------------------------------------------------------------- */

static void read_output(struct scenario_read *r, struct scenario_answer *a)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	if (a->output && a->output_file)
		say(r, FR_CONTRADICTION, a->at, "`output` or `output_file`: one of them");
	if (a->signal && a->exit)
		say(r, FR_CONTRADICTION, a->at, "`exit` or `signal`: one of them");
	if (a->output_file && !a->output) {
		out.max = LIMIT_RUNBOOK_BYTES;
		if (r->src->read(r->src->ctx, a->output_file, &out, &err))
			say(r, SRULE_FILE, a->at, err.text);
		a->output = arena_dupn(r->in.a, buf_str(&out), out.len);
		a->n_output = out.len;
		buf_release(&out);
		return;
	}
	a->output = a->output ? a->output : "";
	a->n_output = strlen(a->output);
}

static void check_progress(struct scenario_read *r, const struct scenario_answer *a)
{
	int64_t last = 0;

	for (size_t i = 0; i < a->n_progress; i++) {
		if (a->progress[i].at_ms < last || a->progress[i].at_ms > a->took_ms) {
			scenario_say(r, SRULE_PROGRESS, a->at,
				     "`%s` is out of order, or comes after `took`",
				     a->progress[i].text);
			return;
		}
		last = a->progress[i].at_ms;
	}
}

static void outputs_of(struct scenario_read *r, const struct scenario_answer *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scenario_answer *a = (struct scenario_answer *)(uintptr_t)&v[i];

		read_output(r, a);
		check_progress(r, a);
	}
}

void scenario_outputs(struct scenario_read *r)
{
	const struct scenario *s = r->s;

	outputs_of(r, s->answers, s->n_answers);
	for (size_t i = 0; i < s->n_injects; i++) {
		const struct scenario_inject *in = &s->injects[i];

		if (in->flaps)
			outputs_of(r, in->flaps->answers, in->flaps->n_answers);
		if (in->wrong)
			outputs_of(r, in->wrong->answers, in->wrong->n_answers);
	}
}

/* --- two of one name -------------------------------------------------------------------------- */

static int text_cmp(const char *a, const char *b)
{
	return !a || !b ? !!a - !!b : strcmp(a, b);
}

static int number_cmp(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int place_cmp(struct place a, struct place b)
{
	return a.line != b.line ? number_cmp(a.line, b.line) : number_cmp(a.col, b.col);
}

static int answer_same(const struct scenario_answer *a, const struct scenario_answer *b)
{
	int c = text_cmp(a->step, b->step);

	c = c ? c : text_cmp(a->item, b->item);
	c = c ? c : text_cmp(a->owes, b->owes);
	c = c ? c : text_cmp(a->command, b->command);
	c = c ? c : number_cmp(a->purpose, b->purpose);
	return c ? c : number_cmp(a->attempt, b->attempt);
}

static int answer_cmp(const void *pa, const void *pb)
{
	const struct scenario_answer *a = *(const struct scenario_answer *const *)pa,
				     *b = *(const struct scenario_answer *const *)pb;
	int c = answer_same(a, b);

	return c ? c : place_cmp(a->at, b->at);
}

static void check_answers(struct scenario_read *r)
{
	const struct scenario *s = r->s;
	const struct scenario_answer **v = mem_alloc((s->n_answers + 1) * sizeof(*v));

	for (size_t i = 0; i < s->n_answers; i++) {
		v[i] = &s->answers[i];
		if (v[i]->owes && v[i]->purpose != PURPOSE_SETTLE)
			say(r, FR_CONTRADICTION, v[i]->at,
			    "`owes` goes with `purpose: settle` only");
	}
	qsort(v, s->n_answers, sizeof(*v), answer_cmp);
	for (size_t i = 1; i < s->n_answers; i++)
		if (answer_same(v[i - 1], v[i]) == 0)
			scenario_say(r, SRULE_TWICE, v[i]->at,
				     "the %s command of `%s` is answered at line %d already",
				     word_of(WORDS_PURPOSE, v[i]->purpose), v[i]->step,
				     v[i - 1]->at.line);
	free(v);
}

static void check_contacts(struct scenario_read *r)
{
	const struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_contacts; i++)
		for (size_t j = 0; j < i; j++)
			if (str_eq(s->contacts[i].who, s->contacts[j].who) &&
			    s->contacts[i].attempt == s->contacts[j].attempt)
				scenario_say(r, SRULE_TWICE, s->contacts[i].at,
					     "what `%s` replies stands at line %d already",
					     s->contacts[i].who, s->contacts[j].at.line);
}

/* --- injects ---------------------------------------------------------------------------------- */

static void check_inject(struct scenario_read *r, const struct scenario_inject *in)
{
	int whens = (in->at_ms >= 0) + !!in->after + !!in->when;

	if (whens > 1)
		say(r, FR_CONTRADICTION, in->at, "`at`, `after` or `when`: one of them");
	if (in->until_ms >= 0 && in->at_ms < 0)
		say(r, FR_CONTRADICTION, in->at, "`until` wants an `at`");
	else if (in->until_ms >= 0 && in->until_ms < in->at_ms)
		say(r, SRULE_NEVER, in->at, "`until` lies before `at`: it can never be due");
	if (in->later_ms && !in->after && !in->when)
		say(r, FR_CONTRADICTION, in->at, "`later` wants an `after` or a `when`");
	if (!in->chance)
		say(r, SRULE_NEVER, in->at, "a chance of none: it can never be due");
	if (!in->show && !in->n_silent && !in->fails && !in->flaps && !in->wrong && !in->network)
		scenario_say(r, SRULE_NOTHING, in->at,
			     "`%s` does nothing; say `show`, `silent`, `fails`, `flaps`, `wrong` "
			     "or `network`", in->id);
}

static void check_injects(struct scenario_read *r)
{
	const struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_injects; i++) {
		check_inject(r, &s->injects[i]);
		for (size_t j = 0; j < i; j++)
			if (str_eq(s->injects[i].id, s->injects[j].id))
				scenario_say(r, SRULE_TWICE, s->injects[i].at,
					     "`%s` is the inject at line %d already",
					     s->injects[i].id, s->injects[j].at.line);
	}
}

/* --- objectives ------------------------------------------------------------------------------- */

static void check_objective(struct scenario_read *r, const struct scenario_objective *o)
{
	bool counted = o->measure == SCENARIO_WRONG_TURNS || o->measure == SCENARIO_HELP;
	bool timed = !counted && o->measure != SCENARIO_GUARD;
	bool of_step = o->measure == SCENARIO_STEP_DONE || o->measure == SCENARIO_DECISION;
	bool by_book = o->measure == SCENARIO_RECOVERY || o->measure == SCENARIO_RESTORE_POINT;
	const char *name = scenario_measure_name(o->measure);

	if (!timed && (o->within_ms || o->late_ms))
		scenario_say(r, FR_CONTRADICTION, o->at,
			     "`%s` is no time: `within` and `late` mean nothing", name);
	if (!counted && o->at_most)
		scenario_say(r, FR_CONTRADICTION, o->at,
			     "`%s` is no count: `at_most` means nothing", name);
	if (!of_step && o->step)
		scenario_say(r, FR_CONTRADICTION, o->at,
			     "`%s` is of no step", name);
	if (o->measure == SCENARIO_STEP_DONE && !o->step)
		say(r, FR_MISSING_KEY, o->at, "`step-done` needs `step`: which one");
	if (timed && !by_book && !o->within_ms)
		scenario_say(r, FR_MISSING_KEY, o->at,
			     "`%s` needs `within`: what is fast enough", name);
	if (o->late_ms && o->late_ms <= o->within_ms)
		say(r, FR_CONTRADICTION, o->at, "`late` is not behind `within`");
}

static void check_objectives(struct scenario_read *r)
{
	const struct scenario *s = r->s;

	for (size_t i = 0; i < s->n_objectives; i++) {
		check_objective(r, &s->objectives[i]);
		for (size_t j = 0; j < i; j++)
			if (str_eq(s->objectives[i].id, s->objectives[j].id))
				scenario_say(r, SRULE_TWICE, s->objectives[i].at,
					     "`%s` is the objective at line %d already",
					     s->objectives[i].id, s->objectives[j].at.line);
	}
}

void scenario_check_own(struct scenario_read *r)
{
	check_answers(r);
	check_contacts(r);
	check_injects(r);
	check_objectives(r);
}
