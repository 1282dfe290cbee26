/* Bytes of a terminal to one key. */
#include "keysint.h"

#include <string.h>

#include "utf8.h"

enum {
	ESC = KEYS_ESC, DEL = 0x7f,
	SEQ_MAX = 64,        /* what is longer is broken off */
	STRING_MAX = 2048,
};

/* --- what sequences mean ---------------------------------------------------------------------- */

struct final { char final; uint32_t code; };

static const struct final finals[] = {
	{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT }, { 'H', K_HOME },
	{ 'F', K_END }, { 'Z', K_BACKTAB }, { 'P', K_F1 }, { 'Q', K_F1 + 1 }, { 'R', K_F1 + 2 },
	{ 'S', K_F1 + 3 }, { 0, 0 },
};

/* The number keys of a keypad in application mode. */
static const struct final keypad_finals[] = {
	{ 'M', K_ENTER }, { 'I', K_TAB }, { ' ', ' ' }, { 'X', '=' }, { 'j', '*' }, { 'k', '+' },
	{ 'l', ',' }, { 'm', '-' }, { 'n', '.' }, { 'o', '/' }, { 'p', '0' }, { 'q', '1' },
	{ 'r', '2' }, { 's', '3' }, { 't', '4' }, { 'u', '5' }, { 'v', '6' }, { 'w', '7' },
	{ 'x', '8' }, { 'y', '9' }, { 0, 0 },
};

static const struct { int number; uint32_t code; } tildes[] = {
	{ 1, K_HOME }, { 2, K_INSERT }, { 3, K_DELETE }, { 4, K_END }, { 5, K_PGUP },
	{ 6, K_PGDN }, { 7, K_HOME }, { 8, K_END }, { 11, K_F1 }, { 12, K_F1 + 1 },
	{ 13, K_F1 + 2 }, { 14, K_F1 + 3 }, { 15, K_F1 + 4 }, { 17, K_F1 + 5 },
	{ 18, K_F1 + 6 }, { 19, K_F1 + 7 }, { 20, K_F1 + 8 }, { 21, K_F1 + 9 },
	{ 23, K_F1 + 10 }, { 24, K_F12 }, { 200, KEYS_PASTE }, { 201, KEYS_NOTHING },
};

static uint32_t final_code(const struct final *v, char c)
{
	for (; v->final; v++)
		if (v->final == c)
			return v->code;
	return K_OTHER;
}

static uint32_t tilde_code(int number)
{
	for (size_t i = 0; i < sizeof(tildes) / sizeof(*tildes); i++)
		if (tildes[i].number == number)
			return tildes[i].code;
	return K_OTHER;
}

/* --- one key out of bytes --------------------------------------------------------------------- */

/* Each reader returns the bytes that it took, 0: more are needed. */

static uint32_t plain_code(uint32_t cp)
{
	switch (cp) {
	case '\r':
	case '\n': return K_ENTER;
	case '\t': return K_TAB;
	case '\b':
	case DEL: return K_BACKSPACE;
	case ESC: return K_ESC;
	default: return cp >= 0x80 && cp < 0xa0 ? K_OTHER : cp;
	}
}

static size_t character(struct keys_front f, struct key *k)
{
	static const unsigned char need[16] = { [12] = 2, 2, 3, 4 };
	uint32_t cp;

	if (f.p[0] < 0x80) {
		k->code = plain_code(f.p[0]);
		return 1;
	}
	size_t len = utf8_decode((const char *)f.p, f.n, &cp);
	if (len) {
		k->code = plain_code(cp);
		return len;
	}
	if (f.n < need[f.p[0] >> 4] && !f.final)
		return 0;
	k->code = K_OTHER;
	return 1;
}

/* As terminfo has it; *ret_prefix: what is there may become one. */
static size_t known(const struct term_seq *seq, size_t n_seq, struct keys_front f,
		    struct key *k, bool *ret_prefix)
{
	size_t best = 0;

	for (size_t i = 0; i < n_seq; i++) {
		const char *s = seq[i].bytes;
		size_t len = strlen(s), least = len < f.n ? len : f.n;
		if (memcmp(s, f.p, least) != 0)
			continue;
		if (len > f.n)
			*ret_prefix = true;
		else if (len > best) {
			best = len;
			k->code = seq[i].code;
		}
	}
	return best;
}

static void modified(struct key *k, int mods)
{
	if (mods > 1 && ((mods - 1) & (2 | 4 | 8)))
		k->alt = true;
}

