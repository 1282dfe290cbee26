#include "log_lines.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "clock.h"
#include "event.h"
#include "json.h"
#include "kind.h"
#include "str.h"
#include "verbs.h"
#include "view_row.h"

/* In the zone of this machine; nothing where it cannot be told. */
static bool local_time(int64_t wall, struct tm *ret)
{
	time_t at = (time_t)(wall / CLOCK_S);

	return localtime_r(&at, ret);
}

void log_time(struct buf *out, const struct log_style *st, int64_t wall)
{
	struct tm tm;
	char text[64];

	clock_utc(out, wall, 0);
	if (st->local && local_time(wall, &tm) &&
	    strftime(text, sizeof text, " (%Y-%m-%d %H:%M:%S %Z)", &tm))
		buf_adds(out, text);
}

static void local_json(struct jsonw *w, const struct log_style *st, int64_t wall)
{
	struct tm tm;
	char text[64];

	if (st->local && local_time(wall, &tm) &&
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &tm))
		jw_str(w, "local", text);
}

static void add_line(struct buf *out, const struct log_row *row)
{
	if (!row->line)
		return;
	buf_adds(out, ": | ");
	str_printable(out, row->line, row->n_line, false);
}

void log_line_text(struct buf *out, const struct log_style *st, const struct log_row *row)
{
	const struct event *ev = row->ev;

	buf_adds(out, row->drill ? "DRILL " : "");
	log_time(out, st, ev->at.wall);
	buf_addf(out, "  %s %lld  %s", row->run, (long long)ev->seq,
		 word_of(WORDS_EVENT, ev->kind));
	if (ev->step) {
		buf_addc(out, ' ');
		cli_safe(out, ev->step);
	}
	buf_adds(out, ": ");
	view_row_text(out, ev);
	add_line(out, row);
	if (strcmp(ev->actor.how, "program") != 0) {
		buf_adds(out, " (");
		cli_safe(out, ev->actor.id);
		buf_addc(out, ')');
	}
	buf_adds(out, view_row_weight(ev) == VIEW_LOUD ? "  (!)\n" : "\n");
}

void log_line_told(struct buf *out, const struct log_style *st, const struct log_row *row,
		   const struct view *v)
{
	enum view_weight w;

	/* Each line by itself says it: lines are cut out and sent around. */
	buf_addf(out, "%s%6lld  ", row->drill ? "DRILL " : "", (long long)row->ev->seq);
	log_time(out, st, row->ev->at.wall);
	buf_adds(out, "  ");
	w = view_event_line(out, v, row->ev);
	add_line(out, row);
	buf_adds(out, w == VIEW_LOUD ? "  (!)\n" : "\n");
}

void log_line_json(struct buf *out, const struct log_style *st, const struct log_row *row)
{
	const struct event *ev = row->ev;
	struct buf line = BUF_INIT;
	struct jsonw w = { .out = &line };

	jw_obj(&w, NULL);
	if (row->id)
		jw_int(&w, "id", row->id);
	jw_str(&w, "run", row->run);
	jw_bool(&w, "drill", row->drill);
	jw_int(&w, "seq", ev->seq);
	cli_time(&w, "at", ev->at.wall);
	local_json(&w, st, ev->at.wall);
	jw_str(&w, "kind", word_of(WORDS_EVENT, ev->kind));
	jw_str(&w, "step", ev->step);
	jw_int(&w, "attempt", ev->attempt);
	jw_str(&w, "actor", ev->actor.id);
	jw_str(&w, "how", ev->actor.how);
	if (ev->body)
		jw_raw(&w, "body", ev->body);
	else
		jw_null(&w, "body");
	if (row->line)
		jw_strn(&w, "line", row->line, row->n_line);
	jw_end_obj(&w);
	json_harmless(out, buf_str(&line), line.len);
	buf_addc(out, '\n');
	buf_release(&line);
}
