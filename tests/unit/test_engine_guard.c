/* The guard of a protected environment: who is known, what is read, what is confirmed. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/rig_ends.h"
#include "environ.h"

/* --- who is known ----------------------------------------------------------------------------- */

static bool identify(struct rig *r, const char *client, const char *principal, const char *key)
{
	struct engine_input in = { .kind = INPUT_IDENTITY, .name = client, .principal = principal,
				   .fingerprint = key, .how = "signature" };
	size_t n = r->log.n;

	rig_feed(r, &in);
	return r->log.v[n].kind == EV_GUARD;
}

static const struct guard_who *known(const struct rig *r)
{
	return state_identity(engine_state(r->e));
}

static void take(struct rig *r, const char *client)
{
	struct intent it = { .verb = VERB_TAKE, .reason = (char *)(uintptr_t) "because" };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };

	snprintf(it.client, sizeof it.client, "%s", client);
	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "raj");
	rig_feed(r, &input);
}

static void who_operates_is_known_until_the_seat_changes(void **x)
{
	struct rig r;
	struct engine_input gone = { .kind = INPUT_CLIENT, .name = "bench" };

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	rig_open(&r, &a, 1);
	assert_true(identify(&r, "bench", "ana", "SHA256:one"));
	assert_null(known(&r)); /* nobody sits yet */
	rig_say(&r, NULL, VERB_NOTE, "x");
	rig_say(&r, NULL, VERB_TAKE, NULL);
	assert_string_equal(known(&r)->principal, "ana");
	take(&r, "other");
	assert_null(known(&r));
	take(&r, "bench");
	assert_null(known(&r)); /* … and is not known again by sitting down again */
	assert_true(identify(&r, "bench", "ana", "SHA256:one"));
	assert_non_null(known(&r));
	rig_feed(&r, &gone);
	rig_say(&r, NULL, VERB_TAKE, NULL);
	assert_null(known(&r));
	assert_true(identify(&r, "bench", "ana", "SHA256:one"));
	rig_keeper(&r, "crash");
	rig_say(&r, NULL, VERB_TAKE, NULL);
	assert_null(known(&r));
	assert_false(identify(&r, "bench", "", "SHA256:one"));
	assert_false(identify(&r, "bench", "ana", ""));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void nobody_says_of_themselves_who_they_are(void **x)
{
	static const enum verb verbs[] = { VERB_APPROVE, VERB_IDENTIFY, VERB_PERMIT };
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	rig_open(&r, &a, 1);
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		assert_false(rig_say(&r, "a", verbs[i], "ana"));
		assert_false(rig_say(&r, NULL, verbs[i], "ana"));
	}
	assert_false(engine_state(r.e)->seat.taken);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void what_came_by_an_intent_is_answered_as_one(void **x)
{
	struct rig r;
	struct intent it = { .verb = VERB_IDENTIFY, .client = "bench", .id = "i" };
	struct engine_input in = { .kind = INPUT_IDENTITY, .name = "bench", .principal = "ana",
				   .fingerprint = "SHA256:one", .how = "code", .intent = &it };
	size_t n;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	rig_open(&r, &a, 1);
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	n = r.log.n;
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted && r.verdict.repeat);
	assert_int_equal(r.log.n, n);
	in.how = NULL;
	snprintf(it.id, sizeof it.id, "j");
	rig_feed(&r, &in);
	assert_false(r.verdict.accepted);
	assert_true(r.verdict.why[0] != '\0');
	rig_release(&r);
}

/* --- what is read ----------------------------------------------------------------------------- */

static const struct target_probe probes[] = {
	{ { "kubectl config current-context", { 0 } }, "gke_prd", 10000 },
	{ { "hostname", { 0 } }, "db1", 10000 },
};
static struct environment envs_v[] = {
	{ .name = "prd", .guarded = true, .probes = probes, .n_probes = 2,
	  .approve_for = EFFECT_MAX, .unlock_ms = 900000, .approval_ms = 1800000 },
	{ .name = "lab", .lab = true, .approve_for = EFFECT_MAX, .unlock_ms = 900000 },
	{ .name = "bad", .guarded = true, .problem = "a probe has no `is`" },
};
static const struct environments envs = { .path = "environments.yaml", .v = envs_v, .n = 3 };

static struct step *destroys(struct rig *r, const char *id)
{
	struct step *s = rig_step(r, KIND_RUN, id, "kubectl delete pvc data");

	s->effect_given = true;
	s->effect = EFFECT_DESTROY;
	s->target.s = "pvc data";
	r->book.environment = "prd";
	r->book.environments = &envs;
	return s;
}

static enum step_state at(const struct rig *r, const char *key)
{
	return rig_inst(r, key)->state;
}

/* The command that is asked for is let go: its token. False: none is. */
static bool goes(struct rig *r, enum purpose purpose, char token[TOKEN_MAX])
{
	struct engine_input in = { .kind = INPUT_PREPARED, .token = token, .pid = 1 };

	for (int i = 0; i < 9 && r->e->n_wishes; i++) {
		memcpy(token, r->e->wishes[0].token, TOKEN_MAX);
		rig_feed(r, &in);
		if (rig_act(r, ACT_GO)) {
			assert_int_equal(state_cmd(engine_state(r->e), token)->purpose, purpose);
			return true;
		}
	}
	return false;
}

