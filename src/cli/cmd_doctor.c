/* doctor: is this machine ready tonight, and what runbooks act on? Nothing is changed. */
#include "buf.h"
#include "clock.h"
#include "doctor.h"
#include "doctor_target.h"
#include "doctor_tell.h"
#include "json.h"
#include "str.h"
#include "verbs.h"

static const struct {
	const char *name;
	enum health (*look)(struct doctor *d, struct buf *out);
} questions[] = {
	{ "record", doctor_journal },	  { "space", doctor_space },
	{ "ballast", doctor_ballast },	  { "degraded", doctor_degraded },
	{ "open runs", doctor_open_runs }, { "runbooks", doctor_runbooks },
	{ "drills", doctor_drills },	  { "reviews", doctor_reviews },
	{ "tools", doctor_tools },	  { "contacts", doctor_contacts },
	{ "guard", doctor_guard },	  { "keys", doctor_keys },
	{ "clock", doctor_clock },
	{ "logout", doctor_logout },	  { "terminal", doctor_terminal },
	{ "program", doctor_program },
};

/* What this machine itself may take: a disk may be slow, and is not to be told of for that. */
enum { READ_MS = 120000, QUESTION_MS = 10000 };

static void tell_question(struct doctor *d, size_t i)
{
	struct buf text = BUF_INIT, item = BUF_INIT;
	enum health h;

	doctor_about(d, questions[i].name, d->limit_ms + QUESTION_MS);
	h = questions[i].look(d, &text);
	doctor_line(&item, d->o, h, questions[i].name, buf_str(&text), NULL, NULL);
	doctor_item(d, h, buf_str(&item));
	buf_release(&text);
	buf_release(&item);
}

/* --- targets ---------------------------------------------------------------------------------- */

struct told_target {
	const struct doctor_target *target;
	const struct doctor_verdict *v;
};

static void json_target(void *ctx, struct jsonw *w)
{
	const struct told_target *t = ctx;

	jw_str(w, "target", t->target->name);
	jw_str(w, "kind", t->target->host ? "host" : "environment");
	jw_str(w, "ready", t->v->word);
	jw_str(w, "why", buf_str(t->v->why));
	jw_str(w, "owner", t->v->owner->len ? buf_str(t->v->owner) : NULL);
	jw_str(w, "by", t->v->by->len ? buf_str(t->v->by) : NULL);
}

static void tell_target(const struct doctor *d, const struct doctor_target *g)
{
	struct buf why = BUF_INIT, owner = BUF_INIT, by = BUF_INIT, text = BUF_INIT;
	struct doctor_verdict v = { .why = &why, .owner = &owner, .by = &by };
	struct told_target told = { g, &v };
	struct buf item = BUF_INIT;

	doctor_judge(d, g, &v);
	buf_addf(&text, "%s %s: %s: %s; owner: %s; by: %s", g->host ? "host" : "environment",
		 g->name, v.word, why.len ? buf_str(&why) : "nothing was asked",
		 owner.len ? buf_str(&owner) : "nobody is named",
		 by.len ? buf_str(&by) : "no date");
	doctor_line(&item, d->o, v.health, "target", buf_str(&text), json_target, &told);
	doctor_item(d, v.health, buf_str(&item));
	buf_release(&why);
	buf_release(&owner);
	buf_release(&by);
	buf_release(&text);
	buf_release(&item);
}

/* What stays open, whatever stands above. */
static void tell_unasked(const struct doctor *d)
{
	size_t remote = 0, installed = 0;
	struct buf text = BUF_INIT, item = BUF_INIT;

	for (size_t i = 0; i < d->targets->n; i++)
		remote += d->targets->v[i].host;
	for (size_t i = 0; i < d->n_books; i++)
		installed += d->books[i].installed;
	buf_adds(&text, "whether credentials suffice for more than reading");
	if (d->o->here)
		buf_adds(&text, "; any target, for --here");
	if (d->targets->unknown)
		buf_addf(&text, "; hosts that only a run knows, of %zu step%s",
			 d->targets->unknown, d->targets->unknown == 1 ? "" : "s");
	if (remote)
		buf_adds(&text, "; programs on hosts");
	if (installed)
		buf_addf(&text, "; targets of %zu installed runbook%s", installed,
			 installed == 1 ? "" : "s");
	doctor_line(&item, d->o, HEALTH_GOOD, "unchecked", buf_str(&text), NULL, NULL);
	doctor_item(d, HEALTH_GOOD, buf_str(&item));
	buf_release(&text);
	buf_release(&item);
}

static void look(struct doctor *d)
{
	doctor_about(d, "runbooks", READ_MS);
	doctor_books_read(d);
	doctor_targets_ask(d);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		tell_question(d, i);
	doctor_about(d, "targets", QUESTION_MS);
	for (size_t i = 0; i < d->targets->n; i++)
		tell_target(d, &d->targets->v[i]);
	tell_unasked(d);
	doctor_targets_release(d);
	doctor_books_release(d);
}

int cmd_doctor(const struct opts *o, char **args, int n)
{
	struct doctor d = { .o = o, .now = clock_now().wall, .limit_ms = DOCTOR_LIMIT_MS };
	struct buf out = BUF_INIT;
	int status;

	(void)args;
	(void)n;
	if (o->limit && (!str_to_duration(o->limit, &d.limit_ms) || d.limit_ms <= 0))
		return cli_usage("--limit wants a duration such as 5s, not `%s`", o->limit);
	status = doctor_wait(&d, look, &out);
	return cli_put(&out, status);
}
