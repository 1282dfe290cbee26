/* The terminal under the screen: given back whatever happens, and what it is sent. */
#include "term_rig.h"

#include "err.h"
#include "mem.h"

#include "../../src/tui/sheet.h"
#include "../../src/tui/term.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define OTHER_SCREEN "\033[?1049h"
#define FIRST_SCREEN "\033[?1049l"
#define CURSOR_SEEN "\033[?25h"

static struct term *opened(int say)
{
	struct term *t;

	if (term_open(&t, NULL))
		_exit(97);
	paint_text(t, term_area(t), 0, 0, ST_REAL, "on the screen");
	term_show(t);
	term_rig_tell(say, "ready");
	return t;
}

static void any_key(struct term *t)
{
	struct pollfd p = { .fd = term_fd(t), .events = POLLIN };
	struct key k;

	do
		poll(&p, 1, term_wait(t));
	while (!term_key(t, &k));
}

/* --- ways to end ------------------------------------------------------------------------------ */

static void closes(int say)
{
	static struct term *volatile kept; /* as a program has it that leaves in a hurry */

	kept = opened(say);
	any_key(kept);
	exit(0);
}

static void closes_well(int say)
{
	struct term *t = opened(say);

	any_key(t);
	term_close(t);
	exit(0);
}

static void faults(int say)
{
	volatile uintptr_t nowhere = 8; /* that the compiler does not know */

	any_key(opened(say));
	*(volatile int *)nowhere = 1;
}

static int deep(volatile int n)
{
	volatile char room[4096];

	room[0] = (char)n;
	return n ? deep(n + 1) + room[0] : 0;
}

static void overflows(int say)
{
	any_key(opened(say));
	deep(1);
}

static void aborts(int say)
{
	any_key(opened(say));
	abort();
}

static void runs_out_of_memory(int say)
{
	any_key(opened(say));
	mem_grow(NULL, SIZE_MAX / 2, 2);
}

static void lives_on(int say)
{
	struct term *t = opened(say);

	for (;;)
		any_key(t);
}

static void assert_left(struct term_rig *r, const char *how)
{
	term_rig_expect(r, how);
	while (term_rig_read(r, 50))
		;
	term_rig_assert_given_back(r);
	assert_true(term_rig_was_sent(r, PASTE_ON));
	assert_true(term_rig_was_sent(r, OTHER_SCREEN));
	assert_true(term_rig_was_sent(r, PASTE_OFF));
	assert_true(term_rig_was_sent(r, FIRST_SCREEN));
	assert_true(term_rig_was_sent(r, CURSOR_SEEN));
}

/* Ends at a key, or by this signal. */
static void assert_gives_back(void (*fn)(int), int signo, const char *how)
{
	struct term_rig r;
	struct termios now;
	pid_t front;

	term_rig_start(&r, &(struct term_rig_env){ 0 }, fn);
	term_rig_expect(&r, "ready");
	term_rig_see(&r, "on the screen");
	assert_int_equal(tcgetattr(r.slave, &now), 0);
	assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG), 0);
	if (signo) {
		assert_int_equal(ioctl(r.master, TIOCGPGRP, &front), 0);
		assert_int_equal(kill(front, signo), 0);
	} else {
		term_rig_type(&r, "x");
	}
	assert_left(&r, how);
	term_rig_end(&r);
}

static void it_is_given_back_when_it_is_closed(void **x)
{
	(void)x;
	assert_gives_back(closes_well, 0, "ended 0");
}

static void it_is_given_back_at_exit(void **x)
{
	(void)x;
	assert_gives_back(closes, 0, "ended 0");
}

static void it_is_given_back_on_a_crash(void **x)
{
	(void)x;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* the sanitizer ends the process its own way */
#endif
	assert_gives_back(faults, 0, "ended by signal 11");
	assert_gives_back(overflows, 0, "ended by signal 11");
	assert_gives_back(aborts, 0, "ended by signal 6");
	assert_gives_back(runs_out_of_memory, 0, "ended by signal 6");
}

static void it_is_given_back_on_every_signal_that_ends_the_process(void **x)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1,
				       SIGXCPU };
	char how[40];

	(void)x;
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		snprintf(how, sizeof(how), "ended by signal %d", signals[i]);
		assert_gives_back(lives_on, signals[i], how);
	}
}

