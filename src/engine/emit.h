/* Making events: the only way in which deciding code changes anything. */
#ifndef ENGINE_EMIT_H
#define ENGINE_EMIT_H

#include "engine.h"

struct jsonw;
struct pass;

/* Starts an event; members are written to the writer it returns; emit_end applies and keeps it. */
struct jsonw *emit_begin(struct pass *p, enum event_kind kind);
void emit_end(struct pass *p, enum event_kind kind, const struct inst *in, int attempt);

struct change {
	enum step_state to;
	enum outcome outcome;
	enum failure failure;
	const char *reason, *problem, *target;
	const char *environment, *digest; /* guarded: what is asked about, or starts, there */
	char *const *targets;
	size_t n_targets;
	bool asks, go, leaving, jumped, override_block, keep_when, covers, covered;
	bool new_attempt;
	bool has_look, has_retry;
	int64_t next_look, give_up, retry_at;
	int tries_left; /* with has_retry */
};
void emit_step(struct pass *p, const struct inst *in, const struct change *c);
void emit_value(struct pass *p, const struct inst *in, const struct inst *scope_of,
		const char *name, const struct value *v, const char *from, const char *reason);
void emit_note(struct pass *p, const struct inst *in, const char *what, const char *text);
void emit_refused(struct pass *p, const struct inst *in, const char *what, const char *why);
struct action *emit_action(struct pass *p, enum action_kind kind);
void action_env(struct action *a, const char *name, const char *value); /* value: NULL, secret */

#endif
