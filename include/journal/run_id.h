/* The name of a run: [A-Za-z0-9._-], not beginning with . or -. That of a drill begins with
 * "drill-", that of a real run never does. */
#ifndef JOURNAL_RUN_ID_H
#define JOURNAL_RUN_ID_H

#include <stdbool.h>

#define JOURNAL_DRILL "drill-"

enum { JOURNAL_RUN_ID_MAX = 40 }; /* bytes, the NUL included */

bool journal_run_is_drill(const char *run); /* NULL: no */

#endif
