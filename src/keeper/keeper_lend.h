/* The keeper's part in a command that is lent: lend.h. */
#ifndef KEEPER_KEEPER_LEND_H
#define KEEPER_KEEPER_LEND_H

#include <stdbool.h>

struct env_list;
struct inst;

#define LEND_SOCK "lend.sock"

/* Whether the command of this step comes from somebody who listens in the run's folder dir. */
bool lend_wanted(const char *dir, const struct inst *in);
/* argv of what asks there; text: the command as it was confirmed. */
void lend_command(struct env_list *argv, const char *dir, const char *text);

#endif
