/* The link to the keeper: frames out and in. What is lost with a link is sent again on the next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chan.h"
#include "clientint.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "keeper.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { RETRY_FIRST_MS = 100, RETRY_MOST_MS = 5000 };

static void forget(struct pending *p)
{
	mem_wipe(p->frame, strlen(p->frame));
	free(p->frame);
	if (p->fd >= 0)
		close(p->fd);
}

/* What was sent has its answer; takes g->why. */
static void settle(struct client *c, size_t i, const struct given *g)
{
	struct given *to;

	c->given = mem_grow(c->given, c->n_given + 1, sizeof *c->given);
	to = &c->given[c->n_given++];
	*to = *g;
	memcpy(to->id, c->pending[i].id, sizeof to->id);
	forget(&c->pending[i]);
	memmove(c->pending + i, c->pending + i + 1,
		(c->n_pending - i - 1) * sizeof *c->pending);
	c->n_pending--;
	if (g->seq > c->woken)
		c->woken = g->seq;
}

static void send_again(struct client *c)
{
	for (size_t i = 0; i < c->n_pending;) {
		struct pending *p = &c->pending[i];

		if (p->once && p->sent) {
			settle(c, i, &(struct given){ .why = mem_dup("the keeper died just then: "
						"look at the terminal, it may have them or not") });
			continue;
		}
		p->sent = client_link_send(c, p->frame, p->fd, NULL) == 0;
		i++;
	}
}

static void take_hello(struct client *c, const struct json *h)
{
	const struct json *you = json_get(h, "you");
	const char *id = json_str(you, "id"), *how = json_str(you, "how");
	bool was = c->up;

	c->up = true;
	c->retry_wait_ms = 0;
	c->shared = json_bool(h, "shared", false);
	memset(&c->me, 0, sizeof c->me);
	if (id)
		str_clip(c->me.id, sizeof c->me.id, id);
	if (how)
		str_clip(c->me.how, sizeof c->me.how, how);
	if (json_int(h, "seq", 0) > c->woken)
		c->woken = json_int(h, "seq", 0);
	if (was)
		return;
	send_again(c);
	if (c->calls.link)
		c->calls.link(c->calls.ctx, true, "");
}

static void take_answer(struct client *c, const struct json *a)
{
	const char *id = json_str(a, "id"), *why = json_str(a, "why");
	size_t i = 0;

	while (id && i < c->n_pending && strcmp(c->pending[i].id, id))
		i++;
	if (!id || i == c->n_pending)
		return; /* answered before: it was sent twice */
	settle(c, i, &(struct given){ .accepted = json_bool(a, "accepted", false),
				      .seq = json_int(a, "seq", 0),
				      .why = mem_dup(why ? why : "") });
}

static void take_trouble(struct client *c, const struct json *t)
{
	const char *why = json_str(t, "why");

	if (c->calls.trouble)
		c->calls.trouble(c->calls.ctx, json_is_obj(t) ? why ? why : "?" : NULL,
				 json_int(t, "since", 0), json_int(t, "aside", 0));
}

static void take_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct client *c = ctx;
	struct json *doc = NULL;
	const struct json *v;

	(void)fd; /* the keeper sends none; the channel closes nothing that did not come */
	if (json_parse(p, n, &doc, NULL))
		return;
	if ((v = json_get(doc, "hello")))
		take_hello(c, v);
	else if ((v = json_get(doc, "answer")))
		take_answer(c, v);
	else if (json_int(doc, "wake", 0) > c->woken)
		c->woken = json_int(doc, "wake", 0);
	else if ((v = json_get(doc, "trouble")))
		take_trouble(c, v);
	else if (json_str(doc, "moved"))
		client_rows_move(c, json_str(doc, "moved"), NULL);
	else if ((v = json_get(doc, "refused"))) {
		c->refused = true;
		free(c->refused_why);
		c->refused_why = mem_dup(json_str(v, "why"));
	}
	json_free(doc);
}

static void link_closed(void *ctx, int code, const struct err *why)
{
	client_link_down(ctx, code ? why->text : "the keeper ended");
}

