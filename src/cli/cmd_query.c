/* query: a question in SQL, answered as a table, as JSON lines or as CSV. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "journal_query.h"
#include "json.h"
#include "mem.h"
#include "str.h"
#include "text_in.h"
#include "utf8.h"
#include "verbs.h"

enum {
	WITHIN_MS = 60000,
	GRACE_MS = 2000,       /* beyond it, for a function that does not come back */
	WIDE_ROWS = 500,       /* that decide how wide the columns of a table are */
	WIDE_MAX = 60,         /* columns of a terminal that a column is widened to */
	KEPT_BYTES = 64 << 20, /* of the answer, before any of it goes out */
};

/* --- a function that does not come back ------------------------------------------------------- */

/* SQLite looks at the clock between its operations only, and one call of a function may take for
 * ever. Nothing is being written here: whoever waits may simply end. */
struct watchdog {
	int64_t until;           /* boot time; a little after the question's own */
	int interrupted;         /* so many looks ago */
	volatile sig_atomic_t rests; /* who reads the answer may take their time */
	timer_t timer;
};

static void look_at_clock(int number, siginfo_t *info, void *ctx)
{
	static const char late[] = "blackstart: no answer in time\n",
			  stopped[] = "blackstart: the question was broken off\n";
	struct watchdog *w = info->si_code == SI_TIMER ? info->si_value.sival_ptr : NULL;
	sigset_t set;

	(void)number;
	(void)ctx;
	if (!w || w->rests)
		return;
	if (clock_now().boot > w->until) {
		(void)!write(STDERR_FILENO, late, sizeof(late) - 1);
		_exit(CLI_ENDED);
	}
	if (!sigpending(&set) && sigismember(&set, SIGINT) && ++w->interrupted > 2) {
		(void)!write(STDERR_FILENO, stopped, sizeof(stopped) - 1);
		_exit(CLI_ENDED);
	}
}

static bool watch(struct watchdog *w, int64_t ms)
{
	struct sigaction act = { .sa_sigaction = look_at_clock,
				 .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM,
			       .sigev_value.sival_ptr = w };
	struct itimerspec each = { { 0, 500 * CLOCK_MS }, { 0, 500 * CLOCK_MS } };

	w->until = clock_now().boot + (ms + GRACE_MS) * CLOCK_MS;
	sigemptyset(&act.sa_mask);
	if (sigaction(SIGALRM, &act, NULL) || timer_create(CLOCK_BOOTTIME, &ev, &w->timer))
		return false;
	return timer_settime(w->timer, 0, &each, NULL) == 0;
}

struct asking {
	const struct opts *o;
	int n;
	char **names;
	size_t *widths;
	struct buf *cells;       /* of the rows that decide the widths */
	size_t n_cells;
	bool wide;               /* the widths are decided */
	struct buf out;
	bool gone;
	int signals;
	struct watchdog dog;
};

/* While the question is open its file cannot be tidied up behind it: what fits is kept, so that a
 * reader that waits does not keep it open. ^C works while something waits to be read. */
static int flush(struct asking *a, size_t most)
{
	sigset_t set;
	struct err err = { 0 };

	if (a->out.len <= most)
		return 0;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	a->dog.rests = 1;
	if (fsio_write_all(STDOUT_FILENO, a->out.data, a->out.len, &err)) {
		if (err.sys != EPIPE)
			cli_say("standard output: %s", err.text);
		a->gone = true;
	}
	a->dog.rests = 0;
	sigprocmask(SIG_BLOCK, &set, NULL);
	buf_clear(&a->out);
	return a->gone ? ERR_CANCEL : 0;
}

/* --- values ----------------------------------------------------------------------------------- */

static void add_hex(struct buf *out, const struct query_value *v)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < v->n; i++) {
		buf_addc(out, digits[(unsigned char)v->p[i] >> 4]);
		buf_addc(out, digits[v->p[i] & 15]);
	}
}

