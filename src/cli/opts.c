#include "verbs.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "mem.h"
#include "str.h"

enum opt_kind { OPT_FLAG, OPT_TEXT, OPT_LIST };

static const struct opt {
	const char *name;
	char letter;
	enum opt_kind kind;
	size_t at; /* in struct opts */
	const char *arg;
	const char *help;
} table[] = {
	{ "param", 'p', OPT_LIST, offsetof(struct opts, params), "NAME=VALUE",
	  "a parameter of the runbook" },
	{ "secret", 0, OPT_LIST, offsetof(struct opts, secrets), "NAME=SOURCE",
	  "a secret: a file or pipe, env:VARIABLE, cmd:COMMAND" },
	{ "plain", 0, OPT_FLAG, offsetof(struct opts, plain), NULL,
	  "line by line, not on the full screen" },
	{ "answers", 0, OPT_TEXT, offsetof(struct opts, answers), "FILE", "a file answers" },
	{ "dry", 'n', OPT_FLAG, offsetof(struct opts, dry), NULL,
	  "show all that would be done, and do none of it" },
	{ "blank", 0, OPT_TEXT, offsetof(struct opts, blank), "TEXT",
	  "no runbook: TEXT says what is wrong" },
	{ "drill", 0, OPT_FLAG, offsetof(struct opts, drill), NULL, "as an exercise" },
	{ "reason", 0, OPT_TEXT, offsetof(struct opts, reason), "TEXT", "why, for the record" },
	{ "detach", 'd', OPT_FLAG, offsetof(struct opts, detach), NULL,
	  "start it, print its id, do not stay" },
	{ "observe", 0, OPT_FLAG, offsetof(struct opts, observe), NULL, "look and note only" },
	{ "facilitator", 0, OPT_FLAG, offsetof(struct opts, facilitator), NULL,
	  "of a drill: its script, what comes, what was seen" },
	{ "take-over", 0, OPT_TEXT, offsetof(struct opts, take_over), "REASON",
	  "take the operator's seat" },
	{ "as", 0, OPT_TEXT, offsetof(struct opts, who), "NAME",
	  "who you are, where the account is shared" },
	{ "id-file", 0, OPT_TEXT, offsetof(struct opts, id_file), "FILE",
	  "write the run's id there" },
	{ "strict", 0, OPT_FLAG, offsetof(struct opts, strict), NULL, "warnings count as errors" },
	{ "yaml", 0, OPT_FLAG, offsetof(struct opts, yaml), NULL,
	  "as YAML that loads to the same" },
	{ "width", 0, OPT_TEXT, offsetof(struct opts, width), "N", "columns, 40 to 400" },
	{ "speed", 0, OPT_TEXT, offsetof(struct opts, speed), "N",
	  "so many times as fast; 1 else" },
	{ "severity", 0, OPT_TEXT, offsetof(struct opts, severity), "WORD",
	  "how bad it is; the worst else" },
	{ "at", 0, OPT_TEXT, offsetof(struct opts, at), "TIME", "not now but then" },
	{ "here", 0, OPT_FLAG, offsetof(struct opts, here), NULL,
	  "ask no target: nothing but this machine" },
	{ "limit", 0, OPT_TEXT, offsetof(struct opts, limit), "TIME",
	  "so long may each take that is asked; 10s else" },
	{ "within", 0, OPT_TEXT, offsetof(struct opts, within), "TIME",
	  "what becomes due so soon counts, too: 14d" },
	{ "test", 0, OPT_TEXT, offsetof(struct opts, test), "CHANNEL",
	  "send a test message, after asking" },
	{ "send", 0, OPT_TEXT, offsetof(struct opts, send), "CHANNEL",
	  "send standard input, after asking" },
	{ "to", 0, OPT_TEXT, offsetof(struct opts, to), "ADDRESS",
	  "to whom, where the channel carries" },
	{ "subject", 0, OPT_TEXT, offsetof(struct opts, subject), "TEXT",
	  "with --send; its first line else" },
	{ "yes", 0, OPT_FLAG, offsetof(struct opts, yes), NULL, "send without asking" },
	{ "follow", 'f', OPT_FLAG, offsetof(struct opts, follow), NULL,
	  "go on until it is closed" },
	{ "outputs", 0, OPT_FLAG, offsetof(struct opts, outputs), NULL,
	  "what the commands printed, too" },
	{ "real", 0, OPT_FLAG, offsetof(struct opts, real), NULL, "a drill is refused" },
	{ "heads", 0, OPT_TEXT, offsetof(struct opts, heads_file), "FILE",
	  "heads that were kept elsewhere (also BLACKSTART_HEADS)" },
	{ "terminal", 't', OPT_FLAG, offsetof(struct opts, terminal), NULL,
	  "give the command a terminal of its own" },
	{ "shell", 0, OPT_FLAG, offsetof(struct opts, shell), NULL,
	  "a shell, each line of which is on record before it runs" },
	{ "in", 0, OPT_TEXT, offsetof(struct opts, in), "ENVIRONMENT",
	  "where it destroys, by name" },
	{ "key", 'k', OPT_TEXT, offsetof(struct opts, key), "FILE",
	  "an ssh key (also BLACKSTART_KEY); the agent's else" },
	{ "code", 0, OPT_FLAG, offsetof(struct opts, code), NULL,
	  "a one-time code, asked for, not a key" },
	{ "refuse", 0, OPT_TEXT, offsetof(struct opts, refuse), "REASON", "say no, and why" },
	{ "step", 0, OPT_TEXT, offsetof(struct opts, step), "STEP", "which one, of several" },
	{ "for", 0, OPT_TEXT, offsetof(struct opts, for_whom), "NAME", "whose they are" },
	{ "count", 0, OPT_TEXT, offsetof(struct opts, count), "N", "how many; 10 else" },
	{ "until", 0, OPT_TEXT, offsetof(struct opts, until), "TIME",
	  "a time, or how long from now" },
	{ "permit", 0, OPT_TEXT, offsetof(struct opts, permit), "FILE",
	  "a signed word that it may run without a person" },
	{ "effect", 0, OPT_TEXT, offsetof(struct opts, effect), "WORD",
	  "read, change, or destroy, which it is else" },
	{ "target", 0, OPT_TEXT, offsetof(struct opts, target), "NAME",
	  "what it destroys; else what the first probe must read" },
	{ "signers", 0, OPT_TEXT, offsetof(struct opts, signers), "FILE",
	  "who may sign (ssh-keygen's allowed signers)" },
	{ "format", 0, OPT_TEXT, offsetof(struct opts, format), "WORD",
	  "md, html, json, csv, asciicast; md else" },
	{ "after-action", 0, OPT_FLAG, offsetof(struct opts, after_action), NULL,
	  "with objectives, and what people fill in" },
	{ "owner", 0, OPT_TEXT, offsetof(struct opts, owner), "NAME",
	  "who sees to what is to be improved; the runbook's owner else" },
	{ "due", 0, OPT_TEXT, offsetof(struct opts, due), "DATE",
	  "until when; the runbook's next review else" },
	{ "patch", 0, OPT_FLAG, offsetof(struct opts, patch), NULL,
	  "what was noted and changed, as a diff of the runbook" },
	{ "unmask", 0, OPT_FLAG, offsetof(struct opts, unmask), NULL,
	  "numbers and addresses of people as they are" },
	{ "zone", 0, OPT_TEXT, offsetof(struct opts, zone), "ZONE",
	  "the time there beside UTC: Europe/Madrid" },
	{ "scenario", 0, OPT_TEXT, offsetof(struct opts, scenario), "FILE",
	  "of a drill: what answers in place of the world" },
	{ "lab", 0, OPT_FLAG, offsetof(struct opts, lab), NULL,
	  "of a drill: the commands are run, against a lab" },
	{ "seed", 0, OPT_TEXT, offsetof(struct opts, seed), "N",
	  "of a drill: decides what is left to chance; the scenario's else" },
	{ "pace", 0, OPT_TEXT, offsetof(struct opts, pace), "N",
	  "of a drill: so many times as fast; `true`: as it was" },
	{ "bundle", 0, OPT_TEXT, offsetof(struct opts, bundle), "FILE",
	  "a bundle, not the record" },
	{ "head", 0, OPT_LIST, offsetof(struct opts, heads), "HASH[@RUN:SEQ]",
	  "a head kept elsewhere, that must be in it" },
	{ "script", 0, OPT_FLAG, offsetof(struct opts, script), NULL,
	  "print the script that checks bundles" },
	{ "from", 0, OPT_TEXT, offsetof(struct opts, from), "TIME",
	  "not before: 2026-11-22T03:00Z, or how long ago: 2h" },
	{ "since", 0, OPT_TEXT, offsetof(struct opts, since), "TIME", "the same as --from" },
	{ "person", 0, OPT_TEXT, offsetof(struct opts, person), "NAME", "done by this person" },
	{ "kind", 0, OPT_LIST, offsetof(struct opts, kinds), "KIND",
	  "of this kind: step, refused, guard, …; several times" },
	{ "environment", 0, OPT_TEXT, offsetof(struct opts, environment), "NAME",
	  "that name this environment" },
	{ "text", 0, OPT_TEXT, offsetof(struct opts, text), "TEXT", "that say this" },
	{ "output", 0, OPT_TEXT, offsetof(struct opts, output), "TEXT",
	  "where a command printed this; redact: all that this one printed, by its token" },
	{ "older", 0, OPT_TEXT, offsetof(struct opts, older), "TIME",
	  "of runs that were closed so long ago: 400d" },
	{ "text-from", 0, OPT_TEXT, offsetof(struct opts, text_from), "FILE",
	  "where this stands, in any form; - reads standard input" },
	{ "note", 0, OPT_TEXT, offsetof(struct opts, note), "TEXT", "a remark that goes with it" },
	{ "name", 0, OPT_TEXT, offsetof(struct opts, name), "NAME",
	  "what it is called on record; else as it is called there" },
	{ "stream", 0, OPT_TEXT, offsetof(struct opts, stream), "WORD",
	  "out, err or tty; else the one that there is" },
	{ "all", 0, OPT_FLAG, offsetof(struct opts, all), NULL, "of all runs" },
	{ "reverse", 0, OPT_FLAG, offsetof(struct opts, reverse), NULL, "the newest first" },
	{ "local", 0, OPT_FLAG, offsetof(struct opts, local), NULL,
	  "the time of this place beside UTC" },
	{ "after", 0, OPT_TEXT, offsetof(struct opts, after), "ID",
	  "that arrived after this one" },
	{ "cursor", 0, OPT_TEXT, offsetof(struct opts, cursor), "FILE",
	  "go on where FILE says, and keep there how far it went" },
	{ "csv", 0, OPT_FLAG, offsetof(struct opts, csv), NULL, "print CSV" },
	{ "octets", 0, OPT_FLAG, offsetof(struct opts, octets), NULL,
	  "rfc5424: each with its length before it" },
	{ "pen", 0, OPT_TEXT, offsetof(struct opts, pen), "NUMBER",
	  "rfc5424: your enterprise number; adds row@NUMBER" },
	{ "json", 0, OPT_FLAG, offsetof(struct opts, json), NULL, "print JSON" },
	{ "journal", 0, OPT_TEXT, offsetof(struct opts, journal), "FILE",
	  "the record (also BLACKSTART_JOURNAL)" },
	{ "help", 'h', OPT_FLAG, offsetof(struct opts, help), NULL, "all about this verb" },
};

