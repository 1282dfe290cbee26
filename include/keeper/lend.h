/* A command that is somebody's own: what it is, word for word, and what it reads come from the
 * process that put it on record, and it starts only while that process is there.
 *
 * The lender listens at run/RUN/lend.sock; where that socket is, the keeper starts the step
 * LEND_STEP as this program, which asks the lender and becomes the command. Where nobody answers
 * any more it starts nothing and ends with status 125.
 */
#ifndef KEEPER_LEND_H
#define KEEPER_LEND_H

struct buf;
struct err;

#define LEND_STEP "command"
#define LEND_BOOK "blackstart-guard.yaml" /* the name of its runbook, which no disk has */

struct lend {
	char *const *words; /* the command and its arguments */
	int n;
	int input;          /* its standard input; -1: what it has (a terminal of its own) */
};

/* Appends the line of the shell that stands for the words: each for itself, also if it is one. */
void lend_line(struct buf *out, char *const *words, int n);

/* Listens for a run that keeper_open_run opened, before keeper_ensure. *ret_fd is the caller's;
 * does not block. Fails as keeper_connect. */
int lend_open(const char *journal, const char *run, int *ret_fd, struct err *err);

/* Answers one that asks at the listening descriptor, if there is one. Only what runs for the same
 * user is answered. Never waits for long. */
void lend_answer(int listener, const struct lend *l);

/* The process, for the hidden verb: argv is {"lend", FOLDER, COMMAND}. Becomes the lender's words
 * where COMMAND is still what stands for them, else (somebody edited it) `sh -c COMMAND`. Returns
 * only if it could not: 125, or 126 and 127 as a shell has them. */
int lend_verb(int argc, char **argv);

#endif
