/* Broken glass: everybody who can be told by a command is told, once, whoever dies meanwhile. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/climb_rig.h"
#include "../lib/rig_ends.h"
#include "environ.h"

static struct environment env = { .name = "prd", .guarded = true, .approve_for = EFFECT_MAX,
				  .unlock_ms = 900000, .tell = "ops" };
static const struct environments envs = { .path = "e", .v = &env, .n = 1 };

/* A step that is frozen, the glass broken over it: a message to the channel and one to ana wait. */
static void breaks(struct rig *r)
{
	struct step *s;
	struct climbing *c;
	struct told_ladder *told;

	rig_init(r);
	s = rig_step(r, KIND_RUN, "a", "rm data");
	c = rig_ladder(r, s, 1, false);
	told = arena_alloc(r->arena, sizeof *told);
	*told = (struct told_ladder){ "ops", &c->contact };
	s->contact = NULL;
	s->effect_given = true;
	s->effect = EFFECT_DESTROY;
	s->target.s = "vol";
	r->book.environment = "prd";
	r->book.environments = &envs;
	r->book.tells = told;
	r->book.n_tells = 1;
	rig_freeze = "year end";
	rig_open(r, &s, 1);
	assert_true(rig_say(r, "a", VERB_OVERRIDE, "prd"));
	assert_int_equal(rig_inst(r, "a")->state, STEP_HOLD);
}

static void ends(struct rig *r)
{
	rig_freeze = NULL;
	rig_ends(r);
}

static bool goes(struct rig *r, char t[TOKEN_MAX])
{
	struct engine_input in = { .kind = INPUT_PREPARED, .token = t, .pid = 1 };

	if (!r->e->n_wishes)
		return false;
	memcpy(t, r->e->wishes[0].token, TOKEN_MAX);
	rig_feed(r, &in);
	return rig_act(r, ACT_GO);
}

static void each_is_told_once_and_what_failed_is_said(void **x)
{
	char one[TOKEN_MAX], two[TOKEN_MAX], none[TOKEN_MAX];
	struct rig r;

	(void)x;
	breaks(&r);
	assert_int_equal(r.e->n_wishes, 2); /* who is reached by hand is not */
	assert_true(goes(&r, one));
	assert_true(goes(&r, two));
	assert_int_equal(engine_state(r.e)->telling, 2);
	assert_false(goes(&r, none));
	assert_true(rig_say(&r, "a", VERB_START, "vol")); /* nobody is waited for */
	assert_int_equal(rig_inst(&r, "a")->state, STEP_EXECUTING);
	rig_ended(&r, one, 0, "");
	rig_ended(&r, two, 3, "");
	assert_int_equal(rig_count(&r, EV_GUARD, "\"what\":\"told\""), 2);
	assert_int_equal(rig_count(&r, EV_GUARD, "exit status 3"), 1);
	rig_restart(&r, "crash");
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "\"purpose\":\"tell\""), 2);
	assert_int_equal(r.e->n_wishes, 1); /* its own command */
	ends(&r);
}

static void what_never_went_out_goes_out_and_nothing_goes_twice(void **x)
{
	char one[TOKEN_MAX], two[TOKEN_MAX];
	struct engine_input in = { .token = one };
	struct rig r;

	(void)x;
	breaks(&r);
	rig_restart(&r, "crash"); /* between the row and its commands */
	assert_int_equal(r.e->n_wishes, 2);
	assert_true(goes(&r, one));
	in.kind = INPUT_NEVER;
	rig_feed(&r, &in);
	assert_int_equal(r.e->n_wishes, 2);
	assert_true(goes(&r, one));
	rig_restart(&r, "crash");
	assert_int_equal(r.e->n_wishes, 1); /* the other; this one is in flight */
	in.kind = INPUT_UNKNOWN;
	rig_feed(&r, &in); /* nobody knows whether it went out: it is not sent again */
	assert_int_equal(r.e->n_wishes, 1);
	assert_true(goes(&r, two));
	rig_tick(&r, 60000);
	assert_non_null(rig_act(&r, ACT_STOP));
	ends(&r);
}

static void the_run_does_not_close_over_it(void **x)
{
	char one[TOKEN_MAX], two[TOKEN_MAX];
	struct rig r;

	(void)x;
	breaks(&r);
	assert_true(rig_say(&r, "a", VERB_SKIP, NULL));
	assert_int_not_equal(engine_state(r.e)->phase, RUN_CLOSED);
	assert_true(goes(&r, one));
	assert_true(goes(&r, two));
	rig_ended(&r, one, 0, "");
	assert_int_not_equal(engine_state(r.e)->phase, RUN_CLOSED);
	rig_ended(&r, two, 0, "");
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	ends(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_told_once_and_what_failed_is_said),
		cmocka_unit_test(what_never_went_out_goes_out_and_nothing_goes_twice),
		cmocka_unit_test(the_run_does_not_close_over_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
