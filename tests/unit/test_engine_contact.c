/* A contact step, walked: one behaviour a test. */
#include "unit.h"

#include "../lib/climb_rig.h"

static const struct named set_bad = { "bad", { "ordinary", { 0 } } };
static const enum value_type set_text = VALUE_TEXT;

static struct step *bad_is_ordinary(struct rig *r)
{
	struct step *s = rig_step(r, KIND_SET, "set", NULL);

	s->sets = &set_bad;
	s->set_types = &set_text;
	s->n_sets = 1;
	return s;
}

static struct step *begin(struct rig *r, int rounds)
{
	rig_init(r);
	return rig_contact(r, "help", rounds);
}

/* set, help (and what follows), opened; the climb is started. */
static void walk(struct rig *r, struct step *help, struct step **more, size_t n)
{
	struct step *all[8] = { bad_is_ordinary(r), help };

	for (size_t i = 0; i < n; i++)
		all[2 + i] = more[i];
	rig_open(r, all, 2 + n);
	assert_true(rig_say(r, "help", VERB_START, NULL));
	rig_climb(r);
}

static const struct inst *help(const struct rig *r)
{
	return rig_inst(r, "help");
}

static const struct ladder_try *last_try(const struct rig *r)
{
	const struct ladder_try *y;
	size_t n = ladder_tries(help(r)->climb->ladder, &y);

	return n ? &y[n - 1] : NULL;
}

static size_t n_tries(const struct rig *r)
{
	const struct ladder_try *y;

	return ladder_tries(help(r)->climb->ladder, &y);
}

static void is_at(const struct rig *r, enum step_state st, enum outcome o)
{
	assert_string_equal(word_of(WORDS_STATE, help(r)->state), word_of(WORDS_STATE, st));
	assert_string_equal(word_of(WORDS_OUTCOME, help(r)->outcome), word_of(WORDS_OUTCOME, o));
	assert_string_equal(engine_check(r->e), "");
}

static void tries_is(const struct rig *r, size_t n, int party, enum ladder_result result)
{
	assert_int_equal(n_tries(r), n);
	assert_int_equal(last_try(r)->party, party);
	assert_string_equal(ladder_result_name(last_try(r)->result), ladder_result_name(result));
	assert_string_equal(engine_check(r->e), "");
}

/* The message that is asked for now is forked and let go. */
static void goes(struct rig *r, char token[TOKEN_MAX])
{
	assert_true(rig_prepared(r, token));
	rig_climb(r);
}

static void ends(struct rig *r, const char *token, int code, const char *err)
{
	struct engine_input in = { .kind = INPUT_ENDED, .token = token, .code = code,
				   .out = "250 taken\n", .n_out = 10, .err = err,
				   .n_err = err ? strlen(err) : 0 };

	rig_feed(r, &in);
	rig_climb(r);
}

static void is_sent(struct rig *r)
{
	char token[TOKEN_MAX];

	goes(r, token);
	ends(r, token, 0, NULL);
}

static const char *env_of(const struct action *a, const char *name)
{
	for (size_t i = 0; i < a->n_env; i++)
		if (str_eq(a->env[i].name, name))
			return a->env[i].value;
	return NULL;
}

static void over(struct rig *r)
{
	assert_true(rig_replays(r));
	rig_release(r);
}

/* --- going out -------------------------------------------------------------------------------- */

static void nothing_goes_out_before_it_was_looked_at(void **x)
{
	struct rig r;
	struct step *all[] = { begin(&r, 1) };
	struct buf b = BUF_INIT;

	(void)x;
	rig_open(&r, all, 1);
	rig_climb(&r);
	is_at(&r, STEP_WAITING, OUTCOME_NONE);
	assert_true(help(&r)->prompt > 0);
	assert_null(help(&r)->climb);
	contact_message(&b, engine_state(r.e), help(&r));
	assert_string_equal(buf_str(&b), "help\nIt is ${bad}.");
	assert_int_equal(contact_rows(help(&r), NULL, 0), 3);
	buf_release(&b);
	over(&r);
}

