/* A climb as it is walked: contact.c decides, contact_send.c sends, contact_reply.c is told. */
#ifndef ENGINE_CLIMBING_H
#define ENGINE_CLIMBING_H

#include "contact_state.h"

struct action;
struct pass;

/* --- contact.c ------------------------------------------------------------------------------- */
void contact_begin(struct pass *p, const struct inst *in); /* after it has started */
bool contact_walk(struct pass *p, const struct inst *in);  /* while it is executing */
void contact_decided(struct pass *p);                      /* INPUT_CONTACT */
/* Enough was reached, brought about by party; from whatever state it is in. */
void contact_reached(struct pass *p, const struct inst *in, int party);
/* Stopped by the operator, who decides what then. */
void contact_stop(struct pass *p, const struct inst *in, const char *reason);
/* Ended with what is around it. Its second look is told to stop, and not waited for. */
/* The last line that says something, harmless and short; NULL: there is none. mem_ */
char *contact_last_line(const char *s, size_t n);
void contact_interrupt(struct pass *p, const struct inst *in, const char *reason);
void contact_retry(struct pass *p, const struct inst *in, const char *reason);
/* Result of a try, on record. why may be NULL. */
void contact_result(struct pass *p, const struct inst *in, int try_no, enum ladder_result r,
		    const char *why);
/* Who and how, in words: what a row says beside its numbers. */
void contact_words(struct jsonw *w, const struct inst *in, int party, int way);

/* --- contact_send.c --------------------------------------------------------------------------- */
/* The try whose message is to be sent and is not yet, or -1; `wants`: … and may be, now. */
int contact_unsent(const struct inst *in);
int contact_wants(const struct state *s, const struct inst *in);
const char *contact_command(const struct state *s, const struct inst *in, int try_no);
void contact_env(const struct state *s, struct action *a, const struct inst *in, int try_no);
int64_t contact_timeout(const struct state *s, const struct inst *in, int try_no);
/* Messages go to the channel of drills, or, in a lab without one, nowhere. */
bool contact_diverts(const struct state *s, const struct contact *c);
/* That of this try goes to the channel of drills. */
bool contact_sends(const struct state *s, const struct inst *in, int try_no);
/* What goes there in place of `text`: whom it would have reached comes first. mem_ */
char *contact_diverted(const struct contact *c, int party, int way, const char *text);
void contact_going(struct pass *p, const struct inst *in, int try_no); /* at the gate */
void contact_sent(struct pass *p, const struct cmd *c);                /* it has ended */
/* It never will, or nobody knows. */
void contact_not_sent(struct pass *p, const struct inst *in, int attempt, int try_no,
		      const char *why);
bool contact_late(struct pass *p); /* stops one that takes too long */
int64_t contact_deadline(const struct state *s); /* of messages in flight; -1 */

/* --- contact_state.c, contact_fold.c ---------------------------------------------------------- */
void contact_fill_message(struct buf *out, const struct state *s, const struct inst *in);
void contact_fill_subject(struct buf *out, const struct state *s, const struct inst *in);
int contact_severity_now(const struct state *s, const struct inst *in);
void contact_climb_free(struct climb *c);

#endif
