/* A digest as words that can be read out over the phone. */
#ifndef SIGN_SIGN_WORDS_H
#define SIGN_SIGN_WORDS_H

#include <stddef.h>

struct buf;
struct err;

enum { SIGN_WORDS = 6, SIGN_WORD_BITS = 10, SIGN_WORD_LIST = 1 << SIGN_WORD_BITS };
enum { SIGN_WORD_MAX = 8 };

/* Appends six words for the first 60 bits of a SHA-256 digest in lower-case hex. The words of a
 * digest are the same in every version. ERR_PARSE: that is no digest. */
int sign_words(const char *digest, struct buf *ret, struct err *err);

/* The i-th word of the list, lower-case letters; NULL past its end. */
const char *sign_word(size_t i);

#endif
