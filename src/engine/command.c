/* Commands: asked for, started, ended, lost; and what their end means for the step. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fill.h"
#include "hash.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { ENV_VALUE_MAX = 96 << 10, GRACE_MS = 10000, EVERY_MS = 5000 };

/* --- asking ------------------------------------------------------------------------------------------------- */

static void env_add(struct action *a, const char *name, const char *value)
{
	a->env = mem_grow(a->env, a->n_env + 1, sizeof *a->env);
	a->env[a->n_env++] = (struct env_pair){ mem_dup(name), mem_dup(value) };
}

static bool env_has(const struct action *a, const char *name)
{
	for (size_t i = 0; i < a->n_env; i++)
		if (!strcmp(a->env[i].name, name))
			return true;
	return false;
}

/* Values reach a command as environment variables: inner names hide outer ones; secrets only where
 * the step names them. */
static void env_fill(struct pass *p, struct action *a, const struct inst *in)
{
	const struct step *st = in ? in->step : NULL;
	struct binding *b = NULL;
	size_t n = state_bindings(p->s, in, &b);

	for (size_t i = 0; st && i < st->n_secrets; i++)
		env_add(a, st->secrets[i], NULL);
	for (size_t i = 0; st && i < st->n_uses_env; i++) {
		struct buf v = BUF_INIT;

		if (!fill_text(&v, st->uses_env[i].value.s, b, n, NULL))
			env_add(a, st->uses_env[i].name, buf_str(&v));
		buf_release(&v);
	}
	for (size_t i = n; i-- > 0;) {
		const struct value *v = b[i].value;

		if (v->known && !v->secret && strlen(v->text) < ENV_VALUE_MAX &&
		    !env_has(a, b[i].name))
			env_add(a, b[i].name, v->text);
	}
	free(b);
}

void command_wish(struct pass *p, struct inst *in, enum purpose purpose, const char *text,
		  const char *owed, bool terminal)
{
	struct engine *e = p->e;
	struct action *a = act_add(p, ACT_PREPARE);
	struct wish *w;

	if (e->n_wishes == e->cap_wishes) {
		e->cap_wishes = e->cap_wishes ? 2 * e->cap_wishes : 8;
		e->wishes = mem_grow(e->wishes, e->cap_wishes, sizeof *e->wishes);
	}
	w = &e->wishes[e->n_wishes++];
	*w = (struct wish){ .purpose = purpose, .inst = in, .text = mem_dup(text ? text : ""),
			    .owed = mem_dup(owed), .terminal = terminal };
	snprintf(w->token, sizeof w->token, "c%d-%lld", p->s->keepers, (long long)++e->n_tokens);
	memcpy(a->token, w->token, sizeof a->token);
	a->key = mem_dup(in ? in->key : "");
	a->text = mem_dup(w->text);
	a->purpose = purpose;
	a->terminal = terminal;
	a->grace_ms = GRACE_MS;
	a->leaves_processes = in && in->step->leaves_processes;
	env_fill(p, a, in);
	if (in && in->step->host) {
		struct buf host = BUF_INIT;
		struct binding *b = NULL;
		size_t n = state_bindings(p->s, in, &b);

		if (fill_text(&host, in->step->host, b, n, NULL))
			buf_adds(&host, in->step->host);
		a->host = buf_take(&host);
		free(b);
	}
	if (in)
		in->asked = true;
}

static struct wish *wish_find(struct engine *e, const char *token)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (str_eq(e->wishes[i].token, token))
			return &e->wishes[i];
	return NULL;
}

static void wish_drop(struct engine *e, struct wish *w)
{
	free(w->text);
	free(w->owed);
	*w = e->wishes[--e->n_wishes];
}

/* --- started --------------------------------------------------------------------------------------------------- */

