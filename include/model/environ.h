/* The environments that runbooks act on: what an environments.yaml says, in plain words.
 *
 * Made by guard_attach (guard.h) from the bytes that the run pinned, lent to the books, gone with
 * the root book. An entry that has mistakes stays in the list, guarded, with a `problem`: what the
 * file meant to guard is never taken for unguarded.
 */
#ifndef MODEL_ENVIRON_H
#define MODEL_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind.h"
#include "place.h"

enum {
	ENVIRON_PROBE_MS = 10000,        /* where the file does not say */
	ENVIRON_UNLOCK_MS = 15 * 60000,
	ENVIRON_APPROVAL_MS = 30 * 60000,
	ENVIRON_IS_BYTES = 4096,         /* of a reading; a longer one agrees with nothing */
};

/* Reads the real target from the tool itself. It agrees when it ends with status 0 within the time
 * and its standard output, without one newline at the end, is `is`, byte for byte. */
struct target_probe {
	struct text run;     /* for `sh -c`, where the command goes; never NULL */
	const char *is;      /* never NULL or ""; one line */
	int64_t timeout_ms;
};

/* From `from` to `to`, or again and again by the local clock of `zone`. */
struct freeze_window {
	bool weekly;
	int64_t from_ns, to_ns;      /* wall clock, `to` outside; not weekly */
	unsigned days;               /* weekly: on which it begins; bit 0: Monday */
	int from_minute, minutes;    /* weekly: of the day, and how long */
	const char *zone;            /* weekly: a zone of the database, "UTC" included */
	const char *why;             /* NULL: not said */
	const char *words;           /* as people say it: "fri 16:00-mon 06:00 Europe/Paris" */
	struct place at;
};

struct environment {
	const char *name;
	const char *const *also;     /* further names of it */
	size_t n_also;
	const char *about;           /* NULL: not said */
	bool guarded;                /* `protected` in the file */
	bool lab;                    /* made to be destroyed; never guarded */
	struct target_probe lab_probe; /* by which its target says that it is a lab, asked in lab
				      * drills alone; run.s NULL: it cannot say so */
	const struct target_probe *probes;
	size_t n_probes;
	const char *const *approvers; /* principals of the signers file, owners of codes */
	size_t n_approvers;
	enum effect approve_for;     /* from this effect on a second person is asked; EFFECT_MAX:
				      * for none */
	int64_t approval_ms;         /* so long a request stands */
	int64_t unlock_ms;           /* so long a typed name counts, until the command starts */
	const struct freeze_window *freezes;
	size_t n_freezes;
	const char *tell;            /* ladder of the runbook's contacts; NULL: nobody is told */
	bool wants_safety;           /* what destroys needs a safety copy, or a waiver */
	const char *problem;         /* one sentence: it cannot be relied on, nothing that destroys
				      * may start; NULL: it is as the file says */
	struct place at;
};

struct environments {
	const char *path;
	const struct environment *v; /* in order of the file */
	size_t n;
	const char *signers, *codes; /* files, as seen from the folder of the root runbook, in which
				      * commands run, or absolute; NULL: not said */
	const char *problem;         /* the file as a whole cannot be relied on: the same for all of
				      * it, and for names that it does not have; NULL */
};

/* By its name, or one that it has also. NULL where envs or name is NULL, or there is none. */
const struct environment *environ_find(const struct environments *envs, const char *name);

/* Whether `reading` (standard output of a command that ended well, n bytes) is what p wants. */
bool environ_agrees(const struct target_probe *p, const char *reading, size_t n);

/* Whether this effect needs a second person there, be there one or not. */
bool environ_wants_approval(const struct environment *e, enum effect effect);

#endif
