/* From an older format to today's, and whether the file still has what the steps made. */
#include "db.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"

/* --- migration ------------------------------------------------------------------------------- */

/* One step in a transaction of its own. The format is asked again inside it: somebody else may have
 * taken the step since. */
static int take_step(struct db *d, int64_t *format, struct err *err)
{
	char number[64];
	int rc = db_begin(d, true, err);
	if (rc)
		return rc;
	rc = db_pragma_int(d, "PRAGMA user_version", format, err);
	if (rc || *format >= d->kind->n_steps) {
		db_rollback(d);
		return rc;
	}
	sqlite3_snprintf(sizeof(number), number, "PRAGMA user_version=%d", (int)*format + 1);
	int sq = sqlite3_exec(d->h, d->kind->steps[*format], NULL, NULL, NULL);
	if (sq == 0 && *format == 0) {
		char app[64];
		sqlite3_snprintf(sizeof(app), app, "PRAGMA application_id=%d", d->kind->app_id);
		sq = sqlite3_exec(d->h, app, NULL, NULL, NULL);
	}
	if (sq == 0)
		sq = sqlite3_exec(d->h, number, NULL, NULL, NULL);
	if (sq) {
		rc = db_fail(d, sq, err);
		db_rollback(d);
		return err_context(err, rc, "migration to format %d", (int)*format + 1);
	}
	rc = db_commit(d, err);
	if (rc == 0)
		(*format)++;
	return rc;
}

int db_migrate(struct db *d, struct err *err)
{
	int64_t format = 0;
	int rc = db_pragma_int(d, "PRAGMA user_version", &format, err);
	while (rc == 0 && format < d->kind->n_steps)
		rc = take_step(d, &format, err);
	return rc;
}

/* --- comparison ------------------------------------------------------------------------------ */

static int make_model(const struct db_kind *kind, int64_t format, sqlite3 **ret)
{
	int rc = sqlite3_open_v2(":memory:", ret,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
				 NULL);
	for (int64_t i = 0; rc == 0 && i < format; i++)
		rc = sqlite3_exec(*ret, kind->steps[i], NULL, NULL, NULL);
	return rc;
}

static const char *text_at(sqlite3_stmt *st, int column)
{
	const char *s = (const char *)sqlite3_column_text(st, column);
	return s ? s : "";
}

/* Walks the objects of one schema that `list` selects and asks the other for each: the first that
 * it lacks, or has otherwise, is the defect. */
static int compare(sqlite3 *from, sqlite3 *to, const char *list, const char *lacks,
		   char **ret_defect)
{
	sqlite3_stmt *each = NULL, *look = NULL;
	int rc = sqlite3_prepare_v2(from, list, -1, &each, NULL);
	if (rc == 0)
		rc = sqlite3_prepare_v2(to,
					"SELECT sql FROM sqlite_schema WHERE type=?1 AND name=?2",
					-1, &look, NULL);
	while (rc == 0 && !*ret_defect && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		const char *type = text_at(each, 0), *name = text_at(each, 1);
		sqlite3_reset(look);
		sqlite3_bind_text(look, 1, type, -1, SQLITE_STATIC);
		sqlite3_bind_text(look, 2, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(look);
		if (rc == SQLITE_DONE)
			*ret_defect = mem_printf("the %s %s %s", type, name, lacks);
		else if (rc == SQLITE_ROW && strcmp(text_at(look, 0), text_at(each, 2)) != 0)
			*ret_defect = mem_printf("the %s %s was altered", type, name);
		rc = rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
	}
	sqlite3_finalize(each);
	sqlite3_finalize(look);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int db_schema_check(struct db *d, char **ret_defect, struct err *err)
{
	sqlite3 *model = NULL;
	int64_t format = 0;
	char *defect = NULL;
	int rc = db_pragma_int(d, "PRAGMA user_version", &format, err);
	if (rc)
		return rc;
	int sq = make_model(d->kind, format, &model);
	if (sq == 0)
		sq = compare(model, d->h, "SELECT type, name, sql FROM sqlite_schema "
			     "WHERE sql IS NOT NULL", "is gone", &defect);
	/* A trigger runs with our rights. Another index or table does nothing to us. */
	if (sq == 0 && !defect)
		sq = compare(d->h, model, "SELECT type, name, sql FROM sqlite_schema "
			     "WHERE type = 'trigger'", "was added", &defect);
	sqlite3_close(model);
	if (sq) {
		free(defect);
		return db_fail(d, sq, err);
	}
	*ret_defect = defect;
	return 0;
}
