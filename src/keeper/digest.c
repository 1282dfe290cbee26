/* Files, read by children of ours: on the night of an outage the file server may be what is down,
 * and a process that reads from it then hangs where no signal reaches it. It may, but not the
 * keeper.
 *
 * A child writes its answer to a pipe and leaves. Until then it has nothing of ours but that
 * pipe: the lock of the run must not outlive us in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "keeper_parts.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { SAID_MAX = 1 << 20, PIPE_FD = 3 };

/* --- the child -------------------------------------------------------------------------------- */

/* "= DIGEST", or why there is none. A fifo or a device somebody put there is not waited for. */
static void say_digest(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct hash_ctx *hash = hash_new();
	static const char not_read[] = "cannot be read: ";
	char part[64 << 10], hex[HASH_HEX_LEN + 1];
	uint8_t sum[HASH_LEN];
	struct stat st;
	ssize_t n = -1;

	if (fd < 0) {
		buf_addf(out, "%s%s", not_read, strerror(errno));
	} else if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		buf_adds(out, "is not a file");
	} else {
		while ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR))
			if (n > 0)
				hash_add(hash, part, (size_t)n);
		if (n < 0)
			buf_addf(out, "%s%s", not_read, strerror(errno));
	}
	if (n == 0) {
		hash_end(hash, sum);
		hash_hex(sum, hex);
		buf_addf(out, "= %s", hex);
	}
	hash_free(hash);
	if (fd >= 0)
		close(fd);
}

__attribute__((noreturn)) static void be_child(const struct keeper *k, const struct reader *r,
					       int to)
{
	struct buf out = BUF_INIT;

	loop_child();
	dup2(to, PIPE_FD);
	close_range(PIPE_FD + 1, ~0U, 0);
	if (r->key)
		say_digest(r->path, &out);
	else
		books_look(&k->books, &out);
	(void)fsio_write_all(PIPE_FD, buf_str(&out), out.len, NULL);
	_exit(0);
}

/* --- the keeper ------------------------------------------------------------------------------- */

static void reader_free(struct reader *r)
{
	loop_unwatch(r->watch);
	if (r->fd >= 0)
		close(r->fd);
	free(r->key);
	free(r->name);
	free(r->path);
	buf_release(&r->said);
	free(r);
}

static void on_said(void *ctx, int fd, int ready)
{
	struct reader *r = ctx;
	char part[4096];
	ssize_t n = read(fd, part, sizeof(part));

	(void)ready;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && buf_add(&r->said, part, (size_t)n) == 0)
		return;
	loop_unwatch(r->watch);
	r->watch = NULL;
	close(r->fd);
	r->fd = -1;
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void begin(struct keeper *k, struct reader *r)
{
	int pipes[2] = { -1, -1 };

	r->k = k;
	r->fd = -1;
	r->said.max = SAID_MAX;
	if (pipe2(pipes, O_CLOEXEC) == 0)
		r->pid = fork();
	if (r->pid == 0 && pipes[1] >= 0)
		be_child(k, r, pipes[1]);
	if (pipes[1] >= 0)
		close(pipes[1]);
	if (r->pid > 0) {
		r->fd = pipes[0];
		r->watch = loop_watch(k->loop, r->fd, LOOP_READ, on_said, r);
	} else {
		buf_adds(&r->said, r->key ? "cannot be read: no more processes" : "");
		if (pipes[0] >= 0)
			close(pipes[0]);
		keeper_again(k);
	}
	if (k->n_readers == k->cap_readers) {
		k->cap_readers = k->cap_readers ? 2 * k->cap_readers : 8;
		k->readers = mem_grow(k->readers, k->cap_readers, sizeof(*k->readers));
	}
	k->readers[k->n_readers++] = r;
}

void digest_file(struct keeper *k, const char *key, const char *name, const char *path)
{
	struct reader *r = mem_alloc(sizeof(*r));

	r->key = mem_dup(key ? key : "");
	r->name = mem_dup(name);
	r->path = fsio_join(k->s->cwd ? k->s->cwd : "/", path);
	begin(k, r);
}

void digest_pins(struct keeper *k)
{
	if (trouble_stalled(k) || k->closed || !k->books.n_pins)
		return;
	for (size_t i = 0; i < k->n_readers; i++)
		if (!k->readers[i]->key)
			return; /* the last look is not over; perhaps it never will be */
	begin(k, mem_alloc(sizeof(struct reader)));
}

static void tell_digest(struct keeper *k, const struct reader *r)
{
	struct engine_input in = feed_input(INPUT_DIGEST);
	const char *said = buf_str(&r->said);

	in.key = r->key;
	in.name = r->name;
	in.path = r->path;
	if (str_starts(said, "= "))
		in.text = said + 2;
	else
		in.reason = *said ? said : "cannot be read";
	feed(k, &in, NULL);
}

static void tell_pins(struct keeper *k, const struct reader *r)
{
	struct buf changed = BUF_INIT;
	char *save = NULL, *line;

	books_changed(&k->books, buf_str(&r->said), &changed);
	for (line = changed.len ? strtok_r(changed.data, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		feed_note(k, "file-changed", line);
	buf_release(&changed);
}

void digest_step(struct keeper *k)
{
	for (size_t i = 0; i < k->n_readers && !trouble_stalled(k);) {
		struct reader *r = k->readers[i];
		if (r->fd >= 0) {
			i++;
			continue;
		}
		k->n_readers--;
		memmove(k->readers + i, k->readers + i + 1,
			(k->n_readers - i) * sizeof(struct reader *));
		if (r->key)
			tell_digest(k, r);
		else if (!k->closed)
			tell_pins(k, r);
		reader_free(r);
	}
}

bool digest_waited_for(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_readers; i++)
		if (k->readers[i]->key)
			return true;
	return false;
}

void digest_free(struct keeper *k)
{
	for (size_t i = 0; i < k->n_readers; i++)
		reader_free(k->readers[i]);
	free(k->readers);
	k->readers = NULL;
	k->n_readers = k->cap_readers = 0;
}
