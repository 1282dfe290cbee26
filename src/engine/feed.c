/* One input, and all that follows from it. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "mem.h"
#include "str.h"

struct engine *engine_new(const struct runbook *book, engine_book_fn *find_book, void *ctx)
{
	struct engine *e = mem_alloc(sizeof *e);

	e->find_book = find_book;
	e->book_ctx = ctx;
	e->s.book = book;
	e->s.drill.pace = 1;
	e->s.root = build_root(e, book);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	build_free(e);
	state_release(e);
	for (size_t i = 0; i < e->n_answered; i++) {
		free(e->answered[i].mark);
		free(e->answered[i].why);
	}
	free(e->answered);
	for (size_t i = 0; i < e->n_wishes; i++) {
		free(e->wishes[i].text);
		free(e->wishes[i].owed);
	}
	free(e->wishes);
	free(e);
}

const struct state *engine_state(const struct engine *e)
{
	return &e->s;
}

/* --- intents --------------------------------------------------------------------------------- */

static const struct answered *answered_before(const struct engine *e, const char *mark)
{
	for (size_t i = e->n_answered; i-- > 0;)
		if (!strcmp(e->answered[i].mark, mark))
			return &e->answered[i];
	return NULL;
}

static bool for_everybody(enum verb v)
{
	return v == VERB_NOTE || v == VERB_TAKE || v == VERB_INVENT || v == VERB_OBSERVE ||
		v == VERB_ATTACH;
}

static bool same_person(const struct actor *a, const struct actor *b)
{
	return str_eq(a->id, b->id) && str_eq(a->how, b->how);
}

/* Who may act: the one in the seat; where nobody sits, whoever acts sits down. `exec` and `refresh`
 * come from other terminals of the same person. */
static const char *not_allowed(struct pass *p, const struct intent *it)
{
	const struct seat *s = &p->s->seat;
	struct jsonw *w;

	if (drill_facilitates(p->s, it->client))
		return drill_not_theirs(it->verb);
	if (for_everybody(it->verb) || shell_is_of(p->s, it))
		return NULL;
	if (!s->taken && it->verb == VERB_EXEC && shell_wanted(it))
		return NULL; /* a terminal beside the walk: whoever walks it may still come */
	if (!s->taken) {
		char mark[sizeof p->mark];

		memcpy(mark, p->mark, sizeof mark); /* the answer is what follows, not this */
		p->mark[0] = '\0';
		w = emit_begin(p, EV_SEAT);
		jw_str(w, "what", "taken");
		jw_str(w, "client", it->client);
		emit_end(p, EV_SEAT, NULL, 0);
		memcpy(p->mark, mark, sizeof mark);
		return NULL;
	}
	if (str_eq(s->client, it->client))
		return NULL;
	if ((it->verb == VERB_EXEC || it->verb == VERB_REFRESH) &&
	    same_person(&s->who, &p->in->actor))
		return NULL;
	return "somebody else operates this run: take it over first";
}

/* Answers name the question they answer. Some only make sense as an answer; leaving a step out is
 * possible while it asks nothing, too. */
static const char *not_asked(const struct inst *in, const struct intent *it)
{
	switch ((int)it->verb) {
	case VERB_START: case VERB_DONE: case VERB_FAIL: case VERB_RETRY: case VERB_ACCEPT:
	case VERB_REPAIR: case VERB_SUSPEND: case VERB_RESUME:
		if (!in->prompt)
			return "the step asks nothing now";
		break;
	case VERB_SKIP: case VERB_DEFER: case VERB_OVERRIDE:
		break;
	default:
		return NULL;
	}
	return in->prompt == it->prompt ? NULL : "that question is not asked any more";
}

