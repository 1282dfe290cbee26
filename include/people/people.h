/* A contacts file: people, the channels they read, and the ladders by which they are reached. The
 * key tables in src/people/people_table.c are the format: reading, the messages and the reference
 * part of docs/contacts-format.md come from them. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include <stdbool.h>

#include "loader.h"

enum people_way {
	PEOPLE_PHONE, PEOPLE_SMS, PEOPLE_MAIL, PEOPLE_CHAT, PEOPLE_PAGER, PEOPLE_IN_PERSON,
	PEOPLE_WAYS, PEOPLE_NO_WAY = -1,
};

enum { PEOPLE_DAY = 24 * 60, PEOPLE_ALL_DAYS = 0x7f };

/* A piece of the day. It belongs to the day on which it begins. */
struct people_hours {
	unsigned days;       /* bit 0: Monday */
	int from, to;        /* minutes; to is over PEOPLE_DAY when it ends on the next day */
	struct place at;
};

struct people_person {
	const char *id, *name, *note; /* name: the id where it is not given */
	const char *const *groups, *const *roles;
	size_t n_groups, n_roles;
	const char *zone;             /* NULL: not given, or none that is known */
	const struct people_hours *hours;
	size_t n_hours;
	struct people_hours awake;    /* every day */
	const char *ways[PEOPLE_WAYS];
	struct place at;
};

enum people_kind {
	PEOPLE_NO_KIND = -1, PEOPLE_SMTP, PEOPLE_WEBHOOK, PEOPLE_COMMAND, PEOPLE_BY_HAND,
	PEOPLE_KINDS,
};
enum people_hook { PEOPLE_HOOK_JSON, PEOPLE_HOOK_SLACK, PEOPLE_HOOK_MATTERMOST,
		   PEOPLE_HOOK_PAGERDUTY, PEOPLE_HOOKS };
enum people_tls { PEOPLE_TLS_REQUIRED, PEOPLE_TLS_WRAPPED, PEOPLE_TLS_NONE, PEOPLE_TLSES };

/* Where a secret is read when it is needed; one of them. Neither: there is none. */
struct people_secret {
	const char *env, *file;
};

struct people_channel {
	const char *id, *note;
	enum people_kind kind;
	bool is_public, public_said;
	enum people_way carries;      /* takes such an address; PEOPLE_NO_WAY: has its own */
	int64_t timeout_ms;
	struct people_smtp {
		const char *const *to;
		size_t n_to;
		const char *from, *server, *user;
		enum people_tls tls;
		struct people_secret password;
	} smtp;
	struct people_webhook {
		const char *url;      /* NULL: url_from */
		struct people_secret url_from, key_from;
		enum people_hook kind;
	} webhook;
	const char *command;          /* for `sh -c`, with $to, $text and $subject */
	const char *by_hand;          /* what a person does */
	struct place at;
};

/* By severity; 0: not given. */
struct people_waits {
	const int64_t *ms;
	struct place at;
};

struct people_rung {
	int channel;                  /* index, or -1: people */
	const int *who;               /* indexes of people, each once, as they were written */
	size_t n_who;
	const enum people_way *by;
	size_t n_by;
	const char *text;             /* stands in front of the message; NULL */
	const char *skip_if;          /* a question to the operator; NULL */
	struct text when;             /* a condition over severity and round; NULL text */
	struct people_waits wait;     /* its own, else the ladder's */
	bool as_written;              /* people: not those first who are awake */
	struct place at;
};

struct people_ladder {
	const char *id, *note;
	struct people_waits wait;
	int rounds;
	int64_t ack_expires_ms;
	const struct people_rung *rungs;
	size_t n_rungs;
	struct place at;
};

struct people_form;
struct people {
	const char *path;
	const struct people_person *persons;
	size_t n_persons;
	const struct people_channel *channels;
	size_t n_channels;
	const struct people_ladder *ladders;
	size_t n_ladders;
	const struct people_form *forms; /* people_form.h */
	size_t n_forms;
	const char *drill;             /* channel that messages of drills go to, by its name */
	struct place drill_at;
	int drill_channel;             /* -1: there is none, they go nowhere */
	const char *const *severities; /* from the least to the worst, as they were written */
	size_t n_severities;           /* at least 1 */
	bool broken;                   /* has findings of severity error */
	struct arena *arena;
};

/* Reads the file at path and checks it; findings are appended to *f (sorted). *ret is set whenever
 * there were bytes, and holds what could be made sense of: a person, a channel, a rung that could
 * not be read is left out of it. Returns 0 then; else as yamltree_load, which says it as a finding
 * too. */
int people_load(const char *path, const struct loader_source *src, struct people **ret,
		struct findings *f, struct err *err);
void people_free(struct people *p); /* NULL is fine */
/* What a runbook says that its contacts file does not know: severities. Appended to *f. */
void people_check_book(const struct people *p, const struct runbook *rb, struct findings *f);

/* Whether the file is a contacts file: one with a key of ours at the left margin, and no runbook.
 * Looks at its beginning only. */
bool people_is_contacts(const char *path);

int people_find_ladder(const struct people *p, const char *id);   /* -1 for none */
int people_find_severity(const struct people *p, const char *word);

const char *people_way_name(enum people_way w);      /* "in-person" */
const char *people_kind_name(enum people_kind k);    /* "by_hand" */
const char *people_hook_name(enum people_hook h);
/* "mon-fri 09:00-18:00, sat 10:00-12:00" */
void people_hours_text(struct buf *out, const struct people_hours *v, size_t n);

/* The tables of the format as Markdown, and as a JSON Schema (2020-12). */
void people_reference(struct buf *out);
void people_schema(struct buf *out);

#endif
