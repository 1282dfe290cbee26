#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "field.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { COMMAND_MS = 60000 };

struct source source_named(const char *text)
{
	static const struct {
		const char *word;
		enum source_kind kind;
	} words[] = {
		{ "file:", SOURCE_FILE }, { "env:", SOURCE_ENV }, { "cmd:", SOURCE_COMMAND },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts(text, words[i].word))
			return (struct source){ .kind = words[i].kind,
						.text = text + strlen(words[i].word) };
	return (struct source){ .kind = SOURCE_FILE, .text = text };
}

bool source_of(const struct field *f, struct source *ret)
{
	const char *text = f->from_file ? f->from_file : f->from_env ? f->from_env :
			   f->from_command;

	if (!text || !f->secret)
		return false;
	*ret = (struct source){ .kind = f->from_file ? SOURCE_FILE : f->from_env ? SOURCE_ENV :
					SOURCE_COMMAND, .text = text };
	return true;
}

/* --- each of them ----------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	return clock_now().boot / CLOCK_MS;
}

/* To its end, or until the time is over (-1: there is none). */
static int read_end(int fd, int64_t until, struct buf *ret, struct err *err)
{
	char part[4096];
	int rc = 0;
	ssize_t n = 1;

	while (!rc && n) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - now_ms();
		int ready = poll(&p, 1, until < 0 ? -1 : left > 0 ? (int)left : 0);
		if (ready < 0 && errno == EINTR)
			continue;
		if (!ready)
			return err_set(err, ERR_CANCEL, "it did not end within %d s",
				       COMMAND_MS / 1000);
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno != EINTR)
			return err_sys(err, "it cannot be read");
		if (n > 0 && buf_add(ret, part, (size_t)n))
			rc = err_set(err, ERR_LIMIT, "it is longer than %d bytes",
				     LIMIT_SECRET_BYTES);
	}
	mem_wipe(part, sizeof(part));
	return rc;
}

static bool is_open_to_all(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_mode & (S_IROTH | S_IWOTH);
}

/* A file, a named pipe or /dev/stdin. */
static int read_file(const struct source *s, struct buf *ret, bool *ret_open, struct err *err)
{
	char *path = fsio_join(s->folder ? s->folder : "", s->text);
	int fd = open(s->folder ? path : s->text, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int rc = fd < 0 ? err_sys(err, "%s", s->text) : read_end(fd, -1, ret, err);

	if (fd >= 0) {
		*ret_open = is_open_to_all(fd);
		close(fd);
	}
	free(path);
	return rc;
}

/* It leaves the environment then, or every command of the run would inherit it. */
static int read_env(const struct source *s, struct buf *ret, bool *ret_open, struct err *err)
{
	char *text = getenv(s->text);

	(void)ret_open;
	if (!text)
		return err_set(err, ERR_NOTFOUND, "the variable %s is not set", s->text);
	if (buf_adds(ret, text))
		return err_set(err, ERR_LIMIT, "it is longer than %d bytes", LIMIT_SECRET_BYTES);
	mem_wipe(text, strlen(text)); /* what /proc/PID/environ shows */
	unsetenv(s->text);
	return 0;
}

__attribute__((noreturn)) static void be_command(const struct source *s, int to)
{
	if (s->apart) {
		int null = open("/dev/null", O_RDONLY);
		setsid(); /* no terminal: what must ask there fails instead */
		dup2(null, STDIN_FILENO);
	}
	dup2(to, STDOUT_FILENO);
	signal(SIGPIPE, SIG_DFL);
	if (s->folder && chdir(s->folder))
		_exit(127);
	execl("/bin/sh", "sh", "-c", s->text, (char *)NULL);
	_exit(127);
}

static int wait_for(pid_t pid, struct err *err)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return err_set(err, ERR_IO, "the command was ended by signal %d",
			       WTERMSIG(status));
	if (WEXITSTATUS(status))
		return err_set(err, ERR_IO, "the command left with status %d",
			       WEXITSTATUS(status));
	return 0;
}

static int read_command(const struct source *s, struct buf *ret, bool *ret_open, struct err *err)
{
	int fds[2], rc;
	pid_t pid;

	(void)ret_open;
	if (pipe2(fds, O_CLOEXEC))
		return err_sys(err, "a pipe");
	pid = fork();
	if (!pid)
		be_command(s, fds[1]);
	close(fds[1]);
	rc = pid < 0 ? err_sys(err, "a process") :
		       read_end(fds[0], now_ms() + COMMAND_MS, ret, err);
	close(fds[0]);
	if (pid > 0 && rc) {
		kill(pid, SIGKILL);
		(void)wait_for(pid, NULL);
	} else if (pid > 0) {
		rc = wait_for(pid, err);
	}
	return rc;
}

/* --- all of them ------------------------------------------------------------------------------ */

int source_read(const struct source *s, struct buf *ret, bool *ret_open, struct err *err)
{
	static int (*const ways[])(const struct source *, struct buf *, bool *, struct err *) = {
		[SOURCE_FILE] = read_file, [SOURCE_ENV] = read_env, [SOURCE_COMMAND] = read_command,
	};
	int rc;

	ret->max = LIMIT_SECRET_BYTES;
	*ret_open = false;
	rc = ways[s->kind](s, ret, ret_open, err);
	if (rc)
		return rc;
	while (ret->len && (ret->data[ret->len - 1] == '\n' || ret->data[ret->len - 1] == '\r'))
		buf_cut(ret, ret->len - 1);
	if (!ret->len)
		return err_set(err, ERR_PARSE, "there is nothing in it");
	if (memchr(ret->data, '\0', ret->len))
		return err_set(err, ERR_PARSE, "a value with a NUL byte");
	return 0;
}
