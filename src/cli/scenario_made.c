#include "scenario_made.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "binding.h"
#include "client.h"
#include "client_past.h"
#include "clock.h"
#include "contact_state.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "runbook.h"
#include "stream.h"
#include "str.h"
#include "utf8.h"
#include "view.h"

enum { INLINE_BYTES = 2048, PIECE = 64 << 10, WAITS = 250, WAIT_MS = 20 };

struct making {
	struct client *c;
	const struct state *state;
	const char *folder;
	struct scenario_made *m;
	struct arena *a;
};

/* --- outputs ---------------------------------------------------------------------------------- */

/* What stands in a YAML file as it is, and comes back so. */
static bool is_text(const struct buf *b)
{
	const char *s = buf_str(b);
	uint32_t cp = 0;
	size_t n;

	for (size_t i = 0; i < b->len; i += n) {
		n = utf8_decode(s + i, b->len - i, &cp);
		if (!n || (cp < ' ' && cp != '\n' && cp != '\r' && cp != '\t') ||
		    (cp >= 0x7f && cp < 0xa0) || cp == 0xfeff || (cp & 0xfffe) == 0xfffe)
			return false;
	}
	return true;
}

static int read_stream(struct making *k, const struct cmd *cmd, int stream, struct buf *out,
		       struct err *err)
{
	int64_t at = 0, next = 0;
	int rc = 0, waits = 0;

	if (cmd->bytes[stream] > LIMIT_RUNBOOK_BYTES)
		return err_set(err, ERR_LIMIT, "`%s` printed %lld bytes, and a scenario holds %d "
			       "of one command", cmd->text, (long long)cmd->bytes[stream],
			       LIMIT_RUNBOOK_BYTES);
	if (cmd->bytes[stream] && client_pruned(k->c))
		return err_set(err, ERR_NOTFOUND, "what `%s` printed was pruned %s", cmd->text,
			       client_pruned(k->c));
	while (rc == 0 && at < cmd->bytes[stream] && waits < WAITS) {
		rc = client_output(k->c, cmd->token, stream, at, PIECE, out, &next, err);
		if (next <= at) { /* a keeper that ends holds the file, for a moment */
			poll(NULL, 0, WAIT_MS);
			waits++;
		}
		at = next > at ? next : at;
	}
	if (rc == 0 && at < cmd->bytes[stream])
		rc = err_set(err, ERR_CORRUPT, "what `%s` printed is on record in part only",
			     cmd->text);
	return rc;
}

static int put_output(struct making *k, const struct cmd *cmd, struct scenario_answer *a,
		      struct err *err)
{
	size_t most = k->folder ? INLINE_BYTES : LIMIT_SCALAR_BYTES;
	struct buf out = BUF_INIT;
	int rc = read_stream(k, cmd, cmd->terminal ? STREAM_TTY : STREAM_OUT, &out, err);

	if (rc)
		goto out;
	a->output = arena_dupn(k->a, buf_str(&out), out.len);
	a->n_output = out.len;
	if (is_text(&out) && out.len <= most)
		goto out;
	if (!k->folder) {
		rc = err_set(err, ERR_LIMIT, "what `%s` printed does not fit into the scenario "
			     "itself; name a FILE, and it goes into one beside it", cmd->text);
		goto out;
	}
	a->output_file = arena_printf(k->a, "%s/%zu.out", k->folder, ++k->m->n_files);
out:
	buf_release(&out);
	return rc;
}

static int put_errors(struct making *k, const struct cmd *cmd, struct scenario_answer *a,
		      struct err *err)
{
	struct buf out = BUF_INIT;
	int rc = cmd->terminal ? 0 : read_stream(k, cmd, STREAM_ERR, &out, err);

	if (rc == 0 && is_text(&out) && out.len <= LIMIT_SCALAR_BYTES)
		a->errors = out.len ? arena_dupn(k->a, out.data, out.len) : NULL;
	else if (rc == 0)
		k->m->unsaid++;
	buf_release(&out);
	return rc;
}

/* --- commands --------------------------------------------------------------------------------- */

/* Of the runbook, not of one that the operator called in. */
static bool is_own(const struct inst *in)
{
	return !in->prefix || !*in->prefix;
}

static const struct debt *debt_of(const struct state *s, const struct cmd *cmd)
{
	for (size_t i = 0; cmd->owed && i < s->n_debts; i++)
		if (str_eq(s->debts[i].key, cmd->owed))
			return &s->debts[i];
	return NULL;
}

