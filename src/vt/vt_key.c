/* Keys as a terminal sends them. */
#include <string.h>

#include "utf8.h"
#include "vtint.h"

static const struct {
	uint32_t key;
	const char *bytes;
	const char *app;     /* where the program asked for application keys */
} keys[] = {
	{ VT_KEY_UP, "\033[A", "\033OA" },
	{ VT_KEY_DOWN, "\033[B", "\033OB" },
	{ VT_KEY_RIGHT, "\033[C", "\033OC" },
	{ VT_KEY_LEFT, "\033[D", "\033OD" },
	{ VT_KEY_HOME, "\033[H", "\033OH" },
	{ VT_KEY_END, "\033[F", "\033OF" },
	{ VT_KEY_PGUP, "\033[5~", NULL },
	{ VT_KEY_PGDN, "\033[6~", NULL },
	{ VT_KEY_INSERT, "\033[2~", NULL },
	{ VT_KEY_DELETE, "\033[3~", NULL },
	{ VT_KEY_BACKSPACE, "\177", NULL },
	{ VT_KEY_BACKTAB, "\033[Z", NULL },
	{ VT_KEY_F1, "\033OP", NULL },
	{ VT_KEY_F1 + 1, "\033OQ", NULL },
	{ VT_KEY_F1 + 2, "\033OR", NULL },
	{ VT_KEY_F1 + 3, "\033OS", NULL },
	{ VT_KEY_F1 + 4, "\033[15~", NULL },
	{ VT_KEY_F1 + 5, "\033[17~", NULL },
	{ VT_KEY_F1 + 6, "\033[18~", NULL },
	{ VT_KEY_F1 + 7, "\033[19~", NULL },
	{ VT_KEY_F1 + 8, "\033[20~", NULL },
	{ VT_KEY_F1 + 9, "\033[21~", NULL },
	{ VT_KEY_F1 + 10, "\033[23~", NULL },
	{ VT_KEY_F12, "\033[24~", NULL },
};

static size_t bytes_of(const struct vt *t, uint32_t cp, char to[16])
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key == cp) {
			const char *s = t->app_keys && keys[i].app ? keys[i].app : keys[i].bytes;

			memcpy(to, s, strlen(s));
			return strlen(s);
		}
	return utf8_encode(cp, to);
}

size_t vt_key(struct vt *t, uint32_t cp, bool alt, char *out, size_t size)
{
	char s[17] = "\033";
	size_t n = bytes_of(t, cp, s + 1);

	if (!n || n + alt > size)
		return 0;
	memcpy(out, alt ? s : s + 1, n + alt);
	return n + alt;
}

size_t vt_paste_mark(const struct vt *t, bool end, char out[8])
{
	if (!t->paste)
		return 0;
	memcpy(out, end ? "\033[201~" : "\033[200~", 6);
	return 6;
}
