/* The contacts format as tables: every key with its type and what it is for; what lint finds. */
#include "people_table.h"

#include "limits.h"
#include "people_form.h"
#include "peopleint.h"

#define N FORMAT_N
#define AT FORMAT_AT
#define AT2 FORMAT_AT2
#define TITLE .max = LIMIT_TITLE_BYTES

static const struct format_key file[] = {
	{ "contacts", FT_VERSION, .flags = FK_REQUIRED, .doc = "the version of this format: 1" },
	{ "severities", PT_SEVERITIES,
	  .doc = "how bad it can be, from the least to the worst; without it, the words that the "
		 "waits use" },
	{ "people", PT_PEOPLE, .doc = "who there is" },
	{ "channels", PT_CHANNELS, .doc = "where a message can be sent to" },
	{ "ladders", PT_LADDERS, .doc = "who is tried, in which order; `contact` steps name one" },
	{ "drill", PT_DRILL, TITLE,
	  .doc = "channel that messages of drills go to, and to nobody else; without it they are "
		 "not sent" },
	{ "forms", PT_FORMS,
	  .doc = "messages with places to fill in; `message: {form: NAME}` of a `contact` step" },
};

#define WAY(name, way, text) \
	{ name, FT_LINE, AT(people_person, ways[way]), TITLE, .doc = text }

