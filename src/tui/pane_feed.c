/* What a command printed, from the record into its terminal: in slices, so that a key is never kept
 * waiting, and not more than can be looked at. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "client_past.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "paneint.h"
#include "scene.h"
#include "state.h"
#include "view.h"
#include "vt.h"

#define BEHIND_NS (100 * CLOCK_MS)     /* plain pieces are skipped from here on */
#define LOST_NS (1000 * CLOCK_MS)      /* … and from here on others too */
#define SLICE_NS (8 * CLOCK_MS)        /* of work between two looks at the keys */
#define PACE_NS (20 * CLOCK_MS)        /* between two slices of a flood */
#define SAY_NS (4000 * CLOCK_MS)
#define RETRY_NS (1000 * CLOCK_MS)     /* a row may be seen a moment before its bytes */

enum {
	READ_BYTES = 32 << 10,   /* at a time */
	MUCH_BYTES = 256 << 10,  /* waiting: a flood */
	RUN_BYTES = 16 << 10,    /* fewer plain bytes than these are shown whatever the haste */
	KEEP_BYTES = 32 << 10,   /* the end of what is skipped is shown */
	PAST_BYTES = 4 << 20,    /* shown of what was printed before anyone looked */
	PAST_PIPE_BYTES = 64 << 10,
	ANSWERS_MAX = 32,        /* of the terminal's own, a second */
	ANSWER_BYTES = 1024,
};

/* --- the queue -------------------------------------------------------------------------------- */

static void take_first(struct pane *p, int64_t n)
{
	struct piece *c = &p->v[p->head];

	c->from += n;
	c->n -= n;
	p->pending -= n;
	p->tried = 0;
	while (p->head < p->n && p->v[p->head].n <= 0)
		p->head++;
	if (p->head == p->n)
		p->head = p->n = 0;
}

static void push(struct pane *p, const struct piece *c)
{
	if (p->n == p->cap && p->head > p->cap / 2) {
		memmove(p->v, p->v + p->head, (p->n - p->head) * sizeof *p->v);
		p->n -= p->head;
		p->head = 0;
	}
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 64;
		p->v = mem_grow(p->v, p->cap, sizeof *p->v);
	}
	p->v[p->n++] = *c;
	p->pending += c->n;
}

void pane_feed_add(struct pane *p, const struct piece *piece)
{
	struct piece c = *piece;
	int64_t known = p->next[c.stream] - c.from;

	if (known > 0) {
		c.from += known;
		c.n -= known;
	}
	if (c.n <= 0)
		return;
	p->next[c.stream] = c.from + c.n;
	push(p, &c);
}

void pane_feed_begin(struct pane *p)
{
	const struct cmd *c = pane_cmd(p);

	p->head = p->n = 0;
	p->pending = p->skipped = p->say_until = p->due = p->tried = p->idle_at = 0;
	p->any = false;
	p->trouble = NULL;
	for (int s = 0; s < 3; s++) {
		int64_t most = s == 2 ? PAST_BYTES : PAST_PIPE_BYTES;
		int64_t have = c ? c->bytes[s] : 0, n = have < most ? have : most;

		p->began[s] = p->next[s] = have - n;
		p->lines[s] = (struct progress_lines){ .lost = have > n };
		if (p->began[s])
			p->say_until = pane_now() + SAY_NS;
		if (n)
			pane_feed_add(p, &(struct piece){ .stream = s, .from = have - n, .n = n,
							  .at = pane_now() });
	}
}

/* --- falling behind --------------------------------------------------------------------------- */

static void skip(struct pane *p, struct piece *c, int64_t n)
{
	c->from += n;
	c->n -= n;
	p->pending -= n;
	p->skipped += n;
	p->lines[c->stream].lost = true;
	p->say_until = pane_now() + SAY_NS;
}

/* Leaves out what may be left out of the queue but for its last KEEP_BYTES. A program that has the
 * whole screen gets every byte: it would stand there in shreds. */
static void drop_behind(struct pane *p, int64_t now)
{
	int64_t late = p->n > p->head ? now - p->v[p->head].at : 0, run = 0;
	bool all = late > LOST_NS, any = false;

	if ((late < BEHIND_NS && p->pending < MUCH_BYTES) || vt_full_screen(p->vt))
		return;
	for (size_t i = p->head; i < p->n; i++)
		run += p->v[i].plain || all ? p->v[i].n : 0;
	if (run < RUN_BYTES + KEEP_BYTES)
		return;
	for (size_t i = p->head; i < p->n && p->pending > KEEP_BYTES; i++) {
		struct piece *c = &p->v[i];
		int64_t n = p->pending - KEEP_BYTES;

		if (!c->live || (!c->plain && !all))
			continue;
		skip(p, c, n < c->n ? n : c->n);
		any = true;
	}
	if (!any)
		return;
	p->tried = 0;
	while (p->head < p->n && p->v[p->head].n <= 0)
		p->head++;
	vt_feed(p->vt, "\033[m\r\n", 5);
}

/* --- into the terminal ------------------------------------------------------------------------ */

/* What the program asks its terminal is answered by who drives, and only while it asks: never when
 * its output is read again, and not by the thousand. */
static void answer(struct pane *p, const struct piece *c)
{
	const struct cmd *cmd = pane_cmd(p);
	char s[ANSWER_BYTES];
	size_t n = vt_reply(p->vt, s, sizeof s);
	int64_t second = pane_now() / (1000 * CLOCK_MS);

	if (!n || !c->live || c->stream != 2 || !cmd || !cmd->terminal || !pane_runs(p) ||
	    !client_has_seat(p->c))
		return;
	if (second != p->answers_from)
		p->answers = 0;
	p->answers_from = second;
	if (p->answers++ < ANSWERS_MAX)
		client_keys(p->c, p->token, s, n, NULL);
}

