/* The whole product: a step in every state, given every answer and every input. Each pair has a row
 * or is refused on record; and whatever follows, the invariants hold and the record replays. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/climb_rig.h"

enum { WAYS = 12 };
/* key of the step that stands in each state, by state */
static const char *const stands[STEP_STATE_MAX] = {
	"pending", "waiting", "blocked", "hold", "executing", "confirming", "deciding", "failing",
	"suspended", "deferred", "finished",
};

static const struct action *take_prepare(struct rig *r, const char *key)
{
	for (size_t i = 0; i < r->acts.n; i++)
		if (r->acts.v[i].kind == ACT_PREPARE && str_eq(r->acts.v[i].key, key))
			return &r->acts.v[i];
	return NULL;
}

static void start(struct rig *r, const char *key, char token[TOKEN_MAX])
{
	struct engine_input in = { .kind = INPUT_PREPARED, .token = token, .pid = 1 };
	const struct action *a;

	assert_true(rig_say(r, key, VERB_START, NULL));
	a = take_prepare(r, key);
	assert_non_null(a);
	memcpy(token, a->token, TOKEN_MAX);
	rig_feed(r, &in);
}

/* One run with a step in each state. */
static void every_state(struct rig *r)
{
	struct step *par, *seq, *k[WAYS];
	char t[TOKEN_MAX];

	rig_init(r);
	par = rig_step(r, KIND_PARALLEL, "par", NULL);
	seq = rig_step(r, KIND_GROUP, "seq", NULL);
	k[0] = rig_step(r, KIND_RUN, "waiting", "w");
	k[1] = rig_step(r, KIND_RUN, "blocked", "b");
	k[1]->when.s = "U";
	k[2] = rig_step(r, KIND_RUN, "hold", "h");
	k[2]->effect_given = true;
	k[2]->effect = EFFECT_DESTROY;
	k[2]->target.s = "vol";
	k[3] = rig_step(r, KIND_RUN, "executing", "e");
	k[4] = rig_step(r, KIND_RUN, "confirming", "c");
	k[4]->verify = rig_probe(r, "look", "exit = 0", 600000);
	k[5] = rig_step(r, KIND_RUN, "deciding", "d");
	k[6] = rig_step(r, KIND_RUN, "failing", "f");
	k[7] = rig_step(r, KIND_DO, "suspended", "s");
	k[8] = rig_step(r, KIND_DO, "deferred", "l");
	k[9] = rig_step(r, KIND_RUN, "finished", "z");
	k[9]->undo.s = "undo z";
	k[10] = rig_step(r, KIND_DO, "busy", "first");
	k[11] = rig_step(r, KIND_RUN, "pending", "p");
	rig_kids(r, seq, k + 10, 2);
	struct step *kids[11];
	memcpy(kids, k, 10 * sizeof *k);
	kids[10] = seq;
	rig_kids(r, par, kids, 11);
	rig_open(r, &par, 1);
	start(r, "executing", t);
	start(r, "confirming", t);
	rig_ended(r, t, 0, NULL);
	start(r, "deciding", t);
	rig_ended(r, t, 1, NULL);
	start(r, "failing", t);
	rig_say(r, "failing", VERB_ABORT, NULL);
	start(r, "finished", t);
	rig_ended(r, t, 0, NULL);
	rig_say(r, "suspended", VERB_SUSPEND, NULL);
	rig_say(r, "deferred", VERB_DEFER, NULL);
	for (int s = 0; s < STEP_STATE_MAX; s++)
		assert_string_equal(word_of(WORDS_STATE, rig_inst(r, stands[s])->state),
				    word_of(WORDS_STATE, s));
}

static void after(struct rig *r, int state, const char *what)
{
	const char *bad = engine_check(r->e);

	if (*bad)
		fprintf(stderr, "%s x %s: %s\n", word_of(WORDS_STATE, state), what, bad);
	assert_string_equal(bad, "");
	assert_true(rig_replays(r));
}

