/* A secret and a stream: what comes out is the same however the stream is cut, and the secret is
 * not in it. The input: a byte for the secret's length, the secret, a byte for the cuts, the
 * stream, in which byte 0xff stands for the secret. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mask.h"

static void must(int ok)
{
	if (!ok)
		abort();
}

static void run(const struct hide *h, const struct buf *in, size_t step, struct buf *out)
{
	struct mask m = { .hide = h };

	for (size_t at = 0, n; at < in->len; at += n) {
		n = step && step < in->len - at ? step : in->len - at;
		mask_add(&m, in->data + at, n, out);
		must(m.n_held < HIDE_LONGEST);
	}
	mask_end(&m, out);
}

/* A secret that is part of what stands in its place can come to be there again. */
static int can_be_shown(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(MASK_SHOWN, p[i]))
			return 1;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hide h;
	struct buf in = BUF_INIT, whole = BUF_INIT, cut = BUF_INIT;
	size_t n, step;

	if (size < 3 || size - 2 < data[0])
		return 0;
	n = data[0];
	const uint8_t *secret = data + 1, *p = data + 2 + n;
	step = data[1 + n] % 200 + 1;
	bool taken = hide_add(&h, (const char *)secret, n);
	for (; p < data + size; p++)
		if (*p == 0xff)
			buf_add(&in, secret, n);
		else
			buf_addc(&in, (char)*p);
	run(&h, &in, 0, &whole);
	run(&h, &in, step, &cut);
	must(whole.len == cut.len && !memcmp(buf_str(&whole), buf_str(&cut), cut.len));
	while (n && (secret[n - 1] == '\n' || secret[n - 1] == '\r'))
		n--;
	must(taken == (n >= HIDE_MIN));
	if (taken && !can_be_shown(secret, n))
		must(!memmem(buf_str(&cut), cut.len, secret, n));
	buf_release(&in);
	buf_release(&whole);
	buf_release(&cut);
	hide_release(&h);
	return 0;
}
