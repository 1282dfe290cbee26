/* A command's whole output as a scene. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "mem.h"
#include "pagerint.h"
#include "state.h"
#include "str.h"
#include "view.h"

enum {
	CTRL_B = 2, CTRL_C = 3, CTRL_D = 4, CTRL_F = 6, CTRL_G = 7, CTRL_U = 0x15,
	COUNT_MS = 5,        /* the index works so long … */
	REST_MS = 10,        /* … and rests so long */
	TELL_MS = 250,       /* figures are drawn anew this often */
	RETRY_MS = 1000,     /* … and what could not be read is tried again */
	SIDE = 8,            /* columns of an arrow */
	LEFT_MAX = 2 * PAGER_BLOCK,
	NUMBER_MAX = 100000000,
};

static const struct cmd *command(const struct pager *p)
{
	return state_cmd(view_state(client_view(p->c)), p->token);
}

static int64_t bytes_of(const struct pager *p, int stream)
{
	const struct cmd *c = command(p);

	return c ? c->bytes[stream] : 0;
}

static bool runs(const struct pager *p)
{
	const struct cmd *c = command(p);

	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

static void show_stream(struct pager *p, int stream)
{
	if (!bytes_of(p, stream) && stream != p->stream) {
		scene_say(p->t, "There is nothing in %s.",
			  stream == 0 ? "out" : stream == 1 ? "err" : "the terminal");
		return;
	}
	p->stream = stream;
	p->raw = stream != 2;
	p->size = bytes_of(p, stream);
	p->ended = !runs(p);
	p->due = 0;
	p->counted = false;
	p->top = 0;
	p->left = 0;
	p->wanted = 0;
	p->find.on = false;
	p->find.hit = -1;
	pager_forget(p);
	pager_index_clear(p);
}

/* --- moving ----------------------------------------------------------------------------------- */

static void move(struct pager *p, int lines)
{
	for (; lines > 0; lines--) {
		int64_t next = pager_next(p, p->top);

		if (next <= p->top || next >= p->size)
			break;
		p->top = next;
	}
	for (; lines < 0 && p->top > 0; lines++)
		p->top = pager_prev(p, p->top);
	p->follow = false;
	p->find.hit = -1; /* a search goes on from what is seen */
}

static void go_end(struct pager *p)
{
	p->find.hit = -1;
	p->top = p->size;
	for (int i = 0; i < p->rows && p->top > 0; i++)
		p->top = pager_prev(p, p->top);
}

static void sideways(struct pager *p, int cols)
{
	p->left += cols;
	if (p->left < 0)
		p->left = 0;
	if (p->left > LEFT_MAX)
		p->left = LEFT_MAX;
}

/* What was found is put a few lines below the top, and its column in sight. */
static void show_hit(struct pager *p)
{
	int64_t at = p->find.hit, bottom = p->top;
	int col;

	for (int i = 0; i < p->rows; i++)
		bottom = pager_next(p, bottom);
	if (at < p->top || at >= bottom) {
		p->top = at;
		move(p, -(p->rows / 4));
	}
	p->find.hit = at;
	p->follow = false;
	col = pager_match_col(p, at);
	if (col < p->left || col + (int)strlen(p->find.word) > p->left + p->cols - 1)
		p->left = col < p->cols - 1 ? 0 : col - p->cols / 2;
	if (p->find.wrapped)
		scene_say(p->t, p->find.back ? "Searched on from the end." :
			  "Searched on from the beginning.");
}

/* --- searching -------------------------------------------------------------------------------- */

static void search(struct pager *p, bool back, bool on)
{
	int64_t from = p->top;

	if (!p->find.word[0]) {
		scene_say(p->t, "Nothing is searched for yet: / begins a search.");
		return;
	}
	if (on && p->find.hit >= 0)
		from = back ? p->find.hit : pager_next(p, p->find.hit);
	pager_find_begin(p, from, back);
}

static void on_word(void *ctx, const char *text)
{
	struct pager *p = ctx;

	if (!text || !*text)
		return;
	pager_find_word(p, text);
	p->find.hit = -1;
	search(p, false, false);
}

static void ask_word(struct pager *p)
{
	ask_push(p->t, &(struct ask){ .title = "Search", .max = PAGER_WORD_MAX, .done = on_word,
				      .ctx = p });
}

/* --- keys ------------------------------------------------------------------------------------- */

static void line_down(struct pager *p) { move(p, 1); }
static void line_up(struct pager *p) { move(p, -1); }
static void page_down(struct pager *p) { move(p, p->rows > 1 ? p->rows - 1 : 1); }
static void page_up(struct pager *p) { move(p, p->rows > 1 ? 1 - p->rows : -1); }
static void half_down(struct pager *p) { move(p, p->rows / 2 + 1); }
static void half_up(struct pager *p) { move(p, -(p->rows / 2 + 1)); }
static void side_left(struct pager *p) { sideways(p, -SIDE); }
static void side_right(struct pager *p) { sideways(p, SIDE); }
static void next_hit(struct pager *p) { search(p, false, true); }
static void previous_hit(struct pager *p) { search(p, true, true); }
static void stream_out(struct pager *p) { show_stream(p, 0); }
static void stream_err(struct pager *p) { show_stream(p, 1); }
static void stream_tty(struct pager *p) { show_stream(p, 2); }
static void leave(struct pager *p) { scene_pop(p->t); }
static void help(struct pager *p) { scene_help(p->t); }

/* 1200G; it waits until so many lines are counted. */
static void go_line(struct pager *p)
{
	p->wanted = p->typed;
	p->due = 0;
	p->follow = false;
	p->find.hit = -1;
}

/* 40% of the bytes. */
static void go_part(struct pager *p)
{
	int64_t part = p->typed < 100 ? p->typed : 100;

	p->top = pager_line(p, p->size / 100 * part + p->size % 100 * part / 100);
	p->follow = false;
	p->find.hit = -1;
}

static void first(struct pager *p)
{
	if (p->typed) {
		go_line(p);
		return;
	}
	p->top = 0;
	p->left = 0;
	p->follow = false;
	p->find.hit = -1;
}

static void last(struct pager *p)
{
	if (p->typed) {
		go_line(p);
		return;
	}
	go_end(p);
	p->follow = false;
}

static void follow(struct pager *p)
{
	if (!runs(p))
		scene_say(p->t, "It has ended: nothing more will come.");
	else
		p->follow = true;
	go_end(p);
}

static void raw(struct pager *p)
{
	p->raw = !p->raw;
	scene_say(p->t, p->raw ? "Every byte is shown." :
		  "Control sequences and what was written over are not shown.");
}

static const struct {
	uint32_t key;
	void (*fn)(struct pager *p);
} keys[] = {
	{ K_DOWN, line_down }, { 'j', line_down }, { K_ENTER, line_down },
	{ K_UP, line_up }, { 'k', line_up },
	{ K_PGDN, page_down }, { ' ', page_down }, { CTRL_F, page_down }, { 'f', page_down },
	{ K_PGUP, page_up }, { 'b', page_up }, { CTRL_B, page_up },
	{ CTRL_D, half_down }, { CTRL_U, half_up },
	{ K_LEFT, side_left }, { K_RIGHT, side_right },
	{ K_HOME, first }, { 'g', first }, { '<', first },
	{ K_END, last }, { 'G', last }, { '>', last },
	{ 'F', follow }, { 'r', raw }, { '%', go_part },
	{ '/', ask_word }, { 'n', next_hit }, { 'N', previous_hit },
	{ 'o', stream_out }, { 'e', stream_err }, { 't', stream_tty },
	{ 'q', leave }, { K_ESC, leave }, { CTRL_C, leave }, { CTRL_G, leave }, { '?', help },
};

/* A digit before G, g or %. */
static bool typed_digit(struct pager *p, const struct key *k)
{
	if (k->alt || k->code < '0' || k->code > '9' || p->typed > NUMBER_MAX)
		return false;
	p->typed = p->typed * 10 + (k->code - '0');
	return true;
}

static void key(void *self, const struct key *k)
{
	struct pager *p = self;

	if (typed_digit(p, k))
		return;
	if (p->find.on || p->wanted) {
		p->find.on = false; /* any key stops it, and these do no more */
		p->wanted = 0;
		if (k->code == K_ESC || k->code == CTRL_C || k->code == CTRL_G ||
		    k->code == 'q') {
			scene_say(p->t, "It was stopped.");
			return;
		}
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key == k->code && !k->alt) {
			keys[i].fn(p);
			p->typed = 0;
			return;
		}
	p->typed = 0;
	scene_unknown(p->t, k);
}

static void add_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out,
		 "Up Down  a line\n"
		 "Space b PgDn PgUp  a page; ^D ^U half of one\n"
		 "Left Right  to the sides of long lines\n"
		 "g G Home End  the begin, the end; 1200G  line 1200; 40%  so far in\n"
		 "/  searches; a capital in it makes case count\n"
		 "n N  the next, the previous line that has it; Esc stops a search\n"
		 "F  follows what comes\n"
		 "o e t  standard output, standard error, the terminal\n"
		 "r  every byte, or without control sequences\n"
		 "Esc q  back to where you were\n");
}

