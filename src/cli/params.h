/* The parameters of a run: from the command line, from files, from the person, by default. */
#ifndef CLI_PARAMS_H
#define CLI_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "kind.h"
#include "value.h"

struct opts;
struct runbook;
struct scenario;
struct tui;

struct params {
	struct value *values;     /* one for each of the runbook's, in its order */
	struct binding *all;      /* names and values; a secret's is marked so */
	struct binding *secrets;  /* the secret ones again */
	size_t n_values, n_secrets;
};

/* Reads what was given on the command line, then secrets where the runbook, at path (NULL: not from
 * there), says that they are (apart: without the terminal, which is taken). Says what is wrong and
 * returns CLI_USAGE then, else CLI_OK. *ret is the caller's to params_release in any case. One of
 * params_rest and params_form must follow. */
int params_given(const struct opts *o, const struct runbook *rb, const char *path, bool apart,
		 struct params *ret);

/* Of a drill, after params_given: what its scenario (NULL: none) says of those not given; and,
 * where it runs nothing, a word in place of each secret: what a drill has not it cannot leak, and
 * what gives a secret is a command, too. Status as above. */
int params_drilled(const struct runbook *rb, const struct scenario *sc, bool plays,
		   struct params *p);

/* Takes defaults, and asks for the rest line by line where `ask`. As above; CLI_ENDED when the
 * person gave no answer. */
int params_rest(const struct runbook *rb, bool ask, struct params *p);

/* The same in a form on the screen, where not all was given. CLI_ENDED when the person left it;
 * says nothing. */
int params_form(struct tui *t, const struct runbook *rb, enum run_mode mode, struct params *p);

void params_release(struct params *p);

#endif
