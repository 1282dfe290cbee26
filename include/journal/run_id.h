/* How long the name of a run may be, its NUL included: [A-Za-z0-9._-], not beginning with . or -.
 */
#ifndef JOURNAL_RUN_ID_H
#define JOURNAL_RUN_ID_H

enum { JOURNAL_RUN_ID_MAX = 40 };

#endif