/* --- beside the keys -------------------------------------------------------------------------- */

static void grow(struct pager *p)
{
	int64_t size = bytes_of(p, p->stream);

	if (size == p->size && p->ended == !runs(p))
		return;
	p->ended = !runs(p);
	if (p->missing)
		pager_forget(p); /* perhaps they have come */
	p->size = size;
	p->due = 0;
	p->counted = false;
	scene_stale(p->t);
}

/* What could not be read is perhaps only busy. */
static void retry(struct pager *p, int64_t now)
{
	if (!p->missing || now - p->retried < RETRY_MS * CLOCK_MS)
		return;
	p->retried = now;
	pager_forget(p);
	scene_stale(p->t);
}

static int search_tick(struct pager *p, int64_t now)
{
	pager_find_slice(p, now + PAGER_SLICE_NS);
	if (!p->find.on && p->find.hit >= 0)
		show_hit(p);
	if (!p->find.on || now - p->told > TELL_MS * CLOCK_MS)
		scene_stale(p->t);
	return 0;
}

/* The line is counted, or there are not so many. */
static void arrive(struct pager *p)
{
	int64_t at = pager_place(p, p->wanted);

	if (at >= 0) {
		p->top = at;
	} else if (p->counted) {
		go_end(p);
		scene_say(p->t, "It has no line %lld: this is the end.", (long long)p->wanted);
	} else {
		return;
	}
	p->wanted = 0;
	scene_stale(p->t);
}

