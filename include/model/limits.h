/* Every bound on what comes from outside, in one place. Over one is an error, never a cut. */
#ifndef MODEL_LIMITS_H
#define MODEL_LIMITS_H

enum {
	LIMIT_RUNBOOK_BYTES = 4 << 20, /* one YAML file */
	LIMIT_SCALAR_BYTES = 64 << 10, /* one scalar in it */
	LIMIT_YAML_DEPTH = 64,         /* nesting of mappings and sequences */
	LIMIT_STEPS = 20000,           /* steps of a runbook with all it calls */
	LIMIT_CALL_DEPTH = 8,          /* runbooks calling runbooks */
	LIMIT_FINDINGS = 1000, /* findings of one file; the last line says that more exist */
	LIMIT_ID_BYTES = 64,   /* an id, a value's name */
	LIMIT_TITLE_BYTES = 200,
	LIMIT_EXPR_BYTES = 4096, /* one condition */
	LIMIT_FIELDS = 64,       /* parameters, captures, env entries of one place */
	LIMIT_EXIT_OK = 32,
	LIMIT_ITEMS = 10000, /* items of one `each` */
	LIMIT_ITEM_BYTES = 200,
	LIMIT_CHOICE_BYTES = 1000, /* one answer of `ask` with `from` */
	LIMIT_INSTANCES = 100000,        /* steps times items of one run */
	LIMIT_VALUE_BYTES = 1 << 20,     /* one value; also what a capture looks at */
	LIMIT_SECRET_BYTES = 64 << 10,   /* one secret value */
	LIMIT_COMMAND_BYTES = 128 << 10, /* one command with what is typed into it */
	LIMIT_REASON_BYTES = 2000,
	LIMIT_NOTE_BYTES = 64 << 10,
	LIMIT_ATTACH_BYTES = 64 << 20, /* one attached file */
	LIMIT_FILE_NAME_BYTES = 255,   /* its name */
	LIMIT_INTENT_BYTES = 256 << 10, /* one message from a client */
	LIMIT_EVENT_BYTES = 16 << 20,   /* one event's payload: two values, escaped */
	LIMIT_CLIENTS = 64,             /* terminals on one run */
	LIMIT_RUNNING = 64,             /* commands at once in one run */
};

#define LIMIT_DURATION_MS (365LL * 24 * 3600 * 1000) /* timeouts, waits */

#endif
