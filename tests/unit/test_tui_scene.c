/* Screens on top of each other, and the small ones that all share. */
#include "term_rig.h"

#include "err.h"
#include "tui.h"

#include "../../src/tui/scene.h"
#include "../../src/tui/sheet.h"

/* --- the child: a scene that opens the others ------------------------------------------------- */

struct base {
	struct tui *t;
	int say;
};

static const char *const reasons[] = { "it failed twice", "somebody else did it", NULL };

static void on_text(void *ctx, const char *text)
{
	struct base *b = ctx;

	term_rig_tell(b->say, text ? "text <%s>" : "no text%s", text ? text : "");
}

static void on_length(void *ctx, const char *text)
{
	struct base *b = ctx;

	term_rig_tell(b->say, "length %zu", text ? strlen(text) : 0);
}

static void on_choice(void *ctx, int i)
{
	struct base *b = ctx;

	term_rig_tell(b->say, "choice %d", i);
}

static void open_menu(struct base *b)
{
	static const struct menu_item v[] = {
		{ 's', "skip", "leave it out; it stays on record as skipped", false, NULL },
		{ 'r', "retry", "run it again", true, "It did not run yet." },
		{ K_ENTER, "done", "it is done as the script says", false, NULL },
		{ 'a', "abort", "end the whole run here, with everything that is still owed left as it "
		  "is and said in the record", false, NULL },
		{ 0, "five", "5", false, NULL }, { 0, "six", "6", false, NULL },
		{ 0, "seven", "7", false, NULL }, { 0, "eight", "8", false, NULL },
		{ 0, "nine", "9", false, NULL }, { 0, "ten", "10", false, NULL },
		{ 0, "eleven", "11", false, NULL }, { 0, "twelve", "12", false, NULL },
		{ 0, "thirteen", "13", false, NULL }, { 0, "last", "the last of all", false, NULL },
	};

	menu_push(b->t, "What to do", v, COUNT_OF(v), on_choice, b);
}

static void open_text(struct base *b)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < 200; i++)
		buf_addf(&text, "Line %d of the text%s\n", i, i == 150 ? " with a needle in it" : "");
	text_push(b->t, "A long text", buf_str(&text), NULL, NULL);
	buf_release(&text);
}

/* Reads nothing until there is something: what is opened then has typed keys before it. */
static void wait_for_typing(struct base *b)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	term_rig_tell(b->say, "go");
	poll(&p, 1, TERM_RIG_WAIT_MS);
}

static void base_key(void *self, const struct key *k)
{
	struct base *b = self;
	struct ask a = { .title = "Skip 4.2", .question = "Why is it left out?", .picks = reasons,
			 .done = on_text, .ctx = b };

	switch (k->code) {
	case 'A': wait_for_typing(b); /* fall through */
	case 'a': ask_push(b->t, &a); break;
	case 's':
		ask_push(b->t, &(struct ask){ .title = "Secret", .question = "Password",
					      .secret = true, .done = on_text, .ctx = b });
		break;
	case 'l':
		ask_push(b->t, &(struct ask){ .title = "Little", .start = "0123456789", .max = 12,
					      .must = true, .done = on_text, .ctx = b });
		break;
	case 'b':
		ask_push(b->t, &(struct ask){ .title = "Big", .max = 64 << 10, .done = on_length,
					      .ctx = b });
		break;
	case 'M': wait_for_typing(b); /* fall through */
	case 'm': open_menu(b); break;
	case 't': open_text(b); break;
	case '?': scene_help(b->t); break;
	case 'q': scene_pop(b->t); break;
	default: scene_unknown(b->t, k);
	}
}

static void base_draw(void *self, struct term *t, struct area a)
{
	char size[40];

	(void)self;
	snprintf(size, sizeof(size), "base of %dx%d", a.rows, a.cols);
	paint_text(t, a, 0, 0, ST_PLAIN, size);
}

static void base_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "a  asks a line\nm  opens a menu\n");
}

static void scenes(int say)
{
	static const struct scene_ops ops = {
		.name = "the base", .draw = base_draw, .key = base_key, .help = base_help,
	};
	struct base b = { .say = say };
	struct err err;

	if (tui_open(&b.t, &err))
		_exit(97);
	scene_push(b.t, &ops, &b, true);
	int rc = scene_loop(b.t, NULL, &err);
	term_rig_tell(say, "loop %d", rc);
	tui_close(b.t);
}

static void start_at(struct term_rig *r, int rows, int cols)
{
	term_rig_start(r, &(struct term_rig_env){ .rows = rows, .cols = cols }, scenes);
	term_rig_see(r, "base of");
}

