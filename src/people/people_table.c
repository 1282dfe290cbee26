/* The contacts format. */
#include "people_table.h"

#include "limits.h"
#include "people_form.h"
#include "peopleint.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define AT(type, member) .at = offsetof(struct type, member)
#define AT2(type, member, count) AT(type, member), .at_n = offsetof(struct type, count)
#define TITLE .max = LIMIT_TITLE_BYTES

static const struct pkey file[] = {
	{ "contacts", PT_VERSION, .flags = PK_REQUIRED, .doc = "the version of this format: 1" },
	{ "severities", PT_SEVERITIES,
	  .doc = "how bad it can be, from the least to the worst; without it, the words that the "
		 "waits use" },
	{ "people", PT_PEOPLE, .doc = "who there is" },
	{ "channels", PT_CHANNELS, .doc = "where a message can be sent to" },
	{ "ladders", PT_LADDERS, .doc = "who is tried, in which order; `contact` steps name one" },
	{ "forms", PT_FORMS,
	  .doc = "messages with places to fill in; `message: {form: NAME}` of a `contact` step" },
};

#define WAY(name, way, text) \
	{ name, PT_ADDRESS, AT(people_person, ways[way]), TITLE, .doc = text }

static const struct pkey person[] = {
	{ "name", PT_LINE, AT(people_person, name), TITLE, .doc = "as people say it; the id else" },
	{ "note", PT_LINE, AT(people_person, note), TITLE, .doc = "what one must know" },
	{ "groups", PT_NAMES, AT2(people_person, groups, n_groups),
	  .doc = "groups that the person is in; a rung may name one" },
	{ "roles", PT_NAMES, AT2(people_person, roles, n_roles),
	  .doc = "what the person can do; a rung may name one" },
	{ "zone", PT_ZONE, AT(people_person, zone), .doc = "time zone, by its IANA name" },
	{ "hours", PT_HOURS, AT2(people_person, hours, n_hours),
	  .doc = "working hours, local: `09:00-18:00` (Monday to Friday), `sat,sun 10:00-14:00`, "
		 "`daily 22:00-06:00`" },
	{ "awake", PT_AWAKE, AT(people_person, awake),
	  .doc = "when the person is awake, every day; `07:00-23:00` else" },
	WAY("phone", PEOPLE_PHONE, "a number to call"),
	WAY("sms", PEOPLE_SMS, "a number for text messages"),
	WAY("mail", PEOPLE_MAIL, "an address"),
	WAY("chat", PEOPLE_CHAT, "a name in a chat, and in which one"),
	WAY("pager", PEOPLE_PAGER, "a pager, or the name by which a paging service knows the "
				   "person"),
	WAY("in-person", PEOPLE_IN_PERSON, "where to go and knock"),
};

static const struct pkey channel[] = {
	{ "smtp", PT_SMTP, AT(people_channel, smtp), .doc = "mail" },
	{ "webhook", PT_WEBHOOK, AT(people_channel, webhook), .doc = "JSON to a web service" },
	{ "command", PT_COMMAND, AT(people_channel, command), .flags = PK_SHELL,
	  .doc = "a command of the shell, given $text, $subject and $to in its environment" },
	{ "by_hand", PT_BY_HAND, AT(people_channel, by_hand),
	  .doc = "what the operator does: no program sends it" },
	{ "note", PT_LINE, AT(people_channel, note), TITLE, .doc = "what one must know" },
	{ "public", PT_BOOL, AT(people_channel, is_public),
	  .doc = "true: others read it too; details do not belong there" },
	{ "carries", PT_WAY, AT(people_channel, carries),
	  .doc = "it takes a person's address of this kind, and so carries these tries" },
	{ "timeout", PT_DURATION, AT(people_channel, timeout_ms), .min = 1000, .max = 600000,
	  .doc = "after that it counts as not working; 30s else" },
};

static const struct pkey smtp[] = {
	{ "to", PT_LINES, AT2(people_smtp, to, n_to), TITLE,
	  .doc = "addresses; not with `carries: mail`" },
	{ "from", PT_LINE, AT(people_smtp, from), TITLE, .doc = "the sender; USER@HOST else" },
	{ "server", PT_LINE, AT(people_smtp, server), TITLE,
	  .doc = "HOST or HOST:PORT; localhost else" },
	{ "tls", PT_TLS, AT(people_smtp, tls),
	  .doc = "`required` (STARTTLS; so where it is missing), `wrapped` (from the first byte), "
		 "`none`" },
	{ "user", PT_LINE, AT(people_smtp, user), TITLE, .doc = "to log in with" },
	{ "password_from", PT_SECRET, AT(people_smtp, password), .doc = "where its password is" },
};

