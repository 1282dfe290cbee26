/* From a contacts file to a plan that can be climbed. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "climb.h"
#include "err.h"
#include "expr.h"
#include "ladder.h"
#include "presence.h"

static const char file[] =
	"contacts: 1\n"
	"severities: [ordinary, down]\n"
	"ladders:\n"
	"  ops:\n"
	"    wait: {ordinary: 30m, otherwise: 2m}\n"
	"    rounds: 3\n"
	"    rungs:\n"
	"      - {channel: chat, skip_if: {ask: No account?}}\n"
	"      - {channel: chat, skip_if: {ask: No account?}, wait: {down: 1m}}\n"
	"      - {who: [raj, engineers], by: [sms, phone], order: as-written, when: severity = 'down'}\n"
	"      - {who: dba, skip_if: {ask: Not the database?}, when: round > 1}\n"
	"  other: {wait: 1m, rungs: [{channel: bell}]}\n"
	"people:\n"
	"  ana: {groups: engineers, roles: dba, phone: '1', sms: '2', mail: a@example.org}\n"
	"  raj: {groups: engineers, phone: '3'}\n"
	"channels:\n"
	"  chat: {webhook: {url: 'https://chat.example.org', kind: json}}\n"
	"  bell: {by_hand: Ring it.}\n"
	"  letters: {smtp: {server: localhost}, carries: mail}\n";

enum { ANA, RAJ, CHAT, BELL, LETTERS };

static int read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static struct people *people(const char *text)
{
	struct loader_source src = { (void *)(uintptr_t)text, read_text };
	struct findings f = { 0 };
	struct people *p = NULL;

	assert_int_equal(people_load("contacts.yaml", &src, &p, &f, NULL), 0);
	for (size_t i = 0; i < f.n; i++)
		print_error("%d: %s\n", f.v[i].at.line, f.v[i].text);
	assert_int_equal(f.n, 0);
	findings_release(&f);
	return p;
}

static void is_target(const struct climb_plan *c, size_t rung, size_t i, int party, int way)
{
	assert_true(i < c->plan.rungs[rung].n);
	assert_int_equal(c->plan.rungs[rung].targets[i].party, party);
	assert_int_equal(c->plan.rungs[rung].targets[i].way, way);
}

static void a_plan_has_everybody_once_in_the_order_written(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(climb_plan(p, "ops", &c, &err), 0);
	assert_int_equal(c.plan.n_rungs, 4);
	assert_int_equal(c.plan.rounds, 3);
	assert_int_equal(c.plan.ack_expires_ms, 30 * 60000);
	is_target(&c, 0, 0, CHAT, 0);
	assert_int_equal(c.plan.rungs[2].n, 3);
	is_target(&c, 2, 0, RAJ, PEOPLE_PHONE); /* who has no sms is called */
	is_target(&c, 2, 1, ANA, PEOPLE_SMS);
	is_target(&c, 2, 2, ANA, PEOPLE_PHONE);
	is_target(&c, 3, 0, ANA, PEOPLE_PHONE); /* without `by`: all ways, the quickest first */
	is_target(&c, 3, 1, ANA, PEOPLE_SMS);
	is_target(&c, 3, 2, ANA, PEOPLE_MAIL);
	assert_false(c.plan.rungs[2].awake_first);
	assert_true(c.plan.rungs[3].awake_first);
	climb_release(&c);
	people_free(p);
}

static void waits_come_from_the_rung_then_from_the_ladder(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(climb_plan(p, "ops", &c, &err), 0);
	assert_int_equal(c.plan.n_severities, 2);
	assert_int_equal(c.plan.rungs[0].wait_ms[0], 30 * 60000);
	assert_int_equal(c.plan.rungs[0].wait_ms[1], 2 * 60000);
	assert_int_equal(c.plan.rungs[1].wait_ms[0], 30 * 60000);
	assert_int_equal(c.plan.rungs[1].wait_ms[1], 60000);
	climb_release(&c);
	people_free(p);
}

static void one_question_is_one_however_often_it_is_written(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(climb_plan(p, "ops", &c, &err), 0);
	assert_int_equal(c.plan.n_questions, 2);
	assert_int_equal(c.plan.rungs[0].question, 0);
	assert_int_equal(c.plan.rungs[1].question, 0);
	assert_int_equal(c.plan.rungs[2].question, LADDER_NONE);
	assert_int_equal(c.plan.rungs[3].question, 1);
	assert_string_equal(c.questions[1], "Not the database?");
	climb_release(&c);
	people_free(p);
}

static void who_carries_a_try_is_known(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(climb_plan(p, "ops", &c, &err), 0);
	assert_ptr_equal(climb_carrier(&c, CHAT, 0), &p->channels[0]);
	assert_null(climb_carrier(&c, BELL, 0));
	assert_null(climb_carrier(&c, ANA, PEOPLE_PHONE));
	assert_ptr_equal(climb_carrier(&c, ANA, PEOPLE_MAIL), &p->channels[2]);
	assert_null(climb_carrier(&c, ANA, PEOPLE_NO_WAY));
	assert_ptr_equal(climb_person(&c, RAJ), &p->persons[1]);
	assert_null(climb_person(&c, CHAT));
	assert_null(climb_channel(&c, RAJ));
	assert_null(climb_channel(&c, LETTERS + 1));
	climb_release(&c);
	people_free(p);
}

