/* Signatures of the head of the run: when the seat is taken, when a second person agreed, when it
 * is closed.
 *
 * A child signs with the key of who operates, 5 s at most; what came of it is a row of its own
 * beside the events. No commit, no answer and no command waits for it, and a run that ends does not
 * either: its keeper stays that much longer. The beat is for the time between.
 */
#include "keeper_vouch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "environ.h"
#include "err.h"
#include "fsio.h"
#include "guard_state.h"
#include "json.h"
#include "keeper_parts.h"
#include "keeper_scout.h"
#include "loop.h"
#include "mem.h"
#include "sign.h"
#include "str.h"

enum { VOUCHES_MAX = 16, SAID_MAX = 64 << 10 };
#define LIMIT_NS (7 * CLOCK_S) /* the child itself gives up after 5 */
#define BEAT_NS (60 * CLOCK_S)
#define RETRY_NS (50 * CLOCK_MS)
#define LATER_NS CLOCK_S
#define STAY_NS (10 * CLOCK_S) /* after the end of the run, at most */
#define BEAT_MS_MAX (60 * 1000)

struct vouch {
	struct keeper *k;
	struct checkpoint c;
	char *who;
	struct vouch_with with;
	char *only, *signers;  /* of the key, where it is known */
	struct scout scout;
	const char *why;       /* why nobody is asked */
};

/* --- the child -------------------------------------------------------------------------------- */

static int sign(const struct vouch *v, struct buf *ret, struct err *err)
{
	bool known = v->signers && access(v->signers, R_OK) == 0;
	struct sign_by by = { .key = v->with.key, .only = v->only, .agent = true,
			      .signers = known ? v->signers : NULL };
	struct buf text = BUF_INIT;
	int rc;

	if (v->with.agent)
		setenv("SSH_AUTH_SOCK", v->with.agent, 1);
	else
		unsetenv("SSH_AUTH_SOCK");
	checkpoint_text(&v->c, &text);
	rc = sign_text(&by, SIGN_CHECKPOINT, buf_str(&text), text.len, ret, err);
	buf_release(&text);
	return rc;
}

/* "= FINGERPRINT", the signature behind; or why there is none. */
static void say(const void *ctx, struct buf *out)
{
	struct buf sig = BUF_INIT;
	char print[SIGN_PRINT_MAX];
	struct err err = { 0 };

	if (sign(ctx, &sig, &err) || sign_key_of(buf_str(&sig), print, &err))
		buf_adds(out, err.text);
	else
		buf_addf(out, "= %s\n%s", print, buf_str(&sig));
}

/* --- one of them ------------------------------------------------------------------------------ */

static void vouch_release(struct vouch *v)
{
	scout_release(&v->scout);
	free(v->who);
	free(v->with.agent);
	free(v->with.key);
	free(v->only);
	free(v->signers);
	free(v);
}

/* --- with what -------------------------------------------------------------------------------- */

/* Who has the seat; while nobody has, the only one who could. */
static const struct client *operator_of(const struct keeper *k)
{
	const struct client *only = NULL;
	size_t n = 0;

	for (size_t i = 0; i < k->n_clients; i++) {
		const struct client *c = k->clients[i];

		if (k->s->seat.taken && !strcmp(c->id, k->s->seat.client))
			return c;
		if (!c->observer && c->id[0]) {
			only = c;
			n++;
		}
	}
	return n == 1 && !k->s->seat.taken ? only : NULL;
}

static void set_text(char **at, const char *text)
{
	char *fresh = mem_dup(text);

	free(*at);
	*at = fresh;
}

static const char *not_empty(const char *s)
{
	return s && *s ? s : NULL;
}

/* Of who has the seat; of who had it last; of who started us. Nobody's agent but our account's. */
static void choose(struct keeper *k, const struct client *c)
{
	struct vouch_with *w = &k->vouching.with;

	if (c && c->with.agent) {
		set_text(&w->agent, c->with.agent);
	} else if (c && c->foreign) {
		set_text(&w->agent, NULL);
	} else if (!w->agent) {
		set_text(&w->agent, not_empty(getenv("SSH_AUTH_SOCK")));
	}
	if (c)
		set_text(&w->key, c->with.key);
	else if (!w->key)
		set_text(&w->key, not_empty(getenv("BLACKSTART_KEY")));
}

