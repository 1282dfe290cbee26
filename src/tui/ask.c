/* One line of text, typed or pasted or picked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "glyph.h"
#include "limits.h"
#include "mem.h"
#include "sheet.h"
#include "str.h"
#include "tuiint.h"
#include "utf8.h"

enum {
	CTRL_A = 1, CTRL_B = 2, CTRL_C = 3, CTRL_D = 4, CTRL_E = 5, CTRL_F = 6, CTRL_G = 7,
	CTRL_K = 11, CTRL_U = 21, CTRL_W = 23,
	PICKS_MAX = 9,
};

#define ASK_READ_NS 500000000LL
#define TOO_LONG "The pasted text is too long: nothing of it was taken."
#define ENTER_BURST "Several lines came at once: only the first was taken. Press Enter for it."
#define ENTER_EARLY "That Enter came before this was shown: press it again."

struct asking {
	struct tui *t;
	char *title, *question;
	char *picks[PICKS_MAX];
	size_t n_picks, max;
	bool secret, must, by_hand;
	bool offered;        /* what is typed or pasted next takes its place */
	bool over;           /* a burst went past the end of its first line */
	struct buf text;     /* allocated whole at once where it is secret: no copies are left */
	size_t at;           /* byte that the cursor stands before */
	size_t from;         /* first byte shown */
	struct sheet sheet;
	void (*done)(void *ctx, const char *text);
	void *ctx;
	bool answered;
	bool taken;
};

/* --- editing ---------------------------------------------------------------------------------- */

static size_t next(const struct asking *q, size_t at)
{
	struct glyph g;

	return at + glyph_next(buf_str(&q->text) + at, q->text.len - at, &g);
}

static size_t before(const struct asking *q, size_t at)
{
	size_t i = 0, last = 0;

	while (i < at) {
		last = i;
		i = next(q, i);
	}
	return last;
}

static size_t word_before(const struct asking *q, size_t at)
{
	const char *p = buf_str(&q->text);

	while (at && p[at - 1] == ' ')
		at--;
	while (at && p[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_after(const struct asking *q, size_t at)
{
	const char *p = buf_str(&q->text);

	while (at < q->text.len && p[at] == ' ')
		at++;
	while (at < q->text.len && p[at] != ' ')
		at++;
	return at;
}

static void cut(struct asking *q, size_t from, size_t to)
{
	char *p = q->text.data;
	size_t len = q->text.len;

	if (from >= to || to > len)
		return;
	memmove(p + from, p + to, len - to + 1);
	buf_cut(&q->text, len - (to - from));
	mem_wipe(p + q->text.len, to - from);
	q->at = from;
}

/* False, and nothing changed, when it does not fit. What was only proposed makes room. */
static bool insert(struct asking *q, const char *s, size_t n)
{
	size_t tail;

	if (q->offered && n && n <= q->max)
		cut(q, 0, q->text.len);
	tail = q->text.len - q->at;
	if (q->text.len + n > q->max || buf_add(&q->text, s, n))
		return false;
	q->offered = false;
	char *p = q->text.data;
	if (tail) {
		memmove(p + q->at + n, p + q->at, tail);
		memcpy(p + q->at, s, n);
	}
	q->at += n;
	return true;
}

static void type(struct asking *q, const struct key *k)
{
	char ch[4];
	size_t n = utf8_encode(k->code, ch);

	if (!n || k->alt)
		scene_unknown(q->t, k);
	else if (!insert(q, ch, n))
		scene_say(q->t, "No more than %zu bytes fit here.", q->max);
}

/* --- pasting ---------------------------------------------------------------------------------- */

/* Appends what can stand in a line; returns whether all of it could. */
static bool clean(struct buf *out, const char *s, size_t n)
{
	bool whole = true;

	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);
		if (len && (cp == '\t' || (cp >= 0x20 && (cp < 0x7f || cp >= 0xa0))))
			buf_add(out, cp == '\t' ? " " : s + i, cp == '\t' ? 1 : len);
		else
			whole = false;
		i += len ? len : 1;
	}
	return whole;
}

static void paste(struct asking *q)
{
	struct buf b = BUF_INIT;
	size_t n;
	const char *s = term_paste(tui_term(q->t), &n);

	if (!s) {
		scene_say(q->t, TOO_LONG);
		return;
	}
	size_t line = strcspn(s, "\r\n");
	size_t rest = line + strspn(s + line, "\r\n");
	bool whole = clean(&b, s, line);
	if (!insert(q, buf_str(&b), b.len))
		scene_say(q->t, TOO_LONG " No more than %zu bytes fit.", q->max);
	else if (rest < n)
		scene_say(q->t, "Only the first line of the pasted text was taken.");
	else if (!whole)
		scene_say(q->t, "Control characters of the pasted text were left out.");
	if (b.data)
		mem_wipe(b.data, b.cap);
	buf_release(&b);
}

/* --- the end of it ---------------------------------------------------------------------------- */

static void finish(struct asking *q, bool taken)
{
	q->answered = true;
	q->taken = taken;
	scene_pop(q->t);
}

/* Typed ahead, or pasted: text it may be, an answer it is not. */
static bool early(const struct asking *q, const struct key *k)
{
	return k->burst || k->at <= scene_shown(q->t);
}

/* Nothing of what starts something is there before one has read what that is. */
static bool too_soon(struct asking *q, const struct key *k)
{
	int64_t shown = scene_shown(q->t);

	if (!q->by_hand || (shown != INT64_MAX && k->at - shown >= ASK_READ_NS))
		return false;
	scene_say(q->t, "That came sooner than anybody can read this: it did nothing.");
	return true;
}

static void enter(struct asking *q, const struct key *k)
{
	if (early(q, k)) {
		q->over = k->burst;
		scene_say(q->t, "%s", k->burst ? ENTER_BURST : ENTER_EARLY);
	} else if (q->must && !q->text.len) {
		scene_say(q->t, "Something must be typed here; Esc gives up.");
	} else {
		finish(q, true);
	}
}

static bool pick(struct asking *q, const struct key *k)
{
	if (q->text.len || k->alt || k->code < '1' || k->code >= '1' + q->n_picks)
		return false;
	if (early(q, k))
		return false;
	const char *s = q->picks[k->code - '1'];
	insert(q, s, strlen(s));
	finish(q, true);
	return true;
}

static void move_key(struct asking *q, const struct key *k)
{
	switch (k->code) {
	case K_LEFT: q->at = k->alt ? word_before(q, q->at) : before(q, q->at); break;
	case CTRL_B: q->at = before(q, q->at); break;
	case K_RIGHT: q->at = k->alt ? word_after(q, q->at) : next(q, q->at); break;
	case CTRL_F: q->at = next(q, q->at); break;
	case K_HOME:
	case CTRL_A: q->at = 0; break;
	case K_END:
	case CTRL_E: q->at = q->text.len; break;
	default: type(q, k);
	}
}

/* Whoever moves in a proposed text means to keep it. */
static bool edits(const struct key *k)
{
	static const uint32_t codes[] = {
		K_LEFT, K_RIGHT, K_HOME, K_END, K_BACKSPACE, K_DELETE, CTRL_A, CTRL_B, CTRL_D,
		CTRL_E, CTRL_F, CTRL_K, CTRL_U, CTRL_W,
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i] == k->code)
			return true;
	return false;
}

