/* A seat or a window on a run: intents out, rows in.
 *
 * A client reads the journal and folds its rows into a view; it speaks to the keeper only to send
 * intents and to be woken. Where the keeper died it brings it back and sends again, under the same
 * id, what was not answered: the first answer comes again, nothing is done twice. It prints nothing
 * and never waits but where said.
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "intent.h"
#include "value.h"

struct buf;
struct client;
struct err;
struct event;
struct runbook;
struct scenario;
struct view;

struct client_answer {
	const char *id;      /* of the intent, as client_send gave it */
	bool accepted;
	int64_t seq;         /* event that records it */
	const char *why;     /* refused: a sentence */
};

/* Called from client_step, and from client_open for `past` rows. All may be NULL. None may close
 * the client; client_send is fine. */
struct client_calls {
	void *ctx;
	void (*event)(void *ctx, const struct event *ev, bool past); /* it is folded in already */
	void (*answer)(void *ctx, const struct client_answer *a);
	/* the journal cannot be written (why; since: wall ns; aside: bytes kept), or can again
	 * (NULL) */
	void (*trouble)(void *ctx, const char *why, int64_t since, int64_t aside);
	void (*link)(void *ctx, bool up, const char *why); /* the keeper went away; is back */
};

/* Who operates, proved by a signature for one run and one client: made before the client is. */
struct client_identity {
	char client[40]; /* "": none is wanted */
	char *proof;
};

struct client_opts {
	const char *journal, *run; /* run: the full id */
	bool look, unread;   /* rows only: no keeper is spoken to; none is read at first */
	bool observer;       /* does not ask for the seat */
	bool facilitator;    /* of a drill: never has the seat */
	bool fresh;          /* the run was just opened: no row counts as past */
	const char *who;     /* claimed name for a shared account, or NULL */
	const struct binding *secrets; /* for keeper_ensure; copied: a restart may need them */
	size_t n_secrets;
	const struct client_identity *identity; /* copied; said whenever it is not known; or NULL */
	int rows, cols;      /* of the pane for commands with a terminal; 0: not known */
};

/* Loads the pinned runbook, folds all rows there are, makes sure a keeper lives (waits for it at
 * most 5 s) and says hello. A closed run is opened as with `look`. Fails as journal_open,
 * keeper_ensure; *ret is set before the first call and NULL again on failure. ERR_NOTFOUND: no
 * such run; ERR_CORRUPT: rows that do not follow. */
int client_open(const struct client_opts *o, const struct client_calls *calls, struct client **ret,
		struct err *err);
void client_close(struct client *c); /* leaves the run going; NULL is fine */

/* Help was looked for: in a drill it is put on record, unless somebody else operates it. */
void client_helped(struct client *c);

struct view *client_view(struct client *c);
const char *client_run(const struct client *c);
const char *client_journal(const struct client *c); /* the one read: another once it was moved */
const char *client_id(const struct client *c);  /* as in the rows: "for": "ID/INTENT" */
const struct runbook *client_book(const struct client *c); /* NULL: a blank run */
const struct scenario *client_scenario(struct client *c); /* a drill's, as kept; NULL: none */

/* For poll(2): the descriptor (-1: none now), the events to wait for, and the longest wait in ms
 * (-1: for ever). */
int client_fd(const struct client *c);
short client_events(const struct client *c);
int client_timeout(const struct client *c);

/* Takes what is there: frames, then rows, then what is to be sent. Never waits, except (at most 5
 * s) to bring a dead keeper back. Errors that it cannot mend by trying again: ERR_CORRUPT (rows
 * that do not follow), ERR_IO and the like from a journal that cannot be read any more. */
int client_step(struct client *c, struct err *err);

/* Sends an intent (copied). Its client and id are filled in; ret_id (40 bytes, may be NULL) gets
 * the id that the answer will carry. Queued while the keeper is away. ERR_LIMIT: too long;
 * ERR_DENIED: the client only looks, or the run is closed. */
int client_send(struct client *c, const struct intent *in, char *ret_id, struct err *err);

/* Intents not answered yet. */
size_t client_unanswered(const struct client *c);

/* What the keeper said in its hello. */
bool client_has_seat(const struct client *c);   /* kept up to date from the rows */
bool client_shared(const struct client *c);     /* the account is shared: ask who it is */
const struct actor *client_me(const struct client *c);
/* Says who it is that sits at a shared account (hello again). */
int client_name(struct client *c, const char *who, struct err *err);
/* The pane has another size now. */
int client_resize(struct client *c, int rows, int cols, struct err *err);
bool client_up(const struct client *c);         /* a keeper is there and has said hello */

/* Appends up to n bytes of a command's output from byte `from`; stream: 0 out, 1 err, 2 tty. Fewer
 * at the end of what is on record. *ret_next gets where to go on. */
int client_output(struct client *c, const char *token, int stream, int64_t from, size_t n,
		  struct buf *out, int64_t *ret_next, struct err *err);

/* Keystrokes for a command's terminal (base64 is made here). As client_send. */
int client_keys(struct client *c, const char *token, const void *p, size_t n, struct err *err);

/* Reads all rows again into a view of their own and calls fn after each is folded in, until it
 * returns non-zero (passed on). Works on a closed run and with `look`: a log. */
int client_replay(struct client *c,
		  int (*fn)(void *ctx, struct view *v, const struct event *ev), void *ctx,
		  struct err *err);

/* Waits until fn says true (asked after every step), at most timeout_ms (-1: no bound, 0: one
 * step). ERR_CANCEL when it did not. */
int client_wait(struct client *c, bool (*fn)(void *ctx), void *ctx, int timeout_ms,
		struct err *err);

/* Signs who it is that will operate o->run, where an environment of its runbook wants a second
 * person to agree (else *ret says nothing, and nothing is signed). by->signers may be NULL: those
 * of that environment. Fails as client_open and sign_text. *ret is the caller's to
 * client_identity_release. */
struct sign_by;
int client_identify(const struct client_opts *o, const struct sign_by *by,
		    struct client_identity *ret, struct err *err);
void client_identity_release(struct client_identity *i);
/* Appends a signature that says who it is at this client of its run: the text of a VERB_IDENTIFY.
 * key: as in sign_by, NULL included; nobody is asked for a passphrase. Takes as long as sign_text,
 * and fails as it does. */
int client_sign(struct client *c, const char *key, struct buf *ret, struct err *err);

/* One intent from outside any interface (`note`, `refresh`): attaches as an observer, sends, waits
 * for the answer (at most 15 s), leaves. ERR_DENIED with the keeper's sentence when it is refused.
 * *ret_seq may be NULL. */
int client_request(const struct client_opts *o, const struct intent *in, int64_t *ret_seq,
		   struct err *err);

#endif
