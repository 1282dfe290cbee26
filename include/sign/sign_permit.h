/* A permit: somebody's signed word, given beforehand, that one thing may be done in one environment
 * until a time. What walks without a person (an answers file, a CI job) carries one.
 *
 * A file of text, and the signature of what stands above it:
 *   blackstart permit 1
 *   id: 9f86d081884c7d65
 *   environment: prd
 *   runbook: digest of struct runbook   (or command: SHA-256 of the command line)
 *   name: restore-db.yaml
 *   until: 2026-11-23T06:00:00Z
 *   why: nightly rebuild
 *   -----BEGIN SSH SIGNATURE-----
 */
#ifndef SIGN_SIGN_PERMIT_H
#define SIGN_SIGN_PERMIT_H

#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "sign.h"

enum { SIGN_PERMIT_MAX = 64 << 10, SIGN_PERMIT_ID = 16, SIGN_LINE_MAX = 256 };

enum sign_permit_of { SIGN_OF_RUNBOOK, SIGN_OF_COMMAND, SIGN_OF_MAX };

struct sign_permit {
	char id[SIGN_PERMIT_ID + 1];
	char environment[SIGN_NAME_MAX];
	enum sign_permit_of of;
	char digest[HASH_HEX_LEN + 1];
	char name[SIGN_LINE_MAX]; /* of the runbook, or the command, for people */
	char why[SIGN_LINE_MAX];
	int64_t until_ns;
};

/* Gives it an id of its own. */
void sign_permit_name(struct sign_permit *p);

/* Appends what is signed. ERR_USAGE: a field that is not one printable line, or missing. */
int sign_permit_text(const struct sign_permit *p, struct buf *ret, struct err *err);

/* Reads a file of a permit, text[n] being NUL; nothing is proved by that. *ret_signed (may be
 * NULL): how many bytes its signature, which begins behind them, is for. ERR_PARSE, ERR_LIMIT. */
int sign_permit_read(const char *text, size_t n, struct sign_permit *ret, size_t *ret_signed,
		     struct err *err);

/* Whether it holds at wall_ns, and by whom. ERR_DENIED: its time is over; else as reading it and as
 * sign_verify. *ret and *ret_who are as they were then. */
int sign_permit_check(const char *text, size_t n, const char *signers, int64_t wall_ns,
		      struct sign_permit *ret, struct sign_who *ret_who, struct err *err);

#endif
