/* What the files of the fold share. */
#ifndef ENGINE_FOLD_H
#define ENGINE_FOLD_H

#include "inner.h"

struct fold {
	struct engine *e;
	struct state *s;
	const struct event *ev;
	const struct json *b;
	struct inst *in; /* of ev->step; the root where it names none */
	int64_t t;       /* run time */
	struct err *err;
};

typedef int fold_fn(struct fold *f);
fold_fn apply_step, apply_cmd_intent, apply_cmd_ended, apply_cmd_lost, apply_stop, apply_output,
	apply_owed, apply_paid, apply_artefact, apply_edited, apply_undo, contact_fold, ward_fold,
	drill_fold, outside_fold_file, shell_fold;

/* --- contact_fold.c: messages of a climb ----------------------------------------------------- */
int contact_cmd_intent(struct fold *f, struct cmd *c);
void contact_cmd_over(struct fold *f, const struct cmd *c);

/* --- ward_fold.c ---------------------------------------------------------------------------- */
void ward_forget(struct state *s, const char *client); /* who is behind it; NULL: behind any */
void ward_moved(struct fold *f, struct inst *in, enum step_state was); /* by an EV_STEP */
void ward_planned(struct fold *f);          /* an undo */
int ward_cmd_intent(struct fold *f, struct cmd *c);
int ward_tell_intent(struct fold *f, struct cmd *c);
void ward_cmd_over(struct fold *f, const struct cmd *c);
void ward_look_again(struct fold *f);       /* nothing that was read before counts */
void ward_free(struct inst *in);

/* --- outside.c ------------------------------------------------------------------------------- */
/* Bytes of a file are on record up to `end`. ERR_CORRUPT: no such file, or more than it has. */
int outside_fold_output(struct fold *f, const char *token, int64_t end);
void outside_free(struct outside *o);

/* --- shell.c --------------------------------------------------------------------------------- */
int shell_fold_note(struct fold *f); /* the note that asks for one */
void shell_free(struct outside *o);

/* --- drill_fold.c ---------------------------------------------------------------------------- */
void drill_opened(struct fold *f);
void drill_forget(struct state *s);  /* nobody is attached to a keeper that has just come */
void drill_moved(struct fold *f, const struct inst *in); /* by an EV_STEP */
void drill_free(struct drill *d);

/* ERR_CORRUPT with the event's number and kind. */
int fold_bad(struct fold *f, const char *what);
void fold_text(char **to, const char *from);
void fold_active(struct state *s, struct inst *in, bool was, bool now);

#endif
