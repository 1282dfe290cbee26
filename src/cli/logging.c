#include "logging.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "at_run.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "hash.h"
#include "json.h"
#include "kind.h"
#include "mem.h"
#include "str.h"
#include "verbs.h"

enum { SETTLE_MS = 30, FOLLOW_MS = 1000, CURSOR_BYTES = 4096 };
enum { FILE_NAME_BYTES = 255 };

/* --- options ---------------------------------------------------------------------------------- */

/* A date, or how long ago. */
static int read_time(const char *name, const char *s, int64_t *ret)
{
	int64_t ms;

	if (!s || clock_parse(s, ret))
		return CLI_OK;
	if (!str_to_duration(s, &ms))
		return cli_usage("--%s wants a time such as 2026-11-22T03:00Z, or how long ago, "
				 "such as 2h, not %s", name, s);
	*ret = clock_now().wall - ms * CLOCK_MS;
	return CLI_OK;
}

static int read_number(const char *name, const char *s, int64_t *ret)
{
	if (s && (!str_to_i64(s, ret) || *ret < 1))
		return cli_usage("--%s wants a number above 0, not %s", name, s);
	return CLI_OK;
}

static int read_kinds(struct logging *l, const struct opts *o)
{
	const char *names[EV_KIND_MAX];

	for (int k = 0; k < EV_KIND_MAX; k++)
		names[k] = word_of(WORDS_EVENT, k);
	for (size_t i = 0; i < o->kinds.n; i++) {
		int k = word_from(WORDS_EVENT, o->kinds.v[i]);
		const char *near = str_nearest(o->kinds.v[i], names, EV_KIND_MAX);

		if (k < 0)
			return cli_usage("no row is of kind %s%s%s%s", o->kinds.v[i],
					 near ? "; did you mean " : "", near ? near : "",
					 near ? "?" : "");
		l->filter.kinds |= UINT64_C(1) << k;
	}
	return CLI_OK;
}

static int read_form(struct logging *l, const struct opts *o)
{
	if (o->json || str_eq(o->format, "jsonl"))
		l->form = LOG_JSON;
	else if (str_eq(o->format, "rfc5424"))
		l->form = LOG_SYSLOG;
	else if (o->format)
		return cli_usage("--format is rfc5424 or jsonl, not %s", o->format);
	if ((o->octets || o->pen) && l->form != LOG_SYSLOG)
		return cli_usage("--octets and --pen go with --format rfc5424");
	return CLI_OK;
}

/* What goes only without something else. */
static int check_words(const struct opts *o)
{
	bool exports = o->format || o->after || o->cursor;

	if (o->from && o->since)
		return cli_usage("--since is --from: say one of them");
	if (o->reverse && (o->follow || exports))
		return cli_usage("--reverse goes with neither --follow nor what is resumed");
	if (o->follow && o->before)
		return cli_usage("--follow has no end, --to has one");
	if (o->cursor && o->after)
		return cli_usage("--cursor says what --after says");
	if ((o->text && !*o->text) || (o->output && !*o->output))
		return cli_usage("--text and --output want something to look for");
	return CLI_OK;
}

/* Which runs; none: all. */
static int read_runs(struct logging *l, char **args, int n)
{
	const struct opts *o = l->o;
	bool all = o->all || o->from || o->since || o->before || o->after || o->cursor ||
		o->format;
	size_t want = n ? (size_t)n : !all;
	struct err err = { 0 };

	if (o->all && n)
		return cli_usage("--all is of all runs, and %s is one", args[0]);
	l->runs = mem_alloc((want + 1) * sizeof(*l->runs));
	l->run_names = mem_alloc((want + 1) * sizeof(*l->run_names));
	for (size_t i = 0; i < want; i++) {
		int r = journal_find_run(l->j, n ? args[i] : NULL, l->runs[i], &err);

		if (r == ERR_NOTFOUND || r == ERR_EXISTS) {
			cli_say("%s; `blackstart runs` lists them", err.text);
			return CLI_USAGE;
		}
		if (r)
			return cli_fail(&err);
		l->run_names[i] = l->runs[i];
	}
	l->filter.runs = l->run_names;
	l->filter.n_runs = want;
	return CLI_OK;
}

int logging_read(struct logging *l, const struct opts *o, char **args, int n)
{
	struct log_filter *f = &l->filter;
	struct stat st;
	int status = check_words(o);

	*f = LOG_FILTER_ANY;
	f->person = o->person;
	f->step = o->step;
	f->environment = o->environment;
	f->text = o->text;
	f->output = o->output;
	l->o = o;
	l->style.local = o->local;
	l->style.octets = o->octets;
	if (gethostname(l->style.host, sizeof l->style.host - 1))
		l->style.host[0] = '\0';
	if (status == CLI_OK)
		status = read_time(o->from ? "from" : "since", o->from ? o->from : o->since,
				   &f->from);
	if (status == CLI_OK)
		status = read_time("to", o->before, &f->to);
	if (status == CLI_OK)
		status = read_number("limit", o->limit, &l->limit);
	if (status == CLI_OK)
		status = read_number("pen", o->pen, &l->style.pen);
	if (status == CLI_OK && o->after && (!str_to_i64(o->after, &f->after) || f->after < 0))
		status = cli_usage("--after wants the id of a row, not %s", o->after);
	if (status == CLI_OK)
		status = read_kinds(l, o);
	if (status == CLI_OK)
		status = read_form(l, o);
	l->filtered = o->from || o->since || o->before || o->person || o->step || o->kinds.n ||
		o->environment || o->text || o->output;
	if (status == CLI_OK)
		status = at_run_journal(o, &l->path, &l->j);
	if (status == CLI_OK && stat(l->path, &st) == 0) {
		l->dev = st.st_dev;
		l->ino = st.st_ino;
	}
	return status == CLI_OK ? read_runs(l, args, n) : status;
}

