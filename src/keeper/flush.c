/* Commits, and what may happen only after them.
 *
 * The end of one step and the intent of the next command can share a commit: while a child is
 * being forked, a batch waits for it a little. Nobody is told of anything in it before.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { HOLD_NS = 3 * CLOCK_MS, ROUNDS_MAX = 8 };

static bool needs_sync(const struct event_list *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		if (batch->v[i].kind != EV_OUTPUT)
			return true;
	return false;
}

static bool is_final(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_chunks; i++)
		if (k->chunks[i].p->at >= PROC_OVER)
			return true;
	return false;
}

/* Bytes before the event that names their digest: a synced event must not stand for bytes that a
 * power failure can take away. */
static int commit_output(struct keeper *k, bool sync, struct err *err)
{
	if (!k->n_chunks && !(sync && k->chunks_unsynced))
		return 0;
	int r = k->chunks_open ? 0 : spool_again(k, err);
	if (!r)
		r = output_commit(k->output, sync, err);
	if (r) {
		output_rollback(k->output);
		k->chunks_open = false;
		return r;
	}
	k->chunks_open = false;
	k->chunks_unsynced = !sync;
	k->n_chunks = 0;
	return 0;
}

int flush_commit(struct keeper *k, struct err *err)
{
	bool sync = needs_sync(&k->batch);
	int r = commit_output(k, sync || is_final(k), err);

	if (r || !k->batch.n)
		return r;
	return journal_append(k->journal, k->batch.v, k->batch.n, sync, err);
}

static void look_at(struct keeper *k, const struct event *ev)
{
	if (ev->kind != EV_OUTPUT)
		sheet_touch(k);
	if (ev->kind != EV_RUN_CLOSED)
		return;
	k->closed = true;
	sheet_write(k); /* the last one: nobody may come to write it later */
}

void flush_done(struct keeper *k)
{
	struct event_list done = k->batch;
	struct action_list acts = k->later;
	struct reply *replies = k->replies;
	size_t n_replies = k->n_replies;

	k->batch = (struct event_list){ 0 };
	k->later = (struct action_list){ 0 };
	k->replies = NULL;
	k->n_replies = k->cap_replies = 0;
	loop_cancel(k->hold);
	k->hold = NULL;
	k->hold_over = false;

	for (size_t i = 0; i < acts.n; i++)
		act_do(k, &acts.v[i]);
	for (size_t i = 0; i < done.n; i++)
		look_at(k, &done.v[i]);
	for (size_t i = 0; i < n_replies; i++)
		clients_answer(k, &replies[i]);
	if (done.n)
		clients_wake(k, done.v[done.n - 1].seq);
	for (size_t i = 0; i < done.n; i++)
		vouch_look(k, &done.v[i]);
	spool_give_back(k);
	attach_done(k);
	event_list_release(&done);
	action_list_release(&acts);
	free(replies);
	journal_checkpoint(k->journal, false);
}

static void hold_ends(void *ctx)
{
	struct keeper *k = ctx;

	k->hold = NULL;
	k->hold_over = true;
}

static bool held_back(struct keeper *k)
{
	if (k->hold_over || k->leaving || !procs_at_fork(k))
		return false;
	if (!k->hold)
		k->hold = loop_after(k->loop, HOLD_NS, hold_ends, k);
	return true;
}

void flush_step(struct keeper *k)
{
	for (int i = 0; i < ROUNDS_MAX && !trouble_stalled(k); i++) {
		struct err err = { 0 };
		int r = 0;
		if (!k->batch.n && !k->n_chunks && !k->n_replies && !k->later.n)
			return;
		if (k->batch.n && held_back(k)) {
			if (k->n_chunks)
				r = commit_output(k, true, &err);
			if (r)
				trouble_meet(k, &err);
			return;
		}
		r = flush_commit(k, &err);
		if (r)
			trouble_meet(k, &err);
		else
			flush_done(k);
	}
}

void flush_reply(struct keeper *k, const char *client, const char *id, const struct verdict *v)
{
	if (k->n_replies == k->cap_replies) {
		k->cap_replies = k->cap_replies ? 2 * k->cap_replies : 8;
		k->replies = mem_grow(k->replies, k->cap_replies, sizeof(*k->replies));
	}
	struct reply *r = &k->replies[k->n_replies++];
	*r = (struct reply){ .verdict = *v };
	if (!str_copy(r->client, sizeof(r->client), client) || !str_copy(r->id, sizeof(r->id), id))
		k->n_replies--; /* no client of ours has such a name */
}
