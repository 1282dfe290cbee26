#include "hjob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "holder.h"
#include "hspec.h"
#include "loop.h"

int64_t hjob_ms(int64_t ms)
{
	return ms * CLOCK_MS;
}

int64_t hjob_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

/* --- gate and exec ------------------------------------------------------------------------- */

static void open_gate(struct hjob *j, char byte)
{
	if (j->gate < 0)
		return;
	(void)!write(j->gate, &byte, 1); /* a child that is gone already is reaped in a moment */
	close(j->gate);
	j->gate = -1;
}

static void let_go(struct hjob *j)
{
	j->state = HJOB_GOING;
	open_gate(j, HCHILD_GO);
}

/* Nothing may run while the last word on it is "prepared": who finds that and no holder takes it
 * for never run. */
void hjob_go(struct hjob *j)
{
	if (j->state != HJOB_GATED || j->gate < 0 || j->go_waits)
		return;
	j->st.fate = HOLDER_RUNNING;
	j->st.began_boot = hjob_now();
	j->go_waits = !hcore_note(j->core, &j->st);
	if (!j->go_waits)
		let_go(j);
	else
		hcore_tell_number(j->core, HWIRE_BLOCKED, j->st.token,
				  (uint32_t)j->core->status.sys);
}

void hjob_drop(struct hjob *j)
{
	j->go_waits = false;
	if (j->state == HJOB_GATED)
		open_gate(j, HCHILD_LEAVE);
}

static void close_report(struct hjob *j)
{
	if (j->report < 0)
		return;
	loop_unwatch(j->report_watch);
	j->report_watch = NULL;
	close(j->report);
	j->report = -1;
}

void hjob_leave_gate(struct hjob *j)
{
	close_report(j);
	free(j->plan.stack);
	j->plan = (struct hchild){ 0 };
	hspec_free(j->spec);
	j->spec = NULL;
}

/* The end of the pipe without a word: exec closed it. (Or a KILL came in the few microseconds
 * before exec; then it is a command that ended by KILL before it did anything.) Either way the
 * child has left the memory that it had from here. */
void hjob_report(struct hjob *j)
{
	struct hchild_report r;
	if (j->report < 0)
		return;
	ssize_t n = read(j->report, &r, sizeof(r));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == sizeof(r)) {
		j->no_exec = true;
		j->st.code = r.stage;
		j->st.sys = r.sys;
	}
	if (n > 0 || j->state != HJOB_GOING) {
		close_report(j); /* the rest stays until the child is reaped */
		return;
	}
	hjob_leave_gate(j);
	j->state = HJOB_RUNNING;
	j->ran_untold = true;
}

static void report_ready(void *ctx, int fd, int ready)
{
	(void)fd;
	(void)ready;
	hjob_report(ctx);
}

bool hjob_has_news(const struct hjob *j)
{
	return hjob_live(j) && (j->ran_untold || j->grew || (j->report >= 0 && !j->report_watch &&
							    j->state == HJOB_GOING));
}

void hjob_tell_news(struct hjob *j)
{
	if (j->state == HJOB_GOING)
		hjob_report(j);
	if (j->state == HJOB_GOING && j->report >= 0 && !j->report_watch)
		j->report_watch =
			loop_watch(j->core->loop, j->report, LOOP_READ, report_ready, j);
	if (j->ran_untold)
		hcore_tell(j->core, HWIRE_RUNNING, &j->st);
	if (j->grew)
		hcore_tell_token(j->core, HWIRE_OUTPUT, j->st.token);
	j->ran_untold = j->grew = false;
}

void hjob_tell(struct hjob *j)
{
	static const enum hwire_type types[] = {
		[HJOB_GATED] = HWIRE_PREPARED, [HJOB_GOING] = HWIRE_RUNNING,
		[HJOB_RUNNING] = HWIRE_RUNNING, [HJOB_DEAD] = HWIRE_RUNNING,
		[HJOB_OVER] = HWIRE_ENDED,
	};
	struct holder_status st = j->st;
	if (j->state == HJOB_GATED)
		st.fate = HOLDER_PREPARED;
	if (j->state == HJOB_OVER)
		hjob_tell_sealed(j);
	hcore_tell(j->core, types[j->state], &st);
	j->ran_untold = false;
	j->grew = hjob_live(j);
	if (j->blocked)
		hcore_tell_number(j->core, HWIRE_BLOCKED, j->st.token, (uint32_t)j->blocked_sys);
}

