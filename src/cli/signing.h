/* What the verbs around signatures have in common. */
#ifndef CLI_SIGNING_H
#define CLI_SIGNING_H

#include <stdbool.h>

struct buf;
struct err;
struct opts;

/* The files that the environments file of this folder, else of the runbook folders, names; NULL
 * where none does. The caller's to signing_files_release. */
struct signing_files {
	char *signers, *codes;
};
void signing_files_find(struct signing_files *ret);
void signing_files_release(struct signing_files *f);

/* A proof of who somebody is, appended to *ret, whose memory the caller wipes: with --code a code,
 * asked for without echo, else a signature of the text by --key, BLACKSTART_KEY, or a key that
 * signers (may be NULL) has. Says what is wrong and returns the status. */
int signing_proof(const struct opts *o, const char *signers, const char *space,
		  const struct buf *text, struct buf *ret);

/* Signs who will operate a run, with --key or BLACKSTART_KEY, where one is given and an environment
 * of the run wants it. ask: a passphrase may be asked for at the terminal. What does not come out
 * is said; the run goes on without. *ret is the caller's to client_identity_release. */
struct client_identity;
void signing_identity(const struct opts *o, const char *journal, const char *run, bool ask,
		      struct client_identity *ret);

/* Asks for a line on standard input. Returns ERR_CANCEL where there is none. */
int signing_ask(const char *question, bool secret, struct buf *ret);

#endif
