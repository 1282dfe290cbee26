#include "expr_emit.h"

#include <string.h>

#include "err.h"
#include "expr_func.h"

struct writer {
	struct expr_sql *q;
	struct expr_tree *t;
	bool over;
};

static void put(struct writer *w, const char *s)
{
	w->over |= buf_adds(&w->q->text, s) != 0;
}

static void put_number(struct writer *w, const char *before, int n)
{
	char digits[12];
	size_t at = sizeof(digits) - 1;

	/* By hand: half the time of writing a condition would go into printf. */
	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	put(w, before);
	put(w, digits + at);
}

static void emit(struct writer *w, const struct expr_node *n);

static void emit_pair(struct writer *w, const struct expr_node *a, const char *between,
		      const struct expr_node *b)
{
	put(w, "(");
	emit(w, a);
	put(w, between);
	emit(w, b);
	put(w, ")");
}

static void emit_call(struct writer *w, const char *name, const struct expr_node *args)
{
	put(w, name);
	put(w, "(");
	for (const struct expr_node *a = args; a; a = a->next) {
		emit(w, a);
		if (a->next)
			put(w, ",");
	}
	put(w, ")");
}

static int new_param(struct writer *w, const struct expr_node *literal, int use)
{
	if (w->q->n == EXPR_PARAMS_MAX) {
		w->over = true;
		return 1;
	}
	w->q->params[w->q->n] = (struct expr_param){ literal, use };
	return ++w->q->n;
}

static void emit_literal(struct writer *w, const struct expr_node *n)
{
	if (n->type == EXPR_NULL)
		put(w, "NULL");
	else
		put_number(w, "?", new_param(w, n, -1));
}

static void emit_use(struct writer *w, const struct expr_node *n)
{
	struct expr_use *u = &w->t->uses[n->use];

	if (!u->param)
		u->param = new_param(w, NULL, n->use);
	put_number(w, "?", u->param);
}

static void emit_element(struct writer *w, const struct expr_node *n)
{
	put_number(w, "e", n->use);
	put(w, n->op ? ".key" : ".value");
}

/* --- operators ----------------------------------------------------------------------------- */

/* SQLite's parser takes about 90 brackets inside each other, and a chain of operators would have
 * one for each. So chains are written without: operators that bind alike, left side first, and
 * `and` within `or`. */
static int chain_of(const struct expr_node *n)
{
	if (n->kind != EXPR_OPER)
		return 0;
	switch (n->op) {
	case EXPR_OP_OR:
		return 1;
	case EXPR_OP_AND:
		return 2;
	case TOK_PLUS:
	case TOK_MINUS:
		return 3;
	case TOK_CONCAT:
		return 4;
	default:
		return 0;
	}
}

static const char *chain_sign(int op)
{
	switch (op) {
	case EXPR_OP_OR: return " OR ";
	case EXPR_OP_AND: return " AND ";
	case TOK_PLUS: return " + ";
	case TOK_MINUS: return " - ";
	default: return " || ";
	}
}

static void emit_chain(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *a = n->kids, *b = a->next;
	int own = chain_of(n);

	if (chain_of(a) == own || (own == 1 && chain_of(a) == 2))
		emit_chain(w, a);
	else
		emit(w, a);
	put(w, chain_sign(n->op));
	if (own == 1 && chain_of(b) == 2)
		emit_chain(w, b);
	else
		emit(w, b);
}

static const char *compare_sign(int op)
{
	switch (op) {
	case TOK_EQ: return " = ";
	case TOK_NE: return " <> ";
	case TOK_LT: return " < ";
	case TOK_LE: return " <= ";
	case TOK_GT: return " > ";
	case TOK_GE: return " >= ";
	default: return NULL;
	}
}

static void emit_compare(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *a = n->kids, *b = a->next;

	if (a->type != EXPR_ANY || b->type != EXPR_ANY) {
		emit_pair(w, a, compare_sign(n->op), b);
		return;
	}
	/* Neither type is known before the values are there. */
	put(w, "(");
	emit_call(w, n->op == TOK_EQ || n->op == TOK_NE ? "x_same" : "x_order", a);
	put(w, compare_sign(n->op));
	put(w, "0)");
}

