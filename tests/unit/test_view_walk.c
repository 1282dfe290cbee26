/* What lies around a step, what a line of its text is, what runs and falls due. */
#include "../lib/view_rig.h"

#include "view_walk.h"

static const struct inst *inst(struct view *v, const char *key)
{
	const struct inst *in = state_inst(view_state(v), key);

	if (!in)
		fail_msg("no step %s", key);
	return in;
}

/* Keys of the walk from `in` on, in reading order. */
static char *keys_from(const struct inst *in, const struct inst *(*go)(const struct inst *))
{
	struct buf b = BUF_INIT;

	for (; in; in = go(in))
		if (in->step) {
			buf_adds(&b, in->key);
			buf_addc(&b, view_walk_met(in) ? ' ' : '+');
		}
	return buf_take(&b);
}

/* a, a question with two ways (b in the first, c in the second), d. */
static void open_choice(struct rig *r)
{
	struct step *a = rig_step(r, KIND_DO, "a", "do a"),
		    *d = rig_step(r, KIND_DO, "d", "do d"),
		    *b = rig_step(r, KIND_DO, "b", "do b"),
		    *c = rig_step(r, KIND_DO, "c", "do c"),
		    *one = rig_step(r, KIND_OPTION, "one", NULL),
		    *two = rig_step(r, KIND_OPTION, "two", NULL),
		    *ask = rig_step(r, KIND_CHOOSE, "ask", NULL),
		    *ways[] = { one, two }, *all[] = { a, ask, d };

	rig_kids(r, one, &b, 1);
	rig_kids(r, two, &c, 1);
	rig_kids(r, ask, ways, 2);
	ask->text.s = "which?";
	one->title = "First";
	two->title = "Second";
	rig_open(r, all, 3);
}

static void ways_that_are_not_taken_are_no_part_of_the_walk(void **x)
{
	struct rig r;
	struct view *v;
	char *t;

	(void)x;
	rig_init(&r);
	open_choice(&r);
	v = see(&r);
	t = keys_from(inst(v, "a"), view_walk_next);
	assert_string_equal(t, "a ask d ");
	free(t);
	t = keys_from(inst(v, "d"), view_walk_prev);
	assert_string_equal(t, "d ask a ");
	free(t);
	view_free(v);
	rig_release(&r);
}

static void the_way_taken_is_walked_with_all_that_is_in_it(void **x)
{
	struct rig r;
	struct view *v;
	char *t;

	(void)x;
	rig_init(&r);
	open_choice(&r);
	rig_say(&r, "a", VERB_DONE, NULL);
	rig_say(&r, "ask", VERB_DONE, "two");
	v = see(&r);
	t = keys_from(inst(v, "a"), view_walk_next);
	assert_string_equal(t, "a ask+two+c d ");
	free(t);
	t = keys_from(inst(v, "d"), view_walk_prev);
	assert_string_equal(t, "d c two+ask+a ");
	free(t);
	assert_int_equal(view_walk_depth(inst(v, "c")), 2);
	view_free(v);
	rig_release(&r);
}

static void what_is_behind_is_counted_by_how_it_ended(void **x)
{
	struct rig r;
	struct view *v;
	struct buf b = BUF_INIT;

	(void)x;
	rig_init(&r);
	open_choice(&r);
	rig_say(&r, "a", VERB_SKIP, NULL);
	rig_say(&r, "ask", VERB_DONE, "one");
	rig_say(&r, "b", VERB_DONE, NULL);
	v = see(&r);
	assert_int_equal(view_walk_fold(&b, v, inst(v, "d")), 2);
	assert_string_equal(buf_str(&b), "1 done, 1 skipped");
	buf_clear(&b);
	assert_int_equal(view_walk_fold(&b, v, inst(v, "a")), 0);
	assert_int_equal(b.len, 0);
	view_walk_line(&b, v, inst(v, "a"), r.now);
	HAS(buf_str(&b), "(because)");
	buf_release(&b);
	view_free(v);
	rig_release(&r);
}

/* --- parts ------------------------------------------------------------------------------------- */

static void every_line_of_a_step_is_known_for_what_it_is(void **x)
{
	static const enum view_part_kind want[] = { PART_NAME, PART_OTHER, PART_WARNING,
						    PART_ACTION, PART_ACTION, PART_EXPECT };
	static const bool first[] = { true, true, true, true, false, true };
	const char *at = "[>] NOW 1 x\n  why: it must\n  WARNING: careful\n  command: a\n"
			 "           b\n  if not: call\n";
	struct view_part p = { 0 };
	size_t n = 0;

	(void)x;
	while (view_part_next(&at, &p)) {
		assert_true(n < sizeof want / sizeof *want);
		assert_int_equal(p.kind, want[n]);
		assert_int_equal(p.first, first[n]);
		n++;
	}
	assert_int_equal(n, sizeof want / sizeof *want);
}

static void a_continued_line_keeps_its_own_indent_and_is_no_label(void **x)
{
	const char *at = "[>] NOW 1 x\n  command: if a\n             WARNING: b\n";
	struct view_part p = { 0 };

	(void)x;
	assert_true(view_part_next(&at, &p));
	assert_true(view_part_next(&at, &p));
	assert_true(view_part_next(&at, &p));
	assert_int_equal(p.kind, PART_ACTION);
	assert_false(p.first);
	assert_int_equal(p.n_text, strlen("  WARNING: b"));
	assert_memory_equal(p.text, "  WARNING: b", p.n_text);
	assert_false(view_part_next(&at, &p));
}