static void owe(struct pass *p, const struct inst *in)
{
	const char *at = strchr(in->key, '@');

	for (size_t i = 0; i < in->step->n_owes; i++) {
		const struct owed_def *o = &in->step->owes[i];
		char *key = mem_printf("%s%s%s", in->prefix, o->name, at ? at : "");
		bool open = false;
		struct jsonw *w;

		for (size_t k = 0; k < p->s->n_debts; k++)
			open |= !p->s->debts[k].paid && !p->s->debts[k].voided &&
				!strcmp(p->s->debts[k].key, key);
		if (!open) {
			w = emit_begin(p, EV_OWED);
			jw_str(w, "key", key);
			jw_str(w, "name", o->name);
			jw_str(w, "command", o->command.s);
			jw_bool(w, "safe_any_time", o->safe_any_time);
			emit_end(p, EV_OWED, in, in->attempt);
		}
		free(key);
	}
}

/* Debts that an attempt made which never ran. */
static void unowe(struct pass *p, const struct cmd *c)
{
	for (size_t i = 0; c->purpose == PURPOSE_MAIN && i < p->s->n_debts; i++) {
		const struct debt *d = &p->s->debts[i];
		struct jsonw *w;

		if (d->inst != c->inst || d->paid || d->voided || d->seq < c->seq)
			continue;
		w = emit_begin(p, EV_PAID);
		jw_str(w, "key", d->key);
		jw_str(w, "how", "void");
		jw_str(w, "reason", "the step that owes it never ran");
		emit_end(p, EV_PAID, c->inst, c->attempt);
	}
}

static int64_t timeout_of(const struct inst *in, enum purpose purpose)
{
	const struct probe *pr = purpose == PURPOSE_PROBE ? in->step->probe
				 : purpose == PURPOSE_VERIFY ? in->step->verify : NULL;

	if (pr)
		return pr->timeout_ms > 0 ? pr->timeout_ms : 10000;
	return purpose == PURPOSE_MAIN ? in->step->timeout_ms : 0;
}

static void emit_intent(struct pass *p, const struct wish *wish)
{
	struct hash_ctx *h = hash_new();
	struct jsonw *w = emit_begin(p, EV_CMD_INTENT);
	uint8_t sum[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	struct action env = { 0 };

	env_fill(p, &env, wish->inst);
	jw_str(w, "token", wish->token);
	jw_str(w, "purpose", word_of(WORDS_PURPOSE, wish->purpose));
	jw_str(w, "text", wish->text);
	hash_add(h, wish->text, strlen(wish->text) + 1);
	jw_arr(w, "env");
	for (size_t i = 0; i < env.n_env; i++) {
		const char *v = env.env[i].value;

		jw_str(w, NULL, env.env[i].name);
		hash_add(h, env.env[i].name, strlen(env.env[i].name) + 1);
		hash_add(h, v ? v : "", v ? strlen(v) + 1 : 1);
	}
	jw_end_arr(w);
	hash_end(h, sum);
	hash_free(h);
	hash_hex(sum, hex);
	jw_str(w, "digest", hex);
	if (wish->inst && wish->inst->step->host)
		jw_str(w, "host", wish->inst->step->host);
	jw_bool(w, "terminal", wish->terminal);
	if (wish->owed)
		jw_str(w, "owed", wish->owed);
	if (wish->inst && timeout_of(wish->inst, wish->purpose))
		jw_int(w, "timeout_ms", timeout_of(wish->inst, wish->purpose));
	jw_int(w, "pid", p->in->pid);
	jw_int(w, "pid_start", (int64_t)p->in->pid_start);
	emit_end(p, EV_CMD_INTENT, wish->inst, wish->inst ? wish->inst->attempt : 0);
	action_release(&env);
}

static bool still_wanted(const struct pass *p, const struct wish *w)
{
	if (w->purpose == PURPOSE_UNDO)
		return w->inst->state == STEP_FINISHED && w->inst->undo == UNDO_PLANNED;
	return !w->inst || inst_wants(p->s, w->inst, p->now) == (int)w->purpose;
}

static void prepared(struct pass *p, struct wish *w)
{
	struct action *a;
	bool wanted = still_wanted(p, w) && p->s->phase != RUN_CLOSED;

	if (wanted) {
		emit_intent(p, w);
		if (w->purpose == PURPOSE_MAIN)
			owe(p, w->inst);
	}
	a = act_add(p, wanted ? ACT_GO : ACT_DROP);
	memcpy(a->token, w->token, sizeof a->token);
	wish_drop(p->e, w);
}

static void not_prepared(struct pass *p, struct wish *w)
{
	char *why = mem_printf("it could not be started: %s", p->in->text ? p->in->text : "?");
	const struct inst *in = w->inst;
	bool wanted = still_wanted(p, w);

	wish_drop(p->e, w);
	if (in && wanted && in->state != STEP_FINISHED)
		step_fail(p, in, FAILURE_CMD_SPAWN, why);
	else
		emit_note(p, in, "not-started", why);
	free(why);
}

/* --- stopped --------------------------------------------------------------------------------------------------------- */

void command_stop(struct pass *p, const struct inst *in, const char *why, bool timed_out)
{
	struct jsonw *w = emit_begin(p, EV_STOP);
	struct action *a = act_add(p, ACT_STOP);

	jw_str(w, "token", in->cmd->token);
	jw_str(w, "why", why);
	if (timed_out)
		jw_bool(w, "timed_out", true);
	emit_end(p, EV_STOP, in, in->attempt);
	memcpy(a->token, in->cmd->token, sizeof a->token);
	a->grace_ms = in->state == STEP_FAILING ? 0 : GRACE_MS;
	if (in->state != STEP_FAILING)
		emit_step(p, in, &(struct change){
			.to = STEP_FAILING, .problem = why,
			.failure = timed_out ? FAILURE_TIMEOUT : FAILURE_OPERATOR });
}

static bool being_left(const struct inst *in)
{
	for (in = in->parent; in; in = in->parent)
		if (in->leaving)
			return true;
	return false;
}

/* Its command is gone: the step that was being stopped may go where it was headed. */
static void failing_done(struct pass *p, const struct inst *in, enum failure f)
{
	char *why;

	if (f == FAILURE_NONE)
		f = in->failure ? in->failure : FAILURE_OPERATOR;
	if (being_left(in) && f != FAILURE_UNKNOWN_FATE) {
		emit_step(p, in, &(struct change){ .to = STEP_FINISHED,
						   .outcome = OUTCOME_INTERRUPTED, .failure = f,
						   .reason = in->problem });
		return;
	}
	why = mem_dup(in->problem);
	if (f == FAILURE_TIMEOUT)
		step_fail(p, in, f, why ? why : "it took longer than its timeout");
	else
		emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .failure = f,
						   .problem = why, .asks = true });
	free(why);
}

