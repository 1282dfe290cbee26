/* Screens on top of each other: the uppermost gets the keys. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "term.h"

struct buf;
struct err;
struct sheet;
struct tui;

/* Taken care of for all: ^L paints anew, ^Z stops (both unless wants_all), a new size is drawn. */
struct scene_ops {
	const char *name;    /* for help: "output" */
	void (*draw)(void *self, struct term *t, struct area a);
	void (*key)(void *self, const struct key *k);
	/* Called once a pass, for every scene of the stack; returns ms until it wants to be called
	 * again, -1: never. May be NULL. */
	int (*tick)(void *self);
	void (*free)(void *self);
	/* Lines "KEY  what it does here" for the help screen. May be NULL. */
	void (*help)(void *self, struct buf *out);
	/* Keys that were typed before it was drawn are for it too (a line of text, a search);
	 * without it they are dropped. */
	bool eager;
	/* Whether ^L and ^Z are for it too now (a command has the keyboard). May be NULL: never. */
	bool (*wants_all)(void *self);
};

/* Pushes; self is freed by the stack (ops->free) when it is popped. `whole`: covers all below it,
 * else what is below is drawn first. */
void scene_push(struct tui *t, const struct scene_ops *ops, void *self, bool whole);
void scene_pop(struct tui *t);          /* the uppermost; freed after the pass */
bool scene_is_top(const struct tui *t, const void *self);
void scene_stale(struct tui *t);        /* something to be seen has changed: draw in this pass */
/* When the uppermost was first drawn as such (boot, ns); INT64_MAX: not yet. */
int64_t scene_shown(const struct tui *t);
/* One line over the last row, until the next key or for some seconds: "nothing is bound to x". */
void scene_say(struct tui *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "x does nothing here": for a key that nobody takes. */
void scene_unknown(struct tui *t, const struct key *k);
/* What the help scene shows: of all scenes from the uppermost down to the first that is whole. */
void scene_help(struct tui *t);
/* Has fn draw the last row of every frame, which no scene gets then; NULL: nobody does. */
void scene_foot(struct tui *t, void (*fn)(void *ctx, struct term *t, struct area a), void *ctx);
/* Has fn told whenever help is asked for, in whichever scene; NULL: nobody is. */
void scene_on_help(struct tui *t, void (*fn)(void *ctx), void *ctx);
struct term *tui_term(struct tui *t);
bool tui_gone(const struct tui *t);     /* the terminal went away */

/* Other descriptors for the loop. step is called when fd has events, when timeout is up, and after
 * keys; what it returns other than 0 ends the loop. */
struct watch {
	int (*fd)(void *ctx);           /* -1: none now */
	short (*events)(void *ctx);
	int (*timeout)(void *ctx);      /* ms; -1: never */
	int (*step)(void *ctx, struct err *err);
	void *ctx;
};

/* Runs until the scene that is uppermost now has been popped (at once when there is none): keys,
 * the watch (may be NULL), ticks, drawing. When the terminal goes away everything is popped and it
 * is ERR_CANCEL. Else what step failed with; the stack stands then. */
int scene_loop(struct tui *t, const struct watch *w, struct err *err);

/* --- small scenes that others use: ask.c, menu.c, text.c -------------------------------------- */

/* One line of text. done gets it (NULL: given up) after the scene went, once. All texts are
 * copied. A paste gives its first line; nothing but an Enter of its own ends the line. */
struct ask {
	const char *title, *question;
	const char *const *picks;    /* reasons by one key (1…9), taken while the line is empty */
	const char *start;           /* text to begin with, or NULL */
	bool offered;                /* it is only proposed: what is typed takes its place */
	size_t max;                  /* bytes; 0: LIMIT_REASON_BYTES */
	bool secret;                 /* shown as bullets, wiped afterwards */
	bool must;                   /* an empty line is not taken */
	bool by_hand;                /* what was pasted, or came sooner than anybody can read what
				      * is asked, is not taken; it looks like what it is */
	void (*done)(void *ctx, const char *text);
	void *ctx;
};
void ask_push(struct tui *t, const struct ask *a);

struct menu_item { uint32_t key; const char *word, *does; bool off; const char *why_off; };
/* A list to choose from by arrow or key; done gets the index, -1: none, after the scene went,
 * once. Items are copied. key 0: none of its own; K_ENTER: the cursor begins there. */
void menu_push(struct tui *t, const char *title, const struct menu_item *v, size_t n,
	       void (*done)(void *ctx, int i), void *ctx);

/* A text to read: where am I, help, a log, a runbook. refill (may be NULL) fills the sheet (which
 * is clear then) anew whenever it is drawn; else `text` (copied). */
void text_push(struct tui *t, const char *title, const char *text,
	       void (*refill)(void *ctx, struct sheet *s), void *ctx);

#endif
