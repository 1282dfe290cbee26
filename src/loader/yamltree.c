/* The loader's own tree of nodes, as plain maps, lists and texts. */
#include "yamltree.h"

#include "arena.h"
#include "buf.h"
#include "doc.h"
#include "err.h"
#include "limits.h"

static const struct ytree *copy(struct arena *a, struct doc *d, const struct node *n)
{
	struct ytree *t = arena_alloc(a, sizeof *t);
	size_t i = 0;

	t->at = doc_place(d, n);
	if (n->kind == NODE_SCALAR) {
		t->kind = YTREE_SCALAR;
		t->text = n->s ? n->s : "";
		t->commented = doc_comment(d, n) < d->n;
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

/* text is the arena's. */
static void parse(struct doc *d, struct findings *f, struct ytree_doc *ret)
{
	struct diag diag = { .f = f };

	doc_parse(d, ret->arena, ret->arena, &diag);
	ret->root = d->root ? copy(ret->arena, d, d->root) : NULL;
	ret->cut = d->cut;
	doc_release(d);
}

int yamltree_read(const char *path, struct ytree_doc *ret, struct err *err)
{
	struct loader_source disk = loader_disk();
	struct ytree_doc made = { 0 };
	struct findings f = { 0 };
	int rc = yamltree_load(path, &disk, &made, &f, err);

	if (!rc)
		rc = first_error(&f, err);
	if (!rc) {
		*ret = made;
		made.arena = NULL;
	}
	findings_release(&f);
	arena_free(made.arena);
	return rc;
}

int yamltree_load(const char *path, const struct loader_source *src, struct ytree_doc *ret,
		  struct findings *f, struct err *err)
{
	struct buf text = { .max = LIMIT_RUNBOOK_BYTES };
	struct ytree_doc made = { .arena = arena_new() };
	struct doc d = { .path = arena_dup(made.arena, path) };
	struct diag diag = { .f = f };
	struct err why = { 0 };
	int rc;

	f->first = f->n;
	rc = src->read(src->ctx, path, &text, &why);
	if (!rc && text.over)
		rc = err_set(&why, ERR_LIMIT, "%s is larger than %d bytes", path,
			     LIMIT_RUNBOOK_BYTES);
	if (rc) {
		if (err)
			*err = why;
		diag_add(&diag, rc == ERR_NOTFOUND ? RULE_MISSING_FILE : RULE_UNREADABLE,
			 (struct place){ path, 0, 0 }, "%s", why.text);
	} else {
		d.text = arena_dupn(made.arena, buf_str(&text), text.len);
		d.n = text.len;
		parse(&d, f, &made);
		*ret = made;
		made.arena = NULL;
	}
	buf_release(&text);
	arena_free(made.arena);
	return rc;
}

void yamltree_release(struct ytree_doc *d)
{
	arena_free(d->arena);
	*d = (struct ytree_doc){ 0 };
}
