/* What a contact step is given of its contacts file: all of it in words and numbers, nothing secret,
 * and where it cannot be had, why not. */
#include "unit.h"

#include <string.h>

#include "buf.h"
#include "contact.h"
#include "err.h"
#include "file_rig.h"
#include "ladder_plan.h"
#include "loader.h"
#include "people_attach.h"
#include "str.h"

static struct runbook *load(struct file *files)
{
	struct loader_source src = { files, file_read };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct err err = { 0 };

	loader_load(files[0].path, &src, &rb, &f, &err);
	findings_release(&f);
	assert_non_null(rb);
	people_attach(rb);
	return rb;
}

#define BOOK(contacts, ladder)                                                                    \
	"blackstart: 1\ntitle: T\ncontacts: " contacts "\nsteps:\n  - contact: " ladder           \
	"\n    message: Help.\n"

static const char whole[] =
	"contacts: 1\n"
	"severities: [ordinary, down]\n"
	"ladders:\n"
	"  ops:\n"
	"    note: by night\n"
	"    wait: {ordinary: 5m, down: 1m}\n"
	"    rungs:\n"
	"      - {channel: chat, text: '@here', skip_if: {ask: No account?}}\n"
	"      - {who: ana, by: [sms, phone], when: severity = 'down'}\n"
	"people:\n"
	"  ana: {name: Ana Example, groups: [night, day], zone: Europe/Madrid, phone: '1', sms: '2'}\n"
	"  raj: {phone: '3'}\n"
	"channels:\n"
	"  chat: {webhook: {url_from: {file: url}, kind: slack}, public: true, timeout: 9s}\n"
	"  gw: {command: text it, carries: sms}\n"
	"  desk: {by_hand: Ring the bell.}\n";

static void a_ladder_is_attached_in_words_and_numbers(void **x)
{
	struct file files[] = { { "books/b.yaml", BOOK("../who/c.yaml", "ops") },
				{ "who/c.yaml", whole },
				{ NULL, NULL } };
	struct runbook *rb = load(files);
	const struct contact *c = rb->all[0]->contact;

	(void)x;
	assert_non_null(c);
	assert_null(rb->all[0]->contact_why);
	assert_null(c->problem);
	assert_string_equal(c->path, "who/c.yaml");
	assert_string_equal(c->message, "Help.");
	assert_string_equal(c->note, "by night");
	assert_int_equal(c->n_parties, 5);
	assert_int_equal(c->plan->n_rungs, 2);
	assert_string_equal(c->rung_texts[0], "@here");
	assert_null(c->rung_texts[1]);
	assert_string_equal(c->questions[0], "No account?");
	assert_string_equal(c->conditions[1], "severity = 'down'");
	assert_int_equal(contact_severity(c, "down"), 1);
	assert_int_equal(contact_severity(c, "awful"), -1);
	assert_int_equal(contact_find(c, "raj"), 1);
	assert_int_equal(contact_find(c, "ana example"), 0);
	assert_int_equal(contact_find(c, "nobody"), -1);
	assert_string_equal(c->parties[0].groups, "night, day");
	assert_string_equal(c->parties[0].zone, "Europe/Madrid");
	assert_true(c->parties[0].on_ladder);
	assert_false(c->parties[1].on_ladder);
	assert_true(c->parties[2].is_channel && c->parties[2].is_public);
	assert_string_equal(c->parties[2].ways[0].name, "webhook (slack)");
	assert_string_equal(c->parties[2].command, CONTACT_SEND);
	assert_int_equal(c->parties[2].timeout_ms, 9000);
	assert_string_equal(c->parties[4].ways[0].address, "Ring the bell.");
	runbook_free(rb);
}

