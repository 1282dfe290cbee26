/* What is hidden stays hidden, in every form and however the stream is cut; the rest is whole. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mask.h"

enum { SEEDS = 3000, ROUGH_MAX = 400 };

static char *shown(const struct hide *h, const char *text)
{
	return mask_text(h, text);
}

static void comes_out(const struct hide *h, const char *text, const char *want)
{
	char *got = shown(h, text);

	assert_string_equal(got, want);
	free(got);
}

static void hide(struct hide *h, const char *text)
{
	assert_true(hide_add(h, text, strlen(text)));
}

static void texts_are_hidden_where_they_stand(void **state)
{
	static struct hide h;

	(void)state;
	hide(&h, "hunter2\n");
	comes_out(&h, "hunter2", "(hidden)");
	comes_out(&h, "the word is hunter2, hunter3", "the word is (hidden), hunter3");
	comes_out(&h, "hunterhunter2hunter2!", "hunter(hidden)!");
	comes_out(&h, "hunter", "hunter");
	comes_out(&h, "", "");
	hide_release(&h);
	comes_out(&h, "hunter2", "hunter2");
}

static void what_overlaps_is_hidden_whole(void **state)
{
	static struct hide h;

	(void)state;
	hide(&h, "abcdef");
	hide(&h, "defghi");
	hide(&h, "abcd");
	comes_out(&h, "-abcdefghi-abcde-defghi", "-(hidden)-(hidden)e-(hidden)");
	hide_release(&h);
}

static void what_is_too_short_is_not_taken(void **state)
{
	static struct hide h;

	(void)state;
	assert_false(hide_add(&h, "", 0));
	assert_false(hide_add(&h, "abc\n\n", 5));
	assert_int_equal(h.n, 0);
	hide(&h, "abcd");
	comes_out(&h, "abc abcd", "abc (hidden)");
	hide_release(&h);
}

/* Each as a program of that kind prints it; made with them, not with our own code. */
static void every_form_is_hidden(void **state)
{
	static struct hide h;
	static const char *const forms[][2] = {
		{ "pa's \"w\\/d?&", "(hidden)" },
		{ "{\"p\": \"pa's \\\"w\\\\/d?&\"}", "{\"p\": \"(hidden)\"}" },     /* JSON */
		{ "{\"p\": \"pa's \\\"w\\\\\\/d?&\"}", "{\"p\": \"(hidden)\"}" },   /* PHP's */
		{ "p=pa%27s%20%22w%5C%2Fd%3F%26&q", "p=(hidden)&q" },
		{ "p=pa%27s%20%22w%5c%2fd%3f%26&q", "p=(hidden)&q" },
		{ "p=pa's%20%22w%5C%2Fd%3F%26&q", "p=(hidden)&q" },
		{ "p=pa%27s+%22w%5C%2Fd%3F%26&q", "p=(hidden)&q" },
		{ "echo 'pa'\\''s \"w\\/d?&'", "echo '(hidden)'" },                /* sh -x */
		{ "echo pa\\'s\\ \\\"w\\\\/d\\?\\&", "echo (hidden)" },             /* %q */
		{ "70612773202277" "5c2f643f26", "(hidden)" },                     /* xxd -p */
		{ "cGEncyAidw==", "cGEncyAidw==" },                                /* of its half */
		{ "cGEncyAid1wvZD8m", "(hidden)" },                                /* base64 */
		{ "dXNlcjpwYSdzICJ3XC9kPyY=", "dXNlcjp(hidden)=" },                /* user:… */
		{ "eDpwYSdzICJ3XC9kPyZ6", "eDp(hidden)Z6" },                       /* x:…z */
		{ "YWI6cGEncyAid1wvZD8mOg==", "YWI6(hidden)Og==" },                /* ab:…: */
	};

	(void)state;
	hide(&h, "pa's \"w\\/d?&");
	for (size_t i = 0; i < COUNT_OF(forms); i++)
		comes_out(&h, forms[i][0], forms[i][1]);
	hide_release(&h);
}

static void a_key_of_many_lines_is_hidden_line_by_line(void **state)
{
	static struct hide h;
	static const char key[] = "-----BEGIN KEY-----\n"
				  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
				  "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n"
				  "}\n"
				  "-----END KEY-----\n";

	(void)state;
	hide(&h, key);
	comes_out(&h, key, "(hidden)\n");
	comes_out(&h, "  -----BEGIN KEY-----\r\n  }\r\n", "  (hidden)\r\n  }\r\n");
	comes_out(&h, "+ MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu",
		  "+ (hidden)");
	comes_out(&h, "{\"k\":\"-----BEGIN KEY-----\\n"
		      "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\\n",
		  "{\"k\":\"(hidden)\\n");
	hide_release(&h);
}

