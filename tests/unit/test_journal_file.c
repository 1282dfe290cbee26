/* An attached file, checked as a whole: pieces that are sound each may be another file. */
#include "journal_help.h"

static void put(struct journal *j, const char *token, const char *text)
{
	struct output *o = NULL;
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1], body[256];

	must(output_open(j, RUN_A, true, &o, &E));
	must(output_begin(o, &E));
	must(output_write(o, token, STREAM_OUT, 0, text, strlen(text), true, hash, &E));
	must(output_commit(o, true, &E));
	output_close(o);
	hash_hex(hash, hex);
	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"stream\":\"out\",\"from\":0,\"n\":%zu,"
		 "\"sha256\":\"%s\"}", token, strlen(text), hex);
	append_one(j, EV_OUTPUT, NULL, body);
}

static void named(struct journal *j, const char *token, const char *text)
{
	char hex[HASH_HEX_LEN + 1], body[256];

	hash_hex_of(text, strlen(text), hex);
	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"name\":\"x\",\"size\":%zu,"
		 "\"sha256\":\"%s\"}", token, strlen(text), hex);
	append_one(j, EV_FILE, NULL, body);
}

static void pieces_of_another_file_are_named(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct verify_result r;

	open_run(j, RUN_A);
	named(j, "f1-1", "what was brought");
	put(j, "f1-1", "what was brought");
	named(j, "f1-2", "");
	assert_true(verified(j, RUN_A, true).whole);
	named(j, "f1-3", "as large, and not");
	put(j, "f1-3", "as large, but not");
	assert_true(verified(j, RUN_A, false).whole);
	r = verified(j, RUN_A, true);
	assert_false(r.whole);
	assert_int_equal(r.seq, 5);
	assert_non_null(strstr(r.text, "the file's pieces are not the file"));
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_of_another_file_are_named, scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
