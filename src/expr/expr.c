#include "expr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "expr_db.h"
#include "expr_type.h"
#include "mem.h"
#include "str.h"

int expr_open(struct expr **ret, struct err *err)
{
	struct expr *x = mem_alloc(sizeof(*x));
	int rc = expr_db_open(x, err);

	if (rc) {
		free(x);
		return rc;
	}
	*ret = x;
	return 0;
}

void expr_close(struct expr *x)
{
	if (!x)
		return;
	expr_db_close(x);
	free(x);
}

/* Brings the whole to what is wanted. */
static int settle_root(struct expr_tree *t, enum value_type want)
{
	int type = t->root->type;

	if (want == VALUE_BOOL)
		t->root = expr_type_condition(t, t->root, "as a whole");
	else if (want >= 0 && want < VALUE_TYPE_MAX)
		t->root = expr_type_want(t, t->root, want, "this value");
	else if (type == EXPR_NULL)
		expr_tree_fail(t, ERR_PARSE, t->root->off, "null alone is no value");
	return t->rc;
}

/* Text to SQL: x->tree and x->sql. */
static int compile(struct expr *x, const char *text, struct expr_scope scope, enum value_type want,
		   struct err *err)
{
	int rc = expr_tree_parse(&x->tree, text, scope, err);

	if (rc == 0)
		rc = settle_root(&x->tree, want);
	if (rc == 0)
		rc = expr_emit(&x->sql, &x->tree, err);
	return rc;
}

/* --- lint ---------------------------------------------------------------------------------- */

/* The whole must evaluate, and a condition must not be true while nothing at all is known, unless
 * it asks for just that. */
static int try_out(struct expr *x, enum value_type want, struct err *err)
{
	struct expr_tree *t = &x->tree;
	struct expr_result r = { 0 };
	int rc = expr_db_eval(x, EXPR_BIND_NULLS, &r, err);

	if (rc == 0 && want == VALUE_BOOL && t->n_uses && !t->null_aware &&
	    r.type == SQLITE_INTEGER && r.i == 1)
		rc = err_set(err, ERR_PARSE, "this is true even when nothing is known");
	else if (rc == 0 && t->json)
		rc = expr_db_eval(x, EXPR_BIND_SAMPLES, &r, err);
	/* What depends on values is no mistake of the text. */
	if (rc && x->data[0])
		rc = 0;
	if (rc)
		t->fail_off = t->json ? t->json->off : t->root->off;
	buf_release(&r.text);
	return rc;
}

int expr_check(struct expr *x, const char *text, const struct expr_name *names, size_t n,
	       enum value_type want, enum value_type *ret_type, size_t *ret_offset, struct err *err)
{
	static const struct expr_name none[1];
	struct expr_scope scope = { .names = names ? names : none, .n = names ? n : 0 };
	int rc = compile(x, text, scope, want, err);

	if (rc == 0 && x->tree.root->type == EXPR_ANY)
		rc = err_set(err, ERR_PARSE, "the type of this is not known before the run; use "
			     "int(), number() or text()");
	if (rc == 0)
		rc = try_out(x, want, err);
	if (rc && ret_offset)
		*ret_offset = x->tree.fail_off;
	if (rc == 0 && ret_type)
		*ret_type = want == VALUE_TYPE_INVALID ? (enum value_type)x->tree.root->type : want;
	return rc;
}

/* --- conditions ---------------------------------------------------------------------------- */

static void say_unknown(const struct expr_tree *t, struct buf *why)
{
	size_t before = why->len;

	for (size_t i = 0; i < t->n_uses; i++)
		if (!t->uses[i].value->known || !t->uses[i].value->text)
			buf_addf(why, "%s%.*s", why->len == before ? "" : ", ",
				 (int)t->uses[i].len, t->text + t->uses[i].off);
	if (why->len == before)
		buf_adds(why, "it comes to nothing: a key that is not there, or "
			      "a division by zero");
	else
		buf_adds(why, " not known");
}

static struct expr_scope bound_scope(const struct binding *b, size_t n)
{
	static const struct binding none[1];

	return (struct expr_scope){ .bound = b ? b : none, .n = b ? n : 0 };
}

enum tri expr_condition(struct expr *x, const char *text, const struct binding *b, size_t n,
			struct buf *why)
{
	struct expr_result r = { 0 };
	struct err err = { 0 };
	enum tri out = TRI_UNKNOWN;
	int rc = compile(x, text, bound_scope(b, n), VALUE_BOOL, &err);

	if (rc == 0)
		rc = expr_db_eval(x, EXPR_BIND_VALUES, &r, &err);
	if (rc == 0 && r.type == SQLITE_INTEGER && r.i == 1)
		out = TRI_TRUE;
	else if (rc == 0 && r.type == SQLITE_INTEGER && r.i == 0)
		out = TRI_FALSE;
	else if (why && rc)
		buf_adds(why, err.text);
	else if (why)
		say_unknown(&x->tree, why);
	buf_release(&r.text);
	return out;
}