/* One by one, as a person types who looks at what it does. */
static void press(struct term_rig *r, const char *keys)
{
	for (size_t n; *keys; keys += n) {
		int64_t end = term_rig_ms() + 400;
		size_t had = r->sent.len, said = r->said.len;
		for (n = 1; (keys[n] & 0xc0) == 0x80; n++)
			;
		term_rig_type_n(r, keys, n);
		while (r->sent.len == had && r->said.len == said && term_rig_ms() < end)
			term_rig_read(r, 5);
		term_rig_pause(r, 12);
	}
}

/* What was open has gone, which is when keys are for the base again. */
static void back(struct term_rig *r)
{
	term_rig_see_gone(r, "Esc");
	term_rig_pause(r, 20);
}

static void finish(struct term_rig *r)
{
	back(r);
	press(r, "q");
	term_rig_expect(r, "loop 0");
	term_rig_expect(r, "ended 0");
	term_rig_end(r);
}

/* --- a line of text --------------------------------------------------------------------------- */

static void a_line_is_typed_and_mended(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	term_rig_see(&r, "2  somebody else did it");
	press(&r, "wrold");
	term_rig_type(&r, "\033[D");
	term_rig_quiet(&r, 12);
	term_rig_type(&r, "\033[D\177\177");
	term_rig_quiet(&r, 120);
	press(&r, "or");
	term_rig_see(&r, "> world");
	press(&r, "\001hello \005!");
	term_rig_see(&r, "> hello world!");
	press(&r, "\027you \346\227\245\177!\r");
	term_rig_expect(&r, "text <hello you !>");
	finish(&r);
}

static void cutting_keys_cut(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "aone two three");
	press(&r, "\025four\001\004\013"); /* ^U, then ^A ^D ^K */
	press(&r, "x\r");
	term_rig_expect(&r, "text <x>");
	finish(&r);
}

static void a_reason_is_one_key_while_the_line_is_empty(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	press(&r, "2");
	term_rig_expect(&r, "text <somebody else did it>");
	back(&r);
	term_rig_see_gone(&r, "Why is it left out?");
	press(&r, "ax2\r");
	term_rig_expect(&r, "text <x2>");
	back(&r);
	press(&r, "a9\r"); /* no such reason: a text */
	term_rig_expect(&r, "text <9>");
	finish(&r);
}

static void giving_up_says_so(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "atext");
	term_rig_type(&r, "\033");
	term_rig_expect(&r, "no text");
	back(&r);
	press(&r, "atext\003");
	term_rig_expect(&r, "no text");
	finish(&r);
}

static void a_paste_gives_its_first_line_and_never_the_enter(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	term_rig_type(&r, "\033[200~first\rsecond\rthird\033[201~");
	term_rig_see(&r, "> first");
	term_rig_see(&r, "Only the first line");
	term_rig_quiet(&r, 120);
	press(&r, "!\r");
	term_rig_expect(&r, "text <first!>");
	back(&r);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	term_rig_type(&r, "\033[200~a\tb\033[31m\003c\r\n\033[201~");
	term_rig_see(&r, "Control characters");
	term_rig_quiet(&r, 120);
	press(&r, "\r");
	term_rig_expect(&r, "text <a b[31mc>");
	finish(&r);
}

static void lines_that_come_at_once_are_no_answer(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	term_rig_type(&r, "first\rsecond\rthird\r");
	term_rig_see(&r, "Several lines came at once");
	term_rig_quiet(&r, 150);
	term_rig_see(&r, "> first");
	assert_false(term_rig_shows(&r, "second"));
	press(&r, "\r");
	term_rig_expect(&r, "text <first>");
	finish(&r);
}

static void what_was_typed_before_is_text_and_no_answer(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "A");
	term_rig_expect(&r, "go");
	term_rig_type(&r, "2");
	term_rig_see(&r, "> 2");
	term_rig_quiet(&r, 50);
	press(&r, "\r");
	term_rig_expect(&r, "text <2>");
	back(&r);
	press(&r, "A");
	term_rig_expect(&r, "go");
	term_rig_type(&r, "\r");
	term_rig_see(&r, "Why is it left out?");
	term_rig_quiet(&r, 50);
	term_rig_type(&r, "\033");
	term_rig_expect(&r, "no text");
	finish(&r);
}

static void a_secret_is_not_shown(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "sqwzw");
	term_rig_see(&r, "> \342\200\242\342\200\242\342\200\242\342\200\242");
	press(&r, "\177v\r");
	term_rig_expect(&r, "text <qwzv>");
	assert_false(term_rig_was_sent(&r, "q") && term_rig_was_sent(&r, "w") &&
		     term_rig_was_sent(&r, "z") && term_rig_was_sent(&r, "v"));
	finish(&r);
}

