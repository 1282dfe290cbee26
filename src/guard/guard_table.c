/* The format of environments files as tables: keys, types, what lint finds. */
#include "guard_table.h"

#include "guardint.h"
#include "limits.h"

#define N FORMAT_N
#define AT FORMAT_AT
#define AT2 FORMAT_AT2
#define TITLE .max = LIMIT_TITLE_BYTES

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static const struct format_key file[] = {
	{ "environments", FT_VERSION, .doc = "the version of this format: 1, also where it is "
					     "missing" },
	{ "signers", FT_PATH, AT(guard_file, envs.signers), TITLE,
	  .doc = "file of public keys, as OpenSSH's allowed signers: who a signature is from" },
	{ "codes", FT_PATH, AT(guard_file, envs.codes), TITLE,
	  .doc = "file of hashes of one-time codes (`blackstart codes`)" },
};

static const struct format_key environment[] = {
	{ "about", FT_LINE, AT(environment, about), TITLE, .doc = "what one must know" },
	{ "also", FT_NAMES, AT2(environment, also, n_also),
	  .doc = "further names of it: of its cluster, project, account, as runbooks ask for it" },
	{ "protected", FT_BOOL, AT(environment, guarded),
	  .doc = "true: what destroys is guarded as said below; must be said, but for a lab" },
	{ "lab", GT_LAB,
	  .doc = "true: it is there to be destroyed, by drills and tests; never protected. Or how "
		 "a target of it says that it is a lab, for lab drills" },
	{ "target", GT_PROBES, AT2(environment, probes, n_probes), .most = GUARD_MAX_PROBES,
	  .doc = "what reads the real target, and what it must read; all of them" },
	{ "approve", GT_APPROVE, .doc = "a second person says yes before the command starts" },
	{ "freeze", GT_FREEZES, AT2(environment, freezes, n_freezes), .most = GUARD_MAX_FREEZES,
	  .doc = "when nothing that destroys may start" },
	{ "unlock", FT_DURATION, AT(environment, unlock_ms), .min = 10 * SECOND, .max = 12 * HOUR,
	  .doc = "so long a typed name counts until its command starts; 15m else" },
	{ "tell", FT_LINE, AT(environment, tell), .max = LIMIT_ID_BYTES,
	  .doc = "ladder of the runbook's contacts that is told when somebody breaks the glass" },
	{ "safety", GT_SAFETY, AT(environment, wants_safety),
	  .doc = "`required`: what destroys has an `undo`, a safety copy, or a waiver; lint says "
		 "where not" },
};

static const struct format_key probe[] = {
	{ "probe", FT_COMMAND, AT(target_probe, run), .flags = FK_REQUIRED | FK_SHELL,
	  .doc = "a command that only reads, such as `kubectl config current-context`" },
	{ "is", GT_READING, AT(target_probe, is), .flags = FK_REQUIRED | FK_SHELL,
	  .max = ENVIRON_IS_BYTES,
	  .doc = "what it must print, exactly; one newline at the end does not count" },
	{ "timeout", FT_DURATION, AT(target_probe, timeout_ms), .min = SECOND, .max = 2 * MINUTE,
	  .doc = "after that it has not agreed; 10s else" },
};

static const struct format_key lab[] = {
	{ "run", FT_COMMAND, AT(target_probe, run), .flags = FK_REQUIRED | FK_SHELL,
	  .doc = "a command that asks the target, such as `kubectl get configmap this-is-a-lab -o "
		 "name`" },
	{ "is", GT_READING, AT(target_probe, is), .flags = FK_REQUIRED | FK_SHELL,
	  .max = ENVIRON_IS_BYTES,
	  .doc = "what a lab prints, exactly; one newline at the end does not count" },
	{ "timeout", FT_DURATION, AT(target_probe, timeout_ms), .min = SECOND, .max = 20 * SECOND,
	  .doc = "after that it has not said so; 10s else" },
};

static const struct format_key approve[] = {
	{ "by", GT_PERSONS, AT2(environment, approvers, n_approvers), .flags = FK_REQUIRED,
	  .doc = "who may, as `signers` or `codes` name them; never who asks" },
	{ "for", GT_EFFECT, AT(environment, approve_for),
	  .doc = "`destroy`, also where it is missing; `change`: for both" },
	{ "expires", FT_DURATION, AT(environment, approval_ms), .min = MINUTE, .max = 24 * HOUR,
	  .doc = "so long a request stands; 30m else" },
};

static const struct format_key freeze[] = {
	{ "from", FT_NODE, AT(guard_draft_freeze, from),
	  .doc = "`2026-12-20T00:00Z`, or without the `Z` by the clock of `zone`" },
	{ "to", FT_NODE, AT(guard_draft_freeze, to), .doc = "when it is over" },
	{ "weekly", FT_NODE, AT(guard_draft_freeze, weekly),
	  .doc = "instead, again and again: `fri 16:00-mon 06:00`, `mon-fri 09:00-17:30`, "
		 "`daily 22:00-06:00`" },
	{ "zone", GT_ZONE, AT(guard_draft_freeze, zone),
	  .doc = "time zone, by its IANA name; `weekly` needs one" },
	{ "why", FT_LINE, AT(guard_draft_freeze, why), TITLE,
	  .doc = "shown where it stops somebody" },
};

