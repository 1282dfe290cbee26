/* Checking record.db: what it is, then pass by pass, up to the first defect. It comes from
 * elsewhere: nothing in it is believed before its tables are known to be those of a bundle. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "err.h"
#include "extract_check.h"
#include "extract_own.h"
#include "mem.h"

int extract_defect(struct extract_check *c, int64_t seq, const char *fmt, ...)
{
	struct verify_result *v = &c->r->verify;
	va_list ap;
	if (!v->whole)
		return 1;
	v->whole = false;
	v->seq = seq;
	va_start(ap, fmt);
	vsnprintf(v->text, sizeof(v->text), fmt, ap);
	va_end(ap);
	return 1;
}

struct chain_text extract_text(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);
	return (struct chain_text){ p ? p : "", p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

bool extract_is(struct extract_check *c, const char *sql, int64_t n)
{
	sqlite3_stmt *st = NULL;
	bool is = sqlite3_prepare_v2(c->h, sql, -1, &st, NULL) == SQLITE_OK &&
		sqlite3_bind_int64(st, 1, n) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
		sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return is;
}

/* Memory is the machine's; all else is the file's. */
static int refused(struct extract_check *c, int rc)
{
	if ((rc & 0xff) == SQLITE_NOMEM)
		return err_set(c->err, ERR_NOMEM, "record.db: no memory left");
	extract_defect(c, 0, "record.db: damaged");
	return 0;
}

int extract_each(struct extract_check *c, const char *sql, extract_row_fn *fn)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->h, sql, -1, &st, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
		rc = fn(c, st) ? SQLITE_DONE : SQLITE_OK;
	int result = rc == SQLITE_DONE || rc == SQLITE_OK ? 0 : refused(c, rc);
	sqlite3_finalize(st);
	return result;
}

int extract_passes(struct extract_check *c, const struct extract_pass *passes, size_t n)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && !extract_bad(c) && i < n; i++)
		rc = extract_each(c, passes[i].sql, passes[i].fn);
	return rc;
}

/* --- what it is ------------------------------------------------------------------------------ */

static int check_sound(struct extract_check *c, sqlite3_stmt *st)
{
	const char *said = extract_text(st, 0).p;
	return strcmp(said, "ok") == 0 ? 0 :
		extract_defect(c, 0, "record.db: damaged");
}

/* Columns: application_id, user_version. */
static int check_marks(struct extract_check *c, sqlite3_stmt *st)
{
	if (sqlite3_column_int64(st, 0) != EXTRACT_APP)
		return extract_defect(c, 0, "record.db: not the record of a bundle");
	c->removals = sqlite3_column_int64(st, 1) == EXTRACT_FORMAT_REMOVALS;
	if (sqlite3_column_int64(st, 1) != EXTRACT_FORMAT && !c->removals)
		return extract_defect(c, 0, "record.db: of another format");
	return 0;
}

static const char schema_text[] =
	"SELECT group_concat(type || '|' || name || '|' || tbl_name || '|' || ifnull(sql, ''), "
	"char(10))"
	" FROM (SELECT * FROM sqlite_schema ORDER BY rowid)";

/* The schema as a fresh file has it; the caller's to free(). */
static char *true_schema(bool removals)
{
	sqlite3 *h = NULL;
	sqlite3_stmt *st = NULL;
	char *text = NULL;
	if (sqlite3_open_v2(":memory:", &h, SQLITE_OPEN_READWRITE, NULL) == 0 &&
	    sqlite3_exec(h, extract_schema, NULL, NULL, NULL) == 0 &&
	    (!removals || sqlite3_exec(h, extract_schema_removals, NULL, NULL, NULL) == 0) &&
	    sqlite3_prepare_v2(h, schema_text, -1, &st, NULL) == 0 &&
	    sqlite3_step(st) == SQLITE_ROW)
		text = mem_dup((const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	sqlite3_close(h);
	return text;
}

static int check_schema(struct extract_check *c, sqlite3_stmt *st)
{
	char *want = true_schema(c->removals);
	if (!want || strcmp(extract_text(st, 0).p, want) != 0)
		extract_defect(c, 0, "record.db: its tables are not those of a bundle");
	free(want);
	return 0;
}

static int check_file(struct extract_check *c)
{
	static const struct extract_pass passes[] = {
		{ "PRAGMA integrity_check(1)", check_sound },
		{ "SELECT * FROM pragma_application_id, pragma_user_version", check_marks },
		{ schema_text, check_schema },
	};
	int rc = extract_passes(c, passes, EXTRACT_N(passes));
	/* Nothing was taken out, in the words of who asks. */
	if (rc == 0 && !extract_bad(c) && !c->removals &&
	    sqlite3_exec(c->h, "CREATE TEMP TABLE removal (id, run, what, wall, who, why, payloads,"
			 " outputs, rest, rest_hash, hash)", NULL, NULL, NULL))
		rc = err_set(c->err, ERR_IO, "record.db: %s", sqlite3_errmsg(c->h));
	return rc;
}

/* --- heads kept elsewhere -------------------------------------------------------------------- */

static int check_head(struct extract_check *c, const char *head)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->h, "SELECT 1 FROM event WHERE lower(hex(hash)) = ?1 "
		"UNION ALL"
				    " SELECT 1 FROM machine WHERE lower(hex(hash)) = ?1", -1, &st,
				    NULL);
	if (rc == 0)
		rc = sqlite3_bind_text(st, 1, head, -1, SQLITE_STATIC);
	if (rc == 0)
		rc = sqlite3_step(st);
	if (rc == SQLITE_DONE) {
		c->r->head = head;
		extract_defect(c, 0, "no row has the head %s: the record was rolled back, or "
			"made anew",
			       head);
	}
	int result = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : refused(c, rc);
	sqlite3_finalize(st);
	return result;
}

/* --- the door -------------------------------------------------------------------------------- */

int extract_open(const char *path, sqlite3 **ret)
{
	char *name = db_immutable_name(path);
	int rc = sqlite3_open_v2(name, ret, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
				 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	free(name);
	if (rc == 0) {
		sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	}
	return rc;
}

int extract_verify(const char *path, const struct extract_files *files, const char *const *heads,
		   int n_heads, struct extract_result *ret, struct err *err)
{
	struct extract_result r = { .verify = { .whole = true } };
	struct extract_check c = { .files = files, .r = &r, .err = err };
	static int (*const passes[])(struct extract_check *c) = {
		check_file, extract_check_events, extract_check_machine, extract_check_checkpoints,
		extract_check_removals, extract_check_files, extract_check_outputs,
	};
	chain_init(&c.chain);
	int rc = extract_open(path, &c.h);
	if (rc)
		rc = refused(&c, rc);
	for (size_t i = 0; rc == 0 && !extract_bad(&c) && i < EXTRACT_N(passes); i++)
		rc = passes[i](&c);
	for (int i = 0; rc == 0 && !extract_bad(&c) && i < n_heads; i++)
		rc = check_head(&c, heads[i]);
	sqlite3_close(c.h);
	chain_release(&c.chain);
	if (rc == 0)
		*ret = r;
	return rc;
}
