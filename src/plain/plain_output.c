/* What commands print, as it comes: "| " before a line of output, "! " before one of stderr. Who
 * is far behind is shown the end and told how much is left out: the whole is on record. */
#include <stdlib.h>
#include <string.h>

#include "client_past.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

enum {
	STEP_BYTES = 256 << 10, /* shown of one step's rows */
	TAIL_BYTES = 16 << 10,  /* of what is not shown whole */
	IDLE_NS = 300000000,    /* an unfinished line is shown after this */
	LATE_NS = 500000000,    /* in a flood its end is shown this often */
};

#define REDRAW_NS 5000000000LL /* a line that is redrawn: this often */

struct printer {
	struct plain *p;
	struct tail *t;
};

static struct tail *tail_of(struct plain *p, const struct cmd *c, int stream)
{
	size_t open = p->open ? (size_t)(p->open - p->tails) : 0;
	struct tail *t;

	for (size_t i = 0; i < p->n_tails; i++)
		if (p->tails[i].stream == stream && str_eq(p->tails[i].token, c->token))
			return &p->tails[i];
	p->tails = mem_grow(p->tails, p->n_tails + 1, sizeof *p->tails);
	if (p->open)
		p->open = &p->tails[open];
	t = &p->tails[p->n_tails++];
	memset(t, 0, sizeof *t);
	memcpy(t->token, c->token, sizeof t->token);
	t->stream = stream;
	t->strip.terminal = stream == 2;
	return t;
}

static size_t in_flight(const struct state *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_cmds; i++)
		n += s->cmds[i]->phase == CMD_INTENT || s->cmds[i]->phase == CMD_STOPPING;
	return n;
}

/* Whose line it is, where several commands speak. */
static void add_prefix(struct buf *out, const struct plain *p, const struct tail *t)
{
	const struct state *s = view_state(p->v);
	const struct cmd *c = state_cmd(s, t->token);

	if (in_flight(s) > 1 && c && c->inst) {
		buf_addc(out, '(');
		view_step_name(out, p->v, c->inst);
		buf_adds(out, ") ");
	}
	buf_adds(out, t->stream == 1 ? "! " : "| ");
}

/* A line that was taken back is said anew, on a line of its own. */
static void check_redraw(struct plain *p, struct tail *t)
{
	if (t->redraws == t->strip.redraws)
		return;
	t->redraws = t->strip.redraws;
	if (t->shown && p->open == t)
		plain_fresh(p);
	t->shown = 0;
}

/* A line, or the part of it that is not on the screen yet. */
static void print_line(void *ctx, const char *line)
{
	struct printer *pr = ctx;
	struct plain *p = pr->p;
	struct tail *t = pr->t;
	struct buf b = BUF_INIT;

	check_redraw(p, t);
	if (p->open == t)
		p->open = NULL; /* goes on where it stands */
	else
		add_prefix(&b, p, t);
	if (strlen(line) > t->shown)
		buf_adds(&b, line + t->shown);
	t->shown = 0;
	plain_exact(p, buf_str(&b));
	buf_release(&b);
}

static void say_skipped(struct plain *p, struct tail *t)
{
	if (t->skipped)
		plain_say(p, "(%lld bytes are not shown here; `show STEP` shows the record)",
			  (long long)t->skipped);
	t->skipped = 0;
}

static void show_bytes(struct plain *p, struct tail *t, int64_t from, int64_t n)
{
	struct printer pr = { .p = p, .t = t };
	struct buf bytes = BUF_INIT, text = BUF_INIT;

	if (t->skipped)
		t->lines.lost = true;
	say_skipped(p, t);
	/* what a row says is there is waited for: for a moment somebody may hold the file */
	if (client_output_kept(p->c, t->token, t->stream, from, (size_t)n, &bytes, NULL) == 0) {
		progress_lines_feed(&t->lines, buf_str(&bytes), bytes.len, &text, NULL, NULL);
		plain_strip_feed(&t->strip, buf_str(&text), text.len, print_line, &pr);
	} else {
		t->skipped += n;
	}
	buf_release(&bytes);
	buf_release(&text);
}

