#include "prune_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "holder.h"
#include "journal.h"
#include "keeping.h"
#include "mem.h"
#include "removal.h"
#include "verbs.h"

/* --- in use? ---------------------------------------------------------------------------------- */

/* Below run/RUN: where keepers and holders of a run have their locks, and what holders have. */
static const char *const folders[] = { "", "/send" };
static const char *const locks[] = { "/keeper.lock", "/holder.lock", "/send/holder.lock" };

static char *below(struct journal *j, const char *run, const char *name)
{
	char *folder = fsio_dirname(journal_path(j));
	char *path = mem_printf("%s/run/%s%s", folder, run, name);

	free(folder);
	return path;
}

static bool is_locked(struct journal *j, const char *run, const char *name)
{
	char *path = below(j, run, name);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool locked = fd < 0 ? errno != ENOENT && errno != ENOTDIR :
		flock(fd, LOCK_EX | LOCK_NB) != 0;

	if (fd >= 0)
		close(fd);
	free(path);
	return locked;
}

bool prune_run_in_use(struct journal *j, const char *run)
{
	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++)
		if (is_locked(j, run, locks[i]))
			return true;
	return false;
}

/* What a holder that was killed had not given back. */
static void clear_spools(struct journal *j, const char *run)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = below(j, run, folders[i]);

		(void)holder_clear(path);
		free(path);
	}
}

/* --- the run ---------------------------------------------------------------------------------- */

static int is_whole(struct journal *j, const struct prune_run *r, const struct prune_rule *rule)
{
	struct verify_result v = { 0 };
	struct err err = { 0 };
	int rc;

	if (rule->whole)
		PATIENTLY(rc, journal_verify_outputs(j, r->run, &v, &err));
	else
		PATIENTLY(rc, journal_verify(j, r->run, true, &v, &err));
	if (rc)
		return cli_fail(&err);
	if (v.whole)
		return CLI_OK;
	cli_say("run %s stays: the record is NOT WHOLE: %s", r->run, v.text);
	return CLI_ENDED;
}

/* A disk that is full is a reason to prune: what was put by for that is given up. */
static int add(struct journal *j, struct removal *row, bool *spent, struct err *err)
{
	int rc;

	PATIENTLY(rc, removal_add(j, row, err));
	if (rc == ERR_FULL && journal_ballast_release(j)) {
		*spent = true;
		PATIENTLY(rc, removal_add(j, row, err));
	}
	return rc;
}

static int put(struct journal *j, const struct prune_run *r, const struct prune_rule *rule)
{
	struct removal row = {
		.what = REMOVAL_PRUNED, .wall = rule->wall, .who = rule->who, .why = rule->why,
		.payloads = "", .outputs = "", .rest = "{}",
	};
	struct err err = { 0 };
	int rc;

	memcpy(row.run, r->run, sizeof(row.run));
	rc = add(j, &row, rule->spent, &err);
	if (rc == 0 || rc == ERR_EXISTS) /* somebody else was faster */
		return CLI_OK;
	cli_say("run %s stays: %s", r->run, err.text);
	return rc == ERR_DENIED || rc == ERR_BUSY ? CLI_ENDED : CLI_JOURNAL;
}

/* An earlier prune was stopped before the file was gone; since then somebody may hold it. */
static int may_go_on(struct journal *j, const struct prune_run *r)
{
	struct removal_standing s;
	struct err err = { 0 };
	int rc, status = CLI_OK;

	PATIENTLY(rc, removal_stands(j, r->run, &s, &err));
	if (rc) {
		status = cli_fail(&err);
	} else if (s.held) {
		cli_say("run %s stays: it is under hold", r->run);
		status = CLI_ENDED;
	}
	removal_standing_release(&s);
	return status;
}

static void tell(struct journal *j, const struct prune_run *r, int64_t freed, struct buf *out)
{
	int64_t outputs = 0, steps = 0;

	if (removal_printed(j, r->run, &outputs, &steps, NULL))
		return;
	buf_addf(out, "run %s: ", r->run);
	keeping_count(out, outputs, "piece");
	buf_adds(out, " of output of ");
	keeping_count(out, steps, "step");
	buf_addf(out, " removed, %lld bytes freed\n", (long long)freed);
}

int prune_run(struct journal *j, const struct prune_run *r, const struct prune_rule *rule,
	      int64_t *ret_freed, struct buf *out)
{
	struct err err = { 0 };
	int rc, status;

	rc = prune_run_in_use(j, r->run) ? ERR_BUSY : output_may_go(j, r->run, &err);
	if (rc) {
		cli_say("run %s stays: %s", r->run, rc == ERR_BUSY ? "its files are in use just now"
			: err.text);
		return CLI_ENDED;
	}
	status = r->pruned ? may_go_on(j, r) : is_whole(j, r, rule);
	if (status == CLI_OK && !r->pruned)
		status = put(j, r, rule);
	if (status)
		return status;
	clear_spools(j, r->run);
	PATIENTLY(rc, output_prune(j, r->run, ret_freed, &err));
	if (rc) {
		cli_say("run %s is pruned on record, but its file could not be removed: %s; the "
			"next prune does it", r->run, err.text);
		return CLI_ENDED;
	}
	tell(j, r, *ret_freed, out);
	return CLI_OK;
}
