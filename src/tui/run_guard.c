/* The guard of a step: who operates, said by key or by code. */
#include "run.h"

#include <stdlib.h>

#include "client.h"
#include "environ.h"
#include "err.h"
#include "mem.h"
#include "state.h"

bool run_guarded(const struct inst *in)
{
	if (!in->guard || in->state == STEP_HOLD)
		return in->guard;
	return in->guard->stop != GUARD_PASSES &&
	       (in->state == STEP_BLOCKED || in->state == STEP_DECIDING);
}

bool run_unknown(struct run *r, const struct inst *in)
{
	const struct state *s = view_state(r->v);

	return in && view_guard_second(s, in) && !state_identity(s);
}

bool run_may_identify(struct run *r)
{
	const struct runbook *rb = client_book(r->c);
	const struct environments *envs = rb ? rb->environments : NULL;

	return run_role(r) == RUN_ACTS && envs && (envs->signers || envs->codes);
}

/* --- by a key -------------------------------------------------------------------------------- */

static void by_key(struct run *r)
{
	const char *key = getenv("BLACKSTART_KEY");
	struct intent it = { .verb = VERB_IDENTIFY };
	struct buf sig = BUF_INIT;
	struct err err = { 0 };

	if (client_sign(r->c, key && *key ? key : NULL, &sig, &err)) {
		buf_clear(&r->refused);
		buf_addf(&r->refused, "%s. A key with a passphrase is asked for by `blackstart "
			 "identify %s` on another terminal.", err.text, client_run(r->c));
		buf_release(&sig);
		return;
	}
	it.text = buf_take(&sig);
	run_make(r, &it, false);
}

/* --- by one or the other --------------------------------------------------------------------- */

static void chosen(void *ctx, int i)
{
	struct run *r = ctx;
	struct intent it = { .verb = VERB_IDENTIFY };

	if (i == 0)
		by_key(r);
	else if (i == 1)
		run_make(r, &it, false);
	else
		run_say(r, "Nothing was said, and nothing started.");
}

void run_identify(struct run *r)
{
	const struct menu_item v[] = {
		{ 'k', "key", "the ssh key of $BLACKSTART_KEY, of the agent, or of ~/.ssh", false,
		  NULL },
		{ 'c', "code", "one of the codes that were made for you; it is not shown", false,
		  NULL },
		{ 'n', "neither", "say nothing now", false, NULL },
	};

	if (!run_may_identify(r))
		run_say(r, "Nothing here asks by key or code who operates.");
	else
		menu_push(r->t, "A second person must agree: first it must be known who YOU are", v,
			  3, chosen, r);
}
