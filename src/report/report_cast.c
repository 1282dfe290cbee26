#include "report_cast.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "progress.h"
#include "state.h"
#include "str.h"
#include "utf8.h"
#include "view.h"
#include "word.h"

enum {
	STREAMS = 3, STREAM_TTY = 2,
	READ_BYTES = 32 << 10,   /* at a time: at most six times that as JSON */
	CHAR_BYTES = 4,
};

/* A command that printed something and is not over. */
struct shown {
	char token[TOKEN_MAX];
	struct progress_lines lines[STREAMS];
	char held[STREAMS][CHAR_BYTES]; /* the begin of a character whose end is still to come */
	size_t n_held[STREAMS];
	bool cr[STREAMS];    /* the last byte was one */
};

struct report_cast {
	struct report_cast_opts o;
	struct shown *v;
	size_t n, cap;
	char on[TOKEN_MAX];  /* whose output came last; "": nobody's */
	int64_t at;          /* real time since the run was opened, ns: it never goes back */
	int64_t missing;
	struct buf bytes, kept, text, out;
};

struct report_cast *report_cast_new(const struct report_cast_opts *o)
{
	struct report_cast *c = mem_alloc(sizeof *c);

	c->o = *o;
	return c;
}

void report_cast_free(struct report_cast *c)
{
	if (!c)
		return;
	buf_release(&c->bytes);
	buf_release(&c->kept);
	buf_release(&c->text);
	buf_release(&c->out);
	free(c->v);
	free(c);
}

/* --- lines ------------------------------------------------------------------------------------ */

static int flush(struct report_cast *c, struct err *err)
{
	int rc = c->out.len ? c->o.put(c->o.ctx, c->out.data, c->out.len, err) : 0;

	buf_clear(&c->out);
	return rc;
}

/* The file itself is harmless, too: no byte in it is one that a terminal obeys. */
static void add_char(struct buf *out, const char *s, size_t n, uint32_t cp)
{
	if (cp == '"' || cp == '\\')
		buf_addf(out, "\\%c", (char)cp);
	else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
		buf_addf(out, "\\u%04x", (unsigned)cp);
	else
		buf_add(out, s, n);
}

static void add_text(struct buf *out, const char *s, size_t n)
{
	while (n) {
		uint32_t cp = 0;
		size_t some = utf8_decode(s, n, &cp);

		if (some)
			add_char(out, s, some, cp);
		else
			buf_adds(out, "\\ufffd");
		s += some ? some : 1;
		n -= some ? some : 1;
	}
}

static void add_event(struct report_cast *c, char code, const char *s, size_t n)
{
	if (!n)
		return;
	buf_addf(&c->out, "[%lld.%06lld, \"%c\", \"", (long long)(c->at / CLOCK_S),
		 (long long)(c->at / 1000 % 1000000), code);
	add_text(&c->out, s, n);
	buf_adds(&c->out, "\"]\n");
}

static void add_header(struct report_cast *c, const struct state *s)
{
	struct jsonw w = { .out = &c->out };
	struct buf title = BUF_INIT;

	buf_adds(&title, s->mode == MODE_DRILL ? "DRILL " : "REAL ");
	str_printable(&title, s->title ? s->title : "", s->title ? strlen(s->title) : 0, false);
	jw_obj(&w, NULL);
	jw_int(&w, "version", 2);
	jw_int(&w, "width", c->o.cols);
	jw_int(&w, "height", c->o.rows);
	jw_int(&w, "timestamp", s->opened.wall / CLOCK_S);
	jw_str(&w, "title", buf_str(&title));
	jw_end_obj(&w);
	buf_addc(&c->out, '\n');
	buf_release(&title);
}

/* --- characters ------------------------------------------------------------------------------- */

