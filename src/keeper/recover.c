/* From the record to a keeper at work: the same way for a run that has just been opened, one whose
 * keeper parked, and one whose keeper was killed.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "json.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "str.h"

/* --- replay ----------------------------------------------------------------------------------- */

struct replay {
	struct keeper *k;
	bool any_keeper, parked; /* a keeper was here before; it left on purpose */
	struct err err;
};

static void note_keeper(struct replay *r, const struct event *ev)
{
	struct json *doc = NULL;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	r->any_keeper = true;
	r->parked = str_eq(json_str(doc, "what"), "park");
	json_free(doc);
}

static void note_file(struct replay *r, const struct event *ev)
{
	struct json *doc = NULL;

	if (!strstr(ev->body, "\"file-changed\"") || json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	if (str_eq(json_str(doc, "what"), "file-changed") && json_str(doc, "text"))
		books_told(&r->k->books, json_str(doc, "text"));
	json_free(doc);
}

static int replay_one(void *ctx, const struct event *ev)
{
	struct replay *r = ctx;

	if (ev->kind == EV_KEEPER)
		note_keeper(r, ev);
	else if (ev->kind == EV_NOTE)
		note_file(r, ev);
	else
		r->parked = false;
	return engine_apply(r->k->engine, ev, &r->err);
}

static void say_here(struct keeper *k, const struct replay *r)
{
	struct engine_input in = feed_input(INPUT_KEEPER);

	in.name = keeper_version();
	in.text = !r->any_keeper ? "start" : r->parked ? "parked" : "crash";
	feed(k, &in, NULL);
}

int recover_run(struct keeper *k, struct err *err)
{
	struct replay replay = { .k = k };
	int r = books_open(&k->books, k->journal, k->run, err);

	if (r)
		return r;
	k->engine = engine_new(k->books.root, books_find, &k->books);
	k->s = engine_state(k->engine);
	r = journal_each(k->journal, k->run, 0, 0, replay_one, &replay, err);
	if (r) {
		if (replay.err.code && err)
			*err = replay.err;
		return err_context(err, r, "the record of run %s", k->run);
	}
	k->replayed = k->s->run != NULL;
	if (!k->replayed)
		return err_set(err, ERR_NOTFOUND, "there is no run %s", k->run);
	k->closed = k->s->phase == RUN_CLOSED;
	if (k->closed)
		return err_set(err, ERR_EXISTS, "run %s is closed", k->run);
	books_locate(&k->books, k->s->cwd);
	r = stage_open(k, err); /* before the engine asks for the first command */
	if (r)
		return r;
	trouble_left(k);
	say_here(k, &replay);
	conceal_short(k);
	return 0;
}

/* --- commands --------------------------------------------------------------------------------- */

static bool in_flight(const struct cmd *c)
{
	return c->phase == CMD_INTENT || c->phase == CMD_STOPPING;
}

struct was_there {
	const char *token;
	bool there;
};

static int is_there(void *ctx, const struct holder_status *st)
{
	struct was_there *w = ctx;

	w->there |= !strcmp(st->token, w->token);
	return 0;
}

/* The holder that has it: of our folder, or the one the record was moved away from. */
static struct post *post_of(struct keeper *k, const struct cmd *c)
{
	struct post *old = k->posts[POST_OLD];
	struct was_there was = { .token = c->token };

	if (c->sends && k->posts[POST_SEND])
		return k->posts[POST_SEND];
	if (old)
		(void)holder_read_status(old->folder, is_there, &was, NULL);
	return was.there ? old : k->posts[POST_OWN];
}

static int resume_one(struct keeper *k, const struct cmd *c, struct err *err)
{
	struct proc *p = procs_new(k, post_of(k, c), c->token);

	const struct capture *taken[1];

	p->sealed = secrets_taken(c->inst, c->purpose, taken, 1);
	p->at = PROC_GOING;
	p->told = p->resumed = p->unsure = p->dirty = true;
	p->st.pid = (pid_t)c->pid;
	p->st.start = c->pid_start;
	memcpy(p->kept, c->bytes, sizeof(p->kept));
	if (stage_plays(k) && !c->sends)
		stage_resume(k, p);
	return spool_resume(k, p, err);
}

void recover_commands(struct keeper *k)
{
	struct err err = { 0 };
	int r = 0;

	for (size_t i = 0; i < k->s->n_cmds && !r; i++) {
		if (!in_flight(k->s->cmds[i]))
			continue;
		if (!k->output)
			r = output_open(k->journal, k->run, true, &k->output, &err);
		if (!r)
			r = resume_one(k, k->s->cmds[i], &err);
	}
	if (r)
		trouble_meet(k, &err);
	for (int i = 0; i < POST_MAX; i++) {
		if (!k->posts[i] || (stage_plays(k) && i != POST_SEND))
			continue;
		holder_sweep(k->posts[i]->folder);
		post_resume(k, k->posts[i]);
	}
	orphan_look(k);
}
