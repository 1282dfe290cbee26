/* Who says so: signatures, codes and permits, looked at by children of ours, for ssh-keygen takes
 * its time and the files it reads may hang.
 *
 * A child says who it was, or why it was nobody. The engine is told the one as an input of its own;
 * the other is a refusal on record. A code is used up by the child, before anybody is told.
 */
#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "intent.h"
#include "keeper_parts.h"
#include "keeper_proof.h"
#include "keeper_scout.h"
#include "limits.h"
#include "mem.h"
#include "sign_codes.h"
#include "sign_permit.h"
#include "sign_request.h"
#include "str.h"
#include "view_request.h"

enum { PROOFS_MAX = 8, SAID_MAX = 4096 };
#define PROOF_NS (12 * CLOCK_S)

struct proof {
	struct keeper *k;
	struct scout scout;
	const char *why;       /* why it is not looked at */
	struct actor who;
	struct intent intent;  /* that it came by */
	char *text;            /* that was signed */
	char *file;            /* of who may sign, or of the codes */
	char *signers;         /* of a code: who may sign, too; NULL: no such file */
};

static const struct {
	enum verb verb;
	enum input_kind kind;
	const char *space;
} kinds[] = {
	{ VERB_APPROVE, INPUT_APPROVAL, SIGN_APPROVAL },
	{ VERB_IDENTIFY, INPUT_IDENTITY, SIGN_IDENTITY },
	{ VERB_PERMIT, INPUT_PERMIT, SIGN_PERMIT },
};

static size_t kind_of(const struct proof *p)
{
	size_t i = 0;

	while (kinds[i].verb != p->intent.verb)
		i++;
	return i;
}

bool proof_is_wanted(enum verb v)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].verb == v)
			return true;
	return false;
}

static bool is_code(const struct proof *p)
{
	return p->intent.verb != VERB_PERMIT && !sign_begins(p->intent.text);
}

/* --- the child -------------------------------------------------------------------------------- */

static int look(const struct proof *p, struct sign_who *who, struct err *err)
{
	const char *text = p->intent.text;
	int64_t now = clock_now().wall;
	struct sign_permit permit;

	if (is_code(p)) {
		int rc = sign_code_use(p->file, text, p->k->run, now, who, err);

		return rc || !p->signers ? rc : sign_person(p->signers, who, err);
	}
	if (p->intent.verb == VERB_PERMIT)
		return sign_permit_check(text, strlen(text), p->file, now, &permit, who, err);
	return sign_verify(p->file, kinds[kind_of(p)].space, p->text, strlen(p->text), text, now,
			   who, err);
}

/* "= NAME", its key in a line behind; or why it is nobody. */
static void say(const void *ctx, struct buf *out)
{
	struct sign_who who;
	struct err err = { 0 };

	if (look(ctx, &who, &err))
		buf_adds(out, err.text);
	else
		buf_addf(out, "= %s\n%s\n", who.principal, who.fingerprint);
}

/* --- one proof -------------------------------------------------------------------------------- */

static void proof_release(struct proof *p)
{
	scout_release(&p->scout);
	if (p->intent.text)
		mem_wipe(p->intent.text, strlen(p->intent.text));
	intent_release(&p->intent);
	free(p->text);
	free(p->file);
	free(p->signers);
	free(p);
}

/* --- what is to be looked at ------------------------------------------------------------------ */

/* Whoever has another account says nothing for a client of this one. */
static const char *not_for(const struct keeper *k, const struct intent *it, uid_t uid)
{
	const char *client = it->name ? it->name : it->client;

	for (size_t i = 0; i < k->n_known; i++)
		if (!strcmp(k->known[i].id, client))
			return uid && k->known[i].uid != uid ? "that client is another account's"
							     : NULL;
	return "there is no such client";
}

static const char *approval_text(struct proof *p)
{
	const struct intent *it = &p->intent;
	const struct inst *in = it->step ? state_inst(p->k->s, it->step) : NULL;
	struct buf text = BUF_INIT;
	struct err err = { 0 };

	if (!in || !inst_awaits_approval(in))
		return "nothing there waits for a second person";
	if (!str_eq(in->guard->request, it->name))
		return "that is not what is asked for now";
	if (view_request(p->k->s, in, it->reason, &text, &err))
		return "the request cannot be put in words";
	p->text = buf_take(&text);
	return NULL;
}

static const char *set_text(struct proof *p, uid_t uid)
{
	const struct intent *it = &p->intent;
	struct buf text = BUF_INIT;
	const char *why;

	if (!it->text || !*it->text)
		return "it carries no proof";
	if (it->verb == VERB_APPROVE)
		return approval_text(p);
	if (it->verb == VERB_PERMIT)
		return NULL;
	why = not_for(p->k, it, uid);
	if (!why) {
		sign_identity_text(p->k->run, it->name ? it->name : it->client, &text);
		p->text = buf_take(&text);
	}
	return why;
}

