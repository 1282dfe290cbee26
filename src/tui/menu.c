/* A list to choose one from. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "glyph.h"
#include "mem.h"
#include "sheet.h"
#include "tuiint.h"

enum { CTRL_C = 3, CTRL_G = 7, CTRL_N = 14, CTRL_P = 16, DETAIL_ROWS = 3 };

struct entry {
	uint32_t key;
	char *word, *does, *why_off;
	bool off;
};

struct menu {
	struct tui *t;
	char *title;
	struct entry *v;
	int n, at, from, rows;
	char typed[32];              /* the beginning of the entry that is meant */
	int chosen;
	struct sheet detail;
	void (*done)(void *ctx, int i);
	void *ctx;
};

/* --- keys ------------------------------------------------------------------------------------- */

static void choose(struct menu *m, int i, const struct key *k)
{
	if (k->burst) {
		scene_say(m->t, "Several keys came at once: press the one you mean.");
		return;
	}
	m->at = i;
	if (m->v[i].off) {
		const char *why = m->v[i].why_off;
		scene_say(m->t, "%s", why ? why : "That is not possible now.");
		return;
	}
	m->chosen = i;
	scene_pop(m->t);
}

static bool own_key(struct menu *m, const struct key *k)
{
	for (int i = 0; i < m->n; i++)
		if (m->v[i].key == k->code && k->code && k->code != K_ENTER && !k->alt) {
			choose(m, i, k);
			return true;
		}
	return false;
}

/* Letters find an entry by its words, where none is a key of its own: the one that is just that,
 * else the first that begins so. They move, they never choose. */
static int found(const struct menu *m, const char *typed)
{
	int first = -1;

	for (int i = 0; i < m->n; i++) {
		if (strcasecmp(m->v[i].word, typed) == 0)
			return i;
		if (first < 0 && strncasecmp(m->v[i].word, typed, strlen(typed)) == 0)
			first = i;
	}
	return first;
}

static bool type_key(struct menu *m, const struct key *k)
{
	size_t n = strlen(m->typed);
	char typed[sizeof(m->typed)] = "";
	int at;

	if (k->alt || k->code < ' ' || k->code > '~' || n + 1 >= sizeof(typed))
		return false;
	for (int i = 0; i < m->n; i++)
		if (m->v[i].key >= ' ' && m->v[i].key <= '~' && !isdigit((int)m->v[i].key))
			return false;
	snprintf(typed, sizeof(typed), "%s%c", m->typed, (char)k->code);
	at = found(m, typed);
	if (at < 0)
		return false;
	memcpy(m->typed, typed, sizeof(typed));
	m->at = at;
	return true;
}

static void go(struct menu *m, int to)
{
	m->typed[0] = '\0';
	m->at = to < 0 ? 0 : to >= m->n ? m->n - 1 : to;
}

