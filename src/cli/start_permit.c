/* A permit that a run is started with: looked at before there is a run, on record before its first
 * step is answered. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "sign_permit.h"
#include "start.h"
#include "verbs.h"

static int refused(const char *path, const char *why)
{
	cli_say("%s: %s; nothing was started", path, why);
	return CLI_REFUSED;
}

/* What the keeper would refuse is not begun. */
static int look(const struct start *s, const char *path)
{
	const struct environments *envs = s->rb ? s->rb->environments : NULL;
	struct sign_permit permit;
	struct sign_who who;
	struct err err = { 0 };
	char *folder, *signers;
	int rc;

	if (!envs || !envs->signers)
		return refused(path, "no environments file says whose word counts");
	folder = fsio_dirname(s->path);
	signers = fsio_join(folder, envs->signers);
	rc = sign_permit_check(buf_str(&s->permit), s->permit.len, signers, clock_now().wall,
			       &permit, &who, &err);
	free(signers);
	free(folder);
	return rc ? refused(path, err.text) : CLI_OK;
}

int start_permit_read(struct start *s)
{
	struct err err = { 0 };

	if (!s->o->permit)
		return CLI_OK;
	if (fsio_read(s->o->permit, SIGN_PERMIT_MAX, &s->permit, &err)) {
		cli_say("%s; nothing was started", err.text);
		return CLI_USAGE;
	}
	return look(s, s->o->permit);
}

int start_permit_show(const struct start *s)
{
	struct client_opts c = { .journal = s->journal, .run = s->run, .who = s->who };
	struct intent in = { .verb = VERB_PERMIT, .text = s->permit.data };
	struct err err = { 0 };

	if (!s->permit.len || client_request(&c, &in, NULL, &err) == 0)
		return CLI_OK;
	cli_say("run %s: its permit was refused: %s", s->run, err.text);
	return CLI_REFUSED;
}
