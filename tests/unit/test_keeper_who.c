/* Who sits at the other end, and how we know. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"
#include "buf.h"
#include "base64.h"
#include "../../src/keeper/keeper_who.h"

/* The fingerprint that ssh-keygen -l gives for this line. */
static void test_fingerprint_is_that_of_ssh_keygen(void **state)
{
	(void)state;
	struct buf out = BUF_INIT;
	assert_true(who_fingerprint(
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDqyMWH/f5OHAd593/3aoFGof5LPMhBInsWVLmdI+4hy"
		" somebody's",
		&out));
	assert_string_equal(buf_str(&out),
			    "SHA256:mbN98+jOep8knYcD4g7GQs9jGvHQVYaGi4FpyjrcPYo");
	buf_release(&out);
}

static void test_what_is_no_key_has_no_fingerprint(void **state)
{
	(void)state;
	static const char *const lines[] = { "", "ssh-ed25519", "ssh-ed25519 ", "a !!", "a QUJD" };
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct buf out = BUF_INIT;
		assert_false(who_fingerprint(lines[i], &out));
		assert_int_equal(out.len, 0);
		buf_release(&out);
	}
}

static void test_root_is_shared_until_somebody_is_named(void **state)
{
	(void)state;
	struct actor who;
	bool shared = false;
	who_is(0, getpid(), NULL, &who, &shared);
	if (strncmp(who.how, "login", 5)) /* we came by sudo: then it is known who */
		skip();
	assert_true(shared);
	assert_string_equal(who.id, "root");
	who_is(0, getpid(), "ana", &who, &shared);
	assert_false(shared);
	assert_string_equal(who.id, "ana");
	assert_string_equal(who.how, "claimed, account root");
}

static void test_a_personal_account_cannot_claim(void **state)
{
	(void)state;
	struct actor who;
	bool shared = true;
	who_is(4242424, 1 << 30, "mallory", &who, &shared); /* of no process: no more is known */
	assert_false(shared);
	assert_string_equal(who.id, "uid 4242424");
	assert_string_equal(who.how, "login");
}

static void test_a_claimed_name_cannot_carry_control_characters(void **state)
{
	(void)state;
	struct actor who;
	who_is(0, 1 << 30, "a\033[2Jb", &who, NULL);
	assert_null(strchr(who.id, '\033'));
}

static void test_base64_both_ways(void **state)
{
	(void)state;
	static const struct { const char *raw, *text; } cases[] = {
		{ "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" },
		{ "\xff\xfe", "//4" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf text = BUF_INIT, raw = BUF_INIT;
		base64_encode(&text, cases[i].raw, strlen(cases[i].raw));
		assert_string_equal(buf_str(&text), cases[i].text);
		assert_true(base64_decode(text.data, text.len, &raw));
		assert_string_equal(buf_str(&raw), cases[i].raw);
		buf_addc(&text, '=');
		buf_clear(&raw);
		assert_true(base64_decode(text.data, text.len, &raw));
		assert_string_equal(buf_str(&raw), cases[i].raw);
		buf_release(&text);
		buf_release(&raw);
	}
	struct buf small = { .max = 2 };
	assert_false(base64_decode("Zm9v", 4, &small));
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_fingerprint_is_that_of_ssh_keygen),
		UNIT(test_what_is_no_key_has_no_fingerprint),
		UNIT(test_root_is_shared_until_somebody_is_named),
		UNIT(test_a_personal_account_cannot_claim),
		UNIT(test_a_claimed_name_cannot_carry_control_characters),
		UNIT(test_base64_both_ways),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}
