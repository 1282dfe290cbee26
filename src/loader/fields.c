/* The other tables, and how each type is written. */
#include "fields.h"

#include "diag.h"
#include "limits.h"

#define N FORMAT_N
#define EVERY UINT32_MAX

/* --- tables ---------------------------------------------------------------------------------- */

#define AT(member) .kinds = EVERY, .at = offsetof(struct runbook, member)
#define AT2(member, count) AT(member), .at_n = offsetof(struct runbook, count)

static const struct format_key book[] = {
	{ "blackstart", TYPE_VERSION, .kinds = EVERY, .flags = KEY_REQUIRED,
	  .doc = "the version of this format: 1" },
	{ "title", TYPE_LINE, AT(title), .flags = KEY_REQUIRED, .max = LIMIT_TITLE_BYTES,
	  .doc = "what the runbook is for" },
	{ "about", TYPE_TEXT, AT(about), .doc = "what it does, what is lost, how long it takes" },
	{ "owner", TYPE_LINE, AT(owner), .max = LIMIT_TITLE_BYTES, .doc = "who keeps it true" },
	{ "reviewed", TYPE_DATE, AT(reviewed), .doc = "when somebody last read it through" },
	{ "review_in", TYPE_DURATION, AT(review_in_ms), .doc = "it must be read again after that" },
	{ "drill_every", TYPE_DURATION, AT(drill_every_ms),
	  .doc = "it must be drilled that often" },
	{ "objectives", TYPE_OBJECTIVES, .kinds = EVERY,
	  .doc = "what the run is measured against" },
	{ "triggers", TYPE_TRIGGERS, AT2(triggers, n_triggers),
	  .doc = "alerts and error texts that it treats; `find` looks here" },
	{ "needs", TYPE_WORDS, AT2(needs, n_needs), .doc = "programs that must be there" },
	{ "contacts", TYPE_LINE, AT(contacts), .max = LIMIT_TITLE_BYTES,
	  .doc = "the file with ladders and people, by its path from this one" },
	{ "cadence", TYPE_DURATION, AT(cadence_ms), .min = 60000,
	  .doc = "how often those are told more who were told by an announcement, until it is "
		 "completed" },
	{ "environment", TYPE_LINE, AT(environment), .max = LIMIT_TITLE_BYTES,
	  .doc = "what it acts on; its name is what `destroy` steps ask for" },
	{ "params", TYPE_PARAMS, AT2(params, n_params),
	  .doc = "values given or asked at the start" },
	{ "steps", TYPE_STEPS, AT2(steps, n_steps), .flags = KEY_REQUIRED,
	  .doc = "the procedure" },
};

#undef AT
#undef AT2
#define AT(member) .kinds = EVERY, .at = offsetof(struct draft, member)
#define AT2(member, count) AT(member), .at_n = offsetof(struct draft, count)
#define WAY_OUT \
	{ "steps", TYPE_STEPS, AT2(step.children, step.n_children), \
	  .doc = "the steps of this way" }, \
	{ "goto", TYPE_GOTO, AT(goto_id), .doc = "instead of steps: the id of a later step" }, \
	{ "id", TYPE_ID, AT(step.id), .max = LIMIT_ID_BYTES, .doc = "a name for answers" }

static const struct format_key option[] = {
	{ "title", TYPE_LINE, AT(step.title), .flags = KEY_REQUIRED, .max = LIMIT_TITLE_BYTES,
	  .ref = REF_TEXT, .phase = PHASE_BEFORE, .doc = "what the operator chooses" },
	{ "consequence", TYPE_TEXT, AT(step.consequence), .ref = REF_TEXT, .phase = PHASE_BEFORE,
	  .doc = "what follows from it" },
	WAY_OUT,
};

static const struct format_key way[] = {
	{ "when", TYPE_CONDITION, AT(step.when), .flags = KEY_SHELL, .ref = REF_CONDITION,
	  .phase = PHASE_WHEN, .doc = "this way, when it is true" },
	{ "otherwise", TYPE_TRUE, AT(step.otherwise), .doc = "`true`: this way, when no other is" },
	{ "title", TYPE_LINE, AT(step.title), .max = LIMIT_TITLE_BYTES, .ref = REF_TEXT,
	  .phase = PHASE_BEFORE, .doc = "what this way means" },
	WAY_OUT,
};

