/* A row as a line of syslog: RFC 5424, framed as RFC 6587 has it.
 *
 *   <109>1 2026-11-22T03:21:07.123456Z db1 blackstart RUN step [origin …][meta …] #12 scale: …
 *
 * Facility 13, log audit (RFC 5424 section 6.2.1); severity: warning for what failed, is lost or
 * went off the script, notice for the rest, informational for looks and output. MSGID is the row's
 * kind, PROCID its run (6.2.6, 6.2.7). An SD-ID without "@" is the IANA's to give (6.3.2), and we
 * have no enterprise number: so only `origin` (7.2) and `meta` (7.3) are used, and `row@N` where a
 * number N is given. meta's sequenceId is the id of the row, beginning anew at 1 above 2147483647
 * (7.3.1). MSG is what people read and may be cut short; it begins with a byte order mark where it
 * is not ASCII (6.4). The row whole is in the JSON lines.
 */
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "event.h"
#include "json.h"
#include "kind.h"
#include "log_lines.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"
#include "verbs.h"
#include "version.h"
#include "view_row.h"

enum {
	AUDIT = 13, WARNING = 4, NOTICE = 5, INFO = 6,
	SEQUENCE_MAX = 2147483647,
	HOST_MAX = 255,
	MSG_MAX = 1024, /* receivers should take 2048 bytes in all (6.1) */
};

/* PRINTUSASCII, at least one, at most `max` (6). */
static void add_word(struct buf *out, const char *s, size_t max)
{
	size_t n = 0;

	for (; s && *s && n < max; s++, n++)
		buf_addc(out, *s > ' ' && *s < 0x7f ? *s : '?');
	buf_adds(out, n ? " " : "- ");
}

/* A PARAM-VALUE: UTF-8, with three characters escaped (6.3.3). */
static void add_param(struct buf *out, const char *name, const char *value)
{
	struct buf safe = BUF_INIT;

	if (!value || !*value)
		return;
	cli_safe(&safe, value);
	buf_addf(out, " %s=\"", name);
	for (const char *s = buf_str(&safe); *s; s++) {
		if (strchr("\"\\]", *s))
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
	buf_addc(out, '"');
	buf_release(&safe);
}

static void add_number(struct buf *out, const char *name, int64_t v)
{
	buf_addf(out, " %s=\"%lld\"", name, (long long)v);
}

static void add_data(struct buf *out, const struct log_style *st, const struct log_row *row)
{
	const struct event *ev = row->ev;
	char hash[HASH_HEX_LEN + 1];

	buf_adds(out, "[origin software=\"blackstart\" swVersion=\"" BLACKSTART_VERSION "\"]");
	buf_addf(out, "[meta sequenceId=\"%lld\"]", (long long)((row->id - 1) % SEQUENCE_MAX + 1));
	if (!st->pen)
		return;
	hash_hex(row->hash, hash);
	buf_addf(out, "[row@%lld", (long long)st->pen);
	add_number(out, "id", row->id);
	add_param(out, "run", row->run);
	add_number(out, "seq", ev->seq);
	add_param(out, "mode", row->drill ? "drill" : "real");
	add_param(out, "step", ev->step);
	add_number(out, "attempt", ev->attempt);
	add_param(out, "actor", ev->actor.id);
	add_param(out, "how", ev->actor.how);
	add_param(out, "hash", hash);
	add_param(out, "body", ev->body);
	buf_addc(out, ']');
}

static bool is_ascii(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if ((unsigned char)b->data[i] >= 0x80)
			return false;
	return true;
}

/* Cut between characters. */
static void cut(struct buf *b)
{
	size_t at = MSG_MAX;

	if (b->len <= MSG_MAX)
		return;
	while (at && ((unsigned char)b->data[at] & 0xc0) == 0x80)
		at--;
	buf_cut(b, at);
	buf_adds(b, "...");
}

static void add_message(struct buf *out, const struct log_row *row)
{
	const struct event *ev = row->ev;
	struct buf msg = BUF_INIT;

	buf_addf(&msg, "%s#%lld ", row->drill ? "DRILL " : "", (long long)ev->seq);
	if (strcmp(ev->actor.how, "program") != 0) {
		cli_safe(&msg, ev->actor.id);
		buf_adds(&msg, ": ");
	}
	if (ev->step) {
		cli_safe(&msg, ev->step);
		buf_adds(&msg, ": ");
	}
	view_row_text(&msg, ev);
	cut(&msg);
	buf_adds(out, is_ascii(&msg) ? "" : "\xef\xbb\xbf");
	buf_add(out, msg.data, msg.len);
	buf_release(&msg);
}

void log_line_syslog(struct buf *out, const struct log_style *st, const struct log_row *row)
{
	static const int severity[] = { [VIEW_QUIET] = INFO, [VIEW_PLAIN] = NOTICE,
					[VIEW_LOUD] = WARNING };
	struct buf line = BUF_INIT;

	buf_addf(&line, "<%d>1 ", AUDIT * 8 + severity[view_row_weight(row->ev)]);
	clock_utc(&line, row->ev->at.wall, 6);
	buf_addc(&line, ' ');
	add_word(&line, st->host, HOST_MAX);
	buf_adds(&line, "blackstart ");
	add_word(&line, row->run, 128);
	add_word(&line, word_of(WORDS_EVENT, row->ev->kind), 32);
	add_data(&line, st, row);
	buf_addc(&line, ' ');
	add_message(&line, row);
	if (st->octets)
		buf_addf(out, "%zu ", line.len);
	buf_add(out, line.data, line.len);
	if (!st->octets)
		buf_addc(out, '\n');
	buf_release(&line);
}
