/* What the engine wants done, once the events that came with it are durable. */
#ifndef ENGINE_ACTION_H
#define ENGINE_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "inst.h"

enum action_kind {
	ACT_PREPARE, /* have the child forked; answer with INPUT_PREPARED or INPUT_REFUSED */
	ACT_GO,      /* let it exec */
	ACT_DROP,    /* it is not wanted any more: leave at the gate */
	ACT_STOP,    /* stop its tree */
	ACT_DIGEST,  /* digest of file `path`; answer with INPUT_DIGEST (key, name) */
	ACT_KEEP,    /* remember secret `name` = `text` (never recorded), for key's scope */
	ACT_INPUT,   /* keystrokes: text (base64) to token's terminal */
	ACT_BOOK,    /* load and pin runbook `path`; answer with INPUT_BOOK, or INPUT_NOTE */
	ACT_JOURNAL, /* text: the operator's choice while the record cannot be written */
	ACT_PLAY,    /* token: what it comes to is on record (state.drill), and may be played */
};

struct env_pair {
	char *name, *value; /* value NULL: a secret the keeper holds */
};

struct action {
	enum action_kind kind;
	char token[TOKEN_MAX];
	char *key, *name, *path, *text; /* PREPARE: text = the command */
	enum purpose purpose;
	struct env_pair *env;
	size_t n_env;
	char *host;           /* NULL: here */
	bool terminal, leaves_processes;
	bool sends;           /* also in a drill that runs nothing: a message to its channel */
	int grace_ms;
	bool hangup;          /* STOP: as when a terminal goes away; what it left running stays */
};

struct action_list {
	struct action *v;
	size_t n, cap;
};

void action_release(struct action *a);
void action_list_release(struct action_list *l);

#endif
