#include "hserve.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chan.h"
#include "err.h"
#include "hhouse.h"
#include "hjob.h"
#include "holder.h"
#include "hspec.h"
#include "loop.h"
#include "mem.h"

enum {
	PEERS_MAX = 8,
	QUEUE_MAX = 8 << 20, /* to a keeper that does not read; the whole state of KEPT_MAX fits */
};

/* A connection; the keeper's once it has said hello. */
struct peer {
	struct hserve *sv;
	struct peer *next;
	struct chan *c;
};

struct hserve {
	struct hcore core;
	struct hhouse house;
	struct watch *listen_watch;
	struct timer *timer;
	struct peer *peers, *keeper;
	struct hjob **jobs;
	size_t n_jobs, cap_jobs;
	bool leaving;        /* SIGTERM, or told to quit */
	int64_t alone_since; /* 0: there is a keeper */
};

/* --- commands ------------------------------------------------------------------------------ */

static struct hjob *find_job(struct hserve *sv, const char *token)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (!sv->jobs[i]->forgotten && !strcmp(sv->jobs[i]->st.token, token))
			return sv->jobs[i];
	return NULL;
}

/* The command whose own child this is, as long as it was not reaped. */
static struct hjob *job_of(struct hserve *sv, pid_t pid)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (sv->jobs[i]->st.pid == pid && !sv->jobs[i]->reaped)
			return sv->jobs[i];
	return NULL;
}

static bool is_root(void *ctx, pid_t pid)
{
	return job_of(ctx, pid);
}

static size_t count_live(const struct hserve *sv)
{
	size_t n = 0;
	for (size_t i = 0; i < sv->n_jobs; i++)
		n += hjob_live(sv->jobs[i]);
	return n;
}

static void add_job(struct hserve *sv, struct hjob *j)
{
	/* A number that is free again: the session that had it has nobody in it any more. */
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (sv->jobs[i]->tree.session == j->st.pid)
			sv->jobs[i]->tree.session = 0;
	if (sv->n_jobs == sv->cap_jobs) {
		sv->cap_jobs = sv->cap_jobs ? sv->cap_jobs * 2 : 16;
		sv->jobs = mem_grow(sv->jobs, sv->cap_jobs, sizeof(struct hjob *));
	}
	sv->jobs[sv->n_jobs++] = j;
}

static void sweep_forgotten(struct hserve *sv)
{
	size_t kept = 0;
	for (size_t i = 0; i < sv->n_jobs; i++) {
		struct hjob *j = sv->jobs[i];
		if (j->forgotten && j->reaped)
			hjob_free(j);
		else
			sv->jobs[kept++] = j;
	}
	sv->n_jobs = kept;
}

static void leave_gates(struct hserve *sv)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		hjob_drop(sv->jobs[i]);
}

/* --- requests: false for a malformed one -------------------------------------------------------- */

static bool on_prepare(struct hserve *sv, struct hwire_in *in, int fd)
{
	const char *why = NULL;
	int sys = 0;
	struct hspec *spec = hspec_unpack(in, &why);
	if (!spec) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	char token[HOLDER_TOKEN_MAX];
	strcpy(token, spec->token);
	size_t live = count_live(sv);
	if (why)
		sys = E2BIG;
	else if (sv->leaving)
		sys = ESHUTDOWN, why = "the holder was told to leave";
	else if (find_job(sv, token))
		sys = EEXIST, why = "there was a command of this name";
	else if (live >= HOLDER_LIVE_MAX || sv->n_jobs - live >= HOLDER_KEPT_MAX)
		sys = EAGAIN, why = "too many commands at once";
	struct hjob *j = NULL;
	if (sys) {
		hspec_free(spec);
		if (fd >= 0)
			close(fd);
	} else {
		j = hjob_new(&sv->core, spec, fd, &sys, &why);
	}
	if (j)
		add_job(sv, j);
	else
		hcore_refuse(&sv->core, token, sys, why);
	return true;
}

static bool on_go(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	(void)fd;
	if (j && hwire_done(in))
		hjob_go(j);
	return hwire_done(in);
}

static bool on_drop(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	(void)fd;
	if (j && hwire_done(in))
		hjob_drop(j);
	return hwire_done(in);
}

static bool on_stop(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	uint32_t grace_ms = hwire_u32(in);
	(void)fd;
	if (j && hwire_done(in))
		hjob_stop(j, grace_ms);
	return hwire_done(in);
}

static bool on_input(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	size_t n;
	const char *p = hwire_bytes(in, &n);
	(void)fd;
	if (j && hwire_done(in))
		hjob_input(j, p, n);
	return hwire_done(in);
}

