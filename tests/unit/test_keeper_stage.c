/* A keeper of a drill that runs nothing: a stage in the holder's place, and who says what. */
#include "keeper_rig.h"

#include "../../src/keeper/keeper_parts.h"

static struct kr began(enum drill_way way)
{
	struct kr r;

	kr_open_as(&r, MODE_DRILL, way);
	kr_ensure(&r);
	kr_attach(&r);
	return r;
}

/* Somebody else at the same run; kr_detach is all it needs in the end. */
static struct kr beside(const struct kr *r, const char *client, bool facilitator)
{
	struct kr f = { .fd = -1, .journal = r->journal };
	char *hello = mem_printf("{\"hello\":{\"client\":\"%s\",\"name\":\"fay\","
				 "\"facilitator\":%s}}", client, facilitator ? "true" : "false");

	memcpy(f.run, r->run, sizeof(f.run));
	str_clip(f.client, sizeof(f.client), client);
	kr_attach_as(&f, hello);
	free(hello);
	return f;
}

static void leaves(struct kr *f)
{
	kr_detach(f);
	free(f->trouble_why);
	free(f->moved);
	free(f->refused);
	buf_release(&f->hello);
}

/* A command that would show that it ran. */
static void types(struct kr *r)
{
	char *text = mem_printf("touch '%s/ran'", r->dir);

	assert_true(kr_do(r, VERB_EXEC, text)->accepted);
	free(text);
}

static void nothing_ran(struct kr *r)
{
	char *path = mem_printf("%s/ran", r->dir);

	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(kr_pid(r, "holder"), 0);
	free(path);
}

static const struct answer *plays(struct kr *r, const char *token, const char *output)
{
	struct intent it = { .verb = VERB_PLAY, .name = (char *)(uintptr_t)token,
			     .text = (char *)(uintptr_t)output };
	char id[40] = "";

	kr_send(r, &it, id);
	return kr_answer(r, id);
}

static const struct answer *injects(struct kr *r)
{
	struct intent it = { .verb = VERB_INJECT, .name = (char[]){ "one" },
			     .text = (char[]){ "deliver" } };
	char id[40] = "";

	kr_send(r, &it, id);
	return kr_answer(r, id);
}

static void a_tabletop_asks_the_operator_and_runs_nothing(void **x)
{
	struct kr r = began(DRILL_TABLETOP);
	struct buf out = BUF_INIT;

	(void)x;
	types(&r);
	kr_wait_event(&r, EV_DRILL, "\"asked\"", 1);
	assert_int_equal(kr_count(&r, EV_DRILL, "\"of\":\"operator\""), 1);
	assert_true(plays(&r, "c1-1", "three\n")->accepted);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	assert_string_equal(buf_str(&out), "three\n");
	assert_false(plays(&r, "c1-1", "four\n")->accepted);
	nothing_ran(&r);
	kr_verify(&r, r.journal);
	buf_release(&out);
	kr_close(&r);
}

static void a_killed_keeper_waits_on_for_the_same_words(void **x)
{
	struct kr r = began(DRILL_TABLETOP);

	(void)x;
	types(&r);
	kr_wait_event(&r, EV_DRILL, "\"asked\"", 1);
	kr_kill(&r, "keeper", SIGKILL);
	kr_ensure(&r);
	kr_attach(&r);
	assert_true(plays(&r, "c1-1", "three\n")->accepted);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	assert_int_equal(kr_count(&r, EV_DRILL, "\"asked\""), 1);
	assert_int_equal(kr_count(&r, EV_DRILL, "\"answer\""), 1);
	assert_int_equal(kr_count(&r, EV_CMD_LOST, NULL), 0);
	nothing_ran(&r);
	kr_close(&r);
}

static void nobody_answers_and_its_fate_is_unknown(void **x)
{
	struct kr r = began(DRILL_SIMULATED);

	(void)x;
	types(&r);
	kr_wait_event(&r, EV_CMD_LOST, "\"unknown\"", 1);
	assert_int_equal(kr_count(&r, EV_DRILL, "\"covered\":false"), 1);
	assert_int_equal(kr_count(&r, EV_CMD_ENDED, NULL), 0);
	nothing_ran(&r);
	kr_close(&r);
}