static void what_does_not_fit_is_refused_and_not_cut(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "lab");
	term_rig_see(&r, "> 0123456789ab");
	press(&r, "c");
	term_rig_see(&r, "No more than 12 bytes");
	term_rig_type(&r, "\033[200~xyz\033[201~");
	term_rig_see(&r, "nothing of it was taken");
	term_rig_quiet(&r, 120);
	press(&r, "\025\r");
	term_rig_see(&r, "must be typed");
	press(&r, "x\r");
	term_rig_expect(&r, "text <x>");
	finish(&r);
}

static void a_line_longer_than_the_screen_follows_its_cursor(void **x)
{
	struct term_rig r;
	char row[4096];

	(void)x;
	start_at(&r, 12, 40);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	term_rig_type(&r, "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.");
	term_rig_see(&r, "XYZ.");
	assert_null(strstr(term_rig_row(&r, 10, row), "abc"));
	term_rig_quiet(&r, 120);
	press(&r, "\001");
	term_rig_see(&r, "> abc");
	term_rig_type(&r, "\033");
	term_rig_expect(&r, "no text");
	finish(&r);
}

static void a_line_of_64_kib_is_typed_on_without_a_wait(void **x)
{
	struct term_rig r;
	char much[4096];

	(void)x;
	memset(much, 'm', sizeof(much));
	start_at(&r, 24, 80);
	press(&r, "b");
	term_rig_type(&r, "\033[200~");
	for (int i = 0; i < 15; i++)
		term_rig_type_n(&r, much, sizeof(much));
	term_rig_type(&r, "end\033[201~");
	term_rig_see(&r, "mmend");
	press(&r, "!");
	int64_t begin = term_rig_ms();
	press(&r, "abcdefgh");
	term_rig_see(&r, "mmend!abcdefgh");
	assert_true(term_rig_ms() - begin < 20000);
	term_rig_pause(&r, 120);
	press(&r, "\r");
	term_rig_expect(&r, "length 61452");
	back(&r);
	finish(&r);
}

/* --- a menu ----------------------------------------------------------------------------------- */

static void a_menu_is_walked_by_arrows_and_keys(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "m");
	term_rig_see(&r, "> Enter");
	press(&r, "s");
	term_rig_expect(&r, "choice 0");
	back(&r);
	press(&r, "m");
	term_rig_see(&r, "> Enter");
	term_rig_type(&r, "\033[A");
	term_rig_see(&r, "> r");
	press(&r, "r");
	term_rig_see(&r, "It did not run yet.");
	press(&r, "z");
	term_rig_see(&r, "z does nothing here.");
	term_rig_type(&r, "\033[F");
	term_rig_see(&r, ">        last");
	term_rig_quiet(&r, 20);
	term_rig_type(&r, "\033[A");
	term_rig_see(&r, ">        thirteen");
	term_rig_pause(&r, 20);
	press(&r, "\r");
	term_rig_expect(&r, "choice 12");
	back(&r);
	press(&r, "m");
	term_rig_see(&r, "> Enter"); /* what Enter would do */
	press(&r, "\r");
	term_rig_expect(&r, "choice 2");
	back(&r);
	press(&r, "m");
	term_rig_see(&r, "> Enter");
	term_rig_type(&r, "\033");
	term_rig_expect(&r, "choice -1");
	finish(&r);
}

static void a_menu_fits_a_small_terminal_by_scrolling(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 12, 40);
	press(&r, "m");
	term_rig_see(&r, "What to do");
	term_rig_see(&r, "it is done as the script says"); /* whole, below */
	term_rig_see(&r, "3 of 14");
	term_rig_type(&r, "\033[F");
	term_rig_see(&r, "the last of all");
	term_rig_see(&r, "14 of 14");
	term_rig_quiet(&r, 20);
	press(&r, "a");
	term_rig_expect(&r, "choice 3");
	finish(&r);
}

static void keys_from_before_a_menu_was_seen_choose_nothing(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "M");
	term_rig_expect(&r, "go");
	term_rig_type(&r, "s");
	term_rig_see(&r, "What to do");
	term_rig_quiet(&r, 50);
	press(&r, "s");
	term_rig_expect(&r, "choice 0");
	finish(&r);
}

static void keys_at_once_choose_nothing(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "m");
	term_rig_see(&r, "What to do");
	term_rig_type(&r, "zs");
	term_rig_see(&r, "Several keys came at once");
	term_rig_quiet(&r, 120);
	press(&r, "s");
	term_rig_expect(&r, "choice 0");
	finish(&r);
}

