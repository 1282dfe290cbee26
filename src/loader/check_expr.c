/* Conditions: names, types, and whether they compile. One evaluator for the whole load; a condition
 * that differs from one seen before in its names only (of the same types) is not tried again,
 * because whether it is good does not depend on what its values are called. */
#include "checker.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "expr.h"
#include "mem.h"
#include "str.h"

struct exprs {
	struct expr *x;
	struct nameset good; /* canonical text -> type */
};

void check_exprs_free(struct exprs *x)
{
	if (!x)
		return;
	expr_close(x->x);
	nameset_release(&x->good);
	free(x);
}

static struct exprs *evaluator(struct load *l)
{
	struct err err;
	if (l->exprs)
		return l->exprs;
	l->exprs = mem_alloc(sizeof(*l->exprs));
	if (expr_open(&l->exprs->x, &err))
		diag_add(&l->diag, RULE_UNREADABLE, (struct place){ l->files->path, 0, 0 },
			 "conditions are not checked: %s", err.text);
	return l->exprs;
}

static const struct {
	const char *name;
	enum value_type type;
} built_in[] = {
	{ "exit", VALUE_INT },
	{ "now", VALUE_DATETIME },
	{ "attempt", VALUE_INT },
	{ "mode", VALUE_TEXT },
};

bool check_builtin(const char *name, size_t len, enum value_type *ret)
{
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (strlen(built_in[i].name) == len && memcmp(name, built_in[i].name, len) == 0) {
			*ret = built_in[i].type;
			return true;
		}
	return false;
}

/* --- names ----------------------------------------------------------------------------------- */

enum { NAMES_MAX = 256 }; /* as many as a condition may have */

struct names {
	struct check *c;
	const struct ref *r;
	struct expr_name v[NAMES_MAX];
	size_t n;
	bool bad;      /* reported: compiling would only say it again */
	bool builtins; /* something changes without a value of ours */
};

static void add_name(void *ctx, const char *name, size_t len, size_t off)
{
	struct names *f = ctx;
	struct check *c = f->c;
	struct expr_name *e = &f->v[f->n];
	if (f->n == NAMES_MAX) {
		if (!f->bad)
			diag_add(&c->l->diag, RULE_LIMIT, f->r->at,
				 "more than %d names in one condition", NAMES_MAX);
		f->bad = true;
		return;
	}
	e->name = arena_dupn(c->l->scratch, name, len);
	if ((unsigned char)name[len] >= 0x80) { /* no name: compiling says so */
		f->n++;
		return;
	}
	if (check_builtin(name, len, &e->type)) {
		f->builtins = true;
		f->n++;
		if (!str_eq(e->name, "exit") || f->r->has_exit)
			return;
		diag_add(&c->l->diag, RULE_CONDITION, check_place(c, f->r, off),
			 "`exit` is the status of a command, and none has ended here");
		f->bad = true;
		return;
	}
	const struct tracked *t = check_use(c, f->r, name, len, off);
	e->type = t ? check_type(c, t, c->d) : VALUE_TYPE_INVALID;
	e->texts = t && check_is_behind(c, t, c->d);
	f->bad |= e->type == VALUE_TYPE_INVALID;
	f->n++;
}

/* --- canonical text -------------------------------------------------------------------------- */

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The text with each of our names replaced by its position and type. Whatever else stands in it
 * stays as it is, so two texts that come out equal differ in these names alone. */
static void canonical(struct buf *out, const struct names *f)
{
	const char *s = f->r->s;
	buf_addf(out, "%d|", (int)(f->r->kind == REF_CONDITION ? VALUE_BOOL : f->r->want));
	while (*s) {
		size_t n = 0, i = 0;
		while (word_char(s[n]))
			n++;
		if (!n) {
			buf_addc(out, *s++);
			continue;
		}
		while (i < f->n && (strncmp(f->v[i].name, s, n) || f->v[i].name[n]))
			i++;
		if (i < f->n)
			buf_addf(out, "\001%zu:%d%s:", i, (int)f->v[i].type,
				 f->v[i].texts ? "t" : "");
		else
			buf_add(out, s, n);
		s += n;
	}
}

/* --- the check ------------------------------------------------------------------------------- */

static int check_text(struct check *c, const struct names *f, enum value_type *ret_type)
{
	struct exprs *x = evaluator(c->l);
	struct buf key = BUF_INIT;
	struct err err = { 0 };
	size_t offset = 0, known;
	int rc = 0;
	if (!x->x)
		return 0;
	canonical(&key, f);
	if (nameset_get(&x->good, buf_str(&key), key.len, &known)) {
		*ret_type = (enum value_type)known;
		goto out;
	}
	rc = expr_check(x->x, f->r->s, f->v, f->n,
			f->r->kind == REF_CONDITION ? VALUE_BOOL : f->r->want, ret_type, &offset,
			&err);
	if (rc)
		diag_add(&c->l->diag, RULE_CONDITION, check_place(c, f->r, offset), "`%s`: %s",
			 f->r->key, err.text);
	else
		nameset_put(&x->good, arena_dupn(c->l->scratch, buf_str(&key), key.len), key.len,
			    (size_t)*ret_type, NULL);
out:
	buf_release(&key);
	return rc;
}

static void check_constant(struct check *c, const struct names *f)
{
	enum tri t;
	if (f->n || f->r->kind != REF_CONDITION || !c->l->exprs->x)
		return;
	t = expr_condition(c->l->exprs->x, f->r->s, NULL, 0, NULL);
	diag_add(&c->l->diag, RULE_CONSTANT, f->r->at,
		 "`%s` names no value: it is always %s", f->r->key, tri_name(t));
}

/* A derived value gets the type that its expression has. */
static void keep_type(struct check *c, const struct ref *r, enum value_type type)
{
	struct tracked *t = check_find(c, r->key, strlen(r->key));
	if (type == VALUE_TYPE_INVALID)
		return;
	if (r->ret_type && *r->ret_type == VALUE_TYPE_INVALID)
		*r->ret_type = type;
	if (t && t->type == VALUE_TYPE_INVALID)
		t->type = type;
	else if (t && t->type != type && r->want == VALUE_TYPE_INVALID)
		diag_add(&c->l->diag, RULE_TYPE_CONFLICT, r->at,
			 "`%s` is %s here and %s in line %d; say `as`, or take another name",
			 r->key, value_type_name(type), value_type_name(t->type), t->at.line);
}

void check_expr(struct check *c, const struct ref *r)
{
	struct names f = { .c = c, .r = r };
	enum value_type type = r->kind == REF_CONDITION ? VALUE_BOOL : r->want;
	expr_names(r->s, add_name, &f);
	if (f.bad)
		return;
	int rc = check_text(c, &f, &type);
	if (rc)
		return;
	check_constant(c, &f);
	if (r->kind == REF_EXPR)
		keep_type(c, r, type);
}