static void a_steps_own_text_reads_back_whole(void **x)
{
	struct rig r;
	struct view *v;
	struct buf b = BUF_INIT;
	struct view_part p = { 0 };
	struct step *a;
	const char *at;
	bool warned = false, acted = false;

	(void)x;
	rig_init(&r);
	a = rig_step(&r, KIND_RUN, "a", "echo 1\necho 2");
	a->warn = "customers notice";
	rig_open(&r, &a, 1);
	v = see(&r);
	view_step_text(&b, v, inst(v, "a"), r.now);
	for (at = buf_str(&b); view_part_next(&at, &p);) {
		warned |= p.kind == PART_WARNING;
		if (p.kind == PART_ACTION)
			assert_true(warned); /* before the action that it guards */
		acted |= p.kind == PART_ACTION && p.n_text == 6 && !memcmp(p.text, "echo 2", 6);
	}
	assert_true(acted);
	buf_release(&b);
	view_free(v);
	rig_release(&r);
}

/* --- clocks ------------------------------------------------------------------------------------ */

static void a_command_is_late_from_the_time_it_should_take(void **x)
{
	struct rig r;
	struct view *v;
	struct buf b = BUF_INIT;
	struct step *a;
	char token[TOKEN_MAX];

	(void)x;
	rig_init(&r);
	a = rig_step(&r, KIND_RUN, "a", "sleep 9");
	a->effect = EFFECT_CHANGE;
	a->effect_given = true;
	a->takes_ms = 3000;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	rig_tick(&r, 2000);
	v = see(&r);
	assert_int_equal(view_clocks(&b, v, r.now), 1);
	HAS_NOT(buf_str(&b), "LATE");
	HAS(buf_str(&b), "running for 0:02 of about 3s");
	view_free(v);
	buf_clear(&b);
	rig_tick(&r, 2000);
	v = see(&r);
	assert_int_equal(view_clocks(&b, v, r.now), 1);
	assert_int_equal(strncmp(buf_str(&b), "LATE ", 5), 0);
	view_free(v);
	buf_clear(&b);
	rig_ended(&r, token, 0, "");
	v = see(&r);
	assert_int_equal(view_clocks(&b, v, r.now), 0);
	assert_int_equal(b.len, 0);
	view_free(v);
	buf_release(&b);
	rig_release(&r);
}

static void a_wait_says_when_it_looks_and_when_it_gives_up_but_no_look_that_is_brief(void **x)
{
	struct rig r;
	struct view *v;
	struct buf b = BUF_INIT;
	struct step *a;
	char token[TOKEN_MAX];

	(void)x;
	rig_init(&r);
	a = rig_step(&r, KIND_WAIT, "a", "ready = 1");
	a->probe = rig_probe(&r, "look", NULL, 60000);
	((struct probe *)(uintptr_t)a->probe)->every_ms = 5000;
	rig_open(&r, &a, 1);
	assert_true(rig_prepared(&r, token));
	v = see(&r);
	assert_int_equal(view_clocks(&b, v, r.now), 1);
	HAS(buf_str(&b), "gives up in 0:59");
	HAS_NOT(buf_str(&b), "running");
	view_free(v);
	buf_clear(&b);
	rig_ended(&r, token, 1, "");
	v = see(&r);
	assert_int_equal(view_clocks(&b, v, r.now), 1);
	HAS(buf_str(&b), "looks again in 0:0");
	view_free(v);
	buf_release(&b);
	rig_release(&r);
}

static void what_was_undone_does_not_pass_for_done(void **x)
{
	struct rig r;
	struct view *v;
	struct buf b = BUF_INIT;
	struct step *all[2];

	(void)x;
	rig_init(&r);
	all[0] = rig_step(&r, KIND_RUN, "a", "do it");
	all[0]->undo.s = "undo it";
	all[1] = rig_step(&r, KIND_DO, "b", "look");
	rig_open(&r, all, 2);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 0, ""));
	rig_say(&r, "a", VERB_UNDO, NULL);
	assert_true(rig_runs(&r, 0, ""));
	v = see(&r);
	view_walk_line(&b, v, inst(v, "a"), r.now);
	HAS(buf_str(&b), "UNDONE");
	view_free(v);
	buf_release(&b);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_that_are_not_taken_are_no_part_of_the_walk),
		cmocka_unit_test(the_way_taken_is_walked_with_all_that_is_in_it),
		cmocka_unit_test(what_is_behind_is_counted_by_how_it_ended),
		cmocka_unit_test(every_line_of_a_step_is_known_for_what_it_is),
		cmocka_unit_test(a_continued_line_keeps_its_own_indent_and_is_no_label),
		cmocka_unit_test(a_steps_own_text_reads_back_whole),
		cmocka_unit_test(a_command_is_late_from_the_time_it_should_take),
		cmocka_unit_test(
			a_wait_says_when_it_looks_and_when_it_gives_up_but_no_look_that_is_brief),
		cmocka_unit_test(what_was_undone_does_not_pass_for_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
