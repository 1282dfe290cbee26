/* The words of a script that look: at the screen, at what was sent, at what became of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

/* --- the screen --------------------------------------------------------------------------------- */

/* A screen comes in pieces, and keys count from when the last was sent: nobody is faster. */
static void let_it_finish(struct tool *t)
{
	double stop = tool_clock() + 0.125 * t->slow;

	while (tool_clock() < stop && tool_clock() < t->now->last + 0.02 * t->slow)
		tty_pump(t, 5, -1);
}

/* What is waited for may stand on the screen that the key is about to change (some keys change nothing). */
void look_answered(struct tool *t)
{
	double stop = t->now->sent + 1;

	while (t->now->last <= t->now->sent && !t->now->ended && tool_clock() < stop)
		tty_pump(t, 5, -1);
}

/* A screen that is being drawn has a moment; one that stands without it has it never. */
void look_always(struct tool *t)
{
	double stop = tool_clock() + t->patience;

	while (t->always && !t->over && !t->now->ended && modes_full_screen(&t->now->modes) &&
	       !gold_match(t->now, t->always, t)) {
		if (tool_clock() > stop) {
			tool_fail(t, "not always there: %s", t->always);
			return;
		}
		tty_pump(t, 10, -1);
	}
}

/* always /pattern/: on every screen that a wait ends at or a key is pressed at, from here on. */
static void do_always(struct tool *t, char *args)
{
	char *pattern = script_pattern(t, args, NULL);

	free(t->always);
	t->always = mem_dup(pattern);
}

static void until(struct tool *t, char *args, bool there)
{
	char *rest, *pattern = script_pattern(t, args, &rest);
	double most = pattern && *rest ? strtod(rest, NULL) : t->patience;
	double stop = tool_clock() + most;

	if (!pattern)
		return;
	look_answered(t);
	while (gold_match(t->now, pattern, t) != there) {
		if (tool_clock() > stop || t->over) {
			tool_stop(t, "%s after %g s: %s", there ? "not there" : "still there", most,
				  pattern);
			return;
		}
		tty_pump(t, 20, -1);
	}
	let_it_finish(t);
	look_always(t);
}

static void do_wait(struct tool *t, char *args)
{
	until(t, args, true);
}

static void do_gone(struct tool *t, char *args)
{
	until(t, args, false);
}

/* The same that only fails its section: a screen comes in pieces, so it has a moment. */
static void do_expect(struct tool *t, char *args)
{
	char *pattern = script_pattern(t, args, NULL);
	double stop = tool_clock() + t->patience;

	while (pattern && !t->over && !gold_match(t->now, pattern, t)) {
		if (tool_clock() > stop) {
			tool_fail(t, "not there: %s", pattern);
			return;
		}
		tty_pump(t, 10, -1);
	}
}

/* What is on its way gets a moment to come. */
static void do_unexpect(struct tool *t, char *args)
{
	char *pattern = script_pattern(t, args, NULL);
	double now = tool_clock(), stop = now + 0.5;

	while (tool_clock() < stop && tool_clock() < (t->now->last > now ? t->now->last : now) + 0.05)
		tty_pump(t, 10, -1);
	if (pattern && gold_match(t->now, pattern, t))
		tool_fail(t, "there: %s", pattern);
}

/* cursor ROW,COL | cursor hidden */
static void do_cursor(struct tool *t, char *args)
{
	double stop = tool_clock() + t->patience;
	char is[32];
	int row = 0, col = 0;

	do {
		if (vt_cursor(t->now->vt, &row, &col))
			snprintf(is, sizeof is, "%d,%d", row + 1, col + 1);
		else
			snprintf(is, sizeof is, "hidden");
		if (str_eq(is, args))
			return;
		tty_pump(t, 20, -1);
	} while (tool_clock() < stop);
	tool_fail(t, "the cursor is %s", is);
}

