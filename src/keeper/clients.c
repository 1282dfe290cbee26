/* Who is attached: connections, hellos, intents in, answers and wakes out.
 *
 * Nobody is waited for. A wake that a slow client has no room for is left out; one that has no
 * room for an answer is sent away, and gets the answer when it asks again under the same id.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chan.h"
#include "err.h"
#include "json.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "keeper_paths.h"
#include "keeper_proof.h"
#include "keeper_stage.h"
#include "keeper_who.h"
#include "limits.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { QUEUE_MAX = 2 << 20, WAKE_MAX = 64 << 10, KNOWN_MAX = 4096 };

/* --- sending ---------------------------------------------------------------------------------- */

static void client_ends(struct client *c)
{
	chan_close(c->chan);
	c->chan = NULL;
	c->gone = true;
	keeper_again(c->k);
}

static void send_all(struct client *c, const struct buf *json)
{
	if (c->chan && chan_send(c->chan, buf_str(json), json->len, NULL) == ERR_LIMIT)
		client_ends(c);
}

static void send_hint(struct client *c, const char *json, size_t n)
{
	if (c->chan && c->id[0] && chan_queued(c->chan) < WAKE_MAX)
		(void)chan_send(c->chan, json, n, NULL);
}

void clients_tell(struct keeper *k, const char *json)
{
	for (size_t i = 0; i < k->n_clients; i++)
		send_hint(k->clients[i], json, strlen(json));
}

void clients_wake(struct keeper *k, int64_t seq)
{
	char text[48];

	snprintf(text, sizeof(text), "{\"wake\":%lld}", (long long)seq);
	clients_tell(k, text);
}

static void send_answer(struct client *c, const char *id, const struct verdict *v)
{
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };

	jw_obj(&w, NULL);
	jw_obj(&w, "answer");
	jw_str(&w, "id", id);
	jw_bool(&w, "accepted", v->accepted);
	jw_int(&w, "seq", v->seq);
	if (v->why[0])
		jw_str(&w, "why", v->why);
	jw_end_obj(&w);
	jw_end_obj(&w);
	send_all(c, &out);
	buf_release(&out);
}

static struct client *find(struct keeper *k, const char *id)
{
	for (size_t i = 0; i < k->n_clients; i++)
		if (k->clients[i]->chan && !strcmp(k->clients[i]->id, id))
			return k->clients[i];
	return NULL;
}

void clients_answer(struct keeper *k, const struct reply *r)
{
	struct client *c = find(k, r->client);

	if (c)
		send_answer(c, r->id, &r->verdict);
}

static void send_refused(struct client *c, const char *why)
{
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };

	jw_obj(&w, NULL);
	jw_obj(&w, "refused");
	jw_str(&w, "why", why);
	jw_end_obj(&w);
	jw_end_obj(&w);
	send_all(c, &out);
	buf_release(&out);
	if (c->chan)
		client_ends(c);
}

/* --- hello ------------------------------------------------------------------------------------ */

static void send_hello(struct client *c)
{
	struct keeper *k = c->k;
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };
	uint8_t hash[HASH_LEN];

	jw_obj(&w, NULL);
	jw_obj(&w, "hello");
	jw_str(&w, "run", k->run);
	jw_int(&w, "seq", journal_head(k->journal, hash));
	jw_obj(&w, "you");
	jw_str(&w, "id", c->who.id);
	jw_str(&w, "how", c->who.how);
	jw_end_obj(&w);
	jw_bool(&w, "shared", c->shared);
	jw_bool(&w, "seat", k->s->seat.taken && !strcmp(k->s->seat.client, c->id));
	jw_end_obj(&w);
	jw_end_obj(&w);
	send_all(c, &out);
	buf_clear(&out);
	if (k->trouble.on) {
		trouble_frame(k, &out);
		send_all(c, &out);
	}
	buf_release(&out);
}

/* A client id carries the seat, so it stays with the account that used it first. */
static bool may_use(struct keeper *k, const char *id, uid_t uid)
{
	for (size_t i = 0; i < k->n_known; i++)
		if (!strcmp(k->known[i].id, id))
			return k->known[i].uid == uid;
	if (k->n_known == KNOWN_MAX)
		return false;
	k->known = mem_grow(k->known, k->n_known + 1, sizeof(*k->known));
	struct known_id *n = &k->known[k->n_known++];
	*n = (struct known_id){ .uid = uid };
	return str_copy(n->id, sizeof(n->id), id);
}

