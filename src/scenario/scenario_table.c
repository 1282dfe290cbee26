/* The scenario format as tables: keys, types, what lint finds. */
#include "scenario_table.h"

#include "limits.h"
#include "scenarioint.h"

#define N FORMAT_N
#define AT FORMAT_AT
#define AT2 FORMAT_AT2
#define TITLE .max = LIMIT_TITLE_BYTES
#define NAME .max = LIMIT_ITEM_BYTES
#define OUTPUT .max = LIMIT_SCALAR_BYTES
#define ANY_TIME .max = LIMIT_DURATION_MS

enum { MANY = 1000000, FASTEST = 1000 };

#define SEED_MAX 9007199254740991 /* whole in every reader of YAML */

static const struct format_key file[] = {
	{ "scenario", FT_VERSION, .flags = FK_REQUIRED,
	  .doc = "the version of this format: 1" },
	{ "title", FT_LINE, AT(scenario, title), .flags = FK_REQUIRED, TITLE,
	  .doc = "what is drilled" },
	{ "about", ST_TEXT, AT(scenario, about), .max = LIMIT_NOTE_BYTES,
	  .doc = "for the facilitator: what happened, what is to be learnt" },
	{ "runbook", FT_PATH, AT(scenario, runbook), .flags = FK_REQUIRED, .max = 4000,
	  .doc = "the runbook that is walked" },
	{ "happened", ST_MOMENT, AT(scenario, happened),
	  .doc = "when it happened: what its outputs take for the beginning of the drill. Times in "
		 "them that are written `2026-11-22T02:14:07Z` are moved along with it" },
	{ "params", ST_GIVEN, AT2(scenario, params, n_params), .max = LIMIT_SCALAR_BYTES,
	  .most = SCENARIO_PARAMS,
	  .doc = "what the runbook's parameters are, where `-p` does not say it" },
	{ "seed", FT_COUNT, AT(scenario, seed), .max = SEED_MAX, .otherwise = 1,
	  .doc = "decides what is left to chance; the same one gives the same drill" },
	{ "pace", ST_PACE, AT(scenario, pace), .min = 1, .max = FASTEST,
	  .otherwise = SCENARIO_REAL_PACE,
	  .doc = "`true`: what took five minutes takes five; `10`: ten times as fast" },
	{ "answers", FT_PARTS, AT2(scenario, answers, n_answers), .most = SCENARIO_ANSWERS,
	  .part = STABLE_ANSWER, .doc = "what commands come to" },
	{ "replies", FT_PARTS, AT2(scenario, contacts, n_contacts), .most = SCENARIO_REPLIES,
	  .part = STABLE_CONTACT, .doc = "who replies" },
	{ "injects", FT_PARTS, AT2(scenario, injects, n_injects), .most = SCENARIO_INJECTS,
	  .part = STABLE_INJECT, .doc = "what comes in between" },
	{ "objectives", FT_PARTS, AT2(scenario, objectives, n_objectives),
	  .most = SCENARIO_OBJECTIVES, .part = STABLE_OBJECTIVE, .doc = "what is scored" },
};

#define WHICH(type) \
	{ "step", FT_LINE, AT(type, step), .flags = FK_REQUIRED, NAME, \
	  .doc = "id of a step of the runbook" }, \
	{ "item", FT_LINE, AT(type, item), .max = LIMIT_NOTE_BYTES, \
	  .doc = "of its `each`; of one inside another, as the key of the step has them: `a@b`; " \
		 "all of them else" }, \
	{ "purpose", ST_PURPOSE, AT(type, purpose), .otherwise = PURPOSE_MAIN, \
	  .doc = "which command of the step; `main` else" }

