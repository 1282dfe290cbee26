/* The fold: one event in, the state moves. The only writer of the state.
 *
 * An event is looked at whole before anything is changed, so that one that does not follow leaves
 * the state as it was. Conditions are never evaluated here.
 */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "str.h"

int fold_bad(struct fold *f, const char *what)
{
	return err_set(f->err, ERR_CORRUPT, "event %lld (%s) does not follow: %s",
		       (long long)f->ev->seq, word_of(WORDS_EVENT, f->ev->kind), what);
}

void fold_text(char **to, const char *from)
{
	char *copy = mem_dup(from);

	free(*to);
	*to = copy;
}

static int apply_items(struct fold *f)
{
	const struct json *items = json_get(f->b, "items");

	if (!f->in->step || !f->in->step->each_name || f->in->n_kids || !json_is_arr(items))
		return fold_bad(f, "not a list to walk");
	return build_items(f->e, f->in, items, f->err);
}

static int apply_looked(struct fold *f)
{
	const char *what = json_str(f->b, "what"), *result = json_str(f->b, "result");
	enum tri t = str_eq(result, "true") ? TRI_TRUE : str_eq(result, "false") ? TRI_FALSE
										  : TRI_UNKNOWN;
	struct inst *in = f->in;

	if (!what || !result)
		return fold_bad(f, "no result");
	if (str_eq(what, "when")) {
		in->looked = true;
		in->when = t;
		in->when_seq = f->ev->seq;
	} else if (str_eq(what, "caution")) {
		in->when_seq = f->ev->seq;
		in->when = t == TRI_UNKNOWN ? in->when : t; /* what is not known takes none away */
	} else if (str_eq(what, "option")) {
		struct inst *o = state_inst(f->s, json_str(f->b, "option"));

		if (!o || o->parent != in)
			return fold_bad(f, "no such option");
		o->looked = true;
		o->when = t;
	} else if (str_eq(what, "lines")) {
		fold_text(&in->lines, json_str(f->b, "text"));
		in->prompt = f->ev->seq;
	} else {
		fold_text(&in->reading, json_str(f->b, "reading"));
		in->reading_at = f->t;
	}
	if (json_get(f->b, "next_look")) {
		in->next_look = json_int(f->b, "next_look", -1);
		in->holds_since = json_int(f->b, "holds_since", -1);
		in->looks++;
		in->asked = false;
	}
	return 0;
}

static int apply_value(struct fold *f)
{
	const char *name = json_str(f->b, "name"), *scope = json_str(f->b, "scope");
	const char *text = json_str(f->b, "text"), *from = json_str(f->b, "from");
	struct inst *owner = scope ? state_inst(f->s, scope) : inst_scope(f->in);
	struct value v = { .type = value_type_from(json_str(f->b, "type")) };

	if (!name || v.type == VALUE_TYPE_INVALID || !owner || !owner->scope)
		return fold_bad(f, "no such value or scope");
	v.secret = json_bool(f->b, "secret", false);
	v.known = json_bool(f->b, "known", text != NULL);
	v.text = v.secret ? NULL : (char *)(uintptr_t)text;
	if (v.known && !v.secret && !text)
		return fold_bad(f, "a known value without its text");
	build_set(owner->scope, name, &v, f->ev->seq, str_eq(from, "correct"));
	return 0;
}

/* --- the run --------------------------------------------------------------------------------- */

static int apply_param(void *ctx, const struct json *p)
{
	struct fold *f = ctx;
	struct value v = { .type = value_type_from(json_str(p, "type")) };

	if (v.type == VALUE_TYPE_INVALID || !json_str(p, "name"))
		return fold_bad(f, "a parameter without name or type");
	v.secret = json_bool(p, "secret", false);
	v.known = json_bool(p, "known", true);
	v.text = v.secret ? NULL : (char *)(uintptr_t)json_str(p, "text");
	if (v.known && !v.secret && !v.text)
		return fold_bad(f, "a parameter without text");
	build_set(f->s->root->scope, json_str(p, "name"), &v, f->ev->seq, false);
	return 0;
}

