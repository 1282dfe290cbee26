/* The next word to those who were told: when it is due, what it says, how it goes out. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "climb_rig.h"
#include "view_rig.h"
#include "view_update.h"

struct bench {
	struct rig r;
	struct climbing *c;
	struct step *steps[3];
};

/* An announcement, then two instructions. */
static void open_bench(struct bench *b, const char *status, int64_t cadence_ms)
{
	rig_init(&b->r);
	b->steps[0] = rig_step(&b->r, KIND_CONTACT, "tell", "announce");
	b->c = rig_ladder(&b->r, b->steps[0], 1, false);
	b->steps[0]->until = LADDER_TOLD;
	b->steps[0]->announces = status;
	b->steps[0]->title = "Announce";
	b->c->contact.message = "Logins fail.";
	b->c->contact.subject = "[in progress] Logins fail.";
	b->c->parties[CHAT].is_public = true;
	b->steps[1] = rig_step(&b->r, KIND_DO, "mend", "Mend it.");
	b->steps[1]->title = "Mend it";
	b->steps[2] = rig_step(&b->r, KIND_DO, "look", "Look at it.");
	b->steps[2]->title = "Look at it";
	b->r.book.cadence_ms = cadence_ms;
	rig_open(&b->r, b->steps, 3);
}

/* The message goes out and is taken. */
static void tell(struct bench *b)
{
	assert_true(rig_say(&b->r, "tell", VERB_START, NULL));
	rig_climb(&b->r);
	assert_true(rig_runs(&b->r, 0, "taken"));
	rig_climb(&b->r);
	assert_int_equal(rig_inst(&b->r, "tell")->state, STEP_FINISHED);
}

static void nothing_is_owed_before_somebody_was_told(void **state)
{
	struct bench b = { 0 };
	struct view_update u;
	struct view *v;

	(void)state;
	open_bench(&b, "in progress", 600000);
	v = see(&b.r);
	assert_false(view_update(v, b.r.now, &u));
	view_free(v);
	tell(&b);
	v = see(&b.r);
	assert_true(view_update(v, b.r.now, &u));
	assert_string_equal(u.channel, "chat");
	assert_true(u.is_public);
	view_free(v);
	rig_release(&b.r);
}

static void what_is_completed_or_has_no_cadence_is_owed_nothing(void **state)
{
	static const struct { const char *status; int64_t cadence; } cases[] = {
		{ "completed", 600000 }, { "in progress", 0 }, { NULL, 600000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bench b = { 0 };
		struct view_update u;
		struct view *v;

		open_bench(&b, cases[i].status, cases[i].cadence);
		tell(&b);
		v = see(&b.r);
		assert_false(view_update(v, b.r.now, &u));
		view_free(v);
		rig_release(&b.r);
	}
}

static void expect_line(struct bench *b, const char *want)
{
	struct view *v = see(&b->r);
	struct buf out = BUF_INIT;
	struct view_update u;

	assert_true(view_update(v, b->r.now, &u));
	view_update_line(&out, &u);
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
	view_free(v);
}

static void it_is_counted_down_and_then_late(void **state)
{
	struct bench b = { 0 };

	(void)state;
	open_bench(&b, "in progress", 600000);
	b.steps[0]->cadence_ms = 300000; /* its own comes before the book's */
	tell(&b);
	expect_line(&b, "update due in 5:00");
	rig_tick(&b.r, 50000);
	expect_line(&b, "update due in 4:09");
	rig_tick(&b.r, 280000);
	expect_line(&b, "UPDATE LATE by 0:30");
	rig_release(&b.r);
}

/* Sends the draft as a person would, and says what the command ended with. */
static void send_update(struct bench *b, int code)
{
	struct view *v = see(&b->r);
	struct buf draft = BUF_INIT, command = BUF_INIT;
	struct view_update u;

	assert_true(view_update(v, b->r.now, &u));
	view_update_draft(&draft, v, &u, b->r.now);
	assert_true(view_update_command(&command, &u, "/bin/blackstart", buf_str(&draft)));
	assert_true(rig_say(&b->r, NULL, VERB_EXEC, buf_str(&command)));
	assert_true(rig_runs(&b->r, code, "said"));
	buf_release(&draft);
	buf_release(&command);
	view_free(v);
}

static void only_what_was_taken_counts_as_said(void **state)
{
	struct bench b = { 0 };

	(void)state;
	open_bench(&b, "in progress", 300000);
	tell(&b);
	rig_tick(&b.r, 100000);
	send_update(&b, 1);
	expect_line(&b, "update due in 3:19");
	send_update(&b, 0);
	expect_line(&b, "update due in 5:00");
	assert_true(rig_replays(&b.r));
	rig_release(&b.r);
}

static void the_draft_says_where_it_stands(void **state)
{
	struct bench b = { 0 };
	struct buf draft = BUF_INIT;
	struct view_update u;
	struct view *v;

	(void)state;
	open_bench(&b, "in progress", 300000);
	tell(&b);
	v = see(&b.r);
	assert_true(view_update(v, b.r.now, &u));
	view_update_draft(&draft, v, &u, b.r.now);
	assert_true(str_starts(buf_str(&draft), "[in progress] Logins fail.\nUpdate of "));
	HAS(buf_str(&draft), ": 1 of 3 steps are done.\n");
	HAS(buf_str(&draft), "\nNow: Mend it\nNext: Look at it\nThe next word comes by ");
	HAS(buf_str(&draft), " UTC.\n");
	buf_release(&draft);
	view_free(v);
	rig_release(&b.r);
}

static void no_word_of_it_is_a_word_of_the_shell(void **state)
{
	static const char text[] = "it's $(rm) `x` \"\\\n'; rm -rf / #\nlast";
	struct bench b = { 0 };
	struct buf command = BUF_INIT;
	struct view_update u;
	struct view *v;

	(void)state;
	open_bench(&b, "in progress", 300000);
	tell(&b);
	v = see(&b.r);
	assert_true(view_update(v, b.r.now, &u));
	assert_false(view_update_command(&command, &u, "/bin/blackstart", ""));
	assert_true(view_update_command(&command, &u, "/bin/blackstart", text));
	assert_string_equal(buf_str(&command),
			    "update=yes to='' subject='it'\\''s $(rm) `x` \"\\' "
			    "text=''\\''; rm -rf / #\nlast' sh -c post");
	buf_clear(&command);
	b.c->parties[CHAT].command = CONTACT_SEND;
	b.c->parties[CHAT].json = "{\"id\": \"it's\"}";
	assert_true(view_update_command(&command, &u, "/a b/blackstart", "x"));
	assert_string_equal(buf_str(&command), "update=yes to='' subject=x text=x channel="
			    "'{\"id\": \"it'\\''s\"}' '/a b/blackstart' send");
	buf_release(&command);
	view_free(v);
	rig_release(&b.r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(nothing_is_owed_before_somebody_was_told),
		UNIT(what_is_completed_or_has_no_cadence_is_owed_nothing),
		UNIT(it_is_counted_down_and_then_late),
		UNIT(only_what_was_taken_counts_as_said),
		UNIT(the_draft_says_where_it_stands),
		UNIT(no_word_of_it_is_a_word_of_the_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
