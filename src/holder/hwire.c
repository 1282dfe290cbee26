#include "hwire.h"

#include <string.h>

#include "buf.h"
#include "hstatus.h"

void hwire_start(struct buf *b, enum hwire_type type)
{
	buf_clear(b);
	buf_addc(b, (char)type);
}

void hwire_put_u32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_addc(b, (char)(v >> (8 * i)));
}

void hwire_put_i64(struct buf *b, int64_t v)
{
	hwire_put_u32(b, (uint32_t)v);
	hwire_put_u32(b, (uint32_t)((uint64_t)v >> 32));
}

void hwire_put_bytes(struct buf *b, const void *p, size_t n)
{
	hwire_put_u32(b, (uint32_t)n);
	buf_add(b, p, n);
	buf_addc(b, '\0');
}

void hwire_put_text(struct buf *b, const char *s)
{
	hwire_put_bytes(b, s, strlen(s));
}

struct hwire_in hwire_read(const void *p, size_t n, int *ret_type)
{
	*ret_type = n ? *(const unsigned char *)p : -1;
	return (struct hwire_in){ .p = (const char *)p + (n ? 1 : 0), .left = n ? n - 1 : 0 };
}

/* The next n bytes, or NULL. */
static const char *next(struct hwire_in *in, size_t n)
{
	if (in->bad || in->left < n) {
		in->bad = true;
		return NULL;
	}
	const char *p = in->p;
	in->p += n;
	in->left -= n;
	return p;
}

uint32_t hwire_u32(struct hwire_in *in)
{
	const unsigned char *p = (const unsigned char *)next(in, 4);
	return p ? p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

int64_t hwire_i64(struct hwire_in *in)
{
	uint64_t low = hwire_u32(in), high = hwire_u32(in);
	return (int64_t)(low | high << 32);
}

const char *hwire_bytes(struct hwire_in *in, size_t *ret_n)
{
	size_t n = hwire_u32(in);
	const char *p = next(in, n);
	const char *nul = next(in, 1);
	if (!nul || *nul)
		in->bad = true;
	*ret_n = in->bad ? 0 : n;
	return in->bad ? "" : p;
}

const char *hwire_text(struct hwire_in *in)
{
	size_t n;
	const char *s = hwire_bytes(in, &n);
	if (strlen(s) != n)
		in->bad = true;
	return in->bad ? "" : s;
}

const char *hwire_token(struct hwire_in *in)
{
	const char *s = hwire_text(in);
	if (!hstatus_token_ok(s))
		in->bad = true;
	return in->bad ? "" : s;
}

bool hwire_done(const struct hwire_in *in)
{
	return !in->bad && !in->left;
}
