/* What the files of the line-by-line interface share. */
#ifndef PLAIN_PLAININT_H
#define PLAIN_PLAININT_H

#include "buf.h"
#include "client.h"
#include "intent.h"
#include "plain.h"
#include "plain_in.h"
#include "plain_parse.h"
#include "plain_strip.h"
#include "plain_tail.h"
#include "prompt.h"
#include "view.h"

struct answers;

/* A question that stands on the screen. */
struct shown {
	int64_t seq;
	int number;        /* 1, 2 …; kept while it is open */
	int64_t at;        /* boot time when it was shown */
	bool beside;       /* of a climb that goes on: takes no line without its number */
};

/* What the next line of input is for, where it is for no question of the run. */
enum need {
	NEED_NOTHING,
	NEED_WHO,     /* shared account: who sits here */
	NEED_FIELD,   /* a value of the question's field */
	NEED_PICK,    /* the number of an option or a line */
	NEED_TEXT,    /* the intent's text */
	NEED_NAME,    /* the intent's name */
	NEED_SECRET,  /* the intent's text, unseen */
	NEED_KEYS,    /* a line for a command, unseen */
	NEED_REASON,
};
/* An intent that still lacks something. */
struct making {
	enum need need;
	struct intent it;
	bool reason;       /* must carry one */
	size_t field;      /* the next of the question's fields */
	char token[TOKEN_MAX]; /* NEED_KEYS */
};

struct plain {
	const struct plain_opts *o;
	const char *program;
	struct client *c;
	struct view *v;
	struct plain_in in;

	/* out */
	int out;
	bool broken;       /* the other end of `out` is gone */
	struct tail *tails;
	size_t n_tails;
	struct tail *open; /* its unfinished line is the last thing on the screen */
	bool marker;       /* "> " is the last thing on the screen */
	size_t budget;     /* bytes of output that this step may still show */
	struct progress_set progress;
	int64_t progress_said; /* boot ns */

	/* questions */
	struct shown *shown;
	size_t n_shown;
	const struct inst **told; /* steps whose full text was printed for this visit */
	size_t n_told;
	struct making making;
	char *draft;       /* of an update, as it was shown; NULL */

	struct answers *answers; /* NULL: a person answers */
	bool trouble;      /* the journal cannot be written */
	char *trouble_why;
	int64_t trouble_said;
	bool link_said;    /* that the keeper is gone */
	char journal_id[40]; /* of the choice that was sent; "": none */
	bool closing;      /* … which was to close */
	bool closed_over;  /* and it is done */
	int64_t interrupted; /* boot time of the last ^C */
	bool left;
	int status;
};

/* --- plain_out.c ------------------------------------------------------------------------------ */
void plain_say(struct plain *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void plain_text(struct plain *p, const char *text);   /* whole lines, harmless already */
void plain_exact(struct plain *p, const char *line);  /* a line that nothing is done to */
void plain_raw(struct plain *p, const char *text);    /* as it is: the line goes on */
void plain_mark(struct plain *p);                     /* "> " where a person types */
void plain_echo(struct plain *p, const char *line);   /* what came from a pipe, for the log */
void plain_fresh(struct plain *p);                    /* ends an unfinished line */

/* --- plain_output.c --------------------------------------------------------------------------- */
void plain_output(struct plain *p, const struct event *ev);      /* EV_OUTPUT */
void plain_output_end(struct plain *p, const char *token);       /* its command is over */
void plain_output_idle(struct plain *p);                         /* shows what has no newline yet */
bool plain_output_waits(const struct plain *p);
void plain_output_free(struct plain *p);

/* --- plain_progress.c ------------------------------------------------------------------------ */
void plain_progress(struct plain *p);                            /* now and then, a line each */
bool plain_progress_waits(const struct plain *p);                /* look again in a second */

/* plain_event.c */
void plain_event(void *ctx, const struct event *ev, bool past);
void plain_tell(struct plain *p, const struct inst *in);         /* its full text, once a visit */

/* --- plain_show.c ----------------------------------------------------------------------------- */
void plain_show_new(struct plain *p);                            /* questions not shown yet */
void plain_show_again(struct plain *p, int number);              /* 0: all */
const struct shown *plain_shown(const struct plain *p, int number);
const struct prompt *plain_asked(struct plain *p, int number, bool *ret_many);
void plain_choice_text(struct buf *out, const struct choice *c);

/* --- plain_answer.c --------------------------------------------------------------------------- */
void plain_line(struct plain *p, char *line);
void plain_answered(void *ctx, const struct client_answer *a);
/* Makes sense whether or not a question is open, or an answer is awaited. */
bool plain_independent(const struct plain *p, const char *line);
/* --- plain_act.c ------------------------------------------------------------------------------ */
void plain_act_verb(struct plain *p, const struct plain_line *l); /* SAID_RUN, SAID_PAID */
const struct cmd *plain_act_terminal(struct plain *p); /* NULL: none, or several; it was said */
void plain_act_keys(struct plain *p, const char *line);
bool plain_reply(struct plain *p, struct intent *it, char *rest); /* false: it said why not */
void plain_act_journal(struct plain *p, const struct plain_line *l, const char *text);

/* --- plain_make.c ----------------------------------------------------------------------------- */
void plain_make(struct plain *p, struct intent *it, bool reason); /* takes it; asks or sends */
void plain_make_line(struct plain *p, char *line);                /* the answer to what it lacks */
void plain_make_check(struct plain *p);                           /* its question may be past */
void plain_make_drop(struct plain *p);
bool plain_make_has_secret(const struct plain *p, const char *name); /* a value of that name */
bool plain_make_is_secret(struct plain *p);                       /* the next line is not shown */
void plain_ask_who(struct plain *p);
void plain_ask_keys(struct plain *p, const char *token);

/* --- plain_script.c --------------------------------------------------------------------------- */
void plain_script(struct plain *p);                  /* a drill's script, for its facilitator */
bool plain_script_line(struct plain *p, char *line);      /* false: it is none of his */

/* --- plain_look.c ----------------------------------------------------------------------------- */
void plain_help(struct plain *p);
void plain_where(struct plain *p);
void plain_show(struct plain *p, char *rest);
void plain_log(struct plain *p, char *rest);
int64_t plain_now(void); /* boot time, ns */

#endif
