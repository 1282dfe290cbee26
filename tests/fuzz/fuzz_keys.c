/* Any bytes as a terminal may send them, in two pieces: each is taken or waited for, never lost and
 * never waited for when nothing follows; and any text as cells. The first byte says where the
 * first piece ends.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/tui/glyph.h"
#include "../../src/tui/keysint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct term_seq seq[] = {
	{ "\033OA", K_UP }, { "\033[A", K_UP }, { "\033[3~", K_DELETE }, { "\033[[A", K_F1 },
	{ "\033OAx", K_DOWN },
};

/* Bytes that were taken. */
static size_t keys(const uint8_t *p, size_t n, bool final)
{
	size_t at = 0;

	while (at < n) {
		struct key k = { .code = K_OTHER };
		struct keys_front f = { p + at, n - at, final };
		size_t len = keys_decode(seq, sizeof(seq) / sizeof(*seq), f, &k);
		if (len > n - at || (!len && final))
			abort();
		if (k.code > KEYS_PASTE)
			abort();
		if (!len)
			break;
		at += len;
	}
	return at;
}

static void cells(const char *s, size_t n)
{
	struct glyph g;
	int cols = 0;

	for (size_t i = 0; i < n;) {
		size_t len = glyph_next(s + i, n - i, &g);
		if (!len || len > n - i || g.width < 0 || g.width > 2)
			abort();
		if ((g.width == 0) != (g.ch[0] == 0) || wcslen(g.ch) > GLYPH_CHARS)
			abort();
		if (g.ch[0] && (g.ch[0] < 0x20 || (g.ch[0] >= 0x7f && g.ch[0] < 0xa0)))
			abort();
		cols += g.width;
		i += len;
	}
	if (cols != glyph_cols(s, n) || glyph_fit(s, n, cols) != n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	setlocale(LC_CTYPE, data[0] & 1 ? "C" : "C.UTF-8");
	cells((const char *)data + 1, size - 1);
	size_t n = size - 1, first = (data[0] >> 1) % n;
	size_t at = keys(data + 1, first, false);
	if (at + keys(data + 1 + at, n - at, true) != n)
		abort();
	return 0;
}