#define OUTCOME \
	{ "output", ST_TEXT, AT(scenario_answer, output), OUTPUT, \
	  .doc = "its standard output; nothing else" }, \
	{ "output_file", FT_PATH, AT(scenario_answer, output_file), .max = 4000, \
	  .doc = "a file that has it" }, \
	{ "stderr", ST_TEXT, AT(scenario_answer, errors), OUTPUT, .doc = "its standard error" }, \
	{ "exit", FT_COUNT, AT(scenario_answer, exit), .max = 255, .doc = "its status; 0 else" }, \
	{ "signal", ST_SIGNAL, AT(scenario_answer, signal), \
	  .doc = "instead, what ends it: `TERM`, or a number" }, \
	{ "took", FT_DURATION, AT(scenario_answer, took_ms), ANY_TIME, \
	  .doc = "how long it runs, at true pace; no time else" }, \
	{ "progress", FT_PARTS, AT2(scenario_answer, progress, n_progress), \
	  .most = SCENARIO_PROGRESS, .part = STABLE_PROGRESS, \
	  .doc = "lines that it shows while it runs; they are no part of `output`" }

static const struct format_key answer[] = {
	WHICH(scenario_answer),
	{ "owes", FT_LINE, AT(scenario_answer, owes), NAME,
	  .doc = "with `purpose: settle`: which of the things that the step owes; all else" },
	{ "command", ST_TEXT, AT(scenario_answer, command), .flags = FK_SHELL, OUTPUT,
	  .doc = "only where exactly this would run; what the operator changed is answered by "
		 "nothing else" },
	{ "attempt", FT_COUNT, AT(scenario_answer, attempt), .min = 1, .max = MANY,
	  .doc = "the how manieth such command of the step; else all that no answer names" },
	OUTCOME,
};

static const struct format_key outcome[] = { OUTCOME };

static const struct format_key progress[] = {
	{ "at", FT_DURATION, AT(scenario_progress, at_ms), .flags = FK_REQUIRED, ANY_TIME,
	  .doc = "so long after it began" },
	{ "text", FT_LINE, AT(scenario_progress, text), .flags = FK_REQUIRED,
	  .max = LIMIT_REASON_BYTES, .doc = "the line" },
};

static const struct format_key contact[] = {
	{ "who", FT_LINE, AT(scenario_contact, who), .flags = FK_REQUIRED, NAME,
	  .doc = "id of a person or a channel of the runbook's contacts" },
	{ "attempt", FT_COUNT, AT(scenario_contact, attempt), .min = 1, .max = MANY,
	  .doc = "the how manieth try to reach them; else all that no other names" },
	{ "reply", ST_REPLY, AT(scenario_contact, reply), .flags = FK_REQUIRED,
	  .doc = "what comes of it" },
	{ "after", FT_DURATION, AT(scenario_contact, after_ms), ANY_TIME,
	  .doc = "so long after the try; at once else" },
	{ "says", ST_TEXT, AT(scenario_contact, says), .max = LIMIT_REASON_BYTES,
	  .doc = "what they say" },
};

static const struct format_key inject[] = {
	{ "id", FT_LINE, AT(scenario_inject, id), .flags = FK_REQUIRED, .max = LIMIT_ID_BYTES,
	  .doc = "its name on record" },
	{ "at", FT_DURATION, AT(scenario_inject, at_ms), ANY_TIME, .otherwise = -1,
	  .doc = "so long after the drill began" },
	{ "until", FT_DURATION, AT(scenario_inject, until_ms), ANY_TIME, .otherwise = -1,
	  .doc = "with `at`: at a moment between the two, by the seed" },
	{ "after", FT_LINE, AT(scenario_inject, after), NAME,
	  .doc = "when this step has ended, however it did" },
	{ "when", FT_PART, AT(scenario_inject, when), .part = STABLE_WHEN,
	  .doc = "when a step comes to stand so" },
	{ "later", FT_DURATION, AT(scenario_inject, later_ms), ANY_TIME,
	  .doc = "so long after `after` or `when`" },
	{ "chance", ST_SHARE, AT(scenario_inject, chance), .max = 100, .otherwise = 100,
	  .doc = "in so many of a hundred drills, by the seed; always else" },
	{ "show", ST_TEXT, AT(scenario_inject, show), .max = LIMIT_NOTE_BYTES,
	  .doc = "information that the operator is shown" },
	{ "silent", ST_NAMES, AT2(scenario_inject, silent, n_silent), NAME,
	  .most = SCENARIO_REPLIES,
	  .doc = "people or channels that do not answer from then on" },
	{ "fails", FT_PART, AT(scenario_inject, fails), .part = STABLE_FAILS,
	  .doc = "a command breaks off" },
	{ "flaps", FT_PART, AT(scenario_inject, flaps), .part = STABLE_CHANGE,
	  .doc = "from then on a command is answered by these in turn, again and again" },
	{ "wrong", FT_PART, AT(scenario_inject, wrong), .part = STABLE_CHANGE,
	  .doc = "the plan was wrong: from then on a command is answered by these, the last one "
		 "again and again" },
	{ "network", FT_PART, AT(scenario_inject, network), .part = STABLE_NETWORK,
	  .doc = "the network goes: commands that start fail" },
	{ "expect", ST_TEXT, AT(scenario_inject, expect), .max = LIMIT_REASON_BYTES,
	  .doc = "for the facilitator: what should be done about it" },
};

