#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chan.h"
#include "hjob.h"
#include "hserve.h"
#include "loop.h"
#include "mem.h"

enum {
	PEERS_MAX = 8,
	QUEUE_MAX = 8 << 20, /* to a keeper that does not read; the whole state of KEPT_MAX fits */
};

/* A connection; the keeper's once it has said hello. */
struct hpeer {
	struct hserve *sv;
	struct hpeer *next;
	struct chan *c;
};

static void leave_gates(struct hserve *sv)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		hjob_drop(sv->jobs[i]);
}

void hserve_drop_peer(struct hpeer *p)
{
	struct hserve *sv = p->sv;
	struct hpeer **at = &sv->peers;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	chan_close(p->c);
	if (sv->keeper == p) {
		sv->keeper = NULL;
		sv->core.keeper = NULL;
		sv->core.overrun = false;
		sv->alone_since = hjob_now();
		leave_gates(sv);
	}
	free(p);
}

/* The first word of a connection. One that speaks another version is told ours and let go, and
 * the keeper that there is stays. */
static void greet(struct hpeer *p, int type, struct hwire_in *in)
{
	struct hserve *sv = p->sv;
	uint32_t version = hwire_u32(in);
	if (type != HWIRE_HELLO || !hwire_done(in)) {
		hserve_drop_peer(p);
		return;
	}
	hwire_start(&sv->core.frame, HWIRE_WELCOME);
	hwire_put_u32(&sv->core.frame, HWIRE_VERSION);
	if (version != HWIRE_VERSION) {
		(void)chan_send(p->c, sv->core.frame.data, sv->core.frame.len, NULL);
		hserve_drop_peer(p);
		return;
	}
	if (sv->keeper)
		hserve_drop_peer(sv->keeper);
	sv->keeper = p;
	sv->core.keeper = p->c;
	sv->alone_since = 0;
	hcore_send(&sv->core);
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (!sv->jobs[i]->forgotten)
			hjob_tell(sv->jobs[i]);
	hwire_start(&sv->core.frame, HWIRE_CURRENT);
	hcore_send(&sv->core);
}

static void on_frame(void *ctx, const void *bytes, size_t n, int fd)
{
	struct hpeer *p = ctx;
	int type;
	struct hwire_in in = hwire_read(bytes, n, &type);
	bool takes_fd = p == p->sv->keeper && type == HWIRE_PREPARE;
	if (fd >= 0 && !takes_fd) {
		close(fd);
		hserve_drop_peer(p);
	} else if (p != p->sv->keeper) {
		greet(p, type, &in);
	} else if (!hserve_request(p->sv, type, &in, fd)) {
		hserve_drop_peer(p);
	}
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	(void)code;
	(void)why;
	hserve_drop_peer(ctx);
}

static const struct chan_ops peer_ops = { .frame = on_frame, .closed = on_closed };

static bool same_user(int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) && who.uid == geteuid();
}

static void on_connect(void *ctx, int fd, int ready)
{
	struct hserve *sv = ctx;
	struct hpeer *p;
	size_t n = 0;
	(void)ready;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (conn < 0)
		return;
	if (!same_user(conn)) {
		close(conn);
		return;
	}
	struct hpeer *oldest = NULL; /* of those that never said a word */
	for (p = sv->peers; p; p = p->next, n++)
		if (p != sv->keeper)
			oldest = p;
	if (n >= PEERS_MAX && oldest)
		hserve_drop_peer(oldest);
	p = mem_alloc(sizeof(*p));
	*p = (struct hpeer){ .sv = sv, .next = sv->peers };
	p->c = chan_new(sv->core.loop, conn, QUEUE_MAX, &peer_ops, p);
	sv->peers = p;
}

void hserve_listen(struct hserve *sv)
{
	sv->listen_watch = loop_watch(sv->core.loop, sv->house.listen, LOOP_READ, on_connect, sv);
}
