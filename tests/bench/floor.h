/* What the floors share: a clock, a median, an end for what cannot go on. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FLOOR_ROUNDS = 5 };

static inline double floor_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static inline int floor_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static inline double floor_median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), floor_by_size);
	return v[n / 2];
}

#define FLOOR_NEED(condition)                                              \
	do {                                                               \
		if (!(condition)) {                                        \
			perror(#condition);                                \
			exit(1);                                           \
		}                                                          \
	} while (0)

#endif
