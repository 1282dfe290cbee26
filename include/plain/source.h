/* Where a secret is: a file, a variable, a command that prints it. */
#ifndef PLAIN_SOURCE_H
#define PLAIN_SOURCE_H

#include <stdbool.h>

struct buf;
struct err;
struct field;

enum source_kind { SOURCE_FILE, SOURCE_ENV, SOURCE_COMMAND };

struct source {
	enum source_kind kind;
	const char *text;   /* path, name, command; borrowed */
	const char *folder; /* from where path and command are seen; NULL: from here */
	bool apart;         /* the terminal is taken: a command must not ask there */
};

/* "file:PATH", "env:NAME", "cmd:COMMAND", or a path. */
struct source source_named(const char *text);
/* What the runbook says of a parameter; false: nothing. */
bool source_of(const struct field *f, struct source *ret);

/* Reads it, at most LIMIT_SECRET_BYTES, without the line ends behind it, into *ret, which must be
 * `secret`. A variable is gone from the environment then. A command has a minute, and asks at the
 * terminal if it must. ERR_NOTFOUND, ERR_IO, ERR_LIMIT, ERR_CANCEL (its minute is over), ERR_PARSE
 * (nothing in it, or a NUL byte), each with a sentence that does not quote it. *ret_open: it is a
 * file that everybody on this host can read or change. */
int source_read(const struct source *s, struct buf *ret, bool *ret_open, struct err *err);

#endif
