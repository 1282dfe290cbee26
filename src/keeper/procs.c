/* Commands, from the fork to the record of their end.
 *
 * What the holder says is only noted here when it says so; procs_step tells the engine, in order,
 * and not while the journal cannot be written. Nothing is lost by waiting: the holder keeps the
 * output and the status until they are on record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "keeper_parts.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { CHUNKS_A_PASS = 4, WHY_MAX = 1024 };

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
	p->word = HOLDER_FATE_INVALID;
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
	free(p->played);
	buf_release(&p->out);
	buf_release(&p->raw);
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

void procs_free(struct keeper *k)
{
	for (size_t i = 0; i < k->n_procs; i++)
		proc_free(k->procs[i]);
	free(k->procs);
	k->procs = NULL;
	k->n_procs = k->cap_procs = 0;
	for (int i = 0; i < POST_MAX; i++)
		post_free(k->posts[i]);
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
	in.sends = p->post == k->posts[POST_SEND];
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
	struct buf out = { .max = LIMIT_VALUE_BYTES }, why = BUF_INIT;
	const struct cmd *c = state_cmd(k->s, p->token);

	in.code = p->st.code;
	in.signaled = p->st.fate == HOLDER_SIGNALED;
	memcpy(in.bytes, p->kept, sizeof(in.bytes));
	in.typed = p->st.typed;
	in.survivors = p->st.survivors ? p->st.survivor_list : NULL;
	if (p->sealed)
		conceal_taken(k, p);
	const struct buf *whole = p->sealed ? &p->raw : &out;
	in.out_over = p->sealed ? p->raw.len > LIMIT_VALUE_BYTES
				: spool_whole(k, p, &out, NULL) != 0;
	in.out = in.out_over ? NULL : buf_str(whole);
	in.n_out = in.out_over ? 0 : whole->len;
	k->raw = p->sealed ? in.out : NULL;
	if (c && (c->purpose == PURPOSE_SEND ||
		  (c->purpose == PURPOSE_MAIN && !p->sealed && (in.signaled || in.code)))) {
		spool_tail(k, p, WHY_MAX, &why);
		in.err = buf_str(&why);
		in.n_err = why.len;
	}
	feed(k, &in, NULL);
	k->raw = NULL;
	buf_release(&out);
	buf_release(&why);
}

static void tell_over(struct keeper *k, struct proc *p)
{
	bool ran = p->st.fate == HOLDER_EXITED || p->st.fate == HOLDER_SIGNALED;
	bool blind = ran && p->sealed && !p->raw_came && !p->lost && !p->refused;
	enum input_kind kind = p->refused ? INPUT_REFUSED :
			       p->lost || blind ? INPUT_UNKNOWN :
			       p->st.fate == HOLDER_NEVER ? INPUT_NEVER :
			       p->st.fate == HOLDER_NO_EXEC ? INPUT_NO_EXEC : INPUT_ENDED;
	struct engine_input in = about(p, kind);
	char no_exec[128];

	p->at = PROC_DONE;
	if (kind == INPUT_ENDED) {
		tell_ended(k, p);
		return;
	}
	in.text = blind ? "it ended, but what it printed had a secret in it and was lost with its "
			  "holder" : p->text;
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
	if (p->lost)
		orphan_look(k);
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
