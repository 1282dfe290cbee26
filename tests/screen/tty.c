/* Programs on terminals: started, read, typed at, hung up. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

double tool_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* --- life --------------------------------------------------------------------------------------- */

static void child(const struct tty *y, const char *command)
{
	char *line = mem_printf("exec %s", command);
	sigset_t none;

	setsid();
	ioctl(y->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(y->slave, fd);
	close(y->master);
	if (y->slave > 2)
		close(y->slave);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (int i = 1; i < SIGRTMIN; i++)
		signal(i, SIG_DFL); /* whatever we were started with */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", line, (char *)NULL);
	_exit(127);
}

static void start(struct tool *t, struct tty *y, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	y->ended = false;
	y->modes.rows = rows;
	if (openpty(&y->master, &y->slave, NULL, NULL, &ws)) {
		tool_stop(t, "no terminal to be had");
		return;
	}
	fcntl(y->master, F_SETFD, FD_CLOEXEC);
	fcntl(y->slave, F_SETFD, FD_CLOEXEC);
	fcntl(y->master, F_SETFL, O_NONBLOCK);
	tcgetattr(y->slave, &y->before);
	y->vt = vt_new(rows, cols);
	y->began = y->last = tool_clock();
	str_clip(y->term, sizeof y->term, getenv("TERM") ? getenv("TERM") : "dumb");
	y->pid = fork();
	if (!y->pid)
		child(y, y->command);
	if (y->pid < 0)
		tool_stop(t, "no process to be had");
}

static void let_go(struct tty *y)
{
	tty_hangup(y);
	if (!y->ended && y->pid > 0) {
		kill(y->pid, SIGKILL);
		waitpid(y->pid, &y->status, 0);
	}
	y->ended = true;
	vt_free(y->vt);
	y->vt = NULL;
	buf_release(&y->raw);
}

void tty_free(struct tty *y)
{
	let_go(y);
	free(y->command);
	free(y);
}

static struct tty *place(struct tool *t, const char *name)
{
	struct tty *y;

	for (size_t i = 0; i < t->n_ttys; i++)
		if (str_eq(t->ttys[i]->name, name)) {
			y = t->ttys[i];
			let_go(y);
			free(y->command);
			*y = (struct tty){ 0 };
			return y;
		}
	if (t->n_ttys == SCREEN_TTYS_MAX)
		return NULL;
	y = mem_alloc(sizeof *y);
	return t->ttys[t->n_ttys++] = y;
}

void tty_spawn(struct tool *t, const char *name, int rows, int cols, const char *command)
{
	struct tty *y = place(t, name);

	if (!y) {
		tool_stop(t, "more than %d terminals", SCREEN_TTYS_MAX);
		return;
	}
	str_clip(y->name, sizeof y->name, name);
	y->command = mem_dup(command);
	t->now = y;
	start(t, y, rows, cols);
}

void tty_again(struct tool *t, struct tty *y)
{
	int rows, cols;

	vt_size(y->vt, &rows, &cols);
	let_go(y);
	y->modes = (struct modes){ 0 };
	start(t, y, rows, cols);
}

void tty_hangup(struct tty *y)
{
	if (y->master >= 0 && y->vt) {
		close(y->master);
		close(y->slave);
	}
	y->master = y->slave = -1;
}

void tty_resize(struct tty *y, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	vt_resize(y->vt, rows, cols);
	y->modes.rows = rows;
	ioctl(y->master, TIOCSWINSZ, &ws);
}

/* --- bytes -------------------------------------------------------------------------------------- */

static void answer(struct tty *y)
{
	char back[256];
	size_t n;

	while ((n = vt_reply(y->vt, back, sizeof back)) > 0)
		if (write(y->master, back, n) < 0)
			return;
}

static bool take(struct tty *y)
{
	static char block[1 << 16];
	ssize_t n;
	bool any = false;

	for (int i = 0; i < 8; i++) {
		n = read(y->master, block, sizeof block);
		if (n <= 0)
			break;
		any = true;
		y->bytes += n;
		y->last = tool_clock();
		modes_feed(&y->modes, block, (size_t)n);
		vt_feed(y->vt, block, (size_t)n);
		if (y->raw.len + (size_t)n > SCREEN_RAW_MAX)
			buf_drop(&y->raw, y->raw.len / 2);
		buf_add(&y->raw, block, (size_t)n);
		answer(y);
	}
	return any;
}

bool tty_pump(struct tool *t, int ms, int also)
{
	struct pollfd p[SCREEN_TTYS_MAX + 1];
	size_t n = 0;
	bool any = false, live = false;

	for (size_t i = 0; i < t->n_ttys; i++)
		if (t->ttys[i]->master >= 0)
			p[n++] = (struct pollfd){ .fd = t->ttys[i]->master, .events = POLLIN };
	for (size_t i = 0; i < t->n_ttys; i++)
		live |= !t->ttys[i]->ended;
	if (also >= 0)
		p[n++] = (struct pollfd){ .fd = also, .events = POLLIN };
	/* an end is no event for poll: look for one often */
	poll(p, n, live && (ms < 0 || ms > 10) ? 10 : ms);
	for (size_t i = 0; i < t->n_ttys; i++) {
		struct tty *y = t->ttys[i];

		if (!y->ended && waitpid(y->pid, &y->status, WNOHANG) == y->pid)
			y->ended = any = true;
		if (y->master >= 0)
			any |= take(y);
	}
	return any;
}

void tty_write(struct tool *t, struct tty *y, const char *p, size_t n)
{
	double until = tool_clock() + t->patience;

	while (n && y->master >= 0) {
		ssize_t k = write(y->master, p, n);

		if (k > 0) {
			p += k;
			n -= (size_t)k;
			continue;
		}
		if ((errno != EAGAIN && errno != EINTR) || tool_clock() > until || y->ended)
			return;
		tty_pump(t, 5, -1);
	}
}

/* Whether the program waits for something: what it has read, it has looked at. On a busy machine it
 * may have read a key and not been given the time to see that no other came with it. */
static bool is_asleep(pid_t pid)
{
	char path[64], line[512] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return true;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	return !strrchr(line, ')') || strncmp(strrchr(line, ')'), ") R", 3) != 0;
}

void tty_press(struct tool *t, struct tty *y, const char *p, size_t n)
{
	double read_at, until = tool_clock() + 1;
	int waiting = 0;

	look_always(t);
	y->sent = tool_clock();
	tty_write(t, y, p, n);
	/* it takes the kernel a moment to hand them over: that moment cannot be seen */
	do
		tty_pump(t, t->tempo > 2 ? 2 : t->tempo, -1);
	while (y->slave >= 0 && !y->ended && tool_clock() < until &&
	       ((!ioctl(y->slave, FIONREAD, &waiting) && waiting) || !is_asleep(y->pid)));
	/* counted from when it was read: it is then that the program looks at its clock */
	read_at = tool_clock();
	while (!y->ended && tool_clock() < read_at + t->tempo / 1e3)
		tty_pump(t, t->tempo > 2 ? 2 : t->tempo, -1);
}

bool tty_wait_end(struct tool *t, struct tty *y, double seconds)
{
	double until = tool_clock() + seconds;

	while (!y->ended && tool_clock() < until)
		tty_pump(t, 20, -1);
	while (y->master >= 0 && tty_pump(t, 0, -1))
		;
	return y->ended;
}
