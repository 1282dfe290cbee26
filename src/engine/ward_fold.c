/* The fold of what guards: who is known, what is permitted, what was read and confirmed. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

void ward_forget(struct state *s, const char *client)
{
	size_t kept = 0;

	for (size_t i = 0; client && i < s->n_known; i++)
		if (strcmp(s->known[i].client, client))
			s->known[kept++] = s->known[i];
	s->n_known = kept;
}

static bool read_who(const struct json *b, struct guard_who *ret)
{
	const char *who = json_str(b, "principal"), *key = json_str(b, "key");
	const char *how = json_str(b, "how");

	return who && *who && key && *key && how &&
	       str_copy(ret->principal, sizeof ret->principal, who) &&
	       str_copy(ret->key, sizeof ret->key, key) &&
	       str_copy(ret->how, sizeof ret->how, how);
}

static int identified(struct fold *f)
{
	struct state *s = f->s;
	const char *client = json_str(f->b, "client");
	struct guard_identity k = { 0 };

	if (!client || !str_copy(k.client, sizeof k.client, client) || !read_who(f->b, &k.who))
		return fold_bad(f, "nobody is named");
	ward_forget(s, k.client);
	if (s->n_known == LIMIT_CLIENTS) /* the oldest goes */
		memmove(s->known, s->known + 1, --s->n_known * sizeof *s->known);
	s->known = mem_grow(s->known, s->n_known + 1, sizeof *s->known);
	s->known[s->n_known++] = k;
	return 0;
}

static int permit(struct fold *f)
{
	struct state *s = f->s;
	const char *id = json_str(f->b, "id"), *env = json_str(f->b, "environment");
	const char *digest = json_str(f->b, "digest");
	struct guard_permit p = { .until = json_int(f->b, "until", 0) };

	if (!id || !env || !read_who(f->b, &p.by) ||
	    !str_copy(p.digest, sizeof p.digest, digest ? digest : ""))
		return fold_bad(f, "it permits nothing");
	p.id = mem_dup(id);
	p.environment = mem_dup(env);
	s->permits = mem_grow(s->permits, s->n_permits + 1, sizeof *s->permits);
	s->permits[s->n_permits++] = p;
	return 0;
}

/* --- a guarded start -------------------------------------------------------------------------- */

static void clear_readings(struct guard *g)
{
	for (size_t i = 0; i < g->n_readings; i++) {
		free(g->readings[i].run);
		free(g->readings[i].is);
		free(g->readings[i].read);
		free(g->readings[i].why);
	}
	g->n_readings = 0;
	g->agreed = false;
}

void ward_free(struct inst *in)
{
	if (in->guard) {
		clear_readings(in->guard);
		free(in->guard->readings);
		free(in->guard->environment);
	}
	free(in->guard);
	in->guard = NULL;
}

static struct guard *make(struct inst *in, const char *env)
{
	if (!in->guard) {
		in->guard = mem_alloc(sizeof *in->guard);
		in->guard->active_at = -1;
	}
	if (env)
		fold_text(&in->guard->environment, env);
	return in->guard;
}

/* What was read before this event does not count. */
static void look_anew(struct fold *f, struct guard *g)
{
	clear_readings(g);
	g->looked_from = f->ev->seq;
}

static void asked_or_begun(struct fold *f, struct inst *in, const char *env)
{
	const char *digest = json_str(f->b, "digest");
	struct guard *g = make(in, env);

	look_anew(f, g);
	g->request[0] = '\0';
	g->covered = json_bool(f->b, "covered", false);
	if (digest)
		str_clip(g->digest, sizeof g->digest, digest);
	if (in->state == STEP_EXECUTING)
		g->active_at = f->t;
}

