#include "asks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "str.h"

enum { TICK_MS = 20, NOT_STARTED = 127, LAST_LINE = 200 };

struct ask *asks_add(struct asks *a, const char *const *argv, const char *folder,
		     int64_t limit_ms)
{
	struct ask *q = mem_alloc(sizeof(*q));
	size_t n = 0;

	*q = (struct ask){ .folder = mem_dup(folder), .limit_ms = limit_ms, .fd = { -1, -1 } };
	while (argv[n])
		n++;
	q->argv = mem_alloc((n + 1) * sizeof(char *));
	for (size_t i = 0; i < n; i++)
		q->argv[i] = mem_dup(argv[i]);
	q->argv[n] = NULL;
	a->v = mem_grow(a->v, a->n + 1, sizeof(struct ask *));
	a->v[a->n++] = q;
	return q;
}

void asks_release(struct asks *a)
{
	for (size_t i = 0; i < a->n; i++) {
		struct ask *q = a->v[i];

		for (char **w = q->argv; *w; w++)
			free(*w);
		free(q->argv);
		free(q->folder);
		buf_release(&q->out);
		buf_release(&q->said);
		free(q);
	}
	free(a->v);
	*a = (struct asks){ 0 };
}

/* --- one -------------------------------------------------------------------------------------- */

static void child(const struct ask *q, int to[ASK_STREAMS][2], pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NOT_STARTED);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, 0);
	dup2(to[0][1], 1);
	dup2(to[1][1], 2);
	if (!q->folder || chdir(q->folder) == 0)
		execvp(q->argv[0], q->argv);
	_exit(NOT_STARTED);
}

static void start(struct ask *q)
{
	int to[ASK_STREAMS][2] = { { -1, -1 }, { -1, -1 } };
	pid_t parent = getpid();

	q->began = clock_now();
	for (int i = 0; i < ASK_STREAMS; i++)
		if (pipe2(to[i], O_CLOEXEC))
			goto out;
	q->pid = fork();
	if (q->pid == 0)
		child(q, to, parent);
	if (q->pid > 0) {
		q->started = true;
		for (int i = 0; i < ASK_STREAMS; i++) {
			q->fd[i] = to[i][0];
			to[i][0] = -1;
			fcntl(q->fd[i], F_SETFL, O_NONBLOCK);
		}
	}
out:
	q->over = !q->started;
	for (int i = 0; i < ASK_STREAMS; i++)
		for (int k = 0; k < 2; k++)
			if (to[i][k] >= 0)
				close(to[i][k]);
}

/* What is over the bound is read and dropped: it must not stop who prints it. */
static void drain(struct ask *q)
{
	struct buf *to[ASK_STREAMS] = { &q->out, &q->said };
	char some[4096];

	for (int i = 0; i < ASK_STREAMS; i++) {
		ssize_t n = 1;

		for (int k = 0; k < 64 && q->fd[i] >= 0 && n > 0; k++) {
			n = read(q->fd[i], some, sizeof(some));
			if (n > 0 && to[i]->len < ASK_BYTES)
				buf_add(to[i], some, (size_t)n < ASK_BYTES - to[i]->len
					? (size_t)n : ASK_BYTES - to[i]->len);
		}
		if (q->fd[i] >= 0 && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))) {
			close(q->fd[i]);
			q->fd[i] = -1;
		}
	}
}

/* What it left behind in its group goes with it. */
static void end(struct ask *q)
{
	int status = 0;

	q->ended = clock_now();
	drain(q);
	kill(-q->pid, SIGKILL);
	if (waitpid(q->pid, &status, WNOHANG) == q->pid && !q->late)
		q->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (!q->late && q->status == NOT_STARTED && !q->said.len)
		q->started = false;
	for (int i = 0; i < ASK_STREAMS; i++)
		if (q->fd[i] >= 0)
			close(q->fd[i]);
	q->fd[0] = q->fd[1] = -1;
	q->over = true;
}

static void look_at(struct ask *q)
{
	siginfo_t info = { 0 };

	drain(q);
	if (waitid(P_PID, (id_t)q->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
		end(q);
	} else if (clock_now().boot - q->began.boot > q->limit_ms * CLOCK_MS) {
		q->late = true;
		end(q);
	}
}

/* --- all -------------------------------------------------------------------------------------- */

void asks_go(struct asks *a)
{
	size_t next = 0, going;

	do {
		struct pollfd fds[ASK_AT_ONCE * ASK_STREAMS];
		nfds_t n = 0;

		going = 0;
		for (size_t i = 0; i < next; i++)
			going += !a->v[i]->over;
		while (next < a->n && going < ASK_AT_ONCE) {
			start(a->v[next]);
			going += !a->v[next++]->over;
		}
		for (size_t i = 0; i < next; i++)
			for (int k = 0; k < ASK_STREAMS && !a->v[i]->over; k++)
				fds[n++] = (struct pollfd){ .fd = a->v[i]->fd[k],
							    .events = POLLIN };
		if (going)
			poll(fds, n, TICK_MS);
		for (size_t i = 0; i < next; i++)
			if (!a->v[i]->over)
				look_at(a->v[i]);
	} while (going || next < a->n);
}

/* --- what came of it -------------------------------------------------------------------------- */

bool asks_well(const struct ask *a)
{
	return a->started && !a->late && a->status == 0;
}

static void last_line(struct buf *out, const struct buf *said)
{
	const char *s = buf_str(said), *end = s + said->len, *from;
	char line[LAST_LINE];

	while (end > s && strchr(" \t\r\n", end[-1]))
		end--;
	for (from = end; from > s && from[-1] != '\n'; from--)
		;
	if (end - from >= LAST_LINE)
		end = from + LAST_LINE - 1;
	memcpy(line, from, (size_t)(end - from));
	line[end - from] = '\0';
	str_printable(out, line, (size_t)(end - from), false);
}

void asks_why(struct buf *out, const struct ask *a)
{
	if (!a->started) {
		buf_addf(out, "%s cannot be started", a->argv[0]);
	} else if (a->late) {
		buf_adds(out, "no answer within ");
		str_duration(out, a->limit_ms);
	} else if (a->said.len) {
		last_line(out, &a->said);
	} else {
		buf_addf(out, "%s ended with status %d", a->argv[0], a->status);
	}
}
