/* Which runs there are. */
#include <stdlib.h>

#include "bind.h"
#include "buf.h"
#include "column.h"
#include "err.h"
#include "journal_own.h"
#include "kind.h"
#include "mem.h"
#include "removal.h"

enum { RUNS_SLICE = 32 };

struct known_run {
	struct run_row row;
	int64_t n;
};

static char *dup_column(sqlite3_stmt *st, int column)
{
	return mem_dup((const char *)sqlite3_column_text(st, column));
}

static int read_known(struct journal *j, sqlite3_stmt *st, int64_t before, struct known_run *ret,
		      struct err *err)
{
	const char *run = (const char *)sqlite3_column_text(st, 1);
	int64_t n = sqlite3_column_int64(st, 0);
	if (n >= before || journal_run_id_check(run, NULL))
		return err_set(err, ERR_CORRUPT,
			       "journal %s: row %lld of the machine's chain names "
			       "no run",
			       j->db.path, (long long)n);
	*ret = (struct known_run){
		.n = n,
		.row = {
			.title = dup_column(st, 2),
			.mode = dup_column(st, 3),
			.verdict = dup_column(st, 4),
			.runbook = dup_column(st, 5),
			.opened_wall = sqlite3_column_int64(st, 6),
			.closed_wall = sqlite3_column_int64(st, 7),
			.last_wall = sqlite3_column_int64(st, 8),
			.events = sqlite3_column_int64(st, 9),
			.folder = dup_column(st, 10),
			.success = sqlite3_column_int(st, 11) == 1,
			.environment = dup_column(st, 12),
			.way = dup_column(st, 13),
			.who = dup_column(st, 14),
			.sha256 = dup_column(st, 15),
			.scenario = dup_column(st, 16),
		},
	};
	memcpy(ret->row.run, run, strlen(run));
	return 0;
}

static void release_known(struct known_run *k, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(k[i].row.title);
		free(k[i].row.mode);
		free(k[i].row.verdict);
		free(k[i].row.runbook);
		free(k[i].row.folder);
		free(k[i].row.environment);
		free(k[i].row.way);
		free(k[i].row.who);
		free(k[i].row.sha256);
		free(k[i].row.scenario);
	}
}

int runs_last_event(struct journal *j, const char *run, struct last_event *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_EVENT_LAST, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	rc = bind_step(&b, &j->db, err);
	if (rc < 0)
		return rc;
	if (rc == 0)
		return err_set(err, ERR_NOTFOUND, "journal %s has no run %s", j->db.path, run);
	const uint8_t *hash = column_digest(st, 1);
	const char *kind = (const char *)sqlite3_column_text(st, 2);
	rc = 0;
	if (!hash || !kind) {
		rc = err_set(err, ERR_CORRUPT, "journal %s: the last event of run %s has no hash",
			     j->db.path, run);
	} else {
		ret->seq = sqlite3_column_int64(st, 0);
		memcpy(ret->hash, hash, HASH_LEN);
		ret->closed = strcmp(kind, word_of(WORDS_EVENT, EV_RUN_CLOSED)) == 0;
	}
	sqlite3_reset(st);
	return rc;
}

static int read_standing(struct journal *j, struct run_row *row, struct err *err)
{
	struct removal_standing s;
	int rc = removal_stands(j, row->run, &s, err);
	row->held = s.held;
	row->pruned = s.pruned;
	removal_standing_release(&s);
	return rc;
}

/* One transaction of a few rows, newest first, older than row `before` of the machine's chain. */
static int read_some(struct journal *j, int64_t before, struct known_run *ret, size_t *ret_n,
		     struct err *err)
{
	sqlite3_stmt *st = NULL;
	size_t n = 0;
	int rc = db_use(&j->db, SQL_RUNS, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, before);
	rc = bind_end(&b, &j->db, err);
	while (rc == 0 && n < RUNS_SLICE && (rc = db_step(&j->db, st, err)) == 1) {
		rc = read_known(j, st, before, &ret[n], err);
		if (rc == 0)
			before = ret[n++].n;
	}
	sqlite3_reset(st);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_standing(j, &ret[i].row, err);
	if (rc)
		release_known(ret, n);
	else
		*ret_n = n;
	return rc;
}

int journal_runs_some(struct journal *j, int64_t *at,
		      int (*fn)(void *ctx, const struct run_row *row), void *ctx, struct err *err)
{
	struct known_run some[RUNS_SLICE];
	size_t n = 0;
	bool stale = false;
	int rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = read_some(j, *at ? *at : INT64_MAX, some, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = fn(ctx, &some[i].row);
	if (rc == 0)
		*at = n == RUNS_SLICE ? some[n - 1].n : 0;
	release_known(some, n);
	return rc;
}

int journal_runs(struct journal *j, int (*fn)(void *ctx, const struct run_row *row), void *ctx,
		 struct err *err)
{
	int64_t at = 0;
	int rc;
	do
		rc = journal_runs_some(j, &at, fn, ctx, err);
	while (rc == 0 && at);
	return rc;
}

/* --- by part of its id ----------------------------------------------------------------------- */

static int none_fits(struct journal *j, const char *part, struct err *err)
{
	if (!part[0])
		return err_set(err, ERR_NOTFOUND, "journal %s: no run is on record", j->db.path);
	return err_set(err, ERR_NOTFOUND, "journal %s: no run begins or ends with %s", j->db.path,
		       part);
}

/* The rows fit, best first: an id that is exactly `part` is no question even where others go on. */
static int choose(struct journal *j, sqlite3_stmt *st, const char *part,
		  char ret_run[JOURNAL_RUN_ID_MAX], struct err *err)
{
	char found[JOURNAL_RUN_ID_MAX] = "";
	struct buf others = BUF_INIT;
	int rc, n = 0;
	while ((rc = db_step(&j->db, st, err)) == 1) {
		const char *run = (const char *)sqlite3_column_text(st, 0);
		if (journal_run_id_check(run, NULL))
			continue;
		if (n == 0)
			memcpy(found, run, strlen(run) + 1);
		buf_addf(&others, "%s%s", n ? ", " : "", run);
		n++;
		if (strcmp(run, part) == 0)
			break;
	}
	sqlite3_reset(st);
	if (rc >= 0)
		rc = 0;
	if (rc == 0 && n == 0)
		rc = none_fits(j, part, err);
	else if (rc == 0 && n > 1 && part[0])
		rc = err_set(err, ERR_EXISTS, "several runs begin or end with %s: %s%s", part,
			     buf_str(&others), n > 3 ? ", and more" : "");
	if (rc == 0)
		memcpy(ret_run, found, sizeof(found));
	buf_release(&others);
	return rc;
}

int journal_find_run(struct journal *j, const char *part, char ret_run[JOURNAL_RUN_ID_MAX],
		     struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool stale = false;
	if (!part)
		part = "";
	int rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = db_use(&j->db, part[0] ? SQL_RUN_FIND : SQL_RUN_NEWEST, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	if (part[0])
		bind_text(&b, part);
	rc = bind_end(&b, &j->db, err);
	return rc ? rc : choose(j, st, part, ret_run, err);
}
