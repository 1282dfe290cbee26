/* What comes from a terminal, as keys. */
#include "term_rig.h"

#include "err.h"

#include "../../src/tui/term.h"

/* --- the child: says every key --------------------------------------------------------------- */

static void say_paste(struct term *t, int say)
{
	size_t n;
	const char *s = term_paste(t, &n);

	if (!s)
		term_rig_tell(say, "paste too long");
	else
		term_rig_tell(say, "paste %zu %.100s", n, s);
}

/* Waits until something was typed, and throws it away. */
static void drop(struct term *t, int say)
{
	struct pollfd p = { .fd = term_fd(t), .events = POLLIN };

	term_rig_tell(say, "type ahead");
	poll(&p, 1, TERM_RIG_WAIT_MS);
	term_drop(t);
	term_rig_tell(say, "dropped");
}

static bool say_key(struct term *t, int say, const struct key *k)
{
	char name[KEY_NAME_BYTES];

	switch (k->code) {
	case 'D': drop(t, say); return true;
	case 'q': return false;
	case K_PASTE: say_paste(t, say); return true;
	case K_GONE: term_rig_tell(say, "gone"); return false;
	case K_RESIZE:
		term_rig_tell(say, "size %dx%d", term_area(t).rows, term_area(t).cols);
		return true;
	}
	term_rig_tell(say, "%s%s", term_key_name(k, name), k->burst ? " burst" : "");
	return true;
}

static void says_keys(int say)
{
	struct term *t;
	struct key k;
	bool on = true;

	if (term_open(&t, NULL))
		_exit(97);
	term_show(t);
	term_rig_tell(say, "ready");
	while (on) {
		struct pollfd p = { .fd = term_fd(t), .events = POLLIN };
		poll(&p, 1, term_wait(t));
		while (on && term_key(t, &k))
			on = say_key(t, say, &k);
	}
	term_close(t);
}

static void says_keys_after_hangup(int say)
{
	signal(SIGHUP, SIG_IGN);
	says_keys(say);
}

static void start(struct term_rig *r, const char *term)
{
	term_rig_start(r, &(struct term_rig_env){ .term = term, .esc_delay = "300" }, says_keys);
	term_rig_expect(r, "ready");
}

/* --- sequences -------------------------------------------------------------------------------- */

struct seen { const char *bytes, *name; };

/* Each alone: the one before was said, and it was quiet. */
static void assert_keys(const char *term, const struct seen *v, size_t n)
{
	struct term_rig r;
	char burst[KEY_NAME_BYTES + 8];

	start(&r, term);
	for (size_t i = 0; i < n; i++) {
		snprintf(burst, sizeof(burst), "%s burst", v[i].name);
		term_rig_type(&r, "|");
		term_rig_expect(&r, "|");
		term_rig_quiet(&r, 20);
		term_rig_type(&r, v[i].bytes);
		term_rig_expect(&r, v[i].name);
		term_rig_quiet(&r, 20);
	}
	term_rig_end(&r);
}

static void keys_of_an_xterm_have_names(void **x)
{
	static const struct seen v[] = {
		{ "\033[A", "Up" }, { "\033OA", "Up" }, { "\033[B", "Down" }, { "\033OC", "Right" },
		{ "\033OD", "Left" }, { "\033[H", "Home" }, { "\033OF", "End" }, { "\033[1~", "Home" },
		{ "\033[4~", "End" }, { "\033[2~", "Insert" }, { "\033[3~", "Delete" },
		{ "\033[5~", "PgUp" }, { "\033[6~", "PgDn" }, { "\033[Z", "Shift-Tab" },
		{ "\033OP", "F1" }, { "\033OS", "F4" }, { "\033[15~", "F5" }, { "\033[24~", "F12" },
		{ "\033[[A", "F1" }, { "\033[11~", "F1" }, { "\r", "Enter" }, { "\n", "Enter" },
		{ "\t", "Tab" }, { "\177", "Backspace" }, { "\b", "Backspace" },
	};

	(void)x;
	assert_keys("xterm-256color", v, COUNT_OF(v));
}