static const struct pkey webhook[] = {
	{ "url", PT_URL, AT(people_webhook, url), .max = 2000,
	  .doc = "the address, where it is no secret" },
	{ "url_from", PT_SECRET, AT(people_webhook, url_from), .doc = "where the address is" },
	{ "kind", PT_HOOK, AT(people_webhook, kind),
	  .doc = "`slack`, `mattermost`, `pagerduty` (Events v2), `json` (so where it is "
		 "missing)" },
	{ "key_from", PT_SECRET, AT(people_webhook, key_from),
	  .doc = "where PagerDuty's routing key is" },
};

static const struct pkey secret[] = {
	{ "env", PT_LINE, AT(people_secret, env), .max = LIMIT_ID_BYTES,
	  .doc = "the name of an environment variable" },
	{ "file", PT_LINE, AT(people_secret, file), TITLE,
	  .doc = "a file that holds nothing else" },
};

static const struct pkey ladder[] = {
	{ "note", PT_LINE, AT(people_ladder, note), TITLE, .doc = "when it is for" },
	{ "wait", PT_WAIT, AT(people_ladder, wait), .min = 1000, .max = 86400000,
	  .doc = "time for a reply before the next try: a duration, or one for each severity, with "
		 "`otherwise` for those that are not named" },
	{ "rounds", PT_INT, AT(people_ladder, rounds), .min = 1, .max = 10,
	  .doc = "how often it is climbed; once else" },
	{ "ack_expires", PT_DURATION, AT(people_ladder, ack_expires_ms), .min = 60000,
	  .max = 86400000,
	  .doc = "somebody who answered has so long to join; 30m else" },
	{ "rungs", PT_RUNGS, AT2(people_ladder, rungs, n_rungs), .flags = PK_REQUIRED,
	  .doc = "what is tried, in this order" },
};

static const struct pkey rung[] = {
	{ "channel", PT_CHANNEL, AT(people_rung_draft, channel), .doc = "a channel" },
	{ "who", PT_WHO, AT(people_rung_draft, who),
	  .doc = "instead: people, groups, roles; their people are tried one after another" },
	{ "each_of", PT_WHO, AT(people_rung_draft, each_of), .doc = "the same as `who`" },
	{ "by", PT_WAYS, AT2(people_rung_draft, rung.by, rung.n_by),
	  .doc = "with `who`: in which ways each of them is tried, in this order" },
	{ "order", PT_ORDER, AT(people_rung_draft, rung.as_written),
	  .doc = "with `who`: `awake-first` (so where it is missing) or `as-written`" },
	{ "text", PT_LINE, AT(people_rung_draft, rung.text), TITLE,
	  .doc = "stands in front of the message" },
	{ "skip_if", PT_SKIP, AT(people_rung_draft, rung.skip_if),
	  .doc = "`{ask: QUESTION}`: the operator's yes passes it over" },
	{ "when", PT_CONDITION, AT(people_rung_draft, rung.when), .flags = PK_SHELL,
	  .doc = "a condition over `severity` and `round` (from 1); unknown asks the operator" },
	{ "wait", PT_WAIT, AT(people_rung_draft, rung.wait), .min = 1000, .max = 86400000,
	  .doc = "instead of the ladder's, where it says so" },
};

static const struct pkey skip[] = {
	{ "ask", PT_LINE, .at = 0, .flags = PK_REQUIRED, TITLE, .doc = "the question" },
};

static const struct pkey form[] = {
	{ "note", PT_LINE, AT(people_form, note), TITLE, .doc = "when it is for" },
	{ "subject", PT_LINE, AT(people_form, subject), .max = 400,
	  .doc = "of mails; the step's own else" },
	{ "text", PT_TEXT, AT(people_form, text), .flags = PK_REQUIRED,
	  .doc = "the message, with `${name}` for each field" },
	{ "fields", PT_FIELDS, AT2(people_form, fields, n_fields),
	  .doc = "what is filled in: by the step, else the operator is asked for it" },
};

static const struct pkey form_field[] = {
	{ "prompt", PT_LINE, AT(field, prompt), TITLE, .doc = "the question; the name else" },
	{ "as", PT_TYPE, AT(field, type), .doc = "the type; `text` else" },
	{ "one_of", PT_LINES, AT2(field, one_of, n_one_of), TITLE,
	  .doc = "the answers to choose from" },
	{ "default", PT_RAW, AT(field, otherwise), .doc = "the answer proposed" },
	{ "min", PT_RAW, AT(field, min), .doc = "the smallest answer" },
	{ "max", PT_RAW, AT(field, max), .doc = "the largest answer" },
	{ "match", PT_RAW, AT(field, match),
	  .doc = "a regular expression (POSIX extended) for the whole answer" },
};

#define NEEDS(x) "{\"required\":[\"" x "\"]}"
#define ONE_OF_CHANNEL \
	"\"oneOf\":[" NEEDS("smtp") \
	","  NEEDS("webhook") \
	","  NEEDS("command") \
	","  NEEDS("by_hand") "]"
