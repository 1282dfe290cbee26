/* The lines of doctor, told by a process that may hang, each within its time. */
#ifndef CLI_DOCTOR_TELL_H
#define CLI_DOCTOR_TELL_H

#include <stdint.h>

#include "doctor.h"

struct buf;

/* --- in the worker ---------------------------------------------------------------------------- */

/* From here on it is about `what`, for limit_ms at most: then the other one goes on without us. */
void doctor_about(const struct doctor *d, const char *what, int64_t limit_ms);
/* An item: a line, or an object of JSON. */
void doctor_item(const struct doctor *d, enum health h, const char *text);

/* --- and who waits for it --------------------------------------------------------------------- */

/* Forks, has `work` tell in the child, and puts the items into out: lines, or the array. Returns
 * the exit status. What hangs is named, killed, and not waited for. */
int doctor_wait(struct doctor *d, void (*work)(struct doctor *d), struct buf *out);

/* "poor  clock       …", or the object; more (may be NULL) appends members of its own. */
struct jsonw;
void doctor_line(struct buf *out, const struct opts *o, enum health h, const char *name,
		 const char *text, void (*more)(void *ctx, struct jsonw *w), void *ctx);

#endif
