/* The status sheet: where the run stands, for somebody who has no program to read it with.
 *
 * Written soon after every change and at least once a minute. A long walk makes a long sheet, so
 * the pause between two follows from what one costs.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "keeper_parts.h"
#include "keeper_sheet.h"
#include "loop.h"
#include "str.h"
#include "view_update.h"

enum { CONTACTS_MAX = 32 << 10 };
#define PAUSE_MIN (150 * CLOCK_MS)
#define PAUSE_FACTOR 40

/* --- the parts -------------------------------------------------------------------------------- */

static void head(struct buf *out, const struct keeper *k, struct moment now)
{
	const struct state *s = k->s;
	char host[256] = "";
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	int64_t seq = journal_head(k->journal, hash);

	gethostname(host, sizeof(host) - 1);
	hash_hex(hash, hex);
	buf_addf(out, "%s  ", s->mode == MODE_DRILL ? "DRILL" : "REAL");
	sheet_line(out, s->title);
	buf_adds(out, "\n\nwritten   ");
	clock_utc(out, now.wall, 0);
	buf_addf(out, " by blackstart, process %d on %s\nrun       %s, opened ",
		 (int)getpid(), host, k->run);
	clock_utc(out, s->opened.wall, 0);
	buf_adds(out, ", ");
	str_stopwatch(out, state_time(s, now) / CLOCK_MS);
	buf_adds(out, " ago");
	if (s->rto_ms) {
		buf_adds(out, "; objective ");
		str_duration(out, s->rto_ms);
	}
	buf_addf(out, "\nrecord    %s, event %lld, %s\n", k->journal_path, (long long)seq, hex);
	buf_addf(out, "place     %zu steps: %zu done, %zu skipped, %zu deferred, %zu failed%s\n",
		 s->leaves, s->done, s->skipped, s->deferred, s->failed,
		 s->paused ? "; PAUSED" : "");
	buf_adds(out, "operator  ");
	sheet_line(out, s->seat.taken ? s->seat.who.id : "nobody");
	buf_addc(out, '\n');
}

static void how_it_is(struct buf *out, const struct keeper *k)
{
	const struct state *s = k->s;

	if (k->trouble.on) {
		buf_adds(out, "\nTHE RECORD CANNOT BE WRITTEN since ");
		clock_utc(out, k->trouble.since.wall, 0);
		buf_adds(out, ": ");
		sheet_line(out, k->trouble.why.text);
		buf_adds(out, "\nNothing new starts. What runs goes on. This sheet may be ahead of "
			 "the record.\n");
	}
	sheet_cautions(out, s);
	if (s->phase == RUN_CLOSED) {
		buf_addf(out, "\nCLOSED, %s: ", s->success ? "recovered" : "NOT RECOVERED");
		sheet_line(out, s->verdict);
		buf_addc(out, '\n');
	} else if (k->leaving) {
		buf_addf(out, "\nNobody drives this run now. Go on with: blackstart attach %s\n",
			 k->run);
	}
}

/* Volumes of a restore, members of a rebuild, people of a contact, while they are at work. */
static void boards_part(struct buf *out, const struct state *s, struct moment now)
{
	size_t before;

	buf_adds(out, "\nBOARD\n");
	before = out->len;
	board_text(out, s, now, NULL, 0);
	if (out->len == before)
		buf_cut(out, before - 7);
}

/* When, not how long until then: the sheet is read later than it is written. */
static void update_part(struct buf *out, const struct state *s, struct moment now)
{
	struct view_update u;

	if (!view_update_of(s, now, &u))
		return;
	buf_adds(out, "\nTHE NEXT WORD to those who were told is due ");
	clock_utc(out, now.wall + u.left_ms * CLOCK_MS, 0);
	if (u.channel) {
		buf_adds(out, ", by ");
		sheet_line(out, u.channel);
	}
	buf_addc(out, '\n');
}

static void running_part(struct buf *out, const struct state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];
		if (c->phase != CMD_INTENT && c->phase != CMD_STOPPING)
			continue;
		buf_adds(out, any ? "" : state_plays(s) ? "\nPLAYED, NOT RUN\n" : "\nRUNNING\n");
		any = true;
		if (state_plays(s) && !c->sends)
			buf_adds(out, "  no process, step ");
		else
			buf_addf(out, "  process %lld, step ", (long long)c->pid);
		if (c->inst && c->inst->step)
			sheet_number(out, c->inst);
		else
			buf_addc(out, '-');
		buf_adds(out, ", since ");
		clock_utc(out, s->opened.wall + c->began / s->drill.pace, 0);
		buf_adds(out, c->phase == CMD_STOPPING ? ", being stopped\n" : "\n");
		sheet_label(out, "command", c->text);
	}
}

