#include "removed.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "keeping.h"
#include "mem.h"
#include "removal.h"
#include "str.h"
#include "verbs.h"

/* Of all runs, what one prune did is one line. */
struct group {
	int64_t runs, outputs, steps;
	struct removal_act act; /* owned */
	char run[JOURNAL_RUN_ID_MAX];
};

struct telling {
	struct journal *j;
	struct buf *out;
	struct jsonw w;
	bool json, all;
	struct group group;
	struct err *err;
};

static int count(const char *list)
{
	int commas = 0;

	for (; *list; list++)
		commas += *list == ',';
	return commas ? commas - 1 : 0;
}

static int tell_json(struct telling *t, const struct removal *r)
{
	struct jsonw *w = &t->w;
	int64_t outputs = count(r->outputs), steps = 0;
	bool pruned = r->what == REMOVAL_PRUNED;
	int rc = pruned ? removal_printed(t->j, r->run, &outputs, &steps, t->err) : 0;

	if (rc)
		return rc;
	jw_obj(w, NULL);
	jw_str(w, "run", r->run);
	jw_str(w, "what", removal_word(r->what));
	cli_time(w, "wall", r->wall);
	jw_str(w, "who", r->who);
	jw_str(w, "why", r->why);
	jw_int(w, "payloads", count(r->payloads));
	jw_int(w, "outputs", outputs);
	if (pruned)
		jw_int(w, "steps", steps);
	jw_end_obj(w);
	return 0;
}

/* --- what was pruned -------------------------------------------------------------------------- */

static void end_group(struct telling *t)
{
	struct group *g = &t->group;

	if (g->runs == 1)
		buf_addf(t->out, "pruned: run %s, ", g->run);
	else if (g->runs)
		buf_addf(t->out, "pruned: %lld runs, ", (long long)g->runs);
	if (g->runs) {
		keeping_count(t->out, g->outputs, "piece");
		buf_adds(t->out, " of output of ");
		keeping_count(t->out, g->steps, "step");
		buf_adds(t->out, " removed, ");
		removal_say(t->out, &g->act);
		buf_addc(t->out, '\n');
	}
	free(g->act.who);
	free(g->act.why);
	*g = (struct group){ 0 };
}

static int add_to_group(struct telling *t, const struct removal *r)
{
	struct group *g = &t->group;
	int64_t outputs = 0, steps = 0;
	int rc = removal_printed(t->j, r->run, &outputs, &steps, t->err);

	if (rc)
		return rc;
	if (!t->all || g->act.wall != r->wall || !str_eq(g->act.who, r->who) ||
	    !str_eq(g->act.why, r->why))
		end_group(t);
	if (!g->runs++) {
		g->act = (struct removal_act){ r->wall, mem_dup(r->who), mem_dup(r->why) };
		memcpy(g->run, r->run, sizeof(g->run));
	}
	g->outputs += outputs;
	g->steps += steps;
	return 0;
}

/* --- the others ------------------------------------------------------------------------------- */

static void tell_text(struct buf *out, const struct removal *r)
{
	buf_addf(out, "%s: run %s, ", removal_word(r->what), r->run);
	clock_utc(out, r->wall, 0);
	if (r->what == REMOVAL_REDACTED) {
		buf_adds(out, ", ");
		keeping_count(out, count(r->payloads), "payload");
		buf_adds(out, " and ");
		keeping_count(out, count(r->outputs), "piece");
		buf_adds(out, " of output taken out");
	}
	buf_adds(out, ", by ");
	cli_safe(out, r->who);
	buf_adds(out, ": ");
	cli_safe(out, r->why);
	buf_addc(out, '\n');
}

static int on_removal(void *ctx, const struct removal *r)
{
	struct telling *t = ctx;

	if (t->json)
		return tell_json(t, r);
	if (r->what == REMOVAL_PRUNED)
		return add_to_group(t, r);
	end_group(t);
	tell_text(t->out, r);
	return 0;
}

int removed_tell(struct journal *j, const char *run, bool json, struct buf *ret, struct err *err)
{
	struct telling t = { .j = j, .out = ret, .w = { .out = ret }, .json = json, .all = !run,
			     .err = err };

	if (json)
		jw_arr(&t.w, NULL);
	int rc = removal_each(j, run, on_removal, &t, err);
	end_group(&t);
	if (json)
		jw_end_arr(&t.w);
	return rc;
}
