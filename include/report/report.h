/* The report of a run: its rows, gathered, and written for people and for machines.
 *
 * Pure: rows go in as they are folded into a view, Markdown, HTML, JSON or CSV comes out; no clock,
 * no descriptor. Every statement carries the numbers of the rows that it stands on. What a runbook,
 * a person or a command says is text in each format and nothing else: no markup, no control
 * character, no formula. docs/report-format.md has the formats.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct event;
struct report;
struct scenario;
struct view;

enum {
	REPORT_EXCERPT_BYTES = 2000, /* of one stream of one command, from its end */
	REPORT_EXCERPTS = 200,       /* commands that are shown with what they printed */
	REPORT_EARLIER = 5,          /* earlier runs of each way that it is compared with */
};

/* unmask: numbers and addresses of people are written as they are; else all but the last two digits
 * of a number, and all but the first letter of a name in a mail address, are an x. */
struct report *report_new(bool unmask);
void report_free(struct report *r); /* NULL is fine */

/* The next row, right after view_apply. Never fails. */
void report_row(struct report *r, const struct view *v, const struct event *ev);

/* What is scored: the objectives of the scenario that the run was walked by, borrowed until
 * report_end. Without it, and without any in it: what every runbook wants. */
void report_objectives(struct report *r, const struct scenario *s);

/* All rows are in: the steps, what is owed, the figures. v as the last row left it. Once; what
 * follows here only after it. */
void report_end(struct report *r, const struct view *v);

/* Has fn append n bytes from byte `from` of a stream (0 out, 1 err, 2 tty) for each command that
 * failed or was tried again. What fn cannot read it leaves out. */
typedef void report_read_fn(void *ctx, const char *token, int stream, int64_t from, size_t n,
			    struct buf *out);
void report_excerpts(struct report *r, report_read_fn *fn, void *ctx);

/* What a look at the chains said, one sentence. */
void report_integrity(struct report *r, bool whole, const char *text);

/* From here on local time stands beside UTC: that of a zone, by the name that is shown. fn says how
 * far it is ahead of UTC at a time and what it is called then; false: it does not know, and UTC
 * stands alone. */
struct report_local {
	int offset_s;
	char name[16]; /* "CET" */
};
typedef bool report_zone_fn(void *ctx, int64_t wall_ns, struct report_local *ret);
void report_zone(struct report *r, const char *name, report_zone_fn *fn, void *ctx);

/* How it is kept: under hold, and what commands printed was pruned: since when, by whom and why,
 * each a text; NULL: it is not. */
void report_kept(struct report *r, const char *held, const char *pruned);

/* An earlier run of the same runbook, ended as well; newest first. Only those of one way (real,
 * tabletop, simulated, lab) are put together; over REPORT_EARLIER of it they are left out. */
void report_earlier(struct report *r, const struct report *other);

/* What came of the objectives: how many of each. False, and nothing set: no scenario says what
 * counts. After report_end. */
struct report_marks {
	size_t met, late, missed, unknown;
};
bool report_marks(const struct report *r, struct report_marks *ret);

/* From here on with what follows from the run: objectives, what went well, what is to be improved,
 * by whom and until when (both as they are to be shown; NULL: the owner of the runbook, and its
 * next review where that is still to come). After report_end. */
void report_after_action(struct report *r, const char *owner, const char *due);

/* What people noted on steps, and what they changed that came out, as a unified diff of the runbook
 * as the run kept it, with what could be no part of it in front, as comments. rb: that runbook, the
 * one that the view was made with. After report_end. ERR_NOTFOUND: a blank run. */
struct err;
struct runbook;
int report_patch(struct buf *out, const struct report *r, const struct runbook *rb,
		 struct err *err);

void report_markdown(struct buf *out, const struct report *r);
void report_json(struct buf *out, const struct report *r);
void report_csv(struct buf *out, const struct report *r);
void report_html(struct buf *out, const struct report *r);

#endif
