#include "hspool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "holder.h"
#include "hstatus.h"
#include "mem.h"

enum {
	PIPE_BYTES = 1 << 20,     /* of a pipe that carries a flood */
	TURN_BYTES = 1 << 20,     /* of one stream before the others have their turn */
	TURNS = TURN_BYTES / HSPOOL_SCRATCH,
	PUNCH_STEP = 1 << 20,     /* space is given back in pieces of this size */
	BLOCK = 4096,
	NAME_ROOM = HOLDER_TOKEN_MAX + 8,
};

static void name_of(const struct hspool_place *at, char out[NAME_ROOM])
{
	static const char *const ext[3] = { "out", "err", "tty" };
	snprintf(out, NAME_ROOM, "%s.%s", at->token, ext[at->stream]);
}

void hspool_init(struct hspool *s, int from, bool terminal, const struct hide *hide)
{
	*s = (struct hspool){
		.from = from,
		.file = -1,
		.terminal = terminal,
		.copies = terminal,
		.mask.hide = hide,
	};
}

int hspool_seal(struct hspool *s)
{
	s->file = memfd_create("sealed", MFD_CLOEXEC);
	s->sealed = true;
	return s->file < 0 ? -errno : 0;
}

static bool open_file(struct hspool *s, const struct hspool_place *at)
{
	char name[NAME_ROOM];
	if (s->file >= 0)
		return true;
	name_of(at, name);
	/* No O_APPEND: splice(2) refuses such a file, and nobody else writes to it. */
	s->file = openat(at->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			 0600);
	return s->file >= 0;
}

/* How many of the n bytes went to the file; fewer: s->sys says why. */
static size_t put(struct hspool *s, const struct hspool_place *at, const char *p, size_t n)
{
	size_t done = 0;
	s->sys = 0;
	if (!open_file(s, at)) {
		s->sys = errno;
		return 0;
	}
	while (done < n) {
		ssize_t w = pwrite(s->file, p + done, n - done, s->bytes);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0) {
			s->sys = w ? errno : ENOSPC;
			break;
		}
		done += (size_t)w;
		s->bytes += w;
	}
	return done;
}

/* What was read before the disk was full goes first. */
static bool put_held(struct hspool *s, const struct hspool_place *at)
{
	if (!s->held.len)
		return true;
	buf_drop(&s->held, put(s, at, s->held.data, s->held.len));
	if (s->held.len)
		return false;
	buf_release(&s->held);
	return true;
}

/* Reads until `size` bytes are there, or nothing more is. A terminal gives at most 4 KiB a read. */
static enum hspool_read fill(struct hspool *s, char *out, size_t size, size_t *ret_n)
{
	*ret_n = 0;
	while (*ret_n < size) {
		ssize_t n = read(s->from, out + *ret_n, size - *ret_n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return HSPOOL_AGAIN;
		if (n <= 0) /* EIO: the last one closed the terminal */
			return HSPOOL_END;
		*ret_n += (size_t)n;
	}
	return HSPOOL_MORE;
}

/* Over the bound it is read on and not kept: nobody takes a value from so much, and the command
 * must not wait for that. */
static void keep_sealed(struct hspool *s, const char *p, size_t n)
{
	while (n && s->bytes < HOLDER_SEALED_MAX) {
		int64_t room = HOLDER_SEALED_MAX - s->bytes;
		ssize_t w = pwrite(s->file, p, (int64_t)n < room ? n : (size_t)room, s->bytes);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0) { /* no memory for it: the command's output is lost as a whole */
			s->bytes = HOLDER_SEALED_MAX;
			(void)!ftruncate(s->file, HOLDER_SEALED_MAX);
			break;
		}
		s->bytes += w;
		p += w;
		n -= (size_t)w;
	}
}

/* What may be written of n bytes at p; *ret_n how many. */
static const char *safe(struct hspool *s, const char *p, size_t n, bool last, size_t *ret_n)
{
	*ret_n = n;
	if (!s->mask.hide->n && !s->mask.n_held)
		return p;
	buf_clear(&s->masked);
	mask_add(&s->mask, p, n, &s->masked);
	if (last)
		mask_end(&s->mask, &s->masked);
	*ret_n = s->masked.len;
	return buf_str(&s->masked);
}

