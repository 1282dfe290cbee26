/* What people bring from outside of the script. */
#ifndef KEEPER_OUTSIDE_H
#define KEEPER_OUTSIDE_H

#include "keeper_in.h"

/* --- spool.c ---------------------------------------------------------------------------------- */
/* Takes n bytes of standard output of p, that are there whole, chunk by chunk. Never fails: what
 * cannot be written now is written again by whoever commits. */
void spool_take_all(struct keeper *k, struct proc *p, int64_t n);

/* --- attach.c: files that people bring -------------------------------------------------------- */
/* An intent to attach: fd (borrowed; -1: none came) is a sealed memory file with the bytes. They go
 * on record as what a command printed does, in the commit of the row that names them. */
void attach_take(struct keeper *k, const struct actor *who, const struct intent *it, int fd,
		 struct verdict *ret);
void attach_done(struct keeper *k); /* after a commit: those bytes are not wanted any more */
void attach_free(struct keeper *k);

/* --- outside.c: shells under exec ------------------------------------------------------------- */
/* What a shell says of itself; what its terminal showed before goes on record before that. foreign:
 * another account says so. */
void outside_said(struct keeper *k, const struct intent *it, const struct actor *who, bool foreign,
		  struct verdict *ret);
void outside_hang_up(const struct proc *p); /* as when a terminal goes away */
/* The terminal of a client whose shell is open has this size now. False: it has none. */
bool outside_resize(struct keeper *k, const char *client, unsigned short rows, unsigned short cols);
/* Shells whose client never came back to a keeper that has lived for a while. */
void outside_minute(struct keeper *k);

#endif
