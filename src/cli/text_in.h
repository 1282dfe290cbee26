/* A text that may be typed as arguments or come by a pipe. */
#ifndef CLI_TEXT_IN_H
#define CLI_TEXT_IN_H

struct buf;

/* The arguments joined by blanks; a lone "-" means standard input to its end. Says what is wrong
 * (nothing there, more than out->max) and returns the status. */
int text_in(char **args, int n, struct buf *out);

/* Standard input to its end. 0, or -1 (cannot be read, or over out->max). */
int text_stdin(struct buf *out);

#endif
