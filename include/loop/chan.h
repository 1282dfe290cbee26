/* Whole messages over a Unix stream socket, in a loop.
 *
 * A frame is four bytes of length, big-endian, and that many bytes of payload, 0 to CHAN_FRAME_MAX.
 * The highest bit of the length says that a descriptor comes with the frame; it travels with the
 * frame's first byte. Sending never blocks: what the socket does not take waits here, up to the
 * bound given at the start.
 *
 * The channel owns its descriptor. It ends once, by `closed`: the other end closed (code 0: between
 * frames, whether or not it had read all that was sent to it), broke the framing, or the socket
 * failed. From then on the descriptor is closed, nothing is received and every send says
 * ERR_CANCEL; the owner calls chan_close, in the callback or later.
 */
#ifndef LOOP_CHAN_H
#define LOOP_CHAN_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct chan;
struct err;
struct loop;

enum { CHAN_FRAME_MAX = 1 << 20, CHAN_HEADER = 4, CHAN_FDS_QUEUED_MAX = 16 };

struct chan_ops {
	/* One frame, whole; p is good during the call only and never NULL. fd is the receiver's to
	 * close, or -1. May send, and may call chan_close. */
	void (*frame)(void *ctx, const void *p, size_t n, int fd);
	/* The end. code is 0 after a clean close; ERR_LIMIT for a frame that is too long; ERR_PARSE
	 * when the stream ended inside a frame or descriptors did not come as announced; ERR_IO. */
	void (*closed)(void *ctx, int code, const struct err *why);
	/* Optional: the send queue has just become empty. */
	void (*drained)(void *ctx);
};

/* Takes fd (made non-blocking and close-on-exec) into the loop. `ops` must outlive the channel.
 * queue_max bounds the bytes that wait to be sent, headers included; 0 means 4 * CHAN_FRAME_MAX. */
struct chan *chan_new(struct loop *l, int fd, size_t queue_max, const struct chan_ops *ops,
		      void *ctx);

/* Closes the descriptor, drops what was not sent, frees; `closed` is not called. NULL is fine. Safe
 * in every callback of the channel itself, whose memory then goes when that callback has
 * returned. */
void chan_close(struct chan *c);

/* Sends a frame, at once where possible, else queued. ERR_LIMIT when n is over CHAN_FRAME_MAX or
 * the queue would pass its bound (nothing of the frame is sent; the owner decides whether to drop
 * the peer), ERR_CANCEL after the end. A failing socket is told by `closed`, in a later pass, not
 * here. */
int chan_send(struct chan *c, const void *p, size_t n, struct err *err);

/* As chan_send, with a copy of fd for the other side; the caller keeps his own. ERR_LIMIT also when
 * CHAN_FDS_QUEUED_MAX descriptors wait already, ERR_IO when fd cannot be copied. */
int chan_send_fd(struct chan *c, const void *p, size_t n, int fd, struct err *err);

size_t chan_queued(const struct chan *c); /* bytes that wait to be sent */
int chan_fd(const struct chan *c);        /* borrowed, for getsockopt; -1 after the end */

/* --- without a loop ------------------------------------------------------------------------ */

/* Sends one frame (pass_fd -1: without descriptor), or reads one into *out, whose old content goes.
 * fd stays the caller's and may be blocking or not. timeout_ms is for the whole frame, -1 waits for
 * ever. *ret_fd is -1 where none came; with ret_fd NULL what comes is closed. ERR_CANCEL when the
 * time is over (a frame may be half through: the socket is good for nothing more), ERR_NOTFOUND for
 * a clean end of the stream, ERR_LIMIT, ERR_PARSE, ERR_IO as above. */
int chan_write(int fd, const void *p, size_t n, int pass_fd, int timeout_ms, struct err *err);
int chan_read(int fd, struct buf *out, int *ret_fd, int timeout_ms, struct err *err);

#endif
