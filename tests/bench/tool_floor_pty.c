/* tool_floor_pty COMMAND...: the command on a cooked pty, its output read and counted, nothing
 * more. Prints the median of 5 rounds. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

enum { BLOCK = 1 << 16 };

static double run(char **argv)
{
	static char block[BLOCK];
	struct winsize ws = { .ws_row = 24, .ws_col = 80 };
	int master, status;
	ssize_t n;
	double bytes = 0;
	pid_t pid = forkpty(&master, NULL, NULL, &ws);
	FLOOR_NEED(pid >= 0);
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	while ((n = read(master, block, sizeof(block))) > 0)
		bytes += (double)n;
	FLOOR_NEED(n == 0 || errno == EIO);
	close(master);
	FLOOR_NEED(waitpid(pid, &status, 0) == pid && !status);
	return bytes;
}

int main(int argc, char **argv)
{
	double rate[FLOOR_ROUNDS];
	if (argc < 2) {
		fprintf(stderr, "usage: tool_floor_pty COMMAND...\n");
		return 2;
	}
	for (int round = 0; round < FLOOR_ROUNDS; round++) {
		double began = floor_now(), bytes = run(argv + 1);
		rate[round] = bytes / 1e6 / (floor_now() - began);
	}
	printf("floor_pty %.1f MB/s\n", floor_median(rate, FLOOR_ROUNDS));
	return 0;
}
