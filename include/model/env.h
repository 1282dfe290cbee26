/* Names of environment variables. */
#ifndef MODEL_ENV_H
#define MODEL_ENV_H

#include <stdbool.h>

/* Whether `env:` of a step may set this variable: [A-Za-z_][A-Za-z0-9_]*, at most LIMIT_ID_BYTES,
 * and none of those that change how a command runs. *ret_why as above. */
bool env_name_ok(const char *name, const char **ret_why);

#endif
