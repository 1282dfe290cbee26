/* What the guard decides: whether a start may be asked about, what a reading means, and whether a
 * command that stands at the gate is the one that was confirmed. */
#include "clock.h"
#include "flight.h"
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "mem.h"
#include "str.h"

enum { SHOWN_KEPT = 4000, GRACE_MS = 1000 };

/* --- before it is asked about ----------------------------------------------------------------- */

static void emit_why(struct pass *p, const struct inst *in, const char *what, const char *env,
		     const char *why)
{
	struct jsonw *w = emit_begin(p, EV_GUARD);

	jw_str(w, "what", what);
	if (env)
		jw_str(w, "environment", env);
	jw_str(w, "why", why);
	emit_end(p, EV_GUARD, in, in->attempt);
}

static bool is_frozen(struct pass *p, const struct inst *in, const struct environment *env,
		      struct buf *why)
{
	const struct inst *loop = each_loop(in);

	if ((in->guard && in->guard->glass) || (loop && loop->guard && loop->guard->glass))
		return false;
	return p->eval->frozen &&
	       p->eval->frozen(p->eval->ctx, env, p->in->now.wall, why);
}

bool ward_blocks(struct pass *p, const struct inst *in, const struct environment *env)
{
	struct buf why = BUF_INIT, words = BUF_INIT;
	bool blocks = true;

	if (!inst_is_group(in) && ward_nowhere(p->s, in, &words)) {
		emit_why(p, in, "nowhere", NULL, buf_str(&words));
	} else if (env && is_frozen(p, in, env, &why)) {
		emit_why(p, in, "frozen", env->name, buf_str(&why));
		buf_addf(&words, "%s is frozen: %s", env->name, buf_str(&why));
	} else {
		blocks = false;
	}
	if (blocks)
		walk_block(p, in, buf_str(&words));
	buf_release(&why);
	buf_release(&words);
	return blocks;
}

void ward_ask(struct pass *p, const struct inst *in, struct change *c)
{
	const struct environment *env = ward_of_any(p->s, in);
	struct guard_asked asked = { c->target, c->targets, c->n_targets };
	char digest[HASH_HEX_LEN + 1];

	if (env) {
		ward_digest(p->s, in, &asked, digest);
		c->environment = env->name;
		c->digest = digest;
		c->asks = !env->n_probes; /* else when they have been read */
	}
	emit_step(p, in, c);
}

void ward_begin(struct pass *p, const struct inst *in, struct change *c,
		 char digest[HASH_HEX_LEN + 1])
{
	struct guard_asked asked = { in->target, in->targets, in->n_targets };
	const struct environment *env;

	if (in->state == STEP_HOLD) {
		c->environment = in->guard ? in->guard->environment : NULL;
		return;
	}
	env = ward_of(p->s, in);
	if (!env)
		return;
	ward_digest(p->s, in, &asked, digest);
	c->environment = env->name;
	c->digest = digest;
	c->covered = true;
}

bool ward_stale(struct pass *p, const struct inst *in)
{
	const struct environment *env = in->step->kind == KIND_HOLD ? NULL
								    : ward_of_any(p->s, in);
	const char *why = "what is asked about has changed: it is asked anew";
	bool same = env ? in->guard && str_eq(env->name, in->guard->environment) : !in->guard;

	if (same && (!env || !ward_changed(p->s, in)))
		return false;
	emit_refused(p, in, "start", why);
	if (in->guard)
		emit_why(p, in, "void", in->guard->environment, why);
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true,
					   .override_block = in->overridden_block,
					   .reason = why });
	return true;
}

bool ward_hold(struct pass *p, const struct inst *in)
{
	const struct environment *env = in->guard ? ward_of_any(p->s, in) : NULL;
	const char *why = "its environment is another one now";

	if (ward_expires(p, in))
		return true;
	if (!in->guard || in->prompt || (env && str_eq(env->name, in->guard->environment)))
		return false;
	emit_why(p, in, "void", in->guard->environment, why); /* nobody would ever be asked */
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true, .reason = why });
	return true;
}

/* --- readings --------------------------------------------------------------------------------- */

struct read_as {
	const char *text; /* NULL: nothing was read */
	size_t n;
	const char *why;
	bool agrees;
};

