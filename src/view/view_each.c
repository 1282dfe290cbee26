/* A loop that is asked about once: what that one answer goes for. */
#include <string.h>

#include "str.h"
#include "viewint.h"

bool view_is_loop(const struct inst *in)
{
	return in->step && in->step->each_name && !in->is_item;
}

static void add_pace(struct buf *out, const struct inst *in)
{
	if (in->step->at_once > 1)
		buf_addf(out, "%d at a time", in->step->at_once);
	else
		buf_adds(out, "one after the other");
}

static size_t items(const struct inst *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n_main; i++)
		n += in->kids[i]->is_item;
	return n;
}

static void add_items(struct buf *out, const struct inst *in)
{
	struct buf label = BUF_INIT, b = BUF_INIT;

	add_pace(&label, in);
	buf_addf(&label, ", for each of %zu", items(in));
	for (size_t i = 0; i < in->n_main; i++)
		if (in->kids[i]->is_item) {
			buf_adds(&b, b.len ? ", " : "");
			view_safe(&b, in->kids[i]->item);
		}
	view_label(out, buf_str(&label), buf_str(&b));
	buf_release(&label);
	buf_release(&b);
}

/* Whether each command of a round that destroys has a way back. */
static bool has_undo(const struct inst *in)
{
	bool all = true;

	for (size_t i = 0; i < in->n_kids && all; i++) {
		const struct inst *k = in->kids[i];

		all = has_undo(k) && (view_effect(k) != EFFECT_DESTROY || k->step->undo.s);
	}
	return all;
}

static void add_targets(struct buf *out, const struct inst *in)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < in->n_targets; i++) {
		buf_adds(&b, i ? ", " : "");
		view_safe(&b, in->targets[i]);
	}
	if (b.len)
		view_destroys(out, has_undo(in->kids[0]));
	view_label(out, "DESTROYS", buf_str(&b));
	buf_release(&b);
}

static void add_command(struct buf *out, const struct inst *in)
{
	enum effect effect = view_effect(in);
	struct buf label = BUF_INIT, b = BUF_INIT;

	view_safe(&label, in->step->number);
	if (in->step->kind == KIND_SETTLE)
		buf_adds(&label, " brings back");
	else
		buf_adds(&label, effect == EFFECT_READ ? " reads" : effect == EFFECT_DESTROY
				 ? " DESTROYS" : " changes");
	if (in->step->kind == KIND_SETTLE)
		view_safe(&b, in->step->settles);
	else
		str_printable(&b, inst_command(in), strlen(inst_command(in)), true);
	view_label(out, buf_str(&label), buf_str(&b));
	buf_release(&label);
	buf_release(&b);
}

/* The commands of one round stand for all: they differ in the environment variable alone. */
static void add_commands(struct buf *out, const struct inst *in)
{
	for (size_t i = 0; i < in->n_kids; i++) {
		const struct inst *k = in->kids[i];

		if (k->step->kind == KIND_RUN || k->step->kind == KIND_SETTLE) {
			view_label_raw(out, "WARNING", k->step->warn);
			add_command(out, k);
			view_label_raw(out, "no way back", k->step->no_way_back);
		}
		if (!view_is_loop(k))
			add_commands(out, k);
	}
}

void view_each_text(struct buf *out, const struct inst *in)
{
	if (!view_is_loop(in) || !in->n_main)
		return;
	add_items(out, in);
	add_targets(out, in);
	add_commands(out, in->kids[0]);
}

bool view_each_asks(struct buf *out, const struct inst *in)
{
	size_t n = items(in);

	if (!view_is_loop(in) || (in->state != STEP_WAITING && in->state != STEP_HOLD))
		return false;
	if (in->state == STEP_HOLD) {
		buf_addf(out, "this destroys %zu. To start %s%zu, ", in->n_targets,
			 n > 1 ? "all " : "", n);
		add_pace(out, in);
		buf_adds(out, ", type the name: ");
		return true;
	}
	buf_addf(out, "start %s%zu, ", n > 1 ? "all " : "", n);
	add_pace(out, in);
	buf_addc(out, '?');
	return true;
}
