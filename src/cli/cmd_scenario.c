/* scenario-from: a run's record as a scenario. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "at_run.h"
#include "client.h"
#include "err.h"
#include "fsio.h"
#include "limits.h"
#include "mem.h"
#include "scenario_made.h"
#include "str.h"
#include "verbs.h"

enum { FILE_MODE = 0600, FOLDER_MODE = 0700 }; /* what commands print is nobody else's */

struct where_book {
	const char *run;
	char *path;
};

static int find_book(void *ctx, const struct run_row *row)
{
	struct where_book *w = ctx;

	if (!str_eq(row->run, w->run))
		return 0;
	if (row->runbook && row->folder)
		w->path = fsio_join(row->folder, fsio_basename(row->runbook));
	return 1;
}

/* The path of the runbook as it was then; the caller's to free(), NULL for a blank run. */
static int book_of(const struct opts *o, const char *run, char **ret)
{
	struct where_book w = { .run = run };
	struct err err = { 0 };
	struct journal *j = NULL;
	char *path;
	int status = at_run_journal(o, &path, &j);

	free(path);
	if (status)
		return status;
	if (journal_runs(j, find_book, &w, &err) < 0)
		status = cli_fail(&err);
	journal_close(j);
	if (status == CLI_OK && !w.path)
		status = cli_usage("run %s had no runbook: there is nothing to drill", run);
	*ret = w.path;
	return status;
}

/* From the scenario's own folder where the runbook lies in it too. */
static const char *from_file(const char *file, const char *book)
{
	char *here = file ? fsio_dirname(file) : mem_dup("."), *there = fsio_dirname(book);
	struct stat a, b;
	bool same = file && !stat(here, &a) && !stat(there, &b) && a.st_dev == b.st_dev &&
		    a.st_ino == b.st_ino;

	free(here);
	free(there);
	return same ? fsio_basename(book) : book;
}

/* The folder of outputs is new, as the file is: nothing is overwritten. */
static int write_files(const struct scenario_made *m, const char *file, const char *folder,
		       struct err *err)
{
	char *dir = fsio_dirname(file), *whole = fsio_join(dir, folder);
	int rc = 0;

	if (m->n_files && mkdir(whole, FOLDER_MODE))
		rc = errno == EEXIST ? err_set(err, ERR_EXISTS, "%s is there already", whole)
				     : err_sys(err, "cannot make %s", whole);
	for (size_t i = 0; i < m->s.n_answers && rc == 0; i++) {
		const struct scenario_answer *a = &m->s.answers[i];
		char *path = a->output_file ? fsio_join(dir, a->output_file) : NULL;

		if (path)
			rc = fsio_replace(path, a->output, a->n_output, FILE_MODE, false, err);
		free(path);
	}
	free(whole);
	free(dir);
	return rc;
}

static int write_all(const struct scenario_made *m, const char *file, const char *folder,
		     struct buf *out, struct err *err)
{
	int rc = 0;

	scenario_write(out, &m->s);
	if (out->len > LIMIT_RUNBOOK_BYTES)
		return err_set(err, ERR_LIMIT, "the scenario would have %zu bytes, and may have %d",
			       out->len, LIMIT_RUNBOOK_BYTES);
	if (!file)
		return 0;
	if (access(file, F_OK) == 0)
		return err_set(err, ERR_EXISTS, "%s is there already", file);
	rc = write_files(m, file, folder, err);
	if (rc == 0)
		rc = fsio_replace(file, buf_str(out), out->len, FILE_MODE, false, err);
	buf_clear(out);
	return rc;
}

static void say_left_out(const struct scenario_made *m)
{
	if (m->lost)
		cli_say("%zu command%s of unknown end left out", m->lost, m->lost == 1 ? "" : "s");
	if (m->elsewhere)
		cli_say("%zu command%s typed by hand, or of a runbook called in, left out",
			m->elsewhere, m->elsewhere == 1 ? "" : "s");
	if (m->unsaid)
		cli_say("%zu standard error%s left out: no text, or too long", m->unsaid,
			m->unsaid == 1 ? "" : "s");
}

static int make(const struct at_run *at, const char *book, const char *file, struct buf *out)
{
	struct client_opts co = { .look = true, .journal = at->journal, .run = at->run };
	struct client *c = NULL;
	struct scenario_made m = { 0 };
	struct err err = { 0 };
	char *folder = file ? mem_printf("%s.output", fsio_basename(file)) : NULL;
	int status = CLI_OK, rc = client_open(&co, NULL, &c, &err);

	if (rc == 0)
		rc = scenario_made(c, folder, &m, &err);
	m.s.runbook = from_file(file, book);
	if (rc == 0)
		rc = write_all(&m, file, folder, out, &err);
	if (rc)
		status = cli_fail(&err);
	else
		say_left_out(&m);
	scenario_made_release(&m);
	client_close(c);
	free(folder);
	return status;
}

int cmd_scenario_from(const struct opts *o, char **args, int n)
{
	struct buf out = BUF_INIT;
	struct at_run at;
	char *book = NULL;
	int status = at_run_find(o, args[0], &at);

	if (status == CLI_OK)
		status = book_of(o, at.run, &book);
	if (status == CLI_OK)
		status = make(&at, book, n > 1 ? args[1] : NULL, &out);
	free(book);
	at_run_release(&at);
	return cli_put(&out, status);
}