static bool runs(struct rig *r)
{
	char t[TOKEN_MAX];

	if (!goes(r, PURPOSE_MAIN, t))
		return false;
	rig_ended(r, t, 0, "");
	return true;
}

/* What stands at the gate is sent away. */
static void gate_is_shut(struct rig *r)
{
	struct engine_input in = { .kind = INPUT_PREPARED, .pid = 1 };
	char t[TOKEN_MAX];

	assert_int_equal(r->e->wishes[0].purpose, PURPOSE_MAIN);
	memcpy(t, r->e->wishes[0].token, TOKEN_MAX);
	in.token = t;
	rig_feed(r, &in);
	assert_non_null(rig_act(r, ACT_DROP));
}

/* The next command is a probe, and prints this. */
static void reads(struct rig *r, const char *out)
{
	char t[TOKEN_MAX];

	assert_true(goes(r, PURPOSE_GUARD, t));
	rig_ended(r, t, 0, out);
}

static void both_agree(struct rig *r)
{
	reads(r, "gke_prd\n");
	reads(r, "db1\n");
}

static size_t started(const struct rig *r)
{
	return rig_count(r, EV_CMD_INTENT, "\"purpose\":\"main\"");
}

/* A run of one step, which destroys and is not read yet. */
static void guarded(struct rig *r)
{
	struct step *a;

	rig_init(r);
	a = destroys(r, "a");
	rig_open(r, &a, 1);
}

/* Read, the name typed, read again: its command stands at the gate. */
static void is_typed(struct rig *r)
{
	both_agree(r);
	assert_true(rig_say(r, "a", VERB_START, "pvc data"));
	both_agree(r);
}

static void the_target_is_read_before_its_name_is_asked_for_and_before_the_command(void **x)
{
	struct rig r;

	(void)x;
	guarded(&r);
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_int_equal(rig_inst(&r, "a")->prompt, 0);
	assert_false(rig_say(&r, "a", VERB_START, "pvc data")); /* nothing was shown yet */
	rig_restart(&r, "crash"); /* asked for again */
	both_agree(&r);
	assert_true(rig_inst(&r, "a")->prompt > 0);
	assert_false(rig_say(&r, "a", VERB_START, "prd"));
	assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
	assert_int_equal(at(&r, "a"), STEP_EXECUTING);
	assert_int_equal(started(&r), 0);
	both_agree(&r);
	assert_int_equal(rig_act(&r, ACT_PREPARE)->purpose, PURPOSE_MAIN);
	assert_true(runs(&r));
	assert_int_equal(started(&r), 1);
	assert_int_equal(rig_inst(&r, "a")->outcome, OUTCOME_CONFIRMED);
	rig_ends(&r);
}

static void a_reading_that_is_another_blocks_and_starts_nothing(void **x)
{
	static const char *const wrong[] = { "gke_dev\n", "", "gke_prd\n\n", " gke_prd\n",
					     "gke_prd \n", "GKE_PRD\n", "gke_prd2\n", "gke_pr\n",
					     "gke_prd\r\n", "x\ngke_prd\n" };

	(void)x;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct rig r;

		guarded(&r);
		reads(&r, wrong[i]);
		assert_int_equal(at(&r, "a"), STEP_BLOCKED);
		assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_DENIED);
		assert_non_null(strstr(rig_inst(&r, "a")->problem, "this is not prd"));
		assert_false(rig_say(&r, "a", VERB_OVERRIDE, "prd"));
		assert_int_equal(at(&r, "a"), STEP_BLOCKED);
		assert_true(rig_say(&r, "a", VERB_RETRY, NULL)); /* looks again */
		both_agree(&r);
		assert_int_equal(at(&r, "a"), STEP_HOLD);
		assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
		reads(&r, "gke_prd\n");
		reads(&r, wrong[i]); /* … and it was switched after the name was typed */
		assert_int_equal(at(&r, "a"), STEP_DECIDING);
		assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_DENIED);
		assert_null(rig_act(&r, ACT_PREPARE));
		assert_int_equal(started(&r), 0);
		assert_true(rig_say(&r, "a", VERB_RETRY, NULL));
		assert_int_equal(at(&r, "a"), STEP_HOLD);
		rig_ends(&r);
	}
}

/* The newest reading that is on record. */
static const char *last_reading(const struct rig *r)
{
	for (size_t i = r->log.n; i-- > 0;)
		if (r->log.v[i].kind == EV_GUARD && strstr(r->log.v[i].body, "\"reading\""))
			return r->log.v[i].body;
	return "";
}