/* --- ended ----------------------------------------------------------------------------------------------------------- */

static bool exit_ok(const struct step *st, const struct engine_input *in)
{
	if (in->signaled)
		return false;
	for (size_t i = 0; i < st->n_exit_ok; i++)
		if (st->exit_ok[i] == in->code)
			return true;
	return !st->n_exit_ok && in->code == 0;
}

/* Takes what it printed apart. False when something was missed; *why says what. */
static bool captures(struct pass *p, const struct inst *in, const struct capture *c, size_t n,
		     struct err *why)
{
	bool all = true;

	for (size_t i = 0; i < n; i++) {
		struct value v = { .type = c[i].type, .secret = c[i].secret };
		struct err err = { 0 };
		int rc = p->in->out_over
			? err_set(&err, ERR_LIMIT, "it printed more than %d bytes",
				  (int)LIMIT_VALUE_BYTES)
			: p->eval->capture(p->eval->ctx, &c[i], p->in->out ? p->in->out : "",
					   p->in->n_out, &v, &err);

		if (rc)
			v = (struct value){ .type = c[i].type };
		v.secret = c[i].secret;
		if (v.secret && v.known) {
			struct action *a = act_add(p, ACT_KEEP);

			a->name = mem_dup(c[i].name);
			a->text = mem_dup(v.text);
			a->key = mem_dup(scope_owner(in)->key);
		}
		emit_value(p, in, NULL, c[i].name, &v, "capture",
			   v.known ? NULL : err.text[0] ? err.text : "nothing there");
		if (!v.known && all) {
			all = false;
			err_set(why, ERR_NOTFOUND, "%s is unknown: %s", c[i].name,
				err.text[0] ? err.text : "nothing there");
		}
		value_release(&v);
	}
	return all;
}