static const struct format_key when[] = {
	{ "step", FT_LINE, AT(scenario_when, step), .flags = FK_REQUIRED, NAME,
	  .doc = "id of a step of the runbook" },
	{ "is", ST_IS, AT(scenario_when, is), .flags = FK_REQUIRED,
	  .doc = "`ended`: done, failed or skipped" },
};

static const struct format_key fails[] = {
	WHICH(scenario_fails),
	{ "at", ST_SHARE, AT(scenario_fails, share), .max = 100, .otherwise = 60,
	  .doc = "at this part of its time, with this part of its output; 60% else" },
	{ "times", FT_COUNT, AT(scenario_fails, times), .min = 1, .max = MANY, .otherwise = 1,
	  .doc = "so many commands; one else" },
	{ "exit", FT_COUNT, AT(scenario_fails, exit), .min = 1, .max = 255, .otherwise = 1,
	  .doc = "its status; 1 else" },
	{ "signal", ST_SIGNAL, AT(scenario_fails, signal), .doc = "instead, what ends it" },
	{ "stderr", ST_TEXT, AT(scenario_fails, errors), OUTPUT, .doc = "its standard error" },
};

static const struct format_key change[] = {
	WHICH(scenario_change),
	{ "answers", FT_PARTS, AT2(scenario_change, answers, n_answers), .flags = FK_REQUIRED,
	  .most = SCENARIO_PROGRESS, .part = STABLE_OUTCOME, .doc = "one after the other" },
};

static const struct format_key network[] = {
	{ "lasts", FT_DURATION, AT(scenario_network, lasts_ms), .flags = FK_REQUIRED, .min = 1,
	  ANY_TIME, .doc = "for so long" },
	{ "steps", ST_NAMES, AT2(scenario_network, steps, n_steps), NAME, .most = LIMIT_STEPS,
	  .doc = "ids of the steps whose commands need it; all else" },
	{ "stderr", ST_TEXT, AT(scenario_network, errors), OUTPUT,
	  .doc = "what they say; `Network is unreachable` else" },
	{ "exit", FT_COUNT, AT(scenario_network, exit), .min = 1, .max = 255, .otherwise = 255,
	  .doc = "their status; 255, as ssh has it, else" },
	{ "took", FT_DURATION, AT(scenario_network, took_ms), ANY_TIME,
	  .doc = "how long it takes them to find out; no time else" },
};

static const struct format_key objective[] = {
	{ "id", FT_LINE, AT(scenario_objective, id), .flags = FK_REQUIRED, .max = LIMIT_ID_BYTES,
	  .doc = "its name in scores" },
	{ "title", FT_LINE, AT(scenario_objective, title), TITLE, .doc = "in words" },
	{ "measure", ST_MEASURE, AT(scenario_objective, measure), .flags = FK_REQUIRED,
	  .doc = "what is looked at" },
	{ "step", FT_LINE, AT(scenario_objective, step), NAME,
	  .doc = "of `step-done`; of `decision`: the step that decides, the first else" },
	{ "within", FT_DURATION, AT(scenario_objective, within_ms), .min = 1, ANY_TIME,
	  .doc = "met up to here; `recovery` and `restore-point` take the runbook's `rto` and "
		 "`rpo` else" },
	{ "late", FT_DURATION, AT(scenario_objective, late_ms), .min = 1, ANY_TIME,
	  .doc = "late up to here, then missed; twice `within` else" },
	{ "at_most", FT_COUNT, AT(scenario_objective, at_most), .max = MANY,
	  .doc = "of `wrong-turns` and `help`: so many are fine; none else" },
};