static void what_is_there_is_shown_before_its_name_is_asked_for(void **x)
{
	struct engine_input sick = { .kind = INPUT_ENDED, .code = 1, .out = "" };
	const struct inst *in;
	char t[TOKEN_MAX];
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	a->shows_state.s = "du -sh data";
	rig_open(&r, &a, 1);
	both_agree(&r);
	in = state_inst(engine_state(r.e), "a");
	assert_int_equal(in->prompt, 0); /* not before it was looked at */
	reads(&r, "3.2G data\n");
	assert_true(in->prompt > 0);
	assert_int_equal(in->guard->n_readings, 3);
	assert_null(in->guard->readings[2].is);
	assert_string_equal(in->guard->readings[2].read, "3.2G data");
	rig_restart(&r, "crash");
	both_agree(&r);
	assert_true(goes(&r, PURPOSE_GUARD, t)); /* one that fails stops nobody, and says so */
	sick.token = t;
	rig_feed(&r, &sick);
	assert_non_null(strstr(last_reading(&r), "exit status 1"));
	assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
	both_agree(&r); /* right before the command the target alone */
	assert_true(runs(&r));
	rig_ends(&r);
}

static void what_is_there_does_not_stand_for_a_reading(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	a->shows_state.s = "du -sh data";
	rig_open(&r, &a, 1);
	reads(&r, "gke_prd\n");
	reads(&r, "db2\n");
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "du -sh"), 0);
	rig_ends(&r);
}

static void a_probe_that_fails_is_no_reading(void **x)
{
	(void)x;
	for (int how = 0; how < 5; how++) {
		struct rig r;
		char t[TOKEN_MAX];
		struct engine_input in = { .kind = INPUT_ENDED, .token = t, .out = "gke_prd\n",
					   .n_out = 8 };

		guarded(&r);
		if (how == 4) {
			in.kind = INPUT_REFUSED;
			memcpy(t, rig_act(&r, ACT_PREPARE)->token, TOKEN_MAX);
		} else {
			assert_true(rig_prepared(&r, t));
		}
		in.code = how == 0;
		in.signaled = how == 1;
		if (how == 2) {
			rig_tick(&r, 10001);
			assert_non_null(rig_act(&r, ACT_STOP));
		}
		if (how == 3)
			in.kind = INPUT_UNKNOWN;
		rig_feed(&r, &in);
		assert_int_equal(at(&r, "a"), STEP_BLOCKED);
		assert_int_equal(engine_state(r.e)->looking, 0);
		rig_ends(&r);
	}
}

static void what_was_read_before_a_crash_or_a_pause_does_not_count(void **x)
{
	static const char *const what[] = { "crash", "parked" };

	(void)x;
	for (size_t i = 0; i < 3; i++) {
		struct rig r;
		int64_t was;

		guarded(&r);
		both_agree(&r);
		was = rig_inst(&r, "a")->prompt;
		if (i < 2) {
			rig_restart(&r, what[i]);
		} else {
			rig_say(&r, NULL, VERB_PAUSE, NULL);
			rig_say(&r, NULL, VERB_CONTINUE, NULL);
		}
		assert_int_equal(rig_inst(&r, "a")->prompt, 0);
		both_agree(&r);
		assert_true(rig_inst(&r, "a")->prompt > was);
		assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
		both_agree(&r);
		if (i < 2) { /* its command stands at the gate */
			rig_restart(&r, what[i]);
		} else {
			struct engine_input in = { .kind = INPUT_PREPARED };
			char t[TOKEN_MAX];

			memcpy(t, rig_act(&r, ACT_PREPARE)->token, TOKEN_MAX);
			rig_say(&r, NULL, VERB_PAUSE, NULL);
			in.token = t;
			rig_feed(&r, &in);
			assert_non_null(rig_act(&r, ACT_DROP));
			rig_say(&r, NULL, VERB_CONTINUE, NULL);
		}
		reads(&r, "gke_dev\n");
		assert_int_equal(at(&r, "a"), STEP_DECIDING);
		assert_int_equal(started(&r), 0);
		rig_ends(&r);
	}
}

static void an_old_reading_is_taken_again(void **x)
{
	struct rig r;
	struct engine_input in = { .kind = INPUT_PREPARED };
	char t[TOKEN_MAX];

	(void)x;
	guarded(&r);
	is_typed(&r);
	memcpy(t, rig_act(&r, ACT_PREPARE)->token, TOKEN_MAX);
	r.now.boot += 60000000000LL; /* the machine slept */
	in.token = t;
	rig_feed(&r, &in);
	assert_non_null(rig_act(&r, ACT_DROP));
	both_agree(&r);
	assert_true(runs(&r));
	assert_int_equal(started(&r), 1);
	rig_ends(&r);
}

/* --- what is confirmed ------------------------------------------------------------------------ */

static void a_name_typed_too_long_ago_is_typed_again(void **x)
{
	struct rig r;

	(void)x;
	guarded(&r);
	both_agree(&r);
	assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
	reads(&r, "gke_prd\n");
	rig_say(&r, NULL, VERB_PAUSE, NULL);
	rig_tick(&r, 900001);
	rig_say(&r, NULL, VERB_CONTINUE, NULL);
	both_agree(&r);
	gate_is_shut(&r);
	assert_int_equal(rig_count(&r, EV_GUARD, "too long ago"), 1);
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	is_typed(&r);
	assert_true(runs(&r));
	assert_int_equal(started(&r), 1);
	rig_ends(&r);
}

static const struct named set_n = { "n", { "7", { 0 } } };
static const enum value_type set_int = VALUE_INT;

