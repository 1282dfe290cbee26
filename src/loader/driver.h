/* Drivers: how volumes are restored and clusters rebuilt, as data. A driver is a YAML file of
 * commands; a step that names it becomes a group of ordinary steps, whose text is written here and
 * read like any other.
 */
#ifndef LOADER_DRIVER_H
#define LOADER_DRIVER_H

#include "load.h"
#include "yaml_out.h"

enum driver_command_id {
	/* volumes */
	CMD_POINTS, CMD_SAFETY, CMD_RESTORE, CMD_VERIFY, CMD_PUT_BACK, CMD_RELEASE,
	/* clusters */
	CMD_HEALTH, CMD_QUORUM, CMD_STOP, CMD_CLEAR, CMD_PREPARE, CMD_FIRST, CMD_JOIN, CMD_START,
	CMD_ADD, CMD_REMOVE,
	CMD_MAX,
};

struct driver_command {
	struct text run; /* NULL: the driver has none */
	int64_t timeout_ms, takes_ms, within_ms, every_ms;
	bool leaves;
};

struct driver {
	const char *path;
	struct load_file *file;
	const char *volume, *cluster; /* the name, by what it is for */
	const char *title, *about;
	bool recordings;              /* not proved live */
	const char *const *needs;
	size_t n_needs;
	const struct field *params;
	size_t n_params;
	struct text functions;        /* of the shell, in every command as $functions */
	struct driver_command commands[CMD_MAX];
	bool bad;
};

enum { FOR_VOLUME = 1, FOR_CLUSTER = 2 }; /* DRIVER and COMMAND tables: kinds */

/* The name of a command as written, and the driver's own name. */
const char *driver_command_name(enum driver_command_id id);
const char *driver_name(const struct driver *d);

/* driver_read.c: what the file holds, with its findings told once. NULL where it is no mapping. */
struct driver *driver_read(struct load *l, struct load_file *f);

/* driver_find.c: the driver that the step being read names; reported when there is none. */
struct driver *driver_find(struct load *l, struct draft *d, uint32_t kind);

/* driver_check.c: what the keys of a driver say together; the variables of its commands. */
void driver_check(struct load *l, struct driver *d);
/* Variables that a command is given beside the parameters, a NULL behind the last. */
const char *const *driver_variables(enum driver_command_id id);
/* All that commands of such a driver may be given: what one is not, is empty there. */
const char *const *driver_all_variables(const struct driver *d);

/* --- expansion ------------------------------------------------------------------------------- */

/* What a step was made of, for the steps that speak of it. */
struct driven {
	struct draft *d;
	const struct driver *driver;
	const char *prefix;    /* of its values: "data" */
	bool waived, released;
	bool made;             /* its steps are there */
	const struct draft *of; /* RELEASE: the step that keeps; NULL: reported */
	struct driven *next;
};

struct plan {
	struct load *l;
	struct draft *d;
	const struct driver *driver;
	const char *p;         /* prefix of the values */
	const char *item;      /* the value that takes each volume or member */
	struct driven *self;
	const char *caution;   /* shown before what it guards too; NULL: none */
	const char *open;      /* id of the step that is being written */
	struct untrue { const char *id, *text; } untrue[8]; /* plan_untrue, by step */
	size_t n_untrue;
	struct yaml_out y;
	struct buf *text;
	struct origin *origins;
	size_t n_origins, cap_origins, counted;
	int lines;
};

/* plan.c: writing */
void plan_at(struct plan *p, struct place at); /* where what is written next comes from */
void plan_places(const struct plan *p, struct node *n); /* ... told to what was read of it */
const char *plan_f(struct plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void plan_open(struct plan *p, const char *id, const char *title); /* a step */
void plan_close(struct plan *p);
void plan_each(struct plan *p, const char *id, const char *title, const char *list, int at_once);
/* One that destroys: its target is the step's own, named once for all of the list. */
void plan_each_target(struct plan *p, const char *id, const char *title, const char *list);
void plan_close_each(struct plan *p);
void plan_caution(struct plan *p, const char *text);
/* What is said where a condition of the open step is not so; a template. */
void plan_untrue(struct plan *p, const char *text);
void plan_set(struct plan *p, const char *id, const char *title, const char *name,
	      const char *expression, const char *type, struct place at);
void plan_capture(struct plan *p, const char *name, const char *type);
void plan_capture_last_line(struct plan *p, const char *name, bool may_be_empty);

/* A variable of a command, with the template that fills it. */
struct plan_var {
	const char *name, *text;
};
/* `key: command`, its time limits, the variables and secrets that it gets. */
void plan_run(struct plan *p, enum driver_command_id id, enum effect effect,
	      const struct plan_var *vars, size_t n);
void plan_vars(struct plan *p, const struct plan_var *vars, size_t n);
void plan_verify(struct plan *p, enum driver_command_id id, int64_t usual_timeout_ms);
/* The runbook's own `verify` as a step. */
void plan_advice(struct plan *p, const char *text); /* if_not */
void plan_own_verify(struct plan *p);
/* The expression of a text that people write: `${name}` in it is the value. */
const char *plan_expr(struct plan *p, const struct node *v);
/* A map that a key says: the name of a value, or names with texts. NULL when reported. */
const char *plan_map(struct plan *p, const char *key);
/* Text that is shown as it is where templates are filled. */
const char *plan_literal(struct plan *p, const char *s);

/* driver_step.c: what was written, as a document whose nodes know where they come from. NULL
 * (reported) where that is no list of steps. */
struct load_file *driver_parse(struct plan *p);

/* announce.c: steps that stand for others in the same list. */
enum { ANNOUNCE_STEPS_MAX = 2 };
bool announce_is(const struct draft *d);
/* Appends what d stands for to the list. False (reported): nothing, and d is broken. */
bool announce_expand(struct load *l, struct draft *d, struct step *parent, struct step **list,
		     size_t *n);

/* driver_step.c: the children of a RESTORE, REBUILD or RELEASE; called when its keys are read. */
void driver_expand(struct load *l, struct draft *d);
void driver_finish_book(struct load *l, struct load_book *b);
void driver_release_made(struct load *l);

/* plan_restore.c, plan_rebuild.c */
void plan_restore(struct plan *p);
void plan_release(struct plan *p, const struct driven *what);
void plan_rebuild(struct plan *p);

#endif
