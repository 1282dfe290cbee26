/* Commands that are asked for, until an event names them: what a command is given, and its wish. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fill.h"
#include "mem.h"
#include "str.h"

enum { ENV_VALUE_MAX = 96 << 10, GRACE_MS = 10000 };

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
		action_env(a, st->secrets[i], NULL);
	for (size_t i = 0; st && i < st->n_uses_env; i++) {
		struct buf v = BUF_INIT;
		bool known;

		if (!fill_known(&v, st->uses_env[i].value.s, b, n, &known, NULL))
			action_env(a, st->uses_env[i].name, buf_str(&v));
		buf_release(&v);
	}
	for (size_t i = n; i-- > 0;) {
		const struct value *v = b[i].value;

		if (v->known && !v->secret && strlen(v->text) < ENV_VALUE_MAX &&
		    !env_has(a, b[i].name))
			action_env(a, b[i].name, v->text);
	}
	free(b);
}

/* Whose values a command is given: what is owed is brought back with those of the step that owes
 * it, of the very round of its `each`. */
static const struct inst *scope_of(const struct state *s, const struct inst *in,
				   enum purpose purpose, const char *owed)
{
	if (purpose == PURPOSE_GUARD) /* the target is read the way it would be destroyed */
		return each_guarded(s, in);
	for (size_t i = 0; owed && i < s->n_debts; i++)
		if (str_eq(s->debts[i].key, owed))
			return s->debts[i].inst;
	return in;
}

/* A message is given what it says and to whom, and nothing of the run. */
void asking_env(struct pass *p, const struct wish *w, struct action *a)
{
	if (w->purpose == PURPOSE_SEND)
		contact_env(p->s, a, w->at, w->try_no);
	else if (w->purpose == PURPOSE_TELL)
		ward_tell_env(p->s, a, w->try_no);
	else
		env_fill(p, a, w->at);
}

struct wish *asking_add(struct pass *p, const struct wish *from)
{
	struct engine *e = p->e;
	struct wish *w;

	if (e->n_wishes == e->cap_wishes) {
		e->cap_wishes = e->cap_wishes ? 2 * e->cap_wishes : 8;
		e->wishes = mem_grow(e->wishes, e->cap_wishes, sizeof *e->wishes);
	}
	w = &e->wishes[e->n_wishes++];
	*w = *from;
	w->text = mem_dup(from->text ? from->text : "");
	w->owed = mem_dup(from->owed);
	w->read_at = -1;
	snprintf(w->token, sizeof w->token, "c%d-%lld", p->s->keepers, (long long)++e->n_tokens);
	return w;
}

void asking_prepare(struct pass *p, const struct wish *w)
{
	struct action *a = emit_action(p, ACT_PREPARE);
	const struct inst *at = w->at;

	memcpy(a->token, w->token, sizeof a->token);
	a->key = mem_dup(at ? at->key : "");
	a->text = mem_dup(w->text);
	a->purpose = w->purpose;
	a->terminal = w->terminal;
	a->sends = w->purpose == PURPOSE_SEND ? contact_sends(p->s, at, w->try_no)
		   : w->purpose == PURPOSE_TELL && ward_sends(p->s, w->try_no);
	a->grace_ms = GRACE_MS;
	/* What comes back is meant to stay. */
	a->leaves_processes = w->purpose == PURPOSE_SETTLE ||
			      (w->inst && w->inst->step->leaves_processes);
	asking_env(p, w, a);
	if (at && at->step->host && w->purpose != PURPOSE_TELL) {
		struct buf host = BUF_INIT;
		struct binding *b = NULL;
		size_t n = state_bindings(p->s, at, &b);

		if (fill_text(&host, at->step->host, b, n, NULL))
			buf_adds(&host, at->step->host);
		a->host = buf_take(&host);
		free(b);
	}
}

const char *asking_command(struct pass *p, struct inst *in, enum purpose purpose, const char *text,
			 const char *owed, bool terminal)
{
	struct wish w = { .purpose = purpose, .inst = in, .text = (char *)(uintptr_t)text,
			  .owed = (char *)(uintptr_t)owed, .terminal = terminal,
			  .at = scope_of(p->s, in, purpose, owed),
			  .try_no = purpose == PURPOSE_SEND ? contact_wants(p->s, in)
				    : purpose == PURPOSE_GUARD ? ward_next(in)
				    : purpose == PURPOSE_TELL ? ward_untold(p->e) : -1 };
	struct wish *made = asking_add(p, &w);

	if (in && purpose != PURPOSE_SEND && purpose != PURPOSE_TELL)
		in->asked = true;
	if (lab_wants(p->s, made))
		return lab_look(p, made);
	asking_prepare(p, made);
	return made->token;
}

struct wish *asking_find(struct engine *e, const char *token)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (str_eq(e->wishes[i].token, token))
			return &e->wishes[i];
	return NULL;
}

void asking_drop(struct engine *e, struct wish *w)
{
	free(w->text);
	free(w->owed);
	*w = e->wishes[--e->n_wishes];
}
