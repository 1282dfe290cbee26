/* Digests beside the reading: half of the time of a verification is SHA-256, and it needs nothing
 * but the rows. The reader copies them into a batch; a full one goes to a thread, which checks it
 * while the reader fills the other.
 *
 *     reader:  fill A | fill B        | wait, look at A's result, hand over B | fill A ...
 *     thread:         | check A       |                                       | check B ...
 *
 * The thread touches its batch and its own chain, nothing else. Where there is one processor, no
 * thread to be had, or less than a batch to do, the reader checks by itself.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "verify_own.h"

enum { BATCH_ROWS = 512, BATCH_BYTES = 512 << 10 };

struct batch {
	struct row row[BATCH_ROWS];
	size_t n, used;
	char bytes[BATCH_BYTES]; /* what the rows point to */
	struct index_sums sums;  /* of those that are good */
	size_t bad;              /* the first bad row, or n */
	enum content what;       /* is wrong with it */
};

struct hasher {
	struct batch batch[2];
	int filling;          /* which one the reader has */
	bool out;             /* the other one was handed over, its result not looked at */
	bool tried, threaded; /* to have a thread; have one */
	struct chain own;     /* the thread's */
	struct index_key key;
	pthread_t thread;
	pthread_mutex_t lock; /* for the two below */
	pthread_cond_t turn;
	struct batch *work; /* NULL: done */
	bool quit;
};

static void check_batch(struct chain *c, const struct index_key *key, struct batch *b)
{
	b->what = CONTENT_GOOD;
	b->sums = (struct index_sums){ 0 };
	for (b->bad = 0; b->bad < b->n; b->bad++) {
		b->what = verify_content(c, &b->row[b->bad]);
		if (b->what != CONTENT_GOOD)
			return;
		verify_index_add(&b->sums, key, &b->row[b->bad]);
	}
}

/* --- the thread ------------------------------------------------------------------------------ */

static void *run_thread(void *arg)
{
	struct hasher *h = arg;
	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (!h->work && !h->quit)
			pthread_cond_wait(&h->turn, &h->lock);
		if (h->quit)
			break;
		struct batch *b = h->work;
		pthread_mutex_unlock(&h->lock);
		check_batch(&h->own, &h->key, b);
		pthread_mutex_lock(&h->lock);
		h->work = NULL;
		pthread_cond_broadcast(&h->turn);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

/* Signals stay with the thread that the program knows of. */
static void start_thread(struct hasher *h)
{
	sigset_t all, was;
	h->tried = true;
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	chain_init(&h->own);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	h->threaded = pthread_create(&h->thread, NULL, run_thread, h) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
}

static void wait_for_thread(struct hasher *h)
{
	pthread_mutex_lock(&h->lock);
	while (h->work)
		pthread_cond_wait(&h->turn, &h->lock);
	pthread_mutex_unlock(&h->lock);
}

/* --- the reader ------------------------------------------------------------------------------ */

struct hasher *verify_hash_new(void)
{
	struct hasher *h = mem_alloc(sizeof(*h));
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->turn, NULL);
	return h;
}

void verify_hash_free(struct hasher *h)
{
	if (!h)
		return;
	if (h->threaded) {
		pthread_mutex_lock(&h->lock);
		h->quit = true;
		pthread_cond_broadcast(&h->turn);
		pthread_mutex_unlock(&h->lock);
		pthread_join(h->thread, NULL);
	}
	chain_release(&h->own);
	pthread_cond_destroy(&h->turn);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void look_at(struct verify *v, struct batch *b)
{
	if (b->bad < b->n)
		verify_content_defect(v, &b->row[b->bad], b->what);
	verify_index_join(&v->rows, &b->sums);
	b->n = b->used = 0;
}

/* The result of the batch that was handed over, if one was. */
static void collect(struct verify *v)
{
	struct hasher *h = v->hasher;
	if (!h->out)
		return;
	wait_for_thread(h);
	h->out = false;
	look_at(v, &h->batch[!h->filling]);
}

static void hand_over(struct verify *v)
{
	struct hasher *h = v->hasher;
	struct batch *b = &h->batch[h->filling];
	if (!h->tried) {
		h->key = v->key;
		start_thread(h);
	}
	collect(v);
	if (!h->threaded) {
		check_batch(&v->j->chain, &v->key, b);
		look_at(v, b);
		return;
	}
	pthread_mutex_lock(&h->lock);
	h->work = b;
	pthread_cond_broadcast(&h->turn);
	pthread_mutex_unlock(&h->lock);
	h->out = true;
	h->filling = !h->filling;
}

static const char *copy(struct batch *b, const void *p, size_t n)
{
	char *to = b->bytes + b->used;
	if (n)
		memcpy(to, p, n);
	b->used += n;
	return to;
}

static void copy_row(struct batch *b, const struct row *r)
{
	struct row *to = &b->row[b->n++];
	*to = *r;
	struct chain_text *texts[] = { &to->ev.run, &to->ev.boot_id, &to->ev.kind, &to->ev.step,
		&to->ev.actor, &to->ev.auth, &to->payload };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		texts[i]->p = copy(b, texts[i]->p, texts[i]->n);
	to->salt = (const uint8_t *)copy(b, r->salt, CHAIN_SALT_LEN);
	to->payload_hash = (const uint8_t *)copy(b, r->payload_hash, HASH_LEN);
	to->prev = (const uint8_t *)copy(b, r->prev, HASH_LEN);
	to->hash = (const uint8_t *)copy(b, r->hash, HASH_LEN);
}

static size_t size_of(const struct row *r)
{
	const struct chain_event *ev = &r->ev;
	return ev->run.n + ev->boot_id.n + ev->kind.n + ev->step.n + ev->actor.n + ev->auth.n +
		r->payload.n + CHAIN_SALT_LEN + 3 * HASH_LEN;
}

void verify_hash_add(struct verify *v, const struct row *r)
{
	struct hasher *h = v->hasher;
	size_t need = size_of(r);
	const struct batch *b = &h->batch[h->filling];
	if (b->n == BATCH_ROWS || b->used + need > BATCH_BYTES)
		hand_over(v);
	if (need <= BATCH_BYTES) {
		copy_row(&h->batch[h->filling], r);
		return;
	}
	/* larger than a batch: by itself, in its turn */
	verify_hash_drain(v);
	enum content what = verify_bad(v) ? CONTENT_GOOD : verify_content(&v->j->chain, r);
	if (what != CONTENT_GOOD)
		verify_content_defect(v, r, what);
	else if (!verify_bad(v))
		verify_index_add(&v->rows, &v->key, r);
}

void verify_hash_drain(struct verify *v)
{
	struct hasher *h = v->hasher;
	struct batch *b = &h->batch[h->filling];
	collect(v);
	if (b->n == 0)
		return;
	check_batch(&v->j->chain, &v->key, b);
	look_at(v, b);
}

void verify_hash_forget(struct verify *v)
{
	struct hasher *h = v->hasher;
	if (h->out)
		wait_for_thread(h);
	h->out = false;
	for (int i = 0; i < 2; i++)
		h->batch[i].n = h->batch[i].used = 0;
}