static void a_facilitator_is_asked_and_nobody_else_may_say(void **x)
{
	struct kr r = began(DRILL_SIMULATED), f = beside(&r, "client-2", true);
	struct kr other = beside(&r, "client-3", false);

	(void)x;
	kr_wait_event(&r, EV_DRILL, "\"facilitator\"", 1);
	types(&r);
	kr_wait_event(&r, EV_DRILL, "\"of\":\"facilitator\"", 1);
	assert_false(plays(&r, "c1-1", "mine\n")->accepted);
	assert_false(plays(&other, "c1-1", "theirs\n")->accepted);
	assert_false(kr_do(&other, VERB_INVENT, "news")->accepted);
	assert_false(injects(&r)->accepted);
	assert_false(injects(&f)->accepted); /* there is no scenario that has it */
	assert_false(kr_do(&f, VERB_TAKE, NULL)->accepted);
	assert_false(kr_do(&f, VERB_CLOSE, NULL)->accepted);
	assert_true(kr_do(&f, VERB_INVENT, "The press calls.")->accepted);
	assert_true(kr_do(&f, VERB_OBSERVE, "They look at the clock.")->accepted);
	assert_true(plays(&f, "c1-1", "it is\n")->accepted);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	assert_int_equal(kr_count(&r, EV_DRILL, "\"by\":\"facilitator\""), 1);
	nothing_ran(&r);
	leaves(&other);
	leaves(&f);
	kr_wait_event(&r, EV_DRILL, "\"on\":false", 1);
	kr_verify(&r, r.journal);
	kr_close(&r);
}

static void a_facilitator_who_goes_leaves_no_command_waiting(void **x)
{
	struct kr r = began(DRILL_SIMULATED), f = beside(&r, "client-2", true);

	(void)x;
	kr_wait_event(&r, EV_DRILL, "\"facilitator\"", 1);
	types(&r);
	kr_wait_event(&r, EV_DRILL, "\"of\":\"facilitator\"", 1);
	leaves(&f);
	kr_wait_event(&r, EV_CMD_LOST, "\"unknown\"", 1);
	kr_close(&r);
}

static void a_real_run_takes_no_facilitator(void **x)
{
	struct kr r, f;

	(void)x;
	kr_open_as(&r, MODE_REAL, DRILL_TABLETOP);
	kr_ensure(&r);
	kr_attach(&r);
	f = beside(&r, "client-2", true);
	assert_non_null(f.refused);
	leaves(&f);
	types(&r);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1); /* and runs its commands */
	kr_close(&r);
}

/* Whatever asks: no post of such a drill starts a holder but that of messages, and that for them. */
static void no_holder_is_had_but_for_messages(void **x)
{
	struct state s = { .mode = MODE_DRILL };
	struct keeper k = { .s = &s };
	const struct holder_spec spec = { .token = "c1-1" };
	char dir[] = "/tmp/bs-stage.XXXXXX";
	char *folder;

	(void)x;
	assert_non_null(mkdtemp(dir));
	folder = mem_printf("%s/send", dir);
	k.posts[POST_OWN] = post_new(&k, dir);
	k.posts[POST_OLD] = post_new(&k, dir);
	k.posts[POST_SEND] = post_new(&k, folder);
	for (s.drill.way = 0; s.drill.way < DRILL_LAB; s.drill.way++) {
		for (int p = 0; p < PURPOSE_MAX; p++)
			for (int i = 0; i < POST_MAX; i++) {
				struct err err = { 0 };
				if (i == POST_SEND && (p == PURPOSE_SEND || p == PURPOSE_TELL))
					continue;
				assert_int_equal(post_prepare(k.posts[i], (enum purpose)p, &spec,
							      &err), ERR_DENIED);
			}
		assert_int_equal(post_connect(k.posts[POST_OWN], NULL), ERR_DENIED);
		assert_int_equal(post_connect(k.posts[POST_OLD], NULL), ERR_DENIED);
	}
	assert_int_equal(rmdir(dir), 0); /* nothing was made there */
	for (int i = 0; i < POST_MAX; i++)
		post_free(k.posts[i]);
	free(folder);
}

static int tests(void)
{
	const struct CMUnitTest all[] = {
		UNIT(a_tabletop_asks_the_operator_and_runs_nothing),
		UNIT(a_killed_keeper_waits_on_for_the_same_words),
		UNIT(nobody_answers_and_its_fate_is_unknown),
		UNIT(a_facilitator_is_asked_and_nobody_else_may_say),
		UNIT(a_facilitator_who_goes_leaves_no_command_waiting),
		UNIT(a_real_run_takes_no_facilitator),
		UNIT(no_holder_is_had_but_for_messages),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
