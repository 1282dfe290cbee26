#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hjob.h"
#include "holder.h"
#include "hserve.h"
#include "hspec.h"
#include "loop.h"
#include "mem.h"

struct hjob *hserve_find(struct hserve *sv, const char *token)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (!sv->jobs[i]->forgotten && !strcmp(sv->jobs[i]->st.token, token))
			return sv->jobs[i];
	return NULL;
}

struct hjob *hserve_job_of(struct hserve *sv, pid_t pid)
{
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (sv->jobs[i]->st.pid == pid && !sv->jobs[i]->reaped)
			return sv->jobs[i];
	return NULL;
}

size_t hserve_live(const struct hserve *sv)
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

void hserve_sweep(struct hserve *sv)
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

/* --- requests: false for a malformed one ----------------------------------------------------- */

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
	snprintf(token, sizeof(token), "%s", spec->token);
	size_t live = hserve_live(sv);
	if (why)
		sys = E2BIG;
	else if (sv->leaving)
		sys = ESHUTDOWN, why = "the holder was told to leave";
	else if (hserve_find(sv, token))
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
	struct hjob *j = hserve_find(sv, hwire_token(in));
	(void)fd;
	if (j && hwire_done(in))
		hjob_go(j);
	return hwire_done(in);
}

static bool on_drop(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = hserve_find(sv, hwire_token(in));
	(void)fd;
	if (j && hwire_done(in))
		hjob_drop(j);
	return hwire_done(in);
}

static bool on_stop(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = hserve_find(sv, hwire_token(in));
	uint32_t grace_ms = hwire_u32(in);
	(void)fd;
	if (j && hwire_done(in))
		hjob_stop(j, grace_ms);
	return hwire_done(in);
}

static bool on_input(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = hserve_find(sv, hwire_token(in));
	size_t n;
	const char *p = hwire_bytes(in, &n);
	(void)fd;
	if (j && hwire_done(in))
		hjob_input(j, p, n);
	return hwire_done(in);
}

static bool on_resize(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = hserve_find(sv, hwire_token(in));
	uint32_t rows = hwire_u32(in), cols = hwire_u32(in);
	bool ok = hwire_done(in) && rows <= UINT16_MAX && cols <= UINT16_MAX;
	(void)fd;
	if (j && ok)
		hjob_resize(j, (unsigned short)rows, (unsigned short)cols);
	return ok;
}

static bool on_free(struct hserve *sv, struct hwire_in *in, int fd)
{
	struct hjob *j = hserve_find(sv, hwire_token(in));
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
	struct hjob *j = hserve_find(sv, token);
	(void)fd;
	if (!hwire_done(in))
		return false;
	if (j && !hjob_live(j)) {
		hjob_spool_remove(j);
		j->forgotten = true;
		hserve_sweep(sv);
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
	if (hserve_live(sv))
		hcore_refuse(&sv->core, "", EBUSY, "commands run");
	else
		loop_stop(sv->core.loop, 0);
	return true;
}

static bool on_hide(struct hserve *sv, struct hwire_in *in, int fd)
{
	size_t n;
	const char *p = hwire_bytes(in, &n);
	(void)fd;
	if (hwire_done(in))
		(void)hide_add(&sv->core.hide, p, n);
	return hwire_done(in);
}

static bool (*const requests[HWIRE_REQUESTS])(struct hserve *sv, struct hwire_in *in, int fd) = {
	[HWIRE_PREPARE] = on_prepare, [HWIRE_GO] = on_go,         [HWIRE_DROP] = on_drop,
	[HWIRE_STOP] = on_stop,       [HWIRE_INPUT] = on_input,   [HWIRE_RESIZE] = on_resize,
	[HWIRE_FREE] = on_free,       [HWIRE_FORGET] = on_forget, [HWIRE_QUIT] = on_quit,
	[HWIRE_HIDE] = on_hide,
};

bool hserve_request(struct hserve *sv, int type, struct hwire_in *in, int fd)
{
	return type >= 0 && type < HWIRE_REQUESTS && requests[type] && requests[type](sv, in, fd);
}
