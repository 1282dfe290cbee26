/* The database that evaluates: in memory, fenced in, bounded. Only this, db.c and sqlfn.c know that
 * it is SQLite. */
#ifndef EXPR_DB_H
#define EXPR_DB_H

#include <sqlite3.h>

#include "expr_emit.h"

enum {
	EXPR_SLOTS = 128,         /* prepared statements kept */
	EXPR_TIME_MS = 250,       /* one evaluation */
	EXPR_MEMORY = 16 << 20,   /* that SQLite may take for one evaluation */
};

struct expr {
	sqlite3 *db;
	struct expr_tree tree;    /* of the call in progress */
	struct expr_sql sql;
	struct {
		char *text;
		sqlite3_stmt *st;
	} slots[EXPR_SLOTS];
	int64_t deadline;         /* CLOCK_MONOTONIC, ns */
	bool late;                /* it was reached */
	char data[400];           /* a value was not what it should be: the sentence */
};

/* What the names are bound to: their values, nothing known, or one harmless value per type. */
enum expr_bind { EXPR_BIND_VALUES, EXPR_BIND_NULLS, EXPR_BIND_SAMPLES };

struct expr_result {
	int type;                 /* SQLITE_INTEGER, _FLOAT, _TEXT, _NULL */
	int64_t i;
	double f;
	struct buf text;          /* the caller's to release */
};

int expr_db_open(struct expr *x, struct err *err);
void expr_db_close(struct expr *x);

/* Evaluates x->sql of x->tree. ERR_CANCEL: took too long; ERR_LIMIT: too much memory; ERR_PARSE: a
 * value did not hold what its type says (x->data is set), or SQLite refused (it is empty). */
int expr_db_eval(struct expr *x, enum expr_bind bind, struct expr_result *ret, struct err *err);

/* sqlfn.c: our own functions. SQLITE_OK or SQLite's code. */
int expr_sqlfn_register(struct expr *x);
/* Ends the evaluation with a sentence, which must quote no value. */
void expr_sqlfn_bad(sqlite3_context *ctx, const char *text);

/* sqllist.c: over lists and maps. */
typedef void expr_sql_fn(sqlite3_context *ctx, int n, sqlite3_value **v);
expr_sql_fn expr_list_count, expr_list_first, expr_list_keys, expr_list_rest, expr_list_reversed;
/* sqlrestore.c */
expr_sql_fn expr_restore_sets, expr_restore_pick, expr_restore_there, expr_map_of, expr_as_map,
	expr_without;

/* Whether SQL may call the function. */
bool expr_sqlfn_allowed(const char *name);
/* Whether time is up; cheap enough for inner loops when asked every few thousand steps. */
bool expr_db_late(struct expr *x);

/* match.c: SQL's like and glob in time proportional to text times pattern, asking now and then
 * whether to go on. 1, 0, or -1 when told to stop. */
struct expr_pattern {
	const char *s;
	size_t n;
	char many, one;   /* '%' '_' or '*' '?' */
	char escape;      /* 0: none */
	bool sets;        /* [a-z] */
	bool any_case;    /* ASCII letters in any case */
};
int expr_match(const struct expr_pattern *p, const char *text, size_t n, struct expr *x);

#endif
