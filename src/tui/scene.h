/* Screens on top of each other: the uppermost gets the keys. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "term.h"

struct buf;
struct err;
struct sheet;
struct tui;

struct scene_ops {
	const char *name;    /* for help: "output" */
	void (*draw)(void *self, struct term *t, struct area a);
	void (*key)(void *self, const struct key *k);
	/* Called once a pass; returns ms until it wants to be called again, -1: never. May be NULL. */
	int (*tick)(void *self);
	void (*free)(void *self);
	/* Lines "KEY  what it does here" for the help screen. May be NULL. */
	void (*help)(void *self, struct buf *out);
};

/* Pushes; self is freed by the stack (ops->free) when it is popped. `whole`: covers all below it,
 * else what is below is drawn first. */
void scene_push(struct tui *t, const struct scene_ops *ops, void *self, bool whole);
void scene_pop(struct tui *t);          /* the uppermost; freed after the pass */
bool scene_is_top(const struct tui *t, const void *self);
void scene_stale(struct tui *t);        /* something to be seen has changed: draw in this pass */

/* Runs the loop until the stack is as high as it was, or `until` says true (may be NULL): keys,
 * other descriptors (watch), ticks, drawing. K_GONE pops everything. */
struct watch { int (*fd)(void *ctx); short (*events)(void *ctx); int (*timeout)(void *ctx);
	       int (*step)(void *ctx, struct err *err); void *ctx; };
int scene_loop(struct tui *t, const struct watch *w, struct err *err);

/* --- small scenes that others use: ask.c, menu.c, text.c --- */

/* One line of text. done gets it (NULL: given up) before the scene goes. picks: reasons by one key
 * (1…9) or NULL. start: text to begin with, or NULL. */
struct ask {
	const char *title, *question;
	const char *const *picks;
	const char *start;
	bool secret;
	void (*done)(void *ctx, const char *text);
	void *ctx;
};
void ask_push(struct tui *t, const struct ask *a);

struct menu_item { uint32_t key; const char *word, *does; bool off; const char *why_off; };
/* A list to choose from by arrow or key; done gets the index, -1: none. Items are copied. */
void menu_push(struct tui *t, const char *title, const struct menu_item *v, size_t n,
	       void (*done)(void *ctx, int i), void *ctx);

/* A text to read: where am I, help, a log, a runbook. refill (may be NULL) fills it anew on each
 * change of width or when scene_stale; else `text`. */
void text_push(struct tui *t, const char *title, const char *text,
	       void (*refill)(void *ctx, struct sheet *s), void *ctx);

#endif
