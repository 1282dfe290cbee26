/* What all commands of a holder share, and how one of them speaks to the keeper. */
#ifndef HOLDER_HCORE_H
#define HOLDER_HCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "buf.h"
#include "hgroup.h"
#include "hide.h"
#include "hstatus.h"
#include "htree.h"
#include "hwire.h"

struct chan;
struct loop;

/* The times and bounds; other values than the default ones are for tests. */
struct hconf {
	int linger_ms;    /* without keeper and commands */
	int end_grace_ms; /* for streams that survivors hold open */
	int stuck_ms;     /* after KILL */
	int retry_ms;     /* of what could not be written */
	int64_t spool_max;
	bool groups;      /* a cgroup for each command, where there are any */
	bool share;       /* gated children share the holder's memory, where they can */
};

extern const struct hconf hcore_conf_default;

/* A stream that outlived its command: what comes is dropped. */
struct hstray {
	struct hcore *core;
	struct hstray *next;
	struct watch *watch;
	int fd;
	bool stays; /* its process was meant to stay: so does the holder */
};

struct hcore {
	struct hconf conf;
	struct loop *loop;
	int folder, spools, null; /* null: /dev/null for reading */
	struct rlimit files;      /* RLIMIT_NOFILE before it was raised */
	struct hstatus_file status;
	struct hgroups groups;
	struct hkin kin;
	struct hstray *strays;
	struct chan *keeper;      /* NULL: nobody listens */
	bool overrun;             /* it does not read: it has missed something and must go */
	struct buf frame;
	char *scratch;            /* HSPOOL_SCRATCH bytes, in the vault of hide */
	struct hide hide;         /* what no stream may show */
};

/* Appends the fact to the status file (false: it will be, when it can be written); hcore_fact also
 * tells the keeper. */
bool hcore_note(struct hcore *c, const struct holder_status *st);
void hcore_fact(struct hcore *c, enum hwire_type type, const struct holder_status *st);

/* These tell the keeper only; without one they do nothing. */
void hcore_tell(struct hcore *c, enum hwire_type type, const struct holder_status *st);
void hcore_tell_token(struct hcore *c, enum hwire_type type, const char *token);
void hcore_tell_number(struct hcore *c, enum hwire_type type, const char *token, uint32_t v);
void hcore_tell_text(struct hcore *c, enum hwire_type type, const char *token, const char *text);
void hcore_refuse(struct hcore *c, const char *token, int sys, const char *why);
void hcore_send(struct hcore *c); /* c->frame as it is */
void hcore_tell_sealed(struct hcore *c, const char *token, int file); /* it may be read there */

/* Takes fd over and reads it empty until it ends. */
void hcore_stray(struct hcore *c, int fd, bool stays);
bool hcore_has_guests(const struct hcore *c); /* a stray that stays */
void hcore_drop_strays(struct hcore *c);

#endif
