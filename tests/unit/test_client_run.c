/* A client at a real keeper: rows in, intents out, and what becomes of them when it dies. */
#include "../lib/keeper_rig.h"

#include "client.h"
#include "event.h"
#include "state.h"
#include "view.h"

struct seat_at {
	struct client *c;
	struct err err;
	int rows, past;
	int64_t last;      /* row handed over last */
	int answers;
	bool accepted, in_order;
	int64_t seq;
	char why[256], id[40];
	int ups, downs;
};

static void on_event(void *ctx, const struct event *ev, bool past)
{
	struct seat_at *s = ctx;

	assert_int_equal(ev->seq, s->last + 1);
	assert_int_equal(view_state(client_view(s->c))->seq, ev->seq);
	s->last = ev->seq;
	s->rows++;
	s->past += past;
}

static void on_answer(void *ctx, const struct client_answer *a)
{
	struct seat_at *s = ctx;

	s->answers++;
	s->accepted = a->accepted;
	s->seq = a->seq;
	s->in_order = view_state(client_view(s->c))->seq >= a->seq;
	str_clip(s->why, sizeof s->why, a->why);
}

static void on_link(void *ctx, bool up, const char *why)
{
	struct seat_at *s = ctx;

	assert_non_null(why);
	s->ups += up;
	s->downs += !up;
}

static void sit(struct kr *r, struct seat_at *s, struct client_opts o)
{
	struct client_calls calls = { .ctx = s, .event = on_event, .answer = on_answer,
				      .link = on_link };

	*s = (struct seat_at){ 0 };
	o.journal = r->journal;
	o.run = r->run;
	if (!o.who)
		o.who = "ana";
	if (client_open(&o, &calls, &s->c, &s->err))
		fail_msg("%s", s->err.text);
}

static bool answered(void *ctx)
{
	return ((const struct seat_at *)ctx)->answers > 0;
}

static void say(struct seat_at *s, enum verb verb, const char *text)
{
	struct intent it = { .verb = verb, .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t)"because" };

	s->answers = 0;
	if (client_send(s->c, &it, s->id, &s->err))
		fail_msg("%s", s->err.text);
}

static void hear(struct seat_at *s)
{
	if (client_wait(s->c, answered, s, KR_WAIT_MS, &s->err))
		fail_msg("%s", s->err.text);
}

static bool is_up(void *ctx)
{
	return client_up(((const struct seat_at *)ctx)->c);
}

/* The keeper has said hello: what is said from here on goes out at once. */
static void sit_up(struct kr *r, struct seat_at *s)
{
	sit(r, s, (struct client_opts){ 0 });
	if (client_wait(s->c, is_up, s, KR_WAIT_MS, &s->err))
		fail_msg("%s", s->err.text);
	assert_true(client_up(s->c));
}

static const struct cmd *newest_cmd(const struct seat_at *s)
{
	const struct state *st = view_state(client_view(s->c));

	return st->n_cmds ? st->cmds[st->n_cmds - 1] : NULL;
}

