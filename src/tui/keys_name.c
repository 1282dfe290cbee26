#include <stdio.h>

#include "term.h"
#include "utf8.h"

const char *term_key_name(const struct key *k, char buf[KEY_NAME_BYTES])
{
	static const char *const names[] = {
		"Enter", "Esc", "Tab", "Shift-Tab", "Backspace", "Delete", "Up", "Down", "Left",
		"Right", "Home", "End", "PgUp", "PgDn", "Insert",
	};
	const char *alt = k->alt ? "Alt-" : "";
	char ch[5] = "";

	if (k->code >= K_F1 && k->code <= K_F12) {
		snprintf(buf, KEY_NAME_BYTES, "%sF%u", alt, k->code - K_F1 + 1);
	} else if (k->code >= K_ENTER && k->code < K_F1) {
		snprintf(buf, KEY_NAME_BYTES, "%s%s", alt, names[k->code - K_ENTER]);
	} else if (k->code == ' ') {
		snprintf(buf, KEY_NAME_BYTES, "%sSpace", alt);
	} else if (k->code < ' ') {
		snprintf(buf, KEY_NAME_BYTES, "%s^%c", alt, (char)(k->code + '@'));
	} else if (k->code < K_ENTER && utf8_encode(k->code, ch)) {
		snprintf(buf, KEY_NAME_BYTES, "%s%s", alt, ch);
	} else {
		snprintf(buf, KEY_NAME_BYTES, "this key");
	}
	return buf;
}