/* --- lines out -------------------------------------------------------------------------------- */

void logging_flush(struct logging *l)
{
	struct err err = { 0 };

	if (l->out.len && !l->gone &&
	    fsio_write_all(STDOUT_FILENO, l->out.data, l->out.len, &err)) {
		if (err.sys != EPIPE)
			cli_say("standard output: %s", err.text);
		l->gone = true;
	}
	buf_clear(&l->out);
}

int logging_wrote(struct logging *l)
{
	l->lines++;
	if (l->out.len > 1 << 16 && !l->ends)
		logging_flush(l);
	l->full = l->limit && l->lines >= l->limit;
	return l->gone || l->full ? ERR_CANCEL : 0;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static void watch_folder(struct logging *l)
{
	char *folder = fsio_dirname(l->path);

	l->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->notify >= 0 && inotify_add_watch(l->notify, folder, IN_MODIFY | IN_CREATE |
						IN_DELETE | IN_MOVED_TO) < 0) {
		close(l->notify);
		l->notify = -1;
	}
	free(folder);
}

void logging_look(struct logging *l)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	if (poll(&p, 1, 0) > 0 && p.revents & (POLLERR | POLLNVAL))
		l->gone = true;
}

/* A commit can be seen only after what was written for it: having seen the one, the other is soon
 * looked for again. */
bool logging_wait(struct logging *l, bool changed)
{
	char seen[sizeof(struct inotify_event) + FILE_NAME_BYTES + 1];
	struct pollfd p[2] = { { .fd = STDOUT_FILENO }, { .events = POLLIN } };

	if (l->notify < 0)
		watch_folder(l);
	p[1].fd = l->notify;
	poll(p, 2, changed ? SETTLE_MS : FOLLOW_MS);
	if (p[0].revents & (POLLERR | POLLNVAL))
		l->gone = true;
	while (l->notify >= 0 && read(l->notify, seen, sizeof seen) > 0)
		;
	if (p[1].revents && !changed && !l->gone)
		poll(p, 1, SETTLE_MS); /* what is written now comes in one look */
	return !l->gone;
}

int logging_there(const struct logging *l, struct err *err)
{
	struct stat st;

	if (stat(l->path, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino)
		return 0;
	return err_set(err, ERR_IO, "%s was moved away or is another file now: what comes is "
		       "not seen here", l->path);
}

/* --- where it went on ------------------------------------------------------------------------- */

static int no_cursor(const struct logging *l, struct err *err)
{
	return err_set(err, ERR_PARSE, "%s is no cursor of `blackstart log`", l->o->cursor);
}

static int other_record(const struct logging *l, struct err *err)
{
	return err_set(err, ERR_DENIED, "%s speaks of another record than %s: nothing was put out; "
		       "where that is right, take the file away", l->o->cursor, l->path);
}

int logging_resume(struct logging *l, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *doc = NULL;
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	int r = l->o->cursor ? fsio_read(l->o->cursor, CURSOR_BYTES, &text, err) : ERR_NOTFOUND;

	if (r == 0 && json_parse(text.data, text.len, &doc, NULL))
		r = no_cursor(l, err);
	if (r == 0) {
		l->filter.after = json_int(doc, "after", -1);
		r = l->filter.after < 0 ? no_cursor(l, err) : 0;
	}
	if (r == 0 && l->filter.after) {
		r = journal_log_hash(l->j, l->filter.after, hash, err);
		hash_hex(hash, hex);
		if (r == ERR_NOTFOUND || (r == 0 && !str_eq(json_str(doc, "hash"), hex)))
			r = other_record(l, err);
	} else if (r == ERR_NOTFOUND) {
		r = 0;
	}
	json_free(doc);
	buf_release(&text);
	return r;
}

int logging_keep(struct logging *l, struct err *err)
{
	struct buf text = BUF_INIT;
	struct jsonw w = { .out = &text };
	int64_t at = journal_log_at(l->log);
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1] = "";
	int r = 0;

	if (!l->o->cursor)
		return 0;
	if (at && (r = journal_log_hash(l->j, at, hash, err)) == 0)
		hash_hex(hash, hex);
	jw_obj(&w, NULL);
	jw_int(&w, "after", at);
	jw_str(&w, "hash", hex);
	jw_end_obj(&w);
	buf_addc(&text, '\n');
	if (r == 0)
		r = fsio_replace(l->o->cursor, text.data, text.len, 0600, true, err);
	buf_release(&text);
	return r;
}
