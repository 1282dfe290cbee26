/* What is typed, read here and not by curses: how much came at once, and what is a paste, would be
 * lost there.
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

enum {
	ESC_MS = 50, ESC_MS_MAX = 1000, /* how long half a sequence is waited for */
	PASTE_MS = 1000,     /* silence that ends a paste whose end was lost */
	DROP_READS = 256,    /* more is thrown away unread */
	RUSH_KEYS = 3,       /* this many without a gap were not typed */
};

#define RUSH_NS (8 * CLOCK_MS)    /* nearer to each other than keys are typed */
#define QUIET_NS (100 * CLOCK_MS) /* that ends a rush */

static const char paste_end[] = "\033[201~";

/* --- what terminfo says ----------------------------------------------------------------------- */

static const struct { const char *cap; uint32_t code; } caps[] = {
	{ "kcuu1", K_UP }, { "kcud1", K_DOWN }, { "kcub1", K_LEFT }, { "kcuf1", K_RIGHT },
	{ "khome", K_HOME }, { "kend", K_END }, { "kpp", K_PGUP }, { "knp", K_PGDN },
	{ "kich1", K_INSERT }, { "kdch1", K_DELETE }, { "kcbt", K_BACKTAB }, { "kent", K_ENTER },
	{ "kf1", K_F1 }, { "kf2", K_F1 + 1 }, { "kf3", K_F1 + 2 }, { "kf4", K_F1 + 3 },
	{ "kf5", K_F1 + 4 }, { "kf6", K_F1 + 5 }, { "kf7", K_F1 + 6 }, { "kf8", K_F1 + 7 },
	{ "kf9", K_F1 + 8 }, { "kf10", K_F1 + 9 }, { "kf11", K_F1 + 10 }, { "kf12", K_F12 },
};

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
		if (!s || s == (char *)-1 || s[0] != KEYS_ESC || !s[1] ||
		    !str_copy(q->bytes, sizeof(q->bytes), s))
			continue;
		q->code = caps[i].code;
		t->n_seq++;
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

static void lost(struct term *t)
{
	t->gone = true;
	epoll_ctl(t->poll, EPOLL_CTL_DEL, t->in, NULL);
}

static void note_read(struct term *t, size_t n)
{
	int64_t now = clock_now().boot;

	if (t->n_chunks == TERM_CHUNKS)
		t->chunk[TERM_CHUNKS - 1].n += n;
	else
		t->chunk[t->n_chunks++] = (struct term_chunk){ n, now, now - t->read_at };
	t->raw_n += n;
	t->read_at = now;
	t->fresh = true;
}

void term_pump(struct term *t)
{
	struct pollfd pfd = { .fd = t->in, .events = POLLIN };

	while (!t->gone && t->raw_n < sizeof(t->raw) && poll(&pfd, 1, 0) > 0) {
		ssize_t n = read(t->in, t->raw + t->raw_n, sizeof(t->raw) - t->raw_n);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			lost(t);
			return;
		}
		note_read(t, (size_t)n);
	}
}

/* Whether the keys of the first chunk come as nobody types: several without a gap, until it is
 * quiet. */
static void enter_chunk(struct term *t)
{
	if (t->in_chunk || !t->n_chunks)
		return;
	t->in_chunk = true;
	t->rush = t->chunk[0].gap < (t->rush_keys >= RUSH_KEYS ? QUIET_NS : RUSH_NS);
	if (!t->rush)
		t->rush_keys = 0;
	t->read_keys = 0;
}

static void eat_chunks(struct term *t, size_t n)
{
	for (bool tail = false; n && t->n_chunks; tail = true) {
		size_t part = n < t->chunk[0].n ? n : t->chunk[0].n;
		enter_chunk(t);
		t->read_keys += tail; /* the end of a key stands before what comes now */
		t->chunk[0].n -= part;
		n -= part;
		if (t->chunk[0].n)
			break;
		memmove(t->chunk, t->chunk + 1, --t->n_chunks * sizeof(*t->chunk));
		t->in_chunk = false;
	}
}

static void eat(struct term *t, size_t n)
{
	eat_chunks(t, n);
	t->raw_n -= n;
	memmove(t->raw, t->raw + n, t->raw_n);
	mem_wipe(t->raw + t->raw_n, n);
}

static bool silent(const struct term *t, int ms)
{
	return clock_now().boot - t->read_at >= ms * CLOCK_MS;
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

static void paste_begin(struct term *t, int64_t at)
{
	if (t->paste.data)
		mem_wipe(t->paste.data, t->paste.cap);
	buf_clear(&t->paste);
	t->paste_over = t->paste_drop = false;
	t->in_paste = true;
	t->paste_at = at;
}

/* When it came, and in what company; counts it. */
static void stamp(struct term *t, struct key *k)
{
	enter_chunk(t);
	k->at = t->n_chunks ? t->chunk[0].at : t->read_at;
	k->burst = t->rush || t->read_keys > 0;
	if (k->code == KEYS_NOTHING || k->code == KEYS_PASTE)
		return;
	t->read_keys++;
	t->rush_keys++;
}

static bool take(struct term *t, struct key *k)
{
	while (t->raw_n || t->in_paste) {
		if (t->in_paste) {
			if (!paste_whole(t))
				return false;
			k->code = K_PASTE;
			stamp(t, k);
			k->at = t->paste_at;
			if (!t->paste_drop)
				return true;
			continue;
		}
		bool final = t->gone || silent(t, t->esc_ms) || t->raw_n == sizeof(t->raw);
		struct keys_front f = { t->raw, t->raw_n, final };
		k->alt = false;
		k->code = K_OTHER;
		size_t n = keys_decode(t->seq, t->n_seq, f, k);
		if (!n)
			return false;
		stamp(t, k);
		eat(t, n);
		if (k->code == KEYS_PASTE)
			paste_begin(t, k->at);
		else if (k->code != KEYS_NOTHING)
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
	int64_t ms = (clock_now().boot - t->read_at) / CLOCK_MS;
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
			;
	}
	t->paste_drop = t->in_paste;
	if (!t->gone)
		tcflush(t->in, TCIFLUSH);
}
