/* A keeper at work on a run without a runbook. */
#include "keeper_rig.h"

static void start(struct kr *r)
{
	kr_open(r);
	kr_ensure(r);
	kr_attach(r);
}

static void test_hello_says_who_and_where(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	assert_non_null(strstr(buf_str(&r.hello), r.run));
	assert_non_null(strstr(buf_str(&r.hello), "\"ana\""));
	kr_wait_event(&r, EV_KEEPER, "\"start\"", 1);
	kr_close(&r);
}

static void test_processes_are_named_in_ps(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_do(&r, VERB_EXEC, "true");
	assert_true(kr_pid(&r, "keeper") > 0);
	assert_true(kr_pid(&r, "holder") > 0);
	kr_close(&r);
}

static void test_a_command_and_its_output_are_on_record(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT, err = BUF_INIT;
	start(&r);
	const struct answer *a = kr_do(&r, VERB_EXEC, "echo to-out; echo to-err >&2; exit 3");
	assert_non_null(a);
	assert_true(a->accepted);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":3", 1);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	kr_output(&r, "c1-1", STREAM_ERR, &err);
	assert_string_equal(buf_str(&out), "to-out\n");
	assert_string_equal(buf_str(&err), "to-err\n");
	assert_int_equal(kr_count(&r, EV_OUTPUT, NULL), 2);
	kr_verify(&r, r.journal);
	buf_release(&out);
	buf_release(&err);
	kr_close(&r);
}