/* --- streams ------------------------------------------------------------------------------- */

static int64_t unfreed(const struct hjob *j)
{
	int64_t sum = 0;
	for (int i = 0; i < 3; i++)
		if (!j->stream[i].spool.sealed)
			sum += j->stream[i].spool.bytes - j->stream[i].spool.freed;
	return sum;
}

static struct hspool_place place_of(const struct hjob *j, int stream)
{
	return (struct hspool_place){ j->core->spools, j->st.token, stream };
}

static void close_stream(struct hjob_stream *s)
{
	loop_unwatch(s->watch);
	s->watch = NULL;
	/* without its terminal a process that only closed its streams would die of SIGHUP */
	if (s->job->terminal == s->spool.from && !s->job->reaped)
		s->job->kept = s->spool.from;
	else
		close(s->spool.from);
	if (s->job->terminal == s->spool.from) {
		loop_unwatch(s->job->typed_watch);
		s->job->typed_watch = NULL;
		s->job->terminal = -1;
	}
	s->spool.from = -1;
}

static void set_blocked(struct hjob *j, int sys)
{
	j->retry_at = hjob_now() + hjob_ms(j->core->conf.retry_ms);
	if (j->blocked && j->blocked_sys == sys)
		return;
	j->blocked = true;
	j->blocked_sys = sys;
	hcore_tell_number(j->core, HWIRE_BLOCKED, j->st.token, (uint32_t)sys);
}

void hjob_move(struct hjob_stream *s)
{
	struct hjob *j = s->job;
	int i = (int)(s - j->stream);
	struct hspool_place at = place_of(j, i);
	int64_t room = j->core->conf.spool_max - unfreed(j), before = s->spool.bytes;
	enum hspool_read got = hspool_move(&s->spool, &at, room, j->core->scratch);
	s->quiet = got == HSPOOL_AGAIN;
	j->grew |= s->spool.bytes > before && !s->spool.sealed;
	j->st.bytes[i] = s->spool.sealed ? 0 : s->spool.bytes;
	if (got == HSPOOL_END) {
		close_stream(s);
	} else if (got == HSPOOL_FULL) {
		loop_unwatch(s->watch); /* or its hang-up would be news in every pass */
		s->watch = NULL;
		set_blocked(j, s->spool.sys);
	}
}

static void stream_ready(void *ctx, int fd, int ready)
{
	(void)fd;
	(void)ready;
	hjob_move(ctx);
}

/* Tries again what could not be written. */
static void unblock(struct hjob *j)
{
	bool still = false;
	for (int i = 0; i < 3; i++) {
		struct hjob_stream *s = &j->stream[i];
		if (s->spool.from < 0 || s->watch)
			continue;
		s->watch = loop_watch(j->core->loop, s->spool.from, LOOP_READ, stream_ready, s);
		hjob_move(s);
		still |= s->spool.from >= 0 && !s->watch;
	}
	if (still)
		return;
	j->blocked = false;
	j->retry_at = 0;
	hcore_tell_token(j->core, HWIRE_UNBLOCKED, j->st.token);
}

bool hjob_streams_ended(const struct hjob *j)
{
	for (int i = 0; i < 3; i++)
		if (j->stream[i].spool.from >= 0)
			return false;
	return true;
}

void hjob_streams_flush(struct hjob *j)
{
	for (int i = 0; i < 3; i++) {
		struct hspool *s = &j->stream[i].spool;
		struct hspool_place at = place_of(j, i);
		if (s->sealed)
			continue;
		hspool_flush(s, &at);
		j->st.bytes[i] = s->bytes;
	}
}

