#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

#define E SEV_ERROR
#define W SEV_WARNING

const struct format_rule diag_rules[RULE_MAX] = {
	[RULE_UNREADABLE] = { "unreadable-file", E, "a file cannot be read" },
	[RULE_ENCODING] = { "encoding", E, "bytes that are no UTF-8, control characters", true },
	[RULE_YAML] = { "yaml", E, "the text is no YAML; what stands behind is not read", true },
	[RULE_LIMIT] = { "limit", E, "over a stated limit", true },
	[RULE_DOCUMENT] = { "second-document", E, "a second YAML document in the file" },
	[RULE_ANCHOR] = { "anchor", E, "a YAML anchor or alias", true },
	[RULE_TAG] = { "tag", E, "a YAML tag", true },
	[RULE_MERGE] = { "merge-key", E, "a YAML merge key", true },
	[RULE_DUPLICATE_KEY] = { "duplicate-key", E, "a key twice in one mapping", true },
	[RULE_SHAPE] = { "shape", E, "a list where a mapping belongs, and the like", true },
	[RULE_COMMENT] = { "comment-in-text", E,
			   "a YAML comment behind a command or condition that may belong to it",
			   true },

	[RULE_VERSION] = { "format-version", E, "`blackstart: 1` is missing or another" },
	[RULE_NO_STEPS] = { "no-steps", E, "no list of steps: nothing could be walked" },
	[RULE_UNKNOWN_KEY] = { "unknown-key", E, "a key that the language does not have", true },
	[RULE_MISSING_KEY] = { "missing-key", E, "a key that must be there", true },
	[RULE_MISPLACED_KEY] = { "misplaced-key", E,
				 "a key that does not go with this kind of step", true },
	[RULE_NO_KIND] = { "no-kind", E, "a step that does not say what it does", true },
	[RULE_TWO_KINDS] = { "two-kinds", E, "a step that does two things", true },
	[RULE_CONTRADICTION] = { "contradiction", E, "keys that exclude each other", true },
	[RULE_EMPTY] = { "empty", E, "a key without a value, an empty list", true },
	[RULE_VALUE] = { "bad-value", E, "a value of another type, or out of its range", true },
	[RULE_DATE] = { "bad-date", E, "`reviewed` is no date" },
	[RULE_NAME] = { "bad-name", E,
			"a name that no value, artefact or owed thing can have", true },
	[RULE_ID] = { "bad-id", E, "an id that cannot be one" },
	[RULE_DUPLICATE_ID] = { "duplicate-id", E, "two steps with one id" },
	[RULE_PATTERN] = { "bad-pattern", E,
			   "a jq program or regular expression that does not compile", true },
	[RULE_DEFAULT] = { "bad-default", E, "a default that its own checks refuse", true },
	[RULE_HIDDEN] = { "hidden-character", W,
			  "characters that a terminal obeys or that hide what is written" },

	[RULE_MISSING_FILE] = { "missing-file", E, "a file that is named and not there", true },
	[RULE_MISSING_SCRIPT] = { "missing-script", E,
				  "a command starts with ./ or ../ and the file is not there" },
	[RULE_UNKNOWN_STEP] = { "unknown-step", E, "goto to a step that does not exist", true },
	[RULE_BACKWARDS] = { "goto-backwards", E,
			     "goto to a step that does not come later", true },
	[RULE_LEAVES_PARALLEL] = { "goto-out-of-parallel", E,
				   "goto out of steps that run side by side, in any order, or "
				   "always", true },
	[RULE_UNREACHABLE] = { "unreachable", W, "steps that no way leads to" },
	[RULE_UNKNOWN_VALUE] = { "unknown-value", E, "a name that no value has", true },
	[RULE_TYPE_CONFLICT] = { "type-conflict", E,
				 "one name for values of two types", true },
	[RULE_BEFORE_SET] = { "used-before-set", E, "a value is used before it is captured", true },
	[RULE_TEXT_BEFORE_SET] = { "used-before-set", E,
				   "a text shows a value before it is captured" },
	[RULE_MAYBE_UNSET] = { "maybe-unset", W,
			       "a value is captured on some ways here only" },
	[RULE_NEVER_USED] = { "never-used", W, "captured, and used nowhere" },
	[RULE_CONDITION] = { "bad-condition", E,
			     "a condition that does not compile or whose types do not fit", true },
	[RULE_CONSTANT] = { "constant-condition", W,
			    "a condition that no value can change" },
	[RULE_TEMPLATE] = { "bad-template", E, "a ${...} that names nothing" },
	[RULE_BRACES] = { "braces-in-command", E, "${name} of ours in a command", true },
	[RULE_SECRET_SHOWN] = { "secret-shown", E, "a secret in a text that people read" },
	[RULE_SECRET_NOT_GIVEN] = { "secret-not-given", E,
				    "a command uses a secret that its step does not list", true },
	[RULE_ARTEFACT] = { "unknown-artefact", E, "a file that no earlier step produces", true },
	[RULE_LADDER] = { "unknown-contact", E,
			  "a ladder that contacts.yaml does not have" },
	[RULE_ENVIRONMENT] = { "unknown-environment", E,
			       "an environment that environments.yaml does not have" },
	[RULE_CYCLE] = { "call-cycle", E, "a runbook that calls itself in the end", true },
	[RULE_ARGUMENT] = { "call-argument", E,
			    "an argument that is missing, unknown or of another type", true },
	[RULE_RESULT] = { "call-result", E,
			  "a result that the called runbook does not have", true },

	[RULE_NO_EFFECT] = { "no-effect", W, "a command that does not say what it does" },
	[RULE_DANGER] = { "looks-destructive", W,
			  "a command that looks destructive, in a step that does not say so" },
	[RULE_RETRY] = { "retry-on-change", E,
			 "a change tried again that is not idempotent", true },
	[RULE_NO_TARGET] = { "destroy-without-target", E,
			     "it destroys, and there is no name to type", true },
	[RULE_NO_ADVICE] = { "destroy-without-if-not", W,
			     "it destroys, and nothing says what to do when it does not come out" },
	[RULE_WAY_BACK] = { "two-ways-back", E,
			    "`no_way_back` of a step that has one, or destroys nothing" },
	[RULE_TERMINAL] = { "terminal-and-capture", E,
			    "output cannot be captured and go to a terminal", true },
	[RULE_NEVER_SETTLED] = { "never-settled", E, "owed, and no later step pays it" },
	[RULE_MAYBE_SETTLED] = { "maybe-not-settled", W,
				 "owed, and paid on some ways only" },
	[RULE_NEVER_OWED] = { "never-owed", E, "settled, and no earlier step owes it" },
	[RULE_END_OWED] = { "end-while-owed", W,
			    "the run can end well with things still owed" },
	[RULE_NO_DRIVER] = { "unknown-driver", E, "a driver that is not found", true },
	[RULE_DRIVER_NAME] = { "driver-name", E,
			       "a driver whose name is not that of its file", true },
	[RULE_DRIVER] = { "bad-driver", E,
			  "a driver with mistakes, or one that does not fit", true },
	[RULE_NOT_PROVED] = { "not-proved-live", W,
			      "a driver that was tried against recordings only" },
	[RULE_UNSAFE] = { "restore-without-safety", E,
			  "a restore without a copy of the present state and without a waiver",
			  true },
	[RULE_NEVER_RELEASED] = { "never-released", W,
				  "old data that a restore keeps, and no `release` of it" },
	[RULE_NOT_KEPT] = { "nothing-kept", E,
			    "a `release` of what no earlier restore keeps", true },
	[RULE_LITERAL_SIZE] = { "literal-size", W,
				"a size written down instead of captured" },
	[RULE_UNUSED_PARAM] = { "unused-param", W,
				"a parameter of a driver that no command of it uses" },
	[RULE_OTHERS_WRITE] = { "others-write", E,
				"a file in a command that everybody on this host can change" },
	[RULE_GROUP_WRITES] = { "group-writes", W,
				"a file that its group can change; one that everybody can "
				"is not read" },
};

bool diag_full(const struct diag *d)
{
	return d->quiet || findings_full(d->f);
}

static bool was_said(const struct diag *d, struct place at, const char *rule, const char *text)
{
	for (size_t i = d->f->first; i < d->f->n; i++) {
		const struct finding *f = &d->f->v[i];
		if (f->at.line == at.line && f->at.col == at.col && str_eq(f->at.file, at.file) &&
		    str_eq(f->rule, rule) && str_eq(f->text, text))
			return true;
	}
	return false;
}

void diag_add(struct diag *d, enum rule rule, struct place at, const char *fmt, ...)
{
	const struct format_rule *def = &diag_rules[rule];
	d->bad |= def->breaks && def->severity == SEV_ERROR;
	d->errors |= def->severity == SEV_ERROR;
	if (d->quiet)
		return;
	if (diag_full(d)) {
		findings_add(d->f, def->severity, at, def->name, NULL);
		return;
	}
	va_list ap;
	va_start(ap, fmt);
	char *text = findings_text(fmt, ap);
	va_end(ap);
	if (!d->once || !was_said(d, at, def->name, text))
		findings_add(d->f, def->severity, at, def->name, text);
	free(text);
}
