/* How far a command says it is: lines `@progress DONE TOTAL [UNIT]` of what it prints, and the
 * rate and the time left that follow from them.
 *
 * Pure: bytes and times go in. What a command prints is not to be trusted: a line that is not
 * exactly of this form is no progress, a number that falls begins a new count, and nothing divides
 * by a time that did not pass.
 */
#ifndef VIEW_PROGRESS_H
#define VIEW_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum { PROGRESS_UNIT_MAX = 12, PROGRESS_LINE_MAX = 80, PROGRESS_READINGS = 8 };

struct progress {
	int64_t done, total;            /* total 0: not known */
	char unit[PROGRESS_UNIT_MAX + 1]; /* "bytes" where the line names none */
};

/* One line without its end. False: it is none of these. Numbers are of at most 18 digits. */
bool progress_parse(const char *line, size_t n, struct progress *ret);

/* --- lines out of a stream ------------------------------------------------------------------- */

/* Zeroed at the beginning of a stream; `lost` set where bytes before are not seen: what comes up
 * to the end of that line is none. */
struct progress_lines {
	char held[PROGRESS_LINE_MAX];
	size_t n;
	bool inside;         /* the line that goes on is none */
	bool lost;
};

/* Takes bytes; fn (may be NULL) gets each progress line, out (may be NULL) everything else, as it
 * came. Bytes that may still become a progress line are held back until they do or do not. */
void progress_lines_feed(struct progress_lines *l, const char *p, size_t n, struct buf *out,
			 void (*fn)(void *ctx, const struct progress *p), void *ctx);
/* The stream ends: what was held back was no progress. */
void progress_lines_end(struct progress_lines *l, struct buf *out);

/* --- readings -------------------------------------------------------------------------------- */

/* Zeroed: nothing is known. */
struct progress_meter {
	struct progress last;
	int64_t at;          /* boot ns of the last reading */
	int64_t moved;       /* … of the last one that was further than the one before */
	struct { int64_t at, done; } v[PROGRESS_READINGS]; /* oldest first, of one count */
	size_t n;
};

/* A reading taken at `at`. One that is behind the last, or counts something else, begins anew. */
void progress_take(struct progress_meter *m, const struct progress *p, int64_t at);
bool progress_known(const struct progress_meter *m);
/* Units a second over the last readings; 0: not known (yet), or nothing moves. */
double progress_rate(const struct progress_meter *m, int64_t now);
/* Milliseconds until it is through at that rate; -1: not known. */
int64_t progress_left(const struct progress_meter *m, int64_t now);
/* 0 to 100; -1: the total is not known. 100 only when it is through. */
int progress_percent(const struct progress_meter *m);

/* "1.2 of 4.0 GB", "12 of 40 rows", "1.2 GB". */
void progress_amount(struct buf *out, const struct progress *p);
/* "41.5 MB/s"; nothing where the rate is not known. */
void progress_speed(struct buf *out, const struct progress_meter *m, int64_t now);
/* "0:24 left", "no news for 1:10"; nothing where neither is known. */
void progress_when(struct buf *out, const struct progress_meter *m, int64_t now);
/* "1.2 of 4.0 GB, 30%, 41.5 MB/s, 0:24 left". */
void progress_text(struct buf *out, const struct progress_meter *m, int64_t now);

/* --- of many commands ------------------------------------------------------------------------ */

enum { PROGRESS_TOKEN_MAX = 40 };

/* One command's: where its streams (out, err, terminal) were read to. */
struct progress_of {
	char token[PROGRESS_TOKEN_MAX];
	struct progress_meter meter;
	struct progress_lines lines[3];
	int64_t read[3];
	int64_t looked;      /* boot ns when it was read last; 0: never */
};

/* Zeroed: empty. */
struct progress_set {
	struct progress_of *v;
	size_t n, cap;
};

const struct progress_meter *progress_of(const struct progress_set *s, const char *token);
bool progress_has(const struct progress_set *s, const char *token); /* it was added */
struct progress_of *progress_add(struct progress_set *s, const char *token); /* found or new */
void progress_set_release(struct progress_set *s);

#endif