/* Where a line of a long one is printed by itself, and its base64 as base64(1) breaks it. */
static void a_long_text_is_hidden_in_parts(void **state)
{
	static struct hide h;
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct mask m = { .hide = &h };

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_addf(&text, "%x-", i * 7919);
	hide(&h, buf_str(&text));
	for (size_t i = 0; i < text.len; i++)
		mask_add(&m, text.data + i, 1, &out);
	mask_end(&m, &out);
	assert_string_equal(buf_str(&out), "(hidden)");
	buf_clear(&out);
	mask_add(&m, text.data, HIDE_PIECE, &out);
	mask_add(&m, "\n", 1, &out);
	mask_end(&m, &out);
	assert_string_equal(buf_str(&out), "(hidden)\n");
	buf_release(&text);
	buf_release(&out);
	hide_release(&h);
}

/* A prompt that looks like no secret is seen at once; what may be one, never longer than it must. */
static void nothing_is_held_back_without_need(void **state)
{
	static struct hide h;
	struct mask m = { .hide = &h };
	struct buf out = BUF_INIT;

	(void)state;
	hide(&h, "password1");
	mask_add(&m, "Your password: ", 15, &out);
	assert_string_equal(buf_str(&out), "Your password: ");
	mask_add(&m, "Your pass", 9, &out);
	assert_string_equal(buf_str(&out), "Your password: Your ");
	mask_add(&m, "port", 4, &out);
	assert_string_equal(buf_str(&out), "Your password: Your passport");
	mask_add(&m, "passwor", 7, &out);
	assert_int_equal(m.n_held, 7);
	mask_end(&m, &out);
	assert_string_equal(buf_str(&out), "Your password: Your passportpasswor");
	buf_release(&out);
	hide_release(&h);
}

/* --- random ----------------------------------------------------------------------------------- */

static unsigned random_next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16 & 0x7fff;
}

static void random_text(unsigned *seed, size_t n, unsigned letters, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(out, (char)('a' + random_next(seed) % letters));
}

/* As the header says it, without a thought for speed or streams: what a piece covers is hidden. */
static void by_hand(const char *const *secrets, size_t n, const struct buf *in, struct buf *out)
{
	char *covered = calloc(in->len + 1, 1);

	for (size_t s = 0; s < n; s++) {
		size_t len = strlen(secrets[s]);
		for (size_t i = 0; i + len <= in->len; i++)
			if (!memcmp(in->data + i, secrets[s], len))
				memset(covered + i, 1, len);
	}
	for (size_t i = 0; i < in->len; i++)
		if (!covered[i])
			buf_addc(out, in->data[i]);
		else if (!i || !covered[i - 1])
			buf_adds(out, MASK_SHOWN);
	free(covered);
}

static void in_cuts(const struct hide *h, const struct buf *in, unsigned *seed, struct buf *out)
{
	struct mask m = { .hide = h };

	for (size_t at = 0, n; at < in->len; at += n) {
		n = 1 + random_next(seed) % (random_next(seed) % 4 ? 5 : 300);
		if (n > in->len - at)
			n = in->len - at;
		mask_add(&m, in->data + at, n, out);
		assert_true(m.n_held < HIDE_LONGEST);
	}
	mask_end(&m, out);
}

/* Few letters, so that they begin, overlap and contain each other all the time. */
static void random_cuts_hide_what_a_look_at_the_whole_hides(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		static struct hide h;
		struct buf texts[3] = { BUF_INIT }, in = BUF_INIT, cut = BUF_INIT, want = BUF_INIT;
		const char *secrets[3];
		unsigned r = seed;
		for (int i = 0; i < 3; i++) {
			random_text(&r, 4 + random_next(&r) % 20, 2 + seed % 3, &texts[i]);
			secrets[i] = buf_str(&texts[i]);
			hide(&h, secrets[i]);
		}
		while (in.len < ROUGH_MAX)
			if (random_next(&r) % 3)
				random_text(&r, random_next(&r) % 30, 2 + seed % 3, &in);
			else
				buf_adds(&in, secrets[random_next(&r) % 3]);
		by_hand(secrets, 3, &in, &want);
		in_cuts(&h, &in, &r, &cut);
		if (strcmp(buf_str(&cut), buf_str(&want)))
			print_error("seed %u\n", seed);
		assert_string_equal(buf_str(&cut), buf_str(&want));
		for (int i = 0; i < 3; i++)
			buf_release(&texts[i]);
		buf_release(&in);
		buf_release(&cut);
		buf_release(&want);
		hide_release(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(texts_are_hidden_where_they_stand),
		UNIT(what_overlaps_is_hidden_whole),
		UNIT(what_is_too_short_is_not_taken),
		UNIT(every_form_is_hidden),
		UNIT(a_key_of_many_lines_is_hidden_line_by_line),
		UNIT(a_long_text_is_hidden_in_parts),
		UNIT(nothing_is_held_back_without_need),
		UNIT(random_cuts_hide_what_a_look_at_the_whole_hides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
