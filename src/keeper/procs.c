/* Commands, from the fork to the record of their end.
 *
 * What the holder says is only noted here when it says so; procs_step tells the engine, in order,
 * and not while the journal cannot be written. Nothing is lost by waiting: the holder keeps the
 * output and the status until they are on record.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "err.h"
#include "keeper_parts.h"
#include "limits.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { GATHER_NS = 10 * 1000 * 1000, CHUNKS_A_PASS = 4, LOST_MAX = 3 };

struct proc *procs_find(struct keeper *k, const char *token)
{
	for (size_t i = k->n_procs; i-- > 0;)
		if (!strcmp(k->procs[i]->token, token))
			return k->procs[i];
	return NULL;
}

struct proc *procs_new(struct keeper *k, struct post *post, const char *token)
{
	struct proc *p = mem_alloc(sizeof(*p));

	str_clip(p->token, sizeof(p->token), token);
	p->post = post;
	for (int s = 0; s < STREAM_MAX; s++)
		p->spool[s] = -1;
	if (k->n_procs == k->cap_procs) {
		k->cap_procs = k->cap_procs ? 2 * k->cap_procs : 8;
		k->procs = mem_grow(k->procs, k->cap_procs, sizeof(*k->procs));
	}
	k->procs[k->n_procs++] = p;
	return p;
}

static void proc_free(struct proc *p)
{
	spool_close(p);
	free(p->text);
	free(p->stuck);
	free(p->waits);
	buf_release(&p->out);
	free(p);
}

void procs_drop(struct keeper *k, struct proc *p)
{
	size_t i = 0;

	while (k->procs[i] != p)
		i++;
	k->n_procs--;
	memmove(k->procs + i, k->procs + i + 1, (k->n_procs - i) * sizeof(struct proc *));
	proc_free(p);
}

struct post *procs_post(struct keeper *k, const char *folder)
{
	struct post *post = mem_alloc(sizeof(*post));

	post->k = k;
	post->folder = mem_dup(folder);
	return post;
}

void procs_post_free(struct post *post)
{
	if (!post)
		return;
	holder_disconnect(post->h);
	free(post->folder);
	free(post);
}

void procs_free(struct keeper *k)
{
	for (size_t i = 0; i < k->n_procs; i++)
		proc_free(k->procs[i]);
	free(k->procs);
	k->procs = NULL;
	k->n_procs = k->cap_procs = 0;
	for (int i = 0; i < POST_MAX; i++)
		procs_post_free(k->posts[i]);
}

size_t procs_running(const struct keeper *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_procs; i++)
		n += k->procs[i]->at < PROC_DONE;
	return n;
}

size_t procs_at_fork(const struct keeper *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_procs; i++)
		n += k->procs[i]->at == PROC_ASKED;
	return n;
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
	int64_t bytes = 0;

	for (int s = 0; s < STREAM_MAX; s++)
		bytes += p->kept[s] + (p->at < PROC_OVER ? 0 : spool_waiting(p));
	if (c && !same_boot) {
		buf_addf(out, "the machine was restarted while it ran; whether it was done before "
			 "is not known");
	} else if (c && holder_alive((pid_t)c->pid, c->pid_start)) {
		buf_addf(out, "process %lld is still alive, but who held its terminal and would "
			 "have seen its end is gone", (long long)c->pid);
	} else {
		buf_addf(out, "process %lld is gone; who would have seen how it ended died before "
			 "it or with it", (long long)(c ? c->pid : p->st.pid));
	}
	buf_addf(out, "; %lld bytes of its output are on record", (long long)bytes);
}

/* Its fate: as the status file has it; never where it was not let go, and then it is asked for
 * again, unless holders keep dying; else unknown. */
static void lose(struct keeper *k, struct proc *p)
{
	struct buf text = BUF_INIT;

	p->unsure = false;
	if (!p->told && ++k->lost_in_a_row > LOST_MAX) {
		p->refused = true;
		p->text = mem_dup("the holder of the commands died, again and again");
	} else if (!p->told || (p->at == PROC_GATED && !p->resumed)) {
		p->told = true; /* there is no child any more to be told of */
		p->st.fate = HOLDER_NEVER;
	} else {
		p->lost = true;
		say_known(p, state_cmd(k->s, p->token), &text);
		free(p->text);
		p->text = buf_take(&text);
	}
	p->at = PROC_OVER;
}

static int take_status(void *ctx, const struct holder_status *st)
{
	struct post *post = ctx;
	struct proc *p = procs_find(post->k, st->token);

	if (p && p->post == post && p->at < PROC_OVER && p->told && st->fate >= HOLDER_NEVER) {
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

static bool post_alive(const struct post *post)
{
	char *path = mem_printf("%s/holder.lock", post->folder);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	free(path);
	return held;
}

int procs_connect(struct post *post, struct err *err)
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
	};
	if (post->h)
		return 0;
	return holder_connect(post->k->loop, post->folder, post->k->run, &calls, &post->h, err);
}