/* What a word means to one verb alone, in the place of the row of that name above. */
static const struct {
	const char *verb;
	struct opt opt;
} own[] = {
	{ "log",
	  { "to", 0, OPT_TEXT, offsetof(struct opts, before), "TIME", "before this time" } },
	{ "log",
	  { "step", 0, OPT_TEXT, offsetof(struct opts, step), "STEP",
	  "of this step: its id, or its key" } },
	{ "log",
	  { "limit", 0, OPT_TEXT, offsetof(struct opts, limit), "N", "at most so many" } },
	{ "replay",
	  { "at", 0, OPT_TEXT, offsetof(struct opts, at), "TIME",
	  "begin there: 1:23:45 or 90s since it was opened, or 2026-11-22T03:21Z" } },
	{ "replay",
	  { "step", 0, OPT_TEXT, offsetof(struct opts, step), "STEP",
	  "begin where this one began: its id, number or title" } },
	{ "query",
	  { "within", 0, OPT_TEXT, offsetof(struct opts, within), "TIME",
	  "give up after so long; 1m else" } },
	{ "prune",
	  { "yes", 0, OPT_FLAG, offsetof(struct opts, yes), NULL, "remove without asking" } },
	{ "log",
	  { "format", 0, OPT_TEXT, offsetof(struct opts, format), "WORD",
	  "for a log system: rfc5424, jsonl" } },
};

