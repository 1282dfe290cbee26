/* What the files of the report share. Texts in it are harmless to a terminal, and masked. */
#ifndef REPORT_REPORTINT_H
#define REPORT_REPORTINT_H

#include "buf.h"
#include "event.h"
#include "kind.h"
#include "report.h"
#include "view.h"

/* Where a row of the record is told, a bit each. */
enum report_part {
	IN_DECISION = 1,   /* somebody answered, started, left out, … */
	IN_DEVIATION = 2,  /* not as written */
	IN_CONTACT = 4,
	IN_GUARD = 8,
	IN_TROUBLE = 16,   /* failed, lost, not as expected */
	IN_NOTE = 32,
	IN_REOPENED = 64,  /* wrong turns: done again, undone */
	IN_GLASS = 128,
	IN_TRY = 256,      /* somebody was tried to be reached */
};

struct report_row {
	int64_t seq, wall, at_ms; /* at_ms: since the run was opened */
	enum event_kind kind;
	enum view_weight weight;
	unsigned in;
	int attempt;
	char *step, *name; /* NULL: the run itself */
	char *actor, *how, *text;
};

enum report_class { CLASS_NONE, CLASS_MACHINE, CLASS_THINKING, CLASS_WAITING, CLASS_MAX };

struct report_times {
	int64_t ns[CLASS_MAX];
};

struct report_step {
	char *key, *name, *reason;
	const char *mark, *state, *outcome;
	int attempts;
	int64_t first_seq, last_seq;  /* rows that changed its state */
	int64_t began_ms, ended_ms;   /* -1: never */
	struct report_times times;
	int64_t earlier_ms[REPORT_EARLIER];
	size_t n_earlier;
};

struct report_cmd {
	int64_t seq, end_seq;
	char *token, *name, *text, *end;
	enum purpose purpose;
	int attempt;
	bool failed;
	int64_t bytes[3];
	char *excerpt[3];
};

struct report_debt {
	char *key, *command;
	int64_t seq;
	bool failed;
};

struct report_run {
	char *run, *verdict;
	bool drill, success;
	int64_t opened, elapsed_ms;
};

/* Of one instance, while rows come in. */
struct report_inst {
	struct report_times times;
	enum report_class class;
	int64_t first_seq, last_seq;
	bool walked;
};

struct report {
	bool unmask, ended;
	char **known;              /* numbers and addresses of the contacts files */
	size_t n_known, cap_known;

	struct report_row *rows;
	size_t n_rows, cap_rows;
	struct report_cmd *cmds;
	size_t n_cmds, cap_cmds;
	struct report_inst *insts; /* by inst->order */
	size_t n_insts;
	size_t *timed, n_timed, cap_timed; /* those whose time runs */
	struct report_times times;
	enum report_class class;
	int64_t last;              /* run time of the last row, ns */
	int running;               /* commands */

	/* report_end */
	char *run, *title, *book, *digest, *opened_by, *cwd, *verdict, *closed_by;
	char *in_spite;            /* why it was started with errors in its runbook */
	int64_t findings;
	bool drill, closed, success, has_rto, whole, looked;
	int64_t opened, last_wall, elapsed_ms, rto_ms, rpo_ms, events, closed_seq;
	size_t done, skipped, deferred, failed, of;
	struct report_step *steps;
	size_t n_steps;
	struct report_debt *debts;
	size_t n_debts;
	char *integrity;
	struct report_run earlier[REPORT_EARLIER];
	size_t n_earlier;
};

/* --- report_mask.c ---------------------------------------------------------------------------- */

/* Remembers a person's address, if it is a number or for mail; else, and NULL: nothing. */
void report_know(struct report *r, const char *address);
/* The text as it may be shown. The caller's to free(); NULL gives NULL. */
char *report_keep(const struct report *r, const char *s);
/* The same of bytes from outside: harmless, on one line or several. */
char *report_keep_raw(const struct report *r, const char *s, size_t n, bool lines);

/* --- report_sort.c: where a row is told ------------------------------------------------------- */

struct json;
unsigned report_sort(const struct view *v, const struct event *ev, const struct json *body);

/* Books the time since the row before; then what goes on from here. */
void report_book(struct report *r, const struct view *v, const struct event *ev);

/* --- report_end.c ----------------------------------------------------------------------------- */

const char *report_mode(const struct report *r); /* "REAL", "DRILL" */
/* The first row told there; NULL: none. */
const struct report_row *report_first(const struct report *r, unsigned in);
size_t report_count(const struct report *r, unsigned in);
int64_t report_took(const struct report_step *s);     /* ms; -1: not known */
int64_t report_median(const struct report_step *s);   /* ms of earlier runs; -1: none */
/* "met", "NOT MET", "open"; NULL: there is no objective. */
const char *report_rto(const struct report *r);

/* --- report_after.c, report_md.c -------------------------------------------------------------- */

struct jsonw;
void report_after_markdown(struct buf *out, const struct report *r);
void report_after_json(struct jsonw *w, const struct report *r);
void report_heading(struct buf *out, const struct report *r, const char *text);
void report_md(struct buf *out, const char *s); /* as text and nothing else; NULL is nothing */

#endif