#undef AT
#undef AT2
#define BOTH (FOR_PARAM | FOR_RETURN)
#define AT(member) .at = offsetof(struct field, member)

static const struct format_key field[] = {
	{ "ask", TYPE_LINE, AT(prompt), .kinds = FOR_PARAM, .max = LIMIT_TITLE_BYTES,
	  .doc = "the question" },
	{ "prompt", TYPE_LINE, AT(prompt), .kinds = FOR_RETURN, .max = LIMIT_TITLE_BYTES,
	  .doc = "the question" },
	{ "as", TYPE_VALUE_TYPE, AT(type), .kinds = BOTH, .doc = "the type; `text` else" },
	{ "one_of", TYPE_VALUES, AT(one_of), .at_n = offsetof(struct field, n_one_of),
	  .kinds = BOTH, .doc = "the answers to choose from" },
	{ "default", TYPE_RAW, AT(otherwise), .kinds = BOTH, .doc = "the answer proposed" },
	{ "min", TYPE_RAW, AT(min), .kinds = BOTH, .doc = "the smallest answer" },
	{ "max", TYPE_RAW, AT(max), .kinds = BOTH, .doc = "the largest answer" },
	{ "match", TYPE_RAW, AT(match), .kinds = BOTH,
	  .doc = "a regular expression (POSIX extended) for the whole answer" },
	{ "secret", TYPE_BOOL, AT(secret), .kinds = BOTH,
	  .doc = "true: never shown, never on record" },
	{ "from", TYPE_FROM, AT(from_file), .kinds = FOR_PARAM,
	  .doc = "where a secret is; it is asked for else" },
};

static const struct format_key from[] = {
	{ "file", TYPE_LINE, AT(from_file), .kinds = EVERY,
	  .doc = "in this file, seen from the runbook's folder" },
	{ "env", TYPE_LINE, AT(from_env), .kinds = EVERY, .max = LIMIT_ID_BYTES,
	  .doc = "in this variable of whoever starts the run" },
	{ "command", TYPE_LINE, AT(from_command), .kinds = EVERY, .flags = KEY_SHELL,
	  .doc = "this command prints it; run in the runbook's folder before the run begins" },
};

#undef AT
#define AT(type, member) .kinds = EVERY, .at = offsetof(struct type, member)

static const struct format_key capture[] = {
	{ "jq", TYPE_RAW, AT(capture, pattern),
	  .doc = "a jq program over the JSON that was printed" },
	{ "match", TYPE_RAW, AT(capture, pattern),
	  .doc = "a regular expression (POSIX extended) with one group" },
	{ "as", TYPE_VALUE_TYPE, AT(capture, type), .doc = "the type; `text` else" },
	{ "secret", TYPE_BOOL, AT(capture, secret), .doc = "true: never shown, never on record" },
};

static const struct format_key probe[] = {
	{ "run", TYPE_COMMAND, AT(probe, run), .flags = KEY_SHELL | KEY_REQUIRED,
	  .ref = REF_COMMAND, .phase = PHASE_VERIFY,
	  .doc = "the command whose result is looked at" },
	{ "capture", TYPE_CAPTURES, AT(probe, captures),
	  .at_n = offsetof(struct probe, n_captures),
	  .doc = "values taken from what it printed" },
	{ "expect", TYPE_CONDITION, AT(probe, expect), .flags = KEY_SHELL | KEY_EXIT,
	  .ref = REF_CONDITION, .phase = PHASE_VERIFIED,
	  .doc = "what must be true; exit status 0 where it is missing" },
	{ "every", TYPE_DURATION, AT(probe, every_ms), .min = 100,
	  .doc = "time between two looks; 5s where it is missing" },
	{ "within", TYPE_DURATION, AT(probe, within_ms),
	  .doc = "how long it may take to come true" },
	{ "stays", TYPE_DURATION, AT(probe, stays_ms),
	  .doc = "true at every look during that time; one that is not starts it anew" },
	{ "timeout", TYPE_DURATION, AT(probe, timeout_ms), .doc = "of one look; 10s else" },
};