#define TABLE(word, type, list) .name = word, .size = sizeof(struct type), .placed = true, \
				.place = offsetof(struct type, at), .keys = list, .n = N(list)

static const struct format_table tables[STABLE_MAX] = {
	[STABLE_FILE] = { TABLE("file", scenario, file), .title = "The file", .intro = "" },
	[STABLE_ANSWER] = { TABLE("answer", scenario_answer, answer),
			    .extra = "\"not\":{\"anyOf\":[{\"required\":[\"output\","
				     "\"output_file\"]},{\"required\":[\"exit\",\"signal\"]}]}",
			    .title = "What a command comes to: `answers`",
			    .intro = "Of several that fit, the one counts that names the command, "
				     "then the item, then what is owed, then the attempt. "
				     "Where none fits, the command is not covered: "
				     "nobody knows what it came to." },
	[STABLE_OUTCOME] = { TABLE("outcome", scenario_answer, outcome),
			     .title = "An answer of `flaps` and `wrong`", .intro = "" },
	[STABLE_PROGRESS] = { .name = "line", .size = sizeof(struct scenario_progress),
			      .keys = progress, .n = N(progress),
			      .title = "A line of `progress`", .intro = "In order of time." },
	[STABLE_CONTACT] = { TABLE("reply", scenario_contact, contact),
			     .title = "Who replies: `replies`", .intro = "" },
	[STABLE_INJECT] = { TABLE("inject", scenario_inject, inject),
			    .title = "What comes in between: `injects`",
			    .intro = "With one of `at`, `after` and `when`; without any, only when "
				     "the facilitator delivers it. One inject may do several "
				     "things." },
	[STABLE_WHEN] = { TABLE("when", scenario_when, when), .title = "`when`", .intro = "" },
	[STABLE_FAILS] = { TABLE("fails", scenario_fails, fails), .title = "`fails`",
			   .intro = "" },
	[STABLE_CHANGE] = { TABLE("change", scenario_change, change),
			    .title = "`flaps` and `wrong`", .intro = "" },
	[STABLE_NETWORK] = { TABLE("network", scenario_network, network), .title = "`network`",
			     .intro = "" },
	[STABLE_OBJECTIVE] = { TABLE("objective", scenario_objective, objective),
			       .title = "What is scored: `objectives`", .intro = "" },
};

static const char *const replies[] = { "answered", "joined", "refused", "no-answer", "voicemail",
				       "wrong", "not-working", NULL };
static const char *const stands[] = { "started", "done", "failed", "skipped", "deferred", "ended",
				      NULL };
static const char *const measures[] = { "first-contact", "decision", "recovery", "restore-point",
					"step-done", "guard", "wrong-turns", "help", NULL };

/* Messages go elsewhere, what is typed by hand nowhere. */
static const char *purpose_word(int i)
{
	if (i == PURPOSE_EXEC || i == PURPOSE_SEND || i == PURPOSE_TELL)
		return "";
	return i < PURPOSE_MAX ? word_of(WORDS_PURPOSE, i) : NULL;
}

const char *scenario_word_name(int w)
{
	return w >= 0 && w < SCENARIO_WORDS ? replies[w] : "?";
}

const char *scenario_is_name(int i)
{
	return i >= 0 && i < SCENARIO_STANDS ? stands[i] : "?";
}

const char *scenario_measure_name(int m)
{
	return m >= 0 && m < SCENARIO_MEASURES ? measures[m] : "?";
}

#define DURATION \
	"{\"type\":[\"string\",\"integer\"],\"pattern\":\"^0$|" \
	"^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}"

static const struct format_def defs[] = { { "duration", DURATION, 0 } };

