/* What guards a step: its environment, what its target must read, the digest of what is asked. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "danger.h"
#include "environ.h"
#include "fill.h"
#include "hash.h"
#include "str.h"

/* --- the environment -------------------------------------------------------------------------- */

/* Where the parameters of its runbook live. */
static const struct inst *frame_of(const struct inst *in)
{
	for (in = in->parent; in && in->parent; in = in->parent)
		if (in->step->kind == KIND_CALL && !in->is_item)
			return in;
	return in;
}

static const struct environments *file_of(const struct state *s, const struct runbook *rb)
{
	if (rb->environments)
		return rb->environments;
	return s->book ? s->book->environments : NULL;
}

static const struct environment *guarded_by(const struct environments *envs, const char *name)
{
	const struct environment *env = environ_find(envs, name);

	return env && env->guarded ? env : NULL;
}

/* The environment with that name, as the file of the book has it; but no file beside a book that is
 * called takes away what the caller's, or the run's own, guards. */
static const struct environment *find(const struct state *s, const struct runbook *rb,
				      const char *name)
{
	const struct environment *own = environ_find(file_of(s, rb), name), *theirs = NULL;

	if (!own || own->guarded)
		return own;
	for (rb = rb->caller; rb && !theirs; rb = rb->caller)
		theirs = guarded_by(rb->environments, name);
	if (!theirs && s->book)
		theirs = guarded_by(s->book->environments, name);
	return theirs ? theirs : own;
}

enum guard_place state_environment(const struct state *s, const struct inst *in, struct buf *name,
				   const struct environment **ret)
{
	const struct runbook *rb = NULL;
	const struct inst *frame = NULL;
	struct buf own = BUF_INIT;
	struct binding *b = NULL;
	const char *text = NULL;
	enum guard_place where;
	bool known = false;
	size_t n;

	*ret = NULL;
	for (; in && in->step && !text; in = frame) {
		frame = frame_of(in);
		rb = in->step->book;
		text = rb ? rb->environment : NULL;
	}
	if (!text || !file_of(s, rb))
		return GUARD_UNNAMED;
	n = state_bindings(s, frame, &b);
	if (!fill_known(&own, text, b, n, &known, NULL) && known && own.len)
		*ret = find(s, rb, buf_str(&own));
	free(b);
	if (name)
		buf_adds(name, own.len ? buf_str(&own) : text);
	where = *ret ? GUARD_KNOWN : GUARD_UNKNOWN;
	buf_release(&own);
	return where;
}

struct reads {
	const char *name;
	size_t n;
};

static int reads_name(void *ctx, enum fill_use use, const char *name, size_t n, size_t offset)
{
	const struct reads *r = ctx;

	(void)use;
	(void)offset;
	return n == r->n && !memcmp(name, r->name, n);
}

bool ward_named_by(const struct state *s, const struct inst *owner, const char *name)
{
	const struct runbook *rb = !owner->parent ? s->book
				   : owner->n_kids ? owner->kids[0]->step->book : NULL;
	struct reads r = { name, strlen(name) };

	return rb && rb->environment && file_of(s, rb) &&
	       fill_names(rb->environment, reads_name, &r, NULL);
}

bool state_exec_name(const struct state *s, const struct inst *in, const char *command,
		     struct buf *name)
{
	const struct environment *env;
	enum guard_place at;
	size_t was = name->len;

	if (!in || !in->step)
		in = s->root->n_kids ? s->root->kids[0] : NULL;
	if (!in || (command && !danger_look(command, NULL, NULL)))
		return false;
	at = state_environment(s, in, name, &env);
	if (at == GUARD_KNOWN) {
		buf_cut(name, was);
		buf_adds(name, env->guarded ? env->name : "");
	}
	if (at == GUARD_UNNAMED)
		buf_cut(name, was);
	return name->len > was;
}

