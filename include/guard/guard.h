/* An environments file: what guards each environment that runbooks act on.
 *
 * The key tables in src/guard/guard_table.c are the format: reading, the messages and the reference
 * part of docs/environments-format.md come from them.
 */
#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "environ.h"
#include "loader.h"

struct arena;

struct guard_file {
	struct environments envs; /* signers and codes as they can be opened from where the program
				   * runs */
	bool broken;              /* has findings of severity error */
	struct arena *arena;
};

/* Reads the file at path and checks it by itself; findings are appended to *f (sorted). *ret is set
 * whenever there were bytes; what has errors has its `problem`. Returns 0 then; else as
 * yamltree_load, which says it as a finding too. */
int guard_load(const char *path, const struct loader_source *src, struct guard_file **ret,
	       struct findings *f, struct err *err);
void guard_free(struct guard_file *g); /* NULL is fine */

/* Whether a path is that of an environments file, by its name. */
bool guard_is_file(const char *path);

/* Sets `environments` of the root book and of every book it calls from the file that the loader
 * found for each, read from rb->files: the very bytes that a run pins. A root book without one has
 * that of the first it calls: there is one place to ask who may sign in a run. rb is a root book as
 * loader_load made it; what is attached is gone with runbook_free. Never fails: a file that cannot
 * be read gives environments with a problem. */
void guard_attach(struct runbook *rb);

/* Whether e lies in one of its freeze windows at wall_ns. Then *why gets which one and until when:
 * "year end; until 2027-01-03T00:00Z". A window whose time zone this machine does not know counts
 * as open: nobody can say that it is not. why may be NULL. */
bool guard_frozen(const struct environment *e, int64_t wall_ns, struct buf *why);

/* The tables of the format as Markdown, and as a JSON Schema (2020-12). */
void guard_reference(struct buf *out);
void guard_schema(struct buf *out);

#endif
