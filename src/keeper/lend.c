#include "lend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "keeper.h"
#include "keeper_env.h"
#include "keeper_lend.h"
#include "keeper_paths.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum { OUR_FAILURE = 125, CANNOT_RUN = 126, NOT_FOUND = 127, ANSWER_S = 10 };

/* A header, then TERM and the words, each with its NUL. The descriptor comes with the header. */
struct head {
	uint32_t bytes, words;
};

void lend_line(struct buf *out, char *const *words, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ' ');
		str_shell_quote(out, words[i]);
	}
}

/* --- the lender ------------------------------------------------------------------------------- */

int lend_open(const char *journal, const char *run, int *ret_fd, struct err *err)
{
	char *dir = keeper_run_dir(journal, run);
	int r = keeper_path_listen(dir, LEND_SOCK, false, ret_fd, err);

	free(dir);
	return r;
}

static bool send_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool send_head(int fd, const struct head *h, int input)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} c = { .room = "" };
	struct iovec v = { .iov_base = (void *)(uintptr_t)h, .iov_len = sizeof(*h) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (input >= 0) {
		m.msg_control = c.room;
		m.msg_controllen = sizeof(c.room);
		struct cmsghdr *cm = CMSG_FIRSTHDR(&m);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &input, sizeof(int));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(*h);
}

static bool is_ours(int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

void lend_answer(int listener, const struct lend *l)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct timeval bound = { .tv_sec = ANSWER_S };
	const char *term = getenv("TERM");
	struct buf words = BUF_INIT;
	struct head h;

	if (fd < 0)
		return;
	if (is_ours(fd)) {
		buf_adds(&words, term ? term : "");
		buf_addc(&words, '\0');
		for (int i = 0; i < l->n; i++)
			buf_add(&words, l->words[i], strlen(l->words[i]) + 1);
		h = (struct head){ (uint32_t)words.len, (uint32_t)l->n };
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
		if (send_head(fd, &h, l->input))
			(void)send_all(fd, words.data, words.len);
	}
	buf_release(&words);
	close(fd);
}

/* --- the keeper ------------------------------------------------------------------------------- */

bool lend_wanted(const char *dir, const struct inst *in)
{
	char *path = mem_printf("%s/" LEND_SOCK, dir);
	struct stat st;
	bool there = in && str_eq(in->key, LEND_STEP) && lstat(path, &st) == 0;

	free(path);
	return there;
}

void lend_command(struct env_list *argv, const char *dir, const char *text)
{
	/* of the child that the holder forks: the program that runs, replaced or not */
	env_list_add(argv, mem_dup("/proc/self/exe"));
	env_list_add(argv, mem_dup("lend"));
	env_list_add(argv, mem_dup(dir));
	env_list_add(argv, mem_dup(text));
}

/* --- the command ------------------------------------------------------------------------------ */

struct borrowed {
	char *bytes;
	char **words;
	uint32_t n;
	int input;
};

static bool read_all(int fd, char *at, size_t n)
{
	while (n) {
		ssize_t got = recv(fd, at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

static bool read_head(int fd, struct head *h, int *ret_input)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} c;
	struct iovec v = { .iov_base = h, .iov_len = sizeof(*h) };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.room,
			    .msg_controllen = sizeof(c.room) };
	ssize_t got;

	do
		got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(*h))
		return false;
	struct cmsghdr *cm = CMSG_FIRSTHDR(&m);
	if (cm && cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS)
		memcpy(ret_input, CMSG_DATA(cm), sizeof(int));
	return h->words > 0 && h->bytes <= 2 * LIMIT_COMMAND_BYTES && h->words < h->bytes;
}

/* The words, one behind the other. */
static bool split(struct borrowed *b, size_t n)
{
	char *at = b->bytes, *end = b->bytes + n;

	b->words = mem_alloc(((size_t)b->n + 1) * sizeof(*b->words));
	for (uint32_t i = 0; i <= b->n; i++) {
		char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
		if (!nul)
			return false;
		if (i == 0 && *at)
			setenv("TERM", at, 1);
		else if (i)
			b->words[i - 1] = at;
		at = nul + 1;
	}
	return at == end;
}

static bool borrow(const char *dir, struct borrowed *b)
{
	struct head h;
	int fd = -1;
	bool good = false;

	b->input = -1;
	if (keeper_path_connect(dir, LEND_SOCK, &fd, NULL))
		return false;
	if (read_head(fd, &h, &b->input)) {
		b->n = h.words;
		b->bytes = mem_alloc(h.bytes);
		good = read_all(fd, b->bytes, h.bytes) && split(b, h.bytes);
	}
	close(fd);
	return good;
}

/* Becomes it. Nothing is looked up by a shell: a word that has a meaning there is a word here. */
static int become(struct borrowed *b, const char *text)
{
	struct buf line = BUF_INIT;
	int why;

	lend_line(&line, b->words, (int)b->n);
	if (!str_eq(buf_str(&line), text)) {
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		fprintf(stderr, "blackstart: /bin/sh: %s\n", strerror(errno));
	} else {
		execvp(b->words[0], b->words);
		why = errno;
		fprintf(stderr, "blackstart: %s: %s\n", b->words[0], strerror(why));
		buf_release(&line);
		return why == ENOENT ? NOT_FOUND : CANNOT_RUN;
	}
	buf_release(&line);
	return CANNOT_RUN;
}

int lend_verb(int argc, char **argv)
{
	struct borrowed b = { 0 };
	int status = OUR_FAILURE;

	if (argc == 3 && borrow(argv[1], &b) &&
	    (b.input < 0 || dup2(b.input, STDIN_FILENO) == STDIN_FILENO))
		status = become(&b, argv[2]);
	else
		fprintf(stderr, "blackstart: nothing was run: who started this command is gone\n");
	free(b.words);
	free(b.bytes);
	return status;
}
