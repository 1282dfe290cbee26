/* Who vouched for the record: its signatures, looked at. */
#ifndef CLI_VOUCHED_H
#define CLI_VOUCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "checkpoint.h"
#include "sign.h"

struct err;
struct journal;
struct opts;

enum vouched {
	VOUCHED_BY_KNOWN, /* signed by somebody of the file of signers, at its time */
	VOUCHED_BY_KEY,   /* signed by a key whose owner is not known, or did not count then */
	VOUCHED_NOT,      /* nobody signed */
	VOUCHED_UNSEEN,   /* it could not be looked at */
	VOUCHED_FALSE,    /* the signature is of something else */
	VOUCHED_MAX,
};
const char *vouched_word(enum vouched v);

struct voucher {
	const struct checkpoint *c;
	enum vouched is;
	struct sign_who who; /* principal "": not known */
	const char *why;     /* not known, not signed, not looked at, false; else NULL */
};

struct vouching {
	int64_t n[VOUCHED_MAX];
	int64_t ends;        /* closed runs whose last row somebody vouched for, known or not */
	struct buf wrong;    /* what the first false one is, and of which run */
	char run[JOURNAL_RUN_ID_MAX];
};

/* The file of who may sign: --signers, BLACKSTART_SIGNERS, else the environments file's. NULL:
 * none. The caller's to free(). */
char *vouched_signers(const struct opts *o);

/* Looks at the checkpoints of a run (NULL: of all) and calls fn for each; signers NULL: nobody is
 * known. Every signature takes some 10 ms. */
int vouched_look(struct journal *j, const char *run, const char *signers,
		 void (*fn)(void *ctx, const struct voucher *v), void *ctx, struct vouching *ret,
		 struct err *err);
void vouched_release(struct vouching *v);

/* Says on standard output the head of a run that is closed, what of it is signed and what is not;
 * nothing where it is open or cannot be read. */
void vouched_ending(const char *journal, const char *run);

/* "signed by ana (ED25519 SHA256:…)", "NOT SIGNED: …", for people. */
void vouched_say(struct buf *out, const struct voucher *v);

#endif