/* Pipes have no terminal in between that makes a new line out of a line feed. */
static void feed_pipe(struct pane *p, const char *s, size_t n)
{
	buf_clear(&p->crlf);
	for (const char *end = s + n, *at; s < end; s = at + 1) {
		at = memchr(s, '\n', (size_t)(end - s));
		if (!at) {
			buf_add(&p->crlf, s, (size_t)(end - s));
			break;
		}
		buf_add(&p->crlf, s, (size_t)(at - s));
		buf_add(&p->crlf, "\r\n", 2);
	}
	vt_feed(p->vt, buf_str(&p->crlf), p->crlf.len);
}

/* Lines that only say how far it is stand elsewhere. */
static void feed_bytes(struct pane *p, int stream)
{
	if (stream == 2)
		vt_feed(p->vt, buf_str(&p->shown), p->shown.len);
	else
		feed_pipe(p, buf_str(&p->shown), p->shown.len);
}

/* A prompt may begin as a progress line does: it is not held back for ever. */
static void feed_held(struct pane *p)
{
	for (int s = 0; s < 3; s++) {
		buf_clear(&p->shown);
		progress_lines_end(&p->lines[s], &p->shown);
		if (p->shown.len)
			feed_bytes(p, s);
	}
}

/* Nothing there where the row says there is: it comes in a moment, or never. */
static bool give_up(struct pane *p, int64_t now)
{
	if (!p->tried)
		p->tried = now;
	if (now - p->tried < RETRY_NS && !client_pruned(p->c) && !client_redacted(p->c))
		return false;
	p->trouble = client_pruned(p->c) ? "what this printed was pruned" :
		client_redacted(p->c) ? "some of what this printed was redacted" :
		"bytes are missing from the record";
	return true;
}

/* The first piece, READ_BYTES of it. False: not to be had now. */
static bool feed_some(struct pane *p)
{
	struct piece *c = &p->v[p->head], was = *c;
	int64_t n = c->n < READ_BYTES ? c->n : READ_BYTES, next;

	buf_clear(&p->bytes);
	if (client_output(p->c, p->token, c->stream, c->from, (size_t)n, &p->bytes, &next, NULL)) {
		p->trouble = "the record of this output cannot be read";
		take_first(p, c->n);
		return true;
	}
	if (!p->bytes.len) {
		if (!give_up(p, pane_now()))
			return false;
		take_first(p, c->n);
		return true;
	}
	buf_clear(&p->shown);
	progress_lines_feed(&p->lines[was.stream], p->bytes.data, p->bytes.len, &p->shown, NULL,
			    NULL);
	feed_bytes(p, was.stream);
	p->any = true;
	take_first(p, (int64_t)p->bytes.len);
	answer(p, &was);
	return true;
}

static int ms_until(int64_t now, int64_t then)
{
	return then <= now ? 0 : (int)((then - now) / CLOCK_MS) + 1;
}

/* Nothing to feed: until what is said of skipping is to be wiped out again, or an unfinished line
 * has become a prompt. */
static int rest(struct pane *p, int64_t now)
{
	int64_t *then[] = { &p->say_until, &p->idle_at };
	int wait = -1;

	for (size_t i = 0; i < sizeof then / sizeof *then; i++) {
		if (!*then[i])
			continue;
		if (now >= *then[i]) {
			*then[i] = 0;
			scene_stale(p->t);
		} else if (wait < 0 || ms_until(now, *then[i]) < wait) {
			wait = ms_until(now, *then[i]);
		}
	}
	if (!p->say_until)
		p->skipped = 0;
	if (!p->idle_at)
		feed_held(p);
	return wait;
}

/* Who only looks on has a window of another size than the program draws for: its terminal is then
 * as large as that, and what came is read again. */
static void widen(struct pane *p)
{
	int rows, cols, have_rows, have_cols;

	if (client_has_seat(p->c))
		return;
	vt_reach(p->vt, &rows, &cols);
	vt_size(p->vt, &have_rows, &have_cols);
	if (rows <= have_rows && cols <= have_cols)
		return;
	p->reach_rows = rows > have_rows ? rows : have_rows;
	p->reach_cols = cols > have_cols ? cols : have_cols;
	vt_resize(p->vt, p->reach_rows, p->reach_cols);
	vt_reset(p->vt);
	pane_feed_begin(p);
}

int pane_feed_slice(struct pane *p)
{
	int64_t now = pane_now(), end = now + SLICE_NS;
	bool flood;

	if (p->head == p->n)
		return rest(p, now);
	if (now < p->due)
		return ms_until(now, p->due);
	flood = p->pending >= MUCH_BYTES;
	drop_behind(p, now);
	while (p->head < p->n && pane_now() < end)
		if (!feed_some(p)) {
			p->due = now + PACE_NS;
			break;
		}
	if (p->head == p->n)
		widen(p);
	scene_stale(p->t);
	now = pane_now();
	p->idle_at = now + PANE_IDLE_NS;
	/* what cannot be skipped is worked off as fast as it goes */
	if (flood && (p->head == p->n || !vt_full_screen(p->vt)))
		p->due = now + PACE_NS;
	return p->head == p->n ? rest(p, now) : ms_until(now, p->due);
}
