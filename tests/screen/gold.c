/* What stands on a screen, as text that can be compared with a file. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "screen.h"
#include "str.h"

enum { FILE_MAX = 4 << 20 };

void gold_text(struct tty *y, struct buf *out)
{
	struct vt_cell cell;
	int rows, cols;

	vt_size(y->vt, &rows, &cols);
	for (int r = 0; r < rows; r++) {
		size_t end = out->len; /* behind the last that is no blank */

		for (int c = 0; c < cols; c++) {
			vt_cell(y->vt, r, c, &cell);
			if (!cell.width)
				continue;
			buf_adds(out, cell.text[0] ? cell.text : " ");
			if (cell.text[0] && cell.text[0] != ' ')
				end = out->len;
		}
		buf_cut(out, end);
		buf_addc(out, '\n');
	}
}

bool gold_match(struct tty *y, const char *pattern, struct tool *t)
{
	struct buf text = BUF_INIT;
	regex_t re;
	bool is;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB)) {
		tool_stop(t, "no pattern: %s", pattern);
		return false;
	}
	gold_text(y, &text);
	is = !regexec(&re, buf_str(&text), 0, NULL, 0);
	regfree(&re);
	buf_release(&text);
	return is;
}

/* --- styles ------------------------------------------------------------------------------------- */

static void color(struct buf *out, const char *word, const struct vt_color *c)
{
	if (c->kind == VT_INDEXED)
		buf_addf(out, " %s=%d", word, c->index);
	else if (c->kind == VT_RGB)
		buf_addf(out, " %s=#%02x%02x%02x", word, c->r, c->g, c->b);
}

static void style(struct buf *out, const struct vt_cell *c)
{
	const struct { bool on; const char *word; } is[] = {
		{ c->bold, "bold" }, { c->dim, "dim" }, { c->underline, "underline" },
		{ c->reverse, "reverse" }, { c->blink, "blink" }, { c->italic, "italic" },
	};

	for (size_t i = 0; i < sizeof is / sizeof is[0]; i++)
		if (is[i].on)
			buf_addf(out, " %s", is[i].word);
	color(out, "fg", &c->fg);
	color(out, "bg", &c->bg);
}

static void style_run(struct buf *out, int row, int from, int to, const char *how)
{
	if (*how)
		buf_addf(out, "%d: %d-%d%s\n", row + 1, from + 1, to, how);
}

/* A line for each run of cells that look the same and not plain: "row: from-to how". */
void gold_styles(struct tty *y, struct buf *out)
{
	struct buf was = BUF_INIT, is = BUF_INIT;
	struct vt_cell cell;
	int rows, cols;

	vt_size(y->vt, &rows, &cols);
	for (int r = 0; r < rows; r++) {
		int from = 0;

		buf_clear(&was);
		for (int c = 0; c < cols; c++) {
			vt_cell(y->vt, r, c, &cell);
			buf_clear(&is);
			style(&is, &cell);
			if (str_eq(buf_str(&is), buf_str(&was)))
				continue;
			style_run(out, r, from, c, buf_str(&was));
			from = c;
			buf_clear(&was);
			buf_adds(&was, buf_str(&is));
		}
		style_run(out, r, from, cols, buf_str(&was));
	}
	buf_release(&was);
	buf_release(&is);
}

/* --- what differs from run to run --------------------------------------------------------------- */

/* Digits become # where the mask says nothing else, so that widths stay. */
static void put_masked(struct buf *out, const char *s, size_t n, const char *with)
{
	if (with) {
		buf_adds(out, with);
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_addc(out, s[i] >= '0' && s[i] <= '9' ? '#' : s[i]);
}

static void mask(struct buf *text, const char *pattern, const char *with)
{
	struct buf out = BUF_INIT;
	const char *at = buf_str(text);
	regmatch_t m;
	regex_t re;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE))
		return;
	while (*at && !regexec(&re, at, 1, &m, at == text->data ? 0 : REG_NOTBOL) &&
	       m.rm_eo > m.rm_so) {
		buf_add(&out, at, (size_t)m.rm_so);
		put_masked(&out, at + m.rm_so, (size_t)(m.rm_eo - m.rm_so), with);
		at += m.rm_eo;
	}
	buf_adds(&out, at);
	regfree(&re);
	buf_release(text);
	*text = out;
}

void gold_mask(const struct tool *t, struct buf *text)
{
	for (size_t i = 0; i < t->n_masks; i++)
		mask(text, t->masks[i].pattern, t->masks[i].with);
}

/* --- files -------------------------------------------------------------------------------------- */

