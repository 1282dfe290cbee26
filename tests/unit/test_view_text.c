/* What a person reads: steps, the walk, rows, the end. */
#include "../lib/view_rig.h"
#include "view_walk.h"

static char *step_text(const struct rig *r, const char *key)
{
	struct view *v = see(r);
	struct buf b = BUF_INIT;

	view_step_text(&b, v, state_inst(view_state(v), key), r->now);
	view_free(v);
	return buf_take(&b);
}

static char *last_line(const struct rig *r, enum view_weight *w)
{
	struct view *v = see(r);
	struct buf b = BUF_INIT;

	*w = view_event_line(&b, v, &r->log.v[r->log.n - 1]);
	view_free(v);
	return buf_take(&b);
}

/* The line of the newest row of a kind. */
static char *line_of(const struct rig *r, enum event_kind kind, enum view_weight *w)
{
	struct view *v = view_new(&r->book, NULL, NULL);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < r->log.n; i++) {
		assert_int_equal(view_apply(v, &r->log.v[i], NULL), 0);
		if (r->log.v[i].kind != kind)
			continue;
		buf_clear(&b);
		*w = view_event_line(&b, v, &r->log.v[i]);
	}
	view_free(v);
	return buf_take(&b);
}

static void a_warning_stands_before_the_action_it_guards(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "echo 1\necho 2");
	char *t;

	(void)x;
	a->warn = "customers notice";
	a->why = "it must be";
	a->target.s = "vol-1";
	a->expect.s = "exit = 0";
	a->if_not = "call ops";
	rig_open(&r, &a, 1);
	t = step_text(&r, "a");
	HAS(t, "WARNING: customers notice\n");
	HAS(t, "command: echo 1\n           echo 2\n");
	assert_true(strstr(t, "WARNING") < strstr(t, "command:"));
	assert_true(strstr(t, "target: vol-1") < strstr(t, "command:"));
	assert_true(strstr(t, "command:") < strstr(t, "expected: exit = 0"));
	assert_true(strstr(t, "expected:") < strstr(t, "if not: call ops"));
	free(t);
	rig_release(&r);
}

static void what_destroys_says_whether_there_is_a_way_back(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *steps[] = { rig_step(&r, KIND_RUN, "a", "rm a"),
				 rig_step(&r, KIND_RUN, "b", "rm b") };
	char *t;

	(void)x;
	for (int i = 0; i < 2; i++) {
		steps[i]->effect = EFFECT_DESTROY;
		steps[i]->effect_given = true;
		steps[i]->target.s = "vol-1";
	}
	steps[1]->undo.s = "cp kept b";
	rig_open(&r, steps, 2);
	t = step_text(&r, "a");
	HAS(t, "WARNING: this destroys; there is no undo but what the runbook says itself\n");
	free(t);
	t = step_text(&r, "b");
	HAS(t, "WARNING: this destroys; the only way back is its undo\n");
	free(t);
	rig_release(&r);
}

static void a_hostile_title_obeys_nothing_and_makes_no_line_of_its_own(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "\x1b]0;owned\x07\nverdict: complete");
	char *t;
	struct buf b = BUF_INIT;

	(void)x;
	a->title = "x\x1b[2J\nverdict: complete\xe2\x80\xae";
	a->warn = "\x9b" "31m";
	a->why = "one\ntwo";
	rig_open(&r, &a, 1);
	t = step_text(&r, "a");
	assert_null(strchr(t, '\x1b'));
	assert_null(strchr(t, '\x07'));
	HAS_NOT(t, "\nverdict");
	HAS(t, "\\x1b[2J\\nverdict");
	free(t);
	struct view *v = see(&r);
	view_where(&b, v, r.now);
	view_header(&b, v, r.now);
	assert_null(strchr(buf_str(&b), '\x1b'));
	assert_null(strstr(only_prompt(v)->sentence, "\n"));
	HAS_NOT(buf_str(&b), "\nverdict");
	buf_release(&b);
	view_free(v);
	rig_release(&r);
}

