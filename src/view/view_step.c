/* One step in full, in the order in which a person needs it: what, why, on what, the warning, the
 * command, what should come out, what to do if it does not. */
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"
#include "viewint.h"

static const char *const outcome_marks[OUTCOME_MAX] = {
	[OUTCOME_NONE] = "[?] ",
	[OUTCOME_CONFIRMED] = "[x] DONE",
	[OUTCOME_ACCEPTED] = "[a] ACCEPTED",
	[OUTCOME_OVERRIDDEN] = "[o] OVERRIDDEN",
	[OUTCOME_SKIPPED] = "[-] SKIPPED",
	[OUTCOME_NOT_APPLICABLE] = "[/] N/A",
	[OUTCOME_FAILED] = "[!] FAILED",
	[OUTCOME_ABORTED] = "[!] ABORTED",
	[OUTCOME_INTERRUPTED] = "[/] ENDED",
};

static const char *const state_marks[STEP_STATE_MAX] = {
	[STEP_PENDING] = "[ ] TODO",
	[STEP_WAITING] = "[>] NOW",
	[STEP_BLOCKED] = "[!] BLOCKED",
	[STEP_HOLD] = "[>] NOW",
	[STEP_EXECUTING] = "[>] NOW",
	[STEP_CONFIRMING] = "[>] CHECKING",
	[STEP_DECIDING] = "[?] DECIDE",
	[STEP_FAILING] = "[!] STOPPING",
	[STEP_SUSPENDED] = "[=] ASIDE",
	[STEP_DEFERRED] = "[~] DEFERRED",
};

enum effect view_effect(const struct inst *in)
{
	const struct step *st = in->step;

	if (st->effect_given || st->kind == KIND_BROKEN)
		return st->effect;
	if (st->contact)
		return EFFECT_CHANGE;
	return st->kind == KIND_RUN || st->kind == KIND_SETTLE ? EFFECT_CHANGE : EFFECT_READ;
}

const char *view_mark(const struct inst *in)
{
	if (in->state == STEP_FINISHED)
		return outcome_marks[in->outcome];
	return state_marks[in->state];
}

/* Whether a text has this word, by itself. */
static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[n]))
			return true;
	return false;
}

void view_step_name(struct buf *out, const struct view *v, const struct inst *in)
{
	struct buf b = BUF_INIT;
	const struct inst *round = in;

	if (!in || !in->step) {
		buf_adds(out, "the run");
		return;
	}
	view_safe(out, in->step->number);
	buf_addc(out, ' ');
	inst_title(&b, view_state(v), in);
	view_safe(out, buf_str(&b));
	while (round && !round->is_item)
		round = round->parent;
	if (round && (round == in || !has_word(buf_str(&b), round->item))) {
		buf_adds(out, " (");
		view_safe(out, round->item);
		buf_addc(out, ')');
	}
	buf_release(&b);
}

void view_cmd_line(struct buf *out, const struct cmd *c, int64_t now)
{
	static const char *const streams[] = { "output", "stderr", "terminal" };
	int64_t end = c->ended >= 0 ? c->ended : now;

	switch (c->phase) {
	case CMD_INTENT:
		buf_adds(out, c->pid ? "running for " : "played, not run, for ");
		break;
	case CMD_STOPPING:
		buf_adds(out, "being stopped, after ");
		break;
	case CMD_ENDED:
		if (c->signaled)
			buf_addf(out, "ended by signal %d (%s)%s after ", c->code,
				 sigabbrev_np(c->code) ? sigabbrev_np(c->code) : "?",
				 c->timed_out ? ", its time was up," : "");
		else
			buf_addf(out, "exit %d%s after ", c->code,
				 c->timed_out ? ", its time was up," : "");
		break;
	case CMD_NEVER:
		buf_adds(out, "it never ran");
		return;
	case CMD_NO_EXEC:
		buf_addf(out, "it could not be started: %s", strerror(c->sys));
		return;
	case CMD_UNKNOWN:
		buf_adds(out, "what became of it is not known, after ");
		break;
	}
	view_span(out, end - c->began);
	for (int i = 0; i < 3; i++)
		if (c->bytes[i])
			buf_addf(out, ", %s %lld bytes", streams[i], (long long)c->bytes[i]);
}

void view_destroys(struct buf *out, bool has_undo)
{
	view_label(out, "WARNING", has_undo ? "this destroys; the only way back is its undo"
		   : "this destroys; there is no undo but what the runbook says itself");
}