/* A step that sets n, then one that destroys. */
static void with_value(struct rig *r)
{
	struct step *k[2];

	rig_init(r);
	k[0] = rig_step(r, KIND_SET, "set", NULL);
	k[0]->sets = &set_n;
	k[0]->set_types = &set_int;
	k[0]->n_sets = 1;
	k[1] = destroys(r, "a");
	rig_open(r, k, 2);
}

static bool correct(struct rig *r, const char *name, const char *text)
{
	struct intent it = { .verb = VERB_CORRECT, .name = (char *)(uintptr_t)name,
			     .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t) "because" };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };

	snprintf(it.client, sizeof it.client, "bench");
	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
	return r->verdict.accepted;
}

static void what_names_the_environment_is_not_corrected(void **x)
{
	struct rig r;

	(void)x;
	with_value(&r);
	r.book.environment = "${n}";
	assert_false(correct(&r, "n", "8"));
	r.book.environment = "prd";
	assert_true(correct(&r, "n", "8"));
	rig_release(&r);
}

static void a_value_that_changes_between_makes_it_void(void **x)
{
	struct rig r;

	(void)x;
	with_value(&r);
	both_agree(&r);
	assert_true(correct(&r, "n", "8"));
	assert_false(rig_say(&r, "a", VERB_START, "pvc data"));
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	both_agree(&r);
	assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
	assert_true(correct(&r, "n", "9"));
	assert_int_equal(at(&r, "a"), STEP_EXECUTING);
	rig_restart(&r, "crash"); /* the probes are asked for anew */
	both_agree(&r);
	gate_is_shut(&r);
	assert_int_equal(started(&r), 0);
	assert_int_equal(rig_count(&r, EV_GUARD, "\"what\":\"void\""), 2);
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	rig_ends(&r);
}

static void an_edited_command_is_taken_by_its_words(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	a->effect = EFFECT_CHANGE;
	rig_open(&r, &a, 1);
	assert_int_equal(at(&r, "a"), STEP_WAITING);
	assert_true(rig_say(&r, "a", VERB_EDIT, "kubectl get pvc"));
	assert_int_equal(at(&r, "a"), STEP_WAITING);
	assert_true(rig_say(&r, "a", VERB_EDIT, "sh -c 'kubectl delete pvc --all'"));
	rig_say(&r, "a", VERB_START, NULL);
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	reads(&r, "gke_dev");
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	rig_ends(&r);
}

static void what_is_not_known_to_be_unguarded_does_not_start(void **x)
{
	static const char *const names[] = { "prod", "${nothing[x]}", "bad" };

	(void)x;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct rig r;

		rig_init(&r);
		struct step *a = destroys(&r, "a");
		r.book.environment = names[i];
		rig_open(&r, &a, 1);
		assert_int_equal(at(&r, "a"), STEP_BLOCKED);
		assert_null(rig_act(&r, ACT_PREPARE));
		assert_false(rig_say(&r, "a", VERB_OVERRIDE, names[i]));
		rig_ends(&r);
	}
}

static void a_file_beside_what_is_called_takes_no_guard_away(void **x)
{
	static const struct environment open_v[] = {
		{ .name = "prd", .approve_for = EFFECT_MAX, .unlock_ms = 900000 } };
	static const struct environments open_file = { .path = "sub/environments.yaml",
						       .v = open_v, .n = 1 };
	struct runbook sub = { .path = "sub/sub.yaml", .environment = "prd",
			       .environments = &open_file };
	struct rig r;

	(void)x;
	for (int called_in = 0; called_in < 2; called_in++) {
		rig_init(&r);
		struct step *a = destroys(&r, "a");
		sub.caller = called_in ? NULL : &r.book;
		a->book = &sub;
		rig_open(&r, &a, 1);
		both_agree(&r);
		assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
		reads(&r, "gke_prd");
		reads(&r, "db2");
		assert_int_equal(at(&r, "a"), STEP_DECIDING);
		assert_int_equal(rig_count(&r, EV_CMD_INTENT, "delete pvc"), 0);
		rig_ends(&r);
	}
}

static void what_is_not_protected_and_has_no_probes_asks_for_its_name_only(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	r.book.environment = "lab";
	rig_open(&r, &a, 1);
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_true(rig_say(&r, "a", VERB_START, "pvc data"));
	assert_int_equal(rig_act(&r, ACT_PREPARE)->purpose, PURPOSE_MAIN);
	assert_true(runs(&r));
	rig_ends(&r);
}

/* --- a loop ----------------------------------------------------------------------------------- */

static const char *const three[] = { "x", "y", "z" };

static struct step *loop_of_three(struct rig *r)
{
	struct step *g = rig_step(r, KIND_GROUP, "g", NULL), *a = destroys(r, "a");

	a->target.s = "pvc ${v}";
	rig_kids(r, g, &a, 1);
	g->each_name = "v";
	g->each_items = three;
	g->n_each_items = 3;
	g->target.s = "all three";
	return g;
}

