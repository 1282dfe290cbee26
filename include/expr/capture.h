/* What a command printed, taken apart: whole, by jq (libjq), by regular expression (POSIX). */
#ifndef EXPR_CAPTURE_H
#define EXPR_CAPTURE_H

#include <stddef.h>

struct capture;
struct err;
struct value;

/* Applies c to the n bytes of standard output. *ret is the caller's to release; a miss (no match,
 * jq null or empty, text that does not read as the type) gives a value that is not known, with 0
 * returned and the reason in *err's text (code ERR_NOTFOUND kept in err->code). ERR_LIMIT over
 * LIMIT_VALUE_BYTES of output or a jq program that runs longer than 1 s. jq sees no environment,
 * no files, no input beyond the bytes. */
int capture_apply(const struct capture *c, const char *out, size_t n, struct value *ret,
		  struct err *err);

/* Whether the pattern compiles (jq program, or a regular expression with exactly one group).
 * ERR_PARSE with what is wrong. */
int capture_check(const struct capture *c, struct err *err);

#endif
