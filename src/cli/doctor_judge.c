/* A target: is it ready, why, who owns it, by when must it be seen to. And the clock, by all that
 * answered. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include "buf.h"
#include "asks.h"
#include "clock.h"
#include "doctor_target.h"
#include "environ.h"
#include "guard.h"
#include "json.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"

enum { CLOCK_POOR_S = 2, READ_SHOWN = 60 };

/* --- what makes it less ready ----------------------------------------------------------------- */

static const char *const words[] = {
	[HEALTH_GOOD] = "ready", [HEALTH_POOR] = "cannot tell", [HEALTH_BAD] = "not ready",
};

static void because(struct doctor_verdict *v, enum health h, const char *why)
{
	if (h > v->health) {
		v->health = h;
		v->word = words[h];
	}
	buf_addf(v->why, "%s%s", v->why->len ? "; " : "", why);
}

/* Ready, but something should be seen to. */
static void although(struct doctor_verdict *v, const char *word, const char *why)
{
	if (v->health == HEALTH_GOOD) {
		v->health = HEALTH_POOR;
		v->word = word;
	}
	buf_addf(v->why, "%s%s", v->why->len ? "; " : "", why);
}

static void judge_failed(struct doctor_verdict *v, const char *what, const struct ask *a)
{
	struct buf b = BUF_INIT;

	if (a->late || !str_starts(buf_str(&a->said), what))
		buf_addf(&b, "%s: ", what);
	asks_why(&b, a);
	because(v, HEALTH_BAD, buf_str(&b));
	buf_release(&b);
}

static void one_line(struct buf *out, const struct buf *read)
{
	size_t n = strcspn(buf_str(read), "\n"), from = out->len;

	str_printable(out, buf_str(read), n, false);
	if (out->len - from > READ_SHOWN) {
		buf_cut(out, from + READ_SHOWN);
		buf_adds(out, "...");
	}
}

/* --- an environment --------------------------------------------------------------------------- */

static void judge_probe(struct doctor_verdict *v, const struct doctor_ask *q)
{
	const struct target_probe *p = q->probe;
	const struct ask *a = q->ask;
	struct buf b = BUF_INIT;

	if (!asks_well(a)) {
		judge_failed(v, q->host ? q->host : p->run.s, a);
		return;
	}
	if (environ_agrees(p, buf_str(&a->out), a->out.len)) {
		buf_addf(&b, "reads %s%s%s", p->is, q->host ? " on " : "",
			 q->host ? q->host : "");
		because(v, HEALTH_GOOD, buf_str(&b));
	} else {
		buf_addf(&b, "%s%snow points at `", q->host ? q->host : "", q->host ? " " : "");
		one_line(&b, &a->out);
		buf_addf(&b, "`, and is `%s`", p->is);
		although(v, "not pointed at", buf_str(&b));
	}
	buf_release(&b);
}

static void judge_environment(const struct doctor *d, const struct doctor_target *t,
			      struct doctor_verdict *v)
{
	const struct environment *e = t->env;
	struct buf why = BUF_INIT;

	if (!e) {
		because(v, HEALTH_POOR, "no environments.yaml has it: nothing says how it is read");
		return;
	}
	if (e->problem) {
		because(v, HEALTH_BAD, e->problem);
		return;
	}
	for (size_t i = 0; i < t->n_asks; i++)
		judge_probe(v, &t->asks[i]);
	if (d->o->here && e->n_probes)
		because(v, HEALTH_POOR, "not asked");
	else if (t->unasked)
		because(v, HEALTH_POOR, t->unasked);
	else if (!e->n_probes)
		because(v, HEALTH_POOR, "nothing reads which target is there");
	if (guard_frozen(e, d->now, &why)) {
		char *text = mem_printf("frozen: %s", buf_str(&why));

		although(v, "ready", text);
		free(text);
	}
	buf_release(&why);
}

/* --- a host ----------------------------------------------------------------------------------- */

