/* Texts of a step as expressions: what the runbook writes `${name}` is the value itself here. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "fill.h"
#include "limits.h"
#include "reader.h"
#include "str.h"

enum { PAIRS_MAX = 16 }; /* a function takes no more arguments */

struct writing {
	struct buf *out;
	const char *text;
	size_t done; /* bytes of text that are written */
	bool any;
};

static void sep(struct writing *w)
{
	if (w->any)
		buf_adds(w->out, " || ");
	w->any = true;
}

/* `$$` stands for a dollar sign; a quote is doubled. */
static void literal(struct writing *w, size_t to)
{
	if (to <= w->done)
		return;
	sep(w);
	buf_addc(w->out, '\'');
	for (size_t i = w->done; i < to; i++) {
		char c = w->text[i];
		if (c == '\'')
			buf_addc(w->out, '\'');
		buf_addc(w->out, c);
		i += c == '$' && i + 1 < to && w->text[i + 1] == '$';
	}
	buf_addc(w->out, '\'');
}

static int on_name(void *ctx, enum fill_use use, const char *name, size_t n, size_t offset)
{
	struct writing *w = ctx;
	if (use == FILL_KEY) {
		buf_addf(w->out, "%.*s)", (int)n, name);
		w->done = offset + n + 2; /* "]}" */
		return 0;
	}
	literal(w, offset - 2);
	sep(w);
	buf_addf(w->out, use == FILL_MAP ? "text(%.*s ->> " : "text(%.*s)", (int)n, name);
	w->done = offset + n + 1;
	return 0;
}

/* "${name}" and nothing more: the name. */
static const char *single(struct plan *p, const char *s)
{
	size_t n = strlen(s);
	if (n < 4 || !str_starts(s, "${") || s[n - 1] != '}' || strchr(s, '}') != s + n - 1 ||
	    strchr(s, '['))
		return NULL;
	return plan_f(p, "%.*s", (int)(n - 3), s + 2);
}

static struct place at_node(const struct plan *p, const struct node *v)
{
	return doc_place(p->d->doc, v);
}

static const char *text_expr(struct plan *p, const char *s, struct place at)
{
	struct buf out = BUF_INIT;
	struct writing w = { .out = &out, .text = s };
	struct err err = { 0 };
	const char *kept = NULL;
	if (fill_names(s, on_name, &w, &err)) {
		diag_add(&p->l->diag, RULE_VALUE, at, "%s", err.text);
		goto out;
	}
	literal(&w, strlen(s));
	if (!w.any)
		buf_adds(&out, "''");
	kept = arena_dup(p->l->scratch, buf_str(&out));
out:
	buf_release(&out);
	return kept;
}

const char *plan_expr(struct plan *p, const struct node *v)
{
	if (v->kind != NODE_SCALAR || !v->len) {
		diag_add(&p->l->diag, v->kind == NODE_SCALAR ? RULE_EMPTY : RULE_SHAPE,
			 at_node(p, v), "`%s` must be one text", v->key ? v->key->s : "it");
		return NULL;
	}
	const char *name = single(p, v->s);
	return name ? name : text_expr(p, v->s, at_node(p, v));
}

/* --- maps ------------------------------------------------------------------------------------ */

static bool add_pair(struct plan *p, struct buf *out, const char *key, const struct node *e)
{
	const struct node *v = e;
	if (v->kind != NODE_SCALAR || !v->len || strchr(v->s, '\n')) {
		diag_add(&p->l->diag, RULE_VALUE, at_node(p, v), "`%s` must be one line",
			 key ? key : v->key ? v->key->s : "it");
		return false;
	}
	const char *name = v->key ? v->key->s : v->s; /* an item of a list is its own address */
	if (p->d->step.kind == KIND_RESTORE && strpbrk(name, "\"\\")) {
		diag_add(&p->l->diag, RULE_NAME, at_node(p, v->key ? v->key : v),
			 "the volume `%s` cannot be restored under that name: it has a quote or a "
			 "backslash", name);
		return false;
	}
	const char *to = text_expr(p, v->s, at_node(p, v));
	if (!to || strlen(name) > LIMIT_ITEM_BYTES)
		return false;
	struct writing w = { .out = out, .text = name };
	if (out->len)
		buf_adds(out, ", ");
	if (v->key)
		literal(&w, strlen(name));
	else
		buf_adds(out, to);
	buf_addf(out, ", %s", to);
	return true;
}

static const char *inline_map(struct plan *p, const struct node *v)
{
	struct buf out = BUF_INIT;
	const char *kept = NULL;
	if (!v->n || v->n > PAIRS_MAX) {
		diag_add(&p->l->diag, v->n ? RULE_LIMIT : RULE_EMPTY, at_node(p, v),
			 "`%s` has %zu entries; written here there may be 1 to %d, more come as "
			 "the name of a value: `${name}`",
			 v->key->s, v->n, PAIRS_MAX);
		return NULL;
	}
	for (const struct node *e = v->first; e; e = e->next)
		if (e->bad || e->cut || (e->key && e->key->bad) || !add_pair(p, &out, NULL, e))
			goto out;
	kept = plan_f(p, "map_of(%s)", buf_str(&out));
out:
	buf_release(&out);
	return kept;
}

const char *plan_map(struct plan *p, const char *key)
{
	const struct node *v = doc_get(p->d->node, key);
	if (!v || v->bad || v->cut)
		return NULL; /* reported */
	if (v->kind == NODE_MAP || (v->kind == NODE_SEQ && p->d->step.kind == KIND_REBUILD))
		return inline_map(p, v);
	const char *name = v->kind == NODE_SCALAR ? single(p, v->s) : NULL;
	if (!name)
		diag_add(&p->l->diag, RULE_VALUE, at_node(p, v),
			 "`%s` is the name of a value, `${name}`, or a mapping written here", key);
	return name;
}
