/* Making events: each is written, applied to the state and kept, in that order, at once. */
#include "inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"

struct jsonw *emit_begin(struct pass *p, enum event_kind kind)
{
	(void)kind;
	buf_clear(&p->body);
	p->w = (struct jsonw){ .out = &p->body };
	jw_obj(&p->w, NULL);
	return &p->w;
}

void emit_end(struct pass *p, enum event_kind kind, const struct inst *in, int attempt)
{
	struct event *ev = event_list_add(p->out);
	struct err err = { 0 };

	if (p->mark[0])
		jw_str(&p->w, "for", p->mark);
	p->mark[0] = '\0';
	jw_end_obj(&p->w);
	ev->seq = p->s->seq + 1;
	ev->at = p->in->now;
	ev->kind = kind;
	ev->step = in && in->parent ? mem_dup(in->key) : NULL;
	ev->attempt = attempt;
	ev->actor = p->in->actor;
	ev->body = mem_dupn(buf_str(&p->body), p->body.len);
	ev->body_len = p->body.len;
	if (engine_apply(p->e, ev, &err)) {
		/* what was decided on this state cannot be refused by it: a mistake of ours */
		fprintf(stderr, "blackstart: %s: %s\n", err.text, ev->body);
		abort();
	}
}

void emit_step(struct pass *p, const struct inst *in, const struct change *c)
{
	struct jsonw *w = emit_begin(p, EV_STEP);
	int attempt = in->attempt + (c->new_attempt ? 1 : 0);

	jw_str(w, "from", word_of(WORDS_STATE, in->state));
	jw_str(w, "to", word_of(WORDS_STATE, c->to));
	if (c->outcome != OUTCOME_NONE)
		jw_str(w, "outcome", word_of(WORDS_OUTCOME, c->outcome));
	if (c->failure != FAILURE_NONE)
		jw_str(w, "failure", word_of(WORDS_FAILURE, c->failure));
	if (c->reason)
		jw_str(w, "reason", c->reason);
	if (c->problem)
		jw_str(w, "problem", c->problem);
	if (c->target)
		jw_str(w, "target", c->target);
	if (c->n_targets)
		jw_arr(w, "targets");
	for (size_t i = 0; i < c->n_targets; i++)
		jw_str(w, NULL, c->targets[i]);
	if (c->n_targets)
		jw_end_arr(w);
	if (c->environment)
		jw_str(w, "environment", c->environment);
	if (c->digest)
		jw_str(w, "digest", c->digest);
	if (c->covered)
		jw_bool(w, "covered", true);
	if (c->asks)
		jw_bool(w, "asks", true);
	if (c->go)
		jw_bool(w, "go", true);
	if (c->leaving)
		jw_bool(w, "leaving", true);
	if (c->jumped)
		jw_bool(w, "jumped", true);
	if (c->override_block)
		jw_bool(w, "override", true);
	if (c->covers)
		jw_bool(w, "covers", true);
	if (c->keep_when)
		jw_bool(w, "keep_when", true);
	if (c->has_look) {
		jw_int(w, "next_look", c->next_look);
		jw_int(w, "give_up", c->give_up);
	}
	if (c->has_retry) {
		jw_int(w, "retry_at", c->retry_at);
		jw_int(w, "tries_left", c->tries_left);
	}
	if (in->step && in->step->kind == KIND_END && c->outcome == OUTCOME_CONFIRMED) {
		struct buf text = BUF_INIT;

		inst_title(&text, p->s, in);
		jw_str(w, "verdict", buf_str(&text));
		jw_bool(w, "success", in->step->success);
		buf_release(&text);
	}
	emit_end(p, EV_STEP, in, attempt);
}

void emit_value(struct pass *p, const struct inst *in, const struct inst *scope_of,
		const char *name, const struct value *v, const char *from, const char *reason)
{
	struct jsonw *w = emit_begin(p, EV_VALUE);

	jw_str(w, "name", name);
	jw_str(w, "type", value_type_name(v->type));
	jw_bool(w, "known", v->known);
	if (v->secret)
		jw_bool(w, "secret", true);
	else if (v->known)
		jw_str(w, "text", v->text);
	jw_str(w, "from", from);
	if (reason)
		jw_str(w, "reason", reason);
	if (scope_of)
		jw_str(w, "scope", scope_of->key);
	emit_end(p, EV_VALUE, in, in ? in->attempt : 0);
}

void emit_note(struct pass *p, const struct inst *in, const char *what, const char *text)
{
	struct jsonw *w = emit_begin(p, EV_NOTE);

	jw_str(w, "what", what);
	jw_str(w, "text", text);
	emit_end(p, EV_NOTE, in, in ? in->attempt : 0);
}

void emit_refused(struct pass *p, const struct inst *in, const char *what, const char *why)
{
	struct jsonw *w = emit_begin(p, EV_REFUSED);

	jw_str(w, "what", what);
	jw_str(w, "why", why);
	if (in && in->parent)
		jw_str(w, "state", word_of(WORDS_STATE, in->state));
	emit_end(p, EV_REFUSED, in, in ? in->attempt : 0);
}

struct action *emit_action(struct pass *p, enum action_kind kind)
{
	struct action_list *l = p->acts;

	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 8;
		l->v = mem_grow(l->v, l->cap, sizeof *l->v);
	}
	memset(&l->v[l->n], 0, sizeof *l->v);
	l->v[l->n].kind = kind;
	return &l->v[l->n++];
}

void action_env(struct action *a, const char *name, const char *value)
{
	a->env = mem_grow(a->env, a->n_env + 1, sizeof *a->env);
	a->env[a->n_env++] = (struct env_pair){ mem_dup(name), mem_dup(value) };
}

void action_release(struct action *a)
{
	free(a->key);
	free(a->name);
	free(a->path);
	if (a->text)
		mem_wipe(a->text, strlen(a->text));
	free(a->text);
	free(a->host);
	for (size_t k = 0; k < a->n_env; k++) {
		free(a->env[k].name);
		free(a->env[k].value);
	}
	free(a->env);
	*a = (struct action){ 0 };
}

void action_list_release(struct action_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		action_release(&l->v[i]);
	free(l->v);
	*l = (struct action_list){ 0 };
}
