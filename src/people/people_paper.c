/* A ladder for somebody who has nothing but paper and a phone. */
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "contact.h"
#include "ladder_plan.h"
#include "peopleint.h"
#include "str.h"

static void put_wait(struct buf *out, const struct contact *c, const int64_t *ms)
{
	bool same = true;

	for (size_t i = 1; i < c->n_severities; i++)
		same = same && ms[i] == ms[0];
	for (size_t i = 0; i < (same ? 1 : c->n_severities); i++) {
		buf_adds(out, i ? ", " : "");
		if (!same)
			buf_addf(out, "%s ", c->severities[i]);
		str_duration(out, ms[i]);
	}
}

static void put_target(struct buf *out, const struct contact *c, const struct ladder_target *t)
{
	const struct contact_party *who = contact_party(c, t->party);
	const struct contact_way *way = contact_way(c, t->party, t->way);
	const struct contact_party *by = contact_carrier(c, t->party, t->way);

	buf_addf(out, "%s: %s", who->name, way ? way->name : "?");
	if (way && way->address)
		buf_addf(out, " %s", way->address);
	if (by && !who->is_channel)
		buf_addf(out, ", sent by %s", by->name);
	if (who->is_public)
		buf_adds(out, "; PUBLIC: no details there");
	buf_adds(out, "  ________\n");
}

static void put_more(struct buf *out, const char *what, const char *text)
{
	if (text)
		buf_addf(out, "   %s %s\n", what, text);
}

static void put_rung(struct buf *out, const struct contact *c, const struct people_rung *g,
		     size_t number)
{
	const struct ladder_rung *r = &c->plan->rungs[number - 1];

	for (size_t i = 0; i < r->n; i++) {
		if (i)
			buf_adds(out, "   ");
		else
			buf_addf(out, "%zu. ", number);
		put_target(out, c, &r->targets[i]);
	}
	put_more(out, "Only when:", g->when.s);
	put_more(out, "Passed over if:", g->skip_if);
	put_more(out, "Begins with:", g->text);
	buf_addf(out, "   Then wait%s: ", r->n > 1 ? ", after each" : "");
	put_wait(out, c, r->wait_ms);
	buf_addc(out, '\n');
}

const char *people_paper(struct arena *a, const struct contact *c, const struct people_ladder *l)
{
	struct buf out = BUF_INIT;
	const char *kept;

	for (size_t i = 0; i < l->n_rungs; i++)
		put_rung(&out, c, &l->rungs[i], i + 1);
	if (l->rounds > 1)
		buf_addf(&out, "From the first again, %d times in all.\n", l->rounds);
	if (l->ack_expires_ms > 0) {
		buf_adds(&out, "Who answers and has not joined after ");
		str_duration(&out, l->ack_expires_ms);
		buf_adds(&out, " is not waited for.\n");
	}
	buf_cut(&out, out.len - 1);
	kept = arena_dupn(a, buf_str(&out), out.len);
	buf_release(&out);
	return kept;
}
