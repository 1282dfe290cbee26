/* Who is attached: hellos, panes, keys, and those who do not read. */
#include "keeper_rig.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "limits.h"

static void start(struct kr *r)
{
	kr_open(r);
	kr_ensure(r);
	kr_attach(r);
}

static void terminal(struct kr *r, const char *text)
{
	struct intent_field field = { (char *)(uintptr_t)"terminal", (char *)(uintptr_t)"true" };
	struct intent it = { .verb = VERB_EXEC, .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t)"because",
			     .fields = &field, .n_fields = 1 };
	char id[40] = "";
	kr_send(r, &it, id);
	const struct answer *a = kr_answer(r, id);
	assert_true(a && a->accepted);
}

static void test_keys_reach_a_terminal(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT;
	struct intent it = { .verb = VERB_INPUT, .name = (char *)(uintptr_t)"c1-1",
			     .text = (char *)(uintptr_t)"d29ybGQK" }; /* "world\n" */
	char id[40] = "";
	start(&r);
	terminal(&r, "printf 'name? '; read name; echo \"hello $name\"");
	kr_wait_event(&r, EV_OUTPUT, NULL, 1);
	kr_send(&r, &it, id);
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_output(&r, "c1-1", STREAM_TTY, &out);
	assert_non_null(strstr(buf_str(&out), "hello world"));
	buf_release(&out);
	kr_close(&r);
}

static void test_a_terminal_is_as_large_as_the_pane(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT;
	start(&r);
	kr_say(&r, "{\"size\":{\"rows\":37,\"cols\":121}}");
	terminal(&r, "stty size; echo $TERM");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_output(&r, "c1-1", STREAM_TTY, &out);
	assert_string_equal(buf_str(&out), "37 121\r\nxterm-256color\r\n");
	buf_release(&out);
	kr_close(&r);
}

static void test_sizes_that_make_no_sense_change_nothing(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT;
	start(&r);
	kr_say(&r, "{\"size\":{\"rows\":0,\"cols\":121}}");
	kr_say(&r, "{\"size\":{\"rows\":70000,\"cols\":-1}}");
	terminal(&r, "stty size");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_output(&r, "c1-1", STREAM_TTY, &out);
	assert_string_equal(buf_str(&out), "24 80\r\n");
	buf_release(&out);
	kr_close(&r);
}

static void test_the_agent_of_who_attaches_is_used_and_noted(void **state)
{
	(void)state;
	struct kr r;
	struct buf out = BUF_INIT;
	start(&r);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/agent", r.dir);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	char *hello = mem_printf("{\"hello\":{\"client\":\"%s\",\"name\":\"ana\",\"auth_sock\":\"%s\"}}",
				 r.client, at.sun_path);
	kr_attach_as(&r, hello);
	kr_do(&r, VERB_EXEC, "echo $SSH_AUTH_SOCK");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	buf_cut(&out, out.len - 1);
	assert_string_equal(buf_str(&out), at.sun_path);
	assert_int_equal(kr_count(&r, EV_NOTE, "ssh-agent"), 1);
	kr_attach_as(&r, hello); /* the same again is no news */
	kr_do(&r, VERB_NOTE, "x");
	assert_int_equal(kr_count(&r, EV_NOTE, "ssh-agent"), 1);
	close(fd);
	free(hello);
	buf_release(&out);
	kr_close(&r);
}

static void test_what_is_no_socket_is_no_agent(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_attach_as(&r, "{\"hello\":{\"client\":\"client-1\",\"auth_sock\":\"/etc/passwd\"}}");
	kr_do(&r, VERB_EXEC, "test \"$SSH_AUTH_SOCK\" != /etc/passwd");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 1);
	kr_close(&r);
}

static void test_a_hello_without_a_name_is_sent_away(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_attach_as(&r, "{\"hello\":{}}");
	assert_non_null(r.refused);
	kr_attach_as(&r, "{\"hello\":{\"client\":\"a-name-that-is-longer-than-any-name-may-be-here\"}}");
	assert_non_null(r.refused);
	kr_close(&r);
}

static void test_who_comes_back_takes_the_place_of_his_old_connection(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_do(&r, VERB_TAKE, NULL);
	int old = r.fd;
	r.fd = -1;
	kr_attach(&r);
	assert_non_null(strstr(buf_str(&r.hello), "\"seat\":true"));
	char byte;
	struct pollfd p = { .fd = old, .events = POLLIN };
	assert_int_equal(poll(&p, 1, KR_WAIT_MS), 1);
	while (read(old, &byte, 1) > 0)
		;
	close(old);
	const struct answer *a = kr_do(&r, VERB_PAUSE, NULL);
	assert_true(a && a->accepted);
	assert_int_equal(kr_count(&r, EV_SEAT, "\"left\""), 0);
	kr_close(&r);
}

static void test_leaving_leaves_the_seat(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	kr_do(&r, VERB_TAKE, NULL);
	kr_detach(&r);
	kr_wait_event(&r, EV_SEAT, "\"left\"", 1);
	kr_close(&r);
}

static void test_too_many_are_sent_away_and_the_others_stay(void **state)
{
	(void)state;
	struct kr r;
	int fds[LIMIT_CLIENTS + 4];
	start(&r);
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		assert_int_equal(keeper_connect(r.journal, r.run, &fds[i], &r.err), 0);
	const struct answer *a = kr_do(&r, VERB_NOTE, "still served");
	assert_true(a && a->accepted);
	struct buf frame = BUF_INIT;
	assert_int_equal(chan_read(fds[COUNT_OF(fds) - 1], &frame, NULL, KR_WAIT_MS, &r.err), 0);
	assert_non_null(strstr(buf_str(&frame), "refused"));
	buf_release(&frame);
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		close(fds[i]);
	int64_t until = kr_ms() + KR_WAIT_MS; /* it may not have seen all of them leave */
	do
		kr_attach_as(&r, "{\"hello\":{\"client\":\"client-1\"}}");
	while (r.refused && kr_ms() < until);
	assert_null(r.refused);
	kr_close(&r);
}

/* One that has said hello and never reads a word of what comes after. */
static void test_who_does_not_read_holds_nobody_up(void **state)
{
	(void)state;
	struct kr r, deaf;
	start(&r);
	deaf = (struct kr){ .fd = -1, .journal = r.journal };
	memcpy(deaf.run, r.run, sizeof(r.run));
	str_clip(deaf.client, sizeof(deaf.client), "deaf");
	kr_attach(&deaf);
	int small = 1;
	setsockopt(deaf.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (int i = 0; i < 600; i++) {
		const struct answer *a = kr_do(&r, VERB_NOTE, "on and on");
		assert_true(a && a->accepted);
	}
	assert_int_equal(kr_count(&r, EV_NOTE, "on and on"), 600);
	kr_detach(&deaf);
	buf_release(&deaf.hello);
	kr_close(&r);
}

int main(int argc, char **argv);

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_keys_reach_a_terminal),
		UNIT(test_a_terminal_is_as_large_as_the_pane),
		UNIT(test_sizes_that_make_no_sense_change_nothing),
		UNIT(test_the_agent_of_who_attaches_is_used_and_noted),
		UNIT(test_what_is_no_socket_is_no_agent),
		UNIT(test_a_hello_without_a_name_is_sent_away),
		UNIT(test_who_comes_back_takes_the_place_of_his_old_connection),
		UNIT(test_leaving_leaves_the_seat),
		UNIT(test_too_many_are_sent_away_and_the_others_stay),
		UNIT(test_who_does_not_read_holds_nobody_up),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
