/* Keys on the bench: made by ssh-keygen in a folder of the test's own. Header only. */
#ifndef TESTS_SIGN_RIG_H
#define TESTS_SIGN_RIG_H

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "sign.h"
#include "str.h"

struct signing {
	char dir[64];
	char *path;      /* PATH as it was */
	struct err err;
};

static inline char *sr_path(const struct signing *s, const char *name)
{
	return mem_printf("%s/%s", s->dir, name);
}

static inline int sr_wait(pid_t pid)
{
	int status = -1;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Without a terminal, without output. */
static inline pid_t sr_start(const char *const *argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		for (int i = 0; i < 3; i++)
			dup2(null, i);
		setsid();
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static inline int sr_run(const char *const *argv)
{
	return sr_wait(sr_start(argv));
}

static inline void sr_write(const struct signing *s, const char *name, const char *text,
			    mode_t mode)
{
	char *path = sr_path(s, name);
	assert_int_equal(fsio_replace(path, text, strlen(text), mode, false, NULL), 0);
	free(path);
}

static inline char *sr_read(const struct signing *s, const char *name)
{
	char *path = sr_path(s, name);
	struct buf text = BUF_INIT;
	if (fsio_read(path, 1 << 20, &text, NULL))
		fail_msg("%s cannot be read", path);
	free(path);
	return buf_take(&text);
}

/* A key in files NAME and NAME.pub. */
static inline void sr_key(const struct signing *s, const char *name, const char *type,
			  const char *passphrase)
{
	char *path = sr_path(s, name);
	const char *const argv[] = { "ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", name,
				     "-f", path, NULL };
	assert_int_equal(sr_run(argv), 0);
	free(path);
}

/* Adds "WHO [OPTIONS] KEY" to the file. */
static inline void sr_allow(const struct signing *s, const char *file, const char *who,
			    const char *options, const char *key)
{
	char *path = sr_path(s, file), *name = mem_printf("%s.pub", key), *line = sr_read(s, name);
	struct buf text = BUF_INIT;
	(void)fsio_read(path, 1 << 20, &text, NULL);
	buf_addf(&text, "%s %s%s%s", who, options, *options ? " " : "", line);
	sr_write(s, file, buf_str(&text), 0600);
	buf_release(&text);
	free(path);
	free(name);
	free(line);
}

static inline int sr_sign(struct signing *s, const char *key, const char *space, const char *text,
			  struct buf *ret)
{
	char *path = key ? sr_path(s, key) : NULL;
	struct sign_by by = { .key = path };
	int rc = sign_text(&by, space, text, strlen(text), ret, &s->err);
	free(path);
	return rc;
}

/* By the file "signers", now. */
static inline int sr_verify(struct signing *s, const char *space, const char *text,
			    const char *sig, struct sign_who *ret)
{
	char *path = sr_path(s, "signers");
	int rc = sign_verify(path, space, text, strlen(text), sig, clock_now().wall, ret, &s->err);
	free(path);
	return rc;
}

static inline void sr_open(struct signing *s)
{
	*s = (struct signing){ .path = mem_dup(getenv("PATH")) };
	str_clip(s->dir, sizeof(s->dir), "/tmp/bs-sign.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	unsetenv("SSH_AUTH_SOCK");
	setenv("HOME", s->dir, 1);
}

static inline void sr_close(struct signing *s)
{
	setenv("PATH", s->path, 1);
	fsio_remove_tree(s->dir, NULL);
	free(s->path);
}

/* Another ssh-keygen comes first, until sr_usual_path. */
static inline void sr_fake_keygen(const struct signing *s, const char *script)
{
	char *bin = sr_path(s, "bin"), *path = mem_printf("%s:%s", bin, s->path);
	mkdir(bin, 0700);
	sr_write(s, "bin/ssh-keygen", script, 0700);
	setenv("PATH", path, 1);
	free(bin);
	free(path);
}

static inline void sr_usual_path(const struct signing *s)
{
	setenv("PATH", s->path, 1);
}

/* Gone, or a corpse that nobody buried yet. */
static inline bool sr_dead(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY);
	char part[512] = "";
	ssize_t n = fd >= 0 ? read(fd, part, sizeof(part) - 1) : 0;
	if (fd >= 0)
		close(fd);
	const char *state = n > 0 ? strrchr(part, ')') : NULL;
	return !state || state[2] == 'Z' || state[2] == 'X';
}

#endif
