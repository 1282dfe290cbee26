/* The script of a drill, for who facilitates it: what came, what comes, what may be done about it.
 * As view.h: pure, harmless. The scenario is the one that is kept with the run.
 */
#ifndef VIEW_VIEW_SCRIPT_H
#define VIEW_VIEW_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "scenario_drill.h"

struct buf;
struct drill;
struct view;

/* The injects' standings as on record, by the rows before that one (0: by all). *ret is the
 * caller's to scenario_fold_release. */
void view_script_fold(const struct drill *d, const struct scenario *sc, int64_t before,
		      struct scenario_fold *ret);
/* How the d->n_stood steps came to stand, for scenario_now. The caller's to free(). */
struct scenario_stood *view_script_stood(const struct drill *d);

struct script_entry {
	const char *id;              /* of the scenario's; "own-1" of one that was invented */
	const char *show;            /* what the operator is shown; NULL: nothing */
	const struct scenario_inject *in; /* NULL: invented */
	enum scenario_standing standing;
	int64_t at_ms;               /* run time: since when it stands so; scheduled: when it
				      * will be due, -1 while nobody can say */
	bool past;                   /* delivered or left out */
};

/* What a facilitator may do with an inject: the text of VERB_INJECT. */
enum script_act { SCRIPT_DELIVER, SCRIPT_HOLD, SCRIPT_RELEASE, SCRIPT_LEAVE_OUT, SCRIPT_ACTS };
const char *view_script_act(enum script_act a);
enum script_act view_script_act_from(const char *word); /* SCRIPT_ACTS: there is none */
enum drill_what view_script_what(enum script_act a);    /* as it is put on record */
bool view_script_moves(enum scenario_standing from, enum script_act a);
bool view_script_may(const struct script_entry *e, enum script_act a);

/* All injects in the order in which they came or will come: the past by its time, then what is due,
 * what has a time, what waits for a step, what is held, what only the facilitator delivers. At most
 * `max`; returns how many there are in all. sc NULL (no scenario): what was invented alone. */
size_t view_script(const struct view *v, const struct scenario *sc, struct script_entry *ret,
		   size_t max);

/* One line: "[ ] in 1:20      customers: Customers write." */
void view_script_line(struct buf *out, const struct view *v, const struct script_entry *e,
		      struct moment now);
/* It in full: what it shows and does, what is expected of the players; a labelled line each. */
void view_script_text(struct buf *out, const struct script_entry *e);

/* What waits for the facilitator's words: the step, the command; nothing where nothing does. The
 * token is that of VERB_PLAY. Returns it, or NULL. */
const char *view_script_asked(struct buf *out, const struct view *v);

/* Who facilitates now, names with commas between; nothing where nobody does. */
void view_script_people(struct buf *out, const struct view *v);

#endif
