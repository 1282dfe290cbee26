/* The wire form of a frame, for the two halves of chan.h: with a loop and without. */
#ifndef CHAN_IN_H
#define CHAN_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "chan.h"

void chan_put_header(unsigned char header[CHAN_HEADER], size_t n, bool with_fd);

/* Reads a header. ERR_LIMIT for a frame over CHAN_FRAME_MAX. */
int chan_get_header(const unsigned char header[CHAN_HEADER], size_t *ret_n, bool *ret_with_fd,
		    struct err *err);

/* sendmsg and recvmsg, never waiting, with at most one descriptor (-1: none). *ret_odd says that
 * more came than one; those are closed. Return as the system calls do, EINTR aside. */
ssize_t chan_sendmsg(int sock, const struct iovec *iov, size_t n, int pass_fd);
ssize_t chan_recvmsg(int sock, void *p, size_t n, int *ret_fd, bool *ret_odd);

#endif
