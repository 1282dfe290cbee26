/* tool_floor_pipe COMMAND...: the command's output through a pipe, each block digested by SHA-256
 * and compressed by zstd at level 1, nothing kept. Prints the median of 5 rounds. */
#include <fcntl.h>
#include <openssl/evp.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include "floor.h"

enum { BLOCK = 1 << 18, PIPE_BYTES = 1 << 20 };

static size_t fill(int fd, char *block)
{
	size_t n = 0;
	ssize_t got = 1;
	while (n < BLOCK && got > 0) {
		got = read(fd, block + n, BLOCK - n);
		n += got > 0 ? (size_t)got : 0;
	}
	return n;
}

/* Bytes of output. */
static double run(char **argv)
{
	extern char **environ;
	static char block[BLOCK], packed[ZSTD_COMPRESSBOUND(BLOCK)];
	unsigned char digest[EVP_MAX_MD_SIZE];
	int fd[2], status;
	pid_t pid;
	size_t n;
	double bytes = 0;
	posix_spawn_file_actions_t files;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	ZSTD_CCtx *z = ZSTD_createCCtx();
	FLOOR_NEED(!pipe2(fd, O_CLOEXEC));
	(void)fcntl(fd[0], F_SETPIPE_SZ, PIPE_BYTES);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fd[1], 1);
	FLOOR_NEED(!posix_spawnp(&pid, argv[0], &files, NULL, argv, environ));
	posix_spawn_file_actions_destroy(&files);
	close(fd[1]);
	while ((n = fill(fd[0], block))) {
		EVP_DigestInit_ex(md, EVP_sha256(), NULL);
		EVP_DigestUpdate(md, block, n);
		EVP_DigestFinal_ex(md, digest, NULL);
		FLOOR_NEED(!ZSTD_isError(
			ZSTD_compressCCtx(z, packed, sizeof(packed), block, n, 1)));
		bytes += (double)n;
	}
	close(fd[0]);
	FLOOR_NEED(waitpid(pid, &status, 0) == pid && !status);
	EVP_MD_CTX_free(md);
	ZSTD_freeCCtx(z);
	return bytes;
}

int main(int argc, char **argv)
{
	double rate[FLOOR_ROUNDS];
	if (argc < 2) {
		fprintf(stderr, "usage: tool_floor_pipe COMMAND...\n");
		return 2;
	}
	for (int round = 0; round < FLOOR_ROUNDS; round++) {
		double began = floor_now(), bytes = run(argv + 1);
		rate[round] = bytes / 1e6 / (floor_now() - began);
	}
	printf("floor_pipe %.1f MB/s\n", floor_median(rate, FLOOR_ROUNDS));
	return 0;
}
