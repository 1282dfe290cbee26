/* Files, read by children of ours: on the night of an outage the file server may be what is
 * down. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "keeper_parts.h"
#include "keeper_scout.h"
#include "mem.h"
#include "str.h"

enum { SAID_MAX = 1 << 20 };

struct reader {
	struct scout scout;
	struct keeper *k;
	char *key, *name, *path; /* of the file; key NULL: the pinned ones */
};

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

static void say(const void *ctx, struct buf *out)
{
	const struct reader *r = ctx;

	if (r->key)
		say_digest(r->path, out);
	else
		books_look(&r->k->books, out);
}

/* --- the keeper ------------------------------------------------------------------------------- */

static void reader_free(struct reader *r)
{
	scout_release(&r->scout);
	free(r->key);
	free(r->name);
	free(r->path);
	free(r);
}

static void begin(struct keeper *k, struct reader *r)
{
	r->k = k;
	if (!scout_send(&r->scout, k, SAID_MAX, 0, say, r)) {
		buf_adds(&r->scout.said, r->key ? "cannot be read: no more processes" : "");
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
	const char *said = buf_str(&r->scout.said);

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

	books_changed(&k->books, buf_str(&r->scout.said), &changed);
	for (line = changed.len ? strtok_r(changed.data, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		feed_note(k, "file-changed", line);
	buf_release(&changed);
}

void digest_step(struct keeper *k)
{
	for (size_t i = 0; i < k->n_readers && !trouble_stalled(k);) {
		struct reader *r = k->readers[i];
		if (scout_is_out(&r->scout)) {
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