static void conditions_know_severity_and_round(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct expr *x;
	struct err err;

	(void)state;
	assert_int_equal(expr_open(&x, &err), 0);
	assert_int_equal(climb_plan(p, "ops", &c, &err), 0);
	assert_int_equal(climb_holds(&c, x, 0, NULL, 1), LADDER_HOLDS);
	assert_int_equal(climb_holds(&c, x, 2, "down", 1), LADDER_HOLDS);
	assert_int_equal(climb_holds(&c, x, 2, "ordinary", 1), LADDER_HOLDS_NOT);
	assert_int_equal(climb_holds(&c, x, 2, NULL, 1), LADDER_HOLDS_UNKNOWN);
	assert_int_equal(climb_holds(&c, x, 3, NULL, 1), LADDER_HOLDS_NOT);
	assert_int_equal(climb_holds(&c, x, 3, NULL, 2), LADDER_HOLDS);
	climb_release(&c);
	people_free(p);
	expr_close(x);
}

static void a_ladder_that_is_not_there_is_named_with_what_comes_close(void **state)
{
	struct people *p = people(file);
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(climb_plan(p, "opps", &c, &err), ERR_NOTFOUND);
	assert_string_equal(err.text, "contacts.yaml has no ladder opps; did you mean ops?");
	assert_int_equal(climb_plan(p, "zzzzzz", &c, &err), ERR_NOTFOUND);
	assert_string_equal(err.text, "contacts.yaml has no ladder zzzzzz");
	people_free(p);
}

/* What could be read of a broken file is climbed where it can be, and never half. */
static void a_broken_ladder_is_refused_not_guessed(void **state)
{
	static char text[] = "contacts: 1\nladders:\n  a: {rungs: [{who: ana}]}\n"
			     "  b: {wait: 1m, rungs: [{who: nobody}]}\n"
			     "  c: {wait: 1m, rungs: [{who: nobody}, {who: ana}]}\n"
			     "people: {ana: {phone: '1'}}\n";
	struct loader_source src = { text, read_text };
	struct findings f = { 0 };
	struct people *p = NULL;
	struct climb_plan c;
	struct err err;

	(void)state;
	assert_int_equal(people_load("contacts.yaml", &src, &p, &f, NULL), 0);
	assert_int_equal(climb_plan(p, "a", &c, &err), ERR_USAGE);
	assert_int_equal(climb_plan(p, "b", &c, &err), ERR_USAGE);
	assert_int_equal(climb_plan(p, "c", &c, &err), 0);
	assert_int_equal(c.plan.rungs[0].n, 0);
	assert_int_equal(c.plan.rungs[1].n, 1);
	climb_release(&c);
	findings_release(&f);
	people_free(p);
}

/* As many as a file may have: still read and ordered in a moment. */
static void a_thousand_people_are_no_trouble(void **state)
{
	static const char *const zones[] = { "Europe/Madrid", "Asia/Kolkata", "America/Toronto",
					     "Asia/Tokyo", "Australia/Sydney", "UTC" };
	struct presence_cache cache = { 0 };
	struct buf text = BUF_INIT;
	struct people *p;
	int seen[LADDER_ASLEEP + 1] = { 0 };

	(void)state;
	buf_adds(&text, "contacts: 1\nladders: {ops: {wait: 1m, rungs: [{who: all}]}}\npeople:\n");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "  p%d: {groups: all, phone: '%d', zone: %s, hours: 09:00-17:00}\n", i,
			 i, zones[i % COUNT_OF(zones)]);
	p = people(text.data);
	assert_int_equal(p->n_persons, 1000);
	for (size_t i = 0; i < p->n_persons; i++)
		seen[presence_cached(&cache, &p->persons[i], 1763935200000000000).is]++;
	assert_int_equal(cache.n, COUNT_OF(zones));
	assert_int_equal(seen[LADDER_PRESENCE_UNKNOWN], 0);
	assert_true(seen[LADDER_ASLEEP] > 0 && seen[LADDER_AWAKE] > 0);
	presence_cache_release(&cache);
	people_free(p);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_plan_has_everybody_once_in_the_order_written),
		UNIT(waits_come_from_the_rung_then_from_the_ladder),
		UNIT(one_question_is_one_however_often_it_is_written),
		UNIT(who_carries_a_try_is_known),
		UNIT(conditions_know_severity_and_round),
		UNIT(a_ladder_that_is_not_there_is_named_with_what_comes_close),
		UNIT(a_broken_ladder_is_refused_not_guessed),
		UNIT(a_thousand_people_are_no_trouble),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