static void step_intent(struct pass *p, const struct intent *it)
{
	const struct inst *in = state_inst(p->s, it->step);
	const char *word = word_of(WORDS_VERB, it->verb);
	row_fn *row;

	if (!in || !in->parent) {
		emit_refused(p, NULL, word, "there is no such step");
		return;
	}
	row = table_answers[in->state][it->verb];
	if (!row)
		emit_refused(p, in, word, "the step is not in a state that takes this answer");
	else if (not_asked(in, it))
		emit_refused(p, in, word, not_asked(in, it));
	else if (verb_needs_reason(it->verb) && (!it->reason || !*it->reason))
		emit_refused(p, in, word, "this departs from the script: a reason is needed");
	else
		row(p, in, it);
}

static bool is_for_run(const struct intent *it)
{
	switch ((int)it->verb) {
	case VERB_NOTE: case VERB_PAUSE: case VERB_CONTINUE: case VERB_PACE: case VERB_HANDOVER:
	case VERB_TAKE: case VERB_REFRESH: case VERB_CLOSE: case VERB_CORRECT: case VERB_EXEC:
	case VERB_CALL: case VERB_SETTLE: case VERB_INPUT: case VERB_JOURNAL:
	case VERB_INVENT: case VERB_OBSERVE: case VERB_PLAY: case VERB_HELP: case VERB_ATTACH:
	case VERB_SHELL:
		return true;
	case VERB_UNDO:
		return !it->step || !*it->step;
	default:
		return false;
	}
}

static void (*const input_rows[INPUT_MAX])(struct pass *);

/* What somebody says of themselves counts when the keeper has looked at it, and then it is an input
 * of its own. */
static bool is_looked_at(enum verb v)
{
	return v == VERB_APPROVE || v == VERB_IDENTIFY || v == VERB_PERMIT || v == VERB_INJECT;
}

static void take_intent(struct pass *p, const struct intent *it)
{
	const char *word = word_of(WORDS_VERB, it->verb), *why;

	if (p->s->phase == RUN_CLOSED && it->verb != VERB_NOTE) {
		emit_refused(p, NULL, word, "the run is closed");
	} else if (p->in->kind != INPUT_INTENT) {
		input_rows[p->in->kind](p);
	} else if (is_looked_at(it->verb)) {
		emit_refused(p, NULL, word, p->in->reason ? p->in->reason
						       : "who says so was not looked at");
	} else if ((why = not_allowed(p, it))) {
		emit_refused(p, NULL, word, why);
	} else if (is_for_run(it)) {
		run_intent(p, it);
	} else {
		step_intent(p, it);
	}
}

static void answer_intent(struct pass *p, struct verdict *ret)
{
	const struct intent *it = p->in->intent;
	char mark[sizeof p->mark];
	const struct answered *a;
	size_t before = p->out->n;

	snprintf(mark, sizeof mark, "%s/%s", it->client, it->id);
	a = answered_before(p->e, mark);
	if (a) {
		*ret = (struct verdict){ a->accepted, true, a->seq, "" };
		snprintf(ret->why, sizeof ret->why, "%s", a->why ? a->why : "");
		return;
	}
	memcpy(p->mark, mark, sizeof mark);
	take_intent(p, it);
	a = answered_before(p->e, mark);
	if (!a && p->out->n == before) { /* keystrokes: accepted without an event */
		p->mark[0] = '\0';
		*ret = (struct verdict){ .accepted = true, .seq = p->s->seq };
		return;
	}
	if (!a) {
		*ret = (struct verdict){ .accepted = true, .seq = p->s->seq };
		return;
	}
	*ret = (struct verdict){ a->accepted, false, a->seq, "" };
	snprintf(ret->why, sizeof ret->why, "%s", a->why ? a->why : "");
}

/* --- other inputs ---------------------------------------------------------------------------- */

