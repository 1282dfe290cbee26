/* A holder as the keeper sees it: what it says, and what is known when it has died.
 *
 * What it says is only noted; procs_step tells the engine.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "err.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "loop.h"
#include "mem.h"

enum { GATHER_NS = 10 * CLOCK_MS, LOST_MAX = 3 };

struct post *post_new(struct keeper *k, const char *folder)
{
	struct post *post = mem_alloc(sizeof(*post));

	post->k = k;
	post->folder = mem_dup(folder);
	return post;
}

void post_free(struct post *post)
{
	if (!post)
		return;
	holder_disconnect(post->h);
	free(post->folder);
	free(post->why);
	free(post);
}

/* --- what the holder says --------------------------------------------------------------------- */

static void adopt(struct proc *p, const struct holder_status *st)
{
	p->st = *st;
	p->unsure = false;
}

static void on_prepared(void *ctx, const struct holder_status *st)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, st->token);

	if (!p || p->at > PROC_GATED)
		return;
	adopt(p, st);
	p->at = PROC_GATED;
}

static void on_refused(void *ctx, const char *token, int sys, const char *why)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, token);

	if (!p || p->at >= PROC_OVER)
		return;
	p->refused = true;
	p->at = PROC_OVER;
	p->st.sys = sys;
	free(p->text);
	p->text = mem_dup(why);
}

static void on_running(void *ctx, const struct holder_status *st)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, st->token);

	if (!p || p->at >= PROC_OVER)
		return;
	adopt(p, st);
	p->at = PROC_GOING;
	p->dirty = true;
}

static void on_ended(void *ctx, const struct holder_status *st)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, st->token);

	if (!p || p->at >= PROC_OVER)
		return;
	adopt(p, st);
	p->at = PROC_OVER;
	post->k->lost_in_a_row = 0;
}

static void gather_ends(void *ctx)
{
	struct keeper *k = ctx;

	k->gather = NULL;
	k->gathered = true;
}

static void on_output(void *ctx, const char *token)
{
	struct post *post = ctx;
	struct keeper *k = post->k;
	struct proc *p = procs_find(k, token);

	if (!p)
		return;
	p->dirty = true;
	if (!k->gather)
		k->gather = loop_after(k->loop, GATHER_NS, gather_ends, k);
}

static void on_stuck(void *ctx, const char *token, const char *who)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, token);

	if (!p || p->at >= PROC_OVER)
		return;
	free(p->stuck);
	p->stuck = mem_dup(who);
}

static void on_sealed(void *ctx, const char *token, int fd)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, token);

	if (p && p->at < PROC_OVER)
		conceal_raw(post->k, p, fd);
}

static void on_blocked(void *ctx, const char *token, int sys)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, token);

	if (!p || p->at >= PROC_OVER || p->waits)
		return;
	p->waits = mem_printf("the output of command %s cannot be kept (%s): it waits until there "
			      "is room", token, sys ? strerror(sys) : "1 GiB of it waits");
}

/* --- a holder that died ----------------------------------------------------------------------- */

static void say_known(struct proc *p, const struct cmd *c, struct buf *out)
{
	bool same_boot = c && !strcmp(c->boot_id, clock_boot_id());
	bool alive = c && same_boot && holder_alive((pid_t)c->pid, c->pid_start);
	int64_t bytes = spool_waiting(p);

	for (int s = 0; s < STREAM_MAX; s++)
		bytes += p->kept[s];
	if (c && !same_boot) {
		buf_addf(out, "the machine was restarted while it ran; whether it was done before "
			 "is not known");
	} else if (c && p->post->why) {
		buf_addf(out, "its holder cannot be reached: %s; process %lld is %s", p->post->why,
			 (long long)c->pid, alive ? "alive" : "gone");
	} else if (alive) {
		buf_addf(out, "process %lld is still alive, but who held its terminal and would "
			 "have seen its end is gone", (long long)c->pid);
	} else {
		buf_addf(out, "process %lld is gone; who would have seen how it ended died before "
			 "it or with it", (long long)(c ? c->pid : p->st.pid));
	}
	buf_addf(out, "; it printed %lld bytes", (long long)bytes);
}

/* A holder writes down that it lets a command go before it does; but what it wrote last may be
 * lost where the machine was restarted. */
static bool never_let_go(const struct proc *p, const struct cmd *c)
{
	if (p->at == PROC_GATED && !p->resumed)
		return true;
	return p->word == HOLDER_PREPARED && c && !strcmp(c->boot_id, clock_boot_id());
}

