/* A contact step as it is walked: the fold of its climb, and what a board of it shows. */
#ifndef ENGINE_CONTACT_STATE_H
#define ENGINE_CONTACT_STATE_H

#include "contact.h"
#include "ladder.h"
#include "state.h"

/* What EV_CONTACT rows fold to. From the row that begins the climb on; a new attempt begins anew.
 * It stays when the step is finished: late replies count, on record. */
struct climb {
	struct ladder *ladder;   /* its clock: run time in milliseconds */
	enum ladder_goal goal;
	char *message, *subject; /* as they were shown and go out; drills say so in front */
	int question;            /* asked and open: of the plan's questions, then of the rungs'
				  * conditions; LADDER_NONE */
	struct cmd *send;        /* the newest; send->try_no is the try that it sends */
	size_t sending;          /* messages in flight */
	int64_t look_at;         /* not folded: run time when the keeper looks again; -1: at once */
};

/* Whether the step is walked as a climb: a CONTACT with what it needs attached. */
bool inst_is_contact(const struct inst *in);
/* … one that climbs on while the walk goes on. */
bool inst_goes_on(const struct inst *in);
/* … and does so now: the walk does not wait for it. */
bool inst_climbs_beside(const struct inst *in);

/* One party of the ladder, in the order of the rungs; then who replied and is on none. */
struct contact_row {
	int party;
	const struct contact_party *who;
	enum ladder_standing standing;
	int64_t since;               /* of the standing, in the climb's time; -1: not tried */
	int tries;
	const struct ladder_try *last;      /* NULL: not tried */
	const struct contact_way *way;      /* of the last try, else of the first that comes */
	bool sending;                /* its message is in flight */
	bool to_make;                /* a try by hand that waits to be made, or is being made */
};

/* At most `max` rows; returns how many there are in all. Before the climb began they are those of
 * the plan. 0 for a step that is no climb. */
size_t contact_rows(const struct inst *in, struct contact_row *ret, size_t max);

/* What the climb does now. */
struct contact_now {
	enum ladder_what what;       /* WAIT_*, DONE; TRY: the next one is due now */
	int party, way, round;       /* party, way: whom it is about; LADDER_NONE */
	bool has_left;
	int64_t left_ms;             /* countdown of what it waits for; not below 0 */
};

/* False before the climb began and for a step that is no climb. */
bool contact_now(const struct state *s, const struct inst *in, struct moment now,
		 struct contact_now *ret);

/* How many ms before `now` a time of the climb was: since, last->at, last->ended. */
int64_t contact_ago(const struct state *s, const struct inst *in, struct moment now, int64_t at);

/* The message as it would go out now, filled, with its subject on the first line: frozen once the
 * climb began. Appends to out. */
void contact_message(struct buf *out, const struct state *s, const struct inst *in);

/* Whether VERB_REPLY takes this word of somebody: "answered", "no-answer", … */
bool contact_reply_word(const char *word);

/* The text of an open question: "No account in the chat?", or the condition of a rung. NULL where
 * none is open. */
const char *contact_question(const struct inst *in);

#endif