static int apply_run_opened(struct fold *f)
{
	struct state *s = f->s;
	int mode = word_from(WORDS_MODE, json_str(f->b, "mode"));
	const struct json *params = json_get(f->b, "params");
	int rc = 0;

	if (s->phase != RUN_NEW || mode < 0 || !json_str(f->b, "boot_id"))
		return fold_bad(f, "the run is open, or has no mode");
	for (size_t i = 0; !rc && i < json_len(params); i++)
		rc = apply_param(f, json_at(params, i));
	if (rc)
		return rc;
	s->phase = RUN_OPEN;
	s->mode = mode;
	drill_opened(f);
	s->success = true;
	fold_text(&s->run, json_str(f->b, "run"));
	fold_text(&s->title, json_str(f->b, "title"));
	fold_text(&s->cwd, json_str(f->b, "cwd"));
	s->opened = f->ev->at;
	s->boot_from = f->ev->at.boot;
	str_clip(s->boot_id, sizeof s->boot_id, json_str(f->b, "boot_id"));
	s->rto_ms = s->book ? s->book->rto_ms : 0;
	s->root->state = STEP_EXECUTING;
	s->root->began = 0;
	fold_active(s, s->root, false, true);
	return 0;
}

static int apply_keeper(struct fold *f)
{
	struct state *s = f->s;
	const char *boot = json_str(f->b, "boot_id"), *what = json_str(f->b, "what");

	if (!what || !boot)
		return fold_bad(f, "no word or boot id");
	if (strcmp(boot, s->boot_id)) { /* another boot: wall time bridges the gap */
		int64_t gap = f->ev->at.wall - s->last.wall;

		s->run_from = state_time(s, s->last) + (gap > 0 ? gap * s->drill.pace : 0);
		s->boot_from = f->ev->at.boot;
		str_clip(s->boot_id, sizeof s->boot_id, boot);
	}
	if (strcmp(what, "park")) {
		s->keepers++;
		s->seat.taken = false;
		ward_forget(s, NULL);
		ward_look_again(f);
		drill_forget(s);
	}
	return 0;
}

static int apply_seat(struct fold *f)
{
	const char *what = json_str(f->b, "what"), *client = json_str(f->b, "client");
	struct seat *seat = &f->s->seat;

	if (!what || !client)
		return fold_bad(f, "no word or client");
	if (!str_eq(what, "kept") && (seat->taken || !str_eq(what, "taken")))
		ward_forget(f->s, seat->client); /* who sits there now says who they are anew */
	seat->taken = !str_eq(what, "left") && !str_eq(what, "handed");
	str_clip(seat->client, sizeof seat->client, client);
	seat->who = f->ev->actor;
	return 0;
}

static int apply_pace(struct fold *f)
{
	int pace = word_from(WORDS_PACE, json_str(f->b, "pace"));

	if (pace >= 0)
		f->s->pace = pace;
	if (f->s->paused && !json_bool(f->b, "paused", true))
		ward_look_again(f);
	f->s->paused = json_bool(f->b, "paused", f->s->paused);
	return 0;
}

static int apply_note(struct fold *f)
{
	if (str_eq(json_str(f->b, "what"), "late"))
		f->in->late = true;
	return json_bool(f->b, "shell", false) ? shell_fold_note(f) : 0;
}

static int apply_refused(struct fold *f)
{
	if (json_bool(f->b, "wrong_name", false))
		f->in->wrong_names++;
	return 0;
}

static int apply_book(struct fold *f)
{
	const char *sum = json_str(f->b, "sha256");
	const struct runbook *book = sum && f->e->find_book
		? f->e->find_book(f->e->book_ctx, sum) : NULL;
	struct inst *in;

	if (!book)
		return fold_bad(f, "the runbook called in is not to be had");
	in = build_called(f->e, f->in->parent ? f->in : NULL, book);
	if (in->parent->cursor && f->in == f->s->root)
		in->parent->cursor = in->parent->n_main - 1;
	else
		for (size_t i = 0; i < in->parent->cursor && i < in->parent->n_kids; i++)
			if (in->parent->kids[i] == in)
				in->parent->cursor = i;
	return 0;
}

