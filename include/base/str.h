/* Small questions about strings. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

bool str_eq(const char *a, const char *b);     /* NULL equals NULL only */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

/* Copies s, whole, into the array of `size` bytes at dst. False when it does not fit: dst is ""
 * then, because half a name is another name. */
bool str_copy(char *dst, size_t size, const char *s) __attribute__((warn_unused_result));

/* Copies what fits of s, cut between characters; for text that is only shown. Returns dst. */
char *str_clip(char *dst, size_t size, const char *s);

/* Whole-string decimal number. Returns false (and leaves *ret alone) for anything else, blanks
 * and overflow included. */
bool str_to_i64(const char *s, int64_t *ret);
bool str_to_f64(const char *s, double *ret); /* no inf, nan or hex; any locale */

/* The shortest decimal that reads back as the same double, with a "." in any locale. */
void str_f64(struct buf *out, double v);

/* "90s", "5m", "1h30m", "2d", "500ms" or bare "0" to milliseconds; units w d h m s ms, each at most
 * once, falling. At most ten years. False for anything else. */
bool str_to_duration(const char *s, int64_t *ret_ms);

/* Milliseconds as str_to_duration reads them: "1h30m", "1d2h", "0s"; days are the largest unit,
 * negative gets "-". */
void str_duration(struct buf *out, int64_t ms);

/* Clock face for timers, whole seconds: "4:10" below ten minutes, "0:41:12" and "30:00:00" from
 * there on; negative gets "-". */
void str_stopwatch(struct buf *out, int64_t ms);

/* Restricted Damerau-Levenshtein distance in bytes, at most `max`+1. */
int str_distance(const char *a, const char *b, int max);

/* The candidate closest to `word` within a third of its length (at least 1, at most 3), or NULL.
 * The first of equals wins. ASCII case makes no difference. NULL candidates are skipped. */
const char *str_nearest(const char *word, const char *const *candidates, size_t n);

/* Appends s so that a terminal shows it and obeys nothing: control characters, DEL, C1, bidi
 * overrides, invisible tags and bytes that are not UTF-8 become \xNN or \u{NNNN}; tab becomes a
 * space; a newline becomes a newline when `lines` is set and \n (two characters) when not. */
void str_printable(struct buf *out, const char *s, size_t n, bool lines);

/* Whether a terminal shows this character and obeys nothing. */
bool str_harmless(uint32_t cp);

/* Appends s quoted for POSIX sh: plain words stay bare, others go in single quotes. */
void str_shell_quote(struct buf *out, const char *s);

#endif