static void set_with(struct vouch *v)
{
	struct keeper *k = v->k;
	const struct environments *envs = k->s->book ? k->s->book->environments : NULL;
	const struct guard_who *who = state_identity(k->s);

	v->with = (struct vouch_with){ mem_dup(k->vouching.with.agent),
				       mem_dup(k->vouching.with.key) };
	if (who && str_starts(who->key, "SHA256:") && !v->with.key)
		v->only = mem_dup(who->key);
	if (envs && envs->signers)
		v->signers = fsio_join(k->s->cwd ? k->s->cwd : "/", envs->signers);
	if (!v->with.agent && !v->with.key)
		v->why = "no key: there is no ssh agent where it is operated, and none was named";
}

/* Where nobody took the seat, whoever started us. */
static char *who_operates(const struct keeper *k)
{
	const struct client *c = operator_of(k);
	char account[ACCOUNT_NAME_MAX];

	if (k->s->seat.taken || c)
		return mem_dup(k->s->seat.taken ? k->s->seat.who.id : c->who.id);
	account_name(geteuid(), account);
	return mem_dup(account);
}

/* --- what is vouched for ---------------------------------------------------------------------- */

static void add(struct keeper *k, enum checkpoint_what what)
{
	struct vouching *a = &k->vouching;
	struct vouch *v = mem_alloc(sizeof(*v));

	*v = (struct vouch){ .k = k,
			     .c = { .what = what, .wall = clock_now().wall } };
	snprintf(v->c.run, sizeof(v->c.run), "%s", k->run);
	v->c.seq = journal_head(k->journal, v->c.head);
	choose(k, operator_of(k));
	v->who = who_operates(k);
	v->c.who = v->who;
	set_with(v);
	if (!v->why && a->n >= VOUCHES_MAX)
		v->why = "too much is being signed";
	if (!v->why && !scout_send(&v->scout, k, SAID_MAX, LIMIT_NS, say, v))
		v->why = "it cannot be signed: no more processes";
	a->v = mem_grow(a->v, a->n + 1, sizeof(struct vouch *));
	a->v[a->n++] = v;
	a->begun = true;
	set_text(&a->who, v->who);
	elsewhere_put(k, checkpoint_word(what), what != CHECKPOINT_APPROVAL);
	if (v->why)
		keeper_again(k);
}

static int take_last(void *ctx, const struct checkpoint *c)
{
	struct vouching *a = ctx;

	a->begun |= c->what == CHECKPOINT_START;
	if (c->what != CHECKPOINT_COUNTER)
		set_text(&a->who, c->who);
	return 0;
}

/* A keeper that comes back after a crash asks the record. */
static bool begun(struct keeper *k)
{
	struct vouching *a = &k->vouching;

	if (!a->known && checkpoint_each(k->journal, k->run, take_last, a, NULL) == 0)
		a->known = true;
	return a->begun;
}

/* Rows of another file have other hashes: what was signed before is of the old one's. */
void vouch_moved(struct keeper *k)
{
	if (begun(k))
		add(k, CHECKPOINT_START);
}

static bool says(const struct event *ev, const char *const *words, size_t n)
{
	struct json *doc = NULL;
	bool does = false;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return false;
	for (size_t i = 0; i < n; i++)
		does |= str_eq(json_str(doc, "what"), words[i]);
	json_free(doc);
	return does;
}

/* Whoever comes back to what was theirs hands nothing over. */
static bool is_handed(struct keeper *k, const struct event *ev)
{
	static const char *const always[] = { "over", "handed" };
	static const char *const taken[] = { "taken" };

	return says(ev, always, 2) ||
	       (says(ev, taken, 1) && !str_eq(k->s->seat.who.id, k->vouching.who));
}

static bool is_agreed(const struct event *ev)
{
	static const char *const words[] = { "approved", "permit", "break-glass" };

	return says(ev, words, sizeof(words) / sizeof(words[0]));
}

static void close_with(struct keeper *k)
{
	k->vouching.closed_at = clock_now().boot;
	add(k, CHECKPOINT_CLOSE);
}

void vouch_look(struct keeper *k, const struct event *ev)
{
	if ((ev->kind == EV_SEAT || ev->kind == EV_STEP) && !begun(k))
		add(k, CHECKPOINT_START);
	else if (ev->kind == EV_SEAT && is_handed(k, ev))
		add(k, CHECKPOINT_HAND_OVER);
	else if (ev->kind == EV_GUARD && is_agreed(ev))
		add(k, CHECKPOINT_APPROVAL);
	else if (ev->kind == EV_RUN_CLOSED)
		close_with(k);
}

/* --- on record -------------------------------------------------------------------------------- */