static void do_golden(struct tool *t, char *args)
{
	char *name = script_word(&args);

	gold_compare(t, name, str_eq(args, "styles"));
}

/* keep ROWS FILE, same ROWS FILE: what one terminal showed, another does. */
static void do_keep(struct tool *t, char *args)
{
	int rows = (int)strtol(script_word(&args), NULL, 10);

	gold_keep(t, args, rows);
}

static void do_same(struct tool *t, char *args)
{
	int rows = (int)strtol(script_word(&args), NULL, 10);

	gold_same(t, args, rows);
}

static void do_svg(struct tool *t, char *args)
{
	gold_svg(t, args);
}

static void do_dump(struct tool *t, char *args)
{
	struct buf text = BUF_INIT;
	char *line, *save = NULL;

	gold_text(t->now, &text);
	if (str_eq(args, "styles"))
		gold_styles(t->now, &text);
	for (line = strtok_r(text.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		printf("# %s\n", line);
	fflush(stdout);
	buf_release(&text);
}

/* mask /pattern/ [=text]: digits in it become #, or all of it becomes the text. */
static void do_mask(struct tool *t, char *args)
{
	char *rest, *pattern = script_pattern(t, args, &rest);

	if (!pattern)
		return;
	if (t->n_masks == SCREEN_MASKS_MAX) {
		tool_stop(t, "too many masks");
		return;
	}
	rest += strspn(rest, " ");
	t->masks[t->n_masks].pattern = mem_dup(pattern);
	t->masks[t->n_masks++].with = *rest == '=' ? mem_dup(rest + 1) : NULL;
}

/* --- bytes -------------------------------------------------------------------------------------- */

static void do_mark(struct tool *t, char *args)
{
	(void)args;
	tty_pump(t, 0, -1);
	t->now->bytes = 0;
	buf_clear(&t->now->raw);
}

/* bytes NAME: printed; bytes < N: checked. Since the mark. */
static void do_bytes(struct tool *t, char *args)
{
	if (*args != '<')
		printf("%s %lld B\n", args, (long long)t->now->bytes);
	else if (t->now->bytes >= strtoll(args + 1, NULL, 10))
		tool_fail(t, "%lld bytes were sent", (long long)t->now->bytes);
}

static bool raw_has(struct tool *t, const char *args)
{
	struct buf b = BUF_INIT;
	bool has = false;

	if (!script_bytes(args, &b))
		tool_stop(t, "not well formed: %s", args);
	else if (b.len && t->now->raw.len)
		has = memmem(t->now->raw.data, t->now->raw.len, b.data, b.len) != NULL;
	buf_release(&b);
	return has;
}

static void do_sent(struct tool *t, char *args)
{
	if (!raw_has(t, args))
		tool_fail(t, "was not sent: %s", args);
}

static void do_unsent(struct tool *t, char *args)
{
	if (raw_has(t, args))
		tool_fail(t, "was sent: %s", args);
}

/* ascii: nothing else was sent since the mark. */
static void do_ascii(struct tool *t, char *args)
{
	(void)args;
	for (size_t i = 0; i < t->now->raw.len; i++)
		if ((unsigned char)t->now->raw.data[i] > 0x7e) {
			tool_fail(t, "byte %zu is %#x", i, (unsigned char)t->now->raw.data[i]);
			return;
		}
}

/* quiet: no title was set, nothing asked of the terminal, no bell, in its whole life. */
static void do_quiet(struct tool *t, char *args)
{
	const struct modes *m = &t->now->modes;

	(void)args;
	if (m->strings || m->asks || m->bells)
		tool_fail(t, "%d strings, %d questions, %d bells", m->strings, m->asks, m->bells);
}

/* --- the rest ----------------------------------------------------------------------------------- */

static bool shell_says(struct tool *t, const char *command)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && !waitpid(pid, &status, WNOHANG))
		tty_pump(t, 5, -1);
	return pid > 0 && !status;
}

