/* Shells and files beside the walk: whose they are, which line is on record, what a gone terminal
 * ends. */
#include "unit.h"

#include "rig.h"

static struct intent_field f_what = { (char[]){ "what" }, NULL };

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static bool say(struct rig *r, const char *client, const char *who, struct intent *it)
{
	struct engine_input in = { .kind = INPUT_INTENT, .intent = it };

	snprintf(it->client, sizeof it->client, "%s", client);
	snprintf(it->id, sizeof it->id, "%d", ++r->n_ids);
	snprintf(in.actor.id, sizeof in.actor.id, "%s", who);
	snprintf(in.actor.how, sizeof in.actor.how, "login");
	rig_feed(r, &in);
	return r->verdict.accepted;
}

static bool wants_shell(struct rig *r, const char *client, const char *who)
{
	struct intent_field f[] = { { text("terminal"), text("true") },
				    { text("shell"), text("true") } };
	struct intent it = { .verb = VERB_EXEC, .text = text("bash"), .fields = f, .n_fields = 2 };

	return say(r, client, who, &it);
}

static bool line(struct rig *r, const char *token, const char *what, const char *n,
		 const char *code, const char *words)
{
	struct intent_field f[3] = { f_what, { text("n"), text(n) }, { text("exit"), text(code) } };
	struct intent it = { .verb = VERB_SHELL, .name = text(token), .text = text(words),
			     .fields = f, .n_fields = code ? 3 : 2 };

	f[0].text = text(what);
	return say(r, "helper", "anybody", &it);
}

static void gone(struct rig *r, const char *client)
{
	rig_feed(r, &(struct engine_input){ .kind = INPUT_CLIENT, .name = client });
}

static bool hangs_up(const struct rig *r)
{
	for (size_t i = 0; i < r->acts.n; i++)
		if (r->acts.v[i].kind == ACT_STOP && r->acts.v[i].hangup)
			return true;
	return false;
}

/* A shell that runs, of client c1. Returns its token. */
static const char *opened(struct rig *r)
{
	const struct state *s;

	r->blank = true;
	rig_open(r, NULL, 0);
	s = engine_state(r->e);
	assert_true(wants_shell(r, "c1", "ana"));
	assert_int_equal(s->outside.n_shells, 1);
	rig_feed(r, &(struct engine_input){ .kind = INPUT_PREPARED, .pid = 7, .pid_start = 7,
					    .token = s->outside.shells[0].token });
	assert_true(state_shell_open(s, &s->outside.shells[0]));
	return s->outside.shells[0].token;
}

static void a_shell_takes_no_seat(void **x)
{
	struct rig r = { 0 };

	(void)x;
	rig_init(&r);
	opened(&r);
	assert_false(engine_state(r.e)->seat.taken);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void lines_are_counted_once(void **x)
{
	struct rig r = { 0 };
	const char *t;

	(void)x;
	rig_init(&r);
	t = opened(&r);
	assert_false(line(&r, "c9-9", "line", "1", NULL, "of no shell"));
	assert_true(line(&r, t, "line", "1", NULL, "echo"));
	assert_false(line(&r, t, "line", "1", NULL, "again"));
	assert_true(line(&r, t, "ended", "1", "3", NULL));
	assert_false(line(&r, t, "ended", "1", "3", NULL));
	assert_false(line(&r, t, "ended", "2", "x", "no status"));
	assert_int_equal(rig_count(&r, EV_SHELL, "\"late\""), 0);
	assert_true(line(&r, t, "ended", "2", "0", "ran without the record"));
	assert_int_equal(rig_count(&r, EV_SHELL, "\"late\":true"), 1);
	assert_false(line(&r, t, "line", "0", NULL, "nothing"));
	assert_false(line(&r, t, "odd", "3", NULL, "no such word"));
	assert_string_equal(r.log.v[r.log.n - 2].actor.id, "anybody");
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void who_sits_there_said_it(void **x)
{
	struct rig r = { 0 };
	const char *t;

	(void)x;
	rig_init(&r);
	t = opened(&r);
	assert_true(line(&r, t, "line", "1", NULL, "echo"));
	assert_string_equal(r.log.v[r.log.n - 1].actor.id, "ana");
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void keys_are_its_own_clients(void **x)
{
	struct rig r = { 0 };
	const char *t;
	struct intent it = { .verb = VERB_INPUT, .text = text("eA==") };

	(void)x;
	rig_init(&r);
	t = opened(&r);
	rig_say(&r, NULL, VERB_TAKE, NULL); /* somebody else has the seat */
	it.name = text(t);
	assert_true(say(&r, "c1", "ana", &it));
	it.name = text(t);
	assert_false(say(&r, "c2", "bob", &it));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_gone_terminal_ends_no_command(void **x)
{
	struct rig r = { 0 };
	const char *t;

	(void)x;
	rig_init(&r);
	t = opened(&r);
	gone(&r, "c2");
	assert_int_equal(rig_count(&r, EV_SHELL, "left"), 0);
	assert_true(line(&r, t, "line", "1", NULL, "restore"));
	gone(&r, "c1");
	assert_int_equal(rig_count(&r, EV_SHELL, "left"), 1);
	assert_false(hangs_up(&r));
	assert_true(line(&r, t, "ended", "1", "0", NULL));
	assert_true(hangs_up(&r));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void at_its_prompt_it_is_hung_up_also_by_a_keeper_that_comes_later(void **x)
{
	struct rig r = { 0 };

	(void)x;
	rig_init(&r);
	opened(&r);
	gone(&r, "c1");
	assert_true(hangs_up(&r));
	rig_feed(&r, &(struct engine_input){ .kind = INPUT_KEEPER, .text = "crash", .name = "x" });
	assert_true(hangs_up(&r));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void the_same_person_takes_it_up_again_and_nobody_else(void **x)
{
	struct rig r = { 0 };
	const char *t;

	(void)x;
	rig_init(&r);
	t = opened(&r);
	assert_true(line(&r, t, "line", "1", NULL, "restore"));
	gone(&r, "c1");
	assert_true(wants_shell(&r, "c3", "bob")); /* gets one of his own */
	assert_int_equal(engine_state(r.e)->outside.n_shells, 2);
	t = engine_state(r.e)->outside.shells[0].token;
	assert_true(wants_shell(&r, "c4", "ana"));
	assert_int_equal(engine_state(r.e)->outside.n_shells, 2);
	assert_string_equal(engine_state(r.e)->outside.shells[0].client, "c4");
	assert_true(line(&r, t, "ended", "1", "0", NULL));
	assert_false(hangs_up(&r));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_drill_that_runs_nothing_has_none(void **x)
{
	struct rig r = { .mode = MODE_DRILL, .way = DRILL_TABLETOP, .blank = true };

	(void)x;
	rig_init(&r);
	r.mode = MODE_DRILL;
	r.way = DRILL_TABLETOP;
	r.blank = true;
	rig_open(&r, NULL, 0);
	assert_false(wants_shell(&r, "c1", "ana"));
	assert_int_equal(engine_state(r.e)->outside.n_shells, 0);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shell_takes_no_seat),
		cmocka_unit_test(lines_are_counted_once),
		cmocka_unit_test(who_sits_there_said_it),
		cmocka_unit_test(keys_are_its_own_clients),
		cmocka_unit_test(a_gone_terminal_ends_no_command),
		cmocka_unit_test(at_its_prompt_it_is_hung_up_also_by_a_keeper_that_comes_later),
		cmocka_unit_test(the_same_person_takes_it_up_again_and_nobody_else),
		cmocka_unit_test(a_drill_that_runs_nothing_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
