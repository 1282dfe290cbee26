/* Lab drills: nothing that changes anything starts but where the target itself has just said that
 * it is a lab. Whatever the guard of its environment wants, it wants besides. */
#ifndef ENGINE_LAB_H
#define ENGINE_LAB_H

#include <stdbool.h>

struct buf;
struct cmd;
struct engine;
struct inst;
struct pass;
struct state;
struct wish;

/* Whether this command is one of those. */
bool lab_wants(const struct state *s, const struct wish *w);
/* Asks the target first; the wish waits. Its token, until the next wish. */
const char *lab_look(struct pass *p, struct wish *w);
/* The wish that waits for the look of that token; NULL: none. */
struct wish *lab_waiting(struct engine *e, const char *look);
void lab_read(struct pass *p, const struct cmd *c);                 /* the look ended */
void lab_not_read(struct pass *p, const char *look, const char *why); /* … or came to nothing */
void lab_lost(struct pass *p, const char *look); /* … or never ran: it is asked for again */
/* Right before its command is let go: false, and it is said why, or it is asked for again. */
bool lab_gate(struct pass *p, struct wish *w);
void lab_forget(struct engine *e);               /* what was read before this goes for nothing */
/* The step's own command is one that changes. */
bool lab_changes(const struct state *s, const struct inst *in);
/* In a lab drill, a command at this step (NULL: at none) that changes can never start; why. */
bool lab_nowhere(const struct state *s, const struct inst *in, struct buf *why);
/* … and that is refused to the operator who wants it: true. */
bool lab_refuses(struct pass *p, const struct inst *in, const char *what);

#endif