static bool on_resize(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	uint32_t rows = hwire_u32(in), cols = hwire_u32(in);
	bool ok = hwire_done(in) && rows <= UINT16_MAX && cols <= UINT16_MAX;
	(void)fd;
	if (j && ok)
		hjob_resize(j, (unsigned short)rows, (unsigned short)cols);
	return ok;
}

static bool on_free(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = find_job(sv, hwire_token(in));
	uint32_t stream = hwire_u32(in);
	int64_t upto = hwire_i64(in);
	bool ok = hwire_done(in) && stream < 3 && upto >= 0;
	(void)fd;
	if (j && ok)
		hjob_spool_free(j, (int)stream, upto);
	return ok;
}

static bool on_forget(struct hserve *sv, struct hwire_in *in, int fd)
{
	const char *token = hwire_token(in);
	struct hjob *j = find_job(sv, token);
	(void)fd;
	if (!hwire_done(in))
		return false;
	if (j && !hjob_live(j)) {
		hjob_spool_remove(j);
		j->forgotten = true;
		sweep_forgotten(sv);
	}
	for (int i = 0; i < 3 && !j; i++)
		hspool_remove(&(struct hspool_place){ sv->core.spools, token, i });
	return true;
}

static bool on_quit(struct hserve *sv, struct hwire_in *in, int fd)
{
	(void)fd;
	if (!hwire_done(in))
		return false;
	if (count_live(sv))
		hcore_refuse(&sv->core, "", EBUSY, "commands run");
	else
		loop_stop(sv->core.loop, 0);
	return true;
}

static bool (*const requests[HWIRE_REQUESTS])(struct hserve *sv, struct hwire_in *in, int fd) = {
	[HWIRE_PREPARE] = on_prepare, [HWIRE_GO] = on_go,         [HWIRE_DROP] = on_drop,
	[HWIRE_STOP] = on_stop,       [HWIRE_INPUT] = on_input,   [HWIRE_RESIZE] = on_resize,
	[HWIRE_FREE] = on_free,       [HWIRE_FORGET] = on_forget, [HWIRE_QUIT] = on_quit,
};

/* --- connections --------------------------------------------------------------------------- */

static void drop_peer(struct peer *p)
{
	struct hserve *sv = p->sv;
	struct peer **at = &sv->peers;
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
static void greet(struct peer *p, int type, struct hwire_in *in)
{
	struct hserve *sv = p->sv;
	uint32_t version = hwire_u32(in);
	if (type != HWIRE_HELLO || !hwire_done(in)) {
		drop_peer(p);
		return;
	}
	hwire_start(&sv->core.frame, HWIRE_WELCOME);
	hwire_put_u32(&sv->core.frame, HWIRE_VERSION);
	if (version != HWIRE_VERSION) {
		(void)chan_send(p->c, sv->core.frame.data, sv->core.frame.len, NULL);
		drop_peer(p);
		return;
	}
	if (sv->keeper)
		drop_peer(sv->keeper);
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
	struct peer *p = ctx;
	int type;
	struct hwire_in in = hwire_read(bytes, n, &type);
	bool takes_fd = p == p->sv->keeper && type == HWIRE_PREPARE;
	if (fd >= 0 && !takes_fd) {
		close(fd);
		drop_peer(p);
	} else if (p != p->sv->keeper) {
		greet(p, type, &in);
	} else if (type < 0 || type >= HWIRE_REQUESTS || !requests[type] ||
		   !requests[type](p->sv, &in, fd)) {
		drop_peer(p);
	}
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	(void)code;
	(void)why;
	drop_peer(ctx);
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
	struct peer *p;
	size_t n = 0;
	(void)ready;
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (conn < 0)
		return;
	if (!same_user(conn)) {
		close(conn);
		return;
	}
	struct peer *oldest = NULL; /* of those that never said a word */
	for (p = sv->peers; p; p = p->next, n++)
		if (p != sv->keeper)
			oldest = p;
	if (n >= PEERS_MAX && oldest)
		drop_peer(oldest);
	p = mem_alloc(sizeof(*p));
	*p = (struct peer){ .sv = sv, .next = sv->peers };
	p->c = chan_new(sv->core.loop, conn, QUEUE_MAX, &peer_ops, p);
	sv->peers = p;
}

/* --- the pass ------------------------------------------------------------------------------ */

/* Looks at who ended before taking its status away: pids are known, or are orphans that came to us
 * as the subreaper. */
static void on_child(void *ctx, int signo)
{
	struct hserve *sv = ctx;
	siginfo_t si;
	int wstatus;
	struct rusage ru;
	(void)signo;
	for (;;) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) || !si.si_pid)
			break;
		struct hjob *j = job_of(sv, si.si_pid);
		if (wait4(si.si_pid, &wstatus, WNOHANG, &ru) != si.si_pid)
			break;
		if (j)
			hjob_reaped(j, wstatus, &ru);
	}
	for (size_t i = 0; i < sv->n_jobs; i++)
		sv->jobs[i]->look_at = 0;
	sweep_forgotten(sv);
}

