/* The request of a guarded start, from the fold. */
#include "view_request.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fill.h"
#include "mem.h"
#include "sign_request.h"
#include "str.h"
#include "viewint.h"

struct making {
	const struct state *s;
	struct buf command, title, host;
	char **values; /* "name = value", each once */
	size_t n_values;
};

size_t view_requests(const struct state *s, const struct inst **ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_active; i++)
		if (inst_awaits_approval(s->active[i]) && n++ < max)
			ret[n - 1] = s->active[i];
	return n;
}

static void add_value(struct making *m, const struct binding *b)
{
	const struct value *v = b->value;
	char *line = mem_printf("%s = %s", b->name, v->secret ? "(hidden)" :
				!v->known ? "(unknown)" : v->text);

	for (size_t i = 0; i < m->n_values; i++)
		if (str_eq(m->values[i], line)) {
			free(line);
			return;
		}
	m->values = mem_grow(m->values, m->n_values + 1, sizeof(*m->values));
	m->values[m->n_values++] = line;
}

/* What the names in it stand for: "rm -r $victim" says nothing without. */
static void add_values(struct making *m, const struct inst *in, const char *command)
{
	struct binding *b = NULL;
	size_t n = state_bindings(m->s, in, &b);

	for (size_t i = 0; i < n; i++)
		if (binding_find(b, n, b[i].name) == b[i].value &&
		    view_uses_name(command, b[i].name))
			add_value(m, &b[i]);
	free(b);
}

static void add_command(struct making *m, const struct inst *in, const char *command)
{
	if (!command)
		return;
	buf_addf(&m->command, "%s%s", m->command.len ? "\n" : "", command);
	add_values(m, in, command);
}

static void add_debts(struct making *m, const struct inst *in)
{
	for (size_t i = 0; i < m->s->n_debts; i++) {
		const struct debt *d = &m->s->debts[i];

		if (str_eq(d->name, in->step->settles) && !d->paid && !d->voided)
			add_command(m, in, d->command);
	}
}

/* One round of a loop stands for all: they differ in the item alone. */
static void add_commands(struct making *m, const struct inst *in)
{
	if (in->step->kind == KIND_SETTLE)
		add_debts(m, in);
	else if (in->step->kind == KIND_RUN || in->edited)
		add_command(m, in, inst_command(in));
	else if (view_is_loop(in) && in->n_main)
		add_commands(m, in->kids[0]);
	else
		for (size_t i = 0; i < in->n_kids; i++)
			add_commands(m, in->kids[i]);
}

static void add_host(struct making *m, const struct inst *in)
{
	struct binding *b = NULL;
	size_t n = state_bindings(m->s, in, &b);
	bool known = false;

	if (in->step->host &&
	    (fill_known(&m->host, in->step->host, b, n, &known, NULL) || !known)) {
		buf_clear(&m->host);
		buf_adds(&m->host, in->step->host);
	}
	free(b);
}

static int write_text(struct making *m, const struct inst *in, const char *refusal,
		      struct buf *ret, struct err *err)
{
	const struct guard *g = in->guard;
	const char *one[] = { in->target };
	struct sign_request q = {
		.refusal = refusal, .run = m->s->run, .title = m->s->title, .step = in->key,
		.name = buf_str(&m->title), .environment = g->environment,
		.host = m->host.len ? buf_str(&m->host) : NULL,
		.targets = in->n_targets ? (const char *const *)in->targets : one,
		.n_targets = in->n_targets ? in->n_targets : in->target != NULL,
		.command = buf_str(&m->command),
		.values = (const char *const *)m->values, .n_values = m->n_values,
		.digest = g->request, .requester = g->requester.principal,
		.fingerprint = g->requester.key, .until_ns = g->expires_wall,
	};

	if (!in->step->undo.s)
		q.undo = "there is no undo but what the runbook says itself";
	return sign_request_text(&q, ret, err);
}

int view_request(const struct state *s, const struct inst *in, const char *refusal,
		 struct buf *ret, struct err *err)
{
	struct making m = { .s = s };
	int rc;

	if (!in || !in->step || !inst_awaits_approval(in))
		return err_set(err, ERR_NOTFOUND, "the step waits for no second person");
	inst_title(&m.title, s, in);
	add_host(&m, in);
	add_commands(&m, in);
	rc = write_text(&m, in, refusal, ret, err);
	for (size_t i = 0; i < m.n_values; i++)
		free(m.values[i]);
	free(m.values);
	buf_release(&m.command);
	buf_release(&m.title);
	buf_release(&m.host);
	return rc;
}