/* An integer quotient would make 3 / 4 nothing, and `free / total < 0.1` always true. */
static void emit_quotient(struct writer *w, const struct expr_node *n)
{
	put(w, n->type == VALUE_DURATION ? "CAST(" : "");
	put(w, "(CAST(");
	emit(w, n->kids);
	put(w, " AS REAL) / ");
	emit(w, n->kids->next);
	put(w, n->type == VALUE_DURATION ? ") AS INTEGER)" : ")");
}

static void emit_product(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *a = n->kids, *b = a->next;
	bool whole = n->type == VALUE_DURATION &&
		     (a->type == VALUE_NUMBER || b->type == VALUE_NUMBER);

	put(w, whole ? "CAST(" : "");
	emit_pair(w, a, " * ", b);
	put(w, whole ? " AS INTEGER)" : "");
}

static void emit_oper(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *a = n->kids, *b = a->next;

	if (chain_of(n)) {
		put(w, "(");
		emit_chain(w, n);
		put(w, ")");
		return;
	}
	switch (n->op) {
	case EXPR_OP_NOT:
	case EXPR_OP_NEG:
		put(w, n->op == EXPR_OP_NOT ? "(NOT " : "(- ");
		emit(w, a);
		put(w, ")");
		break;
	case TOK_PERCENT:
		emit_pair(w, a, " % ", b);
		break;
	case TOK_STAR:
		emit_product(w, n);
		break;
	case TOK_SLASH:
		emit_quotient(w, n);
		break;
	case TOK_ARROW:
		put(w, "json_extract(");
		emit(w, a);
		put(w, ",x_key(");
		emit(w, b);
		put(w, "))");
		break;
	default:
		emit_compare(w, n);
		break;
	}
}

static void emit_in(struct writer *w, const struct expr_node *n)
{
	put(w, "(");
	emit(w, n->kids);
	emit_call(w, n->negated ? " NOT IN " : " IN ", n->kids->next);
	put(w, ")");
}

static void emit_between(struct writer *w, const struct expr_node *n)
{
	put(w, "(");
	emit(w, n->kids);
	put(w, n->negated ? " NOT BETWEEN " : " BETWEEN ");
	emit(w, n->kids->next);
	put(w, " AND ");
	emit(w, n->kids->next->next);
	put(w, ")");
}

static void emit_like(struct writer *w, const struct expr_node *n)
{
	put(w, n->negated ? "(NOT " : "(");
	emit_call(w, n->op == EXPR_OP_LIKE ? "x_like" : "x_glob", n->kids);
	put(w, ")");
}

static void emit_is_null(struct writer *w, const struct expr_node *n)
{
	put(w, "(");
	emit(w, n->kids);
	put(w, n->negated ? " IS NOT NULL)" : " IS NULL)");
}

/* An unknown condition takes neither way, where SQL's own CASE WHEN would take the else. */
static void emit_if(struct writer *w, const struct expr_node *n)
{
	put(w, "CASE ");
	emit(w, n->kids);
	put(w, " WHEN 1 THEN ");
	emit(w, n->kids->next);
	put(w, " WHEN 0 THEN ");
	emit(w, n->kids->next->next);
	put(w, " END");
}

/* --- json_each ----------------------------------------------------------------------------- */

/* Opens "CASE WHEN the source is there THEN": json_each of NULL has no rows, and none of no rows is
 * anything a gate should open on. Closed by " END". */
static void emit_guard(struct writer *w, const struct expr_node *each)
{
	const struct expr_node *source = each->kids;

	if (source->type == EXPR_ANY) {
		put(w, "CASE WHEN json_type(");
		emit(w, source);
		put(w, ") IN ('array','object') THEN ");
	} else {
		put(w, "CASE WHEN ");
		emit(w, source);
		put(w, " IS NOT NULL THEN ");
	}
}

