/* Names of keys to what a terminal of that kind sends for them, by its description. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "screen.h"
#include "str.h"

/* last: they define words like "lines" */
#include <curses.h>
#include <term.h>

/* cap: of terminfo; otherwise: where the description has none, or it is no key of a description. */
static const struct {
	const char *name, *cap, *otherwise;
} keys[] = {
	{ "Enter", NULL, "\r" },         { "Esc", NULL, "\033" },
	{ "Tab", NULL, "\t" },           { "BackTab", "kcbt", "\033[Z" },
	{ "Space", NULL, " " },          { "Backspace", NULL, "\177" },
	{ "Delete", "kdch1", "\033[3~" }, { "Insert", "kich1", "\033[2~" },
	{ "Up", "kcuu1", "\033[A" },     { "Down", "kcud1", "\033[B" },
	{ "Left", "kcub1", "\033[D" },   { "Right", "kcuf1", "\033[C" },
	{ "Home", "khome", "\033[H" },   { "End", "kend", "\033[F" },
	{ "PgUp", "kpp", "\033[5~" },    { "PgDn", "knp", "\033[6~" },
	{ "F1", "kf1", "\033OP" },       { "F2", "kf2", "\033OQ" },
	{ "F3", "kf3", "\033OR" },       { "F4", "kf4", "\033OS" },
	{ "F5", "kf5", "\033[15~" },     { "F6", "kf6", "\033[17~" },
	{ "F7", "kf7", "\033[18~" },     { "F8", "kf8", "\033[19~" },
	{ "F9", "kf9", "\033[20~" },     { "F10", "kf10", "\033[21~" },
	{ "F11", "kf11", "\033[23~" },   { "F12", "kf12", "\033[24~" },
};

static bool described(const char *term, const char *cap, struct buf *out)
{
	char name[16];
	const char *s;
	int how;

	if (setupterm(term, 1, &how) == ERR)
		return false;
	str_clip(name, sizeof name, cap);
	s = tigetstr(name);
	if (s && s != (char *)-1)
		buf_adds(out, s);
	del_curterm(cur_term);
	return s && s != (char *)-1;
}

bool tty_key(struct tty *y, const char *name, struct buf *out)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (!strcasecmp(keys[i].name, name)) {
			if (!keys[i].cap || !described(y->term, keys[i].cap, out))
				buf_adds(out, keys[i].otherwise);
			return true;
		}
	if (str_starts(name, "C-") && name[2] && !name[3]) {
		buf_addc(out, name[2] == '?' ? 127 : (char)(name[2] & 0x1f));
		return true;
	}
	if (str_starts(name, "M-") && name[2]) {
		buf_addc(out, 27);
		return tty_key(y, name + 2, out);
	}
	if (!name[0] || (strlen(name) > 1 && (unsigned char)name[0] < 0x80))
		return false;
	buf_adds(out, name);
	return true;
}
