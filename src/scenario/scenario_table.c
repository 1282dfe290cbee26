/* The scenario format. */
#include "scenario_table.h"

#include "limits.h"
#include "scenario.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AT(type, member) .at = offsetof(struct type, member)
#define AT2(type, member, count) AT(type, member), .at_n = offsetof(struct type, count)
#define TITLE .max = LIMIT_TITLE_BYTES
#define NAME .max = LIMIT_ITEM_BYTES
#define OUTPUT .max = LIMIT_SCALAR_BYTES
#define ANY_TIME .max = LIMIT_DURATION_MS

enum { MANY = 1000000, FASTEST = 1000 };

#define SEED_MAX 9007199254740991 /* whole in every reader of YAML */

static const struct skey file[] = {
	{ "scenario", ST_VERSION, .doc = "the version of this format: 1" },
	{ "title", ST_LINE, AT(scenario, title), .flags = SK_REQUIRED, TITLE,
	  .doc = "what is drilled" },
	{ "about", ST_TEXT, AT(scenario, about), .max = LIMIT_NOTE_BYTES,
	  .doc = "for the facilitator: what happened, what is to be learnt" },
	{ "runbook", ST_PATH, AT(scenario, runbook), .flags = SK_REQUIRED, .max = 4000,
	  .doc = "the runbook that is walked" },
	{ "seed", ST_INT, AT(scenario, seed), .max = SEED_MAX, .otherwise = 1,
	  .doc = "decides what is left to chance; the same one gives the same drill" },
	{ "pace", ST_PACE, AT(scenario, pace), .min = 1, .max = FASTEST,
	  .otherwise = SCENARIO_REAL_PACE,
	  .doc = "`true`: what took five minutes takes five; `10`: ten times as fast" },
	{ "answers", ST_PARTS, AT2(scenario, answers, n_answers), .max = SCENARIO_ANSWERS,
	  .part = STABLE_ANSWER, .doc = "what commands come to" },
	{ "replies", ST_PARTS, AT2(scenario, contacts, n_contacts), .max = SCENARIO_REPLIES,
	  .part = STABLE_CONTACT, .doc = "who replies" },
	{ "injects", ST_PARTS, AT2(scenario, injects, n_injects), .max = SCENARIO_INJECTS,
	  .part = STABLE_INJECT, .doc = "what comes in between" },
	{ "objectives", ST_PARTS, AT2(scenario, objectives, n_objectives),
	  .max = SCENARIO_OBJECTIVES, .part = STABLE_OBJECTIVE, .doc = "what is scored" },
};

#define WHICH(type) \
	{ "step", ST_LINE, AT(type, step), .flags = SK_REQUIRED, NAME, \
	  .doc = "id of a step of the runbook" }, \
	{ "item", ST_LINE, AT(type, item), .max = LIMIT_NOTE_BYTES, \
	  .doc = "of its `each`; of one inside another, as the key of the step has them: `a@b`; " \
		 "all of them else" }, \
	{ "purpose", ST_PURPOSE, AT(type, purpose), .otherwise = PURPOSE_MAIN, \
	  .doc = "which command of the step; `main` else" }

#define OUTCOME \
	{ "output", ST_TEXT, AT(scenario_answer, output), OUTPUT, \
	  .doc = "its standard output; nothing else" }, \
	{ "output_file", ST_PATH, AT(scenario_answer, output_file), .max = 4000, \
	  .doc = "a file that has it" }, \
	{ "stderr", ST_TEXT, AT(scenario_answer, errors), OUTPUT, .doc = "its standard error" }, \
	{ "exit", ST_INT, AT(scenario_answer, exit), .max = 255, .doc = "its status; 0 else" }, \
	{ "signal", ST_SIGNAL, AT(scenario_answer, signal), \
	  .doc = "instead, what ends it: `TERM`, or a number" }, \
	{ "took", ST_DURATION, AT(scenario_answer, took_ms), ANY_TIME, \
	  .doc = "how long it runs, at true pace; no time else" }, \
	{ "progress", ST_PARTS, AT2(scenario_answer, progress, n_progress), \
	  .max = SCENARIO_PROGRESS, .part = STABLE_PROGRESS, \
	  .doc = "lines that it shows while it runs; they are no part of `output`" }

