/* Who operates: said by a signature, again whenever the keeper does not know it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clientint.h"
#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "sign.h"
#include "sign_request.h"

void client_make_id(char to[40])
{
	unsigned char r[8] = { 0 };

	if (getrandom(r, sizeof r, 0) != (ssize_t)sizeof r)
		memcpy(r, &(int64_t){ client_now() }, sizeof r);
	snprintf(to, 40, "c%02x%02x%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4], r[5],
		 r[6], r[7]);
}

/* --- saying it -------------------------------------------------------------------------------- */

void client_identity_say(struct client *c)
{
	struct intent it = { .verb = VERB_IDENTIFY, .text = c->proof };
	const struct state *s = view_state(c->view);

	if (!c->proof)
		return;
	if (!c->up || (client_has_seat(c) && state_identity(s))) {
		c->proof_sent = false;
		return;
	}
	if (!c->proof_sent)
		c->proof_sent = client_send(c, &it, NULL, NULL) == 0;
}

/* --- making it -------------------------------------------------------------------------------- */

static const struct environments *wanted_by(const struct runbook *rb)
{
	const struct environments *envs = rb ? rb->environments : NULL;

	for (size_t i = 0; envs && envs->signers && i < envs->n; i++)
		if (envs->v[i].guarded && envs->v[i].n_approvers)
			return envs;
	return NULL;
}

static int sign_as(struct client *c, const char *id, const char *signers,
		   const struct sign_by *by, struct buf *ret, struct err *err)
{
	const struct state *s = view_state(c->view);
	struct buf text = BUF_INIT;
	struct sign_by mine = *by;
	char *path = NULL;
	int rc;

	if (!mine.signers && signers)
		mine.signers = path = fsio_join(s->cwd ? s->cwd : ".", signers);
	sign_identity_text(c->run, id, &text);
	rc = sign_text(&mine, SIGN_IDENTITY, buf_str(&text), text.len, ret, err);
	buf_release(&text);
	free(path);
	return rc;
}

int client_sign(struct client *c, const char *key, struct buf *ret, struct err *err)
{
	const struct runbook *rb = client_book(c);
	struct sign_by by = { .key = key };

	return sign_as(c, c->id, rb && rb->environments ? rb->environments->signers : NULL, &by,
		       ret, err);
}

static int sign(struct client *c, const struct sign_by *by, struct client_identity *ret,
		struct err *err)
{
	const struct environments *envs = wanted_by(client_book(c));
	struct client_identity id = { 0 };
	struct buf sig = BUF_INIT;
	int rc;

	if (!envs || view_state(c->view)->phase == RUN_CLOSED)
		return 0;
	client_make_id(id.client);
	rc = sign_as(c, id.client, envs->signers, by, &sig, err);
	if (rc == 0) {
		id.proof = buf_take(&sig);
		*ret = id;
	}
	buf_release(&sig);
	return rc;
}

int client_identify(const struct client_opts *o, const struct sign_by *by,
		    struct client_identity *ret, struct err *err)
{
	struct client_opts look = { .journal = o->journal, .run = o->run, .look = true };
	struct client *c = NULL;
	int rc;

	*ret = (struct client_identity){ 0 };
	rc = client_open(&look, NULL, &c, err);
	if (rc == 0)
		rc = sign(c, by, ret, err);
	client_close(c);
	return rc;
}

void client_identity_release(struct client_identity *i)
{
	free(i->proof);
	*i = (struct client_identity){ 0 };
}
