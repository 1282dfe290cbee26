/* Where the record lies, and what to do when it cannot lie there. */
#ifndef CLI_WHERE_H
#define CLI_WHERE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct opts;

enum { WHERE_MAX = 8 };

/* A place for a journal, best first. */
struct where {
	char *path;
	bool team;     /* a group shares it */
	bool degraded; /* not where a record belongs: only when nothing better can be had */
};

/* The places of this machine and user: --journal or BLACKSTART_JOURNAL alone (*ret_named), else
 * the group's folder, the user's state folder, then folders for temporary files. Returns how
 * many; the caller's to where_release. */
size_t where_list(const struct opts *o, struct where *ret, bool *ret_named);
void where_release(struct where *w, size_t n);

/* The journal to read: the first place that has one; none has: the first place. The caller's to
 * free(). */
char *where_read(const struct opts *o);

/* Opens a journal for writing by `open`, place after place. Makes its folder; sets a damaged
 * file aside and says so; where a place cannot be used, says why and goes on to the next. A
 * journal that was named is not replaced by another unless it lies on a network file system.
 * *ret_path is the caller's to free(). Fails as `open` did at the last place. */
int where_open(const struct opts *o,
	       int (*open)(void *ctx, const char *journal, bool team, struct err *err), void *ctx,
	       char **ret_path, struct err *err);

/* Whether path is on a file system over a network. */
bool where_is_remote(const char *path);

#endif