void hjob_tell_sealed(struct hjob *j)
{
	struct hspool *s = &j->stream[0].spool;
	if (s->sealed && s->file >= 0)
		hcore_tell_sealed(j->core, j->st.token, s->file);
}

void hjob_streams_close(struct hjob *j, bool strays)
{
	for (int i = 0; i < 3; i++) {
		struct hjob_stream *s = &j->stream[i];
		if (s->spool.from >= 0 && strays) {
			int fd = s->spool.from;
			loop_unwatch(s->watch);
			s->watch = NULL;
			s->spool.from = -1;
			hcore_stray(j->core, fd, j->leaves);
		} else if (s->spool.from >= 0) {
			close_stream(s);
		}
		hspool_close(&s->spool);
	}
	if (j->kept >= 0)
		close(j->kept);
	j->kept = -1;
	loop_unwatch(j->typed_watch);
	j->typed_watch = NULL;
	j->terminal = -1;
	buf_release(&j->typed);
}

/* --- the keeper's requests ----------------------------------------------------------------- */

/* False: the terminal takes no more for now. */
static bool type_some(struct hjob *j)
{
	while (j->typed.len) {
		ssize_t n = write(j->terminal, j->typed.data, j->typed.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno != EAGAIN;
		buf_drop(&j->typed, (size_t)n);
	}
	return true;
}

static void typed_ready(void *ctx, int fd, int ready)
{
	struct hjob *j = ctx;
	(void)fd;
	if (!type_some(j) && !(ready & (LOOP_HUP | LOOP_ERR)))
		return;
	buf_clear(&j->typed);
	loop_unwatch(j->typed_watch);
	j->typed_watch = NULL;
}

void hjob_input(struct hjob *j, const char *p, size_t n)
{
	if (j->terminal < 0 || buf_add(&j->typed, p, n)) {
		hcore_tell_number(j->core, HWIRE_DEAF, j->st.token, (uint32_t)n);
		return;
	}
	j->st.typed += (int64_t)n;
	if (j->typed_watch)
		return;
	if (type_some(j))
		buf_clear(&j->typed);
	else
		j->typed_watch =
			loop_watch(j->core->loop, j->terminal, LOOP_WRITE, typed_ready, j);
}

void hjob_resize(struct hjob *j, unsigned short rows, unsigned short cols)
{
	struct winsize ws = { .ws_row = rows, .ws_col = cols };
	if (j->terminal >= 0)
		(void)ioctl(j->terminal, TIOCSWINSZ, &ws);
}

void hjob_spool_free(struct hjob *j, int stream, int64_t upto)
{
	struct hspool *s = &j->stream[stream].spool;
	struct hspool_place at = place_of(j, stream);
	hspool_free(s, &at, upto);
	if (j->state == HJOB_OVER && s->bytes && s->freed == s->bytes)
		hspool_remove(&at);
	if (j->blocked)
		unblock(j);
}

void hjob_spool_remove(struct hjob *j)
{
	for (int i = 0; i < 3; i++) {
		struct hspool_place at = place_of(j, i);
		if (j->stream[i].spool.bytes)
			hspool_remove(&at);
		hspool_drop(&j->stream[i].spool);
	}
}

void hjob_retry(struct hjob *j, int64_t now, int64_t *due)
{
	if (j->go_waits && !j->core->status.late.len) {
		j->go_waits = false;
		hcore_tell_token(j->core, HWIRE_UNBLOCKED, j->st.token);
		let_go(j);
	}
	if (j->blocked && now >= j->retry_at)
		unblock(j);
	if (j->blocked && j->retry_at < *due)
		*due = j->retry_at;
}

void hjob_free(struct hjob *j)
{
	if (!j)
		return;
	hjob_streams_close(j, false);
	for (int i = 0; i < 3; i++)
		hspool_drop(&j->stream[i].spool);
	hjob_leave_gate(j);
	hproc_list_release(&j->heard);
	if (j->gate >= 0)
		close(j->gate);
	free(j);
}
