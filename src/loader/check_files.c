/* contacts.yaml and environments.yaml: are they there, and do they know the names used? */
#include "checker.h"

#include <string.h>

#include "err.h"
#include "str.h"

#define ENVIRONMENTS "environments.yaml"

enum { MANY = 200 };

static void unknown_in(struct load *l, enum rule rule, struct place at, const struct node *map,
		       const char *name, const char *file, const char *what)
{
	const char *names[MANY];
	char near[160];
	size_t n = 0;
	for (const struct node *v = map ? map->first : NULL; v && n < MANY; v = v->next)
		if (v->key && v->key->kind == NODE_SCALAR)
			names[n++] = v->key->s;
	findings_near(near, sizeof(near), name, names, n);
	diag_add(&l->diag, rule, at, "%s has no %s `%s`%s", file, what, name, near);
}

/* The file's root mapping, its findings reported with it; NULL where it cannot be used. */
static const struct node *root_of(struct load *l, struct load_file *f)
{
	bool quiet = l->diag.quiet;
	l->diag.quiet = quiet || f->told;
	f->told = true;
	const struct node *root = load_doc(l, f)->root;
	l->diag.quiet = quiet;
	return root && root->kind == NODE_MAP && !root->cut ? root : NULL;
}

static void check_ladders(struct load *l, struct load_book *b, struct load_file *f)
{
	const struct node *root = f ? root_of(l, f) : NULL;
	const struct node *ladders = doc_get(root, "ladders");
	for (size_t i = 0; i < b->n_walk; i++) {
		const struct draft *d = b->walk[i];
		const char *name = d->step.ladder;
		if (d->step.kind != KIND_CONTACT || !name)
			continue;
		if (!f && !b->rb->contacts) /* a file that is not there was reported */
			diag_add(&l->diag, RULE_LADDER, d->step.at,
				 "`contact: %s` is a ladder, and the runbook names no `contacts` "
				 "file",
				 name);
		else if (root && !doc_get(ladders, name))
			unknown_in(l, RULE_LADDER, d->step.at, ladders, name, b->rb->contacts,
				   "ladder");
	}
}

static struct load_file *contacts_file(struct load *l, struct load_book *b)
{
	const struct node *at = doc_get(b->file->doc.root, "contacts");
	struct err err = { 0 };
	int code;
	if (!b->rb->contacts)
		return NULL;
	struct load_file *f =
		load_open(l, load_path(l, b, b->rb->contacts), "contacts", &code, &err);
	if (f->bytes) {
		b->rb->contacts_file = f->path;
		return f;
	}
	diag_add(&l->diag, code == ERR_NOTFOUND ? RULE_MISSING_FILE : RULE_UNREADABLE,
		 doc_place(&b->file->doc, at), "%s%s",
		 code == ERR_NOTFOUND ? "the file with contacts is not there: " : "",
		 code == ERR_NOTFOUND ? b->rb->contacts : err.text);
	return NULL;
}

/* `also: NAME`, or a list of names. */
static bool is_also(const struct node *v, const char *name)
{
	if (v && v->kind == NODE_SCALAR)
		return str_eq(v->s, name);
	for (v = v && v->kind == NODE_SEQ ? v->first : NULL; v; v = v->next)
		if (v->kind == NODE_SCALAR && str_eq(v->s, name))
			return true;
	return false;
}

static bool has_environment(const struct node *root, const char *name)
{
	if (doc_get(root, name))
		return true;
	for (const struct node *v = root->first; v; v = v->next)
		if (v->kind == NODE_MAP && is_also(doc_get(v, "also"), name))
			return true;
	return false;
}

/* A book that names none and destroys something is told so by its file of them. */
static bool wants_environments(const struct load_book *b)
{
	if (b->rb->environment)
		return true;
	for (size_t i = 0; i < b->n_walk; i++)
		if (b->walk[i]->step.effect == EFFECT_DESTROY)
			return true;
	return false;
}

static void check_environment(struct load *l, struct load_book *b)
{
	const char *name = b->rb->environment;
	const struct node *at = doc_get(b->file->doc.root, "environment");
	struct err err = { 0 };
	struct load_file *f = wants_environments(b) ? environments_find(l, b, &err) : NULL;
	if (!f)
		return;
	b->rb->environments_file = f->path;
	if (err.text[0])
		diag_add(&l->diag, RULE_UNREADABLE,
			 at ? doc_place(&b->file->doc, at) : (struct place){ b->file->path, 1, 1 },
			 "%s", err.text);
	const struct node *root = root_of(l, f);
	if (root && at && !strchr(name, '$') && !has_environment(root, name))
		unknown_in(l, RULE_ENVIRONMENT, doc_place(&b->file->doc, at), root, name,
			   ENVIRONMENTS, "environment");
}

void check_files(struct load *l, struct load_book *b)
{
	struct load_file *contacts = contacts_file(l, b);
	check_ladders(l, b, contacts);
	check_environment(l, b);
}
