/* Environments files among what is linted: by themselves, and what runbooks destroy in them. */
#ifndef CLI_LINT_GUARD_H
#define CLI_LINT_GUARD_H

struct findings;
struct guard_file;
struct lint_contacts;
struct runbook;

/* Adds what is wrong with the file, once however often it is named, and whether the keys and codes
 * of this machine can pass its guards. */
void lint_guard(struct lint_contacts *l, const char *path, struct findings *f);
/* Whether the keys and codes of this machine can pass the guards of g. */
void lint_guard_keys(const struct guard_file *g, struct findings *f);
/* The same for every file that the runbook was found to have, and what is wrong between them. */
void lint_guard_book(struct lint_contacts *l, struct runbook *rb, struct findings *f);

#endif