static const struct format_key retry[] = {
	{ "times", TYPE_INT, AT(step, retry_times), .flags = KEY_REQUIRED, .min = 1, .max = 1000,
	  .doc = "tries after the first" },
	{ "every", TYPE_DURATION, AT(step, retry_every_ms), .min = 100,
	  .doc = "time between two tries; 5s where it is missing" },
};

static const struct format_key owed[] = {
	{ "run", TYPE_COMMAND, AT(owed_def, command), .flags = KEY_SHELL | KEY_REQUIRED,
	  .ref = REF_COMMAND, .phase = PHASE_LAST, .doc = "the command that brings it back" },
	{ "safe_any_time", TYPE_BOOL, AT(owed_def, safe_any_time),
	  .doc = "true: it may be paid without being asked after a failure or an abort" },
};

static const struct format_key set[] = {
	{ "to", TYPE_PLACED, AT(derived, to), .flags = KEY_REQUIRED | KEY_SHELL,
	  .doc = "the expression" },
	{ "as", TYPE_VALUE_TYPE, AT(derived, as), .doc = "the type; that of the expression else" },
};

static const struct format_key objectives[] = {
	{ "rto", TYPE_DURATION, AT(runbook, rto_ms), .doc = "time to recover" },
	{ "rpo", TYPE_DURATION, AT(runbook, rpo_ms), .doc = "age that restored data may have" },
};

static const struct format_key trigger[] = {
	{ "alert", TYPE_LINE, AT(trigger, alert), .max = LIMIT_TITLE_BYTES,
	  .doc = "the name of an alert" },
	{ "text", TYPE_LINE, AT(trigger, text), .max = LIMIT_TITLE_BYTES,
	  .doc = "a piece of an error message" },
};

static const struct format_key jump[] = {
	{ "goto", TYPE_GOTO, AT(draft, step.fail_goto), .flags = KEY_REQUIRED,
	  .doc = "the id of a later step" },
};

#define ONE_OF(a, b) "{\"oneOf\":[{\"required\":[\"" a "\"]},{\"required\":[\"" b "\"]}]}"

const struct format_table fields_tables[TABLE_MAX] = {
	[TABLE_BOOK] = { "runbook", NULL, NULL, "The file", "", book, N(book) },
	[TABLE_OPTION] = { "option", "\"allOf\":[" ONE_OF("steps", "goto") "]", NULL,
			   "An option of `choose`", "One of `steps` and `goto`.", option,
			   N(option) },
	[TABLE_WAY] = { "way",
			"\"allOf\":[" ONE_OF("steps", "goto") "," ONE_OF("when", "otherwise") "]",
			NULL, "A way of `branch`",
			"One of `when` and `otherwise`, one of `steps` and `goto`.", way, N(way) },
	[TABLE_FIELD] = { "field", NULL, NULL, "A question: `params`, `returns` of `do`",
			  "A type alone is enough: `{replicas: int}`.", field, N(field) },
	[TABLE_CAPTURE] = { "capture", "\"not\":{\"required\":[\"jq\",\"match\"]}", NULL,
			    "A capture", "A type alone takes the whole output: `{replicas: int}`.",
			    capture, N(capture) },
	[TABLE_PROBE] = { "verify", NULL, NULL, "A second look: `verify`", "", probe, N(probe) },
	[TABLE_RETRY] = { "retry", NULL, NULL, "Tries: `retry`", "", retry, N(retry) },
	[TABLE_OWED] = { "owed", NULL, NULL, "Something owed: `owes`",
			 "A command alone is enough: `{writers: systemctl start app}`.", owed,
			 N(owed) },
	[TABLE_SET] = { "derived", NULL, NULL, "A derived value: `set`",
			"An expression alone is enough.", set, N(set) },
	[TABLE_OBJECTIVES] = { "objectives", NULL, NULL, "Objectives", "", objectives,
			       N(objectives) },
	[TABLE_TRIGGER] = { "trigger", "\"allOf\":[" ONE_OF("alert", "text") "]", NULL,
			    "A trigger", "One of them.", trigger, N(trigger) },
	[TABLE_GOTO] = { "jump", NULL, NULL, "A jump: `on_fail`", "", jump, N(jump) },
	[TABLE_FROM] = { "from", "\"minProperties\":1,\"maxProperties\":1", NULL,
			 "Where a secret is: `from`", "One of them.", from, N(from) },
};

