/* The keeper's end of the connection. */
#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "err.h"
#include "hspec.h"
#include "hstart.h"
#include "hstatus.h"
#include "hwire.h"
#include "loop.h"
#include "mem.h"

enum { QUEUE_MAX = 16 << 20, TYPED_CHUNK_MAX = HOLDER_TYPED_MAX };

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

struct holder {
	struct chan *c;
	struct holder_calls calls;
	struct buf frame;
	pid_t pid;
	bool ended;
	int came;   /* descriptor that came with the frame, or -1 */
	bool *left; /* set when h goes in the middle of two calls */
};

/* --- what it says -------------------------------------------------------------------------- */

static bool told_status(struct holder *h, int type, struct hwire_in *in)
{
	struct holder_status st;
	size_t n;
	const char *line = hwire_bytes(in, &n);
	void (*call)(void *ctx, const struct holder_status *st) =
		type == HWIRE_PREPARED ? h->calls.prepared :
		type == HWIRE_RUNNING  ? h->calls.running :
					 h->calls.ended;
	if (!hwire_done(in) || !hstatus_parse(line, n, &st))
		return false;
	call(h->calls.ctx, &st);
	return true;
}

static bool told_ran(struct holder *h, int type, struct hwire_in *in)
{
	struct hwire_in again = *in;
	struct holder_status st;
	size_t n;
	const char *line = hwire_bytes(in, &n);
	if (!hwire_done(in) || !hstatus_parse(line, n, &st))
		return false;
	bool gone = false;
	st.fate = HOLDER_RUNNING;
	st.code = st.sys = 0;
	st.ended_boot = 0;
	h->left = &gone;
	h->calls.running(h->calls.ctx, &st);
	if (gone)
		return true;
	h->left = NULL;
	return told_status(h, type, &again);
}

static bool told_refused(struct holder *h, int type, struct hwire_in *in)
{
	const char *token = hwire_text(in); /* "" for quit */
	uint32_t sys = hwire_u32(in);
	const char *why = hwire_text(in);
	(void)type;
	if (hwire_done(in))
		h->calls.refused(h->calls.ctx, token, (int)sys, why);
	return hwire_done(in);
}

static bool told_stuck(struct holder *h, int type, struct hwire_in *in)
{
	const char *token = hwire_token(in), *who = hwire_text(in);
	(void)type;
	if (hwire_done(in))
		h->calls.stuck(h->calls.ctx, token, who);
	return hwire_done(in);
}

static bool told_token(struct holder *h, int type, struct hwire_in *in)
{
	const char *token = hwire_token(in);
	void (*call)(void *ctx, const char *token) =
		type == HWIRE_OUTPUT ? h->calls.output : h->calls.unblocked;
	if (hwire_done(in) && call)
		call(h->calls.ctx, token);
	return hwire_done(in);
}

static bool told_number(struct holder *h, int type, struct hwire_in *in)
{
	const char *token = hwire_token(in);
	uint32_t v = hwire_u32(in);
	if (!hwire_done(in))
		return false;
	if (type == HWIRE_BLOCKED && h->calls.blocked)
		h->calls.blocked(h->calls.ctx, token, (int)v);
	if (type == HWIRE_DEAF && h->calls.deaf)
		h->calls.deaf(h->calls.ctx, token, v);
	return true;
}

static bool told_sealed(struct holder *h, int type, struct hwire_in *in)
{
	const char *token = hwire_token(in);
	int fd = h->came;
	(void)type;
	h->came = -1;
	bool ok = hwire_done(in) && fd >= 0;
	if (ok && h->calls.sealed)
		h->calls.sealed(h->calls.ctx, token, fd);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool told_current(struct holder *h, int type, struct hwire_in *in)
{
	(void)type;
	if (hwire_done(in) && h->calls.current)
		h->calls.current(h->calls.ctx);
	return hwire_done(in);
}

static bool (*const tellings[HWIRE_END])(struct holder *h, int type, struct hwire_in *in) = {
	[HWIRE_CURRENT] = told_current,  [HWIRE_PREPARED] = told_status,
	[HWIRE_RUNNING] = told_status,   [HWIRE_ENDED] = told_status,
	[HWIRE_REFUSED] = told_refused,  [HWIRE_OUTPUT] = told_token,
	[HWIRE_STUCK] = told_stuck,      [HWIRE_BLOCKED] = told_number,
	[HWIRE_UNBLOCKED] = told_token,  [HWIRE_DEAF] = told_number,
	[HWIRE_RAN] = told_ran,          [HWIRE_SEALED] = told_sealed,
};

static void lost(struct holder *h)
{
	if (h->ended)
		return;
	h->ended = true;
	h->calls.gone(h->calls.ctx);
}

static void on_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct holder *h = ctx;
	struct chan *c = h->c;
	int type;
	struct hwire_in in = hwire_read(p, n, &type);
	bool takes = type == HWIRE_SEALED && !h->ended;
	if (fd >= 0 && !takes)
		close(fd);
	if (h->ended)
		return;
	h->came = takes ? fd : -1;
	if ((fd < 0 || takes) && type >= 0 && type < HWIRE_END && tellings[type]) {
		/* the call may have freed h when it returns true, and only then */
		if (tellings[type](h, type, &in))
			return;
	}
	chan_close(c); /* not a holder of ours, whatever it is */
	h->c = NULL;
	lost(h);
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	(void)code;
	(void)why;
	lost(ctx);
}

static const struct chan_ops ops = { .frame = on_frame, .closed = on_closed };

/* --- what it is told ----------------------------------------------------------------------- */

static int send_frame(struct holder *h, struct err *err)
{
	if (h->ended)
		return err_set(err, ERR_CANCEL, "the holder is gone");
	return chan_send(h->c, buf_str(&h->frame), h->frame.len, err);
}

