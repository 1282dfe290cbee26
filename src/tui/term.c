#include "termint.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "glyph.h"
#include "mem.h"
#include "str.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* --- what terminfo says ----------------------------------------------------------------------- */

static const char *cap(const char *name)
{
	const char *s = tigetstr(name);

	return s && s != (char *)-1 ? s : "";
}

/* Without "$<5>": padding is for lines that no terminal of today hangs on. */
static void add_cap(struct buf *out, const char *s)
{
	while (*s) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
		if (end) {
			s = end + 1;
			continue;
		}
		buf_addc(out, *s++);
	}
}

/* Modes of xterm's family are not asked of others. */
static bool speaks_ansi(void)
{
	return str_starts(cap("cup"), "\033[");
}

static void entering(struct buf *out)
{
	add_cap(out, cap("smcup"));
	add_cap(out, cap("smkx"));
	if (speaks_ansi())
		buf_adds(out, PASTE_ON);
}

static void leaving(struct buf *out)
{
	if (speaks_ansi())
		buf_adds(out, PASTE_OFF);
	add_cap(out, cap("rmacs"));
	add_cap(out, cap("sgr0"));
	add_cap(out, cap("op"));
	add_cap(out, cap("rmkx"));
	add_cap(out, cap("cnorm"));
	if (*cap("rmcup"))
		add_cap(out, cap("rmcup"));
	else
		add_cap(out, cap("clear")); /* no second screen: an empty one */
	buf_addc(out, '\r');
}

/* What is known about the terminal, without opening it: enter and leave may be NULL. Returns why
 * it cannot be used, or NULL. */
static const char *look_up(struct buf *enter, struct buf *leave)
{
	void *before = set_curterm(NULL);
	const char *why = NULL;
	int found;

	if (setupterm(NULL, STDOUT_FILENO, &found) != OK) {
		set_curterm(before);
		return "nothing is known about a terminal of this TERM";
	}
	if (!*cap("cup") || !*cap("clear"))
		why = "a terminal of this TERM cannot place its cursor";
	if (enter)
		entering(enter);
	if (leave)
		leaving(leave);
	del_curterm(set_curterm(before));
	return why;
}

bool term_fits(const char **ret_why)
{
	const char *name = getenv("TERM");

	*ret_why = NULL;
	if (!isatty(STDIN_FILENO))
		*ret_why = "standard input is not a terminal";
	else if (!isatty(STDOUT_FILENO))
		*ret_why = "standard output is not a terminal";
	else if (!name || !*name)
		*ret_why = "TERM is not set";
	else if (str_eq(name, "dumb"))
		*ret_why = "TERM is dumb";
	else
		*ret_why = look_up(NULL, NULL);
	return !*ret_why;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int depth_of(void)
{
	const char *no = getenv("NO_COLOR");

	if ((no && *no) || !has_colors())
		return TERM_COLOR_MONO;
	start_color();
	use_default_colors();
	if (COLORS >= 256 && COLOR_PAIRS >= 256)
		return TERM_COLOR_256;
	return COLORS >= 16 ? TERM_COLOR_16 : COLORS >= 8 ? TERM_COLOR_8 : TERM_COLOR_MONO;
}

static int hear(struct term *t, struct err *err)
{
	struct epoll_event in = { .events = EPOLLIN, .data.fd = t->in };
	struct epoll_event news = { .events = EPOLLIN };

	news.data.fd = rescue_fd(t->rescue);
	t->poll = epoll_create1(EPOLL_CLOEXEC);
	if (t->poll < 0 || epoll_ctl(t->poll, EPOLL_CTL_ADD, t->in, &in) ||
	    epoll_ctl(t->poll, EPOLL_CTL_ADD, news.data.fd, &news))
		return err_sys(err, "the terminal cannot be waited for");
	return 0;
}

static void send(struct term *t, const char *s)
{
	ssize_t n = write(t->out, s, strlen(s));

	(void)n; /* a terminal that is gone is found out by reading */
}

/* The signals are taken before: curses leaves alone what has a handler. */
static int take(struct term *t, struct err *err)
{
	struct buf enter = BUF_INIT, leave = BUF_INIT;
	const char *why;
	int rc = 0;

	if (!term_fits(&why) || (why = look_up(&enter, &leave)))
		rc = err_set(err, ERR_USAGE, "%s", why);
	else if (!(t->rescue = rescue_take(t->in, t->out, buf_str(&enter), buf_str(&leave))))
		rc = err_sys(err, "the terminal's modes cannot be read");
	buf_release(&enter);
	buf_release(&leave);
	return rc;
}

static int set_up(struct term *t, struct err *err)
{
	use_env(FALSE); /* LINES and COLUMNS of a shell do not follow the window */
	use_tioctl(TRUE);
	t->scr = newterm(NULL, stdout, stdin);
	if (!t->scr)
		return err_set(err, ERR_IO, "the terminal cannot be set up");
	raw();
	noecho();
	nonl();
	typeahead(-1);
	keypad(stdscr, TRUE);
	t->depth = depth_of();
	t->can_hide = curs_set(0) != ERR;
	paint_setup(t);
	term_learn_keys(t);
	t->ansi = speaks_ansi();
	if (t->ansi)
		send(t, PASTE_ON);
	rescue_ready(t->rescue);
	return 0;
}

int term_open(struct term **ret, struct err *err)
{
	struct term *t = mem_alloc(sizeof(*t));

	t->in = STDIN_FILENO;
	t->out = STDOUT_FILENO;
	t->poll = t->cursor_row = -1;
	t->ascii = glyph_ascii();
	t->paste.max = TERM_PASTE_MAX;
	int rc = take(t, err);
	if (!rc)
		rc = set_up(t, err);
	if (!rc)
		rc = hear(t, err);
	if (rc)
		term_close(t);
	else
		*ret = t;
	return rc;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (t->scr) {
		if (t->ansi)
			send(t, PASTE_OFF);
		if (!*cap("rmcup")) { /* no second screen: an empty one */
			erase();
			refresh();
		}
		curs_set(1);
		endwin();
	}
	if (t->rescue)
		rescue_done(t->rescue);
	if (t->scr)
		delscreen(t->scr);
	if (t->poll >= 0)
		close(t->poll);
	if (t->paste.data)
		mem_wipe(t->paste.data, t->paste.cap);
	mem_wipe(t->raw, sizeof(t->raw));
	buf_release(&t->paste);
	free(t);
}

/* --- the rest --------------------------------------------------------------------------------- */

struct area term_area(const struct term *t)
{
	struct area a = { 0 };

	(void)t;
	getmaxyx(stdscr, a.rows, a.cols);
	return a;
}

bool term_ascii(const struct term *t)
{
	return t->ascii;
}

void term_stop(struct term *t)
{
	rescue_stop(t->rescue);
}

void term_beep(struct term *t)
{
	if (!t->gone)
		beep();
}

int64_t term_shown(const struct term *t)
{
	return t->shown;
}

void term_repaint(struct term *t)
{
	(void)t;
	clearok(curscr, TRUE);
}

void term_show(struct term *t)
{
	term_pump(t);
	if (t->gone)
		return;
	bool seen = t->cursor_row >= 0;
	if (t->can_hide)
		curs_set(seen);
	leaveok(stdscr, t->can_hide && !seen);
	if (seen)
		move(t->cursor_row, t->cursor_col);
	else if (!t->can_hide)
		move(LINES - 1, COLS - 1);
	refresh();
	t->cursor_row = -1;
	t->shown = clock_now().boot;
}