/* Whether these bytes, which are no character, may be the begin of one. */
static bool may_go_on(const char *s, size_t n)
{
	unsigned char first = (unsigned char)s[0];
	size_t want = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3
		      : first >= 0xc2 ? 2 : 0;

	for (size_t i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return false;
	return n < want;
}

/* How many bytes at the end wait for the rest of their character. */
static size_t unfinished(const char *s, size_t n)
{
	for (size_t i = 1; i < CHAR_BYTES && i <= n; i++)
		if (may_go_on(s + n - i, i))
			return i;
	return 0;
}

/* Pipes have no terminal in between that makes a new line out of a line feed. */
static void add_lines(struct shown *s, int stream, const struct buf *from, struct buf *to)
{
	for (size_t i = 0; i < from->len; i++) {
		char b = from->data[i];

		if (b == '\n' && !s->cr[stream] && stream != STREAM_TTY)
			buf_addc(to, '\r');
		s->cr[stream] = b == '\r';
		buf_addc(to, b);
	}
}

/* What is in `kept`, as far as its characters are whole; all: no more comes. */
static void show(struct report_cast *c, struct shown *s, int stream, bool all)
{
	size_t hold;

	buf_clear(&c->text);
	buf_add(&c->text, s->held[stream], s->n_held[stream]);
	add_lines(s, stream, &c->kept, &c->text);
	hold = all ? 0 : unfinished(buf_str(&c->text), c->text.len);
	memcpy(s->held[stream], buf_str(&c->text) + c->text.len - hold, hold);
	s->n_held[stream] = hold;
	add_event(c, 'o', buf_str(&c->text), c->text.len - hold);
}

/* --- whose output ----------------------------------------------------------------------------- */

static struct shown *find(struct report_cast *c, const char *token)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->v[i].token, token))
			return &c->v[i];
	return NULL;
}

/* A terminal as it is at first, whatever the command before left on: its own screen, a part of it
 * that scrolls, a hidden cursor, the mouse. */
static const char afresh[] = "\033[?1049l\033[?1000;1002;1003;1004;1006;2004l\033[!p\033[m";

/* As the rule above the pane has it. */
static void say_whose(struct report_cast *c, const struct view *v, const char *token, bool again)
{
	const struct state *s = view_state(v);
	const struct cmd *cmd = state_cmd(s, token);
	struct buf b = BUF_INIT;

	buf_adds(&b, afresh);
	buf_adds(&b, again || c->n > 1 ? "\r\n" : "\033[2J\033[H");
	buf_addf(&b, "-- %s: output of ", s->mode == MODE_DRILL ? "DRILL" : "REAL");
	if (cmd && cmd->inst && cmd->inst->step)
		view_step_name(&b, v, cmd->inst);
	else if (cmd)
		str_printable(&b, cmd->text, strlen(cmd->text), false);
	if (cmd && cmd->purpose != PURPOSE_MAIN)
		buf_addf(&b, " (%s)", word_of(WORDS_PURPOSE, (int)cmd->purpose));
	buf_addf(&b, "%s --\r\n", again ? ", going on" : "");
	add_event(c, 'o', buf_str(&b), b.len);
	buf_release(&b);
}

static struct shown *turn_to(struct report_cast *c, const struct view *v, const char *token)
{
	struct shown *s = find(c, token);
	bool again = s != NULL;

	if (again && str_eq(c->on, token))
		return s;
	if (!s) {
		if (c->n == c->cap) {
			c->cap = c->cap ? c->cap * 2 : 8;
			c->v = mem_grow(c->v, c->cap, sizeof *c->v);
		}
		s = &c->v[c->n++];
		memset(s, 0, sizeof *s);
		str_clip(s->token, sizeof s->token, token);
	}
	str_clip(c->on, sizeof c->on, token);
	say_whose(c, v, token, again);
	return s;
}

/* --- rows ------------------------------------------------------------------------------------- */

static int stream_of(const char *name)
{
	return str_eq(name, "out") ? 0 : str_eq(name, "err") ? 1 : STREAM_TTY;
}

static void say_missing(struct report_cast *c, int64_t n, bool unreadable)
{
	struct buf b = BUF_INIT;

	bool pruned = !unreadable && c->o.pruned;

	if (pruned)
		buf_addf(&b, "\r\n-- %lld bytes were pruned %s --\r\n", (long long)n, c->o.pruned);
	else
		buf_addf(&b, "\r\n-- %lld bytes %s --\r\n", (long long)n,
			 unreadable ? "cannot be read" : "are not on record any more");
	add_event(c, 'o', buf_str(&b), b.len);
	buf_release(&b);
	c->missing += pruned ? 0 : n;
}

