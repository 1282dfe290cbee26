/* The fold of a climb: rows of kind contact, and of the commands that send its messages. */
#include "clock.h"
#include "contact_state.h"
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "str.h"

static int number_of(const char *(*name)(int), int n, const char *word)
{
	for (int i = 0; word && i < n; i++)
		if (str_eq(name(i), word))
			return i;
	return -1;
}

static const char *result_name(int i)
{
	return ladder_result_name((enum ladder_result)i);
}

static const char *standing_name(int i)
{
	return ladder_standing_name((enum ladder_standing)i);
}

static const char *goal_name(int i)
{
	return ladder_goal_name((enum ladder_goal)i);
}

void contact_climb_free(struct climb *c)
{
	if (!c)
		return;
	ladder_free(c->ladder);
	free(c->message);
	free(c->subject);
	free(c);
}

static int begun(struct fold *f)
{
	const struct contact *c = f->in->step->contact;
	int goal = number_of(goal_name, LADDER_GOALS, json_str(f->b, "until"));
	struct ladder *l = NULL;
	struct climb *k;
	int rc;

	if (f->in->state != STEP_EXECUTING || goal < 0 || !json_str(f->b, "message"))
		return fold_bad(f, "a climb that cannot begin");
	rc = ladder_new(c->plan, (enum ladder_goal)goal,
			contact_severity(c, json_str(f->b, "severity")), f->t / CLOCK_MS, &l,
			f->err);
	if (rc)
		return rc;
	k = mem_alloc(sizeof *k);
	*k = (struct climb){ .ladder = l, .goal = (enum ladder_goal)goal, .question = LADDER_NONE,
			     .message = mem_dup(json_str(f->b, "message")),
			     .subject = mem_dup(json_str(f->b, "subject")), .look_at = -1,
			     .sending = f->in->climb ? f->in->climb->sending : 0 };
	contact_climb_free(f->in->climb);
	f->in->climb = k;
	return 0;
}

/* Numbers as people count them, from 1; -1 where there is none. */
static int counted(const struct fold *f, const char *key)
{
	int64_t n = json_int(f->b, key, 0) - 1;

	return n < 0 || n > LADDER_TRIES_MAX ? -1 : (int)n;
}

static void asks(struct fold *f, int question)
{
	f->in->climb->question = question;
	if (f->in->state == STEP_EXECUTING)
		f->in->prompt = f->ev->seq;
}

/* What is asked of the operator stands in the event itself; how it changes the ladder is the
 * ladder's business. */
static int on_ladder(struct fold *f, enum ladder_event_kind kind)
{
	struct climb *k = f->in->climb;
	struct ladder_event e = {
		.kind = kind, .now = f->t / CLOCK_MS, .rung = counted(f, "rung"),
		.round = (int)json_int(f->b, "round", 0), .party = (int)json_int(f->b, "party", -1),
		.way = (int)json_int(f->b, "way", -1), .question = counted(f, "question"),
		.severity = contact_severity(f->in->step->contact, json_str(f->b, "severity")),
		.try_no = counted(f, "try"), .again = json_bool(f->b, "again", false),
		.yes = json_bool(f->b, "yes", false), .why = json_str(f->b, "why"),
	};
	int result = number_of(result_name, LADDER_RESULTS, json_str(f->b, "result"));
	int standing = number_of(standing_name, LADDER_STANDINGS, json_str(f->b, "standing"));
	int rc;

	if ((kind == LADDER_EV_TRY || kind == LADDER_EV_RESULT) && result < 0)
		return fold_bad(f, "no result");
	if (kind == LADDER_EV_REPLY && standing < 0)
		return fold_bad(f, "no standing");
	e.result = result < 0 ? LADDER_OFFERED : (enum ladder_result)result;
	e.standing = standing < 0 ? LADDER_QUEUED : (enum ladder_standing)standing;
	rc = ladder_apply(k->ladder, &e, f->err);
	if (rc)
		return err_context(f->err, ERR_CORRUPT, "event %lld (contact)",
				   (long long)f->ev->seq);
	if (kind == LADDER_EV_ASKED)
		asks(f, e.question);
	else if (kind == LADDER_EV_ANSWER && e.question == k->question)
		asks(f, LADDER_NONE);
	k->look_at = -1;
	return 0;
}

static const struct {
	const char *what;
	enum ladder_event_kind kind;
} whats[] = {
	{ "try", LADDER_EV_TRY },	{ "result", LADDER_EV_RESULT },
	{ "reply", LADDER_EV_REPLY },	{ "asked", LADDER_EV_ASKED },
	{ "answer", LADDER_EV_ANSWER }, { "severity", LADDER_EV_SEVERITY },
	{ "again", LADDER_EV_AGAIN },
};

int contact_fold(struct fold *f)
{
	const char *what = json_str(f->b, "what");

	if (!inst_is_contact(f->in))
		return fold_bad(f, "no ladder is attached to the step");
	if (str_eq(what, "begun"))
		return begun(f);
	for (size_t i = 0; f->in->climb && i < sizeof whats / sizeof *whats; i++)
		if (str_eq(what, whats[i].what))
			return on_ladder(f, whats[i].kind);
	return fold_bad(f, "no climb, or no such word");
}

/* --- messages --------------------------------------------------------------------------------- */

int contact_cmd_intent(struct fold *f, struct cmd *c)
{
	c->try_no = counted(f, "try");
	c->inst = f->in;
	f->in->climb->send = c;
	f->in->climb->sending++;
	f->s->sending++;
	return 0;
}

void contact_cmd_over(struct fold *f, const struct cmd *c)
{
	struct climb *k = c->inst ? c->inst->climb : NULL;

	if (c->purpose != PURPOSE_SEND || !k)
		return;
	k->sending--;
	f->s->sending--;
	k->look_at = -1;
}
