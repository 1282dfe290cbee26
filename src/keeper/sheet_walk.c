/* The status sheet's two lists: what is being done now, and the whole walk. */
#include <stdlib.h>
#include <string.h>

#include "contact_state.h"
#include "fill.h"
#include "keeper_parts.h"
#include "keeper_sheet.h"
#include "str.h"

enum { LINE_MAX_BYTES = 2000 };

void sheet_line(struct buf *out, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	str_printable(out, s ? s : "", n < LINE_MAX_BYTES ? n : LINE_MAX_BYTES, false);
	if (n > LINE_MAX_BYTES)
		buf_addf(out, "... (%zu bytes)", n);
}

void sheet_label(struct buf *out, const char *label, const char *s)
{
	if (!s || !*s)
		return;
	for (const char *line = s; *line;) {
		size_t n = strcspn(line, "\n");
		buf_addf(out, "       %-11s ", line == s ? label : "");
		str_printable(out, line, n, false);
		buf_addc(out, '\n');
		line += n + (line[n] == '\n');
	}
}

static void rounds(struct buf *out, const struct inst *in)
{
	size_t i = 0;

	if (!in->parent)
		return;
	rounds(out, in->parent);
	if (!in->is_item)
		return;
	while (i < in->parent->n_kids && in->parent->kids[i] != in)
		i++;
	buf_addf(out, ":%zu", i + 1);
}

void sheet_number(struct buf *out, const struct inst *in)
{
	buf_adds(out, in->step->number);
	rounds(out, in);
}

static void title_of(struct buf *out, const struct state *s, const struct inst *in)
{
	struct buf b = BUF_INIT;

	sheet_number(&b, in);
	buf_addf(out, "%-6s ", buf_str(&b));
	buf_clear(&b);
	inst_title(&b, s, in);
	sheet_line(out, buf_str(&b));
	for (const struct inst *up = in; up; up = up->parent)
		if (up->is_item) {
			buf_adds(out, " (");
			sheet_line(out, up->item);
			buf_addc(out, ')');
		}
	buf_release(&b);
}

static bool is_leaf(const struct inst *in)
{
	return in->step && !in->is_item && !step_has_children(in->step);
}

static void filled(struct buf *out, const struct state *s, const struct inst *in, const char *text)
{
	struct binding *b = NULL;
	size_t n = state_bindings(s, in, &b);

	if (fill_text(out, text, b, n, NULL))
		buf_adds(out, text);
	free(b);
}

/* A text for people, with its values in it. */
static void label_filled(struct buf *out, const struct state *s, const struct inst *in,
			 const char *label, const char *text)
{
	struct buf b = BUF_INIT;

	if (!text)
		return;
	filled(&b, s, in, text);
	sheet_label(out, label, buf_str(&b));
	buf_release(&b);
}

void sheet_cautions(struct buf *out, const struct state *s)
{
	for (size_t i = 0; s->phase == RUN_OPEN && i < s->n_insts; i++) {
		struct buf b = BUF_INIT;

		if (!state_caution(s->insts[i]))
			continue;
		filled(&b, s, s->insts[i], s->insts[i]->step->text.s);
		buf_adds(out, "\nCAUTION   ");
		sheet_line(out, buf_str(&b));
		buf_addc(out, '\n');
		buf_release(&b);
	}
}

/* --- now -------------------------------------------------------------------------------------- */

static void items(struct buf *out, const struct inst *in)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < in->n_main; i++)
		if (in->kids[i]->is_item) {
			buf_adds(&b, b.len ? ", " : "");
			sheet_line(&b, in->kids[i]->item);
		}
	sheet_label(out, "for each of", buf_str(&b));
	buf_clear(&b);
	for (size_t i = 0; i < in->n_targets; i++) {
		buf_adds(&b, i ? ", " : "");
		sheet_line(&b, in->targets[i]);
	}
	sheet_label(out, "DESTROYS", buf_str(&b));
	buf_release(&b);
}

/* What goes out; whom it reached is on the board. One that cannot be climbed is told by hand. */
static void message(struct buf *out, const struct state *s, const struct inst *in)
{
	struct buf text = BUF_INIT;

	sheet_label(out, "ladder", in->step->ladder);
	if (!inst_is_contact(in)) {
		sheet_label(out, "by hand", in->step->contact_why);
		label_filled(out, s, in, "subject", in->step->subject.s);
		label_filled(out, s, in, "message", in->step->message.s);
		return;
	}
	contact_message(&text, s, in);
	sheet_label(out, "message", buf_str(&text));
	buf_release(&text);
}

