/* What runbooks act on: the environments that they name and the hosts that their steps go to. */
#ifndef CLI_DOCTOR_TARGET_H
#define CLI_DOCTOR_TARGET_H

#include "doctor.h"

struct ask;
struct doctor_targets;

enum { DOCTOR_LIMIT_MS = 10000 };

/* Other programs that questions have asked. */
enum doctor_asked {
	DOCTOR_AGENT,        /* ssh-add -l */
	DOCTOR_CHRONY, DOCTOR_NTPQ, DOCTOR_TIMEDATE,
	DOCTOR_ASKED,
};

/* One question: of a host, or what a probe reads, here or on a host of the steps. */
struct doctor_ask {
	struct ask *ask;
	const struct target_probe *probe; /* NULL: whether the host answers */
	const char *host;    /* NULL: here */
};

struct doctor_target {
	char *name;
	bool host;           /* goes there by ssh; else an environment */
	const struct environment *env; /* NULL: no file has it */
	const struct doctor_book **users; /* runbooks that act on it */
	size_t n_users;
	bool here;           /* some step of them acts there from this machine */
	char **hosts;        /* on which the others do */
	size_t n_hosts;
	struct doctor_ask *asks;
	size_t n_asks;
	char *unasked;       /* why not all were asked; NULL */
};

struct doctor_targets {
	struct doctor_target *v;
	size_t n;
	struct guard_file **files;
	size_t n_files;
	struct ask *asked[DOCTOR_ASKED];
	size_t unknown;      /* places where a step goes to a host that only a run knows */
};

/* Finds them and asks all of them, and the programs above, side by side. */
void doctor_targets_ask(struct doctor *d);
void doctor_targets_release(struct doctor *d);

/* NULL: it was not asked, because it is not here. */
const struct ask *doctor_asked(const struct doctor *d, enum doctor_asked which);
const char *doctor_signers(const struct doctor *d, size_t i); /* NULL behind the last */
bool doctor_wants_keys(const struct doctor *d); /* somebody signs, or logs in to a host */

/* How far a host's clock is from ours, seconds (positive: it is ahead); false: not known. What is
 * within the time that asking took is 0. */
bool doctor_offset(const struct doctor_target *t, double *ret);

/* Ready or not, why; who owns it, and by when it must be seen to. */
struct doctor_verdict {
	enum health health;
	const char *word;    /* "ready", "not ready", "cannot tell" */
	struct buf *why, *owner, *by;
};
void doctor_judge(const struct doctor *d, const struct doctor_target *t,
		  struct doctor_verdict *ret);

/* "2026-11-22" */
void doctor_day(struct buf *out, int64_t wall);

#endif
