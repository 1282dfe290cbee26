/* A run as it was: at any of its moments, and what a row says that a command printed.
 *
 * Rows only: no keeper is started or spoken to, and nothing can be sent. Moments are nanoseconds of
 * the clock since the run was opened, also in a drill with a pace; across a restart of the machine
 * by wall time. They never fall from row to row.
 */
#ifndef CLIENT_CLIENT_PAST_H
#define CLIENT_CLIENT_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

struct buf;
struct client;
struct client_past;
struct err;
struct event;

/* Looks when each row there is was written; folds none: it stands before the first. Fails as
 * client_open, but where rows can be read up to one that cannot. */
int client_past_open(const char *journal, const char *run, struct client_past **ret,
		     struct err *err);
void client_past_close(struct client_past *p); /* NULL is fine */

/* Looks for rows that came since. ERR_CORRUPT, ERR_BUSY and the like: those before the one that
 * cannot be read are there. */
int client_past_more(struct client_past *p, struct err *err);
bool client_past_closed(const struct client_past *p); /* no more come: the run was closed */
/* Why the rows that there are do not go to the end of the record; 0: they do. */
int client_past_whole(const struct client_past *p, struct err *err);

/* To look with. Its view is another one after each client_past_to that went back. */
struct client *client_past_client(struct client_past *p);

int64_t client_past_rows(const struct client_past *p);
int64_t client_past_end(const struct client_past *p);     /* of the last row */
int64_t client_past_at(const struct client_past *p);      /* where it stands */
struct moment client_past_now(const struct client_past *p); /* … by the clocks of that time */
int64_t client_past_row(const struct client_past *p, int64_t seq); /* when it was written */
int64_t client_past_next(const struct client_past *p);    /* of the next row; -1: none */

/* Where the next step (dir > 0) or the one before (dir < 0) began; -1: none. */
int64_t client_past_step(const struct client_past *p, int dir);
/* Goes on to where a step that is named so (by key, id, number or title) begins; *ret_at is that
 * moment, -1: none does, and it stands at the end. Fails as client_past_to. */
int client_past_find(struct client_past *p, const char *step, int64_t *ret_at, struct err *err);

/* A moment as people say it: "0:41:12" and "4:10" since the run was opened, "1h30m" too, or a time
 * such as 2026-11-22T03:21Z. False: it is none of these. It may lie outside of the run. */
bool client_past_when(const struct client_past *p, const char *text, int64_t *ret);

/* Goes there (to the begin or the end, where it lies outside): all rows up to then are folded. fn
 * (may be NULL) is called for each that is folded now. *ret_anew: it went back, and everything that
 * was borrowed from the view is gone. It takes no longer than about most_ns (0: as long as it
 * takes); 1: it is on its way, and the same call goes on. ERR_CORRUPT, ERR_BUSY and the like: it
 * stands where the last row that could be read is. */
int client_past_to(struct client_past *p, int64_t at, int64_t most_ns,
		   void (*fn)(void *ctx, const struct event *ev), void *ctx, bool *ret_anew,
		   struct err *err);

/* What commands of the run printed is not there any more, by a rule of keeping: when, by whom,
 * which, on one line and harmless. NULL: it is there, or nobody knows. Borrowed. */
const char *client_pruned(struct client *c);
/* The same of some of it that was redacted. */
const char *client_redacted(struct client *c);

/* As client_output, for bytes that a row says are on record: waits while another program has the
 * file, at most 5 s (ERR_BUSY). ERR_NOTFOUND: not one of them is there. ERR_CORRUPT: altered. */
int client_output_kept(struct client *c, const char *token, int stream, int64_t from, size_t n,
		       struct buf *out, struct err *err);

#endif
