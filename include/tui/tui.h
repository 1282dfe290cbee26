/* The full screen: home, form, run. A client of the keeper like any other: reads rows, sends
 * intents. What it shows is on record; what it sends names the question that it answers.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>
#include <stddef.h>

#include "runbook.h"
#include "value.h"

struct err;
struct tui;

/* Whether the terminal can carry it: input and output are terminals, TERM is known and can place
 * the cursor. Where not, *ret_why says why, in a sentence without a full stop ("TERM is dumb"). */
bool tui_fits(const char **ret_why);

/* Takes the terminal. It is given back by tui_close, at exit, and on every signal that ends the
 * process; ^Z stops it decently. One at a time. ERR_USAGE where tui_fits is false, ERR_IO. */
int tui_open(struct tui **ret, struct err *err);
void tui_close(struct tui *t); /* NULL is fine */

/* --- home --- */

enum tui_act { TUI_LEAVE, TUI_START, TUI_ATTACH };

struct tui_choice {
	enum tui_act act;
	char *path;          /* TUI_START: of the runbook */
	enum run_mode mode;  /* … and how */
	char *run;           /* TUI_ATTACH: full id */
};
void tui_choice_release(struct tui_choice *c);

/* Runbooks and unfinished runs, until the person picks or leaves. journal: NULL where none is there
 * yet. select: path of a runbook or id of a run that is to be under the cursor, or NULL. */
int tui_home(struct tui *t, const char *journal, const char *select, struct tui_choice *ret,
	     struct err *err);

/* --- what a run needs before it starts --- */

/* Asks for the parameters: values (one for each of the runbook's, in its order; those given[i]
 * stand and can be looked at, the others start from their defaults) are filled in. Secrets are not
 * shown while typed. ERR_CANCEL when the person leaves: nothing was started. */
int tui_form(struct tui *t, const struct runbook *rb, struct value *values, const bool *given,
	     struct err *err);

/* --- a run --- */

struct tui_run_opts {
	const char *journal, *run;   /* run: the full id */
	bool observer;
	const char *take_over;       /* reason; or NULL */
	const char *who;
	const struct binding *secrets;
	size_t n_secrets;
	bool fresh;
};

/* Attaches and stays until the run is closed and looked at, or the person leaves. Returns a status
 * as plain_run does (0 closed with success, 1 otherwise, 3 refused, 4 journal); *err as there. */
int tui_run(struct tui *t, const struct tui_run_opts *o, struct err *err);

#endif