bool doctor_offset(const struct doctor_target *t, double *ret)
{
	const struct ask *a = t->host && t->n_asks ? t->asks[0].ask : NULL;
	int64_t there, from, to;
	const char *last, *end;
	char text[32] = "";

	if (!a || !asks_well(a) || !a->out.len)
		return false;
	/* what a login says comes before it */
	end = buf_str(&a->out) + a->out.len - (a->out.data[a->out.len - 1] == '\n');
	last = memrchr(a->out.data, '\n', (size_t)(end - a->out.data));
	last = last ? last + 1 : a->out.data;
	if ((size_t)(end - last) >= sizeof(text))
		return false;
	memcpy(text, last, (size_t)(end - last));
	if (!str_to_i64(text, &there) || there < 0 || there > INT64_MAX / CLOCK_S)
		return false;
	/* it was read at some moment of its second, and between asking and answering */
	from = a->began.wall / CLOCK_S;
	to = a->ended.wall / CLOCK_S;
	*ret = there > to ? (double)(there - to) : there < from ? (double)(there - from) : 0;
	return true;
}

static void judge_host(const struct doctor *d, const struct doctor_target *t,
		       struct doctor_verdict *v)
{
	struct buf b = BUF_INIT;
	double off;

	if (!t->n_asks) {
		because(v, HEALTH_POOR, d->o->here ? "not asked" : "not asked: too many");
	} else if (!asks_well(t->asks[0].ask)) {
		judge_failed(v, "ssh", t->asks[0].ask);
	} else if (!doctor_offset(t, &off)) {
		because(v, HEALTH_POOR, "it answers, and does not say what time it is");
	} else if (fabs(off) < CLOCK_POOR_S) {
		because(v, HEALTH_GOOD, "answers over ssh");
	} else {
		buf_addf(&b, "answers over ssh; its clock is %.0f s %s", fabs(off),
			 off > 0 ? "ahead" : "behind");
		although(v, "ready", buf_str(&b));
	}
	buf_release(&b);
}

/* --- owner, and by when ----------------------------------------------------------------------- */

static void add_owners(const struct doctor_target *t, struct buf *out)
{
	for (size_t i = 0; i < t->n_users; i++) {
		const char *owner = t->users[i]->card ? t->users[i]->card->owner : NULL;
		bool known = !owner;

		for (size_t k = 0; k < i && !known; k++)
			known = t->users[k]->card && str_eq(t->users[k]->card->owner, owner);
		if (!known)
			buf_addf(out, "%s%s", out->len ? ", " : "", owner);
	}
}

/* Of a runbook that says where it acts, drills and reviews are told there and not again for each of
 * its hosts. */
static bool is_here(const struct doctor_target *t, const struct card *c, const struct due *u)
{
	if (t->host)
		return c->n_places == 0;
	return u->what == CARD_REVIEW || !u->place || str_eq(u->place, t->name) ||
	       (t->env && environ_find(&(struct environments){ .v = t->env, .n = 1 }, u->place));
}

/* What of its runbooks is due next; what is overdue makes it poor. */
static void judge_dues(const struct doctor *d, const struct doctor_target *t,
		       struct doctor_verdict *v)
{
	int64_t next = 0;

	for (size_t i = 0; i < t->n_users; i++) {
		const struct doctor_book *b = t->users[i];
		struct due *u = NULL;
		size_t n = b->card ? card_dues(b->card, d->now, d->runs_known, &u) : 0;

		for (size_t k = 0; k < n; k++) {
			const char *noun = u[k].what == CARD_DRILL ? "drill" : "review";
			struct buf late = BUF_INIT;

			if (!u[k].asked || !is_here(t, b->card, &u[k]))
				continue;
			if (u[k].over) {
				buf_addf(&late, "%s of %s %s", noun, b->path,
					 u[k].at ? "was due " : "never was");
				if (u[k].at)
					doctor_day(&late, u[k].at);
				although(v, "ready", buf_str(&late));
			} else if (!next || u[k].at < next) {
				next = u[k].at;
				buf_clear(v->by);
				doctor_day(v->by, next);
				buf_addf(v->by, " (%s of %s)", noun, b->path);
			}
			buf_release(&late);
		}
		free(u);
	}
}

