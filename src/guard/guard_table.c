/* The environments format. */
#include "guard_table.h"

#include "guardint.h"
#include "limits.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AT(type, member) .at = offsetof(struct type, member)
#define AT2(type, member, count) AT(type, member), .at_n = offsetof(struct type, count)
#define TITLE .max = LIMIT_TITLE_BYTES

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static const struct gkey file[] = {
	{ "environments", GT_VERSION, .doc = "the version of this format: 1, also where it is "
					     "missing" },
	{ "signers", GT_PATH, AT(guard_file, envs.signers), TITLE,
	  .doc = "file of public keys, as OpenSSH's allowed signers: who a signature is from" },
	{ "codes", GT_PATH, AT(guard_file, envs.codes), TITLE,
	  .doc = "file of hashes of one-time codes (`blackstart codes`)" },
};

static const struct gkey environment[] = {
	{ "about", GT_LINE, AT(environment, about), TITLE, .doc = "what one must know" },
	{ "also", GT_NAMES, AT2(environment, also, n_also),
	  .doc = "further names of it: of its cluster, project, account, as runbooks ask for it" },
	{ "protected", GT_BOOL, AT(environment, guarded),
	  .doc = "true: what destroys is guarded as said below; must be said, but for a lab" },
	{ "lab", GT_BOOL, AT(environment, lab),
	  .doc = "true: it is there to be destroyed, by drills and tests; never protected" },
	{ "target", GT_PROBES, AT2(environment, probes, n_probes),
	  .doc = "what reads the real target, and what it must read; all of them" },
	{ "approve", GT_APPROVE, .doc = "a second person says yes before the command starts" },
	{ "freeze", GT_FREEZES, AT2(environment, freezes, n_freezes),
	  .doc = "when nothing that destroys may start" },
	{ "unlock", GT_DURATION, AT(environment, unlock_ms), .min = 10 * SECOND, .max = 12 * HOUR,
	  .doc = "so long a typed name counts until its command starts; 15m else" },
	{ "tell", GT_LINE, AT(environment, tell), .max = LIMIT_ID_BYTES,
	  .doc = "ladder of the runbook's contacts that is told when somebody breaks the glass" },
	{ "safety", GT_SAFETY, AT(environment, wants_safety),
	  .doc = "`required`: what destroys has an `undo`, a safety copy, or a waiver; lint says "
		 "where not" },
};

static const struct gkey probe[] = {
	{ "probe", GT_SHELL, AT(target_probe, run), .flags = GK_REQUIRED | GK_SHELL,
	  .doc = "a command that only reads, such as `kubectl config current-context`" },
	{ "is", GT_READING, AT(target_probe, is), .flags = GK_REQUIRED, .max = ENVIRON_IS_BYTES,
	  .doc = "what it must print, exactly; one newline at the end does not count" },
	{ "timeout", GT_DURATION, AT(target_probe, timeout_ms), .min = SECOND, .max = 2 * MINUTE,
	  .doc = "after that it has not agreed; 10s else" },
};

static const struct gkey approve[] = {
	{ "by", GT_PERSONS, AT2(environment, approvers, n_approvers), .flags = GK_REQUIRED,
	  .doc = "who may, as `signers` or `codes` name them; never who asks" },
	{ "for", GT_EFFECT, AT(environment, approve_for),
	  .doc = "`destroy`, also where it is missing; `change`: for both" },
	{ "expires", GT_DURATION, AT(environment, approval_ms), .min = MINUTE, .max = 24 * HOUR,
	  .doc = "so long a request stands; 30m else" },
};

static const struct gkey freeze[] = {
	{ "from", GT_NODE, AT(guard_draft_freeze, from),
	  .doc = "`2026-12-20T00:00Z`, or without the `Z` by the clock of `zone`" },
	{ "to", GT_NODE, AT(guard_draft_freeze, to), .doc = "when it is over" },
	{ "weekly", GT_NODE, AT(guard_draft_freeze, weekly),
	  .doc = "instead, again and again: `fri 16:00-mon 06:00`, `mon-fri 09:00-17:30`, "
		 "`daily 22:00-06:00`" },
	{ "zone", GT_ZONE, AT(guard_draft_freeze, zone),
	  .doc = "time zone, by its IANA name; `weekly` needs one" },
	{ "why", GT_LINE, AT(guard_draft_freeze, why), TITLE,
	  .doc = "shown where it stops somebody" },
};

#define NEEDS(...) "{\"required\":[" __VA_ARGS__ "]}"

const struct gtable guard_tables[GTABLE_MAX] = {
	[GTABLE_FILE] = { "environments", NULL, "The file",
			  "Every other key is the name of an environment.", file, N(file) },
	[GTABLE_ENVIRONMENT] = { "environment",
				 "\"anyOf\":[" NEEDS("\"protected\"") "," NEEDS("\"lab\"") "]",
				 "An environment", "By its name.", environment, N(environment) },
	[GTABLE_PROBE] = { "probe", NULL, "What reads the target: `target`",
			   "One, or a list of them.", probe, N(probe) },
	[GTABLE_APPROVE] = { "approve", NULL, "A second person: `approve`", "", approve,
			     N(approve) },
	[GTABLE_FREEZE] = { "freeze",
			    "\"oneOf\":[" NEEDS("\"from\",\"to\"") ","
			    NEEDS("\"weekly\",\"zone\"") "]",
			    "When it is frozen: `freeze`", "One, or a list of them.", freeze,
			    N(freeze) },
};