#define ONE_OF_SECRET \
	"\"oneOf\":[" NEEDS("env") \
	","  NEEDS("file") "]"
#define ONE_OF_RUNG \
	"\"oneOf\":[" NEEDS("channel") \
	","  NEEDS("who") \
	","  NEEDS("each_of") "]"

const struct ptable people_tables[PTABLE_MAX] = {
	[PTABLE_FILE] = { "contacts", NULL, "a contacts file", "The file", "", file, N(file) },
	[PTABLE_PERSON] = { "person", NULL, "a person", "A person: `people`", "By their id.",
			    person, N(person) },
	[PTABLE_CHANNEL] = { "channel", ONE_OF_CHANNEL, "a channel", "A channel: `channels`",
			     "One of `smtp`, `webhook`, `command`, `by_hand`.", channel,
			     N(channel) },
	[PTABLE_SMTP] = { "smtp", NULL, "`smtp`", "Mail: `smtp`", "", smtp, N(smtp) },
	[PTABLE_WEBHOOK] = { "webhook", NULL, "`webhook`", "A web service: `webhook`",
			     "One of `url`, `url_from`.", webhook, N(webhook) },
	[PTABLE_SECRET] = { "secret", ONE_OF_SECRET, "where a secret is", "A secret: `…_from`",
			    "One of them.", secret, N(secret) },
	[PTABLE_LADDER] = { "ladder", NULL, "a ladder", "A ladder: `ladders`", "By its name.",
			    ladder, N(ladder) },
	[PTABLE_RUNG] = { "rung", ONE_OF_RUNG, "a rung", "A rung", "One of `channel` and `who`.",
			  rung, N(rung) },
	[PTABLE_FORM] = { "form", NULL, "a form", "A form: `forms`", "By its name.", form,
			  N(form) },
	[PTABLE_FIELD] = { "field", NULL, "a field", "A field of a form: `fields`",
			   "By its name; as a question of a runbook, and no secret.", form_field,
			   N(form_field) },
	[PTABLE_SKIP] = { "skip_if", NULL, "`skip_if`", "A reason to pass over: `skip_if`", "",
			  skip, N(skip) },
};

#define REF(x) "{\"$ref\":\"#/$defs/" x "\"}"
#define LIST(x) "{\"type\":\"array\",\"minItems\":1,\"items\":" x "}"
#define ONE_OR_LIST(x) "{\"anyOf\":[" x "," LIST(x) "]}"
#define NAMED(x) "{\"type\":\"object\",\"minProperties\":1,\"propertyNames\":" REF("name") \
		 ",\"additionalProperties\":" x "}"

const struct ptype_def people_types[PT_MAX] = {
	[PT_VERSION] = { "`1`", "{\"enum\":[1,\"1\"]}" },
	[PT_LINE] = { "one line", REF("text") },
	[PT_TEXT] = { "text", REF("text") },
	[PT_ADDRESS] = { "one line", REF("text") },
	[PT_BOOL] = { "true or false", "{\"enum\":[true,false,\"true\",\"false\"]}" },
	[PT_INT] = { "number", "{\"type\":[\"integer\",\"string\"],\"pattern\":\"^[0-9]+$\"}" },
	[PT_DURATION] = { "duration", REF("duration") },
	[PT_NAMES] = { "name or list of names", ONE_OR_LIST(REF("name")) },
	[PT_LINES] = { "one line or a list", ONE_OR_LIST(REF("text")) },
	[PT_ZONE] = { "time zone", REF("text") },
	[PT_HOURS] = { "hours or list of hours", ONE_OR_LIST(REF("hours")) },
	[PT_AWAKE] = { "`HH:MM-HH:MM`", REF("span") },
	[PT_WAIT] = { "duration or `{severity: duration}`",
		      "{\"anyOf\":[" REF("duration") "," NAMED(REF("duration")) "]}" },
	[PT_WAYS] = { "way or list of ways", ONE_OR_LIST(REF("way")) },
	[PT_WAY] = { "way", REF("way") },
	[PT_ORDER] = { "word", "{\"enum\":[\"awake-first\",\"as-written\"]}" },
	[PT_HOOK] = { "word", "{\"enum\":[\"json\",\"slack\",\"mattermost\",\"pagerduty\"]}" },
	[PT_TLS] = { "word", "{\"enum\":[\"required\",\"wrapped\",\"none\"]}" },
	[PT_URL] = { "address", "{\"type\":\"string\",\"pattern\":\"^https?://[^ ]+$\"}" },
	[PT_SECRET] = { "`{env: NAME}` or `{file: PATH}`", REF("secret") },
	[PT_SKIP] = { "`{ask: QUESTION}`", REF("skip_if") },
	[PT_CONDITION] = { "condition", REF("text") },
	[PT_CHANNEL] = { "name", REF("name") },
	[PT_WHO] = { "name or list of names", ONE_OR_LIST(REF("name")) },
	[PT_SMTP] = { "`{to:, server:, …}`", REF("smtp") },
	[PT_WEBHOOK] = { "`{url_from:, kind:, …}`", REF("webhook") },
	[PT_COMMAND] = { "command", REF("text") },
	[PT_BY_HAND] = { "text", REF("text") },
	[PT_PEOPLE] = { "`{id: person}`", NAMED(REF("person")) },
	[PT_CHANNELS] = { "`{name: channel}`", NAMED(REF("channel")) },
	[PT_LADDERS] = { "`{name: ladder}`", NAMED(REF("ladder")) },
	[PT_RUNGS] = { "list of rungs", LIST(REF("rung")) },
	[PT_SEVERITIES] = { "list of words", LIST(REF("name")) },
	[PT_FORMS] = { "`{name: form}`", NAMED(REF("form")) },
	[PT_FIELDS] = { "`{name: field}`", NAMED("{\"anyOf\":[{\"type\":\"null\"},"
						 REF("field") "]}") },
	[PT_TYPE] = { "type", "{\"enum\":[\"text\",\"int\",\"number\",\"bool\",\"datetime\","
			      "\"duration\",\"list\",\"map\"]}" },
	[PT_RAW] = { "text", REF("text") },
};