static void a_try_is_on_record_before_its_message(void **x)
{
	struct rig r;
	char token[TOKEN_MAX];
	const struct action *a;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	tries_is(&r, 1, CHAT, LADDER_BEGUN);
	a = rig_act(&r, ACT_PREPARE);
	assert_non_null(a);
	assert_null(rig_act(&r, ACT_GO));
	assert_string_equal(a->text, "post");
	assert_int_equal(a->purpose, PURPOSE_SEND);
	assert_string_equal(env_of(a, "text"), "@here It is ordinary.");
	assert_string_equal(env_of(a, "to"), "");
	assert_string_equal(env_of(a, "severity"), "ordinary");
	assert_string_equal(env_of(a, "severity_is"), "least");
	assert_null(env_of(a, "bad"));
	goes(&r, token);
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "\"purpose\":\"send\""), 1);
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "\"try\":1"), 1);
	ends(&r, token, 0, NULL);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	assert_string_equal(last_try(&r)->why, "250 taken");
	rig_pass_ms(&r, 9000);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	rig_pass_ms(&r, 1100);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	assert_string_equal(env_of(rig_act(&r, ACT_PREPARE), "to"), "+2");
	over(&r);
}

static void a_drill_says_so_in_what_it_sends(void **x)
{
	struct rig r;
	struct step *all[] = { begin(&r, 1) };
	struct opening o = { .run = "bench", .title = "bench", .version = "test", .cwd = "/",
			     .mode = MODE_DRILL };
	struct buf b = BUF_INIT;
	struct err err;

	(void)x;
	r.book.steps = all;
	r.book.n_steps = 1;
	r.e = engine_new(&r.book, NULL, NULL);
	o.boot_id = r.boot;
	o.now = r.now;
	engine_opening(event_list_add(&r.log), &o);
	assert_int_equal(engine_apply(r.e, &r.log.v[0], &err), 0);
	rig_keeper(&r, "start");
	contact_message(&b, engine_state(r.e), help(&r));
	assert_string_equal(buf_str(&b), "DRILL: help\nDRILL: It is ${bad}.");
	buf_release(&b);
	over(&r);
}

static void a_channel_that_does_not_work_is_passed_over_at_once(void **x)
{
	struct rig r;
	char token[TOKEN_MAX];
	const struct ladder_try *y;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	goes(&r, token);
	ends(&r, token, 7, "first\nno route to host\n");
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	ladder_tries(help(&r)->climb->ladder, &y);
	assert_int_equal(y[0].result, LADDER_DEAD);
	assert_string_equal(y[0].why, "no route to host");
	over(&r);
}

static void a_message_that_hangs_holds_nobody_up_and_is_stopped(void **x)
{
	struct rig r;
	char hangs[TOKEN_MAX];
	const struct ladder_try *y;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	goes(&r, hangs);
	rig_pass_ms(&r, 4000);
	assert_int_equal(rig_count(&r, EV_STOP, "timeout"), 0);
	rig_pass_ms(&r, 1100);
	assert_int_equal(rig_count(&r, EV_STOP, "timeout"), 1);
	assert_non_null(rig_act(&r, ACT_STOP));
	rig_pass_ms(&r, 5000); /* its wait is over, and it is not dead yet */
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	ends(&r, hangs, 0, NULL);
	ladder_tries(help(&r)->climb->ladder, &y);
	assert_int_equal(y[0].result, LADDER_SENT);
	over(&r);
}

static void a_fate_that_nobody_knows_is_a_dead_channel(void **x)
{
	struct rig r;
	char token[TOKEN_MAX];
	struct engine_input in = { .kind = INPUT_UNKNOWN, .token = token, .text = "gone" };
	const struct ladder_try *y;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	goes(&r, token);
	rig_feed(&r, &in);
	rig_climb(&r);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	ladder_tries(help(&r)->climb->ladder, &y);
	assert_int_equal(y[0].result, LADDER_DEAD);
	assert_non_null(strstr(y[0].why, "fate unknown"));
	over(&r);
}

static void a_message_that_never_left_the_gate_is_sent_again_and_once(void **x)
{
	struct rig r;
	char token[TOKEN_MAX];
	struct engine_input in = { .kind = INPUT_NEVER, .token = token };

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	goes(&r, token);
	rig_feed(&r, &in);
	rig_climb(&r);
	tries_is(&r, 1, CHAT, LADDER_BEGUN);
	is_sent(&r);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "\"try\":1"), 2);
	assert_null(rig_act(&r, ACT_PREPARE));
	over(&r);
}

