/* Commands: asked for, started, ended, lost; and what their end means for the step. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "err.h"
#include "fill.h"
#include "hash.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { GRACE_MS = 10000 };

/* --- started --------------------------------------------------------------------------------- */

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

static int64_t timeout_of(const struct state *s, const struct wish *w)
{
	struct target_probe g;
	const struct inst *in = w->inst;
	enum purpose purpose = w->purpose;
	const struct probe *pr = purpose == PURPOSE_PROBE ? in->step->probe
				 : purpose == PURPOSE_VERIFY ? in->step->verify : NULL;

	if (w->lab)
		return w->lab->timeout_ms;
	if (purpose == PURPOSE_SEND)
		return contact_timeout(s, in, w->try_no);
	if (purpose == PURPOSE_TELL)
		return ward_tell_timeout(s, w->try_no);
	if (purpose == PURPOSE_GUARD) {
		g = ward_probe(s, in, w->try_no);
		return g.timeout_ms > 0 ? g.timeout_ms : ENVIRON_PROBE_MS;
	}
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
	const struct inst *at = wish->at;

	asking_env(p, wish, &env);
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
	if (wish->inst && at->step->host && wish->purpose != PURPOSE_TELL)
		jw_str(w, "host", at->step->host);
	jw_bool(w, "terminal", wish->terminal);
	if (wish->owed)
		jw_str(w, "owed", wish->owed);
	if ((wish->inst || wish->lab) && timeout_of(p->s, wish))
		jw_int(w, "timeout_ms", timeout_of(p->s, wish));
	if (wish->try_no >= 0)
		jw_int(w, wish->purpose == PURPOSE_SEND ? "try" :
			  wish->purpose == PURPOSE_TELL ? "message" : "probe", wish->try_no + 1);
	if (wish->lab)
		jw_bool(w, "lab", true);
	if (p->in->sends)
		jw_bool(w, "sends", true);
	jw_int(w, "pid", p->in->pid);
	jw_int(w, "pid_start", (int64_t)p->in->pid_start);
	emit_end(p, EV_CMD_INTENT, wish->inst, wish->inst ? wish->inst->attempt : 0);
	action_release(&env);
}

bool command_stands(const struct pass *p, const struct wish *w)
{
	if (w->lab)
		return lab_waiting(p->e, w->token) != NULL;
	if (w->purpose == PURPOSE_SEND)
		return w->try_no >= 0 && contact_wants(p->s, w->inst) == w->try_no;
	if (w->purpose == PURPOSE_TELL)
		return ward_tells(p->s, w->try_no);
	if (w->purpose == PURPOSE_GUARD && ward_next(w->inst) != w->try_no)
		return false;
	if (w->inst && w->inst->state == STEP_FINISHED && w->inst->undo == UNDO_PLANNED)
		return w->purpose == PURPOSE_UNDO || w->purpose == PURPOSE_GUARD;
	return !w->inst || inst_wants(p->s, w->inst, p->now) == (int)w->purpose;
}

static void prepared(struct pass *p, struct wish *w)
{
	struct action *a;
	bool wanted = command_stands(p, w) && p->s->phase != RUN_CLOSED && ward_gate(p, w) &&
		lab_gate(p, w);

	if (wanted) {
		if (w->purpose == PURPOSE_SEND)
			contact_going(p, w->inst, w->try_no);
		emit_intent(p, w);
		if (w->purpose == PURPOSE_MAIN)
			owe(p, w->inst);
	} else if (w->inst) { /* what it wants now is asked for anew */
		w->inst->asked = false;
	}
	a = emit_action(p, wanted ? ACT_GO : ACT_DROP);
	memcpy(a->token, w->token, sizeof a->token);
	asking_drop(p->e, w);
}

void command_not_started(struct pass *p, const struct inst *in, const char *token,
			 const char *why)
{
	struct jsonw *w = emit_begin(p, EV_NOTE);

	jw_str(w, "what", "not-started");
	jw_str(w, "text", why);
	jw_str(w, "token", token);
	emit_end(p, EV_NOTE, in, 0);
}

static void not_prepared(struct pass *p, struct wish *w)
{
	char *why = mem_printf("it could not be started: %s", p->in->text ? p->in->text : "?");
	const struct inst *in = w->inst;
	bool wanted = command_stands(p, w), message = w->purpose == PURPOSE_SEND;
	bool reads = w->purpose == PURPOSE_GUARD, tells = w->purpose == PURPOSE_TELL;
	int try_no = w->try_no;

	char token[TOKEN_MAX];
	bool asks_lab = w->lab != NULL;

	memcpy(token, w->token, sizeof token);
	asking_drop(p->e, w);
	if (asks_lab)
		lab_not_read(p, token, why);
	else if (tells)
		ward_told(p, in, try_no, why);
	else if (reads && wanted)
		ward_not_read(p, in, try_no, why);
	else if (message && wanted)
		contact_not_sent(p, in, in->attempt, try_no, why);
	else if (in && wanted && in->state != STEP_FINISHED)
		finish_fail(p, in, FAILURE_CMD_SPAWN, why);
	else
		command_not_started(p, in, token, why);
	free(why);
}

