/* Changing a command before it runs: line by line where it has several, and nothing is sent before
 * the difference was looked at. */
#include "run_area.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { LINES_MAX = 500 };

static const struct inst *step_of(struct run *r)
{
	return state_inst(view_state(r->v), r->making.it.step);
}

static const char *line_at(const char *text, size_t i, size_t *ret_n)
{
	for (; i > 0 && text; i--) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	*ret_n = text ? strcspn(text, "\n") : 0;
	return text;
}

/* --- several lines --------------------------------------------------------------------------- */

struct lines {
	struct run *r;
	char *text;          /* the whole command, as changed so far */
	size_t n, at;
};

static void lines_free(struct lines *l)
{
	free(l->text);
	free(l);
}

static void show_lines(struct lines *l);

static void line_given(void *ctx, const char *text)
{
	struct lines *l = ctx;
	const char *old;
	struct buf b = BUF_INIT;
	size_t n;

	if (text) {
		old = line_at(l->text, l->at, &n);
		buf_add(&b, l->text, (size_t)(old - l->text));
		buf_adds(&b, text);
		buf_adds(&b, old + n);
		free(l->text);
		l->text = buf_take(&b);
	}
	show_lines(l);
}

static void line_chosen(void *ctx, int i)
{
	struct lines *l = ctx;
	struct run *r = l->r;
	struct ask a = { .title = "change this line", .done = line_given, .ctx = l, .max = 8192,
			 .question = "An empty line takes it out." };
	const char *text;
	char *start;
	size_t n;

	if (i == 0) {
		struct run_making *m = &r->making;

		m->it.text = l->text;
		l->text = NULL;
		lines_free(l);
		m->need = RUN_NEED_LOOK;
		run_make_given(r, "");
	} else if (i < 0) {
		lines_free(l);
		run_make_given(r, NULL);
	} else {
		l->at = (size_t)i - 1;
		text = line_at(l->text, l->at, &n);
		start = mem_dupn(text, n);
		a.start = start;
		ask_push(r->t, &a);
		free(start);
	}
}

static void show_lines(struct lines *l)
{
	struct menu_item *v;
	struct buf *safe;

	l->n = 1;
	for (const char *c = l->text; *c; c++)
		l->n += *c == '\n' && c[1];
	if (l->n > LINES_MAX)
		l->n = LINES_MAX;
	v = mem_alloc((l->n + 1) * sizeof *v);
	safe = mem_alloc(l->n * sizeof *safe);
	v[0] = (struct menu_item){ .key = 'd', .word = "done",
				   .does = "look at the difference; nothing is sent yet" };
	for (size_t i = 0; i < l->n; i++) {
		size_t n;
		const char *text = line_at(l->text, i, &n);

		str_printable(&safe[i], text, n, false);
		v[i + 1].word = "line";
		v[i + 1].does = buf_str(&safe[i]);
	}
	menu_push(l->r->t, "which line is to be changed?", v, l->n + 1, line_chosen, l);
	for (size_t i = 0; i < l->n; i++)
		buf_release(&safe[i]);
	free(safe);
	free(v);
}

void run_menu_lines(struct run *r)
{
	struct lines *l = mem_alloc(sizeof *l);

	l->r = r;
	l->text = mem_dup(r->making.typed ? r->making.typed : inst_command(step_of(r)));
	free(r->making.typed);
	r->making.typed = NULL;
	show_lines(l);
}

/* --- the difference -------------------------------------------------------------------------- */

static bool same_line(const char *a, size_t n, const char *text)
{
	for (size_t i = 0, len; (text = line_at(text, i ? 1 : 0, &len)) != NULL; i++)
		if (len == n && memcmp(text, a, n) == 0)
			return true;
	return false;
}