static const struct format_key person[] = {
	{ "name", FT_LINE, AT(people_person, name), TITLE, .doc = "as people say it; the id else" },
	{ "note", FT_LINE, AT(people_person, note), TITLE, .doc = "what one must know" },
	{ "groups", FT_NAMES, AT2(people_person, groups, n_groups),
	  .doc = "groups that the person is in; a rung may name one" },
	{ "roles", FT_NAMES, AT2(people_person, roles, n_roles),
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

static const struct format_key channel[] = {
	{ "smtp", PT_SMTP, AT(people_channel, smtp), .doc = "mail" },
	{ "webhook", PT_WEBHOOK, AT(people_channel, webhook), .doc = "JSON to a web service" },
	{ "command", PT_COMMAND, AT(people_channel, command), .flags = FK_SHELL,
	  .doc = "a command of the shell, given $text, $subject and $to in its environment" },
	{ "by_hand", FT_TEXT, AT(people_channel, by_hand),
	  .doc = "what the operator does: no program sends it" },
	{ "note", FT_LINE, AT(people_channel, note), TITLE, .doc = "what one must know" },
	{ "public", FT_BOOL, AT(people_channel, is_public),
	  .doc = "true: others read it too; details do not belong there" },
	{ "carries", PT_WAY, AT(people_channel, carries),
	  .doc = "it takes a person's address of this kind, and so carries these tries" },
	{ "timeout", FT_DURATION, AT(people_channel, timeout_ms), .min = 1000, .max = 600000,
	  .doc = "after that it counts as not working; 30s else" },
};

static const struct format_key smtp[] = {
	{ "to", FT_LINES, AT2(people_smtp, to, n_to), TITLE,
	  .doc = "addresses; not with `carries: mail`" },
	{ "from", FT_LINE, AT(people_smtp, from), TITLE, .doc = "the sender; USER@HOST else" },
	{ "server", FT_LINE, AT(people_smtp, server), TITLE,
	  .doc = "HOST or HOST:PORT; localhost else" },
	{ "tls", PT_TLS, AT(people_smtp, tls),
	  .doc = "`required`, also where it is missing: STARTTLS; `wrapped`: from the first "
		 "byte" },
	{ "user", FT_LINE, AT(people_smtp, user), TITLE, .doc = "to log in with" },
	{ "password_from", PT_SECRET, AT(people_smtp, password), .doc = "where its password is" },
};

static const struct format_key webhook[] = {
	{ "url", PT_URL, AT(people_webhook, url), .max = 2000,
	  .doc = "the address, where it is no secret" },
	{ "url_from", PT_SECRET, AT(people_webhook, url_from), .doc = "where the address is" },
	{ "kind", PT_HOOK, AT(people_webhook, kind),
	  .doc = "`json` where it is missing; `pagerduty` is Events v2" },
	{ "key_from", PT_SECRET, AT(people_webhook, key_from),
	  .doc = "where PagerDuty's routing key is" },
};

static const struct format_key secret[] = {
	{ "env", FT_LINE, AT(people_secret, env), .max = LIMIT_ID_BYTES,
	  .doc = "the name of an environment variable" },
	{ "file", FT_LINE, AT(people_secret, file), TITLE,
	  .doc = "a file that holds nothing else" },
};

static const struct format_key ladder[] = {
	{ "note", FT_LINE, AT(people_ladder, note), TITLE, .doc = "when it is for" },
	{ "wait", PT_WAIT, AT(people_ladder, wait), .min = 1000, .max = 86400000,
	  .doc = "time for a reply before the next try: a duration, or one for each severity, with "
		 "`otherwise` for those that are not named" },
	{ "rounds", FT_INT, AT(people_ladder, rounds), .min = 1, .max = 10,
	  .doc = "how often it is climbed; once else" },
	{ "ack_expires", FT_DURATION, AT(people_ladder, ack_expires_ms), .min = 60000,
	  .max = 86400000,
	  .doc = "somebody who answered has so long to join; 30m else" },
	{ "rungs", PT_RUNGS, AT2(people_ladder, rungs, n_rungs), .flags = FK_REQUIRED,
	  .doc = "what is tried, in this order" },
};

static const struct format_key rung[] = {
	{ "channel", PT_CHANNEL, AT(people_rung_draft, channel), .doc = "a channel" },
	{ "who", PT_WHO, AT(people_rung_draft, who),
	  .doc = "instead: people, groups, roles; their people are tried one after another" },
	{ "each_of", PT_WHO, AT(people_rung_draft, each_of), .doc = "the same as `who`" },
	{ "by", PT_WAYS, AT2(people_rung_draft, rung.by, rung.n_by),
	  .doc = "with `who`: in which ways each of them is tried, in this order" },
	{ "order", PT_ORDER, AT(people_rung_draft, rung.as_written),
	  .doc = "with `who`: `awake-first` where it is missing" },
	{ "text", FT_LINE, AT(people_rung_draft, rung.text), TITLE,
	  .doc = "stands in front of the message" },
	{ "skip_if", PT_SKIP, AT(people_rung_draft, rung.skip_if),
	  .doc = "`{ask: QUESTION}`: the operator's yes passes it over" },
	{ "when", PT_CONDITION, AT(people_rung_draft, rung.when), .flags = FK_SHELL,
	  .doc = "a condition over `severity` and `round` (from 1); unknown asks the operator" },
	{ "wait", PT_WAIT, AT(people_rung_draft, rung.wait), .min = 1000, .max = 86400000,
	  .doc = "instead of the ladder's, where it says so" },
};

static const struct format_key skip[] = {
	{ "ask", FT_LINE, .at = 0, .flags = FK_REQUIRED, TITLE, .doc = "the question" },
};

static const struct format_key form[] = {
	{ "note", FT_LINE, AT(people_form, note), TITLE, .doc = "when it is for" },
	{ "subject", FT_LINE, AT(people_form, subject), .max = 400,
	  .doc = "of mails; the step's own else" },
	{ "text", FT_TEXT, AT(people_form, text), .flags = FK_REQUIRED,
	  .doc = "the message, with `${name}` for each field" },
	{ "fields", PT_FIELDS, AT2(people_form, fields, n_fields),
	  .doc = "what is filled in: by the step, else the operator is asked for it" },
};

static const struct format_key form_field[] = {
	{ "prompt", FT_LINE, AT(field, prompt), TITLE, .doc = "the question; the name else" },
	{ "as", PT_TYPE, AT(field, type), .doc = "the type; `text` else" },
	{ "one_of", FT_LINES, AT2(field, one_of, n_one_of), TITLE,
	  .doc = "the answers to choose from" },
	{ "default", FT_TEXT, AT(field, otherwise), .doc = "the answer proposed" },
	{ "min", FT_TEXT, AT(field, min), .doc = "the smallest answer" },
	{ "max", FT_TEXT, AT(field, max), .doc = "the largest answer" },
	{ "match", FT_TEXT, AT(field, match),
	  .doc = "a regular expression (POSIX extended) for the whole answer" },
};

#define NEEDS(x) FORMAT_NEEDS("\"" x "\"")
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

static const struct format_table tables[PTABLE_MAX] = {
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

#define REF FORMAT_REF
#define NAMED FORMAT_NAMED
#define SOME FORMAT_SOME
#define ONE_OR_LIST FORMAT_ONE_OR_LIST

static const char *const ways[] = { "phone", "sms", "mail", "chat", "pager", "in-person", NULL };
static const char *const hooks[] = { "json", "slack", "mattermost", "pagerduty", NULL };
static const char *const kinds[] = { "smtp", "webhook", "command", "by_hand", NULL };
static const char *const orders[] = { "awake-first", "as-written", NULL };
static const char *const tlses[] = { "required", "wrapped", "none", NULL };

static const char *type_word(int i)
{
	return i < VALUE_TYPE_MAX ? value_type_name((enum value_type)i) : NULL;
}

static const char *name(const char *const *words, int n, int i)
{
	return i >= 0 && i < n ? words[i] : "?";
}

const char *people_way_name(enum people_way w)
{
	return name(ways, (int)N(ways) - 1, (int)w);
}

const char *people_kind_name(enum people_kind k)
{
	return name(kinds, (int)N(kinds) - 1, (int)k);
}

const char *people_hook_name(enum people_hook h)
{
	return name(hooks, (int)N(hooks) - 1, (int)h);
}

static const struct format_type types[PT_MAX] = {
	[PT_ZONE] = { "time zone", REF("text"), people_zone },
	[PT_HOURS] = { "hours or list of hours", ONE_OR_LIST(REF("hours")), people_hours },
	[PT_AWAKE] = { "`HH:MM-HH:MM`", REF("span"), people_awake },
	[PT_WAIT] = { "duration or `{severity: duration}`",
		      "{\"anyOf\":[" REF("duration") "," NAMED(REF("duration")) "]}", people_wait,
		      .flags = FTYPE_NUMBER },
	[PT_WAYS] = { "way or list of ways", ONE_OR_LIST(REF("way")), people_ways,
		      ways },
	[PT_WAY] = { "way", REF("way"), format_read_word, ways },
	[PT_ORDER] = { NULL, NULL, people_order, orders },
	[PT_HOOK] = { NULL, NULL, format_read_word, hooks },
	[PT_TLS] = { NULL, NULL, format_read_word, tlses },
	[PT_URL] = { "address", "{\"type\":\"string\",\"pattern\":\"^https?://[^ ]+$\"}",
		     people_url },
	[PT_SECRET] = { "`{env: NAME}` or `{file: PATH}`", REF("secret"), people_secret },
	[PT_SKIP] = { "`{ask: QUESTION}`", REF("skip_if"), people_skip },
	[PT_CONDITION] = { "condition", REF("text"), format_read_placed },
	[PT_CHANNEL] = { "name", REF("name"), format_read_node },
	[PT_WHO] = { "name or list of names", ONE_OR_LIST(REF("name")), format_read_node },
	[PT_SMTP] = { "`{to:, server:, …}`", REF("smtp"), people_smtp },
	[PT_WEBHOOK] = { "`{url_from:, kind:, …}`", REF("webhook"), people_webhook },
	[PT_COMMAND] = { "command", REF("text"), format_read_text },
	[PT_PEOPLE] = { "`{id: person}`", NAMED(REF("person")), people_persons },
	[PT_CHANNELS] = { "`{name: channel}`", NAMED(REF("channel")), people_channels },
	[PT_LADDERS] = { "`{name: ladder}`", NAMED(REF("ladder")), people_ladders },
	[PT_RUNGS] = { "list of rungs", SOME(REF("rung")), people_rungs },
	[PT_DRILL] = { "name of a channel", REF("name"), people_drill },
	[PT_SEVERITIES] = { "list of words", SOME(REF("name")), people_severities },
	[PT_FORMS] = { "`{name: form}`", NAMED(REF("form")), people_forms },
	[PT_FIELDS] = { "`{name: field}`", NAMED("{\"anyOf\":[{\"type\":\"null\"},"
						 REF("field") "]}"), people_fields },
	[PT_TYPE] = { "type", NULL, format_read_word, .word = type_word },
};

#define SPAN "[0-9][0-9]:[0-9][0-9]-[0-9][0-9]:[0-9][0-9]$"
#define DAY "(mon|tue|wed|thu|fri|sat|sun)"
#define DAYS DAY "(-" DAY ")?"

static const struct format_def defs[] = {
	{ "span", "{\"type\":\"string\",\"pattern\":\"^" SPAN "\"}", 0 },
	{ "hours", "{\"type\":\"string\","
		   "\"pattern\":\"^((daily|" DAYS "(," DAYS ")*) +)?" SPAN "\"}", 0 },
	{ "way", NULL, PT_WAY },
};

#define E SEV_ERROR
#define W SEV_WARNING

static const struct format_rule rules[PRULE_MAX] = {
	FORMAT_RULES,
	[FR_VERSION] = { "format-version", E, "`contacts: 1` is missing or another" },
	[FR_EMPTY] = { "empty", E, "a key without a value, an empty list" },
	[FR_NAME] = { "bad-name", E, "an id that cannot be one" },
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
	[FR_TWICE] = { "named-twice", W, "the same person, address or name twice" },
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
	[FR_COMMENT] = { "comment-in-text", E,
			    "a YAML comment behind a command or condition that may belong to it" },
	[PRULE_ADDRESS] = { "bad-address", E, "a mail address that mail cannot be sent to" },
};

const struct format people_format = {
	.name = "contacts", .tables = tables, .n_tables = PTABLE_MAX, .types = types,
	.rules = rules, .n_rules = PRULE_MAX, .defs = defs, .n_defs = N(defs),
	.max = LIMIT_NOTE_BYTES,
};