static void do_sh(struct tool *t, char *args)
{
	if (!shell_says(t, args))
		tool_fail(t, "fails: %s", args);
}

/* until COMMAND: it succeeds in time. */
static void do_until(struct tool *t, char *args)
{
	double stop = tool_clock() + t->patience;

	while (!shell_says(t, args)) {
		if (tool_clock() > stop) {
			tool_stop(t, "never succeeds: %s", args);
			return;
		}
		tty_pump(t, 20, -1);
	}
}

/* pass MS: time goes by. For what is stated in time (a half second, a minute of rest), no other. */
static void do_pass(struct tool *t, char *args)
{
	double stop = tool_clock() + strtod(args, NULL) / 1e3;

	while (tool_clock() < stop)
		tty_pump(t, 10, -1);
}

/* until the pattern stands there, from `began` on; prints how long that took. */
static void tell_time(struct tool *t, const char *name, const char *pattern, double began)
{
	double stop = tool_clock() + t->patience;

	while (!gold_match(t->now, pattern, t)) {
		if (tool_clock() > stop || t->over) {
			tool_stop(t, "never there: %s", pattern);
			return;
		}
		tty_pump(t, 10, -1);
	}
	printf("%s %.3f ms\n", name, (t->now->last - began) * 1e3);
}

/* took NAME KEY /shown/ */
static void do_took(struct tool *t, char *args)
{
	struct buf bytes = BUF_INIT;
	char *name = script_word(&args), *key = script_word(&args);
	char *pattern = script_pattern(t, args, NULL);
	double began = tool_clock();

	if (!pattern)
		return;
	if (tty_key(t->now, key, &bytes))
		tty_write(t, t->now, buf_str(&bytes), bytes.len);
	tell_time(t, name, pattern, began);
	buf_release(&bytes);
}

/* since NAME /shown/: from the start of the program. */
static void do_since(struct tool *t, char *args)
{
	char *name = script_word(&args), *pattern = script_pattern(t, args, NULL);

	if (pattern)
		tell_time(t, name, pattern, t->now->began);
}

/* begin, then after NAME /shown/: from the one to the other, perhaps on another terminal. */
static void do_begin(struct tool *t, char *args)
{
	(void)args;
	t->begun = tool_clock();
}

static void do_after(struct tool *t, char *args)
{
	char *name = script_word(&args), *pattern = script_pattern(t, args, NULL);

	if (pattern)
		tell_time(t, name, pattern, t->begun);
}

/* memory NAME: of the program, what it has now and had at most. */
static void do_memory(struct tool *t, char *args)
{
	char path[64], line[256];
	long kb;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)t->now->pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1 || sscanf(line, "VmHWM: %ld", &kb) == 1)
			printf("%s_%s %ld kB\n", args, line[2] == 'R' ? "now" : "most", kb);
	if (f)
		fclose(f);
}

const struct script_does look_words[] = {
	{ "always", do_always, true },
	{ "wait", do_wait, false },
	{ "gone", do_gone, false },
	{ "expect", do_expect, false },
	{ "unexpect", do_unexpect, false },
	{ "cursor", do_cursor, false },
	{ "golden", do_golden, false },
	{ "svg", do_svg, false },
	{ "keep", do_keep, false },
	{ "same", do_same, false },
	{ "dump", do_dump, false },
	{ "mask", do_mask, true },
	{ "mark", do_mark, false },
	{ "bytes", do_bytes, false },
	{ "sent", do_sent, false },
	{ "unsent", do_unsent, false },
	{ "ascii", do_ascii, false },
	{ "quiet", do_quiet, false },
	{ "sh", do_sh, true },
	{ "until", do_until, true },
	{ "pass", do_pass, false },
	{ "took", do_took, false },
	{ "since", do_since, false },
	{ "begin", do_begin, true },
	{ "after", do_after, false },
	{ "memory", do_memory, false },
	{ NULL, NULL, false },
};