static void the_head_line_counts_time_against_the_objective(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look"), *b = rig_step(&r, KIND_DO, "b", "see");
	struct step *all[] = { a, b };
	struct buf t = BUF_INIT;
	struct view_figures f;

	(void)x;
	r.book.rto_ms = 60000;
	rig_open(&r, all, 2);
	rig_tick(&r, 50000);
	rig_say(&r, "a", VERB_DONE, NULL);
	struct view *v = see(&r);
	view_header(&t, v, r.now);
	HAS(buf_str(&t), "REAL bench");
	HAS(buf_str(&t), "left of 1m");
	HAS(buf_str(&t), "step 2 of 2, 1 done");
	view_figures(v, r.now, &f);
	assert_true(f.elapsed_ms >= 50000 && f.elapsed_ms < 51000);
	assert_true(f.left_ms > 9000 && f.left_ms <= 10000);
	assert_int_equal(f.place, 2);
	buf_clear(&t);
	r.now.boot += 20LL * 1000000000;
	view_header(&t, v, r.now);
	HAS(buf_str(&t), "OVER the objective of 1m by 0:10");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void where_lists_the_whole_walk_and_points_at_now(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *all[] = { rig_step(&r, KIND_DO, "one", "x"), rig_step(&r, KIND_DO, "two", "x"),
			       rig_step(&r, KIND_DO, "three", "x") };
	struct buf t = BUF_INIT;

	(void)x;
	rig_open(&r, all, 3);
	rig_say(&r, "one", VERB_SKIP, NULL);
	struct view *v = see(&r);
	view_where(&t, v, r.now);
	HAS(buf_str(&t), "   [-] SKIPPED one one  (because)\n");
	HAS(buf_str(&t), "-> [>] NOW two two\n");
	HAS(buf_str(&t), "   [ ] TODO three three\n");
	HAS(buf_str(&t), "operated by ana");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void a_loop_not_yet_known_shows_the_steps_as_written(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *first = rig_step(&r, KIND_DO, "first", "x");
	struct step *g = rig_step(&r, KIND_GROUP, "g", NULL);
	struct step *kid = rig_step(&r, KIND_DO, "k", "x");
	struct step *all[] = { first, g };
	struct buf t = BUF_INIT;

	(void)x;
	g->each_name = "item";
	g->each_list.s = "items";
	rig_kids(&r, g, &kid, 1);
	rig_open(&r, all, 2);
	struct view *v = see(&r);
	view_where(&t, v, r.now);
	HAS(buf_str(&t), "[ ] TODO k k\n");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void every_outcome_has_its_own_mark(void **x)
{
	struct inst in = { .state = STEP_FINISHED };
	const char *seen[OUTCOME_MAX + STEP_STATE_MAX];

	(void)x;
	for (int o = 1; o < OUTCOME_MAX; o++) {
		in.outcome = o;
		seen[o] = view_mark(&in);
		assert_non_null(seen[o]);
		for (int k = 1; k < o; k++)
			assert_string_not_equal(seen[o], seen[k]);
	}
	for (int s = 0; s < STEP_FINISHED; s++) {
		in.state = s;
		assert_non_null(view_mark(&in));
	}
}

static void a_row_says_who_did_it_and_why(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *all[] = { rig_step(&r, KIND_DO, "one", "x"),
			       rig_step(&r, KIND_DO, "two", "x") };
	enum view_weight w;
	char *t;

	(void)x;
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, "one", VERB_DEFER, NULL));
	t = line_of(&r, EV_SEAT, &w);
	HAS(t, "ana");
	free(t);
	struct view *v = view_new(&r.book, NULL, NULL);
	bool found = false;
	for (size_t i = 0; i < r.log.n; i++) {
		struct buf b = BUF_INIT;

		assert_int_equal(view_apply(v, &r.log.v[i], NULL), 0);
		w = view_event_line(&b, v, &r.log.v[i]);
		if (strstr(buf_str(&b), "DEFERRED")) {
			HAS(buf_str(&b), "because");
			HAS(buf_str(&b), "(ana)");
			assert_int_equal(w, VIEW_LOUD);
			found = true;
		}
		buf_release(&b);
	}
	assert_true(found);
	view_free(v);
	rig_release(&r);
}

static void rows_of_a_command_say_what_it_is_and_how_it_ended(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "make \x1b[0m");
	enum view_weight w;
	char *t;

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 3, NULL));
	t = line_of(&r, EV_CMD_INTENT, &w);
	assert_string_equal(t, "runs: make \\x1b[0m");
	free(t);
	t = line_of(&r, EV_CMD_ENDED, &w);
	HAS(t, "exit 3 after ");
	assert_int_equal(w, VIEW_LOUD);
	free(t);
	t = last_line(&r, &w);
	HAS(t, "did NOT come out");
	assert_int_equal(w, VIEW_LOUD);
	free(t);
	rig_release(&r);
}