static void add_warning(struct buf *out, const struct view *v, const struct inst *in)
{
	const struct step *st = in->step;

	view_label_fill(out, v, in, "WARNING", st->warn);
	if (view_effect(in) == EFFECT_DESTROY)
		view_destroys(out, st->undo.s != NULL);
	view_label_fill(out, v, in, "no way back", st->no_way_back);
}

static void add_target(struct buf *out, const struct view *v, const struct inst *in)
{
	if (in->target)
		view_label_raw(out, "target", in->target);
	else
		view_label_fill(out, v, in, "target", in->step->target.s);
	if (in->step->host)
		view_label_fill(out, v, in, "on host", in->step->host);
	if (in->step->role)
		view_label_raw(out, "for", in->step->role);
}

bool view_uses_name(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = strchr(text, '$'); at; at = strchr(at + 1, '$')) {
		const char *c = at[1] == '{' ? at + 2 : at + 1;

		if (strncmp(c, name, n) == 0 && !isalnum((unsigned char)c[n]) && c[n] != '_')
			return true;
	}
	return false;
}

/* What the names in a command stand for: "rm -rf $victim" says nothing without it. */
static void add_with(struct buf *out, const struct view *v, const struct inst *in,
		     const char *command)
{
	struct binding *b = NULL;
	size_t n = state_bindings(view_state(v), in, &b);
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct value *val = b[i].value;

		if (binding_find(b, n, b[i].name) != val || !view_uses_name(command, b[i].name))
			continue;
		buf_clear(&line);
		view_safe(&line, b[i].name);
		buf_adds(&line, " = ");
		if (val->secret || !val->known)
			buf_adds(&line, val->secret ? "(hidden)" : "(unknown)");
		else
			view_safe_short(&line, val->text, 200);
		view_label(out, "with", buf_str(&line));
	}
	buf_release(&line);
	free(b);
}

/* How a condition is looked at: the command, how often, for how long. */
static void add_probe(struct buf *out, const struct probe *p, const char *what,
		      const char *condition)
{
	struct buf b = BUF_INIT;

	if (!p)
		return;
	if (p->run.s) {
		str_printable(&b, p->run.s, strlen(p->run.s), true);
		view_label(out, what, buf_str(&b));
		buf_clear(&b);
	}
	if (p->every_ms) {
		buf_adds(&b, "every ");
		view_ms(&b, p->every_ms);
	}
	if (p->within_ms) {
		buf_adds(&b, b.len ? ", for at most " : "for at most ");
		view_ms(&b, p->within_ms);
	}
	if (p->stays_ms) {
		buf_adds(&b, b.len ? "; it must hold for " : "it must hold for ");
		view_ms(&b, p->stays_ms);
	}
	view_label(out, "looks", buf_str(&b));
	if (condition && p->expect.s)
		view_label_raw(out, condition, p->expect.s);
	else if (condition)
		view_label(out, condition, "exit 0");
	buf_release(&b);
}

static void add_what(struct buf *out, const struct view *v, const struct inst *in)
{
	const struct step *st = in->step;
	static const char *const labels[KIND_MAX] = {
		[KIND_HOLD] = "read", [KIND_ASK] = "question", [KIND_CHOOSE] = "question",
		[KIND_BRANCH] = "question", [KIND_CAUTION] = "CAUTION", [KIND_END] = "end",
		[KIND_CHECK] = "must hold", [KIND_WAIT] = "waits until",
	};
	const char *cmd = st->kind == KIND_RUN || in->edited ? inst_command(in) : NULL;
	struct buf b = BUF_INIT;

	if (cmd) {
		view_label_raw(out, in->edited ? "command (changed by the operator)" : "command",
			       cmd);
		add_with(out, v, in, cmd);
	} else if (st->kind == KIND_CHECK || st->kind == KIND_WAIT)
		view_label_raw(out, labels[st->kind], st->text.s);
	else if (st->text.s && st->kind != KIND_RUN && !st->contact)
		view_label_fill(out, v, in, labels[st->kind] ? labels[st->kind] : "do",
				st->text.s);
	if (st->kind == KIND_CONTACT)
		view_contact_text(out, v, in);
	if (st->kind == KIND_BROKEN)
		view_label_raw(out, "as it is written in the runbook", st->source);
	add_probe(out, st->probe, st->kind == KIND_ASK ? "lines of" : "looks by", NULL);
	if (st->from.s)
		view_label_raw(out, "one of", st->from.s);
	if (st->probe && st->probe->run.s)
		add_with(out, v, in, st->probe->run.s);
	if (st->repair.s)
		view_label_raw(out, "repair, when asked for", st->repair.s);
	if (st->timer_ms) {
		view_ms(&b, st->timer_ms);
		view_label(out, "waits", buf_str(&b));
		buf_clear(&b);
	}
	if (st->settles) {
		for (size_t i = 0; i < view_state(v)->n_debts; i++) {
			const struct debt *d = &view_state(v)->debts[i];

			if (!str_eq(d->name, st->settles) || d->paid || d->voided)
				continue;
			buf_adds(&b, "brings back ");
			view_safe(&b, d->key);
			view_label_raw(out, buf_str(&b), d->command);
			buf_clear(&b);
		}
	}
	if (st->kind == KIND_RUN && view_effect(in) != EFFECT_READ)
		view_label(out, "effect", word_of(WORDS_EFFECT, view_effect(in)));
	buf_release(&b);
}

