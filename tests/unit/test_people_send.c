/* Messages as they are written, channels as they are handed on, secrets as they are hidden. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/people/sendint.h"
#include "arena.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "mem.h"
#include "str.h"

/* --- mail ------------------------------------------------------------------------------------- */

static void a_header_has_one_value_and_no_second_line(void **state)
{
	static const char *const hostile[] = { "a\r\nBcc: x@y", "a\nBcc: x", "a\rBcc: x",
					       "a\xc2\x85" "Bcc: x", "a\xe2\x80\xa8x", "\x01\x7f",
					       "\xff\xfe", "=?UTF-8?B?eA==?=" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		struct buf out = BUF_INIT;

		send_mail_header(&out, "Subject", hostile[i]);
		assert_ptr_equal(strstr(buf_str(&out), "\r\n"), buf_str(&out) + out.len - 2);
		assert_null(memchr(out.data, '\n', out.len - 1));
		for (size_t k = 0; k + 2 < out.len; k++)
			assert_in_range((unsigned char)out.data[k], ' ', '~');
		buf_release(&out);
	}
}

static void a_long_header_is_folded_between_characters(void **state)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_adds(&in, i % 3 ? "\xc3\xa9" : "\xf0\x9f\x94\xa5");
	send_mail_header(&out, "Subject", buf_str(&in));
	for (const char *l = buf_str(&out); *l; l += strcspn(l, "\n") + 1)
		assert_in_range(strcspn(l, "\r"), 1, 78);
	/* a word cut inside a character would begin with a byte that continues one: 10xxxxxx */
	for (const char *w = strstr(buf_str(&out), "?B?"); w; w = strstr(w + 3, "?B?"))
		assert_true(w[3] < 'g' || w[3] > 'v' || strchr("wxyz0123456789+/", w[3]));
	buf_release(&in);
	buf_release(&out);
}

static void an_address_is_one_or_refused(void **state)
{
	static const char *const bad[] = { "", "ana", "@x", "a@", "a b@c", "a@b\r\nRCPT TO:<c@d>",
					   "a@b,c@d", "a@b> x", "<a@b", "\xc3\xa9@x.org", "a@b;c",
					   "Ana <ana>", "a(b)@c" };
	struct err err;
	char *got = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(send_mail_address(bad[i], &got, &err), ERR_PARSE);
		assert_null(strpbrk(err.text, "\r\n"));
	}
	assert_int_equal(send_mail_address("Ana Example <ana+x@example.org>", &got, &err), 0);
	assert_string_equal(got, "ana+x@example.org");
	free(got);
}

static char *mail_of(const char *text)
{
	static const char *const to[] = { "a@example.org", "b@example.org" };
	const struct send_message m = { .subject = "Help", .text = text, .run = "2026-r/1",
					.step = "help[a b]", .try_no = "1.2",
					.wall_ns = 1795317667LL * 1000000000 };
	const struct send_mail mail = { &m, "me@example.org", "box", to, 2 };
	struct buf out = BUF_INIT;

	send_mail_text(&out, &mail);
	return buf_take(&out);
}

static void a_message_is_written_as_mail(void **state)
{
	char *got = mail_of("one\r\ntwo\n");

	(void)state;
	assert_string_equal(got, "Date: Sun, 22 Nov 2026 03:21:07 +0000\r\n"
				 "From: me@example.org\r\n"
				 "To: a@example.org,\r\n b@example.org\r\n"
				 "Subject: Help\r\n"
				 "Message-ID: <2026-r_2f1.help_5ba_20b_5d.1.2@box>\r\n"
				 "Auto-Submitted: auto-generated\r\n"
				 "MIME-Version: 1.0\r\n"
				 "Content-Type: text/plain; charset=us-ascii\r\n"
				 "Content-Transfer-Encoding: 7bit\r\n"
				 "\r\none\r\ntwo\r\n\r\n");
	free(got);
}

