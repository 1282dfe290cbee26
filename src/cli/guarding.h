/* guard: a command of anybody's own as a run of one step. */
#ifndef CLI_GUARDING_H
#define CLI_GUARDING_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "kind.h"
#include "lend.h"
#include "start.h"

struct environment;

struct guarding {
	const struct opts *o;
	const char *name;   /* of the environment */
	enum effect effect;
	struct lend lend;
	bool terminal;      /* it gets a terminal of its own: all three streams are one here */
	struct buf line;    /* the command as it is on record */
	struct buf book;    /* the runbook that is made of it */
	char *target;       /* what is typed where it destroys */
	const struct environment *env; /* s.rb's; borrowed */
	struct start s;
};

/* --- guarding_book.c -------------------------------------------------------------------------- */
/* Makes the runbook and reads it: s.rb, s.path, env, target. Says what is wrong; the status. */
int guarding_book(struct guarding *g);

/* --- guarding_unlock.c ------------------------------------------------------------------------ */
/* What BLACKSTART_UNLOCK says of this target at this wall time. */
enum unlock {
	UNLOCK_UNSET,
	UNLOCK_GOOD,
	UNLOCK_OLD,   /* right, but for another day */
	UNLOCK_WRONG,
};
/* value NULL: it is not set. The one that is right is ENVIRONMENT/TARGET/YYYY-MM-DD, in UTC. */
enum unlock guarding_unlock(const char *value, const char *environment, const char *target,
			    int64_t wall);
/* In words; NULL where there is nothing to say. Never the value that would be right. */
const char *guarding_unlock_words(enum unlock u);

/* --- guarding_walk.c -------------------------------------------------------------------------- */
/* Walks the run to its end. Returns the command's status, or CLI_OURS with what is wrong said. */
int guarding_walk(struct guarding *g, int listener);

#endif
