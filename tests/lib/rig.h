/* An engine on the bench: runbooks made by hand, an evaluator that is told what to answer, a clock
 * that moves when the test says so. Header only; each test program has its own copy. */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "contact_state.h"
#include "engine.h"
#include "err.h"
#include "json.h"
#include "mem.h"
#include "str.h"

struct rig {
	struct arena *arena;
	struct runbook book;
	struct engine *e;
	struct event_list log;      /* all events so far */
	struct action_list acts;    /* of the last feed */
	struct verdict verdict;
	struct moment now;
	int n_ids;
	bool blank;                 /* no runbook */
	enum run_mode mode;         /* of rig_open; a drill's way and pace */
	enum drill_way way;
	int64_t pace;
	char boot[40];
};

/* Conditions of the bench: "T", "F", "U", "exit = 0", or the name of a bool value. */
static enum tri rig_condition(void *ctx, const char *text, const struct binding *b, size_t n,
			      struct buf *why)
{
	const struct value *v = binding_find(b, n, text);

	(void)ctx;
	if (!strcmp(text, "T"))
		return TRI_TRUE;
	if (!strcmp(text, "F"))
		return TRI_FALSE;
	if (!strcmp(text, "exit = 0")) {
		v = binding_find(b, n, "exit");
		return v && v->known ? (!strcmp(v->text, "0") ? TRI_TRUE : TRI_FALSE) : TRI_UNKNOWN;
	}
	if (v && v->known)
		return !strcmp(v->text, "true") ? TRI_TRUE : TRI_FALSE;
	if (why)
		buf_adds(why, "not known");
	return TRI_UNKNOWN;
}

static int rig_derive(void *ctx, const char *text, const struct binding *b, size_t n,
		      enum value_type as, struct value *ret, struct err *err)
{
	(void)ctx;
	(void)b;
	(void)n;
	if (!strcmp(text, "U")) {
		*ret = (struct value){ .type = as < 0 ? VALUE_TEXT : as };
		return 0;
	}
	return value_parse(as < 0 ? VALUE_TEXT : as, text, strlen(text), ret, err);
}

static int rig_capture(void *ctx, const struct capture *c, const char *out, size_t n,
		       struct value *ret, struct err *err)
{
	(void)ctx;
	if (!n) {
		*ret = (struct value){ .type = c->type };
		err_set(err, ERR_NOTFOUND, "nothing was printed");
		return 0;
	}
	if (value_parse(c->type, out, n, ret, err))
		*ret = (struct value){ .type = c->type };
	return 0;
}

static void rig_names(const char *text,
		      void (*fn)(void *ctx, const char *name, size_t len, size_t off), void *ctx)
{
	const char *end = strchr(text, ' ');

	fn(ctx, text, end ? (size_t)(end - text) : strlen(text), 0);
}

/* Why every environment is frozen; NULL: none is. */
static const char *rig_freeze;

static bool rig_frozen(void *ctx, const struct environment *env, int64_t wall, struct buf *why)
{
	(void)ctx;
	(void)env;
	(void)wall;
	buf_adds(why, rig_freeze ? rig_freeze : "");
	return rig_freeze;
}

static const struct eval rig_eval = { NULL, rig_condition, rig_derive, rig_capture, rig_names,
				      rig_frozen };

/* --- runbooks ------------------------------------------------------------------------------- */

static inline void rig_init(struct rig *r)
{
	memset(r, 0, sizeof *r);
	r->arena = arena_new();
	r->book.title = "bench";
	r->book.path = "bench.yaml";
	r->now = (struct moment){ 1700000000000000000LL, 1000000000LL };
	snprintf(r->boot, sizeof r->boot, "11111111-2222-3333-4444-555555555555");
}

static inline struct step *rig_step(struct rig *r, enum step_kind kind, const char *id,
				    const char *text)
{
	struct step *s = arena_alloc(r->arena, sizeof *s);

	s->kind = kind;
	s->id = arena_dup(r->arena, id);
	s->number = s->id;
	s->title = s->id;
	s->text.s = arena_dup(r->arena, text);
	s->book = &r->book;
	s->success = true;
	s->at_once = 1;
	s->index = r->book.n_all++;
	return s;
}

