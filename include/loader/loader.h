/* From a YAML file to a runbook, with every finding in one go.
 *
 * The field tables in src/loader/fields.c are the language: reading, the messages, the JSON Schema
 * and docs/runbook-format.md's reference all come from them.
 */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"
#include "runbook.h"

struct buf;
struct err;

/* Gives the bytes behind a path: from disk, or from what a run pinned. Appends to *out. */
struct loader_source {
	void *ctx;
	int (*read)(void *ctx, const char *path, struct buf *out, struct err *err);
};

/* The files of this machine, with LIMIT_RUNBOOK_BYTES. ERR_DENIED for one that everybody here can
 * change: by itself, or by a folder on the way to it. */
struct loader_source loader_disk(void);
/* ERR_DENIED, with a sentence, where everybody on this host can change the file, or a folder on the
 * way to it (but for one like /tmp); 0 for one that is not there. */
int loader_trust(const char *path, struct err *err);
/* The files that are kept with a runbook, which must outlive this. ERR_NOTFOUND for any other. */
struct loader_source loader_kept(const struct runbook *rb);

/* Whether what was read as `kept` is what `asked` means now: the same path, or a driver that was
 * installed elsewhere then. For sources that give what a run kept. */
bool loader_same_file(const char *asked, const char *kept);

/* Loads `path` with all that it calls or names. Findings are appended to *f (sorted). *ret is set
 * whenever a list of steps could be made, even with errors (runbook->broken, BROKEN steps inside);
 * it is the caller's to runbook_free. Returns 0 then; ERR_PARSE when there is no list of steps,
 * ERR_NOTFOUND/ERR_IO/ERR_LIMIT when the file could not be read (also as a finding). */
int loader_load(const char *path, const struct loader_source *src, struct runbook **ret,
		struct findings *f, struct err *err);

/* The runbook as a numbered checklist for people (plain text, at most `width` columns). */
void loader_print(struct buf *out, const struct runbook *rb, int width);

/* Canonical YAML: loads to the same model (but places). */
void loader_print_yaml(struct buf *out, const struct runbook *rb);

/* A text dump of the whole model for tests: equal models give equal dumps. Places left out. */
void loader_dump(struct buf *out, const struct runbook *rb);

/* Whether the file says by its beginning that it is no runbook but of another kind: at its margin
 * the key `own`, or `with` and one of `any` (a NULL behind the last), and none of a runbook. False
 * where it cannot be read. */
bool loader_is_other(const char *path, const char *own, const char *with, const char *const *any);
/* Whether the file looks like a driver (docs/driver-format.md): a key `driver` at its margin, and
 * none of a runbook. */
bool loader_is_driver(const char *path);

/* Reads a driver by itself, as loader_load does those that a runbook's steps name. Findings are
 * appended to *f (sorted). Unless `paper` is NULL, it is printed there for people, at most `width`
 * columns wide. ERR_NOTFOUND/ERR_IO/ERR_LIMIT/ERR_DENIED, also as a finding, when it could not be
 * read. */
int loader_driver(const char *path, const struct loader_source *src, struct buf *paper, int width,
		  struct findings *f, struct err *err);
void loader_driver_schema(struct buf *out);
void loader_driver_reference(struct buf *out);

/* Calls fn for each place where a command of the shell starts a program by a plain name (n bytes):
 * not for builtins, functions of its own, paths, and names that are filled in. */
void loader_programs(const char *command, void (*fn)(void *ctx, const char *name, size_t n),
		     void *ctx);

/* JSON Schema (2020-12) of runbook files, and the reference tables as Markdown. */
void loader_schema(struct buf *out);
void loader_reference(struct buf *out);

#endif