static void what_was_decided_before_a_crash_is_sent_once_after_it(void **x)
{
	struct rig r;
	struct engine *again;
	struct err err;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	assert_non_null(rig_act(&r, ACT_PREPARE)); /* and nothing of that is on record */
	again = engine_new(&r.book, NULL, NULL);
	for (size_t i = 0; i < r.log.n; i++)
		assert_int_equal(engine_apply(again, &r.log.v[i], &err), 0);
	engine_free(r.e);
	r.e = again;
	r.now.boot += 60LL * 1000000000;
	r.now.wall += 60LL * 1000000000;
	rig_keeper(&r, "crash");
	rig_climb(&r);
	tries_is(&r, 1, CHAT, LADDER_BEGUN);
	is_sent(&r);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	rig_pass_ms(&r, 9000); /* its wait is counted from when it went out */
	tries_is(&r, 1, CHAT, LADDER_SENT);
	over(&r);
}

/* --- by hand ---------------------------------------------------------------------------------- */

/* chat and sms are taken, nobody answers; ana's phone is offered. */
static void to_the_phone(struct rig *r)
{
	is_sent(r);
	rig_pass_ms(r, 10100);
	is_sent(r);
	rig_pass_ms(r, 10100);
	tries_is(r, 3, ANA, LADDER_OFFERED);
}

static void a_try_by_hand_that_nobody_makes_is_passed_over(void **x)
{
	struct rig r;
	const struct ladder_try *y;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	to_the_phone(&r);
	assert_null(rig_act(&r, ACT_PREPARE));
	rig_pass_ms(&r, 10100);
	tries_is(&r, 4, RAJ, LADDER_OFFERED);
	ladder_tries(help(&r)->climb->ladder, &y);
	assert_int_equal(y[2].result, LADDER_PASSED);
	assert_string_equal(y[2].why, "not made in its time");
	over(&r);
}

static void one_that_takes_longer_than_it_should_is_late(void **x)
{
	struct rig r;
	struct step *s = begin(&r, 1);

	(void)x;
	s->takes_ms = 3000;
	walk(&r, s, NULL, 0);
	is_sent(&r);
	assert_true(engine_deadline(r.e) <= r.now.boot + 3000000000LL);
	rig_pass_ms(&r, 2000);
	assert_int_equal(rig_count(&r, EV_NOTE, "\"late\""), 0);
	rig_pass_ms(&r, 1100);
	rig_pass_ms(&r, 1100);
	assert_int_equal(rig_count(&r, EV_NOTE, "\"late\""), 1);
	over(&r);
}

static void a_call_that_is_under_way_has_its_time_from_then(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	to_the_phone(&r);
	rig_pass_ms(&r, 9000);
	assert_true(rig_reply(&r, "help", "ana", "calling"));
	rig_pass_ms(&r, 9000);
	tries_is(&r, 3, ANA, LADDER_BEGUN);
	assert_true(rig_reply(&r, "help", "Ana Example", "no-answer"));
	tries_is(&r, 4, RAJ, LADDER_OFFERED);
	assert_false(rig_reply(&r, "help", "ana", "calling"));
	assert_false(rig_reply(&r, "help", "nobody", "answered"));
	assert_false(rig_reply(&r, "help", "raj", "anwsered"));
	assert_false(rig_reply(&r, "help", "gw", "no-answer"));
	over(&r);
}

/* A reply of somebody who saw the board before another try was made. */
static bool reply_to_try(struct rig *r, const char *who, const char *text, const char *tries)
{
	struct intent_field field = { .name = (char *)(uintptr_t) "try",
				      .text = (char *)(uintptr_t)tries };
	struct intent it = { .verb = VERB_REPLY, .step = (char *)(uintptr_t) "help",
			     .name = (char *)(uintptr_t)who, .text = (char *)(uintptr_t)text,
			     .fields = &field, .n_fields = 1 };
	bool accepted = rig_send(r, &it);

	if (accepted)
		rig_climb(r);
	return accepted;
}

static void what_came_of_a_try_is_not_taken_for_a_later_one(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 2), NULL, 0);
	to_the_phone(&r);
	assert_false(reply_to_try(&r, "ana", "no-answer", "1"));
	assert_non_null(strstr(r.verdict.why, "earlier try"));
	assert_false(reply_to_try(&r, "ana", "no-answer", "3"));
	assert_false(reply_to_try(&r, "ana", "no-answer", "1st"));
	tries_is(&r, 3, ANA, LADDER_OFFERED);
	assert_true(reply_to_try(&r, "ana", "no-answer", "2"));
	tries_is(&r, 4, RAJ, LADDER_OFFERED);
	/* how somebody stands is of no try */
	assert_true(reply_to_try(&r, "ana", "answered", "0"));
	over(&r);
}

