/* doctor: is this machine ready tonight, and what runbooks act on? Nothing is changed. */
#include "buf.h"
#include "clock.h"
#include "doctor.h"
#include "doctor_target.h"
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

static const char *const healths[] = { "good", "poor", "bad" };

struct telling {
	const struct opts *o;
	struct buf out;
	struct jsonw w;
	int status;
};

static void tell_line(struct telling *t, enum health h, const char *name, const char *text)
{
	if (h == HEALTH_BAD)
		t->status = CLI_ENDED;
	if (t->o->json)
		return;
	buf_addf(&t->out, "%-4s  %-10s  ", healths[h], name);
	cli_safe(&t->out, text);
	buf_addc(&t->out, '\n');
}

static void tell_question(struct telling *t, struct doctor *d, size_t i)
{
	struct buf text = BUF_INIT;
	enum health h = questions[i].look(d, &text);

	tell_line(t, h, questions[i].name, buf_str(&text));
	if (t->o->json) {
		jw_obj(&t->w, NULL);
		jw_str(&t->w, "question", questions[i].name);
		jw_str(&t->w, "health", healths[h]);
		jw_str(&t->w, "text", buf_str(&text));
		jw_end_obj(&t->w);
	}
	buf_release(&text);
}

/* --- targets ---------------------------------------------------------------------------------- */

static void json_target(struct jsonw *w, const struct doctor_target *g,
			const struct doctor_verdict *v, const char *text)
{
	jw_obj(w, NULL);
	jw_str(w, "question", "target");
	jw_str(w, "health", healths[v->health]);
	jw_str(w, "text", text);
	jw_str(w, "target", g->name);
	jw_str(w, "kind", g->host ? "host" : "environment");
	jw_str(w, "ready", v->word);
	jw_str(w, "why", buf_str(v->why));
	jw_str(w, "owner", v->owner->len ? buf_str(v->owner) : NULL);
	jw_str(w, "by", v->by->len ? buf_str(v->by) : NULL);
	jw_end_obj(w);
}

static void tell_target(struct telling *t, const struct doctor *d, const struct doctor_target *g)
{
	struct buf why = BUF_INIT, owner = BUF_INIT, by = BUF_INIT, text = BUF_INIT;
	struct doctor_verdict v = { .why = &why, .owner = &owner, .by = &by };

	doctor_judge(d, g, &v);
	buf_addf(&text, "%s %s: %s: %s; owner: %s; by: %s", g->host ? "host" : "environment",
		 g->name, v.word, why.len ? buf_str(&why) : "nothing was asked",
		 owner.len ? buf_str(&owner) : "nobody is named",
		 by.len ? buf_str(&by) : "no date");
	tell_line(t, v.health, "target", buf_str(&text));
	if (t->o->json)
		json_target(&t->w, g, &v, buf_str(&text));
	buf_release(&why);
	buf_release(&owner);
	buf_release(&by);
	buf_release(&text);
}

/* What stays open, whatever stands above. */
static void tell_unasked(struct telling *t, const struct doctor *d)
{
	size_t remote = 0, installed = 0;
	struct buf text = BUF_INIT;

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
	tell_line(t, HEALTH_GOOD, "unchecked", buf_str(&text));
	if (t->o->json) {
		jw_obj(&t->w, NULL);
		jw_str(&t->w, "question", "unchecked");
		jw_str(&t->w, "health", healths[HEALTH_GOOD]);
		jw_str(&t->w, "text", buf_str(&text));
		jw_end_obj(&t->w);
	}
	buf_release(&text);
}

int cmd_doctor(const struct opts *o, char **args, int n)
{
	struct doctor d = { .o = o, .now = clock_now().wall };
	struct telling t = { .o = o, .status = CLI_OK };
	int64_t limit_ms = DOCTOR_LIMIT_MS;

	(void)args;
	(void)n;
	if (o->limit && (!str_to_duration(o->limit, &limit_ms) || limit_ms <= 0))
		return cli_usage("--limit wants a duration such as 5s, not `%s`", o->limit);
	t.w.out = &t.out;
	doctor_books_read(&d);
	doctor_targets_ask(&d, limit_ms);
	if (o->json)
		jw_arr(&t.w, NULL);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		tell_question(&t, &d, i);
	for (size_t i = 0; i < d.targets->n; i++)
		tell_target(&t, &d, &d.targets->v[i]);
	tell_unasked(&t, &d);
	if (o->json) {
		jw_end_arr(&t.w);
		buf_addc(&t.out, '\n');
	}
	doctor_targets_release(&d);
	doctor_books_release(&d);
	return cli_put(&t.out, t.status);
}
