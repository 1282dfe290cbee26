/* contacts: who is awake, how they are reached, and in which order. */
#include <stdlib.h>

#include "buf.h"
#include "clock.h"
#include "contacts.h"
#include "err.h"
#include "loader.h"
#include "verbs.h"

static int bad_severity(const struct people *p, const char *word)
{
	struct buf all = BUF_INIT;
	int status;

	for (size_t i = 0; i < p->n_severities; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", p->severities[i]);
	status = cli_usage("--severity %s is none of %s", word, buf_str(&all));
	buf_release(&all);
	return status;
}

static int show(const struct opts *o, const struct contacts_file *file, const struct people *p,
		const struct findings *f, int64_t wall_ns)
{
	struct contacts_view v = { .people = p, .file = file, .severity = o->severity,
				   .wall_ns = wall_ns, .errors = f->errors,
				   .warnings = f->warnings };
	struct buf out = BUF_INIT;

	if (!v.severity) /* the worst */
		v.severity = p->severities[p->n_severities - 1];
	else if (people_find_severity(p, v.severity) < 0)
		return bad_severity(p, v.severity);
	if (o->json)
		contacts_json(&out, &v);
	else
		contacts_print(&out, &v);
	if (f->errors)
		cli_say("%s has %zu error%s: `blackstart lint` says which", file->path, f->errors,
			f->errors == 1 ? "" : "s");
	return cli_put(&out, CLI_OK);
}

int cmd_contacts(const struct opts *o, char **args, int n)
{
	struct loader_source disk = loader_disk();
	struct contacts_file file = { 0 };
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err = { 0 };
	int64_t wall_ns = clock_now().wall;
	int status = CLI_BOOK;

	if (o->at && !clock_parse(o->at, &wall_ns))
		return cli_usage("--at wants a time such as 2026-11-22T03:00Z, not %s", o->at);
	if (contacts_find(n ? args[0] : NULL, &file, &err) ||
	    people_load(file.path, &disk, &p, &f, &err))
		cli_say("%s", err.text);
	else if (o->test || o->send)
		status = contacts_send(o, &file, p);
	else
		status = show(o, &file, p, &f, wall_ns);
	people_free(p);
	findings_release(&f);
	free(file.path);
	free(file.how);
	return status;
}
