/* Bytes of the terminal to keys. Curses only says what the sequences are: how many bytes came at
 * once, and what is a paste, would be lost in its own reading.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "str.h"
#include "termint.h"
#include "utf8.h"

enum {
	ESC = 0x1b, DEL = 0x7f,
	ESC_MS = 50, ESC_MS_MAX = 1000, /* how long half a sequence is waited for */
	PASTE_MS = 1000,     /* silence that ends a paste whose end was lost */
	SEQ_MAX = 64,
	DROP_READS = 256,    /* more is thrown away unread */
	RUSH_KEYS = 3,       /* this many without a gap were not typed */
	NOTHING = 0x1fffff,  /* bytes that are no key: an answer of the terminal, a focus */
	PASTE_BEGINS,
};

#define MS 1000000LL
#define RUSH_NS (8 * MS)    /* nearer to each other than keys are typed */
#define QUIET_NS (100 * MS) /* that ends a rush */

static const char paste_end[] = "\033[201~";

/* --- what sequences mean ---------------------------------------------------------------------- */

static const struct { const char *cap; uint32_t code; } caps[] = {
	{ "kcuu1", K_UP }, { "kcud1", K_DOWN }, { "kcub1", K_LEFT }, { "kcuf1", K_RIGHT },
	{ "khome", K_HOME }, { "kend", K_END }, { "kpp", K_PGUP }, { "knp", K_PGDN },
	{ "kich1", K_INSERT }, { "kdch1", K_DELETE }, { "kcbt", K_BACKTAB }, { "kent", K_ENTER },
	{ "kf1", K_F1 }, { "kf2", K_F1 + 1 }, { "kf3", K_F1 + 2 }, { "kf4", K_F1 + 3 },
	{ "kf5", K_F1 + 4 }, { "kf6", K_F1 + 5 }, { "kf7", K_F1 + 6 }, { "kf8", K_F1 + 7 },
	{ "kf9", K_F1 + 8 }, { "kf10", K_F1 + 9 }, { "kf11", K_F1 + 10 }, { "kf12", K_F12 },
};

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
	{ 23, K_F1 + 10 }, { 24, K_F12 }, { 200, PASTE_BEGINS }, { 201, NOTHING },
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

void term_learn_keys(struct term *t)
{
	const char *delay = getenv("ESCDELAY");
	int64_t ms;

	t->esc_ms = ESC_MS;
	if (delay && str_to_i64(delay, &ms) && ms > 0)
		t->esc_ms = ms > ESC_MS_MAX ? ESC_MS_MAX : (int)ms;
	for (size_t i = 0; i < sizeof(caps) / sizeof(*caps) && t->n_seq < TERM_SEQS; i++) {
		const char *s = tigetstr(caps[i].cap);
		struct term_seq *q = &t->seq[t->n_seq];
		if (!s || s == (char *)-1 || s[0] != ESC || !s[1] ||
		    !str_copy(q->bytes, sizeof(q->bytes), s))
			continue;
		q->code = caps[i].code;
		t->n_seq++;
	}
}

/* --- one key out of bytes --------------------------------------------------------------------- */

/* What lies at the front. Each reader returns the bytes that it took, 0: more are needed. */
struct front { const unsigned char *p; size_t n; bool final; };

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

static size_t character(struct front f, struct key *k)
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
static size_t known(const struct term *t, struct front f, struct key *k, bool *ret_prefix)
{
	size_t best = 0;

	for (size_t i = 0; i < t->n_seq; i++) {
		const char *s = t->seq[i].bytes;
		size_t len = strlen(s), least = len < f.n ? len : f.n;
		if (memcmp(s, f.p, least) != 0)
			continue;
		if (len > f.n)
			*ret_prefix = true;
		else if (len > best) {
			best = len;
			k->code = t->seq[i].code;
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
		k->code = NOTHING; /* a mouse, an answer */
	} else if (final == '~' && num[0] == 27) {
		numbered(k, num[2], num[1]);
	} else if (final == 'u') {
		numbered(k, num[0], num[1]);
	} else if (final == '~') {
		k->code = tilde_code(num[0]);
		modified(k, num[1]);
	} else if (strchr("IOcnty", final)) {
		k->code = NOTHING;
	} else {
		k->code = final_code(finals, final);
		modified(k, num[1]);
	}
}

static size_t csi(struct front f, struct key *k)
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
		k->code = NOTHING;
		return f.n >= 6 ? 6 : f.final ? f.n : 0;
	}
	return i + 1;
}

/* An answer of the terminal that was never asked for: ESC ] … BEL */
static size_t string(struct front f, struct key *k)
{
	k->code = NOTHING;
	for (size_t i = 2; i < f.n; i++) {
		if (f.p[i] == '\a')
			return i + 1;
		if (f.p[i] == '\\' && f.p[i - 1] == ESC)
			return i + 1;
	}
	return f.final || f.n >= TERM_READ_BYTES / 2 ? f.n : 0;
}

static size_t with_alt(struct front f, struct key *k)
{
	struct front rest = { f.p + 1, f.n - 1, f.final };
	size_t len = character(rest, k);

	k->alt = true;
	return len ? len + 1 : 0;
}

static size_t escape(const struct term *t, struct front f, struct key *k)
{
	bool prefix = false;
	size_t len = known(t, f, k, &prefix);

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
		struct front rest = { f.p + 1, f.n - 1, f.final };
		len = escape(t, rest, k);
		k->alt = true;
		return len ? len + 1 : 0;
	}
	k->code = K_ESC;
	return 1;
}

/* --- reading ---------------------------------------------------------------------------------- */

