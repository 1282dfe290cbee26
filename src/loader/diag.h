/* Findings in the making: one table of rules, one way to report.
 *
 * A rule is a stable name with a severity. `breaks` says that a step with such a finding of its own
 * must not be walked as it stands: it becomes an instruction (KIND_BROKEN).
 */
#ifndef LOADER_DIAG_H
#define LOADER_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "format.h"
#include "loader.h"

enum rule {
	/* the file and its YAML */
	RULE_UNREADABLE, RULE_ENCODING, RULE_YAML, RULE_LIMIT, RULE_DOCUMENT, RULE_ANCHOR, RULE_TAG,
	RULE_MERGE, RULE_DUPLICATE_KEY, RULE_SHAPE, RULE_COMMENT,
	/* one field */
	RULE_VERSION, RULE_NO_STEPS, RULE_UNKNOWN_KEY, RULE_MISSING_KEY, RULE_MISPLACED_KEY,
	RULE_NO_KIND, RULE_TWO_KINDS, RULE_CONTRADICTION, RULE_EMPTY, RULE_VALUE, RULE_DATE,
	RULE_NAME, RULE_ID, RULE_DUPLICATE_ID, RULE_PATTERN, RULE_DEFAULT, RULE_HIDDEN,
	/* what one field says of another */
	RULE_MISSING_FILE, RULE_MISSING_SCRIPT, RULE_UNKNOWN_STEP, RULE_BACKWARDS,
	RULE_LEAVES_PARALLEL, RULE_UNREACHABLE, RULE_UNKNOWN_VALUE, RULE_TYPE_CONFLICT,
	RULE_BEFORE_SET, RULE_TEXT_BEFORE_SET, RULE_MAYBE_UNSET, RULE_NEVER_USED, RULE_CONDITION,
	RULE_CONSTANT, RULE_TEMPLATE, RULE_BRACES, RULE_SECRET_SHOWN, RULE_SECRET_NOT_GIVEN,
	RULE_ARTEFACT, RULE_LADDER, RULE_ENVIRONMENT, RULE_CYCLE, RULE_ARGUMENT, RULE_RESULT,
	/* what hurts at 03:00 */
	RULE_NO_EFFECT, RULE_DANGER, RULE_RETRY, RULE_NO_TARGET, RULE_NO_ADVICE,
	RULE_WAY_BACK, RULE_TERMINAL,
	RULE_NEVER_SETTLED, RULE_MAYBE_SETTLED, RULE_NEVER_OWED, RULE_END_OWED,
	/* drivers */
	RULE_NO_DRIVER, RULE_DRIVER_NAME, RULE_DRIVER, RULE_NOT_PROVED, RULE_UNSAFE,
	RULE_NEVER_RELEASED, RULE_NOT_KEPT, RULE_LITERAL_SIZE, RULE_UNUSED_PARAM,
	RULE_OTHERS_WRITE, RULE_GROUP_WRITES,
	RULE_MAX,
};

extern const struct format_rule diag_rules[RULE_MAX];

struct diag {
	struct findings *f;
	bool quiet; /* this text was reported on already: a runbook called twice */
	bool bad;   /* a finding that breaks was reported since this was cleared */
	bool errors;/* an error was reported at all, quiet ones too */
	bool once;  /* of generated steps: the same is said of one place only once */
};

/* Reports. The text is one line without the place; the hint stands after "; ". */
void diag_add(struct diag *d, enum rule rule, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Whether a finding would only be counted: what it would say need not be worked out. */
bool diag_full(const struct diag *d);

#endif
