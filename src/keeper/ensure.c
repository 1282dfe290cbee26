/* Starting a keeper and waiting until it listens.
 *
 * What is said over the socket: "name NUL text NUL" for each secret, then the end of that
 * direction; back comes one line, "CODE SENTENCE", CODE an err_code.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "keeper.h"
#include "keeper_env.h"
#include "keeper_paths.h"
#include "keeper_start.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { START_MS = 5000, STEP_MS = 10, SECRETS_MAX = 8 << 20, PARENT_FD = 3 };

static int64_t now_ms(void)
{
	return clock_now().boot / 1000000;
}

/* --- the keeper's side ------------------------------------------------------------------------ */

void keeper_start_take(int fd, struct secrets *to)
{
	struct buf all = { .max = SECRETS_MAX };
	struct timeval limit = { .tv_sec = START_MS / 1000 };
	char part[4096];
	ssize_t n;

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	while ((n = read(fd, part, sizeof(part))) > 0)
		if (buf_add(&all, part, (size_t)n))
			break;
	mem_wipe(part, sizeof(part));
	for (size_t at = 0; at < all.len;) {
		const char *name = all.data + at;
		size_t name_len = strlen(name);
		if (at + name_len + 1 >= all.len)
			break;
		const char *text = name + name_len + 1;
		secrets_keep(to, "", name, text);
		at += name_len + strlen(text) + 2;
	}
	if (all.data)
		mem_wipe(all.data, all.len);
	buf_release(&all);
}

void keeper_start_tell(int fd, const struct err *err)
{
	char line[ERR_TEXT_MAX + 32];

	if (fd < 0)
		return;
	int n = snprintf(line, sizeof(line), "%d %s\n", err->code, err->text);
	(void)send(fd, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1, MSG_NOSIGNAL);
	close(fd);
}

/* --- the starter's side ----------------------------------------------------------------------- */

/* In the child: only async-signal-safe calls. */
__attribute__((noreturn)) static void become(int fd, char *const argv[])
{
	loop_child();
	signal(SIGHUP, SIG_IGN);
	setsid();
	pid_t pid = fork();
	if (pid)
		_exit(pid < 0);
	int null = open("/dev/null", O_RDWR);
	for (int i = 0; null >= 0 && i < 3; i++)
		dup2(null, i);
	dup2(fd, PARENT_FD);
	close_range(PARENT_FD + 1, ~0U, 0);
	execv("/proc/self/exe", argv);
	_exit(127);
}

static int spawn(const char *journal, const char *run, int fd, struct err *err)
{
	char parent[16];
	snprintf(parent, sizeof(parent), "%d", PARENT_FD);
	const char *const argv[] = { "blackstart", "keeper", run, "--journal", journal,
				     "--parent", parent, NULL };
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return err_sys(err, "cannot start a keeper");
	if (pid == 0)
		become(fd, (char *const *)argv);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? err_set(err, ERR_IO, "cannot start a keeper: no more processes") : 0;
}

static int give_secrets(int fd, const struct binding *v, size_t n, struct err *err)
{
	struct buf all = BUF_INIT;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].value->text)
			continue;
		buf_add(&all, v[i].name, strlen(v[i].name) + 1);
		buf_add(&all, v[i].value->text, strlen(v[i].value->text) + 1);
	}
	if (all.len)
		r = fsio_write_all(fd, all.data, all.len, err);
	if (all.data)
		mem_wipe(all.data, all.len);
	buf_release(&all);
	shutdown(fd, SHUT_WR);
	return r;
}

/* The keeper's one line. Its end without one: it died. */
static int hear(int fd, int64_t until, struct err *err)
{
	char line[ERR_TEXT_MAX + 32];
	size_t len = 0;

	while (len + 1 < sizeof(line)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - now_ms();
		int ready = poll(&p, 1, left > 0 ? (int)left : 0);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return err_set(err, ERR_CANCEL, "the keeper did not answer within %d s",
				       START_MS / 1000);
		ssize_t n = read(fd, line + len, sizeof(line) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (line[len - 1] == '\n')
			break;
	}
	line[len] = '\0';
	char *sentence = NULL;
	long code = strtol(line, &sentence, 10);
	if (sentence == line)
		return err_set(err, ERR_IO, "the keeper died while it started (see keeper.log)");
	while (*sentence == ' ')
		sentence++;
	sentence[strcspn(sentence, "\n")] = '\0';
	return code ? err_set(err, (int)code, "%s", sentence) : 0;
}

static bool answers(const char *journal, const char *run)
{
	int fd = -1;
	if (keeper_connect(journal, run, &fd, NULL))
		return false;
	close(fd);
	return true;
}

static int start(const char *journal, const char *run, const struct binding *secrets, size_t n,
		 int64_t until, struct err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return err_sys(err, "cannot make a socket");
	int r = spawn(journal, run, pair[1], err);
	close(pair[1]);
	if (!r && give_secrets(pair[0], secrets, n, err) == 0)
		r = hear(pair[0], until, err);
	close(pair[0]);
	return r;
}

int keeper_ensure(const char *journal, const char *run, const struct binding *secrets,
		  size_t n_secrets, struct err *err)
{
	int64_t until = now_ms() + START_MS;
	char *whole = realpath(journal, NULL);
	int r;

	if (!whole)
		return err_set(err, ERR_NOTFOUND, "there is no journal %s", journal);
	char *dir = keeper_run_dir(whole, run);
	do {
		if (answers(whole, run)) {
			r = 0;
			break;
		}
		r = keeper_path_here(dir, run, err);
		if (!r)
			r = start(whole, run, secrets, n_secrets, until, err);
		/* Another one is starting, or on its way out: one of the two will be gone soon. */
		if (r == ERR_BUSY)
			poll(NULL, 0, STEP_MS);
	} while (r == ERR_BUSY && now_ms() < until);
	free(dir);
	free(whole);
	return r;
}
