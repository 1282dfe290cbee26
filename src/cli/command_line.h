/* A command given as words. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

struct buf;

/* Appends it as the shell command line that runs: one word is one already; several are a command
 * and its arguments, each for itself. */
void command_line(struct buf *out, char **words, int n);

#endif
