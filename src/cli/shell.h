/* A shell on the record of a run: outside, at a person's terminal; inside, around bash or sh. */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

struct at_run;
struct opts;

/* `exec RUN --shell`: the operator's end. Returns its status, 128 and its signal, or 125. */
int shell_outside(const struct opts *o, const struct at_run *at);

/* Hidden verbs, called inside. `shell bash|sh TERM` tells what this is and becomes the shell. */
int shell_become(const char *kind, const char *term);
/* `shell-line JOURNAL RUN TOKEN line N NEW | ended N STATUS NEW`: puts the line that standard
 * input has on record, before it runs (the end of it, after). NEW: 1, in the form of bash's
 * `history`; 0: what it has is another line; -: as it is. Where it cannot be put there the person
 * at the terminal is asked. Status 0 (and 1 printed, but for -): run it; else, by SIGINT, which has
 * bash drop the line: do not. */
int shell_line(int argc, char **argv);

#endif