static void any_text_is_lines_of_ascii_on_the_wire(void **state)
{
	struct buf in = BUF_INIT;
	char *got;

	(void)state;
	for (int i = 1; i < 256; i++)
		buf_addc(&in, (char)i);
	for (int i = 0; i < 2000; i++)
		buf_adds(&in, "=\xc3\xa9");
	got = mail_of(buf_str(&in));
	for (const char *l = got; *l; l += strcspn(l, "\n") + 1) {
		assert_in_range(strcspn(l, "\n"), 1, 78);
		for (size_t i = 0; l[i] && l[i] != '\n'; i++)
			assert_true((l[i] >= ' ' && l[i] <= '~') || l[i] == '\t' || l[i] == '\r');
	}
	free(got);
	buf_release(&in);
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void expect_clean(const struct send_hide *h, const char *said, const char *want)
{
	struct buf out = BUF_INIT;

	send_hide_clean(h, &out, said, strlen(said));
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

static void what_a_server_quotes_is_hidden_however_it_writes_it(void **state)
{
	struct send_hide h = { 0 };

	(void)state;
	send_hide_url(&h, "https://hooks.example.org/services/T00/B00SECRET/x9y8z7w6?k=abcdefgh");
	send_hide_login(&h, "night", "pa/ss");
	expect_clean(&h, "no POST /services/T00/B00SECRET/x9y8z7w6?k=abcdefgh here",
		     "no POST [hidden] here");
	expect_clean(&h, "x9y8z7w6 and abcdefgh", "[hidden] and [hidden]");
	expect_clean(&h, "\"\\/services\\/T00\\/B00SECRET\\/x9y8z7w6?k=abcdefgh\"", "\"[hidden]\"");
	expect_clean(&h, "not pa/ss, pa\\/ss, cGEvc3M=, AG5pZ2h0AHBhL3Nz",
		     "not [hidden], [hidden], [hidden], [hidden]");
	expect_clean(&h, "at hooks.example.org \033[1m\n", "at hooks.example.org \\x1b[1m");
	send_hide_release(&h);
}

static void long_words_are_cut_after_hiding(void **state)
{
	struct send_hide h = { 0 };
	struct buf said = BUF_INIT, out = BUF_INIT;

	(void)state;
	send_hide_add(&h, "the-long-secret-of-the-house");
	for (int i = 0; i < SEND_WORDS_MAX - 10; i++)
		buf_addc(&said, 'a');
	buf_adds(&said, "the-long-secret-of-the-house");
	send_hide_clean(&h, &out, said.data, said.len);
	assert_null(strstr(buf_str(&out), "the-"));
	assert_in_range(out.len, SEND_WORDS_MAX - 10, SEND_WORDS_MAX);
	buf_release(&said);
	buf_release(&out);
	send_hide_release(&h);
}

static void a_secret_is_one_line_that_says_something(void **state)
{
	static const struct { const char *text; int rc; } cases[] = {
		{ "hush\n", 0 }, { "hush \r\n", 0 }, { "", ERR_NOTFOUND }, { "\n\n", ERR_NOTFOUND },
		{ "a\nb", ERR_PARSE }, { "a\x01", ERR_PARSE },
	};
	char path[] = "/tmp/bs-secret-XXXXXX";
	struct people_secret where = { NULL, path };
	struct err err;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf got = BUF_INIT;

		assert_int_equal(fsio_replace(path, cases[i].text, strlen(cases[i].text), 0600,
					      false, NULL), 0);
		assert_int_equal(send_secret_read(&where, "key_from", &got, &err), cases[i].rc);
		if (!cases[i].rc)
			assert_string_equal(buf_str(&got), "hush");
		else
			assert_non_null(strstr(err.text, path));
		send_secret_wipe(&got);
	}
	unlink(path);
	assert_int_equal(send_secret_there(&where, "/", &err), ERR_NOTFOUND);
}

/* --- a channel -------------------------------------------------------------------------------- */

static void expect_same(const char *want, int rc)
{
	struct arena *a = arena_new();
	struct people_channel c;
	struct buf out = BUF_INIT;
	struct json *doc = NULL;
	struct err err = { 0 };

	assert_int_equal(json_parse(want, strlen(want), &doc, &err), 0);
	assert_int_equal(send_channel_decode(doc, a, &c, &err), rc);
	if (!rc) {
		send_channel_encode(&out, &c, "/folder");
		assert_string_equal(buf_str(&out), want);
	}
	buf_release(&out);
	json_free(doc);
	arena_free(a);
}

static void a_channel_survives_the_way_to_the_sender(void **state)
{
	(void)state;
	expect_same("{\"id\":\"m\",\"timeout_ms\":5000,\"smtp\":{\"to\":[\"a@b\",\"c@d\"],"
		    "\"from\":\"f@g\",\"server\":\"h:1\",\"tls\":\"wrapped\",\"user\":\"u\","
		    "\"password_from\":{\"file\":\"/p\"}}}", 0);
	expect_same("{\"id\":\"p\",\"timeout_ms\":1000,\"webhook\":{\"url\":\"https://x\","
		    "\"kind\":\"pagerduty\",\"key_from\":{\"env\":\"K\"}}}", 0);
	expect_same("{}", ERR_PARSE);
	expect_same("[]", ERR_PARSE);
	expect_same("{\"id\":\"m\"}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"smtp\":{},\"webhook\":{}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"smtp\":{\"tls\":\"maybe\"}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"smtp\":{\"user\":\"u\"}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"smtp\":{\"to\":[1]}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"timeout_ms\":0,\"smtp\":{}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"webhook\":{\"kind\":\"slack\"}}", ERR_PARSE);
	expect_same("{\"id\":\"m\",\"webhook\":{\"kind\":\"pagerduty\"}}", ERR_PARSE);
}

static void files_of_secrets_are_seen_from_the_contacts_file(void **state)
{
	struct people_channel c = { .id = "w", .kind = PEOPLE_WEBHOOK, .timeout_ms = 1000,
				    .webhook = { .url_from = { NULL, "keys/url" } } };
	struct buf out = BUF_INIT;

	(void)state;
	send_channel_encode(&out, &c, "/team");
	assert_non_null(strstr(buf_str(&out), "\"/team/keys/url\""));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_header_has_one_value_and_no_second_line),
		UNIT(a_long_header_is_folded_between_characters),
		UNIT(an_address_is_one_or_refused),
		UNIT(a_message_is_written_as_mail),
		UNIT(any_text_is_lines_of_ascii_on_the_wire),
		UNIT(what_a_server_quotes_is_hidden_however_it_writes_it),
		UNIT(long_words_are_cut_after_hiding),
		UNIT(a_secret_is_one_line_that_says_something),
		UNIT(a_channel_survives_the_way_to_the_sender),
		UNIT(files_of_secrets_are_seen_from_the_contacts_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
