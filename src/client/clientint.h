/* What the files of the client share. */
#ifndef CLIENT_CLIENTINT_H
#define CLIENT_CLIENTINT_H

#include <sys/types.h>

#include "buf.h"
#include "client.h"
#include "journal.h"
#include "view.h"

struct chan;
struct json;
struct loop;

/* An intent on its way: kept until it is answered, because the keeper may die in between. */
struct pending {
	char id[40];
	char *frame; /* as it goes over the wire */
	bool once;   /* keystrokes: no row says that they came, so they are not sent again */
	bool sent;
	int fd;      /* that goes with it, and is ours; -1: none */
};

/* An answer that waits until the row it speaks of is folded in. */
struct given {
	char id[40];
	bool accepted;
	int64_t seq;
	char *why;
};

struct called {
	char sha256[65];
	struct runbook *book;
};

struct client {
	struct client_calls calls;
	char id[40];
	char run[JOURNAL_RUN_ID_MAX];
	char *home;            /* journal beside which its keeper is found */
	char *path;            /* journal that is read */
	bool look, unread, observer, facilitator, fresh;
	char *who;
	struct binding *secrets;
	size_t n_secrets;
	int rows_of, cols_of;  /* the pane */
	char *proof;           /* of who operates; NULL: none */
	bool proof_sent;       /* … and not asked for again since */

	/* rows */
	struct journal *journal;
	struct output *output;
	char *pruned;          /* NULL: it was not when last asked */
	char *redacted;
	struct runbook *book;
	struct scenario *scenario;
	bool scenario_read;    /* or tried to */
	struct called *called;
	size_t n_called;
	struct view *view;
	bool past;             /* rows that were there when we came */
	bool more;             /* there may be rows not read yet */
	bool busy;             /* … but not just now */
	int64_t woken;         /* rows up to here are said to be there */
	int64_t read_at;       /* boot time of the last reading */
	int fail;              /* a row that does not follow: err_why says which */
	struct err *fail_err;

	/* link */
	pid_t starter;         /* brings a keeper up while we read; 0: none */
	struct loop *loop;
	struct chan *chan;
	bool up;               /* hello was answered */
	bool refused;
	char *refused_why;
	int64_t retry_at;      /* boot time of the next try to bring the keeper back */
	int64_t retry_wait_ms; /* longer with each try; 0 again after a hello */
	bool shared;
	struct actor me;
	struct pending *pending;
	size_t n_pending;
	struct given *given;
	size_t n_given;
	int64_t n_ids;
};

/* --- client_rows.c ---------------------------------------------------------------------------- */
int client_rows_open(struct client *c, struct err *err);  /* journal, pins, book, view */
int client_rows_read(struct client *c, struct err *err);  /* folds what is new; sets more */
int client_rows_move(struct client *c, const char *path, struct err *err);
void client_rows_close(struct client *c);
bool client_rows_closed(const struct client *c);          /* the run is closed */

/* --- client_book.c ---------------------------------------------------------------------------- */
int client_book_load(struct client *c, struct err *err);  /* NULL book for a blank run */
const struct runbook *client_book_called(void *ctx, const char *sha256);
void client_book_free(struct client *c);

/* --- client_link.c ---------------------------------------------------------------------------- */
void client_link_early(struct client *c);
int client_link_up(struct client *c, struct err *err);    /* connects and says hello */
void client_link_down(struct client *c, const char *why); /* with the call */
void client_link_free(struct client *c);
int client_link_pump(struct client *c, int max_ms, struct err *err);
int client_link_hello(struct client *c, struct err *err);
/* fd (borrowed) goes with it; -1: none. */
int client_link_send(struct client *c, const char *frame, int fd, struct err *err);

/* --- client_identity.c ------------------------------------------------------------------------ */
void client_make_id(char to[40]);
void client_identity_say(struct client *c); /* where it is not known who operates */

int64_t client_now(void); /* boot time, ns */

#endif
