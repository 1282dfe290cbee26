/* What goes between a guarded command and our own streams: its output, our keys, our signals. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "buf.h"
#include "client.h"
#include "clock.h"
#include "guardingint.h"
#include "holder.h"
#include "inst.h"
#include "str.h"

enum { CHUNK = 64 << 10, KEYS = 4096 };

/* Bytes as they are; a reader that is slow is waited for, also where writing does not block. */
static bool write_out(int fd, const char *at, size_t n)
{
	while (n) {
		ssize_t put = write(fd, at, n);
		struct pollfd p = { .fd = fd, .events = POLLOUT };

		if (put < 0 && errno == EAGAIN)
			(void)poll(&p, 1, -1);
		else if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			at += put;
			n -= (size_t)put;
		}
	}
	return true;
}

void guarding_pass_output(struct guarding_pass *p, const struct cmd *c)
{
	for (int s = 0; s < 3; s++) {
		while (p->at[s] < c->bytes[s]) {
			struct buf b = BUF_INIT;
			int64_t next = p->at[s];

			client_output(p->c, c->token, s, p->at[s], CHUNK, &b, &next, NULL);
			if (!p->gone[s] && b.len)
				p->gone[s] = !write_out(s == 1 ? STDERR_FILENO : STDOUT_FILENO,
							b.data, b.len);
			buf_release(&b);
			if (next == p->at[s])
				break;
			p->at[s] = next;
		}
	}
}

/* --- the terminal ----------------------------------------------------------------------------- */

void guarding_pass_take(struct guarding_pass *p)
{
	struct termios raw;

	if (p->raw || tcgetattr(STDIN_FILENO, &p->before))
		return;
	raw = p->before;
	cfmakeraw(&raw);
	p->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void guarding_pass_back(struct guarding_pass *p)
{
	if (p->raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &p->before);
	p->raw = false;
}

void guarding_pass_keys(struct guarding_pass *p, const struct cmd *c)
{
	char keys[KEYS];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	if (n > 0)
		(void)client_keys(p->c, c->token, keys, (size_t)n, NULL);
}

void guarding_pass_size(struct client *c)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		(void)client_resize(c, size.ws_row, size.ws_col, NULL);
}

/* --- signals ---------------------------------------------------------------------------------- */

int guarding_pass_signals(void)
{
	static const int passed[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
				      SIGWINCH };
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (!sigaction(passed[i], NULL, &now) && now.sa_handler != SIG_IGN)
			sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* To all that the command's own process has around it, as a terminal would. */
void guarding_pass_signal(const struct cmd *c, int number)
{
	if (c->pid > 1 && str_eq(c->boot_id, clock_boot_id()) &&
	    holder_alive((pid_t)c->pid, c->pid_start))
		(void)kill((pid_t)-c->pid, number);
}