static void modified_keys_and_characters_have_names(void **x)
{
	static const struct seen v[] = {
		{ "\033[1;5D", "Alt-Left" }, { "\033[1;3C", "Alt-Right" }, { "\033[1;2A", "Up" },
		{ "\033[3;5~", "Alt-Delete" }, { "\033x", "Alt-x" }, { "\033\r", "Alt-Enter" },
		{ "\033\033[A", "Alt-Up" }, { "\033[97;5u", "^A" }, { "\033[27;5;99~", "^C" },
		{ "\033[13u", "Enter" }, { "a", "a" }, { " ", "Space" }, { "\001", "^A" },
		{ "\003", "^C" }, { "\032", "^Z" }, { "\023", "^S" }, { "\021", "^Q" }, { "\034", "^\\" },
		{ "\303\251", "\303\251" }, { "\346\227\245", "\346\227\245" },
		{ "\360\237\230\200", "\360\237\230\200" }, { "\033", "Esc" }, { "\033[", "Alt-[" },
		{ "\033O", "Alt-O" }, { "\377", "this key" }, { "\303", "this key" },
		{ "\033[99~", "this key" }, { "\302\205", "this key" },
	};

	(void)x;
	assert_keys("xterm-256color", v, COUNT_OF(v));
}

static void a_keypad_of_a_vt100_types_digits(void **x)
{
	static const struct seen v[] = {
		{ "\033OA", "Up" }, { "\033OD", "Left" }, { "\033OM", "Enter" }, { "\033Oj", "*" },
		{ "\033[D", "Left" },
	};

	(void)x;
	assert_keys("vt100", v, COUNT_OF(v));
}

static void what_the_terminal_says_by_itself_is_no_key(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, "xterm-256color");
	term_rig_type(&r, "\033[I");           /* focus */
	term_rig_type(&r, "\033[?62;4c");      /* what it is */
	term_rig_type(&r, "\033]11;rgb:0000/0000/0000\a");
	term_rig_type(&r, "\033]11;rgb:0000/0000/0000\033\\");
	term_rig_type(&r, "\033[<0;10;10M");   /* a mouse */
	term_rig_type(&r, "\033[M !!");
	term_rig_type(&r, "\033P1$r0m\033\\");
	term_rig_type(&r, "\033[201~");        /* the end of no paste */
	term_rig_quiet(&r, 400);
	term_rig_type(&r, "x");
	term_rig_expect(&r, "x");
	term_rig_end(&r);
}

static void half_a_sequence_is_waited_for(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "\033[1");
	term_rig_quiet(&r, 50);
	term_rig_type(&r, ";5A");
	term_rig_expect(&r, "Alt-Up");
	term_rig_quiet(&r, 20);
	term_rig_type(&r, "\346\227");
	term_rig_quiet(&r, 50);
	term_rig_type(&r, "\245");
	term_rig_expect(&r, "\346\227\245");
	term_rig_end(&r);
}

/* --- what came at once ------------------------------------------------------------------------ */

static void keys_that_came_at_once_are_told_apart(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "ab\r");
	term_rig_expect(&r, "a");
	term_rig_expect(&r, "b burst");
	term_rig_expect(&r, "Enter burst");
	term_rig_quiet(&r, 150);
	term_rig_type(&r, "c");
	term_rig_expect(&r, "c");
	term_rig_quiet(&r, 30);
	term_rig_type(&r, "\r");
	term_rig_expect(&r, "Enter");
	term_rig_end(&r);
}

static void a_sequence_is_one_key_and_no_burst(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "\033[1;5A");
	term_rig_expect(&r, "Alt-Up");
	term_rig_end(&r);
}

static void a_rush_goes_on_until_it_is_quiet(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "abcd");
	term_rig_expect(&r, "a");
	term_rig_expect(&r, "b burst");
	term_rig_expect(&r, "c burst");
	term_rig_expect(&r, "d burst");
	term_rig_quiet(&r, 20); /* a gap in a paste over a slow line */
	term_rig_type(&r, "\r");
	term_rig_expect(&r, "Enter burst");
	term_rig_end(&r);
}

static void what_was_typed_ahead_can_be_dropped(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "D");
	term_rig_expect(&r, "type ahead");
	term_rig_type(&r, "yes\r");
	term_rig_expect(&r, "dropped");
	term_rig_quiet(&r, 150);
	term_rig_type(&r, "z");
	term_rig_expect(&r, "z");
	/* and what was read together with the key itself */
	term_rig_quiet(&r, 150);
	term_rig_type(&r, "Dyes\r");
	term_rig_expect(&r, "type ahead");
	term_rig_type(&r, "no");
	term_rig_expect(&r, "dropped");
	term_rig_quiet(&r, 150);
	term_rig_end(&r);
}

