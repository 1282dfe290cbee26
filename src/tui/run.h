/* The screen of a run and what its files share. */
#ifndef TUI_RUN_H
#define TUI_RUN_H

#include "buf.h"
#include "intent.h"
#include "progress.h"
#include "prompt.h"
#include "run_making.h"
#include "scene.h"
#include "sheet.h"
#include "tui.h"
#include "view.h"

struct client;
struct client_answer;
struct client_past;
struct cmd;
struct event;
struct pane;

enum {
	RUN_WIDE = 132,      /* columns from which the walk stands beside the step */
	RUN_HELD = 2,        /* … once so many were */
	RUN_IDS = 16,        /* intents of ours that are remembered until they are answered */
};
#define RUN_GUARD_NS 500000000LL /* a destructive question takes nothing before this */
#define RUN_QUIET_NS 60000000LL  /* what passes sooner is not shown: a slow line is kept free */
#define RUN_HELD_NS 45000000LL   /* Enters nearer to each other come from one held down */

/* Who acts. */
enum run_role { RUN_ACTS, RUN_OTHER, RUN_WATCHES, RUN_LOOKS };

struct run {
	struct tui *t;
	struct term *term;   /* since the first draw */
	const struct tui_run_opts *o;
	struct client *c;
	struct client_past *past; /* a replay: nobody is attached; or NULL */
	struct view *v;
	struct pane *pane;
	bool drives;         /* the command has the keyboard */
	bool over;           /* it ended with the keyboard: what is typed on is not for us */
	bool drive_due;      /* as soon as the seat is ours */
	bool pane_shown;

	int64_t shown;       /* the question under the eyes; 0: none */
	int64_t drawn;       /* the one that was drawn last, uppermost */
	int64_t drawn_at;    /* boot time when it first was on the screen; INT64_MAX: not yet */
	char *want;          /* key of a step gone back to: it comes under the eyes */
	size_t pick, digits; /* of its list, from 1, 0: none; number typed so far */
	bool name_off;       /* letters are keys, not the target's name */
	struct buf name;     /* of the target, as typed so far */

	bool waiting;        /* its answer is on its way, since … */
	int64_t sent_at;     /* boot ns, of the last answer */
	bool said_sent;      /* … and that it is was drawn */
	bool quiet;          /* what happens is not drawn yet: more follows at once */
	char waiting_id[40];
	char ids[RUN_IDS][40];
	enum verb verbs[RUN_IDS]; /* … and what they were */
	size_t n_ids;
	int enters;          /* so many in a row, faster than anybody presses a key again */
	int64_t enter_at;
	bool spent;          /* what comes in the same burst answers nothing more */
	struct buf refused;  /* the keeper's sentence, until a key */
	struct buf word;     /* a line for the person, until a key */
	struct run_making making;

	size_t notices, notice_drawn; /* of a drill: so many were seen; drawn last, from 1; since */
	int64_t notice_at;
	struct buf trouble_why;
	bool trouble;        /* the journal cannot be written */
	char journal_id[40];
	bool closing_over, closed_over;
	bool had_seat, gave; /* gave: it was handed over; no key may take it back by the way */
	bool gone;           /* the keeper is away; log: rows as last asked for */
	struct buf gone_why, log;
	struct sheet step, ask, list, board;
	struct progress_set progress; /* of what runs */
	int body_rows;       /* of the step, as drawn last */
	const struct inst *step_of; /* that the sheet shows */
	const struct inst *opened; /* contact whose board opened by itself … */
	int opened_attempt;
	bool ended, left;    /* ended: the ending stands on the screen */
	bool as_operator;    /* a replay lays out what they saw */
	bool ask_who, show_script; /* when the loop runs */
	int64_t second;      /* of the run's time, as drawn */
};

/* --- run.c ----------------------------------------------------------------------------------- */
void run_say(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void run_leave(struct run *r);
void run_release(struct run *r);                 /* but for its client */
void run_stir(struct run *r);                    /* something happened: draw, now or soon */
bool run_sent(const struct run *r);              /* an answer is on its way, and for so long */

/* --- run_at.c -------------------------------------------------------------------------------- */
struct moment run_now(const struct run *r);      /* now, or as of the replay */
const struct prompt *run_shown(struct run *r, size_t *ret_i, size_t *ret_n);
size_t run_board_only(struct run *r);            /* questions that only their board asks */
const struct inst *run_at(struct run *r);        /* the step under the eyes; NULL: none */
enum run_role run_role(const struct run *r);
bool run_naming(struct run *r);                  /* letters are a name being typed */
const struct cmd *run_output_of(struct run *r);  /* the command whose output is shown; or NULL */

/* --- keys ------------------------------------------------------------------------------------ */
void run_key(void *self, const struct key *k);
bool run_look_key(struct run *r, uint32_t code); /* run_look.c: it was one that only looks */
void run_help(void *self, struct buf *out);
/* True: the question took it (or it came too soon). */
bool run_answer_key(struct run *r, const struct prompt *p, const struct key *k);
void run_choice(struct run *r, const struct prompt *p, const struct choice *c);

/* --- run_act.c ------------------------------------------------------------------------------- */
void run_verb(struct run *r, enum verb verb);    /* at any time */
void run_make(struct run *r, struct intent *it, bool reason); /* takes it; asks or sends */
void run_make_drop(struct run *r);
void run_make_given(struct run *r, const char *text); /* the piece it lacked; NULL: called off */
void run_ask_who(struct run *r);

/* --- run_update.c ---------------------------------------------------------------------------- */
void run_update(struct run *r);                  /* the next word to those who were told */

/* --- run_send.c ------------------------------------------------------------------------------ */
void run_send(struct run *r);                    /* what was made */
void run_answered(void *ctx, const struct client_answer *a);
void run_journal(struct run *r, const char *text);

/* --- run_guard.c ----------------------------------------------------------------------------- */
bool run_guarded(const struct inst *in);         /* its guard has the word: asks, or stopped it */
bool run_unknown(struct run *r, const struct inst *in); /* nobody knows who asks for it */
bool run_may_identify(struct run *r);            /* somebody wants to know who operates */
void run_identify(struct run *r);                /* by key, by code */

/* --- run_menu.c ------------------------------------------------------------------------------ */
void run_menu(struct run *r);                    /* everything, in one list */
void run_menu_steps(struct run *r, enum verb verb);
void run_menu_debts(struct run *r);
void run_menu_values(struct run *r);
void run_menu_outputs(struct run *r);
void run_menu_journal(struct run *r);
void run_menu_leave(struct run *r);
void run_menu_how(struct run *r);
void run_menu_lines(struct run *r);              /* of a command of several lines */
void run_menu_one_of(struct run *r, const char *title, const char *const *v, size_t n);

void run_edit(struct run *r);                    /* run_edit.c: the difference, then go on */

#endif
