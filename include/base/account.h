/* Names of accounts. No name service is asked: on the night of an outage it may be what is down,
 * and getpwuid(3) then takes minutes to say so.
 */
#ifndef BASE_ACCOUNT_H
#define BASE_ACCOUNT_H

#include <stdbool.h>
#include <sys/types.h>

enum { ACCOUNT_NAME_MAX = 64 };

/* The name of an account by /etc/passwd. False: it has none there, and ret is "uid 1000". */
bool account_name(uid_t uid, char ret[ACCOUNT_NAME_MAX]);

#endif