static int apply_closed(struct fold *f)
{
	struct state *s = f->s;

	if (s->phase == RUN_CLOSED || !json_str(f->b, "verdict"))
		return fold_bad(f, "closed already, or no verdict");
	s->phase = RUN_CLOSED;
	fold_text(&s->verdict, json_str(f->b, "verdict"));
	s->success = json_bool(f->b, "success", false);
	s->prompt = 0;
	s->root->state = STEP_FINISHED;
	s->root->ended = f->t;
	fold_active(s, s->root, true, false);
	return 0;
}

static int apply_nothing(struct fold *f)
{
	(void)f;
	return 0;
}

static int (*const apply_rows[EV_KIND_MAX])(struct fold *) = {
	[EV_RUN_OPENED] = apply_run_opened, [EV_KEEPER] = apply_keeper, [EV_SEAT] = apply_seat,
	[EV_STEP] = apply_step, [EV_ITEMS] = apply_items, [EV_CMD_INTENT] = apply_cmd_intent,
	[EV_CMD_ENDED] = apply_cmd_ended, [EV_CMD_LOST] = apply_cmd_lost, [EV_STOP] = apply_stop,
	[EV_OUTPUT] = apply_output, [EV_LOOKED] = apply_looked, [EV_VALUE] = apply_value,
	[EV_OWED] = apply_owed, [EV_PAID] = apply_paid, [EV_ARTEFACT] = apply_artefact,
	[EV_EDITED] = apply_edited, [EV_NOTE] = apply_note, [EV_PACE] = apply_pace,
	[EV_REFUSED] = apply_refused, [EV_BOOK] = apply_book, [EV_UNDO] = apply_undo,
	[EV_CREDENTIAL] = apply_nothing, [EV_GAP] = apply_nothing, [EV_CLOCK] = apply_nothing,
	[EV_RUN_CLOSED] = apply_closed, [EV_CONTACT] = contact_fold,
	[EV_GUARD] = ward_fold, [EV_DRILL] = drill_fold, [EV_FILE] = outside_fold_file,
	[EV_SHELL] = shell_fold,
};

static void remember_answer(struct engine *e, const struct event *ev, const struct json *b)
{
	const char *mark = json_str(b, "for");

	if (!mark)
		return;
	if (e->n_answered == e->cap_answered) {
		e->cap_answered = e->cap_answered ? 2 * e->cap_answered : 32;
		e->answered = mem_grow(e->answered, e->cap_answered, sizeof *e->answered);
	}
	e->answered[e->n_answered++] = (struct answered){
		mem_dup(mark), ev->seq, ev->kind != EV_REFUSED, mem_dup(json_str(b, "why")) };
}

int engine_apply(struct engine *e, const struct event *ev, struct err *err)
{
	struct fold f = { .e = e, .s = &e->s, .ev = ev, .err = err };
	struct json *doc = NULL;
	int rc = json_parse(ev->body ? ev->body : "{}", ev->body ? ev->body_len : 2, &doc, err);

	if (rc)
		return err_context(err, rc, "event %lld", (long long)ev->seq);
	f.b = doc;
	f.in = state_inst(&e->s, ev->step);
	f.t = state_time(&e->s, ev->at);
	if (ev->seq != e->s.seq + 1)
		rc = fold_bad(&f, "the number before it is missing");
	else if ((e->s.phase == RUN_NEW) != (ev->kind == EV_RUN_OPENED))
		rc = fold_bad(&f, "a run opens once, and first");
	else if (ev->kind < 0 || ev->kind >= EV_KIND_MAX)
		rc = fold_bad(&f, "unknown kind");
	else if (!f.in)
		rc = fold_bad(&f, "no such step");
	else
		rc = apply_rows[ev->kind](&f);
	if (!rc) {
		e->s.seq = ev->seq;
		e->s.last = ev->at;
		remember_answer(e, ev, doc);
	}
	json_free(doc);
	return rc;
}
