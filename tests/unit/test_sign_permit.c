#include "sign_rig.h"

#include "hash.h"
#include "sign_permit.h"
#include "sign_request.h"

static struct signing s;

static int open_keys(void **state)
{
	(void)state;
	sr_open(&s);
	sr_key(&s, "raj", "ed25519", "");
	sr_key(&s, "eve", "ed25519", "");
	sr_allow(&s, "signers", "raj", "", "raj");
	return 0;
}

static int close_keys(void **state)
{
	(void)state;
	sr_close(&s);
	return 0;
}

/* --- permits ---------------------------------------------------------------------------------- */

static struct sign_permit usual(void)
{
	struct sign_permit p = { .environment = "prd", .name = "restore-db.yaml",
				 .why = "nightly rebuild", .of = SIGN_OF_RUNBOOK };
	sign_permit_name(&p);
	hash_hex_of("a runbook", 9, p.digest);
	p.until_ns = (clock_now().wall / 1000000000 + 3600) * 1000000000;
	return p;
}

static void write_permit(const struct sign_permit *p, const char *key, struct buf *ret)
{
	struct buf sig = BUF_INIT;
	assert_int_equal(sign_permit_text(p, ret, NULL), 0);
	assert_int_equal(sr_sign(&s, key, SIGN_PERMIT, buf_str(ret), &sig), 0);
	buf_adds(ret, buf_str(&sig));
	buf_release(&sig);
}

static int check(const char *text, int64_t wall, struct sign_permit *p, struct sign_who *who)
{
	char *signers = sr_path(&s, "signers");
	int rc = sign_permit_check(text, strlen(text), signers, wall, p, who, &s.err);
	free(signers);
	return rc;
}

static void a_permit_says_what_it_is_for_and_by_whom(void **state)
{
	(void)state;
	struct sign_permit p = usual(), got = { 0 };
	struct sign_who who = { 0 };
	struct buf file = BUF_INIT;
	p.of = SIGN_OF_COMMAND;
	write_permit(&p, "raj", &file);
	if (check(buf_str(&file), clock_now().wall, &got, &who))
		fail_msg("%s", s.err.text);
	assert_string_equal(who.principal, "raj");
	assert_string_equal(got.id, p.id);
	assert_int_equal(strlen(got.id), SIGN_PERMIT_ID);
	assert_string_equal(got.environment, "prd");
	assert_int_equal(got.of, SIGN_OF_COMMAND);
	assert_string_equal(got.digest, p.digest);
	assert_string_equal(got.name, "restore-db.yaml");
	assert_string_equal(got.why, "nightly rebuild");
	assert_int_equal(got.until_ns, p.until_ns);
	buf_release(&file);
}

static void each_permit_has_an_id_of_its_own(void **state)
{
	(void)state;
	struct sign_permit a = usual(), b = usual();
	assert_string_not_equal(a.id, b.id);
}

static void a_permit_ends(void **state)
{
	(void)state;
	struct sign_permit p = usual(), got = { .id = "as it was" };
	struct sign_who who;
	struct buf file = BUF_INIT;
	write_permit(&p, "raj", &file);
	assert_int_equal(check(buf_str(&file), p.until_ns - 1, &got, &who), 0);
	assert_int_equal(check(buf_str(&file), p.until_ns, &got, &who), ERR_DENIED);
	assert_non_null(strstr(s.err.text, "was good until 20"));
	buf_release(&file);
}

static void a_permit_of_a_stranger_is_none(void **state)
{
	(void)state;
	struct sign_permit p = usual(), got;
	struct sign_who who;
	struct buf file = BUF_INIT;
	write_permit(&p, "eve", &file);
	assert_int_equal(check(buf_str(&file), clock_now().wall, &got, &who), ERR_NOTFOUND);
	buf_release(&file);
}

static void a_permit_for_an_approval_is_none(void **state)
{
	(void)state;
	struct sign_permit p = usual(), got;
	struct sign_who who;
	struct buf file = BUF_INIT, sig = BUF_INIT;
	assert_int_equal(sign_permit_text(&p, &file, NULL), 0);
	assert_int_equal(sr_sign(&s, "raj", SIGN_APPROVAL, buf_str(&file), &sig), 0);
	buf_adds(&file, buf_str(&sig));
	assert_int_equal(check(buf_str(&file), clock_now().wall, &got, &who), ERR_DENIED);
	buf_release(&file);
	buf_release(&sig);
}

/* One byte more, less or other, anywhere above the signature: never a permit. */
static void a_permit_that_was_changed_is_none(void **state)
{
	(void)state;
	struct sign_permit p = usual(), got;
	struct sign_who who;
	struct buf file = BUF_INIT;
	write_permit(&p, "raj", &file);
	size_t n = (size_t)(strstr(file.data, "-----BEGIN") - file.data);
	for (size_t i = 0; i < n; i += 5) {
		char was = file.data[i];
		file.data[i] = was == 'e' ? 'a' : 'e';
		assert_int_not_equal(check(file.data, clock_now().wall, &got, &who), 0);
		file.data[i] = was;
		char *shorter = mem_printf("%.*s%s", (int)i, file.data, file.data + i + 1);
		assert_int_not_equal(check(shorter, clock_now().wall, &got, &who), 0);
		free(shorter);
	}
	char *later = mem_dup(file.data), *at = strstr(later, "until: 2");
	at[9] = '9';
	assert_int_equal(check(later, clock_now().wall, &got, &who), ERR_DENIED);
	free(later);
	assert_int_equal(check(file.data, clock_now().wall, &got, &who), 0);
	buf_release(&file);
}