static void a_name_that_two_have_means_neither(void **x)
{
	struct file files[] = {
		{ "b.yaml", BOOK("c.yaml", "ops") },
		{ "c.yaml", "contacts: 1\nladders: {ops: {wait: 5m, rungs: [{who: [a, b, c]}]}}\n"
			    "people:\n  a: {name: Ana, phone: '1'}\n  b: {name: Ana, phone: '2'}\n"
			    "  c: {name: Raj, phone: '3'}\n" },
		{ NULL, NULL } };
	struct runbook *rb = load(files);
	const struct contact *c = rb->all[0]->contact;

	(void)x;
	assert_int_equal(contact_find(c, "Ana"), -1);
	assert_int_equal(contact_find(c, "a"), 0);
	assert_int_equal(contact_find(c, "b"), 1);
	assert_int_equal(contact_find(c, "raj"), 2);
	assert_int_equal(contact_find(c, NULL), -1);
	runbook_free(rb);
}

static void it_knows_what_sends_each_try(void **x)
{
	struct file files[] = { { "b.yaml", BOOK("c.yaml", "ops") }, { "c.yaml", whole },
				{ NULL, NULL } };
	struct runbook *rb = load(files);
	const struct contact *c = rb->all[0]->contact;
	const struct ladder_target *sms = &c->plan->rungs[1].targets[0];

	(void)x;
	assert_string_equal(contact_way(c, sms->party, sms->way)->address, "2");
	assert_string_equal(contact_carrier(c, sms->party, sms->way)->id, "gw");
	assert_string_equal(contact_carrier(c, sms->party, sms->way)->command, "text it");
	assert_null(contact_carrier(c, sms[1].party, sms[1].way)); /* the phone */
	assert_null(contact_carrier(c, 4, 0));                     /* the bell */
	assert_string_equal(contact_carrier(c, 2, 0)->id, "chat");
	assert_null(contact_way(c, 0, 99));
	assert_null(contact_way(c, 1, sms->way)); /* raj has none */
	assert_null(contact_party(c, 5));
	runbook_free(rb);
}