/* The step that a scenario names for a command; NULL: none. */
static const struct inst *inst_of(const struct state *s, const struct cmd *cmd)
{
	const struct debt *d = debt_of(s, cmd);
	const struct inst *in = cmd->purpose == PURPOSE_SETTLE ? (d ? d->inst : NULL) : cmd->inst;
	bool answered = cmd->purpose <= PURPOSE_UNDO || cmd->purpose == PURPOSE_GUARD;

	return answered && in && in->step && is_own(in) ? in : NULL;
}

static bool is_same(const struct state *s, const struct cmd *a, const struct cmd *b)
{
	return a->purpose == b->purpose && inst_of(s, a) == inst_of(s, b) &&
	       str_eq(a->owed, b->owed);
}

/* The last of its kind also answers what would have come after it. */
static int64_t attempt_of(const struct state *s, size_t at)
{
	bool last = true;
	int64_t n = 1;

	for (size_t i = 0; i < s->n_cmds; i++) {
		if (i == at || s->cmds[i]->phase != CMD_ENDED ||
		    !is_same(s, s->cmds[i], s->cmds[at]))
			continue;
		n += i < at;
		last &= i < at;
	}
	return last ? 0 : n;
}

static int put_cmd(struct making *k, size_t at, struct scenario_answer *a, struct err *err)
{
	const struct cmd *cmd = k->state->cmds[at];
	const struct inst *in = inst_of(k->state, cmd);
	const struct debt *d = cmd->purpose == PURPOSE_SETTLE ? debt_of(k->state, cmd) : NULL;
	size_t n = strcspn(in->key, "@");
	int rc;

	*a = (struct scenario_answer){
		.step = arena_dupn(k->a, in->key, n),
		.item = in->key[n] ? arena_dup(k->a, in->key + n + 1) : NULL,
		.owes = d ? arena_dup(k->a, d->name) : NULL,
		.command = in->edited && cmd->purpose == PURPOSE_MAIN ? arena_dup(k->a, cmd->text)
								      : NULL,
		.purpose = (int)cmd->purpose, .attempt = attempt_of(k->state, at),
		.exit = cmd->signaled ? 0 : cmd->code, .signal = cmd->signaled ? cmd->code : 0,
		.took_ms = cmd->ended > cmd->began ? (cmd->ended - cmd->began) / CLOCK_MS : 0,
	};
	rc = put_output(k, cmd, a, err);
	return rc ? rc : put_errors(k, cmd, a, err);
}

static int put_cmds(struct making *k, struct err *err)
{
	const struct state *s = k->state;
	struct scenario_answer *v = arena_alloc(k->a, (s->n_cmds + 1) * sizeof(*v));
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < s->n_cmds && rc == 0; i++) {
		const struct cmd *cmd = s->cmds[i];

		if (cmd->purpose == PURPOSE_SEND || cmd->purpose == PURPOSE_TELL)
			continue;
		if (!inst_of(s, cmd))
			k->m->elsewhere++;
		else if (cmd->phase != CMD_ENDED)
			k->m->lost++;
		else if (n == SCENARIO_ANSWERS)
			rc = err_set(err, ERR_LIMIT, "the run has more than %d commands",
				     SCENARIO_ANSWERS);
		else if ((rc = put_cmd(k, i, &v[n], err)) == 0)
			n++;
	}
	k->m->s.answers = v;
	k->m->s.n_answers = n;
	return rc;
}

/* --- people ----------------------------------------------------------------------------------- */

static const int of_result[LADDER_RESULTS] = {
	[LADDER_OFFERED] = -1,			 [LADDER_BEGUN] = -1,
	[LADDER_SENT] = SCENARIO_NO_ANSWER,	 [LADDER_VOICEMAIL] = SCENARIO_VOICEMAIL,
	[LADDER_REPLIED] = SCENARIO_ANSWERED,	 [LADDER_NO_ANSWER] = SCENARIO_NO_ANSWER,
	[LADDER_DECLINED] = SCENARIO_REFUSED,	 [LADDER_WRONG] = SCENARIO_WRONG,
	[LADDER_DEAD] = SCENARIO_DEAD,		 [LADDER_PASSED] = -1,
};

static const int of_standing[LADDER_STANDINGS] = {
	[LADDER_QUEUED] = -1,			 [LADDER_TRYING] = -1,
	[LADDER_ACKED] = SCENARIO_ANSWERED,	 [LADDER_PRESENT] = SCENARIO_JOINED,
	[LADDER_RELEASED] = SCENARIO_ANSWERED,	 [LADDER_REFUSING] = SCENARIO_REFUSED,
};

