/* The end of what commands print, for what it says of how far they are. */
#include "client_progress.h"

#include <string.h>

#include "buf.h"
#include "clientint.h"
#include "event.h"
#include "json.h"
#include "progress.h"
#include "state.h"
#include "str.h"

enum { TAIL_BYTES = 4 << 10, STREAMS = 3 };
#define PAUSE_NS 250000000LL

struct taker {
	struct progress_meter *meter;
	int64_t at;
	bool any;
};

static void take(void *ctx, const struct progress *p)
{
	struct taker *t = ctx;

	progress_take(t->meter, p, t->at);
	t->any = true;
}

static void read_stream(struct client *c, const struct cmd *cmd, struct progress_of *of, int stream,
			struct taker *t)
{
	int64_t have = cmd->bytes[stream], from = of->read[stream], next = from;
	struct buf b = BUF_INIT;

	if (have - from > TAIL_BYTES) {
		from = next = have - TAIL_BYTES;
		of->lines[stream] = (struct progress_lines){ .lost = true };
	}
	if (client_output(c, cmd->token, stream, from, (size_t)(have - from), &b, &next, NULL) == 0)
		progress_lines_feed(&of->lines[stream], b.data, b.len, NULL, take, t);
	of->read[stream] = next;
	buf_release(&b);
}

static bool has_more(const struct cmd *cmd, const struct progress_of *of)
{
	for (int i = 0; i < STREAMS; i++)
		if (cmd->bytes[i] > of->read[i])
			return true;
	return false;
}

static bool read_command(struct client *c, const struct cmd *cmd, struct progress_set *set,
			 int64_t now)
{
	bool runs = cmd->phase == CMD_INTENT || cmd->phase == CMD_STOPPING;
	struct progress_of *of;
	struct taker t = { .at = now };

	if (cmd->purpose == PURPOSE_PROBE || cmd->purpose == PURPOSE_VERIFY ||
	    !(cmd->bytes[0] || cmd->bytes[1] || cmd->bytes[2]))
		return false;
	if (!runs && !progress_has(set, cmd->token))
		return false; /* of what was over before anybody looked, its time is enough */
	of = progress_add(set, cmd->token);
	if (!has_more(cmd, of) || (runs && of->looked && now - of->looked < PAUSE_NS))
		return false;
	of->looked = now;
	t.meter = &of->meter;
	for (int i = 0; i < STREAMS; i++)
		if (cmd->bytes[i] > of->read[i])
			read_stream(c, cmd, of, i, &t);
	return t.any;
}

bool client_progress(struct client *c, struct progress_set *set, int64_t now)
{
	const struct state *s = view_state(client_view(c));
	bool any = false;

	for (size_t i = 0; i < s->n_cmds; i++)
		any = read_command(c, s->cmds[i], set, now) || any;
	return any;
}

/* --- as it was ------------------------------------------------------------------------------- */

enum { PAST_ROWS = 64 };

/* The last rows that say what a command printed, in a ring. */
struct past_rows {
	const char *token;
	struct { int64_t boot, end; int stream; } v[PAST_ROWS];
	size_t n;
};

static int keep_row(void *ctx, const struct event *ev)
{
	static const char *const streams[STREAMS] = { "out", "err", "tty" };
	struct past_rows *p = ctx;
	struct json *doc = NULL;
	size_t at = p->n % PAST_ROWS;

	if (ev->kind != EV_OUTPUT || !memmem(ev->body, ev->body_len, p->token, strlen(p->token)) ||
	    json_parse(ev->body, ev->body_len, &doc, NULL))
		return 0;
	for (int i = 0; i < STREAMS; i++)
		if (str_eq(json_str(doc, "token"), p->token) &&
		    str_eq(json_str(doc, "stream"), streams[i])) {
			p->v[at].boot = ev->at.boot;
			p->v[at].end = json_int(doc, "from", 0) + json_int(doc, "n", 0);
			p->v[at].stream = i;
			p->n++;
		}
	json_free(doc);
	return 0;
}

static void read_past(struct client *c, const struct cmd *cmd, struct progress_set *set)
{
	struct past_rows p = { .token = cmd->token };
	struct cmd then = *cmd;

	(void)journal_each(c->journal, c->run, cmd->seq, view_state(c->view)->seq - cmd->seq,
			   keep_row, &p, NULL);
	memset(then.bytes, 0, sizeof then.bytes);
	for (size_t i = p.n > PAST_ROWS ? p.n - PAST_ROWS : 0; i < p.n; i++) {
		size_t at = i % PAST_ROWS;

		then.bytes[p.v[at].stream] = p.v[at].end;
		read_command(c, &then, set, p.v[at].boot);
	}
	if (p.n)
		progress_add(set, cmd->token)->looked = 0;
}

void client_progress_past(struct client *c, struct progress_set *set)
{
	const struct state *s = view_state(c->view);

	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *cmd = s->cmds[i];

		if ((cmd->phase == CMD_INTENT || cmd->phase == CMD_STOPPING) &&
		    (cmd->bytes[0] || cmd->bytes[1] || cmd->bytes[2]) && s->seq > cmd->seq)
			read_past(c, cmd, set);
	}
}