static void emit_reading(struct pass *p, const struct inst *in, int i, const struct read_as *as)
{
	const struct target_probe pr = ward_probe(p->s, in, i);
	bool last = as->agrees && (size_t)i + 1 == ward_probes(p->s, in);
	size_t kept = pr.is ? WARD_READ_KEPT : SHOWN_KEPT;
	struct jsonw *w = emit_begin(p, EV_GUARD);

	jw_str(w, "what", "reading");
	jw_str(w, "environment", in->guard->environment);
	jw_int(w, "probe", i + 1);
	jw_str(w, "run", pr.run.s);
	if (pr.is)
		jw_str(w, "is", pr.is);
	if (as->text)
		jw_strn(w, "read", as->text, as->n < kept ? as->n : kept);
	if (as->why)
		jw_str(w, "why", as->why);
	else if (!pr.is && as->n > kept)
		jw_str(w, "why", "there is more of it, in the record");
	jw_bool(w, "agrees", as->agrees);
	if (last)
		jw_bool(w, "all", true);
	emit_end(p, EV_GUARD, in, in->attempt);
}

void ward_undo_over(struct pass *p, const struct inst *in, const char *why)
{
	struct jsonw *w = emit_begin(p, EV_UNDO);

	jw_str(w, "what", "failed");
	jw_str(w, "reason", why);
	emit_end(p, EV_UNDO, in, in->attempt);
}

static char *problem_of(const struct guard *g)
{
	const struct guard_reading *r = &g->readings[g->n_readings - 1];
	struct buf b = BUF_INIT;

	buf_addf(&b, "this is not %s: ", g->environment);
	str_printable(&b, r->run, strlen(r->run), false);
	if (r->read) {
		buf_adds(&b, " reads \"");
		str_printable(&b, r->read, strlen(r->read), false);
		buf_adds(&b, "\"");
	}
	if (r->why)
		buf_addf(&b, "%s %s", r->read ? "," : " read nothing:", r->why);
	buf_adds(&b, "; it must read \"");
	str_printable(&b, r->is, strlen(r->is), false);
	buf_adds(&b, "\"");
	return buf_take(&b);
}

static bool is_undoing(const struct inst *in)
{
	return in->state == STEP_FINISHED && in->undo == UNDO_PLANNED;
}

static void undo_goes_on(struct pass *p, const struct inst *in)
{
	struct inst *own = (struct inst *)(uintptr_t)in;
	struct target_probe pr;

	if (in->guard->agreed || !ward_probes(p->s, in)) {
		asking_command(p, own, PURPOSE_UNDO, in->step->undo.s, NULL, false);
		return;
	}
	pr = ward_probe(p->s, in, ward_next(in));
	asking_command(p, own, PURPOSE_GUARD, pr.run.s, NULL, false);
}

/* What it means for the step, once it is on record. */
static void follow(struct pass *p, const struct inst *in, bool agrees)
{
	char *problem = agrees ? NULL : problem_of(in->guard);

	if (is_undoing(in) && agrees)
		undo_goes_on(p, in);
	else if (is_undoing(in))
		ward_undo_over(p, in, problem);
	else if (!agrees && in->state == STEP_HOLD)
		emit_step(p, in, &(struct change){ .to = STEP_BLOCKED, .asks = true,
						   .failure = FAILURE_DENIED,
						   .problem = problem });
	else if (!agrees)
		finish_fail(p, in, FAILURE_DENIED, problem);
	free(problem);
}

/* Whether the step still waits for what its probe says. */
static bool is_awaited(const struct pass *p, const struct inst *in, int i)
{
	if (!in->guard || !ward_probe(p->s, in, i).run.s || ward_next(in) != i)
		return false;
	return is_undoing(in) || inst_wants(p->s, in, p->now) == PURPOSE_GUARD;
}

void ward_not_read(struct pass *p, const struct inst *in, int i, const char *why)
{
	struct read_as as = { .why = why };

	if (!is_awaited(p, in, i))
		return;
	as.agrees = !ward_probe(p->s, in, i).is; /* what is shown stops nobody */
	emit_reading(p, in, i, &as);
	follow(p, in, as.agrees);
}

char *ward_no_reading(const struct cmd *c, const struct engine_input *ended)
{
	if (c->timed_out)
		return mem_printf("it took longer than its timeout");
	if (ended->out_over)
		return mem_printf("it printed more than can be a reading");
	if (ended->signaled || ended->code)
		return mem_printf("it ended with %s %d",
				  ended->signaled ? "signal" : "exit status", ended->code);
	return NULL;
}