/* The file that says who may, or why there is none. */
static const char *set_file(struct proof *p)
{
	const struct state *s = p->k->s;
	const struct environments *envs = s->book ? s->book->environments : NULL;
	const char *path;

	if (!envs)
		return "there is no environments file, so nobody is known";
	path = is_code(p) ? envs->codes : envs->signers;
	if (!path)
		return is_code(p) ? "the environments file names no file of codes"
				  : "the environments file names no file of signers";
	p->file = fsio_join(s->cwd ? s->cwd : "/", path);
	if (is_code(p) && envs->signers)
		p->signers = fsio_join(s->cwd ? s->cwd : "/", envs->signers);
	return NULL;
}

static bool waits_already(const struct keeper *k, const struct intent *it)
{
	for (size_t i = 0; i < k->n_proofs; i++)
		if (!strcmp(k->proofs[i]->intent.client, it->client) &&
		    !strcmp(k->proofs[i]->intent.id, it->id))
			return true;
	return false;
}

void proof_begin(struct keeper *k, const struct actor *who, uid_t uid, struct intent *it)
{
	struct proof *p;

	if (waits_already(k, it))
		return; /* its answer comes */
	p = mem_alloc(sizeof(*p));
	*p = (struct proof){ .k = k, .who = *who, .intent = *it };
	*it = (struct intent){ .verb = VERB_INVALID };
	p->why = k->n_proofs < PROOFS_MAX ? set_text(p, uid)
					 : "too much is being looked at: try again";
	if (!p->why)
		p->why = set_file(p);
	if (!p->why && !scout_send(&p->scout, k, SAID_MAX, PROOF_NS, say, p))
		p->why = "it cannot be looked at: no more processes";
	k->proofs = mem_grow(k->proofs, k->n_proofs + 1, sizeof(*k->proofs));
	k->proofs[k->n_proofs++] = p;
	if (p->why)
		keeper_again(k);
}

/* --- what was found --------------------------------------------------------------------------- */

/* Who may approve may permit; where nobody is named, everybody who may sign. */
static bool may_permit(const struct environment *e, const char *principal)
{
	for (size_t i = 0; i < e->n_approvers; i++)
		if (str_eq(e->approvers[i], principal))
			return true;
	return !e->n_approvers;
}

static const char *fill_permit(struct proof *p, struct engine_input *in, struct sign_permit *permit)
{
	const struct state *s = p->k->s;
	const struct environment *env;

	if (sign_permit_read(p->intent.text, strlen(p->intent.text), permit, NULL, NULL))
		return "this is no permit";
	if (!s->book || !s->book->n_files ||
	    (permit->of == SIGN_OF_RUNBOOK && !str_eq(permit->digest, s->book->digest)))
		return "the permit is for something else than this runbook as it is";
	env = environ_find(s->book->environments, permit->environment);
	if (!env || !may_permit(env, in->principal))
		return "whoever signed the permit may not give one for that environment";
	in->name = permit->id;
	in->text = env->name; /* it may go by another one of its names */
	in->digest = permit->digest;
	in->number = permit->until_ns;
	return NULL;
}

static const char *fill(struct proof *p, char *name, struct engine_input *in,
			struct sign_permit *permit)
{
	char *key = strchr(name, '\n'), *end = key ? strchr(key + 1, '\n') : NULL;

	if (!end)
		return "it was not looked at to the end";
	*key = *end = '\0';
	in->principal = name;
	in->fingerprint = key + 1;
	in->how = is_code(p) ? "code" : "signature";
	if (p->intent.verb == VERB_PERMIT)
		return fill_permit(p, in, permit);
	if (p->intent.verb == VERB_IDENTIFY) {
		in->name = p->intent.name ? p->intent.name : p->intent.client;
	} else {
		in->key = p->intent.step;
		in->digest = p->intent.name;
		in->reason = p->intent.reason;
	}
	return NULL;
}

static void tell(struct keeper *k, struct proof *p)
{
	struct engine_input in = feed_input(kinds[kind_of(p)].kind);
	struct sign_permit permit;
	struct verdict v = { 0 };
	char *said = buf_take(&p->scout.said);
	const char *why = said;

	if (p->why)
		why = p->why;
	else if (p->scout.late)
		why = "it took too long to look at";
	else if (str_starts(said, "= "))
		why = fill(p, said + 2, &in, &permit);
	else if (!*said)
		why = "it was not looked at to the end";
	if (why) {
		in = feed_input(INPUT_INTENT);
		in.reason = why;
	}
	in.actor = p->who;
	in.intent = &p->intent;
	feed(k, &in, &v);
	flush_reply(k, p->intent.client, p->intent.id, &v);
	free(said);
}

void proof_step(struct keeper *k)
{
	for (size_t i = 0; i < k->n_proofs && !trouble_stalled(k);) {
		struct proof *p = k->proofs[i];

		if (scout_is_out(&p->scout)) {
			i++;
			continue;
		}
		k->n_proofs--;
		memmove(k->proofs + i, k->proofs + i + 1,
			(k->n_proofs - i) * sizeof(struct proof *));
		tell(k, p);
		proof_release(p);
	}
}

void proof_free(struct keeper *k)
{
	for (size_t i = 0; i < k->n_proofs; i++)
		proof_release(k->proofs[i]);
	free(k->proofs);
	k->proofs = NULL;
	k->n_proofs = 0;
}
