/* What a command comes to. */
#include <string.h>

#include "scenario_drill.h"
#include "scenario_match.h"
#include "str.h"

bool scenario_key_is(const char *key, const char *step, const char *item)
{
	size_t n = strcspn(key, "@");

	if (strlen(step) != n || memcmp(step, key, n) != 0)
		return false;
	return !item || (key[n] == '@' && str_eq(key + n + 1, item));
}

/* --- the runbook's own answers ---------------------------------------------------------------- */

enum { OF_ATTEMPT = 1, OF_OWED = 2, OF_ITEM = 4, OF_COMMAND = 8 };

/* How closely an answer names what is asked; -1: it is of something else. */
static int fit(const struct scenario_answer *a, const struct scenario_query *q)
{
	if (a->purpose != (int)q->purpose || !scenario_key_is(q->key, a->step, a->item))
		return -1;
	if (a->attempt && a->attempt != q->nth)
		return -1;
	if (a->owes && !str_eq(a->owes, q->owes))
		return -1;
	if (a->command ? !str_eq(a->command, q->command) : q->edited)
		return -1;
	return (a->attempt ? OF_ATTEMPT : 0) + (a->owes ? OF_OWED : 0) + (a->item ? OF_ITEM : 0) +
	       (a->command ? OF_COMMAND : 0);
}

static const struct scenario_answer *best(const struct scenario *s, const struct scenario_query *q)
{
	const struct scenario_answer *found = NULL;
	int most = -1;

	for (size_t i = 0; i < s->n_answers; i++) {
		int n = fit(&s->answers[i], q);

		if (n > most) {
			most = n;
			found = &s->answers[i];
		}
	}
	return found;
}

/* --- what injects make of them ---------------------------------------------------------------- */

static bool delivered(const struct scenario_fold *f, size_t i)
{
	return f && i < f->n && f->v[i].standing == SCENARIO_DELIVERED;
}

/* What the operator typed instead is nothing that a scenario could know. */
static bool is_of(const struct scenario_query *q, const char *step, const char *item, int purpose)
{
	return !q->edited && purpose == (int)q->purpose && scenario_key_is(q->key, step, item);
}

/* The answer of a change, by how often it was given. */
static const struct scenario_answer *changed(const struct scenario_inject *in,
					     const struct scenario_query *q, int64_t used)
{
	const struct scenario_change *c;

	c = in->wrong && is_of(q, in->wrong->step, in->wrong->item, in->wrong->purpose) ? in->wrong
	    : in->flaps && is_of(q, in->flaps->step, in->flaps->item, in->flaps->purpose)
		    ? in->flaps : NULL;
	if (!c || !c->n_answers)
		return NULL;
	if (c == in->flaps)
		return &c->answers[(size_t)used % c->n_answers];
	return &c->answers[(size_t)used < c->n_answers ? (size_t)used : c->n_answers - 1];
}

static bool is_cut_off(const struct scenario_network *net, const struct scenario_query *q,
		       int64_t since)
{
	bool named = !net->n_steps;

	if (q->now_ms < since || q->now_ms >= since + net->lasts_ms)
		return false;
	for (size_t i = 0; i < net->n_steps && !named; i++)
		named = scenario_key_is(q->key, net->steps[i], NULL);
	return named;
}

static void cut_off(struct scenario_reply *r, const struct scenario_network *net)
{
	*r = (struct scenario_reply){
		.covered = true, .output = "", .exit = net->exit, .took_ms = net->took_ms,
		.errors = net->errors ? net->errors : "Network is unreachable\n",
		.inject = r->inject,
	};
}

/* So much of n, rounded down, without passing through more than 64 bits. */
static int64_t part(int64_t n, int64_t percent)
{
	return n / 100 * percent + n % 100 * percent / 100;
}

static void break_off(struct scenario_reply *r, const struct scenario_fails *fails)
{
	r->n_output = (size_t)part((int64_t)r->n_output, fails->share);
	r->took_ms = part(r->took_ms, fails->share);
	while (r->n_progress && r->progress[r->n_progress - 1].at_ms > r->took_ms)
		r->n_progress--;
	r->errors = fails->errors;
	r->signal = fails->signal;
	r->exit = fails->signal ? 0 : fails->exit;
}

static void take(struct scenario_reply *r, const struct scenario_answer *a)
{
	*r = (struct scenario_reply){
		.covered = true, .output = a->output, .n_output = a->n_output,
		.errors = a->errors, .exit = a->exit, .signal = a->signal, .took_ms = a->took_ms,
		.progress = a->progress, .n_progress = a->n_progress, .inject = r->inject,
	};
}

struct scenario_reply scenario_answer(const struct scenario *s, const struct scenario_fold *f,
				      const struct scenario_query *q)
{
	struct scenario_reply r = { .output = "", .inject = SCENARIO_NO_INJECT };
	const struct scenario_answer *a = best(s, q);

	if (a)
		take(&r, a);
	for (size_t i = 0; i < s->n_injects; i++)
		if (delivered(f, i) && (a = changed(&s->injects[i], q, f->v[i].used))) {
			take(&r, a);
			r.inject = (int)i;
		}
	for (size_t i = 0; i < s->n_injects && r.covered; i++) {
		const struct scenario_fails *fails = s->injects[i].fails;

		if (fails && delivered(f, i) && f->v[i].used < fails->times &&
		    is_of(q, fails->step, fails->item, fails->purpose)) {
			break_off(&r, fails);
			r.inject = (int)i;
			break;
		}
	}
	for (size_t i = 0; i < s->n_injects && r.covered; i++) {
		const struct scenario_network *net = s->injects[i].network;

		if (net && delivered(f, i) && is_cut_off(net, q, f->v[i].since_ms)) {
			r.inject = (int)i;
			cut_off(&r, net);
			break;
		}
	}
	return r;
}

/* --- people ----------------------------------------------------------------------------------- */

static const struct scenario_contact silence = {
	.who = "", .reply = SCENARIO_NO_ANSWER,
};

const struct scenario_contact *scenario_contact(const struct scenario *s,
						const struct scenario_fold *f, const char *who,
						int64_t nth)
{
	const struct scenario_contact *found = NULL;

	for (size_t i = 0; i < s->n_injects; i++)
		for (size_t k = 0; k < s->injects[i].n_silent && delivered(f, i); k++)
			if (str_eq(s->injects[i].silent[k], who))
				return &silence;
	for (size_t i = 0; i < s->n_contacts; i++) {
		const struct scenario_contact *c = &s->contacts[i];

		if (!str_eq(c->who, who) || (c->attempt && c->attempt != nth))
			continue;
		if (!found || c->attempt)
			found = c;
	}
	return found;
}

int64_t scenario_paced(const struct scenario *s, int64_t ms)
{
	return ms > 0 && s->pace > 1 ? (ms + s->pace - 1) / s->pace : ms;
}
