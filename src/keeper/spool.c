/* What commands print: from the holder's spool into the record.
 *
 * A stream gives at most one chunk to each commit, so that after a crash at most one chunk of it
 * can be in the output file without its event, and its bounds are known: from what the events say
 * to what the file holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "hash.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "limits.h"
#include "mem.h"
#include "utf8.h"

enum { OUT_KEPT = 128 << 10 };

static int spool_fd(struct proc *p, enum stream s)
{
	if (p->spool[s] < 0) {
		char *path = holder_spool_path(p->post->folder, p->token, s);
		p->spool[s] = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		free(path);
	}
	return p->spool[s];
}

/* Up to n bytes of a stream from byte offset `from`; 0 where there is none. */
static size_t spool_read(struct proc *p, enum stream s, int64_t from, char *to, size_t n)
{
	int fd = spool_fd(p, s);
	size_t got = 0;

	while (fd >= 0 && got < n) {
		ssize_t r = pread(fd, to + got, n - got, from + (int64_t)got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	return got;
}

void spool_close(struct proc *p)
{
	for (int s = 0; s < STREAM_MAX; s++) {
		if (p->spool[s] >= 0)
			close(p->spool[s]);
		p->spool[s] = -1;
	}
}

int64_t spool_waiting(const struct proc *p)
{
	int64_t sum = 0;

	for (int s = 0; s < STREAM_MAX; s++) {
		char *path = holder_spool_path(p->post->folder, p->token, s);
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
		if (fd >= 0)
			close(fd);
		free(path);
		if (size > p->kept[s])
			sum += size - p->kept[s];
	}
	return sum;
}

/* --- is it plain text? ------------------------------------------------------------------------ */

/* Bytes of a word that are below 0x20 or 0x7f, each by its highest bit; right where no byte of the
 * word is above 0x7f (Mycroft's test for a byte below n). */
static uint64_t controls_in(uint64_t w)
{
	const uint64_t each = ~0ULL / 255, top = each << 7;
	uint64_t below = (w - each * 0x20) & ~w & top;
	uint64_t del = w ^ each * 0x7f;

	return below | ((del - each) & ~del & top);
}

/* Whether a control stands among n bytes that does more than go on in the text; *high where bytes
 * above ASCII are among them. Eight at a time: this goes over everything that is printed. */
static bool has_control(const char *p, size_t n, bool *high)
{
	for (size_t i = 0; i < n;) {
		uint64_t w;
		if (n - i >= sizeof(w)) {
			memcpy(&w, p + i, sizeof(w));
			if (!(w & ~0ULL / 255 << 7) && !controls_in(w)) {
				i += sizeof(w);
				continue;
			}
		}
		for (size_t end = n - i < sizeof(w) ? n : i + sizeof(w); i < end; i++) {
			unsigned char c = (unsigned char)p[i];
			if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
				return true;
			*high |= c >= 0x80;
		}
	}
	return false;
}

/* Controls other than newline, tab and carriage return; C1 controls as UTF-8. A character that the
 * bounds of the chunk cut in two is no fault of the text. */
static bool is_plain(const char *p, size_t n)
{
	bool high = false;

	if (has_control(p, n, &high))
		return false;
	if (!high)
		return true;
	size_t from = 0;
	while (from < 3 && from < n && ((unsigned char)p[from] & 0xc0) == 0x80)
		from++;
	size_t bad = utf8_check(p + from, n - from);
	if (bad + 3 < n - from)
		return false;
	for (size_t i = from; i + 1 < from + bad; i++)
		if ((unsigned char)p[i] == 0xc2 && (unsigned char)p[i + 1] < 0xa0)
			return false;
	return true;
}

/* --- into the record -------------------------------------------------------------------------- */

static int open_commit(struct keeper *k, struct err *err)
{
	int r = 0;

	if (!k->output)
		r = output_open(k->journal, k->run, true, &k->output, err);
	if (!r && !k->chunks_open)
		r = output_begin(k->output, err);
	if (!r)
		k->chunks_open = true;
	return r;
}

static int write_chunk(struct keeper *k, const struct chunk *c, const char *bytes,
		       uint8_t ret_hash[HASH_LEN], struct err *err)
{
	int r = open_commit(k, err);

	if (r)
		return r;
	r = output_write(k->output, c->p->token, c->stream, c->from, bytes, c->n, c->plain,
			 ret_hash, err);
	if (r) {
		output_rollback(k->output);
		k->chunks_open = false;
	}
	return r;
}

static void remember(struct keeper *k, const struct chunk *c)
{
	if (k->n_chunks == k->cap_chunks) {
		k->cap_chunks = k->cap_chunks ? 2 * k->cap_chunks : 8;
		k->chunks = mem_grow(k->chunks, k->cap_chunks, sizeof(*k->chunks));
	}
	k->chunks[k->n_chunks++] = *c;
}

static void tell(struct keeper *k, const struct chunk *c, const uint8_t hash[HASH_LEN])
{
	struct engine_input in = feed_input(INPUT_OUTPUT);
	char hex[HASH_HEX_LEN + 1];

	hash_hex(hash, hex);
	in.token = c->p->token;
	in.stream = c->stream;
	in.from = c->from;
	in.n = (int64_t)c->n;
	in.plain = c->plain;
	in.text = hex;
	feed(k, &in, NULL);
}

static void keep_short(struct proc *p, const struct chunk *c, const char *bytes)
{
	if (c->stream == STREAM_OUT && !p->resumed && (int64_t)p->out.len == c->from &&
	    p->out.len + c->n <= OUT_KEPT)
		buf_add(&p->out, bytes, c->n);
}

static char *chunk_memory(struct keeper *k)
{
	if (!k->chunk)
		k->chunk = mem_alloc(CHUNK_MAX);
	return k->chunk;
}

int spool_take(struct keeper *k, struct proc *p, bool *ret_more, struct err *err)
{
	char *bytes = chunk_memory(k);

	*ret_more = false;
	for (int s = 0; s < STREAM_MAX; s++) {
		uint8_t hash[HASH_LEN];
		struct chunk c = { .p = p, .stream = s, .from = p->kept[s] };
		c.n = spool_read(p, s, c.from, bytes, CHUNK_MAX);
		if (!c.n)
			continue;
		c.plain = is_plain(bytes, c.n);
		int r = write_chunk(k, &c, bytes, hash, err);
		if (r)
			return r;
		p->kept[s] += (int64_t)c.n;
		*ret_more |= c.n == CHUNK_MAX;
		remember(k, &c);
		keep_short(p, &c, bytes);
		tell(k, &c, hash);
	}
	return 0;
}

void spool_take_all(struct keeper *k, struct proc *p, int64_t n)
{
	char *bytes = chunk_memory(k);
	bool written = true;

	while (p->kept[STREAM_OUT] < n) {
		struct chunk c = { .p = p, .stream = STREAM_OUT, .from = p->kept[STREAM_OUT] };
		uint8_t hash[HASH_LEN];
		c.n = spool_read(p, STREAM_OUT, c.from, bytes, CHUNK_MAX);
		if (!c.n)
			break;
		c.plain = is_plain(bytes, c.n);
		hash_bytes(bytes, c.n, hash);
		written = written && write_chunk(k, &c, bytes, hash, NULL) == 0;
		p->kept[STREAM_OUT] += (int64_t)c.n;
		remember(k, &c);
		tell(k, &c, hash);
	}
}

int spool_again(struct keeper *k, struct err *err)
{
	char *bytes = chunk_memory(k);

	if (!k->n_chunks)
		return open_commit(k, err);
	for (size_t i = 0; i < k->n_chunks; i++) {
		const struct chunk *c = &k->chunks[i];
		uint8_t hash[HASH_LEN];
		if (spool_read(c->p, c->stream, c->from, bytes, c->n) != c->n)
			return err_set(err, ERR_CORRUPT, "the spool of %s lost bytes", c->p->token);
		int r = write_chunk(k, c, bytes, hash, err);
		if (r)
			return r;
	}
	return 0;
}

/* Where no holder lives that would, the files are taken away from here. */
static void forget(struct keeper *k, struct proc *p)
{
	if (p->post->h)
		(void)holder_forget(p->post->h, p->token, NULL);
	for (int s = 0; !p->post->h && s < STREAM_MAX; s++) {
		char *path = holder_spool_path(p->post->folder, p->token, s);
		unlink(path);
		free(path);
	}
	procs_drop(k, p);
}

void spool_give_back(struct keeper *k)
{
	for (size_t i = k->n_procs; i-- > 0;) {
		struct proc *p = k->procs[i];
		for (int s = 0; s < STREAM_MAX; s++) {
			if (p->kept[s] > p->freed[s] && p->post->h)
				(void)holder_free(p->post->h, p->token, s, p->kept[s], NULL);
			p->freed[s] = p->kept[s];
		}
		if (p->at == PROC_DONE)
			forget(k, p);
	}
}

int spool_resume(struct keeper *k, struct proc *p, struct err *err)
{
	for (int s = 0; s < STREAM_MAX; s++) {
		struct buf bytes = { .max = CHUNK_MAX };
		uint8_t hash[HASH_LEN];
		int64_t size = 0;
		int r = output_size(k->output, p->token, s, &size, err);
		if (r)
			return r;
		if (size <= p->kept[s])
			continue;
		struct chunk c = { .p = p, .stream = s, .from = p->kept[s],
				   .n = (size_t)(size - p->kept[s]) };
		r = output_read(k->output, p->token, s, c.from, c.n, &bytes, err);
		c.plain = !r && is_plain(buf_str(&bytes), bytes.len);
		if (!r && bytes.len == c.n)
			r = write_chunk(k, &c, bytes.data, hash, err);
		buf_release(&bytes);
		if (r)
			return r;
		p->kept[s] = size;
		remember(k, &c);
		tell(k, &c, hash);
	}
	return 0;
}

int spool_whole(struct keeper *k, struct proc *p, struct buf *out, struct err *err)
{
	int64_t size = p->kept[STREAM_OUT];

	if (size > LIMIT_VALUE_BYTES)
		return err_set(err, ERR_LIMIT, "over %d bytes of output", LIMIT_VALUE_BYTES);
	if ((int64_t)p->out.len == size)
		return buf_add(out, buf_str(&p->out), p->out.len);
	return output_read(k->output, p->token, STREAM_OUT, 0, (size_t)size, out, err);
}

void spool_tail(struct keeper *k, struct proc *p, size_t max, struct buf *out)
{
	int64_t size = p->kept[STREAM_ERR], from = size > (int64_t)max ? size - (int64_t)max : 0;

	if (size && output_read(k->output, p->token, STREAM_ERR, from, (size_t)(size - from), out,
				NULL))
		buf_clear(out);
}

int64_t spool_hash(struct proc *p, enum stream s, int64_t max, struct hash_ctx *h)
{
	char part[64 << 10];
	int64_t done = 0;

	while (done < max) {
		int64_t left = max - done;
		size_t want = left < (int64_t)sizeof(part) ? (size_t)left : sizeof(part);
		size_t n = spool_read(p, s, p->kept[s] + done, part, want);
		if (!n)
			break;
		hash_add(h, part, n);
		done += (int64_t)n;
	}
	return done;
}
