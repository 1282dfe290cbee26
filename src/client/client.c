/* Opening, stepping, sending. A step takes what the keeper says, then rows, then answers, so that
 * whoever hears an answer finds its row already folded in. */
#include "client.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chan.h"
#include "client_bytes.h"
#include "clientint.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "keeper.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum {
	LOOK_EVERY_MS = 1000,  /* a wake may be lost: rows are looked for this often anyway */
	FOLLOW_EVERY_MS = 200, /* … and this often without a keeper */
	HELLO_MS = 5000,
	BUSY_MS = 20,
};

int64_t client_now(void)
{
	return clock_now().boot;
}

static void copy_secrets(struct client *c, const struct client_opts *o)
{
	if (!o->n_secrets)
		return;
	c->secrets = mem_alloc(o->n_secrets * sizeof *c->secrets);
	for (size_t i = 0; i < o->n_secrets; i++) {
		struct value *v = mem_alloc(sizeof *v);

		*v = *o->secrets[i].value;
		v->text = mem_dup(v->text);
		c->secrets[i] = (struct binding){ mem_dup(o->secrets[i].name), v };
	}
	c->n_secrets = o->n_secrets;
}

static void free_secrets(struct client *c)
{
	for (size_t i = 0; i < c->n_secrets; i++) {
		struct value *v = (struct value *)(uintptr_t)c->secrets[i].value;

		if (v->text)
			mem_wipe(v->text, strlen(v->text));
		free(v->text);
		free(v);
		free((char *)(uintptr_t)c->secrets[i].name);
	}
	free(c->secrets);
}

static struct client *client_new(const struct client_opts *o, const struct client_calls *calls)
{
	struct client *c = mem_alloc(sizeof *c);

	if (calls)
		c->calls = *calls;
	client_make_id(c->id);
	if (o->identity && o->identity->client[0] && !o->observer) {
		str_clip(c->id, sizeof c->id, o->identity->client);
		c->proof = mem_dup(o->identity->proof);
	}
	str_clip(c->run, sizeof c->run, o->run);
	c->home = mem_dup(o->journal);
	c->path = mem_dup(o->journal);
	c->look = o->look;
	c->unread = o->unread;
	c->observer = o->observer || o->facilitator;
	c->facilitator = o->facilitator;
	c->fresh = o->fresh;
	c->who = mem_dup(o->who);
	c->rows_of = o->rows;
	c->cols_of = o->cols;
	copy_secrets(c, o);
	return c;
}

void client_close(struct client *c)
{
	if (!c)
		return;
	client_link_free(c);
	client_rows_close(c);
	free_secrets(c);
	free(c->home);
	free(c->path);
	free(c->who);
	free(c->proof);
	free(c);
}

static bool said_hello(void *ctx)
{
	struct client *c = ctx;

	return c->up || c->refused || client_rows_closed(c);
}

static int attach(struct client *c, struct err *err)
{
	int rc = client_link_up(c, err);

	if (!rc)
		rc = client_wait(c, said_hello, c, HELLO_MS, err);
	if (rc == ERR_CANCEL)
		return err_set(err, ERR_IO, "the keeper of run %s does not answer", c->run);
	if (!rc && c->refused)
		return err_set(err, ERR_DENIED, "%s",
			       c->refused_why ? c->refused_why : "the keeper does not let us in");
	return rc;
}

/* The run came to its end after its rows were read and before its keeper was asked. */
static int closed_meanwhile(struct client *c, int why, struct err *err)
{
	int rc;

	do
		rc = client_rows_read(c, err);
	while (!rc && c->more);
	if (rc || !client_rows_closed(c))
		return rc ? rc : why;
	if (err)
		*err = (struct err){ 0 };
	return 0;
}

int client_open(const struct client_opts *o, const struct client_calls *calls, struct client **ret,
		struct err *err)
{
	struct client *c = client_new(o, calls);
	int rc;