/* --- derived values ------------------------------------------------------------------------ */

static int out_of_range(enum value_type as, struct err *err)
{
	return err_set(err, ERR_LIMIT, "the result is out of the range of %s", value_type_name(as));
}

/* The canonical text of a result. */
static int write_result(const struct expr_result *r, enum value_type as, struct buf *out,
			struct err *err)
{
	switch (as) {
	case VALUE_INT:
		if (r->type != SQLITE_INTEGER)
			return out_of_range(as, err);
		buf_addf(out, "%lld", (long long)r->i);
		return 0;
	case VALUE_NUMBER:
		if (r->f - r->f != 0)
			return out_of_range(as, err);
		str_f64(out, r->f);
		return 0;
	case VALUE_BOOL:
		if (r->type != SQLITE_INTEGER || (r->i != 0 && r->i != 1))
			return out_of_range(as, err);
		buf_adds(out, r->i ? "true" : "false");
		return 0;
	case VALUE_DATETIME:
		if (r->type != SQLITE_INTEGER)
			return out_of_range(as, err);
		clock_utc(out, r->i, 9);
		return 0;
	case VALUE_DURATION:
		if (r->type != SQLITE_INTEGER)
			return out_of_range(as, err);
		str_duration(out, r->i / CLOCK_MS);
		return 0;
	default:
		buf_add(out, buf_str(&r->text), r->text.len);
		return 0;
	}
}

static bool any_secret(const struct expr_tree *t)
{
	for (size_t i = 0; i < t->n_uses; i++)
		if (t->uses[i].value->secret)
			return true;
	return false;
}

/* The type of what came out of JSON. */
static enum value_type type_of_result(const struct expr_result *r)
{
	return r->type == SQLITE_INTEGER ? VALUE_INT
	       : r->type == SQLITE_FLOAT ? VALUE_NUMBER : VALUE_TEXT;
}

int expr_derive(struct expr *x, const char *text, const struct binding *b, size_t n,
		enum value_type as, struct value *ret, struct err *err)
{
	struct expr_result r = { 0 };
	struct buf canonical = BUF_INIT;
	struct value v = { 0 };
	int rc = compile(x, text, bound_scope(b, n), as, err);

	if (rc == 0)
		rc = expr_db_eval(x, EXPR_BIND_VALUES, &r, err);
	if (rc)
		goto out;
	if (as == VALUE_TYPE_INVALID)
		as = x->tree.root->type == EXPR_ANY ? type_of_result(&r)
						    : (enum value_type)x->tree.root->type;
	v.type = as;
	if (r.type != SQLITE_NULL) {
		rc = write_result(&r, as, &canonical, err);
		if (rc == 0)
			rc = value_parse(as, buf_str(&canonical), canonical.len, &v, err);
		if (rc == ERR_PARSE && as == VALUE_DURATION)
			rc = out_of_range(as, err);
	}
	if (rc == 0) {
		v.secret = any_secret(&x->tree);
		*ret = v;
	}
out:
	buf_release(&canonical);
	buf_release(&r.text);
	return rc;
}

/* --- names --------------------------------------------------------------------------------- */

struct seen {
	size_t off, len;
};

static bool seen_before(const char *text, const struct seen *seen, size_t n,
			const struct expr_token *tok)
{
	for (size_t i = 0; i < n; i++)
		if (seen[i].len == tok->len &&
		    memcmp(text + seen[i].off, text + tok->off, tok->len) == 0)
			return true;
	return false;
}

/* A word that stands for a value: no keyword, no function, no value or key of a json_each. */
static bool is_value_name(const char *text, const struct expr_token *tok, bool in_select)
{
	struct expr_token next;

	if (tok->kind != TOK_NAME || expr_token_reserved(text, tok))
		return false;
	if (in_select && (expr_token_is(text, tok, "value") || expr_token_is(text, tok, "key")))
		return false;
	return expr_token_next(text, tok->off + tok->len, &next, NULL) ||
	       next.kind != TOK_LPAREN;
}

void expr_names(const char *text, void (*fn)(void *ctx, const char *name, size_t len, size_t off),
		void *ctx)
{
	struct seen seen[EXPR_USES_MAX];
	struct expr_token tok = { 0 };
	size_t n = 0;
	int depth = 0, select = -1; /* depth of the outermost select, -1: none */

	for (;;) {
		if (expr_token_next(text, tok.off + tok.len, &tok, NULL) || tok.kind == TOK_END)
			return;
		depth += (tok.kind == TOK_LPAREN) - (tok.kind == TOK_RPAREN);
		if (depth < select)
			select = -1;
		if (select < 0 && expr_token_is(text, &tok, "select"))
			select = depth;
		if (!is_value_name(text, &tok, select >= 0) || seen_before(text, seen, n, &tok))
			continue;
		if (n == EXPR_USES_MAX)
			return;
		seen[n++] = (struct seen){ tok.off, tok.len };
		fn(ctx, text + tok.off, tok.len, tok.off);
	}
}