void command_done(struct pass *p, const struct inst *in)
{
	const struct probe *v = in->step->verify;

	if (!v) {
		step_finish(p, in, OUTCOME_CONFIRMED, NULL);
		return;
	}
	emit_step(p, in, &(struct change){
		.to = STEP_CONFIRMING, .has_look = true, .next_look = p->now,
		.give_up = v->within_ms ? p->now + v->within_ms * 1000000 : -1 });
}

static void want_digests(struct pass *p, const struct inst *in)
{
	for (size_t i = 0; i < in->step->n_produces; i++) {
		struct action *a = act_add(p, ACT_DIGEST);

		a->key = mem_dup(in->key);
		a->name = mem_dup(in->step->produces[i].name);
		a->path = mem_dup(in->step->produces[i].value.s);
	}
}

static void main_ended(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	struct reading r = { p->in->code, !p->in->signaled };
	struct err why = { 0 };
	enum tri t;
	bool reads_exit = st->expect.s && condition_reads(p, st->expect.s, "exit");
	char *text = NULL;

	if (p->in->signaled) {
		text = mem_printf("ended by signal %d", p->in->code);
		step_fail(p, in, FAILURE_CMD_SIGNAL, text);
	} else if (!reads_exit && !exit_ok(st, p->in)) {
		text = mem_printf("exit status %d", p->in->code);
		step_fail(p, in, FAILURE_CMD_EXIT, text);
	} else if (!captures(p, in, st->captures, st->n_captures, &why)) {
		step_fail(p, in, FAILURE_CAPTURE, why.text);
	} else if (st->expect.s && (t = look(p, in, "expect", st->expect.s, &r, NULL)) != TRI_TRUE) {
		text = mem_printf(t == TRI_FALSE ? "not as expected: %s"
						 : "cannot tell whether it is as expected: %s",
				  st->expect.s);
		step_fail(p, in, FAILURE_POSTCONDITION, text);
	} else if (st->n_produces) {
		want_digests(p, in);
	} else {
		command_done(p, in);
	}
	free(text);
}

static void lines_ended(struct pass *p, const struct inst *in)
{
	struct jsonw *w;

	if (p->in->signaled || p->in->code || p->in->out_over || !p->in->n_out) {
		step_fail(p, in, FAILURE_PRECONDITION,
			  p->in->out_over ? "the list to choose from is longer than 1 MB"
					  : "the list to choose from could not be read");
		return;
	}
	w = emit_begin(p, EV_LOOKED);
	jw_str(w, "what", "lines");
	jw_strn(w, "text", p->in->out, p->in->n_out);
	jw_str(w, "result", "true");
	jw_int(w, "next_look", -1);
	emit_end(p, EV_LOOKED, in, in->attempt);
}

/* A probe has ended: look, and look again later where there is time left. */
static void probe_ended(struct pass *p, const struct inst *in, const struct probe *pr,
			const char *what, const char *text)
{
	struct reading r = { p->in->code, !p->in->signaled };
	int64_t every = (pr->every_ms > 0 ? pr->every_ms : EVERY_MS) * 1000000;
	bool more = in->give_up >= 0 && p->now < in->give_up;
	struct err why = { 0 };
	bool ok = !p->in->signaled && (p->in->code == 0 || condition_reads(p, text, "exit"));
	char *problem;
	enum tri t;

	if (more && p->now + every > in->give_up)
		every = in->give_up - p->now;
	if (ok && pr->n_captures)
		captures(p, in, pr->captures, pr->n_captures, &why);
	/* a failing probe is no reading: judged by a condition that cannot be true */
	t = look_next(p, in, what, ok ? text : "exit = 0 and exit = 1", ok ? &r : NULL,
		      more ? every : -1);
	if (t == TRI_TRUE) {
		if (str_eq(what, "verify"))
			step_finish(p, in, OUTCOME_CONFIRMED, NULL);
		else
			command_done(p, in);
		return;
	}
	if (more)
		return;
	problem = !ok	? mem_printf("the probe failed (%s %d)",
				     p->in->signaled ? "signal" : "exit status", p->in->code)
		  : t == TRI_FALSE ? mem_printf("does not hold: %s", text)
				   : mem_printf("cannot be told: %s%s%s", text,
						why.text[0] ? "; " : "", why.text);
	step_fail(p, in, in->give_up >= 0 ? FAILURE_TIMEOUT : FAILURE_POSTCONDITION, problem);
	free(problem);
}

