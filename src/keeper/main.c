/* The keeper as a process: what it opens, in which order, and how it leaves. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "err.h"
#include "expr.h"
#include "fsio.h"
#include "keeper.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "keeper_paths.h"
#include "keeper_proof.h"
#include "keeper_stage.h"
#include "keeper_start.h"
#include "loop.h"
#include "mem.h"
#include "str.h"
#include "vault.h"
#include "version.h"

extern char **environ;

enum { LOG_MAX = 1 << 20, BUSY_STEP_MS = 5 };
#define LINGER (2 * CLOCK_S)
#define BUSY_LIMIT (2 * CLOCK_S)

const char *keeper_version(void)
{
	return BLACKSTART_VERSION;
}

/* --- passes ----------------------------------------------------------------------------------- */

static void nothing(void *ctx)
{
	struct keeper *k = ctx;

	k->again = NULL;
}

void keeper_again(struct keeper *k)
{
	loop_cancel(k->again);
	k->again = loop_after(k->loop, 0, nothing, k);
}

void keeper_soon(struct keeper *k)
{
	if (!k->again)
		k->again = loop_after(k->loop, 5 * CLOCK_MS, nothing, k);
}

void keeper_stop(struct keeper *k, int status)
{
	k->leaving = true;
	k->status = status;
	keeper_again(k);
}

static void linger_ends(void *ctx)
{
	struct keeper *k = ctx;

	k->linger = NULL;
	keeper_stop(k, 0);
}

/* The run is over: those who look may read its last rows, then nobody is needed. */
static void wind_up(struct keeper *k)
{
	if (!k->closed || k->leaving || vouch_waits(k))
		return;
	if (!k->linger)
		k->linger = loop_after(k->loop, LINGER, linger_ends, k);
	if (!clients_there(k))
		keeper_stop(k, 0);
}

static void pass(void *ctx)
{
	struct keeper *k = ctx;

	clients_step(k);
	procs_step(k);
	digest_step(k);
	proof_step(k);
	orphan_step(k);
	contacts_step(k);
	stage_step(k);
	flush_step(k);
	vouch_step(k);
	wind_up(k);
	watch_after(k);
	if (k->leaving && (!k->batch.n || k->trouble.on))
		loop_stop(k->loop, k->status);
}

/* --- starting --------------------------------------------------------------------------------- */

/* Standard error goes to a file that cannot fill a disk: what stands in it is for the person who
 * wants to know why a keeper is gone. */
static void open_log(const struct keeper *k)
{
	char *path = mem_printf("%s/keeper.log", k->dir);
	struct stat st;
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;

	if (stat(path, &st) == 0 && st.st_size > LOG_MAX)
		flags |= O_TRUNC;
	int fd = open(path, flags, k->team ? 0660 : 0600);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
	free(path);
}

/* Where a record was moved here, what ran before the move is under the old folder's holder. */
static void read_before(struct keeper *k)
{
	char *path = mem_printf("%s/before", k->dir);
	struct buf text = BUF_INIT;

	if (fsio_read(path, 8192, &text, NULL) == 0 && text.len) {
		while (text.len && text.data[text.len - 1] == '\n')
			buf_cut(&text, text.len - 1);
		k->posts[POST_OLD] = post_new(k, buf_str(&text));
	}
	buf_release(&text);
	free(path);
}

/* The ballast is there for this: a run must be able to go on when the disk is full. */
static bool give_up_ballast(const struct keeper *k)
{
	char *path = mem_printf("%s.ballast", k->journal_path);
	bool was_there = unlink(path) == 0;

	free(path);
	return was_there;
}

/* Another program may be writing just now. There is no loop yet that could come back to it. */
static int open_record(struct keeper *k, struct err *err)
{
	int flags = JOURNAL_WRITE | (k->team ? JOURNAL_TEAM : 0);
	int64_t until = clock_now().boot + BUSY_LIMIT;
	int r;

	do {
		r = journal_open(k->journal_path, flags, &k->journal, err);
		if (r == ERR_FULL && give_up_ballast(k)) {
			k->trouble.ballast_gone = true;
			continue;
		}
		if (!r)
			r = journal_run_continue(k->journal, k->run, err);
		if (r) {
			journal_close(k->journal);
			k->journal = NULL;
		}
		if (r == ERR_BUSY)
			poll(NULL, 0, BUSY_STEP_MS);
	} while (r == ERR_BUSY && clock_now().boot < until);
	return r;
}

