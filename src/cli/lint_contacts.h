/* Contacts files among what is linted: by themselves, and as runbooks name them. */
#ifndef CLI_LINT_CONTACTS_H
#define CLI_LINT_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct findings;
struct loader_source;
struct runbook;

/* Those looked at. All zeroes is empty. */
struct lint_contacts {
	struct lint_seen {
		dev_t dev;
		ino_t ino;
	} *v;
	size_t n;
};

/* Adds what is wrong with the file, once however often it is named, and what is wrong between it
 * and the runbook that names it (NULL: none does). Findings that *f has already are left out. */
void lint_contacts(struct lint_contacts *l, const char *path, const struct loader_source *src,
		   const struct runbook *rb, struct findings *f);
/* The parts of it, for files of another kind. Whether the file was looked at before; now it was. */
bool lint_contacts_seen(struct lint_contacts *l, const char *path);
/* Adds what *f has not already: the loader looks at the YAML of such files too. */
void lint_contacts_merge(struct findings *f, const struct findings *own);
void lint_contacts_release(struct lint_contacts *l);

#endif
