/* What stands between a step that destroys and a protected target. */
#ifndef ENGINE_WARDING_H
#define ENGINE_WARDING_H

#include "engine.h"
#include "environ.h"
#include "hash.h"

struct change;
struct jsonw;
struct pass;
struct wish;

/* --- ward.c: what guards a step -------------------------------------------------------------- */
/* The environment whose guard its start has to pass; NULL: none. */
const struct environment *ward_of(const struct state *s, const struct inst *in);
/* … or, of an `each`, that of its rounds' steps, where that is its own. */
const struct environment *ward_of_any(const struct state *s, const struct inst *in);
/* … or its undo, which destroys as its step does, or by its words. */
const struct environment *ward_of_undo(const struct state *s, const struct inst *in);
/* It destroys, and what guards its environment is not known; why in words. */
bool ward_nowhere(const struct state *s, const struct inst *in, struct buf *why);
/* That value of the run, or of a call, says in which environment it is, and one of the file. */
bool ward_named_by(const struct state *s, const struct inst *owner, const char *name);

/* What its guard lets a step in HOLD, or about to start its command, want now. */
enum guard_stage { GUARD_GO, GUARD_LOOK, GUARD_WAIT };
enum guard_stage ward_stage(const struct state *s, const struct inst *in, int64_t now);
int ward_next(const struct inst *in); /* the probe that is wanted */
/* Before its name is asked for, what shows what is there comes last: without `is`. run.s NULL: none
 * has that number. */
struct target_probe ward_probe(const struct state *s, const struct inst *in, int i);
size_t ward_probes(const struct state *s, const struct inst *in);

/* Digest of what is asked about with these names: environment, target, command, host, values. */
enum effect ward_effect(const struct inst *in); /* as it would run now, edited or not */

struct guard_asked {
	const char *target;
	char *const *targets;
	size_t n_targets;
};
void ward_digest(const struct state *s, const struct inst *in, const struct guard_asked *asked,
		  char out[HASH_HEX_LEN + 1]);
bool ward_changed(const struct state *s, const struct inst *in); /* since it was confirmed */

/* --- ward_walk.c: what is decided ------------------------------------------------------------ */
/* Stops a start that may not be asked about: true, and the step is blocked. */
bool ward_blocks(struct pass *p, const struct inst *in, const struct environment *env);
/* Asks for the name in c->target: a HOLD, guarded or not. */
void ward_ask(struct pass *p, const struct inst *in, struct change *c);
/* What the start of a guarded step says of it; nothing for others. */
void ward_begin(struct pass *p, const struct inst *in, struct change *c,
		 char digest[HASH_HEX_LEN + 1]);
/* What is asked about is not what it was: true, and it is asked anew. */
bool ward_stale(struct pass *p, const struct inst *in);
bool ward_hold(struct pass *p, const struct inst *in); /* HOLD: what follows by itself */
/* Of whatever reads a target: an older reading says nothing about it any more, and so much of one
 * is kept. */
enum { WARD_FRESH_MS = 30000, WARD_READ_KEPT = 400 };
/* Why what ended so has read nothing, the caller's to free(); NULL: it has. */
char *ward_no_reading(const struct cmd *c, const struct engine_input *ended);
/* A probe ended; or came to nothing, why. */
void ward_read(struct pass *p, const struct cmd *c);
void ward_lost(struct pass *p, const struct cmd *c, const char *why); /* NULL: it never ran */
void ward_not_read(struct pass *p, const struct inst *in, int probe, const char *why);
/* Right before its command is let go: false, and it is asked anew or stopped. */
bool ward_gate(struct pass *p, const struct wish *w);
bool ward_late(struct pass *p); /* a probe that takes too long is stopped */
int64_t ward_deadline(const struct state *s); /* run time; -1: none */
void ward_undo_over(struct pass *p, const struct inst *in, const char *why); /* it did not start */
bool ward_undo(struct pass *p, const struct inst *in); /* true: it looks first, then undoes */

/* --- ward_who.c: who says so ---------------------------------------------------------------- */
void ward_identity(struct pass *p); /* INPUT_IDENTITY */
void ward_permit(struct pass *p);   /* INPUT_PERMIT */
bool ward_is_whole(const struct engine_input *in); /* somebody is named, and how they are known */

/* --- ward_second.c: a second person, a permit, broken glass ---------------------------------- */
void ward_approval(struct pass *p); /* INPUT_APPROVAL */
/* An answers file may not do this there: true, and it was refused. env may be NULL. */
bool ward_by_file(struct pass *p, const struct inst *in, const struct environment *env,
		  const struct intent *it);
/* Its name was typed, and it cannot be asked for: true, and it was refused. */
bool ward_refuses(struct pass *p, const struct inst *in);
bool ward_awaits(struct pass *p, const struct inst *in);  /* true: a second person is asked for */
bool ward_expires(struct pass *p, const struct inst *in); /* true: nobody was there in time */
/* A command typed by hand may not start: true, and it was refused. */
bool ward_exec(struct pass *p, const struct inst *in, const struct intent *it);
/* Its repair may not start there: true, and it was refused. */
bool ward_repair(struct pass *p, const struct inst *in);
/* Its undo may not start there: true, and it was refused. */
bool ward_undo_refused(struct pass *p, const struct inst *in, const struct environment *env);
/* HOLD that awaits one; BLOCKED by its guard. */
void ward_break(struct pass *p, const struct inst *in, const struct intent *it);
void ward_override(struct pass *p, const struct inst *in, const struct intent *it);

/* --- ward_tell.c: broken glass is told ------------------------------------------------------- */
enum { TELL_MAX = 1000 }; /* messages for one glass */
int ward_untold(const struct engine *e); /* a message that nobody was asked to send yet; -1 */
bool ward_sends(const struct state *s, int no);  /* to the channel of drills */
bool ward_tells(const struct state *s, int no);  /* it is still to go out */
bool ward_telling(const struct state *s);        /* some are */
void ward_tell(struct pass *p, int no);
void ward_tell_env(const struct state *s, struct action *a, int no);
int64_t ward_tell_timeout(const struct state *s, int no);
void ward_tell_ended(struct pass *p, const struct cmd *c);
void ward_told(struct pass *p, const struct inst *in, int no, const char *why);
void ward_tell_words(struct pass *p, const struct inst *in, const struct intent *it,
		     const char *over, struct jsonw *w);

#endif
