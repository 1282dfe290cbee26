/* What the engine is told. */
#ifndef ENGINE_INPUT_H
#define ENGINE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "clock.h"

struct drill_told;
struct intent;
struct ladder_step;
struct runbook;

enum input_kind {
	INPUT_INTENT, /* a person: intent, actor; reason: why the keeper found no proof in it */
	INPUT_KEEPER, /* a keeper took the run up: text = "start" | "crash" | "parked"; or left it
			 on purpose: "park". Version in name */
	INPUT_PREPARED, /* token, pid, pid_start: a child waits at the gate */
	INPUT_REFUSED,  /* token, text: it could not be forked */
	/* token, code, signaled, bytes, typed, out (captured standard output), survivors */
	INPUT_ENDED,
	INPUT_NEVER, /* token: left at the gate */
	INPUT_NO_EXEC, /* token, sys, text */
	INPUT_UNKNOWN, /* token, text = what is known of a command whose fate is not */
	INPUT_STUCK,   /* token, text: a process that survives KILL */
	INPUT_DIGEST,  /* key, name, path, text = sha256, or NULL with why in reason */
	INPUT_OUTPUT,  /* token, stream, from, n, sha256 in text: a chunk is written */
	INPUT_TICK,    /* nothing but the time */
	INPUT_CLIENT,  /* client in name: its connection ended */
	INPUT_GAP,     /* the journal works again: text = JSON members of the body */
	INPUT_CLOCK,   /* wall time jumped by `number` ns against boot time */
	INPUT_NOTE,    /* the program itself has something to say: text; key may be set */
	INPUT_BOOK,    /* a runbook called in by the operator was loaded and pinned: book, text =
			  digest */
	INPUT_CONTACT, /* key, climb: what ladder_next said about a contact step, asked with the
			  people's local times and the conditions of the rungs, at this moment */
	/* A second person's word, looked at and genuine: key, digest (of the request that it is
	 * about), principal, fingerprint, how ("signature" | "code"); reason: it is a no. intent:
	 * the VERB_APPROVE that it came by, whose verdict says what came of it */
	INPUT_APPROVAL,
	/* Who operates, looked at and genuine: name = the client that it goes for, principal,
	 * fingerprint, how; intent as above */
	INPUT_IDENTITY,
	/* A permit, looked at and genuine: name = its id, principal (who gave it), fingerprint,
	 * text = the environment, digest (of the one runbook or command that it goes for; NULL: of
	 * any), number = until when, wall time in ns; intent as above */
	INPUT_PERMIT,
	INPUT_DRILL, /* drill: what the keeper's stage says. intent: the VERB_INJECT that it came
		      * by, or the VERB_REPLY of somebody whom the scenario has reply */
	INPUT_MAX,
};

struct engine_input {
	enum input_kind kind;
	struct moment now;
	const char *boot_id;  /* of now */
	struct actor actor;
	const struct intent *intent;
	const char *token, *key, *name, *path, *text, *reason;
	int64_t pid, number;
	uint64_t pid_start;
	int code, sys, stream;
	bool sends;           /* PREPARED: a holder has it, in a drill that runs nothing */
	bool signaled, plain;
	int64_t from, n;
	int64_t bytes[3];
	int64_t typed;
	const char *out;      /* INPUT_ENDED: what it wrote to standard output, whole */
	size_t n_out;
	bool out_over;        /* … was longer than LIMIT_VALUE_BYTES and is not given */
	const char *survivors;
	const char *err;      /* … and the end of what it wrote to standard error, short */
	size_t n_err;
	const struct runbook *book;
	const struct ladder_step *climb;
	const char *digest, *principal, *fingerprint, *how;
	const struct drill_told *drill;
};

#endif
