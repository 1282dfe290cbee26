#include "mask.h"

#include <string.h>

#include "buf.h"
#include "mem.h"

/* Of n bytes at p: how many of the first are a hidden text, 0 for none; *more where one that is
 * longer than n may have begun. */
static size_t hidden_at(const struct hide *h, const char *p, size_t n, bool *more)
{
	size_t key = n < HIDE_MIN ? n : HIDE_MIN, low = 0, high = h->n, longest = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (memcmp(h->v[mid].p, p, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < h->n && memcmp(h->v[low].p, p, key) == 0; low++) {
		const struct hide_piece *v = &h->v[low];
		if (memcmp(v->p, p, v->n < n ? v->n : n))
			continue;
		if (v->n > n)
			*more = true;
		else if (v->n > longest)
			longest = v->n;
	}
	return longest;
}

static bool may_begin(const struct hide *h, const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;

	if (n > 1) {
		unsigned two = (unsigned)u[0] << 8 | u[1];
		return h->twos[two >> 3] & 1 << (two & 7);
	}
	for (int i = 0; i < 32; i++)
		if (h->twos[u[0] * 32 + i])
			return true;
	return false;
}

/* How many of the n bytes are dealt with: all of them where nothing comes behind. */
static size_t scan(struct mask *m, const char *p, size_t n, bool last, struct buf *out)
{
	size_t i = 0, clean = 0;

	for (; i < n; i++) {
		if (may_begin(m->hide, p + i, n - i)) {
			bool more = false;
			size_t len = hidden_at(m->hide, p + i, n - i, &more);
			if (more && !last)
				break;
			if (len > m->inside)
				m->inside = len;
		}
		if (!m->inside)
			continue;
		if (i > clean) {
			buf_add(out, p + clean, i - clean);
			m->shown = false;
		}
		if (!m->shown)
			buf_adds(out, MASK_SHOWN);
		m->shown = true;
		m->inside--;
		clean = i + 1;
	}
	if (i > clean) {
		buf_add(out, p + clean, i - clean);
		m->shown = false;
	}
	return i;
}

/* The held ones and what comes next, as far as it takes to be done with the held ones: of the n
 * bytes, how many that took. */
static size_t over_the_cut(struct mask *m, const char *p, size_t n, struct buf *out)
{
	char both[2 * HIDE_LONGEST];
	size_t held = m->n_held, take = n < HIDE_LONGEST ? n : HIDE_LONGEST;

	memcpy(both, m->held, held);
	memcpy(both + held, p, take);
	size_t done = scan(m, both, held + take, false, out);
	if (done < held) { /* all that there is was taken, or done would be more */
		m->n_held = held + take - done;
		memmove(m->held, both + done, m->n_held);
		done = held + take;
	} else {
		m->n_held = 0;
	}
	mem_wipe(both, sizeof(both));
	return done - held;
}

void mask_add(struct mask *m, const char *p, size_t n, struct buf *out)
{
	size_t done = 0;

	if (!m->hide || !m->hide->n) {
		buf_add(out, p, n);
		return;
	}
	if (m->n_held && n)
		done = over_the_cut(m, p, n, out);
	if (m->n_held || done == n)
		return;
	done += scan(m, p + done, n - done, false, out);
	m->n_held = n - done;
	memcpy(m->held, p + done, m->n_held);
}

void mask_end(struct mask *m, struct buf *out)
{
	if (m->n_held)
		scan(m, m->held, m->n_held, true, out);
	mem_wipe(m->held, sizeof(m->held));
	m->n_held = m->inside = 0;
	m->shown = false;
}

char *mask_text(const struct hide *h, const char *text)
{
	struct mask m = { .hide = h };
	struct buf out = BUF_INIT;

	if (!text)
		return NULL;
	mask_add(&m, text, strlen(text), &out);
	mask_end(&m, &out);
	return buf_take(&out);
}