static void add_plain(struct buf *out, const struct query_value *v)
{
	switch (v->type) {
	case QUERY_NULL:
		break;
	case QUERY_INT:
		buf_addf(out, "%lld", (long long)v->i);
		break;
	case QUERY_NUM:
		str_f64(out, v->d);
		break;
	case QUERY_TEXT:
		str_printable(out, v->p, v->n, false);
		break;
	case QUERY_BLOB:
		add_hex(out, v);
		break;
	}
}

static void row_json(struct asking *a, const struct query_value *v)
{
	struct buf line = BUF_INIT, hex = BUF_INIT;
	struct jsonw w = { .out = &line };

	jw_obj(&w, NULL);
	for (int i = 0; i < a->n; i++) {
		if (v[i].type == QUERY_INT) {
			jw_int(&w, a->names[i], v[i].i);
		} else if (v[i].type == QUERY_NUM) {
			jw_num(&w, a->names[i], v[i].d);
		} else if (v[i].type == QUERY_TEXT) {
			jw_strn(&w, a->names[i], v[i].p, v[i].n);
		} else if (v[i].type == QUERY_BLOB) {
			buf_clear(&hex);
			add_hex(&hex, &v[i]);
			jw_str(&w, a->names[i], buf_str(&hex));
		} else {
			jw_null(&w, a->names[i]);
		}
	}
	jw_end_obj(&w);
	json_harmless(&a->out, buf_str(&line), line.len);
	buf_addc(&a->out, '\n');
	buf_release(&line);
	buf_release(&hex);
}

/* Lines stay lines, for they are quoted. */
static void csv_safe(struct buf *out, const char *s, size_t n)
{
	while (n) {
		size_t len = 0;

		while (len < n && !strchr("\"\n\t", s[len] ? s[len] : 'x'))
			len++;
		str_printable(out, s, len, false);
		if (len < n && s[len] == '"')
			buf_addc(out, '"');
		if (len < n)
			buf_addc(out, s[len++]);
		s += len;
		n -= len;
	}
}

/* A text that begins like a formula is one for a spreadsheet, quoted or not. */
static void field_csv(struct buf *out, const char *s, size_t n, bool text)
{
	size_t blank = 0;

	while (blank < n && strchr(" \t\r\n", s[blank]))
		blank++;
	buf_addc(out, '"');
	if (text && blank < n && s[blank] && strchr("=+-@|%", s[blank]))
		buf_addc(out, '\'');
	csv_safe(out, s, n);
	buf_addc(out, '"');
}

static void row_csv(struct asking *a, const struct query_value *v)
{
	struct buf cell = BUF_INIT;

	for (int i = 0; i < a->n; i++) {
		bool text = v[i].type == QUERY_TEXT;

		buf_clear(&cell);
		if (!text)
			add_plain(&cell, &v[i]);
		buf_adds(&a->out, i ? "," : "");
		if (v[i].type != QUERY_NULL)
			field_csv(&a->out, text ? v[i].p : buf_str(&cell), text ? v[i].n : cell.len,
				  text);
	}
	buf_adds(&a->out, "\r\n");
	buf_release(&cell);
}

/* --- a table ---------------------------------------------------------------------------------- */

static void put_cell(struct asking *a, int i, const char *s)
{
	size_t width = utf8_width(s, strlen(s));

	buf_adds(&a->out, s);
	for (; i + 1 < a->n && width < a->widths[i]; width++)
		buf_addc(&a->out, ' ');
	buf_adds(&a->out, i + 1 < a->n ? "  " : "\n");
}

static void widen(struct asking *a, int i, const char *s)
{
	size_t width = utf8_width(s, strlen(s));

	if (width > WIDE_MAX)
		width = WIDE_MAX;
	if (width > a->widths[i])
		a->widths[i] = width;
}

/* The heading and the rows that were held back for it. */
static void begin_table(struct asking *a)
{
	for (int i = 0; i < a->n; i++)
		put_cell(a, i, a->names[i]);
	for (int i = 0; i < a->n; i++) {
		for (size_t k = 0; k < a->widths[i]; k++)
			buf_addc(&a->out, '-');
		buf_adds(&a->out, i + 1 < a->n ? "  " : "\n");
	}
	for (size_t k = 0; k < a->n_cells; k++) {
		put_cell(a, (int)(k % (size_t)a->n), buf_str(&a->cells[k]));
		buf_release(&a->cells[k]);
	}
	free(a->cells);
	a->cells = NULL;
	a->n_cells = 0;
	a->wide = true;
}