static void each_round_is_looked_at_for_itself(void **x)
{
	(void)x;
	for (int how = 0; how < 4; how++) {
		struct rig r;

		rig_init(&r);
		struct step *g = loop_of_three(&r);
		rig_open(&r, &g, 1);
		assert_int_equal(at(&r, "g"), STEP_HOLD);
		both_agree(&r);
		assert_true(rig_say(&r, "g", VERB_START, "all three"));
		both_agree(&r);
		assert_true(runs(&r));
		assert_int_equal(at(&r, "a@x"), STEP_FINISHED);
		reads(&r, "gke_prd\n");
		if (how == 1)
			rig_restart(&r, "crash");
		if (how == 2)
			rig_say(&r, NULL, VERB_PAUSE, NULL);
		if (how == 2)
			rig_say(&r, NULL, VERB_CONTINUE, NULL);
		if (how == 0)
			reads(&r, "db2\n");
		else if (how < 3)
			reads(&r, "gke_dev\n");
		if (how < 3) {
			assert_int_equal(at(&r, "a@y"), STEP_DECIDING);
			assert_int_equal(started(&r), 1);
			assert_int_not_equal(at(&r, "a@z"), STEP_EXECUTING);
		} else {
			reads(&r, "db1\n");
			assert_true(runs(&r));
			both_agree(&r);
			assert_true(runs(&r));
			assert_int_equal(started(&r), 3);
		}
		rig_ends(&r);
	}
}

static void the_name_of_a_loop_wears_out_while_nothing_of_it_runs(void **x)
{
	struct rig r;
	char t[TOKEN_MAX];

	(void)x;
	rig_init(&r);
	struct step *g = loop_of_three(&r);
	rig_open(&r, &g, 1);
	both_agree(&r);
	assert_true(rig_say(&r, "g", VERB_START, "all three"));
	both_agree(&r);
	assert_true(goes(&r, PURPOSE_MAIN, t));
	rig_tick(&r, 3600000); /* a long command wears out nothing */
	rig_ended(&r, t, 0, "");
	both_agree(&r);
	assert_true(runs(&r));
	rig_say(&r, NULL, VERB_PAUSE, NULL);
	rig_tick(&r, 900001);
	rig_say(&r, NULL, VERB_CONTINUE, NULL);
	both_agree(&r);
	gate_is_shut(&r);
	assert_int_equal(at(&r, "a@z"), STEP_HOLD); /* asks for its own name */
	assert_int_equal(started(&r), 2);
	both_agree(&r);
	assert_true(rig_say(&r, "a@z", VERB_START, "pvc z"));
	both_agree(&r);
	assert_true(runs(&r));
	rig_ends(&r);
}

/* --- undo ------------------------------------------------------------------------------------- */

static void an_undo_looks_at_the_target_first(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *k[] = { destroys(&r, "a"), rig_step(&r, KIND_DO, "b", "look") };
	k[0]->undo.s = "restore pvc";
	rig_open(&r, k, 2);
	is_typed(&r);
	assert_true(runs(&r));
	assert_true(rig_say(&r, "a", VERB_UNDO, "pvc data"));
	reads(&r, "gke_prd\n");
	reads(&r, "db2\n");
	assert_int_equal(rig_inst(&r, "a")->undo, UNDO_FAILED);
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_say(&r, "a", VERB_UNDO, "pvc data"));
	both_agree(&r);
	assert_int_equal(rig_act(&r, ACT_PREPARE)->purpose, PURPOSE_UNDO);
	assert_true(rig_runs(&r, 0, ""));
	assert_int_equal(rig_inst(&r, "a")->undo, UNDO_DONE);
	rig_ends(&r);
}

static bool by_file(struct rig *r, const char *key, enum verb verb, const char *text)
{
	struct inst *in = rig_inst(r, key);
	struct intent it = { .verb = verb, .step = (char *)(uintptr_t)key, .by_file = true,
			     .text = (char *)(uintptr_t)text, .prompt = in->prompt,
			     .reason = (char *)(uintptr_t) "because" };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };

	snprintf(it.client, sizeof it.client, "bench");
	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
	return r->verdict.accepted;
}

static void an_undo_is_taken_by_its_words(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *k[] = { destroys(&r, "a"), rig_step(&r, KIND_DO, "b", "look") };
	k[0]->effect = EFFECT_CHANGE;
	k[0]->text.s = "kubectl apply -f new.yaml";
	k[0]->target.s = NULL;
	k[0]->undo.s = "kubectl delete -f new.yaml";
	rig_open(&r, k, 2);
	assert_true(rig_say(&r, "a", VERB_START, NULL));
	assert_true(runs(&r));
	assert_false(rig_say(&r, "a", VERB_UNDO, NULL));
	assert_false(by_file(&r, "a", VERB_UNDO, "prd"));
	assert_true(rig_say(&r, "a", VERB_UNDO, "prd"));
	reads(&r, "gke_dev\n");
	assert_int_equal(rig_inst(&r, "a")->undo, UNDO_FAILED);
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "\"purpose\":\"undo\""), 0);
	rig_ends(&r);
}

static void a_repair_that_destroys_is_no_repair(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *c = rig_step(&r, KIND_CHECK, "c", "F");
	c->repair.s = "kubectl delete pvc api";
	r.book.environment = "prd";
	r.book.environments = &envs;
	rig_open(&r, &c, 1);
	assert_int_equal(at(&r, "c"), STEP_DECIDING);
	assert_false(rig_say(&r, "c", VERB_REPAIR, NULL));
	c->repair.s = "systemctl start api";
	assert_true(rig_say(&r, "c", VERB_REPAIR, NULL));
	rig_ends(&r);
}

