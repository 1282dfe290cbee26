/* Opening a run: its first event, with all that it stands on. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "engine.h"
#include "err.h"
#include "fill.h"
#include "fsio.h"
#include "hash.h"
#include "journal.h"
#include "keeper.h"
#include "keeper_git.h"
#include "keeper_paths.h"
#include "mem.h"
#include "runbook.h"
#include "version.h"

enum { TRIES = 8, TAIL = 4, BUSY_TRIES = 400, BUSY_MS = 5 };

/* "20261122-0321-k7q2": sorts by time, can be typed, and be told apart by its end. A drill's has
 * JOURNAL_DRILL in front. */
static void make_id(char ret[JOURNAL_RUN_ID_MAX], enum run_mode mode, struct moment now)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	time_t at = (time_t)(now.wall / CLOCK_S);
	uint8_t dice[TAIL];
	char tail[TAIL + 1] = "";
	struct tm tm;

	gmtime_r(&at, &tm);
	hash_random(dice, sizeof(dice));
	for (int i = 0; i < TAIL; i++)
		tail[i] = letters[dice[i] % (sizeof(letters) - 1)];
	snprintf(ret, JOURNAL_RUN_ID_MAX, "%s%04d%02d%02d-%02d%02d-%s",
		 mode == MODE_DRILL ? JOURNAL_DRILL : "", tm.tm_year + 1900, tm.tm_mon + 1,
		 tm.tm_mday, tm.tm_hour, tm.tm_min, tail);
}

/* The folder commands run in: the runbook's, or where we are. */
static char *folder_of(const char *path)
{
	char *dir = path ? fsio_dirname(path) : mem_dup(".");
	char *whole = realpath(dir, NULL);

	free(dir);
	return whole ? whole : mem_dup("/");
}

/* The runbook's files, and what is pinned beside them. Shallow: free() the list alone. */
static struct source_file *all_files(const struct keeper_run *r, size_t *ret_n)
{
	size_t own = r->book ? r->book->n_files : 0;
	struct source_file *all = mem_alloc((own + r->n_more + 1) * sizeof(*all));

	for (size_t i = 0; i < own + r->n_more; i++)
		all[i] = i < own ? r->book->files[i] : r->more[i - own];
	*ret_n = own + r->n_more;
	return all;
}

/* What the runbook acts on, as its parameters have it. A secret is not told, what is unknown not
 * guessed. The caller's to free(). */
static char *environment_of(const struct keeper_run *r)
{
	const char *text = r->book ? r->book->environment : NULL;
	struct buf name = BUF_INIT;
	bool known = false;

	if (text && !fill_known(&name, text, r->params, r->n_params, &known, NULL) && known &&
	    name.len)
		return buf_take(&name);
	buf_release(&name);
	return NULL;
}

static void fill_opening(struct opening *o, const struct keeper_run *r, const char *cwd,
			 const char *environment, const struct git_state *git)
{
	*o = (struct opening){
		.title = r->book ? r->book->title : r->title,
		.path = r->path,
		.version = BLACKSTART_VERSION,
		.commit = BLACKSTART_COMMIT,
		.git_commit = git->commit[0] ? git->commit : NULL,
		.git_dirty = git->dirty,
		.reason = r->reason,
		.mode = r->mode,
		.way = r->way,
		.seed = r->seed,
		.pace = r->pace,
		.scenario = r->scenario,
		.params = r->params,
		.n_params = r->n_params,
		.cwd = cwd,
		.environment = environment,
		.findings = r->findings,
		.boot_id = clock_boot_id(),
		.actor = r->actor,
	};
}

/* There is no loop here yet: another writer is waited for in small steps, two seconds at most. */
static bool again(int r, int *tries)
{
	if (r != ERR_BUSY || ++*tries > BUSY_TRIES)
		return false;
	poll(NULL, 0, BUSY_MS);
	return true;
}

static int write_first(struct journal *j, struct opening *o, char *ret_run, struct err *err)
{
	char run[JOURNAL_RUN_ID_MAX];
	int r = ERR_EXISTS, busy = 0;

	for (int i = 0; i < TRIES && r == ERR_EXISTS; i++) {
		struct event first;
		o->now = clock_now();
		make_id(run, o->mode, o->now);
		o->run = run;
		engine_opening(&first, o);
		do
			r = journal_run_open(j, run, &first, o->files, o->n_files, err);
		while (again(r, &busy));
		event_release(&first);
	}
	if (!r)
		memcpy(ret_run, run, sizeof(run));
	return r;
}

int keeper_open_run(const struct keeper_run *r, char *ret_run, struct err *err)
{
	int flags = JOURNAL_WRITE | (r->team ? JOURNAL_TEAM : 0);
	char *cwd = folder_of(r->path), *environment = environment_of(r);
	struct source_file *files = NULL;
	struct journal *j = NULL;
	struct opening opening;
	struct git_state git = { 0 };
	struct git_job job;
	int result, busy = 0;

	git_begin(&job, r->book ? cwd : NULL, r->path);
	do
		result = journal_open(r->journal, flags, &j, err);
	while (again(result, &busy));
	git_end(&job, &git);
	if (result)
		goto out;
	fill_opening(&opening, r, cwd, environment, &git);
	opening.files = files = all_files(r, &opening.n_files);
	result = write_first(j, &opening, ret_run, err);
	if (result == ERR_FULL && journal_ballast_release(j))
		result = write_first(j, &opening, ret_run, err);
	if (!result)
		result = keeper_path_make(r->journal, ret_run, r->team, err);
	if (!result)
		journal_ballast_keep(j);
out:
	if (result)
		journal_close(j);
	else
		journal_leave(j); /* to the keeper that comes next */
	free(files);
	free(cwd);
	free(environment);
	return result;
}
