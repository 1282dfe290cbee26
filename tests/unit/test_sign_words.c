#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "hash.h"
#include "sign_words.h"
#include "str.h"

static void the_list_is_short_words_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGN_WORD_LIST; i++) {
		const char *w = sign_word(i);
		size_t n = strlen(w);
		assert_in_range(n, 4, SIGN_WORD_MAX);
		assert_int_equal(strspn(w, "abcdefghijklmnopqrstuvwxyz"), n);
		if (i)
			assert_true(strcmp(sign_word(i - 1), w) < 0);
	}
	assert_null(sign_word(SIGN_WORD_LIST));
}

static void four_letters_tell_them_apart(void **state)
{
	(void)state;
	for (size_t i = 1; i < SIGN_WORD_LIST; i++)
		if (!strncmp(sign_word(i - 1), sign_word(i), 4))
			fail_msg("%s %s", sign_word(i - 1), sign_word(i));
}

static void no_two_are_one_slip_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGN_WORD_LIST; i++)
		for (size_t k = 0; k < i; k++)
			if (str_distance(sign_word(i), sign_word(k), 1) < 2)
				fail_msg("%s %s", sign_word(i), sign_word(k));
}

/* How a word sounds to a bad line: vowels are one, letters that are said alike are one. Coarser than
 * any ear, so what differs here differs there. */
static void sound(const char *w, struct buf *out)
{
	static const struct {
		const char *spelled;
		char said;
	} alike[] = {
		{ "tch", 'C' }, { "ch", 'C' }, { "ck", 'k' }, { "ph", 'f' }, { "sh", 'S' },
		{ "th", 'T' }, { "wh", 'w' }, { "wr", 'r' }, { "rh", 'r' }, { "kn", 'n' },
		{ "gn", 'n' }, { "ce", 's' }, { "ci", 's' }, { "cy", 's' }, { "ge", 'j' },
		{ "gi", 'j' }, { "gy", 'j' }, { "c", 'k' }, { "q", 'k' }, { "z", 's' },
		{ "v", 'f' }, { "a", 'a' }, { "e", 'a' }, { "i", 'a' }, { "o", 'a' }, { "u", 'a' },
		{ "y", 'a' },
	};
	for (const char *s = w; *s; s++) {
		char said = *s;
		size_t n = 1;
		if (*s == 'e' && !s[1])
			break;
		for (size_t i = 0; i < COUNT_OF(alike); i++)
			if (str_starts(s, alike[i].spelled)) {
				said = alike[i].said;
				n = strlen(alike[i].spelled);
				break;
			}
		if (n == 2 && strchr("eiy", s[1])) /* the vowel is said too */
			n = 1;
		if (!out->len || out->data[out->len - 1] != said)
			buf_addc(out, said);
		s += n - 1;
	}
}

static void no_two_sound_alike(void **state)
{
	(void)state;
	struct buf *said = calloc(SIGN_WORD_LIST, sizeof(*said));
	for (size_t i = 0; i < SIGN_WORD_LIST; i++) {
		sound(sign_word(i), &said[i]);
		for (size_t k = 0; k < i; k++)
			if (str_eq(buf_str(&said[i]), buf_str(&said[k])))
				fail_msg("%s %s", sign_word(i), sign_word(k));
	}
	for (size_t i = 0; i < SIGN_WORD_LIST; i++)
		buf_release(&said[i]);
	free(said);
}

/* The ear of the test is one. */
static void words_that_sound_alike_would_be_found(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "write", "right" }, { "cellar", "seller" }, { "sail", "sale" }, { "knot", "not" },
		{ "chilly", "chili" }, { "flower", "flour" }, { "phase", "faze" },
	};
	size_t alike = 0;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct buf a = BUF_INIT, b = BUF_INIT;
		sound(pairs[i][0], &a);
		sound(pairs[i][1], &b);
		alike += str_eq(buf_str(&a), buf_str(&b));
		buf_release(&a);
		buf_release(&b);
	}
	assert_in_range(alike, COUNT_OF(pairs) - 2, COUNT_OF(pairs));
}

/* --- of a digest ------------------------------------------------------------------------------ */

static char *words_of(const char *digest)
{
	struct buf out = BUF_INIT;
	assert_int_equal(sign_words(digest, &out, NULL), 0);
	return buf_take(&out);
}

static void a_digest_has_its_words_for_ever(void **state)
{
	(void)state;
	char hex[HASH_HEX_LEN + 1];
	hash_hex_of("", 0, hex);
	char *words = words_of(hex);
	assert_string_equal(words, "toolbox seven football pizza yeast knapsack");
	free(words);
	memset(hex, '0', HASH_HEX_LEN);
	words = words_of(hex);
	assert_string_equal(words, "abbey abbey abbey abbey abbey abbey");
	free(words);
	memset(hex, 'f', HASH_HEX_LEN);
	words = words_of(hex);
	assert_string_equal(words, "zoology zoology zoology zoology zoology zoology");
	free(words);
}

static void each_of_sixty_bits_changes_one_word(void **state)
{
	(void)state;
	char hex[HASH_HEX_LEN + 1];
	hash_hex_of("a text", 6, hex);
	char *words = words_of(hex);
	for (int bit = 0; bit < 60; bit++) {
		char other[HASH_HEX_LEN + 1];
		memcpy(other, hex, sizeof(other));
		int v = other[bit / 4] <= '9' ? other[bit / 4] - '0' : other[bit / 4] - 'a' + 10;
		other[bit / 4] = "0123456789abcdef"[v ^ 8 >> bit % 4];
		char *changed = words_of(other), *s1 = NULL, *s2 = NULL, *mine = strdup(words);
		char *a = strtok_r(mine, " ", &s1), *b = strtok_r(changed, " ", &s2);
		for (int i = 0; i < SIGN_WORDS; i++) {
			assert_int_equal(str_eq(a, b), i != bit / 10);
			a = strtok_r(NULL, " ", &s1);
			b = strtok_r(NULL, " ", &s2);
		}
		assert_null(a);
		assert_null(b);
		free(mine);
		free(changed);
	}
	free(words);
}

static void what_is_no_digest_has_no_words(void **state)
{
	(void)state;
	char hex[HASH_HEX_LEN + 2];
	struct buf out = BUF_INIT;
	hash_hex_of("", 0, hex);
	hex[0] = 'E';
	assert_int_equal(sign_words(hex, &out, NULL), ERR_PARSE);
	hash_hex_of("", 0, hex);
	hex[HASH_HEX_LEN - 1] = '\0';
	assert_int_equal(sign_words(hex, &out, NULL), ERR_PARSE);
	assert_int_equal(sign_words("", &out, NULL), ERR_PARSE);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_list_is_short_words_in_order),
		UNIT(four_letters_tell_them_apart),
		UNIT(no_two_are_one_slip_apart),
		UNIT(no_two_sound_alike),
		UNIT(words_that_sound_alike_would_be_found),
		UNIT(a_digest_has_its_words_for_ever),
		UNIT(each_of_sixty_bits_changes_one_word),
		UNIT(what_is_no_digest_has_no_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
