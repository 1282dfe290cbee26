/* Lists and maps, element by element: `x in NAME`, and json_each in the three places where its
 * answer is certain: `x in (select value from ...)`, `exists (select 1 from ...)` and `(select
 * count(*) from ...)`, each with a where. */
#include "expr_tree.h"

#include "err.h"
#include "expr_type.h"

/* A place in the text to go back to: what is selected comes before what it is selected from. */
struct mark {
	struct expr_token tok;
	size_t last;
};

static struct mark mark_here(const struct expr_tree *t)
{
	return (struct mark){ t->tok, t->last };
}

static void go_to(struct expr_tree *t, struct mark m)
{
	if (t->rc)
		return;
	t->tok = m.tok;
	t->last = m.last;
}

static bool skip_to_from(struct expr_tree *t)
{
	int depth = 0;

	while (!t->rc && t->tok.kind != TOK_END) {
		if (t->tok.kind == TOK_LPAREN)
			depth++;
		else if (t->tok.kind == TOK_RPAREN && depth-- == 0)
			break;
		if (depth == 0 && expr_tree_word(t, "from"))
			return true;
		expr_tree_step(t);
	}
	expr_tree_fail(t, ERR_PARSE, t->tok.off, "select goes on with from json_each(NAME)");
	return false;
}

/* json_each(SOURCE) */
static struct expr_node *each_source(struct expr_tree *t)
{
	struct expr_node *each = expr_tree_node(t, EXPR_EACH, t->tok.off), *source;

	if (!each)
		return NULL;
	if (!expr_tree_word(t, "json_each"))
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "only json_each(NAME) can be "
				      "selected from");
	if (!expr_tree_expect(t, TOK_LPAREN, "("))
		return NULL;
	source = expr_tree_expr(t);
	if (!source || !expr_tree_expect(t, TOK_RPAREN, "a closing bracket )"))
		return NULL;
	if (source->type != VALUE_LIST && source->type != VALUE_MAP && source->type != EXPR_ANY)
		return expr_tree_fail(t, ERR_PARSE, source->off, "json_each takes a list or a map, "
				      "not %s", expr_type_name(source->type));
	each->use = ++t->n_each;
	each->type = EXPR_ANY;
	expr_tree_add(t, each, source);
	return each;
}

/* What is selected from json_each(...), where what: `read` reads what comes between select and
 * from, with value and key in scope. *ret_term may be NULL where it reads nothing. */
static struct expr_node *each_node(struct expr_tree *t,
				   struct expr_node *(*read)(struct expr_tree *t, int *ret_op),
				   struct expr_node **ret_term, int *ret_op)
{
	const struct expr_node *outer = t->each;
	struct mark start = mark_here(t), rest;
	struct expr_node *each, *where;

	each = skip_to_from(t) ? each_source(t) : NULL;
	if (!each)
		return NULL;
	rest = mark_here(t);
	go_to(t, start);
	t->each = each;
	*ret_term = read(t, ret_op);
	if (!t->rc && !expr_token_is(t->text, &t->tok, "from"))
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "from should stand here: one thing is "
			       "selected");
	go_to(t, rest);
	if (expr_tree_word(t, "where")) {
		where = expr_type_condition(t, expr_tree_expr(t), "where");
		expr_tree_add(t, each, where);
	}
	t->each = outer;
	return t->rc ? NULL : each;
}

/* --- in ------------------------------------------------------------------------------------ */

static struct expr_node *read_any(struct expr_tree *t, int *ret_op)
{
	(void)ret_op;
	return expr_tree_expr(t);
}