void doctor_judge(const struct doctor *d, const struct doctor_target *t,
		  struct doctor_verdict *v)
{
	v->health = HEALTH_GOOD;
	v->word = words[HEALTH_GOOD];
	if (t->host)
		judge_host(d, t, v);
	else
		judge_environment(d, t, v);
	judge_dues(d, t, v);
	add_owners(t, v->owner);
	if (v->health == HEALTH_GOOD)
		return;
	buf_clear(v->by);
	buf_adds(v->by, "now");
}

/* --- the clock -------------------------------------------------------------------------------- */

/* The nth of the values between commas; false: it is no number. */
static bool value_at(const char *s, int n, double *ret)
{
	char text[64];
	size_t len;

	for (; n > 0; n--) {
		s += strcspn(s, ",");
		if (!*s++)
			return false;
	}
	len = strcspn(s, ",\r\n");
	if (len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return str_to_f64(text, ret);
}

/* Seconds by which a program that keeps the time says that we are off; NULL: none said. */
static const char *kept_by(const struct doctor *d, double *ret)
{
	const struct ask *a = doctor_asked(d, DOCTOR_CHRONY);
	const char *s;

	/* reference, name, stratum, its time, offset of the system's clock, … */
	if (a && asks_well(a) && value_at(buf_str(&a->out), 2, ret) && *ret > 0 &&
	    value_at(buf_str(&a->out), 4, ret))
		return "chrony";
	a = doctor_asked(d, DOCTOR_NTPQ);
	s = a && asks_well(a) ? strstr(buf_str(&a->out), "offset=") : NULL;
	if (s && value_at(s + strlen("offset="), 0, ret)) {
		*ret /= 1000;
		return "ntpq";
	}
	return NULL;
}

static bool say_synchronised(const struct doctor *d, struct buf *out)
{
	const struct ask *a = doctor_asked(d, DOCTOR_TIMEDATE);
	struct timex t = { 0 };
	int state = adjtimex(&t);

	if (state < 0 && !(a && asks_well(a))) {
		buf_adds(out, "cannot tell whether it is synchronised");
		return false;
	}
	if (state < 0 ? !strstr(buf_str(&a->out), "=yes")
		      : state == TIME_ERROR || (t.status & STA_UNSYNC)) {
		buf_adds(out, "it is not synchronised: times on record may be wrong, durations "
			      "are not");
		return false;
	}
	buf_adds(out, "it is synchronised");
	return true;
}

enum health doctor_clock(struct doctor *d, struct buf *out)
{
	bool good = say_synchronised(d, out);
	size_t hosts = 0, off = 0;
	double by;
	const char *who = kept_by(d, &by);

	if (who) {
		buf_addf(out, "; %.3f s off by %s", fabs(by), who);
		good &= fabs(by) < CLOCK_POOR_S;
	}
	for (size_t i = 0; i < d->targets->n; i++) {
		if (!doctor_offset(&d->targets->v[i], &by))
			continue;
		hosts++;
		if (fabs(by) < CLOCK_POOR_S)
			continue;
		off++;
		buf_addf(out, "; %.0f s %s that of %s", fabs(by), by > 0 ? "behind" : "ahead of",
			 d->targets->v[i].name);
	}
	if (hosts > off)
		buf_addf(out, "; within %d s of %zu host%s", CLOCK_POOR_S, hosts - off,
			 hosts - off == 1 ? "" : "s");
	if (!who && !hosts)
		buf_adds(out, "; cannot tell how far it is off: no host was reached, and neither "
			      "chronyc nor ntpq says");
	return good && !off ? HEALTH_GOOD : HEALTH_POOR;
}
