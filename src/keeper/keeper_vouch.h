/* Who vouches for the run: signatures of its head, by children of ours; and where the head is kept
 * besides. Nothing ever waits for either. */
#ifndef KEEPER_VOUCH_H
#define KEEPER_VOUCH_H

#include <stdbool.h>
#include <stdint.h>

#include "checkpoint.h"

struct event;
struct keeper;
struct vouch;

/* Who can be asked to sign while somebody operates. */
struct vouch_with {
	char *agent; /* SSH_AUTH_SOCK; NULL: none */
	char *key;   /* a key's file, or the .pub of one in the agent; NULL: none was named */
};

struct vouching {
	struct vouch **v;       /* under way */
	size_t n;
	struct vouch_with with; /* of who operated last */
	bool begun;             /* the run has its first checkpoint */
	bool known;             /* … which was looked up */
	char *who;              /* who operated at the last one */
	struct timer *beat, *retry;
	int64_t beat_ns;
	int64_t closed_at;      /* boot time */
	int tellers;            /* children that carry a head away */
	struct teller *telling; /* they */
};

void vouch_start(struct keeper *k);
/* An event that is on record: it may be one to vouch for. */
void vouch_look(struct keeper *k, const struct event *ev);
void vouch_moved(struct keeper *k); /* the record goes on in another file: who vouches for that? */
void vouch_step(struct keeper *k); /* puts on record what was signed, or why not */
bool vouch_waits(const struct keeper *k);
/* The last beat; and what is under way counts as not signed. */
void vouch_stop(struct keeper *k);

/* elsewhere.c: a line in syslog, and in the file of BLACKSTART_HEADS. */
void elsewhere_release(struct keeper *k); /* waits for none of them */
void elsewhere_put(struct keeper *k, const char *what, bool syslog_too);
/* The head as it goes out with a message: "9f2c03e1d4aa@RUN:17". Returns room. */
enum { ELSEWHERE_SHORT = 80 };
const char *elsewhere_short(const struct keeper *k, char room[ELSEWHERE_SHORT]);

#endif