static void debts_part(struct buf *out, const struct state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_debts; i++) {
		const struct debt *d = &s->debts[i];
		if (d->paid || d->voided)
			continue;
		buf_adds(out, any ? "" : "\nSTILL DOWN\n");
		any = true;
		buf_adds(out, "  ");
		sheet_line(out, d->key);
		buf_addf(out, "%s\n", d->failed ? ": bringing it back failed" : "");
		sheet_label(out, "back with", d->command);
	}
}

static void values_part(struct buf *out, const struct state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_insts; i++) {
		const struct inst *in = s->insts[i];
		for (size_t j = 0; in->scope && j < in->scope->n; j++) {
			const struct var *v = &in->scope->v[j];
			buf_adds(out, any ? "" : "\nVALUES\n");
			any = true;
			buf_addf(out, "  %s", v->name);
			if (in->parent)
				buf_addf(out, " (%s)", in->key);
			buf_adds(out, " = ");
			sheet_line(out, v->value.secret ? "(hidden)" :
			     v->value.known ? v->value.text : "(unknown)");
			buf_addc(out, '\n');
		}
	}
}

static void contacts_part(struct buf *out, const struct keeper *k)
{
	for (size_t i = 0; i < k->books.n_pins; i++) {
		const struct pin *p = &k->books.pins[i];
		if (!str_eq(p->role, "contacts"))
			continue;
		buf_adds(out, "\nCONTACTS  ");
		sheet_line(out, p->on_disk ? p->on_disk : p->path);
		buf_addc(out, '\n');
		str_printable(out, p->bytes, p->n < CONTACTS_MAX ? p->n : CONTACTS_MAX, true);
		if (out->len && out->data[out->len - 1] != '\n')
			buf_addc(out, '\n');
	}
}

static void without_us(struct buf *out, const struct keeper *k)
{
	if (state_plays(k->s)) {
		buf_adds(out, "\nWITHOUT THIS PROGRAM\n"
			 "  This is a DRILL in which nothing is run: there is nothing to go on "
			 "with.\n");
		return;
	}
	buf_addf(out, "\nWITHOUT THIS PROGRAM\n"
		 "  Commands under RUNNING go on by themselves; look at their processes before\n"
		 "  you start any of them again. Then work through THE WALK from the first line\n"
		 "  that is not done; the commands stand in the runbook. What is STILL DOWN must\n"
		 "  come back. The record is read with:\n"
		 "    sqlite3 -readonly %s 'select * from event'\n",
		 k->journal_path);
}

void sheet_text(struct buf *out, const struct keeper *k, struct moment now)
{
	head(out, k, now);
	how_it_is(out, k);
	sheet_now(out, k->s);
	update_part(out, k->s, now);
	boards_part(out, k->s, now);
	running_part(out, k->s);
	debts_part(out, k->s);
	sheet_walk(out, k->s);
	values_part(out, k->s);
	contacts_part(out, k);
	without_us(out, k);
}

/* --- when ------------------------------------------------------------------------------------- */

static int64_t boot_ns(void)
{
	return clock_now().boot;
}

void sheet_write(struct keeper *k)
{
	struct buf out = BUF_INIT;
	struct moment now = clock_now();

	loop_cancel(k->sheet);
	k->sheet = NULL;
	sheet_text(&out, k, now);
	/* A sheet that cannot be written is no reason to stop: the record is what counts. */
	(void)fsio_replace(k->sheet_path, out.data, out.len, k->team ? 0660 : 0600, false, NULL);
	buf_release(&out);
	k->sheet_at = boot_ns();
	k->sheet_cost = k->sheet_at - now.boot;
}

static void sheet_due(void *ctx)
{
	struct keeper *k = ctx;

	k->sheet = NULL;
	sheet_write(k);
}

void sheet_touch(struct keeper *k)
{
	int64_t pause = k->sheet_cost * PAUSE_FACTOR;
	int64_t now = loop_now(k->loop);

	if (k->sheet)
		return;
	if (pause < PAUSE_MIN)
		pause = PAUSE_MIN;
	k->sheet = loop_at(k->loop, k->sheet_at + pause > now ? k->sheet_at + pause : now,
			   sheet_due, k);
}