/* --- a freeze, and broken glass --------------------------------------------------------------- */

static void what_is_frozen_starts_behind_broken_glass_only(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	rig_freeze = "year end";
	rig_open(&r, &a, 1);
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	assert_non_null(strstr(rig_inst(&r, "a")->problem, "prd is frozen: year end"));
	assert_true(rig_say(&r, "a", VERB_RETRY, NULL));
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	assert_false(rig_say(&r, "a", VERB_OVERRIDE, NULL));
	assert_false(rig_say(&r, "a", VERB_OVERRIDE, "pvc data"));
	assert_false(by_file(&r, "a", VERB_OVERRIDE, "prd"));
	assert_true(rig_say(&r, "a", VERB_OVERRIDE, "prd"));
	assert_int_equal(rig_count(&r, EV_GUARD, "break-glass"), 1);
	reads(&r, "gke_dev\n"); /* a wrong target is wrong all the same */
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	assert_false(rig_say(&r, "a", VERB_OVERRIDE, "prd"));
	assert_true(rig_say(&r, "a", VERB_RETRY, NULL));
	is_typed(&r);
	assert_true(runs(&r));
	rig_freeze = NULL;
	rig_ends(&r);
}

static void a_freeze_that_begins_after_the_name_was_typed_stops_it(void **x)
{
	struct rig r;

	(void)x;
	guarded(&r);
	is_typed(&r);
	rig_freeze = "weekend";
	gate_is_shut(&r);
	assert_int_equal(at(&r, "a"), STEP_DECIDING);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_DENIED);
	assert_true(rig_say(&r, "a", VERB_RETRY, NULL));
	assert_int_equal(at(&r, "a"), STEP_BLOCKED);
	rig_freeze = NULL;
	assert_int_equal(started(&r), 0);
	rig_ends(&r);
}

/* --- answers by a file ------------------------------------------------------------------------ */

static bool permit(struct rig *r, const char *env, const char *digest, int64_t for_ns)
{
	struct engine_input in = { .kind = INPUT_PERMIT, .name = "p1", .text = env,
				   .digest = digest, .number = r->now.wall + for_ns,
				   .principal = "raj", .fingerprint = "SHA256:two",
				   .how = "signature" };
	size_t n = r->log.n;

	rig_feed(r, &in);
	return r->log.v[n].kind == EV_GUARD;
}

static void a_file_starts_nothing_protected_without_a_permit(void **x)
{
	char sum[HASH_HEX_LEN + 1];
	struct rig r;

	(void)x;
	guarded(&r);
	both_agree(&r);
	assert_false(by_file(&r, "a", VERB_START, "pvc data"));
	assert_non_null(strstr(r.verdict.why, "without a permit"));
	assert_false(permit(&r, "prd", NULL, -1)); /* has expired */
	assert_true(permit(&r, "lab", NULL, 3600000000000LL));
	hash_hex_of("other", 5, sum);
	assert_true(permit(&r, "prd", sum, 3600000000000LL));
	assert_true(permit(&r, "prd", NULL, 1000000000LL));
	rig_tick(&r, 2000); /* … and now that has, too */
	assert_false(by_file(&r, "a", VERB_START, "pvc data"));
	hash_hex_of("kubectl delete pvc data", 23, sum);
	assert_true(permit(&r, "prd", sum, 3600000000000LL));
	assert_true(by_file(&r, "a", VERB_START, "pvc data"));
	reads(&r, "gke_prd");
	reads(&r, "db2"); /* no permit makes a wrong target right */
	assert_int_equal(at(&r, "a"), STEP_DECIDING);
	rig_ends(&r);
}

static void a_file_goes_on_as_before_where_nothing_is_protected(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a");
	r.book.environment = "lab";
	rig_open(&r, &a, 1);
	assert_true(by_file(&r, "a", VERB_START, "pvc data"));
	assert_true(runs(&r));
	rig_ends(&r);
}

/* --- typed by hand ---------------------------------------------------------------------------- */

static bool execs(struct rig *r, const char *command, const char *in, bool file)
{
	struct intent it = { .verb = VERB_EXEC, .text = (char *)(uintptr_t)command,
			     .name = (char *)(uintptr_t)in, .by_file = file };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };

	snprintf(it.client, sizeof it.client, "bench");
	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
	return r->verdict.accepted;
}

static void what_is_typed_by_hand_and_destroys_names_its_environment(void **x)
{
	struct rig r;

	(void)x;
	guarded(&r);
	both_agree(&r);
	assert_true(execs(&r, "kubectl get pvc", NULL, false));
	assert_false(execs(&r, "kubectl delete pvc --all", NULL, false));
	assert_non_null(strstr(r.verdict.why, "deletes objects"));
	assert_false(execs(&r, "kubectl delete pvc --all", "lab", false));
	assert_false(execs(&r, "kubectl delete pvc --all", "prd", true));
	assert_true(execs(&r, "kubectl delete pvc --all", "prd", false));
	r.book.environment = "lab";
	assert_true(execs(&r, "kubectl delete pvc --all", NULL, false));
	r.book.environment = "prod"; /* nobody knows what guards it */
	assert_false(execs(&r, "kubectl delete pvc --all", NULL, false));
	r.book.environment = "prd";
	assert_true(rig_replays(&r));
	rig_release(&r);
}