static inline void rig_kids(struct rig *r, struct step *up, struct step **kids, size_t n)
{
	up->children = arena_alloc(r->arena, (n + 1) * sizeof *kids);
	memcpy(up->children, kids, n * sizeof *kids);
	up->n_children = n;
	for (size_t i = 0; i < n; i++)
		kids[i]->parent = up;
}

static inline void rig_always(struct rig *r, struct step *up, struct step *kid)
{
	up->always = arena_alloc(r->arena, 2 * sizeof kid);
	up->always[0] = kid;
	up->n_always = 1;
	kid->parent = up;
}

static inline struct probe *rig_probe(struct rig *r, const char *run, const char *expect,
				      int64_t within_ms)
{
	struct probe *p = arena_alloc(r->arena, sizeof *p);

	p->run.s = run;
	p->expect.s = expect;
	p->within_ms = within_ms;
	p->every_ms = 1000;
	return p;
}

#define RIG_OWE(r, st, nm, cmd)                                                                   \
	do {                                                                                      \
		struct owed_def *o_ = arena_alloc((r)->arena, sizeof *o_);                        \
		o_->name = nm;                                                                    \
		o_->command.s = cmd;                                                              \
		(st)->owes = o_;                                                                  \
		(st)->n_owes = 1;                                                                 \
	} while (0)

/* --- driving --------------------------------------------------------------------------------- */

static inline void rig_feed(struct rig *r, struct engine_input *in)
{
	struct event_list out = { 0 };

	r->now.wall += 1000000;
	r->now.boot += 1000000;
	in->now = r->now;
	in->boot_id = r->boot;
	if (!in->actor.id[0])
		snprintf(in->actor.id, sizeof in->actor.id, "keeper");
	action_list_release(&r->acts);
	engine_feed(r->e, &rig_eval, in, &out, &r->acts, &r->verdict);
	for (size_t i = 0; i < out.n; i++) {
		*event_list_add(&r->log) = out.v[i];
		out.v[i] = (struct event){ 0 };
	}
	event_list_release(&out);
}

static inline void rig_tick(struct rig *r, int64_t ms)
{
	struct engine_input in = { .kind = INPUT_TICK };

	r->now.wall += ms * 1000000;
	r->now.boot += ms * 1000000;
	rig_feed(r, &in);
}

static inline void rig_keeper(struct rig *r, const char *what)
{
	struct engine_input in = { .kind = INPUT_KEEPER, .text = what, .name = "test" };

	rig_feed(r, &in);
}

