#include "flight.h"

#include <string.h>

/* The newest in flight before the i-th command; both count down. */
static const struct cmd *newest_before(const struct state *s, struct flight *f, size_t *i)
{
	while (f->n && *i > 0) {
		const struct cmd *c = s->cmds[--*i];

		if (c->purpose == f->purpose && inst_in_flight(c)) {
			f->n--;
			return c;
		}
	}
	return NULL;
}

bool flight_late(struct pass *p, struct flight f, const char *why, int64_t grace_ms)
{
	size_t i = p->s->n_cmds;
	const struct cmd *c;
	struct action *a;
	struct jsonw *w;

	while ((c = newest_before(p->s, &f, &i))) {
		if (c->phase != CMD_INTENT || c->deadline < 0 || p->now < c->deadline)
			continue;
		w = emit_begin(p, EV_STOP);
		jw_str(w, "token", c->token);
		jw_str(w, "why", why);
		jw_bool(w, "timed_out", true);
		emit_end(p, EV_STOP, c->inst, c->attempt);
		a = emit_action(p, ACT_STOP);
		memcpy(a->token, c->token, sizeof a->token);
		a->grace_ms = grace_ms;
		return true;
	}
	return false;
}

int64_t flight_deadline(const struct state *s, struct flight f)
{
	size_t i = s->n_cmds;
	const struct cmd *c;
	int64_t best = -1;

	while ((c = newest_before(s, &f, &i)))
		if (c->phase == CMD_INTENT && c->deadline >= 0 && (best < 0 || c->deadline < best))
			best = c->deadline;
	return best;
}
