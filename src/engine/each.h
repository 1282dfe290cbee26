/* Loops: the list that one walks, and the one confirmation for all its rounds. */
#ifndef ENGINE_EACH_H
#define ENGINE_EACH_H

#include "engine.h"

struct buf;
struct pass;

/* --- each.c: the list of a loop -------------------------------------------------------------- */
/* Freezes it; a list that cannot be walked, or is empty, ends the group by its rule. */
bool each_freeze(struct pass *p, const struct inst *in);
/* Freezes it where it can be walked; false: nothing was done. */
bool each_freeze_early(struct pass *p, const struct inst *in);
/* Writes the items of the list, or the keys of the map, that `name` has for `in`, as a JSON array
 * of text; false when it is not known. */
bool each_items_of(const struct pass *p, const struct inst *in, const char *name,
		   struct buf *out);
bool each_list_changed(struct pass *p, const struct inst *in);
void each_maps(struct pass *p, const struct inst *in);
const struct var *inst_var(const struct inst *in, const char *name); /* of its own scope */
/* --- each_ask.c: one confirmation for all rounds --------------------------------------------- */
bool inst_is_each(const struct inst *in); /* the group, not its items */
bool each_asks(const struct inst *in);    /* something of it does not start by itself */
bool each_waiting(struct pass *p, const struct inst *in);
void each_start(struct pass *p, const struct inst *in);
/* The loop whose answer covers the start of this step, or NULL. */
const struct inst *each_covering(const struct pass *p, const struct inst *in);
/* The loop whose round it is in, or NULL. */
const struct inst *each_loop(const struct inst *in);
/* The first step of its rounds that is guarded as it is, or NULL; itself where it is no loop. */
const struct inst *each_guarded(const struct state *s, const struct inst *in);
/* Something of it failed and is not decided: nothing new starts by itself. */
bool each_halted(const struct pass *p, const struct inst *loop);
/* Template of the name of what a step acts on; NULL: none is given. */
const char *each_target_text(const struct inst *in);
/* The template filled; false where it cannot be, or is empty. */
bool each_target_name(const struct pass *p, const struct inst *in, const char *text,
		      struct buf *out);

#endif