/* Opens the run over the steps given, and lets a keeper take it up. */
static inline void rig_open(struct rig *r, struct step **steps, size_t n)
{
	struct opening o = { .run = "bench", .title = "bench", .version = "test", .cwd = "/",
			     .mode = r->mode, .way = r->way, .pace = r->pace, .seed = 7,
			     .boot_id = r->boot };
	struct err err = { 0 };

	r->book.steps = arena_alloc(r->arena, (n + 1) * sizeof *steps);
	if (n)
		memcpy(r->book.steps, steps, n * sizeof *steps);
	r->book.n_steps = n;
	r->blank = !steps;
	r->e = engine_new(r->blank ? NULL : &r->book, NULL, NULL);
	o.now = r->now;
	engine_opening(event_list_add(&r->log), &o);
	if (engine_apply(r->e, &r->log.v[0], &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	rig_keeper(r, "start");
}

static inline struct inst *rig_inst(const struct rig *r, const char *key)
{
	return state_inst(engine_state(r->e), key);
}

/* An intent of ana's, from the client at this bench: whether it was taken. */
static inline bool rig_send(struct rig *r, struct intent *it)
{
	struct engine_input input = { .kind = INPUT_INTENT, .intent = it };

	snprintf(it->client, sizeof it->client, "bench");
	snprintf(it->id, sizeof it->id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
	return r->verdict.accepted;
}

/* An intent for a step, answering its present prompt, with a reason. */
static inline bool rig_say(struct rig *r, const char *key, enum verb verb, const char *text)
{
	struct inst *in = key ? rig_inst(r, key) : NULL;
	struct intent it = { .verb = verb,
			     .step = (char *)(uintptr_t)key,
			     .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t) "because",
			     .prompt = in ? in->prompt : 0 };

	return rig_send(r, &it);
}

/* The token of the first action of a kind in the last feed, or NULL. */
static inline const struct action *rig_act(const struct rig *r, enum action_kind kind)
{
	for (size_t i = 0; i < r->acts.n; i++)
		if (r->acts.v[i].kind == kind)
			return &r->acts.v[i];
	return NULL;
}

/* The keeper's part of starting a command: forked and let go. Returns the token (static). */
static inline bool rig_prepared(struct rig *r, char token[TOKEN_MAX])
{
	const struct action *a = rig_act(r, ACT_PREPARE);
	struct engine_input in = { .kind = INPUT_PREPARED, .pid = 4711, .pid_start = 99 };

	if (!a)
		return false;
	memcpy(token, a->token, TOKEN_MAX);
	in.token = token;
	rig_feed(r, &in);
	return rig_act(r, ACT_GO) != NULL;
}

static inline void rig_ended(struct rig *r, const char *token, int code, const char *out)
{
	struct engine_input in = { .kind = INPUT_ENDED, .token = token, .code = code, .out = out,
				   .n_out = out ? strlen(out) : 0 };

	rig_feed(r, &in);
}

/* The command that is asked for now: forked, let go, ended. */
static inline bool rig_runs(struct rig *r, int code, const char *out)
{
	char token[TOKEN_MAX];

	if (!rig_prepared(r, token))
		return false;
	rig_ended(r, token, code, out);
	return true;
}

static inline void rig_dump_drill(struct buf *b, const struct drill *d)
{
	buf_addf(b, "drill way %d seed %lld pace %lld facilitators %zu invented %zu observed %zu "
		 "helped %zu\n", d->way, (long long)d->seed, (long long)d->pace,
		 d->n_facilitators, d->n_invented, d->n_observed, d->n_helped);
	for (size_t i = 0; i < d->n_turns; i++)
		buf_addf(b, "  turn %d %s at %lld\n", d->turns[i].what, d->turns[i].inject,
			 (long long)d->turns[i].at);
	for (size_t i = 0; i < d->n_shown; i++)
		buf_addf(b, "  shown %s %s\n", d->shown[i].inject, d->shown[i].show);
	for (size_t i = 0; i < d->n_plays; i++)
		buf_addf(b, "  play %s asked %d of %d answered %d by %d exit %d signal %d took "
			 "%lld: %s\n", d->plays[i].token, d->plays[i].asked, d->plays[i].of,
			 d->plays[i].answered, d->plays[i].by, d->plays[i].exit,
			 d->plays[i].signal, (long long)d->plays[i].took_ms,
			 d->plays[i].output ? d->plays[i].output : "-");
	for (size_t i = 0; i < d->n_stood; i++)
		buf_addf(b, "  stood %s %d %d at %lld\n", d->stood[i].inst->key, d->stood[i].to,
			 d->stood[i].outcome, (long long)d->stood[i].at);
}

/* The state of everything as text: equal texts, equal states. */
static inline char *rig_dump(const struct engine *e)
{
	const struct state *s = engine_state(e);
	struct buf b = BUF_INIT;

	buf_addf(&b, "phase %d seq %lld paused %d pace %d verdict %s success %d seat %d\n",
		 s->phase, (long long)s->seq, s->paused, s->pace, s->verdict ? s->verdict : "-",
		 s->success, s->seat.taken);
	buf_addf(&b, "done %zu skipped %zu deferred %zu failed %zu\n", s->done, s->skipped,
		 s->deferred, s->failed);
	for (size_t i = 0; i < s->n_insts; i++) {
		const struct inst *in = s->insts[i];

		buf_addf(&b,
			 "%s %s %s %s attempt %d prompt %lld cursor %zu look %lld up %lld retry "
			 "%lld tries %d stale %d reading %s leaving %d undo %d covers %d fresh %d "
			 "targets %zu caution %d lines %zu since %lld\n",
			 in->key, word_of(WORDS_STATE, in->state),
			 word_of(WORDS_OUTCOME, in->outcome), word_of(WORDS_FAILURE, in->failure),
			 in->attempt, (long long)in->prompt, in->cursor, (long long)in->next_look,
			 (long long)in->give_up, (long long)in->retry_at, in->tries_left,
			 in->stale, in->reading ? in->reading : "-", in->leaving, in->undo,
			 in->covers, in->fresh, in->n_targets, state_caution(in),
			 in->lines ? strlen(in->lines) : 0, (long long)in->holds_since);
		for (size_t k = 0; k < in->n_targets; k++)
			buf_addf(&b, "  target %s\n", in->targets[k]);
		if (in->guard)
			buf_addf(&b, "  guard %s read %zu agreed %d from %lld digest %s at %lld stop "
				 "%d glass %d covered %d request %s cmd %s\n",
				 in->guard->environment ? in->guard->environment : "-",
				 in->guard->n_readings, in->guard->agreed,
				 (long long)in->guard->looked_from, in->guard->digest,
				 (long long)in->guard->active_at, in->guard->stop, in->guard->glass,
				 in->guard->covered, in->guard->request,
				 in->guard->cmd ? in->guard->cmd->token : "-");
		if (in->climb) {
			struct jsonw w = { .out = &b };

			buf_addf(&b, "  climb asks %d sending %zu newest %s: %s / ",
				 in->climb->question, in->climb->sending,
				 in->climb->send ? in->climb->send->token : "-",
				 in->climb->message);
			ladder_json(&w, NULL, in->climb->ladder);
			buf_addc(&b, '\n');
		}
		for (size_t k = 0; in->scope && k < in->scope->n; k++)
			buf_addf(&b, "  %s = %s\n", in->scope->v[k].name,
				 in->scope->v[k].value.known && in->scope->v[k].value.text
					 ? in->scope->v[k].value.text : "?");
	}
	for (size_t i = 0; i < s->n_cmds; i++)
		buf_addf(&b, "cmd %s phase %d code %d\n", s->cmds[i]->token, s->cmds[i]->phase,
			 s->cmds[i]->code);
	for (size_t i = 0; i < s->n_debts; i++)
		buf_addf(&b, "debt %s paid %d void %d failed %d\n", s->debts[i].key,
			 s->debts[i].paid, s->debts[i].voided, s->debts[i].failed);
	if (s->mode == MODE_DRILL)
		rig_dump_drill(&b, &s->drill);
	return buf_take(&b);
}

/* The record, folded anew, must be the state that made it. */
static inline bool rig_replays(struct rig *r)
{
	struct engine *again = engine_new(r->blank ? NULL : &r->book, NULL, NULL);
	struct err err = { 0 };
	char *a, *b;
	bool same = true;

	for (size_t i = 0; same && i < r->log.n; i++)
		same = !engine_apply(again, &r->log.v[i], &err);
	if (!same)
		fprintf(stderr, "replay: %s\n", err.text);
	a = rig_dump(r->e);
	b = rig_dump(again);
	if (same && strcmp(a, b)) {
		fprintf(stderr, "live:\n%s\nreplayed:\n%s\n", a, b);
		same = false;
	}
	free(a);
	free(b);
	engine_free(again);
	return same;
}

/* How many events of the kind have this in their body. */
static inline size_t rig_count(const struct rig *r, enum event_kind kind, const char *has)
{
	size_t n = 0;

	for (size_t i = 0; i < r->log.n; i++)
		n += r->log.v[i].kind == kind && strstr(r->log.v[i].body, has);
	return n;
}

static inline void rig_release(struct rig *r)
{
	engine_free(r->e);
	event_list_release(&r->log);
	action_list_release(&r->acts);
	arena_free(r->arena);
}

#endif
