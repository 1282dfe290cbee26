/* The lines of a script: a word, what it does. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

/* --- arguments ---------------------------------------------------------------------------------- */

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c | 0x20) : NULL;

	return p ? (int)(p - digits) : -1;
}

bool script_bytes(const char *s, struct buf *out)
{
	static const char from[] = "nretab\\", to[] = "\n\r\033\t\a\b\\";

	for (; *s; s++) {
		const char *p;

		if (*s != '\\') {
			buf_addc(out, *s);
			continue;
		}
		s++;
		if (*s == 'x' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			buf_addc(out, (char)(hex(s[1]) * 16 + hex(s[2])));
			s += 2;
		} else if (*s && (p = strchr(from, *s))) {
			buf_addc(out, to[p - from]);
		} else {
			return false;
		}
	}
	return true;
}

char *script_pattern(struct tool *t, char *args, char **ret_rest)
{
	char *end = *args == '/' ? strrchr(args, '/') : args;

	if (end == args) {
		tool_stop(t, "a /pattern/ is missing");
		return NULL;
	}
	*end = '\0';
	if (ret_rest)
		*ret_rest = end + 1;
	return args + 1;
}

char *script_word(char **at)
{
	char *w = *at + strspn(*at, " ");
	char *end = w + strcspn(w, " ");

	*at = *end ? end + 1 : end;
	*end = '\0';
	return w;
}

static bool size(const char *s, int *ret_rows, int *ret_cols)
{
	int end = 0;

	return sscanf(s, "%dx%d%n", ret_rows, ret_cols, &end) == 2 && !s[end];
}

/* --- programs ----------------------------------------------------------------------------------- */

/* spawn [NAME:]ROWSxCOLS COMMAND */
static void do_spawn(struct tool *t, char *args)
{
	char *first = script_word(&args), *colon = strchr(first, ':');
	int rows, cols;

	if (colon)
		*colon++ = '\0';
	if (!size(colon ? colon : first, &rows, &cols))
		tool_stop(t, "spawn [NAME:]ROWSxCOLS COMMAND");
	else
		tty_spawn(t, colon ? first : "main", rows, cols, args);
}

static void do_on(struct tool *t, char *args)
{
	for (size_t i = 0; i < t->n_ttys; i++)
		if (str_eq(t->ttys[i]->name, args)) {
			t->now = t->ttys[i];
			return;
		}
	tool_stop(t, "no terminal is called %s", args);
}

static void do_env(struct tool *t, char *args)
{
	char *eq = strchr(args, '=');

	(void)t;
	if (eq)
		*eq = '\0';
	if (eq)
		setenv(args, eq + 1, 1);
	else
		unsetenv(args);
}

static void do_signal(struct tool *t, char *args)
{
	static const struct { const char *name; int number; } names[] = {
		{ "TERM", SIGTERM }, { "HUP", SIGHUP }, { "INT", SIGINT }, { "SEGV", SIGSEGV },
		{ "ABRT", SIGABRT }, { "QUIT", SIGQUIT }, { "TSTP", SIGTSTP }, { "CONT", SIGCONT },
		{ "STOP", SIGSTOP }, { "KILL", SIGKILL }, { "WINCH", SIGWINCH }, { "BUS", SIGBUS },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(names[i].name, args)) {
			kill(t->now->pid, names[i].number);
			return;
		}
	tool_stop(t, "no signal is called %s", args);
}

/* status N, or by a signal: status SIG 15. */
static void do_status(struct tool *t, char *args)
{
	bool by_signal = str_starts(args, "SIG ");
	int want = (int)strtol(by_signal ? args + 4 : args, NULL, 10), s;

	if (!tty_wait_end(t, t->now, t->patience)) {
		tool_stop(t, "it does not end");
		return;
	}
	s = t->now->status;
	if (by_signal ? !WIFSIGNALED(s) || WTERMSIG(s) != want : !WIFEXITED(s) ||
	    WEXITSTATUS(s) != want)
		tool_fail(t, "it ended with %s %d, not %s",
			  WIFSIGNALED(s) ? "signal" : "status",
			  WIFSIGNALED(s) ? WTERMSIG(s) : WEXITSTATUS(s), args);
}

/* ended: somehow. */
static void do_ended(struct tool *t, char *args)
{
	(void)args;
	if (!tty_wait_end(t, t->now, t->patience))
		tool_stop(t, "it does not end");
}

/* stopped: by job control. */
static void do_stopped(struct tool *t, char *args)
{
	double until = tool_clock() + t->patience;
	siginfo_t info = { 0 };

	(void)args;
	while (tool_clock() < until) {
		waitid(P_PID, (id_t)t->now->pid, &info, WSTOPPED | WNOHANG | WNOWAIT);
		if (info.si_code == CLD_STOPPED)
			return;
		tty_pump(t, 10, -1);
	}
	tool_stop(t, "it does not stop");
}

static void do_hangup(struct tool *t, char *args)
{
	(void)args;
	tty_hangup(t->now);
}

