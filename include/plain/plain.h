/* A run, line by line: for a screen reader, a serial console, a log, and for scripts.
 *
 * Append-only: no cursor addressing, no colour, nothing redrawn. Every question says what each
 * answer does. End of input, an unknown answer and an answer to a question that is past advance
 * nothing. The same walk can be answered by a file (docs/answers-format.md).
 */
#ifndef PLAIN_PLAIN_H
#define PLAIN_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

struct buf;
struct client_identity;
struct err;
struct field;

struct plain_opts {
	const char *journal, *run; /* run: the full id */
	int in, out;         /* descriptors; stay the caller's */
	const char *answers; /* path of an answers file; NULL: questions go to `in` */
	bool observer;       /* look and note only */
	bool facilitator;    /* of a drill: its script, and what may be done about it */
	const char *take_over; /* reason: takes the seat where somebody has it; or NULL */
	const char *who;     /* claimed name, or NULL: asked once, on a terminal, where the
	                      * account is shared and the run is not fresh */
	const struct binding *secrets;
	size_t n_secrets;
	const struct client_identity *identity; /* who operates, or NULL: nobody says so */
	bool fresh;          /* just opened by the caller: no "where it stands" at the start */
	const char *program; /* how to call us in hints; NULL: "blackstart" */
};

/* Attaches and stays until the run is closed, input ends or the person leaves. Returns an enum
 * client_status; where it is not CLIENT_COMPLETE and nothing was printed about it, *err says why
 * (else err->code is ERR_OK). */
int plain_run(const struct plain_opts *o, struct err *err);

/* Whether a file of answers can be read; before a run is opened for it. Fails as plain_run would,
 * with "file:line:col: what". */
int plain_answers_check(const char *path, struct err *err);

/* `exec`: runs a command on the run's record as VERB_EXEC, printing its output (bytes as they are
 * when `out` is no terminal, else made harmless; its stderr to errfd) until it ended. Returns its
 * status, 128+signal, or 125 with *err set for a failure of ours. */
struct plain_exec {
	const char *journal, *run, *who;
	const char *command;
	const char *environment; /* where it destroys, by name; NULL: not said */
	bool terminal;
	int out, errfd;
};
int plain_exec(const struct plain_exec *x, struct err *err);

/* --- questions before there is a run -------------------------------------------------------- */

/* Asks one line. Reads no further than its newline. ERR_CANCEL at end of input (and for an empty
 * line when `must`). The answer is appended without its newline; secret: echo is switched off on a
 * terminal. */
int plain_ask_line(int in, int out, const char *question, bool secret, struct buf *ret,
		   struct err *err);

/* Asks a typed question until the answer fits (type, one_of by number or text, min, max, match;
 * Enter takes the default). ERR_CANCEL at end of input. *ret is the caller's to value_release. */
int plain_ask_field(int in, int out, const struct field *f, struct value *ret, struct err *err);

#endif
