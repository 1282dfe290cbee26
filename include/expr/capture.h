/* What a command printed, taken apart: whole, by jq (libjq), by regular expression (POSIX extended,
 * line by line, first match).
 *
 * jq and regular expressions know no bound of their own, so they run in a forked child: 1 s of CPU
 * and 5 s in all, 256 MB more than this process has, no environment, no descriptors and no way to
 * open any. The child is waited for; a caller must not collect children it does not know
 * (waitpid(-1)) in between.
 */
#ifndef EXPR_CAPTURE_H
#define EXPR_CAPTURE_H

#include <stddef.h>

struct capture;
struct err;
struct value;

/* Applies c to the n bytes of standard output. *ret is the caller's to release, secret where c is.
 * A miss (no match, jq null or nothing or an error of the program, text that does not read as the
 * type) gives a value that is not known, with 0 returned and the reason in *err (code ERR_NOTFOUND,
 * fit to be shown; a secret's reason is not told).
 *
 * Whole: a list is a JSON array or, where the output does not start with [, its lines that are not
 * blank; no output at all is a miss but for text. jq: one output, or for a list one array or
 * several outputs; the program runs on each JSON document; whole numbers above 2^53 are a miss,
 * because jq does not keep their last digits. Match: the one group of the first match.
 *
 * ERR_LIMIT over LIMIT_VALUE_BYTES of output or result, or when the child reached a bound; ERR_IO
 * when no child could be made. *ret is untouched then. */
int capture_apply(const struct capture *c, const char *out, size_t n, struct value *ret,
		  struct err *err);

/* Compiled jq programs, kept: libjq takes 45 ms to compile one, and a loop or a wait uses the same
 * one again and again. From its third use on a program runs at once. */
struct capturer;

struct capturer *capturer_new(void);
void capturer_free(struct capturer *k); /* NULL is fine */

/* capture_apply, the same in all but time. */
int capturer_apply(struct capturer *k, const struct capture *c, const char *out, size_t n,
		   struct value *ret, struct err *err);

/* Whether the pattern compiles: a jq program (grammar and names of functions), or a regular
 * expression with exactly one group and nothing that POSIX reads differently from Perl (\d, lazy
 * repetition). ERR_PARSE with what is wrong, ERR_LIMIT over 4096 bytes. Microseconds, unless the jq
 * program uses a function that is not in our list: libjq then takes about 50 ms. */
int capture_check(const struct capture *c, struct err *err);

#endif