static void lost(struct term *t)
{
	t->gone = true;
	epoll_ctl(t->poll, EPOLL_CTL_DEL, t->in, NULL);
}

/* Whether keys come as nobody types: several without a gap, until it is quiet. */
static void judge(struct term *t, int64_t now)
{
	int64_t gap = now - t->read_at;

	t->rush = gap < (t->rush_keys >= RUSH_KEYS ? QUIET_NS : RUSH_NS);
	if (!t->rush)
		t->rush_keys = 0;
	t->read_keys = 0;
}

static void count(struct term *t)
{
	t->read_keys++;
	t->rush_keys++;
}

void term_pump(struct term *t)
{
	struct pollfd pfd = { .fd = t->in, .events = POLLIN };
	bool first = true;

	while (!t->gone && t->raw_n < sizeof(t->raw) && poll(&pfd, 1, 0) > 0) {
		ssize_t n = read(t->in, t->raw + t->raw_n, sizeof(t->raw) - t->raw_n);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			lost(t);
			return;
		}
		int64_t now = clock_now().boot;
		if (first && !t->raw_n)
			judge(t, now);
		first = false;
		t->raw_n += (size_t)n;
		t->read_at = now;
		t->fresh = true;
	}
}

static void eat(struct term *t, size_t n)
{
	t->raw_n -= n;
	memmove(t->raw, t->raw + n, t->raw_n);
	mem_wipe(t->raw + t->raw_n, n);
}

static bool silent(const struct term *t, int ms)
{
	return clock_now().boot - t->read_at >= ms * MS;
}

/* Moves what belongs to the paste; true when it is whole. */
static bool paste_whole(struct term *t)
{
	size_t len = strlen(paste_end);
	unsigned char *end = memmem(t->raw, t->raw_n, paste_end, len);
	size_t n = end ? (size_t)(end - t->raw) : t->raw_n;

	for (size_t keep = len - 1; !end && keep; keep--)
		if (keep <= t->raw_n && !memcmp(t->raw + t->raw_n - keep, paste_end, keep)) {
			n = t->raw_n - keep; /* perhaps the end begins there */
			break;
		}
	if (n && (t->paste_over || buf_add(&t->paste, t->raw, n)))
		t->paste_over = true;
	eat(t, end ? n + len : n);
	if (!end && !silent(t, PASTE_MS) && !t->gone)
		return false;
	t->in_paste = false;
	return true;
}

static void paste_begin(struct term *t)
{
	if (t->paste.data)
		mem_wipe(t->paste.data, t->paste.cap);
	buf_clear(&t->paste);
	t->paste_over = t->paste_drop = false;
	t->in_paste = true;
}

static bool take(struct term *t, struct key *k)
{
	while (t->raw_n || t->in_paste) {
		if (t->in_paste) {
			if (!paste_whole(t))
				return false;
			k->code = K_PASTE;
			if (!t->paste_drop)
				return true;
			continue;
		}
		bool final = t->gone || silent(t, t->esc_ms) || t->raw_n == sizeof(t->raw);
		struct front f = { t->raw, t->raw_n, final };
		k->alt = false;
		k->code = K_OTHER;
		size_t n = f.p[0] == ESC ? escape(t, f, k) : character(f, k);
		if (!n)
			return false;
		eat(t, n);
		if (k->code == PASTE_BEGINS)
			paste_begin(t);
		else if (k->code != NOTHING)
			return true;
	}
	return false;
}

static bool size_news(struct term *t)
{
	struct winsize w = { 0 };
	bool resized, back;

	rescue_news(t->rescue, &resized, &back);
	if (!resized && !back)
		return false;
	if (!ioctl(t->out, TIOCGWINSZ, &w) && w.ws_row && w.ws_col)
		resize_term(w.ws_row, w.ws_col);
	clearok(curscr, TRUE);
	return true;
}

bool term_key(struct term *t, struct key *ret)
{
	*ret = (struct key){ .code = K_RESIZE, .at = clock_now().boot };
	if (size_news(t))
		return true;
	if (!take(t, ret)) {
		term_pump(t);
		if (!take(t, ret)) {
			t->fresh = false;
			ret->code = K_GONE;
			bool say = t->gone && !t->gone_said;
			t->gone_said = t->gone;
			return say;
		}
	}
	ret->at = t->read_at;
	ret->burst = t->rush || t->read_keys > 0;
	count(t);
	return true;
}

int term_fd(const struct term *t)
{
	return t->poll;
}

int term_wait(const struct term *t)
{
	if (t->fresh || (t->gone && !t->gone_said))
		return 0;
	if (!t->raw_n && !t->in_paste)
		return -1;
	int64_t ms = (clock_now().boot - t->read_at) / MS;
	int64_t left = (t->in_paste ? PASTE_MS : t->esc_ms) - ms;
	return left > 0 ? (int)left : 0;
}

const char *term_paste(const struct term *t, size_t *ret_n)
{
	*ret_n = t->paste_over ? 0 : t->paste.len;
	return t->paste_over ? NULL : buf_str(&t->paste);
}

void term_drop(struct term *t)
{
	struct key k;

	/* taken apart like what is kept: the rest of a paste that has begun goes too, and the rest
	 * of half a sequence is not taken for keys */
	for (int i = 0; i < DROP_READS; i++) {
		size_t had = t->raw_n;
		term_pump(t);
		if (i && t->raw_n == had)
			break;
		while (take(t, &k))
			count(t);
	}
	t->paste_drop = t->in_paste;
	if (!t->gone)
		tcflush(t->in, TCIFLUSH);
}
