/* Single terms: literals, names, calls, brackets, case. */
#include "expr_tree.h"

#include <string.h>

#include "err.h"
#include "expr_func.h"
#include "expr_type.h"
#include "str.h"

static struct expr_node *literal(struct expr_tree *t, const struct expr_token *tok, int type)
{
	struct expr_node *n = expr_tree_node(t, EXPR_LITERAL, tok->off);

	if (n) {
		n->type = type;
		n->len = tok->len;
	}
	return n;
}

static struct expr_node *text_literal(struct expr_tree *t, const struct expr_token *tok)
{
	struct expr_node *n = literal(t, tok, VALUE_TEXT);

	if (!n)
		return NULL;
	n->s = t->chars + t->n_chars;
	n->n = expr_token_unquote(t->text, tok, t->chars + t->n_chars);
	t->n_chars += n->n + 1;
	return n;
}

static struct expr_node *number_literal(struct expr_tree *t, const struct expr_token *tok)
{
	struct expr_node *n = literal(t, tok, tok->kind == TOK_INT ? VALUE_INT : VALUE_NUMBER);
	char digits[64];
	bool ok;

	if (!n)
		return NULL;
	if (tok->len >= sizeof(digits))
		return expr_tree_fail(t, ERR_PARSE, tok->off, "this number is too long");
	memcpy(digits, t->text + tok->off, tok->len);
	digits[tok->len] = '\0';
	ok = tok->kind == TOK_INT ? str_to_i64(digits, &n->i) : str_to_f64(digits, &n->f);
	if (!ok)
		return expr_tree_fail(t, ERR_PARSE, tok->off, "this number is too large");
	return n;
}

/* case when A then B when C then D else E end: an IF in the else of an IF. */
static struct expr_node *case_node(struct expr_tree *t, size_t off)
{
	struct expr_node *n = expr_tree_node(t, EXPR_IF, off);
	struct expr_node *cond, *arm[2];

	if (!n)
		return NULL;
	if (++t->nesting > EXPR_DEPTH_MAX)
		return expr_tree_fail(t, ERR_LIMIT, off, "nested too deeply");
	cond = expr_type_condition(t, expr_tree_expr(t), "when");
	if (cond && !expr_tree_word(t, "then"))
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "then should stand here");
	arm[0] = expr_tree_expr(t);
	if (!arm[0])
		return NULL;
	if (expr_tree_word(t, "when")) {
		arm[1] = case_node(t, t->last);
	} else {
		if (!expr_tree_word(t, "else"))
			return expr_tree_fail(t, ERR_PARSE, t->tok.off, "case needs an else");
		arm[1] = expr_tree_expr(t);
		if (arm[1] && !expr_tree_word(t, "end"))
			return expr_tree_fail(t, ERR_PARSE, t->tok.off, "end should stand here");
	}
	t->nesting--;
	if (!cond || !arm[1])
		return NULL;
	n->type = expr_type_unify(t, arm, 2, off, "case");
	expr_tree_add(t, n, cond);
	expr_tree_add(t, n, arm[0]);
	expr_tree_add(t, n, arm[1]);
	return t->rc ? NULL : n;
}

static struct expr_node *bracket(struct expr_tree *t, size_t off)
{
	struct expr_node *n;

	if (expr_tree_word(t, "select"))
		n = expr_each_select(t, off);
	else
		n = expr_tree_expr(t);
	if (!n || !expr_tree_expect(t, TOK_RPAREN, "a closing bracket )"))
		return NULL;
	return n;
}

static struct expr_node *word_term(struct expr_tree *t)
{
	struct expr_token tok = t->tok;
	struct expr_node *n;
	bool yes = expr_token_is(t->text, &tok, "true");

	expr_tree_step(t);
	if (yes || expr_token_is(t->text, &tok, "false")) {
		n = literal(t, &tok, VALUE_BOOL);
		if (n)
			n->i = yes;
		return n;
	}
	if (expr_token_is(t->text, &tok, "null"))
		return literal(t, &tok, EXPR_NULL);
	if (expr_token_is(t->text, &tok, "case")) {
		if (expr_tree_word(t, "when"))
			return case_node(t, tok.off);
		return expr_tree_fail(t, ERR_PARSE, t->tok.off, "case goes on with when: case "
				      "when replicas > 2 then 'many' else 'few' end");
	}
	if (expr_token_is(t->text, &tok, "exists"))
		return expr_each_exists(t, tok.off);
	if (t->each && expr_token_is(t->text, &tok, "json_each") &&
	    expr_tree_take(t, TOK_DOT)) {
		tok = t->tok; /* json_each.value is value */
		expr_tree_step(t);
	}
	if (t->tok.kind == TOK_LPAREN && !expr_token_reserved(t->text, &tok))
		return expr_func_call(t, &tok);
	return t->rc ? NULL : expr_tree_name(t, &tok);
}

struct expr_node *expr_tree_term(struct expr_tree *t)
{
	struct expr_token tok = t->tok;

	if (t->rc)
		return NULL;
	switch (tok.kind) {
	case TOK_NAME:
		return word_term(t);
	case TOK_INT:
	case TOK_NUMBER:
		expr_tree_step(t);
		return number_literal(t, &tok);
	case TOK_TEXT:
		expr_tree_step(t);
		return text_literal(t, &tok);
	case TOK_LPAREN:
		expr_tree_step(t);
		return bracket(t, tok.off);
	case TOK_END:
		return expr_tree_fail(t, ERR_PARSE, tok.off,
				      tok.off == strspn(t->text, " \t\r\n")
					      ? "the expression is empty"
					      : "the expression ends where a value should follow");
	default:
		return expr_tree_fail(t, ERR_PARSE, tok.off, "a value should stand here, not %.*s",
				      (int)tok.len, t->text + tok.off);
	}
}