static void ask_key(void *self, const struct key *k)
{
	struct asking *q = self;

	if (q->over && k->burst)
		return;
	q->over = false;
	if (too_soon(q, k) || pick(q, k))
		return;
	if (edits(k))
		q->offered = false;
	switch (k->code) {
	case K_ENTER: enter(q, k); break;
	case K_ESC:
	case CTRL_C:
	case CTRL_G: finish(q, false); break;
	case K_PASTE:
		if (q->by_hand)
			scene_say(q->t, "What is pasted is not taken here: type it.");
		else
			paste(q);
		break;
	case K_F1: scene_help(q->t); break;
	case K_BACKSPACE:
		cut(q, k->alt ? word_before(q, q->at) : before(q, q->at), q->at);
		break;
	case K_DELETE:
	case CTRL_D: cut(q, q->at, next(q, q->at)); break;
	case CTRL_W: cut(q, word_before(q, q->at), q->at); break;
	case CTRL_U: cut(q, 0, q->at); break;
	case CTRL_K: cut(q, q->at, q->text.len); break;
	case K_PGUP:
	case K_PGDN:
	case K_UP:
	case K_DOWN: sheet_key(&q->sheet, k, q->sheet.seen_rows); break;
	default: move_key(q, k);
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void fill(struct asking *q, int width)
{
	char label[4] = "1  ";

	sheet_clear(&q->sheet, width);
	if (*q->question)
		sheet_add(&q->sheet, ST_PLAIN, 0, q->question);
	for (size_t i = 0; i < q->n_picks; i++) {
		label[0] = (char)('1' + i);
		sheet_part(&q->sheet, ST_KEY, label);
		sheet_add(&q->sheet, ST_PLAIN, 3, q->picks[i]);
	}
}

/* What is shown for the bytes from…to: itself, or a mark for each character. */
static void seen(const struct asking *q, struct buf *out, size_t from, size_t to)
{
	const char *dot = glyph_ascii() ? "*" : "\342\200\242";

	if (!q->secret) {
		buf_add(out, buf_str(&q->text) + from, to - from);
		return;
	}
	for (; from < to; from = next(q, from))
		buf_adds(out, dot);
}

static int seen_cols(const struct asking *q, size_t from, size_t to)
{
	struct buf b = BUF_INIT;

	seen(q, &b, from, to);
	int cols = glyph_cols(buf_str(&b), b.len);
	if (b.data)
		mem_wipe(b.data, b.cap);
	buf_release(&b);
	return cols;
}

/* The cursor is seen, and some of what stands before it. */
static void keep_in_sight(struct asking *q, int cols)
{
	int most = cols;

	if (seen_cols(q, 0, q->text.len) <= cols)
		q->from = 0;
	if (q->at <= q->from) {
		q->from = 0;
		most = cols / 2;
	}
	int now = seen_cols(q, q->from, q->at);
	while (q->from < q->at && now > most) {
		size_t to = next(q, q->from);
		now -= seen_cols(q, q->from, to);
		q->from = to;
	}
}

static void draw_input(struct asking *q, struct term *t, struct area a, int row)
{
	struct area in = { a.row + row, a.col + 2, 1, a.cols - 2 };
	struct buf b = BUF_INIT;

	paint_row(t, a, row, ST_PLAIN);
	paint_text(t, a, row, 0, ST_KEY, ">");
	keep_in_sight(q, in.cols - 1);
	paint_row(t, in, 0, ST_INPUT);
	seen(q, &b, q->from, q->text.len);
	paint_text(t, in, 0, 0, ST_INPUT, buf_str(&b));
	paint_cursor(t, in, 0, seen_cols(q, q->from, q->at));
	if (b.data)
		mem_wipe(b.data, b.cap);
	buf_release(&b);
}

static void ask_draw(void *self, struct term *t, struct area a)
{
	struct asking *q = self;
	char keys[80] = "Enter take it   Esc give up";

	if (q->n_picks)
		snprintf(keys, sizeof(keys), "Enter take it   1-%zu pick   Esc give up",
			 q->n_picks);
	else if (q->offered)
		str_clip(keys, sizeof(keys), "Enter take it   typing replaces it   Esc give up");
	else if (q->secret)
		str_clip(keys, sizeof(keys), "Enter take it   Esc give up   (not shown)");
	fill(q, a.cols - 2);
	int body = (int)q->sheet.n;
	if (body > a.rows - 3)
		body = a.rows > 3 ? a.rows - 3 : 0;
	int top = a.rows - body - 3 > 0 ? a.rows - body - 3 : 0;
	struct area box = { a.row + top, a.col, a.rows - top, a.cols };
	struct area text = { box.row + 1, box.col + 1, body, box.cols - 2 };
	int lead = paint_taken(t, box, 0);
	paint_blank(t, box);
	if (q->by_hand) {
		paint_row(t, box, 0, ST_WARNING);
		paint_fit(t, box, 0, lead ? lead : 1, box.cols - lead - 2, ST_WARNING, q->title);
	} else {
		paint_rule(t, box, 0, q->title);
	}
	sheet_paint(&q->sheet, t, text);
	draw_input(q, t, box, body + 1);
	paint_row(t, box, body + 2, ST_BAR);
	paint_fit(t, box, body + 2, 1, box.cols - 2, ST_BAR, keys);
}

/* --- its life --------------------------------------------------------------------------------- */

static void ask_free(void *self)
{
	struct asking *q = self;

	if (q->done)
		q->done(q->ctx, q->answered && q->taken ? buf_str(&q->text) : NULL);
	if (q->text.data)
		mem_wipe(q->text.data, q->text.cap);
	buf_release(&q->text);
	sheet_release(&q->sheet);
	for (size_t i = 0; i < q->n_picks; i++)
		free(q->picks[i]);
	free(q->title);
	free(q->question);
	free(q);
}

static void ask_help(void *self, struct buf *out)
{
	const struct asking *q = self;

	buf_adds(out, "Enter  takes the line\nEsc  gives up: nothing is done\n");
	if (q->n_picks)
		buf_adds(out, "1-9  takes the reason with that number, while the line is empty\n");
	buf_adds(out, "^A ^E  to its begin, to its end\n^U ^K  cuts all before, all after\n"
		      "^W  cuts a word\n");
}

void ask_push(struct tui *t, const struct ask *a)
{
	static const struct scene_ops ops = {
		.name = "a line of text", .draw = ask_draw, .key = ask_key, .free = ask_free,
		.help = ask_help, .eager = true,
	};
	struct asking *q = mem_alloc(sizeof(*q));

	q->t = t;
	q->title = mem_dup(a->title ? a->title : "");
	q->question = mem_dup(a->question ? a->question : "");
	while (a->picks && q->n_picks < PICKS_MAX && a->picks[q->n_picks]) {
		q->picks[q->n_picks] = mem_dup(a->picks[q->n_picks]);
		q->n_picks++;
	}
	q->max = a->max ? a->max : LIMIT_REASON_BYTES;
	q->secret = a->secret;
	q->must = a->must;
	q->by_hand = a->by_hand;
	q->done = a->done;
	q->ctx = a->ctx;
	sheet_init(&q->sheet, 1);
	if (a->start && strlen(a->start) > q->max)
		q->max = strlen(a->start);
	if (q->secret) {
		char *room = mem_alloc(q->max);
		buf_add(&q->text, room, q->max);
		buf_clear(&q->text);
		free(room);
	}
	if (a->start)
		insert(q, a->start, strlen(a->start));
	q->offered = a->offered && q->text.len && !q->secret;
	scene_push(t, &ops, q, false);
}
