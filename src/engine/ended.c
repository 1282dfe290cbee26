/* What the end of a command means for its step: exit, captures, expectation, digest, second look.
 */
#include "inner.h"

#include <string.h>
#include <stdlib.h>

#include "clock.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { EVERY_MS = 5000, LOOK_MS = 10000 };

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
			struct action *a = emit_action(p, ACT_KEEP);

			a->name = mem_dup(c[i].name);
			a->text = mem_dup(v.text);
			a->key = mem_dup(inst_scope(in)->key);
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

void ended_confirm(struct pass *p, const struct inst *in)
{
	const struct probe *v = in->step->verify;

	if (!v) {
		finish_step(p, in, OUTCOME_CONFIRMED, NULL);
		return;
	}
	emit_step(p, in, &(struct change){
		.to = STEP_CONFIRMING, .has_look = true, .next_look = p->now,
		.give_up = v->within_ms ? p->now + v->within_ms * CLOCK_MS : -1 });
}

static void want_digests(struct pass *p, const struct inst *in)
{
	for (size_t i = 0; i < in->step->n_produces; i++) {
		struct action *a = emit_action(p, ACT_DIGEST);

		a->key = mem_dup(in->key);
		a->name = mem_dup(in->step->produces[i].name);
		a->path = mem_dup(in->step->produces[i].value.s);
	}
}

/* Its number says little; what it wrote last says why. */
static char *with_status(const struct engine_input *in)
{
	char *why = in->err ? contact_last_line(in->err, in->n_err) : NULL;
	char *text = mem_printf("exit status %d%s%s", in->code, why ? ": " : "", why ? why : "");

	free(why);
	return text;
}

static void main_ended(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	struct reading r = { p->in->code, !p->in->signaled };
	struct err why = { 0 };
	enum tri t;
	bool reads_exit = st->expect.s && look_reads(p, st->expect.s, "exit");
	char *text = NULL;

	if (p->in->signaled) {
		text = mem_printf("ended by signal %d", p->in->code);
		finish_fail(p, in, FAILURE_CMD_SIGNAL, text);
	} else if (!reads_exit && !exit_ok(st, p->in)) {
		text = with_status(p->in);
		finish_fail(p, in, FAILURE_CMD_EXIT, text);
	} else if (!captures(p, in, st->captures, st->n_captures, &why)) {
		finish_fail(p, in, FAILURE_CAPTURE, why.text);
	} else if (st->expect.s &&
		   (t = look(p, in, "expect", st->expect.s, &r, NULL)) != TRI_TRUE) {
		text = look_not_so(p, in, t, st->expect.s, NULL);
		finish_fail(p, in, FAILURE_POSTCONDITION, text);
	} else if (st->n_produces) {
		want_digests(p, in);
	} else {
		ended_confirm(p, in);
	}
	free(text);
}

static void lines_ended(struct pass *p, const struct inst *in)
{
	struct jsonw *w;

	if (p->in->signaled || p->in->code || p->in->out_over || !p->in->n_out) {
		finish_fail(p, in, FAILURE_PRECONDITION,
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

/* It held at the last look, and not yet for as long as it must. */
static char *too_short(const struct inst *in, const struct again *a, const char *text)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "held for ");
	str_duration(&b, look_rounded(a->held_ns));
	buf_adds(&b, " and not for ");
	str_duration(&b, a->stays / CLOCK_MS);
	if (!in->step->untrue)
		buf_addf(&b, ": %s", text);
	return buf_take(&b);
}

static char *not_verified(const struct pass *p)
{
	return mem_printf("it was not verified: the command that looks ended with %s %d",
			  p->in->signaled ? "signal" : "exit status", p->in->code);
}

/* A probe has ended: look, and look again later where there is time left. */
static void probe_ended(struct pass *p, const struct inst *in, const struct probe *pr,
			const char *what, const char *text)
{
	struct reading r = { p->in->code, !p->in->signaled };
	struct again again = { .every = (pr->every_ms > 0 ? pr->every_ms : EVERY_MS) * CLOCK_MS,
			       .stays = pr->stays_ms * CLOCK_MS };
	struct err why = { 0 };
	bool ok = !p->in->signaled && (p->in->code == 0 || look_reads(p, text, "exit"));
	bool bare = str_eq(what, "verify") && !pr->expect.s; /* its exit alone says it */
	char *problem, *failed = NULL;
	enum tri t;

	again.late = 2 * again.every + (pr->timeout_ms > 0 ? pr->timeout_ms : LOOK_MS) * CLOCK_MS;
	if (ok && pr->n_captures)
		captures(p, in, pr->captures, pr->n_captures, &why);
	if (!ok)
		failed = mem_printf("the probe failed (%s %d)",
				    p->in->signaled ? "signal" : "exit status", p->in->code);
	again.failed = failed;
	t = look_again(p, in, what, text, &r, &again);
	if (again.held) {
		if (str_eq(what, "verify"))
			finish_step(p, in, OUTCOME_CONFIRMED, NULL);
		else
			ended_confirm(p, in);
	}
	if (again.held || again.next >= 0)
		goto out;
	problem = failed ? mem_dup(failed)
		  : bare && t == TRI_FALSE ? not_verified(p)
		  : t == TRI_TRUE ? too_short(in, &again, text)
				  : look_not_so(p, in, t, text, t == TRI_FALSE ? NULL : why.text);
	finish_fail(p, in, in->give_up >= 0 ? FAILURE_TIMEOUT : FAILURE_POSTCONDITION, problem);
	free(problem);
out:
	free(failed);
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
		finish_fail(p, in, FAILURE_CMD_EXIT, "the repair failed");
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
		finish_fail(p, in, FAILURE_CMD_EXIT, "what is owed could not be paid");
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

	if (c->purpose == PURPOSE_SEND) {
		contact_sent(p, c);
		return;
	}
	if (c->purpose == PURPOSE_TELL) {
		ward_tell_ended(p, c);
		return;
	}
	if (c->purpose == PURPOSE_GUARD) {
		ward_read(p, c);
		return;
	}
	if (c->purpose == PURPOSE_UNDO) {
		undo_ended(p, c);
		return;
	}
	if (c->purpose == PURPOSE_SETTLE && c->owed && in->state != STEP_EXECUTING)
		emit_paid(p, in, c->owed, !p->in->signaled && !p->in->code);
	if (in->state == STEP_FAILING) {
		command_stopped(p, in, FAILURE_NONE);
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

void ended_command(struct pass *p, struct cmd *c)
{
	struct jsonw *w = emit_begin(p, EV_CMD_ENDED);

	jw_str(w, "token", c->token);
	jw_int(w, p->in->signaled ? "signal" : "exit", p->in->code);
	jw_int(w, "elapsed_ms", (p->now - c->began) / CLOCK_MS);
	jw_int(w, "out", p->in->bytes[0]);
	jw_int(w, "err", p->in->bytes[1]);
	jw_int(w, "tty", p->in->bytes[2]);
	if (p->in->typed)
		jw_int(w, "typed", p->in->typed);
	if (p->in->survivors && *p->in->survivors)
		jw_str(w, "survivors", p->in->survivors);
	emit_end(p, EV_CMD_ENDED, c->inst, c->attempt);
	if (c->lab)
		lab_read(p, c);
	else if (c->inst)
		ended_for_step(p, c);
	else if (c->purpose == PURPOSE_SETTLE)
		settle_ended(p, c);
}