void ward_moved(struct fold *f, struct inst *in, enum step_state was)
{
	const char *env = json_str(f->b, "environment");
	bool begins = in->state == STEP_HOLD || (in->state == STEP_EXECUTING && was != in->state);

	if (begins && env)
		asked_or_begun(f, in, env);
	else if (begins)
		ward_free(in);
	if (!in->guard)
		return;
	if (in->state == STEP_WAITING) {
		in->guard->stop = GUARD_PASSES;
		in->guard->glass &= was == STEP_BLOCKED;
		in->guard->active_at = -1;
	}
	if (in->state != STEP_HOLD)
		in->guard->request[0] = '\0';
}

void ward_planned(struct fold *f)
{
	const char *env = json_str(f->b, "environment");

	if (!str_eq(json_str(f->b, "what"), "planned") || f->in == f->s->root)
		return;
	if (env)
		asked_or_begun(f, f->in, env);
	else
		ward_free(f->in);
}

void ward_look_again(struct fold *f)
{
	for (size_t i = 0; i < f->s->n_insts; i++) {
		struct inst *in = f->s->insts[i];

		if (!in->guard || inst_awaits_approval(in))
			continue;
		if (in->state == STEP_HOLD && in->guard->n_readings)
			in->prompt = 0; /* asked anew, with what is read then */
		look_anew(f, in->guard);
	}
}

int ward_cmd_intent(struct fold *f, struct cmd *c)
{
	struct guard *g = f->in->guard;
	int64_t probe = json_int(f->b, "probe", 0);

	c->lab = json_bool(f->b, "lab", false);
	if (c->lab) { /* of a command, guarded or not; of no step where that is typed by hand */
		c->inst = f->ev->step ? f->in : NULL;
		c->try_no = -1;
		f->s->looking++;
		return 0;
	}
	if (!g || probe < 1 || probe > LIMIT_ITEMS)
		return fold_bad(f, "a probe of no guard");
	c->inst = f->in;
	c->try_no = (int)probe - 1;
	g->cmd = c;
	f->in->asked = false;
	f->s->looking++;
	return 0;
}

void ward_cmd_over(struct fold *f, const struct cmd *c)
{
	if (c->purpose == PURPOSE_GUARD)
		f->s->looking--;
	if (c->purpose == PURPOSE_TELL)
		f->s->telling--;
	if (c->purpose == PURPOSE_GUARD || c->purpose == PURPOSE_TELL)
		return;
	for (struct inst *up = c->inst; up; up = up->parent)
		if (up->guard && up->covers)
			up->guard->active_at = f->t;
}

static int reading(struct fold *f)
{
	struct guard *g = f->in->guard;
	int64_t probe = json_int(f->b, "probe", 0);
	struct guard_reading *r;

	if (g && probe == 1)
		clear_readings(g);
	if (!g || probe != (int64_t)g->n_readings + 1)
		return fold_bad(f, "a reading that was not wanted");
	g->readings = mem_grow(g->readings, g->n_readings + 1, sizeof *g->readings);
	r = &g->readings[g->n_readings++];
	*r = (struct guard_reading){
		.run = mem_dup(json_str(f->b, "run")), .is = mem_dup(json_str(f->b, "is")),
		.read = mem_dup(json_str(f->b, "read")), .why = mem_dup(json_str(f->b, "why")),
		.agrees = json_bool(f->b, "agrees", false), .at = f->t };
	f->in->asked = false;
	if (!r->agrees)
		g->stop = GUARD_DISAGREES;
	if (!json_bool(f->b, "all", false))
		return 0;
	g->agreed = true;
	g->agreed_at = f->t;
	if (f->in->state == STEP_HOLD)
		f->in->prompt = f->ev->seq;
	return 0;
}

/* It stands for the one command that it was asked for, and is not remembered. */
static int lab(struct fold *f)
{
	(void)f;
	return 0;
}

static int frozen(struct fold *f)
{
	make(f->in, json_str(f->b, "environment"))->stop = GUARD_FROZEN;
	return 0;
}

static int nowhere(struct fold *f)
{
	make(f->in, NULL)->stop = GUARD_NOWHERE;
	return 0;
}