	*ret = c;
	rc = client_rows_open(c, err);
	if (!rc && client_rows_closed(c))
		c->look = true;
	if (!rc && !c->look)
		rc = attach(c, err);
	if (rc == ERR_EXISTS)
		rc = closed_meanwhile(c, rc, err);
	if (rc) {
		client_close(c);
		*ret = NULL;
	}
	return rc;
}

struct view *client_view(struct client *c)
{
	return c->view;
}

const char *client_id(const struct client *c)
{
	return c->id;
}

const char *client_journal(const struct client *c)
{
	return c->path;
}

const char *client_run(const struct client *c)
{
	return c->run;
}

const struct runbook *client_book(const struct client *c)
{
	return c->book;
}

/* --- waiting ---------------------------------------------------------------------------------- */

int client_fd(const struct client *c)
{
	return c->chan ? chan_fd(c->chan) : -1;
}

short client_events(const struct client *c)
{
	return c->chan && chan_queued(c->chan) ? POLLIN | POLLOUT : POLLIN;
}

static bool wants_link(const struct client *c)
{
	return !c->look && !c->chan && !c->refused && !client_rows_closed(c);
}

int client_timeout(const struct client *c)
{
	int64_t every = c->chan ? LOOK_EVERY_MS : FOLLOW_EVERY_MS, left;

	if (c->busy)
		return BUSY_MS;
	if (c->more || c->n_given || c->woken > view_state(c->view)->seq)
		return 0;
	if (client_rows_closed(c))
		return -1;
	left = c->read_at / CLOCK_MS + every - client_now() / CLOCK_MS;
	if (wants_link(c) && c->retry_at / CLOCK_MS - client_now() / CLOCK_MS < left)
		left = c->retry_at / CLOCK_MS - client_now() / CLOCK_MS;
	return left < 0 ? 0 : left > every ? (int)every : (int)left;
}

/* The keeper died or was parked: bring it back, later and later where that fails. */
static void heal(struct client *c)
{
	struct err err = { 0 };

	if (!wants_link(c) || client_now() < c->retry_at)
		return;
	if (client_link_up(c, &err) == 0)
		return;
	client_link_down(c, err.text);
	if (c->calls.link)
		c->calls.link(c->calls.ctx, false, err.text);
}

static void give_answers(struct client *c)
{
	while (c->n_given && c->given[0].seq <= view_state(c->view)->seq) {
		struct given g = c->given[0];
		struct client_answer a = { g.id, g.accepted, g.seq, g.why };

		memmove(c->given, c->given + 1, --c->n_given * sizeof *c->given);
		if (c->calls.answer)
			c->calls.answer(c->calls.ctx, &a);
		free(g.why);
	}
}

int client_step(struct client *c, struct err *err)
{
	bool due = client_now() - c->read_at >=
		   (c->chan ? LOOK_EVERY_MS : FOLLOW_EVERY_MS) * CLOCK_MS;
	struct err own = { 0 };
	int rc;

	heal(c);
	rc = client_link_pump(c, 0, &own);
	if (rc)
		client_link_down(c, own.text);
	rc = 0;
	if (c->more || due || c->woken > view_state(c->view)->seq)
		rc = client_rows_read(c, err);
	client_identity_say(c);
	give_answers(c);
	return rc;
}

int client_wait(struct client *c, bool (*fn)(void *ctx), void *ctx, int timeout_ms,
		struct err *err)
{
	int64_t end = client_now() + timeout_ms * CLOCK_MS;

	for (;;) {
		struct pollfd p = { .fd = client_fd(c), .events = client_events(c) };
		int left = timeout_ms < 0 ? -1 : (int)((end - client_now()) / CLOCK_MS);
		int wait, rc;

		rc = client_step(c, err);
		if (rc)
			return rc;
		if (fn(ctx))
			return 0;
		if (timeout_ms >= 0 && left <= 0)
			return err_set(err, ERR_CANCEL, "it did not happen within %d ms",
				       timeout_ms);
		wait = client_timeout(c);
		if (left >= 0 && (wait < 0 || left < wait))
			wait = left;
		poll(&p, 1, wait);
	}
}

/* --- sending ---------------------------------------------------------------------------------- */