/* --- stopped --------------------------------------------------------------------------------- */

void command_stop(struct pass *p, const struct inst *in, const char *why, bool timed_out)
{
	struct jsonw *w = emit_begin(p, EV_STOP);
	struct action *a = emit_action(p, ACT_STOP);

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
void command_stopped(struct pass *p, const struct inst *in, enum failure f)
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
		finish_fail(p, in, f, why ? why : "it took longer than its timeout");
	else
		emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .failure = f,
						   .problem = why, .asks = true });
	free(why);
}

/* --- lost ------------------------------------------------------------------------------------ */

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
	if (c->lab)
		lab_lost(p, c->token);
	if (!in || c->lab)
		return;
	if (c->purpose == PURPOSE_SEND && contact_unsent(in) != c->try_no)
		contact_not_sent(p, in, c->attempt, c->try_no, "it never went out");
	if (c->purpose == PURPOSE_TELL)
		return; /* it is asked for again */
	if (c->purpose == PURPOSE_GUARD)
		ward_lost(p, c, NULL);
	else if (in->state == STEP_FAILING)
		command_stopped(p, in, FAILURE_NONE);
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
	if (c->lab)
		lab_not_read(p, c->token, why);
	else if (c->purpose == PURPOSE_SEND)
		contact_not_sent(p, in, c->attempt, c->try_no, why);
	else if (c->purpose == PURPOSE_TELL)
		ward_told(p, in, c->try_no, why);
	else if (c->purpose == PURPOSE_GUARD)
		ward_lost(p, c, why);
	else if (in && in->state == STEP_FAILING)
		command_stopped(p, in, FAILURE_CMD_SPAWN);
	else if (in && (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING))
		finish_fail(p, in, FAILURE_CMD_SPAWN, why);
	free(why);
}

static void unknown(struct pass *p, struct cmd *c)
{
	const struct inst *in = c->inst;
	char *why = mem_printf("it is not known how its command ended: %s",
			       p->in->text ? p->in->text : "nothing is known");
	/* one that only looked is asked for again, but not of who has no answer */
	bool only_looked = (c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY) &&
			   !state_plays(p->s);

	emit_lost(p, c, "unknown");
	if (c->lab)
		lab_not_read(p, c->token, why);
	else if (c->purpose == PURPOSE_SEND)
		contact_not_sent(p, in, c->attempt, c->try_no,
				 "fate unknown: it may have gone out");
	else if (c->purpose == PURPOSE_TELL)
		ward_told(p, in, c->try_no, why);
	else if (c->purpose == PURPOSE_GUARD)
		ward_lost(p, c, why);
	else if (in && in->state == STEP_FAILING)
		command_stopped(p, in, FAILURE_UNKNOWN_FATE);
	else if (in && !only_looked && c->purpose != PURPOSE_UNDO &&
		 (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING))
		finish_fail(p, in, FAILURE_UNKNOWN_FATE, why);
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
	[INPUT_ENDED] = ended_command, [INPUT_NEVER] = never, [INPUT_NO_EXEC] = no_exec,
	[INPUT_UNKNOWN] = unknown, [INPUT_STUCK] = stuck, [INPUT_OUTPUT] = output,
};

/* … of a file that is kept as what a command printed is. */
static void output_of_file(struct pass *p)
{
	const struct attached *a = state_file(p->s, p->in->token);
	struct cmd as = { .inst = NULL };

	if (!a)
		return;
	memcpy(as.token, a->token, sizeof as.token);
	output(p, &as);
}

void command_input(struct pass *p)
{
	struct wish *w = asking_find(p->e, p->in->token);
	struct cmd *c = state_cmd(p->s, p->in->token);
	bool late = p->in->kind == INPUT_STUCK || p->in->kind == INPUT_OUTPUT;

	if (p->in->kind == INPUT_PREPARED && w) {
		prepared(p, w);
	} else if (p->in->kind == INPUT_REFUSED && w) {
		not_prepared(p, w);
	} else if (p->in->kind == INPUT_PREPARED) { /* nobody waits for it */
		struct action *a = emit_action(p, ACT_DROP);

		if (p->in->token)
			str_clip(a->token, sizeof a->token, p->in->token);
	} else if (w) { /* it left the gate before it was let go: it is asked for again */
		if (w->inst)
			w->inst->asked = false;
		if (w->lab)
			lab_lost(p, w->token);
		asking_drop(p->e, asking_find(p->e, p->in->token));
	} else if (!c && p->in->kind == INPUT_OUTPUT) {
		output_of_file(p);
	} else if (c && command_rows[p->in->kind] && (late || inst_in_flight(c))) {
		command_rows[p->in->kind](p, c);
	}
}
