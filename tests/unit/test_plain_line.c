/* Lines: what a person types, and what a command prints. */
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "plain.h"
#include "runbook.h"

#include "../../src/plain/plain_in.h"
#include "../../src/plain/plain_parse.h"
#include "../../src/plain/plain_strip.h"

/* --- typed ------------------------------------------------------------------------------------ */

static struct plain_line parsed(const char *text, char store[256])
{
	struct plain_line l;

	strcpy(store, text);
	plain_parse(store, &l);
	return l;
}

static void an_empty_line_is_enter_and_nothing_more(void **x)
{
	char s[256];

	(void)x;
	assert_int_equal(parsed("", s).what, SAID_NOTHING);
	assert_int_equal(parsed("  \t ", s).what, SAID_NOTHING);
	assert_int_equal(parsed("", s).number, 0);
}

static void words_are_told_apart_from_what_follows(void **x)
{
	char s[256];
	struct plain_line l = parsed("  skip   not needed  ", s);

	(void)x;
	assert_int_equal(l.what, SAID_WORD);
	assert_string_equal(l.word, "skip");
	assert_string_equal(l.rest, "not needed");
	l = parsed("NOTE all well", s);
	assert_int_equal(l.what, SAID_RUN);
	assert_int_equal(l.verb, VERB_NOTE);
	assert_string_equal(l.rest, "all well");
}

static void a_number_in_front_names_the_question(void **x)
{
	char s[256];
	struct plain_line l = parsed("2 skip why", s);

	(void)x;
	assert_int_equal(l.number, 2);
	assert_string_equal(l.word, "skip");
	assert_string_equal(l.rest, "why");
	l = parsed("3", s);
	assert_int_equal(l.number, 3);
	assert_int_equal(l.what, SAID_NOTHING);
	assert_int_equal(parsed("3x", s).number, 0);
	assert_int_equal(parsed("0 skip", s).number, 0);
	assert_int_equal(parsed("1000 skip", s).number, 0);
	assert_int_equal(parsed("-1 skip", s).number, 0);
}

static void lines_for_a_command_keep_their_blanks(void **x)
{
	char s[256];
	struct plain_line l = parsed(">  two  blanks", s);

	(void)x;
	assert_int_equal(l.what, SAID_KEYS);
	assert_string_equal(l.rest, " two  blanks");
	l = parsed(">", s);
	assert_int_equal(l.what, SAID_KEYS);
	assert_string_equal(l.rest, "");
	assert_int_equal(parsed(">?", s).what, SAID_HIDDEN);
	assert_int_equal(parsed(">?x", s).what, SAID_KEYS);
	l = parsed("= a b", s);
	assert_int_equal(l.what, SAID_VALUE);
	assert_string_equal(l.rest, "a b");
}

static void a_bang_is_a_command_of_ones_own(void **x)
{
	char s[256];
	struct plain_line l = parsed("!uptime -p", s);

	(void)x;
	assert_int_equal(l.verb, VERB_EXEC);
	assert_string_equal(l.rest, "uptime -p");
	l = parsed("! uptime", s);
	assert_int_equal(l.verb, VERB_EXEC);
	assert_string_equal(l.rest, "uptime");
}

static void a_word_that_is_too_long_is_no_word_of_ours(void **x)
{
	char s[256];

	(void)x;
	assert_string_equal(parsed("skipskipskipskipskipskipskipskipskip", s).word, "");
}

/* --- read ------------------------------------------------------------------------------------- */

static struct plain_in piped(const char *text, size_t n)
{
	struct plain_in in;
	int fd[2];

	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	assert_int_equal(write(fd[1], text, n), (ssize_t)n);
	close(fd[1]);
	plain_in_init(&in, fd[0]);
	while (!in.eof)
		plain_in_read(&in);
	close(fd[0]);
	return in;
}

static void a_last_line_without_its_newline_is_no_answer(void **x)
{
	struct plain_in in = piped("one\r\ntwo", 8);
	struct buf b = BUF_INIT;

	(void)x;
	assert_true(plain_in_peek(&in, &b));
	assert_string_equal(buf_str(&b), "one");
	plain_in_take(&in);
	assert_false(plain_in_peek(&in, NULL));
	buf_release(&b);
	plain_in_release(&in);
}

static void a_line_over_the_limit_goes_whole(void **x)
{
	size_t n = LIMIT_INTENT_BYTES + 10000;
	char *text = mem_alloc(n + 6);
	struct plain_in in;
	struct buf b = BUF_INIT;
	int fd[2];

	(void)x;
	memset(text, 'a', n);
	memcpy(text + n, "\nnext\n", 6);
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	plain_in_init(&in, fd[0]);
	for (size_t at = 0; at < n + 6;) {
		size_t part = n + 6 - at < 4096 ? n + 6 - at : 4096;

		assert_int_equal(write(fd[1], text + at, part), (ssize_t)part);
		at += part;
		plain_in_read(&in);
	}
	assert_true(in.too_long);
	assert_true(plain_in_peek(&in, &b));
	assert_string_equal(buf_str(&b), "next");
	buf_release(&b);
	plain_in_release(&in);
	close(fd[0]);
	close(fd[1]);
	free(text);
}

/* --- printed ---------------------------------------------------------------------------------- */

static void join(void *ctx, const char *line)
{
	buf_addf(ctx, "%s\n", line);
}

