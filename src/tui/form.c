#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

#define GUARD_NS 300000000LL /* an Enter held down does not go on to start it */

enum { CTRL_C = 3, CTRL_N = 14, CTRL_P = 16 };

/* --- checking --------------------------------------------------------------------------------- */

static void forget(struct form_field *v)
{
	free(v->error);
	v->error = NULL;
}

/* A number picks from the list where it is not in it itself. */
static const char *answer(const struct field *f, const char *text)
{
	int64_t n;

	for (size_t i = 0; i < f->n_one_of; i++)
		if (str_eq(f->one_of[i], text))
			return text;
	if (f->n_one_of && str_to_i64(text, &n) && n >= 1 && (size_t)n <= f->n_one_of)
		return f->one_of[n - 1];
	return text;
}

static bool check(struct form_field *v)
{
	struct value got = { 0 };
	struct err err = { 0 };
	struct buf why = BUF_INIT;
	const char *text;

	if (!v->line.text.len && v->f->otherwise)
		line_set(&v->line, v->f->otherwise);
	text = buf_str(&v->line.text);
	forget(v);
	if (v->line.text.len && memchr(text, '\0', v->line.text.len))
		err_set(&err, ERR_PARSE, "%s cannot have a NUL character in it", v->f->name);
	else if (!field_check(v->f, answer(v->f, text), &got, &err)) {
		value_release(&v->got);
		v->got = got;
		return true;
	}
	str_printable(&why, err.text, strlen(err.text), false);
	v->error = buf_take(&why);
	return false;
}

/* --- moving ----------------------------------------------------------------------------------- */

static void go(struct form *f, size_t at)
{
	if (f->at < f->n && f->at != at && f->v[f->at].line.text.len)
		check(&f->v[f->at]);
	f->at = at;
	f->at_since = clock_now().boot;
}

/* To the line that starts it, or to the first field that does not fit. */
static void go_last(struct form *f)
{
	size_t bad = f->n;

	for (size_t i = f->n; i-- > 0;)
		if (!check(&f->v[i]))
			bad = i;
	go(f, bad);
}

static void next(struct form *f)
{
	if (!check(&f->v[f->at]))
		return; /* why stands beside it */
	if (f->at + 1 < f->n)
		go(f, f->at + 1);
	else
		go_last(f);
}

static void down(struct form *f)
{
	if (f->at + 1 < f->n)
		go(f, f->at + 1);
	else if (f->at < f->n)
		go_last(f);
}

static void enter(struct form *f, const struct key *k)
{
	if (k->burst) {
		scene_say(f->t, "Several lines came at once. Press Enter to go on.");
	} else if (f->at < f->n) {
		next(f);
	} else if (k->at < f->at_since + GUARD_NS) {
		scene_say(f->t, "That Enter came too soon to be meant for this: not started.");
	} else {
		f->due = true;
	}
}

/* Once all keys that came together were looked at: an Enter that begins a paste starts nothing. */
static int form_tick(void *self)
{
	struct form *f = self;

	if (!f->due)
		return -1;
	f->due = false;
	f->ready = true;
	scene_pop(f->t);
	return 0;
}

static bool move_key(struct form *f, uint32_t code)
{
	switch (code) {
	case K_UP:
	case K_BACKTAB:
	case CTRL_P:
		if (f->at)
			go(f, f->at - 1);
		return true;
	case K_DOWN:
	case K_TAB:
	case CTRL_N:
	case '\t':
		down(f);
		return true;
	case K_PGUP:
		go(f, 0);
		return true;
	case K_PGDN:
		go_last(f);
		return true;
	}
	return false;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void written(struct form *f)
{
	forget(&f->v[f->at]);
	f->edited = true;
}

/* Left and Right, where there is a list to choose from. */
static bool pick_key(struct form *f, uint32_t code)
{
	static const char *const bools[] = { "true", "false" };
	struct form_field *v = &f->v[f->at];
	const char *const *list = v->f->n_one_of ? v->f->one_of : bools;
	size_t n = v->f->n_one_of ? v->f->n_one_of : v->f->type == VALUE_BOOL ? 2 : 0, at = n;

	if (!n || (code != K_LEFT && code != K_RIGHT))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], buf_str(&v->line.text)))
			at = i;
	if (code == K_RIGHT)
		at = at + 1 < n ? at + 1 : 0;
	else
		at = at && at < n ? at - 1 : n - 1;
	line_set(&v->line, list[at]);
	written(f);
	return true;
}

