/* Intents that come with bytes: a file that is to be kept with the run. */
#ifndef CLIENT_CLIENT_BYTES_H
#define CLIENT_CLIENT_BYTES_H

#include <stdint.h>

struct client;
struct client_opts;
struct err;
struct intent;

/* As client_send and client_request (which waits up to 2 minutes here), with fd: a sealed memory
 * file with the bytes of a VERB_ATTACH. It is taken in any case, and closed when it is not wanted
 * any more; -1: none. */
int client_send_fd(struct client *c, const struct intent *in, int fd, char *ret_id,
		   struct err *err);
int client_request_fd(const struct client_opts *o, const struct intent *in, int fd,
		      int64_t *ret_seq, struct err *err);

#endif
