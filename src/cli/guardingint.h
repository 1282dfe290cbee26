/* The parts of a guarded command's walk. */
#ifndef CLI_GUARDINGINT_H
#define CLI_GUARDINGINT_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "guarding.h"

struct client;
struct cmd;
struct intent;
struct prompt;
struct view;

/* What a line typed at the terminal is for. */
enum guarding_wants { WANTS_NOTHING, WANTS_NAME, WANTS_SECOND, WANTS_GLASS, WANTS_REASON };

/* The intent whose answer is awaited. */
enum guarding_sent { SENT_NOTHING, SENT_START, SENT_GLASS, SENT_CLOSE };

/* Between the command and our own streams. */
struct guarding_pass {
	struct client *c;
	int64_t at[3];       /* bytes passed on */
	bool gone[3];        /* nobody reads there any more */
	bool raw;            /* our terminal is the command's for now */
	struct termios before;
};

struct guarding_walk {
	struct guarding *g;
	struct client *c;
	struct view *v;
	struct guarding_pass pass;
	int listener;
	int tty;             /* where somebody may sit, whatever our streams are; -1: nobody does */
	int signals;

	enum guarding_sent sent;
	char id[40];
	int64_t prompt;      /* the last one that was acted on */
	bool unlocked;       /* once without typing */
	size_t looks;        /* readings of a change that were shown */

	enum guarding_wants wants;
	char *glass;         /* the environment's name, as typed */

	bool ending;
	char *why;           /* for the record */
	int64_t until;       /* ms: so long the end is waited for */
	int64_t known_by;    /* ms: so long it is waited for who operates; 0: not begun */
	int64_t closed_at;   /* the closing question that was answered */
	bool close_sent, seat_said;
};

/* --- guarding_walk.c -------------------------------------------------------------------------- */
/* For the person: at the terminal, else on standard error. */
void guarding_say(const struct guarding_walk *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Nothing is run; why is said, and is on record. */
void guarding_give_up(struct guarding_walk *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void guarding_send(struct guarding_walk *w, enum guarding_sent as, const struct intent *it);

/* --- guarding_ask.c --------------------------------------------------------------------------- */
/* What waits for an answer: answers it, or asks. */
void guarding_answer(struct guarding_walk *w, const struct prompt *p);
/* A line came from the terminal. */
void guarding_line(struct guarding_walk *w);
/* What was sent was refused. */
void guarding_refused(struct guarding_walk *w, const char *why);

/* --- guarding_pass.c -------------------------------------------------------------------------- */
void guarding_pass_output(struct guarding_pass *p, const struct cmd *c);
/* Our terminal goes to the command, key by key; and comes back. */
void guarding_pass_take(struct guarding_pass *p);
void guarding_pass_back(struct guarding_pass *p);
void guarding_pass_keys(struct guarding_pass *p, const struct cmd *c);
void guarding_pass_size(struct client *c);
void guarding_pass_signal(const struct cmd *c, int number);
/* Descriptor of the signals that are passed on; those that are ignored stay so. -1: none. */
int guarding_pass_signals(void);

#endif
