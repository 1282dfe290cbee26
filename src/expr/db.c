#include "expr_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

/* --- the fence ----------------------------------------------------------------------------- */

static int authorize(void *ctx, int action, const char *a, const char *b, const char *schema,
		     const char *trigger)
{
	(void)ctx;
	(void)schema;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
		return SQLITE_OK;
	case SQLITE_READ:
		return strcmp(a, "json_each") == 0 ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_FUNCTION:
		return expr_sqlfn_allowed(b) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int64_t monotonic(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

bool expr_db_late(struct expr *x)
{
	x->late = x->late || monotonic() >= x->deadline;
	return x->late;
}

static int progress(void *ctx)
{
	return expr_db_late(ctx);
}

static int configure(sqlite3 *db)
{
	static const struct {
		int op, value;
	} switches[] = {
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	}, limits[] = {
		{ SQLITE_LIMIT_LENGTH, LIMIT_VALUE_BYTES + 1024 },
		{ SQLITE_LIMIT_SQL_LENGTH, EXPR_SQL_MAX + 1024 },
		{ SQLITE_LIMIT_COLUMN, 16 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 1000 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 1 },
		{ SQLITE_LIMIT_VDBE_OP, 100000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, EXPR_ARGS_MAX },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 0 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, EXPR_PARAMS_MAX },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 0 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]) && rc == SQLITE_OK; i++)
		rc = sqlite3_db_config(db, switches[i].op, switches[i].value, NULL);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(db, limits[i].op, limits[i].value);
	return rc;
}