/* --- types ----------------------------------------------------------------------------------- */

#define REF FORMAT_REF
#define LIST FORMAT_SOME
#define ONE_OR_LIST FORMAT_ONE_OR_LIST
#define NAMES FORMAT_NAMED
#define PAIRS "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":" REF("text") "}"
#define EITHER(x, y) "{\"anyOf\":[" x "," y "]}"

static const char *type_word(int i)
{
	return i < VALUE_TYPE_MAX ? value_type_name((enum value_type)i) : NULL;
}

static const char *effect_word(int i)
{
	return i < EFFECT_MAX ? word_of(WORDS_EFFECT, i) : NULL;
}

static const char *const orders[] = { "any", NULL };
static const char *const leaves[] = { "processes", NULL };
static const char *const goals[] = { "told", "answered", "joined", NULL }; /* in their order */
static const char *const statuses[] = { "scheduled", "in progress", "completed", NULL };
static const char *const meanwhiles[] = { "go on", NULL };
static const char *const proofs[] = { "live", "recordings", NULL };
static const char *const actions[] = { "rebuild", "start", "stop", "add", "remove", NULL };

static const struct format_type types[TYPE_MAX] = {
	[TYPE_PLACED] = { "text", REF("text") },
	[TYPE_CONDITION] = { "condition", REF("text") },
	[TYPE_WAIT] = { "condition or duration", REF("text") },
	[TYPE_ID] = { "id", REF("id") },
	[TYPE_VALUE_NAME] = { "name", REF("name") },
	[TYPE_NAME] = { "name", REF("id") },
	[TYPE_PATH] = { "path", REF("text") },
	[TYPE_BOOL] = { "true or false", REF("bool") },
	[TYPE_TRUE] = { "`true`", "{\"enum\":[true,\"true\"]}" },
	[TYPE_EFFECT] = { .word = effect_word },
	[TYPE_ORDER] = { .one_of = orders },
	[TYPE_VALUE_TYPE] = { "type", REF("type"), .word = type_word },
	[TYPE_LEAVES] = { .one_of = leaves },
	[TYPE_RAW] = { "value", REF("text") },
	[TYPE_VALUES] = { "list of values", LIST(REF("text")) },
	[TYPE_NAMES] = { "name or list of names", ONE_OR_LIST(REF("id")) },
	[TYPE_WORDS] = { "word or list of words", ONE_OR_LIST(REF("text")) },
	[TYPE_EXIT_OK] = { "number or list of numbers", ONE_OR_LIST(REF("int")) },
	[TYPE_ON_FAIL] = { "word or `{goto: ID}`",
			   EITHER("{\"enum\":[\"ask\",\"stop\",\"continue\",\"retry\"]}",
				  REF("jump")) },
	[TYPE_FROM] = { "`{file:}`, `{env:}` or `{command:}`", REF("from") },
	[TYPE_RETRY] = { "`{times:, every:}`", REF("retry") },
	[TYPE_EACH] = { "`{name: [items]}` or `{name: value}`",
			"{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,"
			"\"propertyNames\":" REF("name") ",\"additionalProperties\":"
			EITHER(REF("name"), LIST(REF("text"))) "}" },
	[TYPE_GOTO] = { "id", REF("id") },
	[TYPE_CAPTURES] = { "`{name: capture}`", NAMES(EITHER(REF("type"), REF("capture"))) },
	[TYPE_FIELDS] = { "`{name: question}`", NAMES(EITHER(REF("type"), REF("return"))) },
	[TYPE_PARAMS] = { "`{name: question}`",
			  NAMES("{\"anyOf\":[{\"type\":\"null\"}," REF("type") "," REF("param")
				"]}") },
	[TYPE_OWES] = { "`{name: command}`", "{\"type\":\"object\",\"minProperties\":1,"
			"\"propertyNames\":" REF("id") ",\"additionalProperties\":"
			EITHER(REF("text"), REF("owed")) "}" },
	[TYPE_NAMED] = { "`{name: text}`", NAMES(REF("text")) },
	[TYPE_ENV] = { "`{NAME: text}`", "{\"type\":\"object\",\"minProperties\":1,"
		       "\"additionalProperties\":" REF("text") "}" },
	[TYPE_PRODUCES] = { "`{name: path}`", "{\"type\":\"object\",\"minProperties\":1,"
			    "\"propertyNames\":" REF("id") ",\"additionalProperties\":" REF("text")
			    "}" },
	[TYPE_SETS] = { "`{name: expression}`", NAMES(EITHER(REF("text"), REF("derived"))) },
	[TYPE_RESULTS] = { "`{name: name}`", NAMES(REF("name")) },
	[TYPE_VERIFY] = { "`{run:, expect:, …}`", REF("verify") },
	[TYPE_STEPS] = { "list of steps", LIST(REF("step")) },
	[TYPE_ALWAYS] = { "list of steps", LIST(REF("step")) },
	[TYPE_OPTIONS] = { "list of options", LIST(REF("option")) },
	[TYPE_WAYS] = { "list of ways", LIST(REF("way")) },
	[TYPE_MESSAGE] = { "text or `{form: NAME, …}`",
			   EITHER(REF("text"), "{\"type\":\"object\",\"required\":[\"form\"],"
				  "\"additionalProperties\":" REF("text") "}") },
	[TYPE_UNTIL] = { .one_of = goals },
	[TYPE_STATUS] = { .one_of = statuses },
	[TYPE_MEANWHILE] = { .one_of = meanwhiles },
	[TYPE_OBJECTIVES] = { "`{rto:, rpo:}`", REF("objectives") },
	[TYPE_TRIGGERS] = { "list of triggers", LIST(REF("trigger")) },
	[TYPE_DATE] = { "date", "{\"type\":\"string\"}" },
	[TYPE_DRIVER_COMMAND] = { "command or `{run:, timeout:, …}`",
				  EITHER(REF("text"), REF("driver_command")) },
	[TYPE_PROVED] = { .one_of = proofs },
	[TYPE_VOLUMES] = { "`${map}` or `{name: place}`", EITHER(REF("text"), PAIRS) },
	[TYPE_MEMBERS] = { "`${list or map}`, `[names]` or `{name: address}`",
			   EITHER(REF("text"), EITHER(LIST(REF("text")), PAIRS)) },
	[TYPE_POINT] = { "`ask`, `latest` or a text", REF("text") },
	[TYPE_SAFETY] = { "`{waive: reason}`",
			  "{\"type\":\"object\",\"required\":[\"waive\"],\"additionalProperties\":"
			  "false,\"properties\":{\"waive\":" REF("text") "}}" },
	[TYPE_SIZE] = { "`${name}`", REF("text") },
	[TYPE_MEMBER] = { "name of a member", REF("text") },
	[TYPE_ACTION] = { .one_of = actions },
	[TYPE_ANY] = { "anything", "true" },
};

/* --- the whole ------------------------------------------------------------------------------- */

/* Of its own: what may be empty, `yes`, ids with any letter first, names in small letters. */
static const struct format_def defs[] = {
	{ "text", "{\"type\":[\"string\",\"number\",\"boolean\"]}", 0 },
	{ "bool", "{\"enum\":[true,false,\"true\",\"false\",\"yes\",\"no\"]}", 0 },
	{ "int", "{\"type\":[\"integer\",\"string\"],\"pattern\":\"^[0-9]+$\"}", 0 },
	{ "id", "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[A-Za-z0-9_.-]+$\"}", 0 },
	{ "name", "{\"type\":\"string\",\"pattern\":\"^[a-z_][a-z0-9_]*$\"}", 0 },
	{ "type", NULL, TYPE_VALUE_TYPE },
};

const struct format fields_format = {
	.name = "runbook", .tables = fields_tables, .n_tables = TABLE_MAX, .types = types,
	.rules = diag_rules, .n_rules = RULE_MAX, .defs = defs, .n_defs = N(defs),
};
