/* One-time codes, for who has nothing but a phone.
 *
 * A code is 16 letters and digits in four groups, "7KQM-40XF-A2YN-PWE3". The first group names it
 * and is no secret; the other three are 60 random bits, of which the file keeps scrypt only. A code
 * is marked as used, on disk, before it counts.
 *
 * The file: a first line that says what it is, then a line per code:
 *   ID OWNER MADE COST,BLOCK,LANES SALT HASH USED WHAT
 * with the last two "-" while it was not used. Lines may be taken out and put together by hand.
 */
#ifndef SIGN_SIGN_CODES_H
#define SIGN_SIGN_CODES_H

#include <stdint.h>

#include "sign.h"

struct buf;
struct err;

enum {
	SIGN_CODES_MAX = 100,      /* made at once */
	SIGN_CODES_FILE = 2 << 20, /* bytes of the file */
	SIGN_CODE_TEXT = 19,       /* bytes of a code as it is printed */
};

/* Makes n codes for `owner` (a name without blanks), adds them to the file, which is made with mode
 * 0600 where there is none, and appends the codes to *ret, a line each: the only time that anybody
 * sees them. ERR_USAGE: no name, no count; ERR_PARSE: the file is something else; ERR_DENIED: it is
 * somebody else's, or everybody can write it; ERR_BUSY: it is being written all the time;
 * ERR_LIMIT, ERR_IO, ERR_FULL. */
int sign_codes_make(const char *path, const char *owner, int n, int64_t wall_ns, struct buf *ret,
		    struct err *err);

/* Uses a code for `what`, one word. Letter case, blanks and hyphens in it are nothing; O is 0, I
 * and L are 1. ret->principal is the owner. ERR_NOTFOUND: there is no such code; ERR_DENIED: it is
 * wrong, or the file as above; ERR_EXISTS: it was used before, when and for what is said. Nothing
 * counts that could not be marked as used. */
int sign_code_use(const char *path, const char *code, const char *what, int64_t wall_ns,
		  struct sign_who *ret, struct err *err);

/* Calls fn for every owner in the order of the file. Fails as reading does. */
int sign_codes_list(const char *path,
		    void (*fn)(void *ctx, const char *owner, int unused, int used), void *ctx,
		    struct err *err);

#endif
