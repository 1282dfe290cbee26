/* A walk answered by a file: read, matched against what the walk asks, compared loudly.
 *
 * The file is the person: it sends the same intents and may do no more. docs/answers-format.md
 * says how it is written.
 */
#ifndef PLAIN_ANSWERS_H
#define PLAIN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "runbook.h"
#include "source.h"

struct err;
struct event;
struct inst;
struct plain;

struct answer {
	struct place at;     /* in the file */
	char *where;         /* what `at` says; "run": the run as a whole */
	enum verb verb;
	bool paid;           /* `do: paid`: settled by hand */
	bool update;         /* `do: update`: an exec, of what the walk drafts */
	char *text, *reason, *name;
	char *from;          /* where the text is, which is a secret then; or NULL */
	enum source_kind from_kind;
	struct intent_field *fields;
	size_t n_fields;
	char *prompt;        /* regular expression over the question's sentence, or NULL */
	bool refused;        /* the intent must be refused */
	bool optional;       /* need not be asked for */
	bool used;
};

struct answers {
	char *path;
	struct answer *v;
	size_t n;
	bool start_change;   /* default: Enter on every change */
	char *close_reason;  /* default: close at the end, with this reason; or NULL */
	char *play;          /* default: what a command of a tabletop comes to; or NULL */
	char *pace;          /* or NULL */
	int64_t within_ms;   /* the whole walk; 0: no bound */

	/* the walk */
	bool paced;
	bool waits;          /* an intent is on its way */
	char id[40];
	int64_t prompt;      /* that it answers */
	struct answer *sent; /* NULL: by a default */
	int64_t began;       /* boot time */
	int64_t not_before;  /* boot time of the next try while nothing can be recorded */
};

/* Reads and checks a file. ERR_PARSE with "file:line:col: what", as ytree_read otherwise. */
int answers_open(const char *path, struct answers **ret, struct err *err);
void answers_free(struct answers *a); /* NULL is fine */

/* The verb answers a question (else it is sent when its turn comes). */
bool answers_is_prompted(const struct answer *a);

/* As `do` has it. */
const char *answers_word(const struct answer *a);

/* --- answers_walk.c --------------------------------------------------------------------------- */
void answers_step(struct plain *p);                          /* answers what is asked */
void answers_answered(struct plain *p, const struct client_answer *a);
void answers_end(struct plain *p);                           /* the run is closed: all used? */
int answers_timeout(const struct answers *a, int timeout);   /* the sooner one, ms */
/* Says what was expected and what the walk asks, and leaves the run open. */
void answers_differ(struct plain *p, const struct answer *a, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* --- answers_past.c --------------------------------------------------------------------------- */
/* A row from before we came: the answer that it records, if the file has it, is used. */
void answers_past(struct plain *p, const struct event *ev);
/* The first unused answer that means this step (NULL: the run) with this verb, before `end`;
 * verb -1: any but what a command of a tabletop comes to. */
struct answer *answers_find(struct plain *p, const struct inst *in, int verb, size_t end);

#endif