static void probe_of_kind(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;

	if (st->kind == KIND_ASK)
		lines_ended(p, in);
	else
		probe_ended(p, in, st->probe, word_of(WORDS_KIND, st->kind), st->text.s);
}

static void verify_ended(struct pass *p, const struct inst *in)
{
	const struct probe *v = in->step->verify;

	probe_ended(p, in, v, "verify", v->expect.s ? v->expect.s : "exit = 0");
}

static void repair_ended(struct pass *p, const struct inst *in)
{
	if (p->in->signaled || p->in->code)
		step_fail(p, in, FAILURE_CMD_EXIT, "the repair failed");
	else /* look again, as a new attempt */
		emit_step(p, in, &(struct change){ .to = STEP_WAITING, .go = true,
						   .keep_when = true, .reason = "repaired" });
}

static void emit_paid(struct pass *p, const struct inst *in, const char *key, bool ok)
{
	struct jsonw *w = emit_begin(p, EV_PAID);

	jw_str(w, "key", key);
	jw_str(w, "how", ok ? "command" : "failed");
	emit_end(p, EV_PAID, in, in ? in->attempt : 0);
}

static void settle_ended(struct pass *p, const struct cmd *c)
{
	bool ok = !p->in->signaled && p->in->code == 0;
	const struct inst *in = c->inst;

	if (c->owed)
		emit_paid(p, in, c->owed, ok);
	if (!ok && in && in->state == STEP_EXECUTING)
		step_fail(p, in, FAILURE_CMD_EXIT, "what is owed could not be paid");
}

static void undo_ended(struct pass *p, const struct cmd *c)
{
	struct jsonw *w = emit_begin(p, EV_UNDO);
	bool ok = !p->in->signaled && p->in->code == 0;

	jw_str(w, "what", ok ? "done" : "failed");
	emit_end(p, EV_UNDO, c->inst, c->attempt);
}

static void ended_for_step(struct pass *p, const struct cmd *c)
{
	const struct inst *in = c->inst;

	if (c->purpose == PURPOSE_UNDO) {
		undo_ended(p, c);
		return;
	}
	if (c->purpose == PURPOSE_SETTLE && c->owed && in->state != STEP_EXECUTING)
		emit_paid(p, in, c->owed, !p->in->signaled && !p->in->code);
	if (in->state == STEP_FAILING) {
		failing_done(p, in, FAILURE_NONE);
		return;
	}
	if (in->state != STEP_EXECUTING && in->state != STEP_CONFIRMING)
		return; /* the operator went on without it: its end is on record, no more */
	switch ((int)c->purpose) {
	case PURPOSE_MAIN:
		main_ended(p, in);
		break;
	case PURPOSE_PROBE:
		probe_of_kind(p, in);
		break;
	case PURPOSE_VERIFY:
		verify_ended(p, in);
		break;
	case PURPOSE_REPAIR:
		repair_ended(p, in);
		break;
	case PURPOSE_SETTLE:
		settle_ended(p, c);
		break;
	default:
		break;
	}
}

static void ended(struct pass *p, struct cmd *c)
{
	struct jsonw *w = emit_begin(p, EV_CMD_ENDED);

	jw_str(w, "token", c->token);
	jw_int(w, p->in->signaled ? "signal" : "exit", p->in->code);
	jw_int(w, "elapsed_ms", (p->now - c->began) / 1000000);
	jw_int(w, "out", p->in->bytes[0]);
	jw_int(w, "err", p->in->bytes[1]);
	jw_int(w, "tty", p->in->bytes[2]);
	if (p->in->survivors && *p->in->survivors)
		jw_str(w, "survivors", p->in->survivors);
	emit_end(p, EV_CMD_ENDED, c->inst, c->attempt);
	if (c->inst)
		ended_for_step(p, c);
	else if (c->purpose == PURPOSE_SETTLE)
		settle_ended(p, c);
}

/* --- lost --------------------------------------------------------------------------------------------------------------- */

