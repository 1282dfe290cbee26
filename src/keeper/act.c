/* What the engine wants done. All but the harmless kinds come here only when the events that ask
 * for them are durable. */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "err.h"
#include "hide.h"
#include "keeper_lend.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "mem.h"

enum { KEYS_MAX = 64 << 10 };

/* --- commands --------------------------------------------------------------------------------- */

static void refuse(struct proc *p, char *why)
{
	p->refused = true;
	p->at = PROC_OVER;
	free(p->text);
	p->text = why;
}

/* Asks the holder for the child. What goes wrong is told to the engine by procs_step. */
static void prepare(struct keeper *k, struct action *a)
{
	struct post *post = k->posts[stage_plays(k) ? POST_SEND : POST_OWN];
	struct proc *p;
	const struct inst *in = state_inst(k->s, a->key);
	struct env_list argv = { 0 }, env = { 0 };
	struct buf input = BUF_INIT;
	const char *gone[2] = { NULL, NULL };
	char head[ELSEWHERE_SHORT];
	const struct env_from from = { k->environ_base, k->journal_path, k->s, &k->secrets,
				       elsewhere_short(k, head) };
	const struct capture *taken[1];
	struct err err = { 0 };

	if (stage_plays(k) && !stage_sends(k, a)) {
		stage_prepare(k, a);
		return;
	}
	p = procs_new(k, post, a->token);
	p->sealed = !a->terminal && secrets_taken(in, a->purpose, taken, 1);
	if (a->purpose == PURPOSE_MAIN && !a->host && lend_wanted(k->dir, in))
		lend_command(&argv, k->dir, a->text);
	else
		env_command(&argv, &input, &k->secrets, in, a, &gone[0]);
	env_build(&env, &from, in, a, &gone[1]);
	struct holder_spec spec = {
		.token = a->token,
		.argv = (const char *const *)argv.v,
		.env = (const char *const *)env.v,
		.cwd = k->s->cwd,
		.input = a->host ? input.data : NULL,
		.n_input = a->host ? input.len : 0,
		.terminal = a->terminal && !a->host,
		.rows = k->rows,
		.cols = k->cols,
		.leaves_processes = a->leaves_processes,
		.sealed = p->sealed,
	};
	if (gone[0] || gone[1])
		refuse(p, mem_printf("the secret %s is not known any more: give it again with "
				     "`refresh`", gone[0] ? gone[0] : gone[1]));
	else if (a->host && (a->host[0] == '-' || !a->host[0]))
		refuse(p, mem_printf("\"%s\" cannot be a host", a->host));
	else if (post_prepare(post, a->purpose, &spec, &err))
		refuse(p, mem_dup(err.text));
	if (input.data)
		mem_wipe(input.data, input.len);
	buf_release(&input);
	env_list_release(&argv);
	env_list_release(&env);
}

/* A holder that cannot be told has died, and `gone` says so by itself. */
static void go(struct keeper *k, struct action *a)
{
	struct proc *p = procs_find(k, a->token);

	if (p && p->played && p->at < PROC_OVER)
		stage_go(k, p);
	if (!p || p->at >= PROC_OVER || !p->post->h)
		return;
	p->at = PROC_GOING;
	(void)holder_go(p->post->h, a->token, NULL);
}

static void drop(struct keeper *k, struct action *a)
{
	struct proc *p = procs_find(k, a->token);

	if (p && p->played && p->at < PROC_OVER)
		stage_drop(k, p);
	else if (p && p->post->h)
		(void)holder_drop(p->post->h, a->token, NULL);
}

static void stop(struct keeper *k, struct action *a)
{
	struct proc *p = procs_find(k, a->token);

	if (p && p->played && p->at < PROC_OVER)
		stage_stop(k, p);
	else if (a->hangup)
		outside_hang_up(p);
	else if (p && p->post->h)
		(void)holder_stop(p->post->h, a->token, a->grace_ms, NULL);
}

static void keys(struct keeper *k, struct action *a)
{
	struct proc *p = procs_find(k, a->token);
	struct buf bytes = { .max = KEYS_MAX };

	if (p && p->played && a->text && base64_decode(a->text, strlen(a->text), &bytes))
		p->st.typed += (int64_t)bytes.len; /* nobody reads them */
	else if (p && p->post->h && a->text && base64_decode(a->text, strlen(a->text), &bytes))
		(void)holder_input(p->post->h, a->token, bytes.data, bytes.len, NULL);
	if (bytes.data)
		mem_wipe(bytes.data, bytes.len);
	buf_release(&bytes);
}

/* --- values and books ------------------------------------------------------------------------- */

static void keep(struct keeper *k, struct action *a)
{
	keeper_keep(k, a->key, a->name, a->text);
}

/* Moved back to what waits: the record was busy. */
static void act_later(struct keeper *k, struct action *a)
{
	feed_later(k, a);
	*a = (struct action){ 0 };
	keeper_soon(k);
}

static void call_book(struct keeper *k, struct action *a)
{
	struct engine_input in = feed_input(INPUT_BOOK);
	const struct runbook *book = NULL;
	struct err err = { 0 };
	int r = books_call(&k->books, k->journal, k->run, k->s->cwd, a->path, &book, &err);

	if (r == ERR_BUSY) { /* somebody else writes: asked for again with the next commit */
		act_later(k, a);
		return;
	}
	in.key = a->key;
	in.path = a->path;
	in.reason = a->text;
	if (r) {
		in.kind = INPUT_NOTE;
		in.name = "call-failed";
		in.text = err.text;
	} else {
		in.book = book;
		in.text = book->files[0].sha256;
	}
	feed(k, &in, NULL);
}

static void choose(struct keeper *k, struct action *a)
{
	const struct actor us = { .id = "keeper", .how = "program" };

	(void)trouble_choice(k, a->text, &us, NULL);
}

static void digest(struct keeper *k, struct action *a)
{
	if (stage_plays(k))
		stage_digest(k, a->key, a->name, a->path);
	else
		digest_file(k, a->key, a->name, a->path);
}

static void play(struct keeper *k, struct action *a)
{
	stage_play(k, a);
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct row {
	void (*act)(struct keeper *k, struct action *a);
	bool harmless; /* changes nothing outside us: need not wait for a commit */
} rows[] = {
	[ACT_PREPARE] = { prepare, true },
	[ACT_GO] = { go, false },
	[ACT_DROP] = { drop, false },
	[ACT_STOP] = { stop, false },
	[ACT_DIGEST] = { digest, true },
	[ACT_KEEP] = { keep, true }, /* what is prepared next may need it */
	[ACT_INPUT] = { keys, false },
	[ACT_BOOK] = { call_book, false },
	[ACT_JOURNAL] = { choose, false },
	[ACT_PLAY] = { play, false },
};

bool act_harmless(enum action_kind kind)
{
	return rows[kind].harmless;
}

void act_do(struct keeper *k, struct action *a)
{
	rows[a->kind].act(k, a);
}