static void add_expected(struct buf *out, const struct view *v, const struct inst *in)
{
	const struct step *st = in->step;
	struct buf b = BUF_INIT;

	if (st->takes_ms) {
		view_ms(&b, st->takes_ms);
		view_label(out, "takes about", buf_str(&b));
		buf_clear(&b);
	}
	if (st->expect.s)
		view_label_raw(out, "expected", st->expect.s);
	add_probe(out, st->verify, "then verified by", "which must come out as");
	view_label_fill(out, v, in, "if not", st->if_not);
	for (size_t i = 0; i < st->n_owes; i++) {
		view_safe(&b, st->owes[i].name);
		buf_adds(&b, ", brought back by: ");
		view_safe(&b, st->owes[i].command.s);
		view_label(out, "takes down", buf_str(&b));
		buf_clear(&b);
	}
	buf_release(&b);
}

static void add_standing(struct buf *out, const struct inst *in, int64_t now)
{
	struct buf b = BUF_INIT;

	view_label_raw(out, "PROBLEM", in->problem);
	if (in->reading) {
		view_safe(&b, in->reading);
		buf_adds(&b, " (");
		view_span(&b, now - in->reading_at);
		buf_adds(&b, " ago)");
		view_label(out, "reading", buf_str(&b));
		buf_clear(&b);
	}
	if (in->cmd) {
		view_cmd_line(&b, in->cmd, now);
		view_label(out, in->cmd->purpose != PURPOSE_MAIN
			   ? word_of(WORDS_PURPOSE, in->cmd->purpose)
			   : in->cmd->attempt == in->attempt ? "its command"
							     : "its command before", buf_str(&b));
		if (in->cmd->survivors && *in->cmd->survivors)
			view_label_raw(out, "still alive", in->cmd->survivors);
		buf_clear(&b);
	}
	if (in->late)
		view_label(out, "LATE", "it takes longer than the runbook expects");
	if (in->stale)
		view_label(out, "note", "an earlier step was done again after this one");
	if (in->retry_at >= 0 && in->state == STEP_DECIDING) {
		view_span(&b, in->retry_at - now);
		view_label(out, "tries again by itself in", buf_str(&b));
	}
	view_label_raw(out, "reason", in->reason);
	buf_release(&b);
}

void view_step_trouble(struct buf *out, const struct view *v, const struct inst *in,
		       struct moment now)
{
	if (!in->step)
		return;
	add_standing(out, in, view_time(v, now));
	view_label_fill(out, v, in, "if not", in->step->if_not);
}

void view_step_text(struct buf *out, const struct view *v, const struct inst *in,
		    struct moment now)
{
	if (!in->step) {
		view_header(out, v, now);
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, view_mark(in));
	buf_addc(out, ' ');
	view_step_name(out, v, in);
	if (in->attempt > 1)
		buf_addf(out, " (attempt %d)", in->attempt);
	buf_addc(out, '\n');
	view_label_fill(out, v, in, "why", in->step->why);
	add_target(out, v, in);
	view_each_text(out, in);
	add_warning(out, v, in);
	add_what(out, v, in);
	add_expected(out, v, in);
	add_standing(out, in, view_time(v, now));
}