/* "= FINGERPRINT\nSIGNATURE", taken apart where it lies. */
static void read_said(struct vouch *v, struct buf *why)
{
	struct buf *said = &v->scout.said;
	char *text = said->len ? said->data : NULL, *end;

	if (text && str_starts(text, "= ") && (end = strchr(text, '\n'))) {
		*end = '\0';
		v->c.key = text + 2;
		v->c.signature = end + 1;
		return;
	}
	if (text)
		str_printable(why, text, said->len, false);
	else
		buf_adds(why, "it was not signed to the end");
	v->c.why = buf_str(why);
}

static int put(struct keeper *k, struct vouch *v, struct err *err)
{
	struct buf why = BUF_INIT;
	int rc;

	v->c.key = v->c.signature = NULL;
	if (!v->why && v->scout.late)
		v->why = "the key did not answer in time";
	v->c.why = v->why;
	if (!v->why && !v->c.signature)
		read_said(v, &why);
	rc = checkpoint_add(k->journal, &v->c, err);
	if (rc && v->c.signature)
		((char *)(uintptr_t)v->c.signature)[-1] = '\n'; /* as it was said */
	buf_release(&why);
	return rc;
}

static void try_again(void *ctx)
{
	struct keeper *k = ctx;

	k->vouching.retry = NULL;
}

/* Full and busy pass; a record that went on elsewhere has another head. */
static bool passes(int rc)
{
	return rc == ERR_BUSY || rc == ERR_FULL || rc == ERR_IO;
}

void vouch_step(struct keeper *k)
{
	struct vouching *a = &k->vouching;
	struct err err = { 0 };
	int rc = 0;

	for (size_t i = 0; i < a->n && !a->retry && !trouble_stalled(k);) {
		struct vouch *v = a->v[i];

		if (scout_is_out(&v->scout)) {
			i++;
			continue;
		}
		rc = put(k, v, &err);
		if (passes(rc) && !k->leaving) {
			a->retry = loop_after(k->loop, rc == ERR_BUSY ? RETRY_NS : LATER_NS,
					      try_again, k);
			return;
		}
		if (rc)
			fprintf(stderr, "blackstart keeper %s: not on record who vouches: %s\n",
				k->run, err.text);
		a->n--;
		memmove(a->v + i, a->v + i + 1, (a->n - i) * sizeof(struct vouch *));
		vouch_release(v);
	}
}

bool vouch_waits(const struct keeper *k)
{
	int64_t since = k->vouching.closed_at;

	return k->vouching.n > 0 && !k->trouble.on &&
	       (!since || clock_now().boot - since < STAY_NS);
}

/* --- the beat --------------------------------------------------------------------------------- */

static void beat_due(void *ctx)
{
	struct keeper *k = ctx;
	struct vouching *a = &k->vouching;
	bool fresh = false;
	int rc = 0;

	a->beat = NULL;
	if (!k->closed && !trouble_stalled(k))
		rc = checkpoint_beat(k->journal, clock_now().wall, &fresh, NULL);
	if (fresh)
		elsewhere_put(k, "beat", false);
	if (!k->closed)
		a->beat = loop_after(k->loop, rc == ERR_BUSY ? RETRY_NS :
				     rc ? LATER_NS : a->beat_ns, beat_due, k);
}

void vouch_start(struct keeper *k)
{
	const char *beat = getenv("BLACKSTART_BEAT_MS");
	int64_t ms = 0;

	k->vouching.beat_ns = beat && str_to_i64(beat, &ms) && ms > 0 && ms <= BEAT_MS_MAX ?
				      ms * CLOCK_MS : BEAT_NS;
	k->vouching.beat = loop_after(k->loop, k->vouching.beat_ns, beat_due, k);
}

void vouch_stop(struct keeper *k)
{
	struct vouching *a = &k->vouching;

	loop_cancel(a->beat);
	loop_cancel(a->retry);
	a->beat = a->retry = NULL;
	/* the child ends by itself, and takes what it started along */
	for (size_t i = 0; i < a->n; i++)
		if (scout_is_out(&a->v[i]->scout)) {
			a->v[i]->why = "who kept the record left before it was signed";
			scout_leave(&a->v[i]->scout);
		}
	if (k->journal && k->s)
		vouch_step(k);
	while (a->n)
		vouch_release(a->v[--a->n]);
	free(a->v);
	a->v = NULL;
	if (k->journal && k->replayed && !k->closed && !k->trouble.on)
		(void)checkpoint_beat(k->journal, clock_now().wall, NULL, NULL);
	free(a->with.agent);
	free(a->with.key);
	free(a->who);
	a->who = NULL;
	a->with = (struct vouch_with){ 0 };
}
