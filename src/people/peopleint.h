/* A contacts file in the making. */
#ifndef PEOPLE_PEOPLEINT_H
#define PEOPLE_PEOPLEINT_H

#include "people.h"
#include "people_table.h"
#include "yamltree.h"

struct arena;

enum {
	PEOPLE_MAX_PERSONS = 1000, PEOPLE_MAX_CHANNELS = 200, PEOPLE_MAX_LADDERS = 100,
	PEOPLE_MAX_RUNGS = 100, PEOPLE_MAX_NAMES = 100, PEOPLE_MAX_HOURS = 20,
	PEOPLE_MAX_SEVERITIES = 8, PEOPLE_MAX_FORMS = 100,
	PEOPLE_MAX_TRIES = 5000, /* of one climb */
	PEOPLE_NEAR_AMONG = 2000, /* names that a hint is looked for in */
};

enum people_sort { PEOPLE_IS_PERSON, PEOPLE_IS_GROUP, PEOPLE_IS_ROLE };

struct people_entry {
	const char *name;
	enum people_sort sort;
	int person;
};

struct people_index {
	struct people_entry *v; /* by name, then sort, then person */
	size_t n;
	const char **names;     /* each once */
	size_t n_names;
};

/* A rung, and the names that are looked up when everything was read. */
struct people_rung_draft {
	struct people_rung rung;
	const struct ytree *channel, *who, *each_of;
	const struct ytree *at;
};

struct people_read {
	struct findings *f;
	struct people *p;
	struct arena *a;
	bool cut;          /* the file is no YAML from some place on */
	bool zones_missing_told;
	const char **severities;
	size_t n_severities;
	bool severities_listed;
	struct people_index index;
};

/* people_say.c: whether a finding would only be counted: its hint need not be looked for. */
bool people_full(const struct people_read *r);
/* A finding; the hint stands behind "; ". */
void people_say(struct people_read *r, enum prule rule, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "; did you mean `x`?" or "" */
const char *people_near(char *out, size_t size, const char *word, const char *const *candidates,
			size_t n);

/* people_read.c: a mapping by a table into *base. `what` names it. False: it is no mapping. `seen`
 * gets a bit for each row that was written; may be NULL. */
bool people_read_map(struct people_read *r, enum ptable_id t, const char *what,
		     const struct ytree *map, void *base, uint64_t *seen);
bool people_seen(enum ptable_id t, uint64_t seen, const char *key);
/* An id: of a person, group, role, channel, ladder, severity. */
bool people_id_ok(struct people_read *r, const char *id, struct place at);

/* people_value.c, people_place.c, people_part.c: one value by its row. */
typedef void people_value_fn(struct people_read *r, const struct pkey *k, const struct ytree *v,
			     void *base);
people_value_fn people_line, people_text, people_bool, people_int, people_duration, people_names,
	people_lines, people_zone, people_hours, people_awake, people_wait, people_ways, people_way,
	people_order, people_hook, people_tls, people_url, people_secret, people_skip,
	people_condition, people_node, people_smtp, people_webhook, people_command, people_version,
	people_persons, people_channels, people_ladders, people_rungs, people_severities,
	people_forms, people_fields, people_type, people_raw;

/* How many entries there are to read; 0 (reported) where it is no mapping, or over the limit. */
size_t people_named_n(struct people_read *r, const struct pkey *k, const struct ytree *v,
		      size_t max);
/* Whether the key at i stands before already: that was reported, the first one counts. */
bool people_stands_before(const struct ytree *v, size_t i);
/* The text of a scalar, checked for its length; NULL (reported) for anything else and for none. */
const char *people_scalar(struct people_read *r, const struct pkey *k, const struct ytree *v);

/* people_index.c */
void people_make_index(struct people_read *r);
/* Those that a name means; *ret is borrowed. */
size_t people_named(const struct people_index *x, const char *name,
		    const struct people_entry **ret);
void people_check_names(struct people_read *r);

/* people_rung.c: names to indexes, and what a rung says together. */
void people_finish_rungs(struct people_read *r, struct people_ladder *l,
			 struct people_rung_draft *d, size_t n);

/* people_paper.c: the ladder as a numbered list; in a. */
struct arena;
struct contact;
const char *people_paper(struct arena *a, const struct contact *c, const struct people_ladder *l);

/* An address of mail that we send. */
void people_check_address(struct people_read *r, const char *s, struct place at);

/* people_check.c: what the whole file says together. */
void people_check(struct people_read *r);
/* people_reach.c: conditions; which rungs can be reached, and who. */
void people_check_reach(struct people_read *r);

#define PEOPLE_AT(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))

#endif