static void emit_lost(struct pass *p, const struct cmd *c, const char *what)
{
	struct jsonw *w = emit_begin(p, EV_CMD_LOST);

	jw_str(w, "token", c->token);
	jw_str(w, "what", what);
	if (p->in->sys)
		jw_int(w, "errno", p->in->sys);
	if (p->in->text)
		jw_str(w, "why", p->in->text);
	emit_end(p, EV_CMD_LOST, c->inst, c->attempt);
}

static void never(struct pass *p, struct cmd *c)
{
	const struct inst *in = c->inst;

	emit_lost(p, c, "never");
	unowe(p, c);
	if (!in)
		return;
	if (in->state == STEP_FAILING)
		failing_done(p, in, FAILURE_NONE);
	else if (in->state == STEP_EXECUTING && c->purpose == PURPOSE_MAIN &&
		 inst_effect(in) != EFFECT_READ)
		emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true,
						   .reason = "its command never ran" });
}

static void no_exec(struct pass *p, struct cmd *c)
{
	const struct inst *in = c->inst;
	char *why = mem_printf("it could not be started: %s",
			       p->in->text ? p->in->text : strerror(p->in->sys));

	emit_lost(p, c, "no-exec");
	unowe(p, c);
	if (in && in->state == STEP_FAILING)
		failing_done(p, in, FAILURE_CMD_SPAWN);
	else if (in && (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING))
		step_fail(p, in, FAILURE_CMD_SPAWN, why);
	free(why);
}

static void unknown(struct pass *p, struct cmd *c)
{
	const struct inst *in = c->inst;
	char *why = mem_printf("it is not known how its command ended: %s",
			       p->in->text ? p->in->text : "nothing is known");
	bool only_looked = c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY;

	emit_lost(p, c, "unknown");
	if (in && in->state == STEP_FAILING)
		failing_done(p, in, FAILURE_UNKNOWN_FATE);
	else if (in && !only_looked && c->purpose != PURPOSE_UNDO &&
		 (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING))
		step_fail(p, in, FAILURE_UNKNOWN_FATE, why);
	free(why);
}

static void stuck(struct pass *p, struct cmd *c)
{
	char *why = mem_printf("a process survived KILL and is left behind: %s",
			       p->in->text ? p->in->text : "?");

	emit_note(p, c->inst, "stuck", why);
	free(why);
}

static void output(struct pass *p, struct cmd *c)
{
	static const char *const streams[] = { "out", "err", "tty" };
	struct jsonw *w = emit_begin(p, EV_OUTPUT);

	jw_str(w, "token", c->token);
	jw_str(w, "stream", streams[p->in->stream >= 0 && p->in->stream < 3 ? p->in->stream : 0]);
	jw_int(w, "from", p->in->from);
	jw_int(w, "n", p->in->n);
	jw_str(w, "sha256", p->in->text);
	if (p->in->plain)
		jw_bool(w, "plain", true);
	emit_end(p, EV_OUTPUT, c->inst, c->attempt);
}

static void (*const command_rows[INPUT_MAX])(struct pass *, struct cmd *) = {
	[INPUT_ENDED] = ended, [INPUT_NEVER] = never, [INPUT_NO_EXEC] = no_exec,
	[INPUT_UNKNOWN] = unknown, [INPUT_STUCK] = stuck, [INPUT_OUTPUT] = output,
};

void command_input(struct pass *p)
{
	struct wish *w = wish_find(p->e, p->in->token);
	struct cmd *c = state_cmd(p->s, p->in->token);
	bool late = p->in->kind == INPUT_STUCK || p->in->kind == INPUT_OUTPUT;

	if (p->in->kind == INPUT_PREPARED && w) {
		prepared(p, w);
	} else if (p->in->kind == INPUT_REFUSED && w) {
		not_prepared(p, w);
	} else if (p->in->kind == INPUT_PREPARED) { /* nobody waits for it */
		struct action *a = act_add(p, ACT_DROP);

		if (p->in->token)
			strncpy(a->token, p->in->token, sizeof a->token - 1);
	} else if (w) { /* it left the gate before it was let go: it is asked for again */
		if (w->inst)
			w->inst->asked = false;
		wish_drop(p->e, w);
	} else if (c && command_rows[p->in->kind] && (late || cmd_in_flight(c))) {
		command_rows[p->in->kind](p, c);
	}
}