static void test_the_intent_is_on_record_before_the_command_runs(void **state)
{
	(void)state;
	struct kr r;
	char *text;
	start(&r);
	/* the command itself looks into the record */
	text = mem_printf("sqlite3 -readonly %s \"select count(*) from event "
			  "where kind='cmd_intent'\" > %s/seen", r.journal, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	char *path = mem_printf("%s/seen", r.dir);
	struct buf seen = BUF_INIT;
	assert_int_equal(fsio_read(path, 100, &seen, NULL), 0);
	assert_string_equal(buf_str(&seen), "1\n");
	buf_release(&seen);
	free(path);
	free(text);
	kr_close(&r);
}

static void test_a_repeated_intent_gets_the_first_answer(void **state)
{
	(void)state;
	struct kr r;
	struct intent it = { .verb = VERB_NOTE, .text = (char *)(uintptr_t)"once" };
	char id[40] = "";
	start(&r);
	kr_send(&r, &it, id);
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	int64_t seq = a->seq;
	r.n_answers = 0;
	kr_send(&r, &it, id);
	a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	assert_int_equal(a->seq, seq);
	assert_int_equal(kr_count(&r, EV_NOTE, "\"once\""), 1);
	kr_close(&r);
}

static void test_a_client_cannot_speak_for_another(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	struct intent it = { .verb = VERB_NOTE, .text = (char *)(uintptr_t)"x" };
	struct buf out = BUF_INIT;
	strcpy(it.client, "client-2");
	strcpy(it.id, "f1");
	intent_encode(&out, &it);
	kr_say(&r, buf_str(&out));
	const struct answer *a = kr_answer(&r, "f1");
	assert_true(a && !a->accepted);
	buf_release(&out);
	kr_close(&r);
}

static void test_what_is_no_message_ends_the_connection(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_say(&r, "this is no JSON");
	while (r.fd >= 0 && kr_frame(&r, KR_WAIT_MS))
		;
	assert_int_equal(r.fd, -1);
	assert_non_null(r.refused);
	kr_attach(&r); /* others are not harmed */
	kr_close(&r);
}

static void test_a_killed_keeper_comes_back_and_adopts_the_end(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT;
	start(&r);
	char *text = mem_printf("echo begun; : > %s/begun; until [ -e %s/go ]; do sleep 0.01; "
				"done; echo done; exit 7", r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	kr_kill(&r, "keeper", SIGKILL);
	kr_detach(&r);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_ensure(&r);
	kr_attach(&r);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":7", 1);
	kr_wait_event(&r, EV_KEEPER, "\"crash\"", 1);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	assert_string_equal(buf_str(&out), "begun\ndone\n");
	kr_verify(&r, r.journal);
	buf_release(&out);
	free(text);
	free(go);
	kr_close(&r);
}

static void test_an_end_while_no_keeper_lived_is_adopted(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	char *text = mem_printf(": > %s/begun; until [ -e %s/go ]; do sleep 0.01; done; "
				": > %s/over; exit 9", r.dir, r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	kr_kill(&r, "keeper", SIGKILL);
	kr_detach(&r);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_wait_file(r.dir, "over");
	kr_kill(&r, "holder", SIGTERM); /* leaves when the last one ended */
	assert_int_equal(kr_pid(&r, "holder"), 0);
	kr_ensure(&r);
	kr_attach(&r);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":9", 1);
	kr_verify(&r, r.journal);
	free(text);
	free(go);
	kr_close(&r);
}

static void test_a_dead_holder_leaves_the_fate_unknown(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	char *text = mem_printf(": > %s/begun; until [ -e %s/go ]; do sleep 0.01; done",
				r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	kr_kill(&r, "holder", SIGKILL);
	kr_wait_event(&r, EV_CMD_LOST, "\"unknown\"", 1);
	kr_wait_event(&r, EV_CMD_LOST, "alive", 1);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_wait_event(&r, EV_NOTE, "orphan-gone", 1);
	kr_do(&r, VERB_EXEC, "exit 4"); /* and the next holder is no different */
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":4", 1);
	free(text);
	free(go);
	kr_close(&r);
}

static void test_a_closed_run_ends_keeper_and_holder(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_do(&r, VERB_EXEC, "true");
	kr_wait_event(&r, EV_CMD_ENDED, NULL, 1);
	const struct answer *a = kr_do(&r, VERB_CLOSE, NULL);
	assert_true(a && a->accepted);
	kr_wait_event(&r, EV_RUN_CLOSED, NULL, 1);
	kr_detach(&r);
	int64_t until = kr_ms() + KR_WAIT_MS;
	while ((kr_pid(&r, "keeper") || kr_pid(&r, "holder")) && kr_ms() < until)
		poll(NULL, 0, 5);
	assert_int_equal(kr_pid(&r, "keeper"), 0);
	assert_int_equal(kr_pid(&r, "holder"), 0);
	assert_int_equal(keeper_ensure(r.journal, r.run, NULL, 0, &r.err), ERR_EXISTS);
	kr_verify(&r, r.journal);
	kr_close(&r);
}

static void test_nothing_comes_after_the_last_row(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_do(&r, VERB_CLOSE, NULL);
	kr_wait_event(&r, EV_RUN_CLOSED, NULL, 1);
	const struct answer *a = kr_do(&r, VERB_NOTE, "one more thing");
	if (a) { /* it may be gone already */
		assert_false(a->accepted);
		assert_non_null(strstr(a->why, "closed"));
	}
	assert_false(r.trouble);
	assert_int_equal(kr_count(&r, EV_NOTE, "one more thing"), 0);
	kr_verify(&r, r.journal);
	kr_close(&r);
}

static void test_an_idle_keeper_parks_and_is_taken_up_again(void **state)
{
	(void)state;
	struct kr r;
	setenv("BLACKSTART_PARK_MS", "50", 1);
	start(&r);
	kr_detach(&r);
	kr_wait_event(&r, EV_KEEPER, "\"park\"", 1);
	int64_t until = kr_ms() + KR_WAIT_MS;
	while (kr_pid(&r, "keeper") && kr_ms() < until)
		poll(NULL, 0, 5);
	unsetenv("BLACKSTART_PARK_MS");
	kr_ensure(&r);
	kr_attach(&r);
	kr_wait_event(&r, EV_KEEPER, "\"parked\"", 1);
	kr_close(&r);
}

static void test_hangup_does_not_end_a_keeper(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kill(kr_pid(&r, "keeper"), SIGHUP);
	const struct answer *a = kr_do(&r, VERB_NOTE, "still here");
	assert_true(a && a->accepted);
	kr_close(&r);
}

static void test_termination_parks_and_commands_go_on(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	char *text = mem_printf(": > %s/begun; until [ -e %s/go ]; do sleep 0.01; done; exit 5",
				r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	kr_kill(&r, "keeper", SIGTERM);
	assert_int_equal(kr_count(&r, EV_KEEPER, "\"park\""), 1);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_ensure(&r);
	kr_attach(&r);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":5", 1);
	free(text);
	free(go);
	kr_close(&r);
}

static void test_refreshed_credential_reaches_commands_and_no_record(void **state)
{
	(void)state;
	struct kr r;
	struct intent it = { .verb = VERB_REFRESH, .name = (char *)(uintptr_t)"LAB_TOKEN",
			     .text = (char *)(uintptr_t)"s3cr3t-value" };
	char id[40] = "";
	start(&r);
	kr_send(&r, &it, id);
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	kr_do(&r, VERB_EXEC, "test \"$LAB_TOKEN\" = \"s3cr3t\"-value || exit 1");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_wait_event(&r, EV_CREDENTIAL, "LAB_TOKEN", 1);
	for (int kind = 0; kind < EV_KIND_MAX; kind++)
		assert_int_equal(kr_count(&r, kind, "s3cr3t-value"), 0);
	kr_close(&r);
}

static void test_sheet_tells_where_the_run_stands(void **state)
{
	(void)state;
	struct kr r;
	struct buf text = BUF_INIT;
	start(&r);
	char *path = keeper_sheet_path(r.journal, r.run);
	char *cmd = mem_printf(": > %s/begun; until [ -e %s/go ]; do sleep 0.01; done",
			       r.dir, r.dir);
	kr_do(&r, VERB_EXEC, cmd);
	kr_wait_file(r.dir, "begun");
	int64_t until = kr_ms() + KR_WAIT_MS;
	while (!strstr(buf_str(&text), "\nRUNNING\n") && kr_ms() < until) {
		buf_clear(&text);
		fsio_read(path, 1 << 20, &text, NULL);
		poll(NULL, 0, 5);
	}
	if (!strstr(buf_str(&text), "\nRUNNING\n"))
		fail_msg("%s", buf_str(&text));
	assert_non_null(strstr(buf_str(&text), "REAL  what is wrong"));
	assert_non_null(strstr(buf_str(&text), "begun"));
	assert_non_null(strstr(buf_str(&text), r.journal));
	buf_release(&text);
	free(path);
	free(cmd);
	kr_close(&r);
}

int main(int argc, char **argv);

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_hello_says_who_and_where),
		UNIT(test_processes_are_named_in_ps),
		UNIT(test_a_command_and_its_output_are_on_record),
		UNIT(test_the_intent_is_on_record_before_the_command_runs),
		UNIT(test_a_repeated_intent_gets_the_first_answer),
		UNIT(test_a_client_cannot_speak_for_another),
		UNIT(test_what_is_no_message_ends_the_connection),
		UNIT(test_a_killed_keeper_comes_back_and_adopts_the_end),
		UNIT(test_an_end_while_no_keeper_lived_is_adopted),
		UNIT(test_a_dead_holder_leaves_the_fate_unknown),
		UNIT(test_a_closed_run_ends_keeper_and_holder),
		UNIT(test_nothing_comes_after_the_last_row),
		UNIT(test_an_idle_keeper_parks_and_is_taken_up_again),
		UNIT(test_hangup_does_not_end_a_keeper),
		UNIT(test_termination_parks_and_commands_go_on),
		UNIT(test_refreshed_credential_reaches_commands_and_no_record),
		UNIT(test_sheet_tells_where_the_run_stands),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
