/* UTF-8 as RFC 3629 has it: no surrogates, nothing over U+10FFFF, no overlong forms. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at s (n bytes there, n > 0). Returns its length in bytes (1-4) and sets
 * *ret_cp, or 0 for bytes that are no UTF-8 (the caller steps over one byte). */
size_t utf8_decode(const char *s, size_t n, uint32_t *ret_cp);

/* Offset of the first byte that is not valid UTF-8, or n when all is. */
size_t utf8_check(const char *s, size_t n);

/* Writes cp at out (room for 4). Returns the length, 0 for what is no character. */
size_t utf8_encode(uint32_t cp, char out[4]);

/* Number of characters (invalid bytes count one each). */
size_t utf8_count(const char *s, size_t n);

/* Columns on a terminal, by wcwidth(3) in a UTF-8 locale; what has no width counts 0. */
size_t utf8_width(const char *s, size_t n);

#endif