static void row_table(struct asking *a, const struct query_value *v)
{
	struct buf cell = BUF_INIT;

	for (int i = 0; i < a->n; i++) {
		add_plain(&cell, &v[i]);
		if (a->wide) {
			put_cell(a, i, buf_str(&cell));
			buf_clear(&cell);
			continue;
		}
		widen(a, i, buf_str(&cell));
		a->cells = mem_grow(a->cells, a->n_cells + 1, sizeof(*a->cells));
		a->cells[a->n_cells++] = cell;
		cell = BUF_INIT;
	}
	buf_release(&cell);
	if (!a->wide && a->n_cells >= (size_t)a->n * WIDE_ROWS)
		begin_table(a);
}

/* --- the question ----------------------------------------------------------------------------- */

static int take_columns(void *ctx, int n, const char *const *names)
{
	struct asking *a = ctx;

	a->n = n;
	a->names = mem_alloc((size_t)n * sizeof(*a->names) + 1);
	a->widths = mem_alloc((size_t)n * sizeof(*a->widths) + 1);
	for (int i = 0; i < n; i++) {
		struct buf name = BUF_INIT;

		cli_safe(&name, names[i] ? names[i] : "");
		a->names[i] = buf_take(&name);
		widen(a, i, a->names[i]);
		if (a->o->csv) {
			buf_adds(&a->out, i ? "," : "");
			field_csv(&a->out, a->names[i], strlen(a->names[i]), true);
		}
	}
	if (a->o->csv)
		buf_adds(&a->out, "\r\n");
	return 0;
}

static int take_row(void *ctx, int n, const struct query_value *v)
{
	struct asking *a = ctx;

	(void)n;
	(a->o->json ? row_json : a->o->csv ? row_csv : row_table)(a, v);
	return flush(a, KEPT_BYTES);
}

static bool interrupted(void *ctx)
{
	struct asking *a = ctx;
	struct pollfd p = { .fd = a->signals, .events = POLLIN };

	return a->signals >= 0 && poll(&p, 1, 0) > 0;
}

static int ask(struct asking *a, const char *sql, int64_t ms)
{
	struct query_calls calls = { .ctx = a, .columns = take_columns, .row = take_row,
				     .stop = interrupted };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *path = NULL;
	int status = at_run_journal(a->o, &path, &j), r = 0;

	if (status == CLI_OK)
		r = journal_query(j, sql, ms, &calls, &err);
	journal_close(j);
	free(path);
	if (r == 0 && !a->wide && a->n && !a->o->json && !a->o->csv)
		begin_table(a);
	flush(a, 0);
	if (r && !a->gone)
		status = cli_fail(&err);
	return status == CLI_OK && a->gone ? CLI_ENDED : status;
}

int cmd_query(const struct opts *o, char **args, int n)
{
	struct asking a = { .o = o };
	struct buf sql = BUF_INIT;
	bool watched = false;
	sigset_t set, before;
	int64_t ms = WITHIN_MS;
	int status;

	(void)n;
	if (o->json && o->csv)
		return cli_usage("--json or --csv, not both");
	if (o->within && (!str_to_duration(o->within, &ms) || ms < 1))
		return cli_usage("--within wants a time such as 30s, not %s", o->within);
	sql.max = QUERY_SQL_MAX;
	status = text_in(args, 1, &sql);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &before);
	a.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (status == CLI_OK) {
		watched = watch(&a.dog, ms);
		status = ask(&a, buf_str(&sql), ms);
	}
	if (watched)
		timer_delete(a.dog.timer);
	if (a.signals >= 0)
		close(a.signals);
	for (int i = 0; i < a.n; i++)
		free(a.names[i]);
	for (size_t i = 0; i < a.n_cells; i++)
		buf_release(&a.cells[i]);
	free(a.cells);
	free(a.names);
	free(a.widths);
	buf_release(&a.out);
	buf_release(&sql);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