static const struct format_type types[ST_MAX] = {
	[ST_TEXT] = { "text", "{\"type\":[\"string\",\"number\",\"boolean\"]}", format_read_text,
		      .flags = FTYPE_TEXT | FTYPE_MAY_BE_EMPTY },
	[ST_SHARE] = { "percent, such as `60%`",
		       "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[0-9]{1,3}%?$\"}",
		       scenario_share, .flags = FTYPE_LONG },
	[ST_PACE] = { "`true` or a whole number",
		      "{\"anyOf\":[{\"const\":true},{\"type\":\"integer\",\"minimum\":1,"
		      "\"maximum\":1000}]}", scenario_pace, .flags = FTYPE_LONG },
	[ST_SIGNAL] = { "signal", "{\"type\":[\"string\",\"integer\"]}", scenario_signal,
			.flags = FTYPE_INT },
	[ST_MOMENT] = { "time in UTC, such as `2026-11-22T02:14:07Z`",
			"{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}T"
			"[0-9]{2}:[0-9]{2}:[0-9]{2}Z$\"}", scenario_moment, .flags = FTYPE_LONG },
	[ST_GIVEN] = { "a mapping of names to values",
		       "{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\","
		       "\"number\",\"boolean\"]}}", scenario_given },
	[ST_PURPOSE] = { NULL, NULL, format_read_word, .word = purpose_word,
			 .flags = FTYPE_INT },
	[ST_REPLY] = { NULL, NULL, format_read_word, replies, .flags = FTYPE_INT },
	[ST_IS] = { NULL, NULL, format_read_word, stands, .flags = FTYPE_INT },
	[ST_MEASURE] = { NULL, NULL, format_read_word, measures, .flags = FTYPE_INT },
	[ST_NAMES] = { "name or list of names", FORMAT_ONE_OR_LIST(FORMAT_REF("text")),
		       format_read_lines },
};

#define E SEV_ERROR
#define W SEV_WARNING

static const struct format_rule rules[SRULE_MAX] = {
	FORMAT_RULES,
	[FR_VERSION] = { "format-version", E,
			    "`scenario:` is missing or another version than 1" },
	[FR_EMPTY] = { "empty", E, "a key without a value, an empty list" },
	[FR_COMMENT] = { "comment-in-text", E,
			 "a YAML comment behind a command that may belong to it" },
	[FR_TWICE] = { "named-twice", W, "the same name twice in a list" },
	[SRULE_TWICE] = { "twice", E, "two of one name, two answers to the same command" },
	[SRULE_FILE] = { "output-file", E, "a file of output that cannot be read" },
	[SRULE_NOTHING] = { "does-nothing", E, "an inject that changes nothing" },
	[SRULE_NEVER] = { "never-due", E, "an inject that can never be due" },
	[SRULE_PROGRESS] = { "progress-order", E,
			     "lines of progress out of order, or after the end" },
	[SRULE_PARAM] = { "unknown-param", E,
			  "a parameter that the runbook does not have, a secret one, or one of "
			  "another type" },
	[SRULE_STEP] = { "unknown-step", E, "a step that the runbook does not have" },
	[SRULE_ITEM] = { "unknown-item", E, "an item that the step's `each` does not have" },
	[SRULE_NO_COMMAND] = { "no-such-command", E, "the step runs no command of that purpose" },
	[SRULE_PERSON] = { "unknown-person", E, "nobody of the runbook's contacts" },
	[SRULE_NO_TARGET] = { "no-target", E,
			      "an objective without a bound, where the runbook has none either" },
	[SRULE_UNCOVERED] = { "uncovered", W, "a command that no answer covers" },
	[SRULE_UNREAD] = { "output-unread", W,
			   "an output that the step cannot read as the type it wants" },
	[SRULE_SILENCE] = { "nobody-replies", W,
			    "a contact step of whose people none is said to reply" },
};

const struct format scenario_format = {
	.name = "scenario", .tables = tables, .n_tables = STABLE_MAX, .types = types,
	.rules = rules, .n_rules = SRULE_MAX, .defs = defs, .n_defs = N(defs),
	.max = LIMIT_SCALAR_BYTES,
};
