/* A command on its own terminal inside the screen. */
#include "pane.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "paneint.h"
#include "scene.h"
#include "state.h"
#include "str.h"
#include "view.h"
#include "vt.h"

enum { PASTE_BYTES = 32 << 10 }; /* of one intent */

#define NO_KEY UINT32_MAX

int64_t pane_now(void)
{
	return clock_now().boot;
}

struct pane *pane_new(struct tui *t, struct client *c)
{
	struct pane *p = mem_alloc(sizeof *p);

	p->t = t;
	p->c = c;
	p->vt = vt_new(24, 80);
	return p;
}

void pane_free(struct pane *p)
{
	if (!p)
		return;
	vt_free(p->vt);
	buf_release(&p->bytes);
	buf_release(&p->crlf);
	buf_release(&p->shown);
	free(p->v);
	free(p);
}

const struct cmd *pane_cmd(const struct pane *p)
{
	return p->token[0] ? state_cmd(view_state(client_view(p->c)), p->token) : NULL;
}

bool pane_runs(const struct pane *p)
{
	const struct cmd *c = pane_cmd(p);

	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

void pane_follow(struct pane *p, const char *token)
{
	if (!str_copy(p->token, sizeof p->token, token ? token : ""))
		return;
	vt_reset(p->vt);
	p->sized = false;
	p->reach_rows = p->reach_cols = 0;
	pane_feed_begin(p);
}

const char *pane_token(const struct pane *p)
{
	return p->token[0] ? p->token : NULL;
}

static int stream_of(const char *name)
{
	return str_eq(name, "out") ? 0 : str_eq(name, "err") ? 1 : 2;
}

void pane_event(struct pane *p, const struct event *ev, bool past)
{
	struct json *doc = NULL;
	struct piece c = { .at = pane_now(), .live = !past };

	if (ev->kind != EV_OUTPUT || !p->token[0] || json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	if (str_eq(json_str(doc, "token"), p->token)) {
		c.stream = stream_of(json_str(doc, "stream"));
		c.from = json_int(doc, "from", 0);
		c.n = json_int(doc, "n", 0);
		c.plain = json_bool(doc, "plain", false);
		pane_feed_add(p, &c);
	}
	json_free(doc);
}

int pane_tick(struct pane *p)
{
	return p->token[0] ? pane_feed_slice(p) : -1;
}

/* An area that gets a little lower takes no lines away from what is printed line by line: they
 * would not come back when it is higher again. */
static int rows_for(const struct pane *p, int rows)
{
	int have, cols;

	vt_size(p->vt, &have, &cols);
	if (!p->sized || vt_addressed(p->vt) || rows >= have || rows * 2 < have)
		return rows;
	return have;
}

void pane_size(struct pane *p, int rows, int cols)
{
	if (rows < 1 || cols < 1)
		return;
	if (!client_has_seat(p->c)) {
		rows = rows > p->reach_rows ? rows : p->reach_rows;
		cols = cols > p->reach_cols ? cols : p->reach_cols;
	}
	rows = rows_for(p, rows);
	p->sized = true;
	vt_resize(p->vt, rows, cols);
	if ((rows == p->rows && cols == p->cols) || !client_has_seat(p->c))
		return;
	if (client_resize(p->c, rows, cols, NULL))
		return;
	p->rows = rows;
	p->cols = cols;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void add_bytes(struct buf *b, int64_t n)
{
	if (n >= 10 << 20)
		buf_addf(b, "%lld MiB", (long long)(n >> 20));
	else if (n >= 10 << 10)
		buf_addf(b, "%lld KiB", (long long)(n >> 10));
	else
		buf_addf(b, "%lld bytes", (long long)n);
}

/* What is not to be seen here, in the corner: never a gap without a word. */
static void draw_word(struct pane *p, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;
	int64_t began = p->began[0] + p->began[1] + p->began[2];
	int cols;

	if (p->trouble) {
		buf_addf(&b, " %s ", p->trouble);
	} else if (p->skipped) {
		buf_addc(&b, ' ');
		add_bytes(&b, p->skipped);
		buf_adds(&b, " not shown here ");
	} else if (began && p->say_until) {
		buf_addc(&b, ' ');
		add_bytes(&b, began);
		buf_adds(&b, " before this ");
	}
	cols = (int)b.len;
	if (cols && cols <= a.cols)
		paint_text(t, a, 0, a.cols - cols, ST_BAR, buf_str(&b));
	buf_release(&b);
}

/* Of a terminal that is higher than the area: the part with the cursor. */
static int first_row(struct pane *p, struct area a)
{
	int rows, cols, row, col;

	vt_size(p->vt, &rows, &cols);
	vt_cursor(p->vt, &row, &col);
	if (rows <= a.rows || row < a.rows)
		return 0;
	return row - a.rows + 1;
}

void pane_draw(struct pane *p, struct term *t, struct area a, bool drives)
{
	int from = first_row(p, a), rows, cols, row, col;
	struct vt_cell cell;

	paint_blank(t, a);
	vt_size(p->vt, &rows, &cols);
	for (int r = 0; r < a.rows && from + r < rows; r++)
		for (int c = 0; c < a.cols && c < cols; c++) {
			vt_cell(p->vt, from + r, c, &cell);
			if (cell.width)
				paint_cell(t, a, r, c, &cell);
		}
	draw_word(p, t, a);
	if (!p->any && p->head == p->n)
		paint_text(t, a, 0, 0, ST_DIM, pane_runs(p) ? "(nothing printed yet)"
							    : "(nothing printed)");
	if (drives && vt_cursor(p->vt, &row, &col))
		paint_cursor(t, a, row - from, col);
}

/* --- keys ------------------------------------------------------------------------------------- */

static const struct {
	uint32_t from, to;
} codes[] = {
	{ K_ENTER, '\r' }, { K_ESC, 0x1b }, { K_TAB, '\t' }, { K_BACKTAB, VT_KEY_BACKTAB },
	{ K_BACKSPACE, VT_KEY_BACKSPACE }, { K_DELETE, VT_KEY_DELETE }, { K_UP, VT_KEY_UP },
	{ K_DOWN, VT_KEY_DOWN }, { K_LEFT, VT_KEY_LEFT }, { K_RIGHT, VT_KEY_RIGHT },
	{ K_HOME, VT_KEY_HOME }, { K_END, VT_KEY_END }, { K_PGUP, VT_KEY_PGUP },
	{ K_PGDN, VT_KEY_PGDN }, { K_INSERT, VT_KEY_INSERT },
};

static uint32_t code_of(uint32_t key)
{
	if (key >= K_F1 && key <= K_F12)
		return VT_KEY_F1 + (key - K_F1);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].from == key)
			return codes[i].to;
	return key < K_ENTER ? key : NO_KEY;
}

/* A pasted text as a terminal sends it: lines end as Enter does, nothing in it ends the paste. */
static void send_paste(struct pane *p)
{
	size_t n = 0;
	const char *s = term_paste(tui_term(p->t), &n);
	struct buf b = BUF_INIT;
	char mark[8];
	bool marked = vt_paste_mark(p->vt, false, mark) > 0;

	if (!s) {
		scene_say(p->t, "that paste is too long: nothing of it was sent");
		return;
	}
	buf_add(&b, mark, vt_paste_mark(p->vt, false, mark));
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\n') {
			if (i == 0 || s[i - 1] != '\r')
				buf_addc(&b, '\r');
		} else if (s[i] != 0x1b || !marked) {
			buf_addc(&b, s[i]);
		}
	buf_add(&b, mark, vt_paste_mark(p->vt, true, mark));
	for (size_t at = 0; at < b.len; at += PASTE_BYTES)
		client_keys(p->c, p->token, b.data + at,
			    b.len - at < PASTE_BYTES ? b.len - at : PASTE_BYTES, NULL);
	if (b.len)
		mem_wipe(b.data, b.len);
	buf_release(&b);
}

void pane_key(struct pane *p, const struct key *k)
{
	const struct cmd *c = pane_cmd(p);
	char s[16];
	size_t n;

	if (!c || !c->terminal || !pane_runs(p) || !client_has_seat(p->c))
		return;
	if (k->code == K_PASTE) {
		send_paste(p);
		return;
	}
	n = vt_key(p->vt, code_of(k->code), k->alt, s, sizeof s);
	if (n)
		client_keys(p->c, p->token, s, n, NULL);
	mem_wipe(s, sizeof s);
}

/* --- what it looks like ----------------------------------------------------------------------- */

bool pane_full_screen(const struct pane *p)
{
	return vt_full_screen(p->vt) && pane_runs(p);
}

bool pane_wants_keys(const struct pane *p)
{
	const struct cmd *c = pane_cmd(p);
	int row, col;

	if (!c || !c->terminal || !pane_runs(p))
		return false;
	if (vt_full_screen(p->vt))
		return true;
	vt_cursor(p->vt, &row, &col);
	return p->any && col > 0 && p->head == p->n && !p->idle_at;
}
