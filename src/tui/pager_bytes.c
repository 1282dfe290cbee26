/* Bytes of a stream, and where its lines begin. A line begins at 0, after a line feed, and where
 * two blocks meet if there is no line feed in the first of them: so it can be told from near by,
 * forwards and backwards, however long a line is. */
#include <string.h>

#include "client.h"
#include "pagerint.h"

enum {
	WINDOW_BEFORE = 2 * PAGER_BLOCK,
	WINDOW = 8 * PAGER_BLOCK,
	HOLE = 4096,         /* what cannot be read is stepped over by these */
};

void pager_read(struct pager *p, int64_t from, size_t n, struct buf *to)
{
	int64_t left = p->size - from, next;

	if (left <= 0)
		return;
	n = (int64_t)n < left ? n : (size_t)left;
	while (n) {
		size_t before = to->len, got;

		client_output(p->c, p->token, p->stream, from, n, to, &next, NULL);
		got = to->len - before;
		if (!got) {
			got = HOLE - (size_t)(from % HOLE);
			got = got < n ? got : n;
			for (size_t i = 0; i < got; i++)
				buf_addc(to, '\0');
			p->missing = true;
		}
		from += (int64_t)got;
		n -= got;
	}
}

void pager_forget(struct pager *p)
{
	buf_clear(&p->win);
	p->win_from = 0;
	p->missing = false;
}

const char *pager_at(struct pager *p, int64_t from, size_t want, size_t *ret_n)
{
	int64_t end = from + (int64_t)want < p->size ? from + (int64_t)want : p->size;
	int64_t have = p->win_from + (int64_t)p->win.len;

	if (from < p->win_from || from > have || end > p->win_from + 2 * WINDOW) {
		buf_clear(&p->win);
		p->win_from = from > WINDOW_BEFORE ? from - WINDOW_BEFORE : 0;
		have = p->win_from;
	}
	if (end > have) {
		int64_t to = end + WINDOW / 2;

		pager_read(p, have, (size_t)(to - have), &p->win);
		have = p->win_from + (int64_t)p->win.len;
	}
	*ret_n = end > from && have > from ? (size_t)((end < have ? end : have) - from) : 0;
	return buf_str(&p->win) + (*ret_n ? from - p->win_from : 0);
}

size_t pager_break(const char *s, size_t n, int64_t from, bool end)
{
	size_t over = (size_t)(from % PAGER_BLOCK);
	size_t most = (over ? PAGER_BLOCK - over : 0) + PAGER_BLOCK;
	const char *at = memchr(s, '\n', n < most ? n : most);

	if (at)
		return (size_t)(at - s) + 1;
	return n >= most ? most : end ? n : 0;
}

int64_t pager_next(struct pager *p, int64_t at)
{
	size_t n;
	const char *s = pager_at(p, at, 2 * PAGER_BLOCK, &n);

	return at + (int64_t)pager_break(s, n, at, true);
}

int64_t pager_line(struct pager *p, int64_t at)
{
	int64_t block = at - at % PAGER_BLOCK;
	int64_t from = block > PAGER_BLOCK ? block - PAGER_BLOCK : 0, line;
	size_t n;
	const char *s = pager_at(p, from, (size_t)(at - from), &n);
	const char *feed = memrchr(s, '\n', n);

	if (!feed && from > 0)
		return block;
	line = feed ? from + (feed - s) + 1 : from;
	for (;;) {
		int64_t next = pager_next(p, line);

		if (next > at || next == line)
			return line;
		line = next;
	}
}

int64_t pager_prev(struct pager *p, int64_t at)
{
	return at > 0 ? pager_line(p, at - 1) : 0;
}
