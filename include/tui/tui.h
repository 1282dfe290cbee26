/* The full screen: home, form, run. A client of the keeper like any other: reads rows, sends
 * intents. What it shows is on record; what it sends names the question that it answers.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>
#include <stddef.h>

#include "runbook.h"
#include "value.h"

struct buf;
struct client_identity;
struct err;
struct tui;

/* Whether the terminal can carry it: input and output are terminals, TERM is known and can place
 * the cursor. Where not, *ret_why says why, in a sentence without a full stop ("TERM is dumb"). */
bool tui_fits(const char **ret_why);

/* Takes the terminal. It is given back by tui_close, at exit, and on every signal that ends the
 * process; ^Z stops it decently. One at a time. ERR_USAGE where tui_fits is false, ERR_IO. */
int tui_open(struct tui **ret, struct err *err);
void tui_close(struct tui *t); /* NULL is fine */

/* What all is about from here on: of a drill every frame says so. tui_form and tui_run say it by
 * themselves; tui_home is about nothing yet. */
void tui_about(struct tui *t, enum run_mode mode);

/* One line from the person, appended to *ret. ERR_CANCEL when it was not given (and for an empty
 * one where `must`). */
int tui_ask_line(struct tui *t, const char *title, const char *question, bool must,
		 struct buf *ret, struct err *err);
/* A text to be read before it goes on: any key that leaves it ends it. Made harmless here. */
void tui_tell(struct tui *t, const char *title, const char *text);

/* --- home --- */

enum tui_act { TUI_LEAVE, TUI_START, TUI_ATTACH };

struct tui_choice {
	enum tui_act act;
	char *path;          /* TUI_START: of the runbook */
	enum run_mode mode;  /* … and how */
	char *scenario;      /* … a drill: with this scenario; NULL: none. lab: commands are run */
	bool lab;
	char *reason;        /* … and why although it has errors; NULL: it has none */
	char *run;           /* TUI_ATTACH: full id */
};
void tui_choice_release(struct tui_choice *c);

/* Runbooks and unfinished runs, until the person picks or leaves. journal: NULL where none is there
 * yet. select: path of a runbook or id of a run that is to be under the cursor, or NULL. */
int tui_home(struct tui *t, const char *journal, const char *select, struct tui_choice *ret,
	     struct err *err);

/* --- what a run needs before it starts --- */

/* Asks for the parameters: values (one for each of the runbook's, in its order; those that are
 * known begin as they are, the others as their defaults) are filled in, and owned by the caller as
 * before. Secrets are not shown while typed, and are marked so in values. mode: what it is going to
 * be, in words on the screen. ERR_CANCEL when the person leaves: values are as they were. */
int tui_form(struct tui *t, const struct runbook *rb, enum run_mode mode, struct value *values,
	     struct err *err);

/* --- a run --- */

struct tui_run_opts {
	const char *journal, *run;   /* run: the full id */
	bool observer;
	bool facilitator;            /* of a drill: its script comes first */
	const char *take_over;       /* reason; or NULL */
	const char *who;
	const struct binding *secrets;
	size_t n_secrets;
	bool fresh;
	const struct client_identity *identity; /* who operates, or NULL */
};

/* Attaches and stays until the run is closed and looked at, or the person leaves. Returns an enum
 * client_status; *err as of plain_run. */
int tui_run(struct tui *t, const struct tui_run_opts *o, struct err *err);

/* Plays a run on its own screen, from that moment on, at so many times the speed of the clock
 * (0.125 to 4096), until the person leaves: nobody is attached, nothing can be sent. Every frame
 * says REPLAY and the moment. Fails as client_past_to; ERR_CANCEL: the terminal went away. */
struct client_past;
int tui_replay(struct tui *t, struct client_past *past, int64_t from, double speed,
	       struct err *err);

#endif
