/* The functions of conditions: a table of names, arguments and results. */
#ifndef EXPR_FUNC_H
#define EXPR_FUNC_H

#include "expr_tree.h"

struct expr_func {
	const char *name;
	const char *args; /* a letter each, those behind / may be left out; see func.c */
	int type;         /* of the result; -1: settle decides */
	struct expr_node *(*settle)(struct expr_tree *t, struct expr_node *call);
	const char *sql;  /* how it is written for SQLite: $1 $2 $3 are the arguments */
};

/* A call of the function named by the token before "(", which is the tree's token now. */
struct expr_node *expr_func_call(struct expr_tree *t, const struct expr_token *name);

#endif