static void keeper(struct pass *p)
{
	struct jsonw *w = emit_begin(p, EV_KEEPER);

	jw_str(w, "what", p->in->text);
	jw_str(w, "version", p->in->name);
	jw_str(w, "boot_id", p->in->boot_id);
	emit_end(p, EV_KEEPER, NULL, 0);
	p->now = state_time(p->s, p->in->now); /* another boot may have moved it */
	if (!str_eq(p->in->text, "park"))
		shell_again(p);
	if (str_eq(p->in->text, "start") || str_eq(p->in->text, "park"))
		return;
	for (size_t i = 0; i < p->s->n_insts; i++) {
		const struct inst *in = p->s->insts[i];

		for (size_t k = 0; in->scope && k < in->scope->n; k++) {
			struct value gone = { .type = in->scope->v[k].value.type,
					      .secret = true };

			if (in->scope->v[k].value.secret && in->scope->v[k].value.known)
				emit_value(p, in, in, in->scope->v[k].name, &gone, "lost",
					   "it was in the memory of a keeper that is gone");
		}
	}
}

static void client_gone(struct pass *p)
{
	struct jsonw *w;

	drill_left(p, p->in->name);
	shell_client_gone(p, p->in->name);
	if (!p->s->seat.taken || !str_eq(p->s->seat.client, p->in->name))
		return;
	w = emit_begin(p, EV_SEAT);
	jw_str(w, "what", "left");
	jw_str(w, "client", p->in->name);
	emit_end(p, EV_SEAT, NULL, 0);
}

static void digest(struct pass *p)
{
	const struct inst *in = state_inst(p->s, p->in->key);
	const struct artefact *old = NULL;
	struct jsonw *w;
	char *why;

	if (!in || !in->parent)
		return;
	for (size_t i = p->s->n_artefacts; i-- > 0 && !old;)
		if (str_eq(p->s->artefacts[i].name, p->in->name))
			old = &p->s->artefacts[i];
	if (in->state == STEP_EXECUTING && (in->cmd ? in->cmd->attempt != in->attempt ||
					    in->cmd->phase != CMD_ENDED : true))
		return; /* asked for by an attempt that is over */
	if (in->state == STEP_EXECUTING && in->digests_open && p->in->text) {
		w = emit_begin(p, EV_ARTEFACT);
		jw_str(w, "what", "produced");
		jw_str(w, "name", p->in->name);
		jw_str(w, "path", p->in->path);
		jw_str(w, "sha256", p->in->text);
		emit_end(p, EV_ARTEFACT, in, in->attempt);
		if (!in->digests_open)
			ended_confirm(p, in);
	} else if (in->state == STEP_EXECUTING && in->digests_open) {
		why = mem_printf("%s was not produced: %s", p->in->name,
				 p->in->reason ? p->in->reason : "not there");
		finish_fail(p, in, FAILURE_POSTCONDITION, why);
		free(why);
	} else if (in->state == STEP_WAITING && in->asked) {
		if (old && str_eq(old->sha256, p->in->text)) {
			w = emit_begin(p, EV_ARTEFACT);
			jw_str(w, "what", "checked");
			jw_str(w, "name", p->in->name);
			jw_str(w, "sha256", p->in->text);
			emit_end(p, EV_ARTEFACT, in, in->attempt);
			return;
		}
		why = mem_printf("%s is not the file that was produced: %s", p->in->name,
				 p->in->text ? "its content differs" : p->in->reason);
		emit_step(p, in, &(struct change){ .to = STEP_BLOCKED, .asks = true,
						   .failure = FAILURE_PRECONDITION,
						   .problem = why });
		free(why);
	}
}

static void gap(struct pass *p)
{
	struct jsonw *w = emit_begin(p, EV_GAP);

	buf_adds(w->out, p->in->text ? p->in->text : "");
	w->comma = p->in->text && *p->in->text;
	emit_end(p, EV_GAP, NULL, 0);
}

static void clock_jump(struct pass *p)
{
	struct jsonw *w = emit_begin(p, EV_CLOCK);

	jw_int(w, "jump_ns", p->in->number);
	emit_end(p, EV_CLOCK, NULL, 0);
}

