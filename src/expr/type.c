#include "expr_type.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "str.h"

static const int64_t ns_of_ms = 1000000;

const char *expr_type_name(int type)
{
	if (type == EXPR_NULL)
		return "null";
	if (type == EXPR_ANY)
		return "something out of JSON";
	return value_type_name(type);
}

static bool numeric(int type)
{
	return type == VALUE_INT || type == VALUE_NUMBER;
}

/* --- what to write instead ----------------------------------------------------------------- */

struct operand {
	char text[48]; /* as written, shortened */
};

static struct operand written(const struct expr_tree *t, const struct expr_node *n)
{
	struct operand o;
	size_t len = n->len;

	if (len < sizeof(o.text))
		snprintf(o.text, sizeof(o.text), "%.*s", (int)len, t->text + n->off);
	else
		snprintf(o.text, sizeof(o.text), "%.40s...", t->text + n->off);
	return o;
}

static bool literal(const struct expr_node *n)
{
	return n->kind == EXPR_LITERAL;
}

static bool looks_numeric(const struct expr_node *n)
{
	double f;

	return literal(n) && n->type == VALUE_TEXT && str_to_f64(n->s, &f);
}

static bool is_bool_word(const struct expr_node *n)
{
	return literal(n) && n->type == VALUE_TEXT &&
	       (strcmp(n->s, "true") == 0 || strcmp(n->s, "false") == 0);
}

/* How to bring `text`-typed n to `type`, for the second half of a message. */
static const char *text_hint(const struct expr_node *n, int type)
{
	if (numeric(type) && literal(n))
		return looks_numeric(n) ? "write the number without quotes"
					: "numbers are written without quotes";
	if (numeric(type))
		return "capture it as int or number, or use int() or number()";
	switch (type) {
	case VALUE_BOOL:
		return is_bool_word(n) ? "write it without quotes" : "capture it as bool";
	case VALUE_DATETIME:
		if (literal(n) && strcmp(n->s, "now") == 0)
			return "write now without quotes";
		return literal(n) ? "a date is written '2026-11-22' or '2026-11-22T03:21Z'"
				  : "capture it as datetime, or use datetime()";
	case VALUE_DURATION:
		return literal(n) ? "a duration is written '90s' or '1h30m'"
				  : "capture it as duration, or use duration()";
	case VALUE_LIST:
		return "whether it is in a list is asked with in";
	default:
		return "take the value out of it with ->>";
	}
}

static const char *mismatch_hint(const struct expr_node *a, const struct expr_node *b)
{
	if (b->type == VALUE_TEXT)
		return text_hint(b, a->type);
	if (a->type == VALUE_TEXT)
		return text_hint(a, b->type);
	if (a->type == VALUE_BOOL && a->kind == EXPR_OPER)
		return "compare two things at a time, with and between";
	if (a->type == VALUE_BOOL || b->type == VALUE_BOOL)
		return "a bool stands alone: ready, not ready";
	if (a->type == VALUE_DURATION || b->type == VALUE_DURATION)
		return "a duration is written '90s' or '1h30m'";
	if (a->type == VALUE_DATETIME || b->type == VALUE_DATETIME)
		return "a date is written '2026-11-22'";
	return "count its entries with length()";
}

/* Where a mismatch is shown: at the literal that is easiest to change, else at the operator. */
static size_t blame(const struct expr_node *a, const struct expr_node *b, size_t off)
{
	bool text_a = literal(a) && a->type == VALUE_TEXT;
	bool text_b = literal(b) && b->type == VALUE_TEXT;

	if (text_a != text_b)
		return text_a ? a->off : b->off;
	if (literal(a) != literal(b))
		return literal(a) ? a->off : b->off;
	return off;
}

static int mismatch(struct expr_tree *t, const struct expr_node *a, const struct expr_node *b,
		    size_t off, const char *where)
{
	struct operand ta = written(t, a), tb = written(t, b);

	if (a->type == EXPR_NULL || b->type == EXPR_NULL)
		expr_tree_fail(t, ERR_PARSE, a->type == EXPR_NULL ? a->off : b->off,
			       "nothing is ever equal to null; write is null or is not null");
	else
		expr_tree_fail(t, ERR_PARSE, blame(a, b, off), "%s: %s is %s, but %s "
			       "is %s; %s", where, ta.text, expr_type_name(a->type), tb.text,
			       expr_type_name(b->type), mismatch_hint(a, b));
	return -1;
}

