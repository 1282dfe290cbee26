/* The parameters of a run: from the command line, from files, from the person, by default. */
#ifndef CLI_PARAMS_H
#define CLI_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

struct opts;
struct runbook;

struct params {
	struct value *values;     /* one for each of the runbook's, in its order */
	struct binding *all;      /* names and values; a secret's is marked so */
	struct binding *secrets;  /* the secret ones again */
	size_t n_values, n_secrets;
};

/* Reads what was given, takes defaults, asks for the rest where `ask`. Says what is wrong and
 * returns CLI_USAGE then, CLI_ENDED when the person gave no answer, else CLI_OK. *ret is the
 * caller's to params_release in any case. */
int params_read(const struct opts *o, const struct runbook *rb, bool ask, struct params *ret);
void params_release(struct params *p);

#endif