/* The operator's agent. Only that of our own account can be used, and root's word is as good. */
static void take_agent(struct client *c, const char *path)
{
	struct keeper *k = c->k;
	struct stat st;

	c->foreign = c->uid != geteuid() && c->uid != 0;
	if (!path || c->observer || c->foreign)
		return;
	if (path[0] != '/' || stat(path, &st) || !S_ISSOCK(st.st_mode))
		return;
	free(c->with.agent);
	c->with.agent = mem_dup(path);
	const char *now = k->secrets.auth_sock.len ? buf_str(&k->secrets.auth_sock) :
						     getenv("SSH_AUTH_SOCK");
	if (str_eq(now, path))
		return;
	buf_clear(&k->secrets.auth_sock);
	buf_adds(&k->secrets.auth_sock, path);
	if (trouble_stalled(k))
		return;
	struct engine_input in = feed_input(INPUT_NOTE);
	in.actor = c->who;
	in.name = "ssh-agent";
	in.text = "commands use the ssh agent of who attached now";
	feed(k, &in, NULL);
}

/* What the operator signs with. */
static void take_key(struct client *c, const char *path)
{
	free(c->with.key);
	c->with.key = path && path[0] == '/' && !c->foreign ? mem_dup(path) : NULL;
}

static void take_size(struct client *c, const struct json *size)
{
	struct keeper *k = c->k;
	int64_t rows = json_int(size, "rows", 0), cols = json_int(size, "cols", 0);

	if (rows < 1 || cols < 1 || rows > 1000 || cols > 1000 || c->observer)
		return;
	if (outside_resize(k, c->id, (unsigned short)rows, (unsigned short)cols))
		return;
	if (k->s->seat.taken && strcmp(k->s->seat.client, c->id))
		return;
	if (rows == k->rows && cols == k->cols)
		return;
	k->rows = (unsigned short)rows;
	k->cols = (unsigned short)cols;
	for (size_t i = 0; i < k->n_procs; i++) {
		struct proc *p = k->procs[i];
		if (p->at < PROC_OVER && p->post->h && !state_shell(k->s, p->token))
			(void)holder_resize(p->post->h, p->token, k->rows, k->cols, NULL);
	}
}

static void hello(struct client *c, const struct json *in)
{
	struct keeper *k = c->k;
	const char *id = json_str(in, "client");
	struct client *other;
	char name[sizeof(c->id)];

	if (!id || !*id || !str_copy(name, sizeof(name), id)) {
		send_refused(c, "a hello names its client");
		return;
	}
	if ((c->id[0] && strcmp(c->id, id)) || !may_use(k, id, c->uid)) {
		send_refused(c, "this client id is somebody else's");
		return;
	}
	other = find(k, id);
	if (other && other != c) { /* it came back before we saw that it had gone */
		other->id[0] = '\0';
		client_ends(other);
	}
	if (json_bool(in, "facilitator", false) && !k->stage) {
		send_refused(c, "this run is no drill: nobody facilitates it");
		return;
	}
	memcpy(c->id, name, sizeof(name));
	/* who facilitates looks on, as far as commands are concerned */
	c->observer = json_bool(in, "observer", false) || json_bool(in, "facilitator", false);
	who_is(c->uid, c->pid, json_str(in, "name"), &c->who, &c->shared);
	take_agent(c, json_str(in, "auth_sock"));
	take_key(c, json_str(in, "key"));
	take_size(c, in);
	stage_facilitates(k, c, json_bool(in, "facilitator", false));
	send_hello(c);
	digest_pins(k);
}

/* --- intents ---------------------------------------------------------------------------------- */

static void refuse_intent(struct client *c, const char *id, const char *what, const char *why)
{
	struct verdict v = { 0 };

	if (!id)
		return;
	snprintf(v.why, sizeof(v.why), "%s%.200s", what, why);
	send_answer(c, id, &v);
}

static void take_choice(struct client *c, const struct intent *it)
{
	struct keeper *k = c->k;
	struct verdict v = { .accepted = true };
	struct err err = { 0 };

	if (k->s->seat.taken && strcmp(k->s->seat.client, c->id))
		snprintf(v.why, sizeof(v.why), "somebody else operates this run");
	else if (trouble_choice(k, it->text, &c->who, &err))
		snprintf(v.why, sizeof(v.why), "%.250s", err.text);
	v.accepted = !v.why[0];
	send_answer(c, it->id, &v);
}

