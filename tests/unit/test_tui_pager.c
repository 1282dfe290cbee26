/* The pager: lines found from near by however long they are, numbers, searches, and what is shown
 * of hostile bytes. The bytes are those of a real command. */
#include "../lib/keeper_rig.h"

#include "client.h"
#include "event.h"
#include "state.h"
#include "view.h"

#include "../../src/tui/pagerint.h"
#include "../../src/tui/tuiint.h"

struct bench {
	struct kr r;
	struct client *c;
	struct err err;
};

static bool over(void *ctx)
{
	struct bench *b = ctx;
	const struct state *s = view_state(client_view(b->c));

	return s->n_cmds && s->cmds[0]->phase != CMD_INTENT && s->cmds[0]->phase != CMD_STOPPING;
}

/* out: the numbers from 1 to 300,000. err: 300,000 x in one line, a short line, and one without an
 * end. */
static int make_output(void **state)
{
	static struct bench b;
	struct client_opts o = { .who = "ana" };
	struct intent it = {
		.verb = VERB_EXEC, .reason = (char[]){ "to see" },
		.text = (char[]){ "seq 1 300000; { head -c 300000 /dev/zero | tr '\\0' x; "
				  "echo; echo Short; printf 'the \\033[31mend'; } >&2" },
	};

	kr_open(&b.r);
	o.journal = b.r.journal;
	o.run = b.r.run;
	if (client_open(&o, NULL, &b.c, &b.err) || client_send(b.c, &it, NULL, &b.err) ||
	    client_wait(b.c, over, &b, KR_WAIT_MS, &b.err))
		fail_msg("%s", b.err.text);
	*state = &b;
	return 0;
}

static int drop_output(void **state)
{
	struct bench *b = *state;

	client_close(b->c);
	kr_close(&b->r);
	return 0;
}

static void open_pager(struct bench *b, struct pager *p, struct tui *t, int stream)
{
	const struct cmd *c = view_state(client_view(b->c))->cmds[0];

	*t = (struct tui){ 0 };
	*p = (struct pager){ .t = t, .c = b->c, .stream = stream, .raw = true, .ended = true,
			     .rows = 20, .cols = 80, .size = c->bytes[stream] };
	assert_true(str_copy(p->token, sizeof p->token, c->token));
	p->find.hit = -1;
	pager_index_clear(p);
}

static void close_pager(struct pager *p)
{
	buf_release(&p->win);
	buf_release(&p->work);
	buf_release(&p->line);
	buf_release(&p->clean);
	free(p->ix.at);
}

/* Of the line of the number n among 1, 2, 3 … */
static int64_t place_of(int n)
{
	int64_t at = 0, from = 1;
	int digits = 1;

	for (; from * 10 <= n; from *= 10, digits++)
		at += from * 9 * (digits + 1);
	return at + (n - from) * (digits + 1);
}

static void lines_are_the_same_forwards_and_backwards(void **x)
{
	struct pager p;
	struct tui t;

	for (int stream = 0; stream < 2; stream++) {
		int64_t forth[5000], at = 0;
		int n = 0;

		open_pager(*x, &p, &t, stream);
		for (; n < 5000 && at < p.size; n++) {
			forth[n] = at;
			at = pager_next(&p, at);
			assert_true(at > forth[n] && at - forth[n] <= 2 * PAGER_BLOCK);
		}
		assert_true(n > 5);
		for (int i = n; i-- > 0;) {
			int64_t middle = (forth[i] + at - 1) / 2;

			assert_int_equal(pager_line(&p, at - 1), forth[i]);
			assert_int_equal(pager_line(&p, middle), forth[i]);
			at = pager_prev(&p, at);
			assert_int_equal(at, forth[i]);
		}
		assert_int_equal(pager_prev(&p, 0), 0);
		close_pager(&p);
	}
}

static void any_line_can_be_reached_without_what_is_before_it(void **x)
{
	struct pager p;
	struct tui t;
	size_t n;

	open_pager(*x, &p, &t, 0);
	assert_int_equal(pager_line(&p, place_of(250000) + 3), place_of(250000));
	assert_memory_equal(pager_at(&p, place_of(250000), 7, &n), "250000\n", 7);
	assert_int_equal(n, 7);
	assert_true(p.win.len < 1 << 20);
	assert_memory_equal(pager_at(&p, place_of(100), 4, &n), "100\n", 4);
	close_pager(&p);
}

static void lines_are_counted_in_memory_that_does_not_grow(void **x)
{
	struct pager p;
	struct tui t;

	open_pager(*x, &p, &t, 0);
	assert_int_equal(pager_number(&p, place_of(77)), 0);
	while (pager_index_slice(&p, 0))
		;
	assert_int_equal(p.ix.lines, 300000);
	assert_true(p.ix.n <= PAGER_MARKS && p.ix.every > 1);
	for (int i = 1; i <= 300000; i += 997) {
		assert_int_equal(pager_number(&p, place_of(i)), i);
		assert_int_equal(pager_place(&p, i), place_of(i));
	}
	assert_int_equal(pager_place(&p, 300001), -1);
	close_pager(&p);
	open_pager(*x, &p, &t, 1);
	while (pager_index_slice(&p, 0))
		;
	assert_int_equal(p.ix.done, p.size); /* the last line has no end, and never gets one */
	close_pager(&p);
}

