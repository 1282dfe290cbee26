/* Commands that are asked for, until an event names them. */
#ifndef ENGINE_ASKING_H
#define ENGINE_ASKING_H

#include "engine.h"

struct environment;
struct pass;
struct target_probe;

/* A command that the keeper was asked to prepare and that no event names yet. Not folded: after a
 * crash nothing of it happened, and it is asked for again. */
struct wish {
	char token[TOKEN_MAX];
	enum purpose purpose;
	struct inst *inst;  /* NULL: typed by hand, or a debt paid by the operator */
	const struct inst *at; /* whose values it is given; or NULL */
	char *text, *owed;
	bool terminal;
	int try_no;         /* SEND */
	/* in a lab drill */
	const struct target_probe *lab; /* it asks the target whether it is a lab; else NULL */
	char look[TOKEN_MAX];  /* it waits for that one, which does; "": for none */
	const struct environment *env; /* that was asked */
	int64_t read_at;       /* run time at which it said so; -1: not (yet) */
};

/* Asks for a command. Its token, until the next is asked for. */
const char *asking_command(struct pass *p, struct inst *in, enum purpose purpose, const char *text,
			 const char *owed, bool terminal);
struct wish *asking_add(struct pass *p, const struct wish *from); /* with copies of its texts */
void asking_prepare(struct pass *p, const struct wish *w);
void asking_env(struct pass *p, const struct wish *w, struct action *a);
struct wish *asking_find(struct engine *e, const char *token);
void asking_drop(struct engine *e, struct wish *w);
bool command_stands(const struct pass *p, const struct wish *w); /* command.c: it is wanted still */
/* A command that no step waits for does not start: said on record. */
void command_not_started(struct pass *p, const struct inst *in, const char *token,
			 const char *why);

#endif
