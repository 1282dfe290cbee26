/* One load, from the first byte to the list of all steps. */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "checker.h"
#include "driver.h"
#include "err.h"
#include "str.h"

static void load_init(struct load *l, const struct loader_source *src, struct findings *f)
{
	*l = (struct load){ .src = src, .diag.f = f, .arena = arena_new(),
			    .scratch = arena_new() };
	l->files_end = &l->files;
	l->books_end = &l->books;
}

void load_release(struct load *l)
{
	for (struct load_file *f = l->files; f; f = f->next) {
		doc_release(&f->doc);
		nameset_release(&f->taken);
	}
	for (struct load_book *b = l->books; b; b = b->next) {
		nameset_release(&b->ids);
		check_scope_release(b->scope);
	}
	for (size_t t = 0; t < TABLE_MAX; t++)
		nameset_release(&l->keys[t]);
	driver_release_made(l);
	nameset_release(&l->file_of);
	nameset_release(&l->patterns);
	check_exprs_free(l->exprs);
	arena_free(l->scratch);
	arena_free(l->arena);
}

/* A value that some caller takes is used, whatever else becomes of it. */
static void take_results(struct load_book *b)
{
	for (size_t i = 0; i < b->n_walk; i++) {
		const struct draft *d = b->walk[i];
		for (size_t k = 0; d->sub && k < d->step.n_results; k++) {
			const char *name = d->step.results[k].value.s;
			nameset_put(&d->sub->file->taken, name, strlen(name), 0, NULL);
		}
	}
}

/* What is called is checked before who calls it, so that the types of its values are known. */
static void check_books(struct load *l)
{
	size_t n = 0;
	for (struct load_book *b = l->books; b; b = b->next)
		n++;
	struct load_book **all = arena_alloc(l->scratch, (n + 1) * sizeof(*all));
	n = 0;
	for (struct load_book *b = l->books; b; b = b->next) {
		all[n++] = b;
		take_results(b);
	}
	while (n-- > 0)
		check_book(l, all[n]);
}

static int read_root(struct load *l, const char *path, struct load_book **ret, struct err *err)
{
	int code;
	struct load_file *file = load_open(l, path, "runbook", &code, err);
	if (!file->bytes) {
		diag_add(&l->diag, code == ERR_LIMIT ? RULE_LIMIT : RULE_UNREADABLE,
			 (struct place){ file->path, 0, 0 }, "%s", file->why);
		return code;
	}
	*ret = load_read_book(l, file, NULL, NULL);
	return *ret ? 0 : err_set(err, ERR_PARSE, "%s: there is no list of steps to walk", path);
}

int loader_load(const char *path, const struct loader_source *src, struct runbook **ret,
		struct findings *f, struct err *err)
{
	struct load l;
	struct load_book *root = NULL;
	size_t told = f->errors;
	f->first = f->n;
	load_init(&l, src, f);
	int rc = read_root(&l, path, &root, err);
	if (rc)
		goto out;
	load_link(&l, root);
	load_number(&l, root);
	check_books(&l);
	load_break(&l);
	load_index(&l, root->rb);
	load_pin(&l, root->rb);
	root->rb->broken = f->errors > told;
	root->rb->arena = l.arena;
	l.arena = NULL;
	*ret = root->rb;
out:
	findings_sort(f);
	load_release(&l);
	return rc;
}