static int open_all(struct keeper *k, struct err *err)
{
	int r = keeper_path_make(k->journal_path, k->run, k->team, err);

	if (!r)
		r = keeper_path_here(k->dir, k->run, err);
	if (!r)
		r = keeper_lock(k->dir, k->team, &k->lock_fd, err);
	if (r)
		return r;
	open_log(k);
	read_before(k);
	k->posts[POST_OWN] = post_new(k, k->dir);
	r = open_record(k, err);
	if (!r)
		r = expr_open(&k->expr, err);
	if (r)
		return r;
	k->capturer = capturer_new();
	feed_eval(k);
	k->loop = loop_new();
	watch_start(k);
	vouch_start(k);
	r = recover_run(k, err);
	if (!r)
		r = clients_listen(k, err);
	if (!r)
		recover_commands(k);
	return r;
}

/* --- leaving ---------------------------------------------------------------------------------- */

static void close_all(struct keeper *k)
{
	char *sock = mem_printf("%s/keeper.sock", k->dir);

	tidy_quit(k);
	if (k->loop)
		vouch_stop(k);
	if (k->replayed)
		sheet_write(k);
	if (k->listen_fd >= 0)
		unlink(sock);
	clients_free(k);
	attach_free(k);
	procs_free(k);
	digest_free(k);
	proof_free(k);
	orphan_release(k);
	elsewhere_release(k);
	contacts_release(k);
	stage_close(k);
	trouble_release(k);
	watch_stop(k);
	output_close(k->output);
	journal_close(k->journal);
	journal_close(k->journal_before);
	expr_close(k->expr);
	capturer_free(k->capturer);
	engine_free(k->engine);
	books_release(&k->books);
	secrets_release(&k->secrets);
	event_list_release(&k->batch);
	action_list_release(&k->later);
	loop_free(k->loop);
	tidy_folder(k);
	free(k->chunks);
	free(k->chunk);
	free(k->replies);
	free(k->journal_path);
	free(k->run);
	free(k->dir);
	free(k->sheet_path);
	free(sock);
}

/* --- the verb --------------------------------------------------------------------------------- */

static bool read_args(struct keeper *k, int argc, char **argv)
{
	int64_t fd = -1;

	for (int i = 2; i + 1 < argc; i += 2) {
		if (str_eq(argv[i], "--journal"))
			k->journal_path = mem_dup(argv[i + 1]);
		else if (!str_eq(argv[i], "--parent") || !str_to_i64(argv[i + 1], &fd))
			return false;
	}
	if (argc < 2 || argc % 2 || !k->journal_path || k->journal_path[0] != '/')
		return false;
	k->parent_fd = (int)fd;
	k->run = mem_dup(argv[1]);
	return true;
}

static void be_quiet(void)
{
	(void)!chdir("/"); /* nobody's file system is held by us */
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_NAME, "blackstart");
	vault_no_core(true);
}

static struct keeper *keeper_new(void)
{
	struct keeper *k = mem_alloc(sizeof(*k));

	k->lock_fd = k->old_lock_fd = k->listen_fd = k->parent_fd = -1;
	k->trouble.aside_fd = -1;
	k->tick_at = -1;
	k->rows = 24;
	k->cols = 80;
	k->environ_base = environ;
	return k;
}

static int serve(struct keeper *k)
{
	struct err err = { 0 };
	int r;

	k->dir = keeper_run_dir(k->journal_path, k->run);
	k->sheet_path = keeper_sheet_path(k->journal_path, k->run);
	k->team = keeper_path_team(k->journal_path);
	k->umask = umask(k->team ? 0007 : 0077);
	keeper_start_take(k->parent_fd, &k->secrets);
	r = open_all(k, &err);
	if (r)
		fprintf(stderr, "blackstart keeper %s: %s\n", k->run, err.text);
	else
		err = (struct err){ 0 }; /* of what succeeded at a later try */
	keeper_start_tell(k->parent_fd, &err);
	if (r)
		return 1;
	sheet_touch(k);
	loop_before_sleep(k->loop, pass, k);
	r = loop_run(k->loop, &err);
	if (r < 0)
		fprintf(stderr, "blackstart keeper %s: %s\n", k->run, err.text);
	return r < 0 ? 1 : r;
}

int keeper_verb(int argc, char **argv)
{
	struct keeper *k = keeper_new();
	int status = 2;

	be_quiet();
	if (read_args(k, argc, argv))
		status = serve(k);
	else
		fprintf(stderr, "blackstart keeper: RUN --journal /PATH [--parent FD]\n");
	if (k->dir)
		close_all(k);
	else
		free(k->journal_path);
	free(k);
	return status;
}
