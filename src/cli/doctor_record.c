/* The record: can it be kept, where, and what is on it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "buf.h"
#include "doctor.h"
#include "err.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "verbs.h"
#include "where.h"

enum { SPACE_BAD_MB = 64, SPACE_POOR_MB = 512 };

/* The place that a run would try first; the caller's to free(). */
static char *first_place(const struct opts *o)
{
	struct where w[WHERE_MAX];
	bool named;
	size_t n = where_list(o, w, &named);
	char *path = w[0].path;

	w[0].path = NULL;
	where_release(w, n);
	return path;
}

struct opened {
	bool team;
};

static int try_open(void *ctx, const char *journal, bool team, struct err *err)
{
	struct opened *seen = ctx;
	struct journal *j = NULL;
	int r = journal_open(journal, JOURNAL_WRITE | (team ? JOURNAL_TEAM : 0), &j, err);

	seen->team = team;
	if (r == 0)
		journal_ballast_keep(j);
	journal_close(j);
	return r;
}

enum health doctor_journal(struct doctor *d, struct buf *out)
{
	struct opened seen = { 0 };
	struct err err = { 0 };
	char *path = NULL, *first = first_place(d->o);
	enum health h = HEALTH_GOOD;

	if (where_open(d->o, try_open, &seen, &path, &err)) {
		buf_addf(out, "it cannot be written: %s; --journal FILE keeps it elsewhere",
			 err.text);
		h = HEALTH_BAD;
	} else if (strcmp(path, first) != 0) {
		buf_addf(out, "it cannot lie at %s; a run would keep it in %s", first, path);
		h = HEALTH_POOR;
	} else {
		buf_addf(out, "%s can be written%s", path,
			 seen.team ? ", and the group shares it" : "");
	}
	free(first);
	free(path);
	return h;
}

enum health doctor_space(struct doctor *d, struct buf *out)
{
	char *path = first_place(d->o), *folder = fsio_dirname(path);
	struct statvfs fs;
	unsigned long long mb;
	enum health h;

	if (statvfs(folder, &fs)) {
		buf_addf(out, "%s: how much is free is not to be found out", folder);
		h = HEALTH_POOR;
	} else {
		mb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
		h = mb < SPACE_BAD_MB ? HEALTH_BAD : mb < SPACE_POOR_MB ? HEALTH_POOR : HEALTH_GOOD;
		buf_addf(out, "%llu MB are free beside the record%s", mb,
			 h == HEALTH_GOOD ? "" : "; what commands print is kept there, whole");
	}
	free(folder);
	free(path);
	return h;
}

/* doctor_journal has just seen to it, where it could. */
enum health doctor_ballast(struct doctor *d, struct buf *out)
{
	char *path = where_read(d->o), *ballast = mem_printf("%s.ballast", path);
	enum health h = access(ballast, F_OK) == 0 ? HEALTH_GOOD : HEALTH_POOR;

	buf_adds(out, h == HEALTH_GOOD ? "8 MB lie beside the record for the day the disk is full"
				       : "none lies beside the record: a full disk stops all runs");
	free(ballast);
	free(path);
	return h;
}

enum health doctor_degraded(struct doctor *d, struct buf *out)
{
	struct where w[WHERE_MAX];
	bool named;
	size_t n = where_list(d->o, w, &named);

	for (size_t i = 0; i < n; i++)
		if (w[i].degraded && access(w[i].path, F_OK) == 0)
			buf_addf(out, "%s%s", out->len ? ", " : "a record of a night without its "
								"proper place lies in ",
				 w[i].path);
	where_release(w, n);
	if (out->len)
		return HEALTH_POOR;
	buf_adds(out, "no record lies in a folder for temporary files");
	return HEALTH_GOOD;
}

static int count_open(void *ctx, const struct run_row *row)
{
	if (!row->verdict)
		++*(int *)ctx;
	return 0;
}

enum health doctor_open_runs(struct doctor *d, struct buf *out)
{
	char *path = where_read(d->o);
	struct journal *j = NULL;
	struct err err = { 0 };
	int open = 0;

	if (journal_open(path, JOURNAL_READ, &j, &err) == 0)
		journal_runs(j, count_open, &open, &err);
	journal_close(j);
	free(path);
	if (open)
		buf_addf(out, "%d run%s unfinished: `blackstart attach` goes to the newest", open,
			 open == 1 ? " is" : "s are");
	else
		buf_adds(out, "no run is unfinished");
	return open ? HEALTH_POOR : HEALTH_GOOD;
}
