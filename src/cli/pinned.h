/* The files that were kept with a run. */
#ifndef CLI_PINNED_H
#define CLI_PINNED_H

#include <stddef.h>

#include "loader.h"

struct err;
struct scenario;

struct pinned_file {
	char *path, *role, *bytes;
	size_t n;
};

struct pinned {
	struct pinned_file *v;
	size_t n;
};

/* journal: its path. Fails as journal_open. *ret is the caller's to pinned_release in any case. */
int pinned_read(const char *journal, const char *run, struct pinned *ret, struct err *err);
void pinned_release(struct pinned *p);

/* The first with this role; NULL: none. */
const struct pinned_file *pinned_role(const struct pinned *p, const char *role);
/* Gives their bytes; p must outlive it. ERR_NOTFOUND for any other. */
struct loader_source pinned_source(const struct pinned *p);

/* The scenario that a drill was walked by; *ret NULL: there was none. Its mistakes were told when
 * it was started. The caller's to scenario_free. */
int pinned_scenario(const struct pinned *p, struct scenario **ret, struct err *err);

#endif