static void a_wrong_number_and_a_refusal_are_not_tried_again(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 2), NULL, 0);
	to_the_phone(&r);
	assert_true(rig_reply(&r, "help", "ana", "wrong"));
	tries_is(&r, 4, RAJ, LADDER_OFFERED);
	assert_true(rig_reply(&r, "help", "raj", "refused"));
	tries_is(&r, 4, RAJ, LADDER_DECLINED);
	rig_pass_ms(&r, 10100); /* the next round */
	tries_is(&r, 5, CHAT, LADDER_BEGUN);
	is_sent(&r);
	rig_pass_ms(&r, 10100);
	is_sent(&r);
	tries_is(&r, 6, ANA, LADDER_SENT);
	rig_pass_ms(&r, 10100);
	is_at(&r, STEP_DECIDING, OUTCOME_NONE);
	over(&r);
}

/* --- enough ----------------------------------------------------------------------------------- */

static void an_answer_finishes_it_and_says_who(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	to_the_phone(&r);
	assert_true(rig_reply(&r, "help", "ana", "answered"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_string_equal(help(&r)->reason, "Ana Example has answered");
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	over(&r);
}

static void told_is_enough_and_a_later_reply_is_on_record(void **x)
{
	struct rig r;
	struct step *s = begin(&r, 1), *look = rig_step(&r, KIND_DO, "look", "look");
	const struct ladder_party *ana;

	(void)x;
	s->until = LADDER_TOLD;
	walk(&r, s, &look, 1);
	is_sent(&r);
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_string_equal(help(&r)->reason, "chat was told");
	assert_true(rig_reply(&r, "help", "ana", "answered"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	ana = ladder_party(help(&r)->climb->ladder, ANA);
	assert_int_equal(ana->standing, LADDER_ACKED);
	assert_int_equal(rig_count(&r, EV_CONTACT, "\"what\":\"reply\""), 1);
	over(&r);
}

static void who_answered_has_a_while_to_join_and_is_tried_again_then(void **x)
{
	struct rig r;
	struct step *s = begin(&r, 1);

	(void)x;
	s->until = LADDER_JOINED;
	walk(&r, s, NULL, 0);
	to_the_phone(&r);
	assert_true(rig_reply(&r, "help", "ana", "answered"));
	is_at(&r, STEP_EXECUTING, OUTCOME_NONE);
	rig_pass_ms(&r, 29000);
	tries_is(&r, 3, ANA, LADDER_REPLIED);
	rig_pass_ms(&r, 1100);
	tries_is(&r, 4, ANA, LADDER_OFFERED);
	assert_true(last_try(&r)->again);
	assert_true(rig_reply(&r, "help", "ana", "joined"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_string_equal(help(&r)->reason, "Ana Example has joined");
	over(&r);
}

/* --- nobody left ------------------------------------------------------------------------------ */

static void exhaust(struct rig *r)
{
	to_the_phone(r);
	rig_reply(r, "help", "ana", "no-answer");
	rig_reply(r, "help", "raj", "no-answer");
	is_at(r, STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(help(r)->failure, FAILURE_TIMEOUT);
	assert_true(help(r)->prompt > 0);
	assert_non_null(strstr(help(r)->problem, "4 tries were made"));
}

static void when_nobody_is_left_the_operator_decides(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	exhaust(&r);
	rig_pass_ms(&r, 60000);
	assert_int_equal(n_tries(&r), 4);
	assert_true(rig_say(&r, "help", VERB_RETRY, NULL));
	rig_climb(&r);
	tries_is(&r, 5, CHAT, LADDER_BEGUN);
	assert_int_equal(last_try(&r)->round, 2);
	assert_int_equal(help(&r)->attempt, 1);
	is_sent(&r);
	for (int i = 0; i < 4; i++) {
		rig_pass_ms(&r, 10100);
		if (rig_act(&r, ACT_PREPARE))
			is_sent(&r);
	}
	is_at(&r, STEP_DECIDING, OUTCOME_NONE);
	assert_true(rig_say(&r, "help", VERB_ACCEPT, NULL));
	is_at(&r, STEP_FINISHED, OUTCOME_ACCEPTED);
	over(&r);
}

static void a_late_reply_finishes_what_had_nobody_left(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	exhaust(&r);
	assert_true(rig_reply(&r, "help", "chat", "answered"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	over(&r);
}

static void a_climb_is_stopped_and_goes_on_where_it_was(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	is_sent(&r);
	assert_true(rig_say(&r, "help", VERB_ABORT, NULL));
	is_at(&r, STEP_DECIDING, OUTCOME_NONE);
	rig_pass_ms(&r, 60000);
	assert_int_equal(n_tries(&r), 1);
	assert_true(rig_say(&r, "help", VERB_RETRY, NULL));
	rig_climb(&r);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	assert_int_equal(last_try(&r)->round, 1);
	assert_int_equal(rig_count(&r, EV_CONTACT, "\"what\":\"again\""), 0);
	over(&r);
}

/* --- questions, severity, pause --------------------------------------------------------------- */

static void a_rungs_question_is_asked_and_yes_passes_it_over(void **x)
{
	struct rig r;
	int64_t asked;

	(void)x;
	rig_init(&r);
	struct step *s = rig_step(&r, KIND_CONTACT, "help", "contact: ops");

	rig_ladder(&r, s, 1, true);
	walk(&r, s, NULL, 0);
	assert_int_equal(n_tries(&r), 0);
	assert_string_equal(contact_question(help(&r)), "No account there?");
	asked = help(&r)->prompt;
	assert_false(rig_say(&r, "help", VERB_DONE, "maybe"));
	assert_true(rig_say(&r, "help", VERB_DONE, "yes"));
	rig_climb(&r);
	tries_is(&r, 1, ANA, LADDER_BEGUN);
	assert_null(contact_question(help(&r)));
	assert_true(help(&r)->prompt > asked);
	assert_false(rig_say(&r, "help", VERB_DONE, "yes"));
	over(&r);
}

static void a_question_that_nobody_answers_holds_nobody_up(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *s = rig_step(&r, KIND_CONTACT, "help", "contact: ops");

	rig_ladder(&r, s, 1, true);
	walk(&r, s, NULL, 0);
	rig_pass_ms(&r, 10100);
	tries_is(&r, 1, CHAT, LADDER_BEGUN);
	over(&r);
}

static void a_worse_severity_shortens_the_wait_that_is_open(void **x)
{
	struct rig r;
	struct intent it = { .verb = VERB_CORRECT, .name = (char[]){ "bad" },
			     .text = (char[]){ "down" }, .reason = (char[]){ "worse" },
			     .client = "bench", .id = "severity" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };
	struct contact_now now;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	is_sent(&r);
	rig_pass_ms(&r, 3000);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	assert_true(contact_now(engine_state(r.e), help(&r), r.now, &now));
	assert_true(now.has_left && now.left_ms > 6000 && now.left_ms < 7000);
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	assert_int_equal(rig_count(&r, EV_CONTACT, "\"severity\":\"down\""), 1);
	rig_climb(&r);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	over(&r);
}

static void a_pause_lets_no_new_try_begin(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	is_sent(&r);
	rig_say(&r, NULL, VERB_PAUSE, NULL);
	rig_pass_ms(&r, 60000);
	assert_int_equal(n_tries(&r), 1);
	assert_int_equal(engine_deadline(r.e), -1);
	rig_say(&r, NULL, VERB_CONTINUE, NULL);
	rig_climb(&r);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	assert_true(rig_say(&r, "help", VERB_SUSPEND, NULL)); /* one step's pause */
	rig_pass_ms(&r, 60000);
	assert_int_equal(n_tries(&r), 2);
	assert_true(rig_reply(&r, "help", "raj", "answered"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	over(&r);
}

static void a_clock_that_leaps_ends_one_wait_and_no_more(void **x)
{
	struct rig r;

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	is_sent(&r);
	rig_pass_ms(&r, 3600 * 1000);
	tries_is(&r, 2, ANA, LADDER_BEGUN);
	is_sent(&r);
	tries_is(&r, 2, ANA, LADDER_SENT);
	r.now.boot -= 1800LL * 1000000000; /* as a record moved to another machine may have it */
	rig_pass_ms(&r, 9000);
	tries_is(&r, 2, ANA, LADDER_SENT);
	over(&r);
}

/* --- beside the walk -------------------------------------------------------------------------- */

static struct step *goes_on(struct rig *r, int rounds)
{
	struct step *s = begin(r, rounds);

	s->goes_on = true;
	return s;
}

static void the_walk_goes_on_past_an_open_climb(void **x)
{
	struct rig r;
	struct step *s = goes_on(&r, 1), *look = rig_step(&r, KIND_DO, "look", "look"),
		    *run = rig_step(&r, KIND_RUN, "run", "x"), *more[] = { look, run };
	char token[TOKEN_MAX];

	(void)x;
	walk(&r, s, more, 2);
	goes(&r, token);
	assert_int_equal(rig_inst(&r, "look")->state, STEP_EXECUTING);
	assert_true(rig_say(&r, "look", VERB_DONE, NULL));
	assert_true(rig_say(&r, "run", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	ends(&r, token, 0, NULL);
	is_at(&r, STEP_EXECUTING, OUTCOME_NONE);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSING);
	assert_true(engine_state(r.e)->prompt > 0);
	assert_true(rig_reply(&r, "help", "raj", "answered"));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	over(&r);
}

static void closing_the_run_ends_an_open_climb(void **x)
{
	struct rig r;
	struct step *end = NULL;
	char token[TOKEN_MAX];
	struct intent it = { .verb = VERB_CLOSE, .reason = (char[]){ "enough" },
			     .client = "bench", .id = "close" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };

	(void)x;
	struct step *s = goes_on(&r, 1);

	end = rig_step(&r, KIND_END, "end", "over");
	walk(&r, s, &end, 1);
	goes(&r, token);
	is_at(&r, STEP_EXECUTING, OUTCOME_NONE); /* the end of the runbook is no leaving */
	it.prompt = engine_state(r.e)->prompt;
	assert_true(it.prompt > 0);
	rig_feed(&r, &in);
	is_at(&r, STEP_FINISHED, OUTCOME_INTERRUPTED);
	assert_string_equal(help(&r)->reason, "enough");
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSING); /* a message is in flight */
	ends(&r, token, 0, NULL);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	tries_is(&r, 1, CHAT, LADDER_SENT);
	over(&r);
}

static void closing_while_it_is_looked_at_stops_the_look_and_waits_for_its_end(void **x)
{
	struct rig r;
	struct step *s = goes_on(&r, 1);
	char look[TOKEN_MAX];
	struct intent it = { .verb = VERB_CLOSE, .reason = (char[]){ "enough" },
			     .client = "bench", .id = "close" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };

	(void)x;
	s->verify = rig_probe(&r, "look", "exit = 0", 60000);
	walk(&r, s, NULL, 0);
	is_sent(&r);
	assert_true(rig_reply(&r, "help", "ana", "answered"));
	is_at(&r, STEP_CONFIRMING, OUTCOME_NONE);
	assert_true(rig_prepared(&r, look));
	it.prompt = engine_state(r.e)->prompt;
	rig_feed(&r, &in);
	is_at(&r, STEP_FINISHED, OUTCOME_INTERRUPTED);
	assert_non_null(rig_act(&r, ACT_STOP));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSING);
	rig_ended(&r, look, 0, NULL);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	over(&r);
}

static void a_group_that_is_left_takes_its_climb_along(void **x)
{
	struct rig r;
	struct step *s = goes_on(&r, 1), *inner, *outer, *look, *set, *all[2];

	(void)x;
	inner = rig_step(&r, KIND_GROUP, "inner", NULL);
	outer = rig_step(&r, KIND_GROUP, "outer", NULL);
	look = rig_step(&r, KIND_DO, "look", "look");
	set = bad_is_ordinary(&r);
	rig_kids(&r, inner, &s, 1);
	struct step *kids[] = { inner, look };

	rig_kids(&r, outer, kids, 2);
	all[0] = set;
	all[1] = outer;
	rig_open(&r, all, 2);
	rig_say(&r, "help", VERB_START, NULL);
	rig_climb(&r);
	assert_int_equal(rig_inst(&r, "inner")->state, STEP_FINISHED);
	is_at(&r, STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_say(&r, "outer", VERB_SKIP, NULL));
	is_at(&r, STEP_FINISHED, OUTCOME_INTERRUPTED);
	assert_int_equal(rig_inst(&r, "outer")->state, STEP_FINISHED);
	over(&r);
}

static void a_run_that_is_stopped_stops_its_climbs(void **x)
{
	struct rig r;
	struct step *s = goes_on(&r, 1), *look = rig_step(&r, KIND_DO, "look", "look");
	char token[TOKEN_MAX];
	struct engine_input in = { .kind = INPUT_PREPARED, .token = token };

	(void)x;
	walk(&r, s, &look, 1);
	memcpy(token, rig_act(&r, ACT_PREPARE)->token, sizeof token);
	assert_true(rig_say(&r, NULL, VERB_CLOSE, NULL));
	is_at(&r, STEP_FINISHED, OUTCOME_INTERRUPTED);
	rig_feed(&r, &in); /* at the gate, and not wanted any more */
	assert_non_null(rig_act(&r, ACT_DROP));
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, ""), 0);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	over(&r);
}

static void without_its_contacts_it_is_an_instruction(void **x)
{
	struct rig r;
	struct step *s;

	(void)x;
	rig_init(&r);
	s = rig_step(&r, KIND_CONTACT, "help", "contact: ops");
	rig_open(&r, &s, 1);
	is_at(&r, STEP_EXECUTING, OUTCOME_NONE);
	assert_true(state_verbs(engine_state(r.e), help(&r)) & 1ULL << VERB_DONE);
	assert_false(rig_reply(&r, "help", "ana", "answered"));
	assert_true(rig_say(&r, "help", VERB_DONE, NULL));
	is_at(&r, STEP_FINISHED, OUTCOME_CONFIRMED);
	over(&r);
}

static void the_board_says_who_is_tried_and_how(void **x)
{
	struct rig r;
	struct contact_row rows[4];

	(void)x;
	walk(&r, begin(&r, 1), NULL, 0);
	assert_int_equal(contact_rows(help(&r), rows, 4), 3);
	assert_string_equal(rows[0].who->id, "chat");
	assert_int_equal(rows[0].standing, LADDER_TRYING);
	assert_int_equal(rows[1].standing, LADDER_QUEUED);
	assert_int_equal(rows[1].since, -1);
	to_the_phone(&r);
	contact_rows(help(&r), rows, 4);
	assert_string_equal(rows[1].who->id, "ana");
	assert_true(rows[1].to_make);
	assert_string_equal(rows[1].way->address, "+1");
	assert_int_equal(rows[1].tries, 2);
	assert_true(contact_ago(engine_state(r.e), help(&r), r.now, rows[0].last->at) > 20000);
	over(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(nothing_goes_out_before_it_was_looked_at),
		UNIT(a_try_is_on_record_before_its_message),
		UNIT(a_drill_says_so_in_what_it_sends),
		UNIT(a_channel_that_does_not_work_is_passed_over_at_once),
		UNIT(a_message_that_hangs_holds_nobody_up_and_is_stopped),
		UNIT(a_fate_that_nobody_knows_is_a_dead_channel),
		UNIT(a_message_that_never_left_the_gate_is_sent_again_and_once),
		UNIT(what_was_decided_before_a_crash_is_sent_once_after_it),
		UNIT(a_try_by_hand_that_nobody_makes_is_passed_over),
		UNIT(one_that_takes_longer_than_it_should_is_late),
		UNIT(a_call_that_is_under_way_has_its_time_from_then),
		UNIT(what_came_of_a_try_is_not_taken_for_a_later_one),
		UNIT(a_wrong_number_and_a_refusal_are_not_tried_again),
		UNIT(an_answer_finishes_it_and_says_who),
		UNIT(told_is_enough_and_a_later_reply_is_on_record),
		UNIT(who_answered_has_a_while_to_join_and_is_tried_again_then),
		UNIT(when_nobody_is_left_the_operator_decides),
		UNIT(a_late_reply_finishes_what_had_nobody_left),
		UNIT(a_climb_is_stopped_and_goes_on_where_it_was),
		UNIT(a_rungs_question_is_asked_and_yes_passes_it_over),
		UNIT(a_question_that_nobody_answers_holds_nobody_up),
		UNIT(a_worse_severity_shortens_the_wait_that_is_open),
		UNIT(a_pause_lets_no_new_try_begin),
		UNIT(a_clock_that_leaps_ends_one_wait_and_no_more),
		UNIT(the_walk_goes_on_past_an_open_climb),
		UNIT(closing_the_run_ends_an_open_climb),
		UNIT(closing_while_it_is_looked_at_stops_the_look_and_waits_for_its_end),
		UNIT(a_group_that_is_left_takes_its_climb_along),
		UNIT(a_run_that_is_stopped_stops_its_climbs),
		UNIT(without_its_contacts_it_is_an_instruction),
		UNIT(the_board_says_who_is_tried_and_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
