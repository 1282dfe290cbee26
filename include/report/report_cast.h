/* What was on the pane of a run, as an asciicast v2: a line of JSON for each piece that a command
 * printed, and a marker for each step that changed its state. docs/report-format.md has the form.
 *
 * Streamed: rows go in as they are folded into a view, lines come out; what is kept is a few bytes
 * of each stream of the commands that run. No clock, no descriptor.
 */
#ifndef REPORT_REPORT_CAST_H
#define REPORT_REPORT_CAST_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct event;
struct report_cast;
struct view;

struct report_cast_opts {
	int rows, cols;      /* of the terminal that it is played on */
	/* Appends up to n bytes from byte `from` of a stream (0 out, 1 err, 2 tty) of a command;
	 * fewer where they are not on record. Not 0: they cannot be read. */
	int (*read)(void *ctx, const char *token, int stream, int64_t from, size_t n,
		    struct buf *out);
	/* Takes whole lines, at most some 200 KiB at once. Not 0: it takes no more. */
	int (*put)(void *ctx, const char *p, size_t n, struct err *err);
	void *ctx;
	const char *pruned;  /* what is not on record was: when, by whom, by which rule; NULL */
};

struct report_cast *report_cast_new(const struct report_cast_opts *o);
void report_cast_free(struct report_cast *c); /* NULL is fine */

/* The next row, right after view_apply. Fails as put does. */
int report_cast_row(struct report_cast *c, const struct view *v, const struct event *ev,
		    struct err *err);

/* A marker with this text (made harmless), at the time of the last row. Fails as put does. */
int report_cast_mark(struct report_cast *c, const char *text, struct err *err);

/* All rows are in. *ret_missing: bytes that are said to be on record and could not be had; the cast
 * has a line of text in their place. Fails as put does. */
int report_cast_end(struct report_cast *c, int64_t *ret_missing, struct err *err);

#endif