/* --- bringing a node to a type ------------------------------------------------------------- */

/* A text literal where a date or duration is wanted is read as one. */
static bool read_literal(struct expr_node *n, int want)
{
	int64_t v;

	if (!literal(n) || n->type != VALUE_TEXT || strlen(n->s) != n->n)
		return false;
	if (want == VALUE_DATETIME && clock_parse(n->s, &v)) {
		n->i = v;
	} else if (want == VALUE_DURATION && str_to_duration(n->s, &v)) {
		n->i = v * ns_of_ms;
	} else {
		return false;
	}
	n->type = want;
	return true;
}

static struct expr_node *cast(struct expr_tree *t, struct expr_node *n, int want)
{
	struct expr_node *c = expr_tree_node(t, EXPR_CAST, n->off);

	if (!c)
		return NULL;
	c->type = want;
	expr_tree_add(t, c, n);
	c->len = n->len;
	return t->rc ? NULL : c;
}

static bool castable(int want)
{
	return want >= 0 && want < VALUE_TYPE_MAX;
}

/* What `each` makes of what its rounds captured is a map of texts: 9 is '9' there. */
static struct expr_node *text_entry(struct expr_tree *t, struct expr_node *n, int want,
				    const char *where)
{
	struct operand o = written(t, n);

	return expr_tree_fail(t, ERR_PARSE, n->off, "%s takes %s, but %s is text: what is captured "
			      "inside `each` is a map of texts behind it; %s", where,
			      expr_type_name(want), o.text,
			      numeric(want) ? "use number() or int()" :
			      want == VALUE_BOOL ? "compare it with 'true'" :
						   "look at it inside of the `each`");
}

struct expr_node *expr_type_want(struct expr_tree *t, struct expr_node *n, int want,
				 const char *where)
{
	struct operand o;

	if (!n)
		return NULL;
	if (n->type == want || (want == VALUE_NUMBER && n->type == VALUE_INT))
		return n;
	if (n->type == EXPR_ANY && n->texts && (numeric(want) || want == VALUE_BOOL ||
						want == VALUE_LIST || want == VALUE_MAP))
		return text_entry(t, n, want, where);
	if (n->type == EXPR_ANY && castable(want))
		return cast(t, n, want);
	if (read_literal(n, want))
		return n;
	o = written(t, n);
	if (n->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, n->off, "%s takes %s, and null is unknown",
				      where, expr_type_name(want));
	if (n->type == VALUE_NUMBER && want == VALUE_INT)
		return expr_tree_fail(t, ERR_PARSE, n->off, "%s takes int, but %s is number; use "
				      "round()", where, o.text);
	return expr_tree_fail(t, ERR_PARSE, n->off, "%s takes %s, but %s is %s%s%s", where,
			      expr_type_name(want), o.text, expr_type_name(n->type),
			      n->type == VALUE_TEXT ? "; " : "",
			      n->type == VALUE_TEXT ? text_hint(n, want) : "");
}

struct expr_node *expr_type_condition(struct expr_tree *t, struct expr_node *n, const char *where)
{
	const char *hint;
	struct operand o;

	if (!n || n->type == VALUE_BOOL)
		return n;
	o = written(t, n);
	switch (n->type) {
	case VALUE_INT:
	case VALUE_NUMBER:
		hint = literal(n) ? "write true or false" : "compare it, as in > 0";
		break;
	case VALUE_TEXT:
		hint = is_bool_word(n) ? "write it without quotes" : "compare it, as in = 'yes'";
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		hint = "count its entries, as in length(...) > 0";
		break;
	case EXPR_ANY:
		hint = "compare it, as in = true";
		break;
	case EXPR_NULL:
		hint = "null is unknown, and nothing else";
		break;
	default:
		hint = "compare it";
		break;
	}
	return expr_tree_fail(t, ERR_PARSE, n->off, "%s: %s is %s and no condition; %s", where,
			      o.text, expr_type_name(n->type), hint);
}

/* The type that `type` and n share, or -1. A text literal gives way to a date or a duration; what
 * is out of JSON meets an int as a number, for JSON does not tell them apart. */