static void search(struct pager *p, int64_t from, bool back)
{
	pager_find_begin(p, from, back);
	while (p->find.on)
		pager_find_slice(p, clock_now().boot + 1000);
}

static void a_search_finds_the_next_and_the_previous_line(void **x)
{
	struct pager p;
	struct tui t;

	open_pager(*x, &p, &t, 0);
	pager_find_word(&p, "99999");
	search(&p, 0, false);
	assert_int_equal(p.find.hit, place_of(99999));
	search(&p, pager_next(&p, p.find.hit), false);
	assert_int_equal(p.find.hit, place_of(199999));
	assert_false(p.find.wrapped);
	search(&p, p.find.hit, true);
	assert_int_equal(p.find.hit, place_of(99999));
	search(&p, p.find.hit, true);
	assert_true(p.find.wrapped);
	assert_int_equal(p.find.hit, place_of(299999));
	search(&p, pager_next(&p, p.find.hit), false);
	assert_true(p.find.wrapped);
	assert_int_equal(p.find.hit, place_of(99999));
	p.find.hit = -1;
	pager_find_word(&p, "no such thing");
	search(&p, place_of(5000), false);
	assert_int_equal(p.find.hit, -1);
	assert_non_null(strstr(t.say, "no such thing"));
	search(&p, place_of(5000), true);
	assert_int_equal(p.find.hit, -1);
	close_pager(&p);
}

static void a_search_stops_in_the_middle(void **x)
{
	struct pager p;
	struct tui t;

	open_pager(*x, &p, &t, 0);
	pager_find_word(&p, "no such thing");
	pager_find_begin(&p, 0, false);
	while (p.find.at == 0)
		pager_find_slice(&p, clock_now().boot + 1000);
	assert_true(p.find.on);
	assert_in_range(pager_find_percent(&p), 1, 99);
	close_pager(&p);
}

static void only_a_capital_makes_case_count(void **x)
{
	struct pager p;
	struct tui t;

	open_pager(*x, &p, &t, 1);
	pager_find_word(&p, "short");
	search(&p, 0, false);
	assert_int_equal(p.find.hit, 300001);
	p.find.hit = -1;
	pager_find_word(&p, "sHort");
	search(&p, 0, false);
	assert_int_equal(p.find.hit, -1);
	pager_find_word(&p, "the end");
	p.raw = false; /* there is a colour in between */
	search(&p, 0, false);
	assert_int_equal(p.find.hit, 300007);
	close_pager(&p);
}

/* --- what is shown ---------------------------------------------------------------------------- */

static void shows(bool raw, const char *s, const char *want)
{
	struct pager p = { .raw = raw, .cols = 80 };

	pager_text(&p, s, strlen(s), &p.line);
	assert_string_equal(buf_str(&p.line), want);
	close_pager(&p);
}

static void every_byte_of_a_pipe_is_shown_harmless(void **x)
{
	(void)x;
	shows(true, "plain\n", "plain");
	shows(true, "a\tb\n", "a       b");
	shows(true, "\033[31mred\a\n", "\\x1b[31mred\\x07");
	shows(true, "\xff\xe2\x80\xae.\n", "\\xff\\u{202e}.");
}

static void what_a_terminal_would_not_show_is_left_out(void **x)
{
	(void)x;
	shows(false, "\033[1;31mred\033[0m \033]0;title\007and\033(B plain\r\n", "red and plain");
	shows(false, "10 %\r20 %\r100 %\r\n", "100 %");
	shows(false, "passw\b\b\bss\n", "pass");
	shows(false, "e\xcc\x81\b.\n", "e.");
	shows(false, "\033P never ends", "");
	shows(false, "\033[", "");
	shows(false, "\033]8;;http://x\033\\link\033]8;;\033\\\n", "link");
	shows(false, "a\001\002b\177\n", "ab");
}

static void random_bytes_are_always_harmless(void **x)
{
	uint32_t seed = 7;
	char s[300];
	struct buf b = BUF_INIT;

	(void)x;
	for (int round = 0; round < 3000; round++) {
		struct pager p = { .raw = round & 1, .cols = 80 };

		for (size_t i = 0; i < sizeof s; i++) {
			seed = seed * 1664525u + 1013904223u;
			s[i] = (char)((seed >> 28) < 3 ? 0x1b : (seed >> 28) < 6 ? '[' + (seed >> 16) % 4 :
				      seed >> 16);
		}
		pager_text(&p, s, sizeof s, &p.line);
		buf_clear(&b);
		str_printable(&b, buf_str(&p.line), p.line.len, false);
		assert_string_equal(buf_str(&b), buf_str(&p.line));
		close_pager(&p);
	}
	buf_release(&b);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(lines_are_the_same_forwards_and_backwards),
		cmocka_unit_test(any_line_can_be_reached_without_what_is_before_it),
		cmocka_unit_test(lines_are_counted_in_memory_that_does_not_grow),
		cmocka_unit_test(a_search_finds_the_next_and_the_previous_line),
		cmocka_unit_test(a_search_stops_in_the_middle),
		cmocka_unit_test(only_a_capital_makes_case_count),
		cmocka_unit_test(every_byte_of_a_pipe_is_shown_harmless),
		cmocka_unit_test(what_a_terminal_would_not_show_is_left_out),
		cmocka_unit_test(random_bytes_are_always_harmless),
	};

	return cmocka_run_group_tests(list, make_output, drop_output);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