#define NEEDS FORMAT_NEEDS

static const struct format_table tables[GTABLE_MAX] = {
	[GTABLE_FILE] = { "environments", NULL, NULL, "The file",
			  "Every other key is the name of an environment.", file, N(file) },
	[GTABLE_ENVIRONMENT] = { "environment",
				 "\"anyOf\":[" NEEDS("\"protected\"") "," NEEDS("\"lab\"") "]",
				 NULL, "An environment", "By its name.", environment,
				 N(environment) },
	[GTABLE_PROBE] = { "probe", NULL, NULL, "What reads the target: `target`",
			   "One, or a list of them.", probe, N(probe) },
	[GTABLE_LAB] = { "lab", NULL, NULL, "What says that it is a lab: `lab`",
			 "Asked in lab drills alone, before every command that changes anything.",
			 lab, N(lab) },
	[GTABLE_APPROVE] = { "approve", NULL, NULL, "A second person: `approve`", "", approve,
			     N(approve) },
	[GTABLE_FREEZE] = { "freeze",
			    "\"oneOf\":[" NEEDS("\"from\",\"to\"") ","
			    NEEDS("\"weekly\",\"zone\"") "]",
			    NULL, "When it is frozen: `freeze`", "One, or a list of them.", freeze,
			    N(freeze) },
};

#define REF FORMAT_REF
#define ONE_OR_LIST FORMAT_ONE_OR_LIST

static const char *const effects[] = { "change", "destroy", NULL };
static const char *const safeties[] = { "required", NULL };

static const struct format_type types[GT_MAX] = {
	[GT_READING] = { "one line", REF("text"), format_read_line,
			 .empty = ": it would agree with a tool that failed to read" },
	[GT_PERSONS] = { "name or list of names", ONE_OR_LIST(REF("person")), guard_persons },
	[GT_EFFECT] = { NULL, NULL, guard_effect, effects },
	[GT_SAFETY] = { NULL, NULL, guard_safety, safeties },
	[GT_PROBES] = { "`{probe:, is:}`, or a list of such", ONE_OR_LIST(REF("probe")),
			guard_probes },
	[GT_LAB] = { "`true`, `false` or `{run:, is:}`",
		     "{\"anyOf\":[{\"enum\":[true,false,\"true\",\"false\"]}," REF("lab") "]}",
		     guard_lab },
	[GT_APPROVE] = { "`{by:, …}`", REF("approve"), guard_approve },
	[GT_FREEZES] = { "`{from:, to:}`, `{weekly:, zone:}`, or a list of such",
			 ONE_OR_LIST(REF("freeze")), guard_freezes },
	[GT_ZONE] = { "time zone", REF("text"), guard_zone },
};

static const struct format_def defs[] = {
	{ "person", "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[^ ,*?!#]+$\"}",
	  0 },
};

#define E SEV_ERROR
#define W SEV_WARNING

static const struct format_rule rules[GRULE_MAX] = {
	FORMAT_RULES,
	[FR_VERSION] = { "format-version", E, "`environments:` is another version than 1" },
	[FR_EMPTY] = { "empty", E, "a key without a value, an empty list, an empty reading" },
	[FR_NAME] = { "bad-name", E, "a name that no environment or person can have" },
	[FR_COMMENT] = { "comment-in-text", E,
			    "a YAML comment behind a command or a reading that may belong to it" },
	[GRULE_ZONE] = { "unknown-zone", E, "a time zone that this machine's database lacks" },
	[GRULE_ZONE_NONE] = { "no-zones-here", W,
			      "this machine has no time zones: every weekly freeze counts as on" },
	[FR_TWICE] = { "named-twice", W, "the same person or target twice" },
	[GRULE_UNSAID] = { "protection-unsaid", E,
			   "an environment that says neither `protected` nor `lab`" },
	[GRULE_NO_PROBE] = { "protected-without-target", E,
			     "a protected environment of which nothing reads the real target" },
	[GRULE_CONSTANT] = { "constant-probe", W,
			     "a probe that prints its own words and reads nothing" },
	[GRULE_LAB] = { "lab-like-target", E,
			"`lab` asks what a protected `target` answers itself: what is real would "
			"say that it is a lab" },
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

const struct format guard_format = {
	.name = "environments", .tables = tables, .n_tables = GTABLE_MAX, .types = types,
	.rules = rules, .n_rules = GRULE_MAX, .defs = defs, .n_defs = N(defs),
	.others = REF("environment"), .max = LIMIT_COMMAND_BYTES / 2,
};