static void own_note(struct pass *p)
{
	emit_note(p, p->in->key ? state_inst(p->s, p->in->key) : NULL,
		  p->in->name ? p->in->name : "program", p->in->text ? p->in->text : "");
}

static void tick(struct pass *p)
{
	(void)p;
}

static void (*const input_rows[INPUT_MAX])(struct pass *) = {
	[INPUT_KEEPER] = keeper, [INPUT_PREPARED] = command_input, [INPUT_REFUSED] = command_input,
	[INPUT_ENDED] = command_input, [INPUT_NEVER] = command_input,
	[INPUT_NO_EXEC] = command_input, [INPUT_UNKNOWN] = command_input,
	[INPUT_STUCK] = command_input, [INPUT_OUTPUT] = command_input, [INPUT_DIGEST] = digest,
	[INPUT_TICK] = tick, [INPUT_CLIENT] = client_gone, [INPUT_GAP] = gap,
	[INPUT_CONTACT] = contact_decided, [INPUT_CLOCK] = clock_jump, [INPUT_NOTE] = own_note,
	[INPUT_BOOK] = run_book, [INPUT_APPROVAL] = ward_approval,
	[INPUT_IDENTITY] = ward_identity, [INPUT_PERMIT] = ward_permit,
	[INPUT_DRILL] = drill_input,
};

void engine_feed(struct engine *e, const struct eval *eval, const struct engine_input *in,
		 struct event_list *events, struct action_list *actions, struct verdict *ret)
{
	struct pass p = { .e = e, .s = &e->s, .eval = eval, .in = in, .out = events,
			  .acts = actions, .now = state_time(&e->s, in->now) };
	struct verdict own = { 0 };
	size_t first = events->n;
	bool parking = in->kind == INPUT_KEEPER && str_eq(in->text, "park");

	if (e->s.phase == RUN_NEW)
		return;
	if (in->intent)
		answer_intent(&p, &own);
	else if (e->s.phase != RUN_CLOSED || in->kind == INPUT_OUTPUT || in->kind == INPUT_NOTE)
		input_rows[in->kind](&p);
	if (!parking && in->kind != INPUT_OUTPUT) {
		while (walk_advance(&p))
			;
		caution_all(&p, first);
		wish_all(&p);
	}
	buf_release(&p.body);
	if (ret)
		*ret = own;
}

/* --- time ------------------------------------------------------------------------------------ */

static void sooner(int64_t *best, int64_t t)
{
	if (t >= 0 && (*best < 0 || t < *best))
		*best = t;
}

int64_t engine_deadline(const struct engine *e)
{
	const struct state *s = &e->s;
	int64_t best = -1;

	if (s->phase == RUN_CLOSED || s->phase == RUN_NEW)
		return -1;
	sooner(&best, contact_deadline(s));
	sooner(&best, ward_deadline(s));
	for (size_t i = 0; i < s->n_active; i++) {
		const struct inst *in = s->active[i];

		if (in->state == STEP_DECIDING && !s->paused)
			sooner(&best, in->retry_at);
		if (in->state != STEP_EXECUTING && in->state != STEP_CONFIRMING)
			continue;
		if (!inst_runs(in) && !in->asked)
			sooner(&best, in->next_look);
		if (in->step && in->step->kind == KIND_WAIT && !in->step->probe)
			sooner(&best, in->give_up);
		if (inst_runs(in) && in->cmd->phase == CMD_INTENT)
			sooner(&best, in->cmd->deadline);
		if (in->climb && in->state == STEP_EXECUTING && !s->paused)
			sooner(&best, in->climb->look_at);
		if (in->climb && in->step->takes_ms && !in->late)
			sooner(&best, in->since + in->step->takes_ms * CLOCK_MS + 1);
		if (inst_runs(in) && !in->late && state_late_at(s, in->cmd) >= 0)
			sooner(&best, state_late_at(s, in->cmd) + 1);
	}
	return best < 0 ? -1 : state_boot(s, best);
}