void ward_read(struct pass *p, const struct cmd *c)
{
	const struct inst *in = c->inst;
	const struct engine_input *now = p->in;
	const struct target_probe pr = ward_probe(p->s, in, c->try_no);
	struct read_as as = { .text = now->out ? now->out : "", .n = now->n_out };
	char *why;

	if (!in->guard || in->guard->cmd != c || c->seq <= in->guard->looked_from ||
	    !is_awaited(p, in, c->try_no))
		return;
	if (as.n && as.text[as.n - 1] == '\n')
		as.n--;
	why = ward_no_reading(c, now);
	as.why = why;
	as.agrees = !pr.is ||
		    (!why && environ_agrees(&pr, now->out ? now->out : "", now->n_out));
	emit_reading(p, in, c->try_no, &as);
	follow(p, in, as.agrees);
	free(why);
}

/* One that never ran is asked for again; of an undo, by the operator. */
void ward_lost(struct pass *p, const struct cmd *c, const char *why)
{
	const struct inst *in = c->inst;

	if (!in->guard || in->guard->cmd != c || c->seq <= in->guard->looked_from)
		return;
	if (why || is_undoing(in))
		ward_not_read(p, in, c->try_no, why ? why : "it never ran");
}

bool ward_undo(struct pass *p, const struct inst *in)
{
	if (!in->guard)
		return false;
	undo_goes_on(p, in);
	return true;
}

/* --- at the gate ------------------------------------------------------------------------------ */

/* Whose confirmation it goes by: its own, or that of the loop around it. */
static const struct inst *confirmed(const struct inst *in)
{
	const struct inst *loop = each_loop(in);

	return in->guard->covered && loop && loop->guard ? loop : in;
}

/* Why what was confirmed does not go for this command any more; NULL: it does. */
static const char *void_because(const struct pass *p, const struct inst *in,
				const struct environment *env)
{
	const struct inst *by = confirmed(in);

	if (!env || !str_eq(env->name, in->guard->environment))
		return "its environment is another one now";
	if (ward_changed(p->s, in) || (by != in && ward_changed(p->s, by)))
		return "what was confirmed has changed";
	if (in->guard->covered && (by == in || !by->covers))
		return "what was confirmed has changed";
	if (p->now - by->guard->active_at > env->unlock_ms * CLOCK_MS)
		return "the name was typed too long ago";
	return NULL;
}

static void make_void(struct pass *p, const struct inst *in, const char *why)
{
	const struct inst *by = confirmed(in);

	emit_why(p, by, "void", in->guard->environment, why);
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true, .reason = why });
}

static bool gate_undo(struct pass *p, const struct inst *in)
{
	const char *why = NULL;

	if (ward_changed(p->s, in))
		why = "what was confirmed has changed";
	else if (ward_stage(p->s, in, p->now) != GUARD_GO)
		why = "its target was looked at too long ago";
	if (why)
		ward_undo_over(p, in, why);
	return !why;
}

bool ward_gate(struct pass *p, const struct wish *w)
{
	const struct inst *in = w->inst;
	const struct environment *env;
	struct buf frozen = BUF_INIT, words = BUF_INIT;
	const char *why;
	bool good = false;

	if (!in || !in->guard)
		return true;
	if (w->purpose == PURPOSE_UNDO)
		return gate_undo(p, in);
	if (w->purpose != PURPOSE_MAIN && w->purpose != PURPOSE_SETTLE)
		return true;
	env = ward_of(p->s, in);
	why = void_because(p, in, env);
	if (why) {
		make_void(p, in, why);
	} else if (is_frozen(p, in, env, &frozen)) {
		emit_why(p, in, "frozen", env->name, buf_str(&frozen));
		buf_addf(&words, "%s is frozen: %s", env->name, buf_str(&frozen));
		finish_fail(p, in, FAILURE_DENIED, buf_str(&words));
	} else {
		good = true;
	}
	buf_release(&frozen);
	buf_release(&words);
	return good;
}

/* --- time ------------------------------------------------------------------------------------- */

bool ward_late(struct pass *p)
{
	struct flight f = { PURPOSE_GUARD, p->s->looking };
	struct flight told = { PURPOSE_TELL, p->s->telling };

	return flight_late(p, f, "the target was not read within the time", GRACE_MS) ||
	       flight_late(p, told, "the message took too long", GRACE_MS);
}

int64_t ward_deadline(const struct state *s)
{
	int64_t best = flight_deadline(s, (struct flight){ PURPOSE_GUARD, s->looking });
	int64_t told = flight_deadline(s, (struct flight){ PURPOSE_TELL, s->telling });

	if (told >= 0 && (best < 0 || told < best))
		best = told;
	for (size_t k = 0; k < s->n_active; k++) {
		const struct inst *in = s->active[k];

		if (inst_awaits_approval(in) && (best < 0 || in->guard->expires < best))
			best = in->guard->expires;
	}
	return best;
}
