/* The check pass: one walk over each runbook's steps in their order, with what is known of every
 * value and everything owed at each of them.
 */
#ifndef LOADER_CHECKER_H
#define LOADER_CHECKER_H

#include "limits.h"
#include "load.h"

/* A value, or something owed, somewhere on the walk. */
enum holds { HOLDS_NOT, HOLDS_MAYBE, HOLDS };

struct tracked {
	const char *name;
	struct place at;       /* where it is captured or owed first */
	enum value_type type;  /* VALUE_TYPE_INVALID: to be derived, or a mistake */
	enum holds state;
	const char *guard;     /* MAYBE: the `when` under which it holds */
	bool captured;         /* worth a warning when it is never used */
	bool used, secret;
	bool plain, inner;     /* captured outside of any `each`, inside one */
	bool loop;             /* the name that an `each` gives its items */
	bool owed;             /* no value, but something owed */
	bool settled;          /* OWED: some step settles it */
	bool open_maybe;       /* … and the run can end well with it owed on some way */
	size_t stamp, count, child; /* of the merge in progress */
	enum holds merged;
	const char *merged_guard;
	bool same;
};

/* Names of one runbook. */
struct scope {
	struct tracked *v;
	size_t n, cap;
	struct nameset values, owed; /* name -> index */
	size_t *owed_at;             /* indexes of what is owed */
	size_t n_owed, cap_owed;
	struct nameset inner;        /* "order/name" of names captured in that `each` */
	struct nameset artefacts;    /* name -> order of the step that produces it first */
};

struct trail_entry {
	size_t i;
	enum holds old;
	const char *old_guard;
};

struct change {
	size_t i;
	enum holds old;
};

struct check {
	struct load *l;
	struct load_book *b;
	struct scope *s;
	struct draft *d;       /* the step looked at */
	struct trail_entry *trail;
	size_t n_trail, cap_trail;
	struct trail_entry *alts; /* what the ways of open choices ended with */
	size_t n_alts, cap_alts;
	const char *guards[2 * LIMIT_YAML_DEPTH];
	size_t n_guards;
	struct change *log;    /* every change of a state, on whatever way; only grows */
	size_t n_log, cap_log;
	size_t stamp;
	bool dead, told;       /* no way leads here; that was said */
	size_t n_open;         /* things owed here, for sure or maybe */
};

/* check.c: a runbook whose callees were checked before. */
void check_book(struct load *l, struct load_book *b);

/* check_danger.c: a command that is no part of a `destroy` step. */
void check_danger(struct check *c, const struct ref *r);
/* What each step that destroys must say beside, when the whole book was read. */
void check_destroys(struct load *l, struct load_book *b);
/* check_scale.c: a size written down where one was captured. */
void check_scale(struct check *c, const struct ref *r);

/* check_scope.c */
void check_scope(struct check *c);
void check_scope_release(struct scope *s);
/* The type that a name has for step d. */
enum value_type check_type(const struct check *c, const struct tracked *t, const struct draft *d);
/* Whether it was captured inside an `each` that d stands behind: a map of texts there. */
bool check_is_behind(const struct check *c, const struct tracked *t, const struct draft *d);
struct tracked *check_find(const struct check *c, const char *name, size_t len);

/* check_flow.c */
void check_flow(struct check *c);
void check_set_state(struct check *c, struct tracked *t, enum holds state);

/* check_owed.c */
void check_owes(struct check *c, struct draft *d);
void check_settle(struct check *c, struct draft *d);
void check_owed_beside(struct check *c, const struct draft *d, size_t last);
void check_end_owed(struct check *c, const struct draft *d);
void check_never_settled(struct check *c);

/* check_merge.c */
void check_push(struct check *c, struct tracked *t);
void check_leave_guard(struct check *c, size_t mark, const char *guard);
/* Remembers what changed since mark as the outcome of one way, and takes it back. */
void check_end_way(struct check *c, size_t mark, const char *guard);
/* Merges the ways remembered since first_alt: n_ways of them, one of which is taken, or all. */
void check_merge_ways(struct check *c, size_t first_alt, size_t n_ways);
void check_join_ways(struct check *c, size_t first_alt);

/* check_arrive.c */
/* The one way to change a state; the trail is the caller's business. */
void check_put(struct check *c, struct tracked *t, enum holds state);
/* From somewhere in step d, as far as it was walked, to the goal of its jump. */
void check_leave(struct check *c, const struct draft *d);
void check_arrive(struct check *c, struct draft *d);

/* check_refs.c: the texts of a step that belong to a phase. */
void check_refs(struct check *c, struct draft *d, enum ref_phase phase);
/* Looks up a name that a text uses at byte `offset`; reports; NULL when it is not to be used. */
struct tracked *check_use(struct check *c, const struct ref *r, const char *name, size_t len,
			  size_t offset);
struct place check_place(struct check *c, const struct ref *r, size_t offset);

/* check_expr.c */
void check_expr(struct check *c, const struct ref *r);
void check_exprs_free(struct exprs *x);
/* Types of the names that every condition knows; false where `name` is none of them. */
bool check_builtin(const char *name, size_t len, enum value_type *ret);

/* check_command.c */
void check_command(struct check *c, const struct ref *r);

/* check_jump.c: goto targets; marks them, and puts their ids in the tree's own words. */
void check_jumps(struct check *c);

/* check_call.c */
void check_call(struct check *c, struct draft *d);

/* check_files.c: contacts, environments. */
void check_files(struct load *l, struct load_book *b);

#endif
