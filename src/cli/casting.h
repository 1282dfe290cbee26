/* What was on the pane of a run, for asciinema. */
#ifndef CLI_CASTING_H
#define CLI_CASTING_H

struct at_run;
struct opts;

/* Writes the asciicast to standard output as it is read. Says what is wrong and returns the status:
 * CLI_ENDED where the record is not whole, or what was printed is not. */
int casting_put(const struct opts *o, const struct at_run *at);

#endif
