/* The SQL of a tree: written by us from end to end, every name and literal a parameter. Trees of
 * the same shape give the same text, so that prepared statements serve many conditions. */
#ifndef EXPR_EMIT_H
#define EXPR_EMIT_H

#include "buf.h"
#include "expr_tree.h"

enum { EXPR_PARAMS_MAX = 2048, EXPR_SQL_MAX = 64 << 10 };

struct expr_param {
	const struct expr_node *literal; /* NULL: a use */
	int use;
};

struct expr_sql {
	struct buf text;
	struct expr_param params[EXPR_PARAMS_MAX]; /* [0] is ?1 */
	int n;
};

/* Writes t->root. q->text is emptied first. ERR_LIMIT. */
int expr_emit(struct expr_sql *q, struct expr_tree *t, struct err *err);

#endif
