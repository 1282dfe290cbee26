/* Where a holder lives: its detached process, its folder, its lock, its socket. */
#ifndef HOLDER_HHOUSE_H
#define HOLDER_HHOUSE_H

#include <stdbool.h>

struct hcore;

struct hhouse {
	int lock, listen;
};

/* Forks away from whoever started it. True in the process that goes on: a session of its own, no
 * terminal, subreaper, no descriptors but the standard ones, signals as hchild_set_signals. */
bool hhouse_detach(void);

/* Opens folder with its lock, its spools, its status file and its socket, into h and c; also the
 * groups. 0 or -errno (-EWOULDBLOCK: another holder lives there); then nothing is left open. */
int hhouse_open(struct hhouse *h, struct hcore *c, const char *folder);

/* Tells who started it: "ok", or "no ERRNO"; then the standard streams are /dev/null. */
void hhouse_ready(int rc);

/* Removes the socket and closes everything. */
void hhouse_close(struct hhouse *h, struct hcore *c);

/* Address of holder.sock in an open folder, by way of /proc: a path may be longer than an address
 * holds. */
struct sockaddr_un;
void hhouse_address(int folder, struct sockaddr_un *ret);

#endif