/* The last try of somebody who replied is the one that was replied to. */
static bool put_try(struct making *k, const struct climb *climb, const struct contact *contact,
		    int at, struct scenario_contact *ret)
{
	const struct ladder_try *v;
	const struct contact_party *who;
	const struct ladder_party *p;
	int64_t until;
	int reply;

	(void)ladder_tries(climb->ladder, &v);
	who = contact_party(contact, v[at].party);
	p = ladder_party(climb->ladder, v[at].party);
	reply = of_result[v[at].result];
	until = v[at].ended;
	if (p && p->last_try == at && of_standing[p->standing] >= 0) {
		reply = of_standing[p->standing];
		until = p->since;
	}
	*ret = (struct scenario_contact){
		.who = who ? arena_dup(k->a, who->id) : NULL, .reply = reply,
		.after_ms = until > v[at].at ? until - v[at].at : 0,
		.says = v[at].why && *v[at].why ? arena_dup(k->a, v[at].why) : NULL,
	};
	return who && reply >= 0;
}

/* Tries are counted over all ladders of the run, in their order. */
static void number_tries(struct scenario_contact *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool last = true;

		v[i].attempt = 1;
		for (size_t j = 0; j < n; j++) {
			v[i].attempt += j < i && str_eq(v[i].who, v[j].who);
			last &= j <= i || !str_eq(v[i].who, v[j].who);
		}
		v[i].attempt = last ? -v[i].attempt : v[i].attempt;
	}
	for (size_t i = 0; i < n; i++)
		v[i].attempt = v[i].attempt < 0 ? 0 : v[i].attempt;
}

static int put_people(struct making *k, struct err *err)
{
	const struct state *s = k->state;
	struct scenario_contact *v = arena_alloc(k->a, SCENARIO_REPLIES * sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < s->n_insts; i++) {
		const struct inst *in = s->insts[i];
		const struct ladder_try *tries;
		size_t all = in->climb && in->step->contact && is_own(in)
				     ? ladder_tries(in->climb->ladder, &tries) : 0;

		for (size_t t = 0; t < all; t++) {
			if (n == SCENARIO_REPLIES)
				return err_set(err, ERR_LIMIT, "the run has more than %d tries to "
					       "reach somebody", SCENARIO_REPLIES);
			n += put_try(k, in->climb, in->step->contact, (int)t, &v[n]);
		}
	}
	number_tries(v, n);
	k->m->s.contacts = v;
	k->m->s.n_contacts = n;
	return 0;
}

/* Those that were given: not secret, and not what the runbook says else. */
static void put_params(struct making *k)
{
	const struct runbook *rb = client_book(k->c);
	struct scenario_param *p = arena_alloc(k->a, (rb ? rb->n_params + 1 : 1) * sizeof *p);
	struct binding *b = NULL;
	size_t n = state_bindings(k->state, NULL, &b), got = 0;

	for (size_t i = 0; rb && i < rb->n_params && got < SCENARIO_PARAMS; i++) {
		const struct field *f = &rb->params[i];
		const struct value *v = binding_find(b, n, f->name);

		if (v && v->known && !v->secret && !f->secret && v->text &&
		    !str_eq(v->text, f->otherwise))
			p[got++] = (struct scenario_param){ .name = f->name,
							    .text = arena_dup(k->a, v->text) };
	}
	free(b);
	k->m->s.params = p;
	k->m->s.n_params = got;
}

int scenario_made(struct client *c, const char *folder, struct scenario_made *ret,
		  struct err *err)
{
	struct making k = { c, view_state(client_view(c)), folder, ret, NULL };
	int rc;

	*ret = (struct scenario_made){ .s = { .arena = arena_new(), .seed = 1,
					      .pace = SCENARIO_REAL_PACE } };
	k.a = ret->s.arena;
	ret->s.happened = k.state->opened.wall / CLOCK_S * CLOCK_S;
	put_params(&k);
	ret->s.title = arena_printf(k.a, "As in run %s", client_run(c));
	ret->s.about = arena_printf(k.a, "Made from the record of run %s (%s).\n", client_run(c),
				    k.state->title ? k.state->title : "no title");
	rc = put_cmds(&k, err);
	return rc ? rc : put_people(&k, err);
}

void scenario_made_release(struct scenario_made *m)
{
	arena_free(m->s.arena);
	*m = (struct scenario_made){ 0 };
}
