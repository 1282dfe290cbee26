/* What a command prints: on its own terminal inside the screen, and page by page. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include <stdbool.h>

#include "term.h"

struct client;
struct event;
struct pane;
struct tui;

/* The terminal of one command at a time. */
struct pane *pane_new(struct tui *t, struct client *c);
void pane_free(struct pane *p);
/* Shows this command from its first byte (or as far back as fits); NULL: none. */
void pane_follow(struct pane *p, const char *token);
const char *pane_token(const struct pane *p);  /* NULL: none */
/* Every row of the run goes by: EV_OUTPUT of its command is read (in slices: pane_tick) and fed. A
 * pane more than 100 ms behind skips chunks that are plain text and says how much. */
void pane_event(struct pane *p, const struct event *ev, bool past);
int pane_tick(struct pane *p);                 /* as scene_ops.tick */
/* Rows and columns of the area that it will be drawn in: told to the keeper when they change and
 * this client drives. */
void pane_size(struct pane *p, int rows, int cols);
void pane_draw(struct pane *p, struct term *t, struct area a, bool drives);
/* A key for the command. Drives: whoever has the seat and switched to it. */
void pane_key(struct pane *p, const struct key *k);
/* Whether a full-screen program has it, a prompt stands in it (its last line has no end): the run
 * screen then gives it more room. */
bool pane_wants_keys(const struct pane *p);
bool pane_full_screen(const struct pane *p);

/* A command's whole output as a scene: searched (/ n N), followed (F), paged by millions of lines;
 * streams 0 out, 1 err, 2 tty, one at a time (o, e, t). */
void output_push(struct tui *t, struct client *c, const char *token);

#endif
