/* A terminal for tests of what runs on one: a child of this program has it, this side types, reads
 * its screen back and looks at its modes.
 *
 * Between the two stands a process as a shell would be: it leads the session, gives the terminal to
 * the child's group, and tells when the child stops and how it ended.
 */
#ifndef TESTS_TERM_RIG_H
#define TESTS_TERM_RIG_H

#include "unit.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "buf.h"
#include "vt.h"

enum { TERM_RIG_WAIT_MS = 60000 };

struct term_rig {
	int master, slave;   /* slave: kept open, so that the modes can be looked at to the end */
	int said_fd;         /* lines from the child and from the shell */
	int shell_fd;        /* a byte to the shell: go on */
	pid_t shell;
	struct vt *vt;
	struct buf sent;     /* all that the terminal was sent */
	struct buf said;     /* not taken yet */
	struct termios before;
};

struct term_rig_env { const char *term, *locale, *no_color, *esc_delay; int rows, cols; };

/* The child says a line to the test. */
__attribute__((format(printf, 2, 3))) static inline void term_rig_tell(int fd, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	line[n++] = '\n';
	if (write(fd, line, (size_t)n) != n)
		_exit(99);
}

static inline void term_rig_child(const struct term_rig_env *e, int say, void (*fn)(int say))
{
	/* the test program has handlers for its own faults */
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS };

#ifndef __SANITIZE_ADDRESS__
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		signal(faults[i], SIG_DFL);
#endif
	(void)faults;
	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpid());
	signal(SIGTTOU, SIG_DFL);
	setenv("TERM", e->term ? e->term : "xterm-256color", 1);
	unsetenv("NO_COLOR");
	if (e->no_color)
		setenv("NO_COLOR", e->no_color, 1);
	unsetenv("ESCDELAY");
	if (e->esc_delay)
		setenv("ESCDELAY", e->esc_delay, 1);
	setlocale(LC_CTYPE, e->locale ? e->locale : "C.UTF-8");
	fn(say);
	_exit(0);
}

/* Leads the session: waits for the child as a shell does. */
static inline void term_rig_shell(const struct term_rig_env *e, int say, int go,
				  void (*fn)(int say))
{
	int st;
	pid_t pid = fork();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		term_rig_child(e, say, fn);
	}
	setpgid(pid, pid);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	while (waitpid(pid, &st, WUNTRACED) == pid) {
		char c;
		if (!WIFSTOPPED(st))
			break;
		tcsetpgrp(0, getpgrp());
		term_rig_tell(say, "stopped %d", WSTOPSIG(st));
		if (read(go, &c, 1) != 1)
			_exit(98);
		tcsetpgrp(0, pid);
		kill(pid, SIGCONT);
	}
	if (WIFSIGNALED(st))
		term_rig_tell(say, "ended by signal %d", WTERMSIG(st));
	else
		term_rig_tell(say, "ended %d", WEXITSTATUS(st));
	_exit(0);
}

static inline void term_rig_start(struct term_rig *r, const struct term_rig_env *e,
				  void (*fn)(int say))
{
	struct winsize w = { .ws_row = (unsigned short)(e->rows ? e->rows : 24),
			     .ws_col = (unsigned short)(e->cols ? e->cols : 80) };
	int say[2], go[2];

	*r = (struct term_rig){ .vt = vt_new(w.ws_row, w.ws_col) };
	setlocale(LC_CTYPE, "C.UTF-8");
	assert_int_equal(openpty(&r->master, &r->slave, NULL, NULL, &w), 0);
	assert_int_equal(tcgetattr(r->slave, &r->before), 0);
	assert_int_equal(pipe(say), 0);
	assert_int_equal(pipe(go), 0);
	fflush(NULL);
	r->shell = fork();
	assert_true(r->shell >= 0);
	if (!r->shell) {
		close(r->master);
		close(say[0]);
		close(go[1]);
		login_tty(r->slave);
		fcntl(say[1], F_SETFD, FD_CLOEXEC);
		term_rig_shell(e, say[1], go[0], fn);
	}
	close(say[1]);
	close(go[0]);
	r->said_fd = say[0];
	r->shell_fd = go[1];
}

/* Reads what is there, at most `ms` from now until something comes. False: nothing came. */
static inline bool term_rig_read(struct term_rig *r, int ms)
{
	struct pollfd p[2] = { { .fd = r->master, .events = POLLIN },
			       { .fd = r->said_fd, .events = POLLIN } };
	char b[8192];
	bool any = false;

	if (poll(p, 2, ms) <= 0)
		return false;
	if (p[0].revents & POLLIN) {
		ssize_t n = read(r->master, b, sizeof(b));
		if (n > 0) {
			vt_feed(r->vt, b, (size_t)n);
			buf_add(&r->sent, b, (size_t)n);
			any = true;
		}
	}
	if (p[1].revents & POLLIN) {
		ssize_t n = read(r->said_fd, b, sizeof(b));
		if (n > 0) {
			buf_add(&r->said, b, (size_t)n);
			any = true;
		}
	}
	return any;
}