static void forks(int say)
{
	struct term *t = opened(say);
	int st;
	pid_t pid = fork();

	if (!pid)
		exit(0); /* as a child that could not exec */
	waitpid(pid, &st, 0);
	term_rig_tell(say, "forked");
	any_key(t);
	term_close(t);
}

static void a_child_does_not_give_it_back(void **x)
{
	struct term_rig r;
	struct termios now;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, forks);
	term_rig_expect(&r, "ready");
	term_rig_expect(&r, "forked");
	assert_int_equal(tcgetattr(r.slave, &now), 0);
	assert_int_equal(now.c_lflag & ICANON, 0);
	assert_false(term_rig_was_sent(&r, FIRST_SCREEN));
	term_rig_type(&r, "x");
	assert_left(&r, "ended 0");
	term_rig_end(&r);
}

static void ignores_hangup(int say)
{
	signal(SIGHUP, SIG_IGN);
	struct term *t = opened(say);
	raise(SIGHUP);
	term_rig_tell(say, "alive");
	any_key(t);
	term_close(t);
}

static void a_signal_that_was_ignored_stays_ignored(void **x)
{
	struct term_rig r;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, ignores_hangup);
	term_rig_expect(&r, "ready");
	term_rig_expect(&r, "alive");
	term_rig_type(&r, "x");
	assert_left(&r, "ended 0");
	term_rig_end(&r);
}

/* --- stopping --------------------------------------------------------------------------------- */

static void stops_at_z(int say)
{
	struct term *t = opened(say);
	struct pollfd p = { .fd = term_fd(t), .events = POLLIN };
	struct key k;

	for (;;) {
		poll(&p, 1, term_wait(t));
		while (term_key(t, &k)) {
			if (k.code == 26)
				term_stop(t);
			if (k.code == 'q') {
				term_close(t);
				return;
			}
			if (k.code != K_RESIZE)
				continue;
			paint_text(t, term_area(t), 0, 0, ST_REAL, "on the screen");
			term_show(t);
			term_rig_tell(say, "again");
		}
	}
}

static void assert_stops_and_goes_on(struct term_rig *r)
{
	struct termios now;

	assert_left(r, "stopped 20");
	buf_clear(&r->sent);
	vt_reset(r->vt);
	assert_int_equal(write(r->shell_fd, "g", 1), 1);
	term_rig_expect(r, "again");
	term_rig_see(r, "on the screen");
	assert_true(term_rig_was_sent(r, OTHER_SCREEN));
	assert_true(term_rig_was_sent(r, PASTE_ON));
	assert_int_equal(tcgetattr(r->slave, &now), 0);
	assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG), 0);
}

static void it_stops_decently_and_goes_on(void **x)
{
	struct term_rig r;
	pid_t front;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, stops_at_z);
	term_rig_expect(&r, "ready");
	term_rig_type(&r, "\032");
	assert_stops_and_goes_on(&r);
	/* sent by somebody else */
	assert_int_equal(ioctl(r.master, TIOCGPGRP, &front), 0);
	assert_int_equal(kill(front, SIGTSTP), 0);
	assert_stops_and_goes_on(&r);
	term_rig_type(&r, "q");
	assert_left(&r, "ended 0");
	term_rig_end(&r);
}

static void nobody_to_continue_it(int say)
{
	/* the group of the shell, which leads the session: there is nobody to continue it */
	signal(SIGTTOU, SIG_IGN);
	setpgid(0, getppid());
	tcsetpgrp(0, getppid());
	stops_at_z(say);
}

static void where_it_cannot_be_stopped_it_goes_on(void **x)
{
	struct term_rig r;
	struct termios now;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, nobody_to_continue_it);
	term_rig_expect(&r, "ready");
	term_rig_type(&r, "\032");
	term_rig_expect(&r, "again");
	assert_int_equal(tcgetattr(r.slave, &now), 0);
	assert_int_equal(now.c_lflag & ICANON, 0);
	term_rig_type(&r, "q");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

static void a_terminal_is_drawn_anew_after_a_stop_that_cannot_be_caught(void **x)
{
	struct term_rig r;
	pid_t front;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, stops_at_z);
	term_rig_expect(&r, "ready");
	assert_int_equal(ioctl(r.master, TIOCGPGRP, &front), 0);
	assert_int_equal(kill(front, SIGSTOP), 0);
	term_rig_expect(&r, "stopped 19");
	tcsetattr(r.slave, TCSANOW, &r.before);
	vt_reset(r.vt);
	assert_int_equal(write(r.shell_fd, "g", 1), 1);
	term_rig_expect(&r, "again");
	term_rig_see(&r, "on the screen");
	term_rig_type(&r, "q");
	assert_left(&r, "ended 0");
	term_rig_end(&r);
}

