/* A message to a channel, sent now: mail and webhooks.
 *
 * By libcurl, which is loaded when something is sent and not before: a run must not depend on it,
 * nor pay for it in each of its processes. Secrets are read at that moment and stand in nothing
 * that comes out of here; what a server says of them is hidden by value.
 */
#ifndef PEOPLE_SEND_H
#define PEOPLE_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "people.h"

struct err;
struct json;

enum {
	SEND_SUBJECT_MAX = 900,       /* bytes */
	SEND_TEXT_MAX = 64 << 10,
	SEND_TO_MAX = 100,            /* recipients */
	SEND_ANSWER_MAX = 64 << 10,   /* what a server may say */
	SEND_SECRET_MAX = 8 << 10,
	SEND_WORDS_MAX = 400,         /* of what is told on of its answer */
	SEND_CONNECT_MS = 10000,      /* at most, to be connected */
};

struct send_message {
	const char *const *to;        /* addresses; none: those of the channel */
	size_t n_to;
	const char *subject, *text;   /* NULL or "": none; one of them is there */
	/* They name the try ("1.3": of the first attempt the third), so that a receiver sees that
	 * two messages are one. NULL: none. */
	const char *run, *step, *try_no;
	const char *severity;         /* as the contacts file calls it; NULL: not known */
	bool is_least;                /* it is the least of several severities */
	int64_t wall_ns;
};

/* Sends by a channel of kind smtp or webhook. 0: its server took it, and *words gets what it said,
 * one line for a terminal. Else nobody took it, as far as is known, and the sentence says why:
 * ERR_NOTFOUND a secret is not there; ERR_USAGE, ERR_LIMIT, ERR_PARSE the message or the channel
 * cannot be sent like that; ERR_CANCEL no answer within the channel's time; ERR_DENIED the server
 * refused; ERR_IO anything else. Blocks, at most for the channel's timeout and a little. */
int send_by(const struct people_channel *c, const struct send_message *m, struct buf *words,
	    struct err *err);

/* A channel of kind smtp or webhook as one JSON object, without secrets: where they are instead.
 * Files are named as seen from `folder` (that of the contacts file). */
void send_channel_encode(struct buf *out, const struct people_channel *c, const char *folder);
/* A copy of a channel whose files are named as seen from `folder`; forget frees what it needed. */
void send_channel_from(struct people_channel *ret, const struct people_channel *c,
		       const char *folder);
void send_channel_forget(struct people_channel *copy);
/* *ret borrows from doc and holds memory of *arena. ERR_PARSE for anything else. */
int send_channel_decode(const struct json *doc, struct arena *arena, struct people_channel *ret,
			struct err *err);

/* "ana@example.org" of that or of "Ana <ana@example.org>", the caller's to free(). ERR_PARSE: no
 * address, or one that would need more than ASCII. */
int send_mail_address(const char *s, char **ret, struct err *err);

/* Whether the library that sends is here; ERR_NOTFOUND says what is missing. */
int send_ready(struct err *err);

/* Every secret of a channel: what it is for ("url_from") and where. */
struct send_needs {
	const char *what;
	const struct people_secret *where;
};
enum { SEND_NEEDS_MAX = 2 };
size_t send_needs(const struct people_channel *c, struct send_needs ret[SEND_NEEDS_MAX]);
/* Whether it can be read: 0, or ERR_NOTFOUND and others with a sentence that names the place. */
int send_secret_there(const struct people_secret *where, const char *folder, struct err *err);

#endif
