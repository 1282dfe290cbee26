/* What the verbs of the command line have in common.
 *
 * A verb is a row of the table in verbs.c: its name, what it takes, a line of help and a
 * function. Data goes to standard output, everything said to the person to standard error.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

enum cli_status {
	CLI_OK = 0,
	CLI_ENDED = 1,    /* ended otherwise; a question that was answered with no */
	CLI_USAGE = 2,
	CLI_REFUSED = 3,
	CLI_JOURNAL = 4,  /* it cannot be written, or not be read */
	CLI_BOOK = 5,     /* bad runbook */
	CLI_OURS = 125,   /* exec, guard: it is our failure */
};

/* Every option there is; a verb's row says which it takes. */
struct opts {
	const char *journal, *answers, *blank, *reason, *who, *take_over, *id_file, *width, *in,
		*severity, *at, *test, *send, *to, *subject,
		*key, *refuse, *for_whom, *count, *until, *signers, *step, *effect, *target,
		*permit, *format, *within, *owner, *due, *scenario, *seed, *pace, *bundle, *limit,
		*heads_file, *speed, *zone;
	bool json, plain, dry, drill, detach, observe, facilitator, strict, yaml, follow, outputs,
		terminal, shell, yes, code, after_action, patch, unmask, real, lab, script, here;
	const char *from, *before, *since, *person, *environment, *text, *output, *after, *cursor,
		*pen, *text_from, *note, *name, *stream, *older;
	bool all, reverse, local, octets, csv;
	bool help;
	int dash; /* how many arguments came before "--"; -1: there was none */
	struct opt_list {
		const char **v;
		size_t n;
	} params, secrets, heads, kinds;
};

struct cli_verb {
	const char *name;
	const char *args;     /* "BOOK [-p name=value]…" */
	const char *line;     /* one line of help, no full stop */
	const char *more;     /* further help, or NULL */
	const char *takes;    /* names of its options, blank separated */
	int min, max;         /* arguments without options; max -1: any number */
	int (*fn)(const struct opts *o, char **args, int n);
};

/* Options end at "--"; what follows are arguments. */
const struct cli_verb *cli_verb_find(const char *name);
const struct cli_verb *cli_verb_at(size_t i); /* NULL past the last */

/* Takes the options of a verb out of argv, args (room for argc) gets the rest. Returns how many
 * those are, or -1 with *err set. o->params, secrets and heads are the caller's to opts_release. */
int opts_read(const struct cli_verb *v, int argc, char **argv, struct opts *o, char **args,
	      struct err *err);
void opts_release(struct opts *o);
/* "  --json   print JSON", a line each, for a verb. */
void opts_help(struct buf *out, const struct cli_verb *v);
/* "--journal --json …" for completion. */
void opts_names(struct buf *out, const struct cli_verb *v);

/* "blackstart: …" on standard error. */
void cli_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Says *err and returns the status that goes with it. */
int cli_fail(const struct err *err);
/* Says a usage error with how to get help, returns CLI_USAGE. */
int cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Writes the buffer to standard output and releases it. Returns status, or CLI_ENDED with a
 * message when it could not be written (nothing is said of a reader that went away). */
int cli_put(struct buf *b, int status);
/* Appends s, from wherever it comes, so that a terminal obeys nothing in it. */
void cli_safe(struct buf *out, const char *s);
/* A time as UTC in JSON; 0 is null. */
struct jsonw;
void cli_time(struct jsonw *w, const char *key, int64_t wall);
/* Whether a person sits at standard input and output. */
bool cli_is_terminal(void);

int cmd_home(const struct opts *o, char **args, int n);
int cmd_run(const struct opts *o, char **args, int n);
int cmd_drill(const struct opts *o, char **args, int n);
int cmd_attach(const struct opts *o, char **args, int n);
int cmd_close(const struct opts *o, char **args, int n);
int cmd_status(const struct opts *o, char **args, int n);
int cmd_note(const struct opts *o, char **args, int n);
int cmd_refresh(const struct opts *o, char **args, int n);
int cmd_exec(const struct opts *o, char **args, int n);
int cmd_attach_file(const struct opts *o, char **args, int n);
int cmd_output(const struct opts *o, char **args, int n);
int cmd_guard(const struct opts *o, char **args, int n);
int cmd_lint(const struct opts *o, char **args, int n);
int cmd_show(const struct opts *o, char **args, int n);
int cmd_find(const struct opts *o, char **args, int n);
int cmd_inventory(const struct opts *o, char **args, int n);
int cmd_contacts(const struct opts *o, char **args, int n);
int cmd_approve(const struct opts *o, char **args, int n);
int cmd_identify(const struct opts *o, char **args, int n);
int cmd_codes(const struct opts *o, char **args, int n);
int cmd_permit(const struct opts *o, char **args, int n);
int cmd_scenario_from(const struct opts *o, char **args, int n);
int cmd_schema(const struct opts *o, char **args, int n);
int cmd_due(const struct opts *o, char **args, int n);
int cmd_runs(const struct opts *o, char **args, int n);
int cmd_log(const struct opts *o, char **args, int n);
int cmd_query(const struct opts *o, char **args, int n);
int cmd_replay(const struct opts *o, char **args, int n);
int cmd_report(const struct opts *o, char **args, int n);
int cmd_bundle(const struct opts *o, char **args, int n);
int cmd_sign(const struct opts *o, char **args, int n);
int cmd_prune(const struct opts *o, char **args, int n);
int cmd_hold(const struct opts *o, char **args, int n);
int cmd_release(const struct opts *o, char **args, int n);
int cmd_redact(const struct opts *o, char **args, int n);
int cmd_bundle_verify(const struct opts *o); /* verify --bundle */
int cmd_verify(const struct opts *o, char **args, int n);
int cmd_doctor(const struct opts *o, char **args, int n);
int cmd_completion(const struct opts *o, char **args, int n);
int cmd_help(const struct opts *o, char **args, int n);
int cmd_version(const struct opts *o, char **args, int n);

#endif