/* What it does as it would run now: an edited command is taken by its words. */
enum effect ward_effect(const struct inst *in)
{
	return in->edited && danger_look(in->edited, NULL, NULL) ? EFFECT_DESTROY
								 : inst_effect(in);
}

static bool is_guarded(const struct environment *env, enum effect effect)
{
	if (effect == EFFECT_DESTROY)
		return env->guarded || env->n_probes || env->problem;
	return effect == EFFECT_CHANGE && env->guarded && environ_wants_approval(env, effect);
}

const struct environment *ward_of(const struct state *s, const struct inst *in)
{
	const struct environment *env;

	if (!in->step || in->is_item ||
	    (in->step->kind != KIND_RUN && in->step->kind != KIND_SETTLE &&
	     in->step->kind != KIND_BROKEN))
		return NULL;
	if (ward_effect(in) == EFFECT_READ || state_environment(s, in, NULL, &env) != GUARD_KNOWN)
		return NULL;
	return is_guarded(env, ward_effect(in)) ? env : NULL;
}

const struct environment *ward_of_any(const struct state *s, const struct inst *in)
{
	const struct environment *env, *own;
	const struct inst *work = each_guarded(s, in);

	if (!inst_is_each(in))
		return ward_of(s, in);
	env = work ? ward_of(s, work) : NULL;
	return env && state_environment(s, in, NULL, &own) == GUARD_KNOWN && own == env ? env
											: NULL;
}

const struct environment *ward_of_undo(const struct state *s, const struct inst *in)
{
	const struct environment *env;

	if (!in->step || !in->step->undo.s || in->is_item)
		return NULL;
	if (inst_effect(in) != EFFECT_DESTROY && !danger_look(in->step->undo.s, NULL, NULL))
		return NULL;
	return state_environment(s, in, NULL, &env) == GUARD_KNOWN &&
	       is_guarded(env, EFFECT_DESTROY) ? env : NULL;
}

bool ward_nowhere(const struct state *s, const struct inst *in, struct buf *why)
{
	const struct environment *env;
	struct buf name = BUF_INIT;
	enum guard_place at;

	if (lab_changes(s, in) && lab_nowhere(s, in, why))
		return true;
	if (ward_effect(in) != EFFECT_DESTROY)
		return false;
	at = state_environment(s, in, &name, &env);
	if (at == GUARD_UNKNOWN)
		buf_addf(why, "its environment is not in the environments file: %s",
			 buf_str(&name));
	else if (at == GUARD_KNOWN && env->problem)
		buf_addf(why, "what guards %s cannot be relied on: %s", env->name, env->problem);
	buf_release(&name);
	return why->len > 0;
}

/* --- what it lets its step want --------------------------------------------------------------- */

/* The environment that the step was asked about, as long as it is in it. */
static const struct environment *env_of(const struct state *s, const struct inst *in)
{
	const struct environment *env;

	return in->guard && state_environment(s, in, NULL, &env) == GUARD_KNOWN &&
	       str_eq(env->name, in->guard->environment) ? env : NULL;
}

bool inst_awaits_approval(const struct inst *in)
{
	return in->guard && in->guard->request[0];
}

enum guard_stage ward_stage(const struct state *s, const struct inst *in, int64_t now)
{
	const struct guard *g = in->guard;
	const struct environment *env = env_of(s, in);

	if (!g)
		return GUARD_GO;
	if (inst_in_flight(g->cmd) || s->paused || inst_awaits_approval(in))
		return GUARD_WAIT;
	if (!env || !env->n_probes)
		return GUARD_GO;
	if (!g->agreed)
		return GUARD_LOOK;
	if (in->state != STEP_HOLD && now - g->agreed_at > WARD_FRESH_MS * CLOCK_MS)
		return GUARD_LOOK;
	return GUARD_GO;
}

int ward_next(const struct inst *in)
{
	return in->guard->agreed ? 0 : (int)in->guard->n_readings;
}

static bool shows_state(const struct inst *in)
{
	return in->state == STEP_HOLD && in->step->shows_state.s;
}

