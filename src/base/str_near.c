/* "Did you mean": how far two words are apart. */
#include "str.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static int least(int a, int b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Fills row i of the table from the two rows above it; returns the row's smallest value. Only cells
 * within max of the diagonal can matter; the others hold max + 1. */
static int fill_row(const char *a, const char *b, size_t m, size_t i, int max, int *const rows[3])
{
	const int *above2 = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
	int *row = rows[i % 3];
	size_t band = (size_t)max;
	size_t from = i > band ? i - band : 1, to = i + band < m ? i + band : m;
	row[from - 1] = from == 1 ? least((int)i, max + 1) : max + 1;
	int smallest = row[from - 1];
	for (size_t j = from; j <= to; j++) {
		int v = above[j - 1] + (a[i - 1] != b[j - 1]);
		v = least(v, row[j - 1] + 1);
		v = least(v, above[j] + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			v = least(v, above2[j - 2] + 1);
		row[j] = least(v, max + 1);
		smallest = least(smallest, row[j]);
	}
	if (to < m)
		row[to + 1] = max + 1;
	return smallest;
}

int str_distance(const char *a, const char *b, int max)
{
	size_t n = strlen(a), m = strlen(b);
	size_t gap = n > m ? n - m : m - n;
	if (max < 0 || gap > (size_t)max)
		return max + 1;
	int *cells = mem_grow(NULL, 3 * (m + 1), sizeof(*cells));
	int *const rows[3] = { cells, cells + (m + 1), cells + 2 * (m + 1) };
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j <= (size_t)max ? (int)j : max + 1;
	int smallest = 0;
	for (size_t i = 1; i <= n && smallest <= max; i++)
		smallest = fill_row(a, b, m, i, max, rows);
	int distance = smallest <= max ? rows[n % 3][m] : max + 1;
	free(cells);
	return distance;
}

static char *lower_dup(const char *s)
{
	char *copy = mem_dup(s);
	for (char *p = copy; *p; p++)
		*p = lower(*p);
	return copy;
}

const char *str_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t third = strlen(word) / 3;
	int max = third < 1 ? 1 : third > 3 ? 3 : (int)third;
	const char *nearest = NULL;
	char *w = lower_dup(word);
	for (size_t i = 0; i < n && max >= 0; i++) {
		if (!candidates[i])
			continue;
		char *c = lower_dup(candidates[i]);
		int d = str_distance(w, c, max);
		free(c);
		if (d <= max) {
			nearest = candidates[i];
			max = d - 1; /* the next must be closer */
		}
	}
	free(w);
	return nearest;
}