/* What was confirmed for a loop goes for none of its rounds any more. */
static int made_void(struct fold *f)
{
	f->in->covers = false;
	return 0;
}

/* --- a second person -------------------------------------------------------------------------- */

static int wanted(struct fold *f)
{
	struct guard *g = f->in->guard;
	const char *request = json_str(f->b, "request");
	struct guard_who who = { 0 };

	if (!g || f->in->state != STEP_HOLD || !request || strlen(request) + 1 != GUARD_DIGEST ||
	    !read_who(f->b, &who))
		return fold_bad(f, "a request of no hold point");
	memcpy(g->request, request, GUARD_DIGEST);
	g->requester = who;
	g->expires = json_int(f->b, "expires", 0);
	g->expires_wall = json_int(f->b, "until", 0);
	f->in->prompt = f->ev->seq;
	return 0;
}

static int approved(struct fold *f)
{
	struct guard *g = f->in->guard;

	if (!g || !g->request[0] || !str_eq(json_str(f->b, "request"), g->request) ||
	    !read_who(f->b, &g->approver))
		return fold_bad(f, "nothing asked for that");
	g->request[0] = '\0';
	return 0;
}

static int not_approved(struct fold *f)
{
	if (!inst_awaits_approval(f->in))
		return fold_bad(f, "nothing asked for that");
	f->in->guard->request[0] = '\0';
	return 0;
}

static int broken(struct fold *f)
{
	struct inst *loop = (struct inst *)(uintptr_t)each_loop(f->in);
	struct guard *g = f->in->guard;

	if (!g)
		return fold_bad(f, "there is no glass");
	f->s->glass = mem_grow(f->s->glass, f->s->n_glass + 1, sizeof *f->s->glass);
	f->s->glass[f->s->n_glass++] = (struct glass){
		.inst = f->in, .seq = f->ev->seq, .ladder = mem_dup(json_str(f->b, "tell")),
		.subject = mem_dup(json_str(f->b, "subject")),
		.text = mem_dup(json_str(f->b, "text")) };
	g->glass = true;
	g->request[0] = '\0';
	if (loop && loop->guard && loop->covers) /* its other rounds are no other matter */
		loop->guard->glass = true;
	return 0;
}

/* --- who is told of broken glass -------------------------------------------------------------- */

static struct glass_told *message(struct state *s, int64_t no)
{
	struct glass *g;
	size_t i;

	if (no < 1 || no > (int64_t)s->n_glass * TELL_MAX)
		return NULL;
	g = &s->glass[(no - 1) / TELL_MAX];
	i = (size_t)(no - 1) % TELL_MAX;
	while (g->n_told <= i) {
		g->told = mem_grow(g->told, g->n_told + 1, sizeof *g->told);
		g->told[g->n_told++] = (struct glass_told){ 0 };
	}
	return &g->told[i];
}

int ward_tell_intent(struct fold *f, struct cmd *c)
{
	int64_t no = json_int(f->b, "message", 0);
	struct glass_told *t = message(f->s, no);

	if (!t)
		return fold_bad(f, "nothing to be told");
	c->inst = f->in;
	c->try_no = (int)no - 1;
	t->cmd = c;
	f->s->telling++;
	return 0;
}

static int told(struct fold *f)
{
	struct glass_told *t = message(f->s, json_int(f->b, "message", 0));

	if (!t)
		return fold_bad(f, "nothing to be told");
	t->over = true;
	return 0;
}

int ward_fold(struct fold *f)
{
	static const struct {
		const char *what;
		fold_fn *fold;
	} rows[] = {
		{ "identified", identified }, { "permit", permit }, { "reading", reading },
		{ "frozen", frozen }, { "nowhere", nowhere }, { "void", made_void },
		{ "wanted", wanted }, { "approved", approved }, { "refused", not_approved },
		{ "expired", not_approved }, { "break-glass", broken },
		{ "told", told }, { "lab", lab },
	};
	const char *what = json_str(f->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].fold(f);
	return fold_bad(f, "no such word");
}