static int count_tick(struct pager *p, int64_t now)
{
	bool more = pager_index_slice(p, now + COUNT_MS * CLOCK_MS);

	p->counted = !more;
	if (p->wanted)
		arrive(p);
	if (!more || now - p->told > TELL_MS * CLOCK_MS)
		scene_stale(p->t);
	/* without an end of its last line there is nothing to do until more comes */
	if (!more)
		return -1;
	p->due = p->wanted ? 0 : now + (COUNT_MS + REST_MS) * CLOCK_MS;
	return p->wanted ? 0 : REST_MS;
}

static int tick(void *self)
{
	struct pager *p = self;
	int64_t now = clock_now().boot;

	grow(p);
	retry(p, now);
	if (p->find.on)
		return search_tick(p, now);
	if (p->wanted)
		arrive(p);
	if (p->told == 0 || p->counted)
		return p->missing ? RETRY_MS : -1;
	if (now < p->due)
		return (int)((p->due - now) / CLOCK_MS) + 1;
	return count_tick(p, now);
}

static void release(void *self)
{
	struct pager *p = self;

	buf_release(&p->win);
	buf_release(&p->work);
	buf_release(&p->line);
	buf_release(&p->clean);
	free(p->ix.at);
	free(p);
}

void output_push(struct tui *t, struct client *c, const char *token)
{
	static const struct scene_ops ops = {
		.name = "output", .draw = pager_draw, .key = key, .tick = tick, .free = release,
		.help = add_help,
	};
	struct pager *p = mem_alloc(sizeof *p);
	const struct cmd *cmd;

	p->t = t;
	p->c = c;
	p->rows = p->cols = 1;
	if (!str_copy(p->token, sizeof p->token, token))
		p->token[0] = '\0';
	cmd = command(p);
	p->stream = cmd && cmd->terminal ? 2 : 0;
	if (!bytes_of(p, p->stream))
		for (int s = 2; s >= 0; s--)
			if (bytes_of(p, s))
				p->stream = s;
	show_stream(p, p->stream);
	scene_push(t, &ops, p, true);
}
