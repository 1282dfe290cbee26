/* What lint and inventory ask of environments: does a runbook fit them, can their guards be passed.
 */
#ifndef GUARD_GUARD_CHECK_H
#define GUARD_GUARD_CHECK_H

#include "guard.h"

struct step;

/* What is wrong with the environments files of a root book by themselves, read from rb->files.
 * Appended to *f, but for what it has already: the loader looks at their YAML too. */
void guard_check_files(const struct runbook *rb, struct findings *f);

/* What a runbook and its environments say together, about what it destroys and whom they tell.
 * guard_attach was called for rb, a root book. Appended to *f. */
void guard_check_book(const struct runbook *rb, struct findings *f);

/* Owners of one-time codes that are not used up. */
struct guard_owners {
	const char *const *v;
	size_t n;
	bool known; /* false: the file of codes could not be read; `why` says so */
	const char *why;
};

/* Whether each guard that asks for a second person can be passed by the keys and codes of this
 * machine at wall_ns: its signers file is read now. owners NULL: the codes were not looked at. They
 * change without the environments file, so this is no part of reading it. Appended to *f. */
void guard_check_keys(const struct guard_file *g, const struct guard_owners *owners,
		      int64_t wall_ns, struct findings *f);

/* Calls fn for each key of a file of signers: whose it is, as the line says, and when it ends (wall
 * ns; 0: it does not say). Fails as fsio_read. */
typedef void guard_key_end_fn(void *ctx, const char *name, int64_t until);
int guard_key_ends(const char *path, guard_key_end_fn *fn, void *ctx, struct err *err);

/* The environments in which the steps of book b may act, as far as its text tells before parameters
 * are known: the one that it names; those that its parameter may be; else every one of its file.
 * *ret is the caller's to free(), each environment is lent. Returns how many; 0 where no file
 * guards it. */
size_t guard_environments_of(const struct runbook *b, const struct environment ***ret);

/* Where the steps of book b act, as far as its own text tells, be there a file or not: the name
 * that it says, or the answers that its parameter may take (but for labs, where there are others).
 * A name that the file has is called as there. *ret is the caller's to free(), the names are lent.
 * Returns how many, each once; 0 where its text does not tell. */
size_t guard_places_of(const struct runbook *b, const char ***ret);

/* Whether it may destroy something by itself: not by what is inside it. */
bool guard_destroys(const struct step *s);

/* What there is to go back to after a step that destroys: "undo", "safety copy"; NULL: nothing. */
const char *guard_way_back(const struct step *s);

#endif