static struct expr_node *in_each(struct expr_tree *t, struct expr_node *x, bool negated, size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_IN_EACH, x->off);
	struct expr_node *pair[2] = { x, NULL }, *each;

	each = each_node(t, read_any, &pair[1], NULL);
	if (!n || !each)
		return NULL;
	switch (expr_type_unify(t, pair, 2, off, "in")) {
	case -1:
		return NULL;
	case EXPR_ANY:
		return expr_tree_fail(t, ERR_PARSE, x->off, "the type of neither side is known; "
				      "use int(), number() or text()");
	case VALUE_MAP:
		return expr_tree_fail(t, ERR_PARSE, x->off, "maps cannot be compared");
	default:
		break;
	}
	n->type = VALUE_BOOL;
	n->negated = negated;
	expr_tree_add(t, n, pair[0]);
	expr_tree_add(t, n, each);
	expr_tree_add(t, n, pair[1]);
	return n;
}

struct expr_node *expr_each_in_list(struct expr_tree *t, struct expr_node *x,
				    struct expr_node *list, bool negated, size_t off)
{
	struct expr_node *each = expr_tree_node(t, EXPR_EACH, list->off);
	struct expr_node *n = expr_tree_node(t, EXPR_IN_EACH, x->off);
	struct expr_node *value = expr_tree_node(t, EXPR_ELEMENT, list->off);

	if (!each || !n || !value)
		return NULL;
	if (list->type == VALUE_MAP)
		return expr_tree_fail(t, ERR_PARSE, list->off, "a map has keys and values; write "
				      "in (select key from json_each(%.*s))", (int)list->len,
				      t->text + list->off);
	if (list->type != VALUE_LIST)
		return expr_tree_fail(t, ERR_PARSE, list->off, "in takes a list or choices in "
				      "brackets, as in in ('a', 'b'), not %s",
				      expr_type_name(list->type));
	if (x->type == EXPR_ANY || x->type == VALUE_LIST || x->type == VALUE_MAP ||
	    x->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, off, "%s cannot be looked for in a list",
				      expr_type_name(x->type));
	each->use = ++t->n_each;
	each->type = EXPR_ANY;
	expr_tree_add(t, each, list);
	value->use = each->use;
	value->type = EXPR_ANY;
	value->len = list->len;
	n->type = VALUE_BOOL;
	n->negated = negated;
	expr_tree_add(t, n, x);
	expr_tree_add(t, n, each);
	expr_tree_add(t, n, expr_type_want(t, value,
					   x->type == VALUE_INT ? VALUE_NUMBER : x->type, "in"));
	return t->rc ? NULL : n;
}

enum { CHOICES_MAX = 256 };

static struct expr_node *in_choices(struct expr_tree *t, struct expr_node *x, bool negated,
				    size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_IN, x->off);
	struct expr_node *all[CHOICES_MAX + 1] = { x };
	size_t count = 1;
	int type;

	do {
		if (count > CHOICES_MAX)
			return expr_tree_fail(t, ERR_LIMIT, t->tok.off, "more than %d choices",
					      CHOICES_MAX);
		all[count] = expr_tree_expr(t);
		if (!all[count])
			return NULL;
		if (all[count]->type == EXPR_NULL)
			return expr_tree_fail(t, ERR_PARSE, all[count]->off, "null is no choice; "
					      "write is null");
		count++;
	} while (expr_tree_take(t, TOK_COMMA));
	type = expr_type_unify(t, all, count, off, "in");
	if (type == EXPR_ANY)
		return expr_tree_fail(t, ERR_PARSE, off, "the type of no side is known; use int(), "
				      "number() or text()");
	if (type == VALUE_MAP)
		return expr_tree_fail(t, ERR_PARSE, off, "maps cannot be compared");
	if (!n || type < 0)
		return NULL;
	n->type = VALUE_BOOL;
	n->negated = negated;
	/* Deep first: the chain of kids is walked for each add. */
	for (size_t i = count; i-- > 1;)
		all[i]->next = i + 1 < count ? all[i + 1] : NULL;
	for (size_t i = 1; i < count; i++)
		n->depth = all[i]->depth >= n->depth ? all[i]->depth + 1 : n->depth;
	all[0]->next = NULL;
	expr_tree_add(t, n, all[0]);
	if (n->kids)
		n->kids->next = all[1];
	return t->rc ? NULL : n;
}