static void menu_key(void *self, const struct key *k)
{
	struct menu *m = self;
	int page = m->rows > 1 ? m->rows - 1 : 1;

	if (m->n && own_key(m, k))
		return;
	switch (k->code) {
	case K_UP:
	case CTRL_P: go(m, m->at - 1); break;
	case K_DOWN:
	case CTRL_N: go(m, m->at + 1); break;
	case K_PGUP: go(m, m->at - page); break;
	case K_PGDN: go(m, m->at + page); break;
	case K_HOME: go(m, 0); break;
	case K_END: go(m, m->n - 1); break;
	case K_ENTER:
		if (m->n)
			choose(m, m->at, k);
		break;
	case K_ESC:
	case CTRL_C:
	case CTRL_G: scene_pop(m->t); break;
	case '?':
	case K_F1: scene_help(m->t); break;
	default:
		if (!type_key(m, k))
			scene_unknown(m->t, k);
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

static const char *says(const struct entry *e)
{
	const char *s = e->off && e->why_off ? e->why_off : e->does;

	return s ? s : "";
}

static int label_cols(const struct menu *m)
{
	int most = 0;

	for (int i = 0; i < m->n; i++) {
		char name[KEY_NAME_BYTES];
		struct key k = { .code = m->v[i].key };
		int n = m->v[i].key ? glyph_cols(term_key_name(&k, name), (size_t)-1) : 0;
		most = n > most ? n : most;
	}
	return most;
}

static int word_cols(const struct menu *m)
{
	int most = 0;

	for (int i = 0; i < m->n; i++) {
		int n = glyph_cols(m->v[i].word, (size_t)-1);
		most = n > most ? n : most;
	}
	return most;
}

/* Two columns of their own where they leave room for a third. */
static bool side_by_side(const struct menu *m, int cols)
{
	return label_cols(m) + word_cols(m) + 24 <= cols;
}

static void draw_entry(const struct menu *m, struct term *t, struct area a, int row, int i)
{
	const struct entry *e = &m->v[i];
	bool on = i == m->at;
	enum style st = on ? ST_PICKED : e->off ? ST_DIM : ST_PLAIN;
	int at = 2, word = at + label_cols(m) + 2;
	char name[KEY_NAME_BYTES];
	struct key k = { .code = e->key };

	paint_row(t, a, row, on ? ST_PICKED : ST_PLAIN);
	paint_text(t, a, row, 0, st, on ? ">" : " ");
	if (e->key)
		paint_text(t, a, row, at, on ? ST_PICKED : e->off ? ST_DIM : ST_KEY,
			   term_key_name(&k, name));
	int end = paint_fit(t, a, row, word, a.cols - word, st, e->word);
	if (!side_by_side(m, a.cols)) {
		if (e->off)
			paint_fit(t, a, row, end + 1, a.cols - end - 1, st, "(not now)");
		return;
	}
	int col = word + word_cols(m) + 2;
	paint_fit(t, a, row, col, a.cols - col, st, says(e));
}

/* What the entry under the cursor does, in full, where its row does not say it. */
static int detail(struct menu *m, int cols)
{
	const struct entry *e = m->n ? &m->v[m->at] : NULL;
	int beside = cols - 2 - label_cols(m) - 2 - word_cols(m) - 2;

	sheet_clear(&m->detail, cols - 2);
	if (!e || !*says(e))
		return 0;
	bool most_fit = true;
	for (int i = 0; i < m->n; i++)
		if (glyph_cols(says(&m->v[i]), (size_t)-1) > beside)
			most_fit = false;
	if (side_by_side(m, cols) && most_fit)
		return 0;
	sheet_add(&m->detail, ST_PLAIN, 0, says(e));
	return DETAIL_ROWS;
}

static void menu_draw(void *self, struct term *t, struct area a)
{
	struct menu *m = self;
	int extra = detail(m, a.cols);

	if (extra && a.rows < 5 + extra)
		extra = a.rows > 7 ? a.rows - 5 : 0;
	m->rows = m->n < a.rows - 2 - extra ? m->n : a.rows - 2 - extra;
	if (m->rows < 1)
		m->rows = 1;
	int top = a.rows - m->rows - extra - 2 > 0 ? a.rows - m->rows - extra - 2 : 0;
	struct area box = { a.row + top, a.col, a.rows - top, a.cols };
	struct area below = { box.row + 1 + m->rows, box.col + 1, extra, box.cols - 2 };

	if (m->at < m->from)
		m->from = m->at;
	if (m->at >= m->from + m->rows)
		m->from = m->at - m->rows + 1;
	if (m->from > m->n - m->rows)
		m->from = m->n > m->rows ? m->n - m->rows : 0;
	paint_blank(t, box);
	paint_rule(t, box, 0, m->title);
	for (int i = 0; i < m->rows && m->from + i < m->n; i++)
		draw_entry(m, t, box, 1 + i, m->from + i);
	if (extra)
		sheet_paint(&m->detail, t, below);
	char *keys = m->n > m->rows ?
			     mem_printf("%d of %d   Enter choose   Esc leave", m->at + 1, m->n) :
			     mem_dup("Enter choose   Esc leave");
	paint_row(t, box, 1 + m->rows + extra, ST_BAR);
	paint_fit(t, box, 1 + m->rows + extra, 1, box.cols - 2, ST_BAR, keys);
	free(keys);
}

/* --- its life --------------------------------------------------------------------------------- */

static void menu_free(void *self)
{
	struct menu *m = self;

	if (m->done)
		m->done(m->ctx, m->chosen);
	for (int i = 0; i < m->n; i++) {
		free(m->v[i].word);
		free(m->v[i].does);
		free(m->v[i].why_off);
	}
	sheet_release(&m->detail);
	free(m->v);
	free(m->title);
	free(m);
}

static void menu_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "Up Down  moves\nEnter  takes what is under the cursor\n"
		      "a key of the list  takes that\nEsc  leaves: nothing is done\n");
}

void menu_push(struct tui *t, const char *title, const struct menu_item *v, size_t n,
	       void (*done)(void *ctx, int i), void *ctx)
{
	static const struct scene_ops ops = {
		.name = "a menu", .draw = menu_draw, .key = menu_key, .free = menu_free,
		.help = menu_help,
	};
	struct menu *m = mem_alloc(sizeof(*m));

	m->t = t;
	m->title = mem_dup(title);
	m->v = mem_alloc(n * sizeof(*m->v));
	m->n = (int)n;
	m->chosen = -1;
	m->done = done;
	m->ctx = ctx;
	for (size_t i = 0; i < n; i++) {
		if (v[i].key == K_ENTER)
			m->at = (int)i;
		m->v[i] = (struct entry){ v[i].key, mem_dup(v[i].word), mem_dup(v[i].does),
					  mem_dup(v[i].why_off), v[i].off };
	}
	sheet_init(&m->detail, 1);
	scene_push(t, &ops, m, false);
}
