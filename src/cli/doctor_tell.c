#include "doctor_tell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "mem.h"
#include "str.h"
#include "verbs.h"

enum { BEGIN_MS = 10000, LEAVE_MS = 2000 };

static const char *const healths[] = { "good", "poor", "bad" };

void doctor_line(struct buf *out, const struct opts *o, enum health h, const char *name,
		 const char *text, void (*more)(void *ctx, struct jsonw *w), void *ctx)
{
	struct jsonw w = { .out = out };

	if (!o->json) {
		buf_addf(out, "%-4s  %-10s  ", healths[h], name);
		cli_safe(out, text);
		buf_addc(out, '\n');
		return;
	}
	jw_obj(&w, NULL);
	jw_str(&w, "question", name);
	jw_str(&w, "health", healths[h]);
	jw_str(&w, "text", text);
	if (more)
		more(ctx, &w);
	jw_end_obj(&w);
}

/* --- the worker: each message ends with a NUL ------------------------------------------------- */

static void put_message(const struct doctor *d, const struct buf *message)
{
	fsio_write_all(d->tell, buf_str(message), message->len + 1, NULL);
}

void doctor_about(const struct doctor *d, const char *what, int64_t limit_ms)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "@%lld %s", (long long)limit_ms, what);
	put_message(d, &b);
	buf_release(&b);
}

void doctor_item(const struct doctor *d, enum health h, const char *text)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%d%s", (int)h, text);
	put_message(d, &b);
	buf_release(&b);
}

/* --- who waits -------------------------------------------------------------------------------- */

struct waiting {
	const struct opts *o;
	struct buf in, *out;
	struct buf about;    /* what it is about now */
	int64_t until;       /* boot ns */
	int64_t limit_ms;
	size_t items;
	enum health worst;
	bool done;           /* it said that it told all */
};

static void add_item(struct waiting *w, enum health h, const char *text)
{
	if (w->o->json && w->items)
		buf_addc(w->out, ',');
	buf_adds(w->out, text);
	w->items++;
	if (h > w->worst)
		w->worst = h;
}

static void set_about(struct waiting *w, const char *what, int64_t limit_ms)
{
	buf_clear(&w->about);
	buf_adds(&w->about, what);
	w->limit_ms = limit_ms;
	w->until = clock_now().boot + limit_ms * CLOCK_MS;
	w->done = !*what;
}

static void take(struct waiting *w, const char *message)
{
	const char *blank = strchr(message, ' ');
	char *number;
	int64_t ms = 0;

	if (message[0] >= '0' && message[0] <= '2') {
		add_item(w, (enum health)(message[0] - '0'), message + 1);
	} else if (message[0] == '@' && blank) {
		number = mem_dupn(message + 1, (size_t)(blank - message) - 1);
		if (str_to_i64(number, &ms))
			set_about(w, blank + 1, ms);
		free(number);
	}
}

static void take_all(struct waiting *w)
{
	const char *end;

	while (w->in.len && (end = memchr(w->in.data, '\0', w->in.len))) {
		take(w, w->in.data);
		buf_drop(&w->in, (size_t)(end - w->in.data) + 1);
	}
}

/* False: it is at its end, or its time is over. */
static bool listen_on(struct waiting *w, int fd)
{
	int64_t left = (w->until - clock_now().boot) / CLOCK_MS;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char some[4096];
	ssize_t n;

	if (left <= 0)
		return false;
	if (poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left) <= 0)
		return true;
	n = read(fd, some, sizeof(some));
	if (n <= 0)
		return n < 0 && errno == EINTR;
	buf_add(&w->in, some, (size_t)n);
	take_all(w);
	return true;
}

/* What cannot be killed now is not waited for. */
static void end_worker(pid_t pid, bool done)
{
	int64_t until = clock_now().boot + (done ? LEAVE_MS : 0) * CLOCK_MS;

	while (waitpid(pid, NULL, WNOHANG) == 0 && clock_now().boot < until)
		poll(NULL, 0, 1);
	kill(pid, SIGKILL);
}

static void say_unfinished(struct waiting *w)
{
	struct buf why = BUF_INIT, item = BUF_INIT;

	if (clock_now().boot >= w->until) {
		buf_adds(&why, "no answer within ");
		str_duration(&why, w->limit_ms);
	} else {
		buf_adds(&why, "it ended early");
	}
	buf_adds(&why, "; a file system that hangs does that. What comes behind was not looked at");
	doctor_line(&item, w->o, HEALTH_BAD, buf_str(&w->about), buf_str(&why), NULL, NULL);
	add_item(w, HEALTH_BAD, buf_str(&item));
	buf_release(&why);
	buf_release(&item);
}

static void be_worker(struct doctor *d, void (*work)(struct doctor *d), int to[2], pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	close(to[0]);
	signal(SIGPIPE, SIG_IGN);
	d->tell = to[1];
	work(d);
	doctor_about(d, "", LEAVE_MS);
	exit(0);
}

int doctor_wait(struct doctor *d, void (*work)(struct doctor *d), struct buf *out)
{
	struct waiting w = { .o = d->o, .out = out };
	pid_t pid, parent = getpid();
	int to[2];

	set_about(&w, "doctor", BEGIN_MS);
	if (pipe2(to, O_CLOEXEC) || (pid = fork()) < 0)
		return cli_say("no process can be made to look at things"), CLI_ENDED;
	if (pid == 0)
		be_worker(d, work, to, parent);
	close(to[1]);
	if (d->o->json)
		buf_addc(out, '[');
	while (!w.done && listen_on(&w, to[0]))
		;
	end_worker(pid, w.done);
	if (!w.done)
		say_unfinished(&w);
	if (d->o->json)
		buf_adds(out, "]\n");
	close(to[0]);
	buf_release(&w.in);
	buf_release(&w.about);
	return w.worst == HEALTH_BAD ? CLI_ENDED : CLI_OK;
}
