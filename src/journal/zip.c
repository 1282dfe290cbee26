#include "zip.h"

#include <stdlib.h>

#include <zstd.h>

#include "buf.h"
#include "err.h"
#include "mem.h"

struct zip {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
};

struct zip *zip_new(void)
{
	return mem_alloc(sizeof(struct zip));
}

void zip_free(struct zip *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->pack);
	ZSTD_freeDCtx(z->unpack);
	free(z);
}

/* Makes room for n more bytes behind out->len. */
static void reserve(struct buf *out, size_t n)
{
	if (out->cap - out->len > n)
		return;
	out->data = mem_grow(out->data, out->len + n + 1, 1);
	out->cap = out->len + n + 1;
}

int zip_pack(struct zip *z, const void *p, size_t n, int level, struct buf *out,
	     bool *ret_packed, struct err *err)
{
	if (!z->pack)
		z->pack = ZSTD_createCCtx();
	if (!z->pack)
		return err_set(err, ERR_NOMEM, "no memory left to compress");
	buf_clear(out);
	reserve(out, ZSTD_compressBound(n));
	size_t got = ZSTD_compressCCtx(z->pack, out->data, out->cap - 1, p, n, level);
	if (ZSTD_isError(got))
		return err_set(err, ERR_NOMEM, "compressing: %s", ZSTD_getErrorName(got));
	out->len = got;
	out->data[got] = '\0';
	*ret_packed = got < n;
	return 0;
}

int zip_unpack(struct zip *z, const void *p, size_t n, size_t size, struct buf *out,
	       struct err *err)
{
	if (!z->unpack)
		z->unpack = ZSTD_createDCtx();
	if (!z->unpack)
		return err_set(err, ERR_NOMEM, "no memory left to decompress");
	reserve(out, size);
	size_t got = ZSTD_decompressDCtx(z->unpack, out->data + out->len, size, p, n);
	if (ZSTD_isError(got) || got != size) {
		out->data[out->len] = '\0';
		return err_set(err, ERR_CORRUPT, "compressed bytes are damaged: %s",
			       ZSTD_isError(got) ? ZSTD_getErrorName(got) : "too short");
	}
	out->len += got;
	out->data[out->len] = '\0';
	return 0;
}
