/* tool_holder_bench steps|pipe|pty COUNT FOLDER COMMAND...: the holder alone, no record: steps one
 * after the other (each forgotten before the next), or one command's output into its spool. Prints
 * the median of 5 rounds and the holder's peak of memory. */
#include <string.h>

#include "err.h"
#include "floor.h"
#include "holder.h"
#include "loop.h"

struct bench {
	struct loop *loop;
	struct holder *h;
	bool prepared, ended, gone;
	int64_t bytes;
	int fate;
};

static void on_prepared(void *ctx, const struct holder_status *st)
{
	(void)st;
	((struct bench *)ctx)->prepared = true;
}

static void on_refused(void *ctx, const char *token, int sys, const char *why)
{
	(void)ctx;
	fprintf(stderr, "%s refused: %s (%d)\n", token, why, sys);
	exit(1);
}

static void on_running(void *ctx, const struct holder_status *st)
{
	(void)ctx;
	(void)st;
}

static void on_ended(void *ctx, const struct holder_status *st)
{
	struct bench *b = ctx;
	b->ended = true;
	b->bytes = st->bytes[0] + st->bytes[1] + st->bytes[2];
	b->fate = st->fate;
}

static void on_output(void *ctx, const char *token)
{
	(void)ctx;
	(void)token;
}

static void on_stuck(void *ctx, const char *token, const char *who)
{
	(void)ctx;
	(void)token;
	(void)who;
}

static void on_gone(void *ctx)
{
	((struct bench *)ctx)->gone = true;
}

static void until(struct bench *b, const bool *flag)
{
	while (!*flag && !b->gone)
		FLOOR_NEED(!loop_run_once(b->loop, -1, NULL));
}

static void one(struct bench *b, const char *token, char **argv, bool terminal)
{
	extern char **environ;
	struct holder_spec spec = {
		.token = token,
		.argv = (const char *const *)argv,
		.env = (const char *const *)environ,
		.terminal = terminal,
	};
	b->prepared = b->ended = false;
	FLOOR_NEED(!holder_prepare(b->h, &spec, NULL));
	until(b, &b->prepared);
	FLOOR_NEED(!holder_go(b->h, token, NULL));
	until(b, &b->ended);
	FLOOR_NEED(b->fate == HOLDER_EXITED);
	FLOOR_NEED(!holder_forget(b->h, token, NULL));
}

static long peak_kb(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

static double round_of(struct bench *b, const char *what, long count, char **argv, int round)
{
	char token[HOLDER_TOKEN_MAX];
	double began = floor_now();
	if (strcmp(what, "steps")) {
		snprintf(token, sizeof(token), "flood%d", round);
		one(b, token, argv, !strcmp(what, "pty"));
		return (double)b->bytes / 1e6 / (floor_now() - began);
	}
	for (long i = 0; i < count; i++) {
		snprintf(token, sizeof(token), "t%d.%ld", round, i);
		one(b, token, argv, false);
	}
	return (floor_now() - began) * 1000 / (double)count;
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };
	struct err err;
	double v[FLOOR_ROUNDS];
	struct holder_calls calls = {
		.ctx = &b, .prepared = on_prepared, .refused = on_refused, .running = on_running,
		.ended = on_ended, .output = on_output, .stuck = on_stuck, .gone = on_gone,
	};
	if (argc == 4 && !strcmp(argv[1], "holder"))
		return holder_main(argv[3], argv[2]);
	if (argc < 5) {
		fprintf(stderr,
			"usage: tool_holder_bench steps|pipe|pty COUNT FOLDER COMMAND...\n");
		return 2;
	}
	b.loop = loop_new();
	if (holder_connect(b.loop, argv[3], "bench", &calls, &b.h, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (int round = 0; round < FLOOR_ROUNDS; round++)
		v[round] = round_of(&b, argv[1], strtol(argv[2], NULL, 10), argv + 4, round);
	printf("holder_%s %.4f %s\n", argv[1], floor_median(v, FLOOR_ROUNDS),
	       strcmp(argv[1], "steps") ? "MB/s" : "ms/step");
	printf("holder_%s_peak %ld KiB\n", argv[1], peak_kb(holder_pid(b.h)));
	FLOOR_NEED(!holder_quit(b.h, NULL));
	until(&b, &b.gone);
	holder_disconnect(b.h);
	loop_free(b.loop);
	return 0;
}
