/* The loader's own tree of nodes, as plain maps, lists and texts. */
#include "yamltree.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "doc.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"

static const struct ytree *copy(struct arena *a, const struct doc *d, const struct node *n)
{
	struct ytree *t = arena_alloc(a, sizeof *t);
	size_t i = 0;

	t->at = doc_place(d, n);
	if (n->kind == NODE_SCALAR) {
		t->kind = YTREE_SCALAR;
		t->text = n->s ? n->s : "";
		return t;
	}
	t->kind = n->kind == NODE_MAP ? YTREE_MAP : YTREE_LIST;
	t->pairs = arena_alloc(a, (n->n + 1) * sizeof *t->pairs);
	for (const struct node *kid = n->first; kid && i < n->n; kid = kid->next, i++) {
		struct ytree_pair *p = &t->pairs[i];

		p->key = kid->key && kid->key->kind == NODE_SCALAR ? kid->key->s : NULL;
		p->at = doc_place(d, kid->key ? kid->key : kid);
		p->v = copy(a, d, kid);
	}
	t->n = i;
	return t;
}

static int first_error(struct findings *f, struct err *err)
{
	findings_sort(f);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].severity == SEV_ERROR)
			return err_set(err, ERR_PARSE, "%s:%d:%d: %s", f->v[i].at.file,
				       f->v[i].at.line, f->v[i].at.col, f->v[i].text);
	return 0;
}

int yamltree_read(const char *path, struct ytree_doc *ret, struct err *err)
{
	struct arena *a = arena_new();
	struct findings f = { 0 };
	struct diag diag = { .f = &f };
	struct doc d = { .path = arena_dup(a, path) };
	struct buf text = BUF_INIT;
	int rc = fsio_read(path, LIMIT_RUNBOOK_BYTES, &text, err);

	if (!rc) {
		d.text = arena_dupn(a, buf_str(&text), text.len);
		d.n = text.len;
		doc_parse(&d, a, a, &diag);
		rc = first_error(&f, err);
	}
	if (!rc) {
		ret->arena = a;
		ret->root = d.root ? copy(a, &d, d.root) : NULL;
		a = NULL;
	}
	doc_release(&d);
	buf_release(&text);
	findings_release(&f);
	arena_free(a);
	return rc;
}

void yamltree_release(struct ytree_doc *d)
{
	arena_free(d->arena);
	*d = (struct ytree_doc){ 0 };
}

const struct ytree *yamltree_get(const struct ytree *t, const char *key)
{
	for (size_t i = 0; t && t->kind == YTREE_MAP && i < t->n; i++)
		if (t->pairs[i].key && strcmp(t->pairs[i].key, key) == 0)
			return t->pairs[i].v;
	return NULL;
}
