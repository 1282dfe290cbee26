/* What is under the eyes: which question, which step, whose output; and who acts. */
#include "run.h"

#include "client.h"
#include "client_past.h"
#include "clock.h"
#include "contact_state.h"
#include "state.h"

struct moment run_now(const struct run *r)
{
	return r->past ? client_past_now(r->past) : clock_now();
}

/* What can wait behind a step that asks: one laid aside, one that goes on beside the walk, and
 * whether to close the run. */
static bool is_aside(const struct prompt *p)
{
	return !p->in || p->in->state == STEP_SUSPENDED || p->in->state == STEP_DEFERRED ||
	       inst_climbs_beside(p->in);
}

/* A climb beside the walk has a line and a board: it is no question that takes the place of the
 * step at work. */
static bool is_board_only(const struct prompt *p)
{
	return p->in && inst_climbs_beside(p->in) &&
	       (p->kind == ASK_CONTACT || p->kind == ASK_YES);
}

/* The question that was shown stays as long as it is open; what comes up never takes its place. */
const struct prompt *run_shown(struct run *r, size_t *ret_i, size_t *ret_n)
{
	const struct prompt *all = NULL;
	size_t n = view_prompts(r->v, &all), i = 0;

	while (i < n && all[i].seq != r->shown)
		i++;
	if (i == n) {
		for (i = 0; i < n && is_aside(&all[i]);)
			i++;
		i = i < n ? i : 0;
	}
	if (ret_i)
		*ret_i = i;
	if (ret_n)
		*ret_n = n;
	return n && !(is_board_only(&all[i]) && all[i].seq != r->shown) ? &all[i] : NULL;
}

size_t run_board_only(struct run *r)
{
	const struct prompt *all;
	size_t n = view_prompts(r->v, &all), only = 0;

	for (size_t i = 0; i < n; i++)
		only += is_board_only(&all[i]) && all[i].seq != r->shown;
	return only;
}

const struct inst *run_at(struct run *r)
{
	const struct prompt *p = run_shown(r, NULL, NULL);
	struct view_figures f;

	if (p && p->in)
		return p->in;
	if (p)
		return NULL;
	view_figures(r->v, run_now(r), &f);
	return f.now;
}

enum run_role run_role(const struct run *r)
{
	const struct state *s = view_state(r->v);

	if (s->phase == RUN_CLOSED || (r->past && !r->as_operator))
		return RUN_LOOKS;
	if (r->past)
		return RUN_ACTS;
	if (client_has_seat(r->c))
		return RUN_ACTS;
	if (s->seat.taken)
		return RUN_OTHER;
	return r->o->observer || r->o->facilitator || r->gave ? RUN_WATCHES : RUN_ACTS;
}

/* Who sees "type its name" types it: no letter of it may be a key for something else. */
bool run_naming(struct run *r)
{
	const struct prompt *p = run_shown(r, NULL, NULL);

	return p && p->kind == ASK_NAME && !r->name_off && !r->trouble && !r->drives &&
	       run_role(r) == RUN_ACTS;
}

static bool in_flight(const struct cmd *c)
{
	return c->phase == CMD_INTENT || c->phase == CMD_STOPPING;
}

static bool is_look(const struct cmd *c)
{
	return c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY ||
	       c->purpose == PURPOSE_GUARD || c->purpose == PURPOSE_TELL;
}

/* What is of most use to see: a terminal that waits for somebody, then what runs, then what the
 * step printed, then what was printed last. A look that is repeated shows what it saw last, not
 * that it has printed nothing yet. */
static int output_rank(const struct cmd *c, const struct inst *at)
{
	bool any = c->bytes[0] || c->bytes[1] || c->bytes[2], here = c->inst && c->inst == at;

	if (in_flight(c) && c->terminal)
		return 5;
	if (!any || (in_flight(c) && is_look(c)))
		return 0;
	if (in_flight(c))
		return here ? 4 : 3;
	return here ? 2 : is_look(c) ? 0 : 1;
}

const struct cmd *run_output_of(struct run *r)
{
	const struct state *s = view_state(r->v);
	const struct inst *at = run_at(r);
	const struct cmd *best = NULL;
	int rank = 0;

	for (size_t i = 0; i < s->n_cmds; i++) {
		int k = output_rank(s->cmds[i], at);

		if (k && k >= rank) {
			best = s->cmds[i];
			rank = k;
		}
	}
	return best;
}