static int common(int type, const struct expr_node *n)
{
	if (type == n->type || n->type == EXPR_NULL)
		return type;
	if (type == EXPR_NULL)
		return n->type;
	if (type == EXPR_ANY)
		return n->type == VALUE_INT ? VALUE_NUMBER : n->type;
	if (n->type == EXPR_ANY)
		return type == VALUE_INT ? VALUE_NUMBER : type;
	if (numeric(type) && numeric(n->type))
		return VALUE_NUMBER;
	if (literal(n) && n->type == VALUE_TEXT &&
	    (type == VALUE_DATETIME || type == VALUE_DURATION))
		return type;
	return -1;
}

int expr_type_unify(struct expr_tree *t, struct expr_node **nodes, size_t n, size_t off,
		    const char *where)
{
	const struct expr_node *decides = NULL;
	int type = EXPR_NULL;

	if (t->rc)
		return -1;
	/* Twice: text literals wait until something else has said what they are. */
	for (size_t i = 0; i < 2 * n; i++) {
		const struct expr_node *x = nodes[i % n];
		int both = common(type, x);

		if ((literal(x) && x->type == VALUE_TEXT) != (i >= n))
			continue;
		if (both < 0)
			return decides->off < x->off ? mismatch(t, decides, x, off, where)
						     : mismatch(t, x, decides, off, where);
		if (!decides || decides->type >= VALUE_TYPE_MAX)
			decides = x;
		type = both;
	}
	if (type == EXPR_NULL || type == EXPR_ANY)
		return type;
	for (size_t i = 0; i < n; i++) {
		if (nodes[i]->type != EXPR_NULL)
			nodes[i] = expr_type_want(t, nodes[i], type, where);
		if (!nodes[i])
			return -1;
	}
	return type;
}

bool expr_type_ordered(struct expr_tree *t, int type, size_t off)
{
	if (numeric(type) || type == VALUE_DATETIME || type == VALUE_DURATION)
		return true;
	if (type == VALUE_TEXT)
		expr_tree_fail(t, ERR_PARSE, off, "text is ordered letter by letter ('10' comes "
			       "before '9'); capture it as int, number or datetime");
	else
		expr_tree_fail(t, ERR_PARSE, off, "%s has no order", expr_type_name(type));
	return false;
}

/* --- operators ----------------------------------------------------------------------------- */

static struct expr_node *binary(struct expr_tree *t, int op, int type, struct expr_node *a,
				struct expr_node *b)
{
	struct expr_node *n = a && b ? expr_tree_node(t, EXPR_OPER, a->off) : NULL;

	if (!n)
		return NULL;
	n->op = op;
	n->type = type;
	expr_tree_add(t, n, a);
	expr_tree_add(t, n, b);
	return t->rc ? NULL : n;
}

static struct expr_node *compare(struct expr_tree *t, int op, struct expr_node *a,
				 struct expr_node *b, size_t off)
{
	struct expr_node *pair[2] = { a, b };
	bool equality = op == TOK_EQ || op == TOK_NE;
	int type;

	if (a->type == EXPR_NULL || b->type == EXPR_NULL) {
		mismatch(t, a, b, off, "");
		return NULL;
	}
	type = expr_type_unify(t, pair, 2, off, equality ? "comparison" : "order");
	if (type < 0)
		return NULL;
	if (type == VALUE_MAP)
		return expr_tree_fail(t, ERR_PARSE, off, "maps cannot be compared; compare what is "
				      "in them with ->>");
	if (!equality && type != EXPR_ANY && !expr_type_ordered(t, type, off))
		return NULL;
	return binary(t, op, VALUE_BOOL, pair[0], pair[1]);
}

/* What arithmetic gives; -1 for what has no meaning. ANY is settled before. */
static int sum_type(int op, int a, int b)
{
	if (numeric(a) && numeric(b))
		return a == VALUE_INT && b == VALUE_INT ? VALUE_INT : VALUE_NUMBER;
	if (a == VALUE_DURATION && b == VALUE_DURATION)
		return VALUE_DURATION;
	if (a == VALUE_DATETIME && b == VALUE_DURATION)
		return VALUE_DATETIME;
	if (op == TOK_PLUS && a == VALUE_DURATION && b == VALUE_DATETIME)
		return VALUE_DATETIME;
	if (op == TOK_MINUS && a == VALUE_DATETIME && b == VALUE_DATETIME)
		return VALUE_DURATION;
	return -1;
}