int expr_db_open(struct expr *x, struct err *err)
{
	/* json_each makes its table when it is first used, which the authorizer would refuse. */
	static const char first[] = "PRAGMA temp_store=MEMORY;"
				    "SELECT count(*) FROM json_each('[]')";
	int rc = sqlite3_open_v2(":memory:", &x->db,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY, NULL);

	if (rc == SQLITE_OK)
		rc = configure(x->db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(x->db, first, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = expr_sqlfn_register(x);
	if (rc == SQLITE_OK)
		rc = sqlite3_set_authorizer(x->db, authorize, NULL);
	if (rc != SQLITE_OK) {
		err_set(err, rc == SQLITE_NOMEM ? ERR_NOMEM : ERR_IO, "conditions: SQLite: %s",
			x->db ? sqlite3_errmsg(x->db) : "no memory");
		expr_db_close(x);
		return rc == SQLITE_NOMEM ? ERR_NOMEM : ERR_IO;
	}
	sqlite3_progress_handler(x->db, 1000, progress, x);
	return 0;
}

void expr_db_close(struct expr *x)
{
	for (size_t i = 0; i < EXPR_SLOTS; i++) {
		sqlite3_finalize(x->slots[i].st);
		free(x->slots[i].text);
	}
	sqlite3_close(x->db);
	buf_release(&x->sql.text);
}

/* --- bounds -------------------------------------------------------------------------------- */

/* SQLite's limit on memory is one for the whole process. It is set for the length of one
 * evaluation, above what is in use then: nothing else of this process runs meanwhile (one thread).
 */
struct bounds {
	sqlite3_int64 hard, soft;
};

/* The most that SQLite had, and the most it asked for at once, since it was last asked so. */
static sqlite3_int64 peak(bool reset)
{
	sqlite3_int64 now, most = 0, largest = 0;

	sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &most, reset);
	sqlite3_status64(SQLITE_STATUS_MALLOC_SIZE, &now, &largest, reset);
	return most + largest;
}

static struct bounds bounds_set(struct expr *x)
{
	struct bounds b = {
		.hard = sqlite3_hard_heap_limit64(-1),
		.soft = sqlite3_soft_heap_limit64(-1),
	};
	sqlite3_int64 mine = sqlite3_memory_used() + EXPR_MEMORY;

	if (b.hard == 0 || mine < b.hard)
		sqlite3_hard_heap_limit64(mine);
	peak(true);
	x->deadline = monotonic() + EXPR_TIME_MS * CLOCK_MS;
	x->late = false;
	x->data[0] = '\0';
	return b;
}

static void bounds_restore(struct bounds b)
{
	sqlite3_hard_heap_limit64(b.hard);
	sqlite3_soft_heap_limit64(b.soft);
}

/* --- statements ---------------------------------------------------------------------------- */

static uint64_t hash_text(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h ^ h >> 32;
}

static int statement(struct expr *x, sqlite3_stmt **ret)
{
	const char *text = buf_str(&x->sql.text), *tail = NULL;
	size_t slot = hash_text(text) % EXPR_SLOTS;
	sqlite3_stmt *st = NULL;
	int rc;

	if (x->slots[slot].text && strcmp(x->slots[slot].text, text) == 0) {
		*ret = x->slots[slot].st;
		return SQLITE_OK;
	}
	rc = sqlite3_prepare_v3(x->db, text, -1, SQLITE_PREPARE_PERSISTENT, &st, &tail);
	if (rc == SQLITE_OK && (!st || *tail || sqlite3_column_count(st) != 1 ||
				!sqlite3_stmt_readonly(st)))
		rc = SQLITE_MISUSE;
	if (rc != SQLITE_OK) {
		sqlite3_finalize(st);
		return rc;
	}
	sqlite3_finalize(x->slots[slot].st);
	free(x->slots[slot].text);
	x->slots[slot].text = mem_dup(text);
	x->slots[slot].st = st;
	*ret = st;
	return SQLITE_OK;
}

/* --- parameters ---------------------------------------------------------------------------- */

struct cell {
	sqlite3_stmt *st;
	int at;
};

static bool bind_text(struct cell c, const char *s, char first)
{
	if (first && s[0] != first)
		return false;
	return sqlite3_bind_text(c.st, c.at, s, -1, SQLITE_STATIC) == SQLITE_OK;
}

/* False when the text does not hold what its type says: such a value is never compared. */
static bool bind_as(struct cell c, int type, const char *s)
{
	int64_t i;
	double f;

	switch (type) {
	case VALUE_TEXT:
		return bind_text(c, s, 0);
	case VALUE_INT:
		return str_to_i64(s, &i) && !sqlite3_bind_int64(c.st, c.at, i);
	case VALUE_NUMBER:
		return str_to_f64(s, &f) && !sqlite3_bind_double(c.st, c.at, f);
	case VALUE_BOOL:
		i = strcmp(s, "true") == 0;
		return (i || strcmp(s, "false") == 0) && !sqlite3_bind_int64(c.st, c.at, i);
	case VALUE_DATETIME:
		return clock_parse(s, &i) && !sqlite3_bind_int64(c.st, c.at, i);
	case VALUE_DURATION:
		if (!str_to_duration(s + (s[0] == '-'), &i))
			return false;
		i *= s[0] == '-' ? -1000000 : 1000000;
		return !sqlite3_bind_int64(c.st, c.at, i);
	case VALUE_LIST:
		return bind_text(c, s, '[');
	case VALUE_MAP:
		return bind_text(c, s, '{');
	default:
		return false;
	}
}

static int bind_literal(struct cell c, const struct expr_node *n)
{
	if (n->type == VALUE_TEXT)
		return sqlite3_bind_text(c.st, c.at, n->s, (int)n->n, SQLITE_STATIC);
	if (n->type == VALUE_NUMBER)
		return sqlite3_bind_double(c.st, c.at, n->f);
	return sqlite3_bind_int64(c.st, c.at, n->i);
}

static const char *const samples[VALUE_TYPE_MAX] = {
	[VALUE_TEXT] = "a",   [VALUE_INT] = "1",	  [VALUE_NUMBER] = "1.5",
	[VALUE_BOOL] = "true", [VALUE_DATETIME] = "2026-11-22", [VALUE_DURATION] = "1s",
	[VALUE_LIST] = "[]",  [VALUE_MAP] = "{}",
};

static int bind_use(struct expr *x, struct cell c, const struct expr_use *u, enum expr_bind bind,
		    struct err *err)
{
	const char *s = bind == EXPR_BIND_SAMPLES ? samples[u->type] : NULL;

	if (bind == EXPR_BIND_VALUES && u->value->known)
		s = u->value->text;
	if (!s || bind_as(c, u->type, s))
		return 0;
	snprintf(x->data, sizeof(x->data), "%.*s holds what is no %s", (int)u->len,
		 x->tree.text + u->off, value_type_name((enum value_type)u->type));
	return err_set(err, ERR_PARSE, "%s", x->data);
}

static int bind_all(struct expr *x, sqlite3_stmt *st, enum expr_bind bind, struct err *err)
{
	for (int i = 0; i < x->sql.n; i++) {
		const struct expr_param *p = &x->sql.params[i];
		struct cell c = { st, i + 1 };
		int rc = 0;

		if (!p->literal)
			rc = bind_use(x, c, &x->tree.uses[p->use], bind, err);
		else if (bind_literal(c, p->literal) != SQLITE_OK)
			rc = err_set(err, ERR_NOMEM, "conditions: %s", sqlite3_errmsg(x->db));
		if (rc)
			return rc;
	}
	return 0;
}

/* --- evaluation ---------------------------------------------------------------------------- */

/* False: there is a text, and no memory for it. */
static bool read_result(sqlite3_stmt *st, struct expr_result *ret)
{
	ret->type = sqlite3_column_type(st, 0);
	ret->i = sqlite3_column_int64(st, 0);
	ret->f = sqlite3_column_double(st, 0);
	buf_clear(&ret->text);
	if (ret->type == SQLITE_TEXT) {
		const void *s = sqlite3_column_text(st, 0);

		if (!s)
			return false;
		buf_add(&ret->text, s, (size_t)sqlite3_column_bytes(st, 0));
	}
	return true;
}

static int failure(struct expr *x, int rc, struct err *err)
{
	if (x->late || rc == SQLITE_INTERRUPT)
		return err_set(err, ERR_CANCEL, "took longer than %d ms", EXPR_TIME_MS);
	if (rc == SQLITE_NOMEM && peak(false) < sqlite3_hard_heap_limit64(-1))
		mem_none(); /* the machine's fault, and not that of what is evaluated */
	if (rc == SQLITE_NOMEM)
		return err_set(err, ERR_LIMIT, "needs more than %d MB of memory",
			       EXPR_MEMORY >> 20);
	if (rc == SQLITE_TOOBIG)
		return err_set(err, ERR_LIMIT, "makes a text longer than %d bytes",
			       LIMIT_VALUE_BYTES);
	if (strstr(sqlite3_errmsg(x->db), "parser stack") ||
	    strstr(sqlite3_errmsg(x->db), "tree is too large"))
		return err_set(err, ERR_LIMIT, "too many brackets inside each other");
	if (x->data[0])
		return err_set(err, ERR_PARSE, "%s", x->data);
	return err_set(err, ERR_PARSE, "%s", sqlite3_errmsg(x->db));
}

int expr_db_eval(struct expr *x, enum expr_bind bind, struct expr_result *ret, struct err *err)
{
	struct bounds before = bounds_set(x);
	sqlite3_stmt *st = NULL;
	int rc = statement(x, &st), out;

	if (rc != SQLITE_OK) {
		out = failure(x, rc, err);
		bounds_restore(before);
		return out;
	}
	out = bind_all(x, st, bind, err);
	if (out == 0) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW || expr_db_late(x))
			out = failure(x, rc, err);
		else if (!read_result(st, ret))
			out = failure(x, SQLITE_NOMEM, err);
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	bounds_restore(before);
	return out;
}
