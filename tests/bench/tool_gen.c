/* tool_gen MB [RATE]: that many million bytes in lines of 80, as fast as they are taken, or so many
 * million in a second. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 80, LINES = 800, BLOCK = LINE * LINES };

static double now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static char block[BLOCK];
	double rate = argc == 3 ? strtod(argv[2], NULL) * 1e6 : 0, due = now();
	long long left = argc >= 2 ? strtoll(argv[1], NULL, 10) * 1000000 : 0;
	for (int i = 0; i < LINES; i++) {
		char line[LINE + 1];
		snprintf(line, sizeof(line), "%06d %-*s\n", i, LINE - 8,
			 "the quick brown fox jumps over the lazy dog, and writes it down: 0x1f2e");
		memcpy(block + i * LINE, line, LINE);
	}
	while (left > 0) {
		size_t n = left < BLOCK ? (size_t)left : BLOCK, done = 0;
		while (done < n) {
			ssize_t w = write(STDOUT_FILENO, block + done, n - done);
			if (w < 0 && errno != EINTR)
				return 1;
			done += w > 0 ? (size_t)w : 0;
		}
		left -= (long long)n;
		due += rate > 0 ? (double)n / rate : 0;
		if (rate > 0 && due > now() + 0.001)
			poll(NULL, 0, (int)((due - now()) * 1e3));
	}
	return 0;
}