#define REF(x) "{\"$ref\":\"#/$defs/" x "\"}"
#define ONE_OR_LIST(x) "{\"anyOf\":[" x ",{\"type\":\"array\",\"minItems\":1,\"items\":" x "}]}"

const struct gtype_def guard_types[GT_MAX] = {
	[GT_VERSION] = { "`1`", "{\"const\":1}" },
	[GT_LINE] = { "one line", REF("line") },
	[GT_PATH] = { "path, from this file", REF("line") },
	[GT_BOOL] = { "`true` or `false`", "{\"type\":\"boolean\"}" },
	[GT_DURATION] = { "duration", REF("duration") },
	[GT_SHELL] = { "command", "{\"type\":\"string\",\"minLength\":1}" },
	[GT_READING] = { "one line", REF("line") },
	[GT_PERSONS] = { "name or list of names", ONE_OR_LIST(REF("person")) },
	[GT_NAMES] = { "name or list of names", ONE_OR_LIST(REF("name")) },
	[GT_EFFECT] = { "`change` or `destroy`", "{\"enum\":[\"change\",\"destroy\"]}" },
	[GT_SAFETY] = { "`required`", "{\"const\":\"required\"}" },
	[GT_PROBES] = { "`{probe:, is:}`, or a list of such", ONE_OR_LIST(REF("probe")) },
	[GT_APPROVE] = { "`{by:, …}`", REF("approve") },
	[GT_FREEZES] = { "`{from:, to:}`, `{weekly:, zone:}`, or a list of such",
			 ONE_OR_LIST(REF("freeze")) },
	[GT_NODE] = { "one line", REF("line") },
	[GT_ZONE] = { "time zone", REF("line") },
};

#define E SEV_ERROR
#define W SEV_WARNING

const struct grule_def guard_rules[GRULE_MAX] = {
	[GRULE_VERSION] = { "format-version", E, "`environments:` is another version than 1" },
	[GRULE_SHAPE] = { "shape", E, "a list where a mapping belongs, and the like" },
	[GRULE_UNKNOWN_KEY] = { "unknown-key", E, "a key that the format does not have" },
	[GRULE_MISSING_KEY] = { "missing-key", E, "a key that must be there" },
	[GRULE_CONTRADICTION] = { "contradiction", E, "keys that exclude each other" },
	[GRULE_EMPTY] = { "empty", E, "a key without a value, an empty list, an empty reading" },
	[GRULE_VALUE] = { "bad-value", E, "a value of another type, or out of its range" },
	[GRULE_NAME] = { "bad-name", E, "a name that no environment or person can have" },
	[GRULE_LIMIT] = { "limit", E, "over a stated limit" },
	[GRULE_COMMENT] = { "comment-in-text", E,
			    "a YAML comment behind a command or a reading that may belong to it" },
	[GRULE_ZONE] = { "unknown-zone", E, "a time zone that this machine's database lacks" },
	[GRULE_ZONE_NONE] = { "no-zones-here", W,
			      "this machine has no time zones: every weekly freeze counts as on" },
	[GRULE_TWICE] = { "named-twice", W, "the same person or target twice" },
	[GRULE_UNSAID] = { "protection-unsaid", E,
			   "an environment that says neither `protected` nor `lab`" },
	[GRULE_NO_PROBE] = { "protected-without-target", E,
			     "a protected environment of which nothing reads the real target" },
	[GRULE_CONSTANT] = { "constant-probe", W,
			     "a probe that prints its own words and reads nothing" },
	[GRULE_DANGER] = { "destructive-probe", E, "a probe that looks destructive" },
	[GRULE_NOBODY] = { "nobody-can-approve", E,
			   "no two different persons with keys or codes, one of whom may approve" },
	[GRULE_APPROVER] = { "unknown-approver", W,
			     "somebody who may approve and has neither key nor codes" },
	[GRULE_KEYS] = { "keys-unreadable", W, "the file of signers or codes cannot be read" },
	[GRULE_NO_ENVIRONMENT] = { "destroy-without-environment", W,
				   "it destroys, and its runbook names no environment though there "
				   "is a file of them" },
	[GRULE_ENVIRONMENT] = { "unknown-environment", E,
				"an answer of a parameter names an environment that the file "
				"does not have" },
	[GRULE_UNPROBED] = { "destroy-without-probe", W,
			     "it destroys in an environment of which nothing reads the real "
			     "target" },
	[GRULE_UNSAFE] = { "destroy-without-safety", E,
			   "it destroys without `undo`, safety copy or waiver where the "
			   "environment wants one" },
	[GRULE_TELL] = { "tell-nobody", W,
			 "the ladder that is told of break-glass is not in the runbook's "
			 "contacts" },
};
