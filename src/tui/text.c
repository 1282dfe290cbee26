/* A text to read, with a search; and the help, which is one. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "sheet.h"
#include "str.h"
#include "tuiint.h"

enum { CTRL_C = 3, CTRL_B = 2, CTRL_F = 6, CTRL_G = 7, HELP_KEY_COLS = 12 };

struct reading {
	struct tui *t;
	char *title, *text;
	struct sheet sheet;
	int rows;
	char *match;
	int hit;             /* line of the last match, -1: none */
	bool keys;           /* lines "KEY  what it does" */
	void (*refill)(void *ctx, struct sheet *s);
	void *ctx;
};

static void search(struct reading *r, bool back, bool on)
{
	int n = (int)r->sheet.n, at = r->hit >= 0 ? r->hit : r->sheet.from;

	if (!r->match) {
		scene_say(r->t, "Nothing is searched for yet: / begins a search.");
		return;
	}
	if (on && r->hit >= 0)
		at += back ? -1 : 1;
	int found = sheet_find(&r->sheet, r->match, at, back);
	if (found < 0) {
		found = sheet_find(&r->sheet, r->match, back ? n - 1 : 0, back);
		if (found >= 0 && on)
			scene_say(r->t, back ? "Searched on from the end." :
					       "Searched on from the beginning.");
	}
	if (found < 0) {
		scene_say(r->t, "Nothing here says \"%s\".", r->match);
		return;
	}
	r->hit = found;
	sheet_show(&r->sheet, found, r->rows);
}

static void on_search(void *ctx, const char *text)
{
	struct reading *r = ctx;

	if (!text || !*text)
		return;
	free(r->match);
	r->match = mem_dup(text);
	r->sheet.match = r->match;
	r->hit = -1;
	search(r, false, false);
}

static void ask_search(struct reading *r)
{
	ask_push(r->t, &(struct ask){ .title = "Search", .start = NULL, .max = 200,
				      .done = on_search, .ctx = r });
}

static void text_key(void *self, const struct key *k)
{
	struct reading *r = self;
	struct key page = { .code = k->code };

	if (k->alt && k->code < K_ENTER) {
		scene_unknown(r->t, k);
		return;
	}
	if (k->code == ' ' || k->code == CTRL_F)
		page.code = K_PGDN;
	else if (k->code == 'b' || k->code == CTRL_B)
		page.code = K_PGUP;
	else if (k->code == 'j' || k->code == K_ENTER)
		page.code = K_DOWN;
	else if (k->code == 'k')
		page.code = K_UP;
	else if (k->code == 'g')
		page.code = K_HOME;
	else if (k->code == 'G')
		page.code = K_END;
	if (sheet_key(&r->sheet, &page, r->rows)) {
		r->hit = -1;
		return;
	}
	switch (k->code) {
	case '/': ask_search(r); break;
	case 'n': search(r, false, true); break;
	case 'N': search(r, true, true); break;
	case '?':
	case K_F1:
		if (r->keys) /* this is it */
			scene_pop(r->t);
		else
			scene_help(r->t);
		break;
	case 'q':
	case K_ESC:
	case CTRL_C:
	case CTRL_G: scene_pop(r->t); break;
	default: scene_unknown(r->t, k);
	}
}

/* One line of the help. */
static void add_help(struct sheet *s, const char *line, size_t n)
{
	char *text = mem_dupn(line, n), *does = strstr(text, "  ");

	if (does) {
		*does = '\0';
		does += strspn(does + 1, " ") + 1;
		char *key = mem_printf("  %-*s ", HELP_KEY_COLS, text);
		sheet_part(s, ST_KEY, key);
		free(key);
		sheet_add(s, ST_PLAIN, HELP_KEY_COLS + 3, does);
	} else {
		sheet_add(s, ST_STRONG, 0, text);
	}
	free(text);
}

static void fill_help(struct reading *r)
{
	for (const char *p = r->text; *p;) {
		size_t n = strcspn(p, "\n");
		add_help(&r->sheet, p, n);
		p += n + (p[n] == '\n');
	}
}

static void fill(struct reading *r, int width)
{
	if (!r->refill && r->sheet.n && r->sheet.width == width)
		return;
	sheet_clear(&r->sheet, width);
	if (r->refill)
		r->refill(r->ctx, &r->sheet);
	else if (r->keys)
		fill_help(r);
	else
		sheet_add(&r->sheet, ST_PLAIN, 2, r->text);
}

static void text_draw(void *self, struct term *t, struct area a)
{
	struct reading *r = self;
	struct area body = { a.row + 1, a.col, a.rows - 2, a.cols };

	fill(r, a.cols);
	r->rows = body.rows;
	int lead = paint_taken(t, a, 0);

	paint_row(t, a, 0, ST_BAR);
	paint_fit(t, a, 0, lead ? lead : 1, a.cols - lead - 2, ST_BAR, r->title);
	sheet_paint(&r->sheet, t, body);
	paint_row(t, a, a.rows - 1, ST_BAR);
	paint_fit(t, a, a.rows - 1, 1, a.cols - 2, ST_BAR,
		  "Esc back   / search   n N next, previous   Space b page   ? help");
}

static void text_free(void *self)
{
	struct reading *r = self;

	sheet_release(&r->sheet);
	free(r->match);
	free(r->title);
	free(r->text);
	free(r);
}

static void text_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "Up Down  a line\nSpace b PgDn PgUp  a page\nHome End  the begin, the end\n"
		      "/  searches; case makes no difference\nn N  the next, the previous match\n"
		      "Esc q  back to where you were\n");
}

static struct reading *push(struct tui *t, const char *title, const char *text)
{
	static const struct scene_ops ops = {
		.name = "a text", .draw = text_draw, .key = text_key, .free = text_free,
		.help = text_help,
	};
	struct reading *r = mem_alloc(sizeof(*r));

	r->t = t;
	r->title = mem_dup(title);
	r->text = mem_dup(text ? text : "");
	r->hit = -1;
	sheet_init(&r->sheet, 1);
	scene_push(t, &ops, r, true);
	return r;
}

void text_push(struct tui *t, const char *title, const char *text,
	       void (*refill)(void *ctx, struct sheet *s), void *ctx)
{
	struct reading *r = push(t, title, text);

	r->refill = refill;
	r->ctx = ctx;
}

/* --- help ------------------------------------------------------------------------------------- */

void scene_help(struct tui *t)
{
	struct buf b = BUF_INIT;

	for (size_t i = t->n; i-- > 0;) {
		const struct tui_layer *l = &t->v[i];
		if (l->ops->help) {
			buf_addf(&b, "%sKeys of %s\n", b.len ? "\n" : "",
				 l->ops->name ? l->ops->name : "this");
			l->ops->help(l->self, &b);
		}
		if (l->whole)
			break;
	}
	buf_adds(&b, "\nEverywhere\n^L  paints the screen anew\n"
		     "^Z  stops this program; what runs goes on\n");
	push(t, "Help", buf_str(&b))->keys = true;
	buf_release(&b);
	if (t->helped)
		t->helped(t->helped_ctx);
}

void scene_on_help(struct tui *t, void (*fn)(void *ctx), void *ctx)
{
	t->helped = fn;
	t->helped_ctx = ctx;
}