static const struct skey answer[] = {
	WHICH(scenario_answer),
	{ "owes", ST_LINE, AT(scenario_answer, owes), NAME,
	  .doc = "with `purpose: settle`: which of the things that the step owes; all else" },
	{ "command", ST_TEXT, AT(scenario_answer, command), .max = LIMIT_SCALAR_BYTES,
	  .doc = "only where exactly this would run; what the operator changed is answered by "
		 "nothing else" },
	{ "attempt", ST_INT, AT(scenario_answer, attempt), .min = 1, .max = MANY,
	  .doc = "the how manieth such command of the step; else all that no answer names" },
	OUTCOME,
};

static const struct skey outcome[] = { OUTCOME };

static const struct skey progress[] = {
	{ "at", ST_DURATION, AT(scenario_progress, at_ms), .flags = SK_REQUIRED, ANY_TIME,
	  .doc = "so long after it began" },
	{ "text", ST_LINE, AT(scenario_progress, text), .flags = SK_REQUIRED,
	  .max = LIMIT_REASON_BYTES, .doc = "the line" },
};

static const struct skey contact[] = {
	{ "who", ST_LINE, AT(scenario_contact, who), .flags = SK_REQUIRED, NAME,
	  .doc = "id of a person or a channel of the runbook's contacts" },
	{ "attempt", ST_INT, AT(scenario_contact, attempt), .min = 1, .max = MANY,
	  .doc = "the how manieth try to reach them; else all that no other names" },
	{ "reply", ST_REPLY, AT(scenario_contact, reply), .flags = SK_REQUIRED,
	  .doc = "what comes of it" },
	{ "after", ST_DURATION, AT(scenario_contact, after_ms), ANY_TIME,
	  .doc = "so long after the try; at once else" },
	{ "says", ST_TEXT, AT(scenario_contact, says), .max = LIMIT_REASON_BYTES,
	  .doc = "what they say" },
};

static const struct skey inject[] = {
	{ "id", ST_LINE, AT(scenario_inject, id), .flags = SK_REQUIRED, .max = LIMIT_ID_BYTES,
	  .doc = "its name on record" },
	{ "at", ST_DURATION, AT(scenario_inject, at_ms), ANY_TIME, .otherwise = -1,
	  .doc = "so long after the drill began" },
	{ "until", ST_DURATION, AT(scenario_inject, until_ms), ANY_TIME, .otherwise = -1,
	  .doc = "with `at`: at a moment between the two, by the seed" },
	{ "after", ST_LINE, AT(scenario_inject, after), NAME,
	  .doc = "when this step has ended, however it did" },
	{ "when", ST_PART, AT(scenario_inject, when), .part = STABLE_WHEN,
	  .doc = "when a step comes to stand so" },
	{ "later", ST_DURATION, AT(scenario_inject, later_ms), ANY_TIME,
	  .doc = "so long after `after` or `when`" },
	{ "chance", ST_SHARE, AT(scenario_inject, chance), .max = 100, .otherwise = 100,
	  .doc = "in so many of a hundred drills, by the seed; always else" },
	{ "show", ST_TEXT, AT(scenario_inject, show), .max = LIMIT_NOTE_BYTES,
	  .doc = "information that the operator is shown" },
	{ "silent", ST_NAMES, AT2(scenario_inject, silent, n_silent), .max = SCENARIO_REPLIES,
	  .doc = "people or channels that do not answer from then on" },
	{ "fails", ST_PART, AT(scenario_inject, fails), .part = STABLE_FAILS,
	  .doc = "a command breaks off" },
	{ "flaps", ST_PART, AT(scenario_inject, flaps), .part = STABLE_CHANGE,
	  .doc = "from then on a command is answered by these in turn, again and again" },
	{ "wrong", ST_PART, AT(scenario_inject, wrong), .part = STABLE_CHANGE,
	  .doc = "the plan was wrong: from then on a command is answered by these, the last one "
		 "again and again" },
	{ "network", ST_PART, AT(scenario_inject, network), .part = STABLE_NETWORK,
	  .doc = "the network goes: commands that start fail" },
	{ "expect", ST_TEXT, AT(scenario_inject, expect), .max = LIMIT_REASON_BYTES,
	  .doc = "for the facilitator: what should be done about it" },
};

