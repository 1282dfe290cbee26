#include "base64.h"

#include <string.h>

#include "buf.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_decode(const char *s, size_t n, struct buf *out)
{
	unsigned bits = 0;
	int have = 0;

	while (n && s[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++) {
		const char *at = s[i] ? strchr(alphabet, s[i]) : NULL;

		if (!at)
			return false;
		bits = (bits << 6 | (unsigned)(at - alphabet)) & 0xffff;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (buf_addc(out, (char)(bits >> have & 0xff)))
			return false;
	}
	return true;
}

void base64_encode(struct buf *out, const void *p, size_t n)
{
	const unsigned char *in = p;
	unsigned bits = 0;
	int have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xffff;
		for (have += 8; have >= 6; have -= 6)
			buf_addc(out, alphabet[bits >> (have - 6) & 63]);
	}
	if (have)
		buf_addc(out, alphabet[bits << (6 - have) & 63]);
}
