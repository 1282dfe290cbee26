/* A contacts file in the making. */
#ifndef PEOPLE_PEOPLEINT_H
#define PEOPLE_PEOPLEINT_H

#include "format_read.h"
#include "people.h"
#include "people_table.h"
#include "yamltree.h"

struct arena;

enum {
	PEOPLE_MAX_PERSONS = 1000, PEOPLE_MAX_CHANNELS = 200, PEOPLE_MAX_LADDERS = 100,
	PEOPLE_MAX_RUNGS = 100, PEOPLE_MAX_NAMES = FORMAT_LIST, PEOPLE_MAX_HOURS = 20,
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
	struct format_read in; /* first: values are read with it alone */
	struct people *p;
	bool zones_missing_told;
	const char **severities;
	size_t n_severities;
	bool severities_listed;
	struct people_index index;
};

static inline struct people_read *people_of(struct format_read *in)
{
	return (struct people_read *)(void *)in;
}

#define people_say(r, ...) format_say(&(r)->in, __VA_ARGS__)

/* people_value.c, people_place.c, people_part.c, people_form.c: one value by its row. */
format_read_fn people_zone, people_hours, people_awake, people_wait, people_ways, people_order,
	people_url, people_secret, people_skip, people_smtp, people_webhook, people_persons,
	people_channels, people_ladders, people_rungs, people_severities, people_drill,
	people_forms, people_fields;

/* How many entries there are to read; 0 (reported) where it is no mapping, or over the limit. */
size_t people_named_n(struct people_read *r, const struct format_key *k, const struct ytree *v,
		      size_t max);
/* Whether there is a key at i, and none like it before: that was reported, the first one counts. */
bool people_is_first(const struct ytree *v, size_t i);
/* The same of an entry with a name; one that cannot be a name is reported. */
bool people_entry_ok(struct people_read *r, const struct ytree *v, size_t i);
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

#endif
