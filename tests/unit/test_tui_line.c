/* A line that is being typed: what each key does to it. */
#include "unit.h"

#include <locale.h>
#include <string.h>

#include "../../src/tui/line.h"

static void press(struct line *l, uint32_t code)
{
	const struct key k = { .code = code };

	assert_true(line_key(l, &k));
}

static void type(struct line *l, const char *s)
{
	for (; *s; s++)
		press(l, (unsigned char)*s);
}

#define assert_line(l, s, where) do { \
	assert_string_equal(buf_str(&(l)->text), s); \
	assert_int_equal((l)->at, where); \
} while (0)

static void letters_go_where_the_cursor_is(void **state)
{
	(void)state;
	struct line l;

	line_init(&l, 0, false);
	type(&l, "disk");
	press(&l, K_LEFT);
	press(&l, K_LEFT);
	type(&l, "--");
	assert_line(&l, "di--sk", 4);
	press(&l, K_HOME);
	press(&l, K_DELETE);
	assert_line(&l, "i--sk", 0);
	press(&l, K_LEFT); /* there is no further */
	press(&l, K_BACKSPACE);
	assert_line(&l, "i--sk", 0);
	press(&l, K_END);
	press(&l, K_RIGHT);
	press(&l, K_DELETE);
	press(&l, K_BACKSPACE);
	assert_line(&l, "i--s", 4);
	line_release(&l);
}

static void what_is_proposed_gives_way_to_what_is_typed(void **state)
{
	(void)state;
	struct line l;

	line_init(&l, 0, false);
	line_offer(&l, "couchdb");
	assert_line(&l, "couchdb", 7);
	type(&l, "db");
	assert_line(&l, "db", 2);
	line_offer(&l, "couchdb");
	press(&l, K_HOME);            /* whoever moves in it keeps it */
	type(&l, "my-");
	assert_line(&l, "my-couchdb", 3);
	line_offer(&l, "couchdb");
	press(&l, K_BACKSPACE);
	type(&l, "x");
	assert_line(&l, "couchdx", 7);
	line_offer(&l, "couchdb");
	assert_true(line_paste(&l, " ", 1)); /* nothing of it is text */
	assert_line(&l, "couchdb", 7);
	assert_true(line_paste(&l, "other", 5));
	assert_line(&l, "other", 5);
	line_set(&l, "known");        /* a value that is there is no proposal */
	type(&l, "x");
	assert_line(&l, "knownx", 6);
	line_release(&l);
}

static void a_character_is_one_however_many_bytes_it_has(void **state)
{
	(void)state;
	struct line l;

	line_init(&l, 0, false);
	press(&l, 0xe4);              /* ae */
	type(&l, "a");
	press(&l, 0x301);             /* an accent on it */
	press(&l, 0x6c34);            /* water */
	assert_string_equal(buf_str(&l.text), "\303\244a\314\201\346\260\264");
	press(&l, K_BACKSPACE);
	assert_string_equal(buf_str(&l.text), "\303\244a\314\201");
	press(&l, K_BACKSPACE);       /* letter and accent together */
	assert_string_equal(buf_str(&l.text), "\303\244");
	press(&l, K_BACKSPACE);
	assert_line(&l, "", 0);
	line_release(&l);
}

static void words_and_halves_are_cut(void **state)
{
	(void)state;
	struct line l;

	line_init(&l, 0, false);
	line_set(&l, "one two  three");
	press(&l, 23); /* ^W */
	assert_line(&l, "one two  ", 9);
	press(&l, 23);
	assert_line(&l, "one ", 4);
	line_set(&l, "one two");
	for (int i = 0; i < 3; i++)
		press(&l, K_LEFT);
	press(&l, 11); /* ^K */
	assert_line(&l, "one ", 4);
	type(&l, "more");
	press(&l, K_LEFT);
	press(&l, 21); /* ^U */
	assert_line(&l, "e", 0);
	line_set(&l, NULL);
	assert_line(&l, "", 0);
	line_release(&l);
}

static void keys_that_do_not_write_are_not_taken(void **state)
{
	(void)state;
	const struct key others[] = { { .code = K_UP }, { .code = K_ENTER }, { .code = K_F1 },
				      { .code = 7 }, { .code = 'x', .alt = true }, { .code = 27 } };
	struct line l;

	line_init(&l, 0, false);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(line_key(&l, &others[i]));
	assert_line(&l, "", 0);
	line_release(&l);
}

static void a_paste_becomes_one_line(void **state)
{
	(void)state;
	static const char pasted[] = "\n  E0303\tno space\r\n\033[31mleft\033[0m\0on device\n";
	struct line l;

	line_init(&l, 0, false);
	type(&l, "<>");
	press(&l, K_LEFT);
	assert_true(line_paste(&l, pasted, sizeof(pasted) - 1));
	assert_string_equal(buf_str(&l.text), "<E0303 no space [31mleft [0m on device>");
	assert_true(line_paste(&l, "\377\376", 2)); /* no UTF-8: nothing of it */
	assert_string_equal(buf_str(&l.text), "<E0303 no space [31mleft [0m on device>");
	line_release(&l);
}

static void what_does_not_fit_is_not_taken(void **state)
{
	(void)state;
	struct line l;

	line_init(&l, 4, false);
	type(&l, "abcde");
	assert_line(&l, "abcd", 4);
	press(&l, K_BACKSPACE);
	press(&l, 0xe4); /* two bytes */
	assert_line(&l, "abc", 3);
	assert_false(line_paste(&l, "xy", 2));
	assert_line(&l, "abc", 3);
	assert_true(line_paste(&l, "x", 1));
	assert_line(&l, "abcx", 4);
	line_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(letters_go_where_the_cursor_is),
		UNIT(what_is_proposed_gives_way_to_what_is_typed),
		UNIT(a_character_is_one_however_many_bytes_it_has),
		UNIT(words_and_halves_are_cut), UNIT(keys_that_do_not_write_are_not_taken),
		UNIT(a_paste_becomes_one_line), UNIT(what_does_not_fit_is_not_taken),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