struct expr_node *expr_each_in(struct expr_tree *t, struct expr_node *x, bool negated, size_t off)
{
	struct expr_node *n;

	if (x->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, x->off, "null is in no list; write is null");
	if (t->tok.kind == TOK_NAME && !expr_token_reserved(t->text, &t->tok)) {
		n = expr_tree_term(t);
		return n ? expr_each_in_list(t, x, n, negated, off) : NULL;
	}
	if (!expr_tree_expect(t, TOK_LPAREN, "a list, or choices in brackets"))
		return NULL;
	if (t->tok.kind == TOK_RPAREN)
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "nothing is in an empty list");
	n = expr_tree_word(t, "select") ? in_each(t, x, negated, off)
					: in_choices(t, x, negated, off);
	return n && expr_tree_expect(t, TOK_RPAREN, "a closing bracket )") ? n : NULL;
}

/* --- exists -------------------------------------------------------------------------------- */

static struct expr_node *read_ignored(struct expr_tree *t, int *ret_op)
{
	(void)ret_op;
	if (!expr_tree_take(t, TOK_STAR) && !expr_tree_take(t, TOK_INT) &&
	    !expr_tree_word(t, "value") && !expr_tree_word(t, "key"))
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "exists selects 1: exists (select 1 from "
			       "json_each(NAME) where ...)");
	return NULL;
}

struct expr_node *expr_each_exists(struct expr_tree *t, size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_EXISTS, off), *each, *none;

	if (!n || !expr_tree_expect(t, TOK_LPAREN, "("))
		return NULL;
	if (!expr_tree_word(t, "select"))
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "exists goes on with (select 1 "
				      "from json_each(NAME) where ...)");
	each = each_node(t, read_ignored, &none, NULL);
	if (!each || !expr_tree_expect(t, TOK_RPAREN, "a closing bracket )"))
		return NULL;
	n->type = VALUE_BOOL;
	expr_tree_add(t, n, each);
	return t->rc ? NULL : n;
}

/* --- aggregates ---------------------------------------------------------------------------- */

static struct expr_node *read_aggregate(struct expr_tree *t, int *ret_op)
{
	static const char *const words[] = { "count", "sum", "avg", "min", "max" };
	struct expr_node *n = NULL;
	int op = 0;

	while (op < 5 && !expr_tree_word(t, words[op]))
		op++;
	*ret_op = op;
	if (op == 5)
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "count(*), sum, avg, min or max "
				      "can be selected here; a single value is taken out with ->>");
	if (!expr_tree_expect(t, TOK_LPAREN, "("))
		return NULL;
	if (op == 0 && !expr_tree_take(t, TOK_STAR))
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "write count(*)");
	if (op > 0)
		n = expr_tree_expr(t);
	expr_tree_expect(t, TOK_RPAREN, "a closing bracket )");
	return n;
}

struct expr_node *expr_each_select(struct expr_tree *t, size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_COUNT, off), *term = NULL, *each;
	int op = 0;

	if (!n)
		return NULL;
	each = each_node(t, read_aggregate, &term, &op);
	if (!each)
		return NULL;
	n->op = op;
	n->type = VALUE_INT;
	if (op > 0) {
		if (term->type == EXPR_ANY)
			term = expr_type_want(t, term, VALUE_NUMBER, "this");
		if (!term || !expr_type_ordered(t, term->type, term->off))
			return NULL;
		if ((op == 1 && term->type == VALUE_DATETIME) ||
		    (op == 2 && term->type != VALUE_INT && term->type != VALUE_NUMBER))
			return expr_tree_fail(t, ERR_PARSE, term->off, "%s is not summed up",
					      expr_type_name(term->type));
		n->type = op == 2 ? VALUE_NUMBER : term->type;
	}
	expr_tree_add(t, n, each);
	expr_tree_add(t, n, term);
	return t->rc ? NULL : n;
}
