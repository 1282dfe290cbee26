/* A stream of a command on its way to a file: a pipe or the pty's master at one end,
 * spool/TOKEN.ext at the other. Append-only; the front is given back as holes. */
#ifndef HOLDER_HSPOOL_H
#define HOLDER_HSPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "mask.h"

enum { HSPOOL_SCRATCH = 64 << 10 };

enum hspool_read {
	HSPOOL_AGAIN, /* nothing more there for now */
	HSPOOL_MORE,  /* there may be more; others have their turn first */
	HSPOOL_END,   /* the stream ended */
	HSPOOL_FULL,  /* it cannot be kept: sys says why, 0 for no room left by the caller */
};

struct hspool {
	int from;      /* the stream, non-blocking, the caller's; -1: there is none */
	int file;      /* -1 before the first byte and after hspool_close */
	bool terminal; /* from is the master of a pty */
	bool copies;   /* splice(2) does not work between these two */
	bool wide;     /* the pipe was made larger */
	int sys;
	int64_t bytes, freed, punched;
	struct buf held; /* read already, and no room on the disk for it */
	struct mask mask;  /* what may not be seen never reaches the disk */
	struct buf masked; /* what came out of it, for the moment of a read */
	bool sealed;       /* file is in memory and takes HOLDER_SEALED_MAX bytes, as they came */
};

/* The folder and file name of a spool. */
struct hspool_place {
	int folder;
	const char *token;
	int stream; /* 0 out, 1 err, 2 tty */
};

void hspool_init(struct hspool *s, int from, bool terminal, const struct hide *hide);

/* What it prints is for the keeper's eyes and no disk: a file in memory takes the place of the one
 * in the folder. 0, or -errno. Before the first byte. */
int hspool_seal(struct hspool *s);

/* Moves what is there, at most `room` bytes and about 1 MiB a call. scratch has HSPOOL_SCRATCH
 * bytes and belongs to the caller. */
enum hspool_read hspool_move(struct hspool *s, const struct hspool_place *at, int64_t room,
			     char *scratch);

/* The bytes before upto are not needed any more. */
void hspool_free(struct hspool *s, const struct hspool_place *at, int64_t upto);

/* No more is read, though the stream did not end: what was held back by the mask goes out. */
void hspool_flush(struct hspool *s, const struct hspool_place *at);

/* Closes the file, but for a sealed one, which hspool_drop closes. Freeing goes on without it. */
void hspool_close(struct hspool *s);
void hspool_drop(struct hspool *s);

/* Removes the file, if there is one. */
void hspool_remove(const struct hspool_place *at);

#endif