static inline void term_rig_type_n(struct term_rig *r, const char *s, size_t n)
{
	assert_int_equal(write(r->master, s, n), (ssize_t)n);
}

static inline void term_rig_type(struct term_rig *r, const char *s)
{
	term_rig_type_n(r, s, strlen(s));
}

static inline int64_t term_rig_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The next line that is said must be this one. */
static inline void term_rig_expect(struct term_rig *r, const char *line)
{
	int64_t end = term_rig_ms() + TERM_RIG_WAIT_MS;
	char *nl;

	while (!(nl = r->said.len ? strchr(r->said.data, '\n') : NULL)) {
		if (term_rig_ms() >= end)
			fail_msg("nothing was said, waiting for: %s", line);
		term_rig_read(r, 100);
	}
	*nl = '\0';
	if (strcmp(r->said.data, line) != 0)
		fail_msg("said: %s\nnot: %s", r->said.data, line);
	buf_drop(&r->said, (size_t)(nl - r->said.data) + 1);
}

/* Whether the child has read all that was typed. */
static inline bool term_rig_read_all(const struct term_rig *r)
{
	int n = 0;

	return r->slave < 0 || ioctl(r->slave, FIONREAD, &n) || n == 0;
}

/* Reads on until what was typed was read, and for so long: what a person does between two keys. */
static inline void term_rig_pause(struct term_rig *r, int ms)
{
	int64_t end = term_rig_ms() + TERM_RIG_WAIT_MS, left;

	while (!term_rig_read_all(r) && term_rig_ms() < end)
		term_rig_read(r, 1);
	end = term_rig_ms() + ms;
	while ((left = end - term_rig_ms()) > 0)
		term_rig_read(r, (int)left);
}

/* Nothing more is said for so long. */
static inline void term_rig_quiet(struct term_rig *r, int ms)
{
	term_rig_pause(r, ms);
	if (r->said.len)
		fail_msg("said: %s", buf_str(&r->said));
}

/* A row of the screen, without the blanks at its end. */
static inline const char *term_rig_row(struct term_rig *r, int row, char out[4096])
{
	struct vt_cell c;
	size_t n = 0, last = 0;

	for (int col = 0; vt_cell(r->vt, row, col, &c); col++) {
		const char *s = *c.text ? c.text : " ";
		if (!c.width)
			continue;
		memcpy(out + n, s, strlen(s));
		n += strlen(s);
		if (strcmp(s, " ") != 0)
			last = n;
	}
	out[last] = '\0';
	return out;
}

static inline bool term_rig_shows(struct term_rig *r, const char *text)
{
	char row[4096];
	int rows, cols;

	vt_size(r->vt, &rows, &cols);
	for (int i = 0; i < rows; i++)
		if (strstr(term_rig_row(r, i, row), text))
			return true;
	return false;
}

static inline void term_rig_dump(struct term_rig *r)
{
	char row[4096];
	int rows, cols;

	vt_size(r->vt, &rows, &cols);
	for (int i = 0; i < rows; i++)
		print_message("|%s\n", term_rig_row(r, i, row));
}

/* Until it is to be seen (or no more). */
static inline void term_rig_see_or_not(struct term_rig *r, const char *text, bool want)
{
	int64_t end = term_rig_ms() + TERM_RIG_WAIT_MS;

	while (term_rig_shows(r, text) != want) {
		if (term_rig_ms() >= end) {
			term_rig_dump(r);
			fail_msg("%s on the screen: %s", want ? "not" : "still", text);
		}
		term_rig_read(r, 100);
	}
}

static inline void term_rig_see(struct term_rig *r, const char *text)
{
	term_rig_see_or_not(r, text, true);
}

static inline void term_rig_see_gone(struct term_rig *r, const char *text)
{
	term_rig_see_or_not(r, text, false);
}

static inline bool term_rig_was_sent(const struct term_rig *r, const char *bytes)
{
	return r->sent.len && memmem(r->sent.data, r->sent.len, bytes, strlen(bytes));
}

/* The modes are those that it had before anything ran on it. */
static inline void term_rig_assert_given_back(struct term_rig *r)
{
	struct termios now;

	assert_int_equal(tcgetattr(r->slave, &now), 0);
	assert_int_equal(now.c_lflag, r->before.c_lflag);
	assert_int_equal(now.c_iflag, r->before.c_iflag);
	assert_int_equal(now.c_oflag, r->before.c_oflag);
}

static inline void term_rig_end(struct term_rig *r)
{
	close(r->master);
	close(r->slave);
	close(r->shell_fd);
	kill(r->shell, SIGKILL);
	waitpid(r->shell, NULL, 0);
	close(r->said_fd);
	vt_free(r->vt);
	buf_release(&r->sent);
	buf_release(&r->said);
}

#endif
