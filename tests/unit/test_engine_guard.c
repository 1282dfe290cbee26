/* The guard of a protected environment: who is known, what is read, what is confirmed. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/rig.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_operates_is_known_until_the_seat_changes),
		cmocka_unit_test(nobody_says_of_themselves_who_they_are),
		cmocka_unit_test(what_came_by_an_intent_is_answered_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
