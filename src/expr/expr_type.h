/* Which types go together, and what to write where they do not. All give NULL on failure, with the
 * tree's failure set, and NULL for NULL. */
#ifndef EXPR_TYPE_H
#define EXPR_TYPE_H

#include "expr_tree.h"

const char *expr_type_name(int type);

/* n as a value of type `want`: itself, a literal read as that type, or a node that looks at what
 * came out of JSON. `where` names the place in messages ("round()"). */
struct expr_node *expr_type_want(struct expr_tree *t, struct expr_node *n, int want,
				 const char *where);

/* n as a condition. `where` as in "not", "where", "this condition". */
struct expr_node *expr_type_condition(struct expr_tree *t, struct expr_node *n, const char *where);

/* The type that n nodes share, settled in place (nodes[i] may be replaced). -1 on failure,
 * EXPR_NULL where all are null. `off` is where the message goes when no node is to blame more than
 * another. */
int expr_type_unify(struct expr_tree *t, struct expr_node **nodes, size_t n, size_t off,
		    const char *where);

/* A binary operator (TOK_ sign) over its operands. */
struct expr_node *expr_type_binary(struct expr_tree *t, int op, struct expr_node *a,
				   struct expr_node *b, size_t off);

/* Whether the type has an order that < and max() may use. False sets the failure. */
bool expr_type_ordered(struct expr_tree *t, int type, size_t off);

#endif