/* --- a text, and the rest --------------------------------------------------------------------- */

static void a_text_is_read_and_searched(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "t");
	term_rig_see(&r, "more lines below");
	press(&r, " ");
	term_rig_see(&r, "more lines above");
	press(&r, "G");
	term_rig_see(&r, "Line 199");
	press(&r, "g");
	term_rig_see(&r, "Line 0 ");
	press(&r, "/NEEDLE\r");
	term_rig_see(&r, "Line 150 of the text with a needle in it");
	press(&r, "n");
	term_rig_see(&r, "Searched on from the beginning.");
	press(&r, "/nowhere\r");
	term_rig_see(&r, "Nothing here says \"nowhere\".");
	press(&r, "q");
	finish(&r);
}

static void help_tells_the_keys_of_what_is_there(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "?");
	term_rig_see(&r, "Keys of the base");
	term_rig_see(&r, "asks a line");
	press(&r, "q");
	term_rig_see(&r, "base of");
	press(&r, "m");
	term_rig_see(&r, "What to do");
	press(&r, "?");
	term_rig_see(&r, "Keys of a menu");
	term_rig_see(&r, "Keys of the base");
	press(&r, "q");
	term_rig_see(&r, "What to do");
	press(&r, "\003");
	term_rig_expect(&r, "choice -1");
	finish(&r);
}

static void resize(struct term_rig *r, int rows, int cols)
{
	struct winsize w = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	vt_resize(r->vt, rows, cols);
	assert_int_equal(ioctl(r->master, TIOCSWINSZ, &w), 0);
}

static void a_new_size_is_drawn_in_the_middle_of_a_line(void **x)
{
	static const int sizes[][2] = { { 12, 40 }, { 43, 132 }, { 3, 10 }, { 1, 1 }, { 24, 80 } };
	struct term_rig r;
	char size[40];

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "ahalf a lin");
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		resize(&r, sizes[i][0], sizes[i][1]);
		term_rig_quiet(&r, 60);
		if (sizes[i][0] < 12)
			continue;
		snprintf(size, sizeof(size), "base of %dx%d", sizes[i][0], sizes[i][1]);
		term_rig_see(&r, size);
		term_rig_see(&r, "> half a lin");
	}
	press(&r, "e\r");
	term_rig_expect(&r, "text <half a line>");
	finish(&r);
}

static void unknown_keys_do_nothing_and_say_so(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "\003");
	term_rig_see(&r, "^C does nothing here.");
	term_rig_type(&r, "\033[200~qqq\033[201~");
	term_rig_see(&r, "Pasted text is not taken here.");
	press(&r, "\014"); /* ^L */
	term_rig_quiet(&r, 30);
	finish(&r);
}

static void all_is_freed_when_the_terminal_goes_away(void **x)
{
	struct term_rig r;

	(void)x;
	start_at(&r, 24, 80);
	press(&r, "a");
	term_rig_see(&r, "Why is it left out?");
	close(r.slave);
	close(r.master);
	r.master = r.slave = -1;
	/* a hangup ends the process by the signal, or the loop, whichever is first */
	while (!r.said.len || !strstr(r.said.data, "ended"))
		assert_true(term_rig_read(&r, TERM_RIG_WAIT_MS));
	term_rig_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_line_is_typed_and_mended),
		UNIT(cutting_keys_cut),
		UNIT(a_reason_is_one_key_while_the_line_is_empty),
		UNIT(giving_up_says_so),
		UNIT(a_paste_gives_its_first_line_and_never_the_enter),
		UNIT(lines_that_come_at_once_are_no_answer),
		UNIT(what_was_typed_before_is_text_and_no_answer),
		UNIT(a_secret_is_not_shown),
		UNIT(what_does_not_fit_is_refused_and_not_cut),
		UNIT(a_line_longer_than_the_screen_follows_its_cursor),
		UNIT(a_line_of_64_kib_is_typed_on_without_a_wait),
		UNIT(a_menu_is_walked_by_arrows_and_keys),
		UNIT(a_menu_fits_a_small_terminal_by_scrolling),
		UNIT(keys_from_before_a_menu_was_seen_choose_nothing),
		UNIT(keys_at_once_choose_nothing),
		UNIT(a_text_is_read_and_searched),
		UNIT(help_tells_the_keys_of_what_is_there),
		UNIT(a_new_size_is_drawn_in_the_middle_of_a_line),
		UNIT(unknown_keys_do_nothing_and_say_so),
		UNIT(all_is_freed_when_the_terminal_goes_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