int client_send(struct client *c, const struct intent *in, char *ret_id, struct err *err)
{
	return client_send_fd(c, in, -1, ret_id, err);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

int client_send_fd(struct client *c, const struct intent *in, int fd, char *ret_id,
		   struct err *err)
{
	struct intent copy = *in;
	struct pending *p;
	struct buf b = BUF_INIT;

	if (c->look || client_rows_closed(c)) {
		close_fd(fd);
		return err_set(err, ERR_DENIED, "run %s is closed%s", c->run, fd < 0 ? "" :
			       ": no row comes after its last one. Keep the file beside its "
			       "bundle, or in a run of its own (blackstart run --blank TEXT)");
	}
	memcpy(copy.client, c->id, sizeof copy.client);
	snprintf(copy.id, sizeof copy.id, "%lld", (long long)++c->n_ids);
	intent_encode(&b, &copy);
	if (b.len > LIMIT_INTENT_BYTES) {
		buf_release(&b);
		close_fd(fd);
		return err_set(err, ERR_LIMIT, "the answer is longer than %d bytes",
			       LIMIT_INTENT_BYTES);
	}
	c->pending = mem_grow(c->pending, c->n_pending + 1, sizeof *c->pending);
	p = &c->pending[c->n_pending++];
	memcpy(p->id, copy.id, sizeof p->id);
	p->frame = buf_take(&b);
	if (ret_id)
		memcpy(ret_id, copy.id, sizeof copy.id);
	p->once = in->verb == VERB_INPUT;
	p->fd = fd;
	p->sent = c->up && !client_link_send(c, p->frame, fd, NULL); /* else it goes later */
	return 0;
}

static char *base64(const unsigned char *p, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = mem_alloc((n + 2) / 3 * 4 + 1), *to = out;

	for (size_t i = 0; i < n; i += 3) {
		unsigned b = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
			     (i + 2 < n ? p[i + 2] : 0);

		*to++ = digits[b >> 18];
		*to++ = digits[b >> 12 & 63];
		*to++ = i + 1 < n ? digits[b >> 6 & 63] : '=';
		*to++ = i + 2 < n ? digits[b & 63] : '=';
	}
	return out;
}

int client_keys(struct client *c, const char *token, const void *p, size_t n, struct err *err)
{
	struct intent in = { .verb = VERB_INPUT, .name = (char *)(uintptr_t)token };
	int rc;

	in.text = base64(p, n);
	rc = client_send(c, &in, NULL, err);
	mem_wipe(in.text, strlen(in.text));
	free(in.text);
	return rc;
}

size_t client_unanswered(const struct client *c)
{
	return c->n_pending + c->n_given;
}

bool client_has_seat(const struct client *c)
{
	const struct state *s = view_state(c->view);

	return s->seat.taken && strcmp(s->seat.client, c->id) == 0;
}

bool client_shared(const struct client *c)
{
	return c->shared;
}

const struct actor *client_me(const struct client *c)
{
	return &c->me;
}

bool client_up(const struct client *c)
{
	return c->up;
}

void client_helped(struct client *c)
{
	struct intent it = { .verb = VERB_HELP, .name = (char[]){ "screen" } };
	const struct state *s = view_state(c->view);

	if (s->mode == MODE_DRILL && s->phase != RUN_CLOSED && c->up && !c->observer &&
	    !c->facilitator && (!s->seat.taken || client_has_seat(c)))
		(void)client_send(c, &it, NULL, NULL);
}

int client_name(struct client *c, const char *who, struct err *err)
{
	free(c->who);
	c->who = mem_dup(who);
	return c->up ? client_link_hello(c, err) : 0;
}

int client_resize(struct client *c, int rows, int cols, struct err *err)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	c->rows_of = rows;
	c->cols_of = cols;
	buf_addf(&b, "{\"size\":{\"rows\":%d,\"cols\":%d}}", rows, cols);
	if (c->up)
		rc = client_link_send(c, buf_str(&b), -1, err);
	buf_release(&b);
	return rc;
}
