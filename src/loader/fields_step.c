/* The table of what a step may say. */
#include "fields.h"

#include "limits.h"

#define K(x) (1u << KIND_##x)
#define WORK (K(DO) | K(RUN) | K(CHECK) | K(WAIT) | K(ASK) | K(HOLD) | K(SETTLE) | K(CONTACT) | \
	      K(ANNOUNCE))
#define DRIVEN (K(RESTORE) | K(REBUILD))
#define GROUPS (K(GROUP) | K(PARALLEL) | K(CALL) | DRIVEN | K(RELEASE))
#define LOGIC (K(CHOOSE) | K(BRANCH) | K(SET) | K(CAUTION) | K(END))
#define ALL (WORK | GROUPS | LOGIC)
#define PROBED (K(CHECK) | K(WAIT))
#define COMMANDS (K(DO) | K(RUN) | K(ASK) | PROBED)

#define AT(member) .at = offsetof(struct draft, member)
#define AT2(member, count) AT(member), .at_n = offsetof(struct draft, count)
#define IS(x) .flags = KEY_KIND | KEY_REQUIRED, .kinds = K(x), .kind = KIND_##x
#define IS_SHELL(x) .flags = KEY_KIND | KEY_REQUIRED | KEY_SHELL, .kinds = K(x), .kind = KIND_##x
#define TEXT_BEFORE .ref = REF_TEXT, .phase = PHASE_BEFORE
#define LINE_BYTES .max = LIMIT_TITLE_BYTES

