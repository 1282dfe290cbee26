/* lint, show, schema: what can be said of a runbook without a run. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "err.h"
#include "guard.h"
#include "lint_contacts.h"
#include "lint_guard.h"
#include "loader.h"
#include "people.h"
#include "people_attach.h"
#include "runbook.h"
#include "scenario.h"
#include "scenarios.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"

struct linted {
	struct findings found; /* of all files */
	struct shelf shelf;
	struct lint_contacts contacts; /* files with contacts, each looked at once */
	struct lint_contacts environments;
	size_t n, n_drivers, n_scenarios;
	bool failed;           /* not even a finding says what is wrong */
};

static void lint_file(struct linted *l, const char *path)
{
	struct loader_source disk = loader_disk();
	struct err err = { 0 };
	struct runbook *rb = NULL;
	size_t before = l->found.errors;

	if (people_is_contacts(path)) {
		lint_contacts(&l->contacts, path, &disk, NULL, &l->found);
		return;
	}
	if (guard_is_file(path)) {
		lint_guard(&l->environments, path, &l->found);
		return;
	}
	if (loader_is_driver(path)) {
		loader_driver(path, &disk, NULL, 0, &l->found, &err);
		l->n_drivers++;
		return;
	}
	if (scenario_is_file(path)) {
		scenarios_lint(path, &l->found);
		l->n_scenarios++;
		return;
	}
	if (loader_load(path, &disk, &rb, &l->found, &err) && l->found.errors == before) {
		cli_say("%s: %s", path, err.text);
		l->failed = true;
	}
	for (size_t i = 0; rb && i < rb->n_files; i++)
		if (str_eq(rb->files[i].role, "contacts"))
			lint_contacts(&l->contacts, rb->files[i].path, &disk, rb, &l->found);
	if (rb)
		lint_guard_book(&l->environments, rb, &l->found);
	runbook_free(rb);
	l->n++;
}

static void lint_path(struct linted *l, const char *path)
{
	size_t from = l->shelf.n;
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		lint_file(l, path);
		return;
	}
	shelf_in(&l->shelf, path);
	shelf_in_of(&l->shelf, path, people_is_contacts);
	shelf_in_of(&l->shelf, path, guard_is_file);
	shelf_in_of(&l->shelf, path, loader_is_driver);
	shelf_in_of(&l->shelf, path, scenario_is_file);
	for (size_t i = from; i < l->shelf.n; i++)
		lint_file(l, l->shelf.v[i]);
	if (l->shelf.n == from)
		cli_say("%s: no runbooks in this folder", path);
	if (l->shelf.over)
		cli_say("%s: more than %d runbooks; the rest was not looked at", path, SHELF_MAX);
	l->failed |= l->shelf.over || l->shelf.n == from;
}

static void say_counts(const struct linted *l)
{
	struct buf what = BUF_INIT;

	if (l->n || (!l->contacts.n && !l->environments.n && !l->n_drivers &&
		     !l->n_scenarios))
		buf_addf(&what, "%zu runbook%s", l->n, l->n == 1 ? "" : "s");
	if (l->contacts.n)
		buf_addf(&what, "%s%zu contacts file%s", what.len ? ", " : "", l->contacts.n,
			 l->contacts.n == 1 ? "" : "s");
	if (l->environments.n)
		buf_addf(&what, "%s%zu environments file%s", what.len ? ", " : "",
			 l->environments.n, l->environments.n == 1 ? "" : "s");
	if (l->n_drivers)
		buf_addf(&what, "%s%zu driver%s", what.len ? ", " : "", l->n_drivers,
			 l->n_drivers == 1 ? "" : "s");
	if (l->n_scenarios)
		buf_addf(&what, "%s%zu scenario%s", what.len ? ", " : "", l->n_scenarios,
			 l->n_scenarios == 1 ? "" : "s");
	cli_say("%s: %zu error%s, %zu warning%s", buf_str(&what), l->found.errors,
		l->found.errors == 1 ? "" : "s", l->found.warnings,
		l->found.warnings == 1 ? "" : "s");
	buf_release(&what);
}

int cmd_lint(const struct opts *o, char **args, int n)
{
	struct linted l = { 0 };
	struct buf out = BUF_INIT;
	int status;

	for (int i = 0; i < n; i++)
		lint_path(&l, args[i]);
	if (o->json) {
		findings_json(&out, &l.found);
		if (out.len && out.data[out.len - 1] != '\n')
			buf_addc(&out, '\n');
	} else {
		findings_print(&out, &l.found);
	}
	status = l.found.errors || l.failed || (o->strict && l.found.warnings) ? CLI_BOOK : CLI_OK;
	if (!o->json)
		say_counts(&l);
	status = cli_put(&out, status);
	findings_release(&l.found);
	shelf_release(&l.shelf);
	lint_contacts_release(&l.contacts);
	lint_contacts_release(&l.environments);
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

static int show_driver(const char *path, int width)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	int status = CLI_OK;

	if (loader_driver(path, &disk, &out, width, &f, &err))
		status = (cli_say("%s", err.text), CLI_BOOK);
	else if (f.errors)
		cli_say("%s has %zu error%s: `blackstart lint` says which", path, f.errors,
			f.errors == 1 ? "" : "s");
	findings_release(&f);
	return cli_put(&out, status);
}

static void print_whole(struct buf *out, struct runbook *rb, int width)
{
	guard_attach(rb);
	loader_print(out, rb, width);
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
	if (loader_is_driver(args[0]))
		return show_driver(args[0], width);
	if (scenario_is_file(args[0]))
		return scenarios_show(args[0]);
	if (!(path = shelf_path(args[0], &err)))
		return cli_say("%s", err.text), CLI_BOOK;
	loader_load(path, &disk, &rb, &f, &err);
	if (!rb) {
		findings_print(&out, &f);
		cli_say("%s\n%s", err.text, buf_str(&out));
		buf_clear(&out);
		status = CLI_BOOK;
	} else {
		people_attach(rb);
		if (o->yaml)
			loader_print_yaml(&out, rb);
		else
			print_whole(&out, rb, width);
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
	static const struct {
		const char *name;
		void (*put)(struct buf *out);
	} kinds[] = {
		{ "runbook", loader_schema }, { "contacts", people_schema },
		{ "driver", loader_driver_schema }, { "environments", guard_schema },
		{ "scenario", scenario_schema },
	};
	size_t k = 0;

	const size_t all = sizeof(kinds) / sizeof(kinds[0]);

	while (n && k < all && !str_eq(args[0], kinds[k].name))
		k++;
	if (k == all)
		return cli_usage("schema of `runbook`, `contacts`, `driver`, `environments` or "
				 "`scenario`, not of `%s`", args[0]);
	kinds[k].put(&out);
	return cli_put(&out, CLI_OK);
}
