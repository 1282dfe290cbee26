/* A question, fenced in. The fence stands before the question is compiled: what SQLite would do for
 * it is asked of the authorizer then, name by name.
 *
 * The authorizer is told on whose behalf a table is read: the innermost view, or whatever the
 * question itself calls so (WITH runs AS …). So the views that people see are made of others, whose
 * names nobody can know beforehand, and these alone may read the tables. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "hash.h"
#include "journal_own.h"
#include "journal_query.h"
#include "mem.h"
#include "query_views.h"
#include "removal_own.h"

enum { OPS_A_LOOK = 20000, NAME_BYTES = 96, SECRET_BYTES = 16 };

struct asked {
	struct journal *j;
	const struct query_calls *calls;
	int64_t until;            /* boot time */
	bool late, stopped;
	char refused[NAME_BYTES]; /* what the authorizer refused first */
	char inner[2 * SECRET_BYTES + 1]; /* how the names of the inner views begin */
	struct output *output;    /* of the run that output_text was asked for last */
	char run[JOURNAL_RUN_ID_MAX];
};

/* --- the fence ------------------------------------------------------------------------------- */

static bool is_view(const char *name)
{
	for (const struct query_view *v = query_views; name && v->name; v++)
		if (strcmp(v->name, name) == 0)
			return true;
	return false;
}

static bool is_inner(const struct asked *q, const char *name)
{
	return name && strncmp(name, q->inner, strlen(q->inner)) == 0;
}

static bool is_one_of(const char *const *list, const char *name)
{
	for (; name && *list; list++)
		if (sqlite3_stricmp(*list, name) == 0)
			return true;
	return false;
}

static int refuse(struct asked *q, const char *what, const char *name)
{
	if (!q->refused[0])
		sqlite3_snprintf(sizeof(q->refused), q->refused, "%s%s%s", what,
				 name ? " " : "", name ? name : "");
	return SQLITE_DENY;
}

static int may_read(struct asked *q, const char *table, const char *column, const char *view)
{
	static const char *const tables[] = { "json_each", "json_tree", NULL };
	/* Without a column nothing is read of it but how many rows there are. */
	if (!column[0] || is_view(table) || is_inner(q, table) || is_inner(q, view) ||
	    is_one_of(tables, table))
		return SQLITE_OK;
	return refuse(q, "the table", table);
}

static int fence(void *ctx, int what, const char *a, const char *b, const char *db,
		 const char *view)
{
	static const char *const bad[] = { "load_extension", "readfile", "writefile", "edit",
					   "fts3_tokenizer", "fsdir", NULL };
	struct asked *q = ctx;
	(void)db;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return may_read(q, a, b, view);
	case SQLITE_FUNCTION:
		return is_one_of(bad, b) ? refuse(q, "the function", b) : SQLITE_OK;
	case SQLITE_PRAGMA:
		return refuse(q, "PRAGMA", a);
	case SQLITE_ATTACH:
		return refuse(q, "ATTACH", NULL);
	default:
		return refuse(q, "anything but SELECT", NULL);
	}
}

/* --- bounds ---------------------------------------------------------------------------------- */

static int look_up(void *ctx)
{
	struct asked *q = ctx;
	q->late |= clock_now().boot > q->until;
	q->stopped |= q->calls->stop && q->calls->stop(q->calls->ctx);
	return q->late || q->stopped;
}

