/* The stage as a whole. What it says to the engine it says in stage_step alone, and not while the
 * journal cannot be written. */
#include "keeper_stage.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "hash.h"
#include "keeper_parts.h"
#include "loop.h"
#include "mem.h"

int64_t stage_now(const struct keeper *k)
{
	return state_time(k->s, clock_now()) / CLOCK_MS;
}

void stage_sooner(int64_t *best_ms, int64_t at_ms)
{
	if (at_ms >= 0 && (*best_ms < 0 || at_ms < *best_ms))
		*best_ms = at_ms;
}

bool stage_plays(const struct keeper *k)
{
	return state_plays(k->s);
}

/* A folder of its own. Where the record was moved it stays where it was before. */
static void open_post(struct keeper *k)
{
	const struct post *old = k->posts[POST_OLD];
	char *folder = mem_printf("%s/send", old ? old->folder : k->dir);

	k->posts[POST_SEND] = post_new(k, folder);
	free(folder);
}

int stage_open(struct keeper *k, struct err *err)
{
	struct scenario *scenario = NULL;
	int r = 0;

	if (k->s->mode != MODE_DRILL)
		return 0;
	if (k->s->drill.scenario)
		r = books_scenario(&k->books, &scenario, err);
	if (r)
		return r;
	k->stage = mem_alloc(sizeof(*k->stage));
	k->stage->scenario = scenario;
	k->stage->due = -1;
	if (stage_plays(k))
		open_post(k);
	return 0;
}

static void digest_drop(struct stage_digest *d)
{
	free(d->key);
	free(d->name);
	free(d->path);
}

void stage_close(struct keeper *k)
{
	struct stage *st = k->stage;

	if (!st)
		return;
	loop_cancel(st->timer);
	for (size_t i = 0; i < st->n_digests; i++)
		digest_drop(&st->digests[i]);
	free(st->digests);
	free(st->replied);
	scenario_free(st->scenario);
	free(st);
	k->stage = NULL;
}

/* --- in the holder's place -------------------------------------------------------------------- */

static struct proc *played_new(struct keeper *k, struct proc *p)
{
	p->played = mem_alloc(sizeof(*p->played));
	keeper_again(k);
	return p;
}

/* It stands at the gate at once: there is no child to wait for. */
void stage_prepare(struct keeper *k, const struct action *a)
{
	struct proc *p = played_new(k, procs_new(k, k->posts[POST_OWN], a->token));
	const struct inst *in = state_inst(k->s, a->key);
	const struct capture *taken[1];

	p->sealed = !a->terminal && secrets_taken(in, a->purpose, taken, 1);
	p->at = PROC_GATED;
}

void stage_resume(struct keeper *k, struct proc *p)
{
	const struct drill_play *play = state_play(k->s, p->token);

	played_new(k, p);
	p->unsure = false;
	p->played->durable = play && play->answered;
	p->played->stopped = state_cmd(k->s, p->token)->phase == CMD_STOPPING;
}

void stage_go(struct keeper *k, struct proc *p)
{
	p->at = PROC_GOING;
	keeper_again(k);
}

void stage_drop(struct keeper *k, struct proc *p)
{
	p->st.fate = HOLDER_NEVER;
	p->at = PROC_OVER;
	keeper_again(k);
}

void stage_stop(struct keeper *k, struct proc *p)
{
	p->played->stopped = true;
	keeper_again(k);
}

void stage_play(struct keeper *k, const struct action *a)
{
	struct proc *p = procs_find(k, a->token);

	if (p && p->played)
		p->played->durable = true;
	keeper_again(k);
}

/* --- files ------------------------------------------------------------------------------------ */

void stage_digest(struct keeper *k, const char *key, const char *name, const char *path)
{
	struct stage *st = k->stage;

	st->digests = mem_grow(st->digests, st->n_digests + 1, sizeof(*st->digests));
	st->digests[st->n_digests++] = (struct stage_digest){ mem_dup(key), mem_dup(name),
							      mem_dup(path) };
	keeper_again(k);
}

/* No file was written, so none is read: what a step produces here is told by its name and place,
 * and stays what it was. */
static void tell_digest(struct keeper *k, const struct stage_digest *d)
{
	struct engine_input in = feed_input(INPUT_DIGEST);
	struct hash_ctx *h = hash_new();
	uint8_t sum[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];

	hash_add(h, "drill", sizeof("drill"));
	hash_add(h, d->name, strlen(d->name) + 1);
	hash_add(h, d->path ? d->path : "", d->path ? strlen(d->path) + 1 : 1);
	hash_end(h, sum);
	hash_free(h);
	hash_hex(sum, hex);
	in.key = d->key;
	in.name = d->name;
	in.path = d->path;
	in.text = hex;
	feed(k, &in, NULL);
}

static void tell_digests(struct keeper *k)
{
	struct stage_digest *all = k->stage->digests;
	size_t n = k->stage->n_digests;

	k->stage->digests = NULL;
	k->stage->n_digests = 0;
	for (size_t i = 0; i < n; i++) {
		tell_digest(k, &all[i]);
		digest_drop(&all[i]);
	}
	free(all);
}

/* --- a pass ----------------------------------------------------------------------------------- */

static void due(void *ctx)
{
	struct keeper *k = ctx;

	k->stage->timer = NULL;
	k->stage->due = -1;
}

static void arm(struct keeper *k, int64_t next_ms)
{
	struct stage *st = k->stage;
	int64_t at = next_ms < 0 ? -1 : state_boot(k->s, next_ms * CLOCK_MS);

	if (at == st->due)
		return;
	loop_cancel(st->timer);
	st->timer = at < 0 ? NULL : loop_at(k->loop, at, due, k);
	st->due = at;
}

void stage_step(struct keeper *k)
{
	int64_t next = -1;

	if (!k->stage || k->closed || k->leaving || trouble_stalled(k))
		return;
	stage_injects(k, &next);
	/* what is fed may ask for more commands: they come in the next pass */
	for (size_t i = 0, n = k->n_procs; i < n; i++)
		if (k->procs[i]->played && k->procs[i]->at == PROC_GOING)
			stage_play_step(k, k->procs[i], &next);
	if (stage_plays(k))
		stage_people(k, &next);
	tell_digests(k);
	arm(k, next);
}

/* --- the facilitator -------------------------------------------------------------------------- */

void stage_facilitates(struct keeper *k, const struct client *c, bool on)
{
	struct engine_input in = feed_input(INPUT_DRILL);
	const struct drill_told t = { .what = DRILL_FACILITATOR, .client = c->id, .on = on };

	if (!k->stage || trouble_stalled(k) || on == drill_facilitates(k->s, c->id))
		return;
	in.actor = c->who;
	in.drill = &t;
	feed(k, &in, NULL);
}