static void every_answer_in_every_state_has_a_row_or_is_refused(void **x)
{
	int rows = 0, refused = 0;

	(void)x;
	for (int s = 0; s < STEP_STATE_MAX; s++)
		for (int v = 0; v < VERB_MAX; v++) {
			struct rig r;
			size_t n;

			every_state(&r);
			n = r.log.n;
			rig_say(&r, stands[s], v, "vol");
			if (!table_answers[s][v] && !r.verdict.accepted) {
				assert_true(r.log.n > n);
				assert_int_equal(r.log.v[n].kind == EV_SEAT ? r.log.v[n + 1].kind
									    : r.log.v[n].kind,
						 EV_REFUSED);
				assert_int_equal(rig_inst(&r, stands[s])->state, s);
				assert_true(r.verdict.why[0] != '\0');
				refused++;
			} else {
				rows++;
			}
			after(&r, s, word_of(WORDS_VERB, v));
			rig_release(&r);
		}
	print_message("# %d pairs state x answer: %d with a row, %d refused\n", rows + refused,
		      rows, refused);
}

/* --- contact steps ---------------------------------------------------------------------------- */

static const struct {
	const char *key;
	enum step_state state;
} climbs[] = {
	{ "c-pending", STEP_PENDING },	     { "c-waiting", STEP_WAITING },
	{ "c-blocked", STEP_BLOCKED },	     { "c-executing", STEP_EXECUTING },
	{ "c-asking", STEP_EXECUTING },	     { "c-sending", STEP_EXECUTING },
	{ "c-confirming", STEP_CONFIRMING }, { "c-deciding", STEP_DECIDING },
	{ "c-suspended", STEP_SUSPENDED },   { "c-deferred", STEP_DEFERRED },
	{ "c-finished", STEP_FINISHED },
};

/* One run with a contact step in each state that it has; some go on beside the walk. */
static void every_climb(struct rig *r)
{
	struct step *par, *seq, *k[COUNT_OF(climbs)], *in_seq[2], *kids[COUNT_OF(climbs)];

	rig_init(r);
	par = rig_step(r, KIND_PARALLEL, "par", NULL);
	seq = rig_step(r, KIND_GROUP, "seq", NULL);
	for (size_t i = 0; i < COUNT_OF(climbs); i++) {
		k[i] = rig_contact(r, climbs[i].key, 1);
		rig_ladder(r, k[i], 1, climbs[i].state == STEP_EXECUTING && i == 4);
		k[i]->goes_on = i % 2;
	}
	k[2]->when.s = "U";
	k[6]->verify = rig_probe(r, "look", "exit = 0", 600000);
	in_seq[0] = rig_step(r, KIND_DO, "busy", "first");
	in_seq[1] = k[0];
	rig_kids(r, seq, in_seq, 2);
	memcpy(kids, k + 1, sizeof kids - sizeof *kids);
	kids[COUNT_OF(climbs) - 1] = seq;
	rig_kids(r, par, kids, COUNT_OF(climbs));
	rig_open(r, &par, 1);
	for (size_t i = 3; i < COUNT_OF(climbs); i++) {
		char t[TOKEN_MAX];

		assert_true(rig_say(r, climbs[i].key, VERB_START, NULL));
		rig_climb(r);
		if (i == 5)
			assert_true(rig_prepared(r, t));
	}
	rig_reply(r, "c-confirming", "ana", "answered");
	rig_say(r, "c-deciding", VERB_ABORT, NULL);
	rig_say(r, "c-suspended", VERB_SUSPEND, NULL);
	rig_say(r, "c-deferred", VERB_DEFER, NULL);
	rig_reply(r, "c-finished", "ana", "answered");
	for (size_t i = 0; i < COUNT_OF(climbs); i++)
		assert_string_equal(word_of(WORDS_STATE, rig_inst(r, climbs[i].key)->state),
				    word_of(WORDS_STATE, climbs[i].state));
}

static void every_answer_in_every_state_of_a_climb_is_taken_or_refused(void **x)
{
	static const char *const texts[] = { "answered", "no-answer", "yes", NULL };
	int rows = 0, refused = 0;

	(void)x;
	for (size_t s = 0; s < COUNT_OF(climbs); s++)
		for (int v = 0; v < VERB_MAX; v++)
			for (size_t t = 0; t < COUNT_OF(texts); t++) {
				struct rig r;
				bool yes, offered;

				if (t && v != VERB_REPLY && v != VERB_DONE)
					continue;
				every_climb(&r);
				offered = state_verbs(engine_state(r.e),
						      rig_inst(&r, climbs[s].key)) >> v & 1;
				yes = v == VERB_REPLY
					? rig_reply(&r, climbs[s].key, t > 1 ? NULL : "raj",
						    texts[t])
					: rig_say(&r, climbs[s].key, v, texts[t]);
				if (!yes && v != VERB_REPLY)
					assert_true(r.verdict.why[0] != '\0');
				rig_climb(&r);
				if (offered && v != VERB_REPLY && v != VERB_DONE && !yes)
					fail_msg("%s offers %s and refuses it", climbs[s].key,
						 word_of(WORDS_VERB, v));
				yes ? rows++ : refused++;
				after(&r, climbs[s].state, word_of(WORDS_VERB, v));
				rig_release(&r);
			}
	print_message("# %d answers to contact steps: %d taken, %d refused\n", rows + refused, rows,
		      refused);
}

