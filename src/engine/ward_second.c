/* A second person, a permit, or broken glass: what a start in a protected environment needs besides
 * the name of its target. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "danger.h"
#include "environ.h"
#include "mem.h"
#include "str.h"

/* --- permits ---------------------------------------------------------------------------------- */

/* What was permitted is a runbook as it stands: not a command that was edited, and not a book that
 * was called in while it is walked. */
static bool is_of_book(const struct inst *in, const struct runbook *rb, const char *digest)
{
	const struct runbook *b = in->step ? in->step->book : NULL;

	while (b && b->caller)
		b = b->caller;
	return rb && b == rb && !in->edited && str_eq(rb->digest, digest);
}

static bool digest_fits(const struct pass *p, const struct inst *in, const char *digest)
{
	const char *command = inst_is_group(in) ? NULL : inst_command(in);
	char sum[HASH_HEX_LEN + 1];

	if (!*digest || is_of_book(in, p->s->book, digest))
		return true;
	if (!command)
		return false;
	hash_hex_of(command, strlen(command), sum);
	return str_eq(sum, digest);
}

static bool is_permitted(const struct pass *p, const struct inst *in,
			 const struct environment *env)
{
	for (size_t i = 0; i < p->s->n_permits; i++) {
		const struct guard_permit *k = &p->s->permits[i];

		if (str_eq(k->environment, env->name) && p->in->now.wall < k->until &&
		    digest_fits(p, in, k->digest))
			return true;
	}
	return false;
}

/* --- what is wanted --------------------------------------------------------------------------- */

static bool wants_second(const struct pass *p, const struct inst *in,
			 const struct environment *env)
{
	enum effect effect = inst_is_each(in) ? EFFECT_DESTROY : ward_effect(in);

	return env->guarded && !in->guard->glass && environ_wants_approval(env, effect) &&
	       !is_permitted(p, in, env);
}

static bool refuse(struct pass *p, const struct inst *in, const char *what, char *why)
{
	emit_refused(p, in, what, why);
	free(why);
	return true;
}

bool ward_by_file(struct pass *p, const struct inst *in, const struct environment *env,
		  const struct intent *it)
{
	if (!it->by_file || !env || !env->guarded || is_permitted(p, in, env) ||
	    state_plays(p->s)) /* there nothing is destroyed */
		return false;
	return refuse(p, in, word_of(WORDS_VERB, it->verb),
		      mem_printf("%s is protected: an answers file starts nothing that destroys "
				 "there without a permit", env->name));
}

bool ward_refuses(struct pass *p, const struct inst *in)
{
	const struct environment *env = in->guard ? ward_of_any(p->s, in) : NULL;

	if (!env || !wants_second(p, in, env) || state_identity(p->s))
		return false;
	return refuse(p, in, "start",
		      mem_printf("in %s a second person must agree, and it is not known who you "
				 "are: say so with your key or a code (blackstart identify)",
				 env->name));
}

/* A request is one of its own: no answer to another goes for it. */
static void digest_request(const struct pass *p, const struct inst *in,
			   const struct guard_who *who, int64_t until, char out[GUARD_DIGEST])
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s\n%s\n%s\n%lld\n%s\n%s\n%lld\n", p->s->run, in->key,
		 in->guard->digest, (long long)p->s->seq, who->principal, who->key,
		 (long long)until);
	hash_hex_of(buf_str(&b), b.len, out);
	buf_release(&b);
}

bool ward_awaits(struct pass *p, const struct inst *in)
{
	const struct environment *env = in->guard ? ward_of_any(p->s, in) : NULL;
	const struct guard_who *who = state_identity(p->s);
	int64_t until = p->in->now.wall + (env ? env->approval_ms * CLOCK_MS : 0);
	char request[GUARD_DIGEST];
	struct jsonw *w;

	if (!env || !who || !wants_second(p, in, env))
		return false;
	digest_request(p, in, who, until, request);
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "wanted");
	jw_str(w, "environment", env->name);
	jw_str(w, "request", request);
	jw_str(w, "digest", in->guard->digest);
	jw_str(w, "principal", who->principal);
	jw_str(w, "key", who->key);
	jw_str(w, "how", who->how);
	jw_int(w, "expires", p->now + env->approval_ms * CLOCK_MS);
	jw_int(w, "until", until);
	emit_end(p, EV_GUARD, in, in->attempt);
	return true;
}

