/* Whether a text is a value of a key, and the sentences that say why it is not: one set for all
 * formats, whoever reads the file.
 */
#ifndef FORMAT_FORMAT_JUDGE_H
#define FORMAT_FORMAT_JUDGE_H

#include <stdbool.h>

#include "format.h"
#include "ytree.h"

/* True: *ret is set. False: *why gets a sentence, *ret is untouched. */
bool format_is_bool(const struct format_key *k, const char *s, bool *ret, struct buf *why);
/* A whole number, a time in milliseconds within min..max; without max: any. */
bool format_is_count(const struct format_key *k, const char *s, int64_t *ret, struct buf *why);
bool format_is_duration(const struct format_key *k, const char *s, int64_t *ret, struct buf *why);
/* The index among the words of its type; -1: *why gets a sentence, with the nearest of them. */
int format_is_word(const struct format *f, const struct format_key *k, const char *s,
		   struct buf *why);

/* "`key` is a list; expected: one line" */
void format_put_is(struct buf *why, const struct format *f, const struct format_key *k,
		   enum ytree_kind is);

/* Of a key. */
#define FORMAT_ONE_LINE "`%s` is one line"
#define FORMAT_SAYS_NOTHING "`%s` says nothing%s"
#define FORMAT_LEAVE_OUT "; leave it out or say it"
#define FORMAT_TOO_LONG "`%s` is longer than %lld bytes"
#define FORMAT_NO_VERSION "it does not say `%s: 1`, the version of its format"
#define FORMAT_OUR_VERSION "`%s` is the version of the format: 1"
/* What is a comment; the key twice. */
#define FORMAT_IS_COMMENT \
	"%s is a comment to YAML and no part of `%s`; write `%s: |` and the text on the lines " \
	"under it, or the comment on a line of its own"
/* Of a mapping: what it is, then its first key; a key and what is near; a key and its text. */
#define FORMAT_IS_MAPPING "%s is a mapping, such as `%s: …`"
#define FORMAT_NO_KEY "%s has no key `%s`%s"
#define FORMAT_NEEDS_KEY "%s needs `%s`: %s"

#endif
