/* A record made anew by somebody who has no key of who signed it: all its digests fit, its signatures
 * do not. */
#include "forge.h"
#include "sign_rig.h"

#include "checkpoint.h"

#include "../../src/cli/vouched.h"

static struct signing s;

static int open_keys(void **state)
{
	if (scratch_setup(state))
		return -1;
	sr_open(&s);
	sr_key(&s, "ana", "ed25519", "");
	sr_key(&s, "eve", "ed25519", "");
	sr_allow(&s, "signers", "ana", "", "ana");
	return 0;
}

static int close_keys(void **state)
{
	sr_close(&s);
	return scratch_teardown(state);
}

#define with_keys(f) cmocka_unit_test_setup_teardown(f, open_keys, close_keys)

static void vouch(struct journal *j, enum checkpoint_what what, const char *key)
{
	struct checkpoint c = { .what = what, .wall = clock_now().wall, .who = "ana" };
	char print[SIGN_PRINT_MAX];
	struct buf text = BUF_INIT, sig = BUF_INIT;
	must(checkpoint_head(j, RUN_A, &c, &E));
	checkpoint_text(&c, &text);
	assert_int_equal(sr_sign(&s, key, SIGN_CHECKPOINT, buf_str(&text), &sig), 0);
	must(sign_key_of(buf_str(&sig), print, &E));
	c.key = print;
	c.signature = buf_str(&sig);
	must(checkpoint_add(j, &c, &E));
	buf_release(&text);
	buf_release(&sig);
}

static void make(const char *path, const char *key)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	vouch(j, CHECKPOINT_START, key);
	append_steps(j, 5);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
	vouch(j, CHECKPOINT_CLOSE, key);
	journal_close(j);
}

static struct vouching look(const char *path, const char *file)
{
	struct vouching v = { 0 };
	struct journal *j = open_journal(path, JOURNAL_READ);
	char *signers = file ? sr_path(&s, file) : NULL;
	assert_true(verified(j, NULL, false).whole);
	must(vouched_look(j, NULL, signers, NULL, NULL, &v, &E));
	journal_close(j);
	free(signers);
	return v;
}

static void an_honest_one_is_signed_by_whom_the_file_says(void **state)
{
	struct scratch *t = *state;
	make(t->path, "ana");
	struct vouching v = look(t->path, "signers");
	assert_int_equal(v.n[VOUCHED_BY_KNOWN], 2);
	assert_int_equal(v.ends, 1);
	assert_int_equal(v.wrong.len, 0);
	v = look(t->path, NULL);
	assert_int_equal(v.n[VOUCHED_BY_KEY], 2);
	assert_int_equal(v.wrong.len, 0);
}

static void a_record_made_anew_does_not_fit_its_signatures(void **state)
{
	struct scratch *t = *state;
	struct forger f;
	make(t->path, "ana");
	fg_open(&f, t->path);
	fg_do(&f, "UPDATE event SET payload = replace(payload, '}', ' }') WHERE seq = 3");
	fg_rechain(&f);
	fg_close(&f);
	struct vouching v = look(t->path, "signers");
	assert_int_equal(v.n[VOUCHED_BY_KNOWN], 1); /* the start, before the change */
	assert_int_equal(v.n[VOUCHED_FALSE], 1);
	assert_string_equal(v.run, RUN_A);
	assert_non_null(strstr(buf_str(&v.wrong), "checkpoint 2 (close, event 7)"));
	vouched_release(&v);
	v = look(t->path, NULL); /* also where nobody is known */
	assert_int_equal(v.n[VOUCHED_FALSE], 1);
	vouched_release(&v);
}

static void signed_anew_by_another_key_it_is_nobodys(void **state)
{
	struct scratch *t = *state;
	make(t->path, "eve");
	struct vouching v = look(t->path, "signers");
	assert_int_equal(v.n[VOUCHED_BY_KNOWN], 0);
	assert_int_equal(v.n[VOUCHED_BY_KEY], 2);
	vouched_release(&v);
}

static void a_key_that_the_row_does_not_name_is_false(void **state)
{
	struct scratch *t = *state;
	struct forger f;
	make(t->path, "ana");
	fg_open(&f, t->path);
	fg_do(&f, "UPDATE checkpoint SET key = 'SHA256:another' WHERE id = 1");
	fg_rechain(&f);
	fg_close(&f);
	struct vouching v = look(t->path, "signers");
	assert_int_equal(v.n[VOUCHED_FALSE], 1);
	assert_non_null(strstr(buf_str(&v.wrong), "another key than the row says"));
	vouched_release(&v);
}

static void a_key_counts_in_its_time_only(void **state)
{
	struct scratch *t = *state;
	sr_allow(&s, "old", "ana", "valid-before=\"20200101\"", "ana");
	sr_allow(&s, "new", "ana", "valid-after=\"20200101\",valid-before=\"20980101\"", "ana");
	sr_allow(&s, "future", "ana", "valid-after=\"20980101\"", "ana");
	sr_allow(&s, "other", "ana", "namespaces=\"git\"", "ana");
	make(t->path, "ana");
	assert_int_equal(look(t->path, "new").n[VOUCHED_BY_KNOWN], 2);
	assert_int_equal(look(t->path, "old").n[VOUCHED_BY_KEY], 2);
	assert_int_equal(look(t->path, "future").n[VOUCHED_BY_KEY], 2);
	assert_int_equal(look(t->path, "other").n[VOUCHED_BY_KEY], 2);
}

static void a_signature_for_another_purpose_is_none(void **state)
{
	struct scratch *t = *state;
	struct sign_who who;
	struct buf text = BUF_INIT, sig = BUF_INIT;
	(void)t;
	buf_adds(&text, "blackstart checkpoint 1\n");
	assert_int_equal(sr_sign(&s, "ana", SIGN_APPROVAL, buf_str(&text), &sig), 0);
	must_fail(sign_check(SIGN_CHECKPOINT, buf_str(&text), text.len, buf_str(&sig), &who, &E),
		  ERR_DENIED);
	must(sign_check(SIGN_APPROVAL, buf_str(&text), text.len, buf_str(&sig), &who, &E));
	assert_string_equal(who.principal, "");
	assert_string_equal(who.type, "ED25519");
	buf_adds(&text, "more");
	must_fail(sign_check(SIGN_APPROVAL, buf_str(&text), text.len, buf_str(&sig), &who, &E),
		  ERR_DENIED);
	buf_release(&text);
	buf_release(&sig);
}

static void only_the_key_that_was_meant_signs(void **state)
{
	(void)state;
	struct buf sig = BUF_INIT;
	struct sign_by by = { .agent = true };
	must_fail(sign_text(&by, SIGN_CHECKPOINT, "x", 1, &sig, &E), ERR_NOTFOUND);
	by = (struct sign_by){ .agent = true, .only = "SHA256:nobody" };
	must_fail(sign_text(&by, SIGN_CHECKPOINT, "x", 1, &sig, &E), ERR_NOTFOUND);
	assert_int_equal(sig.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_keys(an_honest_one_is_signed_by_whom_the_file_says),
		with_keys(a_record_made_anew_does_not_fit_its_signatures),
		with_keys(signed_anew_by_another_key_it_is_nobodys),
		with_keys(a_key_that_the_row_does_not_name_is_false),
		with_keys(a_key_counts_in_its_time_only),
		with_keys(a_signature_for_another_purpose_is_none),
		with_keys(only_the_key_that_was_meant_signs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
