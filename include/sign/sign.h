/* Signatures by ssh keys: text in, armoured signature out, and back to who made it.
 *
 * The work is ssh-keygen's (`ssh-keygen -Y`), run without a shell and within a time, so keys in
 * agents, on hardware and behind passphrases work as they do everywhere else, and who may sign
 * stands in a file that OpenSSH itself reads (ALLOWED SIGNERS in ssh-keygen(1)).
 *
 * A signature says what it is for: its name space is signed with the text, and one made for
 * something else is none.
 */
#ifndef SIGN_SIGN_H
#define SIGN_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

#define SIGN_APPROVAL "blackstart-approval"
#define SIGN_IDENTITY "blackstart-identity"
#define SIGN_PERMIT "blackstart-permit"
#define SIGN_CHECKPOINT "blackstart-checkpoint"

enum {
	SIGN_TEXT_MAX = 4 << 20,    /* bytes that are signed */
	SIGN_SIGNERS_MAX = 1 << 20, /* bytes of a file of allowed signers */
	SIGN_MAX = 32 << 10,        /* bytes of a signature */
	SIGN_NAME_MAX = 128, SIGN_PRINT_MAX = 96, SIGN_TYPE_MAX = 32,
	SIGN_MS = 5000,             /* all that one call takes */
	SIGN_ASK_MS = 120 * 1000,   /* … where a person is asked */
};

/* What to sign with. */
struct sign_by {
	const char *key;     /* a private key's file, or the .pub of one in the agent; NULL: the one
			      * key of the agent, or the one of ~/.ssh/id_* */
	const char *signers; /* with key NULL: only keys in this file count, and the first does;
			      * NULL: all do, and there must be one */
	const char *only;    /* with key NULL: the key of this fingerprint; NULL: any */
	bool agent;          /* with key NULL: only keys in the agent */
	bool ask;            /* a passphrase, a PIN, a touch: at this terminal. Else such keys fail
			      * at once. */
};

/* Appends the armoured signature of n bytes of text. ERR_NOTFOUND: no such key, or none at all;
 * ERR_USAGE: several keys could be meant; ERR_DENIED: the key did not sign, with ssh-keygen's
 * words; ERR_LIMIT: the text is too long; ERR_CANCEL: over the time; ERR_IO: ssh-keygen cannot be
 * run. */
int sign_text(const struct sign_by *by, const char *space, const void *text, size_t n,
	      struct buf *ret, struct err *err);

/* Somebody, and by what they are known. */
struct sign_who {
	char principal[SIGN_NAME_MAX];
	char fingerprint[SIGN_PRINT_MAX]; /* "SHA256:…", of a code "code:ID" */
	char type[SIGN_TYPE_MAX];         /* "ED25519", …; "code" */
};

/* Who signed exactly this text for this name space, by the file of allowed signers as it stands
 * at wall_ns. The first line of the file with the key gives the name: a key listed under two names
 * is one person. ERR_PARSE: no signature; ERR_NOTFOUND: the key is not in the file, or there is no
 * file; ERR_DENIED: another text or name space, a key that is past its time or not allowed for
 * this, a pattern or a list where a name should be, a file that everybody can write; ERR_LIMIT,
 * ERR_CANCEL, ERR_IO as above. *ret is as it was then. */
int sign_verify(const char *signers, const char *space, const void *text, size_t n,
		const char *sig, int64_t wall_ns, struct sign_who *ret, struct err *err);

/* Somebody known by a code, as the file of allowed signers has them: where a key of theirs stands
 * in it under another name first, that is their name. A file that is not
 * there knows nobody. Errors of reading it; ERR_LIMIT. */
int sign_person(const char *signers, struct sign_who *who, struct err *err);

/* As sign_verify, but for nobody's word on whose key it is: ret->principal is "". A good signature
 * of a key that nobody knows says that whoever has the key signed just this, and no more. */
int sign_check(const char *space, const void *text, size_t n, const char *sig,
	       struct sign_who *ret, struct err *err);

/* The fingerprint of the key that a signature names; nothing is proved by it. ERR_PARSE. */
int sign_key_of(const char *sig, char ret[SIGN_PRINT_MAX], struct err *err);

/* Whether a signature begins here: "-----BEGIN SSH SIGNATURE-----". */
bool sign_begins(const char *text);

#endif