static int start_frame(struct holder *h, enum hwire_type type, const char *token, struct err *err)
{
	if (!token || !hstatus_token_ok(token))
		return err_set(err, ERR_USAGE, "not a token: %s", token ? token : "none");
	hwire_start(&h->frame, type);
	hwire_put_text(&h->frame, token);
	return 0;
}

static int send_token(struct holder *h, enum hwire_type type, const char *token, struct err *err)
{
	int rc = start_frame(h, type, token, err);
	return rc ? rc : send_frame(h, err);
}

/* The bytes as a file that can be read and nothing else, gone with its last descriptor: a pipe
 * would have to be fed, and die with the holder. */
static int input_file(const void *p, size_t n, int *ret_fd, struct err *err)
{
	char path[40];
	int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL) /* before Linux 6.3 */
		fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return err_sys(err, "standard input");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int own = -1, rc = 0;
	for (size_t done = 0; !rc && done < n;) {
		ssize_t w = write(fd, (const char *)p + done, n - done);
		if (w < 0 && errno != EINTR)
			rc = err_sys(err, "standard input");
		done += w > 0 ? (size_t)w : 0;
	}
	if (!rc) {
		(void)fcntl(fd, F_ADD_SEALS,
			    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
		own = open(path, O_RDONLY | O_CLOEXEC);
		if (own < 0)
			rc = err_sys(err, "standard input");
	}
	close(fd);
	if (!rc)
		*ret_fd = own;
	return rc;
}

int holder_prepare(struct holder *h, const struct holder_spec *spec, struct err *err)
{
	int fd = -1;
	int rc = hspec_pack(spec, &h->frame, err);
	bool input = spec->input && !spec->terminal && !h->ended;
	if (!rc && !input)
		rc = send_frame(h, err);
	else if (!rc)
		rc = input_file(spec->input, spec->n_input, &fd, err);
	if (fd >= 0) {
		rc = chan_send_fd(h->c, buf_str(&h->frame), h->frame.len, fd, err);
		close(fd);
	}
	buf_clear(&h->frame);
	return rc;
}

int holder_go(struct holder *h, const char *token, struct err *err)
{
	return send_token(h, HWIRE_GO, token, err);
}

int holder_drop(struct holder *h, const char *token, struct err *err)
{
	return send_token(h, HWIRE_DROP, token, err);
}

int holder_stop(struct holder *h, const char *token, int grace_ms, struct err *err)
{
	int rc = start_frame(h, HWIRE_STOP, token, err);
	if (rc)
		return rc;
	hwire_put_u32(&h->frame, grace_ms > 0 ? (uint32_t)grace_ms : 0);
	return send_frame(h, err);
}

int holder_input(struct holder *h, const char *token, const void *p, size_t n, struct err *err)
{
	if (n > TYPED_CHUNK_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu bytes typed at once, more than %d", token,
			       n, TYPED_CHUNK_MAX);
	int rc = start_frame(h, HWIRE_INPUT, token, err);
	if (rc)
		return rc;
	hwire_put_bytes(&h->frame, p, n);
	return send_frame(h, err);
}

int holder_hide(struct holder *h, const char *text, size_t n, struct err *err)
{
	if (n > HOLDER_HIDE_MAX)
		return err_set(err, ERR_LIMIT, "a secret of %zu bytes, more than %d", n,
			       HOLDER_HIDE_MAX);
	hwire_start(&h->frame, HWIRE_HIDE);
	hwire_put_bytes(&h->frame, text, n);
	int rc = send_frame(h, err);
	buf_clear(&h->frame);
	return rc;
}

int holder_resize(struct holder *h, const char *token, unsigned short rows, unsigned short cols,
		  struct err *err)
{
	int rc = start_frame(h, HWIRE_RESIZE, token, err);
	if (rc)
		return rc;
	hwire_put_u32(&h->frame, rows);
	hwire_put_u32(&h->frame, cols);
	return send_frame(h, err);
}

int holder_free(struct holder *h, const char *token, int stream, int64_t upto, struct err *err)
{
	if (stream < 0 || stream > 2 || upto < 0)
		return err_set(err, ERR_USAGE, "%s: no such bytes", token);
	int rc = start_frame(h, HWIRE_FREE, token, err);
	if (rc)
		return rc;
	hwire_put_u32(&h->frame, (uint32_t)stream);
	hwire_put_i64(&h->frame, upto);
	return send_frame(h, err);
}

int holder_forget(struct holder *h, const char *token, struct err *err)
{
	return send_token(h, HWIRE_FORGET, token, err);
}

int holder_quit(struct holder *h, struct err *err)
{
	hwire_start(&h->frame, HWIRE_QUIT);
	return send_frame(h, err);
}

/* --- the connection ------------------------------------------------------------------------ */

int holder_connect(struct loop *loop, const char *folder, const char *run,
		   const struct holder_calls *calls, struct holder **ret, struct err *err)
{
	int fd;
	pid_t pid;
	int rc = hstart_connect(folder, run, &fd, &pid, err);
	if (rc)
		return rc;
	struct holder *h = mem_alloc(sizeof(*h));
	h->calls = *calls;
	h->pid = pid;
	h->frame.secret = true; /* environments go through it */
	h->c = chan_new(loop, fd, QUEUE_MAX, &ops, h);
	*ret = h;
	return 0;
}

void holder_disconnect(struct holder *h)
{
	if (!h)
		return;
	if (h->left)
		*h->left = true;
	chan_close(h->c);
	buf_release(&h->frame);
	free(h);
}

pid_t holder_pid(const struct holder *h)
{
	return h->pid;
}
