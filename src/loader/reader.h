/* From nodes to the structs of the model, by the tables of fields.h. */
#ifndef LOADER_READER_H
#define LOADER_READER_H

#include "format_judge.h"
#include "format_read.h"
#include "load.h"

/* read_parts.c: `stays` within `within`. */
void read_check_stays(struct load *l, const struct probe *p, struct place at);

enum { DEFAULT_EVERY_MS = 5000, DEFAULT_LOOK_MS = 10000 };

/* Reads a mapping by a table into *base. `kinds`: which rows apply; `at`: where a missing key is
 * reported. `seen` (DRAFT_KEYS bits, may be NULL) gets the rows that were written. */
struct reading {
	struct load *l;
	enum table_id table;
	uint32_t kinds;
	void *base;
	uint64_t *seen;
	const char *what; /* "a `run` step", for messages */
};

void read_map(const struct reading *r, const struct node *map);

/* Row of a key that fits `kinds`; *ret_any gets one that does not. NULL for none. */
const struct format_key *read_find_key(struct load *l, enum table_id t, const char *key,
				    uint32_t kinds, const struct format_key **ret_any);
bool read_seen(struct load *l, const struct draft *d, const char *key);
const struct node *read_node(const struct draft *d, const char *key);

/* One value by its row: read_types.c. */
void read_value(struct load *l, const struct format_key *k, const struct node *v, void *base);

/* "`key` is a list; expected: one line", and the hint. */
void read_say_is(struct load *l, const struct format_key *k, const struct node *v,
		 const char *hint);
/* The text of a scalar without the line end that a block has; NULL (reported) for anything else. */
const char *read_text(struct load *l, const struct format_key *k, const struct node *v);
bool read_line(struct load *l, const struct format_key *k, const struct node *v, const char **ret);
bool read_int(struct load *l, const struct format_key *k, const struct node *v, int64_t *ret);
bool read_bool(struct load *l, const struct format_key *k, const struct node *v, bool *ret);
bool read_type(struct load *l, const struct node *v, enum value_type *ret);
bool read_name_ok(struct load *l, const struct node *v, const char *s);

/* Remembers a text for the checks. Does nothing outside a step or for REF_NONE. */
struct ref *read_ref(struct load *l, const struct format_key *k, const char *s,
		     const struct node *v);
struct ref *read_add_ref(struct load *l, enum ref_kind kind, enum ref_phase phase,
			 const char *key, const char *s, struct place at);

/* Readers of composite types: read_parts.c, read_names.c, read_step.c. */
typedef void read_fn(struct load *l, const struct format_key *k, const struct node *v, void *base);
read_fn read_captures, read_fields, read_params, read_owes, read_named, read_env, read_produces,
	read_sets, read_results, read_names, read_words, read_values, read_exit_ok, read_on_fail,
	read_from, read_retry, read_each, read_verify, read_objectives, read_triggers, read_steps,
	read_always, read_options, read_ways, read_any, read_message, driver_read_command;

/* Checks a question and makes its texts canonical; map may be NULL. */
void read_finish_field(struct load *l, struct field *f, const struct node *map);

/* read_finish.c: what the keys of one step say together, and what they leave out. */
void read_finish_step(struct load *l, struct draft *d);
void read_finish_title(struct load *l, struct draft *d);

/* A list of steps; *ret and *ret_n are set. `parent` may be NULL. */
void read_list(struct load *l, const struct node *list, struct step *parent, struct step ***ret,
	       size_t *ret_n);
struct draft *read_new_draft(struct load *l, const struct node *n, struct step *parent);
/* An instruction with this text as its source, for what cannot be read at all. */
struct draft *read_rest(struct load *l, const char *source, struct place at, struct step *parent);

#endif