/* A character told by its number: ESC [ 97 ; 5 u */
static void numbered(struct key *k, int cp, int mods)
{
	int bits = mods > 1 ? mods - 1 : 0;

	if ((bits & 4) && ((cp >= 'a' && cp <= 'z') || (cp >= '@' && cp <= '_')))
		cp &= 0x1f;
	k->code = cp > 0 && cp < 0x110000 ? plain_code((uint32_t)cp) : K_OTHER;
	k->alt = (bits & (2 | 8)) != 0;
}

static void meaning(struct key *k, char intro, const int *num, char final)
{
	if (intro) {
		k->code = KEYS_NOTHING; /* a mouse, an answer */
	} else if (final == '~' && num[0] == 27) {
		numbered(k, num[2], num[1]);
	} else if (final == 'u') {
		numbered(k, num[0], num[1]);
	} else if (final == '~') {
		k->code = tilde_code(num[0]);
		modified(k, num[1]);
	} else if (strchr("IOcnty", final)) {
		k->code = KEYS_NOTHING;
	} else {
		k->code = final_code(finals, final);
		modified(k, num[1]);
	}
}

static size_t csi(struct keys_front f, struct key *k)
{
	int num[3] = { 0 };
	size_t at = 0, i = 2;
	char intro = 0;

	if (f.n > 2 && f.p[2] == '[') { /* function keys of the Linux console */
		if (f.n < 4)
			return f.final ? 3 : 0;
		k->code = f.p[3] >= 'A' && f.p[3] <= 'E' ? K_F1 + f.p[3] - 'A' : K_OTHER;
		return 4;
	}
	for (; i < f.n && i < SEQ_MAX && f.p[i] >= 0x20 && f.p[i] < 0x40; i++) {
		unsigned char c = f.p[i];
		if (c >= '0' && c <= '9' && at < 3 && num[at] < 0x110000)
			num[at] = num[at] * 10 + c - '0';
		else if (c == ';')
			at++;
		else if (c >= '<' && c <= '?')
			intro = (char)c;
	}
	if (i == f.n && i < SEQ_MAX)
		return f.final ? i : 0;
	if (i == SEQ_MAX || f.p[i] < 0x40 || f.p[i] >= DEL)
		return i; /* broken off */
	meaning(k, intro, num, (char)f.p[i]);
	if (!intro && f.p[i] == 'M' && i == 2) { /* a mouse of the old kind: three bytes more */
		k->code = KEYS_NOTHING;
		return f.n >= 6 ? 6 : f.final ? f.n : 0;
	}
	return i + 1;
}

/* An answer of the terminal that was never asked for: ESC ] … BEL */
static size_t string(struct keys_front f, struct key *k)
{
	k->code = KEYS_NOTHING;
	for (size_t i = 2; i < f.n; i++) {
		if (f.p[i] == '\a')
			return i + 1;
		if (f.p[i] == '\\' && f.p[i - 1] == ESC)
			return i + 1;
	}
	return f.final || f.n >= STRING_MAX ? f.n : 0;
}

static size_t with_alt(struct keys_front f, struct key *k)
{
	struct keys_front rest = { f.p + 1, f.n - 1, f.final };
	size_t len = character(rest, k);

	k->alt = true;
	return len ? len + 1 : 0;
}

static size_t escape(const struct term_seq *seq, size_t n_seq, struct keys_front f, struct key *k)
{
	bool prefix = false;
	size_t len = known(seq, n_seq, f, k, &prefix);

	if (len && (!prefix || f.final))
		return len;
	if (f.n == 1) {
		k->code = K_ESC;
		return f.final ? 1 : 0;
	}
	unsigned char c = f.p[1];
	if (f.n == 2 && strchr("[O]P_^X", c))
		return f.final ? with_alt(f, k) : 0;
	k->code = K_OTHER;
	if (c == '[')
		return csi(f, k);
	if (c == 'O') {
		k->code = final_code(finals, (char)f.p[2]);
		if (k->code == K_OTHER)
			k->code = final_code(keypad_finals, (char)f.p[2]);
		return 3;
	}
	if (strchr("]P_^X", c))
		return string(f, k);
	if (c != ESC)
		return with_alt(f, k);
	if (f.n == 2 && !f.final)
		return 0;
	if (f.n > 2 && (f.p[2] == '[' || f.p[2] == 'O')) { /* Alt before a sequence */
		struct keys_front rest = { f.p + 1, f.n - 1, f.final };
		len = escape(seq, n_seq, rest, k);
		k->alt = true;
		return len ? len + 1 : 0;
	}
	k->code = K_ESC;
	return 1;
}

size_t keys_decode(const struct term_seq *seq, size_t n_seq, struct keys_front f, struct key *k)
{
	return f.p[0] == ESC ? escape(seq, n_seq, f, k) : character(f, k);
}
