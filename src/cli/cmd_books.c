/* lint, show, schema: what can be said of a runbook without a run. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "err.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"

static void take(struct findings *to, struct findings *from)
{
	for (size_t i = 0; i < from->n; i++) {
		if (to->n == to->cap) {
			to->cap = to->cap ? 2 * to->cap : 32;
			to->v = mem_grow(to->v, to->cap, sizeof(*to->v));
		}
		to->v[to->n++] = from->v[i];
	}
	to->errors += from->errors;
	to->warnings += from->warnings;
	from->n = 0;
	findings_release(from);
}

/* The places in findings live as long as their runbook. */
struct linted {
	struct runbook **books;
	size_t n;
	struct findings all;
	bool failed; /* not even a finding says what is wrong */
};

static void lint_file(struct linted *l, const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct err err = { 0 };
	struct runbook *rb = NULL;

	if (loader_load(path, &disk, &rb, &f, &err) && f.errors == 0) {
		cli_say("%s: %s", path, err.text);
		l->failed = true;
	}
	l->books = mem_grow(l->books, l->n + 1, sizeof(*l->books));
	l->books[l->n++] = rb;
	take(&l->all, &f);
}

static int lint_path(struct linted *l, const char *path)
{
	struct shelf shelf = { 0 };
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		lint_file(l, path);
		return CLI_OK;
	}
	shelf_in(&shelf, path);
	for (size_t i = 0; i < shelf.n; i++)
		lint_file(l, shelf.v[i]);
	if (shelf.n == 0)
		cli_say("%s: no runbooks in this folder", path);
	if (shelf.over)
		cli_say("%s: more than %d runbooks; the rest was not looked at", path, SHELF_MAX);
	l->failed |= shelf.over || shelf.n == 0;
	shelf_release(&shelf);
	return CLI_OK;
}

int cmd_lint(const struct opts *o, char **args, int n)
{
	struct linted l = { 0 };
	struct buf out = BUF_INIT;
	int status;

	for (int i = 0; i < n; i++)
		lint_path(&l, args[i]);
	if (o->json) {
		findings_json(&out, &l.all);
		if (out.len && out.data[out.len - 1] != '\n')
			buf_addc(&out, '\n');
	} else {
		findings_print(&out, &l.all);
	}
	status = l.all.errors || l.failed || (o->strict && l.all.warnings) ? CLI_BOOK : CLI_OK;
	if (!o->json)
		cli_say("%zu runbook%s: %zu error%s, %zu warning%s", l.n, l.n == 1 ? "" : "s",
			l.all.errors, l.all.errors == 1 ? "" : "s", l.all.warnings,
			l.all.warnings == 1 ? "" : "s");
	status = cli_put(&out, status);
	findings_release(&l.all);
	for (size_t i = 0; i < l.n; i++)
		runbook_free(l.books[i]);
	free(l.books);
	return status;
}

static int width_of(const struct opts *o, int *ret)
{
	int64_t n;

	*ret = 80;
	if (!o->width)
		return CLI_OK;
	if (!str_to_i64(o->width, &n) || n < 40 || n > 400)
		return cli_usage("--width wants a number from 40 to 400");
	*ret = (int)n;
	return CLI_OK;
}

int cmd_show(const struct opts *o, char **args, int n)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct err err = { 0 };
	struct runbook *rb = NULL;
	struct buf out = BUF_INIT;
	int width, status = width_of(o, &width);
	char *path;

	(void)n;
	if (status)
		return status;
	if (!(path = shelf_path(args[0], &err)))
		return cli_say("%s", err.text), CLI_BOOK;
	loader_load(path, &disk, &rb, &f, &err);
	if (!rb) {
		findings_print(&out, &f);
		cli_say("%s\n%s", err.text, buf_str(&out));
		buf_clear(&out);
		status = CLI_BOOK;
	} else {
		if (o->yaml)
			loader_print_yaml(&out, rb);
		else
			loader_print(&out, rb, width);
		if (f.errors)
			cli_say("%s has %zu error%s: `blackstart lint` says which", path, f.errors,
				f.errors == 1 ? "" : "s");
	}
	status = cli_put(&out, status);
	findings_release(&f);
	runbook_free(rb);
	free(path);
	return status;
}

int cmd_schema(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;

	(void)o;
	(void)args;
	(void)n;
	loader_schema(&out);
	return cli_put(&out, CLI_OK);
}
