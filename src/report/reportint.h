/* What the files of the report share. Texts in it are harmless to a terminal, and masked. */
#ifndef REPORT_REPORTINT_H
#define REPORT_REPORTINT_H

#include "buf.h"
#include "report_outside.h"
#include "report_patch.h"
#include "report_rows.h"
#include "report_score.h"

struct report_zone;
struct scenario;

struct report {
	bool unmask, ended;
	struct report_zone *zone;  /* NULL: UTC alone */
	const struct scenario *scenario; /* until report_end */
	char **known;              /* numbers and addresses of the contacts files */
	size_t n_known, cap_known;

	struct report_row *rows;
	size_t n_rows, cap_rows;
	struct report_cmd *cmds;
	size_t n_cmds, cap_cmds;
	struct report_inst *insts; /* by inst->order */
	size_t n_insts;
	size_t *timed, n_timed, cap_timed; /* those whose time runs */
	struct report_span *spans;
	size_t n_spans, cap_spans;
	struct report_person *people; /* who had the seat */
	size_t n_people, cap_people, holder; /* holder: 1 more than their place; 0: nobody */
	bool asking;               /* somebody is asked */
	struct report_changes changes;
	struct report_file *files;
	size_t n_files;
	struct report_line *lines;
	size_t n_lines, cap_lines;
	struct report_times times;
	enum report_class class;
	int64_t last;              /* run time of the last row, ns */
	int running;               /* commands */

	/* report_end */
	char *run, *title, *book, *digest, *opened_by, *cwd, *verdict, *closed_by;
	char *in_spite;            /* why it was started with errors in its runbook */
	int64_t findings;
	enum report_way way;
	int64_t pace, seed;        /* pace 1: that of the clock */
	char *scenario_path, *scenario_title;
	struct report_scores scores;
	struct report_restored restored;
	bool after;                /* the after-action part is wanted */
	char *owner, *due;         /* as they were given; NULL */
	char *book_owner, *book_due; /* by the runbook; NULL */
	bool drill, closed, success, has_rto, whole, looked;
	int64_t opened, last_wall, elapsed_ms, rto_ms, rpo_ms, events, closed_seq;
	size_t done, skipped, deferred, failed, of;
	struct report_step *steps;
	size_t n_steps;
	struct report_debt *debts;
	size_t n_debts;
	char *integrity;
	char *held, *pruned;       /* since when, by whom, why; NULL */
	struct report_run earlier[WAYS * REPORT_EARLIER];
	size_t n_earlier;
};

/* --- report_mask.c ---------------------------------------------------------------------------- */

/* Remembers a person's address, if it is a number or for mail; else, and NULL: nothing. */
void report_know(struct report *r, const char *address);
/* The text as it may be shown. The caller's to free(); NULL gives NULL. */
char *report_keep(const struct report *r, const char *s);
/* The same of bytes from outside: harmless, on one line or several. */
char *report_keep_raw(const struct report *r, const char *s, size_t n, bool lines);

/* --- report_zone.c ---------------------------------------------------------------------------- */

void report_zone_free(struct report_zone *z);
const char *report_zone_name(const struct report *r); /* NULL: UTC alone */
/* "2026-11-22T23:21:07Z (2026-11-23 00:21:07 CET)". May hold what is markup. */
void report_when(struct buf *out, const struct report *r, int64_t wall);
/* "2026-11-23T00:21:07.000+01:00"; false, and nothing: there is none. */
bool report_local_iso(struct buf *out, const struct report *r, int64_t wall);

/* --- report_sort.c: where a row is told ------------------------------------------------------- */

struct json;
unsigned report_sort(const struct view *v, const struct event *ev, const struct json *body);

/* Books the time since the row before; then what goes on from here. */
void report_book(struct report *r, const struct view *v, const struct event *ev);

/* --- report_who.c ----------------------------------------------------------------------------- */

struct state;
void report_prove(struct report *r, const struct view *v, const struct event *ev,
		  const struct json *body, struct report_row *row);
const char *report_seated(const struct state *s); /* somebody is; borrowed */
const char *report_who(const struct report_row *row);
const char *report_known_by(const struct report_row *row); /* "login", "signature", … */

/* --- report_spans.c --------------------------------------------------------------------------- */

/* From the row before to the run time `now` (ns) it went on as it was; then who has the seat. */
void report_spans_pass(struct report *r, int64_t now);
void report_spans_seat(struct report *r, const struct view *v, bool asking);
const struct report_span *report_span_at(const struct report *r, size_t at); /* NULL: at is 0 */
void report_spans_release(struct report *r);

/* --- report_end.c ----------------------------------------------------------------------------- */

const char *report_mode(const struct report *r); /* "REAL", "DRILL" */
/* The first row told there; NULL: none. */
const struct report_row *report_first(const struct report *r, unsigned in);
size_t report_count(const struct report *r, unsigned in);
int64_t report_took(const struct report_step *s);     /* ms; -1: not known */
int64_t report_median(const struct report_step *s, enum report_way way); /* ms; -1: none */
const char *report_way_name(enum report_way way); /* "real", "simulated", … */
size_t report_earlier_of(const struct report *r, enum report_way way); /* how many */
/* Whether the line of such a row is about a command and does not say whose it is. */
bool report_is_of_command(enum event_kind kind);
/* "met", "NOT MET", "open"; NULL: there is no objective. */
const char *report_rto(const struct report *r);

/* --- report_after.c --------------------------------------------------------------------------- */

struct runbook;
void report_book_review(struct report *r, const struct runbook *rb);

/* --- report_md.c ------------------------------------------------------------------------------ */

void report_heading(struct buf *out, const struct report *r, const char *text);
void report_md(struct buf *out, const char *s); /* as text and nothing else; NULL is nothing */
void report_md_rows(struct buf *out, const struct report *r, unsigned in, const char *none);

/* --- report_html.c ---------------------------------------------------------------------------- */

void report_html_text(struct buf *out, const char *s);
void report_html_heading(struct buf *out, const struct report *r, const char *text);
void report_html_time(struct buf *out, const struct report *r, int64_t wall);
void report_html_rows(struct buf *out, const struct report *r, unsigned in, const char *none);

/* --- report_picture.c, report_style.c --------------------------------------------------------- */

void report_picture(struct buf *out, const struct report *r);
extern const char report_style[];

#endif