static void what_is_no_permit_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "blackstart permit 1\n", "blackstart permit 2\nid: 1\n",
		"blackstart permit 1\nid: 0123456789abcdef\nenvironment: prd\n",
	};
	struct sign_permit got;
	struct sign_who who;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_int_equal(check(texts[i], 1, &got, &who), ERR_PARSE);
	char *large = mem_alloc(SIGN_PERMIT_MAX + 2);
	memset(large, 'x', SIGN_PERMIT_MAX + 1);
	assert_int_equal(check(large, 1, &got, &who), ERR_LIMIT);
	free(large);
}

static void a_permit_is_made_of_whole_lines(void **state)
{
	(void)state;
	struct sign_permit p = usual();
	struct buf out = BUF_INIT;
	assert_true(str_copy(p.why, sizeof(p.why), "two\nlines"));
	assert_int_equal(sign_permit_text(&p, &out, &s.err), ERR_USAGE);
	assert_non_null(strstr(s.err.text, "its why"));
	p = usual();
	p.environment[0] = '\0';
	assert_int_equal(sign_permit_text(&p, &out, &s.err), ERR_USAGE);
	p = usual();
	p.digest[0] = 'X';
	assert_int_equal(sign_permit_text(&p, &out, &s.err), ERR_USAGE);
	p = usual();
	p.until_ns = 0;
	assert_int_equal(sign_permit_text(&p, &out, &s.err), ERR_USAGE);
	assert_true(str_copy(p.name, sizeof(p.name), "\x1b[2Jgone"));
	p.until_ns = 1000000000;
	assert_int_equal(sign_permit_text(&p, &out, &s.err), ERR_USAGE);
	assert_int_equal(out.len, 0);
}

/* --- requests --------------------------------------------------------------------------------- */

static void a_request_says_all_of_it_and_nothing_hidden(void **state)
{
	(void)state;
	static const char *const targets[] = { "db-1", "db-2\x1b[2K" };
	struct sign_request q = {
		.run = "20261122-2000-a1", .title = "restore", .step = "drop", .name = "Drop it",
		.environment = "prd", .targets = targets, .n_targets = 2,
		.command = "zfs destroy tank/db\nrm -r \"/x\r\"\n", .undo = "the data",
		.values = targets, .n_values = 1,
		.digest = "0000000000000000000000000000000000000000000000000000000000000000",
		.requester = "ana", .fingerprint = "SHA256:abc", .until_ns = 1700000000000000000,
	};
	struct buf out = BUF_INIT;
	assert_int_equal(sign_request_text(&q, &out, NULL), 0);
	assert_string_equal(buf_str(&out),
		"blackstart request 1\n"
		"run: 20261122-2000-a1\n"
		"title: restore\n"
		"step: drop\n"
		"step title: Drop it\n"
		"environment: prd\n"
		"target: db-1\n"
		"target: db-2\\x1b[2K\n"
		"command:\n"
		"  | zfs destroy tank/db\n"
		"  | rm -r \"/x\\x0d\"\n"
		"with: db-1\n"
		"no way back: the data\n"
		"asked by: ana\n"
		"known by: SHA256:abc\n"
		"until: 2023-11-14T22:13:20Z\n"
		"digest: 0000000000000000000000000000000000000000000000000000000000000000\n"
		"words: abbey abbey abbey abbey abbey abbey\n");
	q.refusal = "not tonight";
	buf_clear(&out);
	assert_int_equal(sign_request_text(&q, &out, NULL), 0);
	assert_memory_equal(buf_str(&out), "blackstart refusal 1\nrefused because: not tonight\n"
					   "run: ", 55);
	q.digest = "none";
	buf_clear(&out);
	assert_int_equal(sign_request_text(&q, &out, NULL), ERR_PARSE);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void an_identity_is_for_one_seat_of_one_run(void **state)
{
	(void)state;
	struct buf out = BUF_INIT;
	sign_identity_text("RUN-1", "client-7", &out);
	assert_string_equal(buf_str(&out), "blackstart identity 1\nrun: RUN-1\nclient: client-7\n");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_permit_says_what_it_is_for_and_by_whom),
		UNIT(each_permit_has_an_id_of_its_own),
		UNIT(a_permit_ends),
		UNIT(a_permit_of_a_stranger_is_none),
		UNIT(a_permit_for_an_approval_is_none),
		UNIT(a_permit_that_was_changed_is_none),
		UNIT(what_is_no_permit_is_refused),
		UNIT(a_permit_is_made_of_whole_lines),
		UNIT(a_request_says_all_of_it_and_nothing_hidden),
		UNIT(an_identity_is_for_one_seat_of_one_run),
	};
	return cmocka_run_group_tests(tests, open_keys, close_keys);
}