static int on_output(struct report_cast *c, const struct view *v, const struct json *body,
		     struct err *err)
{
	const char *token = json_str(body, "token");
	int stream = stream_of(json_str(body, "stream")), rc = 0;
	int64_t from = json_int(body, "from", 0), n = json_int(body, "n", 0);
	/* an attached file was on nobody's screen */
	struct shown *s = token && n > 0 && !state_file(view_state(v), token) ?
				  turn_to(c, v, token) : NULL;

	while (s && n > 0 && !rc) {
		size_t want = n < READ_BYTES ? (size_t)n : READ_BYTES;
		int bad;

		buf_clear(&c->bytes);
		buf_clear(&c->kept);
		bad = c->o.read(c->o.ctx, token, stream, from, want, &c->bytes);
		if (bad || !c->bytes.len) {
			say_missing(c, n, bad != 0);
			break;
		}
		progress_lines_feed(&s->lines[stream], c->bytes.data, c->bytes.len, &c->kept, NULL,
				    NULL);
		show(c, s, stream, false);
		from += (int64_t)c->bytes.len;
		n -= (int64_t)c->bytes.len;
		rc = flush(c, err);
	}
	return rc;
}

/* No more comes of it: what was held back is shown. */
static void on_end(struct report_cast *c, const struct view *v, const char *token)
{
	struct shown *s = find(c, token);

	for (int i = 0; s && i < STREAMS; i++) {
		buf_clear(&c->kept);
		progress_lines_end(&s->lines[i], &c->kept);
		if (!c->kept.len && !s->n_held[i])
			continue;
		turn_to(c, v, token);
		show(c, s, i, true);
	}
	if (s)
		*s = c->v[--c->n];
}

static void on_step(struct report_cast *c, const struct view *v, const struct event *ev)
{
	const struct inst *in = ev->step ? state_inst(view_state(v), ev->step) : NULL;
	struct buf b = BUF_INIT;

	if (!in || !in->step)
		return; /* the walk itself */
	view_step_name(&b, v, in);
	if (in->state == STEP_FINISHED)
		buf_addf(&b, ": %s", word_of(WORDS_OUTCOME, (int)in->outcome));
	else
		buf_addf(&b, ": %s", word_of(WORDS_STATE, (int)in->state));
	buf_addf(&b, " [%lld]", (long long)ev->seq);
	add_event(c, 'm', buf_str(&b), b.len);
	buf_release(&b);
}

int report_cast_row(struct report_cast *c, const struct view *v, const struct event *ev,
		    struct err *err)
{
	const struct state *s = view_state(v);
	int64_t at = state_time(s, s->last) / (s->drill.pace > 0 ? s->drill.pace : 1);
	struct json *doc = NULL;
	int rc = 0;

	c->at = at > c->at ? at : c->at;
	if (ev->kind == EV_RUN_OPENED)
		add_header(c, s);
	else if (ev->kind == EV_STEP)
		on_step(c, v, ev);
	if (ev->kind == EV_OUTPUT || ev->kind == EV_CMD_ENDED || ev->kind == EV_CMD_LOST)
		rc = json_parse(ev->body, ev->body_len, &doc, err);
	if (!rc && ev->kind == EV_OUTPUT)
		rc = on_output(c, v, doc, err);
	else if (!rc && doc && json_str(doc, "token"))
		on_end(c, v, json_str(doc, "token"));
	json_free(doc);
	return rc ? rc : flush(c, err);
}

int report_cast_mark(struct report_cast *c, const char *text, struct err *err)
{
	struct buf b = BUF_INIT;

	str_printable(&b, text, strlen(text), false);
	add_event(c, 'm', buf_str(&b), b.len);
	buf_release(&b);
	return flush(c, err);
}

int report_cast_end(struct report_cast *c, int64_t *ret_missing, struct err *err)
{
	for (size_t i = 0; i < c->n; i++)
		for (int k = 0; k < STREAMS; k++) {
			buf_clear(&c->kept);
			progress_lines_end(&c->v[i].lines[k], &c->kept);
			show(c, &c->v[i], k, true);
		}
	*ret_missing = c->missing;
	return flush(c, err);
}
