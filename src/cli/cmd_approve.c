/* approve and identify: who somebody is, from a terminal beside the walk. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "sign.h"
#include "sign_request.h"
#include "signing.h"
#include "str.h"
#include "verbs.h"
#include "view.h"
#include "view_request.h"

enum { LOOK_MAX = 16 };

/* A run as it stands, looked at and closed again: a person reads in between. */
struct looked {
	struct client *c;
	const struct state *s;
	char *signers;
};

static int look(const struct opts *o, const struct at_run *at, struct looked *ret)
{
	struct client_opts c = { .journal = at->journal, .run = at->run, .who = o->who,
				 .look = true };
	const struct environments *envs;
	struct err err = { 0 };

	*ret = (struct looked){ 0 };
	if (client_open(&c, &(struct client_calls){ 0 }, &ret->c, &err))
		return cli_fail(&err);
	ret->s = view_state(client_view(ret->c));
	envs = ret->s->book ? ret->s->book->environments : NULL;
	if (envs && envs->signers)
		ret->signers = fsio_join(ret->s->cwd ? ret->s->cwd : ".", envs->signers);
	if (ret->s->phase != RUN_CLOSED)
		return CLI_OK;
	cli_say("the run is closed");
	return CLI_ENDED;
}

static void look_away(struct looked *l)
{
	client_close(l->c);
	free(l->signers);
	*l = (struct looked){ 0 };
}

static int send(const struct opts *o, const struct at_run *at, const struct intent *in)
{
	struct client_opts c = { .journal = at->journal, .run = at->run, .who = o->who };
	struct err err = { 0 };

	return client_request(&c, in, NULL, &err) ? cli_fail(&err) : CLI_OK;
}

/* --- approve ---------------------------------------------------------------------------------- */

static void add_readings(struct buf *out, const struct guard *g)
{
	for (size_t i = 0; i < g->n_readings; i++) {
		const struct guard_reading *r = &g->readings[i];

		buf_adds(out, !r->is ? "there now: "
			      : r->agrees ? "read now: " : "READ NOW, NOT AS IT MUST BE: ");
		cli_safe(out, r->why && (r->is || !r->read) ? r->why : r->read);
		buf_adds(out, "  (");
		cli_safe(out, r->run);
		buf_adds(out, ")\n");
	}
}

static const struct inst *find_request(const struct opts *o, const struct looked *l)
{
	const struct inst *all[LOOK_MAX], *in = NULL;
	size_t n = view_requests(l->s, all, LOOK_MAX);

	for (size_t i = 0; i < n && i < LOOK_MAX && !in; i++)
		if (!o->step || str_eq(all[i]->key, o->step))
			in = all[i];
	if (!in)
		cli_say(n ? "that step waits for no second person"
			  : "nothing in this run waits for a second person");
	else if (n > 1 && !o->step)
		cli_say("%zu more wait for a second person: this is the first", n - 1);
	return in;
}

/* The name, letter by letter; anything else, and nothing at all, is a no. */
static int agreed(const struct inst *in)
{
	struct buf question = BUF_INIT, answer = { .max = LIMIT_ITEM_BYTES * 8 };
	const char *name = in->target ? in->target : "";
	bool yes;

	buf_adds(&question, "To approve it, type its target's name, ");
	cli_safe(&question, name);
	buf_adds(&question, ":");
	yes = *name && signing_ask(buf_str(&question), false, &answer) == 0 && !answer.over &&
	      str_eq(buf_str(&answer), name);
	if (!yes)
		cli_say("that is not its name: nothing was approved");
	buf_release(&question);
	buf_release(&answer);
	return yes ? CLI_OK : CLI_ENDED;
}

/* Shows it, asks, and puts together what is sent. */
static int decide(const struct opts *o, const struct looked *l, struct intent *it)
{
	const struct inst *in = find_request(o, l);
	struct buf text = BUF_INIT, shown = BUF_INIT, proof = BUF_INIT;
	struct err err = { 0 };
	int status = in ? CLI_OK : CLI_ENDED;

	if (in && (view_request(l->s, in, NULL, &shown, &err) ||
		   view_request(l->s, in, o->refuse, &text, &err)))
		status = cli_fail(&err);
	if (status == CLI_OK) {
		add_readings(&shown, in->guard);
		status = cli_put(&shown, CLI_OK);
	}
	if (status == CLI_OK && !o->refuse)
		status = agreed(in);
	if (status == CLI_OK)
		status = signing_proof(o, l->signers, SIGN_APPROVAL, &text, &proof);
	if (status == CLI_OK) {
		it->step = mem_dup(in->key);
		it->name = mem_dup(in->guard->request);
		it->reason = mem_dup(o->refuse);
		it->text = buf_take(&proof);
	}
	buf_release(&text);
	buf_release(&shown);
	buf_release(&proof);
	return status;
}

static void forget(struct intent *it)
{
	if (it->text)
		mem_wipe(it->text, strlen(it->text));
	intent_release(it);
}

int cmd_approve(const struct opts *o, char **args, int n)
{
	struct intent it = { .verb = VERB_APPROVE };
	struct looked l = { 0 };
	struct at_run at;
	int status;

	if (o->refuse && (!o->refuse[0] || strlen(o->refuse) > LIMIT_REASON_BYTES))
		return cli_usage("--refuse wants a reason, at most %d bytes", LIMIT_REASON_BYTES);
	status = at_run_find(o, n ? args[0] : NULL, &at);
	if (status == CLI_OK)
		status = look(o, &at, &l);
	if (status == CLI_OK)
		status = decide(o, &l, &it);
	look_away(&l);
	if (status == CLI_OK)
		status = send(o, &at, &it);
	if (status == CLI_OK)
		cli_say(o->refuse ? "refused, on record" : "approved, on record");
	forget(&it);
	at_run_release(&at);
	return status;
}

/* --- identify --------------------------------------------------------------------------------- */

static int identity(const struct opts *o, const struct looked *l, struct intent *it)
{
	struct buf text = BUF_INIT, proof = BUF_INIT;
	int status;

	if (!l->s->seat.taken) {
		cli_say("nobody operates this run yet: who answers a question does");
		return CLI_ENDED;
	}
	sign_identity_text(l->s->run, l->s->seat.client, &text);
	status = signing_proof(o, l->signers, SIGN_IDENTITY, &text, &proof);
	if (status == CLI_OK) {
		it->name = mem_dup(l->s->seat.client);
		it->text = buf_take(&proof);
	}
	buf_release(&text);
	buf_release(&proof);
	return status;
}

int cmd_identify(const struct opts *o, char **args, int n)
{
	struct intent it = { .verb = VERB_IDENTIFY };
	struct looked l = { 0 };
	struct at_run at;
	int status = at_run_find(o, n ? args[0] : NULL, &at);

	if (status == CLI_OK)
		status = look(o, &at, &l);
	if (status == CLI_OK)
		status = identity(o, &l, &it);
	look_away(&l);
	if (status == CLI_OK)
		status = send(o, &at, &it);
	if (status == CLI_OK)
		cli_say("who operates is on record");
	forget(&it);
	at_run_release(&at);
	return status;
}
