/* Names in texts: does a value of that name exist, is it there by now, may it be shown? */
#include "checker.h"

#include <string.h>

#include "err.h"
#include "fill.h"
#include "limits.h"
#include "str.h"

enum { NEAR_MAX = 2000 }; /* names looked at for "did you mean" */

struct place check_place(struct check *c, const struct ref *r, size_t offset)
{
	struct doc *d = &c->b->file->doc;
	size_t file;
	if (diag_full(&c->l->diag))
		return r->at;
	if (!str_eq(r->at.file, d->path)) { /* a driver's command */
		if (!nameset_get(&c->l->file_of, r->at.file, strlen(r->at.file), &file) ||
		    !((struct load_file *)file)->parsed)
			return r->at;
		d = &((struct load_file *)file)->doc;
	}
	return doc_inside(d, r->at, r->s, offset);
}

static void unknown_value(struct check *c, const struct ref *r, const char *name, size_t len,
			  size_t offset)
{
	const char *names[NEAR_MAX];
	char word[LIMIT_ID_BYTES + 1], near[160] = "";
	size_t n = 0;
	len = len < sizeof(word) ? len : sizeof(word) - 1;
	memcpy(word, name, len);
	word[len] = '\0';
	if (check_builtin(name, len, &(enum value_type){ 0 })) {
		diag_add(&c->l->diag, r->kind == REF_TEXT ? RULE_TEMPLATE : RULE_UNKNOWN_VALUE,
			 check_place(c, r, offset), "`%s` is for conditions; no text can show it",
			 word);
		return;
	}
	for (size_t i = 0; i < c->s->n && n < NEAR_MAX && !diag_full(&c->l->diag); i++)
		if (nameset_get(&c->s->values, c->s->v[i].name, strlen(c->s->v[i].name),
				&(size_t){ 0 }))
			names[n++] = c->s->v[i].name;
	findings_near(near, sizeof(near), word, names, n);
	diag_add(&c->l->diag,
		 r->kind == REF_TEXT && !r->acts ? RULE_TEMPLATE : RULE_UNKNOWN_VALUE,
		 check_place(c, r, offset), "no value is called `%s`%s", word, near);
}

static bool guarded_by(const struct check *c, const char *guard)
{
	for (size_t i = 0; guard && i < c->n_guards; i++)
		if (str_eq(c->guards[i], guard))
			return true;
	return false;
}

/* "x is not null", "coalesce(x, 0)": the condition knows that it may be unknown. */
static bool minds_unknown(const char *s, const char *name)
{
	size_t n = strlen(name);
	if (strcasestr(s, "coalesce") || strcasestr(s, "ifnull"))
		return true;
	for (const char *p = s; (p = strstr(p, name)); p += n) {
		const char *next = p + n + strspn(p + n, " \t\n");
		if (next > p + n && strncasecmp(next, "is", 2) == 0 && strchr(" \t\n", next[2]))
			return true;
	}
	return false;
}

static void not_set(struct check *c, const struct ref *r, const struct tracked *t, size_t offset)
{
	bool shown = r->kind == REF_TEXT && !r->acts;
	struct place at = check_place(c, r, offset);
	if (t->state == HOLDS_MAYBE)
		diag_add(&c->l->diag, RULE_MAYBE_UNSET, at,
			 "`%s` is captured on some of the ways that lead here (line %d), not on "
			 "all",
			 t->name, t->at.line);
	else if (t->loop)
		diag_add(&c->l->diag, shown ? RULE_TEXT_BEFORE_SET : RULE_BEFORE_SET, at,
			 "`%s` is an item of `each` and known inside of it only", t->name);
	else
		diag_add(&c->l->diag, shown ? RULE_TEXT_BEFORE_SET : RULE_BEFORE_SET, at,
			 "`%s` is used before it is captured (line %d)", t->name, t->at.line);
}