static void emit_from(struct writer *w, const struct expr_node *each)
{
	put(w, " FROM json_each(");
	emit(w, each->kids);
	put_number(w, ") AS e", each->use);
	if (each->kids->next) {
		put(w, " WHERE x_sure(");
		emit(w, each->kids->next);
		put(w, ")");
	}
}

static void emit_count(struct writer *w, const struct expr_node *n)
{
	static const char *const aggregates[] = { "count(*)", "sum(x_sure(", "avg(x_sure(",
						  "min(x_sure(", "max(x_sure(" };

	emit_guard(w, n->kids);
	put(w, "(SELECT ");
	put(w, aggregates[n->op]);
	if (n->kids->next) {
		emit(w, n->kids->next);
		put(w, "))");
	}
	emit_from(w, n->kids);
	put(w, ") END");
}

static void emit_exists(struct writer *w, const struct expr_node *n)
{
	emit_guard(w, n->kids);
	put(w, "EXISTS (SELECT 1");
	emit_from(w, n->kids);
	put(w, ") END");
}

static void emit_in_each(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *x = n->kids, *each = x->next, *term = each->next;

	emit_guard(w, each);
	emit(w, x);
	put(w, n->negated ? " NOT IN (SELECT " : " IN (SELECT ");
	emit(w, term);
	emit_from(w, each);
	put(w, ") END");
}

/* --- the rest ------------------------------------------------------------------------------ */

static void emit_func(struct writer *w, const struct expr_node *n)
{
	const struct expr_node *arg;

	for (const char *s = n->func->sql; *s; s++) {
		if (*s != '$') {
			w->over |= buf_addc(&w->q->text, *s) != 0;
			continue;
		}
		s++;
		arg = n->kids;
		if (*s == '*') {
			for (; arg; arg = arg->next) {
				emit(w, arg);
				put(w, arg->next ? "," : "");
			}
		} else {
			for (int i = *s - '1'; i > 0; i--)
				arg = arg->next;
			emit(w, arg);
		}
	}
}

static void emit_cast(struct writer *w, const struct expr_node *n)
{
	static const char *const casts[VALUE_TYPE_MAX] = {
		[VALUE_TEXT] = "x_text",	 [VALUE_INT] = "x_int",
		[VALUE_NUMBER] = "x_num",	 [VALUE_BOOL] = "x_bool",
		[VALUE_DATETIME] = "x_datetime", [VALUE_DURATION] = "x_duration",
		[VALUE_LIST] = "x_json",	 [VALUE_MAP] = "x_json",
	};

	emit_call(w, casts[n->type], n->kids);
}

static void emit(struct writer *w, const struct expr_node *n)
{
	static void (*const by_kind[])(struct writer *w, const struct expr_node *n) = {
		[EXPR_LITERAL] = emit_literal,	 [EXPR_USE] = emit_use,
		[EXPR_ELEMENT] = emit_element,	 [EXPR_OPER] = emit_oper,
		[EXPR_CALL] = emit_func,	 [EXPR_IN] = emit_in,
		[EXPR_IN_EACH] = emit_in_each,	 [EXPR_BETWEEN] = emit_between,
		[EXPR_LIKE] = emit_like,	 [EXPR_IS_NULL] = emit_is_null,
		[EXPR_IF] = emit_if,		 [EXPR_COUNT] = emit_count,
		[EXPR_EXISTS] = emit_exists,	 [EXPR_CAST] = emit_cast,
	};

	/* What is written twice, inside what is written twice, would never end. */
	if (!w->over)
		by_kind[n->kind](w, n);
}

int expr_emit(struct expr_sql *q, struct expr_tree *t, struct err *err)
{
	struct writer w = { .q = q, .t = t };

	q->n = 0;
	q->text.max = EXPR_SQL_MAX;
	buf_clear(&q->text);
	for (size_t i = 0; i < t->n_uses; i++)
		t->uses[i].param = 0;
	put(&w, "SELECT ");
	emit(&w, t->root);
	if (w.over)
		return err_set(err, ERR_LIMIT, "this expression is too large");
	return 0;
}
