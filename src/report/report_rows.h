/* What a report is made of while rows come in: rows, commands, steps, and times. Texts in it are
 * harmless to a terminal, and masked. */
#ifndef REPORT_REPORT_ROWS_H
#define REPORT_REPORT_ROWS_H

#include "event.h"
#include "kind.h"
#include "report.h"
#include "view.h"

/* What kind of run it was; only those alike are compared. */
enum report_way { WAY_REAL, WAY_TABLETOP, WAY_SIMULATED, WAY_LAB, WAYS };

/* Where a row of the record is told, a bit each. */
enum report_part {
	IN_DECISION = 1,   /* somebody answered, started, left out, … */
	IN_DEVIATION = 2,  /* not as written */
	IN_CONTACT = 4,
	IN_GUARD = 8,
	IN_TROUBLE = 16,   /* failed, lost, not as expected */
	IN_NOTE = 32,
	IN_REOPENED = 64,  /* wrong turns: done again, undone */
	IN_GLASS = 128,
	/* for scores */
	IN_CALLED = 256,   /* somebody was tried to be reached, not only offered for it */
	IN_DECIDED = 512,  /* somebody said how it goes on, where there was more than one way */
	IN_SAID = 1024,    /* somebody answered for a step: it goes on, or is left out */
	IN_GUARDED = 2048, /* a guard looked, or asked for a name or a second person */
	IN_HELP = 4096,    /* somebody was helped */
	IN_INJECT = 8192,  /* what came in between */
	IN_OBSERVED = 16384,
	IN_MISNAMED = 32768, /* something was named that is not what would be destroyed */
	IN_REPLY = 65536,  /* of somebody who was contacted */
};

struct report_row {
	int64_t seq, wall, at_ms; /* at_ms: since the run was opened */
	enum event_kind kind;
	enum view_weight weight;
	unsigned in;
	int attempt;
	char *step, *name; /* NULL: the run itself */
	char *actor, *how, *text;
	char *proved, *proof; /* who it was, by a key or a code; NULL: only the account is known */
	char *written;     /* of what was not as written: as written; NULL: nothing to be said */
	char *about;       /* an observation: the objective's id; NULL */
};

enum report_class { CLASS_NONE, CLASS_MACHINE, CLASS_THINKING, CLASS_WAITING, CLASS_MAX };

struct report_times {
	int64_t ns[CLASS_MAX];
};

/* A stretch of one class, for the picture: run time in ms, the next one of the same list. */
struct report_span {
	enum report_class class;
	int64_t from, to;
	size_t next; /* 1 more than its place; 0: none */
};

struct report_spans {
	size_t first, last; /* as next */
};

/* Somebody who had the seat: while asked CLASS_THINKING, else CLASS_WAITING. */
struct report_person {
	char *name;
	struct report_spans spans;
};

struct report_step {
	char *key, *name, *reason;
	const char *mark, *state, *outcome;
	int attempts;
	int64_t first_seq, last_seq;  /* rows that changed its state */
	int64_t began_ms, ended_ms;   /* -1: never */
	struct report_times times;
	struct report_spans spans;
	char *item;                   /* of the `each` that it is in; NULL */
	int64_t earlier_ms[WAYS][REPORT_EARLIER];
	size_t n_earlier[WAYS];
};

struct report_cmd {
	int64_t seq, end_seq;
	char *token, *name, *text, *end;
	enum purpose purpose;
	int attempt;
	bool failed;
	int64_t bytes[3];
	char *excerpt[3];
};

struct report_debt {
	char *key, *command;
	int64_t seq;
	bool failed;
};

struct report_run {
	char *run, *verdict;
	enum report_way way;
	bool success;
	int64_t opened, elapsed_ms, pace;
};

/* Of one instance, while rows come in. */
struct report_inst {
	struct report_times times;
	struct report_spans spans;
	enum report_class class;
	int64_t first_seq, last_seq;
	bool walked;
};

#endif
