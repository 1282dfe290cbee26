/* The verb `contacts`: where its file is, and how its ladders would be climbed. */
#ifndef CLI_CONTACTS_H
#define CLI_CONTACTS_H

#include <stddef.h>
#include <stdint.h>

#include "climb.h"
#include "presence.h"

struct buf;
struct err;

/* A contacts file, and in words how it was found. Both the caller's to free(). */
struct contacts_file {
	char *path, *how;
};

/* `name`: a contacts file, a folder that has a contacts.yaml, a runbook (a file or a name) that
 * names one; NULL: ./contacts.yaml, else that of the first runbook folder that has one.
 * ERR_NOTFOUND says where it was looked for. */
int contacts_find(const char *name, struct contacts_file *ret, struct err *err);

/* One try of a climb on which nobody replies and no question passes a rung over. */
struct contacts_try {
	int64_t at_ms;              /* since the beginning */
	int rung, round, party, way;
	struct presence presence;   /* of a person, then */
};

struct contacts_climb {
	struct contacts_try *v;
	size_t n, cap;
	int64_t ends_ms;            /* nobody is left */
};

/* What would be tried from `wall_ns` on. *ret is the caller's to contacts_climb_release. */
int contacts_climb(const struct climb_plan *plan, const char *severity, int64_t wall_ns,
		   struct contacts_climb *ret, struct err *err);
void contacts_climb_release(struct contacts_climb *c);

/* All that is shown. */
struct contacts_view {
	const struct people *people;
	const struct contacts_file *file;
	const char *severity;
	int64_t wall_ns;
	size_t errors, warnings;
};

void contacts_print(struct buf *out, const struct contacts_view *v);
void contacts_json(struct buf *out, const struct contacts_view *v);

/* --test and --send: shows the message, asks, and really sends it. Returns the exit status. */
struct opts;
int contacts_send(const struct opts *o, const struct contacts_file *file, const struct people *p);

#endif