static void every_decision_in_every_state_of_a_climb_is_taken_or_changes_nothing(void **x)
{
	(void)x;
	for (size_t s = 0; s < COUNT_OF(climbs); s++)
		for (int what = 0; what < LADDER_WHATS; what++)
			for (int strange = 0; strange < 2; strange++) {
				struct ladder_step next = { .what = (enum ladder_what)what,
							    .rung = strange ? 99 : 1, .round = 1,
							    .party = ANA, .way = SMS,
							    .in_ms = 5 };
				struct engine_input in = { .kind = INPUT_CONTACT,
							   .key = climbs[s].key,
							   .climb = &next };
				struct rig r;

				every_climb(&r);
				rig_feed(&r, &in);
				after(&r, climbs[s].state, ladder_what_name(next.what));
				rig_release(&r);
			}
}

static void every_input_in_every_state_is_taken_or_changes_nothing(void **x)
{
	int pairs = 0;

	(void)x;
	for (int s = 0; s < STEP_STATE_MAX; s++)
		for (int k = INPUT_KEEPER; k < INPUT_MAX; k++)
			for (int strange = 0; strange < 2; strange++) {
				struct rig r;
				struct engine_input in = { .kind = k, .key = stands[s], .text = "x",
							   .name = "n", .path = "p",
							   .reason = "because" };
				struct inst *at;

				every_state(&r);
				at = rig_inst(&r, stands[s]);
				in.token = at->cmd && !strange ? at->cmd->token : "c9-999";
				in.text = k == INPUT_KEEPER ? "crash" : k == INPUT_GAP
					? "\"from\":1" : "x";
				rig_feed(&r, &in);
				after(&r, s, "input");
				rig_release(&r);
				pairs++;
			}
	print_message("# %d pairs state x input\n", pairs);
}

static void no_change_of_state_is_folded_that_the_table_does_not_have(void **x)
{
	(void)x;
	for (int from = 0; from < STEP_STATE_MAX; from++)
		for (int to = 0; to < STEP_STATE_MAX; to++) {
			struct rig r;
			struct event ev = { .kind = EV_STEP };
			struct err err;
			int rc;

			every_state(&r);
			ev.seq = engine_state(r.e)->seq + 1;
			ev.at = r.now;
			ev.step = mem_dup(stands[from]);
			ev.body = mem_printf(
				"{\"from\":\"%s\",\"to\":\"%s\",\"outcome\":\"confirmed\"}",
				word_of(WORDS_STATE, from), word_of(WORDS_STATE, to));
			ev.body_len = strlen(ev.body);
			rc = engine_apply(r.e, &ev, &err);
			assert_int_equal(rc == 0, table_moves[from][to]);
			if (rc)
				assert_int_equal(rc, ERR_CORRUPT);
			event_release(&ev);
			rig_release(&r);
		}
}

static void every_state_is_reached_and_can_end(void **x)
{
	bool ends[STEP_STATE_MAX] = { [STEP_FINISHED] = true };

	(void)x;
	for (int round = 0; round < STEP_STATE_MAX; round++)
		for (int a = 0; a < STEP_STATE_MAX; a++)
			for (int b = 0; b < STEP_STATE_MAX; b++)
				ends[a] |= table_moves[a][b] && ends[b];
	for (int s = 0; s < STEP_STATE_MAX; s++)
		assert_true(ends[s]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_answer_in_every_state_has_a_row_or_is_refused),
		UNIT(every_answer_in_every_state_of_a_climb_is_taken_or_refused),
		UNIT(every_decision_in_every_state_of_a_climb_is_taken_or_changes_nothing),
		UNIT(every_input_in_every_state_is_taken_or_changes_nothing),
		UNIT(no_change_of_state_is_folded_that_the_table_does_not_have),
		UNIT(every_state_is_reached_and_can_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
