/* Between the files of captures: how the child that takes output apart tells what it found. */
#ifndef EXPR_CAPTURE_INT_H
#define EXPR_CAPTURE_INT_H

#include <locale.h>
#include <stddef.h>

struct buf;
struct capture;
struct err;
struct jq_state;
struct value;

enum { CAPTURE_PATTERN_MAX = 4096 }; /* bytes of a jq program or a regular expression */

/* What a child answers: a letter, then the value's text or a sentence. */
enum { CAPTURE_HIT = 'V', CAPTURE_MISS = 'M' };

/* One piece of work for the child. */
struct capture_job {
	const struct capture *c;
	const char *out;
	size_t n;
	locale_t utf8; /* characters are UTF-8's, whatever the locale of whoever started us */
	struct jq_state *jq; /* the program, compiled; NULL: the child compiles it */
};

/* Run in the child (jail.h): ctx is a struct capture_job. */
void capture_jq_work(void *ctx, struct buf *answer);
void capture_match_work(void *ctx, struct buf *answer);

/* ERR_PARSE with what is wrong with the program or expression, ERR_LIMIT. */
int capture_jq_check(const struct capture *c, struct err *err);
int capture_match_check(const struct capture *c, struct err *err);

/* Looks at every name in a jq program that follows jq's grammar. 0: all are known. 1: some are not
 * known here, libjq must say. ERR_PARSE: a function that has no place in a capture. */
int capture_names_check(const char *program, struct err *err);

/* A program compiled in this process, NULL where that fails. */
struct jq_state *capture_jq_compile(const char *program);
void capture_jq_free(struct jq_state *jq);

/* capture_apply with the program of a jq capture compiled already (NULL: not). */
int capture_apply_with(const struct capture *c, struct jq_state *jq, const char *out, size_t n,
		       struct value *ret, struct err *err);

/* Letter and text into the answer. */
void capture_answer(struct buf *answer, char letter, const char *s, size_t n);

#endif
