/* A row on its way to one line of text: what the files that say it share. */
#ifndef VIEW_VIEWLINE_H
#define VIEW_VIEWLINE_H

#include "viewint.h"

struct event;
struct json;

struct line {
	struct buf *out;
	const struct view *v;
	const struct state *s;
	const struct event *ev;
	const struct json *b;
	const struct inst *in; /* the root where the row names no step */
};

typedef enum view_weight view_line_fn(const struct line *l);

void view_line_add(const struct line *l, const char *text);
/* A member of the body with words around it, or nothing. */
void view_line_member(const struct line *l, const char *before, const char *key,
		      const char *after);
void view_line_step(const struct line *l);
void view_line_actor(const struct line *l); /* " (ana)"; nothing for the program itself */

/* --- view_event_run.c: rows that are no step and no command ---------------------------------- */
view_line_fn view_line_value, view_line_owed, view_line_paid, view_line_artefact,
	view_line_edited, view_line_note, view_line_pace, view_line_seat, view_line_refused,
	view_line_keeper, view_line_opened, view_line_closed, view_line_undo, view_line_book,
	view_line_credential, view_line_gap, view_line_clock, view_line_file,
	view_line_shell;
view_line_fn view_line_contact; /* view_contact.c */
view_line_fn view_line_guard;   /* view_guard.c */
view_line_fn view_line_drill;   /* view_drill.c */

#endif
