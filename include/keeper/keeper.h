/* The keeper: owner of a run. Where engine, journal, holder and evaluation meet, and nothing else.
 *
 * One thread, one poll loop, one socket. Detached from any terminal. A pass: take what is ready,
 * feed the engine, one commit, carry out what the commit made durable, answer, wake the readers.
 *
 * Files of a run, beside the journal:  run/RUN/  keeper.lock keeper.sock holder.* spool/ ;
 * output/RUN.db ; status/RUN.txt (the status sheet).
 *
 * Clients speak frames (loop's chan) holding one JSON object each:
 *   to the keeper    {"hello":{"client":ID,"observer":bool,"name":TEXT,"auth_sock":PATH,
 *                              "key":PATH,"rows":N,"cols":N,"facilitator":bool}}
 *                      first frame; may come again. All but client may be left out. name: who says
 *                      to sit at a shared account. auth_sock: the operator's SSH_AUTH_SOCK, used
 *                      for commands from then on. key: of a file that the operator signs with.
 *                      facilitator: of a drill; has no seat, and is refused in a real run.
 *                    {"size":{"rows":N,"cols":N}}   of the pane; counts for the one with the seat
 *                    an intent (model/intent.h); its client must be the hello's
 *   to the client    {"hello":{"run":…,"seq":N,"you":{"id":…,"how":…},"shared":bool,"seat":bool}}
 *                      shared: nobody knows who this is; ask, and say hello again with a name
 *                    {"answer":{"id":…,"accepted":bool,"seq":N,"why":…}}   after the commit
 *                    {"wake":N}            events up to N are on record; a hint, may be dropped
 *                    {"trouble":{"why":…,"since":wall ns,"aside":bytes}}  the journal cannot be
 *                      written; {"trouble":null} it can again
 *                    {"moved":PATH}        the record goes on in this journal
 *                    {"refused":{"why":…}} may not attach, or too many do; the connection ends
 *
 * While the journal cannot be written every intent but VERB_JOURNAL is answered "accepted": false
 * with the trouble in why; nothing of it was done. VERB_JOURNAL is answered at once with seq 0.
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "kind.h"
#include "value.h"

struct buf;
struct err;
struct runbook;
struct source_file;

struct keeper_run {
	const char *journal;          /* path of journal.db */
	const struct runbook *book;   /* NULL: blank */
	const char *title;            /* blank: what is wrong; else NULL */
	const char *path;             /* of the runbook as given */
	enum run_mode mode;
	enum drill_way way;           /* of a drill, as the next three */
	int64_t seed, pace;           /* pace 0: true */
	const char *scenario;         /* its path; it and its outputs are among `more` */
	const struct source_file *more; /* pinned beside the files of the runbook */
	size_t n_more;
	bool team;
	const struct binding *params; /* typed; secrets go by secrets[] */
	size_t n_params;
	const char *reason;           /* why it starts in spite of findings, or NULL */
	int findings;
	struct actor actor;
};

/* Opens a run: first event, pins, folders. No keeper yet: keeper_ensure starts one. The run's id is
 * written to ret_run (JOURNAL_RUN_ID_MAX bytes). Fails as journal_open and journal_run_open. */
int keeper_open_run(const struct keeper_run *r, char *ret_run, struct err *err);

/* Makes sure that a keeper lives for the run: starts one (exec of /proc/self/exe) where none holds
 * the lock, and waits until its socket answers, at most 5 s. A closed run needs none (ERR_EXISTS).
 * Its commands get the environment of this process. secrets (name and value pairs, may be NULL) go
 * through a socket, never through argv or a file. */
int keeper_ensure(const char *journal, const char *run, const struct binding *secrets,
		  size_t n_secrets, struct err *err);

/* The command that is a shell on the record: this program becomes it, whatever became of its file.
 * Behind it bash or sh, and what its terminal is. */
#define KEEPER_SHELL "blackstart shell "

/* Connects to the run's socket (through a descriptor of the folder: paths may be long).
 * ERR_NOTFOUND where nobody listens. *ret_fd is the caller's. */
int keeper_connect(const char *journal, const char *run, int *ret_fd, struct err *err);

/* The process, for the hidden verb: argv is {"keeper", RUN, "--journal", PATH, "--parent", FD}.
 * Returns the exit status. FD is a socket to who started it: secrets in, one line about how the
 * start went out; without --parent nobody is told. */
int keeper_verb(int argc, char **argv);

/* Who sits here, by what the system knows (uid, login, sudo, ssh key); `claimed` (may be NULL)
 * counts where the account is shared: *ret_shared (may be NULL) says that it is and that nobody was
 * named. */
void keeper_who(const char *claimed, struct actor *ret, bool *ret_shared);

/* Where the things of a run lie; the caller's to free(). */
char *keeper_run_dir(const char *journal, const char *run);
char *keeper_sheet_path(const char *journal, const char *run);

/* Whether this system would kill us when the user logs out (logind's KillUserProcesses without
 * linger), with a sentence that says what to do; "" when not. For run and doctor. */
void keeper_logout_risk(struct buf *out);

#endif
