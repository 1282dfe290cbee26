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

const struct rule_def diag_rules[RULE_MAX] = {
	[RULE_UNREADABLE] = { "unreadable-file", E, false, "a file cannot be read" },
	[RULE_ENCODING] = { "encoding", E, true, "bytes that are no UTF-8, control characters" },
	[RULE_YAML] = { "yaml", E, true, "the text is no YAML; what stands behind is not read" },
	[RULE_LIMIT] = { "limit", E, true, "over a stated limit" },
	[RULE_DOCUMENT] = { "second-document", E, false, "a second YAML document in the file" },
	[RULE_ANCHOR] = { "anchor", E, true, "a YAML anchor or alias" },
	[RULE_TAG] = { "tag", E, true, "a YAML tag" },
	[RULE_MERGE] = { "merge-key", E, true, "a YAML merge key" },
	[RULE_DUPLICATE_KEY] = { "duplicate-key", E, true, "a key twice in one mapping" },
	[RULE_SHAPE] = { "shape", E, true, "a list where a mapping belongs, and the like" },
	[RULE_COMMENT] = { "comment-in-text", E, true,
			   "a YAML comment behind a command or condition that may belong to it" },

	[RULE_VERSION] = { "format-version", E, false, "`blackstart: 1` is missing or another" },
	[RULE_NO_STEPS] = { "no-steps", E, false, "no list of steps: nothing could be walked" },
	[RULE_UNKNOWN_KEY] = { "unknown-key", E, true, "a key that the language does not have" },
	[RULE_MISSING_KEY] = { "missing-key", E, true, "a key that must be there" },
	[RULE_MISPLACED_KEY] = { "misplaced-key", E, true,
				 "a key that does not go with this kind of step" },
	[RULE_NO_KIND] = { "no-kind", E, true, "a step that does not say what it does" },
	[RULE_TWO_KINDS] = { "two-kinds", E, true, "a step that does two things" },
	[RULE_CONTRADICTION] = { "contradiction", E, true, "keys that exclude each other" },
	[RULE_EMPTY] = { "empty", E, true, "a key without a value, an empty list" },
	[RULE_VALUE] = { "bad-value", E, true, "a value of another type, or out of its range" },
	[RULE_DATE] = { "bad-date", E, false, "`reviewed` is no date" },
	[RULE_NAME] = { "bad-name", E, true,
			"a name that no value, artefact or owed thing can have" },
	[RULE_ID] = { "bad-id", E, false, "an id that cannot be one" },
	[RULE_DUPLICATE_ID] = { "duplicate-id", E, false, "two steps with one id" },
	[RULE_PATTERN] = { "bad-pattern", E, true,
			   "a jq program or regular expression that does not compile" },
	[RULE_DEFAULT] = { "bad-default", E, true, "a default that its own checks refuse" },
	[RULE_HIDDEN] = { "hidden-character", W, false,
			  "characters that a terminal obeys or that hide what is written" },

	[RULE_MISSING_FILE] = { "missing-file", E, true, "a file that is named and not there" },
	[RULE_MISSING_SCRIPT] = { "missing-script", E, false,
				  "a command starts with ./ or ../ and the file is not there" },
	[RULE_UNKNOWN_STEP] = { "unknown-step", E, true, "goto to a step that does not exist" },
	[RULE_BACKWARDS] = { "goto-backwards", E, true,
			     "goto to a step that does not come later" },
	[RULE_LEAVES_PARALLEL] = { "goto-out-of-parallel", E, true,
				   "goto out of steps that run side by side, in any order, or "
				   "always" },
	[RULE_UNREACHABLE] = { "unreachable", W, false, "steps that no way leads to" },
	[RULE_UNKNOWN_VALUE] = { "unknown-value", E, true, "a name that no value has" },
	[RULE_TYPE_CONFLICT] = { "type-conflict", E, true,
				 "one name for values of two types" },
	[RULE_BEFORE_SET] = { "used-before-set", E, true, "a value is used before it is captured" },
	[RULE_TEXT_BEFORE_SET] = { "used-before-set", E, false,
				   "a text shows a value before it is captured" },
	[RULE_MAYBE_UNSET] = { "maybe-unset", W, false,
			       "a value is captured on some ways here only" },
	[RULE_NEVER_USED] = { "never-used", W, false, "captured, and used nowhere" },
	[RULE_CONDITION] = { "bad-condition", E, true,
			     "a condition that does not compile or whose types do not fit" },
	[RULE_CONSTANT] = { "constant-condition", W, false,
			    "a condition that no value can change" },
	[RULE_TEMPLATE] = { "bad-template", E, false, "a ${...} that names nothing" },
	[RULE_BRACES] = { "braces-in-command", E, true, "${name} of ours in a command" },
	[RULE_SECRET_SHOWN] = { "secret-shown", E, false, "a secret in a text that people read" },
	[RULE_SECRET_NOT_GIVEN] = { "secret-not-given", E, true,
				    "a command uses a secret that its step does not list" },
	[RULE_ARTEFACT] = { "unknown-artefact", E, true, "a file that no earlier step produces" },
	[RULE_LADDER] = { "unknown-contact", E, false,
			  "a ladder that contacts.yaml does not have" },
	[RULE_ENVIRONMENT] = { "unknown-environment", E, false,
			       "an environment that environments.yaml does not have" },
	[RULE_CYCLE] = { "call-cycle", E, true, "a runbook that calls itself in the end" },
	[RULE_ARGUMENT] = { "call-argument", E, true,
			    "an argument that is missing, unknown or of another type" },
	[RULE_RESULT] = { "call-result", E, true,
			  "a result that the called runbook does not have" },

	[RULE_NO_EFFECT] = { "no-effect", W, false, "a command that does not say what it does" },
	[RULE_DANGER] = { "looks-destructive", W, false,
			  "a command that looks destructive, in a step that does not say so" },
	[RULE_RETRY] = { "retry-on-change", E, true,
			 "a change tried again that is not idempotent" },
	[RULE_NO_TARGET] = { "destroy-without-target", E, true,
			     "it destroys, and there is no name to type" },
	[RULE_NO_ADVICE] = { "destroy-without-if-not", W, false,
			     "it destroys, and nothing says what to do when it does not come out" },
	[RULE_WAY_BACK] = { "two-ways-back", E, false,
			    "`no_way_back` of a step that has one, or destroys nothing" },
	[RULE_TERMINAL] = { "terminal-and-capture", E, true,
			    "output cannot be captured and go to a terminal" },
	[RULE_NEVER_SETTLED] = { "never-settled", E, false, "owed, and no later step pays it" },
	[RULE_MAYBE_SETTLED] = { "maybe-not-settled", W, false,
				 "owed, and paid on some ways only" },
	[RULE_NEVER_OWED] = { "never-owed", E, false, "settled, and no earlier step owes it" },
	[RULE_END_OWED] = { "end-while-owed", W, false,
			    "the run can end well with things still owed" },
	[RULE_NO_DRIVER] = { "unknown-driver", E, true, "a driver that is not found" },
	[RULE_DRIVER_NAME] = { "driver-name", E, true,
			       "a driver whose name is not that of its file" },
	[RULE_DRIVER] = { "bad-driver", E, true,
			  "a driver with mistakes, or one that does not fit" },
	[RULE_NOT_PROVED] = { "not-proved-live", W, false,
			      "a driver that was tried against recordings only" },
	[RULE_UNSAFE] = { "restore-without-safety", E, true,
			  "a restore without a copy of the present state and without a waiver" },
	[RULE_NEVER_RELEASED] = { "never-released", W, false,
				  "old data that a restore keeps, and no `release` of it" },
	[RULE_NOT_KEPT] = { "nothing-kept", E, true,
			    "a `release` of what no earlier restore keeps" },
	[RULE_LITERAL_SIZE] = { "literal-size", W, false,
				"a size written down instead of captured" },
	[RULE_UNUSED_PARAM] = { "unused-param", W, false,
				"a parameter of a driver that no command of it uses" },
	[RULE_OTHERS_WRITE] = { "others-write", E, false,
				"a file in a command that everybody on this host can change" },
	[RULE_GROUP_WRITES] = { "group-writes", W, false,
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
	const struct rule_def *def = &diag_rules[rule];
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