/* --- a second person -------------------------------------------------------------------------- */

static const char *const approvers[] = { "raj", "eve", "ana" };

static struct step *two_persons(struct rig *r)
{
	struct step *a;

	envs_v[0].approvers = approvers;
	envs_v[0].n_approvers = 3;
	envs_v[0].approve_for = EFFECT_DESTROY;
	rig_init(r);
	a = destroys(r, "a");
	rig_open(r, &a, 1);
	both_agree(r);
	return a;
}

static void end_two(struct rig *r)
{
	envs_v[0].approvers = NULL;
	envs_v[0].n_approvers = 0;
	envs_v[0].approve_for = EFFECT_MAX;
	rig_ends(r);
}

static bool agrees(struct rig *r, const char *request, const char *who, const char *key,
		   const char *no)
{
	struct intent it = { .verb = VERB_APPROVE, .client = "second" };
	struct engine_input in = { .kind = INPUT_APPROVAL, .digest = request, .principal = who,
				   .fingerprint = key, .how = "signature", .reason = no,
				   .intent = &it };

	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	rig_feed(r, &in);
	return r->verdict.accepted;
}

static void ask(struct rig *r, char request[GUARD_DIGEST])
{
	if (!state_identity(engine_state(r->e)))
		assert_true(identify(r, "bench", "ana", "SHA256:one"));
	assert_true(rig_say(r, "a", VERB_START, "pvc data"));
	assert_int_equal(at(r, "a"), STEP_HOLD);
	assert_true(inst_awaits_approval(rig_inst(r, "a")));
	assert_true(rig_inst(r, "a")->prompt > 0);
	memcpy(request, rig_inst(r, "a")->guard->request, GUARD_DIGEST);
}

static void a_second_person_must_agree_to_this_very_request(void **x)
{
	char request[GUARD_DIGEST], old[GUARD_DIGEST];
	struct rig r;

	(void)x;
	two_persons(&r);
	assert_false(rig_say(&r, "a", VERB_START, "pvc data")); /* who is it that asks? */
	assert_non_null(strstr(r.verdict.why, "who you are"));
	ask(&r, request);
	assert_false(rig_say(&r, "a", VERB_START, "pvc data"));
	assert_false(agrees(&r, "00", "raj", "SHA256:two", NULL));
	assert_false(agrees(&r, request, "ana", "SHA256:two", NULL)); /* the requester */
	assert_false(agrees(&r, request, "eve", "SHA256:one", NULL)); /* … by another name */
	assert_false(agrees(&r, request, "tom", "SHA256:two", NULL)); /* nobody who may */
	assert_false(agrees(&r, request, "", "SHA256:two", NULL));
	assert_false(agrees(&r, request, "raj", NULL, NULL));
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_true(agrees(&r, request, "raj", "SHA256:two", "too early")); /* a no */
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_false(inst_awaits_approval(rig_inst(&r, "a")));
	both_agree(&r);
	memcpy(old, request, sizeof old);
	ask(&r, request);
	assert_string_not_equal(old, request);
	assert_false(agrees(&r, old, "raj", "SHA256:two", NULL)); /* replayed */
	rig_restart(&r, "crash"); /* it waits on */
	assert_true(agrees(&r, request, "raj", "SHA256:two", NULL));
	assert_int_equal(at(&r, "a"), STEP_EXECUTING);
	assert_false(agrees(&r, request, "eve", "SHA256:three", NULL)); /* once */
	both_agree(&r);
	assert_true(runs(&r));
	assert_int_equal(started(&r), 1);
	end_two(&r);
}

static void an_approval_that_comes_too_late_is_none(void **x)
{
	char request[GUARD_DIGEST];
	struct rig r;

	(void)x;
	two_persons(&r);
	ask(&r, request);
	assert_true(engine_deadline(r.e) > 0);
	rig_tick(&r, 1800001);
	assert_false(inst_awaits_approval(rig_inst(&r, "a")));
	assert_false(agrees(&r, request, "raj", "SHA256:two", NULL));
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_int_equal(rig_count(&r, EV_GUARD, "\"what\":\"expired\""), 1);
	end_two(&r);
}

static void what_changes_before_somebody_agrees_is_asked_anew(void **x)
{
	char request[GUARD_DIGEST];
	struct rig r;

	(void)x;
	envs_v[0].approvers = approvers;
	envs_v[0].n_approvers = 3;
	envs_v[0].approve_for = EFFECT_DESTROY;
	with_value(&r);
	both_agree(&r);
	ask(&r, request);
	assert_true(correct(&r, "n", "8"));
	assert_false(agrees(&r, request, "raj", "SHA256:two", NULL));
	assert_int_equal(at(&r, "a"), STEP_HOLD);
	assert_true(rig_say(&r, "a", VERB_EDIT, "kubectl delete pvc other"));
	assert_false(inst_awaits_approval(rig_inst(&r, "a")));
	assert_false(agrees(&r, request, "raj", "SHA256:two", NULL));
	both_agree(&r);
	ask(&r, request);
	assert_true(agrees(&r, request, "raj", "SHA256:two", NULL));
	both_agree(&r);
	assert_true(runs(&r));
	assert_int_equal(rig_count(&r, EV_CMD_INTENT, "delete pvc other"), 1);
	end_two(&r);
}