static enum hspool_read copy(struct hspool *s, const struct hspool_place *at, size_t most,
			     char *scratch)
{
	size_t n;
	size_t size = most < HSPOOL_SCRATCH ? most : HSPOOL_SCRATCH;
	enum hspool_read got = fill(s, scratch, size, &n);
	if (s->sealed) {
		keep_sealed(s, scratch, n);
		mem_wipe(scratch, n);
		return got;
	}
	const char *p = safe(s, scratch, n, got == HSPOOL_END, &n);
	size_t done = n ? put(s, at, p, n) : 0;
	if (done < n) {
		buf_add(&s->held, p + done, n - done);
		return HSPOOL_FULL;
	}
	if (got == HSPOOL_MORE && !s->wide && !s->terminal) {
		s->wide = true;
		/* a user's pipes may be at their bound */
		(void)fcntl(s->from, F_SETPIPE_SZ, PIPE_BYTES);
	}
	return got;
}

/* From pipe to page cache, without a copy in between; nothing is taken that is not written. */
static enum hspool_read splice_over(struct hspool *s, size_t most)
{
	off_t at = s->bytes;
	ssize_t n = splice(s->from, NULL, s->file, &at, most, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	if (n > 0) {
		s->bytes += n;
		return HSPOOL_MORE;
	}
	if (!n)
		return HSPOOL_END;
	if (errno == EAGAIN)
		return HSPOOL_AGAIN;
	if (errno == EINTR)
		return HSPOOL_MORE;
	if (errno == EINVAL && !s->copies) {
		s->copies = true;
		return HSPOOL_MORE;
	}
	s->sys = errno;
	return HSPOOL_FULL;
}

enum hspool_read hspool_move(struct hspool *s, const struct hspool_place *at, int64_t room,
			     char *scratch)
{
	enum hspool_read got = HSPOOL_MORE;
	int64_t end = s->bytes + TURN_BYTES, limit = s->bytes + room;
	s->sys = 0;
	if (!put_held(s, at))
		return HSPOOL_FULL;
	/* what is hidden or dropped adds nothing to bytes */
	for (int turn = 0; got == HSPOOL_MORE && s->bytes < end && turn < TURNS; turn++) {
		int64_t most = limit - s->bytes;
		if (most <= 0)
			return HSPOOL_FULL;
		if (most > TURN_BYTES)
			most = TURN_BYTES;
		if (s->file < 0 || s->copies || s->sealed || s->mask.hide->n || s->mask.n_held)
			got = copy(s, at, (size_t)most, scratch);
		else
			got = splice_over(s, (size_t)most);
	}
	return got;
}

/* Whole blocks only: the rest of a block would be written as zeroes instead of given back. */
static void punch(struct hspool *s, const struct hspool_place *at)
{
	int64_t upto = s->freed / BLOCK * BLOCK;
	if (upto - s->punched < PUNCH_STEP)
		return;
	int fd = s->file;
	if (fd < 0) {
		char name[NAME_ROOM];
		name_of(at, name);
		fd = openat(at->folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	}
	if (fd < 0)
		return;
	/* a file system without holes gives it back at the end */
	(void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, s->punched,
			upto - s->punched);
	s->punched = upto;
	if (fd != s->file)
		close(fd);
}

void hspool_free(struct hspool *s, const struct hspool_place *at, int64_t upto)
{
	if (upto > s->bytes)
		upto = s->bytes;
	if (upto <= s->freed)
		return;
	s->freed = upto;
	punch(s, at);
}

void hspool_flush(struct hspool *s, const struct hspool_place *at)
{
	size_t n;

	if (!s->mask.n_held || !put_held(s, at))
		return;
	const char *p = safe(s, "", 0, true, &n);
	(void)put(s, at, p, n);
}

void hspool_close(struct hspool *s)
{
	if (!s->sealed)
		hspool_drop(s);
	buf_release(&s->held);
	buf_release(&s->masked);
}

void hspool_drop(struct hspool *s)
{
	if (s->file >= 0)
		close(s->file);
	s->file = -1;
}

void hspool_remove(const struct hspool_place *at)
{
	char name[NAME_ROOM];
	name_of(at, name);
	unlinkat(at->folder, name, 0);
}