/* What is run, looked at or done, each under its own name. */
static void what(struct buf *out, const struct state *s, const struct inst *in)
{
	static const char *const labels[KIND_MAX] = {
		[KIND_RUN] = "command", [KIND_CHECK] = "must hold", [KIND_WAIT] = "waits until",
		[KIND_ASK] = "question", [KIND_CHOOSE] = "question", [KIND_HOLD] = "read",
		[KIND_CAUTION] = "CAUTION", [KIND_END] = "end", [KIND_SETTLE] = "brings back",
	};
	const struct step *st = in->step;
	const char *label = labels[st->kind] ? labels[st->kind] : "do";

	if (st->kind == KIND_RUN)
		sheet_label(out, label, inst_command(in));
	else if (st->kind == KIND_SETTLE)
		sheet_label(out, label, st->settles);
	else if (st->kind == KIND_CONTACT)
		message(out, s, in);
	else if (st->kind == KIND_CHECK || st->kind == KIND_WAIT)
		sheet_label(out, label, st->text.s);
	else
		label_filled(out, s, in, label, st->text.s);
	if (st->probe)
		sheet_label(out, "read by", st->probe->run.s);
	sheet_label(out, "expected", st->expect.s);
	if (st->verify) {
		sheet_label(out, "verified by", st->verify->run.s);
		sheet_label(out, "which gives", st->verify->expect.s ? st->verify->expect.s
								      : "exit 0");
	}
}

void sheet_now(struct buf *out, const struct state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_active; i++) {
		const struct inst *in = s->active[i];
		if (!in->step || in->state == STEP_DEFERRED || !(is_leaf(in) || in->prompt))
			continue;
		if (!any)
			buf_adds(out, "\nNOW\n");
		any = true;
		buf_adds(out, "  ");
		title_of(out, s, in);
		buf_addf(out, ": %s\n", word_of(WORDS_STATE, in->state));
		sheet_label(out, "problem", in->problem);
		sheet_label(out, "target", in->target);
		items(out, in);
		label_filled(out, s, in, "warning", in->step->warn);
		what(out, s, in);
		label_filled(out, s, in, "host", in->step->host);
		label_filled(out, s, in, "if not", in->step->if_not);
		sheet_label(out, "reading", in->reading);
	}
}

/* --- the walk --------------------------------------------------------------------------------- */

static const char *box(const struct inst *in)
{
	if (in->state == STEP_DEFERRED)
		return "[d]";
	if (in->state != STEP_FINISHED)
		return in->state == STEP_PENDING ? "[ ]" : "[>]";
	switch (in->outcome) {
	case OUTCOME_CONFIRMED:
	case OUTCOME_ACCEPTED:
	case OUTCOME_OVERRIDDEN:
		return "[x]";
	case OUTCOME_FAILED:
	case OUTCOME_ABORTED:
		return "[!]";
	default:
		return "[-]";
	}
}

static void walk_line(struct buf *out, const struct state *s, const struct inst *in)
{
	buf_addf(out, "  %s ", box(in));
	title_of(out, s, in);
	if (in->state == STEP_FINISHED && in->outcome != OUTCOME_CONFIRMED)
		buf_addf(out, ": %s", word_of(WORDS_OUTCOME, in->outcome));
	if (in->reason && (in->state == STEP_FINISHED || in->state == STEP_DEFERRED)) {
		buf_adds(out, " (");
		sheet_line(out, in->reason);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

/* Steps of a loop whose list is not known yet, as they are written; their round is a question. */
static void walk_written(struct buf *out, const struct step *st, const char *rounds_of)
{
	for (int part = 0; part < 2; part++) {
		struct step *const *v = part ? st->always : st->children;
		const char *more = !part && st->each_name ? ":?" : "";

		for (size_t i = 0; i < (part ? st->n_always : st->n_children); i++) {
			struct buf b = BUF_INIT;

			buf_addf(&b, "%s%s%s", v[i]->number, rounds_of, more);
			if (!step_has_children(v[i])) {
				buf_addf(out, "  [ ] %-6s ", buf_str(&b));
				sheet_line(out, v[i]->title);
				buf_addc(out, '\n');
			}
			buf_clear(&b);
			buf_addf(&b, "%s%s", rounds_of, more);
			walk_written(out, v[i], buf_str(&b));
			buf_release(&b);
		}
	}
}

static void walk_loop(struct buf *out, const struct state *s, const struct inst *in)
{
	struct buf b = BUF_INIT;

	walk_line(out, s, in);
	rounds(&b, in);
	if (!in->n_kids && in->state != STEP_FINISHED)
		walk_written(out, in->step, buf_str(&b));
	buf_release(&b);
}

/* As deep as a runbook may be nested. */
static void walk_below(struct buf *out, const struct state *s, const struct inst *in)
{
	for (size_t i = 0; i < in->n_kids; i++) {
		const struct inst *k = in->kids[i];

		if (is_leaf(k))
			walk_line(out, s, k);
		else if (k->step->each_name && !k->is_item)
			walk_loop(out, s, k);
		walk_below(out, s, k);
	}
}

void sheet_walk(struct buf *out, const struct state *s)
{
	buf_adds(out, "\nTHE WALK  [x] done  [>] now  [ ] to come  [-] left out  [d] deferred  "
		 "[!] failed\n          5.1:2 is step 5.1 for the second item of its list\n");
	walk_below(out, s, s->root);
}