static void a_permit_goes_for_its_runbook_as_it_stands(void **x)
{
	static const char sum[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct runbook other = { .path = "other.yaml", .environment = "prd",
				 .environments = &envs };
	struct step *a;
	struct rig r;

	(void)x;
	a = two_persons(&r);
	memcpy(r.book.digest, sum, sizeof sum);
	assert_true(permit(&r, "prd", sum, 3600000000000LL));
	a->book = &other; /* called in by the operator */
	assert_false(by_file(&r, "a", VERB_START, "pvc data"));
	a->book = &r.book;
	assert_true(rig_say(&r, "a", VERB_EDIT, "kubectl delete pvc other"));
	both_agree(&r);
	assert_false(by_file(&r, "a", VERB_START, "pvc data"));
	assert_non_null(strstr(r.verdict.why, "without a permit"));
	assert_false(rig_say(&r, "a", VERB_START, "pvc data")); /* a second person, after all */
	assert_non_null(strstr(r.verdict.why, "who you are"));
	end_two(&r);
	two_persons(&r);
	memcpy(r.book.digest, sum, sizeof sum);
	assert_true(permit(&r, "prd", sum, 3600000000000LL));
	assert_true(by_file(&r, "a", VERB_START, "pvc data"));
	both_agree(&r);
	assert_true(runs(&r));
	end_two(&r);
}

static void a_permit_or_broken_glass_goes_for_a_second_person(void **x)
{
	char request[GUARD_DIGEST];
	struct rig r;

	(void)x;
	two_persons(&r);
	assert_true(permit(&r, "prd", NULL, 3600000000000LL));
	assert_true(by_file(&r, "a", VERB_START, "pvc data"));
	both_agree(&r);
	assert_true(runs(&r));
	end_two(&r);
	two_persons(&r);
	assert_false(rig_say(&r, "a", VERB_OVERRIDE, "prd")); /* nothing waits for anybody yet */
	ask(&r, request);
	assert_false(rig_say(&r, "a", VERB_OVERRIDE, "pvc data"));
	assert_false(by_file(&r, "a", VERB_OVERRIDE, "prd"));
	assert_true(rig_say(&r, "a", VERB_OVERRIDE, "prd"));
	assert_int_equal(rig_count(&r, EV_GUARD, "break-glass"), 1);
	assert_int_equal(at(&r, "a"), STEP_EXECUTING);
	both_agree(&r);
	assert_true(runs(&r));
	end_two(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_operates_is_known_until_the_seat_changes),
		cmocka_unit_test(nobody_says_of_themselves_who_they_are),
		cmocka_unit_test(what_came_by_an_intent_is_answered_as_one),
		cmocka_unit_test(the_target_is_read_before_its_name_is_asked_for_and_before_the_command),
		cmocka_unit_test(a_reading_that_is_another_blocks_and_starts_nothing),
		cmocka_unit_test(a_probe_that_fails_is_no_reading),
		cmocka_unit_test(what_is_there_is_shown_before_its_name_is_asked_for),
		cmocka_unit_test(what_is_there_does_not_stand_for_a_reading),
		cmocka_unit_test(what_was_read_before_a_crash_or_a_pause_does_not_count),
		cmocka_unit_test(an_old_reading_is_taken_again),
		cmocka_unit_test(a_name_typed_too_long_ago_is_typed_again),
		cmocka_unit_test(what_names_the_environment_is_not_corrected),
		cmocka_unit_test(a_value_that_changes_between_makes_it_void),
		cmocka_unit_test(an_edited_command_is_taken_by_its_words),
		cmocka_unit_test(what_is_not_known_to_be_unguarded_does_not_start),
		cmocka_unit_test(a_file_beside_what_is_called_takes_no_guard_away),
		cmocka_unit_test(what_is_not_protected_and_has_no_probes_asks_for_its_name_only),
		cmocka_unit_test(each_round_is_looked_at_for_itself),
		cmocka_unit_test(the_name_of_a_loop_wears_out_while_nothing_of_it_runs),
		cmocka_unit_test(an_undo_looks_at_the_target_first),
		cmocka_unit_test(an_undo_is_taken_by_its_words),
		cmocka_unit_test(a_repair_that_destroys_is_no_repair),
		cmocka_unit_test(what_is_frozen_starts_behind_broken_glass_only),
		cmocka_unit_test(a_freeze_that_begins_after_the_name_was_typed_stops_it),
		cmocka_unit_test(a_file_starts_nothing_protected_without_a_permit),
		cmocka_unit_test(a_file_goes_on_as_before_where_nothing_is_protected),
		cmocka_unit_test(what_is_typed_by_hand_and_destroys_names_its_environment),
		cmocka_unit_test(a_second_person_must_agree_to_this_very_request),
		cmocka_unit_test(an_approval_that_comes_too_late_is_none),
		cmocka_unit_test(what_changes_before_somebody_agrees_is_asked_anew),
		cmocka_unit_test(a_permit_goes_for_its_runbook_as_it_stands),
		cmocka_unit_test(a_permit_or_broken_glass_goes_for_a_second_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
