/* What a command is given: its environment, the secrets in it, and how it reaches another host. */
#ifndef KEEPER_ENV_H
#define KEEPER_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "hide.h"
#include "inst.h"
#include "vault.h"

struct action;
struct capture;
struct state;

/* Values that are never written down, by name and by the step whose scope they belong to; and
 * credentials the operator gave for all commands. */
#define SECRET_CREDENTIAL "*"

struct secret {
	char *key;  /* key of the scope's step; "" for the run; SECRET_CREDENTIAL */
	char *name;
	char *text; /* in the vault */
	size_t len;
};

struct secrets {
	struct secret *v;
	size_t n, cap;
	struct vault vault;
	struct hide hide;     /* all there ever were: what was replaced is no less a secret */
	struct buf auth_sock; /* the operator's agent; empty: the one we inherited */
};

void secrets_release(struct secrets *s);
/* Adds or replaces (all copied). key NULL: a credential. False: it is too short to be hidden. */
bool secrets_keep(struct secrets *s, const char *key, const char *name, const char *text);
/* The text of `name` as the step with this instance sees it (NULL: the run), innermost scope
 * first; NULL where nobody gave it. Borrowed. */
const char *secrets_find(const struct secrets *s, const struct inst *in, const char *name);
/* Nobody shall see this text, whoever it belongs to. False: too short. */
bool secrets_hide(struct secrets *s, const char *text);
/* What a command of this step takes secretly from its output; at most max of them. */
size_t secrets_taken(const struct inst *in, enum purpose purpose, const struct capture **ret,
		     size_t max);

/* An environment or argument list for exec: NULL terminated. */
struct env_list {
	char **v;
	size_t n, cap;
};

void env_list_release(struct env_list *s); /* wipes: there may be secrets in it */
void env_list_add(struct env_list *s, char *owned);

/* What a command inherits: `base` (our own environment) with what must differ, and where the
 * record is, so that it can put a remark on it. Then come the pairs of `act`, with the secrets it
 * names; a name that stands twice has its last value. *ret_missing gets the first secret nobody
 * knows (borrowed), or NULL. */
struct env_from {
	char *const *base;
	const char *journal;
	const struct state *state;
	const struct secrets *secrets;
	const char *head; /* of the record, for what goes out to people; NULL: not known */
};
void env_build(struct env_list *out, const struct env_from *from, const struct inst *in,
	       const struct action *act, const char **ret_missing);

/* argv for `sh -c` here, or for ssh to act->host; there the values and the script go into *input,
 * the standard input of ssh. */
void env_command(struct env_list *argv, struct buf *input, const struct secrets *secrets,
		 const struct inst *in, const struct action *act, const char **ret_missing);

#endif
