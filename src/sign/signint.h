/* Inside the room: a program run within a time, and what a signature says of itself. */
#ifndef SIGN_SIGNINT_H
#define SIGN_SIGNINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "sign.h"

struct err;

/* Descriptors that the program gets as 3, 4, …: named SIGN_FD_PATH(0), … in its arguments. */
enum { SIGN_FILES_MAX = 2, SIGN_FD_FIRST = 3, SIGN_OUTPUT_MAX = 64 << 10, SIGN_ARGS_MAX = 16 };
#define SIGN_FD_PATH(n) ((n) ? "/dev/fd/4" : "/dev/fd/3")

struct sign_run {
	const char *const *argv;
	int in;                    /* its standard input; -1: /dev/null */
	int files[SIGN_FILES_MAX]; /* 0: none */
	bool ask;                  /* it may use the terminal */
	int64_t until;             /* boot time, ns */
};

/* sign_run.c: what it wrote, and its exit status (128 + n for a signal). ERR_IO: it cannot be run;
 * ERR_CANCEL: over the time, it is gone; ERR_LIMIT: it wrote more than SIGN_OUTPUT_MAX. */
int sign_run(const struct sign_run *r, struct buf *out, struct buf *said, int *ret_status,
	     struct err *err);
/* A file of these bytes that has no name. The caller's to close. */
int sign_file(const void *p, size_t n, int *ret_fd, struct err *err);
int64_t sign_deadline(bool ask);
/* The last line of what a program said, for a sentence; "it did not say why" for nothing. */
void sign_said(struct buf *out, const struct buf *said);

/* sign_blob.c: what a signature says of itself, nothing of which is proved. */
struct sign_blob {
	char space[SIGN_NAME_MAX];
	char fingerprint[SIGN_PRINT_MAX];
};
int sign_blob_read(const char *sig, struct sign_blob *ret, struct err *err);

/* sign_key.c: the key to sign with, as a file to name. */
struct sign_key {
	struct buf path; /* of a key; "": the public key is in `line` */
	struct buf line; /* "ssh-ed25519 AAAA… comment" */
};
int sign_key_find(const struct sign_by *by, int64_t until, struct sign_key *ret, struct err *err);
void sign_key_release(struct sign_key *k);

#endif