/* Its fate: as the status file has it; never where it was not let go, and then it is asked for
 * again, unless holders keep dying; else unknown. */
static void lose(struct keeper *k, struct proc *p)
{
	const struct cmd *c = state_cmd(k->s, p->token);
	struct buf text = BUF_INIT;

	p->unsure = false;
	if (!p->told && ++k->lost_in_a_row > LOST_MAX) {
		p->refused = true;
		p->text = mem_dup("the holder of the commands died, again and again");
	} else if (!p->told || never_let_go(p, c)) {
		p->told = true; /* there is no child any more to be told of */
		p->st.fate = HOLDER_NEVER;
	} else {
		p->lost = true;
		say_known(p, c, &text);
		free(p->text);
		p->text = buf_take(&text);
	}
	p->at = PROC_OVER;
}

static int take_status(void *ctx, const struct holder_status *st)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, st->token);

	if (!p || p->post != post || p->at >= PROC_OVER || !p->told)
		return 0;
	p->word = st->fate;
	if (st->fate >= HOLDER_NEVER) {
		adopt(p, st);
		p->at = PROC_OVER;
	}
	return 0;
}

static void lose_all(struct post *post, bool only_unsure)
{
	struct keeper *k = post->k;

	(void)holder_read_status(post->folder, take_status, post, NULL);
	for (size_t i = 0; i < k->n_procs; i++) {
		struct proc *p = k->procs[i];
		if (p->post == post && p->at < PROC_OVER && (p->unsure || !only_unsure))
			lose(k, p);
	}
}

static void on_gone(void *ctx)
{
	struct post *post = ctx;
	struct holder *h = post->h;

	post->h = NULL;
	holder_disconnect(h);
	lose_all(post, false);
}

/* It has spoken of all that it has: what is left was an earlier one's. */
static void on_current(void *ctx)
{
	lose_all(ctx, true);
}

/* --- connecting ------------------------------------------------------------------------------- */

bool post_alive(const struct post *post)
{
	char *path = mem_printf("%s/holder.lock", post->folder);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	free(path);
	return held;
}

/* Where the stage stands in the holders' place there is one for messages, and no other. */
static bool is_barred(const struct post *post)
{
	return stage_plays(post->k) && post != post->k->posts[POST_SEND];
}

static int make_folder(const struct post *post)
{
	return mkdir(post->folder, post->k->team ? 02770 : 0700) && errno != EEXIST;
}

int post_connect(struct post *post, struct err *err)
{
	const struct holder_calls calls = {
		.ctx = post,
		.prepared = on_prepared,
		.refused = on_refused,
		.running = on_running,
		.ended = on_ended,
		.output = on_output,
		.stuck = on_stuck,
		.gone = on_gone,
		.current = on_current,
		.blocked = on_blocked,
		.sealed = on_sealed,
	};
	mode_t ours;
	int r;

	if (post->h)
		return 0;
	if (is_barred(post))
		return err_set(err, ERR_DENIED, "in this drill nothing is run");
	if (post == post->k->posts[POST_SEND] && make_folder(post))
		return err_sys(err, "cannot make %s", post->folder);
	ours = umask(post->k->umask); /* commands get it from the holder, the holder from us */
	r = holder_connect(post->k->loop, post->folder, post->k->run, &calls, &post->h, err);
	umask(ours);
	if (!r)
		conceal_post(post->k, post);
	return r;
}

int post_prepare(struct post *post, enum purpose purpose, const struct holder_spec *spec,
		 struct err *err)
{
	bool message = purpose == PURPOSE_SEND || purpose == PURPOSE_TELL;
	int r;

	if (stage_plays(post->k) && (is_barred(post) || !message))
		return err_set(err, ERR_DENIED, "in this drill nothing is run but its messages");
	r = post_connect(post, err);
	return r ? r : holder_prepare(post->h, spec, err);
}

/* A command of an earlier keeper: where its holder lives, that will say how it stands; where it
 * does not, the status file has the last word. */
void post_resume(struct keeper *k, struct post *post)
{
	bool any = false;

	for (size_t i = 0; i < k->n_procs; i++)
		any |= k->procs[i]->post == post;
	if (!any)
		return;
	if (post_alive(post)) {
		struct err err = { 0 };
		if (!post_connect(post, &err))
			return;
		post->why = mem_dup(err.text); /* another user's, or another version */
	}
	lose_all(post, false);
}