/* A command of an earlier keeper: where its holder lives, that will say how it stands; where it
 * does not, the status file has the last word. */
void procs_resume(struct keeper *k, struct post *post)
{
	bool any = false;

	for (size_t i = 0; i < k->n_procs; i++)
		any |= k->procs[i]->post == post;
	if (!any)
		return;
	if (!post_alive(post) || procs_connect(post, NULL))
		lose_all(post, false);
}

/* --- telling the engine ----------------------------------------------------------------------- */

static struct engine_input about(const struct proc *p, enum input_kind kind)
{
	struct engine_input in = feed_input(kind);

	in.token = p->token;
	return in;
}

static void tell_prepared(struct keeper *k, struct proc *p)
{
	struct engine_input in = about(p, INPUT_PREPARED);

	p->told = true;
	in.pid = p->st.pid;
	in.pid_start = p->st.start;
	feed(k, &in, NULL);
}

static void tell_stuck(struct keeper *k, struct proc *p)
{
	struct engine_input in = about(p, INPUT_STUCK);
	char *who = p->stuck;

	p->stuck = NULL;
	in.text = who;
	feed(k, &in, NULL);
	free(who);
}

static void tell_ended(struct keeper *k, struct proc *p)
{
	struct engine_input in = about(p, INPUT_ENDED);
	struct buf out = { .max = LIMIT_VALUE_BYTES };

	in.code = p->st.code;
	in.signaled = p->st.fate == HOLDER_SIGNALED;
	memcpy(in.bytes, p->kept, sizeof(in.bytes));
	in.survivors = p->st.survivors ? p->st.survivor_list : NULL;
	in.out_over = spool_whole(k, p, &out, NULL) != 0;
	in.out = in.out_over ? NULL : buf_str(&out);
	in.n_out = in.out_over ? 0 : out.len;
	feed(k, &in, NULL);
	buf_release(&out);
}

static void tell_over(struct keeper *k, struct proc *p)
{
	enum input_kind kind = p->refused ? INPUT_REFUSED :
			       p->lost ? INPUT_UNKNOWN :
			       p->st.fate == HOLDER_NEVER ? INPUT_NEVER :
			       p->st.fate == HOLDER_NO_EXEC ? INPUT_NO_EXEC : INPUT_ENDED;
	struct engine_input in = about(p, kind);
	char no_exec[128];

	p->at = PROC_DONE;
	if (kind == INPUT_ENDED) {
		tell_ended(k, p);
		return;
	}
	in.text = p->text;
	in.sys = p->st.sys;
	memcpy(in.bytes, p->kept, sizeof(in.bytes));
	if (kind == INPUT_NO_EXEC) {
		snprintf(no_exec, sizeof(no_exec), "%s: %s", p->st.code == HOLDER_AT_CWD ?
			 "its folder cannot be entered" : p->st.code == HOLDER_AT_EXEC ?
			 "the shell cannot be executed" : "it could not be set up",
			 strerror(p->st.sys));
		in.text = no_exec;
	}
	feed(k, &in, NULL);
}

/* Takes the output of one command where it is time, and tells its end when all is taken. Returns
 * false when the record could not be written. */
static bool step_one(struct keeper *k, struct proc *p, bool *again)
{
	struct err err = { 0 };
	bool more = false;

	if (p->at >= PROC_GATED && !p->told && !p->refused)
		tell_prepared(k, p);
	if (p->stuck)
		tell_stuck(k, p);
	if (p->waits && !p->waits_told) {
		p->waits_told = true;
		feed_note(k, "output-waits", p->waits);
	}
	if (p->told && (p->at == PROC_OVER || (p->dirty && k->gathered))) {
		if (spool_take(k, p, &more, &err)) {
			trouble_meet(k, &err);
			return false;
		}
		p->dirty = more;
		*again |= more;
	}
	if (p->at == PROC_OVER && !more)
		tell_over(k, p);
	return true;
}

void procs_step(struct keeper *k)
{
	bool again = false;
	size_t n = k->n_procs; /* what is asked for on the way is for the next pass */
	int chunks = 0;

	for (size_t i = 0; i < n && chunks < CHUNKS_A_PASS && !trouble_stalled(k); i++) {
		struct proc *p = k->procs[(k->turn + i) % n];
		bool more = false;
		if (p->at < PROC_DONE && !step_one(k, p, &more))
			break;
		again |= more;
		chunks += more;
	}
	k->turn = n ? (k->turn + 1) % n : 0;
	k->gathered = again;
	if (again)
		keeper_again(k);
}