enum {
	N_OWN = sizeof(own) / sizeof(own[0]),
	N_OPTS = N_OWN + sizeof(table) / sizeof(table[0]),
};

static const struct opt *opt_at(size_t i)
{
	return i < N_OWN ? &own[i].opt : &table[i - N_OWN];
}

/* Whether a verb takes the option. The last two, and only those, go with every verb. */
static bool takes(const struct cli_verb *v, size_t at)
{
	const struct opt *o = opt_at(at);
	size_t n = strlen(o->name);

	if (at >= N_OPTS - 2)
		return true;
	if (at < N_OWN && strcmp(own[at].verb, v->name) != 0)
		return false;
	for (size_t i = 0; at >= N_OWN && i < N_OWN; i++)
		if (strcmp(own[i].verb, v->name) == 0 && strcmp(own[i].opt.name, o->name) == 0)
			return false;
	for (const char *s = v->takes; (s = strstr(s, o->name)); s += n)
		if ((s == v->takes || s[-1] == ' ') && (s[n] == ' ' || s[n] == '\0'))
			return true;
	return false;
}

static const struct opt *find(const struct cli_verb *v, const char *name, size_t n, char letter)
{
	for (size_t i = 0; i < N_OPTS; i++) {
		const struct opt *o = opt_at(i);

		if (!takes(v, i))
			continue;
		if (letter ? o->letter == letter
			   : strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	}
	return NULL;
}

static int unknown(const struct cli_verb *v, const char *arg, struct err *err)
{
	const char *names[N_OPTS], *near;
	size_t n = 0;

	for (size_t i = 0; i < N_OPTS; i++)
		if (takes(v, i))
			names[n++] = opt_at(i)->name;
	near = arg[0] == '-' && arg[1] == '-' ? str_nearest(arg + 2, names, n) : NULL;
	if (near)
		return err_set(err, ERR_USAGE, "%s takes no %s; did you mean --%s?", v->name, arg,
			       near);
	return err_set(err, ERR_USAGE, "%s takes no %s", v->name, arg);
}

static void set(struct opts *o, const struct opt *opt, const char *value)
{
	char *at = (char *)o + opt->at;
	struct opt_list *l;

	switch (opt->kind) {
	case OPT_FLAG:
		*(bool *)(void *)at = true;
		break;
	case OPT_TEXT:
		*(const char **)(void *)at = value;
		break;
	case OPT_LIST:
		l = (struct opt_list *)(void *)at;
		l->v = mem_grow(l->v, l->n + 1, sizeof(*l->v));
		l->v[l->n++] = value;
		break;
	}
}

/* One option at argv[i]; returns the index of the last word it took, or -1. */
static int read_one(const struct cli_verb *v, int argc, char **argv, int i, struct opts *o,
		    struct err *err)
{
	const char *arg = argv[i], *eq = NULL, *value = NULL;
	const struct opt *opt;

	if (arg[1] == '-') {
		eq = strchr(arg, '=');
		opt = find(v, arg + 2, eq ? (size_t)(eq - arg) - 2 : strlen(arg + 2), 0);
		value = eq ? eq + 1 : NULL;
	} else {
		opt = find(v, NULL, 0, arg[1]);
		value = arg[2] ? arg + 2 : NULL;
	}
	if (!opt)
		return unknown(v, arg, err), -1;
	if (opt->kind == OPT_FLAG) {
		if (value)
			return err_set(err, ERR_USAGE, "%s takes no value", arg), -1;
	} else if (!value) {
		if (i + 1 >= argc)
			return err_set(err, ERR_USAGE, "%s wants %s", arg, opt->arg), -1;
		value = argv[++i];
	}
	set(o, opt, value);
	return i;
}

int opts_read(const struct cli_verb *v, int argc, char **argv, struct opts *o, char **args,
	      struct err *err)
{
	int n = 0;

	o->dash = -1;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			o->dash = n;
			while (++i < argc)
				args[n++] = argv[i];
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			args[n++] = argv[i];
		else if ((i = read_one(v, argc, argv, i, o, err)) < 0)
			return -1;
	}
	return n;
}

void opts_release(struct opts *o)
{
	free(o->params.v);
	free(o->secrets.v);
	free(o->heads.v);
	free(o->kinds.v);
}

void opts_help(struct buf *out, const struct cli_verb *v)
{
	for (size_t i = 0; i < N_OPTS; i++) {
		const struct opt *o = opt_at(i);
		struct buf left = BUF_INIT;

		if (!takes(v, i))
			continue;
		if (o->letter)
			buf_addf(&left, "-%c, ", o->letter);
		buf_addf(&left, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		buf_addf(out, "  %-24s %s\n", buf_str(&left), o->help);
		buf_release(&left);
	}
}

void opts_names(struct buf *out, const struct cli_verb *v)
{
	for (size_t i = 0; i < N_OPTS; i++)
		if (takes(v, i))
			buf_addf(out, "%s--%s", out->len ? " " : "", opt_at(i)->name);
}
