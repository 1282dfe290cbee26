/* The guard of a step: what stands between its start and a protected target, as on record. */
#ifndef ENGINE_GUARD_STATE_H
#define ENGINE_GUARD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cmd;
struct environment;
struct inst;
struct moment;
struct state;

enum { GUARD_DIGEST = 65, GUARD_NAME = 128, GUARD_KEY = 96, GUARD_HOW = 16 };

/* Who somebody is known to be: an ssh key or a code, never an account of this host. */
struct guard_who {
	char principal[GUARD_NAME]; /* "": nobody */
	char key[GUARD_KEY];        /* fingerprint of the key, or what names the set of codes */
	char how[GUARD_HOW];        /* "signature", "code" */
};

/* … and by which client: it goes for as long as that client keeps the seat. */
struct guard_identity {
	char client[40];
	struct guard_who who;
};

struct guard_permit {
	char *id, *environment;
	char digest[GUARD_DIGEST];  /* of the one runbook, or command, that it goes for; "": any */
	struct guard_who by;
	int64_t until;              /* wall time */
};

struct guard_reading {
	char *run;                  /* the command that read */
	char *is;                   /* what it must read; NULL: it shows what is there */
	char *read;                 /* what it read, without its last newline */
	char *why;                  /* how it failed; NULL */
	bool agrees;
	int64_t at;                 /* run time */
};

/* The glass was broken, and who is told of it. */
struct glass {
	struct inst *inst;
	int64_t seq;
	char *ladder;               /* NULL: nobody */
	char *subject, *text;
	struct glass_told {
		struct cmd *cmd;    /* the newest; NULL: not sent yet */
		bool over;          /* it went out, or it is known that it will not */
	} *told;                    /* by message, in the order of the ladder */
	size_t n_told;
};

/* Why a BLOCKED or a DECIDING step was stopped by its guard. */
enum guard_stop { GUARD_PASSES, GUARD_DISAGREES, GUARD_FROZEN, GUARD_NOWHERE };

/* From the HOLD of a guarded step, or the start of a covered one, on. */
struct guard {
	char *environment;
	struct guard_reading *readings; /* of this look, in the order of its probes */
	size_t n_readings;
	bool agreed;                /* every probe did, and nothing has reset that since */
	int64_t agreed_at;          /* run time of the last reading of those */
	int64_t looked_from;        /* readings of commands before this event do not count */
	struct cmd *cmd;            /* the newest probe; its attempt may be an older one's */
	char digest[GUARD_DIGEST];  /* of what is asked about: run, step, command, target, values */
	int64_t active_at;          /* run time of the confirmation; EACH: or of the last end of a
				     * command of its rounds; -1: not confirmed */
	enum guard_stop stop;
	bool covered;               /* by the confirmation of the `each` around it */
	bool glass;                 /* broken: no freeze and no second person for this start */

	/* a second person: asked for while `request` is not "" */
	char request[GUARD_DIGEST]; /* digest of the request: of `digest`, who asks, until when */
	struct guard_who requester;
	int64_t expires, expires_wall; /* run time; wall time */
	struct guard_who approver;  /* of the last request that was approved */
};

/* The environment that the commands of a step act in: of its runbook, else of the one that calls
 * it. */
enum guard_place {
	GUARD_UNNAMED,  /* it names none, or no environments file is there: nothing is guarded */
	GUARD_KNOWN,
	GUARD_UNKNOWN,  /* it names one that the file does not have, or cannot be told */
};
/* name (may be NULL) takes the filled name, appended; *ret is NULL but for GUARD_KNOWN. */
struct buf;
enum guard_place state_environment(const struct state *s, const struct inst *in, struct buf *name,
				   const struct environment **ret);

/* A command typed by hand (at a step, or NULL) that looks as if it destroyed starts in a protected
 * environment with that name, given in the intent's name. True: it does, and name is appended. */
bool state_exec_name(const struct state *s, const struct inst *in, const char *command,
		     struct buf *name);

/* Whether the step waits for a second person. */
bool inst_awaits_approval(const struct inst *in);

/* Who is known to sit in the seat, or NULL. */
const struct guard_who *state_identity(const struct state *s);

#endif
