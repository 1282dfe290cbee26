/* What a second person is asked to agree to, and what somebody signs to say who they are: texts
 * that a person reads and a key signs. Both sides make them from the record. */
#ifndef SIGN_SIGN_REQUEST_H
#define SIGN_SIGN_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

struct sign_request {
	const char *refusal;     /* why it is a no; NULL: it is a yes */
	const char *run, *title; /* of the run */
	const char *step, *name; /* key and title of the step; name may be NULL */
	const char *environment;
	const char *host;        /* where the command runs; NULL: on this machine */
	const char *const *targets;
	size_t n_targets;
	const char *command;
	const char *const *values; /* "name = value": what the names in the command stand for */
	size_t n_values;
	const char *undo;        /* what cannot be undone; NULL: nothing is said */
	const char *digest;      /* SHA-256, hex: of all that was confirmed */
	const char *requester, *fingerprint;
	int64_t until_ns;
};

/* Appends the request: a first line that says what it is, then "key: value" lines, the command's
 * lines behind "  | ". Everything in it is printable as it stands, so what is shown is what is
 * signed; the six words of the digest stand in it. A no is another text than a yes. ERR_PARSE:
 * digest is none. */
int sign_request_text(const struct sign_request *q, struct buf *ret, struct err *err);

/* Appends what is signed to be known as the one at this client of this run, and of no other. */
void sign_identity_text(const char *run, const char *client, struct buf *ret);

#endif