static const struct format_key keys[] = {
	/* which kind */
	{ "do", TYPE_PLACED, AT(step.text), IS(DO), TEXT_BEFORE,
	  .doc = "an instruction; the operator does it and says so" },
	{ "run", TYPE_COMMAND, AT(step.text), IS_SHELL(RUN), .ref = REF_COMMAND,
	  .phase = PHASE_BEFORE, .doc = "a command of the shell, shown before it starts" },
	{ "check", TYPE_CONDITION, AT(step.text),
	  .flags = KEY_KIND | KEY_REQUIRED | KEY_SHELL | KEY_EXIT,
	  .kinds = K(CHECK), .kind = KIND_CHECK, .ref = REF_CONDITION, .phase = PHASE_AFTER,
	  .doc = "a condition that must hold now" },
	{ "wait", TYPE_WAIT, AT(step.text), .flags = KEY_KIND | KEY_REQUIRED | KEY_SHELL | KEY_EXIT,
	  .kinds = K(WAIT), .kind = KIND_WAIT, .phase = PHASE_AFTER,
	  .doc = "a condition to wait for, or a time: `5m`" },
	{ "ask", TYPE_PLACED, AT(step.text), IS(ASK), TEXT_BEFORE,
	  .doc = "a question; the answer goes `into` a value" },
	{ "choose", TYPE_PLACED, AT(step.text), IS(CHOOSE), TEXT_BEFORE,
	  .doc = "a decision of the operator between `options`" },
	{ "branch", TYPE_WAYS, IS(BRANCH), .doc = "ways with conditions, of which one is true" },
	{ "hold", TYPE_PLACED, AT(step.text), IS(HOLD), TEXT_BEFORE,
	  .doc = "a hold point: something to read before going on" },
	{ "contact", TYPE_LINE, AT(step.ladder), IS(CONTACT), LINE_BYTES,
	  .doc = "a ladder of contacts.yaml: its people and channels are tried, rung after rung" },
	{ "announce", TYPE_LINE, AT(form), IS(ANNOUNCE), LINE_BYTES,
	  .doc = "a ladder of contacts.yaml whose channels are told, each kind of news in one "
		 "form; it becomes a `contact`" },
	{ "restore", TYPE_LINE, AT(form), IS(RESTORE), LINE_BYTES,
	  .doc = "volumes put back from their restore points, by the volume driver named" },
	{ "rebuild", TYPE_LINE, AT(form), IS(REBUILD), LINE_BYTES,
	  .doc = "a cluster built up again, by the cluster driver named" },
	{ "release", TYPE_LINE, AT(form), IS(RELEASE), LINE_BYTES,
	  .doc = "the old data that the `restore` step with this id kept: keep it or release it" },
	{ "call", TYPE_PATH, AT(call), IS(CALL),
	  .doc = "another runbook, by its path from this one" },
	{ "settle", TYPE_NAME, AT(step.settles), IS(SETTLE),
	  .doc = "what is owed under this name is paid; `all`: everything owed" },
	{ "set", TYPE_SETS, IS(SET), .doc = "values worked out from others" },
	{ "caution", TYPE_PLACED, AT(step.text), IS(CAUTION), TEXT_BEFORE,
	  .doc = "a note, shown while its `when` holds" },
	{ "end", TYPE_PLACED, AT(step.text), IS(END), TEXT_BEFORE,
	  .doc = "the verdict; the run is over, of a called runbook the call" },
	{ "steps", TYPE_STEPS, AT2(step.children, step.n_children), IS(GROUP),
	  .doc = "steps one after the other" },
	{ "parallel", TYPE_STEPS, AT2(step.children, step.n_children), IS(PARALLEL),
	  .doc = "steps side by side" },

	/* every step */
	{ "id", TYPE_ID, AT(step.id), .kinds = ALL, .max = LIMIT_ID_BYTES,
	  .doc = "a name for `goto`; unique in the file" },
	{ "title", TYPE_LINE, AT(step.title), .kinds = ALL, LINE_BYTES, TEXT_BEFORE,
	  .doc = "what the step is for; made from its text where it is missing" },
	{ "why", TYPE_TEXT, AT(step.why), .kinds = ALL, TEXT_BEFORE,
	  .doc = "the reason, for whoever wonders at 03:00" },
	{ "when", TYPE_CONDITION, AT(step.when), .kinds = ALL, .flags = KEY_SHELL,
	  .ref = REF_CONDITION, .phase = PHASE_WHEN,
	  .doc = "only when this is true; unknown stops and asks" },

	/* what it does to the world */
	{ "effect", TYPE_EFFECT, AT(step.effect), .kinds = WORK & ~(K(CONTACT) | K(ANNOUNCE)),
	  .doc = "`read` starts by itself, `change` on Enter, `destroy` on the typed target" },
	{ "target", TYPE_PLACED, AT(step.target),
	  .kinds = (WORK & ~K(ANNOUNCE)) | K(GROUP) | DRIVEN, TEXT_BEFORE,
	  LINE_BYTES,
	  .flags = KEY_ACTS,
	  .doc = "the name to be typed before it destroys; with `each`, once for all items" },
	{ "warn", TYPE_TEXT, AT(step.warn), .kinds = WORK | GROUPS | K(CHOOSE), TEXT_BEFORE,
	  .doc = "a caution, shown before the action it guards" },
	{ "role", TYPE_LINE, AT(step.role), .kinds = WORK | GROUPS | K(CHOOSE), LINE_BYTES,
	  TEXT_BEFORE, .doc = "who does it" },
	{ "takes", TYPE_DURATION, AT(step.takes_ms), .kinds = WORK | GROUPS | K(CHOOSE),
	  .doc = "how long it usually takes; being late is shown" },

	/* how it is judged */
	{ "expect", TYPE_CONDITION, AT(step.expect), .kinds = K(RUN),
	  .flags = KEY_SHELL | KEY_EXIT, .ref = REF_CONDITION, .phase = PHASE_AFTER,
	  .doc = "what its own result must satisfy" },
	{ "verify", TYPE_VERIFY, AT(verify),
	  .kinds = K(DO) | K(RUN) | K(ASK) | K(HOLD) | K(SETTLE) | DRIVEN,
	  .doc = "a second look that must come out true before the step counts as done" },
	{ "if_not", TYPE_TEXT, AT(step.if_not), .kinds = WORK | GROUPS, .flags = KEY_SHELL,
	  .ref = REF_TEXT, .phase = PHASE_LAST, .doc = "what the operator does when it is not so" },
	{ "no_way_back", TYPE_TEXT, AT(step.no_way_back), .kinds = K(DO) | K(RUN) | K(SETTLE),
	  TEXT_BEFORE, .flags = KEY_SHELL,
	  .doc = "of what destroys and has no `undo`: what cannot be got back, and why that is "
		 "accepted" },
	{ "shows_state", TYPE_COMMAND, AT(step.shows_state), .kinds = K(RUN) | K(SETTLE) | K(GROUP),
	  .flags = KEY_SHELL, .ref = REF_COMMAND, .phase = PHASE_BEFORE,
	  .doc = "of what destroys: a command that says what is there (how much, last written); "
		 "shown where its name is asked for" },
	{ "exit_ok", TYPE_EXIT_OK, AT2(step.exit_ok, step.n_exit_ok), .kinds = K(RUN),
	  .doc = "the exit statuses that count as success; 0 alone where it is missing" },
	{ "on_fail", TYPE_ON_FAIL, AT(step.on_fail), .kinds = WORK | GROUPS | K(SET),
	  .doc = "what then: `ask`, `stop`, `continue`, `retry` or `{goto: ID}`" },
	{ "retry", TYPE_RETRY, AT(step.retry_times), .kinds = K(RUN),
	  .doc = "further tries before `on_fail`" },
	{ "idempotent", TYPE_BOOL, AT(step.idempotent), .kinds = K(RUN),
	  .doc = "running it twice is as good as once; needed to retry a change" },
	{ "timeout", TYPE_DURATION, AT(step.timeout_ms),
	  .kinds = K(RUN) | K(ASK) | PROBED | DRIVEN,
	  .doc = "the command is stopped after it; `run` has none, one look of a probe 10s" },

	/* what it leaves */
	{ "capture", TYPE_CAPTURES, AT2(step.captures, step.n_captures), .kinds = K(RUN) | PROBED,
	  .doc = "values taken from what the command printed" },
	{ "undo", TYPE_COMMAND, AT(step.undo), .kinds = K(DO) | K(RUN), .flags = KEY_SHELL,
	  .ref = REF_COMMAND, .phase = PHASE_LAST,
	  .doc = "the command offered when the run is rolled back, newest first" },
	{ "owes", TYPE_OWES, AT2(step.owes, step.n_owes), .kinds = K(RUN),
	  .doc = "what must be brought back: \"still down\" until a `settle` pays it" },
	{ "produces", TYPE_PRODUCES, AT2(step.produces, step.n_produces), .kinds = K(RUN),
	  .doc = "files it makes; their digests are frozen" },
	{ "uses", TYPE_NAMES, AT2(step.uses, step.n_uses),
	  .kinds = K(DO) | K(RUN) | K(HOLD) | PROBED,
	  .ref = REF_ARTEFACT, .phase = PHASE_BEFORE,
	  .doc = "files of earlier steps; it refuses to start when one was altered" },
	{ "leaves", TYPE_LEAVES, AT(step.leaves_processes), .kinds = K(RUN),
	  .doc = "`processes`: what it leaves running is meant to stay" },

	/* how commands run */
	{ "env", TYPE_ENV, AT2(step.uses_env, step.n_uses_env), .kinds = COMMANDS, TEXT_BEFORE,
	  .flags = KEY_ACTS, .doc = "further environment variables of its commands" },
	{ "secret", TYPE_NAMES, AT2(step.secrets, step.n_secrets),
	  .kinds = (COMMANDS & ~K(ASK)) | DRIVEN, .ref = REF_NAME, .phase = PHASE_BEFORE,
	  .doc = "secret values that its commands are given" },
	{ "host", TYPE_LINE, AT(step.host), .kinds = COMMANDS, LINE_BYTES, TEXT_BEFORE,
	  .flags = KEY_ACTS,
	  .doc = "its commands run there, over ssh" },
	{ "terminal", TYPE_BOOL, AT(step.terminal), .kinds = K(RUN),
	  .doc = "true: a terminal of its own; false: pipes" },
	{ "record_input", TYPE_BOOL, AT(step.record_input), .kinds = K(RUN),
	  .doc = "what is typed into its terminal is recorded too" },

	/* check, wait */
	{ "probe", TYPE_COMMAND, AT(probe.run), .kinds = PROBED, .flags = KEY_SHELL,
	  .ref = REF_COMMAND, .phase = PHASE_BEFORE,
	  .doc = "the command whose result is looked at" },
	{ "repair", TYPE_COMMAND, AT(step.repair), .kinds = K(CHECK), .flags = KEY_SHELL,
	  .ref = REF_COMMAND, .phase = PHASE_AFTER,
	  .doc = "a command offered when the condition does not hold" },
	{ "every", TYPE_DURATION, AT(probe.every_ms), .kinds = K(WAIT), .min = 100,
	  .doc = "time between two looks; 5s where it is missing" },
	{ "within", TYPE_DURATION, AT(probe.within_ms), .kinds = K(WAIT) | K(REBUILD),
	  .doc = "it must have come true by then; required with a condition" },
	{ "stays", TYPE_DURATION, AT(probe.stays_ms), .kinds = K(WAIT) | K(REBUILD),
	  .doc = "true at every look during that time; one that is not starts it anew" },

	/* ask, do */
	{ "into", TYPE_VALUE_NAME, AT(into), .kinds = K(ASK), .flags = KEY_REQUIRED,
	  .doc = "the value that takes the answer" },
	{ "as", TYPE_VALUE_TYPE, AT(ask.type), .kinds = K(ASK), .doc = "its type; `text` else" },
	{ "one_of", TYPE_VALUES, AT2(ask.one_of, ask.n_one_of), .kinds = K(ASK),
	  .doc = "the answers to choose from" },
	{ "min", TYPE_RAW, AT(ask.min), .kinds = K(ASK), .doc = "the smallest answer" },
	{ "max", TYPE_RAW, AT(ask.max), .kinds = K(ASK), .doc = "the largest answer" },
	{ "match", TYPE_RAW, AT(ask.match), .kinds = K(ASK),
	  .doc = "a regular expression (POSIX extended) for the whole answer" },
	{ "default", TYPE_RAW, AT(ask.otherwise), .kinds = K(ASK), .doc = "the answer proposed" },
	{ "secret", TYPE_BOOL, AT(ask.secret), .kinds = K(ASK),
	  .doc = "true: typed without echo, never on record" },
	{ "lines_of", TYPE_COMMAND, AT(lines_of), .kinds = K(ASK), .flags = KEY_SHELL,
	  .ref = REF_COMMAND, .phase = PHASE_BEFORE,
	  .doc = "a command; the answer is one line of its output" },
	{ "from", TYPE_VALUE_NAME, AT(step.from), .kinds = K(ASK), .ref = REF_NAME,
	  .phase = PHASE_BEFORE,
	  .doc = "a list or a map; the answer is one of its items, or of its keys" },
	{ "returns", TYPE_FIELDS, AT2(step.fields, step.n_fields), .kinds = K(DO),
	  .doc = "what the operator types or chooses when it is done" },

	/* choose, hold, call, end */
	{ "options", TYPE_OPTIONS, .kinds = K(CHOOSE), .flags = KEY_REQUIRED,
	  .doc = "the ways to choose from" },
	{ "shows", TYPE_NAME, AT(step.shows), .kinds = K(HOLD), .ref = REF_ARTEFACT,
	  .phase = PHASE_BEFORE, .doc = "the file or value to be read" },
	{ "with", TYPE_NAMED, AT2(step.args, step.n_args), .kinds = K(CALL) | DRIVEN, TEXT_BEFORE,
	  .flags = KEY_ACTS, .doc = "its parameters" },
	{ "returns", TYPE_RESULTS, AT2(step.results, step.n_results), .kinds = K(CALL),
	  .doc = "our name for a value of the called runbook: its name there" },
	{ "success", TYPE_BOOL, AT(step.success), .kinds = K(END), .doc = "false: the run failed" },

	/* groups */
	{ "each", TYPE_EACH, AT(step.each_name), .kinds = K(GROUP),
	  .doc = "once for each item: `{name: [items]}`, or the name of a list, or of a map and "
		 "its keys" },
	{ "at_once", TYPE_INT, AT(step.at_once), .kinds = K(GROUP) | DRIVEN, .min = 1,
	  .max = LIMIT_RUNNING,
	  .doc = "so many items side by side; 1 where it is missing" },
	{ "order", TYPE_ORDER, AT(step.any_order), .kinds = K(GROUP),
	  .doc = "`any`: the operator takes them as they come" },
	{ "always", TYPE_ALWAYS, AT2(step.always, step.n_always), .kinds = K(GROUP) | K(PARALLEL),
	  .doc = "steps at the end of the group, whatever became of it" },

	/* contact */
	{ "message", TYPE_MESSAGE, AT(step.message), .kinds = K(CONTACT), .flags = KEY_REQUIRED |
	  KEY_ACTS, TEXT_BEFORE,
	  .doc = "what they are told; it is shown filled in before anything goes out" },
	{ "subject", TYPE_PLACED, AT(step.subject), .kinds = K(CONTACT), LINE_BYTES, TEXT_BEFORE,
	  .flags = KEY_ACTS, .doc = "the subject of mails; the step's title else" },
	{ "until", TYPE_UNTIL, AT(step.until), .kinds = K(CONTACT),
	  .doc = "what is enough: a message was taken, somebody answered (so where it is "
		 "missing), somebody joined" },
	{ "meanwhile", TYPE_MEANWHILE, AT(step.goes_on), .kinds = K(CONTACT) | K(ANNOUNCE),
	  .doc = "`go on`: the walk continues while the ladder is climbed" },
	{ "status", TYPE_STATUS, AT(step.announces), .kinds = K(CONTACT) | K(ANNOUNCE),
	  .doc = "it announces that something is so far; updates are due until it is completed" },
	{ "cadence", TYPE_DURATION, AT(step.cadence_ms), .kinds = K(CONTACT) | K(ANNOUNCE),
	  .doc = "with `status`: more is told so often; the file's `cadence` else" },
	{ "what", TYPE_PLACED, AT(what), .kinds = K(ANNOUNCE), LINE_BYTES, TEXT_BEFORE,
	  .flags = KEY_REQUIRED | KEY_ACTS, .doc = "what it is, in one line: the subject" },
	{ "for", TYPE_PLACED, AT(lasts), .kinds = K(ANNOUNCE), LINE_BYTES, TEXT_BEFORE,
	  .flags = KEY_ACTS,
	  .doc = "how long it is expected to take, a duration or `${name}` of one; twice of it is "
		 "announced" },
	{ "begins", TYPE_PLACED, AT(begins), .kinds = K(ANNOUNCE), LINE_BYTES, TEXT_BEFORE,
	  .flags = KEY_ACTS, .doc = "with `status: scheduled`: when" },
	{ "details", TYPE_PLACED, AT(details), .kinds = K(ANNOUNCE), TEXT_BEFORE,
	  .flags = KEY_ACTS, .doc = "what they are told beside" },
	{ "severity", TYPE_NAME, AT(step.severity), .kinds = K(CONTACT) | K(ANNOUNCE),
	  .ref = REF_NAME, .phase = PHASE_BEFORE,
	  .doc = "the value that says how bad it is; the one called `severity` else" },

	/* restore, rebuild */
	{ "volumes", TYPE_VOLUMES, .kinds = K(RESTORE), .flags = KEY_REQUIRED,
	  .doc = "which volumes, by name, and where each is" },
	{ "point", TYPE_POINT, .kinds = K(RESTORE),
	  .doc = "`ask` (where it is missing); `latest`; or a set's label, time or name" },
	{ "safety", TYPE_SAFETY, .kinds = K(RESTORE),
	  .doc = "only to do without the copy of the present state, with the reason" },
	{ "members", TYPE_MEMBERS, .kinds = K(REBUILD), .flags = KEY_REQUIRED,
	  .doc = "the members in their order, and the address of each" },
	{ "size", TYPE_SIZE, .kinds = K(REBUILD), .flags = KEY_REQUIRED,
	  .doc = "how many members there must be: a value that was captured or asked" },
	{ "action", TYPE_ACTION, .kinds = K(REBUILD), .doc = "`rebuild` where it is missing" },
	{ "member", TYPE_MEMBER, .kinds = K(REBUILD), .doc = "`add`, `remove`: which one" },
	{ "first", TYPE_MEMBER, .kinds = K(REBUILD),
	  .doc = "the member that starts alone; the first of `members` where it is missing" },
};

const struct format_table fields_step = {
	.name = "step", .title = "Steps",
	.intro = "A step has exactly one of the keys that say its kind, which come first.",
	.keys = keys, .n = FORMAT_N(keys),
};

_Static_assert(FORMAT_N(keys) <= DRAFT_KEYS, "DRAFT_KEYS is too small");

uint32_t fields_kinds(void)
{
	return ALL;
}
