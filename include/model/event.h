/* One thing that happened: a row of the journal.
 *
 * The body is one flat JSON object; its keys are listed in docs/journal-format.md by kind. It holds
 * every value that a decision used, so that nothing is ever evaluated twice.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "clock.h"

enum event_kind {
	EV_RUN_OPENED, /* first row of a run: mode, runbook digest, pins, parameters, machine head
			*/
	EV_KEEPER, /* a keeper took the run up: version, boot, after what (start crash parked) */
	EV_SEAT,   /* who operates: taken, left, taken over */
	EV_STEP,   /* a step changed its state */
	EV_ITEMS,  /* a group's list is frozen */
	EV_CMD_INTENT, /* a command will start: purpose, digest, environment names, pid */
	EV_CMD_ENDED,  /* exit or signal, times, bytes */
	EV_CMD_LOST,   /* never ran, exec failed, fate unknown */
	EV_STOP,       /* a command is told to stop */
	EV_OUTPUT,     /* a chunk of output was written: stream, from, to, digest */
	EV_LOOKED,     /* a condition was evaluated: text, inputs, result */
	EV_VALUE,      /* a value was captured, answered, set, corrected, lost */
	EV_OWED,       /* something must be brought back */
	EV_PAID,       /* it was, or it is void */
	EV_ARTEFACT,   /* a produced file's digest */
	EV_EDITED,     /* the operator changed a command */
	EV_NOTE,       /* a remark, a file, an announcement of the program */
	EV_PACE,       /* pace, pause, go on */
	EV_REFUSED,    /* an input that no row of the table takes */
	EV_BOOK,       /* a runbook was called in by the operator */
	EV_UNDO,       /* the undo of a step: planned, done, failed */
	EV_CREDENTIAL, /* a credential was renewed: name only */
	EV_GAP,   /* the journal could not be written from…to; digest of what was kept aside */
	EV_CLOCK, /* wall time jumped against boot time */
	EV_RUN_CLOSED, /* verdict */
	EV_CONTACT, /* a climb: begun, a try and what came of it, a reply, what was asked */
	EV_GUARD,   /* what guards an environment: a reading, a confirmation, an approval, … */
	EV_DRILL,   /* of a drill alone: injects, what commands come to, its facilitator */
	EV_FILE,    /* a file that somebody brought: name, size, digest, token of its bytes */
	EV_SHELL,   /* a shell under `exec`: a line that was typed, how it ended, its terminal */
	EV_KIND_MAX,
	EV_KIND_INVALID = -1,
};

/* Names by word_of(WORDS_EVENT, kind): "run_opened", "step", … */

struct event {
	int64_t seq;          /* 1, 2, 3 … within the run; 0 before it is appended */
	struct moment at;
	enum event_kind kind;
	char *step;           /* key of the step instance, NULL for the run itself */
	int attempt;          /* 0 where none applies */
	struct actor actor;
	char *body;           /* JSON object text, owned */
	size_t body_len;
};

void event_release(struct event *ev);

struct event_list {
	struct event *v;
	size_t n, cap;
};

/* Adds a zeroed event at the end and returns it; valid until the next add. */
struct event *event_list_add(struct event_list *l);
void event_list_release(struct event_list *l);

#endif
