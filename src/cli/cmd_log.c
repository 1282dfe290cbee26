/* log: what is on record, of one run as it is told, or of any number of them row by row. Rows only:
 * no keeper is started for it, and a crashed run stays as it is. */
#include <stdlib.h>
#include <unistd.h>

#include "err.h"
#include "journal.h"
#include "logging.h"
#include "verbs.h"

static int put_row(void *ctx, const struct log_row *row)
{
	static void (*const forms[])(struct buf *, const struct log_style *,
				     const struct log_row *) = {
		[LOG_TEXT] = log_line_text,
		[LOG_JSON] = log_line_json,
		[LOG_SYSLOG] = log_line_syslog,
	};
	struct logging *l = ctx;

	forms[l->form](&l->out, &l->style, row);
	return logging_wrote(l);
}

/* Rows as far as they are there. *ret_any: some came. The first lines go out at once. */
static int put_all(struct logging *l, bool *ret_any, struct err *err)
{
	int64_t before = l->lines;
	bool end = false;
	int r = 0;

	while (r == 0 && !end) {
		bool first = l->lines == before;

		r = journal_log_next(l->log, put_row, l, &end, err);
		if (first || end || r)
			logging_flush(l);
		if (r == ERR_BUSY) {
			logging_wait(l, true);
			r = 0;
		}
	}
	*ret_any = l->lines > before;
	return r;
}

/* Whether nothing more can come: every run that was named is closed. Asked before the last rows are
 * read. */
static int all_closed(struct logging *l, bool *ret, struct err *err)
{
	bool closed = l->filter.n_runs > 0;
	int r = 0;

	for (size_t i = 0; r == 0 && closed && i < l->filter.n_runs; i++)
		r = journal_log_closed(l->j, l->runs[i], &closed, err);
	*ret = closed;
	return r == ERR_BUSY ? 0 : r;
}

/* What goes on later where it ends now: by arrival, and nothing new is no failure. */
static bool is_export(const struct opts *o)
{
	return o->format || o->after || o->cursor;
}

static int put_rows(struct logging *l, struct err *err)
{
	const struct opts *o = l->o;
	enum log_order order = o->reverse ? LOG_REVERSE : is_export(o) ? LOG_ARRIVAL : LOG_FORWARD;
	bool over = !o->follow, any = false;
	int r = logging_resume(l, err);

	if (r == 0)
		r = journal_log_open(l->j, &l->filter, order, &l->log, err);
	if (r == 0 && o->follow)
		r = all_closed(l, &over, err);
	if (r == 0)
		r = put_all(l, &any, err);
	while (r == 0 && !over && !l->gone) {
		if (any && logging_keep(l, err))
			return err->code;
		if (!logging_wait(l, any))
			break;
		r = logging_there(l, err);
		if (r == 0)
			r = all_closed(l, &over, err);
		if (r == 0)
			r = put_all(l, &any, err);
	}
	if (r == ERR_CANCEL && l->full)
		r = 0;
	return r == 0 && !l->gone ? logging_keep(l, err) : r;
}

/* What a person should know of what was not put out. */
static void say_rest(const struct logging *l)
{
	int64_t missed = l->log ? journal_log_missed(l->log) : 0;
	int64_t pruned = l->log ? journal_log_pruned(l->log) : 0;

	if (pruned)
		cli_say("%lld chunk%s of output could not be looked through: pruned or redacted, "
			"which is on record", (long long)pruned, pruned == 1 ? "" : "s");
	if (missed)
		cli_say("%lld chunk%s of output could not be looked through: not on record, or not "
			"any more", (long long)missed, missed == 1 ? "" : "s");
	if ((l->o->format || l->o->after) && !l->o->cursor)
		cli_say("this was all up to row %lld; `--after %lld` goes on behind it",
			(long long)journal_log_at(l->log), (long long)journal_log_at(l->log));
}

int cmd_log(const struct opts *o, char **args, int n)
{
	struct logging l = { .notify = -1 };
	struct err err = { 0 };
	int status = logging_read(&l, o, args, n), r = 0;
	bool told = l.form == LOG_TEXT && l.filter.n_runs == 1 && !o->after && !o->cursor;

	if (status == CLI_OK && told && l.filtered)
		r = journal_log_open(l.j, &l.filter, LOG_ARRIVAL, &l.log, &err);
	if (status == CLI_OK && r == 0)
		r = told ? logging_told(&l, &err) : put_rows(&l, &err);
	logging_flush(&l);
	if (r && !l.gone)
		status = cli_fail(&err);
	else if (status == CLI_OK && l.gone)
		status = CLI_ENDED;
	else if (status == CLI_OK && l.log)
		say_rest(&l);
	if (status == CLI_OK && l.filtered && l.lines == 0 && !is_export(o))
		status = CLI_ENDED;
	if (l.notify >= 0)
		close(l.notify);
	journal_log_close(l.log);
	journal_close(l.j);
	free(l.run_names);
	free(l.runs);
	free(l.path);
	buf_release(&l.out);
	return status;
}
