/* What a second person is asked to agree to, as the record has it. */
#ifndef VIEW_VIEW_REQUEST_H
#define VIEW_VIEW_REQUEST_H

#include <stddef.h>

struct buf;
struct err;
struct inst;
struct state;

/* The steps that wait for a second person, in order of the walk, at most max. Returns how many
 * there are. */
size_t view_requests(const struct state *s, const struct inst **ret, size_t max);

/* Appends what is signed: sign_request_text of what the step waits for. The same on both sides of
 * the socket, for both fold the same rows. refusal: why it is a no, or NULL. ERR_NOTFOUND: it waits
 * for nobody; ERR_LIMIT: too long. */
int view_request(const struct state *s, const struct inst *in, const char *refusal,
		 struct buf *ret, struct err *err);

#endif