/* The lines of `text` that are not in `other`, marked. */
static void add_side(struct sheet *out, enum style st, const char *mark, const char *text,
		     const char *other)
{
	size_t n, i = 0;
	const char *line;
	struct buf b = BUF_INIT;

	while ((line = line_at(text, i, &n)) != NULL && i++ < LINES_MAX) {
		if (same_line(line, n, other))
			continue;
		buf_clear(&b);
		buf_adds(&b, mark);
		str_printable(&b, line, n, false);
		sheet_add(out, st, 2, buf_str(&b));
	}
	buf_release(&b);
}

static void difference(struct run *r, struct sheet *out)
{
	const struct inst *in = step_of(r);
	const char *old = inst_command(in), *new = r->making.it.text;
	enum effect effect = view_step_effect(in);
	struct buf b = BUF_INIT;

	view_step_name(&b, r->v, in);
	sheet_add(out, ST_STRONG, 0, buf_str(&b));
	add_side(out, ST_SKIP, "- ", old, new);
	add_side(out, ST_NOW, "+ ", new, old);
	if (strcmp(old, new) == 0)
		sheet_add(out, ST_PLAIN, 0, "Nothing is different.");
	buf_clear(&b);
	buf_addf(&b, "effect: %s. %s", word_of(WORDS_EFFECT, effect), effect == EFFECT_DESTROY
		 ? "It asks for the target's name, as before: is it still that target?"
		 : effect == EFFECT_READ ? "It may start by itself: does it still only read?"
					 : "Does it still do no more than that?");
	sheet_add(out, effect == EFFECT_DESTROY ? ST_WARNING : ST_PLAIN, 0, buf_str(&b));
	sheet_add(out, ST_DIM, 0, "Sending it starts nothing: the step is started as any other.");
	buf_release(&b);
}

/* What is done with it: by key alone, so that no Enter from before sends it. */
struct look {
	struct run *r;
	struct sheet sheet;
	uint32_t key;
	int rows;
};

static const struct run_hint hints[] = {
	{ "s", "send it (you are asked why)" }, { "e", "edit further" },
	{ "Esc", "leave the command as it was" },
};

static void look_draw(void *self, struct term *t, struct area a)
{
	struct look *l = self;
	struct area text = a, keys = a;

	paint_blank(t, a);
	paint_rule(t, a, 0, "the difference");
	sheet_clear(&l->sheet, a.cols);
	if (step_of(l->r) && l->r->making.it.text)
		difference(l->r, &l->sheet);
	keys.rows = run_hints(NULL, a, hints, 3);
	keys.row = a.row + a.rows - keys.rows;
	text.row++;
	text.rows -= 1 + keys.rows;
	l->rows = text.rows;
	sheet_paint(&l->sheet, t, text);
	run_hints(t, keys, hints, 3);
}

static void look_key(void *self, const struct key *k)
{
	struct look *l = self;

	if (sheet_key(&l->sheet, k, l->rows))
		return;
	if (k->burst || (k->code != 's' && k->code != 'e' && k->code != K_ESC &&
			 k->code != 3)) {
		scene_unknown(l->r->t, k);
		return;
	}
	l->key = k->code;
	scene_pop(l->r->t);
}

static void look_free(void *self)
{
	struct look *l = self;
	struct run *r = l->r;
	struct run_making *m = &r->making;

	if (m->on && l->key == 's') {
		m->looked = true;
	} else if (m->on && l->key == 'e') {
		m->typed = m->it.text;
		m->it.text = NULL;
	}
	if (m->on)
		run_make_given(r, l->key == 's' || l->key == 'e' ? "" : NULL);
	sheet_release(&l->sheet);
	free(l);
}

static void look_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "s  sends the new command; you are asked why\n"
		      "e  goes on editing\nEsc  leaves the command as it was\n");
}

void run_edit(struct run *r)
{
	static const struct scene_ops ops = {
		.name = "the difference", .draw = look_draw, .key = look_key, .free = look_free,
		.help = look_help,
	};
	struct look *l;

	if (!step_of(r)) {
		run_make_given(r, NULL);
		return;
	}
	l = mem_alloc(sizeof *l);
	l->r = r;
	sheet_init(&l->sheet, 80);
	scene_push(r->t, &ops, l, true);
}