static void strips(bool terminal, const char *bytes, const char *want)
{
	size_t n = strlen(bytes);

	for (size_t step = 1; step <= n; step += n > 1 ? n - 1 : 1) { /* byte by byte, and whole */
		struct strip s = { .terminal = terminal };
		struct buf b = BUF_INIT;

		for (size_t at = 0; at < n; at += step)
			plain_strip_feed(&s, bytes + at, at + step < n ? step : n - at, join, &b);
		plain_strip_rest(&s, &b);
		assert_string_equal(buf_str(&b), want);
		plain_strip_release(&s);
		buf_release(&b);
	}
}

static void control_sequences_are_taken_out_of_a_terminals_bytes(void **x)
{
	(void)x;
	strips(true, "\x1b[1;31mred\x1b[0m\r\n", "red\n");
	strips(true, "\x1b]0;title\x07" "x\n", "x\n");
	strips(true, "\x1bP1$r\x1b\\y\n", "y\n");
	strips(true, "\x1b(Bz\x1b=\n", "z\n");
	strips(true, "a\x1b[2", "a");
	strips(true, "a\x1b]never ended\nb\n", "a\nb\n");
}

static void a_line_that_is_redrawn_is_its_last_state(void **x)
{
	(void)x;
	strips(true, "10%\r50%\r100%\r\ndone\n", "100%\ndone\n");
	strips(true, "abc\b\bX\n", "aX\n");
	strips(true, "\xc3\xa9\bx\n", "x\n");
	strips(true, "\b\b\n", "\n");
}

static void a_pipes_bytes_are_all_shown_and_obey_nothing(void **x)
{
	(void)x;
	strips(false, "\x1b[2Jx\n", "\\x1b[2Jx\n");
	strips(false, "a\rb\r\n", "a\\x0db\n");
	strips(false, "\xff\n", "\\xff\n");
}

static void a_line_without_end_comes_out_in_pieces(void **x)
{
	char *big = mem_alloc(3 * STRIP_LINE_MAX + 1);
	struct strip s = { 0 };
	struct buf b = BUF_INIT;
	size_t lines = 0;

	(void)x;
	memset(big, 'a', 3 * STRIP_LINE_MAX);
	plain_strip_feed(&s, big, 3 * STRIP_LINE_MAX, join, &b);
	for (size_t i = 0; i < b.len; i++)
		lines += b.data[i] == '\n';
	assert_int_equal(lines, 2);
	assert_true(s.line.len <= STRIP_LINE_MAX);
	plain_strip_release(&s);
	buf_release(&b);
	free(big);
}

/* --- asked before a run ----------------------------------------------------------------------- */

static int asked(const char *input, const struct field *f, struct value *v, struct buf *said)
{
	char part[4096];
	ssize_t n;
	int in[2], out[2], rc;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe2(out, O_NONBLOCK), 0);
	assert_int_equal(write(in[1], input, strlen(input)), (ssize_t)strlen(input));
	close(in[1]);
	rc = plain_ask_field(in[0], out[1], f, v, NULL);
	while ((n = read(out[0], part, sizeof part)) > 0)
		buf_add(said, part, (size_t)n);
	close(in[0]);
	close(out[0]);
	close(out[1]);
	return rc;
}

static void a_typed_question_is_asked_until_it_fits(void **x)
{
	static const struct field f = { .name = "n", .type = VALUE_INT, .prompt = "How many?",
					.min = "1", .max = "9" };
	struct value v = { 0 };
	struct buf said = BUF_INIT;

	(void)x;
	assert_int_equal(asked("many\n99\n7\nrest\n", &f, &v, &said), 0);
	assert_string_equal(v.text, "7");
	assert_non_null(strstr(buf_str(&said), "How many?"));
	value_release(&v);
	buf_release(&said);
}

static void a_list_takes_its_number_and_a_default_takes_enter(void **x)
{
	static const char *const one_of[] = { "dev", "prd" };
	static const struct field f = { .name = "e", .type = VALUE_TEXT, .one_of = one_of,
					.n_one_of = 2, .otherwise = "dev" };
	struct value v = { 0 };
	struct buf said = BUF_INIT;

	(void)x;
	assert_int_equal(asked("2\n", &f, &v, &said), 0);
	assert_string_equal(v.text, "prd");
	value_release(&v);
	assert_int_equal(asked("\n", &f, &v, &said), 0);
	assert_string_equal(v.text, "dev");
	value_release(&v);
	buf_release(&said);
}

static void the_end_of_input_answers_nothing(void **x)
{
	static const struct field f = { .name = "e", .type = VALUE_TEXT, .otherwise = "dev" };
	struct value v = { 0 };
	struct buf said = BUF_INIT;

	(void)x;
	assert_int_equal(asked("", &f, &v, &said), ERR_CANCEL);
	assert_int_equal(asked("prd", &f, &v, &said), ERR_CANCEL);
	assert_null(v.text);
	buf_release(&said);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		UNIT(an_empty_line_is_enter_and_nothing_more),
		UNIT(words_are_told_apart_from_what_follows),
		UNIT(a_number_in_front_names_the_question),
		UNIT(lines_for_a_command_keep_their_blanks),
		UNIT(a_bang_is_a_command_of_ones_own),
		UNIT(a_word_that_is_too_long_is_no_word_of_ours),
		UNIT(a_last_line_without_its_newline_is_no_answer),
		UNIT(a_line_over_the_limit_goes_whole),
		UNIT(control_sequences_are_taken_out_of_a_terminals_bytes),
		UNIT(a_line_that_is_redrawn_is_its_last_state),
		UNIT(a_pipes_bytes_are_all_shown_and_obey_nothing),
		UNIT(a_line_without_end_comes_out_in_pieces),
		UNIT(a_typed_question_is_asked_until_it_fits),
		UNIT(a_list_takes_its_number_and_a_default_takes_enter),
		UNIT(the_end_of_input_answers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
