/* The grammar, from the loosest to the tightest: or, and, not, equality (with in, like, between, is
 * null), order, sums, products, joining, signs, single terms. As in SQL. */
#include "expr_tree.h"

#include <string.h>

#include "err.h"
#include "expr_type.h"

static struct expr_node *sign(struct expr_tree *t)
{
	size_t off = t->tok.off;
	bool minus = t->tok.kind == TOK_MINUS;
	struct expr_node *n, *x;

	if (t->rc || (!minus && t->tok.kind != TOK_PLUS))
		return expr_tree_term(t);
	if (++t->nesting > EXPR_DEPTH_MAX)
		return expr_tree_fail(t, ERR_LIMIT, off, "nested too deeply");
	expr_tree_step(t);
	x = sign(t);
	t->nesting--;
	if (x && x->type == EXPR_ANY)
		x = expr_type_want(t, x, VALUE_NUMBER, "a sign");
	if (!x)
		return NULL;
	if (x->type != VALUE_INT && x->type != VALUE_NUMBER && x->type != VALUE_DURATION)
		return expr_tree_fail(t, ERR_PARSE, off, "%s has no sign", expr_type_name(x->type));
	if (!minus)
		return x;
	n = expr_tree_node(t, EXPR_OPER, off);
	if (!n)
		return NULL;
	n->op = EXPR_OP_NEG;
	n->type = x->type;
	expr_tree_add(t, n, x);
	return n;
}

static int level_of(enum expr_tok kind)
{
	switch (kind) {
	case TOK_LT: case TOK_LE: case TOK_GT: case TOK_GE:
		return EXPR_LEVEL_COMPARE;
	case TOK_PLUS: case TOK_MINUS:
		return EXPR_LEVEL_ADD;
	case TOK_STAR: case TOK_SLASH: case TOK_PERCENT:
		return EXPR_LEVEL_ADD + 1;
	case TOK_CONCAT: case TOK_ARROW:
		return EXPR_LEVEL_ADD + 2;
	default:
		return -1;
	}
}

struct expr_node *expr_tree_level(struct expr_tree *t, int level)
{
	struct expr_node *a;

	if (level > EXPR_LEVEL_ADD + 2)
		return sign(t);
	a = expr_tree_level(t, level + 1);
	while (a && !t->rc && level_of(t->tok.kind) == level) {
		struct expr_token op = t->tok;
		struct expr_node *b;

		expr_tree_step(t);
		b = expr_tree_level(t, level + 1);
		a = b ? expr_type_binary(t, (int)op.kind, a, b, op.off) : NULL;
	}
	return a;
}

static struct expr_node *is_null(struct expr_tree *t, struct expr_node *x, bool negated, size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_IS_NULL, x->off);

	if (!n)
		return NULL;
	if (x->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, off, "null is null, always");
	t->null_aware = true;
	n->type = VALUE_BOOL;
	n->negated = negated;
	expr_tree_add(t, n, x);
	return n;
}

static struct expr_node *is_node(struct expr_tree *t, struct expr_node *x, size_t off)
{
	bool negated = expr_tree_word(t, "not");

	if (expr_tree_word(t, "null"))
		return is_null(t, x, negated, off);
	return expr_tree_fail(t, ERR_PARSE, off, "is goes with null only: is null, is not null; "
			      "compare with = and <>");
}

static struct expr_node *between(struct expr_tree *t, struct expr_node *x, bool negated, size_t off)
{
	struct expr_node *three[3] = { x, NULL, NULL };
	struct expr_node *n = expr_tree_node(t, EXPR_BETWEEN, x->off);
	int type;

	three[1] = expr_tree_level(t, EXPR_LEVEL_COMPARE);
	if (three[1] && !expr_tree_word(t, "and"))
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "between goes on with and: "
				      "between 1 and 3");
	three[2] = expr_tree_level(t, EXPR_LEVEL_COMPARE);
	if (!n || !three[1] || !three[2])
		return NULL;
	type = expr_type_unify(t, three, 3, off, "between");
	if (type == EXPR_ANY)
		for (int i = 0; i < 3; i++)
			three[i] = expr_type_want(t, three[i], VALUE_NUMBER, "between");
	else if (type < 0 || !expr_type_ordered(t, type, off))
		return NULL;
	n->type = VALUE_BOOL;
	n->negated = negated;
	for (int i = 0; i < 3; i++)
		expr_tree_add(t, n, three[i]);
	return t->rc ? NULL : n;
}

static struct expr_node *like(struct expr_tree *t, struct expr_node *x, int op, bool negated)
{
	const char *where = op == EXPR_OP_LIKE ? "like" : "glob";
	struct expr_node *n = expr_tree_node(t, EXPR_LIKE, x->off);
	struct expr_node *pattern = expr_tree_level(t, EXPR_LEVEL_COMPARE), *escape = NULL;