/* restored: the terminal is as it was before. */
static void do_restored(struct tool *t, char *args)
{
	struct buf left = BUF_INIT;
	struct termios now;
	const struct termios *b = &t->now->before;

	(void)args;
	while (tty_pump(t, 0, -1))
		;
	modes_left(&t->now->modes, &left);
	if (left.len)
		tool_fail(t, "left behind: %s", buf_str(&left));
	if (t->now->slave < 0 || tcgetattr(t->now->slave, &now))
		tool_fail(t, "the terminal's settings cannot be read");
	else if (now.c_iflag != b->c_iflag || now.c_oflag != b->c_oflag ||
		 now.c_lflag != b->c_lflag || now.c_cflag != b->c_cflag ||
		 memcmp(now.c_cc, b->c_cc, sizeof now.c_cc) != 0)
		tool_fail(t, "settings: iflag %#x %#x, oflag %#x %#x, lflag %#x %#x", b->c_iflag,
			  now.c_iflag, b->c_oflag, now.c_oflag, b->c_lflag, now.c_lflag);
	buf_release(&left);
}

/* --- keys --------------------------------------------------------------------------------------- */

/* The same key again takes a person longer than one that is held down repeats. */
static void let_go_of(struct tool *t, struct tty *y, const char *name)
{
	while (str_eq(y->key, name) && tool_clock() < y->pressed + 0.16)
		tty_pump(t, 5, -1);
	str_clip(y->key, sizeof y->key, name);
}

/* Enter is what answers: whoever presses it has looked at what came before, and at what it changed (some
 * keys change nothing). On a busy machine the kernel itself may hand two keys over as one. */
static void look_first(struct tool *t, const char *name)
{
	double until;

	if (!str_eq(name, "Enter"))
		return;
	look_answered(t);
	until = tool_clock() + 0.13 * t->slow; /* the program wants 100 ms of quiet */
	while (tool_clock() < until)
		tty_pump(t, 5, -1);
}

static void do_key(struct tool *t, char *args)
{
	struct buf bytes = BUF_INIT;

	while (*args && !t->over) {
		char *name = script_word(&args);

		buf_clear(&bytes);
		let_go_of(t, t->now, name);
		look_first(t, name);
		if (!tty_key(t->now, name, &bytes))
			tool_stop(t, "no key is called %s", name);
		else
			tty_press(t, t->now, buf_str(&bytes), bytes.len);
		t->now->pressed = tool_clock();
	}
	buf_release(&bytes);
}

/* Each character is pressed when the one before was read. */
static void do_type(struct tool *t, char *args)
{
	for (size_t n; *args; args += n) {
		for (n = 1; (args[n] & 0xc0) == 0x80; n++)
			;
		tty_press(t, t->now, args, n);
	}
}

static void do_burst(struct tool *t, char *args)
{
	struct buf bytes = BUF_INIT;

	if (script_bytes(args, &bytes))
		tty_press(t, t->now, buf_str(&bytes), bytes.len);
	else
		tool_stop(t, "not well formed: %s", args);
	buf_release(&bytes);
}

/* As a terminal pastes: newlines are Enter, in brackets where they were asked for. */
static void do_paste(struct tool *t, char *args)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	bool brackets = modes_paste(&t->now->modes);

	if (!script_bytes(args, &text))
		tool_stop(t, "not well formed: %s", args);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\n')
			text.data[i] = '\r';
	buf_addf(&out, "%s%s%s", brackets ? "\033[200~" : "", buf_str(&text),
		 brackets ? "\033[201~" : "");
	tty_press(t, t->now, buf_str(&out), out.len);
	buf_release(&text);
	buf_release(&out);
}

static void do_resize(struct tool *t, char *args)
{
	int rows, cols;

	if (!size(args, &rows, &cols))
		tool_stop(t, "resize ROWSxCOLS");
	else
		tty_resize(t->now, rows, cols);
}

static void do_monkey(struct tool *t, char *args)
{
	int count = (int)strtol(script_word(&args), NULL, 10);

	monkey_keys(t, count, (unsigned)strtoul(args, NULL, 10));
}

static void do_storm(struct tool *t, char *args)
{
	int count = (int)strtol(script_word(&args), NULL, 10);

	monkey_storm(t, count, (unsigned)strtoul(args, NULL, 10));
}

static void do_latency(struct tool *t, char *args)
{
	monkey_latency(t, args);
}

static void do_patience(struct tool *t, char *args)
{
	t->patience = strtod(args, NULL);
}

static const struct script_does words[] = {
	{ "spawn", do_spawn, true },
	{ "on", do_on, true },
	{ "env", do_env, true },
	{ "patience", do_patience, true },
	{ "status", do_status, false },
	{ "stopped", do_stopped, false },
	{ "ended", do_ended, false },
	{ "signal", do_signal, false },
	{ "hangup", do_hangup, false },
	{ "restored", do_restored, false },
	{ "key", do_key, false },
	{ "type", do_type, false },
	{ "paste", do_paste, false },
	{ "burst", do_burst, false },
	{ "resize", do_resize, false },
	{ "storm", do_storm, false },
	{ "monkey", do_monkey, false },
	{ "way", siege_way, true },
	{ "siege", siege_lay, false },
	{ "latency", do_latency, false },
	{ NULL, NULL, false },
};

void script_line(struct tool *t, char *line)
{
	static const struct script_does *const tables[] = { words, look_words };
	char *args = line + strcspn(line, " ");

	if (*args)
		*args++ = '\0';
	for (int k = 0; k < 2; k++)
		for (const struct script_does *w = tables[k]; w->word; w++) {
			if (!str_eq(w->word, line))
				continue;
			if (!w->bare && (!t->now || !t->now->vt))
				tool_stop(t, "%s: nothing was started yet", line);
			else
				w->run(t, args);
			return;
		}
	tool_stop(t, "no such word: %s", line);
}
