/* Nodes, tokens and names: what the files of the parser share. */
#include "expr_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "expr.h"
#include "str.h"

/* --- nodes and failures -------------------------------------------------------------------- */

struct expr_node *expr_tree_fail(struct expr_tree *t, int code, size_t off, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	if (t->rc)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->rc = err_set(t->err, code, "%s", text);
	t->fail_off = off;
	t->tok.kind = TOK_END;
	return NULL;
}

struct expr_node *expr_tree_node(struct expr_tree *t, enum expr_kind kind, size_t off)
{
	struct expr_node *n;

	if (t->rc)
		return NULL;
	if (t->n_nodes == EXPR_NODES_MAX)
		return expr_tree_fail(t, ERR_LIMIT, off, "this expression has too many parts");
	n = &t->nodes[t->n_nodes++];
	*n = (struct expr_node){ .kind = kind, .type = -1, .off = off, .depth = 1 };
	return n;
}

void expr_tree_add(struct expr_tree *t, struct expr_node *n, struct expr_node *kid)
{
	struct expr_node **at;

	if (!n || !kid)
		return;
	for (at = &n->kids; *at; at = &(*at)->next)
		;
	*at = kid;
	if (kid->depth >= n->depth)
		n->depth = kid->depth + 1;
	if (n->depth > EXPR_DEPTH_MAX)
		expr_tree_fail(t, ERR_LIMIT, n->off, "more than %d operations inside each other",
			       EXPR_DEPTH_MAX);
	n->len = t->last > n->off ? t->last - n->off : 0;
}

/* --- tokens -------------------------------------------------------------------------------- */

void expr_tree_step(struct expr_tree *t)
{
	struct expr_token tok;
	int rc;

	if (t->rc)
		return;
	t->last = t->tok.off + t->tok.len;
	rc = expr_token_next(t->text, t->last, &tok, t->err);
	if (rc) {
		t->rc = rc;
		t->fail_off = tok.off;
		tok.kind = TOK_END;
	}
	t->tok = tok;
}

bool expr_tree_word(struct expr_tree *t, const char *word)
{
	if (t->rc || !expr_token_is(t->text, &t->tok, word))
		return false;
	expr_tree_step(t);
	return !t->rc;
}

bool expr_tree_take(struct expr_tree *t, enum expr_tok kind)
{
	if (t->rc || t->tok.kind != kind)
		return false;
	expr_tree_step(t);
	return !t->rc;
}

bool expr_tree_expect(struct expr_tree *t, enum expr_tok kind, const char *what)
{
	if (expr_tree_take(t, kind))
		return true;
	if (t->tok.kind == TOK_END)
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "the expression ends where %s should "
			       "follow", what);
	else
		expr_tree_fail(t, ERR_PARSE, t->tok.off, "%s should stand here, not %.*s", what,
			       t->tok.len > 40 ? 40 : (int)t->tok.len, t->text + t->tok.off);
	return false;
}

/* --- names --------------------------------------------------------------------------------- */

static int scope_find(const struct expr_scope *s, const char *name, const struct value **ret_value)
{
	for (size_t i = s->n; i-- > 0;) {
		if (s->names ? strcmp(s->names[i].name, name) : strcmp(s->bound[i].name, name))
			continue;
		if (s->names)
			return s->names[i].type;
		*ret_value = s->bound[i].value;
		return s->bound[i].value->type;
	}
	return -1;
}

static bool scope_texts(const struct expr_scope *s, const char *name)
{
	for (size_t i = s->names ? s->n : 0; i-- > 0;)
		if (!strcmp(s->names[i].name, name))
			return s->names[i].texts;
	return false;
}

static const char *scope_nearest(const struct expr_scope *s, const char *name)
{
	const char *best = NULL;

	/* One at a time, with the best so far, so that no list has to be built. */
	for (size_t i = 0; i < s->n; i++) {
		const char *pair[2] = { best, s->names ? s->names[i].name : s->bound[i].name };

		best = str_nearest(name, pair, 2);
	}
	return best;
}

static struct expr_node *unknown_name(struct expr_tree *t, const struct expr_token *tok,
				      const char *name)
{
	static const struct {
		const char *word, *hint;
	} hints[] = {
		{ "current_time", "; the time at which the step looks is now" },
		{ "current_date", "; the day on which the step looks is date(now)" },
		{ "current_timestamp", "; the time at which the step looks is now" },
		{ "cast", "; use int(), number() or text()" },
		{ "select", " without brackets around it" },
	};
	const char *near = scope_nearest(&t->scope, name), *hint = "";

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (expr_token_is(t->text, tok, hints[i].word))
			hint = hints[i].hint;
	if (expr_token_reserved(t->text, tok))
		return expr_tree_fail(t, ERR_PARSE, tok->off, "%s cannot stand here%s", name, hint);
	if (near)
		return expr_tree_fail(t, ERR_PARSE, tok->off, "no value is called %s here; did "
				      "you mean %s?", name, near);
	return expr_tree_fail(t, ERR_PARSE, tok->off, "no value is called %s here; text goes in "
			      "single quotes", name);
}

static struct expr_node *use_node(struct expr_tree *t, const struct expr_token *tok, int use)
{
	struct expr_node *n = expr_tree_node(t, EXPR_USE, tok->off);

	if (!n)
		return NULL;
	n->use = use;
	n->type = t->uses[use].type;
	n->texts = t->uses[use].texts;
	n->len = tok->len;
	return n;
}

static struct expr_node *element(struct expr_tree *t, const struct expr_token *tok)
{
	bool key = expr_token_is(t->text, tok, "key");
	struct expr_node *n;

	if (!t->each || (!key && !expr_token_is(t->text, tok, "value")))
		return NULL;
	n = expr_tree_node(t, EXPR_ELEMENT, tok->off);
	if (!n)
		return NULL;
	n->op = key;
	n->use = t->each->use;
	n->len = tok->len;
	n->type = EXPR_ANY;
	n->texts = !key && t->each->kids->texts && t->each->kids->type == VALUE_MAP;
	if (key && t->each->kids->type == VALUE_LIST)
		n->type = VALUE_INT;
	else if (key && t->each->kids->type == VALUE_MAP)
		n->type = VALUE_TEXT;
	return n;
}

struct expr_node *expr_tree_name(struct expr_tree *t, const struct expr_token *tok)
{
	struct expr_node *n = element(t, tok);
	const struct value *value = NULL;
	struct expr_use *u;
	char name[LIMIT_ID_BYTES + 1];
	int type = -1;
	size_t len;

	if (n || t->rc)
		return n;
	for (size_t i = 0; i < t->n_uses; i++)
		if (t->uses[i].len == tok->len &&
		    memcmp(t->text + t->uses[i].off, t->text + tok->off, tok->len) == 0)
			return use_node(t, tok, (int)i);
	len = tok->len < sizeof(name) ? tok->len : sizeof(name) - 1;
	memcpy(name, t->text + tok->off, len);
	name[len] = '\0';
	if (len == tok->len && !expr_token_reserved(t->text, tok))
		type = scope_find(&t->scope, name, &value);
	if (type < 0 || type >= VALUE_TYPE_MAX)
		return unknown_name(t, tok, name);
	if (t->n_uses == EXPR_USES_MAX)
		return expr_tree_fail(t, ERR_LIMIT, tok->off, "more than %d values in one "
				      "expression", EXPR_USES_MAX);
	u = &t->uses[t->n_uses++];
	*u = (struct expr_use){ .off = tok->off, .len = tok->len, .type = type, .value = value,
				.texts = scope_texts(&t->scope, name) };
	return use_node(t, tok, (int)t->n_uses - 1);
}
