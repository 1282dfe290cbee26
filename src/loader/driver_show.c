/* A driver file by itself: its findings, and on paper. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "checker.h"
#include "err.h"
#include "page.h"
#include "str.h"

enum { NARROWEST = 40 };

bool loader_is_driver(const char *path)
{
	return loader_is_other(path, "driver", "proved",
			       (const char *const[]){ "volume", "cluster", NULL });
}

/* --- paper ----------------------------------------------------------------------------------- */

static void print_head(const struct page *p, const struct driver *d)
{
	struct buf needs = BUF_INIT;
	page_printf(p, NULL, "%s (%s %s)", d->title ? d->title : d->path,
		    d->volume ? "volume" : "cluster", driver_name(d));
	page_text(p, d->recordings ? "!!" : "Proved:", d->recordings ?
		  "NOT PROVED LIVE: tried against recordings of its tools only" : "live");
	buf_addc(p->out, '\n');
	page_text(p, NULL, d->about);
	if (d->about)
		buf_addc(p->out, '\n');
	for (size_t i = 0; i < d->n_needs; i++)
		buf_addf(&needs, "%s%s", i ? ", " : "", d->needs[i]);
	page_text(p, "Needs:", d->n_needs ? buf_str(&needs) : NULL);
	for (size_t i = 0; i < d->n_params; i++) {
		const struct field *f = &d->params[i];
		page_printf(p, "Parameter:", "%s (%s%s)%s%s%s%s", f->name,
			    value_type_name(f->type), f->secret ? ", secret" : "",
			    f->prompt ? ": " : "", f->prompt ? f->prompt : "",
			    f->otherwise ? "; default " : "",
			    !f->otherwise ? "" : *f->otherwise ? f->otherwise : "empty");
	}
	page_command(p, "Functions:", d->functions.s);
	buf_addc(p->out, '\n');
	buf_release(&needs);
}

/* "reads", "changes", "destroys": what the table says first of a command. */
static const char *doc_of(enum driver_command_id id)
{
	for (size_t i = 0; i < fields_driver.n; i++)
		if (strcmp(fields_driver.keys[i].key, driver_command_name(id)) == 0 &&
		    fields_driver.keys[i].type == TYPE_DRIVER_COMMAND)
			return fields_driver.keys[i].doc;
	return "";
}

static void print_command(const struct page *p, const struct driver *d, enum driver_command_id id)
{
	const struct driver_command *c = &d->commands[id];
	struct page in = *p;
	in.indent += 4;
	if (!c->run.s)
		return;
	page_text(p, driver_command_name(id), doc_of(id));
	page_command(&in, NULL, c->run.s);
	page_duration(&in, "Usually takes:", c->takes_ms);
	page_duration(&in, "Stop it after:", c->timeout_ms);
	page_duration(&in, "Look again every:", c->every_ms);
	page_duration(&in, "Give up after:", c->within_ms);
	buf_addc(p->out, '\n');
}

/* --- one load -------------------------------------------------------------------------------- */

int loader_driver(const char *path, const struct loader_source *src, struct buf *paper, int width,
		  struct findings *f, struct err *err)
{
	struct load l = { .src = src, .diag.f = f, .arena = arena_new(), .scratch = arena_new() };
	struct page p = { paper, width < NARROWEST ? NARROWEST : width, 0, false };
	int code = 0;
	f->first = f->n;
	l.files_end = &l.files;
	l.books_end = &l.books;
	struct load_file *file = load_open(&l, path, "driver", &code, err);
	if (!file->bytes) {
		diag_add(&l.diag, code == ERR_LIMIT ? RULE_LIMIT : RULE_UNREADABLE,
			 (struct place){ file->path, 0, 0 }, "%s", file->why);
	} else {
		const struct driver *d = driver_read(&l, file);
		if (paper) {
			print_head(&p, d);
			for (int id = 0; id < CMD_MAX; id++)
				print_command(&p, d, id);
		}
	}
	findings_sort(f);
	load_release(&l);
	return code;
}