struct target_probe ward_probe(const struct state *s, const struct inst *in, int i)
{
	const struct environment *env = env_of(s, in);

	if (env && i >= 0 && (size_t)i < env->n_probes)
		return env->probes[i];
	if (env && i >= 0 && (size_t)i == env->n_probes && shows_state(in))
		return (struct target_probe){ .run = in->step->shows_state };
	return (struct target_probe){ .is = NULL };
}

size_t ward_probes(const struct state *s, const struct inst *in)
{
	const struct environment *env = env_of(s, in);

	return env ? env->n_probes + shows_state(in) : 0;
}

/* --- what is confirmed ------------------------------------------------------------------------ */

static void add(struct hash_ctx *h, const char *s)
{
	hash_add(h, s ? s : "", s ? strlen(s) + 1 : 1);
}

static void add_filled(struct hash_ctx *h, const char *text, const struct binding *b, size_t n)
{
	struct buf t = BUF_INIT;

	if (text && fill_text(&t, text, b, n, NULL))
		buf_adds(&t, "?");
	add(h, buf_str(&t));
	buf_release(&t);
}

/* A secret is known here by when it was given only. */
static int64_t given_at(const struct inst *in, const char *name)
{
	for (; in; in = in->parent) {
		const struct var *v = inst_var(in, name);

		if (v)
			return v->seq;
	}
	return 0;
}

static void add_values(struct hash_ctx *h, const struct inst *in, const struct binding *b,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t seq = b[i].value->secret ? given_at(in, b[i].name) : 0;

		add(h, b[i].name);
		add(h, b[i].value->secret || !b[i].value->known ? NULL : b[i].value->text);
		hash_add(h, &b[i].value->known, sizeof b[i].value->known);
		hash_add(h, &seq, sizeof seq);
	}
	for (size_t i = 0; i < in->step->n_secrets; i++)
		add(h, in->step->secrets[i]);
	for (size_t i = 0; i < in->step->n_uses_env; i++) {
		add(h, in->step->uses_env[i].name);
		add_filled(h, in->step->uses_env[i].value.s, b, n);
	}
}

static void add_work(struct hash_ctx *h, const struct inst *in)
{
	add(h, in->key);
	if (!inst_is_group(in)) {
		add(h, inst_command(in));
		add(h, in->step->settles);
	}
	for (size_t i = 0; inst_is_each(in) && i < in->n_main; i++)
		add(h, in->kids[i]->item);
	for (size_t i = 0; inst_is_each(in) && i < in->step->n_children; i++)
		add(h, in->step->children[i]->text.s);
}

void ward_digest(const struct state *s, const struct inst *in, const struct guard_asked *asked,
		  char out[HASH_HEX_LEN + 1])
{
	const struct environment *env;
	struct hash_ctx *h = hash_new();
	struct buf name = BUF_INIT;
	struct binding *b = NULL;
	size_t n = state_bindings(s, in, &b);
	int64_t attempt = in->attempt + (in->state != STEP_EXECUTING);
	uint8_t sum[HASH_LEN];

	(void)state_environment(s, in, &name, &env);
	add(h, s->run);
	hash_add(h, &attempt, sizeof attempt);
	add(h, buf_str(&name));
	add(h, asked->target);
	add_filled(h, in->step->target.s, b, n);
	for (size_t i = 0; i < asked->n_targets; i++)
		add(h, asked->targets[i]);
	add_work(h, in);
	add_filled(h, in->step->host, b, n);
	add_values(h, in, b, n);
	hash_end(h, sum);
	hash_hex(sum, out);
	hash_free(h);
	free(b);
	buf_release(&name);
}

bool ward_changed(const struct state *s, const struct inst *in)
{
	struct guard_asked asked = { in->target, in->targets, in->n_targets };
	char now[HASH_HEX_LEN + 1];

	ward_digest(s, in, &asked, now);
	return !str_eq(now, in->guard->digest);
}