/* --- what a second person says ---------------------------------------------------------------- */

static const struct inst *asked_by(const struct state *s, const char *request)
{
	for (size_t i = 0; request && i < s->n_active; i++)
		if (inst_awaits_approval(s->active[i]) &&
		    str_eq(s->active[i]->guard->request, request))
			return s->active[i];
	return NULL;
}

static bool may_approve(const struct environment *env, const char *who)
{
	for (size_t i = 0; i < env->n_approvers; i++)
		if (str_eq(env->approvers[i], who))
			return true;
	return false;
}

/* Why their word does not count; NULL: it does. */
static char *not_theirs(const struct pass *p, const struct inst *in, const struct environment *env)
{
	const struct guard *g = in->guard;
	const struct engine_input *say = p->in;

	if (!env || !str_eq(env->name, g->environment) || ward_changed(p->s, in))
		return mem_dup("what it asked for has changed");
	if (p->now >= g->expires)
		return mem_dup("the request has expired");
	if (!may_approve(env, say->principal))
		return mem_printf("%s is not among those who may agree for %s", say->principal,
				  env->name);
	if (str_eq(say->principal, g->requester.principal))
		return mem_printf("%s asked for it: somebody else must agree", say->principal);
	if (str_eq(say->fingerprint, g->requester.key))
		return mem_printf("%s has the very key of who asked: somebody else must agree",
				  say->principal);
	return NULL;
}

static void emit_said(struct pass *p, const struct inst *in, const char *what)
{
	struct jsonw *w = emit_begin(p, EV_GUARD);

	jw_str(w, "what", what);
	jw_str(w, "environment", in->guard->environment);
	jw_str(w, "request", in->guard->request);
	jw_str(w, "principal", p->in->principal);
	jw_str(w, "key", p->in->fingerprint);
	jw_str(w, "how", p->in->how);
	if (p->in->reason)
		jw_str(w, "reason", p->in->reason);
	emit_end(p, EV_GUARD, in, in->attempt);
}

static void ask_anew(struct pass *p, const struct inst *in, const char *why)
{
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true,
					   .override_block = in->overridden_block,
					   .reason = why });
}

void ward_approval(struct pass *p)
{
	const struct inst *in = asked_by(p->s, p->in->digest);
	char *why;

	if (!in || (p->in->key && *p->in->key && strcmp(p->in->key, in->key))) {
		emit_refused(p, NULL, "approve", "nothing waits for that: it was answered, has "
						 "expired, or is another request");
		return;
	}
	if (!ward_is_whole(p->in)) {
		emit_refused(p, in, "approve", "it does not say who agrees");
		return;
	}
	why = not_theirs(p, in, ward_of_any(p->s, in));
	if (why) {
		emit_refused(p, in, "approve", why);
		free(why);
	} else if (p->in->reason && *p->in->reason) {
		emit_said(p, in, "refused");
		ask_anew(p, in, p->in->reason);
	} else {
		emit_said(p, in, "approved");
		walk_begin(p, in);
	}
}

bool ward_expires(struct pass *p, const struct inst *in)
{
	struct jsonw *w;

	if (!inst_awaits_approval(in) || p->now < in->guard->expires)
		return false;
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "expired");
	jw_str(w, "environment", in->guard->environment);
	jw_str(w, "request", in->guard->request);
	emit_end(p, EV_GUARD, in, in->attempt);
	ask_anew(p, in, "nobody agreed in time");
	return true;
}

static void take_first(void *ctx, const struct danger *d)
{
	struct danger *first = ctx;

	if (!first->word)
		*first = *d;
}

