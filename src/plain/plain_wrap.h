/* Lines for a terminal: broken between words, not in the middle of one. */
#ifndef PLAIN_WRAP_H
#define PLAIN_WRAP_H

#include <stddef.h>

struct buf;

/* Appends text with every line broken at blanks so that it fits in `width` columns; what follows
 * stands below the text of its label, or of its line. A line that says a command, a condition or a
 * path to be typed, and a word that is longer than a line, stay whole. Width 0: as it is. */
void plain_wrap(struct buf *out, const char *text, size_t width);

/* Columns of the terminal behind fd; 0 where it is none, or too narrow to break lines for. */
size_t plain_wrap_width(int fd);

#endif
