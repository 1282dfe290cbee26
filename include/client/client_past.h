/* A run as it was: what a row says that a command printed. */
#ifndef CLIENT_CLIENT_PAST_H
#define CLIENT_CLIENT_PAST_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct client;
struct err;

/* As client_output, for bytes that a row says are on record: waits while another program has the
 * file, at most 5 s (ERR_BUSY). ERR_NOTFOUND: not one of them is there. ERR_CORRUPT: altered. */
int client_output_kept(struct client *c, const char *token, int stream, int64_t from, size_t n,
		       struct buf *out, struct err *err);

#endif