/* --- kinds of terminals ----------------------------------------------------------------------- */

static void says_whether_it_fits(int say)
{
	const char *why;

	term_rig_tell(say, "%s", term_fits(&why) ? "fits" : why);
}

static void assert_fits(const char *term, const char *want)
{
	struct term_rig r;

	term_rig_start(&r, &(struct term_rig_env){ .term = term }, says_whether_it_fits);
	term_rig_expect(&r, want);
	term_rig_expect(&r, "ended 0");
	assert_int_equal(r.sent.len, 0);
	term_rig_end(&r);
}

static void what_cannot_place_a_cursor_does_not_fit(void **x)
{
	(void)x;
	assert_fits("xterm-256color", "fits");
	assert_fits("linux", "fits");
	assert_fits("vt100", "fits");
	assert_fits("screen", "fits");
	assert_fits("tmux-256color", "fits");
	assert_fits("dumb", "TERM is dumb");
	assert_fits("", "TERM is not set");
	assert_fits("no-such-terminal", "nothing is known about a terminal of this TERM");
}

static void paints_all_styles(int say)
{
	struct term *t;
	struct area a;

	if (term_open(&t, NULL))
		_exit(97);
	a = term_area(t);
	for (int i = 0; i < ST_MAX; i++) {
		char word[32];
		snprintf(word, sizeof(word), "style %d", i);
		paint_text(t, a, i, 0, (enum style)i, word);
	}
	term_show(t);
	term_rig_tell(say, "ready");
	any_key(t);
	term_close(t);
}

