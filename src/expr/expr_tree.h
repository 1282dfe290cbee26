/* A condition taken apart: a tree whose every node has a type.
 *
 * Nothing of the author's text reaches SQLite: the SQL is written from this tree (emit.c), names
 * and literals are bound as parameters. So there is no wrapper to leave, and an operand of a wrong
 * type is found before SQLite, whose `'error' > 2` is true, ever sees it.
 */
#ifndef EXPR_TREE_H
#define EXPR_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr_token.h"
#include "limits.h"
#include "value.h"

struct err;
struct expr_name;

/* Types of nodes: enum value_type, and these. */
enum {
	EXPR_NULL = VALUE_TYPE_MAX, /* the word null */
	EXPR_ANY,                   /* out of JSON: its type is looked at when it is there */
};

enum {
	EXPR_NODES_MAX = 4096,
	EXPR_DEPTH_MAX = 200,  /* of the tree, and of brackets */
	EXPR_USES_MAX = 256,   /* distinct names */
	EXPR_ARGS_MAX = 32,
};

enum expr_kind {
	EXPR_LITERAL,
	EXPR_USE,     /* a name in scope */
	EXPR_ELEMENT, /* value or key of the json_each around it */
	EXPR_OPER,    /* op: a TOK_ of a sign, or EXPR_AND ... below */
	EXPR_CALL,    /* func */
	EXPR_IN,      /* first kid in the others */
	EXPR_IN_EACH, /* first kid among what the second (EXPR_EACH) gives */
	EXPR_BETWEEN,
	EXPR_LIKE,    /* op: EXPR_OP_LIKE, EXPR_OP_GLOB; third kid: escape */
	EXPR_IS_NULL,
	EXPR_IF,      /* condition, then, else; unknown gives unknown */
	EXPR_COUNT,   /* aggregates over an EXPR_EACH: kids are it and, but for count, the term */
	EXPR_EXISTS,
	EXPR_EACH,    /* json_each: source, term or NULL-literal, condition or nothing */
	EXPR_CAST,    /* kid, of type EXPR_ANY, looked at as `type` */
};

enum { EXPR_OP_AND = 100, EXPR_OP_OR, EXPR_OP_NOT, EXPR_OP_NEG, EXPR_OP_LIKE, EXPR_OP_GLOB };

struct expr_node {
	enum expr_kind kind;
	int type;             /* enum value_type, EXPR_NULL, EXPR_ANY */
	int op;
	bool negated;         /* not in, not like, is not null, not between */
	bool texts;           /* a map: its entries are texts; EXPR_ANY: it is a text */
	int depth;
	size_t off, len;      /* where in the text */
	const struct expr_func *func;
	struct expr_node *kids, *next;
	int use;              /* USE: index into uses; EACH, ELEMENT: number of the json_each */
	int64_t i;            /* LITERAL: int, bool, datetime (ns), duration (ns) */
	double f;
	const char *s;
	size_t n;
};

struct expr_use {
	size_t off, len;      /* the name, at its first use */
	int type;
	const struct value *value; /* NULL at lint */
	bool texts;           /* as of its name, at lint */
	int param;            /* set by emit */
};

/* What a name is; type -1 for none of that name. */
struct expr_scope {
	const struct expr_name *names; /* at lint */
	const struct binding *bound;   /* at run time */
	size_t n;
};

struct expr_tree {
	const char *text;
	struct expr_scope scope;
	struct err *err;

	struct expr_token tok;        /* the one looked at */
	size_t last;                  /* end of the one before */
	int rc;                       /* first failure; nothing goes on after it */
	size_t fail_off;
	int nesting;

	struct expr_node *root;
	size_t n_nodes, n_uses, n_chars;
	int n_each;
	const struct expr_node *each; /* innermost json_each whose value and key are in scope */
	bool null_aware;              /* has IS NULL, coalesce: may be true of what is unknown */
	const struct expr_node *json; /* first JSON function: its path may be malformed */

	struct expr_node nodes[EXPR_NODES_MAX];
	struct expr_use uses[EXPR_USES_MAX];
	char chars[2 * LIMIT_EXPR_BYTES];
};

/* Takes text apart as a whole; types are settled. `t` need not be initialised and may be used
 * again. ERR_PARSE, ERR_LIMIT with t->fail_off at the place. text and the scope stay borrowed by
 * the tree. */
int expr_tree_parse(struct expr_tree *t, const char *text, struct expr_scope scope,
		    struct err *err);

/* --- for the files of the parser ----------------------------------------------------------- */

/* A node of kind at `off`, or NULL (limit; t->rc is set). */
struct expr_node *expr_tree_node(struct expr_tree *t, enum expr_kind kind, size_t off);
/* Hangs kid (NULL: does nothing) behind the kids of n. */
void expr_tree_add(struct expr_tree *t, struct expr_node *n, struct expr_node *kid);
/* Notes the first failure. Always gives NULL. */
struct expr_node *expr_tree_fail(struct expr_tree *t, int code, size_t off, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void expr_tree_step(struct expr_tree *t);             /* to the next token */
bool expr_tree_word(struct expr_tree *t, const char *word); /* takes the word if it is there */
bool expr_tree_take(struct expr_tree *t, enum expr_tok kind);
bool expr_tree_expect(struct expr_tree *t, enum expr_tok kind, const char *what);
struct expr_node *expr_tree_expr(struct expr_tree *t);  /* a whole expression */
struct expr_node *expr_tree_term(struct expr_tree *t);  /* a single term */
struct expr_node *expr_tree_name(struct expr_tree *t, const struct expr_token *tok);
struct expr_node *expr_tree_level(struct expr_tree *t, int level); /* one that binds this tightly */

enum { EXPR_LEVEL_COMPARE = 4, EXPR_LEVEL_ADD = 5 };

/* each.c: what json_each brings. All start behind their first word(s). */
struct expr_node *expr_each_in(struct expr_tree *t, struct expr_node *x, bool negated, size_t off);
struct expr_node *expr_each_select(struct expr_tree *t, size_t off);
struct expr_node *expr_each_exists(struct expr_tree *t, size_t off);
/* `x in NAME` where NAME is a list. */
struct expr_node *expr_each_in_list(struct expr_tree *t, struct expr_node *x,
				    struct expr_node *list, bool negated, size_t off);

#endif