static void on_term(void *ctx, int signo)
{
	struct hserve *sv = ctx;
	(void)signo;
	sv->leaving = true;
}

static void tell_growth(struct hserve *sv)
{
	for (size_t i = 0; i < sv->n_jobs; i++) {
		struct hjob *j = sv->jobs[i];
		if (!j->grew || !sv->keeper || chan_queued(sv->core.keeper))
			continue;
		j->grew = false;
		if (hjob_live(j))
			hcore_tell_token(&sv->core, HWIRE_OUTPUT, j->st.token);
	}
}

static void on_timer(void *ctx)
{
	struct hserve *sv = ctx;
	sv->timer = NULL; /* the work is done before the next sleep */
}

/* Whether it is time to go; else lowers *due to when it might be. */
static bool may_leave(struct hserve *sv, int64_t now, int64_t *due)
{
	int64_t at = sv->alone_since + hjob_ms(sv->core.conf.linger_ms);
	if (count_live(sv))
		return false;
	if (sv->leaving)
		return true;
	if (sv->keeper || hcore_has_guests(&sv->core))
		return false;
	if (at < *due)
		*due = at;
	return now >= at;
}

static void before_sleep(void *ctx)
{
	struct hserve *sv = ctx;
	int64_t now = hjob_now(), due = INT64_MAX;
	for (size_t i = 0; i < sv->n_jobs; i++)
		hjob_tick(sv->jobs[i], now, &due);
	if (!hstatus_retry(&sv->core.status) && now + hjob_ms(sv->core.conf.retry_ms) < due)
		due = now + hjob_ms(sv->core.conf.retry_ms);
	tell_growth(sv);
	if (sv->core.overrun)
		drop_peer(sv->keeper);
	if (may_leave(sv, now, &due))
		loop_stop(sv->core.loop, 0);
	loop_cancel(sv->timer);
	sv->timer = due == INT64_MAX ? NULL : loop_at(sv->core.loop, due, on_timer, sv);
}

static int start_loop(struct hserve *sv)
{
	struct err err;
	sv->core.loop = loop_new();
	if (loop_signal(sv->core.loop, SIGCHLD, on_child, sv, &err) ||
	    loop_signal(sv->core.loop, SIGTERM, on_term, sv, &err))
		return err.code;
	sv->listen_watch = loop_watch(sv->core.loop, sv->house.listen, LOOP_READ, on_connect, sv);
	loop_before_sleep(sv->core.loop, before_sleep, sv);
	return 0;
}

static void release(struct hserve *sv)
{
	while (sv->peers)
		drop_peer(sv->peers);
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (sv->jobs[i]->reaped) /* else its child may still work from that memory */
			hjob_free(sv->jobs[i]);
	free(sv->jobs);
	hcore_drop_strays(&sv->core);
	loop_unwatch(sv->listen_watch);
	loop_cancel(sv->timer);
	loop_free(sv->core.loop);
	buf_release(&sv->core.frame);
	free(sv->core.scratch);
	hgroups_close(&sv->core.groups);
	hhouse_close(&sv->house, &sv->core);
}

int hserve_main(const char *folder, const char *run, const struct hconf *conf)
{
	struct hserve sv = { .core = { .conf = *conf } };
	struct err err;
	int rc;
	if (!hhouse_detach())
		return 0;
	rc = hhouse_open(&sv.house, &sv.core, folder, run);
	if (!rc) {
		sv.core.scratch = mem_alloc(HSPOOL_SCRATCH);
		sv.core.kin = (struct hkin){ &sv.core.groups, is_root, &sv };
		sv.alone_since = hjob_now();
		rc = start_loop(&sv);
		hhouse_ready(rc);
		if (!rc)
			rc = loop_run(sv.core.loop, &err);
		release(&sv);
	} else {
		hhouse_ready(rc);
	}
	return rc ? 1 : 0;
}

int holder_main(const char *folder, const char *run)
{
	return hserve_main(folder, run, &hconf_default);
}
