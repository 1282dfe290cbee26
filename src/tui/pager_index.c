/* Numbers of lines: counted beside the reading, kept in memory that does not grow. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "pagerint.h"

void pager_index_clear(struct pager *p)
{
	struct pager_index *x = &p->ix;

	if (!x->at)
		x->at = mem_alloc(PAGER_MARKS * sizeof *x->at);
	x->n = 0;
	x->every = 1;
	x->lines = x->done = 0;
}

/* Every other mark goes when no more fit. */
static void mark(struct pager_index *x, int64_t at)
{
	if (x->lines % x->every)
		return;
	if (x->n == PAGER_MARKS) {
		for (size_t i = 0; i < PAGER_MARKS / 2; i++)
			x->at[i] = x->at[2 * i];
		x->n = PAGER_MARKS / 2;
		x->every *= 2;
		if (x->lines % x->every)
			return;
	}
	x->at[x->n++] = at;
}

/* Lines that end in the bytes of p->work; returns how many bytes they are. The last line of what
 * still grows has no end yet. */
static size_t count(struct pager *p)
{
	struct pager_index *x = &p->ix;
	const char *s = buf_str(&p->work);
	size_t i = 0, len;

	while (i < p->work.len) {
		len = pager_break(s + i, p->work.len - i, x->done + (int64_t)i,
				   p->ended && x->done + (int64_t)p->work.len >= p->size);
		if (!len)
			break;
		mark(x, x->done + (int64_t)i);
		x->lines++;
		i += len;
	}
	x->done += (int64_t)i;
	return i;
}

bool pager_index_slice(struct pager *p, int64_t end_ns)
{
	do {
		buf_clear(&p->work);
		if (p->ix.done < p->size)
			pager_read(p, p->ix.done, PAGER_READ, &p->work);
		if (!count(p))
			return false;
	} while (clock_now().boot < end_ns);
	return true;
}

int64_t pager_number(struct pager *p, int64_t at)
{
	struct pager_index *x = &p->ix;
	size_t low = 0, high = x->n;
	int64_t line, from;

	if (at > x->done)
		return 0;
	if (at == x->done)
		return x->lines + 1;
	while (low + 1 < high) {
		size_t mid = (low + high) / 2;

		if (x->at[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	if (!x->n)
		return 0;
	line = (int64_t)low * x->every + 1;
	for (from = x->at[low]; from < at; line++) {
		int64_t next = pager_next(p, from);

		if (next <= from)
			return 0;
		from = next;
	}
	return line;
}

int64_t pager_place(struct pager *p, int64_t line)
{
	struct pager_index *x = &p->ix;
	int64_t at;

	if (line < 1 || line > x->lines)
		return -1;
	at = x->at[(line - 1) / x->every];
	for (int64_t i = (line - 1) % x->every; i > 0; i--)
		at = pager_next(p, at);
	return at;
}