void client_link_down(struct client *c, const char *why)
{
	bool was = c->up;

	chan_close(c->chan);
	c->chan = NULL;
	c->up = false;
	c->more = true; /* it may have written before it went */
	c->retry_at = client_now() + c->retry_wait_ms * CLOCK_MS;
	c->retry_wait_ms = !c->retry_wait_ms ? RETRY_FIRST_MS : 2 * c->retry_wait_ms;
	if (c->retry_wait_ms > RETRY_MOST_MS)
		c->retry_wait_ms = RETRY_MOST_MS;
	if (was && c->calls.link)
		c->calls.link(c->calls.ctx, false, why);
}

static void starter_done(struct client *c)
{
	while (c->starter > 0 && waitpid(c->starter, NULL, 0) < 0 && errno == EINTR)
		;
	c->starter = 0;
}

void client_link_free(struct client *c)
{
	starter_done(c);
	chan_close(c->chan);
	loop_free(c->loop);
	for (size_t i = 0; i < c->n_pending; i++)
		forget(&c->pending[i]);
	free(c->pending);
	for (size_t i = 0; i < c->n_given; i++)
		free(c->given[i].why);
	free(c->given);
	free(c->refused_why);
}

int client_link_send(struct client *c, const char *frame, int fd, struct err *err)
{
	if (fd >= 0)
		return chan_send_fd(c->chan, frame, strlen(frame), fd, err);
	return chan_send(c->chan, frame, strlen(frame), err);
}

/* That signs the record while we operate: the keeper has another folder. */
static void add_key(struct jsonw *w)
{
	const char *key = getenv("BLACKSTART_KEY");
	char *path = key && *key ? realpath(key, NULL) : NULL;

	if (path)
		jw_str(w, "key", path);
	free(path);
}

int client_link_hello(struct client *c, struct err *err)
{
	struct buf b = BUF_INIT;
	struct jsonw w = { .out = &b };
	const char *agent = getenv("SSH_AUTH_SOCK");
	int rc;

	jw_obj(&w, NULL);
	jw_obj(&w, "hello");
	jw_str(&w, "client", c->id);
	jw_bool(&w, "observer", c->observer);
	if (c->facilitator)
		jw_bool(&w, "facilitator", true);
	if (c->who)
		jw_str(&w, "name", c->who);
	if (agent && *agent && !c->observer)
		jw_str(&w, "auth_sock", agent);
	if (!c->observer)
		add_key(&w);
	if (c->rows_of > 0 && c->cols_of > 0) {
		jw_int(&w, "rows", c->rows_of);
		jw_int(&w, "cols", c->cols_of);
	}
	jw_end_obj(&w);
	jw_end_obj(&w);
	rc = client_link_send(c, buf_str(&b), -1, err);
	buf_release(&b);
	return rc;
}

/* A keeper that has to be brought back folds the same rows that we fold: it may do so meanwhile.
 * What goes wrong is found out, and said, by client_link_up. */
void client_link_early(struct client *c)
{
	int fd = -1;

	if (keeper_connect(c->home, c->run, &fd, NULL) == 0) {
		close(fd);
		return;
	}
	c->starter = fork();
	if (c->starter == 0) {
		keeper_ensure(c->home, c->run, c->secrets, c->n_secrets, NULL);
		_exit(0);
	}
}

int client_link_up(struct client *c, struct err *err)
{
	static const struct chan_ops ops = { .frame = take_frame, .closed = link_closed };
	int fd = -1;
	int rc;

	starter_done(c);
	rc = keeper_connect(c->home, c->run, &fd, NULL);
	if (rc) {
		rc = keeper_ensure(c->home, c->run, c->secrets, c->n_secrets, err);
		if (!rc)
			rc = keeper_connect(c->home, c->run, &fd, err);
	}
	if (rc)
		return rc;
	if (!c->loop)
		c->loop = loop_new();
	c->chan = chan_new(c->loop, fd, 0, &ops, c);
	return client_link_hello(c, err);
}

int client_link_pump(struct client *c, int max_ms, struct err *err)
{
	return c->chan ? loop_run_once(c->loop, max_ms, err) : 0;
}
