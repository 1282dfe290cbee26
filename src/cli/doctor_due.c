/* What has lapsed: drills, reviews, keys. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "doctor.h"
#include "asks.h"
#include "doctor_target.h"
#include "err.h"
#include "fsio.h"
#include "guard_check.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"

#define SOON_NS (30LL * 86400 * 1000 * CLOCK_MS) /* a key that ends within is told of */

enum { NAMED = 5 }; /* runbooks that are named; the rest is counted */

void doctor_day(struct buf *out, int64_t wall)
{
	size_t from = out->len;

	clock_utc(out, wall, 0);
	buf_cut(out, from + sizeof("2026-11-22") - 1);
}

/* --- drills and reviews ----------------------------------------------------------------------- */

static void name_one(struct buf *out, const struct doctor_book *b, const struct due *d)
{
	buf_addf(out, "%s", b->path);
	if (d->what == CARD_DRILL && d->place)
		buf_addf(out, " for %s", d->place);
	if (d->at) {
		buf_adds(out, " since ");
		doctor_day(out, d->at);
	} else {
		buf_adds(out, " (never)");
	}
	if (b->card->owner)
		buf_addf(out, ", owner %s", b->card->owner);
}

static enum health lapsed(struct doctor *d, enum card_due what, const char *noun, struct buf *out)
{
	struct buf names = BUF_INIT;
	size_t over = 0, asked = 0;

	for (size_t i = 0; i < d->n_books; i++) {
		struct due *v = NULL;
		size_t n = d->books[i].card
			? card_dues(d->books[i].card, d->now, d->runs_known, &v) : 0;

		for (size_t k = 0; k < n; k++) {
			asked += v[k].what == what && v[k].asked;
			if (v[k].what != what || !v[k].over || ++over > NAMED)
				continue;
			buf_adds(&names, names.len ? "; " : "");
			name_one(&names, &d->books[i], &v[k]);
		}
		free(v);
	}
	if (what == CARD_DRILL && !d->runs_known)
		buf_adds(out, "cannot tell: the record cannot be read");
	else if (over)
		buf_addf(out, "%zu overdue: %s%s", over, buf_str(&names),
			 over > NAMED ? "; `blackstart due` lists all" : "");
	else
		buf_addf(out, "none of %zu %s that are asked for is overdue", asked, noun);
	buf_release(&names);
	return over || !d->runs_known ? HEALTH_POOR : HEALTH_GOOD;
}

enum health doctor_drills(struct doctor *d, struct buf *out)
{
	return lapsed(d, CARD_DRILL, "drills", out);
}

enum health doctor_reviews(struct doctor *d, struct buf *out)
{
	return lapsed(d, CARD_REVIEW, "reviews", out);
}

/* --- keys ------------------------------------------------------------------------------------- */

struct ends {
	struct doctor *d;
	struct buf *out;
	const char *path;
	size_t keys, ended;
};

static void take_end(void *ctx, const char *name, int64_t until)
{
	struct ends *e = ctx;

	e->keys++;
	if (!until || until > e->d->now + SOON_NS)
		return;
	e->ended++;
	buf_addf(e->out, "%s%s: the key of %s %s ", e->out->len ? "; " : "", e->path, name,
		 until <= e->d->now ? "ended" : "ends");
	doctor_day(e->out, until);
}

/* What the agent answered; none is fine where nobody signs or logs in. */
static bool say_agent(struct doctor *d, bool wanted, struct buf *out)
{
	const struct ask *a = doctor_asked(d, DOCTOR_AGENT);
	size_t n = 0;

	for (const char *s = a ? buf_str(&a->out) : ""; *s; s++)
		n += *s == '\n';
	if (a && asks_well(a)) {
		buf_addf(out, "the agent has %zu key%s", n, n == 1 ? "" : "s");
		return true;
	}
	if (!a)
		buf_adds(out, "there is no ssh agent");
	else if (a->started && !a->late && a->status == 1)
		buf_adds(out, "the ssh agent has no key");
	else {
		buf_adds(out, "the ssh agent does not answer: ");
		asks_why(out, a);
	}
	if (wanted)
		buf_adds(out, "; --key FILE, or a key without a passphrase, is all that signs and "
			      "logs in");
	return !wanted;
}

enum health doctor_keys(struct doctor *d, struct buf *out)
{
	struct buf agent = BUF_INIT, ends = BUF_INIT;
	struct ends e = { .d = d, .out = &ends };
	bool good, wanted = doctor_wants_keys(d);
	const char *path;

	for (size_t i = 0; (path = doctor_signers(d, i)); i++) {
		struct err err = { 0 };

		e.path = path;
		if (guard_key_ends(path, take_end, &e, &err))
			buf_addf(&ends, "%s%s", ends.len ? "; " : "", err.text);
	}
	good = say_agent(d, wanted, &agent) && !ends.len;
	buf_addf(out, "%s%s%s", buf_str(&ends), ends.len ? "; " : "", buf_str(&agent));
	if (good && e.keys)
		buf_addf(out, "; none of %zu that may sign ends within 30 days", e.keys);
	buf_release(&agent);
	buf_release(&ends);
	return good ? HEALTH_GOOD : HEALTH_POOR;
}