static const struct skey when[] = {
	{ "step", ST_LINE, AT(scenario_when, step), .flags = SK_REQUIRED, NAME,
	  .doc = "id of a step of the runbook" },
	{ "is", ST_IS, AT(scenario_when, is), .flags = SK_REQUIRED,
	  .doc = "`ended`: done, failed or skipped" },
};

static const struct skey fails[] = {
	WHICH(scenario_fails),
	{ "at", ST_SHARE, AT(scenario_fails, share), .max = 100, .otherwise = 60,
	  .doc = "at this part of its time, with this part of its output; 60% else" },
	{ "times", ST_INT, AT(scenario_fails, times), .min = 1, .max = MANY, .otherwise = 1,
	  .doc = "so many commands; one else" },
	{ "exit", ST_INT, AT(scenario_fails, exit), .min = 1, .max = 255, .otherwise = 1,
	  .doc = "its status; 1 else" },
	{ "signal", ST_SIGNAL, AT(scenario_fails, signal), .doc = "instead, what ends it" },
	{ "stderr", ST_TEXT, AT(scenario_fails, errors), OUTPUT, .doc = "its standard error" },
};

static const struct skey change[] = {
	WHICH(scenario_change),
	{ "answers", ST_PARTS, AT2(scenario_change, answers, n_answers), .flags = SK_REQUIRED,
	  .max = SCENARIO_PROGRESS, .part = STABLE_OUTCOME, .doc = "one after the other" },
};

static const struct skey network[] = {
	{ "lasts", ST_DURATION, AT(scenario_network, lasts_ms), .flags = SK_REQUIRED, .min = 1,
	  ANY_TIME, .doc = "for so long" },
	{ "steps", ST_NAMES, AT2(scenario_network, steps, n_steps), .max = LIMIT_STEPS,
	  .doc = "ids of the steps whose commands need it; all else" },
	{ "stderr", ST_TEXT, AT(scenario_network, errors), OUTPUT,
	  .doc = "what they say; `Network is unreachable` else" },
	{ "exit", ST_INT, AT(scenario_network, exit), .min = 1, .max = 255, .otherwise = 255,
	  .doc = "their status; 255, as ssh has it, else" },
	{ "took", ST_DURATION, AT(scenario_network, took_ms), ANY_TIME,
	  .doc = "how long it takes them to find out; no time else" },
};

static const struct skey objective[] = {
	{ "id", ST_LINE, AT(scenario_objective, id), .flags = SK_REQUIRED, .max = LIMIT_ID_BYTES,
	  .doc = "its name in scores" },
	{ "title", ST_LINE, AT(scenario_objective, title), TITLE, .doc = "in words" },
	{ "measure", ST_MEASURE, AT(scenario_objective, measure), .flags = SK_REQUIRED,
	  .doc = "what is looked at" },
	{ "step", ST_LINE, AT(scenario_objective, step), NAME,
	  .doc = "of `step-done`; of `decision`: the step that decides, the first else" },
	{ "within", ST_DURATION, AT(scenario_objective, within_ms), .min = 1, ANY_TIME,
	  .doc = "met up to here; `recovery` and `restore-point` take the runbook's `rto` and "
		 "`rpo` else" },
	{ "late", ST_DURATION, AT(scenario_objective, late_ms), .min = 1, ANY_TIME,
	  .doc = "late up to here, then missed; twice `within` else" },
	{ "at_most", ST_INT, AT(scenario_objective, at_most), .max = MANY,
	  .doc = "of `wrong-turns` and `help`: so many are fine; none else" },
};

#define TABLE(word, type, list) .name = word, .size = sizeof(struct type), \
				.at = offsetof(struct type, at), .keys = list, .n = N(list)
#define NO_PLACE ((size_t)-1)