#define E SEV_ERROR
#define W SEV_WARNING

const struct prule_def people_rules[PRULE_MAX] = {
	[PRULE_VERSION] = { "format-version", E, "`contacts: 1` is missing or another" },
	[PRULE_SHAPE] = { "shape", E, "a list where a mapping belongs, and the like" },
	[PRULE_UNKNOWN_KEY] = { "unknown-key", E, "a key that the format does not have" },
	[PRULE_MISSING_KEY] = { "missing-key", E, "a key that must be there" },
	[PRULE_CONTRADICTION] = { "contradiction", E, "keys that exclude each other" },
	[PRULE_EMPTY] = { "empty", E, "a key without a value, an empty list" },
	[PRULE_VALUE] = { "bad-value", E, "a value of another type, or out of its range" },
	[PRULE_NAME] = { "bad-name", E, "an id that cannot be one" },
	[PRULE_LIMIT] = { "limit", E, "over a stated limit" },
	[PRULE_ZONE] = { "unknown-zone", E, "a time zone that this machine's database lacks" },
	[PRULE_ZONE_PLACE] = { "zone-without-place", W,
			       "a zone that never has summer time, or counts the other way" },
	[PRULE_ZONE_NONE] = { "no-zones-here", W,
			      "this machine has no time zones: nobody's local time is known" },
	[PRULE_OVERLAP] = { "overlapping-hours", W, "working hours of one person that overlap" },
	[PRULE_UNKNOWN_NAME] = { "unknown-name", E,
				 "a person, group, role or channel that is not there" },
	[PRULE_AMBIGUOUS] = { "ambiguous-name", E,
			      "one name for a person, a group, a role, or for a person and a "
			      "channel" },
	[PRULE_TWICE] = { "named-twice", W, "the same person, address or name twice" },
	[PRULE_SEVERITY] = { "unknown-severity", E, "a severity that `severities` does not list" },
	[PRULE_NO_WAIT] = { "no-wait", E, "a severity at which nobody knows how long to wait" },
	[PRULE_NO_LADDERS] = { "no-ladders", W, "a file without any ladder" },
	[PRULE_EMPTY_LADDER] = { "empty-ladder", E, "a ladder without a rung" },
	[PRULE_NEVER_REACHED] = { "never-reached", W,
				  "a rung whose condition holds at no severity, in no round" },
	[PRULE_CONDITION] = { "bad-condition", E,
			      "a condition that does not compile or whose types do not fit" },
	[PRULE_NO_WAY] = { "no-way", E, "a rung on which nobody can be reached in the ways given" },
	[PRULE_LEFT_OUT] = { "left-out", W,
			     "somebody who is on a rung and has none of its ways, or none at all" },
	[PRULE_NEVER_USED] = { "never-used", W, "a person or a channel that no rung leads to" },
	[PRULE_PUBLIC] = { "public-unsaid", W,
			   "it looks like a mailing list and does not say whether it is public" },
	[PRULE_SECRET] = { "secret-in-file", W,
			   "the address of a webhook, which is a secret, in a file in git" },
	[PRULE_CLEAR] = { "not-encrypted", W, "messages that others on the way can read" },
	[PRULE_COMMENT] = { "comment-in-text", E,
			    "a YAML comment behind a command or condition that may belong to it" },
	[PRULE_ADDRESS] = { "bad-address", E, "a mail address that mail cannot be sent to" },
};