static int product_type(int op, int a, int b)
{
	if (op == TOK_PERCENT)
		return a == VALUE_INT && b == VALUE_INT ? VALUE_INT : -1;
	if (numeric(a) && numeric(b))
		return op == TOK_STAR && a == VALUE_INT && b == VALUE_INT ? VALUE_INT
									  : VALUE_NUMBER;
	if (a == VALUE_DURATION && numeric(b))
		return VALUE_DURATION;
	if (op == TOK_STAR && numeric(a) && b == VALUE_DURATION)
		return VALUE_DURATION;
	if (op == TOK_SLASH && a == VALUE_DURATION && b == VALUE_DURATION)
		return VALUE_NUMBER;
	return -1;
}

/* A text literal beside a date or a duration is a duration or, failing that, a date. */
static void settle_beside(struct expr_node *n, const struct expr_node *other)
{
	if (other->type != VALUE_DATETIME && other->type != VALUE_DURATION)
		return;
	if (!read_literal(n, VALUE_DURATION))
		read_literal(n, VALUE_DATETIME);
}

static struct expr_node *arithmetic(struct expr_tree *t, int op, struct expr_node *a,
				    struct expr_node *b, size_t off)
{
	bool sum = op == TOK_PLUS || op == TOK_MINUS;
	int type;

	if (a->type == EXPR_ANY)
		a = expr_type_want(t, a, VALUE_NUMBER, "arithmetic");
	if (a && b->type == EXPR_ANY)
		b = expr_type_want(t, b, VALUE_NUMBER, "arithmetic");
	if (!a || !b)
		return NULL;
	if (sum) {
		settle_beside(a, b);
		settle_beside(b, a);
	}
	type = sum ? sum_type(op, a->type, b->type) : product_type(op, a->type, b->type);
	if (type < 0) {
		struct operand ta = written(t, a), tb = written(t, b);

		return expr_tree_fail(t, ERR_PARSE, off, "%s (%s) %.1s %s (%s) has no meaning%s",
				      ta.text, expr_type_name(a->type), t->text + off, tb.text,
				      expr_type_name(b->type),
				      a->type == VALUE_TEXT && b->type == VALUE_TEXT
					      ? "; texts are joined with ||" : "");
	}
	return binary(t, op, type, a, b);
}

static struct expr_node *join(struct expr_tree *t, struct expr_node *a, struct expr_node *b,
			      size_t off)
{
	struct expr_node *pair[2] = { a, b };

	if (a->type == VALUE_BOOL || b->type == VALUE_BOOL)
		return expr_tree_fail(t, ERR_PARSE, off, "|| joins texts; write or");
	for (int i = 0; i < 2; i++)
		if (pair[i] && pair[i]->type != VALUE_INT)
			pair[i] = expr_type_want(t, pair[i], VALUE_TEXT, "||");
	return binary(t, TOK_CONCAT, VALUE_TEXT, pair[0], pair[1]);
}

static struct expr_node *take_out(struct expr_tree *t, struct expr_node *a, struct expr_node *b,
				  size_t off)
{
	struct expr_node *n;

	if (a->type != VALUE_MAP && a->type != VALUE_LIST && a->type != EXPR_ANY)
		return expr_tree_fail(t, ERR_PARSE, off, "->> takes a value out of a map or a "
				      "list, not out of %s", expr_type_name(a->type));
	if (a->type == VALUE_LIST)
		b = expr_type_want(t, b, VALUE_INT, "->> on a list");
	else if (a->type == VALUE_MAP || b->type != VALUE_INT)
		b = expr_type_want(t, b, VALUE_TEXT, "->>");
	n = binary(t, TOK_ARROW, EXPR_ANY, a, b);
	if (n)
		n->texts = a->texts && a->type == VALUE_MAP;
	return n;
}

struct expr_node *expr_type_binary(struct expr_tree *t, int op, struct expr_node *a,
				   struct expr_node *b, size_t off)
{
	switch (op) {
	case TOK_EQ: case TOK_NE: case TOK_LT: case TOK_LE: case TOK_GT: case TOK_GE:
		return compare(t, op, a, b, off);
	case TOK_CONCAT:
		return join(t, a, b, off);
	case TOK_ARROW:
		return take_out(t, a, b, off);
	default:
		return arithmetic(t, op, a, b, off);
	}
}
