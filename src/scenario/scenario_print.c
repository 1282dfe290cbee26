/* A scenario on paper, for who runs the drill. */
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "scenario_drill.h"
#include "str.h"

static void put(struct buf *out, const char *s)
{
	str_printable(out, s, strlen(s), false);
}

/* A text of several lines, each behind the margin. */
static void put_text(struct buf *out, const char *label, const char *s)
{
	while (s && *s) {
		size_t n = strcspn(s, "\n");

		buf_addf(out, "      %-10s ", label);
		str_printable(out, s, n, false);
		buf_addc(out, '\n');
		s += n + (s[n] == '\n');
		label = "";
	}
}

static void put_command(struct buf *out, const char *step, const char *item, int purpose)
{
	put(out, step);
	if (item) {
		buf_addc(out, '@');
		put(out, item);
	}
	if (purpose != PURPOSE_MAIN)
		buf_addf(out, ", %s", word_of(WORDS_PURPOSE, purpose));
}

static void put_end(struct buf *out, int signal, int64_t exit)
{
	if (signal)
		buf_addf(out, "signal %d", signal);
	else
		buf_addf(out, "status %lld", (long long)exit);
}

static void put_when(struct buf *out, const struct scenario_inject *in, int64_t seed)
{
	if (!scenario_takes_place(in, seed)) {
		buf_addf(out, "not with this seed (%lld%%)", (long long)in->chance);
	} else if (in->at_ms >= 0) {
		str_stopwatch(out, scenario_time(in, seed));
	} else if (in->after || in->when) {
		if (in->later_ms) {
			str_duration(out, in->later_ms);
			buf_addc(out, ' ');
		}
		buf_adds(out, "after ");
		put(out, in->after ? in->after : in->when->step);
		buf_addf(out, " is %s", in->after ? "ended" : scenario_is_name(in->when->is));
	} else {
		buf_adds(out, "when the facilitator says so");
	}
}

static void put_change(struct buf *out, const char *label, const struct scenario_change *c)
{
	if (!c)
		return;
	buf_addf(out, "      %-10s ", label);
	put_command(out, c->step, c->item, c->purpose);
	for (size_t i = 0; i < c->n_answers; i++) {
		buf_adds(out, i ? ", then " : ": ");
		put_end(out, c->answers[i].signal, c->answers[i].exit);
	}
	buf_addc(out, '\n');
}

void scenario_print_inject(struct buf *out, const struct scenario_inject *in)
{
	put_text(out, "shows", in->show);
	for (size_t i = 0; i < in->n_silent; i++)
		put_text(out, "silent", in->silent[i]);
	if (in->fails) {
		buf_addf(out, "      %-10s ", "fails");
		put_command(out, in->fails->step, in->fails->item, in->fails->purpose);
		buf_addf(out, " at %lld%%, ", (long long)in->fails->share);
		put_end(out, in->fails->signal, in->fails->exit);
		buf_addc(out, '\n');
	}
	put_change(out, "flaps", in->flaps);
	put_change(out, "wrong", in->wrong);
	if (in->network) {
		buf_addf(out, "      %-10s for ", "network");
		str_duration(out, in->network->lasts_ms);
		for (size_t i = 0; i < in->network->n_steps; i++) {
			buf_adds(out, i ? ", " : ": ");
			put(out, in->network->steps[i]);
		}
		buf_addc(out, '\n');
	}
	put_text(out, "expect", in->expect);
}

static void put_inject(struct buf *out, const struct scenario_inject *in, int64_t seed)
{
	buf_adds(out, "  ");
	put(out, in->id);
	buf_adds(out, ": ");
	put_when(out, in, seed);
	buf_addc(out, '\n');
	scenario_print_inject(out, in);
}

static void put_objective(struct buf *out, const struct scenario_objective *o)
{
	buf_adds(out, "  ");
	put(out, o->title ? o->title : o->id);
	buf_addf(out, ": %s", scenario_measure_name(o->measure));
	if (o->step) {
		buf_adds(out, " of ");
		put(out, o->step);
	}
	if (o->within_ms) {
		buf_adds(out, " within ");
		str_duration(out, o->within_ms);
	}
	if (o->measure == SCENARIO_WRONG_TURNS || o->measure == SCENARIO_HELP)
		buf_addf(out, ", at most %lld", (long long)o->at_most);
	buf_addc(out, '\n');
}

static void put_answer(struct buf *out, const struct scenario_answer *a)
{
	buf_adds(out, "  ");
	put_command(out, a->step, a->item, a->purpose);
	if (a->attempt)
		buf_addf(out, ", attempt %lld", (long long)a->attempt);
	buf_adds(out, ": ");
	put_end(out, a->signal, a->exit);
	buf_adds(out, " after ");
	str_duration(out, a->took_ms);
	buf_addf(out, ", %zu byte%s\n", a->n_output, a->n_output == 1 ? "" : "s");
	put_text(out, "only", a->command);
}

static void put_contact(struct buf *out, const struct scenario_contact *c)
{
	buf_adds(out, "  ");
	put(out, c->who);
	if (c->attempt)
		buf_addf(out, ", try %lld", (long long)c->attempt);
	buf_addf(out, ": %s after ", scenario_word_name(c->reply));
	str_duration(out, c->after_ms);
	buf_addc(out, '\n');
}

static void head(struct buf *out, const struct scenario *s)
{
	put(out, s->title ? s->title : s->path);
	buf_adds(out, "\nScenario of ");
	put(out, s->runbook ? s->runbook : "no runbook");
	buf_addf(out, ", seed %lld, ", (long long)s->seed);
	if (s->pace == SCENARIO_REAL_PACE)
		buf_adds(out, "true pace\n");
	else
		buf_addf(out, "%lld times as fast\n", (long long)s->pace);
	if (s->happened) {
		buf_adds(out, "It happened at ");
		clock_utc(out, s->happened, 0);
		buf_addc(out, '\n');
	}
	if (s->about) {
		buf_addc(out, '\n');
		str_printable(out, s->about, strlen(s->about), true);
		buf_adds(out, str_ends(s->about, "\n") ? "" : "\n");
	}
}

void scenario_print(struct buf *out, const struct scenario *s)
{
	head(out, s);
	buf_adds(out, s->n_objectives ? "\nObjectives\n" : "");
	for (size_t i = 0; i < s->n_objectives; i++)
		put_objective(out, &s->objectives[i]);
	buf_adds(out, s->n_injects ? "\nScript\n" : "");
	for (size_t i = 0; i < s->n_injects; i++)
		put_inject(out, &s->injects[i], s->seed);
	buf_adds(out, s->n_contacts ? "\nPeople\n" : "");
	for (size_t i = 0; i < s->n_contacts; i++)
		put_contact(out, &s->contacts[i]);
	buf_adds(out, s->n_answers ? "\nAnswers\n" : "");
	for (size_t i = 0; i < s->n_answers; i++)
		put_answer(out, &s->answers[i]);
}