const struct stable scenario_tables[STABLE_MAX] = {
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
			      .at = NO_PLACE, .keys = progress, .n = N(progress),
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

#define LINE "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":1}"

const struct stype_def scenario_types[ST_MAX] = {
	[ST_VERSION] = { "`1`", "{\"const\":1}" },
	[ST_LINE] = { "one line", LINE },
	[ST_TEXT] = { "text", "{\"type\":[\"string\",\"number\",\"boolean\"]}" },
	[ST_PATH] = { "path, from this file", LINE },
	[ST_INT] = { "whole number", NULL },
	[ST_DURATION] = { "duration",
			  "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^0$|"
			  "^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}" },
	[ST_SHARE] = { "percent, such as `60%`",
		       "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[0-9]{1,3}%?$\"}" },
	[ST_PACE] = { "`true` or a whole number",
		      "{\"anyOf\":[{\"const\":true},{\"type\":\"integer\",\"minimum\":1,"
		      "\"maximum\":1000}]}" },
	[ST_SIGNAL] = { "signal", "{\"type\":[\"string\",\"integer\"]}" },
	[ST_PURPOSE] = { NULL, NULL },
	[ST_REPLY] = { NULL, NULL },
	[ST_IS] = { NULL, NULL },
	[ST_MEASURE] = { NULL, NULL },
	[ST_NAMES] = { "name or list of names",
		       "{\"anyOf\":[" LINE ",{\"type\":\"array\",\"minItems\":1,\"items\":" LINE
		       "}]}" },
	[ST_PART] = { "mapping", NULL },
	[ST_PARTS] = { "mapping, or a list of such", NULL },
};

const char *scenario_word_name(int w)
{
	static const char *const words[] = { "answered", "joined", "refused", "no-answer",
					     "voicemail", "wrong", "not-working" };

	return w >= 0 && (size_t)w < N(words) ? words[w] : "?";
}

const char *scenario_is_name(int i)
{
	static const char *const words[] = { "started", "done", "failed", "skipped", "deferred",
					     "ended" };

	return i >= 0 && (size_t)i < N(words) ? words[i] : "?";
}

const char *scenario_measure_name(int m)
{
	static const char *const words[] = { "first-contact", "decision", "recovery",
					     "restore-point", "step-done", "guard", "wrong-turns",
					     "help" };

	return m >= 0 && (size_t)m < N(words) ? words[m] : "?";
}

const char *scenario_type_word(enum stype t, int i)
{
	switch (t) {
	case ST_PURPOSE:
		if (i == PURPOSE_EXEC || i == PURPOSE_SEND || i == PURPOSE_TELL)
			return ""; /* messages go elsewhere, what is typed by hand nowhere */
		return i < PURPOSE_MAX ? word_of(WORDS_PURPOSE, i) : NULL;
	case ST_REPLY:
		return i < SCENARIO_WORDS ? scenario_word_name(i) : NULL;
	case ST_IS:
		return i < SCENARIO_STANDS ? scenario_is_name(i) : NULL;
	case ST_MEASURE:
		return i < SCENARIO_MEASURES ? scenario_measure_name(i) : NULL;
	default:
		return NULL;
	}
}

#define E SEV_ERROR
#define W SEV_WARNING

const struct srule_def scenario_rules[SRULE_MAX] = {
	[SRULE_VERSION] = { "format-version", E,
			    "`scenario:` is missing or another version than 1" },
	[SRULE_SHAPE] = { "shape", E, "a list where a mapping belongs, and the like" },
	[SRULE_UNKNOWN_KEY] = { "unknown-key", E, "a key that the format does not have" },
	[SRULE_MISSING_KEY] = { "missing-key", E, "a key that must be there" },
	[SRULE_EMPTY] = { "empty", E, "a key without a value, an empty list" },
	[SRULE_VALUE] = { "bad-value", E, "a value of another type, or out of its range" },
	[SRULE_LIMIT] = { "limit", E, "over a stated limit" },
	[SRULE_TWICE] = { "twice", E, "two of one name, two answers to the same command" },
	[SRULE_CONTRADICTION] = { "contradiction", E, "keys that exclude each other" },
	[SRULE_FILE] = { "output-file", E, "a file of output that cannot be read" },
	[SRULE_NOTHING] = { "does-nothing", E, "an inject that changes nothing" },
	[SRULE_NEVER] = { "never-due", E, "an inject that can never be due" },
	[SRULE_PROGRESS] = { "progress-order", E,
			     "lines of progress out of order, or after the end" },
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
