/* Bytes of a file, and the dice. */
#include "mutate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"

void mutate_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(3);
}

void mutate_seed(struct mutate *m, uint64_t seed)
{
	m->dice = seed;
	m->anew = false;
	m->what[0] = m->program[0] = m->script[0] = '\0';
}

/* splitmix64 */
uint64_t mutate_roll(struct mutate *m, uint64_t n)
{
	uint64_t z = (m->dice += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return n ? (z ^ (z >> 31)) % n : 0;
}

char *mutate_path(const struct mutate *m, const char *name)
{
	return fsio_join(m->scratch, name);
}

void mutate_put(const char *path, const void *p, size_t n)
{
	struct err err = { 0 };

	if (fsio_replace(path, p, n, 0600, false, &err))
		mutate_die("%s", err.text);
}

void mutate_get(const char *path, struct buf *ret)
{
	struct err err = { 0 };

	buf_clear(ret);
	if (fsio_read(path, 1 << 30, ret, &err))
		mutate_die("%s", err.text);
}

/* b becomes its first `at` bytes, then what is put there, then its bytes from `from` on. */
static void splice(struct buf *b, size_t at, const void *p, size_t n, size_t from)
{
	struct buf out = BUF_INIT;

	buf_add(&out, b->data, at);
	buf_add(&out, p, n);
	buf_add(&out, b->data + from, b->len - from);
	buf_release(b);
	*b = out;
}

static void swap(struct mutate *m, struct buf *b, size_t at, size_t n)
{
	size_t other = (size_t)mutate_roll(m, b->len - n + 1);

	for (size_t i = 0; i < n; i++) {
		char c = b->data[at + i];

		b->data[at + i] = b->data[other + i];
		b->data[other + i] = c;
	}
}

void mutate_bytes(struct mutate *m, struct buf *b)
{
	static const char *const names[] = { "flip", "set", "delete", "insert", "swap", "truncate",
					     "zero", "repeat", "append" };
	size_t how = mutate_roll(m, sizeof(names) / sizeof(names[0]));
	size_t at = mutate_roll(m, b->len ? b->len : 1), n = 1 + mutate_roll(m, mutate_roll(m, 2) ? 8 : 700);
	char piece[1024];

	if (!b->len)
		how = 8;
	if (n > b->len - at && how != 8)
		n = b->len - at;
	for (size_t i = 0; i < sizeof(piece); i++)
		piece[i] = (char)mutate_roll(m, 256);
	snprintf(m->what + strlen(m->what), sizeof(m->what) - strlen(m->what), "%s %zu bytes at %zu of %zu",
		 names[how], n, at, b->len);
	switch (how) {
	case 0:
		b->data[at] ^= (char)(1 << mutate_roll(m, 8));
		break;
	case 1:
		memcpy(b->data + at, piece, n);
		break;
	case 2:
		splice(b, at, "", 0, at + n);
		break;
	case 3:
		splice(b, at, piece, n, at);
		break;
	case 4:
		swap(m, b, at, n);
		break;
	case 5:
		buf_cut(b, at);
		break;
	case 6:
		memset(b->data + at, 0, n);
		break;
	case 7: {
		char *copy = mem_dupn(b->data + at, n);

		splice(b, at, copy, n, at);
		free(copy);
		break;
	}
	default:
		buf_add(b, piece, n);
	}
}