/* The end of what came too fast. */
static void show_late(struct plain *p, struct tail *t)
{
	int64_t n = t->late < TAIL_BYTES ? t->late : TAIL_BYTES;

	t->skipped += t->late - n;
	t->late = 0;
	t->late_at = plain_now();
	if (n)
		show_bytes(p, t, t->upto - n, n);
}

void plain_output(struct plain *p, const struct event *ev)
{
	static const char *const streams[] = { "out", "err", "tty" };
	struct json *doc = NULL;
	const struct cmd *c;
	int64_t from, n;
	int stream = 0;
	struct tail *t;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	c = state_cmd(view_state(p->v), json_str(doc, "token"));
	while (stream < 2 && !str_eq(streams[stream], json_str(doc, "stream")))
		stream++;
	from = json_int(doc, "from", 0);
	n = json_int(doc, "n", 0);
	json_free(doc);
	if (!c || n <= 0)
		return;
	t = tail_of(p, c, stream);
	t->at = plain_now();
	if (t->late || (size_t)n > p->budget) {
		/* unpacking it all would take from the command what it needs to run */
		t->late += n;
		t->upto = from + n;
		return;
	}
	p->budget -= (size_t)n;
	show_bytes(p, t, from, n);
}

static void show_rest(struct plain *p, struct tail *t)
{
	struct buf rest = BUF_INIT, b = BUF_INIT;

	check_redraw(p, t);
	t->shown_at = plain_now();
	if (plain_strip_rest(&t->strip, &rest) && rest.len > t->shown) {
		if (p->open != t) {
			plain_fresh(p);
			add_prefix(&b, p, t);
			buf_adds(&b, buf_str(&rest));
		} else {
			buf_adds(&b, buf_str(&rest) + t->shown);
		}
		t->shown = rest.len;
		p->open = NULL;
		plain_raw(p, buf_str(&b));
		p->open = t;
	}
	buf_release(&rest);
	buf_release(&b);
}

bool plain_output_waits(const struct plain *p)
{
	for (size_t i = 0; i < p->n_tails; i++)
		if (p->tails[i].late || p->tails[i].strip.line.len > p->tails[i].shown)
			return true;
	return false;
}

/* Not a progress bar, which is said anew now and then only. */
static bool is_idle(const struct tail *t)
{
	int64_t now = plain_now();

	if (!t->strip.line.len || now - t->at < IDLE_NS)
		return false;
	return t->redraws == t->strip.redraws || now - t->shown_at > REDRAW_NS;
}

void plain_output_idle(struct plain *p)
{
	p->budget = STEP_BYTES;
	plain_progress(p);
	for (size_t i = 0; i < p->n_tails; i++) {
		struct tail *t = &p->tails[i];

		if (t->late && plain_now() - t->late_at >= LATE_NS)
			show_late(p, t);
		if (is_idle(t))
			show_rest(p, t);
	}
}

/* What looked like the beginning of a progress line and was none. */
static void show_held(struct plain *p, struct tail *t)
{
	struct printer pr = { .p = p, .t = t };
	struct buf text = BUF_INIT;

	progress_lines_end(&t->lines, &text);
	plain_strip_feed(&t->strip, buf_str(&text), text.len, print_line, &pr);
	buf_release(&text);
}

void plain_output_end(struct plain *p, const char *token)
{
	for (size_t i = 0; i < p->n_tails;) {
		struct tail *t = &p->tails[i];

		if (!str_eq(t->token, token)) {
			i++;
			continue;
		}
		show_late(p, t);
		say_skipped(p, t);
		show_held(p, t);
		show_rest(p, t);
		plain_fresh(p); /* no line is open now: the tails may move */
		plain_strip_release(&t->strip);
		memmove(t, t + 1, (p->n_tails - i - 1) * sizeof *t);
		p->n_tails--;
	}
}

void plain_output_free(struct plain *p)
{
	for (size_t i = 0; i < p->n_tails; i++)
		plain_strip_release(&p->tails[i].strip);
	free(p->tails);
	progress_set_release(&p->progress);
}