static void paste(struct form *f)
{
	size_t n;
	const char *s = term_paste(tui_term(f->t), &n);

	if (!s || !line_paste(&f->v[f->at].line, s, n)) {
		scene_say(f->t, "The pasted text is too long: nothing of it was taken.");
		return;
	}
	written(f);
}

static void write_key(struct form *f, const struct key *k)
{
	if (f->at == f->n)
		scene_say(f->t, "Enter starts it; Up goes back to what was asked.");
	else if (k->code == K_PASTE)
		paste(f);
	else if (pick_key(f, k->code))
		;
	else if (line_key(&f->v[f->at].line, k))
		written(f);
	else
		scene_unknown(f->t, k);
}

static void escape(struct form *f)
{
	if (!f->edited || f->esc_once) {
		scene_pop(f->t);
		return;
	}
	f->esc_once = true;
	scene_say(f->t, "Esc again gives up what was typed; nothing is started.");
}

static void form_key(void *self, const struct key *k)
{
	struct form *f = self;

	if (k->code == K_ESC || k->code == CTRL_C) {
		escape(f);
		return;
	}
	f->esc_once = false;
	if (f->due && k->burst) {
		f->due = false;
		scene_say(f->t, "Several keys came at once: not started.");
	} else if (k->code == K_ENTER)
		enter(f, k);
	else if (k->code == K_F1)
		scene_help(f->t);
	else if (!move_key(f, k->code))
		write_key(f, k);
}

static void form_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out,
		 "Enter  checks the answer and goes to the next; behind the last, starts it\n"
		 "Up Down Tab  from field to field\n"
		 "Left Right  in the line; where there is a list, the one before or after\n"
		 "1 2 3  typed, picks from a list by number\n"
		 "^A ^E  to the beginning, to the end of the line; ^U ^K cut; ^W cuts a word\n"
		 "PgDn  checks all, and goes to the line that starts it\n"
		 "Esc  gives up: nothing was started\n");
}

/* --- its life --------------------------------------------------------------------------------- */

static void form_free(void *self)
{
	(void)self; /* tui_form owns it */
}

static void form_init(struct form *f, const struct value *values)
{
	f->v = mem_alloc(f->n * sizeof(*f->v));
	for (size_t i = 0; i < f->n; i++) {
		struct form_field *v = &f->v[i];

		v->f = &f->rb->params[i];
		line_init(&v->line, LIMIT_VALUE_BYTES, v->f->secret);
		if (values[i].known)
			line_set(&v->line, values[i].text);
		else
			line_offer(&v->line, v->f->otherwise);
	}
	while (f->at < f->n && values[f->at].known)
		f->at++; /* begins at the first that is not answered */
	f->at_since = clock_now().boot;
	if (f->at == f->n)
		go_last(f);
}

static void form_release(struct form *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct form_field *v = &f->v[i];

		line_release(&v->line);
		forget(v);
		if (v->f->secret && v->got.text)
			mem_wipe(v->got.text, strlen(v->got.text));
		value_release(&v->got);
	}
	free(f->v);
}

static void hand_over(struct form *f, struct value *values)
{
	for (size_t i = 0; i < f->n; i++) {
		value_release(&values[i]);
		values[i] = f->v[i].got;
		values[i].secret = f->v[i].f->secret;
		f->v[i].got = (struct value){ 0 };
	}
}

int tui_form(struct tui *t, const struct runbook *rb, enum run_mode mode, struct value *values,
	     struct err *err)
{
	static const struct scene_ops ops = {
		.name = "what it needs to know", .draw = form_draw, .key = form_key,
		.tick = form_tick, .free = form_free, .help = form_help,
	};
	struct form f = { .t = t, .rb = rb, .mode = mode, .n = rb ? rb->n_params : 0 };
	int rc;

	if (!f.n)
		return 0;
	form_init(&f, values);
	tui_about(t, mode);
	scene_push(t, &ops, &f, true);
	rc = scene_loop(t, NULL, err);
	if (rc == 0 && f.ready)
		hand_over(&f, values);
	else if (rc == 0)
		rc = err_set(err, ERR_CANCEL, "what it needs to know was not given");
	form_release(&f);
	return rc;
}