static bool cmd_over(void *ctx)
{
	const struct cmd *c = newest_cmd(ctx);

	return c && c->phase != CMD_INTENT && c->phase != CMD_STOPPING;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void rows_are_folded_before_their_answer_is_given(void **x)
{
	struct kr r;
	struct seat_at s;

	(void)x;
	kr_open(&r);
	sit(&r, &s, (struct client_opts){ 0 });
	assert_true(s.past > 0);
	assert_true(client_up(s.c));
	assert_false(client_has_seat(s.c));
	say(&s, VERB_NOTE, "hello");
	assert_int_equal(client_unanswered(s.c), 1);
	hear(&s);
	assert_true(s.accepted && s.in_order);
	assert_int_equal(client_unanswered(s.c), 0);
	say(&s, VERB_PACE, "step");
	hear(&s);
	assert_true(client_has_seat(s.c));
	assert_string_equal(client_me(s.c)->id, "ana");
	client_close(s.c);
	kr_close(&r);
}

static void a_refusal_says_why(void **x)
{
	struct kr r;
	struct seat_at s;

	(void)x;
	kr_open(&r);
	sit(&r, &s, (struct client_opts){ 0 });
	say(&s, VERB_SETTLE, "nothing");
	hear(&s);
	assert_false(s.accepted);
	assert_true(s.why[0]);
	client_close(s.c);
	kr_close(&r);
}

static void an_intent_sent_to_a_dying_keeper_is_done_once(void **x)
{
	struct kr r;
	struct seat_at s;
	pid_t pid;

	(void)x;
	kr_open(&r);
	sit_up(&r, &s);
	pid = kr_pid(&r, "keeper");
	assert_int_not_equal(pid, 0);
	kill(pid, SIGSTOP);
	say(&s, VERB_NOTE, "once");
	kr_kill(&r, "keeper", SIGKILL);
	hear(&s);
	assert_true(s.accepted);
	assert_true(s.downs >= 1);
	assert_int_equal(kr_count(&r, EV_NOTE, "once"), 1);
	client_close(s.c);
	kr_close(&r);
}

static void an_answer_that_a_dead_keeper_left_behind_is_heard(void **x)
{
	struct kr r;
	struct seat_at s;
	int64_t until = kr_ms() + KR_WAIT_MS;

	(void)x;
	kr_open(&r);
	sit_up(&r, &s);
	say(&s, VERB_NOTE, "twice?");
	while (!kr_count(&r, EV_NOTE, "twice?") && kr_ms() < until)
		poll(NULL, 0, 1); /* on record, and the answer on its way: but we do not look */
	assert_int_equal(kr_count(&r, EV_NOTE, "twice?"), 1);
	kr_kill(&r, "keeper", SIGKILL);
	hear(&s);
	assert_true(s.accepted);
	assert_int_equal(kr_count(&r, EV_NOTE, "twice?"), 1);
	client_close(s.c);
	kr_close(&r);
}

static void a_command_is_followed_through_the_death_of_its_keeper(void **x)
{
	struct kr r;
	struct seat_at s;
	struct buf out = BUF_INIT;
	char *text;
	int64_t next = 0, until = kr_ms() + KR_WAIT_MS;

	(void)x;
	kr_open(&r);
	text = mem_printf("echo one; until [ -e %s/go ]; do :; done; echo two", r.dir);
	sit(&r, &s, (struct client_opts){ 0 });
	say(&s, VERB_EXEC, text);
	hear(&s);
	assert_true(s.accepted);
	while ((!newest_cmd(&s) || newest_cmd(&s)->bytes[0] < 4) && kr_ms() < until)
		assert_int_equal(client_wait(s.c, answered, &s, 0, &s.err), 0);
	assert_int_equal(newest_cmd(&s)->bytes[0], 4);
	kr_kill(&r, "keeper", SIGKILL);
	free(text);
	text = mem_printf("%s/go", r.dir);
	assert_int_equal(fsio_replace(text, "", 0, 0600, false, &s.err), 0);
	assert_int_equal(client_wait(s.c, cmd_over, &s, KR_WAIT_MS, &s.err), 0);
	assert_int_equal(newest_cmd(&s)->code, 0);
	assert_int_equal(client_output(s.c, newest_cmd(&s)->token, 0, 0, 100, &out, &next, &s.err),
			 0);
	assert_string_equal(buf_str(&out), "one\ntwo\n");
	assert_int_equal(next, 8);
	buf_clear(&out);
	assert_int_equal(client_output(s.c, newest_cmd(&s)->token, 0, 4, 2, &out, &next, &s.err),
			 0);
	assert_string_equal(buf_str(&out), "tw");
	assert_int_equal(next, 6);
	buf_release(&out);
	free(text);
	client_close(s.c);
	kr_close(&r);
}

static void keystrokes_reach_a_terminal(void **x)
{
	struct kr r;
	struct seat_at s;
	struct intent_field f = { (char[]){ "terminal" }, (char[]){ "true" } };
	struct intent it = { .verb = VERB_EXEC, .text = (char[]){ "read a; echo \"<$a>\"" },
			     .fields = &f, .n_fields = 1 };
	struct buf out = BUF_INIT;
	int64_t next;

	(void)x;
	kr_open(&r);
	sit(&r, &s, (struct client_opts){ .rows = 7, .cols = 50 });
	assert_int_equal(client_send(s.c, &it, NULL, &s.err), 0);
	hear(&s);
	for (int64_t until = kr_ms() + KR_WAIT_MS; !newest_cmd(&s) && kr_ms() < until;)
		assert_int_equal(client_wait(s.c, answered, &s, 0, &s.err), 0);
	assert_non_null(newest_cmd(&s));
	assert_int_equal(client_keys(s.c, newest_cmd(&s)->token, "x\xc3\xa9y\n", 5, &s.err), 0);
	assert_int_equal(client_wait(s.c, cmd_over, &s, KR_WAIT_MS, &s.err), 0);
	assert_int_equal(client_output(s.c, newest_cmd(&s)->token, 2, 0, 100, &out, &next, &s.err),
			 0);
	assert_non_null(strstr(buf_str(&out), "<x\xc3\xa9y>"));
	buf_release(&out);
	client_close(s.c);
	kr_close(&r);
}

static void a_second_client_sees_the_same_and_may_not_act(void **x)
{
	struct kr r;
	struct seat_at ana, raj;

	(void)x;
	kr_open(&r);
	sit(&r, &ana, (struct client_opts){ 0 });
	say(&ana, VERB_PACE, "step");
	hear(&ana);
	sit(&r, &raj, (struct client_opts){ .who = "raj", .observer = true });
	assert_false(client_has_seat(raj.c));
	say(&raj, VERB_PAUSE, NULL);
	hear(&raj);
	assert_false(raj.accepted);
	say(&raj, VERB_NOTE, "I look on");
	hear(&raj);
	assert_true(raj.accepted);
	for (int64_t until = kr_ms() + KR_WAIT_MS; ana.last < raj.last && kr_ms() < until;)
		assert_int_equal(client_wait(ana.c, answered, &ana, 0, &ana.err), 0);
	assert_int_equal(ana.last, raj.last);
	client_close(ana.c);
	client_close(raj.c);
	kr_close(&r);
}

static int count_row(void *ctx, struct view *v, const struct event *ev)
{
	struct seat_at *s = ctx;

	assert_int_equal(view_state(v)->seq, ev->seq);
	s->rows++;
	return 0;
}

static void a_closed_run_is_looked_at_without_a_keeper(void **x)
{
	struct kr r;
	struct seat_at s;
	struct intent it = { .verb = VERB_NOTE, .text = (char[]){ "too late" } };
	int rows;

	(void)x;
	kr_open(&r);
	sit(&r, &s, (struct client_opts){ 0 });
	say(&s, VERB_CLOSE, NULL);
	hear(&s);
	assert_true(s.accepted);
	for (int64_t until = kr_ms() + KR_WAIT_MS;
	     view_state(client_view(s.c))->phase != RUN_CLOSED && kr_ms() < until;)
		assert_int_equal(client_wait(s.c, answered, &s, 0, &s.err), 0);
	client_close(s.c);
	kr_kill(&r, "keeper", SIGKILL);
	sit(&r, &s, (struct client_opts){ 0 });
	assert_int_equal(view_state(client_view(s.c))->phase, RUN_CLOSED);
	assert_int_equal(s.rows, s.past);
	assert_false(client_up(s.c));
	assert_int_equal(kr_pid(&r, "keeper"), 0);
	assert_int_equal(client_send(s.c, &it, NULL, NULL), ERR_DENIED);
	rows = s.rows;
	s.rows = 0;
	assert_int_equal(client_replay(s.c, count_row, &s, &s.err), 0);
	assert_int_equal(s.rows, rows);
	client_close(s.c);
	kr_close(&r);
}

static void a_request_is_answered_or_says_why_not(void **x)
{
	struct kr r;
	struct client_opts o = { .who = "ana" };
	struct intent note = { .verb = VERB_NOTE, .text = (char[]){ "from beside" } };
	struct intent bad = { .verb = VERB_NOTE };
	struct err err = { 0 };
	int64_t seq = 0;

	(void)x;
	kr_open(&r);
	o.journal = r.journal;
	o.run = r.run;
	assert_int_equal(client_request(&o, &note, &seq, &err), 0);
	assert_true(seq > 0);
	assert_int_equal(kr_count(&r, EV_NOTE, "from beside"), 1);
	assert_int_equal(client_request(&o, &bad, &seq, &err), ERR_DENIED);
	assert_true(err.text[0]);
	o.run = "20000101-0000-none";
	assert_int_equal(client_request(&o, &note, &seq, &err), ERR_NOTFOUND);
	o.journal = "/nowhere/journal.db";
	assert_int_equal(client_request(&o, &note, &seq, &err), ERR_NOTFOUND);
	kr_close(&r);
}

static int tests(void)
{
	static const struct CMUnitTest all[] = {
		UNIT(rows_are_folded_before_their_answer_is_given),
		UNIT(a_refusal_says_why),
		UNIT(an_intent_sent_to_a_dying_keeper_is_done_once),
		UNIT(an_answer_that_a_dead_keeper_left_behind_is_heard),
		UNIT(a_command_is_followed_through_the_death_of_its_keeper),
		UNIT(keystrokes_reach_a_terminal),
		UNIT(a_second_client_sees_the_same_and_may_not_act),
		UNIT(a_closed_run_is_looked_at_without_a_keeper),
		UNIT(a_request_is_answered_or_says_why_not),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