static void tell_diff(const char *file, const char *text)
{
	int in[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(in))
		return;
	pid = fork();
	if (!pid) {
		dup2(in[0], 0);
		dup2(2, 1);
		close(in[1]);
		execlp("diff", "diff", "-u", "--label", file, "--label", "the screen", file, "-",
		       (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	fsio_write_all(in[1], text, strlen(text), NULL);
	close(in[1]);
	waitpid(pid, NULL, 0);
}

bool gold_file(struct tool *t, const char *file, const char *text, bool tell)
{
	struct buf want = BUF_INIT;
	struct err err = { 0 };
	bool same = false;

	if (getenv("REGOLD")) {
		same = !fsio_replace(file, text, strlen(text), 0644, false, &err);
	} else if (!fsio_read(file, FILE_MAX, &want, &err)) {
		same = str_eq(buf_str(&want), text);
		if (!same && tell)
			tell_diff(file, text);
	}
	if (err.code && (tell || getenv("REGOLD")))
		tool_fail(t, "%s", err.text);
	buf_release(&want);
	return same;
}

static void whole(struct tool *t, bool styles, struct buf *out)
{
	struct buf text = BUF_INIT;
	int rows, cols, row, col;

	vt_size(t->now->vt, &rows, &cols);
	buf_addf(out, "%dx%d", rows, cols);
	if (vt_cursor(t->now->vt, &row, &col))
		buf_addf(out, " cursor %d,%d", row + 1, col + 1);
	buf_addc(out, '\n');
	gold_text(t->now, &text);
	gold_mask(t, &text);
	buf_adds(out, buf_str(&text));
	if (styles) {
		buf_adds(out, "--\n");
		gold_styles(t->now, out);
	}
	buf_release(&text);
}

/* Waits until the screen is still, for there is nothing to wait for where a file is written. */
static void until_still(struct tool *t)
{
	double until = tool_clock() + 10 * t->slow;

	while (tool_clock() - t->now->last < 0.25 && tool_clock() < until)
		tty_pump(t, 10, -1);
}

void gold_compare(struct tool *t, const char *name, bool styles)
{
	const char *root = getenv("ROOT"); /* of the project */
	char *file = mem_printf("%s/tests/screen/golden/%s.txt", root ? root : ".", name);
	double until = tool_clock() + t->patience;
	struct buf text = BUF_INIT;
	bool same = false, last = false;

	if (getenv("REGOLD"))
		until_still(t);
	while (!same && !last) {
		last = tool_clock() > until || getenv("REGOLD");
		buf_clear(&text);
		whole(t, styles, &text);
		same = gold_file(t, file, buf_str(&text), last);
		if (!same && !last)
			tty_pump(t, 20, -1);
	}
	if (!same)
		tool_fail(t, "the screen is not %s (REGOLD=1 rewrites it)", file);
	buf_release(&text);
	free(file);
}

void gold_svg(struct tool *t, const char *file)
{
	struct buf svg = BUF_INIT;

	until_still(t);
	svg_draw(t->now, t, &svg);
	if (!gold_file(t, file, buf_str(&svg), true))
		tool_fail(t, "%s is not what the screen shows (REGOLD=1 rewrites it)", file);
	buf_release(&svg);
}

static void rows_of(struct tool *t, int rows, struct buf *out)
{
	struct buf text = BUF_INIT;
	const char *end;

	gold_text(t->now, &text);
	end = buf_str(&text);
	while (rows-- > 0 && *end)
		end += strcspn(end, "\n") + 1;
	buf_cut(&text, (size_t)(end - text.data));
	gold_mask(t, &text);
	buf_adds(out, buf_str(&text));
	buf_release(&text);
}

void gold_keep(struct tool *t, const char *file, int rows)
{
	struct buf text = BUF_INIT;
	struct err err = { 0 };

	until_still(t);
	rows_of(t, rows, &text);
	if (fsio_replace(file, buf_str(&text), text.len, 0644, false, &err))
		tool_fail(t, "%s", err.text);
	buf_release(&text);
}

void gold_same(struct tool *t, const char *file, int rows)
{
	double until = tool_clock() + t->patience;
	struct buf want = BUF_INIT, text = BUF_INIT;
	struct err err = { 0 };

	if (fsio_read(file, FILE_MAX, &want, &err))
		tool_fail(t, "%s", err.text);
	do {
		tty_pump(t, 20, -1);
		buf_clear(&text);
		rows_of(t, rows, &text);
	} while (!err.code && !str_eq(buf_str(&text), buf_str(&want)) && tool_clock() < until);
	if (!err.code && !str_eq(buf_str(&text), buf_str(&want))) {
		tell_diff(file, buf_str(&text));
		tool_fail(t, "the screen is not the one that was kept in %s", file);
	}
	buf_release(&want);
	buf_release(&text);
}
