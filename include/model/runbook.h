/* A runbook in memory: made by the loader, immutable, one arena, every node knows its place.
 *
 * Called runbooks are linked in: a `call` step's children are the steps of what it calls, with a
 * scope of their own. So the whole walk of a run is one tree, known before it starts.
 */
#ifndef MODEL_RUNBOOK_H
#define MODEL_RUNBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "step.h"

struct arena;
struct environments;

/* Values by which a runbook says how old the data is that was put back, and since when it is
 * counted: datetimes, docs/report-format.md. */
#define RUNBOOK_RESTORED_TO "restored_to"
#define RUNBOOK_INCIDENT_AT "incident_at"

struct trigger {
	const char *alert, *text; /* one of them */
};

/* A ladder that an environment's `tell` names. */
struct told_ladder {
	const char *ladder;
	const struct contact *contact; /* without message */
};

/* A file that the runbook stands on, pinned when a run starts. */
struct source_file {
	const char *path;   /* as it can be opened from where the program runs */
	const char *role;   /* "runbook" "called" "contacts" "environments" "script" "driver" */
	const char *bytes;
	size_t n;
	char sha256[65];
};

struct runbook {
	const char *path;
	const char *title, *about, *owner, *reviewed;
	int64_t review_in_ms, drill_every_ms;
	int64_t rto_ms, rpo_ms; /* 0: no objective */
	const struct trigger *triggers;
	size_t n_triggers;
	const char *const *needs;
	size_t n_needs;
	const char *contacts;
	int64_t cadence_ms;        /* updates after an announcement; 0: none */
	const char *contacts_file; /* path of that file among `files`; NULL: it was not read */
	const char *environment; /* template */
	const char *environments_file; /* path of that file among `files`; NULL: there is none */
	const struct environments *environments; /* guard_attach; NULL: there are none */
	const struct told_ladder *tells;  /* only in the root book: people_attach_tells */
	size_t n_tells;
	const struct field *params;
	size_t n_params;
	struct step **steps;    /* the top level */
	size_t n_steps;
	struct step **all; /* in order of the walk, called ones included; only in the root book */
	size_t n_all;
	const struct source_file *files; /* only in the root book; [0] is the runbook itself */
	size_t n_files;
	char digest[65]; /* only in the root book: of the files that say what is done (not of
			  * contacts and environments), for permits. "": none */
	const struct runbook *caller;    /* NULL for the root */
	bool broken;            /* has findings of severity error */
	struct arena *arena;    /* only in the root book */
	struct attached *attached; /* only in the root book; runbook_attach */
};

/* Has release(it) called when the book is freed, the last one first. */
void runbook_attach(struct runbook *rb, void *it, void (*release)(void *it));

/* Frees the root book and all that it points to. NULL is fine. */
void runbook_free(struct runbook *rb);

/* The book that says in which environment the steps of b act: b itself, else the nearest that calls
 * it and names one; NULL: none does. Its `environment` is filled with its own params. */
const struct runbook *runbook_in_environment(const struct runbook *b);

/* The environments that a book knows: its own, else those of the nearest that calls it; NULL: there
 * is no file. */
const struct environments *runbook_environments(const struct runbook *b);

/* A path of rb->files as seen from the folder of the runbook `book`, in which commands run: the
 * paths of files are as seen from where the run was started, which nobody knows later. The caller's
 * to free(). */
char *runbook_from_folder(const char *book, const char *path);

/* The step with this id, or NULL. Linear in the number of steps. */
const struct step *runbook_step(const struct runbook *rb, const char *id);

#endif