static void a_secret_never_comes_out(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "x ${pw}");
	static const struct field f = { .name = "pw", .type = VALUE_TEXT, .secret = true };
	struct step *b = rig_step(&r, KIND_DO, "b", "use ${pw}");
	struct step *all[] = { a, b };
	struct buf t = BUF_INIT;
	enum view_weight w;
	char *line;

	(void)x;
	a->fields = &f;
	a->n_fields = 1;
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, "a", VERB_DONE, "hunter2"));
	struct view *v = see(&r);
	view_where(&t, v, r.now);
	view_step_text(&t, v, state_inst(view_state(v), "b"), r.now);
	HAS(buf_str(&t), "value: pw = (hidden)");
	HAS(buf_str(&t), "(pw hidden)");
	HAS_NOT(buf_str(&t), "hunter2");
	line = line_of(&r, EV_VALUE, &w);
	HAS(line, "hidden");
	HAS_NOT(line, "hunter2");
	free(line);
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void what_is_owed_is_named_until_it_is_paid(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "down");
	struct buf t = BUF_INIT;

	(void)x;
	RIG_OWE(&r, a, "writers", "up");
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	view_owed(&t, v);
	assert_int_equal(t.len, 0);
	view_free(v);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 0, NULL));
	v = see(&r);
	view_owed(&t, v);
	assert_string_equal(buf_str(&t), "still down: writers");
	HAS(only_prompt(v)->sentence, "still down: writers");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void the_ending_says_verdict_time_and_what_was_left(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *all[] = { rig_step(&r, KIND_DO, "one", "x"),
			       rig_step(&r, KIND_DO, "two", "x") };
	struct buf t = BUF_INIT;

	(void)x;
	r.book.rto_ms = 1000;
	rig_open(&r, all, 2);
	struct view *v = see(&r);
	view_ending(&t, v);
	assert_string_equal(buf_str(&t), "the run is open\n");
	view_free(v);
	rig_say(&r, "one", VERB_SKIP, NULL);
	rig_tick(&r, 5000);
	rig_say(&r, "two", VERB_DONE, NULL);
	v = see(&r);
	buf_clear(&t);
	view_ending(&t, v);
	HAS(buf_str(&t), "verdict: ");
	HAS(buf_str(&t), "objective 1s: NOT MET");
	HAS(buf_str(&t), "[-] SKIPPED one one: because");
	HAS(buf_str(&t), "1 done, 1 skipped");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void what_the_end_says_is_its_text_and_not_its_title(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *all[] = { rig_step(&r, KIND_DO, "one", "x"),
			       rig_step(&r, KIND_END, "over", "Tell those who waited.") };
	struct buf t = BUF_INIT;

	(void)x;
	all[1]->title = "It is back";
	all[1]->title_given = true;
	rig_open(&r, all, 2);
	struct view *v = see(&r);
	view_end_text(&t, v);
	assert_string_equal(buf_str(&t), "");
	view_free(v);
	rig_say(&r, "one", VERB_DONE, NULL);
	v = see(&r);
	view_end_text(&t, v);
	assert_string_equal(buf_str(&t), "Tell those who waited.");
	buf_release(&t);
	view_free(v);
	rig_release(&r);
}

static void a_step_is_found_by_key_number_id_and_title(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "one", "x"), *b = rig_step(&r, KIND_DO, "two", "x");
	struct step *all[] = { a, b };

	(void)x;
	a->number = "1";
	b->number = "2";
	b->title = "Look twice";
	rig_open(&r, all, 2);
	struct view *v = see(&r);
	const struct inst *two = state_inst(view_state(v), "two");
	assert_ptr_equal(view_find(v, "two"), two);
	assert_ptr_equal(view_find(v, "2"), two);
	assert_ptr_equal(view_find(v, "Look twice"), two);
	assert_null(view_find(v, "Look"));
	assert_null(view_find(v, ""));
	view_free(v);
	rig_release(&r);
}

static void a_row_that_does_not_follow_changes_nothing(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "one", "x");
	struct err err = { 0 };

	(void)x;
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	struct event again = r.log.v[r.log.n - 1];
	assert_int_equal(view_apply(v, &again, &err), ERR_CORRUPT);
	assert_int_equal(view_state(v)->seq, r.log.v[r.log.n - 1].seq);
	assert_string_equal(only_prompt(v)->key, "one");
	view_free(v);
	rig_release(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		UNIT(a_warning_stands_before_the_action_it_guards),
		UNIT(what_destroys_says_whether_there_is_a_way_back),
		UNIT(a_hostile_title_obeys_nothing_and_makes_no_line_of_its_own),
		UNIT(the_head_line_counts_time_against_the_objective),
		UNIT(where_lists_the_whole_walk_and_points_at_now),
		UNIT(a_loop_not_yet_known_shows_the_steps_as_written),
		UNIT(every_outcome_has_its_own_mark),
		UNIT(a_row_says_who_did_it_and_why),
		UNIT(rows_of_a_command_say_what_it_is_and_how_it_ended),
		UNIT(a_secret_never_comes_out),
		UNIT(what_is_owed_is_named_until_it_is_paid),
		UNIT(the_ending_says_verdict_time_and_what_was_left),
		UNIT(what_the_end_says_is_its_text_and_not_its_title),
		UNIT(a_step_is_found_by_key_number_id_and_title),
		UNIT(a_row_that_does_not_follow_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
