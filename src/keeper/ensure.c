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
#include "str.h"
#include "vault.h"

enum {
	START_MS = 5000, STEP_MS = 10, PARENT_FD = 3,
	SECRETS_MAX = 8 << 20, FIRST_ROOM = 16 << 10,
};

static int64_t now_ms(void)
{
	return clock_now().boot / CLOCK_MS;
}

/* --- the keeper's side ------------------------------------------------------------------------ */

/* All that comes, in memory that leaves nothing behind, with a NUL after it. */
static const char *hear_secrets(int fd, struct vault *v, size_t *ret_n)
{
	size_t room = FIRST_ROOM, len = 0;
	char *p = vault_alloc(v, room + 1);
	ssize_t n;

	while ((n = read(fd, p + len, room - len)) > 0) {
		len += (size_t)n;
		if (len == SECRETS_MAX)
			break;
		if (len == room) {
			char *wider = vault_alloc(v, 2 * room + 1);
			memcpy(wider, p, len);
			p = wider;
			room *= 2;
		}
	}
	*ret_n = len;
	return p;
}

void keeper_start_take(int fd, struct secrets *to)
{
	struct timeval limit = { .tv_sec = START_MS / 1000 };
	struct vault vault = { 0 };
	size_t len;

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	const char *all = hear_secrets(fd, &vault, &len);
	for (size_t at = 0; at < len;) {
		const char *name = all + at;
		size_t name_len = strlen(name);
		if (at + name_len + 1 >= len)
			break;
		const char *text = name + name_len + 1;
		(void)secrets_keep(to, "", name, text); /* how short it may be was looked at */
		at += name_len + strlen(text) + 2;
	}
	vault_release(&vault);
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
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		if (!v[i].value->text)
			continue;
		r = fsio_write_all(fd, v[i].name, strlen(v[i].name) + 1, err);
		if (!r)
			r = fsio_write_all(fd, v[i].value->text, strlen(v[i].value->text) + 1,
					   err);
	}
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