struct tracked *check_use(struct check *c, const struct ref *r, const char *name, size_t len,
			  size_t offset)
{
	struct tracked *t = check_find(c, name, len);
	if (!t) {
		unknown_value(c, r, name, len, offset);
		return NULL;
	}
	t->used = true;
	bool is_expr = r->kind == REF_CONDITION || r->kind == REF_EXPR;
	if (t->state == HOLDS || (t->state == HOLDS_MAYBE && guarded_by(c, t->guard)) ||
	    (t->state == HOLDS_MAYBE && is_expr && minds_unknown(r->s, t->name)))
		return t;
	not_set(c, r, t, offset);
	return t;
}

/* --- texts ----------------------------------------------------------------------------------- */

struct filling {
	struct check *c;
	const struct ref *r;
};

static int text_name(void *ctx, enum fill_use use, const char *name, size_t n, size_t offset)
{
	struct filling *f = ctx;
	const struct tracked *t = check_use(f->c, f->r, name, n, offset);
	if (t && t->secret)
		diag_add(&f->c->l->diag, RULE_SECRET_SHOWN, check_place(f->c, f->r, offset),
			 "`%s` is a secret: it is not filled into texts; list it under `secret` "
			 "of the step whose command needs it",
			 t->name);
	enum value_type type = t ? check_type(f->c, t, f->c->d) : VALUE_TYPE_INVALID;
	if (use == FILL_MAP && type != VALUE_MAP && type != VALUE_TYPE_INVALID)
		diag_add(&f->c->l->diag, f->r->acts ? RULE_UNKNOWN_VALUE : RULE_TEMPLATE,
			 check_place(f->c, f->r, offset),
			 "`%s` is %s, and only a map has entries", t->name, value_type_name(type));
	return 0;
}

static void check_text(struct check *c, const struct ref *r)
{
	struct filling f = { c, r };
	struct err err;
	if (strchr(r->s, '$') && fill_names(r->s, text_name, &f, &err))
		diag_add(&c->l->diag, RULE_TEMPLATE, r->at, "`%s`: %s", r->key, err.text);
}

/* --- names ----------------------------------------------------------------------------------- */

static void check_name(struct check *c, const struct ref *r)
{
	const struct tracked *t = check_use(c, r, r->s, strlen(r->s), 0);
	if (!t)
		return;
	enum value_type type = check_type(c, t, c->d);
	bool items = str_eq(r->key, "each") || str_eq(r->key, "from");
	if (items && type != VALUE_LIST && type != VALUE_MAP && type != VALUE_TYPE_INVALID)
		diag_add(&c->l->diag, RULE_VALUE, r->at,
			 "`%s` needs a list or a map, and `%s` is %s", r->key, t->name,
			 value_type_name(type));
	if (items && t->secret)
		diag_add(&c->l->diag, RULE_SECRET_SHOWN, r->at,
			 "`%s` is a secret, and its items would be shown", t->name);
	if (str_eq(r->key, "secret") && !t->secret)
		diag_add(&c->l->diag, RULE_CONTRADICTION, r->at,
			 "`%s` is no secret: every command is given it", t->name);
}

static void check_artefact(struct check *c, const struct ref *r)
{
	size_t order;
	bool found = nameset_get(&c->s->artefacts, r->s, strlen(r->s), &order);
	if (found && order < c->d->order)
		return;
	if (found)
		diag_add(&c->l->diag, RULE_ARTEFACT, r->at, "`%s` is produced later", r->s);
	else if (str_eq(r->key, "shows") && check_find(c, r->s, strlen(r->s)))
		check_use(c, r, r->s, strlen(r->s), 0);
	else
		diag_add(&c->l->diag, RULE_ARTEFACT, r->at,
			 "no step `produces` a file called `%s`", r->s);
}

void check_refs(struct check *c, struct draft *d, enum ref_phase phase)
{
	static void (*const checks[])(struct check *c, const struct ref *r) = {
		[REF_TEXT] = check_text, [REF_COMMAND] = check_command,
		[REF_CONDITION] = check_expr, [REF_EXPR] = check_expr, [REF_NAME] = check_name,
		[REF_ARTEFACT] = check_artefact,
	};
	for (const struct ref *r = d->refs; r; r = r->next) {
		if (r->phase != phase || r->kind == REF_NONE)
			continue;
		checks[r->kind](c, r);
		if (r->kind == REF_EXPR)
			check_set_state(c, check_find(c, r->key, strlen(r->key)), HOLDS);
	}
}