static void assert_styles(const char *term, const char *no_color, bool colored)
{
	struct term_rig r;
	struct vt_cell c;
	bool any = false, marked = false;

	term_rig_start(&r, &(struct term_rig_env){ .term = term, .no_color = no_color },
		       paints_all_styles);
	term_rig_expect(&r, "ready");
	term_rig_see(&r, "style 16");
	for (int i = 0; i < ST_MAX; i++) {
		char word[32], row[4096];
		snprintf(word, sizeof(word), "style %d", i);
		assert_string_equal(term_rig_row(&r, i, row), word);
		assert_true(vt_cell(r.vt, i, 0, &c));
		any |= c.fg.kind != VT_DEFAULT || c.bg.kind != VT_DEFAULT;
		marked |= c.reverse;
	}
	assert_int_equal(any, colored);
	assert_true(marked);
	term_rig_type(&r, "x");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

static void every_kind_of_terminal_shows_every_style(void **x)
{
	(void)x;
	assert_styles("xterm-256color", NULL, true);
	assert_styles("rxvt-unicode", NULL, true); /* between 16 and 256 */
	assert_styles("xterm", NULL, true);
	assert_styles("linux", NULL, true);
	assert_styles("screen", NULL, true);
	assert_styles("tmux", NULL, true);
	assert_styles("vt100", NULL, false);
	assert_styles("xterm-256color", "1", false);
	assert_styles("xterm-256color", "", true); /* empty: not asked for */
}

/* --- cells ------------------------------------------------------------------------------------ */

static void paints_wide(int say)
{
	struct term *t;

	if (term_open(&t, NULL))
		_exit(97);
	struct area a = term_area(t), left = { 1, 2, 3, 5 };
	paint_text(t, a, 0, 0, ST_PLAIN, "e\314\201 \346\227\245\346\234\254 a\342\200\215b\357\270\217");
	paint_text(t, left, 0, 0, ST_PLAIN, "abc\346\227\245\346\234\254");
	paint_text(t, left, 1, 0, ST_PLAIN, "abcd\346\227\245x");
	paint_text(t, left, 3, 0, ST_PLAIN, "outside");
	paint_text(t, left, -1, 0, ST_PLAIN, "outside");
	paint_fit(t, a, 5, 0, 6, ST_PLAIN, "\346\227\245\346\234\254\350\252\236\346\227\245");
	paint_fit(t, a, 6, 0, 6, ST_PLAIN, "fits it");
	paint_fit(t, a, 7, 0, 7, ST_PLAIN, "fits it");
	paint_text(t, a, 8, 0, ST_PLAIN, "\033[2J\a\303\050|\342\200\256x");
	paint_rule(t, (struct area){ 9, 0, 1, 12 }, 0, "word");
	paint_text(t, a, 10, 0, ST_PLAIN, "\342\200\234\303\251t\303\251\342\200\235 \342\206\222 \342\226\210");
	/* over half of a wide one */
	paint_text(t, a, 11, 0, ST_PLAIN, "\346\227\245\346\234\254");
	term_show(t);
	paint_text(t, a, 11, 1, ST_PLAIN, "x");
	term_show(t);
	term_rig_tell(say, "ready");
	any_key(t);
	term_close(t);
}

static void assert_rows(const char *locale, const char *const *want, size_t n)
{
	struct term_rig r;
	char row[4096];

	term_rig_start(&r, &(struct term_rig_env){ .locale = locale }, paints_wide);
	term_rig_expect(&r, "ready");
	while (term_rig_read(&r, 100))
		;
	for (size_t i = 0; i < n; i++)
		assert_string_equal(term_rig_row(&r, (int)i, row), want[i]);
	if (strcmp(locale, "C") == 0)
		for (size_t i = 0; i < r.sent.len; i++)
			assert_true((unsigned char)r.sent.data[i] < 0x80);
	term_rig_type(&r, "x");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

static void wide_and_combining_characters_stay_in_their_cells(void **x)
{
	static const char *const want[] = {
		"e\314\201 \346\227\245\346\234\254 ab", "  abc\346\227\245", "  abcd", "", "",
		"\346\227\245\346\234\254\342\200\246", "fits \342\200\246", "fits it",
		"\357\277\275[2J\357\277\275\357\277\275(|x",
		"\342\224\200\342\224\200 word \342\224\200\342\224\200\342\224\200\342\224\200",
		"\342\200\234\303\251t\303\251\342\200\235 \342\206\222 \342\226\210", " x\346\234\254",
	};

	(void)x;
	assert_rows("C.UTF-8", want, COUNT_OF(want));
}

static void where_only_ascii_is_spoken_only_ascii_is_sent(void **x)
{
	static const char *const want[] = {
		"e ?? ab", "  abc??", "  abcd?", "", "", "????", "fit...", "fits it", "?[2J?" "?(|x",
		"-- word ----", "\"ete\" > #", "?x",
	};

	(void)x;
	assert_rows("C", want, COUNT_OF(want));
}

static void paints_cells(int say)
{
	struct term *t;
	struct vt_cell c = { .text = "a", .width = 1, .fg = { .kind = VT_RGB, .r = 255 },
			     .bg = { .kind = VT_INDEXED, .index = 12 }, .underline = true };

	if (term_open(&t, NULL))
		_exit(97);
	struct area a = { 0, 0, 2, 4 };
	paint_cell(t, a, 0, 0, &c);
	c = (struct vt_cell){ .text = "\346\227\245", .width = 2 };
	paint_cell(t, a, 0, 1, &c);
	paint_cell(t, a, 0, 3, &c); /* has no room */
	paint_cell(t, a, 2, 0, &c);
	c = (struct vt_cell){ .text = "", .width = 1, .reverse = true };
	paint_cell(t, a, 1, 0, &c);
	paint_cursor(t, a, 1, 2);
	term_show(t);
	term_rig_tell(say, "ready");
	any_key(t);
	term_close(t);
}

static void cells_of_a_command_keep_their_look(void **x)
{
	struct term_rig r;
	struct vt_cell c;
	char row[4096];
	int at_row, at_col;

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ 0 }, paints_cells);
	term_rig_expect(&r, "ready");
	while (term_rig_read(&r, 100))
		;
	assert_string_equal(term_rig_row(&r, 0, row), "a\346\227\245");
	assert_true(vt_cell(r.vt, 0, 0, &c));
	assert_true(c.underline);
	assert_int_equal(c.fg.kind == VT_RGB ? c.fg.r : 0, 255);
	assert_int_not_equal(c.bg.kind, VT_DEFAULT);
	assert_true(vt_cell(r.vt, 1, 0, &c));
	assert_true(c.reverse);
	assert_true(vt_cursor(r.vt, &at_row, &at_col));
	assert_int_equal(at_row, 1);
	assert_int_equal(at_col, 2);
	term_rig_type(&r, "x");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

static void paints_matches(int say)
{
	struct term *t;
	struct sheet s;

	if (term_open(&t, NULL))
		_exit(97);
	sheet_init(&s, 10);
	sheet_part(&s, ST_STRONG, "stop ");
	sheet_add(&s, ST_PLAIN, 2, "the writers now, The Writers");
	sheet_add(&s, ST_PLAIN, 0, "unthewrite");
	s.match = "the writ";
	sheet_paint(&s, t, term_area(t));
	term_show(t);
	sheet_release(&s);
	term_rig_tell(say, "ready");
	any_key(t);
	term_close(t);
}

static void a_match_is_marked_where_it_is_broken_too(void **x)
{
	static const char *const want[] = { "stop the", "  writers", "  now, The", "  Writers",
					    "unthewrite" };
	static const char *const marked[] = { "     ###", "  ####   ", "       ###", "  ####   ",
					      "          " };
	struct term_rig r;
	struct vt_cell c;
	char row[4096];

	(void)x;
	term_rig_start(&r, &(struct term_rig_env){ .term = "vt100" }, paints_matches);
	term_rig_expect(&r, "ready");
	while (term_rig_read(&r, 100))
		;
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		assert_string_equal(term_rig_row(&r, (int)i, row), want[i]);
		for (int col = 0; marked[i][col]; col++) {
			assert_true(vt_cell(r.vt, (int)i, col, &c));
			assert_int_equal(c.reverse, marked[i][col] == '#');
		}
	}
	term_rig_type(&r, "x");
	term_rig_expect(&r, "ended 0");
	term_rig_end(&r);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void counts_down(int say)
{
	struct term *t = opened(say);
	struct area a = term_area(t);
	char clock[32];

	any_key(t);
	for (int i = 0; i < 60; i++) {
		paint_blank(t, a);
		paint_row(t, a, 0, ST_BAR);
		paint_text(t, a, 0, 1, ST_REAL, " REAL ");
		snprintf(clock, sizeof(clock), "0:%02d:%02d", 4, i);
		paint_text(t, a, 0, 30, ST_BAR, clock);
		snprintf(clock, sizeof(clock), "0:%02d:%02d left", 40, 59 - i);
		paint_text(t, a, 0, 42, ST_BAR, clock);
		for (int row = 1; row < a.rows; row++)
			paint_fit(t, a, row, 0, a.cols, ST_PLAIN, "a line that stays as it is");
		term_show(t);
		if (!i)
			term_rig_tell(say, "first");
	}
	term_rig_tell(say, "done");
	any_key(t);
	term_close(t);
}

static void a_minute_of_clocks_is_few_bytes(void **x)
{
	static const char *const terms[] = { "xterm-256color", "linux", "vt100" };
	struct term_rig r;

	(void)x;
	for (size_t i = 0; i < COUNT_OF(terms); i++) {
		term_rig_start(&r, &(struct term_rig_env){ .term = terms[i] }, counts_down);
		term_rig_expect(&r, "ready");
		term_rig_type(&r, "x");
		term_rig_expect(&r, "first");
		term_rig_expect(&r, "done");
		while (term_rig_read(&r, 100))
			;
		/* the first picture is in it */
		print_message("%s: %zu bytes\n", terms[i], r.sent.len);
		assert_true(r.sent.len < 6144);
		term_rig_type(&r, "x");
		term_rig_expect(&r, "ended 0");
		term_rig_end(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(it_is_given_back_when_it_is_closed),
		UNIT(it_is_given_back_at_exit),
		UNIT(it_is_given_back_on_a_crash),
		UNIT(it_is_given_back_on_every_signal_that_ends_the_process),
		UNIT(a_child_does_not_give_it_back),
		UNIT(a_signal_that_was_ignored_stays_ignored),
		UNIT(it_stops_decently_and_goes_on),
		UNIT(where_it_cannot_be_stopped_it_goes_on),
		UNIT(a_terminal_is_drawn_anew_after_a_stop_that_cannot_be_caught),
		UNIT(what_cannot_place_a_cursor_does_not_fit),
		UNIT(every_kind_of_terminal_shows_every_style),
		UNIT(wide_and_combining_characters_stay_in_their_cells),
		UNIT(where_only_ascii_is_spoken_only_ascii_is_sent),
		UNIT(cells_of_a_command_keep_their_look),
		UNIT(a_match_is_marked_where_it_is_broken_too),
		UNIT(a_minute_of_clocks_is_few_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
