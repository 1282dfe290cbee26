/* The timeline for a spreadsheet: RFC 4180, every field quoted. */
#include <string.h>

#include "clock.h"
#include "reportint.h"
#include "word.h"

/* A field that begins like a formula is one for a spreadsheet, quoted or not; where letters are
 * wide, wide signs are taken, too. */
static bool is_formula(const char *s)
{
	static const char *const wide[] = { "\u3000", "＝", "＋", "－", "＠" };
	const char *first = s + strspn(s, " \t\r\n");

	if (*first && strchr("=+-@|%", *first))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (strncmp(first, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

static void add_field(struct buf *out, const char *s, bool last)
{
	buf_addc(out, '"');
	if (s && is_formula(s))
		buf_addc(out, '\'');
	for (; s && *s; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s == '\n' || *s == '\r' ? ' ' : *s);
	}
	buf_adds(out, last ? "\"\r\n" : "\",");
}

static void add_int(struct buf *out, int64_t v)
{
	buf_addf(out, "\"%lld\",", (long long)v);
}

static void add_row(struct buf *out, const struct report *r, const struct report_row *row)
{
	static const char *const weights[] = { [VIEW_QUIET] = "quiet", [VIEW_PLAIN] = "plain",
					       [VIEW_LOUD] = "loud" };
	struct buf at = BUF_INIT, local = BUF_INIT;

	clock_utc(&at, row->wall, 3);
	add_field(out, r->run, false);
	add_field(out, report_mode(r), false);
	add_int(out, row->seq);
	add_field(out, buf_str(&at), false);
	if (report_zone_name(r)) {
		report_local_iso(&local, r, row->wall);
		add_field(out, buf_str(&local), false);
	}
	add_int(out, row->at_ms);
	add_field(out, word_of(WORDS_EVENT, row->kind), false);
	add_field(out, weights[row->weight], false);
	add_field(out, row->step, false);
	add_field(out, row->name, false);
	add_int(out, row->attempt);
	add_field(out, row->actor, false);
	add_field(out, row->how, false);
	add_field(out, row->text, false);
	add_field(out, row->proved, false);
	add_field(out, row->proof, true);
	buf_release(&at);
	buf_release(&local);
}

void report_csv(struct buf *out, const struct report *r)
{
	buf_addf(out, "run,mode,row,utc,%safter_ms,kind,weight,step,step_name,attempt,actor,how,"
		      "text,proved,proof\r\n", report_zone_name(r) ? "local," : "");
	for (size_t i = 0; i < r->n_rows; i++)
		add_row(out, r, &r->rows[i]);
}
