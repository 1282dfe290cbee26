/* Whom a contact step reaches and how: one ladder of a contacts file, in plain words.
 *
 * Made by people_attach from the bytes that the run pinned, lent to the step, gone with the
 * runbook. Numbers are those of the ladder's plan: a party is an index in `parties`, a way an index
 * in its `ways`, a rung an index in `rung_texts`, a question one in `questions`.
 */
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct climb_plan;
struct ladder_plan;

enum { CONTACT_BY_HAND = -1 };

/* The command of a channel that the program serves itself: `blackstart send`, which reads $channel,
 * $to, $subject and $text. The keeper starts this very program for it, from wherever it lies. */
#define CONTACT_SEND "blackstart send"

/* In front of every subject and text of a drill. */
#define CONTACT_DRILL "DRILL: "

/* One way to reach a party. A channel has one, number 0. */
struct contact_way {
	const char *name;    /* "phone"; of a channel its kind: "mail", "webhook (slack)" */
	const char *address; /* as written; a by_hand channel's: what the operator does. NULL: the
			      * party has no such way, or the channel has its own addresses */
	int carrier;         /* party, a channel, by which it goes out; CONTACT_BY_HAND */
};

struct contact_party {
	const char *id, *name;       /* name: as people say it; a channel's is its id */
	const char *note;            /* NULL: none; as all the others */
	bool is_channel;
	bool on_ladder;              /* false: in the file, and on no rung of this ladder */
	const struct contact_way *ways;
	size_t n_ways;
	/* a person's */
	const char *groups, *roles;  /* "engineers, leads" */
	const char *zone;            /* "Europe/Madrid" */
	/* a channel's */
	const char *kind;            /* "smtp" "webhook" "command" "by_hand" */
	bool is_public;              /* others read it too: no details there */
	const char *command;         /* what sends: for `sh -c`, or CONTACT_SEND */
	const char *json;            /* the channel without its secrets: $channel */
	const char *to;              /* its own addresses: $to */
	int64_t timeout_ms;          /* of one message */
};

/* A person's local time at a moment. */
struct contact_local {
	bool known;
	char text[48];        /* "Mon 10:34 IST"; empty where unknown */
	const char *presence; /* "at work", "awake", "asleep", "unknown" */
};

struct contact {
	const char *path;     /* of the contacts file */
	const char *ladder, *note;
	const struct contact_party *parties; /* the people of the file, then its channels */
	size_t n_parties;
	const char *const *rung_texts;       /* stands in front of the message; entries may be NULL
					      */
	size_t n_rungs;
	const char *const *questions;        /* of skip_if */
	const char *const *conditions;       /* of each rung's `when`; entries may be NULL */
	size_t n_questions;
	const char *const *severities;       /* from the least to the worst */
	size_t n_severities;
	const char *message, *subject;       /* templates; subject NULL: the step's title */
	const char *problem;  /* the file has mistakes, what could be read of it is used; NULL */
	const char *paper;    /* the ladder as a numbered list, to be climbed by hand */
	const struct contact_party *drill;   /* channel that messages of drills go to; NULL: none */
	const struct ladder_plan *plan;
	const struct climb_plan *climb;      /* for who sees people: presence, conditions */
	/* Local time and presence of a party; unknown for a channel. */
	void (*local)(const struct contact *c, int party, int64_t wall_ns,
		      struct contact_local *ret);
};

/* NULL for numbers outside, for a way that the party does not have. */
const struct contact_party *contact_party(const struct contact *c, int party);
const struct contact_way *contact_way(const struct contact *c, int party, int way);
/* The channel that sends such a try; NULL: a person makes it by hand. */
const struct contact_party *contact_carrier(const struct contact *c, int party, int way);
/* The party that a person means: an id, of people before channels, else a name that only one of
 * them has; -1. */
int contact_find(const struct contact *c, const char *name);
/* Index of a severity's word; -1 for none, and for NULL. */
int contact_severity(const struct contact *c, const char *word);

#endif