	if (!n || !pattern)
		return NULL;
	if (op == EXPR_OP_LIKE && expr_tree_word(t, "escape")) {
		escape = expr_tree_term(t);
		if (escape && (escape->kind != EXPR_LITERAL || escape->type != VALUE_TEXT ||
			       escape->n != 1))
			return expr_tree_fail(t, ERR_PARSE, escape->off,
					      "escape takes one character, as in '\\'");
	}
	x = expr_type_want(t, x, VALUE_TEXT, where);
	pattern = expr_type_want(t, pattern, VALUE_TEXT, where);
	n->op = op;
	n->type = VALUE_BOOL;
	n->negated = negated;
	expr_tree_add(t, n, x);
	expr_tree_add(t, n, pattern);
	expr_tree_add(t, n, escape);
	return t->rc ? NULL : n;
}

/* What may follow `x` or `x not` on the level of equality; NULL without failure: nothing. */
static struct expr_node *word_operator(struct expr_tree *t, struct expr_node *x, bool negated)
{
	size_t off = t->tok.off;

	if (expr_tree_word(t, "in"))
		return expr_each_in(t, x, negated, off);
	if (expr_tree_word(t, "between"))
		return between(t, x, negated, off);
	if (expr_tree_word(t, "like"))
		return like(t, x, EXPR_OP_LIKE, negated);
	if (expr_tree_word(t, "glob"))
		return like(t, x, EXPR_OP_GLOB, negated);
	if (negated)
		return expr_tree_fail(t, ERR_PARSE, off, "not is followed by in, like, glob or "
				      "between here");
	if (expr_tree_word(t, "isnull"))
		return is_null(t, x, false, off);
	if (expr_tree_word(t, "notnull"))
		return is_null(t, x, true, off);
	if (expr_tree_word(t, "is"))
		return is_node(t, x, off);
	return NULL;
}

static struct expr_node *equality(struct expr_tree *t)
{
	struct expr_node *a = expr_tree_level(t, EXPR_LEVEL_COMPARE), *b;

	while (a && !t->rc) {
		struct expr_token op = t->tok;

		if (op.kind == TOK_EQ || op.kind == TOK_NE) {
			expr_tree_step(t);
			b = expr_tree_level(t, EXPR_LEVEL_COMPARE);
			a = b ? expr_type_binary(t, (int)op.kind, a, b, op.off) : NULL;
			continue;
		}
		b = word_operator(t, a, expr_tree_word(t, "not"));
		if (!b)
			break;
		a = b;
	}
	return t->rc ? NULL : a;
}

static struct expr_node *negation(struct expr_tree *t)
{
	size_t off = t->tok.off;
	struct expr_node *n, *x;

	if (!expr_tree_word(t, "not"))
		return equality(t);
	if (++t->nesting > EXPR_DEPTH_MAX)
		return expr_tree_fail(t, ERR_LIMIT, off, "nested too deeply");
	x = expr_type_condition(t, negation(t), "not");
	t->nesting--;
	n = expr_tree_node(t, EXPR_OPER, off);
	if (!x || !n)
		return NULL;
	n->op = EXPR_OP_NOT;
	n->type = VALUE_BOOL;
	expr_tree_add(t, n, x);
	return n;
}

/* A chain of `word` over what `tighter` reads. */
static struct expr_node *chain(struct expr_tree *t, const char *word, int op,
			       struct expr_node *(*tighter)(struct expr_tree *t))
{
	struct expr_node *a = tighter(t);

	while (a && expr_tree_word(t, word)) {
		struct expr_node *n = expr_tree_node(t, EXPR_OPER, a->off);
		struct expr_node *b;

		a = expr_type_condition(t, a, word);
		b = a ? expr_type_condition(t, tighter(t), word) : NULL;
		if (!n || !b)
			return NULL;
		n->op = op;
		n->type = VALUE_BOOL;
		expr_tree_add(t, n, a);
		expr_tree_add(t, n, b);
		a = n;
	}
	return t->rc ? NULL : a;
}

static struct expr_node *conjunction(struct expr_tree *t)
{
	return chain(t, "and", EXPR_OP_AND, negation);
}

struct expr_node *expr_tree_expr(struct expr_tree *t)
{
	struct expr_node *n;

	if (t->rc)
		return NULL;
	if (++t->nesting > EXPR_DEPTH_MAX)
		return expr_tree_fail(t, ERR_LIMIT, t->tok.off, "nested too deeply");
	n = chain(t, "or", EXPR_OP_OR, conjunction);
	t->nesting--;
	return n;
}

int expr_tree_parse(struct expr_tree *t, const char *text, struct expr_scope scope,
		    struct err *err)
{
	memset(t, 0, offsetof(struct expr_tree, nodes));
	t->text = text;
	t->scope = scope;
	t->err = err;
	if (strnlen(text, LIMIT_EXPR_BYTES + 1) > LIMIT_EXPR_BYTES) {
		expr_tree_fail(t, ERR_LIMIT, 0, "longer than %d bytes", LIMIT_EXPR_BYTES);
		return t->rc;
	}
	expr_tree_step(t);
	t->root = expr_tree_expr(t);
	if (t->root && t->tok.kind == TOK_RPAREN)
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "a closing bracket without its "
			       "opening one");
	else if (t->root && t->tok.kind != TOK_END)
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "the expression should end before %.*s",
			       t->tok.len > 40 ? 40 : (int)t->tok.len, t->text + t->tok.off);
	return t->rc;
}
