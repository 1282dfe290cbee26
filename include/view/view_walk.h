/* The walk as a screen needs it: what lies around a step, what a line of its text is, what runs
 * and when something falls due. As view.h: pure, harmless, borrowed until the next view_apply.
 */
#ifndef VIEW_VIEW_WALK_H
#define VIEW_VIEW_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "kind.h"
#include "prompt.h"

struct buf;
struct cmd;
struct inst;
struct view;

/* --- around a step --------------------------------------------------------------------------- */

/* The next and the one before in reading order, groups and their rounds included; NULL at the end.
 * Ways that were not taken are left out, with all that is in them. */
const struct inst *view_walk_next(const struct inst *in);
const struct inst *view_walk_prev(const struct inst *in);

/* Whether a person meets it as a step of its own: no group, no round; a question whose way is not
 * chosen yet and a loop whose list is not known yet are met, too. */
bool view_walk_met(const struct inst *in);

/* How many groups and rounds it lies in. */
int view_walk_depth(const struct inst *in);

/* "4.2 Take the writers down  0:12  (reason)": name, time it took or takes, and why it is where it
 * is; no mark. */
void view_walk_line(struct buf *out, const struct view *v, const struct inst *in,
		    struct moment now);

/* How many met steps lie before `in` (NULL: all) and how they ended: "12 done, 1 skipped". Nothing
 * is appended where there is none. Returns how many. */
size_t view_walk_fold(struct buf *out, const struct view *v, const struct inst *in);

/* --- a line of a step's text ----------------------------------------------------------------- */

enum view_part_kind {
	PART_NAME,     /* "[>] NOW 4.2 Take the writers down" */
	PART_WARNING,  /* before the action that it guards */
	PART_ACTION,   /* the command, the instruction */
	PART_EXPECT,   /* expected, if not */
	PART_TROUBLE,  /* what is wrong with it now */
	PART_GUARD,    /* what stands before its start: the environment, what its target reads */
	PART_OTHER,
};

struct view_part {
	enum view_part_kind kind; /* of a continued line: as its first */
	const char *label;   /* not ended by NUL; "" of the name */
	size_t n_label;
	const char *text;
	size_t n_text;
	bool first;          /* it has the label; else it continues the part */
};

/* Takes the next line off a text that view_step_text made. *ret starts zeroed and is given again
 * for the next. False at the end. */
bool view_part_next(const char **at, struct view_part *ret);

/* What it does to the world, as said or as follows from its kind. */
enum effect view_step_effect(const struct inst *in);

/* --- what goes on ---------------------------------------------------------------------------- */

/* A line for each command in flight and each time that something falls due, the late ones first:
 * "LATE 4.2 … running for 3:10 of about 2m", "5 … looks again in 0:02, gives up in 1:10". Each
 * ends with a newline. Returns how many. */
size_t view_clocks(struct buf *out, const struct view *v, struct moment now);

/* How a command stands, without times: "running", "exit 3". */
void view_cmd_end(struct buf *out, const struct cmd *c);

/* What a step takes that asks nothing now (stop its command, leave it out): at most `max`. */
size_t view_step_choices(const struct view *v, const struct inst *in, struct choice *ret,
			 size_t max);

/* What the runbook says at the end of the walk; nothing where it says nothing. */
void view_end_text(struct buf *out, const struct view *v);

/* Before the run is closed: steps that were left out, failed or deferred, and what is still down; a
 * line each. Nothing where all is done. */
void view_left_open(struct buf *out, const struct view *v);

#endif