/* --- pastes ----------------------------------------------------------------------------------- */

static void a_paste_is_one_key_whatever_is_in_it(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "\033[200~yes\r\033[Aq\003\033[201~");
	term_rig_expect(&r, "paste 9 yes\r\033[Aq\003");
	term_rig_type(&r, "\033[200~in two \033[20");
	term_rig_quiet(&r, 30);
	term_rig_type(&r, "reads\033[20");
	term_rig_quiet(&r, 30);
	term_rig_type(&r, "1~x");
	term_rig_expect(&r, "paste 16 in two \033[20reads");
	term_rig_expect(&r, "x burst");
	term_rig_end(&r);
}

static void a_paste_over_its_limit_is_not_cut_but_left_out(void **x)
{
	struct term_rig r;
	static char much[4096];

	(void)x;
	memset(much, 'a', sizeof(much));
	start(&r, NULL);
	term_rig_type(&r, "\033[200~");
	for (size_t i = 0; i <= TERM_PASTE_MAX / sizeof(much); i++)
		term_rig_type_n(&r, much, sizeof(much));
	term_rig_type(&r, "\033[201~");
	term_rig_expect(&r, "paste too long");
	term_rig_type(&r, "\033[200~short\033[201~");
	term_rig_expect(&r, "paste 5 short");
	term_rig_end(&r);
}

static void a_paste_whose_end_was_lost_ends_by_silence(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "\033[200~lost");
	term_rig_expect(&r, "paste 4 lost");
	term_rig_type(&r, "x");
	term_rig_expect(&r, "x");
	term_rig_end(&r);
}

static void a_paste_that_has_begun_is_dropped_whole(void **x)
{
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	term_rig_type(&r, "D");
	term_rig_expect(&r, "type ahead");
	term_rig_type(&r, "\033[200~first\r");
	term_rig_expect(&r, "dropped");
	term_rig_type(&r, "second\r\033[201~");
	term_rig_quiet(&r, 200);
	term_rig_type(&r, "x");
	term_rig_expect(&r, "x");
	term_rig_end(&r);
}

/* --- the terminal itself ---------------------------------------------------------------------- */

static void a_new_size_is_a_key(void **x)
{
	struct winsize w = { .ws_row = 43, .ws_col = 132 };
	struct term_rig r;

	(void)x;
	start(&r, NULL);
	assert_int_equal(ioctl(r.master, TIOCSWINSZ, &w), 0);
	term_rig_expect(&r, "size 43x132");
	w.ws_row = 12;
	w.ws_col = 40;
	assert_int_equal(ioctl(r.master, TIOCSWINSZ, &w), 0);
	term_rig_expect(&r, "size 12x40");
	term_rig_end(&r);
}

static void a_terminal_that_goes_away_is_a_key(void **x)
{
	struct term_rig r;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, says_keys_after_hangup);
	term_rig_expect(&r, "ready");
	close(r.slave);
	close(r.master);
	r.master = r.slave = -1;
	term_rig_expect(&r, "gone");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(keys_of_an_xterm_have_names),
		UNIT(modified_keys_and_characters_have_names),
		UNIT(a_keypad_of_a_vt100_types_digits),
		UNIT(what_the_terminal_says_by_itself_is_no_key),
		UNIT(half_a_sequence_is_waited_for),
		UNIT(keys_that_came_at_once_are_told_apart),
		UNIT(a_sequence_is_one_key_and_no_burst),
		UNIT(a_rush_goes_on_until_it_is_quiet),
		UNIT(what_was_typed_ahead_can_be_dropped),
		UNIT(a_paste_is_one_key_whatever_is_in_it),
		UNIT(a_paste_over_its_limit_is_not_cut_but_left_out),
		UNIT(a_paste_whose_end_was_lost_ends_by_silence),
		UNIT(a_paste_that_has_begun_is_dropped_whole),
		UNIT(a_new_size_is_a_key),
		UNIT(a_terminal_that_goes_away_is_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
