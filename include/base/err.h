/* How a function fails: a code for the caller, a sentence for the person.
 *
 * Every function that can fail returns int: 0 or one of the negative codes below, and takes a
 * `struct err *` last. The struct is the caller's, holds no memory of its own, and NULL is allowed
 * where only the code matters. Lower rooms never print; the room that decides what to do prints
 * once. Wording: what failed and on what, one line, no "error:" in front.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
	ERR_OK = 0,
	ERR_NOMEM = -1,    /* no memory left */
	ERR_IO = -2,       /* the system said no: errno is kept in sys */
	ERR_PARSE = -3,    /* text that does not follow its grammar */
	ERR_LIMIT = -4,    /* over a stated limit */
	ERR_NOTFOUND = -5, /* the thing named does not exist */
	ERR_EXISTS = -6,   /* the thing named exists already */
	ERR_BUSY = -7,     /* somebody else holds it; try again */
	ERR_DENIED = -8,   /* not allowed */
	ERR_CORRUPT = -9,  /* stored data that contradicts itself */
	ERR_VERSION = -10, /* made by a newer blackstart */
	ERR_FULL = -11,    /* no space left where it must be written */
	ERR_CANCEL = -12,  /* stopped on purpose, or a bound on time was reached */
	ERR_USAGE = -13,   /* called with arguments that make no sense together */
};

enum { ERR_TEXT_MAX = 512 };

struct err {
	int code; /* an enum err_code */
	int sys;  /* errno at the time, 0 where none applies */
	char text[ERR_TEXT_MAX];
};

/* Sets *err (where it is not NULL) to `code` and the formatted sentence (cut at ERR_TEXT_MAX on a
 * character boundary) and returns `code`, so that `return err_set(...)` works. errno is kept as it
 * was and stored in err->sys when code is ERR_IO or ERR_FULL. */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_IO (ERR_FULL for ENOSPC and EDQUOT, ERR_NOMEM for ENOMEM), with ": " and
 * strerror(errno) appended. */
int err_sys(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what: " in front of the sentence already in *err; for the caller who knows more. Returns
 * err->code (or `code` where err is NULL). */
int err_context(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The code's name for logs and tests: "ERR_LIMIT". Never NULL. */
const char *err_name(int code);

#endif