static void bound(sqlite3 *h)
{
	static const struct {
		int what, most;
	} limits[] = {
		{ SQLITE_LIMIT_SQL_LENGTH, QUERY_SQL_MAX }, { SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 200 },	    { SQLITE_LIMIT_COLUMN, 500 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 50 },	    { SQLITE_LIMIT_VDBE_OP, 1000000 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(h, limits[i].what, limits[i].most);
}

/* --- output_text(run, token, stream) --------------------------------------------------------- */

static int stream_of(const char *name)
{
	for (int s = 0; name && s < STREAM_MAX; s++)
		if (strcmp(stream_name((enum stream)s), name) == 0)
			return s;
	return -1;
}

static int take_output(struct asked *q, const char *run)
{
	if (q->output && strcmp(q->run, run) == 0)
		return 0;
	output_close(q->output);
	q->output = NULL;
	int rc = output_open(q->j, run, false, &q->output, NULL);
	if (rc == 0)
		memcpy(q->run, run, strlen(run) + 1);
	return rc;
}

/* NULL for what is not on record; an error for what is, altered. */
static void output_text(sqlite3_context *sq, int n, sqlite3_value **v)
{
	struct asked *q = sqlite3_user_data(sq);
	const char *run = (const char *)sqlite3_value_text(v[0]);
	const char *token = (const char *)sqlite3_value_text(v[1]);
	int stream = stream_of((const char *)sqlite3_value_text(v[2]));
	struct buf b = BUF_INIT;
	(void)n;
	int rc = run && token && stream >= 0 ? take_output(q, run) : ERR_NOTFOUND;
	if (rc == 0)
		rc = output_read(q->output, token, (enum stream)stream, 0, QUERY_OUTPUT_MAX, &b,
				 NULL);
	if (rc == ERR_CORRUPT)
		sqlite3_result_error(sq, "what is on record of this output is altered", -1);
	else if (rc == 0 && b.len)
		sqlite3_result_text64(sq, b.data, b.len, SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_release(&b);
}

/* --- asking ---------------------------------------------------------------------------------- */

static int make_views(const struct asked *q, sqlite3 *h, const char *removals)
{
	int rc = sqlite3_exec(h, "PRAGMA query_only=OFF", NULL, NULL, NULL);
	for (const struct query_view *v = query_views; rc == 0 && v->name; v++) {
		char *sql = mem_printf("CREATE TEMP VIEW \"%s %s\" AS %s; "
				       "CREATE TEMP VIEW %s AS SELECT * FROM temp.\"%s %s\"",
				       q->inner, v->name, v->sql ? v->sql : removals, v->name,
				       q->inner, v->name);
		rc = sqlite3_exec(h, sql, NULL, NULL, NULL);
		free(sql);
	}
	return rc ? rc : sqlite3_exec(h, "PRAGMA query_only=ON", NULL, NULL, NULL);
}

static void drop_views(const struct asked *q, sqlite3 *h)
{
	sqlite3_exec(h, "PRAGMA query_only=OFF", NULL, NULL, NULL);
	for (const struct query_view *v = query_views; v->name; v++) {
		char *sql = mem_printf("DROP VIEW IF EXISTS temp.%s; "
				       "DROP VIEW IF EXISTS temp.\"%s %s\"", v->name, q->inner,
				       v->name);
		sqlite3_exec(h, sql, NULL, NULL, NULL);
		free(sql);
	}
	sqlite3_exec(h, "PRAGMA query_only=ON", NULL, NULL, NULL);
}

static void choose_names(struct asked *q)
{
	uint8_t secret[SECRET_BYTES];
	hash_random(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		sqlite3_snprintf(3, q->inner + 2 * i, "%02x", secret[i]);
}

static int prepare_place(struct asked *q, struct err *err)
{
	sqlite3 *h = q->j->db.h;
	bool has = false;
	int rc = removal_format(q->j, &has, err);
	if (rc)
		return rc;
	sqlite3_set_authorizer(h, NULL, NULL);
	choose_names(q);
	rc = make_views(q, h, has ? query_removals : query_no_removals);
	if (rc == 0)
		rc = sqlite3_create_function(h, "output_text", 3, SQLITE_UTF8 | SQLITE_DIRECTONLY,
					     q, output_text, NULL, NULL);
	if (rc)
		return db_fail(&q->j->db, rc, err);
	bound(h);
	sqlite3_set_authorizer(h, fence, q);
	sqlite3_progress_handler(h, OPS_A_LOOK, look_up, q);
	return 0;
}

static int views_only(const struct asked *q, struct err *err)
{
	struct buf names = BUF_INIT;
	for (const struct query_view *v = query_views; v->name; v++)
		buf_addf(&names, "%s%s", names.len ? ", " : "", v->name);
	int rc = err_set(err, ERR_DENIED, "a question may not use %s: only SELECT over %s",
			 q->refused, buf_str(&names));
	buf_release(&names);
	return rc;
}

static int say_why(struct asked *q, int sq, int64_t ms, struct err *err)
{
	int primary = sq & 0xff;
	if (q->refused[0])
		return views_only(q, err);
	if (q->stopped)
		return err_set(err, ERR_CANCEL, "the question was broken off");
	if (q->late)
		return err_set(err, ERR_LIMIT, "no answer within %lld ms", (long long)ms);
	if (primary == SQLITE_NOMEM)
		return err_set(err, ERR_LIMIT, "the answer takes more than %d MB of memory: ask "
			       "for less, or without ORDER BY", QUERY_MEMORY >> 20);
	if (primary == SQLITE_TOOBIG)
		return err_set(err, ERR_LIMIT, "%s", sqlite3_errmsg(q->j->db.h));
	if (primary == SQLITE_ERROR || primary == SQLITE_RANGE)
		return err_set(err, ERR_USAGE, "%s", sqlite3_errmsg(q->j->db.h));
	return db_fail(&q->j->db, sq, err);
}

static bool only_blanks(const char *s)
{
	return s[strspn(s, " \t\r\n;")] == '\0';
}

static int compile(struct asked *q, const char *sql, int64_t ms, sqlite3_stmt **ret,
		   struct err *err)
{
	const char *tail = "";
	sqlite3_stmt *more = NULL;
	int sq = sqlite3_prepare_v2(q->j->db.h, sql, -1, ret, &tail);
	if (sq == 0 && !only_blanks(tail))
		sq = sqlite3_prepare_v2(q->j->db.h, tail, -1, &more, NULL);
	if (sq)
		return say_why(q, sq, ms, err);
	bool two = more;
	sqlite3_finalize(more);
	if (!*ret || two)
		return err_set(err, ERR_USAGE, "%s", two ? "one question at a time" :
			       "there is no question");
	return sqlite3_stmt_readonly(*ret) ? 0 :
		err_set(err, ERR_DENIED, "a question changes nothing");
}

static void take_value(sqlite3_stmt *st, int i, struct query_value *ret)
{
	static const enum query_type types[] = {
		[SQLITE_INTEGER] = QUERY_INT, [SQLITE_FLOAT] = QUERY_NUM,
		[SQLITE_TEXT] = QUERY_TEXT, [SQLITE_BLOB] = QUERY_BLOB, [SQLITE_NULL] = QUERY_NULL,
	};
	*ret = (struct query_value){ .type = types[sqlite3_column_type(st, i)] };
	if (ret->type == QUERY_INT) {
		ret->i = sqlite3_column_int64(st, i);
	} else if (ret->type == QUERY_NUM) {
		ret->d = sqlite3_column_double(st, i);
	} else if (ret->type != QUERY_NULL) {
		const void *p = ret->type == QUERY_TEXT ?
			(const void *)sqlite3_column_text(st, i) : sqlite3_column_blob(st, i);
		ret->p = p ? p : "";
		ret->n = p ? (size_t)sqlite3_column_bytes(st, i) : 0;
	}
}

static int answer(struct asked *q, sqlite3_stmt *st, int64_t ms, struct err *err)
{
	int n = sqlite3_column_count(st), sq = SQLITE_ROW;
	const char **names = mem_alloc((size_t)n * sizeof(*names) + 1);
	struct query_value *values = mem_alloc((size_t)n * sizeof(*values) + 1);
	for (int i = 0; i < n; i++)
		names[i] = sqlite3_column_name(st, i);
	int rc = q->calls->columns(q->calls->ctx, n, names);
	while (rc == 0 && (sq = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			take_value(st, i, &values[i]);
		rc = q->calls->row(q->calls->ctx, n, values);
	}
	if (rc == 0 && sq != SQLITE_DONE)
		rc = say_why(q, sq, ms, err);
	free(names);
	free(values);
	return rc;
}

int journal_query(struct journal *j, const char *sql, int64_t ms, const struct query_calls *calls,
		  struct err *err)
{
	struct asked q = { .j = j, .calls = calls, .until = clock_now().boot + ms * CLOCK_MS };
	sqlite3_stmt *st = NULL;
	bool stale = false;
	if (j->db.write)
		return err_set(err, ERR_USAGE, "questions are asked of a journal that is read");
	if (strlen(sql) > QUERY_SQL_MAX)
		return err_set(err, ERR_USAGE, "a question has at most %d bytes", QUERY_SQL_MAX);
	int rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = prepare_place(&q, err);
	sqlite3_int64 before = sqlite3_hard_heap_limit64(QUERY_MEMORY);
	if (rc == 0)
		rc = compile(&q, sql, ms, &st, err);
	if (rc == 0)
		rc = answer(&q, st, ms, err);
	sqlite3_finalize(st);
	sqlite3_hard_heap_limit64(before);
	sqlite3_progress_handler(j->db.h, 0, NULL, NULL);
	sqlite3_set_authorizer(j->db.h, NULL, NULL);
	drop_views(&q, j->db.h);
	sqlite3_create_function(j->db.h, "output_text", 3, SQLITE_UTF8, NULL, NULL, NULL, NULL);
	output_close(q.output);
	return rc;
}
