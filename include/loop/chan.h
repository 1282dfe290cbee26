/* Whole messages over a Unix stream socket, in a loop.
 *
 * A frame is four bytes of length, big-endian, and that many bytes of payload, 0 to CHAN_FRAME_MAX.
 * A frame may carry one descriptor. Sending never blocks: what the socket does not take waits here,
 * up to the bound given at the start.
 *
 * The channel owns its descriptor. It ends once, by `closed`: the other end closed (code 0: between
 * frames), broke the framing, or the socket failed. From then on nothing is received and every send
 * says ERR_CANCEL; the owner calls chan_close, in the callback or later.
 */
#ifndef LOOP_CHAN_H
#define LOOP_CHAN_H

#include <stddef.h>
#include <stdint.h>

struct chan;
struct err;
struct loop;

enum { CHAN_FRAME_MAX = 1 << 20, CHAN_HEADER = 4 };

struct chan_ops {
	/* One frame, whole; p is good during the call only and never NULL. fd is the receiver's to
	 * close, or -1. May send, and may call chan_close. */
	void (*frame)(void *ctx, const void *p, size_t n, int fd);
	/* The end. code is 0 after a clean close; ERR_PARSE when the stream ended inside a frame;
	 * ERR_LIMIT for a frame that is too long, or carries descriptors against the rules; ERR_IO. */
	void (*closed)(void *ctx, int code, const struct err *why);
	/* Optional: the send queue has just become empty. */
	void (*drained)(void *ctx);
};

/* Takes fd (made non-blocking and close-on-exec) into the loop. `ops` must outlive the channel.
 * queue_max bounds the bytes that wait to be sent, headers included; 0 means 4 * CHAN_FRAME_MAX. */
struct chan *chan_new(struct loop *l, int fd, size_t queue_max, const struct chan_ops *ops, void *ctx);

/* Closes the descriptor, drops what was not sent, frees; `closed` is not called. NULL is fine. Safe in
 * every callback of the channel itself, whose memory then goes when that callback has returned. */
void chan_close(struct chan *c);

/* Sends a frame, at once where possible, else queued. ERR_LIMIT when n is over CHAN_FRAME_MAX or the
 * queue would pass its bound (nothing of the frame is sent; the owner decides whether to drop the
 * peer), ERR_CANCEL after the end. A failing socket is told by `closed`, in a later pass, not here. */
int chan_send(struct chan *c, const void *p, size_t n, struct err *err);

/* As chan_send, with a copy of fd for the other side; the caller keeps his own. */
int chan_send_fd(struct chan *c, const void *p, size_t n, int fd, struct err *err);

size_t chan_queued(const struct chan *c); /* bytes that wait to be sent */
int chan_fd(const struct chan *c);        /* borrowed, for getsockopt; -1 after the end */

/* The blocking half, for a client without a loop and for the way out: sends one frame, reads one
 * frame. timeout_ms -1 waits for ever. ERR_CANCEL when the time is over, ERR_NOTFOUND for a clean
 * end of the stream, else as above. *ret_fd may be NULL: a descriptor that comes is closed. */
struct buf;
int chan_write(int fd, const void *p, size_t n, int pass_fd, int timeout_ms, struct err *err);
int chan_read(int fd, struct buf *out, int *ret_fd, int timeout_ms, struct err *err);

#endif