bool ward_exec(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct buf name = BUF_INIT;
	struct danger d = { 0 };
	bool named = true, shell = shell_wanted(it);

	if (state_exec_name(p->s, in, shell ? NULL : it->text, &name))
		named = !it->by_file && str_eq(it->name, buf_str(&name));
	if (!named && shell)
		refuse(p, in, "exec",
		       mem_printf("in a shell nothing is guarded, and %s is protected: say its "
				  "name with it (exec --shell --in)", buf_str(&name)));
	else if (!named) {
		danger_look(it->text, take_first, &d);
		refuse(p, in, "exec",
		       mem_printf("this looks as if it destroyed (%s: it %s), and %s is protected: "
				  "%s", d.word, d.what, buf_str(&name),
				  it->by_file ? "an answers file starts none of that"
					      : "say its name with it (exec --in)"));
	}
	buf_release(&name);
	return !named;
}

/* A repair is one key; what destroys is asked about in full, as a step, or by hand. */
bool ward_repair(struct pass *p, const struct inst *in)
{
	struct buf name = BUF_INIT;
	bool refused = state_exec_name(p->s, in, in->step->repair.s, &name);

	if (refused)
		refuse(p, in, "repair",
		       mem_printf("this repair looks as if it destroyed, and %s is protected: "
				  "walk it as a step, or run it by hand", buf_str(&name)));
	buf_release(&name);
	return refused;
}

bool ward_undo_refused(struct pass *p, const struct inst *in, const struct environment *env)
{
	struct buf why = BUF_INIT, words = BUF_INIT;

	if (ward_nowhere(p->s, in, &words))
		goto out;
	if (!env || !env->guarded)
		goto out;
	if (p->eval->frozen && p->eval->frozen(p->eval->ctx, env, p->in->now.wall, &why))
		buf_addf(&words, "%s is frozen: %s", env->name, buf_str(&why));
	else if (environ_wants_approval(env, EFFECT_DESTROY) && !is_permitted(p, in, env))
		buf_addf(&words, "in %s a second person must agree, and an undo has none to ask: "
			 "walk it as a step of a runbook (`call`)", env->name);
out:
	if (words.len)
		emit_refused(p, in, "undo", buf_str(&words));
	buf_release(&why);
	if (!words.len)
		return false;
	buf_release(&words);
	return true;
}

/* --- broken glass ----------------------------------------------------------------------------- */

/* Somebody takes it upon himself: no second person, no freeze; the target is read all the same. */
static void break_glass(struct pass *p, const struct inst *in, const struct intent *it,
			const char *over)
{
	const struct guard_who *who = state_identity(p->s);
	const struct environment *env;
	struct jsonw *w;

	if (it->by_file) {
		emit_refused(p, in, "override", "an answers file breaks no glass");
		return;
	}
	if (!str_eq(it->text, in->guard->environment)) {
		refuse(p, in, "override",
		       mem_printf("this breaks the glass: it wants the name of the environment, %s",
				  in->guard->environment));
		return;
	}
	(void)state_environment(p->s, in, NULL, &env);
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "break-glass");
	jw_str(w, "environment", in->guard->environment);
	jw_str(w, "over", over);
	jw_str(w, "reason", it->reason);
	if (who)
		jw_str(w, "principal", who->principal);
	if (env && env->tell)
		jw_str(w, "tell", env->tell);
	ward_tell_words(p, in, it, over, w);
	emit_end(p, EV_GUARD, in, in->attempt);
	if (in->state == STEP_HOLD)
		walk_begin(p, in);
	else
		ask_anew(p, in, it->reason);
}

void ward_break(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_awaits_approval(in))
		break_glass(p, in, it, "second person");
	else
		emit_refused(p, in, "override", "nothing waits for a second person");
}

void ward_override(struct pass *p, const struct inst *in, const struct intent *it)
{
	static const char *const why[] = {
		[GUARD_DISAGREES] = "nobody can say that this is the target when it is not: go to "
				    "the right one, then look again",
		[GUARD_NOWHERE] = "what guards its environment is not known: nothing that "
				  "destroys starts there",
	};
	struct buf words = BUF_INIT;

	if (in->guard->stop == GUARD_FROZEN)
		break_glass(p, in, it, "freeze");
	else if (in->guard->stop == GUARD_NOWHERE && lab_nowhere(p->s, in, &words))
		emit_refused(p, in, "override", buf_str(&words));
	else
		emit_refused(p, in, "override", why[in->guard->stop]);
	buf_release(&words);
}