static void take_intent(struct client *c, const char *text, size_t n, const char *id, int fd)
{
	struct keeper *k = c->k;
	struct intent it = { 0 };
	struct err err = { 0 };
	struct verdict v = { 0 };

	if (intent_decode(text, n, &it, &err)) {
		refuse_intent(c, id, "not understood: ", err.text);
	} else if (!c->id[0] || strcmp(it.client, c->id)) {
		refuse_intent(c, it.id, "", "this connection is another client's");
	} else if (conceal_intent(k, &it, &err)) {
		refuse_intent(c, it.id, "", err.text);
	} else if (k->trouble.on && it.verb == VERB_JOURNAL) {
		take_choice(c, &it);
	} else if (k->trouble.on) {
		refuse_intent(c, it.id, "the record cannot be written: ", k->trouble.why.text);
	} else if (k->leaving) {
		refuse_intent(c, it.id, "", "the keeper is leaving: attach again");
	} else if (it.verb == VERB_INJECT) {
		stage_inject(k, &c->who, &it, &v);
		flush_reply(k, c->id, it.id, &v);
	} else if (proof_is_wanted(it.verb)) {
		proof_begin(k, &c->who, c->uid, &it);
	} else if (it.verb == VERB_SHELL) {
		outside_said(k, &it, &c->who, c->foreign, &v);
		flush_reply(k, c->id, it.id, &v);
	} else if (it.verb == VERB_ATTACH) {
		attach_take(k, &c->who, &it, fd, &v);
		flush_reply(k, c->id, it.id, &v);
	} else {
		struct engine_input in = feed_input(INPUT_INTENT);
		in.actor = c->who;
		in.intent = &it;
		feed(k, &in, &v);
		flush_reply(k, c->id, it.id, &v);
	}
	if (it.text)
		mem_wipe(it.text, strlen(it.text));
	intent_release(&it);
}

/* --- connections ------------------------------------------------------------------------------ */

static void on_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct client *c = ctx;
	struct json *doc = NULL;
	struct err err = { 0 };

	if (n > LIMIT_INTENT_BYTES || json_parse(p, n, &doc, &err))
		send_refused(c, n > LIMIT_INTENT_BYTES ? "a message is too long" : err.text);
	else if (json_is_obj(json_get(doc, "hello")))
		hello(c, json_get(doc, "hello"));
	else if (json_is_obj(json_get(doc, "size")))
		take_size(c, json_get(doc, "size"));
	else
		take_intent(c, p, n, json_str(doc, "id"), fd);
	if (fd >= 0)
		close(fd);
	json_free(doc);
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	(void)code;
	(void)why;
	client_ends(ctx);
}

static const struct chan_ops client_ops = { .frame = on_frame, .closed = on_closed };

static struct client *client_new(struct keeper *k, int fd)
{
	struct ucred cred = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(cred);
	struct client *c = mem_alloc(sizeof(*c));

	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len);
	c->k = k;
	c->uid = cred.uid;
	c->pid = cred.pid;
	c->chan = chan_new(k->loop, fd, QUEUE_MAX, &client_ops, c);
	if (k->n_clients == k->cap_clients) {
		k->cap_clients = k->cap_clients ? 2 * k->cap_clients : 8;
		k->clients = mem_grow(k->clients, k->cap_clients, sizeof(*k->clients));
	}
	k->clients[k->n_clients++] = c;
	return c;
}

static void on_connect(void *ctx, int fd, int ready)
{
	struct keeper *k = ctx;

	(void)ready;
	for (int i = 0; i < LIMIT_CLIENTS; i++) {
		int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (peer < 0)
			return;
		struct client *c = client_new(k, peer);
		if (c->uid != geteuid() && c->uid != 0 && !k->team)
			send_refused(c, "this run is somebody else's");
		else if (clients_there(k) > LIMIT_CLIENTS)
			send_refused(c, "too many are attached to this run");
	}
}

int clients_listen(struct keeper *k, struct err *err)
{
	int r = keeper_listen(k->dir, k->team, &k->listen_fd, err);

	if (!r)
		k->listen_watch = loop_watch(k->loop, k->listen_fd, LOOP_READ, on_connect, k);
	return r;
}

static void tell_gone(struct keeper *k, const struct client *c)
{
	struct engine_input in = feed_input(INPUT_CLIENT);

	in.actor = c->who;
	in.name = c->id;
	feed(k, &in, NULL);
}

static void forget(struct client *c)
{
	free(c->with.agent);
	free(c->with.key);
	free(c);
}

void clients_step(struct keeper *k)
{
	for (size_t i = 0; i < k->n_clients;) {
		struct client *c = k->clients[i];
		if (!c->gone || trouble_stalled(k)) {
			i++;
			continue;
		}
		if (c->id[0])
			tell_gone(k, c);
		k->n_clients--;
		memmove(k->clients + i, k->clients + i + 1, (k->n_clients - i) * sizeof(c));
		forget(c);
	}
}

size_t clients_there(const struct keeper *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_clients; i++)
		n += k->clients[i]->chan != NULL;
	return n;
}

void clients_free(struct keeper *k)
{
	for (size_t i = 0; i < k->n_clients; i++) {
		chan_close(k->clients[i]->chan);
		forget(k->clients[i]);
	}
	free(k->clients);
	free(k->known);
	k->clients = NULL;
	k->known = NULL;
	k->n_clients = k->n_known = 0;
	loop_unwatch(k->listen_watch);
	k->listen_watch = NULL;
	if (k->listen_fd >= 0)
		close(k->listen_fd);
	k->listen_fd = -1;
}