/* Commands run in the runbook's folder; a secret's file lies by the contacts. */
static void a_secrets_file_is_named_from_where_commands_run(void **x)
{
	static const struct {
		const char *book, *contacts, *as_named, *file;
	} cases[] = {
		{ "books/b.yaml", "who/c.yaml", "../who/c.yaml", "\"../who/url\"" },
		{ "b.yaml", "c.yaml", "c.yaml", "\"./url\"" },
		{ "a/b/b.yaml", "a/b/d/c.yaml", "d/c.yaml", "\"d/url\"" },
		{ "/x/b.yaml", "/y/c.yaml", "/y/c.yaml", "\"/y/url\"" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf book = BUF_INIT;
		struct file files[] = { { cases[i].book, NULL }, { cases[i].contacts, whole },
					{ NULL, NULL } };
		struct runbook *rb;
		const struct contact *c;

		buf_addf(&book, "blackstart: 1\ntitle: T\ncontacts: %s\nsteps:\n"
			 "  - {contact: ops, message: Help.}\n", cases[i].as_named);
		files[0].text = buf_str(&book);
		rb = load(files);
		c = rb->all[0]->contact;
		assert_non_null(c);
		if (!strstr(c->parties[2].json, cases[i].file) &&
		    !(i == 1 && strstr(c->parties[2].json, "\"url\"")))
			fail_msg("%s: %s", cases[i].file, c->parties[2].json);
		runbook_free(rb);
		buf_release(&book);
	}
}

static void what_cannot_be_had_leaves_an_instruction_and_says_why(void **x)
{
	static const struct {
		const char *book, *contacts, *why;
	} cases[] = {
		{ BOOK("c.yaml", "opps"), whole, "has no ladder opps; did you mean ops?" },
		{ BOOK("c.yaml", "ops"), NULL, "the contacts file is not there" },
		{ BOOK("c.yaml", "ops"), "contacts: [1\n", "mistakes" },
		{ BOOK("c.yaml", "ops"),
		  "contacts: 1\nladders:\n  ops: {wait: 5m, rungs: [{who: nobody}]}\n",
		  "nobody is on ladder ops" },
		{ BOOK("c.yaml", "ops"),
		  "contacts: 1\nladders:\n  ops: {rungs: [{who: a}]}\npeople: {a: {phone: '1'}}\n",
		  "does not say how long" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct file files[] = { { "b.yaml", cases[i].book },
					{ cases[i].contacts ? "c.yaml" : "other",
					  cases[i].contacts ? cases[i].contacts : "" },
					{ NULL, NULL } };
		struct runbook *rb = load(files);

		assert_null(rb->all[0]->contact);
		assert_true(step_is_manual(rb->all[0]));
		assert_non_null(rb->all[0]->contact_why);
		if (!strstr(rb->all[0]->contact_why, cases[i].why))
			fail_msg("case %zu: %s", i, rb->all[0]->contact_why);
		runbook_free(rb);
	}
}

/* At night what can be climbed is climbed; that something is wrong is said. */
static void a_file_with_mistakes_is_used_as_far_as_it_goes(void **x)
{
	struct buf text = BUF_INIT;
	struct file files[] = { { "b.yaml", BOOK("c.yaml", "ops") }, { "c.yaml", NULL },
				{ NULL, NULL } };
	struct runbook *rb;

	(void)x;
	buf_addf(&text, "%sladdders: {}\n", whole);
	files[1].text = buf_str(&text);
	rb = load(files);
	assert_non_null(rb->all[0]->contact);
	assert_non_null(strstr(rb->all[0]->contact->problem, "1 mistake "));
	runbook_free(rb);
	buf_release(&text);
}

static void a_called_runbook_has_its_own_contacts(void **x)
{
	struct file files[] = {
		{ "b.yaml", "blackstart: 1\ntitle: T\ncontacts: c.yaml\nsteps:\n"
			    "  - {contact: ops, message: Outer.}\n  - {call: sub/s.yaml}\n" },
		{ "c.yaml", whole },
		{ "sub/s.yaml", "blackstart: 1\ntitle: S\ncontacts: d.yaml\nsteps:\n"
				"  - {contact: ops, message: Inner.}\n" },
		{ "sub/d.yaml", "contacts: 1\nladders: {ops: {wait: 5m, rungs: [{who: eve}]}}\n"
				"people: {eve: {phone: '9'}}\n" },
		{ NULL, NULL } };
	struct runbook *rb = load(files);

	(void)x;
	assert_int_equal(rb->n_all, 3);
	assert_string_equal(rb->all[0]->contact->parties[0].id, "ana");
	assert_string_equal(rb->all[2]->contact->parties[0].id, "eve");
	assert_string_equal(rb->all[2]->contact->message, "Inner.");
	runbook_free(rb);
}

static void local_time_is_said_where_it_is_known(void **x)
{
	struct file files[] = { { "b.yaml", BOOK("c.yaml", "ops") }, { "c.yaml", whole },
				{ NULL, NULL } };
	struct runbook *rb = load(files);
	const struct contact *c = rb->all[0]->contact;
	struct contact_local at;

	(void)x;
	c->local(c, 0, 1795320000LL * 1000000000, &at); /* 2026-11-22 04:00 UTC, a Sunday */
	assert_true(at.known);
	assert_string_equal(at.text, "Sun 05:00 CET");
	assert_string_equal(at.presence, "asleep");
	c->local(c, 1, 1795320000LL * 1000000000, &at);
	assert_false(at.known);
	assert_string_equal(at.presence, "unknown");
	c->local(c, 2, 0, &at);
	assert_false(at.known);
	runbook_free(rb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_ladder_is_attached_in_words_and_numbers),
		UNIT(a_name_that_two_have_means_neither),
		UNIT(it_knows_what_sends_each_try),
		UNIT(a_secrets_file_is_named_from_where_commands_run),
		UNIT(what_cannot_be_had_leaves_an_instruction_and_says_why),
		UNIT(a_file_with_mistakes_is_used_as_far_as_it_goes),
		UNIT(a_called_runbook_has_its_own_contacts),
		UNIT(local_time_is_said_where_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
