#include "keeper_git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "fsio.h"
#include "mem.h"
#include "str.h"

extern char **environ;

enum { WAIT_MS = 500, ANSWER_MAX = 64 << 10 };

/* Whether some folder on the way up has a .git. */
static bool in_repository(const char *dir)
{
	char *at = mem_dup(dir);
	bool found = false;

	while (!found) {
		struct stat st;
		char *git = mem_printf("%s/.git", at);
		found = stat(git, &st) == 0;
		free(git);
		char *slash = strrchr(at, '/');
		if (!slash || !at[1])
			break;
		slash[slash == at] = '\0';
	}
	free(at);
	return found;
}

static pid_t ask(const char *dir, const char *file, int out)
{
	/* No lock is taken and nothing of the repository's own configuration is run. */
	const char *const argv[] = { "git", "--no-optional-locks", "-c", "core.fsmonitor=false",
				     "-C", dir, "status", "--porcelain=v2", "--branch",
				     "--untracked-files=all", "--", file, NULL };
	posix_spawn_file_actions_t acts;
	pid_t pid = 0;

	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&acts, out, 1);
	posix_spawn_file_actions_addopen(&acts, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, "git", &acts, NULL, (char *const *)argv, environ))
		pid = 0;
	posix_spawn_file_actions_destroy(&acts);
	return pid;
}

void git_begin(struct git_job *job, const char *dir, const char *file)
{
	int pipes[2];

	*job = (struct git_job){ .fd = -1 };
	if (!dir || !file || !in_repository(dir) || pipe2(pipes, O_CLOEXEC))
		return;
	job->pid = ask(dir, fsio_basename(file), pipes[1]);
	close(pipes[1]);
	if (job->pid)
		job->fd = pipes[0];
	else
		close(pipes[0]);
}

/* False when the time was over before the end of the answer. */
static bool read_answer(int fd, struct buf *out)
{
	int64_t until = clock_now().boot / CLOCK_MS + WAIT_MS;
	char part[4096];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - clock_now().boot / CLOCK_MS;
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		ssize_t n = read(fd, part, sizeof(part));
		if (n <= 0)
			return n == 0;
		if (buf_add(out, part, (size_t)n))
			return false;
	}
}

/* "# branch.oid COMMIT", and a line that does not begin with '#' for each file that differs. */
static void understand(char *text, struct git_state *ret)
{
	static const char oid[] = "# branch.oid ";
	char *save = NULL, *line = text ? strtok_r(text, "\n", &save) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &save)) {
		if (str_starts(line, oid) && strcmp(line + strlen(oid), "(initial)"))
			snprintf(ret->commit, sizeof(ret->commit), "%s", line + strlen(oid));
		else if (line[0] != '#')
			ret->dirty = true;
	}
}

void git_end(struct git_job *job, struct git_state *ret)
{
	struct buf text = { .max = ANSWER_MAX };
	int status = -1;

	*ret = (struct git_state){ 0 };
	if (!job->pid)
		return;
	bool whole = read_answer(job->fd, &text);
	if (!whole)
		kill(job->pid, SIGKILL);
	close(job->fd);
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (whole && status == 0)
		understand(text.data, ret);
	job->pid = 0;
	buf_release(&text);
}
